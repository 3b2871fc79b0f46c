"""Published numbers with what may be off, and beside them what is computed now: one panel for each kind of number."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.figure import finished
from core.charts.theme import Array

HEAD, TITLE, FOOT = 54, 30, 54  # pixels: over all panels, over each for its name, under each for its axis
TALL, FLAT = 170, 44  # the plot of several numbers, and of a single one, which lies
PUBLISHED, COMPUTED, FAR = theme.GREY, theme.COOL, theme.EXPLODING
MARGIN = {"l": 50, "r": 8}
DECADES = 2.0  # from so many powers of ten on an axis is logarithmic


@dataclass(frozen=True)
class Panel:
    """Published numbers at their places, from where to where a computed one is near enough, and what is computed.

    An end that is infinite is open. `computed` is None before it is known; `near` says which of them are near enough.
    `names` stand at the places instead of numbers.
    """

    name: str
    axis: str
    at: Array
    published: Array
    low: Array
    high: Array
    computed: Array | None = None
    near: Sequence[bool] = ()
    names: Sequence[str] = ()

    @property
    def single(self) -> bool:
        return len(self.at) == 1


@dataclass(frozen=True)
class Texts:
    """The words of the key, and of an axis of values."""

    published: str
    computed: str
    far: str
    value: str


def reruns(panels: Sequence[Panel], texts: Texts) -> go.Figure:
    """The panels below each other, on axes of their own."""
    heights = [FLAT if panel.single else TALL for panel in panels]
    height = HEAD + sum(heights) + (TITLE + FOOT) * len(panels)
    plot = height - HEAD - FOOT  # what Plotly divides among the panels
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "margin": {**MARGIN, "t": HEAD, "b": FOOT},
        "annotations": [],
        "showlegend": True,
        "legend": {
            "orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 13},
            "itemclick": False, "itemdoubleclick": False,
        },
    }  # fmt: skip
    top = float(plot)
    for number, (panel, tall) in enumerate(zip(panels, heights, strict=True), 1):
        top -= TITLE
        domain = [max(0.0, (top - tall) / plot), top / plot]
        suffix = "" if number == 1 else str(number)
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        told = {trace["name"] for trace in data}
        data += [{**trace, **axes, "showlegend": trace["name"] not in told} for trace in _traces(panel, texts)]
        x, y = _axes(panel, texts.value)
        layout[f"xaxis{suffix}"] = {**x, "anchor": f"y{suffix}"}
        layout[f"yaxis{suffix}"] = {**y, "domain": domain, "anchor": f"x{suffix}"}
        place: dict[str, Any] = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 4}
        layout["annotations"].append(theme.label(f"<b>{panel.name}</b>", 0.0, domain[1], **place))
        top -= tall + FOOT
    return finished(data, layout, height=height)


def logarithmic(panel: Panel) -> bool:
    """Whether the numbers are so different that they need powers of ten."""
    values = panel.published if panel.computed is None else np.concatenate([panel.published, panel.computed])
    return bool(not panel.single and (values > 0.0).all() and np.ptp(np.log10(values)) > DECADES)


def _traces(panel: Panel, texts: Texts) -> list[dict[str, Any]]:
    """What was published with its room, then what is computed: near enough, and too far away."""
    up, down = (np.where(np.isfinite(end), np.abs(end - panel.published), 0.0) for end in (panel.high, panel.low))
    room = {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": PUBLISHED, "width": 6}
    look: dict[str, Any] = {"symbol": "diamond-open", "size": 11, "color": PUBLISHED, "line": {"width": 2}}
    value = "x" if panel.single else "y"
    traces = [_points(panel, panel.published, "markers", texts.published, marker=look) | {f"error_{value}": room}]
    if panel.computed is not None:
        near = np.asarray(panel.near, dtype=bool)
        line = {"color": COMPUTED, "width": 2.5}
        good = {"symbol": ["circle" if ok else "x" for ok in near], "size": 8,
                "color": [COMPUTED if ok else FAR for ok in near]}  # fmt: skip
        mode = "markers" if panel.single or panel.names else "lines+markers"
        name = texts.computed if near.all() else texts.far
        traces.append(_points(panel, panel.computed, mode, name, marker=good, line=line))
    return traces


def _points(panel: Panel, values: Array, mode: str, name: str, **extra: Any) -> dict[str, Any]:
    x, y = (values, np.zeros(1)) if panel.single else (panel.at, values)
    hover = f"{name}: %{{{'x' if panel.single else 'y'}:.6g}}<extra></extra>"
    return theme.scatter(x, y, mode, hover, name=name, **extra)


def _axes(panel: Panel, value: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of places and of values; of a single number there is only the latter, and it lies."""
    low, high = _range(panel)
    title = {"title": {"text": value, "standoff": 6}}
    if panel.single:
        return theme.axis(value, low, high, **_ticks(low, high, 4)), theme.axis("", -1.0, 1.0, visible=False)
    at = panel.at
    edge = 0.06 * float(at[-1] - at[0])
    names = list(panel.names) or [_written(place) for place in at]
    places = theme.axis(panel.axis, at[0] - edge, at[-1] + edge, tickvals=at.tolist(), ticktext=names)
    if not logarithmic(panel):
        return places, theme.axis("", low, high, **_ticks(low, high, 5)) | title
    powers = theme.log_axis("", low, high, 5)
    return places, powers | title | {"type": "log", "tickvals": [10.0**power for power in powers["tickvals"]]}


def _ticks(low: float, high: float, most: int) -> dict[str, Any]:
    """Round numbers, written out: Plotly would write small ones with small letters."""
    values = theme.ticks(low, high, most)
    return {"tickvals": values, "ticktext": [_written(value) for value in values]}


def _written(value: float) -> str:
    mantissa, _, power = f"{value:.6g}".replace("-0.", "−0.").partition("e")
    return f"{mantissa} × {theme.power_of_ten(int(power))}" if power else mantissa


def _range(panel: Panel) -> tuple[float, float]:
    """All that is drawn, with some room around it."""
    drawn = [panel.published, panel.low, panel.high, *([] if panel.computed is None else [panel.computed])]
    values = np.concatenate(drawn)
    values = values[np.isfinite(values)]
    if logarithmic(panel):
        values = np.log10(values[values > 0.0])
    low, high = float(values.min()), float(values.max())
    room = 0.12 * (high - low) or 0.1 * max(abs(high), 1e-9)
    if math.isclose(low, high, rel_tol=1e-12):
        room = max(room, 0.05 * abs(high))
    return low - room, high + room
