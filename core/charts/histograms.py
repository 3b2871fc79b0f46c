"""Histograms of a few layers, one row each: what enters the activations, and the gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import Style

Array = NDArray[np.float64]

ROW = 62  # pixels
GAP = 0.14  # of a row
UP = {"range": [0, 1.05], "fixedrange": True, "visible": False}  # the axis of every histogram
MARGIN = {"l": 66, "r": 16, "t": 30, "b": 48}


def rows(
    names: Sequence[str],
    left: tuple[Array, Array],
    right: tuple[Array, Array],
    notes: Sequence[str],
    style: Style,
    *,
    left_title: str,
    right_title: str,
) -> go.Figure:
    """For each name a histogram left and one right; `left` and `right` are (bin edges, shares (rows, bins)).

    Each is as high as its highest bin; the right axis holds log10 of what is counted. A note stands at the right.
    """
    count = len(names)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"margin": MARGIN, "annotations": [], "bargap": 0}
    for row, (name, note) in enumerate(zip(names, notes, strict=True)):
        top, last = 1.0 - row / count, row == count - 1
        domain = [top - (1.0 - GAP) / count, top]
        layout["annotations"] += _names(name, note, domain)
        for column, (edges, shares) in enumerate((left, right)):
            x, y = _axes(2 * row + column)
            data.append(_bars(name, edges, shares[row], column, style) | {"xaxis": x, "yaxis": y})
            title = (left_title, right_title)[column] if last else ""
            layout[x.replace("x", "xaxis")] = _across(title, edges, column) | {"anchor": y, "visible": last}
            layout[y.replace("y", "yaxis")] = {"domain": domain, "anchor": x, **UP}
    return finished(data, layout, height=count * ROW + MARGIN["t"] + MARGIN["b"])


def _axes(number: int) -> tuple[str, str]:
    """What Plotly calls the axes of one of the histograms."""
    return (f"x{number + 1}", f"y{number + 1}") if number else ("x", "y")


def _across(title: str, edges: Array, column: int) -> dict[str, Any]:
    ends, domain = (float(edges[0]), float(edges[-1])), ([0, 0.46], [0.54, 1])[column]
    return theme.log_axis(title, *ends, most=4, domain=domain) if column else theme.axis(title, *ends, domain=domain)


def _names(name: str, note: str, domain: Sequence[float]) -> list[dict[str, Any]]:
    """The name of a row at its foot on the left, its note at its top on the right."""
    low, high = domain
    place = {"xref": "paper", "yref": "paper", "xanchor": "right"}
    named = theme.label(name, 0.0, low, **place, yanchor="bottom", xshift=-8)
    return [named, *([theme.label(note, 1.0, high, **place, yanchor="top")] if note else [])]


def _bars(name: str, edges: Array, shares: Array, column: int, style: Style) -> dict[str, Any]:
    peak = shares.max()
    unit = "%{x:.3g}" if column == 0 else "10<sup>%{x:.2f}</sup>"
    return {
        "type": "bar",
        "name": name,
        "x": 0.5 * (edges[1:] + edges[:-1]),
        "y": shares / peak if peak > 0 else shares,
        "customdata": 100.0 * shares,
        "hovertemplate": f"{name}, {unit}: %{{customdata:.2g}} %<extra></extra>",
        "marker": {"color": style.colour, "line": {"width": 0}},
        "showlegend": False,
    }
