"""The chain of single neurons: values go right from the input to the loss, the gradient comes back left.

Charts do not know how wide they are shown: everything here fits the narrowest phone, where a row of seven nodes has
some forty pixels for each.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.charts import theme
from core.charts.figure import Drawing
from core.charts.theme import Style

SENTENCE, NODES, SCALE = 40, 204, 48  # pixels of the sentence, the chain, and what the arrows back mean
WHOLE = SENTENCE + NODES + SCALE
HEIGHT = 8 + WHOLE
MARGIN = {"l": 60, "r": 16, "t": 8, "b": 0}
ROW, FEW = 7, 6  # nodes that fit into one row, and up to which there is room for large ones and more digits
BESIDE = 0.6  # nodes: room at either end of a row, for the arrows that go on in the next one
SENTENCE_WIDTH = 62  # characters of a line
SMALL = {"font": {"size": 12}}
INK = "#000000"  # at least 4.5:1 on every colour of an activation, whatever the page
HOLLOW = "rgba(0,0,0,0)"
DECADES = 6  # powers of ten over which an arrow back becomes thinner and paler
SAMPLES = (0, -DECADES // 2, -DECADES)  # of them, drawn below the chain
THIN, THICK, PALE = 1.0, 7.0, 0.4  # pixels and opacity
MOST = 0.5  # of DECADES: where an exploding one is thickest and has its full colour
LOW, SAMPLE = 12, 26  # pixels: where the samples stand, and how long they are
ZERO = "✕"


@dataclass(frozen=True)
class Nodes:
    """How far the walk has come, from the input to the loss; an empty text is something not computed yet.

    `factors[k]` and `sizes[k]` are about the arrow back to node k: what it multiplies by, and log10 of the size of the
    gradient that it brings (-inf for an exact zero); None where the gradient has not come yet.
    """

    names: Sequence[str]
    values: Sequence[str]
    factors: Sequence[str]
    gradients: Sequence[str]
    sizes: Sequence[float | None]
    hover: Sequence[str]
    filled: int  # nodes, from the left


@dataclass(frozen=True)
class Words:
    """What is said of the step, of the three rows of numbers, of the arrows back, and of an exact zero."""

    step: str
    value: str
    factor: str
    gradient: str
    scale: str
    zero: str


def per_row(count: int) -> int:
    """How many nodes a row has: all of them if they fit, else half of them."""
    return count if count <= ROW else (count + 1) // 2


def look(size: float) -> tuple[float, float, str]:
    """Width in pixels, opacity and colour of an arrow back, by log10 of the size of its gradient."""
    share = min(max(1.0 + size / DECADES, 0.0), 1.0 + MOST)
    colour = theme.mixed(theme.WELL, theme.EXPLODING, max(share - 1.0, 0.0) / MOST)
    return THIN + (THICK - THIN) * share, PALE + (1.0 - PALE) * min(share, 1.0), colour


def drawing(nodes: Nodes, words: Words, style: Style) -> Drawing:
    """Traces and layout of the chain: heights are pixels, widths are nodes.

    A node is filled and its value stands above it when it is known; below it stands the gradient when it has come.
    """
    count = len(nodes.names)
    row, size = per_row(count), 32 if count <= FEW else 28
    places = _places(count, size)
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        "margin": MARGIN,
        "hovermode": "closest",
        "xaxis": {**hidden, "range": [-BESIDE, row - 1 + BESIDE]},
        "yaxis": {**hidden, "range": [0, WHOLE]},
        "annotations": [
            *_sentences(words),
            *_row_names(words, places, size),
            *_forward(places, size, style),
            *_back(nodes, places, size),
            *_scale(words),
        ],
    }
    return _nodes(nodes, places, size, style), layout


def wrapped(text: str, width: int) -> str:
    """The text in lines of so many characters; what is joined by hard spaces stays together."""
    return "<br>".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


Places = Sequence[tuple[float, float]]
Items = list[dict[str, Any]]


def _rows(size: int) -> dict[str, int]:
    """How far above the middle of a node its numbers and the arrows back stand."""
    return {"value": size // 2 + 9, "factor": -size // 2 - 9, "arrow": -size // 2 - 22, "gradient": -size // 2 - 37}


def _places(count: int, size: int) -> list[tuple[float, float]]:
    """Where the nodes stand: x in nodes from the left, y in pixels from below."""
    row, up, down = per_row(count), _rows(size)["value"] + 8.0, _rows(size)["gradient"] - 8.0
    top, bottom = SCALE + NODES - up, SCALE - down
    heights = [(top + bottom) / 2] if row == count else [top, bottom]
    return [(float(k % row), heights[k // row]) for k in range(count)]


def _sentences(words: Words) -> Items:
    """The step at the top."""
    left = {"xref": "paper", "align": "left", "xanchor": "left", "xshift": -MARGIN["l"], "yanchor": "top"}
    return [theme.label(wrapped(words.step, SENTENCE_WIDTH), 0.0, WHOLE) | left]


def _row_names(words: Words, places: Places, size: int) -> Items:
    """What the numbers over and under each row of nodes are."""
    place: dict[str, Any] = {"xref": "paper", "xanchor": "right", "xshift": 2}
    names = {"value": words.value, "factor": words.factor, "gradient": words.gradient}
    return [
        theme.label(text, 0.0, y + _rows(size)[name], **place) | SMALL
        for y in dict.fromkeys(height for _, height in places)
        for name, text in names.items()
    ]


def _nodes(nodes: Nodes, places: Places, size: int, style: Style) -> Items:
    """The nodes with their names, dark on a filled one and in the page's own colour in a hollow one; the numbers.

    The last one is the loss, and of the colour of no activation.
    """
    x, y = np.array(places).T
    font = {"size": 12 if size > 30 else 11}
    text: dict[str, Any] = {"cliponaxis": False, "textposition": "middle center", "textfont": font}
    count = len(places)
    dark = [name if k < nodes.filled else "" for k, name in enumerate(nodes.names)]
    own = ["" if k < nodes.filled else name for k, name in enumerate(nodes.names)]
    rims = [style.colour] * (count - 1) + [theme.GREY]
    colours = [rim if k < nodes.filled else HOLLOW for k, rim in enumerate(rims)]
    marker = {"symbol": "circle", "opacity": 1, "line": {"width": 2, "color": rims}, "color": colours}
    pointer: dict[str, Any] = {"hoverinfo": "text", "hovertext": list(nodes.hover)}
    rows, between = _rows(size), len(nodes.factors)
    return [
        theme.scatter(x, y, "markers", cliponaxis=False, **pointer, marker={"size": size, **marker}),
        theme.scatter(x, y, "text", **text | {"textfont": {**font, "color": INK}}, text=dark),
        theme.scatter(x, y, "text", **text, text=own),
        theme.scatter(x, y + rows["value"], "text", **text, text=list(nodes.values)),
        theme.scatter((x + 0.5)[:between], (y + rows["factor"])[:between], "text", **text, text=list(nodes.factors)),
        theme.scatter(x, y + rows["gradient"], "text", **text, text=list(nodes.gradients)),
    ]


def _spans(places: Places) -> list[list[tuple[float, float, float, bool, bool]]]:
    """From each node to the next: (from, to, height, whether it begins, whether it ends there) for each piece.

    At the end of a row an arrow goes on at the beginning of the next row, as a line of text does.
    """
    spans = []
    for k, (start, above) in enumerate(places[:-1]):
        end, y = places[k + 1]
        if end > start:
            spans.append([(start, end, y, True, True)])
        else:
            spans.append([(start, start + BESIDE, above, True, False), (end - BESIDE, end, y, False, True)])
    return spans


def _forward(places: Places, size: int, style: Style) -> Items:
    """An arrow from each node to the next, in the function's colour."""
    clear = size // 2 + 2
    return [
        _arrow(start, end, y, 1.5, style.colour)
        | {"startstandoff": clear if begins else 0, "standoff": clear if ends else 0}
        for span in _spans(places)
        for start, end, y, begins, ends in span
    ]


def _back(nodes: Nodes, places: Places, size: int) -> Items:
    """The arrows back that the gradient has come, as thick as it is large; a cross where nothing is left of it."""
    arrows: Items = []
    for gradient, span in zip(nodes.sizes, _spans(places), strict=False):
        for start, end, height, *_ in span if gradient is not None else ():
            y = height + _rows(size)["arrow"]
            if gradient == -math.inf:
                arrows.append(_cross((start + end) / 2, y))
            elif gradient is not None:
                width, opacity, colour = look(gradient)
                arrow = _arrow(end, start, y, width, colour)
                arrows.append(arrow | {"standoff": 3, "startstandoff": 3, "opacity": opacity})
    return arrows


def _cross(x: float, y: float, **place: Any) -> dict[str, Any]:
    """The sign of an exact zero."""
    return theme.label(ZERO, x, y, **place) | SMALL


def _arrow(start: float, end: float, y: float, width: float, colour: str) -> dict[str, Any]:
    """A level arrow; its head grows more slowly than its width."""
    head = {"showarrow": True, "arrowhead": 2, "arrowsize": max(0.3, (width + 6.0) / (5.0 * width))}
    look = {"arrowwidth": width, "arrowcolor": colour}
    return {"text": "", "x": end, "y": y, "ax": start, "ay": y, "axref": "x", "ayref": "y", **head, **look}


def _scale(words: Words) -> Items:
    """What the thickness of an arrow back says: some powers of ten, and an exact zero."""
    line = (
        theme.label(words.scale, 0.0, SCALE - 14, xref="paper", xanchor="left", xshift=-MARGIN["l"], align="left")
        | SMALL
    )
    samples = []
    for k, power in enumerate(SAMPLES):
        width, opacity, colour = look(power)
        place = {"xref": "paper", "axref": "pixel", "ax": SAMPLE, "ay": 0, "ayref": "pixel"}
        x, text = _sample(k), theme.power_of_ten(power)
        samples += [
            _arrow(0.0, x, LOW, width, colour) | place | {"opacity": opacity, "xshift": -MARGIN["l"]},
            _sample_label(text, x),
        ]
    last = _sample(len(SAMPLES))
    nothing = _cross(last, LOW, xref="paper", xshift=SAMPLE / 2 - MARGIN["l"])
    return [line, *samples, nothing, _sample_label(words.zero, last)]


def _sample(k: int) -> float:
    """Where a sample begins: a share of the width."""
    return k / (len(SAMPLES) + 1)


def _sample_label(text: str, x: float) -> dict[str, Any]:
    return theme.label(text, x, LOW, xref="paper", xanchor="left", xshift=SAMPLE + 4 - MARGIN["l"]) | SMALL
