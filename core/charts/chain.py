"""The chain of single neurons, drawn neuron by neuron."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.theme import Style

HEIGHT = 210


def neurons(
    names: Sequence[str], values: Sequence[str], slopes: Sequence[str], edges: Sequence[str], style: Style,
    sweeps: Sequence[theme.Sweep] = (),
) -> go.Figure:  # fmt: skip
    """A row of nodes (the input first) with the value above each, the local derivative below, weights on the edges.

    An empty text is something not computed yet: its node is drawn hollow.
    """
    count = len(names)
    x = np.arange(count, dtype=np.float64)
    nodes = {
        "type": "scatter", "mode": "markers+text", "x": x, "y": np.zeros(count), "text": list(names),
        "textposition": "middle center", "hoverinfo": "text", "showlegend": False,
        **known(names, values, slopes, style),
    }  # fmt: skip
    annotations = labels(values, slopes, edges, style)
    hidden = {"visible": False, "fixedrange": True}
    return theme.figure(
        [nodes],
        {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {**hidden, "range": [-0.5, count - 0.5]},
            "yaxis": {**hidden, "range": [-1, 1]},
            "annotations": annotations,
        },
        height=HEIGHT,
        sweeps=sweeps,
    )


def known(names: Sequence[str], values: Sequence[str], slopes: Sequence[str], style: Style) -> dict[str, Any]:
    """How far the walk has come: a node is filled where its value is known, and the pointer is told of it."""
    return {
        "hovertext": [
            f"{n}{v and f': {v}'}{s and f', f′ = {s}'}" for n, v, s in zip(names, values, slopes, strict=True)
        ],
        "marker": {
            "size": 34, "symbol": "circle", "line": {"width": 2, "color": style.colour}, "opacity": 0.35,
            "color": [style.colour if value else "rgba(0,0,0,0)" for value in values],
        },
    }  # fmt: skip


def labels(values: Sequence[str], slopes: Sequence[str], edges: Sequence[str], style: Style) -> list[dict[str, Any]]:
    """The values above the nodes, the derivatives below, the weights on the edges."""
    annotations = [theme.label(text, float(k), 0.0, yshift=34) for k, text in enumerate(values) if text]
    annotations += [
        theme.label(f"f′ = {text}", float(k), 0.0, style.colour, yshift=-36) for k, text in enumerate(slopes) if text
    ]
    annotations += [
        {
            "text": text, "x": k + 0.72, "y": 0, "ax": k + 0.28, "ay": 0, "xref": "x", "yref": "y", "axref": "x",
            "ayref": "y", "showarrow": True, "arrowhead": 2, "arrowwidth": 1.5, "arrowcolor": theme.GREY,
            "font": {"size": 1}, "opacity": 0.9,
        }
        for k, text in enumerate("" for _ in edges)
    ]  # fmt: skip
    annotations += [theme.label(text, k + 0.5, 0.0, yshift=14) for k, text in enumerate(edges)]
    return annotations
