"""Maps over two settings: what is multiplied per layer as colour, the edge between shrinking and growing as a line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.curves import Axis, Point
from core.charts.figure import finished

Array = NDArray[np.float64]

LIMIT = 0.2  # of the colours, in decades per layer
COLOURS = theme.gradient_scale(0.5, 0.5)
LINE = "#ffffff"  # lines run where the map is full of colour, on a light page as well as on a dark one
STAY: dict[str, Any] = {
    "selected": {"marker": {"opacity": 1}},
    "unselected": {"marker": {"opacity": 1}},
}  # a click fades nothing
MARGIN = {"l": 56, "r": 8, "t": 76, "b": 76}
# The colour bar of one map lies over it, where it takes no width, and over the names of its levels.
OVER = {
    "orientation": "h", "x": 0.5, "xanchor": "center", "xpad": 0, "y": 1.12, "yanchor": "bottom", "ypad": 0, "len": 0.8,
    "side": "top",
}  # fmt: skip
FACTORS = (0.65, 0.8, 0.9, 1.0, 1.1, 1.25, 1.55)  # named on the colour bar
COLUMNS, PANEL, HIGHEST = 3, 108, 540  # of the gallery: panels in a row, pixels of one at most, of all together


@dataclass(frozen=True)
class Level:
    """A line on the map: x for each y; `text` stands at its upper end."""

    x: Array
    y: Array
    text: str = ""
    main: bool = False


def phases(
    x: Array,
    y: Array,
    factors: Array,
    *,
    levels: Sequence[Level],
    marks: Sequence[Point],
    here: Point,
    lattice: tuple[Array, Array, Array],
    x_axis: Axis,
    y_axis: Axis,
    colour_title: str,
) -> go.Figure:
    """One map: `factors` (log10 of the factor per layer), shape (len(y), len(x)); the point `here` is ringed.

    The lattice (x, y, factors; flat) lies invisibly on top: a click or the pointer anywhere finds its nearest point,
    since heat maps themselves cannot be clicked.
    """
    data: list[dict[str, Any]] = [_heat(x, y, factors)]
    data += [_line(level, x_axis) for level in levels]
    named = [(level.text, end) for level in levels if level.text and (end := _upper_end(level, x_axis))]
    places = theme.spread([end[0] for _, end in named], x_axis.low, x_axis.high, 0.12 * (x_axis.high - x_axis.low))
    annotations = [theme.label(text, x, end[1], yanchor="bottom") for (text, end), x in zip(named, places, strict=True)]
    data += [_mark(mark, 11) for mark in marks]
    data += [_mark(here, 17), _lattice(*lattice)]
    # The marks are named under the axis, where no colour is in the way of reading.
    ticks = {float(t): f"{t}" for t in range(math.ceil(x_axis.low), math.floor(x_axis.high) + 1)}
    ticks |= {mark.x: f"{mark.x:g}<br>{mark.text}" for mark in marks}
    return finished(
        data,
        {
            "margin": MARGIN,
            "xaxis": x_axis.layout(showgrid=False, tickvals=list(ticks), ticktext=list(ticks.values())),
            "yaxis": y_axis.layout(showgrid=False),
            "coloraxis": _colours(colour_title, **OVER),
            "annotations": annotations,
            "hoverdistance": -1,
        },
        height=theme.HEIGHT - 8,
    )


def gallery(
    names: Sequence[str],
    x: Array,
    y: Array,
    factors: Mapping[str, Array],
    edges: Mapping[str, Level],
    *,
    x_axis: Axis,
    y_axis: Axis,
    colour_title: str,
) -> go.Figure:
    """Small maps of many activations on the same axes and colours: log10 of the factors per layer, and the edges."""
    rows = math.ceil(len(names) / COLUMNS)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    annotations = []
    for k, name in enumerate(names):
        row, column = divmod(k, COLUMNS)
        suffix = "" if k == 0 else str(k + 1)
        left, top = column / COLUMNS, 1.0 - row / rows
        across = [left + 0.012, left + 1.0 / COLUMNS - 0.012]
        up = [top - 1.0 / rows + 0.012, top - 0.24 / rows]
        data.append({**_heat(x, y, factors[name]), "name": name, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"})
        data.append({**_line(edges[name], x_axis), "name": name, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"})
        layout[f"xaxis{suffix}"] = x_axis.layout(
            domain=across, anchor=f"y{suffix}", showgrid=False, visible=k + COLUMNS >= len(names)
        )
        layout[f"yaxis{suffix}"] = y_axis.layout(domain=up, anchor=f"x{suffix}", showgrid=False, visible=column == 0)
        annotations.append(
            theme.label(name, across[0], up[1], xref="paper", yref="paper", xanchor="left", yanchor="bottom")
        )
    return finished(
        data,
        {
            "margin": {**MARGIN, "r": 72, "t": 4, "b": 56},
            "annotations": annotations,
            "coloraxis": _colours(colour_title),
            **layout,
        },
        height=min(rows * PANEL, HIGHEST) + 60,
    )


def _heat(x: Array, y: Array, factors: Array) -> dict[str, Any]:
    z = np.clip(factors, -LIMIT, LIMIT).astype(np.float32)
    return {"type": "heatmap", "x": x, "y": y, "z": z, "name": "χ", "coloraxis": "coloraxis", "hoverinfo": "skip"}


def _lattice(x: Array, y: Array, factors: Array) -> dict[str, Any]:
    hover = "σ<sub>w</sub>² %{x:.2f}, σ<sub>b</sub>² %{y:.2f}<br>× %{customdata:.3g}<extra></extra>"
    unseen = {"size": 2, "color": "rgba(0,0,0,0)"}
    values = (10.0**factors).astype(np.float32)
    return theme.scatter(x, y, "markers", hover, name="lattice", customdata=values, marker=unseen)


def _colours(title: str, **bar: Any) -> dict[str, Any]:
    named: dict[str, Any] = {"tickvals": [math.log10(f) for f in FACTORS], "ticktext": [f"{f:g}" for f in FACTORS]}
    return theme.colours(title, -LIMIT, LIMIT, COLOURS, **named | bar)


def _line(level: Level, x_axis: Axis) -> dict[str, Any]:
    x = np.where((level.x >= x_axis.low) & (level.x <= x_axis.high), level.x, np.nan)
    width = 3 if level.main else 1
    return theme.scatter(x, level.y, "lines", name=level.text, line={"width": width, "color": LINE})


def _upper_end(level: Level, x_axis: Axis) -> tuple[float, float] | None:
    inside = np.flatnonzero((level.x >= x_axis.low) & (level.x <= x_axis.high))
    return (float(level.x[inside[-1]]), float(level.y[inside[-1]])) if len(inside) else None


def _mark(point: Point, size: int) -> dict[str, Any]:
    colour = point.style.colour
    marker = {"symbol": point.style.symbol, "size": size, "color": colour, "line": {"width": 3, "color": LINE}}
    return theme.scatter([point.x], [point.y], "markers", name=point.text, marker=marker, **STAY)
