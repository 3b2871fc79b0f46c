"""Charts with one position per layer: the gradient on its way back, shares of units."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts import theme
from core.charts.figure import Drawing, finished
from core.charts.theme import Array, Line

PLOT_HEIGHT = theme.HEIGHT - theme.MARGIN["t"] - theme.MARGIN["b"]
BESIDE = 0.5  # of the layers: a name left of there may reach the names of floors on a phone
LONG = 0.7  # of the layers: left of there a name with a number would reach beyond the plot
PHONE, LETTER, MARK = 314, 6.7, 5  # pixels: the plot's width on a phone, a letter's, half of a marker
Floor = tuple[str, float]  # a number format and log10 of its smallest positive number


class Texts(NamedTuple):
    """The words of the chart: an exact zero, the floor of a format, a layer of so many, the first one; its axes; what
    the lines without markers are.
    """

    zero: str
    floor: str
    layer: str
    of: str
    first: str
    layer_title: str
    gradient_title: str
    theory: str
    bound: str


@dataclass(frozen=True)
class Frame:
    """What stands still: room for so many layers, and the logarithmic axis from low to high.

    Below it there is room for the name of a line that leaves it. An exact zero (-inf) cannot stand on such an axis: it
    has a band of its own at the bottom, from `bottom` to `band`, and stands at `zero`.
    """

    layers: int
    low: float
    high: float

    @property
    def below(self) -> float:
        return self._under(0.04)

    @property
    def band(self) -> float:
        return self._under(0.08)

    @property
    def zero(self) -> float:
        return self._under(0.12)

    @property
    def bottom(self) -> float:
        return self._under(0.16)

    def _under(self, share: float) -> float:
        return self.low - share * (self.high - self.low)

    @property
    def line(self) -> float:
        """The height of a line of text."""
        return theme.LINE * (self.high - self.bottom) / PLOT_HEIGHT


def gradient_by_layer(lines: Sequence[Line], **settings: Any) -> go.Figure:
    """The finished chart of `drawing`."""
    return finished(*drawing(lines, **settings))


def drawing(lines: Sequence[Line], *, frame: Frame, floors: Sequence[Floor] = (), texts: Texts) -> Drawing:
    """Traces and layout: log10 of a gradient per layer; its place is how many layers follow, the last is at the right.

    So a line is the longer the more layers there are. `line.x` are the numbers of all layers. Lines are named where
    they end, at layer 1, or where they leave the axis for good.
    """
    placed = [replace(line, x=before(line)) for line in lines]
    data = [
        *(theme.band(_above(line, frame), frame.bottom, frame.high) for line in placed if line.band),
        *(_curve(line, frame, texts) for line in placed),
        *_zeros(placed, frame, texts),  # after all lines, whose places are the same with and without
    ]
    shown = [floor for floor in floors if frame.low < floor[1] < frame.high]
    main = [line for line in placed if line.role == "main"]
    beside = {role: getattr(texts, role) for role in dict.fromkeys(line.role for line in placed) if role != "main"}
    samples, signs = theme.key(beside, frame.low, frame.line)
    foot = frame.low + len(signs) * frame.line  # the mark of layer 1 does not cross the words of the key
    layout = {
        "xaxis": layer_axis(texts.layer_title, frame.layers),
        "yaxis": _gradient_axis(texts.gradient_title, frame),
        "shapes": [
            theme.rect((0, 1), (frame.bottom, frame.band), xref="paper"),
            *(theme.line((frame.layers, -0.02 * frame.layers), (floor, floor), "floor") for _, floor in shown),
            *(theme.line((x, x), (foot, frame.high), opacity=0.5) for x in _firsts(main)),
            *samples,
        ],
        "annotations": [
            *(_left_of(f"{texts.floor} {name}", frame.layers, floor) for name, floor in shown),
            *(_left_of(texts.first, x, frame.high, yanchor="top") for x in _firsts(main)),
            *_names(main, frame, [floor for _, floor in shown]),
            *signs,
        ],
        "hovermode": "x unified",
        "meta": layers_at(main[0].x) if len(_firsts(main)) == 1 else {},
    }
    return data, layout


def layers_at(x: NDArray[Any]) -> dict[str, Any]:
    """For what lights up a layer, a layout's `meta`: where the first of evenly spaced layers stands, how far apart they
    are, and how many.
    """
    step = float(x[1]) - float(x[0]) if len(x) > 1 else 1.0
    return {"layers": [round(float(x[0]), 3), round(step, 4), len(x)]}


def before(line: Line) -> NDArray[np.integer[Any]]:
    """How many layers follow each; in an eighth of the bytes on their way to the browser."""
    return (line.x[-1] - line.x).astype(np.min_scalar_type(len(line.x)))


def layer_axis(title: str, layers: int) -> dict[str, Any]:
    """Layers before the output, which is at the right, over a fixed range with room for names left of all."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200) if layers / s <= 6)
    low, high = -0.02 * layers, 1.02 * layers
    return theme.axis(title, low + (high - low) / (1.0 - theme.ROOM), low, tickvals=list(range(0, layers + 1, step)))


Items = list[dict[str, Any]]


def _gradient_axis(title: str, frame: Frame) -> dict[str, Any]:
    axis = theme.log_axis(title, frame.low, frame.high, side="right")
    ticks = {"tickvals": [frame.zero, *axis["tickvals"]], "ticktext": ["0", *axis["ticktext"]]}
    return axis | ticks | {"range": [frame.bottom, frame.high]}


def _firsts(lines: Sequence[Line]) -> list[float]:
    """Where layer 1 is, of networks of any depth."""
    return sorted({float(line.x[0]) for line in lines})


def _curve(line: Line, frame: Frame, texts: Texts) -> dict[str, Any]:
    """A line without its zeros and what lies below the axis; the shorter it is, the fewer markers it has."""
    with np.errstate(invalid="ignore"):
        shown = replace(line, y=np.where(line.y < frame.low, np.nan, line.y))
    size = "10<sup>%{y:.2f}</sup>"
    if line.role != "main":
        return theme.trace(shown, size)
    # As many numbers as any line has: they are the same wherever the depth is dragged to.
    numbers = np.arange(1, frame.layers + 1, dtype=np.min_scalar_type(frame.layers))
    trace = theme.trace(shown, f"{_which(line, texts)}: {size}", customdata=numbers)
    most = max(3, round(trace["marker"]["maxdisplayed"] * len(line.x) / frame.layers))
    return trace | {"marker": trace["marker"] | {"maxdisplayed": most}}


def _above(line: Line, frame: Frame) -> Line:
    """The line with a band that is drawn down to the end of the axis, or as far as an exact zero."""
    low, high = (np.where(np.isneginf(edge), edge, np.maximum(edge, frame.low)) for edge in line.band or (line.y,) * 2)
    return replace(line, band=(low, high))


def _zeros(lines: Sequence[Line], frame: Frame, texts: Texts) -> Items:
    """The zeros of each line that has any, as markers in the band below the axis."""
    marks = []
    for line in lines:
        zero = np.isneginf(line.y)
        if zero.any():
            mark = Line(f"{line.label}: {texts.zero}", line.x[zero], np.full(zero.sum(), frame.zero), line.style)
            numbers = 1 + np.flatnonzero(zero)
            hover = f"{_which(line, texts)}: {texts.zero}"
            marks.append({**theme.trace(mark, hover, customdata=numbers), "mode": "markers"})
    return marks


def _which(line: Line, texts: Texts) -> str:
    return f"{texts.layer} %{{customdata}} {texts.of} {len(line.x)}"


def _left_of(text: str, x: float, y: float, **extra: Any) -> dict[str, Any]:
    return theme.label(text, x, y, xanchor="right", xshift=-6, **extra)


def _names(lines: Sequence[Line], frame: Frame, floors: Sequence[float]) -> Items:
    """Each line's name left of its end, in its colour, with a leader: names are pushed apart, and off the floors.

    What has not been computed yet (nan) has no end: the name stands at the last number before it, or not at all.
    """
    ends = [_end(line, frame) for line in lines if not np.isnan(line.y).all()]
    lines = [line for line in lines if not np.isnan(line.y).all()]
    names = [f"{line.label}{arrow} {line.style.sign}" for line, (_, _, arrow) in zip(lines, ends, strict=True)]
    beside = any(x > BESIDE * frame.layers for x, _, _ in ends)  # the names of floors stand there as well
    clear = frame.line if beside else 0.6 * frame.line
    bounds = (frame.bottom, frame.high - 1.5 * frame.line, frame.line, floors, clear)
    anchors = ["center" if arrow and x > LONG * frame.layers else "right" for x, _, arrow in ends]
    spots = dict(enumerate(zip(_clear([y for _, y, _ in ends], *bounds), anchors, strict=True)))
    above = [k for k, (_, _, arrow) in enumerate(ends) if "↑" in arrow]
    heights = np.arange(frame.high - 0.5 * frame.line, frame.low, -0.25 * frame.line)
    where = partial(_spots, lines=lines, frame=frame)
    if not all(spots[k] in where(names[k], ends[k][0], np.array([spots[k][0]]), ()) for k in above):
        rest = [k for k in spots if k not in above]
        places = _clear([ends[k][1] for k in rest], *bounds)
        placed = {k: (place, anchors[k]) for k, place in zip(rest, places, strict=True)}
        for k in above:
            off = [(place, frame.line) for place, _ in placed.values()] + [(floor, clear) for floor in floors]
            for spot in where(names[k], ends[k][0], heights, off)[:1]:
                placed[k] = spot
        spots = placed if len(placed) == len(spots) else spots
    return [
        theme.label(name, x, round(y, 3), line.style.colour)
        | {"xanchor": spots[k][1]}
        | theme.leader(line.style.colour, theme.LEADER * (1 if spots[k][1] == "left" else -1), spots[k][0], ayref="y")
        for k, (name, line, (x, y, _)) in enumerate(zip(names, lines, ends, strict=True))
    ]


def _spots(
    name: str, x: float, heights: Array, off: Sequence[tuple[float, float]], lines: Sequence[Line], frame: Frame
) -> list[tuple[float, str]]:
    """Where the name of a line that leaves the axis at x covers no marker, on a phone neither: one of the heights for
    each side by which the text may hang on its leader, the first one first. `off`: heights, and how far it keeps off
    each. At the very top stands the name of layer 1.
    """
    axis = layer_axis("", frame.layers)["range"]
    pixel = (axis[0] - axis[1]) / PHONE
    wide = LETTER * pixel * len(re.sub("<.*?>", "", name))
    xs, ys = (np.concatenate([getattr(line, of) for line in lines]).astype(np.float64) for of in "xy")
    free = np.all([np.abs(heights - y) > far - 1e-9 for y, far in off] or [heights > -math.inf], axis=0)
    spots = []
    for side, beyond in (("right", 0.0), ("center", 0.5), ("left", 1.0)):
        leader = theme.LEADER * (-1 if side == "left" else 1)
        start = x + leader * pixel - beyond * wide  # its end at the right: layers are counted to the left
        if axis[1] <= start <= axis[0] - wide:
            near = np.isfinite(ys) & (np.abs(xs - start - wide / 2) <= wide / 2 + MARK * pixel)
            clear = np.abs(heights[:, None] - ys[near]) >= (0.5 + MARK / theme.LINE) * frame.line
            top = frame.high - (0.5 if start + wide < min(_firsts(lines)) else 1.5) * frame.line
            spots += [(float(height), side) for height in heights[free & (heights <= top) & clear.all(axis=1)][:1]]
    return sorted(spots, key=lambda spot: -spot[0])


def _end(line: Line, frame: Frame) -> tuple[float, float, str]:
    """Where a line ends or leaves the axis for good, and an arrow with the number at layer 1 if it does."""
    known = ~np.isnan(line.y)
    x, y = line.x[known], line.y[known]
    end = float(y[0])
    if end == -math.inf:
        return float(x[0]), frame.zero, ""
    if frame.low <= end <= frame.high:
        return float(x[0]), end, ""
    inside = np.flatnonzero((y >= frame.low) & (y <= frame.high))
    left = float(x[inside[0]]) if len(inside) else float(x[-1])
    edge, arrow = (frame.below, "↓") if end < frame.low else (frame.high, "↑")
    return left, edge, f" {arrow} {'∞' if math.isinf(end) else theme.power_of_ten(math.floor(end))}"


def _clear(
    wanted: Sequence[float], low: float, high: float, gap: float, fixed: Sequence[float], clear: float
) -> list[float]:
    """Positions as `theme.spread` has them, which keep clear of what is fixed where there is room for that."""
    left = sorted(range(len(wanted)), key=lambda i: -wanted[i])
    result: dict[int, float] = {}
    top = high
    for obstacle in (*sorted(fixed, reverse=True), None):
        bottom = low if obstacle is None else obstacle + clear
        room = max(0, math.floor((top - bottom) / gap + 1e-9) + 1)
        here = [i for i in left if obstacle is None or wanted[i] >= obstacle][:room]
        result |= zip(here, theme.spread([wanted[i] for i in here], bottom, top, gap), strict=True)
        left = [i for i in left if i not in result]
        top = bottom - 2.0 * clear
    return theme.spread(wanted, low, high, gap) if left else [result[i] for i in range(len(wanted))]
