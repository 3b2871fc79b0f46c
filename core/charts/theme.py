"""One look for all charts: a colour, dash and marker per activation, axes in powers of ten, no surprises.

Figures are plain dictionaries handed to `go.Figure` in one go (building them piece by piece costs more than
twice as much), carry no template of their own (the page's theme colours them, light or dark), and
have a fixed height and fixed axis ranges, so that a moved control moves only the curve.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HEIGHT = 384
MARGIN = {"l": 8, "r": 68, "t": 30, "b": 56}
# A chart does not know how wide it is shown. So names stand within the plot, where no line comes: this share of its
# width is left to them, on a phone what the longest name takes. Over the plot there is room for a button.
ROOM = 0.32
LINE = 17.0  # pixels: the height of a line of text
LEADER, GAP = 12, 0.02  # from a line's end to its name: pixels, and as a share of the plot
SAMPLE = 48  # pixels: a line in a key, long enough for two strokes of every sign
GREY = "#7d8590"
GRID = "rgba(125,133,144,0.18)"
BAND_OPACITY = 0.12
BAND = f"rgba(125,133,144,{BAND_OPACITY})"
# A quantity has one colour, in a chart and in a formula: the place x, the slope there, the area under a density up to
# there and its height. A value has its function's. In learning the derivative of the loss is a slope as well, and a
# weight and its step have colours of their own: 4.3:1 on white and on the dark background, and no colour has more on
# both. Formulas are large and bold; in sentences the theme's text colours of the same hue stand for these three
# (.streamlit/config.toml), and in the words of a chart those of core/charts/legible.py for every colour.
PLACE, SLOPE, AREA, DENSITY = GREY, "#1f7dd0", "#3a9a3f", "#c27a00"
WEIGHT, STEP = "#ba6300", "#a955ce"
QUANTITIES = (PLACE, SLOPE, AREA, DENSITY, WEIGHT, STEP)
# On every page the size of a gradient has one scale: pale where it vanishes, the one colour where it is as large as at
# the output, the other where it explodes. All other scales have the other two. Each eye can tell the four apart, on
# white and on the dark background.
WELL, EXPLODING = "#1668ee", "#c2275a"
COOL, WARM = "#21a3a3", "#d67d00"

# Every colour has a relative luminance of 0.17 to 0.28: at least 3:1 on white and on the dark background. The first
# of each family are those of the article. They differ in hue, and where an eye takes red and green for the same, in
# lightness: that is why there are dark and light ones, and why ELU is olive.
PALETTES: Mapping[str, Sequence[str]] = {
    "linear": ("#7d8590",),
    "saturating": ("#e02d2d", "#c28100", "#d4577f", "#d0652a"),
    "rectified": ("#008585", "#21a362", "#4977b8", "#747a31", "#0891b2", "#5b8c00", "#5a8fbf"),
    "smooth": ("#b266ff", "#d62b81", "#c445c4", "#6d74e8", "#b35a9b", "#9a6fb8"),
    "own": ("#936d5f",),  # a reader's own function
}
# Dashes of functions, whose lines have markers. None is the sign of a role.
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot", "9px,3px,3px,3px,3px,3px", "18px,4px,9px,4px")
# What a line without markers is: its dash and its width. One sign for each meaning, and a name in the chart beside it.
# Dotted is theory, and nothing else is.
ROLES: Mapping[str, tuple[str, float]] = {
    "theory": ("dot", 2.0),  # what is predicted for very wide networks
    "bound": ("20px,4px", 1.5),  # the best case: no gradient can be larger
    "chance": ("6px,2px", 1.5),  # the level of who only guesses
    "floor": ("10px,14px", 1.5),  # the smallest number of a number format
    "second": ("solid", 1.5),  # another quantity of the same, beside the main one
    "aid": ("solid", 2.5),  # a tangent, a height
    "guide": ("solid", 1.0),  # leads the eye: a level, a place
}
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
    "own": ("bowtie",),
}
MARKERS = ("circle", "square", "diamond", "triangle-up")  # of one function several times, in its colour
SIGNS = {
    "circle": "●", "square": "■", "pentagon": "⬟", "triangle-up": "▲", "triangle-down": "▼", "triangle-right": "▶",
    "triangle-left": "◀", "hexagon": "⬢", "diamond": "◆", "star": "★", "diamond-tall": "♦", "star-square": "✦",
    "x": "✖", "cross": "✚", "triangle-nw": "◤", "triangle-ne": "◥", "triangle-se": "◢", "triangle-sw": "◣",
    "bowtie": "⧓",
}  # fmt: skip
OPEN_SIGNS = dict(zip(SIGNS, "○□⬠△▽▷◁⬡◇☆◊✧✕✛◸◹◿◺⋈", strict=True))
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

    def several(self, number: int) -> "Style":
        """The same colour for one function several times: each with a dash and a marker of its own."""
        return replace(self, dash=DASHES[number], symbol=MARKERS[number])

    @property
    def opened(self) -> "Style":
        """The same with hollow markers: for the second of two that are compared."""
        return replace(self, symbol=f"{self.symbol}-open")


@dataclass(frozen=True)
class Line:
    """One curve: its name at the end, its points, its style.

    `role` is "main", a line with markers, or one of ROLES, a line without. `band`: the lowest and the highest value at
    each point, to be shaded.
    """

    label: str
    x: NDArray[Any]
    y: Array
    style: Style = Style()
    role: str = "main"
    band: tuple[Array, Array] | None = None


def family_style(family: str, member: int) -> Style:
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


# Plotly takes the mark of an empty text away, and when words come to its place later, it may find none to write in.
BLANK = "\u00a0"


def scatter(x: Any, y: Any, mode: str, hover: str = "", **extra: Any) -> dict[str, Any]:
    """A trace that no legend names; without a `hover` the pointer is told nothing."""
    if "text" in mode and "text" in extra:
        extra["text"] = [said or BLANK for said in extra["text"]]
    pointer = {"hovertemplate": hover} if hover else {"hoverinfo": "skip"}
    return {"type": "scatter", "x": x, "y": y, "mode": mode, **pointer, "showlegend": False, **extra}


def trace(line: Line, hover: str, **extra: Any) -> dict[str, Any]:
    """A scatter trace; a main line carries about a dozen markers, any other none."""
    main = line.role == "main"
    dash, width = (line.style.dash, 2.5) if main else ROLES[line.role]
    look = {
        "name": line.label,
        "line": {"color": line.style.colour, "dash": dash, "width": width},
        "marker": {"symbol": line.style.symbol, "size": 8, "color": line.style.colour, "maxdisplayed": 14},
        "opacity": 0.75 if width < 2.5 else 1.0,
        "hovertemplate": hover,
    }
    return scatter(line.x, line.y, "lines+markers" if main else "lines", hover, **look | extra)


def band(line: Line, lowest: float, highest: float) -> dict[str, Any]:
    """The shaded band of a line, kept within the chart: an exact zero (-inf) reaches down to its lower edge."""
    low, high = (np.clip(edge, lowest, highest) for edge in line.band or (line.y, line.y))
    x, y = np.concatenate([line.x, line.x[::-1]]), np.concatenate([high, low[::-1]])
    fill = {"fill": "toself", "fillcolor": faint(line.style.colour, 0.18)}
    return scatter(x, y, "lines", name=line.label, line={"width": 0}, **fill)


def faint(colour: str, opacity: float) -> str:
    """A colour that lets through what is behind it."""
    red, green, blue = _parts(colour)
    return f"rgba({red},{green},{blue},{opacity})"


def mixed(one: str, other: str, share: float) -> str:
    """A colour with a share of another one in it."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in parts)


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def gradient_scale(low: float, high: float) -> list[tuple[float, str]]:
    """The colours of the size of a gradient; it is well from `low` to `high`, shares of the axis.

    Next to nothing is pale but not invisible: what has not happened yet is empty.
    """
    well = [(at, faint(WELL, 1)) for at in dict.fromkeys((low, high))]
    return [(0.0, faint(WELL, 0.1)), *well, (1.0, faint(EXPLODING, 1))]


def rect(x: tuple[float, float], y: tuple[float, float], **extra: Any) -> dict[str, Any]:
    """A shaded rectangle behind everything, from corner to corner."""
    return {**_shape("rect", x, y), "fillcolor": BAND, "line": {"width": 0}, **extra}


def line(x: tuple[float, float], y: tuple[float, float], role: str = "guide", **extra: Any) -> dict[str, Any]:
    """A straight grey line behind everything."""
    dash, width = ROLES[role]
    look = {"color": GREY, "width": width} | ({} if dash == "solid" else {"dash": dash})
    return {**_shape("line", x, y), "line": look, **extra}


def key(names: Mapping[str, str], y: float, gap: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the lines of some roles are, at the right end of the chart from y upwards: samples, and their names."""
    heights = [y + (k + 0.5) * gap for k in range(len(names))]
    place: dict[str, Any] = {"xref": "paper", "xsizemode": "pixel", "xanchor": 1.0}
    samples = [line((-4 - SAMPLE, -4), (at, at), role, **place) for role, at in zip(names, heights, strict=True)]
    beside: dict[str, Any] = {"xref": "paper", "xanchor": "right", "xshift": -10 - SAMPLE}
    return samples, [label(name, 1.0, at, **beside) for name, at in zip(names.values(), heights, strict=True)]


def _shape(kind: str, x: tuple[float, float], y: tuple[float, float]) -> dict[str, Any]:
    return {"type": kind, "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "layer": "below"}


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


def log_axis(title: str, low: float, high: float, most: int = 9, **extra: Any) -> dict[str, Any]:
    """An axis for values that are already log10, labelled in powers of ten, about so many of them at most."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if (high - low) / s <= most)
    ticks = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return axis(title, low, high, tickvals=list(ticks), ticktext=[power_of_ten(t) for t in ticks], **extra)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from low to high, no more than fit."""
    least = (high - low) / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
    return [round(k * step, 12) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def roomy(axis: Mapping[str, Any]) -> dict[str, Any]:
    """The axis with room for names at its right, where nothing is counted."""
    low, high = axis["range"]
    numbers = {} if "tickvals" in axis else {"tickvals": ticks(*sorted((low, high)))}
    return {**axis, **numbers, "range": [low, low + (high - low) / (1.0 - ROOM)]}


def colours(
    title: str, low: float, high: float, scale: Sequence[tuple[float, str]], *, side: str = "right", **bar: Any
) -> dict[str, Any]:
    """A colour axis from low to high, with its bar at the right of the chart and its title at a side of that."""
    look = {"thickness": 10, "x": 1.01, "xpad": 4, "outlinewidth": 0, "title": {"text": title, "side": side}}
    return {"cmin": low, "cmax": high, "colorscale": scale, "colorbar": look | bar}


def label(text: str, x: float, y: float, colour: str | None = None, **extra: Any) -> dict[str, Any]:
    """A text on the chart, without an arrow; in the theme's own text colour if none is given."""
    font: dict[str, Any] = {"size": 13} | ({"color": colour, "weight": 600} if colour else {})
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": font, **extra}


def coloured(text: str, colour: str) -> str:
    """A part of a text on a chart in a colour of its own."""
    return f'<span style="color:{colour}">{text}</span>'


def spread(wanted: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    """Positions as close as possible to the wanted ones, in the same order, at least `gap` apart within low..high.

    Those that are wanted at the same place stand there as a list: the first on top.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], -i))
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


def end_labels(
    lines: Sequence[Line], low: float, high: float, *, across: Sequence[float], height: float, yref: str = "y"
) -> list[dict[str, Any]]:
    """Each line's name in the room right of it, in its colour, with a leader from where it ends or leaves the axis.

    `across` is the range of a roomy axis. Names are pushed apart where they would overlap. A line that has not come
    so far yet has no leader, one without numbers (nan) no name.
    """
    start, whole = across[0], across[1] - across[0]
    pixel = (high - low) / height
    ends = [(line, *end) for line in lines if (end := _end(line, low, high))]
    wanted = [low + round((y - low) / pixel) * pixel for _, _, y in ends]  # less than a pixel apart is one place
    places = spread(wanted, low, high - 0.5 * LINE * pixel, LINE * pixel)
    beside = start + (1.0 - ROOM + GAP) * whole
    names = []
    for (line, x, y), place in zip(ends, places, strict=True):
        text = f"{line.style.sign} {line.label}" if line.role == "main" else line.label
        far = float(line.x[~np.isnan(line.y)][-1])
        came = (far - start) / whole > 0.9 * (1.0 - ROOM)
        at = (x, y) if came else (beside, place)
        name = label(text, *at, line.style.colour, xanchor="left", yref=yref)
        names.append(name | (leader(line.style.colour, beside, place, axref="x", ayref=yref) if came else {}))
    return names


def _end(line: Line, low: float, high: float) -> tuple[float, float] | None:
    """Where a line ends, or leaves the axis for good."""
    x, y = line.x[~np.isnan(line.y)], line.y[~np.isnan(line.y)]
    if not len(y):
        return None
    inside = np.flatnonzero((y >= low) & (y <= high))
    out = y[-1] < low or y[-1] > high
    return float(x[inside[-1] if out and len(inside) else -1]), float(min(max(y[-1], low), high))


def leader(colour: str, ax: float, ay: float, **refs: str) -> dict[str, Any]:
    """What makes of a label a name elsewhere, at (ax, ay), with a thin line from its place to there."""
    arrow = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": colour}
    return {**arrow, "ax": ax, "ay": round(ay, 3), **refs}
