"""Curves over a number: a function with its derivative below it, and plain line charts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.figure import Drawing, finished
from core.charts.theme import Line, Style

MARGIN = {"l": 56, "r": 8, "t": 30, "b": 56}
QUESTION, BELL = 320, 280  # heights of a chart that only asks, and of one about a single area
UPPER, LOWER = (0.54, 1.0), (0.0, 0.46)  # of the height: f and f'
PLOT_HEIGHT = theme.HEIGHT - MARGIN["t"] - MARGIN["b"]


@dataclass(frozen=True)
class Zone:
    """A shaded stretch of the x axis; its text stands at the top."""

    low: float
    high: float
    text: str = ""


@dataclass(frozen=True)
class Point:
    """A marked point with a text beside it."""

    x: float
    y: float
    text: str
    style: Style = Style()


@dataclass(frozen=True)
class Axis:
    """Title and fixed range; `log` for values that are already log10. `levels`: values with a name, its number."""

    title: str
    low: float
    high: float
    log: bool = False
    levels: tuple[tuple[float, str], ...] = ()

    def layout(self, **extra: Any) -> dict[str, Any]:
        if self.levels:
            extra |= {"tickvals": list(self.ticks), "ticktext": list(self.ticks.values())}
        make = theme.log_axis if self.log else theme.axis
        return make(self.title, self.low, self.high, **extra)

    @property
    def ticks(self) -> dict[float, str]:
        """Zero, the levels in bold, and round numbers: each if there is room beside those before it."""
        least = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(least))
        step = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
        even = [k * step for k in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]
        levels = [(value, f"<b>{text}</b>") for value, text in self.levels]
        zero = [(value, text) for value, text in levels if value == 0]
        others = [(value, f"{value:g}".replace("-", "−")) for value in (0.0, *even)]
        chosen: dict[float, str] = {}
        for value, text in (*zero, others[0], *levels, *others):
            if self.low <= value <= self.high and all(abs(value - each) >= self._apart for each in chosen):
                chosen[value] = text
        return chosen

    @property
    def _apart(self) -> float:
        """How far apart two numbers stand in one of two panels, so that both can be read."""
        return 15.0 / (PLOT_HEIGHT * (UPPER[1] - UPPER[0])) * (self.high - self.low)

    def lines(self, yref: str) -> list[dict[str, Any]]:
        """A thin line at zero, faint, and at every level that has its number at the axis."""
        named = [value for value, _ in self.levels if value in self.ticks and value != 0]
        places = [min(max(0.0, self.low), self.high), *dict.fromkeys(named)]
        return [theme.line((0, 1 - theme.ROOM), (y, y), xref="paper", yref=yref, opacity=0.5) for y in places]


def function_and_derivative_drawing(
    functions: Sequence[Line],
    derivatives: Sequence[Line],
    *,
    x: Axis,
    f: Axis,
    slope: Axis,
    zones: Sequence[Zone] = (),
    tangents: Sequence[tuple[Line, Point]] = (),
    points: Sequence[Point] = (),
    place: float | None = None,
    guess: Point | None = None,
) -> Drawing:
    """Traces and layout: f above, f' below, on one x axis. Zones shade both panels; points stand on the derivative.

    `place`: an x that both panels mark. `guess`: where a reader placed a marker, as an upright line through both.
    """
    data = [
        *(theme.trace(line, "f(%{x:.2f}) = %{y:.4g}", yaxis="y") for line in functions),
        *(theme.trace(line, "f′(%{x:.2f}) = %{y:.4g}", yaxis="y2") for line in derivatives),
        *(trace for tangent in tangents for trace in _tangent(*tangent)),
        *(_mark(point, "y2") for point in points),
        *([] if place is None else [_across(place, f, "y"), _across(place, slope, "y2")]),
    ]
    across = theme.roomy(x.layout(anchor="y2"))
    shapes = [*map(_shade, zones), *f.lines("y"), *slope.lines("y2"), *([_upright(guess.x)] if guess else [])]
    annotations = [
        *_names(functions, f, across, "y", UPPER),
        *_names(derivatives, slope, across, "y2", LOWER),
        *(_point_label(point, left=i % 2 == 0) for i, point in enumerate(points)),  # neighbours to different sides
        *(_zone_label(zone, x, LOWER[1], "bottom") for zone in zones if zone.text),  # between the panels is no line
        *([_beside(guess, LOWER[1], x, yref="paper", yanchor="top")] if guess else []),
    ]
    layout = {
        "margin": MARGIN,
        "xaxis": across,
        "yaxis": f.layout(domain=UPPER),
        "yaxis2": slope.layout(domain=LOWER),
        "shapes": shapes,
        "annotations": annotations,
    }
    return data, layout


def _names(
    lines: Sequence[Line], axis: Axis, across: dict[str, Any], yref: str, panel: tuple[float, float]
) -> list[dict[str, Any]]:
    """The names of the curves in one of the two panels."""
    height = PLOT_HEIGHT * (panel[1] - panel[0])
    return theme.end_labels(lines, axis.low, axis.high, across=across["range"], height=height, yref=yref)


def _tangent(line: Line, point: Point) -> list[dict[str, Any]]:
    return [theme.trace(line, "%{y:.4g}", yaxis="y"), _mark(point, "y")]


def _across(x: float, axis: Axis, yaxis: str) -> dict[str, Any]:
    """A thin upright line through one panel, which can be dragged along with a tangent."""
    line = {"color": theme.PLACE, "width": 1}
    return theme.scatter([x, x], [axis.low, axis.high], "lines", name="", line=line, yaxis=yaxis)


def _point_label(point: Point, *, left: bool) -> dict[str, Any]:
    place = {"xanchor": "right" if left else "left", "yshift": 14 if left else -14}
    return theme.label(point.text, point.x, point.y, point.style.colour, yref="y2", **place)


def lines(
    curves: Sequence[Line],
    *,
    x: Axis,
    y: Axis,
    zones: Sequence[Zone] = (),
    points: Sequence[Point] = (),
    hover: str = "%{x:.4g}: %{y:.4g}",
    height: int = theme.HEIGHT,
    note: str = "",
) -> go.Figure:
    """A plain line chart, lines named at their right ends; over it a `note`, of what its lines are."""
    data = [theme.band(curve, y.low, y.high) for curve in curves if curve.band]
    data += [theme.trace(curve, hover) for curve in curves]
    data += [_mark(point, "y") for point in points]
    plot = height - MARGIN["t"] - MARGIN["b"]
    across = theme.roomy(x.layout())
    annotations = theme.end_labels(curves, y.low, y.high, across=across["range"], height=plot)
    annotations += [theme.label(point.text, point.x, point.y, yshift=16) for point in points]
    annotations += [_zone_label(zone, x, 1.0, "top") for zone in zones if zone.text]
    if note:
        corner = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        annotations.append(theme.label(note, 0.0, 1.0, **corner))
    return finished(
        data,
        {
            "margin": MARGIN,
            "xaxis": across,
            "yaxis": y.layout(),
            "shapes": [_shade(zone) for zone in zones],
            "annotations": annotations,
        },
        height=height,
    )


def to_place(curve: Line, marker: Point | None, *, x: Axis, y: Axis) -> go.Figure:
    """One curve and a marker on it, if one reader places it: a click anywhere means the x below it."""
    spot = {"marker": {"opacity": 0, "size": 16}, "cliponaxis": False}
    spots = theme.scatter(curve.x, curve.y, "markers", "x = %{x:.2f}<extra></extra>", **spot)
    layout = {
        "margin": {**MARGIN, "r": 16},
        "xaxis": x.layout(),
        "yaxis": y.layout(),
        "hovermode": "x",
        "shapes": [_upright(marker.x)] if marker else [],
        "annotations": [_beside(marker, 0.04, x, yref="paper")] if marker else [],
    }
    drawn = theme.trace(curve, "") | {"mode": "lines", "hoverinfo": "skip"}
    return finished([drawn, spots, *([_mark(marker, "y")] if marker else [])], layout, height=QUESTION)


LETTER = 18  # a size at which one letter is found


def area_drawing(curve: Line, area: Line, height: Point, middle: Point, *, x: Axis, y: Axis) -> Drawing:
    """Traces and layout: a curve over an axis, the area under it up to a place, and its height there.

    The texts of `height` and `middle` name the height and the area.
    """
    fill: dict[str, Any] = {"fillcolor": theme.faint(area.style.colour, 0.3), "line": {"width": 0}}
    upright = Line(height.text, np.array([height.x] * 2), np.array([0.0, height.y]), height.style, "aid")
    data = [
        theme.scatter(area.x, area.y, "lines", name=area.label, fill="tozeroy", **fill),
        theme.trace(curve, "%{x:.2f}: %{y:.4g}") | {"mode": "lines"},
        theme.trace(upright, "%{y:.4g}"),
        _mark(height, "y"),
    ]
    places = [(middle, middle.y, {}), (height, height.y / 2, {"xanchor": "left", "xshift": 6})]
    texts = [theme.label(each.text, each.x, at, each.style.colour, **place) for each, at, place in places]
    for text in texts:
        text["font"]["size"] = LETTER
    layout = {"margin": {**MARGIN, "r": 16}, "xaxis": x.layout(), "yaxis": y.layout(), "annotations": texts}
    return data, layout


def _beside(point: Point, y: float, x: Axis, **extra: Any) -> dict[str, Any]:
    """The text of a point beside the upright line through it, where there is more room."""
    left = point.x > (x.low + x.high) / 2
    side: dict[str, Any] = {"xanchor": "right", "xshift": -6} if left else {"xanchor": "left", "xshift": 6}
    return theme.label(point.text, point.x, y, **side | {"yanchor": "middle"} | extra)


def _upright(x: float) -> dict[str, Any]:
    return theme.line((x, x), (0, 1), xref="x", yref="paper")


def _mark(point: Point, yaxis: str) -> dict[str, Any]:
    text = point.text or f"{point.x:.3g}: {point.y:.3g}".replace("-", "−")
    line = Line(text, np.array([point.x]), np.array([point.y]), point.style)
    marker = {"symbol": point.style.symbol, "size": 13, "color": point.style.colour}
    return theme.trace(line, f"{text}<extra></extra>", yaxis=yaxis) | {"mode": "markers", "marker": marker}


def _shade(zone: Zone) -> dict[str, Any]:
    return theme.rect((zone.low, zone.high), (0, 1), xref="x", yref="paper")


def _zone_label(zone: Zone, x: Axis, height: float, yanchor: str) -> dict[str, Any]:
    """In the middle of the zone; on a phone it may be wider than that, but never stands on the axis."""
    low, high = max(zone.low, x.low), min(zone.high, x.high)
    place, anchor = (
        (low, "left") if low == x.low else (high, "right") if high == x.high else ((low + high) / 2, "center")
    )
    return theme.label(zone.text, place, height, yref="paper", yanchor=yanchor, xanchor=anchor)
