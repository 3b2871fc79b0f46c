"""Training as it goes: what happens in each layer, step by step, above loss and accuracy; and what has been learnt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import Line

Array = NDArray[np.float64]

COOL, WARM = "14,120,150", "190,90,50"
# Next to nothing is faint but not invisible: what has not happened yet is empty. Too much is warm.
DECADES = (
    (0.0, f"rgba({COOL},0.10)"),
    (0.6, f"rgba({COOL},1)"),
    (0.72, f"rgba({COOL},1)"),
    (1.0, f"rgba({WARM},1)"),
)
SHARES = ((0.0, f"rgba({WARM},0.06)"), (1.0, f"rgba({WARM},1)"))
# Nothing in the middle, so that it is right on a light page as well as on a dark one.
BOTH_SIDES = (
    (0.0, f"rgba({WARM},1)"), (0.5, f"rgba({WARM},0)"), (0.5, f"rgba({COOL},0)"), (1.0, f"rgba({COOL},1)"),
)  # fmt: skip

CLASSES = (WARM, COOL, "125,95,200", "80,140,50")  # of points in the plane, the first two as in BOTH_SIDES

MARGIN = {"l": 64, "r": 118, "t": 26, "b": 48}
CURVE, GAP = 92, 26  # pixels: one panel of curves, what lies between
HEATS = {1: 190, 2: 108, 3: 70, 4: 50}  # the more of them, the lower
PICTURE = 250
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
    colours: Sequence[tuple[float, str]] = DECADES


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


def history(
    films: Sequence[Film], panels: Sequence[Panel], *, steps: int, scale: Scale,
    step_title: str, layer_title: str, output: str, zero: str,
) -> go.Figure:  # fmt: skip
    """Layer by step as colour, one heat map for each network, above curves on the same axis of steps.

    `output` and `zero` are the words for the output layer and for an exact zero, which has a mark of its own.
    """
    heat = HEATS[len(films)]
    inner = len(films) * heat + len(panels) * CURVE + (len(films) + len(panels) - 1) * GAP
    width = max(1.0, steps / COLUMNS)  # of the last column, whose end has not come yet
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    top = float(inner)
    places = [(heat, film) for film in films] + [(CURVE, panel) for panel in panels]
    for k, (height, shown) in enumerate(places):
        suffix = "" if k == 0 else str(k + 1)
        domain = [max(0.0, (top - height) / inner), top / inner]
        axes = {"xaxis": "x", "yaxis": f"y{suffix}"}
        if isinstance(shown, Film):
            layers = shown.values.shape[1]
            data += [trace | axes for trace in _heat(shown, width, zero)]
            layout[f"yaxis{suffix}"] = theme.axis(
                layer_title, 0.5, layers + 0.5, domain=domain, showgrid=False,
                **_layer_ticks(layers, output, heat),
            )  # fmt: skip
            name = f"{shown.style.sign} {shown.label}" if len(films) > 1 else shown.label
            annotations.append(
                theme.label(name, 0.0, domain[1], shown.style.colour, xref="paper", yref="paper", xanchor="left",
                            yanchor="bottom")
            )  # fmt: skip
        else:
            data += [theme.trace(line, "%{x}: %{y:.3g}") | axes for line in shown.lines]
            layout[f"yaxis{suffix}"] = theme.axis(shown.title, shown.low, shown.high, domain=domain)
            if shown.ticks:
                layout[f"yaxis{suffix}"]["tickvals"] = list(shown.ticks)
            named = [line for line in shown.lines if line.label]
            annotations += [
                {**text, "yref": f"y{suffix}"}
                for text in theme.end_labels(named, shown.low, shown.high, side="right", height=CURVE)
            ]
        top -= height + GAP
    bar = _colour_bar(scale, 1.0 - (len(films) * (heat + GAP) - GAP) / inner)
    layout |= {
        "margin": MARGIN,
        "xaxis": theme.axis(step_title, 0.0, steps + width, anchor=f"y{len(places)}", showgrid=False),
        "coloraxis": bar,
        "annotations": annotations,
    }
    return finished(data, layout, height=inner + MARGIN["t"] + MARGIN["b"])


def _heat(film: Film, width: float, zero: str) -> list[dict[str, Any]]:
    edges = np.append(film.steps, film.steps[-1] + width)
    layers = film.values.shape[1]
    known = np.where(np.isneginf(film.values), np.nan, film.values).T
    heat = {
        "type": "heatmap", "name": film.label, "x": edges, "y": np.arange(0.5, layers + 1), "coloraxis": "coloraxis",
        "z": np.nan_to_num(known, nan=np.nan, posinf=1e3).astype(np.float32), "hoverongaps": False,
        "customdata": [film.steps.astype(int).tolist()] * layers,  # x are edges: the pointer would be told their middle
        "hovertemplate": "%{customdata}, %{y:.0f}: %{z:.2f}<extra></extra>",
    }  # fmt: skip
    seen, layer = np.nonzero(np.isneginf(film.values))
    if not len(seen):
        return [heat]
    middle = 0.5 * (edges[1:] + edges[:-1])
    marks = {
        "type": "scatter", "mode": "markers", "name": f"{film.label}: {zero}", "x": middle[seen], "y": layer + 1,
        "marker": {"symbol": "x-thin", "size": 5, "color": theme.GREY, "line": {"width": 1, "color": theme.GREY}},
        "hovertemplate": f"{zero}<extra></extra>", "showlegend": False,
    }  # fmt: skip
    return [heat, marks]


def _layer_ticks(layers: int, output: str, height: int) -> dict[str, Any]:
    """The first layer and the output layer are named, and some between."""
    step = max(1, math.ceil(layers * 15 / height))
    ticks = list(range(1, layers - step + 1, step))
    return {"tickvals": [*ticks, layers], "ticktext": [*(str(t) for t in ticks), output]}


def _colour_bar(scale: Scale, bottom: float) -> dict[str, Any]:
    return {
        "cmin": scale.low, "cmax": scale.high, "colorscale": scale.colours,
        "colorbar": {
            "thickness": 10, "x": 1.01, "xpad": 4, "outlinewidth": 0, "yanchor": "bottom", "y": bottom,
            "len": 1.0 - bottom, "title": {"text": scale.title, "side": "right"},
            "tickvals": list(scale.ticks), "ticktext": list(scale.ticktext),
        },
    }  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A square of numbers, -1..1, nan for nothing; `points` are (x, y, class) of some samples, on the axes -r..r."""

    label: str
    values: Array
    style: theme.Style | None = None


def pictures(
    shown: Sequence[Picture], *, reach: float = 1.0, points: tuple[Array, Array, NDArray[Any]] | None = None,
    hover: str, classes: int = 2,
) -> go.Figure:  # fmt: skip
    """Squares side by side, on the axes -reach..reach: both signs of a number in two colours, nothing where it is 0.

    With more than two `classes` each has a part of -1..1 of its own, from nothing to its colour.
    """
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"margin": {"l": 8, "r": 8, "t": 26, "b": 8}}
    annotations = []
    for k, picture in enumerate(shown):
        suffix = "" if k == 0 else str(k + 1)
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        rows, columns = picture.values.shape
        x = np.linspace(-reach, reach, columns)
        y = np.linspace(-reach, reach, rows) * (max(1, rows - 1) / max(1, columns - 1))  # each cell is a square
        values = np.clip(picture.values, -1.0, 1.0).astype(np.float32)
        data.append(
            {
                "type": "heatmap", "name": picture.label, "x": x, "y": y, "z": values, "hoverongaps": False,
                "coloraxis": "coloraxis", "hoverinfo": "skip" if points else "all", "hovertemplate": hover, **axes,
            }
        )  # fmt: skip
        if points:
            data += [_samples(points, kind) | axes for kind in range(classes)]
        left, right = k / len(shown), (k + 1) / len(shown)
        fixed = {"visible": False, "fixedrange": True, "range": [-reach * 1.02, reach * 1.02], "constrain": "domain"}
        layout[f"xaxis{suffix}"] = {**fixed, "domain": [left + 0.008, right - 0.008], "anchor": f"y{suffix}"}
        layout[f"yaxis{suffix}"] = {
            **fixed,
            "constraintoward": "top",
            "anchor": f"x{suffix}",
            "scaleanchor": f"x{suffix}",
        }
        name = f"{picture.style.sign} {picture.label}" if picture.style else picture.label
        annotations.append(
            theme.label(
                name, (left + right) / 2, 1.0, picture.style.colour if picture.style else None,
                xref="paper", yref="paper", xanchor="center", yanchor="bottom",
            )
        )  # fmt: skip
    layout["coloraxis"] = {"cmin": -1.0, "cmax": 1.0, "colorscale": _parted(classes), "showscale": False}
    layout["annotations"] = annotations
    return finished(data, layout, height=PICTURE + 34)


def _parted(classes: int) -> Sequence[tuple[float, str]]:
    """One colour scale for all classes; those beyond the last colour begin again with the first."""
    if classes == 2:
        return BOTH_SIDES
    colours = [CLASSES[kind % len(CLASSES)] for kind in range(classes)]
    return [
        ((kind + full) / classes, f"rgba({colour},{full})") for kind, colour in enumerate(colours) for full in (0, 1)
    ]


def _samples(points: tuple[Array, Array, NDArray[Any]], kind: int) -> dict[str, Any]:
    x, y, classes = points
    chosen, symbol = classes == kind, CLASS_SYMBOLS[kind % len(CLASS_SYMBOLS)]
    return {
        "type": "scatter", "mode": "markers", "x": x[chosen], "y": y[chosen], "showlegend": False, "hoverinfo": "skip",
        "name": str(kind), "marker": {"symbol": symbol, "size": 5, "color": theme.GREY},
    }  # fmt: skip


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
