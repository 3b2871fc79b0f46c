"""From pixels to classes: what goes into a network, what its first layer has learnt, what its last one tells apart."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import COOL, WARM
from core.charts.training import BOTH_SIDES, mosaic

Array = NDArray[np.float64]

COLUMNS = 2  # of the pictures in one board: five rows of them fill the height, on a phone the width
DOMAINS = ((0.0, 0.26), (0.34, 0.6), (0.68, 1.0))
MIDDLE = {"xref": "paper", "yref": "paper", "xanchor": "center"}  # of a text: where its x is
HEIGHT, MARGIN = 400, {"l": 8, "r": 12, "t": 40, "b": 56}


class Texts(NamedTuple):
    """The parts, as they are called and in two lines over each; the two colours; rows and columns of the last part."""

    parts: Sequence[str]
    headings: Sequence[str]
    wanted: str
    unwanted: str
    unit: str
    kind: str


def hierarchy(inputs: Array, weights: Array, answers: Array, *, units: Sequence[int], texts: Texts) -> go.Figure:
    """From left to right: samples and weights, (n, side^2) each, as small squares; answers (units, classes) as colour.

    Inputs and answers are 0..1, weights -1..1, and beyond that the strongest colour. `units`: the numbers of those
    that answer; the first stands on top.
    """
    side = round(weights.shape[1] ** 0.5)
    boards = [mosaic(inputs, side, COLUMNS), mosaic(np.clip(weights, -1.0, 1.0), side, COLUMNS)]
    data = [_heat(board, k, name=texts.parts[k], hoverinfo="skip") for k, board in enumerate(boards)]
    numbers = [[unit] * answers.shape[1] for unit in units[::-1]]
    hover = f"{texts.unit} %{{customdata}}, {texts.kind} %{{x}}: %{{z:.2f}}<extra></extra>"
    pointer = {"customdata": numbers, "hovertemplate": hover}
    data.append(_heat(answers[::-1], 2, name=texts.parts[2], xgap=1, ygap=1, **pointer))
    colours = {"cmin": -1.0, "cmax": 1.0, "colorscale": BOTH_SIDES, "showscale": False}
    layout: dict[str, Any] = {"margin": MARGIN, "coloraxis": colours}
    for k, board in enumerate(boards, start=1):
        layout |= _board_axes(board, k)
    count, classes = answers.shape
    place = {"domain": DOMAINS[2], "anchor": "y3"}
    layout["xaxis3"] = theme.axis(texts.kind, -0.5, classes - 0.5, showgrid=False, dtick=1, **place)
    layout["yaxis3"] = theme.axis("", -0.5, count - 0.5, anchor="x3", visible=False)
    layout["shapes"] = [square for k, board in enumerate(boards, start=1) for square in _squares(board, side, k)]
    layout["annotations"] = [*_headings(texts.headings), *_arrows(), _key(texts)]
    return finished(data, layout, height=HEIGHT)


def _heat(values: Array, place: int, **extra: Any) -> dict[str, Any]:
    axes = {"xaxis": f"x{place + 1}", "yaxis": f"y{place + 1}"}
    look = {"type": "heatmap", "coloraxis": "coloraxis", "hoverongaps": False}
    return {**look, "z": values.astype(np.float32), **axes, **extra}


def _board_axes(board: Array, axis: int) -> dict[str, Any]:
    """Both axes of a board, hidden; its pixels are squares, and it hangs from the top where there is more room."""
    rows, columns = board.shape
    fixed = {"visible": False, "fixedrange": True, "constrain": "domain"}
    across = {"range": [-0.5, columns - 0.5], "domain": DOMAINS[axis - 1], "anchor": f"y{axis}"}
    up = {"range": [-0.5, rows - 0.5], "anchor": f"x{axis}", "scaleanchor": f"x{axis}", "constraintoward": "top"}
    return {f"xaxis{axis}": fixed | across, f"yaxis{axis}": fixed | up}


def _squares(board: Array, side: int, axis: int) -> list[dict[str, Any]]:
    """The place of each picture, so that one with nothing in it is seen as well."""
    place = {"xref": f"x{axis}", "yref": f"y{axis}"}
    rows, columns = board.shape
    corners = [(x - 0.5, y - 0.5) for y in range(0, rows, side + 1) for x in range(0, columns, side + 1)]
    return [theme.rect((x, x + side), (y, y + side), **place) for x, y in corners]


def _headings(texts: Sequence[str]) -> list[dict[str, Any]]:
    place: dict[str, Any] = {**MIDDLE, "yanchor": "bottom", "yshift": 4}
    middles = [(low + high) / 2 for low, high in DOMAINS]
    return [theme.label(text, x, 1.0, **place) for text, x in zip(texts, middles, strict=True)]


def _arrows() -> list[dict[str, Any]]:
    """Between the parts, in the direction in which a network computes."""
    gaps = [(left[1] + right[0]) / 2 for left, right in pairwise(DOMAINS)]
    look = {**MIDDLE, "font": {"size": 26, "color": theme.GREY}}
    return [theme.label("→", x, 0.5) | look for x in gaps]


def _key(texts: Texts) -> dict[str, Any]:
    """What the two colours say, under the weights."""
    named = ((COOL, texts.wanted), (WARM, texts.unwanted))
    lines = [f"{theme.coloured('■', colour)} {text}" for colour, text in named]
    x = (DOMAINS[1][0] + DOMAINS[1][1]) / 2
    place: dict[str, Any] = {**MIDDLE, "yanchor": "top", "yshift": -6, "align": "left"}
    return theme.label("<br>".join(lines), x, 0.0, **place)
