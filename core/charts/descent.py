"""A loss over one weight: the points visited, the slope at the last of them, and the next step."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.curves import Axis
from core.charts.figure import finished
from core.charts.theme import SLOPE, STEP, WEIGHT, Array

HEIGHT = 380
MARGIN = {"l": 60, "r": 16, "t": 16, "b": 56}
REACH = 0.13  # of a tangent to either side, as a share of the chart
FOOT = 0.45  # where the line under the point ends, as a share of the room below zero
FAINT = 0.45


@dataclass(frozen=True)
class Words:
    """What stands at the parts of the chart; `outside` instead of all of them where the point has left it."""

    weight: str
    slope: str
    step: str
    lowest: str
    outside: str


def descent(
    curve: tuple[Array, Array],
    visited: tuple[Array, Array],
    slope: float,
    aim: tuple[float, float],
    lowest: float,
    *,
    words: Words,
    x: Axis,
    y: Axis,
) -> go.Figure:
    """The curve, and on it the points visited, the last one with its slope and an arrow to the next weight.

    `curve`, `visited` and `aim`, the next point, are weights and losses. The axes stand still, and what lies beyond
    them is not drawn: an arrow that leaves the chart ends at its edge.
    """
    w, height = float(visited[0][-1]), float(visited[1][-1])
    hover = f"{x.title} %{{x:.3g}}: {y.title} %{{y:.3g}}<extra></extra>"
    seen = {"color": WEIGHT, "size": 9}
    data = [
        theme.scatter(*curve, "lines", hover, name=y.title, line={"color": theme.GREY, "width": 2.5}),
        theme.scatter(
            *visited,
            "lines+markers",
            hover,
            name=x.title,
            opacity=FAINT,
            marker=seen,
            line={"color": seen["color"], "width": 1.5},
        ),
    ]
    shapes = [theme.line((lowest, lowest), (0.0, y.high))]
    texts = [theme.label(words.lowest, lowest, 1.0, yref="paper", yanchor="top", xanchor="left", xshift=6)]
    if x.low <= w <= x.high:
        data += [_tangent(w, height, slope, x, y), _circle(*aim, opened=True), _circle(w, height)]
        shapes.append(theme.line((aim[0], aim[0]), (height, aim[1])))
        shapes.append(theme.line((w, w), (FOOT * y.low, height)))
        texts += _labels(w, height, slope, aim[0], words, x, y)
    else:
        middle = (x.low + x.high) / 2
        texts.append(theme.label(words.outside, middle, y.high / 2, WEIGHT, bgcolor=theme.BAND))
    ticks = {"tickvals": list(range(0, math.ceil(y.high), 10))}  # below zero there is no loss, only room
    layout = {"margin": MARGIN, "xaxis": x.layout(), "yaxis": y.layout(**ticks), "shapes": shapes, "annotations": texts}
    return finished(data, layout, height=HEIGHT)


def _tangent(w: float, height: float, slope: float, x: Axis, y: Axis) -> dict[str, Any]:
    """A piece of the tangent, equally long on the screen whatever the slope."""
    reach = _reach(slope, x, y)
    ends = np.array([w - reach, w + reach])
    look = {"color": SLOPE, "width": 4}
    return theme.scatter(ends, height + slope * (ends - w), "lines", line=look)


def _reach(slope: float, x: Axis, y: Axis) -> float:
    return REACH / math.hypot(1 / (x.high - x.low), slope / (y.high - y.low))


def _circle(w: float, height: float, *, opened: bool = False) -> dict[str, Any]:
    symbol = "circle-open" if opened else "circle"
    marker = {"color": WEIGHT, "size": 14, "symbol": symbol, "line": {"width": 2}}
    return theme.scatter(np.array([w]), np.array([height]), "markers", marker=marker)


def _labels(w: float, height: float, slope: float, aim: float, words: Words, x: Axis, y: Axis) -> list[dict[str, Any]]:
    """Under the point, where no curve is, its slope and its weight; over the arrow the step."""
    end = min(max(aim, x.low), x.high)
    arrow = {
        "text": "", "x": end, "y": height, "ax": w, "ay": height, "xref": "x", "yref": "y", "axref": "x", "ayref": "y",
        "showarrow": True, "arrowhead": 2, "arrowwidth": 3, "arrowcolor": STEP, "startstandoff": 8,
    }  # fmt: skip
    ahead: dict[str, Any] = {"xanchor": "left", "xshift": 12} if slope <= 0 else {"xanchor": "right", "xshift": -12}
    return [
        theme.label(words.weight, w, y.low, WEIGHT, yanchor="bottom"),
        theme.label(words.slope, w, y.low, SLOPE, yanchor="bottom", yshift=17),
        theme.label(words.step, w, height, STEP, yanchor="bottom", yshift=6, **ahead),
        arrow,
    ]
