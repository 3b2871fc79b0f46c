"""The finished figure: fixed height, no drag, and the positions through which a reader may drag it in the browser."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts.theme import BAND, GREY, HEIGHT, MARGIN, label


@dataclass(frozen=True)
class Stop:
    """One position of a sweep: what changes there. `traces`: new values by the place of a trace in the figure's data.

    `layout` are the parts of the layout that change; `readouts` are (label, value) over the chart.
    """

    label: str
    traces: Mapping[int, Mapping[str, Any]]
    layout: Mapping[str, Any] = field(default_factory=dict)
    readouts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Sweep:
    """A setting that a reader may drag in the chart itself, with every position precomputed: no server is asked."""

    name: str  # before the value
    stops: Sequence[Stop]
    active: int  # where the drag starts
    play: str = ""  # the word on the button that walks through all positions; none: no button
    aside: str = ""  # what is added to every other position: only the chart has moved there, not the page


Drawing = tuple[list[dict[str, Any]], dict[str, Any]]  # traces and layout


def swept(
    name: str,
    drawings: Sequence[tuple[str, Drawing, Sequence[tuple[str, str]]]],
    active: int,
    play: str,
    aside: str = "",
) -> tuple[list[dict[str, Any]], Sweep]:
    """A sweep through whole drawings, (label, drawing, readouts) each, and the traces of the active one.

    Only what differs anywhere is told for each position. A drawing with fewer traces than others gets empty ones.
    """
    most = max(len(data) for _, (data, _), _ in drawings)
    empty = {"type": "scatter", "x": [], "y": [], "name": "", "hoverinfo": "skip", "showlegend": False}
    every = [[*data, *[empty] * (most - len(data))] for _, (data, _), _ in drawings]
    layouts = [layout for _, (_, layout), _ in drawings]
    changing = [_differing([data[i] for data in every]) for i in range(most)]
    changing_layout = _differing(layouts)
    stops = [
        Stop(
            text,
            {i: {key: _small(data[i].get(key)) for key in keys} for i, keys in enumerate(changing) if keys},
            {key: layout[key] for key in changing_layout},
            shown,
        )
        for (text, _, shown), data, layout in zip(drawings, every, layouts, strict=True)
    ]
    now = [{key: _small(value) for key, value in trace.items()} for trace in every[active]]
    return now, Sweep(name, stops, active, play, aside)


def _differing(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys whose values are not the same everywhere."""
    first = found[0]
    keys = dict.fromkeys(key for one in found for key in one)
    return [key for key in keys if not all(_same(one.get(key), first.get(key)) for one in found[1:])]


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f")
    return type(a) is type(b) and bool(a == b)


def _small(value: Any) -> Any:
    """Half of the bytes for what is drawn on a screen."""
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype == np.float64 else value


READOUT, SLIDER = 72, 56  # pixels that readouts and each slider add to a chart
PLAY = 60  # pixels beside the plot for the button that walks through a sweep
# What of an item of a list in the layout may differ from one position of a sweep to the next.
MOVING = {"annotations": ("text", "x", "y", "ax", "ay"), "shapes": ("x0", "x1", "y0", "y1")}


def readouts(shown: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Figures over a chart, as an annotation: one below the other, for a phone has no room beside."""
    lines = [f'<b>{value}</b>  <span style="font-size:13px">{name}</span>' for name, value in shown]
    return [
        label(
            "<br>".join(lines), 0.0, 1.0, xref="paper", yref="paper", xanchor="left", yanchor="bottom", align="left",
            xshift=-60, yshift=10, font={"size": 16},
        )
    ]  # fmt: skip


def finished(
    data: Sequence[dict[str, Any]], layout: Mapping[str, Any], height: int = HEIGHT, sweeps: Sequence[Sweep] = ()
) -> go.Figure:
    """The finished figure: fixed height, no drag, no template of its own; with sliders of its own for `sweeps`."""
    base = {"height": height, "margin": MARGIN, "dragmode": False, "hovermode": "closest", "template": "none"}
    drawing = {"data": list(data), "layout": {**base, **layout}}
    return Draggable(drawing, sweeps) if sweeps else go.Figure(drawing)


class Draggable(go.Figure):  # type: ignore[misc]
    """A figure with sliders of its own, whose positions go to the browser as they are.

    Plotly would check and copy the frames of every position whenever a setting changes, which costs several times
    what all the rest of a moved control does. That Plotly accepts them is left to the tests.
    """

    def __init__(self, drawing: dict[str, Any], sweeps: Sequence[Sweep]) -> None:
        layout, self._sliders, self._frames = _draggable(drawing["layout"], sweeps)
        super().__init__({**drawing, "layout": layout})

    def to_dict(self) -> dict[str, Any]:
        """What is sent: Plotly's own part, the sliders and the frames."""
        drawn = super().to_dict()
        return {**drawn, "layout": {**drawn["layout"], **self._sliders}, "frames": self._frames}


def _encoded(trace: Mapping[str, Any]) -> dict[str, Any]:
    """A trace with its arrays as Plotly sends them: the bytes themselves, a third longer as text."""
    return {
        key: {"dtype": "f4", "bdata": base64.b64encode(value.tobytes()).decode()}
        if isinstance(value, np.ndarray) and value.dtype == np.float32
        else value
        for key, value in trace.items()
    }


def _over(stop: Stop) -> list[dict[str, Any]]:
    return readouts(stop.readouts) if stop.readouts else []


def _draggable(
    layout: Mapping[str, Any], sweeps: Sequence[Sweep]
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """The layout with room for sliders below and with readouts above, the sliders, a frame for every position."""
    margin, own = layout["margin"], list(layout.get("annotations", []))
    now = sweeps[0].stops[sweeps[0].active]
    above = READOUT if now.readouts else 0
    roomy = {
        **layout,
        "annotations": _over(now) + own,
        "height": layout["height"] + above + SLIDER * len(sweeps),
        "margin": {
            **margin, "t": margin["t"] + above, "b": margin["b"] + SLIDER * len(sweeps), "l": max(margin["l"], PLAY),
        },
    }  # fmt: skip
    sliders: dict[str, Any] = {"sliders": [], "updatemenus": []}
    frames: list[dict[str, Any]] = []
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    for k, sweep in enumerate(sweeps):
        below = margin["b"] + SLIDER * k
        names = [f"{k}:{i}" for i in range(len(sweep.stops))]
        for name, stop in zip(names, sweep.stops, strict=True):
            changed = dict(stop.layout)
            if "annotations" in changed or stop.readouts:
                changed["annotations"] = [*_over(stop), *changed.get("annotations", own)]
            traces = [_encoded(trace) for trace in stop.traces.values()]
            frames.append({"name": name, "data": traces, "traces": list(stop.traces), "layout": changed})
        sliders["sliders"].append({
            "active": sweep.active, "x": 0.0, "len": 1.0, "y": 0.0, "yanchor": "top", "pad": {"t": below, "b": 0},
            "currentvalue": {"prefix": f"{sweep.name} = ", "xanchor": "left", "font": {"size": 14}},
            "bgcolor": BAND, "bordercolor": GREY, "activebgcolor": GREY, "ticklen": 0, "minorticklen": 0,
            "font": {"size": 1},  # the names of all positions would be too many; the style sheet hides what is left
            "steps": [
                {
                    "label": stop.label if i == sweep.active else f"{stop.label}  {sweep.aside}".rstrip(),
                    "method": "animate", "args": [[name], at_once],
                }
                for i, (name, stop) in enumerate(zip(names, sweep.stops, strict=True))
            ],
        })  # fmt: skip
        if sweep.play:
            walk = {"mode": "immediate", "frame": {"duration": 90, "redraw": True}, "transition": {"duration": 0}}
            sliders["updatemenus"].append({
                "type": "buttons", "direction": "left", "showactive": False, "active": -1, "x": 0.0, "xanchor": "right",
                "y": 0.0, "yanchor": "top", "pad": {"t": below + 14, "r": 10}, "bgcolor": BAND, "bordercolor": GREY,
                "font": {"size": 12},
                "buttons": [
                    {"label": sweep.play, "method": "animate", "args": [names, walk], "args2": [[None], at_once]},
                ],
            })  # fmt: skip
    for items, moving in MOVING.items():
        layouts = [roomy, *(frame["layout"] for frame in frames if items in frame["layout"])]
        if len(layouts) > 1:
            for part, placed in zip(
                layouts, _in_places([part.get(items, []) for part in layouts], moving), strict=True
            ):
                part[items] = placed
    return roomy, sliders, frames


def _in_places(lists: Sequence[Sequence[dict[str, Any]]], moving: Sequence[str]) -> list[list[dict[str, Any]]]:
    """The lists with a place for every item that any of them has; the first is told in full, the others what moves.

    Plotly takes a frame's list item by item, over what is there: without places of their own an item would get the
    colour of another, and what a frame leaves out would stay.
    """

    found: list[dict[str, list[dict[str, Any]]]] = []
    for items in lists:
        found.append({})
        for item in items:
            kind = repr([(key, value) for key, value in item.items() if key not in moving])
            found[-1].setdefault(kind, []).append(item)
    kinds = {kind: items[0] for one in found for kind, items in one.items()}
    most = {kind: max(len(one.get(kind, ())) for one in found) for kind in kinds}
    placed: list[list[dict[str, Any]]] = []
    for one in found:
        told = []
        for kind, example in kinds.items():
            here = one.get(kind, [])
            for k in range(most[kind]):
                item = {**(here[k] if k < len(here) else example), "visible": k < len(here)}
                told.append({key: item[key] for key in (*moving, "visible") if key in item} if placed else item)
        placed.append(told)
    return placed
