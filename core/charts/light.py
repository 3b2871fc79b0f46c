"""Networks whose neurons shine as far as the gradient has reached them, and the same numbers as plain bars below.

All light stands on an axis of its own, cut off where a pulse from the output has come to: a picture of the pulse is a
place of that edge. So do the outlines of the neurons, cut off where the network begins. The axes of the networks count
pixels downwards and columns before the output. Every drawing has the same traces, empty where a band stands for the
columns or they for it, so that one can follow the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import Drawing, Stop, Sweep
from core.charts.layers import layers_at
from core.charts.theme import Style

Array = NDArray[np.float64]
Items = list[dict[str, Any]]

COLUMNS = 20  # as many layers are drawn as columns; more of them fill the same room
LEFT, RIGHT = 0.4 - COLUMNS, 0.6  # the ends of the axis
LEVELS = 8  # of brightness for edges
EDGE = 0.55  # of a neuron's brightness: many edges lie side by side
ARROW, NAME, GAP, FOOT = 36, 32, 10, 40  # pixels: above the networks, over each, below it, over the bars
NEURON, BARS, TOP, BOTTOM = 12, 76, 0, 24
MARKS = (0, 0.5, 1)  # on the axis of the bars
CLEAR = "rgba(0,0,0,0)"
PULSE = "pulse"  # what plays it
SIDE = {"l": 26, "r": 8}
BUTTON = 30  # pixels at the top right that a button of the chart covers


class Texts(NamedTuple):
    """The words of the chart; `layer` names one of them by its number."""

    travels: str
    starts: str
    bars: str
    layer: str


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


def networks(lit: Sequence[Lit], texts: Texts) -> Drawing:
    """The drawing of networks that are equally deep."""
    count = lit[0].units.shape[1]
    row = 18 if len(lit) < 3 else 13
    height = NAME + row * (count - 1) + GAP
    tops = [ARROW + k * height + NAME for k in range(len(lit))]
    drawn = ARROW + len(lit) * height
    x = places(len(lit[0].shares))
    total = drawn + FOOT + BARS
    answers = theme.scatter(
        [LEFT] * len(lit), [top - NAME // 2 - 4 for top in tops], "text", text=[_answer(*each.said[0]) for each in lit],
        textposition="middle right", textfont={"size": 18, "color": [each.style.colour for each in lit]},
        cliponaxis=False,
    )  # fmt: skip
    light: Items = []
    shapes: Items = []
    for each, top in zip(lit, tops, strict=True):
        y = top + row * np.arange(count)
        columns, band = (x, x[:0]) if len(x) <= COLUMNS else (x[:0], x)
        light += [_outlines(each, y), _neurons(each, columns, y, texts.layer), _band(each, band, y, texts.layer)]
        shapes += _edges(each, x, y) if len(columns) else [_frame(each, x, y)]
    below, hidden = 1.0 - drawn / total, {"visible": False, "fixedrange": True}
    layout = {
        "xaxis": {"range": [LEFT, RIGHT], "anchor": "y2", **hidden},
        "xaxis2": {**_reached(LEFT), "anchor": "y", **hidden},
        "xaxis3": {**_reached(x[0] - 0.5 if len(x) <= COLUMNS else 0.5), "anchor": "y", **hidden},
        "yaxis": {"range": [drawn, 0], "domain": [below, 1], **hidden},
        "yaxis2": {"range": [0.0, 1.15], "domain": [0, BARS / total], **hidden},
        "shapes": [*shapes, *(theme.line((0, 1), (mark, mark), xref="paper", yref="y2") for mark in MARKS)],
        "annotations": [*_way(x, texts), *_feet(x, texts, BARS / total)],
        "margin": {**SIDE, "t": TOP, "b": BOTTOM},
        "barmode": "overlay",
        "meta": {**layers_at(x), "free": round((BARS + 29) / total, 2)},  # over the title of the bars
        "plot_bgcolor": CLEAR,  # what has no light yet is seen through the room for it
        "height": total + TOP + BOTTOM,
    }
    return [answers, *light, *_bars(lit, x, texts.layer)], layout


def pulse(lit: Sequence[Lit]) -> Sweep:
    """The light comes to one column after another, in the end the drawing as it is; said is what is left there."""
    x = places(len(lit[0].shares))
    stops = np.unique(np.linspace(0, len(x) - 1, min(len(x), COLUMNS)).round().astype(int))[::-1]
    edges = [*(float(x[layer]) - 0.5 for layer in stops[:-1]), LEFT]
    reached = [*stops[:-1], 0]
    pictures = [
        Stop(float(k), {0: {"text": [_answer(*each.said[layer]) for each in lit]}}, {"xaxis2": _reached(edge)})
        for k, (layer, edge) in enumerate(zip(reached, edges, strict=True))
    ]
    return Sweep(PULSE, pictures, len(pictures) - 1)


def _neurons(each: Lit, x: Array, y: Array, layer: str) -> dict[str, Any]:
    """The neurons, column by column, as bright as they are."""
    opacity = each.units[: len(x)].ravel().round(2).tolist()
    look = {"size": NEURON, "color": each.style.colour, "opacity": opacity, "line": {"width": 0}}
    return {
        **_told(each, layer), "type": "scatter", "mode": "markers", "x": np.repeat(x, len(y)), "y": np.tile(y, len(x)),
        "xaxis": "x2", "customdata": np.repeat(_numbers(each)[: len(x)], len(y), axis=0), "marker": look,
    }  # fmt: skip


def _outlines(each: Lit, y: Array) -> dict[str, Any]:
    """Where the neurons are, be it dark: as many columns as its axis leaves."""
    x = places(COLUMNS)
    return theme.scatter(
        np.repeat(x, len(y)), np.tile(y, len(x)), "markers", marker=ring(each.style, NEURON), xaxis="x3",
        name=each.label,
    )  # fmt: skip


def ring(style: Style, size: float) -> dict[str, Any]:
    """The outline of a neuron."""
    return {"size": size, "color": CLEAR, "line": outline(style)}


def outline(style: Style) -> dict[str, Any]:
    """The edge of what may be dark."""
    return {"color": theme.faint(style.colour, 0.45), "width": 1}


def stroke(style: Style, level: int) -> dict[str, Any]:
    """An edge of a brightness, as wide as it is bright."""
    share = level / LEVELS
    return {"width": round(0.5 + 1.5 * share, 2), "color": theme.faint(style.colour, round(EDGE * share, 2))}


def _edges(lit: Lit, x: Array, y: Array) -> Items:
    """The edges, those of one brightness as one path."""
    levels = np.ceil(lit.edges * LEVELS).astype(int)
    paths = []
    for level in range(1, LEVELS + 1):
        ends = groupby(np.argwhere(levels == level).tolist(), lambda end: (end[0], end[1]))
        path = "".join(_fan(x, y, layer, unit, [j for *_, j in each]) for (layer, unit), each in ends)
        look = stroke(lit.style, level)
        if path:
            place = {"xref": "x2", "yref": "y", "layer": "below", "name": lit.label}
            paths.append({"type": "path", "path": path, **place, "line": look})
    return paths


def _fan(x: Array, y: Array, layer: int, unit: int, to: Sequence[int]) -> str:
    """The edges from a unit to some of the layer before, two in one stroke."""
    centre = f"{x[layer + 1]:g},{y[unit]:g}"
    ends = [f"{x[layer]:g},{y[j]:g}" for j in to]
    return "".join("M" + "L".join([ends[k], centre, *ends[k + 1 : k + 2]]) for k in range(0, len(ends), 2))


def _band(each: Lit, x: Array, y: Array, layer: str) -> dict[str, Any]:
    """Layers that are too many for columns: side by side, each as bright as all of it is."""
    return {
        **_told(each, layer), "type": "bar", **_along(x), "y": np.full(len(x), y[-1] - y[0] + NEURON),
        "base": y[0] - NEURON / 2, "width": _step(x), "xaxis": "x2", "yaxis": "y",
        "customdata": _numbers(each)[: len(x)],
        "marker": {
            "color": each.style.colour, "opacity": each.layers[: len(x)].round(2).tolist(), "line": {"width": 0},
        },
    }  # fmt: skip


def _frame(each: Lit, x: Array, y: Array) -> dict[str, Any]:
    """Where a band is, be it dark."""
    half = 0.5 * _step(x)
    corners = (x[0] - half, x[-1] + half), (y[0] - NEURON / 2, y[-1] + NEURON / 2)
    return theme.rect(*corners, xref="x", yref="y", fillcolor=CLEAR, line=outline(each.style), name=each.label)


def _told(each: Lit, layer: str) -> dict[str, Any]:
    """What is told of a layer where the pointer is."""
    told = f"{each.label}, {layer} %{{customdata[0]}}: %{{customdata[1]:.2g}}<extra></extra>"
    return {"name": each.label, "hovertemplate": told, "showlegend": False}


def _bars(lit: Sequence[Lit], x: Array, layer: str) -> Items:
    """A bar for each network and layer."""
    width = 0.8 * _step(x) / len(lit)
    return [
        {
            **_told(each, layer), "type": "bar", **_along(x + (k - 0.5 * (len(lit) - 1)) * width),
            "y": each.shares, "width": width, "xaxis": "x2", "yaxis": "y2", "customdata": _numbers(each),
            "marker": {"color": each.style.colour, "line": {"width": 0}},
        }
        for k, each in enumerate(lit)
    ]  # fmt: skip


def _step(x: Array) -> float:
    """How far layers are apart."""
    return float(x[1] - x[0]) if len(x) > 1 else 1.0


def _along(x: Array) -> dict[str, float]:
    """Where bars stand, one at each of the evenly spaced places."""
    return {"x0": float(x[0]) if len(x) else 0.0, "dx": _step(x)}


def _numbers(each: Lit) -> Array:
    """The layers, and what is left in each."""
    return np.column_stack([np.arange(1.0, len(each.shares) + 1), each.shares])


def _way(x: Array, texts: Texts) -> Items:
    """The arrow from the output to layer 1, and what is said of it."""
    arrow = {
        "x": x[0] - 0.3, "ax": 0.3, "y": 29, "ay": 29, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "",
        "showarrow": True, "arrowhead": 2, "arrowsize": 1.4, "arrowwidth": 2, "arrowcolor": theme.GREY,
    }  # fmt: skip
    starts = theme.label(
        f"<b>{texts.starts}</b>", RIGHT, 11, xref="x", yref="y", xanchor="right", align="right", xshift=-BUTTON
    )
    travels = theme.label(texts.travels, 0.0, 11, xref="paper", yref="y", xanchor="left", align="left")
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


def _answer(large: str, small: str) -> str:
    return f'<b>{large}</b> <span style="font-size:13px">{small}</span>'
