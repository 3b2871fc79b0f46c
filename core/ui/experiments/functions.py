"""Functions and their derivatives: curves, computed facts, what they do to a line."""

import math

import numpy as np
from scipy.special import ndtr

from core.charts import curves, theme
from core.charts.theme import Line
from core.maths.activations import ACTIVATIONS, prelu_slope_derivative
from core.maths.facts import facts
from core.maths.network import Network
from core.maths.response import bend, response
from core.ui import prose
from core.ui.experiments import Experiment, kept, style

SPAN = 6.0  # curves are drawn for |x| up to this


@kept
def with_derivatives(
    networks: tuple[Network, ...], *, tangent: float | None = None, marks: bool = False, zones: bool = False
) -> Experiment:
    """f above f' for the activations of the given networks; on request a tangent, saturated zones, zeros of f'."""
    span = 8.0 if zones else SPAN  # wide enough to show where the sigmoid saturates
    found = [facts(n.activation, **n.parameters) for n in networks]
    x = np.linspace(-span, span, 241)
    upper, lower, data = [], [], {"x": x}
    for network in networks:
        entry = ACTIVATIONS[network.activation]
        f, slope = entry.value(x, **network.parameters), entry.derivative(x, **network.parameters)
        upper.append(Line(entry.label, x, f, style(entry.name)))
        broken_x, broken = _broken_at_kinks(network, x)
        lower.append(Line(entry.label, broken_x, broken, style(entry.name)))
        data |= {f"f {entry.label}": f, f"f' {entry.label}": slope}
    bounded = all(math.isfinite(edge) for fact in found for edge in fact.range)
    slope_high = max(1.15, max(fact.supremum.value for fact in found) * 1.08)
    slope_low = min(-0.2 if marks else -0.05, min(fact.infimum.value for fact in found) * 1.15)
    touching = None
    if tangent is not None:
        entry, parameters = ACTIVATIONS[networks[0].activation], networks[0].parameters
        y, m = float(entry.value(tangent, **parameters)), float(entry.derivative(tangent, **parameters))
        ends = np.array([tangent - 1.5, tangent + 1.5])
        line = Line(prose.common("line tangent"), ends, y + m * (ends - tangent), theme.Style(), "aid")
        touching = (line, curves.Point(tangent, y, "", style(entry.name)))
    points = [
        curves.Point(zero[0], 0.0, f"{ACTIVATIONS[n.activation].label} {prose.number(zero[0], 4)}", style(n.activation))
        for n, fact in zip(networks, found, strict=True)
        for zero in fact.zeros
        if marks and zero[0] == zero[1] and abs(zero[0]) < span
    ]
    if tangent is not None:
        points.append(curves.Point(tangent, m, "", style(networks[0].activation)))
    shaded = [curves.Zone(max(a, -span), min(b, span), prose.common("zone small")) for a, b in found[0].small if zones]
    shaded += [
        curves.Zone(-span, max(zero[0], -span), prose.common("zone negative") if n is networks[0] else "")
        for n, fact in zip(networks, found, strict=True)
        for zero in fact.zeros
        if marks and zero[0] == zero[1]
    ]
    figure = curves.function_and_derivative(
        upper, lower,
        x=curves.Axis("x", -span, span),
        f=curves.Axis("f(x)", *((-1.4, 1.4) if bounded else (-2.2, 5.0))),
        slope=curves.Axis("f′(x)", slope_low, slope_high),
        zones=shaded, tangent=touching, points=points,
    )  # fmt: skip
    labels = [ACTIVATIONS[n.activation].label for n in networks]
    slots: dict[str, str] = {
        "labels": prose.listing(labels),
        "facts": "\n".join(f"- {_fact_line(n)}" for n in networks),
    }
    slots["alt_facts"] = " ".join(_fact_line(n) for n in networks)
    for network, fact in zip(networks, found, strict=True):
        crossing = [z for z in fact.zeros if z[0] == z[1]]
        below = float(ndtr(crossing[0][0])) if crossing and fact.infimum.value < 0 else 0.0
        slots |= {
            f"{network.activation}_zero_now": prose.number(crossing[0][0], 4) if crossing else prose.common("none"),
            f"{network.activation}_low_now": prose.plain(fact.infimum.value),
            f"{network.activation}_share_now": prose.percent(below),
        }
    if tangent is not None:
        slots |= {"x": prose.number(tangent), "value": prose.number(y), "slope": prose.number(m)}
    return Experiment(figure, data, slots)


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
            prose.common("at", x=prose.plain(low, 4))
            if math.isfinite(low)
            else prose.common("far", side="−" if low < 0 else "+")
        )
    if low == -math.inf and high == math.inf:
        return prose.common("everywhere")
    if low == -math.inf:
        return f"x < {prose.plain(high)}"
    if high == math.inf:
        return f"x > {prose.plain(low)}"
    return f"{prose.plain(low)} < x < {prose.plain(high)}"


def _fact_line(network: Network) -> str:
    fact = facts(network.activation, **network.parameters)
    return prose.common(
        "fact line",
        label=ACTIVATIONS[network.activation].label,
        low=prose.plain(fact.infimum.value), low_at=interval(fact.infimum.low, fact.infimum.high),
        high=prose.plain(fact.supremum.value), high_at=interval(fact.supremum.low, fact.supremum.high),
    )  # fmt: skip


@kept
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
            f"{prose.plain(fact.range[0])} … {prose.plain(fact.range[1])}",
        ))  # fmt: skip
    heads = ("label", "sup", "sup at", "inf", "inf at", "zeros", "small", "range")
    return {
        prose.common(f"column {head}"): list(column)
        for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    }


@kept
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
        f"{label}: {prose.percent(share) if share > 1e-12 else prose.common('straight')}"
        for label, share in zip(labels, (bend(x, y) for y in outputs), strict=True)
    ]
    slots = {"depth": str(networks[0].depth), "list": "\n".join(f"- {b}" for b in bends), "alt_lines": "; ".join(bends)}
    return Experiment(figure, {"x": x} | dict(zip(labels, outputs, strict=True)), slots)


@kept
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


@kept
def slope_gradient(a: float) -> Experiment:
    """PReLU's derivative with respect to its own parameter a."""
    x = np.linspace(-SPAN, SPAN, 121)
    learnt = prelu_slope_derivative(x)
    lines = [
        Line("PReLU", x, ACTIVATIONS["prelu"].value(x, a=a), style("prelu")),
        Line("∂f/∂a", x, learnt, style("prelu"), "reference"),
    ]
    figure = curves.lines(lines, x=curves.Axis("x", -SPAN, SPAN), y=curves.Axis("f, ∂f/∂a", -6.0, 6.0), height=280)
    return Experiment(figure, {"x": x, "f": lines[0].y, "df/da": learnt}, {"a": prose.plain(a)})
