"""Functions and their derivatives: curves, computed facts, what they do to a line."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from scipy.special import ndtr

from core.charts import curves, theme
from core.charts.figure import Drawing, Stop, Sweep, finished, swept
from core.charts.theme import Line
from core.experiments import Experiment, Readout, read_out, style, sweep_words
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS, prelu_slope_derivative
from core.maths.facts import facts
from core.maths.network import Network
from core.maths.numbers import Number
from core.maths.response import bend, response
from core.words import numerals, prose

SPAN = 6.0  # curves are drawn for |x| up to this
REACH = np.array([-2.5, 2.5])  # of a tangent, from where it touches
STOPS = 25  # positions of a parameter that is dragged in the chart


@kept()
def with_derivatives(
    networks: tuple[Network, ...], *, tangent: float | None = None, marks: bool = False, zones: bool = False,
    drag: bool = False, readout: Readout | None = None, guess: float | None = None,
) -> Experiment:  # fmt: skip
    """f above f' for the activations of the given networks; on request a tangent, saturated zones, zeros of f'.

    `guess`: where a reader has placed a marker before.
    `drag`: every parameter of theirs, or the place of the tangent, can be moved in the chart itself.
    """
    sweeping = drag and tangent is None
    span = 8.0 if zones else SPAN  # wide enough to show where the sigmoid saturates
    span = max(span, *(4.0 / 3.0 * abs(k) for n in networks for k in (0.0, *ACTIVATIONS[n.activation].breaks)))
    x = np.linspace(-span, span, 97 if sweeping else 241)  # every position of a sweep is another curve to send
    data = {"x": x}
    for network in networks:
        entry = ACTIVATIONS[network.activation]
        data[f"f {entry.label}"] = entry.value(x, **network.parameters)
        data[f"f' {entry.label}"] = entry.derivative(x, **network.parameters)
    traces, layout = _drawn(networks, x, tangent, marks, zones, sweeping, guess)
    sweeps = []
    if tangent is not None and drag:
        sweeps = [_tangents(networks[0], tangent, len(networks), readout)]
    elif drag and marks:
        traces, sweep = _with_marks(networks, x, readout, guess)
        sweeps = [sweep]
    elif drag:
        sweeps = [sweep for which in range(len(networks)) for sweep in _parameters(networks, which, x)]
    slots: dict[str, str] = {
        "labels": numerals.listing([ACTIVATIONS[n.activation].label for n in networks]),
        "facts": "\n".join(f"- {_fact_line(n)}" for n in networks),
        "alt_facts": " ".join(_fact_line(n) for n in networks),
    }
    for network in networks:
        slots |= _zero_slots(network)
    if tangent is not None:
        slots |= _tangent_slots(networks[0], tangent)
    return Experiment(finished(traces, layout, sweeps=sweeps), data, slots)


def _drawn(
    networks: tuple[Network, ...], x: np.ndarray, tangent: float | None, marks: bool, zones: bool, sweeping: bool,
    guess: float | None,
) -> Drawing:  # fmt: skip
    """Traces and layout of `with_derivatives`."""
    span = float(x[-1])
    found = [facts(n.activation, **n.parameters) for n in networks]
    upper, lower = [], []
    for network in networks:
        entry = ACTIVATIONS[network.activation]
        upper.append(Line(entry.label, x, entry.value(x, **network.parameters), style(entry.name)))
        lower.append(Line(entry.label, *_broken_at_kinks(network, x), style(entry.name)))
    bounds = [1.1 * edge for fact in found if math.isfinite(sum(map(abs, fact.range))) for edge in fact.range]
    narrow = len(bounds) == 2 * len(found) and max(map(abs, bounds)) < 1.4
    slope_high = max(1.15, max(fact.supremum.value for fact in found) * 1.08)
    slope_low = min(-0.2 if marks else -0.05, min(fact.infimum.value for fact in found) * 1.15)
    if sweeping and not marks:  # room for every value of the parameters: the axis stays where it is
        numbers = [number for n in networks for number in ACTIVATIONS[n.activation].parameters]
        slope_low, slope_high = min(n.low for n in numbers) - 0.15, max(n.high for n in numbers) + 0.15
    points = [
        curves.Point(
            zero[0], 0.0, f"{ACTIVATIONS[n.activation].label} {numerals.number(zero[0], 4)}", style(n.activation)
        )
        for n, fact in zip(networks, found, strict=True)
        for zero in fact.zeros
        if marks and zero[0] == zero[1] and abs(zero[0]) < span
    ]
    touching = None
    if tangent is not None:
        entry = ACTIVATIONS[networks[0].activation]
        y, m = _at(networks[0], tangent)
        ends = tangent + REACH
        line = Line(prose.common("line tangent"), ends, y + m * (ends - tangent), theme.Style(), "aid")
        touching = (line, curves.Point(tangent, y, "", style(entry.name)))
        points.append(curves.Point(tangent, m, "", style(networks[0].activation)))
    shaded = [curves.Zone(max(a, -span), min(b, span), prose.common("zone small")) for a, b in found[0].small if zones]
    shaded += [
        curves.Zone(-span, max(zero[0], -span), prose.common("zone negative") if n is networks[0] else "")
        for n, fact in zip(networks, found, strict=True)
        for zero in fact.zeros
        if marks and zero[0] == zero[1]
    ]
    return curves.function_and_derivative_parts(
        upper, lower,
        x=curves.Axis("x", -span, span),
        f=curves.Axis("f(x)", *((-1.4, 1.4) if narrow else (min(-2.2, *bounds, 0.0), max(5.0, *bounds, 0.0)))),
        slope=curves.Axis("f′(x)", slope_low, slope_high),
        zones=shaded, tangent=touching, points=points,
        guess=None if guess is None else curves.Point(guess, 0.0, prose.common("marker")),
    )  # fmt: skip


@kept()
def to_place(activation: str, span: float, at: float) -> go.Figure:
    """A function without its derivative, and the marker that a reader places on it."""
    entry = ACTIVATIONS[activation]
    x = np.linspace(-span, span, 161)
    curve = Line(entry.label, x, entry.value(x), style(activation))
    low, high = float(curve.y.min()), min(float(curve.y.max()), 1.2)  # near zero is where there is something to see
    return curves.to_place(
        curve, curves.Point(at, float(entry.value(at)), prose.common("marker"), style(activation)),
        x=curves.Axis("x", -span, span), y=curves.Axis("f(x)", low - 0.3, high + 0.3),
    )  # fmt: skip


def _zero_slots(network: Network) -> dict[str, str]:
    """Where the derivative of one function crosses zero, how low it gets, and for how many inputs it is negative."""
    fact = facts(network.activation, **network.parameters)
    crossing = [z for z in fact.zeros if z[0] == z[1]]
    below = float(ndtr(crossing[0][0])) if crossing and fact.infimum.value < 0 else 0.0
    return {
        f"{network.activation}_zero_now": numerals.number(crossing[0][0], 4) if crossing else prose.common("none"),
        f"{network.activation}_low_now": numerals.plain(fact.infimum.value),
        f"{network.activation}_share_now": numerals.percent(below),
    }


def _at(network: Network, x: float) -> tuple[float, float]:
    """Value and derivative at one place."""
    entry = ACTIVATIONS[network.activation]
    return float(entry.value(x, **network.parameters)), float(entry.derivative(x, **network.parameters))


def _tangent_slots(network: Network, x: float) -> dict[str, str]:
    y, m = _at(network, x)
    return {"x": numerals.plain(x), "value": numerals.plain(y), "slope": numerals.number(m)}


def _tangents(network: Network, tangent: float, functions: int, readout: Readout | None) -> Sweep:
    """The tangent at every place: its line, the point where it touches, and the same point on the derivative."""
    places = np.unique(np.append(np.arange(-6.0, 6.01, 0.25), tangent))
    stops = []
    for x in map(float, places):
        y, m = _at(network, x)
        ends = x + REACH
        traces: dict[int, dict[str, Any]] = {
            2 * functions: {"x": ends, "y": y + m * (ends - x)},
            2 * functions + 1: {"x": [x], "y": [y]},
            2 * functions + 2: {"x": [x], "y": [m]},
        }
        stops.append(Stop(numerals.plain(x), traces, readouts=read_out(readout, _tangent_slots(network, x))))
    return Sweep("x", stops, int(np.searchsorted(places, tangent)), *sweep_words())


def positions(number: Number, now: float) -> list[float]:
    """Where a number can be dragged to: STOPS values from end to end, and where it is."""
    values = np.append(np.linspace(number.low, number.high, STOPS), now)
    return [float(value) for value in np.unique(np.round(values, 6))]


def _parameters(networks: tuple[Network, ...], which: int, x: np.ndarray) -> list[Sweep]:
    """Every value of each parameter of one function: its curve and its derivative."""
    network = networks[which]
    entry = ACTIVATIONS[network.activation]
    found = []
    for number in entry.parameters:
        values = positions(number, network.parameters[number.name])
        stops = []
        for value in values:
            moved = replace(network, parameters={**network.parameters, number.name: value})
            _, broken = _broken_at_kinks(moved, x)
            traces = {
                which: {"y": entry.value(x, **moved.parameters).astype(np.float32)},
                len(networks) + which: {"y": broken.astype(np.float32)},
            }
            stops.append(Stop(numerals.plain(value), traces))
        name = f"{number.symbol} ({entry.label})"
        found.append(Sweep(name, stops, values.index(round(network.parameters[number.name], 6)), *sweep_words()))
    return found


def _with_marks(
    networks: tuple[Network, ...], x: np.ndarray, readout: Readout | None, guess: float | None
) -> tuple[list[dict[str, Any]], Sweep]:
    """Every value of the first function's parameter, with the zeros of the derivative and what they divide."""
    first = networks[0]
    (number,) = ACTIVATIONS[first.activation].parameters
    values = positions(number, first.parameters[number.name])
    drawings = []
    for value in values:
        moved = replace(first, parameters={number.name: value})
        drawn = _drawn((moved, *networks[1:]), x, None, True, False, True, guess)
        drawings.append((numerals.plain(value), drawn, read_out(readout, _zero_slots(moved))))
    active = values.index(round(first.parameters[number.name], 6))
    return swept(number.symbol, drawings, active, *sweep_words())


def _broken_at_kinks(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative with a gap where it jumps, instead of a line that is not there."""
    entry = ACTIVATIONS[network.activation]
    beside = 1e-9
    grid = np.unique(np.concatenate([x, *([k - beside, k, k + beside] for k in entry.kinks)]))
    slope = np.array(entry.derivative(grid, **network.parameters))
    for k in entry.kinks:
        i = int(np.searchsorted(grid, k))
        if abs(slope[i + 1] - slope[i - 1]) > 1e-6:
            slope[i] = np.nan
    return grid, slope


def interval(low: float, high: float) -> str:
    """A stretch of the x axis in words: x < −5.99, −1.33 to −1.23, everywhere."""
    if low == high:
        return (
            prose.common("at", x=numerals.plain(low, 4))
            if math.isfinite(low)
            else prose.common("far", side="−" if low < 0 else "+")
        )
    if low == -math.inf and high == math.inf:
        return prose.common("everywhere")
    if low == -math.inf:
        return f"x < {numerals.plain(high)}"
    if high == math.inf:
        return f"x > {numerals.plain(low)}"
    return f"{numerals.plain(low)} < x < {numerals.plain(high)}"


def _fact_line(network: Network) -> str:
    fact = facts(network.activation, **network.parameters)
    return prose.common(
        "fact line",
        label=ACTIVATIONS[network.activation].label,
        low=numerals.plain(fact.infimum.value), low_at=interval(fact.infimum.low, fact.infimum.high),
        high=numerals.plain(fact.supremum.value), high_at=interval(fact.supremum.low, fact.supremum.high),
    )  # fmt: skip


@kept()
def fact_table() -> dict[str, list[object]]:
    """The computed facts as columns: one row per activation, at its default parameters."""
    rows = []
    for name, entry in ACTIVATIONS.items():
        fact = facts(name)
        rows.append((
            entry.label,
            fact.supremum.value, interval(fact.supremum.low, fact.supremum.high),
            fact.infimum.value, interval(fact.infimum.low, fact.infimum.high),
            "; ".join(interval(*zero) for zero in fact.zeros) or prose.common("none"),
            "; ".join(interval(*small) for small in fact.small) or prose.common("none"),
            f"{numerals.plain(fact.range[0])} … {numerals.plain(fact.range[1])}",
        ))  # fmt: skip
    heads = ("label", "sup", "sup at", "inf", "inf at", "zeros", "small", "range")
    return {
        prose.common(f"column {head}"): list(column)
        for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    }


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
    bends = [
        f"{label}: {numerals.percent(share) if share > 1e-12 else prose.common('straight')}"
        for label, share in zip(labels, (bend(x, y) for y in outputs), strict=True)
    ]
    slots = {"depth": str(networks[0].depth), "list": "\n".join(f"- {b}" for b in bends), "alt_lines": "; ".join(bends)}
    slots["most"] = labels[int(np.argmax([bend(x, y) for y in outputs]))]
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
            ("f′", entry.derivative(x, **parameters) - exact_slope, "reference"),
        ):
            size = np.log10(np.maximum(np.abs(error), 1e-300))
            lines.append(Line(f"{label} {kind}", x, size, style(name), role))
            data[f"{label} {kind}"] = error
    figure = curves.lines(
        lines, x=curves.Axis("x", -SPAN, SPAN), y=curves.Axis(prose.common("axis error"), -8.0, -1.0, log=True),
        hover="%{x:.2f}: 10<sup>%{y:.2f}</sup>", height=320,
    )  # fmt: skip
    return Experiment(figure, data, {})


@kept()
def slope_gradient(a: float) -> Experiment:
    """PReLU's derivative with respect to its own parameter a."""
    x = np.linspace(-SPAN, SPAN, 121)
    learnt = prelu_slope_derivative(x)
    lines = [
        Line("PReLU", x, ACTIVATIONS["prelu"].value(x, a=a), style("prelu")),
        Line("∂f/∂a", x, learnt, style("prelu"), "reference"),
    ]
    figure = curves.lines(lines, x=curves.Axis("x", -SPAN, SPAN), y=curves.Axis("f, ∂f/∂a", -6.0, 6.0), height=280)
    return Experiment(figure, {"x": x, "f": lines[0].y, "df/da": learnt}, {"a": numerals.plain(a)})
