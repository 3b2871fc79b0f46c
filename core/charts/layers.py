"""Charts with one position per layer: the gradient on its way back, shares of units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.figure import Drawing, Sweep, finished
from core.charts.theme import Line

PLOT_HEIGHT = theme.HEIGHT - theme.MARGIN["t"] - theme.MARGIN["b"]
LINE = 17.0 / PLOT_HEIGHT  # of the axis: the height of a line of text
Floor = tuple[str, float]  # a number format and log10 of its smallest positive number


class Texts(NamedTuple):
    """The words of the chart: an exact zero, what a format does at its floor, what is below the axis, a layer; axes."""

    zero: str
    reaches: str
    below: str
    layer: str
    layer_title: str
    gradient_title: str


@dataclass(frozen=True)
class Scale:
    """The logarithmic axis from low to high, and below it room for what is exactly zero."""

    low: float
    high: float

    @property
    def zero(self) -> float:
        return self.low - 0.045 * (self.high - self.low)

    @property
    def bottom(self) -> float:
        return self.low - 0.09 * (self.high - self.low)


def gradient_by_layer(lines: Sequence[Line], *, sweeps: Sequence[Sweep] = (), **settings: Any) -> go.Figure:
    """The finished chart of `drawing`."""
    return finished(*drawing(lines, **settings), sweeps=sweeps)


def drawing(
    lines: Sequence[Line], *, depth: int, low: float, high: float, floors: Sequence[Floor] = (), texts: Texts
) -> Drawing:
    """Traces and layout: log10 of a gradient per layer, input at the left, output at the right.

    Lines are named at the input's end. `low` and `high` (log10) come from the settings.
    An exact zero (-inf) cannot stand on a logarithmic axis: it is drawn in a band of its own below it.
    """
    scale = Scale(low, high)
    data = [
        *(theme.band(line, scale.bottom, high) for line in lines if line.band),
        *(_curve(line, texts) for line in lines),
        *_zeros(lines, scale, texts),  # after all lines, whose places are the same with and without
    ]
    band, zero_text = _zero_band(lines, scale, texts)
    floor_lines, floor_texts = _floors(floors, scale, texts)
    names = [replace(line, label=_off_axis(line, low, high)) for line in lines if line.role == "main"]
    ends = theme.end_labels(names, scale.bottom, high, side="left", height=PLOT_HEIGHT)
    layout = {
        "xaxis": _layer_axis(texts.layer_title, depth),
        "yaxis": theme.log_axis(texts.gradient_title, scale.bottom, high, side="right"),
        "shapes": [*band, *floor_lines],
        "annotations": [*zero_text, *floor_texts, *_below(floors, scale, texts), *ends],
        "hovermode": "x unified",
    }
    return data, layout


Items = list[dict[str, Any]]


def _curve(line: Line, texts: Texts) -> dict[str, Any]:
    """A line without its zeros."""
    layer = line.x.astype(np.int16)  # a quarter of the bytes on their way to the browser
    shown = replace(line, x=layer, y=np.where(np.isneginf(line.y), np.nan, line.y))
    return theme.trace(shown, f"{texts.layer} %{{x}}: 10<sup>%{{y:.2f}}</sup>")


def _zeros(lines: Sequence[Line], scale: Scale, texts: Texts) -> Items:
    """The zeros of each line that has any, as markers in the band below the axis."""
    zeros = [(line, line.x[np.isneginf(line.y)]) for line in lines]
    marks = [
        Line(f"{line.label}: {texts.zero}", x, np.full(len(x), scale.zero), line.style) for line, x in zeros if len(x)
    ]
    return [{**theme.trace(mark, f"{texts.layer} %{{x}}: {texts.zero}"), "mode": "markers"} for mark in marks]


def _zero_band(lines: Sequence[Line], scale: Scale, texts: Texts) -> tuple[Items, Items]:
    """The band of what is exactly zero and its name, if anything is."""
    if not any(np.isneginf(line.y).any() for line in lines):
        return [], []
    band = theme.rect((0, 1), (scale.bottom, scale.low), xref="paper")
    return [band], [theme.label(texts.zero, 1.0, scale.zero, xref="paper", xanchor="left", xshift=6)]


def _floors(floors: Sequence[Floor], scale: Scale, texts: Texts) -> tuple[Items, Items]:
    """The floors of number formats that lie on the axis; a name stands above its floor where another is close below."""
    line_height = LINE * (scale.high - scale.bottom)
    lines, names = [], []
    for name, floor in floors:
        if scale.low < floor < scale.high:
            crowded = any(0 < floor - other < line_height for _, other in floors)
            lines.append(theme.line((0, 1), (floor, floor), xref="paper", dash="dash"))
            names.append(_at_the_right(f"{name} {texts.reaches}", floor, "bottom" if crowded else "top"))
    return lines, names


def _below(floors: Sequence[Floor], scale: Scale, texts: Texts) -> Items:
    """The names of the formats whose floors lie below the axis."""
    names = [name for name, floor in floors if floor <= scale.low]
    return [_at_the_right(f"{texts.below}: {', '.join(names)}", scale.low, "bottom")] if names else []


def _at_the_right(text: str, y: float, yanchor: str) -> dict[str, Any]:
    return theme.label(text, 1.0, y, xref="paper", xanchor="right", yanchor=yanchor)


def _layer_axis(title: str, depth: int) -> dict[str, Any]:
    """The layers; there is no layer 0."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200) if depth / s <= 12)
    return theme.axis(title, max(1 - 0.02 * depth, 0.1), 1.02 * depth, dtick=step, tick0=0)


def _off_axis(line: Line, low: float, high: float) -> str:
    end = float(line.y[0])
    if end == -math.inf or low <= end <= high or not math.isfinite(end):
        return line.label
    return f"{line.label} {'↓' if end < low else '↑'} {theme.power_of_ten(round(end))}"
