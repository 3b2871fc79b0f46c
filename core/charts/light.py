"""Networks whose neurons shine as far as the gradient has reached them, and the same numbers as plain bars below.

All light stands on an axis of its own, cut off where a pulse from the output has come to: a picture of the pulse is a
place of that edge. The axes of the networks count pixels downwards and columns before the output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import Style

Array = NDArray[np.float64]
Items = list[dict[str, Any]]

COLUMNS = 20  # as many layers are drawn as columns; more of them fill the same room
LEFT, RIGHT = 0.4 - COLUMNS, 0.6  # the ends of the axis
LEVELS = 8  # of brightness for edges
EDGE = 0.55  # of a neuron's brightness: many edges lie side by side
ARROW, NAME, GAP, FOOT = 50, 32, 10, 40  # pixels: above the networks, over each, below it, over the bars
NEURON, BARS, TOP, BOTTOM = 12, 86, 0, 24
MARKS = (0, 0.5, 1)  # on the axis of the bars
CLEAR = "rgba(0,0,0,0)"
SIDE = {"l": 26, "r": 8}


class Texts(NamedTuple):
    """The words of the chart; `layer` names one of them by its number."""

    travels: str
    starts: str
    bars: str
    layer: str
    play: str


@dataclass(frozen=True)
class Lit:
    """A network: what is said over it when the pulse is at each layer (large, small), its style, its light.

    Layer 1 first. `shares` (depth,): of the last layer's gradient. Brightness, 0 to 1: `layers` (depth,), `units`
    (depth, count) and `edges` (depth - 1, count, count), to the layer before.
    """

    said: Sequence[tuple[str, str]]
    label: str
    style: Style
    shares: Array
    layers: Array
    units: Array
    edges: Array


def places(depth: int) -> Array:
    """Where the layers stand: the output's at 0, at most so many columns to the left of it."""
    last = min(depth, COLUMNS) - 1
    return np.linspace(-last, 0.0, depth) if depth > 1 else np.zeros(1)


def networks(lit: Sequence[Lit], texts: Texts) -> go.Figure:
    """The finished figure; its frames are the pulse on its way back, the last one is the figure as it opens."""
    depth, count = lit[0].units.shape
    row = 18 if len(lit) < 3 else 13
    height = NAME + row * (count - 1) + GAP
    tops = [ARROW + k * height + NAME for k in range(len(lit))]
    drawn = ARROW + len(lit) * height
    rows = [top + row * np.arange(count) for top in tops]
    x = places(depth)
    columns = depth <= COLUMNS
    total = drawn + FOOT + BARS
    answers = theme.scatter(
        [LEFT] * len(lit), [top - NAME // 2 - 4 for top in tops], "text", text=[_answer(*each.said[0]) for each in lit],
        textposition="middle right", textfont={"size": 18, "color": [each.style.colour for each in lit]},
        cliponaxis=False,
    )  # fmt: skip
    pairs = list(zip(lit, rows, strict=True))
    if columns:
        light = [_neurons(each, x, y, texts.layer) for each, y in pairs]
        light += [_outlines(each, x, y) for each, y in pairs]
        shapes = [shape for each, y in pairs for shape in _edges(each, x, y)]
    else:
        light, shapes = [_band(each, x, y, texts.layer) for each, y in pairs], [_frame(each, x, y) for each, y in pairs]
    below, hidden = 1.0 - drawn / total, {"visible": False, "fixedrange": True}
    layout = {
        "xaxis": {"range": [LEFT, RIGHT], "anchor": "y2", **hidden},
        "xaxis2": {**_reached(LEFT), "anchor": "y", **hidden},
        "yaxis": {"range": [drawn, 0], "domain": [below, 1], **hidden},
        "yaxis2": {"range": [0.0, 1.15], "domain": [0, BARS / total], **hidden},
        "shapes": [*shapes, *(theme.line((0, 1), (mark, mark), 0.5, xref="paper", yref="y2") for mark in MARKS)],
        "annotations": [*_way(x, texts), *_feet(x, texts, BARS / total)],
        "margin": {**SIDE, "t": TOP, "b": BOTTOM},
        "barmode": "overlay",
        "plot_bgcolor": CLEAR,  # what has no light yet is seen through the room for it
        "updatemenus": [_button(texts.play)] if depth > 1 else [],
    }
    figure = finished([answers, *light, *_bars(lit, x, texts.layer)], layout, height=total + TOP + BOTTOM)
    figure.frames = _pulse(lit, x) if depth > 1 else []
    return figure


def _neurons(each: Lit, x: Array, y: Array, layer: str) -> dict[str, Any]:
    """The neurons, column by column, as bright as they are."""
    count = each.units.shape[1]
    look = {"size": NEURON, "color": each.style.colour, "opacity": each.units.ravel().round(2), "line": {"width": 0}}
    return {
        **_told(each, layer), "type": "scatter", "mode": "markers", "x": np.repeat(x, count), "y": np.tile(y, len(x)),
        "xaxis": "x2", "customdata": np.repeat(_numbers(each), count, axis=0), "marker": look,
    }  # fmt: skip


def _outlines(each: Lit, x: Array, y: Array) -> dict[str, Any]:
    """Where the neurons are, be it dark."""
    look = {
        "size": NEURON,
        "color": "rgba(0,0,0,0)",
        "line": {"width": 1, "color": theme.faint(each.style.colour, 0.45)},
    }
    return theme.scatter(np.repeat(x, len(y)), np.tile(y, len(x)), "markers", marker=look)


def _edges(each: Lit, x: Array, y: Array) -> Items:
    """The edges, those of one brightness as one path."""
    levels = np.ceil(each.edges * LEVELS).astype(int)
    paths = []
    for level in range(1, LEVELS + 1):
        ends = np.argwhere(levels == level)
        path = "".join(f"M{x[l + 1]:g},{y[i]:g}L{x[l]:g},{y[j]:g}" for l, i, j in ends)
        look = {"width": 1.5, "color": theme.faint(each.style.colour, round(EDGE * level / LEVELS, 2))}
        if path:
            paths.append({"type": "path", "path": path, "xref": "x2", "yref": "y", "layer": "below", "line": look})
    return paths


def _band(each: Lit, x: Array, y: Array, layer: str) -> dict[str, Any]:
    """Layers that are too many for columns: side by side, each as bright as all of it is."""
    return {
        **_told(each, layer), "type": "bar", "x": x.round(3), "y": np.full(len(x), y[-1] - y[0] + NEURON),
        "base": y[0] - NEURON / 2, "width": x[1] - x[0], "xaxis": "x2", "yaxis": "y",
        "customdata": _numbers(each),
        "marker": {"color": each.style.colour, "opacity": each.layers.round(2), "line": {"width": 0}},
    }  # fmt: skip


def _frame(each: Lit, x: Array, y: Array) -> dict[str, Any]:
    """Where a band is, be it dark."""
    half = 0.5 * (x[1] - x[0])
    corners = (x[0] - half, x[-1] + half), (y[0] - NEURON / 2, y[-1] + NEURON / 2)
    return theme.rect(*corners, xref="x", yref="y", fillcolor=CLEAR, line=_outline(each))


def _outline(each: Lit) -> dict[str, Any]:
    return {"color": theme.faint(each.style.colour, 0.45), "width": 1}


def _told(each: Lit, layer: str) -> dict[str, Any]:
    """What is told of a layer where the pointer is."""
    told = f"{each.label}, {layer} %{{customdata[0]}}: %{{customdata[1]:.2g}}<extra></extra>"
    return {"name": each.label, "hovertemplate": told, "showlegend": False}


def _bars(lit: Sequence[Lit], x: Array, layer: str) -> Items:
    """A bar for each network and layer."""
    width = 0.8 * (x[1] - x[0] if len(x) > 1 else 1.0) / len(lit)
    return [
        {
            **_told(each, layer), "type": "bar", "x": (x + (k - 0.5 * (len(lit) - 1)) * width).round(3),
            "y": each.shares, "width": width, "xaxis": "x2", "yaxis": "y2", "customdata": _numbers(each),
            "marker": {"color": each.style.colour, "line": {"width": 0}},
        }
        for k, each in enumerate(lit)
    ]  # fmt: skip


def _numbers(each: Lit) -> Array:
    """The layers, and what is left in each."""
    return np.column_stack([np.arange(1.0, len(each.shares) + 1), each.shares])


def _way(x: Array, texts: Texts) -> Items:
    """The arrow from the output to layer 1, and what is said of it."""
    arrow = {
        "x": x[0] - 0.3, "ax": 0.3, "y": 43, "ay": 43, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "",
        "showarrow": True, "arrowhead": 2, "arrowsize": 1.4, "arrowwidth": 2, "arrowcolor": theme.GREY,
    }  # fmt: skip
    starts = theme.label(f"<b>{texts.starts}</b>", RIGHT, 20, xref="x", yref="y", xanchor="right", align="right")
    travels = theme.label(texts.travels, 0.0, 20, xref="paper", yref="y", xanchor="left", align="left", xshift=58)
    return [arrow, starts, travels]


def _feet(x: Array, texts: Texts, top: float) -> Items:
    """The title of the bars, their axis, and below them the names of the first and the last layer."""
    place = {"xref": "x", "yref": "paper", "yanchor": "top"}
    marks = [theme.label(f"{mark:g}", 0.0, mark, xref="paper", yref="y2", xanchor="right", xshift=-4) for mark in MARKS]
    title = theme.label(
        texts.bars, 0.0, top, xref="paper", yref="paper", xanchor="left", align="left", yanchor="bottom", yshift=4
    )
    first, last = (f"{texts.layer} {number}" for number in (1, len(x)))
    names = [theme.label(last, RIGHT, 0.0, **place, xanchor="right", align="right", yshift=-4)]
    if len(x) > 1:
        wide = len(x) > COLUMNS // 2
        at, side = (x[0] - 0.5, "left") if wide else (x[0] + 0.5, "right")
        names.append(theme.label(first, at, 0.0, **place, xanchor=side, align=side, yshift=-4))
    return [title, *marks, *names]


def _reached(edge: float) -> dict[str, Any]:
    """The axis of the light, cut off at an edge."""
    return {"range": [edge, RIGHT], "domain": [(edge - LEFT) / (RIGHT - LEFT), 1]}


def _pulse(lit: Sequence[Lit], x: Array) -> Items:
    """The light comes to one column after another; what is read out is what is left there."""
    stops = np.unique(np.linspace(0, len(x) - 1, min(len(x), COLUMNS)).round().astype(int))[::-1]
    return [
        {
            "name": f"pulse:{k}",
            "data": [{"text": [_answer(*each.said[0 if k == len(stops) - 1 else layer]) for each in lit]}],
            "traces": [0],
            "layout": {"xaxis2": _reached(LEFT if k == len(stops) - 1 else float(x[layer]) - 0.5)},
        }
        for k, layer in enumerate(stops)
    ]


def _answer(large: str, small: str) -> str:
    return f'<b>{large}</b> <span style="font-size:13px">{small}</span>'


def _button(play: str) -> dict[str, Any]:
    """The button that sends the pulse."""
    pace = {"mode": "immediate", "frame": {"duration": 130, "redraw": True}, "transition": {"duration": 0}}
    return {
        "type": "buttons", "showactive": False, "active": -1, "x": 0.0, "y": 1.0, "xanchor": "left", "yanchor": "top",
        "pad": {"t": 2, "l": 0}, "bgcolor": theme.BAND, "bordercolor": theme.GREY, "font": {"size": 14},
        "buttons": [{"label": play, "method": "animate", "args": [None, pace]}],
    }  # fmt: skip
