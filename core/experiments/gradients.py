"""The gradient on its way back: layer by layer, measured, beside the best case or the theory."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.charts import layers as layer_charts
from core.charts.figure import Drawing, Sweep, finished, swept
from core.charts.theme import Line
from core.experiments import Experiment, Readout, layer_texts, read_out, style, sweep_words
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS, best_case
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import chi, objection, predicted_log10_delta
from core.maths.network import Layers, Network, measure_many
from core.words import numerals, prose

FLOORS = tuple((f.name, f.log10_smallest) for f in FORMATS if f.name in ("float16", "float32"))


@kept()
def measured(networks: tuple[Network, ...]) -> tuple[Layers, ...]:
    """The statistics of several networks that share all but the activation."""
    return tuple(measure_many(networks))


# Depths to which the chart can be dragged, the fewer the longer each takes to be measured.
DEPTHS = (
    (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100),
    (1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100),
    (1, 2, 3, 4, 6, 8, 10, 14, 20, 30, 50),
    (1, 2, 3, 4, 5, 6, 7, 8, 10, 12),
)
MANY = 8  # networks: with more of them, positions far up would be too much to send
AFFORDABLE = 2000.0  # layers of width 64, all depths and networks together: about a tenth of a second


@kept()
def by_layer(
    networks: tuple[Network, ...], *, best: bool = False, theory: bool = False, readout: Readout | None = None
) -> Experiment:
    """The gradient on its way back through each network, beside the article's best case or the theory.

    With a `readout` the depth can be dragged in the chart itself, with these figures over it.
    """
    lines = _lines(networks, best, theory)
    data = {prose.common("column layer"): np.arange(1.0, networks[0].depth + 1)}
    data |= {prose.common("column log10", label=line.label): line.y for line in lines}
    traces, layout = drawing = _drawn(networks, lines)
    slots = gradient_slots(networks)
    sweeps = []
    if readout:
        here = (str(networks[0].depth), drawing, read_out(readout, slots))
        traces, sweep = _by_depth(networks, best, theory, readout, here)
        sweeps = [sweep]
    return Experiment(finished(traces, layout, sweeps=sweeps), data, slots)


def _lines(networks: tuple[Network, ...], best: bool, theory: bool) -> list[Line]:
    depth = networks[0].depth
    x = np.arange(1.0, depth + 1)
    lines = []
    for network, layers in zip(networks, measured(networks), strict=True):
        label = ACTIVATIONS[network.activation].label
        if best:
            bound = best_case(network.activation, depth, **network.parameters)
            lines.append(Line(prose.common("line best", label=label), x, bound, style(network.activation), "reference"))
        if theory and not objection(network):
            predicted = theory_line(network, layers)
            lines.append(
                Line(prose.common("line theory", label=label), x, predicted, style(network.activation), "reference")
            )
        lines.append(Line(label, x, layers.log10_delta, style(network.activation)))
    return lines


def _drawn(networks: tuple[Network, ...], lines: list[Line]) -> Drawing:
    low, high = decades(networks)
    return layer_charts.parts(
        lines, depth=networks[0].depth, low=low, high=high, floors=FLOORS,
        layer_title=prose.common("axis layer"), gradient_title=prose.common("axis gradient"),
        texts=layer_texts(),
    )  # fmt: skip


Position = tuple[str, Drawing, list[tuple[str, str]]]  # label, drawing, readouts


def _by_depth(
    networks: tuple[Network, ...], best: bool, theory: bool, readout: Readout, here: Position
) -> tuple[list[dict[str, Any]], Sweep]:
    """The chart at every depth that it can be dragged to, and at the one where it is."""
    depth = networks[0].depth
    drawings = dict(_depths(tuple(replace(network, depth=1) for network in networks), best, theory, readout))
    drawings[depth] = here
    order = sorted(drawings)
    return swept(prose.common("drag depth"), [drawings[d] for d in order], order.index(depth), *sweep_words())


def _one_depth(networks: tuple[Network, ...], best: bool, theory: bool, readout: Readout) -> Position:
    shown = read_out(readout, gradient_slots(networks))
    return str(networks[0].depth), _drawn(networks, _lines(networks, best, theory)), shown


@kept()
def _depths(
    networks: tuple[Network, ...], best: bool, theory: bool, readout: Readout
) -> tuple[tuple[int, Position], ...]:
    cost = len(networks) * (networks[0].width / 64.0) ** 1.5
    offered = DEPTHS if len(networks) <= MANY else DEPTHS[-1:]
    depths = next((found for found in offered if cost * sum(found) <= AFFORDABLE), ())
    return tuple(
        (depth, _one_depth(tuple(replace(n, depth=depth) for n in networks), best, theory, readout)) for depth in depths
    )


@lru_cache(maxsize=256)
def factors_per_layer(
    activation: str, parameters: tuple[tuple[str, float], ...], weight_variance: float
) -> tuple[float, ...]:
    """log10 of what theory multiplies the gradient by, for small, usual and large pre-activations."""
    settings = dict(parameters)
    return tuple(
        0.5 * math.log10(max(chi(activation, q, weight_variance, **settings), 1e-6))
        for q in (1e-6, 1.0, max(1.0, weight_variance))
    )


def decades(networks: tuple[Network, ...]) -> tuple[float, float]:
    """The range of a gradient chart in decades, from the settings alone: a moved curve stays on the same axis.

    The theory's factor per layer for small, usual and large pre-activations bounds what can be measured. Where there is
    no theory, what was measured has to do.
    """
    if any(map(objection, networks)):
        reached = np.concatenate([layers.log10_delta for layers in measured(networks)])
        reached = reached[np.isfinite(reached)]
        low, high = float(reached.min(initial=0.0)) - 1.5, float(reached.max(initial=0.0)) + 1.0
    else:
        factors = [
            factor
            for n in networks
            for factor in factors_per_layer(n.activation, tuple(n.parameters.items()), n.weight_variance)
        ]
        low, high = networks[0].depth * min(factors) - 1.5, networks[0].depth * max(factors) + 1.0
    return min(-5.0, 5.0 * math.floor(low / 5.0)), 1.5 if high <= 1.5 else 5.0 * math.ceil(high / 5.0)


def theory_line(network: Network, layers: Layers) -> np.ndarray:
    """The prediction, which is relative to the last layer, hung on what was measured there (on 1 if that is dead)."""
    last = float(layers.log10_delta[-1])
    return predicted_log10_delta(network) + (last if math.isfinite(last) else 0.0)


def gradient_slots(networks: tuple[Network, ...]) -> dict[str, str]:
    """What the words of a page say about `by_layer(networks)`."""
    depth = networks[0].depth
    found = []
    for network, layers in zip(networks, measured(networks), strict=True):
        last = layers.log10_delta[-1]
        total = layers.log10_delta[0] - last if last > -math.inf else -math.inf
        found.append((total, ACTIVATIONS[network.activation].label))
    lines = [
        prose.common("reach", label=label, figure=numerals.size(total), words=numerals.ratio(total))
        for total, label in found
    ]
    total, label = max(found, key=lambda pair: abs(pair[0]))  # what is furthest from stable, either way
    best_total, best_label = max(found)
    per_layer = total / max(1, depth - 1)
    reached = {n.activation: numerals.size(total) for n, (total, _) in zip(networks, found, strict=True)}
    return reached | {
        "depth": str(depth),
        "list": "\n".join(f"- {line}" for line in lines),
        "worst": label,
        "worst_figure": numerals.size(total),
        "worst_words": numerals.ratio(total),
        "worst_factor": numerals.size(per_layer),
        "best": best_label,
        "best_figure": numerals.size(best_total),
        "best_words": numerals.ratio(best_total),
        "alt_lines": "; ".join(lines),
    }


@kept()
def initializations(activation: str, initializers: tuple[str, ...], depth: int, width: int, seed: int) -> Experiment:
    """The measured gradient of one activation with several initializers, each beside its theory."""
    x = np.arange(1.0, depth + 1)
    lines, slots, totals, reached = [], {"depth": str(depth)}, [], []
    for name, dash in zip(initializers, ("solid", "dash", "dashdot"), strict=False):
        network = Network(activation, depth=depth, width=width, seed=seed, initializer=name)
        (layers,) = measured((network,))
        label = INITIALIZERS[name].label
        look = replace(style(activation), dash=dash, symbol=("circle", "square", "diamond")[initializers.index(name)])
        theory = theory_line(network, layers)
        lines.append(Line(prose.common("line theory", label=label), x, theory, look, "reference"))
        lines.append(Line(label, x, layers.log10_delta, look))
        total = float(layers.log10_delta[0] - layers.log10_delta[-1])
        slots |= {
            name: numerals.size(total),
            f"{name}_words": numerals.ratio(total),
            f"{name}_theory": numerals.size(float(theory[0] - theory[-1])),
        }
        totals.append(f"{label}: {numerals.size(total)}")
        reached.append(total)
    low = -5.0 * math.ceil(0.2 * (depth * 0.151 + 4))
    figure = layer_charts.gradient_by_layer(
        lines, depth=depth, low=low, high=3.0, floors=FLOORS,
        layer_title=prose.common("axis layer"), gradient_title=prose.common("axis gradient"),
        texts=layer_texts(),
    )  # fmt: skip
    data = {prose.common("column layer"): x} | {
        prose.common("column log10", label=line.label): line.y for line in lines
    }
    names = [INITIALIZERS[name].label for name in initializers]
    best = names[int(np.argmax(reached))]
    return Experiment(figure, data, slots | {"alt_lines": "; ".join(totals), "names": ", ".join(names), "best": best})
