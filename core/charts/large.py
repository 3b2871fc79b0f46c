"""A figure for a projector: letters, lines, markers and margins in proportion, so that it is read from the last row."""

import re
from typing import Any

import plotly.graph_objects as go

from core.charts.figure import Sent

FACTOR = 22 / 12  # the smallest letters have 12 pixels, and a fiftieth of the height of a screen of 1080 is 22
SMALLEST, TICKS, TITLES = 12, 12, 14  # letters: at the least, and those that a chart leaves to the page
INDEX = 0.7  # of the letters beside it: what stands below or above the line
# What is measured in pixels, whatever it belongs to; a size or width of data is an array and stays.
LENGTHS = {
    "size", "xshift", "yshift", "standoff", "startstandoff", "thickness", "xpad", "ypad", "ticklen", "arrowwidth",
    "borderpad", "borderwidth", "xgap", "ygap",
}  # fmt: skip
WITHIN = {"line": {"width"}, "margin": set("lrtb"), "pad": set("lrtb"), "marker": {"size"}}
MODES = {"axref": ("ax",), "ayref": ("ay",), "xsizemode": ("x0", "x1"), "ysizemode": ("y0", "y1")}
PIXELS = re.compile(r"(\d+(?:\.\d+)?)px")


def large(figure: go.Figure, less: int = 0) -> Sent:
    """The same figure so many times as large, in all that is measured in pixels, and in height but for so much `less`.

    It is made again for each run, in less time than it takes to send it: the figure is kept, and once is enough.
    """
    drawn = figure.to_dict()
    layout = {**drawn["layout"], "height": drawn["layout"]["height"]}
    for name, axis in layout.items():
        if re.fullmatch(r"[xy]axis\d*", name):
            layout[name] = _lettered(axis)
        if name.startswith("coloraxis") and "colorbar" in axis:
            layout[name] = {**axis, "colorbar": _lettered(axis["colorbar"])}
    layout = {"font": {"size": TICKS}, "hoverlabel": {"font": {"size": TITLES}}, **layout}
    grown = {"data": [_grown(trace) for trace in drawn["data"]], "layout": _grown(layout)}
    grown["layout"]["height"] = round(layout["height"] * FACTOR) - less
    if "frames" in drawn:
        grown["frames"] = [_grown(frame) for frame in drawn["frames"]]
    return Sent(grown)


def _lettered(axis: dict[str, Any]) -> dict[str, Any]:
    """An axis or a bar of colours with the sizes of its letters, which are otherwise left to the page."""
    title = axis.get("title", {})
    font = {"size": TITLES, **title.get("font", {})}
    if "<sub>" in title.get("text", ""):
        font["size"] = max(font["size"], SMALLEST / INDEX)
    return {
        **axis,
        "tickfont": {"size": TICKS, **axis.get("tickfont", {})},
        "title": {**title, "font": font},
    }


def _grown(value: Any, key: str = "", parent: str = "") -> Any:
    if isinstance(value, dict):
        pixels = {name for mode, names in MODES.items() if value.get(mode) == "pixel" for name in names}
        return {
            name: inner * FACTOR if name in pixels else _grown(inner, name, key or parent)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple) and key not in ("x", "y", "z"):
        return [_grown(inner, key, parent) for inner in value]
    if isinstance(value, str) and key in ("text", "dash"):
        return PIXELS.sub(lambda found: f"{float(found[1]) * FACTOR:g}px", value)
    if isinstance(value, int | float) and (key in LENGTHS or key in WITHIN.get(parent, ())):
        letters = key == "size" and parent.endswith("font") and value > 1  # those of 1 are hidden
        return max(value, SMALLEST) * FACTOR if letters else value * FACTOR
    return value
