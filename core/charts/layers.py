"""Charts with one position per layer: the gradient on its way back, shares of units."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.figure import Drawing, Sweep, finished
from core.charts.theme import Line

PLOT_HEIGHT = theme.HEIGHT - theme.MARGIN["t"] - theme.MARGIN["b"]


class Texts(NamedTuple):
    """The words of the chart: an exact zero, what a format does at its floor, what is below the axis, a layer."""

    zero: str
    reaches: str
    below: str
    layer: str


def gradient_by_layer(lines: Sequence[Line], *, sweeps: Sequence[Sweep] = (), **settings: Any) -> go.Figure:
    """The finished chart of `parts`."""
    return finished(*parts(lines, **settings), sweeps=sweeps)


def parts(
    lines: Sequence[Line],
    *,
    depth: int,
    low: float,
    high: float,
    floors: Sequence[tuple[str, float]] = (),
    layer_title: str,
    gradient_title: str,
    texts: Texts,
) -> Drawing:
    """Traces and layout: log10 of a gradient per layer, input at the left, output at the right.

    Lines are named at the input's end.
    `low` and `high` (log10) come from the settings. Floors are (name, log10 of the smallest positive number).
    An exact zero (-inf) cannot stand on a logarithmic axis: it is drawn in a band of its own below it.
    """
    zero = low - 0.045 * (high - low)
    bottom = low - 0.09 * (high - low)
    main = [line for line in lines if line.role == "main"]
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    zeros: list[dict[str, Any]] = []
    data += [theme.band(line, bottom, high) for line in lines if line.band]
    for line in lines:
        shown = np.where(np.isneginf(line.y), np.nan, line.y)
        position = line.x.astype(np.int16)  # a quarter of the bytes on their way to the browser
        data.append(theme.trace(replace(line, x=position, y=shown), f"{texts.layer} %{{x}}: 10<sup>%{{y:.2f}}</sup>"))
        empty = np.isneginf(line.y)
        if empty.any():
            marks = Line(f"{line.label}: {texts.zero}", line.x[empty], np.full(int(empty.sum()), zero), line.style)
            zeros.append({**theme.trace(marks, f"{texts.layer} %{{x}}: {texts.zero}"), "mode": "markers"})
    data += zeros  # after all lines, whose places are the same with and without
    if any(np.isneginf(line.y).any() for line in lines):
        shapes.append(_band(bottom, low))
        annotations.append(theme.label(texts.zero, 1.0, zero, xref="paper", xanchor="left", xshift=6))
    line_height = 17.0 * (high - bottom) / PLOT_HEIGHT
    for name, floor in floors:
        if low < floor < high:
            shapes.append(_floor(floor))
            crowded = any(0 < floor - other < line_height for _, other in floors)  # then its name stands above it
            annotations.append(
                theme.label(
                    f"{name} {texts.reaches}", 1.0, floor, xref="paper", xanchor="right",
                    yanchor="bottom" if crowded else "top",
                )
            )  # fmt: skip
    below = [name for name, floor in floors if floor <= low]
    if below:
        text = f"{texts.below}: {', '.join(below)}"
        annotations.append(theme.label(text, 1.0, low, xref="paper", xanchor="right", yanchor="bottom"))
    ends = [replace(line, label=_off_axis(line, low, high)) for line in main]
    annotations += theme.end_labels(ends, bottom, high, side="left", height=PLOT_HEIGHT)
    return (
        data,
        {
            "xaxis": theme.axis(
                layer_title, max(1 - 0.02 * depth, 0.1), 1.02 * depth, dtick=_layer_step(depth), tick0=0
            ),  # there is no layer 0
            "yaxis": theme.decades(gradient_title, bottom, high, side="right"),
            "shapes": shapes,
            "annotations": annotations,
            "hovermode": "x unified",
        },
    )


def _off_axis(line: Line, low: float, high: float) -> str:
    end = float(line.y[0])
    if end == -math.inf or low <= end <= high or not math.isfinite(end):
        return line.label
    return f"{line.label} {'↓' if end < low else '↑'} {theme.power_of_ten(round(end))}"


def _layer_step(depth: int) -> int:
    return next(s for s in (1, 2, 5, 10, 20, 50, 100, 200) if depth / s <= 12)


def _band(low: float, high: float) -> dict[str, Any]:
    return {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": low, "y1": high,
        "fillcolor": theme.BAND, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _floor(y: float) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
        "line": {"color": theme.GREY, "width": 1, "dash": "dash"}, "layer": "below",
    }  # fmt: skip
