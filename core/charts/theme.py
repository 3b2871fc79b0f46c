"""One look for all charts: a colour, dash and marker per activation, axes in powers of ten, no surprises.

Figures are plain dictionaries handed to `go.Figure` in one go (building them piece by piece costs more than
twice as much), carry no template of their own (the page's theme colours them, light or dark), and
have a fixed height and fixed axis ranges, so that a moved control moves only the curve.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

Array = NDArray[np.float64]

HEIGHT = 420
MARGIN = {"l": 100, "r": 70, "t": 16, "b": 56}
GREY = "#7d8590"
QUIET = "#6f7883"  # text that must be read on a light and on a dark page, where a theme's colour does not reach
GRID = "rgba(125,133,144,0.18)"
BAND = "rgba(125,133,144,0.12)"

# Every colour has a relative luminance of 0.19 to 0.26: at least 3:1 on white and on the dark background.
PALETTES: Mapping[str, Sequence[str]] = {
    "linear": ("#7d8590",),
    "saturating": ("#e0472e", "#c27a00", "#d4577f", "#d0652a"),
    "rectified": ("#0d9488", "#3a9a3f", "#1f83d6", "#5b8c00", "#0891b2", "#1d9668", "#5a8fbf"),
    "smooth": ("#8a63e6", "#d24bc0", "#a45ad1", "#6d74e8", "#b35a9b", "#9a6fb8"),
}
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot", "9px,3px,3px,3px,3px,3px", "18px,4px,9px,4px")
SYMBOLS: Mapping[str, Sequence[str]] = {
    "linear": ("cross",),
    "saturating": ("circle", "square", "pentagon", "triangle-nw"),
    "rectified": (
        "triangle-up",
        "triangle-down",
        "triangle-right",
        "triangle-left",
        "hexagon",
        "triangle-ne",
        "triangle-se",
    ),
    "smooth": ("diamond", "star", "diamond-tall", "star-square", "x", "triangle-sw"),
}
SIGNS = {
    "circle": "●", "square": "■", "pentagon": "⬟", "triangle-up": "▲", "triangle-down": "▼", "triangle-right": "▶",
    "triangle-left": "◀", "hexagon": "⬢", "diamond": "◆", "star": "★", "diamond-tall": "♦", "star-square": "✦",
    "x": "✖", "cross": "✚", "triangle-nw": "◤", "triangle-ne": "◥", "triangle-se": "◢", "triangle-sw": "◣",
}  # fmt: skip
OPEN_SIGNS = dict(zip(SIGNS, "○□⬠△▽▷◁⬡◇☆◊✧✕✛◸◹◿◺", strict=True))
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Style:
    """How one activation is drawn on every page."""

    colour: str = GREY
    dash: str = "solid"
    symbol: str = "circle"

    @property
    def sign(self) -> str:
        """The marker as a character, for labels."""
        return SIGNS.get(self.symbol) or OPEN_SIGNS[self.symbol.removesuffix("-open")]

    @property
    def opened(self) -> "Style":
        """The same with hollow markers: for the second of two that are compared."""
        return replace(self, symbol=f"{self.symbol}-open")


@dataclass(frozen=True)
class Line:
    """One curve: its name at the end, its points, its style.

    `role` is "main", "reference" (thin and dotted, without markers) or "aid" (solid, without markers). `band`: the
    lowest and the highest value at each point, to be shaded.
    """

    label: str
    x: NDArray[Any]
    y: Array
    style: Style = Style()
    role: str = "main"
    band: tuple[Array, Array] | None = None


def style(family: str, member: int) -> Style:
    """The style of the `member`-th activation of a family: hue says the family, dash and marker the member.

    ValueError where the family is full: no two activations are drawn alike.
    """
    places = list(zip(PALETTES[family], DASHES, SYMBOLS[family], strict=False))
    if member >= len(places):
        raise ValueError(
            f"the family {family} is full: give it another colour in PALETTES and another marker in SYMBOLS, with its "
            "signs in SIGNS and OPEN_SIGNS, and another dash in DASHES if there are fewer (core/charts/theme.py)"
        )
    return Style(*places[member])


def power_of_ten(exponent: int) -> str:
    """10⁻⁶; 1 and 10 are written plainly."""
    return {0: "1", 1: "10"}.get(exponent, "10" + str(exponent).translate(SUPERSCRIPT))


def trace(line: Line, hover: str, **extra: Any) -> dict[str, Any]:
    """A scatter trace; a main line carries about a dozen markers, a reference line none."""
    main = line.role == "main"
    return {
        "type": "scatter",
        "name": line.label,
        "x": line.x,
        "y": line.y,
        "mode": "lines+markers" if main else "lines",
        "line": {
            "color": line.style.colour,
            "dash": {"main": line.style.dash, "reference": "dot", "aid": "solid"}[line.role],
            "width": 1.5 if line.role == "reference" else 2.5,
        },
        "marker": {"symbol": line.style.symbol, "size": 8, "color": line.style.colour, "maxdisplayed": 14},
        "opacity": 0.75 if line.role == "reference" else 1.0,
        "hovertemplate": hover,
        "showlegend": False,
        **extra,
    }


def band(line: Line, lowest: float, highest: float) -> dict[str, Any]:
    """The shaded band of a line, kept within the chart: an exact zero (-inf) reaches down to its lower edge."""
    low, high = (np.clip(edge, lowest, highest) for edge in line.band or (line.y, line.y))
    red, green, blue = (int(line.style.colour[i : i + 2], 16) for i in (1, 3, 5))
    return {
        "type": "scatter", "name": line.label, "x": np.concatenate([line.x, line.x[::-1]]),
        "y": np.concatenate([high, low[::-1]]), "mode": "lines", "line": {"width": 0}, "fill": "toself",
        "fillcolor": f"rgba({red},{green},{blue},0.18)", "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def axis(title: str, low: float, high: float, **extra: Any) -> dict[str, Any]:
    """A linear axis with a fixed range."""
    return {
        "title": {"text": title, "standoff": 14},
        "range": [low, high],
        "fixedrange": True,
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": False,
        **extra,
    }


def decades(title: str, low: float, high: float, **extra: Any) -> dict[str, Any]:
    """An axis for values that are already log10, labelled in powers of ten."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if (high - low) / s <= 9)
    ticks = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return axis(title, low, high, tickvals=list(ticks), ticktext=[power_of_ten(t) for t in ticks], **extra)


def label(text: str, x: float, y: float, colour: str | None = None, **extra: Any) -> dict[str, Any]:
    """A text on the chart, without an arrow; in the theme's own text colour if none is given."""
    font: dict[str, Any] = {"size": 13} | ({"color": colour, "weight": 600} if colour else {})
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": font, **extra}


def spread(wanted: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    """Positions as close as possible to the wanted ones, in the same order, at least `gap` apart within low..high."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    placed: list[float] = []
    for i in order:
        placed.append(max(min(max(wanted[i], low), high), placed[-1] + gap if placed else low))
    ceiling = high
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], ceiling)
        ceiling = placed[k] - gap
    result = [0.0] * len(wanted)
    for position, i in zip(placed, order, strict=True):
        result[i] = position
    return result


def end_labels(lines: Sequence[Line], low: float, high: float, *, side: str, height: float) -> list[dict[str, Any]]:
    """Each line's name beside its end, in its own colour, pushed apart where they would overlap.

    What has not been computed yet (nan) has no end: the label stands at the last number before it, or not at all.
    """
    known = {id(line): line.y[~np.isnan(line.y)] for line in lines}
    lines = [line for line in lines if len(known[id(line)])]
    ends = [float(known[id(line)][0 if side == "left" else -1]) for line in lines]
    wanted = [low if end == -math.inf else end for end in ends]
    positions = spread(wanted, low, high, 17.0 * (high - low) / height)
    left = side == "left"
    return [
        label(
            f"{line.label} {line.style.sign}" if left else f"{line.style.sign} {line.label}",
            0.0 if left else 1.0,
            position,
            line.style.colour,
            xref="paper",
            xanchor="right" if left else "left",
            xshift=-6 if left else 6,
        )
        for line, position in zip(lines, positions, strict=True)
    ]


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


def figure(
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
