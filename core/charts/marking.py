"""A chart in which one thing is lit up: a line, a stretch of the axis or a layer, with an arrow and a few words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts.figure import Sent
from core.charts.theme import GREY

FREE = 0.2  # of the height of a chart, from below, where words may stand beside a layer
DIM = 0.15  # opacity of all that is not meant
ARROW = {"showarrow": True, "arrowhead": 2, "arrowsize": 1.2, "arrowwidth": 2, "arrowcolor": GREY, "ax": 0, "ay": -48}

_WHOLE = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "above"}
_COVER = {**_WHOLE, "line": {"width": 0}, "fillcolor": GREY, "opacity": 0.35}
_RING = {**_WHOLE, "line": {"width": 3, "color": GREY}, "fillcolor": "rgba(0,0,0,0)"}


def marked(figure: go.Figure, line: str = "", between: Sequence[float] = (), layer: int = 0, say: str = "") -> Sent:
    """The same figure with the traces of this name as they are and all others dim, or with a lit stretch of x or layer.

    The words stand over the middle of what is lit, or beside the layer. ValueError if no line has this
    name, or no layer this number.
    """
    drawn = figure.to_dict()
    layout = dict(drawn["layout"])
    traces, notes, shapes = list(drawn["data"]), list(layout.get("annotations", ())), list(layout.get("shapes", ()))
    if line:
        if not any(_is_of(trace.get("name"), line) for trace in traces):
            raise ValueError(f"no line {line!r} in this chart")
        traces = [trace if _is_of(trace.get("name"), line) else {**trace, "opacity": DIM} for trace in traces]
        notes = [note if _keeps(note, line, figure.data) else {**note, "opacity": DIM} for note in notes]
        if say:
            notes.append(_note(figure, line, say))
    if between or layer:
        low, high = _ends(layout, layer) if layer else between
        ends = layout["xaxis"]["range"]
        outside = [(min(ends), low), (high, max(ends))]
        shapes += [{**_COVER, "x0": x0, "x1": x1} for x0, x1 in outside if x1 > x0]
        at: dict[str, Any] = {"x": (low + high) / 2, "y": 0.8}
        if layer:
            shapes.append({**_RING, "x0": low, "x1": high})
            at = _beside(layout, (low, high), ends)
        if say:
            notes.append({"text": f"<b>{say}</b>", "xref": "x", "yref": "paper", **ARROW, **at})
    layout |= {"annotations": notes, "shapes": shapes}
    return Sent({**drawn, "data": traces, "layout": layout})


def _ends(layout: Mapping[str, Any], layer: int) -> tuple[float, float]:
    """The room of a layer on the horizontal axis."""
    first, step, count = layout.get("meta", {}).get("layers", (0.0, 1.0, 0))
    if not 1 <= layer <= count:
        raise ValueError(f"no layer {layer} in this chart")
    at, half = first + step * (layer - 1), 0.5 * abs(step)
    return at - half, at + half


def _beside(layout: Mapping[str, Any], layer: tuple[float, float], ends: Sequence[float]) -> dict[str, Any]:
    """Words beside a layer, on the side where there is more room, and low, where a chart of layers has little else."""
    left = abs(sum(layer) / 2 - ends[0]) > abs(sum(layer) / 2 - ends[1])
    x = min(layer, key=lambda edge: abs(edge - ends[0 if left else 1]))
    side = {"ax": -40, "xanchor": "right"} if left else {"ax": 40, "xanchor": "left"}
    return {"x": x, "y": layout["meta"].get("free", FREE), "ay": 0, **side}


def _is_of(name: str | None, line: str) -> bool:
    """Whether a trace belongs to a line: it has its name, alone or before a comma, as its theory has."""
    return bool(name) and (name == line or str(name).startswith(f"{line},"))


def _keeps(note: Any, line: str, traces: Iterable[Any]) -> bool:
    """Whether a text is not the name of another line."""
    others = {trace.name for trace in traces if trace.name and not _is_of(trace.name, line)}
    return not any(name in str(note.get("text", "")) for name in others) or line in str(note.get("text", ""))


def _note(figure: go.Figure, line: str, say: str) -> dict[str, Any]:
    """The words with an arrow to the middle of the line."""
    trace = next(trace for trace in figure.data if trace.name == line)
    x, y = np.asarray(trace.x, dtype=float), np.asarray(trace.y, dtype=float)
    place = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    middle = place[len(place) // 2]
    axes = {"xref": trace.xaxis or "x", "yref": trace.yaxis or "y"}
    return {"text": f"<b>{say}</b>", "x": float(x[middle]), "y": float(y[middle]), **axes, **ARROW}
