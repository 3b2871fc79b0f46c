"""Functions and their derivatives: curves that can be dragged, and what they do to a line."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import curves
from core.charts.figure import Drawing, Stop, Sweep, finished, swept
from core.charts.theme import Line
from core.experiments import Experiment, Readout, read_out, style, tangents
from core.experiments.definitions import with_numbers
from core.experiments.facts import crossings, fact_line, facts_of, zero_slots
from core.experiments.kept import WORDS, kept
from core.maths.activations import ACTIVATIONS, prelu_slope_derivative
from core.maths.network import Network
from core.maths.numbers import Number
from core.maths.response import bend, response
from core.words import formulas, numerals, pointing, prose

SPAN = 6.0  # curves are drawn for |x| up to this
STEEPEST = 6.0  # slope that the axis has room for
FARTHEST = 12.0  # kink that is shown: a sine may have many
STRAIGHT = 1e-12  # of the output: less that no line explains is rounding
STOPS = 25  # values of a parameter at which a chart follows it


@dataclass(frozen=True)
class View:
    """What is drawn beside the curves, and what the axes make room for.

    `tangent`: where one touches each function. `marks`: where the derivatives cross zero and are negative. `zones`:
    where each function is saturated. `guess`: where a reader has placed a marker before. `moving`: a parameter of the
    functions is dragged. `span`: x reaches so far on both sides.
    """

    span: float
    tangent: float | None = None
    marks: bool = False
    zones: bool = False
    guess: float | None = None
    moving: bool = False

    @property
    def x(self) -> np.ndarray:
        points = 97 if self.moving else 241  # every position of a sweep is another curve to send
        return np.linspace(-self.span, self.span, points)


@kept()
def with_derivatives(
    networks: tuple[Network, ...],
    *,
    tangent: float | None = None,
    marks: bool = False,
    zones: bool = False,
    drag: tuple[str, ...] = (),
    readout: Readout | None = None,
    guess: float | None = None,
) -> Experiment:
    """f above f' for the activations of the given networks, with what a `View` of them shows.

    `drag`: controls that the chart follows while they are dragged, that of the tangent or one for each parameter.
    """
    span = 8.0 if zones else SPAN  # wide enough to show where the sigmoid saturates
    breaks = [k for n in networks for k in ACTIVATIONS[n.activation].breaks_at(**n.parameters) if abs(k) <= FARTHEST]
    span = max(span, *(4.0 / 3.0 * abs(k) for k in (0.0, *breaks)))
    view = View(span, tangent, marks, zones, guess, moving=bool(drag) and tangent is None)
    data = {"x": view.x}
    for network in networks:
        entry = ACTIVATIONS[network.activation]
        data[f"f {entry.label}"] = entry.value(view.x, **network.parameters)
        data[f"f' {entry.label}"] = entry.derivative(view.x, **network.parameters)
    traces, layout = _drawing(networks, view)
    sweeps = []
    if tangent is not None and drag:
        sweeps = [tangents.sweep(drag[0], networks, tangent, readout)]
    elif drag and marks:
        traces, sweep = _with_marks(drag[0], networks, view, readout)
        sweeps = [sweep]
    elif drag:
        sweeps = [_parameter(key, networks, *each, view.x) for key, each in zip(drag, moving(networks), strict=True)]
    return Experiment(finished(traces, layout, sweeps=sweeps), data, _slots(networks, tangent))


def _slots(networks: tuple[Network, ...], tangent: float | None) -> dict[str, str]:
    """What is said of the functions, of the zeros of their derivatives, and of the tangent if there is one."""
    lines = [fact_line(network) for network in networks]
    slots = {
        "labels": numerals.listing([ACTIVATIONS[n.activation].label for n in networks]),
        "facts": "\n".join(f"- {line}" for line in lines),
        "alt_facts": " ".join(f"{line} {_formulas(n)}" for n, line in zip(networks, lines, strict=True)),
    }
    for network in networks:
        slots |= zero_slots(network)
    return slots if tangent is None else slots | tangents.slots(networks, tangent)


def _formulas(network: Network) -> str:
    """Both formulas of a function as plain text, with its parameters in them."""
    value, slope = map(formulas.text, with_numbers(network))
    return prose.common("alt formulas", value=value, derivative=slope)


def _drawing(networks: tuple[Network, ...], view: View) -> Drawing:
    """Traces and layout of `with_derivatives`."""
    values, slopes = _curves(networks, view.x)
    values_named, slopes_named = ((), ()) if view.marks else _levels(networks)
    return curves.function_and_derivative_drawing(
        values,
        slopes,
        x=curves.Axis("x", -view.span, view.span),
        f=curves.Axis("f(x)", *_value_range(networks), levels=values_named),
        slope=curves.Axis("f′(x)", *_slope_range(networks, view), levels=slopes_named),
        zones=_zones(networks, view),
        tangents=[] if view.tangent is None else [tangents.tangent(network, view.tangent) for network in networks],
        points=_points(networks, view),
        place=view.tangent,
        guess=None if view.guess is None else curves.Point(view.guess, 0.0, prose.common("marker")),
    )


def _curves(networks: tuple[Network, ...], x: np.ndarray) -> tuple[list[Line], list[Line]]:
    """Each function and its derivative."""
    values, slopes = [], []
    for network in networks:
        entry = ACTIVATIONS[network.activation]
        values.append(Line(entry.label, x, entry.value(x, **network.parameters), style(entry.name)))
        slopes.append(Line(entry.label, *_broken_at_kinks(network, x), style(entry.name)))
    return values, slopes


def _levels(networks: tuple[Network, ...]) -> tuple[tuple[tuple[float, str], ...], tuple[tuple[float, str], ...]]:
    """The bounds of the functions, and the largest derivatives and those that are zero, with their names.

    A function with a parameter has none: they would move with it.
    """
    facts = [facts_of(network) for network in networks if not ACTIVATIONS[network.activation].parameters]
    bounds = dict.fromkeys(end for fact in facts for end in fact.range if math.isfinite(end))
    extremes = [extreme.value for fact in facts for extreme in (fact.supremum, fact.infimum)]
    slopes = dict.fromkeys(value for value in extremes if 0 <= value < math.inf)
    values, steepest = (tuple((value, numerals.plain(value)) for value in found) for found in (bounds, slopes))
    return values, steepest


def _value_range(networks: tuple[Network, ...]) -> tuple[float, float]:
    """The axis of the functions: narrow if all are bounded closely, else with room for those that are bounded."""
    ranges = [facts_of(network).range for network in networks]
    bounds = [1.1 * edge for ends in ranges if all(map(math.isfinite, ends)) for edge in ends]
    if len(bounds) == 2 * len(ranges) and max(map(abs, bounds)) < 1.4:
        return -1.4, 1.4
    return min(-2.2, *bounds, 0.0), max(5.0, *bounds, 0.0)


def _slope_range(networks: tuple[Network, ...], view: View) -> tuple[float, float]:
    """The axis of the derivatives; if a parameter moves, with room for all of its values: the axis stays."""
    own = any(ACTIVATIONS[network.activation].family == "own" for network in networks)
    if view.moving and not (view.marks or own):
        numbers = [number for n in networks for number in ACTIVATIONS[n.activation].parameters]
        return min(n.low for n in numbers) - 0.15, max(n.high for n in numbers) + 0.15
    facts = [facts_of(network) for network in networks]
    lowest = max(min(fact.infimum.value for fact in facts), -STEEPEST)
    low = min(-0.2 if view.marks else -0.05, lowest * 1.15)
    return low, max(1.15, min(max(fact.supremum.value for fact in facts), STEEPEST) * 1.08)


def _points(networks: tuple[Network, ...], view: View) -> list[curves.Point]:
    """On the derivatives: their zeros with their names, and the slope of the tangent."""
    points = []
    for network in networks if view.marks else ():
        label, look = ACTIVATIONS[network.activation].label, style(network.activation)
        zeros = [zero for zero in crossings(network) if abs(zero) < view.span]
        points += [curves.Point(zero, 0.0, f"{label} {numerals.number(zero)}", look) for zero in zeros]
    if view.tangent is not None:
        points += [tangents.slope(network, view.tangent) for network in networks]
    return points


def _zones(networks: tuple[Network, ...], view: View) -> list[curves.Zone]:
    """Where the functions are saturated, and where their derivatives are negative: darker, where several are."""
    first, span = networks[0], view.span
    zones = []
    for network in networks if view.zones else ():
        text = prose.common("zone small") if network is first else ""
        small = facts_of(network).small
        zones += [curves.Zone(max(low, -span), min(high, span), text) for low, high in small]
    for network in networks if view.marks else ():
        text = prose.common("zone negative") if network is first else ""
        zones += [curves.Zone(-span, max(zero, -span), text) for zero in crossings(network)]
    return zones


@kept()
def to_place(activation: str, span: float, at: float | None) -> go.Figure:
    """A function without its derivative, and the marker that a reader places on it; a class has none in common."""
    entry = ACTIVATIONS[activation]
    x = np.linspace(-span, span, 161)
    curve = Line(entry.label, x, entry.value(x), style(activation))
    low, high = float(curve.y.min()), min(float(curve.y.max()), 1.2)  # near zero is where there is something to see
    marker = None
    if at is not None:
        marker = curves.Point(at, float(entry.value(at)), prose.common("marker"), style(activation))
    return curves.to_place(curve, marker, x=curves.Axis("x", -span, span), y=curves.Axis("f(x)", low - 0.3, high + 0.3))


@kept(limit=WORDS)
def heights(activation: str, low: float, step: float, stops: int) -> list[float]:
    """A function at the stops of a marker, to three decimals."""
    x = low + step * np.arange(stops)
    return [round(float(y), 3) for y in ACTIVATIONS[activation].value(x)]


def moving(networks: tuple[Network, ...]) -> list[tuple[int, Number]]:
    """The parameters of the functions in their order, each with the place of its network."""
    return [(which, number) for which, n in enumerate(networks) for number in ACTIVATIONS[n.activation].parameters]


def positions(number: Number, now: float, stops: int = STOPS) -> list[float]:
    """Where a chart follows a number: at most so many values of its own slider, from end to end, and where it is."""
    step = number.step * math.ceil((number.high - number.low) / number.step / (stops - 1) - 1e-9)
    values = [*np.arange(number.low, number.high, step), number.high, now]
    return [float(value) for value in np.unique(np.round(values, 6))]


def _parameter(control: str, networks: tuple[Network, ...], which: int, number: Number, x: np.ndarray) -> Sweep:
    """Every value of a parameter of one function: its curve and its derivative."""
    network = networks[which]
    entry = ACTIVATIONS[network.activation]
    values = positions(number, network.parameters[number.name])
    stops = []
    for value in values:
        moved = replace(network, parameters={**network.parameters, number.name: value})
        _, broken = _broken_at_kinks(moved, x)
        traces = {
            which: {"y": entry.value(x, **moved.parameters).astype(np.float32)},
            len(networks) + which: {"y": broken.astype(np.float32)},
        }
        stops.append(Stop(value, traces))
    return Sweep(control, stops, values.index(round(network.parameters[number.name], 6)))


def _with_marks(
    control: str, networks: tuple[Network, ...], view: View, readout: Readout | None
) -> tuple[list[dict[str, Any]], Sweep]:
    """Every value of the first function's parameter, with the zeros of the derivative and what they divide."""
    first, *others = networks
    (number,) = ACTIVATIONS[first.activation].parameters
    values = positions(number, first.parameters[number.name])
    shown = []
    for value in values:
        moved = replace(first, parameters={number.name: value})
        shown.append((value, _drawing((moved, *others), view), read_out(readout, zero_slots(moved))))
    active = values.index(round(first.parameters[number.name], 6))
    return swept(control, shown, active)


def _broken_at_kinks(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative with a gap where it jumps, instead of a line that is not there."""
    entry, beside = ACTIVATIONS[network.activation], 1e-9
    kinks = entry.kinks_at(**network.parameters)
    grid = np.unique(np.concatenate([x, *([k - beside, k, k + beside] for k in kinks)]))
    slope = np.array(entry.derivative(grid, **network.parameters))
    for k in kinks:
        i = int(np.searchsorted(grid, k))
        if abs(slope[i + 1] - slope[i - 1]) > 1e-6:
            slope[i] = np.nan
    return grid, slope


@kept()
def bending(networks: tuple[Network, ...]) -> Experiment:
    """One input through each deep network: the identity leaves a straight line, the others bend it."""
    x = np.linspace(-3.0, 3.0, 181)
    outputs = [response(network, x) for network in networks]
    outputs = [y if y[-1] >= y[0] else -y for y in outputs]  # the sign of a random network says nothing
    labels = [ACTIVATIONS[n.activation].label for n in networks]
    lines = [Line(label, x, y, style(n.activation)) for label, y, n in zip(labels, outputs, networks, strict=True)]
    figure = curves.lines(
        lines,
        x=curves.Axis(prose.common("axis input"), -3.0, 3.0),
        y=curves.Axis(prose.common("axis output"), -4.0, 4.0),
    )
    bends = [bend(x, y) for y in outputs]
    shares = [numerals.percent(share if share > STRAIGHT else 0.0) for share in bends]
    texts = [
        f"{label}: {text if bent > STRAIGHT else prose.common('straight')}"
        for label, text, bent in zip(labels, shares, bends, strict=True)
    ]
    most, least = int(np.argmax(bends)), int(np.argmin(bends))
    slots = {
        "depth": str(networks[0].depth),
        "list": "\n".join(f"- {pointing.named(text, label)}" for text, label in zip(texts, labels, strict=True)),
        "alt_lines": "; ".join(texts),
        "most": labels[most],
        "most_share": shares[most],
        "least": labels[least],
        "least_share": shares[least],
    }
    return Experiment(figure, {"x": x} | dict(zip(labels, outputs, strict=True)), slots)


@kept()
def gelu_errors() -> Experiment:
    """What two approximations of GELU leave: their error in value and in derivative."""
    x = np.linspace(-SPAN, SPAN, 481)
    exact, exact_slope = ACTIVATIONS["gelu"].value(x), ACTIVATIONS["gelu"].derivative(x)
    lines, data = [], {"x": x}
    for label, name, parameters in (
        (prose.common("by tanh"), "gelu_tanh", {}),
        (prose.common("by sigmoid"), "swish", {"beta": 1.702}),
    ):
        entry = ACTIVATIONS[name]
        for kind, error, role in (
            ("f", entry.value(x, **parameters) - exact, "main"),
            ("f′", entry.derivative(x, **parameters) - exact_slope, "second"),
        ):
            size = np.log10(np.maximum(np.abs(error), 1e-300))
            lines.append(Line(f"{label} {kind}", x, size, style(name), role))
            data[f"{label} {kind}"] = error
    figure = curves.lines(
        lines,
        x=curves.Axis("x", -SPAN, SPAN),
        y=curves.Axis(prose.common("axis error"), -8.0, -1.0, log=True),
        hover="%{x:.2f}: 10<sup>%{y:.2f}</sup>",
        height=320,
    )
    return Experiment(figure, data, {})


@kept()
def slope_gradient(a: float) -> Experiment:
    """PReLU's derivative with respect to its own parameter a."""
    x = np.linspace(-SPAN, SPAN, 121)
    learnt = prelu_slope_derivative(x)
    lines = [
        Line("PReLU", x, ACTIVATIONS["prelu"].value(x, a=a), style("prelu")),
        Line("∂f/∂a", x, learnt, style("prelu"), "second"),
    ]
    figure = curves.lines(lines, x=curves.Axis("x", -SPAN, SPAN), y=curves.Axis("f, ∂f/∂a", -6.0, 6.0), height=280)
    return Experiment(figure, {"x": x, "f": lines[0].y, "df/da": learnt}, {"a": numerals.plain(a)})
