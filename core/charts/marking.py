"""A chart in which one thing is lit up: a line, or a stretch of the horizontal axis, with an arrow and a few words."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts.figure import Sent
from core.charts.theme import GREY

DIM = 0.15  # opacity of all that is not meant
ARROW = {"showarrow": True, "arrowhead": 2, "arrowsize": 1.2, "arrowwidth": 2, "arrowcolor": GREY, "ax": 0, "ay": -48}


def marked(figure: go.Figure, line: str = "", between: Sequence[float] = (), say: str = "") -> Sent:
    """The same figure with the traces of this name as they are, and all others dim; or with a lit stretch of x.

    The words stand over the middle of what is lit. ValueError if no line has this name.
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
    if between:
        low, high = between
        first = figure.layout.xaxis.range
        outside = [(min(first), low), (high, max(first))]
        shapes += [
            {"type": "rect", "xref": "x", "yref": "paper", "x0": x0, "x1": x1, "y0": 0, "y1": 1, "line": {"width": 0},
             "fillcolor": GREY, "opacity": 0.35, "layer": "above"}
            for x0, x1 in outside if x1 > x0
        ]  # fmt: skip
        if say:
            notes.append(
                {"text": f"<b>{say}</b>", "xref": "x", "yref": "paper", "x": (low + high) / 2, "y": 0.8, **ARROW}
            )
    layout |= {"annotations": notes, "shapes": shapes}
    return Sent({**drawn, "data": traces, "layout": layout})


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
