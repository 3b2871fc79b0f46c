"""Tangents of functions at one place: lines and points for the chart, the numbers, and a place that is dragged."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.charts import theme
from core.charts.curves import Point
from core.charts.figure import Stop, Sweep
from core.charts.theme import Line
from core.experiments import Readout, read_out, style
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.words import formulas, numerals, prose

PLACES = np.round(np.arange(-6.0, 6.01, 0.2), 1)  # at which charts follow the control of x
REACH = np.array([-2.5, 2.5])  # of a tangent, from where it touches


def at(network: Network, x: float) -> tuple[float, float]:
    """Value and derivative at one place."""
    entry = ACTIVATIONS[network.activation]
    return float(entry.value(x, **network.parameters)), float(entry.derivative(x, **network.parameters))


def tangent(network: Network, x: float) -> tuple[Line, Point]:
    """The tangent at x in the colour of slopes, and the point where it touches in the colour of the function."""
    y, slope = at(network, x)
    ends = x + REACH
    line = Line(prose.common("line tangent"), ends, y + slope * (ends - x), theme.Style(theme.SLOPE), "aid")
    return line, Point(x, y, "", style(network.activation))


def slope(network: Network, x: float) -> Point:
    """The same place on the derivative, in the colour of slopes."""
    look = style(network.activation)
    return Point(x, at(network, x)[1], "", theme.Style(theme.SLOPE, look.dash, look.symbol))


def slots(networks: Sequence[Network], x: float) -> dict[str, str]:
    """The place, and value and slope of every function there; with more than one in their order."""
    found = [at(network, x) for network in networks]
    values, slopes = [numerals.plain(y) for y, _ in found], [numerals.number(m) for _, m in found]
    labels = [ACTIVATIONS[network.activation].label for network in networks]
    return {
        "x": numerals.plain(x),
        "value": numerals.listing(values),
        "slope": numerals.listing(slopes),
        "slopes": numerals.listing([f"{label} {m}" for label, m in zip(labels, slopes, strict=True)]),
        "alt_values": "; ".join(f"{formulas.at(n.activation, x)} = {y}" for n, y in zip(networks, values, strict=True)),
    }


def sweep(control: str, networks: Sequence[Network], now: float, readout: Readout | None) -> Sweep:
    """The tangents at every place: their lines, the points where they touch, and the same points on the derivatives."""
    places = np.unique(np.append(PLACES, now))
    stops = [_stop(networks, x, readout) for x in map(float, places)]
    return Sweep(control, stops, int(np.searchsorted(places, now)))


def _stop(networks: Sequence[Network], x: float, readout: Readout | None) -> Stop:
    """What changes with the place; the traces come in the order in which the chart draws them, after the curves."""
    drawn: list[dict[str, Any]] = []
    for network in networks:
        line, point = tangent(network, x)
        drawn += [{"x": line.x, "y": line.y}, {"x": [x], "y": [point.y]}]
    drawn += [{"x": [x], "y": [slope(network, x).y]} for network in networks]
    drawn += [{"x": [x, x]}] * 2
    traces = dict(enumerate(drawn, 2 * len(networks)))
    return Stop(x, traces, readouts=read_out(readout, _coloured(networks, x)))


def _coloured(networks: Sequence[Network], x: float) -> dict[str, str]:
    """The numbers as they are read out over the chart, each in the colour of what it belongs to."""
    found = [at(network, x) for network in networks]
    values = [
        theme.coloured(numerals.plain(y), style(n.activation).colour) for n, (y, _) in zip(networks, found, strict=True)
    ]
    slopes = [theme.coloured(numerals.number(m), theme.SLOPE) for _, m in found]
    return slots(networks, x) | {
        "x": theme.coloured(numerals.plain(x), theme.PLACE),
        "value": numerals.listing(values),
        "slope": numerals.listing(slopes),
    }
