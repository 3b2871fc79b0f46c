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

SENTENCE, NODES, PRODUCT, PLOT = 38, 140, 68, 162  # pixels of the sentence, the chain, the product and the gradient
WHOLE = SENTENCE + NODES + PRODUCT + PLOT
OVER_PLOT, UNDER_SENTENCE = (PLOT + PRODUCT) / WHOLE, 1 - SENTENCE / WHOLE  # shares of it, from below
HEIGHT = 8 + WHOLE + 56
MARGIN = {"l": PLAY, "r": 16, "t": 8, "b": 56}
SIDES = (0.12, 0.85)  # of the gradient: its line is named at the left, its axis stands at the right
ROW, FEW = 7, 5  # nodes that fit into one row, and up to which there is room for large ones and more digits
SENTENCE_WIDTH, PRODUCT_WIDTH = 62, 72  # characters of a line of the sentence and of the product
SMALL = {"font": {"size": 12}}
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


def drawing(nodes: Nodes, words: Words, style: Style, gradient: Drawing) -> Drawing:
    """Traces and layout of both: the chain of nodes above, a chart with one position for each neuron below.

    A node is filled and its value stands above it when it is known; its local derivative stands below it.
    """
    data, below = gradient
    count = len(nodes.names)
    row, size = per_row(count), 36 if count <= FEW else 28
    places = _places(count, size)
    arrows, turns = _arrows(places, row, size)
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        **below,
        "margin": MARGIN,
        "hovermode": "closest",
        "xaxis": below["xaxis"] | {"domain": list(SIDES)},
        "yaxis": below["yaxis"] | {"domain": [0.0, PLOT / WHOLE]},
        "xaxis2": {**hidden, "range": [-0.5, row - 0.5], "anchor": "y2"},
        "yaxis2": {**hidden, "range": [0, NODES], "domain": [OVER_PLOT, UNDER_SENTENCE], "anchor": "x2"},
        "annotations": [
            *_sentences(words),
            *_row_names(words, places, size),
            *arrows,
            *(_within(item) for item in below["annotations"]),
        ],
        "shapes": [*turns, *(_within(item) for item in below["shapes"])],
    }
    return [*_nodes(nodes, places, size, style), *data], layout


def _sentences(words: Words) -> list[dict[str, Any]]:
    """The step at the top, the product between chain and chart, the weight at the right over the chain."""
    paper = {"xref": "paper", "yref": "paper", "yanchor": "top"}
    left = {**paper, "align": "left", "xanchor": "left", "xshift": -MARGIN["l"]}
    weight = theme.label(words.weight, 1.0, UNDER_SENTENCE, xanchor="right")
    return [
        theme.label(wrapped(words.step, SENTENCE_WIDTH), 0.0, 1.0) | left,
        theme.label(wrapped(words.product, PRODUCT_WIDTH), 0.0, OVER_PLOT) | left | SMALL,
        weight | paper | {"yanchor": "bottom"} | SMALL,
    ]


def _row_names(words: Words, places: Sequence[tuple[float, float]], size: int) -> list[dict[str, Any]]:
    """What the numbers over and under each row of nodes are."""
    place: dict[str, Any] = {"xref": "paper", "yref": "y2", "xanchor": "right", "xshift": -4}
    return [
        theme.label(text, 0.0, y + up * _away(size), **place) | SMALL
        for y in dict.fromkeys(height for _, height in places)
        for text, up in ((words.value, 1), (words.slope, -1))
    ]


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
    heights = [NODES / 2] if row == count else [NODES - low, low]
    return [(float(k % row), heights[k // row]) for k in range(count)]


def _nodes(nodes: Nodes, places: Sequence[tuple[float, float]], size: int, style: Style) -> list[dict[str, Any]]:
    """The nodes with their names, dark on a filled one and in the page's own colour in a hollow one; the numbers."""
    x, y = np.array(places).T
    font = {"size": 13 if size > 30 else 11}
    above: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2", "cliponaxis": False}
    text: dict[str, Any] = {**above, "textposition": "middle center", "textfont": font}
    filled = [bool(value) for value in nodes.values]
    dark, own = (
        [name if there is wanted else "" for name, there in zip(nodes.names, filled, strict=True)]
        for wanted in (True, False)
    )
    colours = [style.colour if there else HOLLOW for there in filled]
    marker = {"symbol": "circle", "opacity": 1, "line": {"width": 2, "color": style.colour}, "color": colours}
    pointer: dict[str, Any] = {"hoverinfo": "text", "hovertext": list(nodes.hover)}
    return [
        theme.scatter(x, y, "markers", **above, **pointer, marker={"size": size, **marker}),
        theme.scatter(x, y, "text", **text | {"textfont": {**font, "color": INK}}, text=dark),
        theme.scatter(x, y, "text", **text, text=own),
        theme.scatter(x, y + _away(size), "text", **text, text=list(nodes.values)),
        theme.scatter(x, y - _away(size), "text", **text, text=list(nodes.slopes)),
    ]


def _arrows(
    places: Sequence[tuple[float, float]], row: int, size: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """An arrow from each node to the next, and from the end of a row round to the beginning of the next row."""
    clear = size // 2 + 2
    arrows, turns = [], []
    for (last, above), (x, y) in pairwise(places):
        if x:
            arrows.append(_arrow(last, x, y, clear, clear, 2))
            continue
        left, right, turn = -0.5, row - 0.5, (above + y) / 2
        arrows += [_arrow(last, right, above, clear, 0, 0), _arrow(left, x, y, 0, clear, 2)]
        turns.append(_path(f"M{right},{above}L{right},{turn}L{left},{turn}L{left},{y}"))
    return arrows, turns


def _path(path: str) -> dict[str, Any]:
    look = {"line": {"color": theme.GREY, "width": 1.5}, "layer": "below"}
    return {"type": "path", "xref": "x2", "yref": "y2", "path": path, **look}


def _arrow(start: float, end: float, y: float, before: int, after: int, head: int) -> dict[str, Any]:
    """A level arrow that keeps so many pixels clear at either end."""
    look = {"showarrow": True, "arrowhead": head, "arrowwidth": 1.5, "arrowcolor": theme.GREY}
    axes = {"xref": "x2", "yref": "y2", "axref": "x2", "ayref": "y2"}
    clear = {"startstandoff": before, "standoff": after}
    return {"text": "", "x": end, "y": y, "ax": start, "ay": y, **axes, **look, **clear}


def _within(item: dict[str, Any]) -> dict[str, Any]:
    """What was placed on a whole chart, placed on this part of one; in two lines where it points beyond the axis."""
    if item.get("xref") != "paper":
        return item
    broken = {"text": re.sub(r" (?=[↑↓])", "<br>", item["text"]), "align": "right"} if "text" in item else {}
    return item | {"xref": "x domain"} | broken
