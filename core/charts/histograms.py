"""Histograms of a few layers, one row each: what enters the activations, and the gradients."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import Style

Array = NDArray[np.float64]

ROW = 62  # pixels
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
    data, layout, annotations = [], {}, []
    gap = 0.14
    for row, (name, note) in enumerate(zip(names, notes, strict=True)):
        top = 1.0 - row / count
        domain = [top - (1.0 - gap) / count, top]
        annotations.append(
            theme.label(name, 0.0, domain[0], xref="paper", yref="paper", xanchor="right", yanchor="bottom", xshift=-8)
        )
        if note:
            annotations.append(theme.label(note, 1.0, top, xref="paper", yref="paper", xanchor="right", yanchor="top"))
        for column, (edges, shares) in enumerate((left, right)):
            number = 2 * row + column + 1
            suffix = "" if number == 1 else str(number)
            data.append(_bars(name, edges, shares[row], suffix, column, style))
            last = row == count - 1
            title = (left_title, right_title)[column] if last else ""
            make = theme.axis if column == 0 else theme.decades
            axis = make(title, float(edges[0]), float(edges[-1]), domain=([0, 0.46], [0.54, 1])[column])
            layout[f"xaxis{suffix}"] = {**axis, "anchor": f"y{suffix}", "visible": last}
            layout[f"yaxis{suffix}"] = {
                "domain": domain, "range": [0, 1.05], "fixedrange": True, "anchor": f"x{suffix}", "visible": False,
            }  # fmt: skip
    return finished(
        data,
        {"margin": MARGIN, "annotations": annotations, "bargap": 0, **layout},
        height=count * ROW + MARGIN["t"] + MARGIN["b"],
    )


def _bars(name: str, edges: Array, shares: Array, suffix: str, column: int, style: Style) -> dict[str, object]:
    peak = shares.max()
    unit = "%{x:.3g}" if column == 0 else "10<sup>%{x:.2f}</sup>"
    return {
        "type": "bar", "name": name, "x": 0.5 * (edges[1:] + edges[:-1]), "y": shares / peak if peak > 0 else shares,
        "customdata": 100.0 * shares, "hovertemplate": f"{name}, {unit}: %{{customdata:.2g}} %<extra></extra>",
        "marker": {"color": style.colour, "line": {"width": 0}}, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}",
        "showlegend": False,
    }  # fmt: skip
