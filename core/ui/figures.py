"""The one seam through which every chart reaches the screen: chart, text alternative, table, download."""

import math
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np
import pandas as pd  # at start, not by whoever comes first: two first readers must not load it at the same time
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts.large import large
from core.charts.marking import marked
from core.experiments import Experiment
from core.ui import dom, record, state
from core.words import prose
from core.words.tables import Columns, csv_of

# Streamlit's own toolbar adds full screen; axes are fixed, so there is nothing to zoom or reset. The camera is a button
# that the keyboard reaches as well; its format is the one a reader has chosen below the numbers of the chart.
CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage"]], "scrollZoom": False}

SIZE, LARGE = "size", "2"  # in the address: charts for a projector

Pick = Callable[[float, float], None]
_touch = st.components.v2.component(
    "touch",
    html='<i class="touch" hidden></i>',
    js=dom.read(__file__, "touch.js"),
    isolate_styles=False,
)


def enlarged() -> bool:
    """Whether charts are for a projector."""
    return bool(state.value(SIZE) == LARGE)


def draw(figure: go.Figure, *, key: str, alt: str, pick: Pick | None = None, place: Any = None, turn: int = 0) -> None:
    """A chart with its text alternative, part of what is shared and taken home."""
    record.chart(key, figure, alt)
    plot(figure, key=key, alt=alt, pick=pick, place=place, turn=turn)


def plot(figure: go.Figure, *, key: str, alt: str, pick: Pick | None = None, place: Any = None, turn: int = 0) -> None:
    """A chart with its text alternative, in a `place` if one is given; `pick` is told where a reader clicks.

    `turn` counts the pictures of a film that follow the first one in the same place.
    """
    page = record.page()
    if page and key in page.marks:
        try:
            figure = marked(figure, **page.marks[key])
        except ValueError as error:  # or who gives the lesson has taken it away
            page.wrong.append(str(error))
    if enlarged():
        figure = large(figure, page.spare if page else 0)
    kind = record.FORMATS.get(str(state.value(f"{key}.picture")), "png")
    image = {"toImageButtonOptions": {"format": kind, "filename": key, "scale": 2}}
    chosen: dict[str, Any] = {}
    if pick:
        chosen = {"on_select": lambda: _picked(key, pick), "selection_mode": "points"}
    shown = f"{key}.{turn}" if turn else key
    if pick:  # its room says that it can be clicked
        place = (place or st).container(key=f"pick.{key}")
        with place:
            _touch(key=f"touch.{key}")
    (place or st).plotly_chart(figure, key=shown, alt=alt, width="stretch", config=CONFIG | image, **chosen)


def _picked(key: str, pick: Pick) -> None:
    try:
        point = state.value(key)["selection"]["points"][0]
        x, y = float(point["x"]), float(point["y"])
    except (LookupError, TypeError, ValueError):  # none: the same point once more, or no message of ours
        return
    if math.isfinite(x) and math.isfinite(y):
        pick(x, y)


def show(
    experiment: Experiment,
    words: prose.Words,
    alt: str,
    *,
    key: str,
    pick: Pick | None = None,
    slots: Mapping[str, str] | None = None,
    under: DeltaGenerator | None = None,
) -> None:
    """A chart with what makes it readable without eyes and usable without the page: alt text, table, CSV.

    `alt` is the block that reads it out, and `caption` instead of `alt` the sentence below it: their slots are those
    of the experiment, and what is given besides. What stands below the chart may have room of its own, `under` it.
    """
    filled = {**experiment.slots, **(slots or {})}
    text = words(alt, **filled)
    _tell(key, filled)
    draw(experiment.figure, key=key, alt=text, pick=pick)
    with under or nullcontext():
        caption(words, alt, filled)
        table(lambda: experiment.data, key=key, alt=text)


def _tell(key: str, slots: Mapping[str, str]) -> None:
    """What waits for the numbers of this chart can be said."""
    page = record.page()
    if page and page.telling and page.telling[0] == key:
        (_, room, text), page.telling = page.telling, None
        try:
            room.markdown(prose.filled(text, **slots))
        except KeyError as slot:
            page.wrong.append(prose.common("fault slot", name=slot.args[0]))


def caption(words: prose.Words, alt: str, slots: Mapping[str, str], place: Any = None) -> None:
    """The sentence under a chart, if the words have one: `caption depth` under the chart that `alt depth` reads out."""
    name = alt.replace("alt", "caption", 1)
    if name in words.blocks:
        (place or st).caption(words(name, **slots))
        record.note(name, words(name, **slots))


def table(data: Callable[[], Columns], *, key: str, alt: str) -> DeltaGenerator | None:
    """The numbers behind a chart, folded away, and as CSV; and as what its picture is saved.

    `data` is asked again at a click. Where the fold is open, the place of the `numbers`.
    """
    picture = f"{key}.picture"
    box = st.expander(prose.common("data"), key=f"{key}.data", on_change="rerun", type="compact")
    place = box.empty() if box.open else None
    if place:
        numbers(place, data(), alt)
        box.download_button(
            prose.common("download"), lambda: csv_of(data()), file_name=f"{key}.csv", mime="text/csv", key=f"{key}.csv",
            on_click="ignore",
        )  # fmt: skip
        formats = list(record.FORMATS)
        box.pills(
            prose.common("control picture"), formats, default=formats[0], required=True, key=picture,
            help=prose.common("help picture"),
        )  # fmt: skip
    elif state.has(picture):  # the choice outlives its fold: Streamlit forgets a control that is not shown
        state.put(picture, state.value(picture))
    return place


def numbers(place: DeltaGenerator, data: Columns, alt: str) -> None:
    """The numbers behind a chart as a table."""
    place.dataframe(pd.DataFrame({name: np.asarray(column) for name, column in data.items()}), hide_index=True, alt=alt)
