"""The finished figure: fixed height, no drag, and the positions that it can show in the browser, as frames."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts.theme import GREY, HEIGHT, MARGIN, label


@dataclass(frozen=True)
class Stop:
    """One position of a sweep: what changes there. `traces`: new values by the place of a trace in the figure's data.

    `at` is what the setting is there; `layout` is what changes of the layout; `readouts` are (label, value) over the
    chart.
    """

    at: float
    traces: Mapping[int, Mapping[str, Any]]
    layout: Mapping[str, Any] = field(default_factory=dict)
    readouts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Sweep:
    """A setting whose positions are precomputed: while its control is dragged no server is asked."""

    control: str  # its key
    stops: Sequence[Stop]
    active: int  # the position that the figure itself shows


Drawing = tuple[list[dict[str, Any]], dict[str, Any]]  # traces and layout


def swept(
    control: str,
    drawings: Sequence[tuple[float, Drawing, Sequence[tuple[str, str]]]],
    active: int,
    unsent: Sequence[str] = (),
) -> tuple[list[dict[str, Any]], Sweep]:
    """A sweep through whole drawings, (value, drawing, readouts) each, and the traces of the active one.

    Only what differs anywhere is sent for each position, save what is `unsent` of a trace: what a pointer is told can
    wait until the control is let go. A drawing with fewer traces than others gets empty ones.
    """
    most = max(len(data) for _, (data, _), _ in drawings)
    empty = {"type": "scatter", "x": [], "y": [], "name": "", "hoverinfo": "skip", "showlegend": False}
    every = [[*data, *[empty] * (most - len(data))] for _, (data, _), _ in drawings]
    layouts = [layout for _, (_, layout), _ in drawings]
    changing = [[key for key in _differing([data[i] for data in every]) if key not in unsent] for i in range(most)]
    changing_layout = _differing(layouts)
    # A look that only others have is left as it is: Plotly stumbles over a line or a marker of nothing.
    looks = [
        {key for key in keys if any(isinstance(data[i].get(key), dict) for data in every)}
        for i, keys in enumerate(changing)
    ]
    stops = [
        Stop(
            at,
            {
                i: {key: _small(data[i].get(key)) for key in keys if key in data[i] or key not in looks[i]}
                for i, keys in enumerate(changing)
                if keys
            },
            {key: layout[key] for key in changing_layout},
            shown,
        )
        for (at, _, shown), data, layout in zip(drawings, every, layouts, strict=True)
    ]
    now = [{key: _small(value) for key, value in trace.items()} for trace in every[active]]
    return now, Sweep(control, stops, active)


def _differing(variants: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys whose values are not the same everywhere."""
    first, *others = variants
    keys = dict.fromkeys(key for variant in variants for key in variant)
    return [key for key in keys if not all(_same(variant.get(key), first.get(key)) for variant in others)]


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f")
    return type(a) is type(b) and bool(a == b)


def _small(value: Any) -> Any:
    """Half of the bytes for what is drawn on a screen."""
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype == np.float64 else value


READOUT, EDGE = 72, 8  # pixels that readouts add to a chart, and from its left edge to them
# What of an item of a list in the layout may differ from one position of a sweep to the next.
MOVING = {"annotations": ("text", "x", "y", "ax", "ay"), "shapes": ("x0", "x1", "y0", "y1", "path")}


def readouts(shown: Sequence[tuple[str, str]], left: float) -> list[dict[str, Any]]:
    """What is read out over a chart, as an annotation: one below the other, for a phone has no room beside.

    `left`: the chart's margin there.
    """
    lines = [f'<b>{value}</b>  <span style="font-size:13px">{name}</span>' for name, value in shown]
    text = label(
        "<br>".join(lines), 0.0, 1.0, xref="paper", yref="paper", xanchor="left", yanchor="bottom", align="left"
    )
    return [text | {"xshift": EDGE - left, "yshift": 10, "font": {"size": 16}}] if shown else []


PLAIN = {"data": {"scatter": [{"type": "scatter"}]}}  # what Plotly makes of the template "none"


def finished(
    data: Sequence[dict[str, Any]], layout: Mapping[str, Any], height: int = HEIGHT, sweeps: Sequence[Sweep] = ()
) -> go.Figure:
    """The finished figure: fixed height, no drag, no template of its own; a frame for every position of `sweeps`."""
    base = {"height": height, "margin": MARGIN, "dragmode": False, "hovermode": "closest", "template": PLAIN}
    # A button is higher than its sign on a phone: it is seen through.
    base["modebar"] = {"bgcolor": "rgba(0,0,0,0)", "color": GREY, "activecolor": GREY}
    drawing = {"data": list(data), "layout": {**base, **layout}}
    return Draggable(drawing, sweeps) if sweeps else go.Figure(drawing)


class Sent(go.Figure):  # type: ignore[misc]
    """A figure that goes to the browser as it is.

    Plotly would check and copy all of it whenever a setting changes, which costs several times what all the rest of a
    moved control does. That Plotly accepts it is left to the tests.
    """

    def __init__(self, sent: dict[str, Any]) -> None:
        super().__init__()
        self._sent = sent

    def to_dict(self) -> dict[str, Any]:
        """What is sent."""
        return self._sent


class Draggable(Sent):
    """A figure that follows controls: it is sent with its positions. Who asks for `data` or `layout` gets a copy."""

    def __init__(self, drawing: dict[str, Any], sweeps: Sequence[Sweep]) -> None:
        self._drawn: dict[str, Any] = {}
        layout, frames = _draggable(drawing["layout"], sweeps)
        super().__init__({"data": _encoded(drawing["data"]), "layout": layout, "frames": frames})
        self._drawn = {"data": drawing["data"], "layout": layout}
        self._sweeps = [replace(sweep, stops=[Stop(stop.at, {}) for stop in sweep.stops]) for sweep in sweeps]

    @property
    def sweeps(self) -> Sequence[Sweep]:
        """Where the controls can stand; what is drawn there is sent as frames."""
        return self._sweeps

    @property
    def data(self) -> Any:
        return go.Figure(self._drawn).data if self._drawn else super().data

    @property
    def layout(self) -> Any:
        return go.Figure(self._drawn).layout if self._drawn else super().layout


def _draggable(layout: Mapping[str, Any], sweeps: Sequence[Sweep]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The layout with room for the readouts, and a frame for every position: its name is `control=value`."""
    texts = list(layout.get("annotations", []))
    roomy = {**layout, **_room(layout, sweeps)}
    left = layout["margin"]["l"]
    frames = [_frame(f"{sweep.control}={stop.at:.12g}", stop, texts, left) for sweep in sweeps for stop in sweep.stops]
    for items, moving in MOVING.items():
        layouts = [roomy, *(frame["layout"] for frame in frames if items in frame["layout"])]
        if len(layouts) > 1:
            lists = _in_places([each.get(items, []) for each in layouts], moving)
            for each, in_places in zip(layouts, lists, strict=True):
                each[items] = in_places
    return roomy, frames


def _room(layout: Mapping[str, Any], sweeps: Sequence[Sweep]) -> dict[str, Any]:
    """Readouts above the plot, by which the chart grows: the plot keeps its size."""
    margin = layout["margin"]
    over = readouts(sweeps[0].stops[sweeps[0].active].readouts, margin["l"])
    if not over:
        return {}
    return {
        "annotations": over + list(layout.get("annotations", [])),
        "height": layout["height"] + READOUT,
        "margin": {**margin, "t": margin["t"] + READOUT},
    }


def _frame(name: str, stop: Stop, texts: list[dict[str, Any]], left: float) -> dict[str, Any]:
    """What a position changes; if that is a text over the chart, then all `texts` are said again."""
    layout, traces = dict(stop.layout), _encoded(list(stop.traces.values()))
    if "annotations" in layout or stop.readouts:
        layout["annotations"] = [*readouts(stop.readouts, left), *layout.get("annotations", texts)]
    return {"name": name, "data": traces, "traces": list(stop.traces), "layout": layout}


def _encoded(part: Any) -> Any:
    """Traces with their numbers as Plotly sends them: the bytes themselves, a third longer as text."""
    if isinstance(part, np.ndarray) and part.dtype.kind in "fiu":
        least = part if part.dtype.kind == "f" else part.astype(_smallest(part))
        shape = {"shape": ", ".join(map(str, part.shape))} if part.ndim > 1 else {}
        text = base64.b64encode(np.ascontiguousarray(least).tobytes()).decode()
        return {"dtype": f"{least.dtype.kind}{least.dtype.itemsize}", "bdata": text, **shape}
    if isinstance(part, dict):
        return {key: _encoded(value) for key, value in part.items()}
    return [_encoded(item) for item in part] if isinstance(part, list | tuple) else part


def _smallest(whole: np.ndarray) -> np.dtype[Any]:
    """The type that takes the fewest bytes for these whole numbers."""
    return np.result_type(*(np.min_scalar_type(end) for end in (whole.min(initial=0), whole.max(initial=0))))


Place = tuple[str, int]  # what of an item does not move, and a number among those that are alike in that


def _in_places(lists: Sequence[Sequence[dict[str, Any]]], moving: Sequence[str]) -> list[list[dict[str, Any]]]:
    """The lists with a place for every item that any of them has; the first in full, of the others what moves.

    Plotly takes a frame's list item by item, over what is there: without places of their own an item would get the
    colour of another, and what a frame leaves out would stay.
    """
    placed = [_placed(items, moving) for items in lists]
    examples = {kind: item for items in placed for (kind, number), item in items.items() if number == 0}
    order = {kind: k for k, kind in enumerate(examples)}
    places = sorted({place for items in placed for place in items}, key=lambda place: (order[place[0]], place[1]))
    full = [
        [items.get(place, examples[place[0]]) | {"visible": place in items} for place in places] for items in placed
    ]
    told = [_differing([{key: item[key] for key in (*moving, "visible") if key in item} for item in alike])
            for alike in zip(*full, strict=True)]  # fmt: skip
    base, *frames = full
    return [base, *([_moved(item, keys) for item, keys in zip(frame, told, strict=True)] for frame in frames)]


def _moved(item: dict[str, Any], told: Sequence[str]) -> dict[str, Any]:
    """What a frame says of an item: of what is told anywhere, and of one that is not seen just that."""
    return {key: item[key] for key in told if key in item and (item["visible"] or key == "visible")}


def _placed(items: Sequence[dict[str, Any]], moving: Sequence[str]) -> dict[Place, dict[str, Any]]:
    """The items of one list by their places."""
    placed: dict[Place, dict[str, Any]] = {}
    count: Counter[str] = Counter()
    for item in items:
        kind = repr([(key, value) for key, value in item.items() if key not in moving])
        placed[kind, count[kind]] = item
        count[kind] += 1
    return placed
