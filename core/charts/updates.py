"""Networks that learn, from the input to the output: neurons and edges as bright as what happens to them.

Each network stands on axes of its own: columns across, half rows downwards.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.light import COLUMNS, LEVELS, ring, stroke
from core.charts.theme import Style

Array = NDArray[np.float64]
Items = list[dict[str, Any]]

ROWS = {1: 18, 2: 14, 3: 12, 4: 12}  # pixels from neuron to neuron, by the number of networks
TITLE, NAME, GAP, TICKS = 26, 24, 12, 44  # pixels: over all, over each network, below it, below all
HALF, SIDE = 6, 10  # of a neuron; of the chart
TICKED = 12  # layers that have a number


@dataclass(frozen=True)
class Live:
    """A network: what is said over it, its style and its light, from 0 to 1, the output layer last.

    `units` (layers, count) are the neurons, `edges` (layers, count, count) those into unit i from unit j of the column
    before, `layers` (layers,) what is shown of too many; nan is not there. `shares` (layers, count): what is told of a
    neuron, or in the first column of a layer; exactly 0 has a mark of its own.
    """

    label: str
    said: str
    style: Style
    layers: Array
    units: Array
    edges: Array
    shares: Array


@dataclass(frozen=True)
class Texts:
    """The words of the chart: its title, of a layer, the first and the last column, of what is exactly 0."""

    title: str
    layer: str
    input: str
    output: str
    zero: str


def networks(shown: Sequence[Live], texts: Texts) -> go.Figure:
    """The networks, one below the other."""
    row, last = ROWS[len(shown)], shown[0].units.shape[1] - 1
    body, edge = row * last + 2 * HALF, 2 * HALF / row
    alike = len({len(each.layers) for each in shown}) == 1  # then their layers are numbered once, below all
    below = 0 if alike else TICKS - GAP
    inner = len(shown) * (NAME + body + GAP + below) - GAP - below
    data: Items = []
    margin = {"l": SIDE, "r": SIDE, "t": TITLE, "b": TICKS}
    layout: dict[str, Any] = {"margin": margin, "shapes": [], "barmode": "overlay"}
    left = {"xref": "paper", "yref": "paper", "xanchor": "left", "align": "left", "yanchor": "bottom"}
    layout["annotations"] = [theme.label(texts.title, 0.0, 1.0, **left) | {"font": {"size": 15, "weight": 600}}]
    for k, each in enumerate(shown):
        top = k * (NAME + body + GAP + below) + NAME
        x, y = (f"{axis}{k + 1 if k else ''}" for axis in "xy")
        ticked = k == len(shown) - 1 or not alike
        layout[x.replace("x", "xaxis")] = {**_columns(len(each.layers), texts, ticked=ticked), "anchor": y}
        layout[y.replace("y", "yaxis")] = {
            "range": [2 * last + edge, -edge], "domain": [max(0.0, 1 - (top + body) / inner), 1 - top / inner],
            "anchor": x, "visible": False, "fixedrange": True,
        }  # fmt: skip
        name = f"<b>{theme.coloured(f'{each.style.sign} {each.label}', each.style.colour)}</b>  {each.said}"
        layout["annotations"].append(theme.label(name, 0.0, 1 - top / inner, **left))
        if len(each.layers) - 1 > COLUMNS:
            data += [trace | {"xaxis": x, "yaxis": y} for trace in _band(each, 2 * last, texts)]
        else:
            data += [trace | {"xaxis": x, "yaxis": y} for trace in _neurons(each, row, texts)]
            layout["shapes"] += [shape | {"xref": x, "yref": y} for shape in _edges(each)]
    return finished(data, layout, height=inner + TITLE + TICKS)


def _columns(layers: int, texts: Texts, *, ticked: bool) -> dict[str, Any]:
    """The axis of the columns: the input, the hidden layers by their numbers, the output."""
    step = math.ceil(layers / TICKED)
    numbers = list(range(1, layers - step + 1, step))
    return {
        "range": [-0.5, layers + 0.5], "fixedrange": True, "showgrid": False, "zeroline": False, "showline": False,
        "ticks": "", "visible": ticked, "title": {"text": texts.layer, "standoff": 12},
        "tickvals": [0, *numbers, layers], "ticktext": [texts.input, *map(str, numbers), texts.output],
        "tickangle": 0,
    }  # fmt: skip


def _rows(there: NDArray[np.bool_]) -> NDArray[np.int8]:
    """How far down the neurons of each column are, (columns, count): a small layer in the middle."""
    count = there.shape[1]
    return (2 * np.arange(count) + count - there.sum(axis=1, keepdims=True)).astype(np.int8)


def _there(each: Live) -> NDArray[np.bool_]:
    """Which neurons there are, (columns, count), the input's first."""
    return ~np.isnan(np.vstack([each.edges[0, :1], each.units]))


def _neurons(each: Live, row: int, texts: Texts) -> Items:
    """The neurons as bright as they are, all of their outlines, and a mark at each exact zero."""
    there = _there(each)
    column, _ = np.nonzero(there)
    x, y = column.astype(np.int8), _rows(there)[there]
    hidden, size = column > 0, min(2 * HALF, row - 2)
    shares = each.shares[there[1:]].astype(np.float32)
    told = f"{each.label}, {texts.layer} %{{x}}: %{{customdata:.2g}}<extra></extra>"
    light = {
        "size": size, "color": each.style.colour, "line": {"width": 0},
        "opacity": each.units[there[1:]].round(2).astype(np.float32),
    }  # fmt: skip
    zero = hidden.nonzero()[0][shares == 0.0]
    cross = {"symbol": "x-thin", "size": size - 4, "line": {"width": 1.5, "color": theme.GREY}}
    drawn = [
        theme.scatter(x[hidden], y[hidden], "markers", told, name=each.label, customdata=shares, marker=light),
        theme.scatter(x, y, "markers", marker=ring(each.style, size)),
    ]
    marks = theme.scatter(x[zero], y[zero], "markers", name=f"{each.label}: {texts.zero}", marker=cross)
    return [*drawn, marks] if len(zero) else drawn


def _edges(each: Live) -> Items:
    """The edges, those of one brightness as one path; those without light are grey."""
    rows = _rows(_there(each))
    levels = np.ceil(np.nan_to_num(each.edges, nan=-1.0) * LEVELS).astype(int)
    levels[np.isnan(each.edges)] = -1
    paths = []
    for level in range(LEVELS + 1):
        ends = np.argwhere(levels == level)
        look = stroke(each.style, level) if level else {"width": 1.5, "color": theme.GRID}
        path = "".join(f"M{l},{rows[l, j]}L{l + 1},{rows[l + 1, i]}" for l, i, j in ends)
        if path:
            paths.append({"type": "path", "path": path, "layer": "below", "line": look})
    return paths


def _band(each: Live, height: int, texts: Texts) -> Items:
    """Layers that are too many for columns: side by side, each as bright as all of it is."""
    x = np.arange(1, len(each.layers) + 1, dtype=np.int8)
    strip = {"type": "bar", "x": x, "y": np.full(len(x), height, np.int8), "width": 1, "showlegend": False}
    look = {"color": each.style.colour, "opacity": each.layers.astype(np.float32).round(2), "line": {"width": 0}}
    told = f"{each.label}, {texts.layer} %{{x}}: %{{customdata:.2g}}<extra></extra>"
    return [
        strip | {"marker": {"color": theme.BAND, "line": {"width": 0}}, "hoverinfo": "skip"},
        strip | {"name": each.label, "customdata": each.shares[:, 0], "hovertemplate": told, "marker": look},
    ]
