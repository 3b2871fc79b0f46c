"""The chain of single neurons, drawn neuron by neuron, and below it the gradient that the walk back has reached.

Charts do not know how wide they are shown: everything here fits the narrowest phone, where a row of seven nodes has
some forty pixels for each.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from core.charts import theme
from core.charts.figure import PLAY, Drawing
from core.charts.theme import Style

SAID, DRAWN, TOLD, PLOT = 38, 140, 68, 162  # pixels of the sentence, the chain, the product and the gradient
HEIGHT = 8 + SAID + DRAWN + TOLD + PLOT + 56
MARGIN = {"l": PLAY, "r": 16, "t": 8, "b": 56}
SIDES = (0.12, 0.85)  # of the gradient: its line is named at the left, its axis stands at the right
ROW, FEW = 7, 5  # nodes that fit into one row, and up to which there is room for large ones and more digits
SAID_WIDTH, TOLD_WIDTH = 62, 72  # characters of a line of the sentence and of the product
INK = "#000000"  # at least 4.8:1 on every colour of an activation, whatever the page
HOLLOW = "rgba(0,0,0,0)"


@dataclass(frozen=True)
class Nodes:
    """How far the walk has come, the input first; an empty text is something not computed yet."""

    names: Sequence[str]
    values: Sequence[str]
    slopes: Sequence[str]
    hover: Sequence[str]


@dataclass(frozen=True)
class Words:
    """What is said of the step, of the weight of all arrows, of the product; what the two rows of numbers are."""

    step: str
    weight: str
    product: str
    value: str
    slope: str


def per_row(count: int) -> int:
    """How many nodes a row has: all of them if they fit, else half of them."""
    return count if count <= ROW else (count + 1) // 2


def parts(nodes: Nodes, words: Words, style: Style, gradient: Drawing) -> Drawing:
    """Traces and layout of both: the chain of nodes above, a chart with one position for each neuron below.

    A node is filled and its value stands above it when it is known; its local derivative stands below it.
    """
    data, below = gradient
    count = len(nodes.names)
    row = per_row(count)
    size = 36 if count <= FEW else 28
    places = _places(count, size)
    whole = SAID + DRAWN + TOLD + PLOT
    hidden = {"visible": False, "fixedrange": True}
    paper = {"xref": "paper", "yref": "paper", "yanchor": "top"}
    left = {**paper, "align": "left", "xanchor": "left", "xshift": -MARGIN["l"]}
    annotations = [
        theme.label(wrapped(words.step, SAID_WIDTH), 0.0, 1.0) | left,
        theme.label(wrapped(words.product, TOLD_WIDTH), 0.0, (PLOT + TOLD) / whole) | left | {"font": {"size": 12}},
        theme.label(words.weight, 1.0, 1 - SAID / whole, xanchor="right")
        | {**paper, "yanchor": "bottom", "font": {"size": 12}},
    ]
    for y in dict.fromkeys(height for _, height in places):
        for text, up in ((words.value, 1), (words.slope, -1)):
            annotations.append(
                theme.label(text, 0.0, y + up * _away(size), xref="paper", yref="y2", xanchor="right", xshift=-4)
                | {"font": {"size": 12}}
            )
    arrows, shapes = _arrows(places, row, size)
    layout = {
        **below,
        "margin": MARGIN,
        "hovermode": "closest",
        "xaxis": below["xaxis"] | {"domain": list(SIDES)},
        "yaxis": below["yaxis"] | {"domain": [0.0, PLOT / whole]},
        "xaxis2": {**hidden, "range": [-0.5, row - 0.5], "anchor": "y2"},
        "yaxis2": {**hidden, "range": [0, DRAWN], "domain": [(PLOT + TOLD) / whole, 1 - SAID / whole], "anchor": "x2"},
        "annotations": [*annotations, *arrows, *(_within(item) for item in below["annotations"])],
        "shapes": [*shapes, *(_within(item) for item in below["shapes"])],
    }
    return [*_drawn(nodes, places, size, style), *data], layout


def wrapped(text: str, width: int) -> str:
    """The text in lines of so many characters; what is joined by hard spaces stays together."""
    return "<br>".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def _away(size: int) -> int:
    """How far from the middle of a node its numbers stand."""
    return size // 2 + 10


def _places(count: int, size: int) -> list[tuple[float, float]]:
    """Where the nodes stand: x in nodes from the left, y in pixels from below."""
    row = per_row(count)
    low = _away(size) + 8.0
    heights = [DRAWN / 2] if row == count else [DRAWN - low, low]
    return [(float(k % row), heights[k // row]) for k in range(count)]


def _drawn(nodes: Nodes, places: Sequence[tuple[float, float]], size: int, style: Style) -> list[dict[str, Any]]:
    """The nodes with their names, dark on a filled one and in the page's own colour in a hollow one; the numbers."""
    x, y = np.array(places).T
    small = {"size": 13 if size > 30 else 11}
    common = {"type": "scatter", "xaxis": "x2", "yaxis": "y2", "x": x, "cliponaxis": False, "showlegend": False}
    text = {**common, "mode": "text", "hoverinfo": "skip", "textposition": "middle center", "textfont": small}
    known = [bool(value) for value in nodes.values]
    filled, hollow = (
        [name if there is wanted else "" for name, there in zip(nodes.names, known, strict=True)]
        for wanted in (True, False)
    )
    return [
        {
            **common, "mode": "markers", "y": y, "hoverinfo": "text", "hovertext": list(nodes.hover),
            "marker": {
                "size": size, "symbol": "circle", "opacity": 1, "line": {"width": 2, "color": style.colour},
                "color": [style.colour if there else HOLLOW for there in known],
            },
        },
        {**text, "y": y, "text": filled, "textfont": {**small, "color": INK}},
        {**text, "y": y, "text": hollow},
        {**text, "y": y + _away(size), "text": list(nodes.values)},
        {**text, "y": y - _away(size), "text": list(nodes.slopes)},
    ]  # fmt: skip


def _arrows(
    places: Sequence[tuple[float, float]], row: int, size: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """An arrow from each node to the next, and from the end of a row round to the beginning of the next row."""
    clear = size // 2 + 2
    arrows, shapes = [], []
    for (last, above), (x, y) in pairwise(places):
        if x:
            arrows.append(_arrow(last, x, y, clear, clear, 2))
            continue
        left, right, turn = -0.5, row - 0.5, (above + y) / 2
        arrows += [_arrow(last, right, above, clear, 0, 0), _arrow(left, x, y, 0, clear, 2)]
        shapes.append({
            "type": "path", "xref": "x2", "yref": "y2", "layer": "below", "line": {"color": theme.GREY, "width": 1.5},
            "path": f"M{right},{above}L{right},{turn}L{left},{turn}L{left},{y}",
        })  # fmt: skip
    return arrows, shapes


def _arrow(start: float, end: float, y: float, before: int, after: int, head: int) -> dict[str, Any]:
    """A level arrow that keeps so many pixels clear at either end."""
    return {
        "text": "", "x": end, "y": y, "ax": start, "ay": y, "xref": "x2", "yref": "y2", "axref": "x2", "ayref": "y2",
        "showarrow": True, "arrowhead": head, "arrowwidth": 1.5, "arrowcolor": theme.GREY, "startstandoff": before,
        "standoff": after,
    }  # fmt: skip


def _within(item: dict[str, Any]) -> dict[str, Any]:
    """What was placed on a whole chart, placed on this part of one; in two lines where it points beyond the axis."""
    if item.get("xref") != "paper":
        return item
    broken = {"text": re.sub(r" (?=[↑↓])", "<br>", item["text"]), "align": "right"} if "text" in item else {}
    return item | {"xref": "x domain"} | broken
