"""Training as it goes: what has been learnt, loss and accuracy, and what happens in each layer, step by step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import COOL, WARM, Line

Array = NDArray[np.float64]

GRADIENT = theme.gradient_scale(0.6, 0.72)
# Next to nothing is pale but not invisible: what has not happened yet is empty. Too much is warm.
MOVES = (
    (0.0, theme.faint(COOL, 0.1)),
    (0.6, theme.faint(COOL, 1)),
    (0.72, theme.faint(COOL, 1)),
    (1.0, theme.faint(WARM, 1)),
)
SHARES = ((0.0, theme.faint(WARM, 0.06)), (1.0, theme.faint(WARM, 1)))
# Grey in the middle, like a band: what is empty can be seen, on a light page as well as on a dark one.
BOTH_SIDES = (
    (0.0, theme.faint(WARM, 1)),
    (0.47, theme.faint(WARM, 0.12)),
    (0.5, theme.BAND),
    (0.53, theme.faint(COOL, 0.12)),
    (1.0, theme.faint(COOL, 1)),
)

CLASSES = (WARM, COOL, "#7d5fc8", "#508c32")  # of points in the plane, the first two as in BOTH_SIDES

MARGIN = {"l": 64, "r": 8, "t": 30, "b": 54}
CURVE, GAP = 92, 26  # pixels: one panel of curves, what lies between
HEATS = {1: 190, 2: 108, 3: 70, 4: 50}  # the more of them, the lower
PICTURES, TITLED = {1: 220, 2: 200, 3: 190, 4: 160}, 50  # pixels: so many squares, over them their names and the title
COLUMNS = 50  # of a heat map that is full
CLASS_SYMBOLS = ("circle", "diamond-open", "triangle-up", "square-open")


@dataclass(frozen=True)
class Scale:
    """The colours of a heat map: range, labelled values, and which colours."""

    title: str
    low: float
    high: float
    ticks: Sequence[float]
    ticktext: Sequence[str]
    colours: Sequence[tuple[float, str]] = MOVES


@dataclass(frozen=True)
class Film:
    """One network on its way: `values` (steps seen, layers), the output layer last; -inf is an exact zero."""

    label: str
    steps: Array
    values: Array
    style: theme.Style = theme.Style()


@dataclass(frozen=True)
class Panel:
    """Curves over the steps, on one fixed axis."""

    title: str
    lines: Sequence[Line]
    low: float
    high: float
    ticks: Sequence[float] | None = None


def curves(panels: Sequence[Panel], *, steps: int, step_title: str) -> go.Figure:
    """Curves over the steps, one panel below the other."""
    axes, domains, height = _rows([CURVE] * len(panels))
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    across = _step_axis(step_title, steps, len(panels))
    layout: dict[str, Any] = {"xaxis": across}
    for panel, axis, domain in zip(panels, axes, domains, strict=True):
        data += [theme.trace(line, "%{x}: %{y:.3g}") | _on(axis) for line in panel.lines]
        layout[axis] = _panel_axis(panel) | {"domain": domain}
        annotations += _panel_names(panel, across["range"], _on(axis)["yaxis"])
    return finished(data, layout | {"margin": MARGIN, "annotations": annotations}, height=height)


def history(
    films: Sequence[Film],
    *,
    steps: int,
    scale: Scale,
    step_title: str,
    layer_title: str,
    output: str,
    zero: str,
) -> go.Figure:
    """Layer by step as colour, one heat map for each network, on the axis of steps that `curves` have.

    `output` and `zero` are the words for the output layer and for an exact zero, which has a mark of its own.
    """
    heat = HEATS[len(films)]
    axes, domains, height = _rows([heat] * len(films))
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"xaxis": _step_axis(step_title, steps, len(films)), "coloraxis": _colours(scale)}
    for film, axis, domain in zip(films, axes, domains, strict=True):
        data += [trace | _on(axis) for trace in _heat(film, _column(steps), zero)]
        layout[axis] = _layer_axis(layer_title, film.values.shape[1], output, heat) | {"domain": domain}
        annotations.append(_film_name(film, domain[1], alone=len(films) == 1))
    return finished(data, layout | {"margin": MARGIN, "annotations": annotations}, height=height)


def _rows(heights: Sequence[int]) -> tuple[list[str], list[list[float]], int]:
    """Room for rows, the first one on top: the names of their axes, their domains, the height of the chart."""
    inner = sum(heights) + (len(heights) - 1) * GAP
    tops = [float(inner - sum(heights[:k]) - k * GAP) for k in range(len(heights))]
    domains = [[max(0.0, (top - height) / inner), top / inner] for top, height in zip(tops, heights, strict=True)]
    axes = ["yaxis" if k == 0 else f"yaxis{k + 1}" for k in range(len(heights))]
    return axes, domains, inner + MARGIN["t"] + MARGIN["b"]


def _column(steps: int) -> float:
    """The width of the last column of a heat map, whose end has not come yet."""
    return max(1.0, steps / COLUMNS)


def _step_axis(title: str, steps: int, rows: int) -> dict[str, Any]:
    """Below the lowest row, with room for the last column, and beside it for names or colours."""
    anchor = "y" if rows == 1 else f"y{rows}"
    return theme.roomy(theme.axis(title, 0.0, steps + _column(steps), anchor=anchor, showgrid=False))


def _on(axis: str) -> dict[str, str]:
    """What puts a trace on one of the upright axes."""
    return {"xaxis": "x", "yaxis": axis.replace("yaxis", "y")}


def _film_name(film: Film, top: float, *, alone: bool) -> dict[str, Any]:
    """The name of a network over its heat map, with its sign where there are several."""
    name = film.label if alone else f"{film.style.sign} {film.label}"
    return theme.label(name, 0.0, top, film.style.colour, xref="paper", yref="paper", xanchor="left", yanchor="bottom")


def _panel_axis(panel: Panel) -> dict[str, Any]:
    ticks = {"tickvals": list(panel.ticks)} if panel.ticks else {}
    return theme.axis(panel.title, panel.low, panel.high, **ticks)


def _panel_names(panel: Panel, across: Sequence[float], yref: str) -> list[dict[str, Any]]:
    named = [line for line in panel.lines if line.label]
    return theme.end_labels(named, panel.low, panel.high, across=across, height=CURVE, yref=yref)


def _heat(film: Film, width: float, zero: str) -> list[dict[str, Any]]:
    """The heat map of a network, and a mark at each exact zero."""
    edges = np.append(film.steps, film.steps[-1] + width)
    layers = film.values.shape[1]
    values = np.where(np.isneginf(film.values), np.nan, film.values).T
    heat = {
        "type": "heatmap",
        "name": film.label,
        "x": edges,
        "y": np.arange(0.5, layers + 1),
        "coloraxis": "coloraxis",
        "z": np.nan_to_num(values, nan=np.nan, posinf=1e3).astype(np.float32),
        "hoverongaps": False,
        "customdata": [film.steps.astype(int).tolist()] * layers,  # x are edges: the pointer would name their middle
        "hovertemplate": "%{customdata}, %{y:.0f}: %{z:.2f}<extra></extra>",
    }
    step, layer = np.nonzero(np.isneginf(film.values))
    if not len(step):
        return [heat]
    middle = 0.5 * (edges[1:] + edges[:-1])
    cross = {"symbol": "x-thin", "size": 5, "color": theme.GREY, "line": {"width": 1, "color": theme.GREY}}
    name = f"{film.label}: {zero}"
    marks = theme.scatter(middle[step], layer + 1, "markers", f"{zero}<extra></extra>", name=name, marker=cross)
    return [heat, marks]


def _layer_axis(title: str, layers: int, output: str, height: int) -> dict[str, Any]:
    """The first layer and the output layer are named, and some between."""
    step = max(1, math.ceil(layers * 15 / height))
    ticks = list(range(1, layers - step + 1, step))
    named = {"tickvals": [*ticks, layers], "ticktext": [*(str(t) for t in ticks), output]}
    return theme.axis(title, 0.5, layers + 0.5, showgrid=False, **named)


def _colours(scale: Scale) -> dict[str, Any]:
    """The colours of all heat maps, their bar beside them."""
    named: dict[str, Any] = {"tickvals": list(scale.ticks), "ticktext": list(scale.ticktext)}
    place: dict[str, Any] = {"x": 1.0 - theme.ROOM, "yanchor": "bottom", "y": 0.0, "len": 1.0}
    return theme.colours(scale.title, scale.low, scale.high, scale.colours, **place, **named)


@dataclass(frozen=True)
class Picture:
    """A square of numbers, -1..1, nan for nothing, and a note in its middle."""

    label: str
    values: Array
    style: theme.Style | None = None
    note: str = ""


def pictures(
    shown: Sequence[Picture],
    *,
    title: str,
    reach: float = 1.0,
    points: tuple[Array, Array, NDArray[Any]] | None = None,
    hover: str,
    classes: int = 2,
) -> go.Figure:
    """Squares side by side under a title, on the axes -reach..reach: a colour for each sign of a number, grey for 0.

    `points` are (x, y, class) of some samples. With more than two `classes` each has a part of -1..1 of its own, from
    nothing to its colour.
    """
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"margin": {"l": 8, "r": 8, "t": TITLED, "b": 8}}
    annotations = [_title(title)]
    fixed = {"visible": False, "fixedrange": True, "range": [-reach * 1.02, reach * 1.02], "constrain": "domain"}
    for k, picture in enumerate(shown):
        x, y = ("x", "y") if k == 0 else (f"x{k + 1}", f"y{k + 1}")
        left, right = k / len(shown), (k + 1) / len(shown)
        pointer = {"hoverinfo": "skip" if points else "all", "hovertemplate": hover}
        squares = [_square(picture, reach) | pointer, *(_samples(points, kind) for kind in range(classes) if points)]
        data += [trace | {"xaxis": x, "yaxis": y} for trace in squares]
        layout[x.replace("x", "xaxis")] = {**fixed, "domain": [left + 0.02, right - 0.02], "anchor": y}
        annotations += [_picture_name(picture, (left + right) / 2), *_note(picture, x, y)]
        layout[y.replace("y", "yaxis")] = {**fixed, "constraintoward": "top", "anchor": x, "scaleanchor": x}
    layout["coloraxis"] = {"cmin": -1.0, "cmax": 1.0, "colorscale": _parted(classes), "showscale": False}
    layout["annotations"] = annotations
    return finished(data, layout, height=PICTURES[len(shown)] + TITLED + 8)


def _title(text: str) -> dict[str, Any]:
    """What all the squares are about, over their names."""
    place = theme.label(
        text, 0.0, 1.0, xref="paper", yref="paper", xanchor="left", align="left", yanchor="bottom", yshift=22
    )
    return place | {"font": {"size": 15, "weight": 600}}


def _square(picture: Picture, reach: float) -> dict[str, Any]:
    rows, columns = picture.values.shape
    return {
        "type": "heatmap",
        "name": picture.label,
        "x": np.linspace(-reach, reach, columns),
        "y": np.linspace(-reach, reach, rows) * (max(1, rows - 1) / max(1, columns - 1)),  # each cell is a square
        "z": np.clip(picture.values, -1.0, 1.0).astype(np.float32),
        "hoverongaps": False,
        "coloraxis": "coloraxis",
    }


def _picture_name(picture: Picture, x: float) -> dict[str, Any]:
    sign, colour = (f"{picture.style.sign} ", picture.style.colour) if picture.style else ("", None)
    place = {"xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    return theme.label(f"{sign}{picture.label}", x, 1.0, colour, **place)


def _note(picture: Picture, x: str, y: str) -> list[dict[str, Any]]:
    """What is said in the middle of a picture that is still empty."""
    return [theme.label(picture.note, 0.0, 0.0, xref=x, yref=y)] if picture.note else []


def _parted(classes: int) -> Sequence[tuple[float, str]]:
    """One colour scale for all classes; those beyond the last colour begin again with the first."""
    if classes == 2:
        return BOTH_SIDES
    colours = [CLASSES[kind % len(CLASSES)] for kind in range(classes)]
    return [
        ((kind + full) / classes, theme.faint(colour, full)) for kind, colour in enumerate(colours) for full in (0, 1)
    ]


def _samples(points: tuple[Array, Array, NDArray[Any]], kind: int) -> dict[str, Any]:
    x, y, classes = points
    chosen = classes == kind
    marker = {"symbol": CLASS_SYMBOLS[kind % len(CLASS_SYMBOLS)], "size": 5, "color": theme.GREY}
    return theme.scatter(x[chosen], y[chosen], "markers", name=str(kind), marker=marker)


def mosaic(weights: Array, side: int, columns: int) -> Array:
    """Rows of weights (units, side^2) as small squares beside and below each other, nan between them; top row last,
    as a heat map wants it.
    """
    rows = math.ceil(len(weights) / columns)
    board = np.full((rows * (side + 1) - 1, columns * (side + 1) - 1), np.nan)
    for k, unit in enumerate(weights):
        row, column = divmod(k, columns)
        board[row * (side + 1) :, column * (side + 1) :][:side, :side] = unit.reshape(side, side)
    return board[::-1]
