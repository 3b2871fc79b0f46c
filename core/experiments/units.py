"""Single units: how many are saturated, how many are dead, and how one dies."""

import math
from dataclasses import replace

import numpy as np

from core.charts import curves, theme
from core.charts.layers import layers_at
from core.charts.theme import Line
from core.experiments import Experiment, style
from core.experiments.gradients import measured
from core.experiments.kept import kept
from core.experiments.stories import STORIES
from core.maths.activations import ACTIVATIONS
from core.maths.dying import dead_share
from core.maths.meanfield import chi, saturated_share
from core.maths.network import Network
from core.maths.training import train
from core.words import numerals, prose

STEPS = 100  # of the network whose units die


@kept()
def saturation(names: tuple[str, ...], spread: float, depth: int) -> Experiment:
    """The share of units that are saturated when pre-activations are normal with the given standard deviation."""
    spreads = np.logspace(-1.0, 1.5, 101)
    log10 = np.log10(spreads)
    slots = {"spread": numerals.number(spread), "depth": str(depth)}
    data = {prose.common("column spread"): spreads}
    lines, points = [], []
    for name in names:
        label = ACTIVATIONS[name].label
        share = saturated_share(name, spreads)
        lines.append(Line(label, log10, 100.0 * share, style(name)))
        data[label] = share
        here = float(saturated_share(name, np.array([spread]))[0])
        points.append(curves.Point(math.log10(spread), 100.0 * here, "", style(name)))
        factor = 0.5 * math.log10(chi(name, spread**2, 1.0))
        slots |= {
            f"{name}_share": numerals.percent(here),
            f"{name}_factor": numerals.size(factor),
            f"{name}_reach": numerals.size(depth * factor),
        }
    axis = curves.Axis(prose.common("axis spread"), -1.0, 1.5, log=True)
    hover = "10<sup>%{x:.2f}</sup>: %{y:.3g} %"
    figure = curves.lines(lines, points=points, x=axis, y=_percent("axis saturated"), hover=hover)
    return Experiment(figure, data, slots)


@kept()
def dead_units(network: Network) -> Experiment:
    """The share of silent ReLU units per layer, measured on a batch, beside the closed form."""
    (layers,) = measured((network,))
    x = np.arange(1.0, network.depth + 1)
    theory = dead_share(network.bias_mean, network.weight_variance, network.depth, network.batch)
    lines = [
        Line(prose.common("theory"), x, 100.0 * theory, theme.Style(), "theory"),
        Line(prose.common("measured"), x, 100.0 * layers.dead, style("relu")),
    ]
    axis = curves.Axis(prose.common("axis layer"), 0.7, network.depth + 0.3)
    figure = curves.lines(lines, x=axis, y=_percent("axis dead"), hover="%{x}: %{y:.3g} %")
    figure.update_layout(meta=layers_at(x))
    slots = {
        "bias": numerals.plain(network.bias_mean),
        "batch": str(network.batch),
        "dead_first": numerals.percent(layers.dead[0]),
        "dead_last": numerals.percent(layers.dead[-1]),
        "theory_last": numerals.percent(float(theory[-1])),
        "dead_depth": str(network.depth),
    }
    data = {prose.common("column layer"): x, prose.common("measured"): layers.dead, prose.common("theory"): theory}
    return Experiment(figure, data, slots)


@kept()
def dying(learning_rate: float, alpha: float) -> Experiment:
    """A small network in training, with ReLU and with Leaky ReLU: the share of hidden units that are dead."""
    x = np.arange(0, STEPS + 1, 2)
    lines, data = [], {prose.common("column step"): x}
    slots = {"rate": numerals.number(learning_rate), "alpha": numerals.plain(alpha), "steps": str(STEPS)}
    for name, parameters in (("relu", {}), ("leaky_relu", {"alpha": alpha})):
        run = replace(STORIES["dies"], activation=name, parameters=parameters, learning_rate=learning_rate, steps=STEPS)
        shots = list(train(run, tuple(x)))
        label, last, missing = ACTIVATIONS[name].label, shots[-1], [np.nan] * (len(x) - len(shots))
        dead = np.array([np.mean(shot.dead[:-1]) for shot in shots] + missing)
        lines.append(Line(label, x, 100.0 * dead, style(name)))
        data[f"{label}: {prose.common('column dead')}"] = dead
        data[f"{label}: {prose.common('column loss')}"] = np.array([shot.loss for shot in shots] + missing)
        fate = "fate diverged" if last.diverged else "fate silent" if np.isneginf(last.log10_gradient[0]) else ""
        slots |= {
            f"{name}_units": numerals.percent(float(np.mean(last.dead[:-1]))),
            f"{name}_fate": prose.common(fate) if fate else numerals.percent(last.test_accuracy),
        }
    slots["hidden"] = str(STORIES["dies"].depth * STORIES["dies"].width)
    axis = curves.Axis(prose.common("axis step"), 0.0, STEPS * 1.01)
    figure = curves.lines(lines, x=axis, y=_percent("axis dead"), hover="%{x}: %{y:.3g} %")
    return Experiment(figure, data, slots)


def _percent(title: str) -> curves.Axis:
    """An axis of shares, with room for a curve at either end."""
    return curves.Axis(prose.common(title), -4.0, 104.0)
