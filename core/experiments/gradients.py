"""The gradient on its way back: layer by layer, measured, beside the best case or the theory.

All of it relative to the last layer, where every line starts at one: what stands at layer 1 is what words say is left.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.charts import layers as layer_charts
from core.charts.figure import Drawing, Sweep, finished, swept
from core.charts.theme import SUPERSCRIPT, Line
from core.experiments import Experiment, Readout, layer_texts, read_out, style
from core.experiments.functions import moving, positions
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS, best_case, in_float16
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import chi, objection, predicted_log10_delta
from core.maths.network import Layers, Network, measure_depths, measure_many
from core.maths.numbers import Number
from core.words import numerals, pointing, prose
from core.words.labels import short

FLOORS = tuple((f.name, f.log10_smallest) for f in FORMATS if f.name in ("float16", "float32"))


@kept()
def measured(networks: tuple[Network, ...]) -> tuple[Layers, ...]:
    """The statistics of several networks that share all but the activation."""
    return tuple(measure_many(networks))


DEEPEST = 100  # layers that a page offers, and that the charts have room for
LOW, HIGH = -50.0, 5.0  # log10: below the floor of float32; above what a gradient grows to where it hardly does


def frame(depth: int, low: float = LOW) -> layer_charts.Frame:
    """The axes of the charts, which stand still whatever is changed."""
    return layer_charts.Frame(max(depth, DEEPEST), low, HIGH)


# Depths that a chart can show while its control is dragged, the fewer the longer each takes to be measured.
DEPTHS = (
    (1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100),
    (1, 2, 4, 6, 10, 20, 40, 70, 100),
    (1, 2, 4, 8, 16, 32),
)
CHARTS = 24_000_000  # bytes kept of charts that can be dragged: a whole class has one or two each

MANY = 8  # networks: with more of them, more positions would be too much to send
STOPS, PARAMETERS = 11, 3  # values of a parameter that the chart can show, and parameters on one page
AFFORDABLE = 2600.0  # layers of width 64, all depths and networks together: less than a bare page takes


def around(depth: int) -> tuple[int, ...]:
    """A depth and those beside it, where a key leads: they are shown before the server has been asked."""
    return tuple(range(max(1, depth - 1), min(depth + 1, max(depth, DEEPEST)) + 1))


Drawn = tuple[Network, Layers, tuple[Line, ...]]  # a network, what was measured of it, and its lines
Shown = tuple[float, Drawing, list[tuple[str, str]]]  # depth, drawing, what is read out


@dataclass(frozen=True)
class Position:
    """The chart of networks of one depth: each with its lines, the drawing, and what words say of it."""

    networks: tuple[Drawn, ...]
    drawing: Drawing
    slots: dict[str, str]

    def shown(self, readout: Readout | None, at: float) -> Shown:
        return at, self.drawing, read_out(readout, self.slots)


@kept(limit=CHARTS)
def by_layer(
    networks: tuple[Network, ...],
    *,
    best: bool = False,
    theory: bool = False,
    readout: Readout | None = None,
    control: str = "",
    drag: tuple[str, ...] = (),
    low: float = LOW,
    scale: int = 0,
) -> Experiment:
    """The gradient on its way back through each network, beside the article's best case or the theory.

    The axes are those of a page, whatever its controls are set to; `low` (log10) is the lower end of one of them. What
    is drawn is the gradient of the loss times 2^`scale`; the numbers behind it are without.
    With the `control` of its depth the chart follows that while it is dragged, and reads the slots of `readout` out; or
    with `drag` it follows the controls of the functions' parameters, one for each.
    """
    depth = networks[0].depth
    near = around(depth) if control and len(networks) <= MANY else (depth,)
    beside = dict(zip(near, _positions(networks, near, best, theory, low, scale), strict=True))
    now = beside[depth]
    traces, layout = now.drawing
    sweeps = []
    if control:
        alike = tuple(replace(network, depth=1) for network in networks)
        depths = dict(_depths(alike, best, theory, readout, low, scale))
        depths |= {at: position.shown(readout, at) for at, position in beside.items()}
        order = sorted(depths)
        shown = [depths[d] for d in order]
        traces, sweep = swept(control, shown, order.index(depth))
        sweeps = [sweep]
    elif drag:
        traces, sweeps = _parameters(drag, now, theory, readout, low)
    data = {prose.common("column layer"): np.arange(1.0, depth + 1)}
    data |= {prose.common("column log10", label=line.label): line.y for *_, lines in now.networks for line in lines}
    return Experiment(finished(traces, layout, sweeps=sweeps), data, now.slots)


@kept(limit=CHARTS // 2)
def _depths(
    networks: tuple[Network, ...], best: bool, theory: bool, readout: Readout | None, low: float, scale: int
) -> tuple[tuple[int, Shown], ...]:
    """The chart at every depth that it can show; that of the networks themselves does not matter."""
    cost = len(networks) * (networks[0].width / 64.0) ** 1.5
    offered = DEPTHS if len(networks) <= MANY else DEPTHS[-1:]
    depths = next((depths for depths in offered if cost * sum(depths) <= AFFORDABLE), ())
    shown = _positions(networks, depths, best, theory, low, scale)
    return tuple((depth, position.shown(readout, depth)) for depth, position in zip(depths, shown, strict=True))


def _positions(
    networks: tuple[Network, ...], depths: tuple[int, ...], best: bool, theory: bool, low: float, scale: int
) -> list[Position]:
    """The chart of the networks at each of several depths."""
    found = []
    for depth, layers in zip(depths, measure_depths(networks, depths, of_weights=False), strict=True):
        deep = [replace(network, depth=depth) for network in networks]
        found.append(_position([_drawn(*one, best, theory) for one in zip(deep, layers, strict=True)], low, scale))
    return found


def _position(networks: Sequence[Drawn], low: float, scale: int = 0) -> Position:
    lines, depth = [line for *_, its in networks for line in its], networks[0][0].depth
    slots = reach_slots(tuple(network for network, *_ in networks), [layers for _, layers, _ in networks])
    texts = layer_texts()
    if scale:
        lines = [replace(line, y=line.y + scale * math.log10(2.0)) for line in lines]
        slots |= scaled_slots([its[-1] for *_, its in networks], scale)
        texts = texts._replace(gradient_title=prose.common("axis gradient scaled", scale=slots["scale"]))
    drawing = layer_charts.drawing(lines, frame=frame(depth, low), floors=FLOORS, texts=texts)
    return Position(tuple(networks), drawing, slots)


def _drawn(network: Network, layers: Layers, best: bool, theory: bool) -> Drawn:
    return network, layers, tuple(_lines(network, layers, best, theory))


@kept(limit=CHARTS // 4)
def _moved(network: Network, number: Number, theory: bool) -> tuple[Drawn, ...]:
    """One network with each value of a parameter that the chart can show, the fewer the longer they take."""
    cost = network.depth * (network.width / 64.0) ** 1.5
    count = min(STOPS, int(AFFORDABLE / 2.5 / PARAMETERS / cost))  # less than half of it: nobody may ever drag them
    if count < 3:
        return ()
    values = positions(number, number.default, count)
    moved = [replace(network, parameters={**network.parameters, number.name: value}) for value in values]
    (layers,) = measure_depths(moved, [network.depth], of_weights=False)
    return tuple(_drawn(*one, False, theory) for one in zip(moved, layers, strict=True))


def _parameters(
    drag: tuple[str, ...], here: Position, theory: bool, readout: Readout | None, low: float
) -> tuple[list[dict[str, Any]], list[Sweep]]:
    """The chart at every value of each parameter while the others stay, and the traces as they are now."""
    networks = tuple(network for network, *_ in here.networks)
    shown: list[Shown] = []
    parts = []  # of `shown`, by control: where its positions begin and end, and which of them is now
    for control, (which, number) in zip(drag, moving(networks), strict=True):
        now, begin = networks[which].parameters[number.name], len(shown)
        plain = replace(networks[which], parameters={**networks[which].parameters, number.name: number.default})
        values = {moved[0].parameters[number.name]: moved for moved in _moved(plain, number, theory)}
        values[now] = here.networks[which]
        for value in sorted(values):
            every = [*here.networks[:which], values[value], *here.networks[which + 1 :]]
            shown.append(_position(every, low).shown(readout, value))
        parts.append((control, begin, len(shown), sorted(values).index(now)))
    traces, whole = swept("", shown, parts[0][3])  # together: a position says all that any other one does
    return traces, [Sweep(control, whole.stops[begin:end], active) for control, begin, end, active in parts]


def _lines(network: Network, layers: Layers, best: bool, theory: bool) -> list[Line]:
    """What was measured of one network, after what bounds or predicts it."""
    label, look = ACTIVATIONS[network.activation].label, style(network.activation)
    x = np.arange(1.0, network.depth + 1)
    lines = []
    if best:
        bound = from_last(best_case(network.activation, network.depth, **network.parameters))
        lines.append(Line(prose.common("line best", label=label), x, bound, look, "bound"))
    if theory and not objection(network):
        predicted = predicted_log10_delta(network)
        lines.append(Line(prose.common("line theory", label=label), x, predicted, look, "theory"))
    return [*lines, Line(label, x, from_last(layers.log10_delta), look)]


def from_last(log10: np.ndarray) -> np.ndarray:
    """log10 of what is left in each layer of the last layer's gradient, which is one."""
    return log10 - last(log10)


def last(log10: np.ndarray) -> float:
    """log10 of the last layer's gradient, with which others are compared.

    Where that is exactly zero, what enters at the output stands for it: nothing is left of that, unless a residual
    connection goes around.
    """
    return float(log10[-1]) if np.isfinite(log10[-1]) else 0.0


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


def total(layers: Layers) -> float:
    """log10 of what is left of the last layer's gradient in the first."""
    return float(from_last(layers.log10_delta)[0])


def at(network: Network) -> str:
    """The parameters of a network's function, as in "α = 0.01"."""
    numbers = ACTIVATIONS[network.activation].parameters
    return ", ".join(f"{n.symbol} = {numerals.plain(network.parameters[n.name])}" for n in numbers)


def reach_slots(networks: tuple[Network, ...], measurements: Sequence[Layers]) -> dict[str, str]:
    """What the words of a page say about `by_layer(networks)`, from what was measured of each."""
    depth = networks[0].depth
    labels = [ACTIVATIONS[network.activation].label for network in networks]
    totals = list(zip(map(total, measurements), labels, strict=True))
    worst, worst_label = max(totals, key=lambda pair: abs(pair[0]))  # what is furthest from stable, either way
    (least, least_label), (best, best_label) = min(totals), max(totals)
    lines = [
        prose.common("reach", label=label, figure=numerals.size(reach), words=numerals.ratio(reach))
        for reach, label in totals
    ]
    reached = {n.activation: numerals.size(reach) for n, (reach, _) in zip(networks, totals, strict=True)}
    reached |= {f"{network.activation}_at": at(network) for network in networks if network.parameters}
    return reached | {
        "depth": str(depth),
        "list": "\n".join(f"- {pointing.named(line, label)}" for line, (_, label) in zip(lines, totals, strict=True)),
        "worst": worst_label,
        "worst_figure": numerals.size(worst),
        "worst_words": numerals.ratio(worst),
        "worst_factor": numerals.size(worst / max(1, depth - 1)),
        "best": best_label,
        "best_figure": numerals.size(best),
        "best_words": numerals.ratio(best),
        "best_factor": numerals.size(best / max(1, depth - 1)),
        "least": least_label,
        "least_factor": numerals.size(least / max(1, depth - 1)),
        "alt_lines": "; ".join(lines),
    }


def scaled_slots(lines: Sequence[Line], scale: int) -> dict[str, str]:
    """What words say of the loss times 2^`scale` where gradients are float16: how many layers from the last one on get
    one that is neither zero nor infinite. (Micikevicius et al. 2018, arXiv:1710.03740.)
    """
    said, verdict = [], "scaled fits"
    for line in lines:
        numbers = in_float16(line.y[::-1]), in_float16(line.y[::-1] + scale * math.log10(2.0))
        (before, _), (after, end) = (_reached(each) for each in numbers)
        verdict = "scaled large" if math.isinf(end) else verdict
        said.append(
            prose.common(
                "scaled over" if math.isinf(end) else "scaled reach",
                label=pointing.named(line.label, line.label), before=str(before), after=str(after),
                layer=str(len(line.y) - after), depth=str(len(line.y)),
            )
        )  # fmt: skip
    (largest,) = (number.largest for number in FORMATS if number.name == "float16")
    return {
        "scale": f"2{str(scale).translate(SUPERSCRIPT)}",
        "scaled": "\n".join(f"- {each}" for each in said),
        "scaled_verdict": prose.common(verdict, largest=numerals.whole(round(largest))),
    }


def _reached(numbers: np.ndarray) -> tuple[int, float]:
    """How many layers a gradient passes before it is zero or infinite, and which of the two; 1 if it is neither."""
    ends = np.flatnonzero((numbers == 0.0) | np.isinf(numbers))
    return (int(ends[0]), float(numbers[ends[0]])) if len(ends) else (len(numbers), 1.0)


@kept()
def initializations(
    activation: str, initializers: tuple[str, ...], depth: int, width: int, seed: int, low: float = LOW
) -> Experiment:
    """The measured gradient of one activation with several initializers, each beside its theory."""
    x = np.arange(1.0, depth + 1)
    lines, slots, reached = [], {"depth": str(depth), "steps": str(depth - 1)}, {}
    for k, name in enumerate(initializers):
        network = Network(activation, depth=depth, width=width, seed=seed, initializer=name)
        (layers,) = measured((network,))
        label, look = INITIALIZERS[name].label, style(activation).several(k)
        theory = predicted_log10_delta(network)
        lines.append(Line(prose.common("line theory", label=short(label)), x, theory, look, "theory"))
        lines.append(Line(short(label), x, from_last(layers.log10_delta), look))
        reached[label] = total(layers)
        slots |= {
            name: numerals.size(reached[label]),
            f"{name}_words": numerals.ratio(reached[label]),
            f"{name}_theory": numerals.size(float(theory[0])),
            f"{name}_factor": numerals.size(factors_per_layer(activation, (), network.weight_variance)[1]),
        }
    figure = layer_charts.gradient_by_layer(lines, frame=frame(depth, low), floors=FLOORS, texts=layer_texts())
    data = {prose.common("column layer"): x}
    data |= {prose.common("column log10", label=line.label): line.y for line in lines}
    slots |= {
        "alt_lines": "; ".join(f"{label}: {numerals.size(reach)}" for label, reach in reached.items()),
    }
    return Experiment(figure, data, slots)
