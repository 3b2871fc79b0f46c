"""Learning from real digits: how far one step moves each layer, and what a short run comes to."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.charts import curves
from core.charts import layers as layer_charts
from core.charts.theme import Line
from core.experiments import WORST_LOSS, Experiment, layer_texts, style
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS
from core.maths.perceptron import graded
from core.maths.training import Run, State, advanced, perceptron, start, states
from core.maths.training import data as known
from core.words import numerals, pointing, prose

STEPS, LEAST = 100, 10  # of a short run
AFFORDABLE = 0.9e9  # of `Run.work`, for all short runs together: what a reader who moves a slider does not notice
LOOKS = 10  # at the loss, after the first one
DEEPEST = 30  # hidden layers that the page offers, and that the chart of one step has room for
LOW, HIGH = -20.0, 3.0  # log10 of a step relative to the weights


def alike(names: Sequence[str], **settings: Any) -> tuple[Run, ...]:
    """One short run per activation, alike in everything else; of fewer steps where so many would take too long."""
    runs = [Run(activation=name, steps=STEPS, **settings) for name in names]
    affordable = int(AFFORDABLE / sum(run.work / STEPS for run in runs))
    return tuple(replace(run, steps=min(STEPS, max(LEAST, affordable // LEAST * LEAST))) for run in runs)


@kept()
def first_steps(runs: tuple[Run, ...]) -> Experiment:
    """The size of the first step relative to the weights it changes, layer by layer, on real digits."""
    depth = runs[0].depth
    x = np.arange(1.0, depth + 2)
    ratios = [advanced(run, start(run), 1).update_ratio for run in runs]
    labels = [ACTIVATIONS[run.activation].label for run in runs]
    with np.errstate(divide="ignore"):
        lines = [
            Line(label, x, np.log10(ratio), style(run.activation))
            for label, ratio, run in zip(labels, ratios, runs, strict=True)
        ]
        waits = [-2.0 - float(np.log10(ratio[0])) for ratio in ratios]  # steps until 1 % of the weights, log10
    frame = layer_charts.Frame(max(depth, DEEPEST), LOW, HIGH)
    figure = layer_charts.gradient_by_layer(lines, frame=frame, texts=layer_texts("update"))
    sentences = [
        prose.common("wait", label=label, steps=steps_in_words(wait)) for label, wait in zip(labels, waits, strict=True)
    ]
    order = np.argsort(waits)
    slow, fast = int(order[-1]), int(order[0])
    slots = {
        "rate": numerals.number(runs[0].learning_rate),
        "depth": str(depth),
        "batch": str(runs[0].batch),
        "list": "\n".join(f"- {pointing.named(text, label)}" for text, label in zip(sentences, labels, strict=True)),
        "alt_lines": "; ".join(sentences),
        **_end("slow", runs[slow], labels[slow], waits[slow]),
        **_end("fast", runs[fast], labels[fast], waits[fast]),
        "between": numerals.count(waits[slow] - waits[fast]) if math.isfinite(waits[slow]) else "∞",
    }
    data = {prose.common("column layer"): x} | dict(zip(labels, ratios, strict=True))
    return Experiment(figure, data, slots)


def _end(name: str, run: Run, label: str, wait: float) -> dict[str, str]:
    """The slowest or the fastest network: how long it takes, and the gradient of its layer 1 that is why.

    Of plain gradient descent: a step is the learning rate times the gradient.
    """
    size = float(np.linalg.norm(perceptron(run).views(start(run).flat).weights[0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient = -2.0 - wait + float(np.log10(size) - np.log10(run.learning_rate))
    return {name: label, f"{name}_steps": steps_in_words(wait), f"{name}_gradient": numerals.size(gradient)}


def steps_in_words(log10: float) -> str:
    """A waiting time in steps: less than one, 14, 75 thousand, for ever."""
    if log10 == math.inf:
        return prose.common("for ever")
    return prose.common("less than one") if log10 < 0 else numerals.count(log10)


@kept()
def short_run(runs: tuple[Run, ...]) -> Experiment:
    """The loss of some networks on held-out digits, over the same few steps; a curve that ends early has diverged."""
    steps = runs[0].steps
    at = [round(steps * k / LOOKS) for k in range(LOOKS + 1)]
    lines, sentences, data = [], [], {prose.common("column step"): np.array(at)}
    for run in runs:
        label, net, digits = ACTIVATIONS[run.activation].label, perceptron(run), known(run)
        passed = list(states(run, at))
        loss, right = np.full(len(at), np.nan), 0.0
        for k, state in enumerate(passed):
            if not state.diverged:
                loss[k], right = graded(net, net.views(state.flat), digits.x_test, digits.y_test)
        lines.append(Line(label, np.array(at), np.where(np.isfinite(loss), loss, np.nan), style(run.activation)))
        data[label] = loss
        sentences.append(_short_sentence(label, run, passed[0], passed[-1], right))
    figure = curves.lines(
        lines,
        x=curves.Axis(prose.common("axis step"), 0.0, max(steps, STEPS) * 1.01),
        y=curves.Axis(prose.common("axis loss"), 0.0, WORST_LOSS),
    )
    slots = {
        "short": "\n".join(f"- {sentence}" for sentence in sentences),
        "short_steps": str(steps),
        "short_guess": numerals.number(math.log(DATASETS[runs[0].dataset].classes), 2),
        "alt_short": "; ".join(sentences),
    }
    return Experiment(figure, data, slots)


def _short_sentence(label: str, run: Run, first: State, last: State, right: float) -> str:
    """What has come of a short run: the share of digits that are right, and how far the first layer has moved."""
    net = perceptron(run)
    before, after = (net.views(state.flat).weights[0] for state in (first, last))
    way, size = float(np.linalg.norm(after - before)), float(np.linalg.norm(before))
    return prose.common(
        "short diverged" if last.diverged else "short run",
        label=label,
        accuracy=numerals.percent(right),
        step=str(last.step + last.diverged),  # the update that could not be made
        moved=numerals.percent(way / size if size else math.inf if way else 0.0),
    )
