"""The parts that every page is made of, always in the same order, so that a reader never searches."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiments.definitions import definition as defined
from core.maths.network import Network
from core.ui import record
from core.ui.page import navigation
from core.ui.settings import widgets
from core.ui.share import dialog, document
from core.words import prose
from core.words.tables import cell


def enter(page: str) -> prose.Words:
    """The first line of every page: its words, of which it shows title and lead, and what a link hides of it."""
    navigation.enter()
    words = prose.read(page)
    run = record.begin(words)
    st.title(words("title"), anchor=False)
    st.markdown(words("lead"))
    dialog.begin(run)
    return words


def experiment() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Room for the controls (a quarter) and for the chart beside them; on a phone one above the other."""
    ask, show = st.columns([1, 3], gap="medium")
    return ask, show


def above(part: str = "") -> DeltaGenerator:
    """Room over an experiment for what depends on it, and for the part of that name in the file to take home."""
    if part:
        record.note(part, "")
    return st.container()


def beside() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Room for two charts side by side, one above the other where there is not enough."""
    left, right = st.container(key="beside").columns(2, gap="small")
    return left, right


def section(words: prose.Words, name: str, **slots: object) -> None:
    """Words between the experiments: the heading and introduction of the next one, or what is said of one."""
    st.markdown(words(name, **slots))
    record.note(f"section {name}", words(name, **slots))


def metrics(words: prose.Words, slots: Mapping[str, object], /, **shown: str) -> None:
    """The figures to watch, over the chart: `block=slot`, the label from `metric <block>`, the value from the slot."""
    key = f"metrics.{words.page}.{next(iter(shown.values()))}{slots.get('letter', '')}"
    readouts = [(words(f"metric {block}", **slots), str(slots[slot])) for block, slot in shown.items()]
    row = st.container(key=key).columns(len(readouts), vertical_alignment="bottom")
    for place, (label, value) in zip(row, readouts, strict=True):
        place.metric(label, value)
    record.note(f"figures {key}", record.Figures(readouts))


def definition(words: prose.Words, networks: Sequence[Network], x: float | None = None) -> None:
    """Under a chart of functions: each as a formula beside that of its derivative, with the numbers at x."""
    heading = f"## {prose.common('definitions')}"
    st.markdown(heading)
    functions = [defined(network, x) for network in networks]
    for function in functions:
        box = st.container(key=f"definition.{words.page}.{function.name}", gap="xsmall")
        box.markdown(function.head)
        for row in function.formulas:
            for place, formula in zip(box.columns(2, gap="small", vertical_alignment="center"), row, strict=True):
                place.latex(formula)
        box.markdown(function.said)
    record.note("definitions", "\n\n".join([heading, *(function.markdown for function in functions)]))


def take_away(words: prose.Words, key: str, files: Mapping[str, Callable[[], str]]) -> None:
    """Files to download, folded away: each name with what makes its contents when it is asked for."""
    box = st.expander(prose.common("take"), key=key, on_change="rerun")
    if box.open:
        box.markdown(prose.common("take what"))
        for name, contents in files.items():
            label = prose.common(f"take {name}")
            box.download_button(
                label, contents, file_name=f"{words.page}_{name}", key=f"{key}.{name}", on_click="ignore"
            )


def table(columns: Mapping[str, Sequence[object]], *, alt: str) -> None:
    """A table that belongs to the words of the page."""
    from pandas.io.formats.style import Styler  # with Jinja 0.1 s that only one page needs

    pinned = {next(iter(columns)): st.column_config.Column(pinned=True)}  # on a phone the others scroll past it
    shown = Styler(pd.DataFrame(columns)).format(cell)  # below it stay the numbers, by which a column is sorted
    st.dataframe(shown, hide_index=True, height="content", column_config=pinned, alt=alt)
    record.note("table", record.Table(columns, alt))


def rest(
    words: prose.Words,
    slots: Mapping[str, object],
    tries: Mapping[str, Mapping[str, Any]],
    code: Sequence[Callable[..., Any]],
) -> None:
    """Everything under the experiments: what you see, is that so, try this, the code, the file, the other pages."""
    _header("see")
    st.markdown(words("see", **slots))
    record.note("see", words("see", **slots))
    _header("claims")
    for name in words.names("claim"):
        st.container(border=True).markdown(words(name, **slots))
        record.note(name, words(name, **slots))
    st.header(prose.common("try"), anchor=False)
    links = st.container(key="try", gap="xxsmall")
    for name, settings in tries.items():
        links.button(
            f":primary[{words(f'try {name}')}]", key=f"{words.page}.try.{name}", type="tertiary",
            on_click=widgets.assign, kwargs=dict(settings),
        )  # fmt: skip
    box = st.expander(prose.common("code"), key=f"{words.page}.code", on_change="rerun")
    if box.open:
        box.code("\n\n".join(inspect.getsource(function) for function in code), language="python", wrap_lines=True)
    box = st.expander(prose.common("file"), key=f"{words.page}.file", on_change="rerun")
    if box.open:
        box.markdown(prose.common("file what"))
        box.download_button(
            prose.common("file save"), document.contents(), file_name=f"{words.page}.html", mime="text/html",
            key=f"{words.page}.html", on_click="ignore",
        )  # fmt: skip
    navigation.foot(words.page)


def _header(name: str) -> None:
    st.header(prose.common(name), anchor=False)
    record.note(f"header {name}", f"## {prose.common(name)}")
