"""The parts that every page is made of, always in the same order, so that a reader never searches."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiments.definitions import Definition
from core.experiments.definitions import definition as defined
from core.maths.network import Network
from core.ui import dom, record, state
from core.ui.page import folding, navigation
from core.ui.settings import widgets
from core.ui.share import dialog, document, hiding, links
from core.ui.teach import lecture
from core.words import prose, terms
from core.words.tables import cell, html

_MOVE = Path(__file__).with_name("move.js").read_text(encoding="utf-8")


def enter(page: str) -> prose.Words:
    """The first line of every page: its words, of which it shows title and lead, and what a link hides of it."""
    navigation.enter()
    links.renew()
    words = prose.read(page)
    run = record.begin(words)
    if lecture.begin(run):
        return words
    st.title(words("title"), anchor=False)
    for name in record.LEAD:
        if name in words.blocks:
            st.container(key=name).markdown(words(name))
    words_here(words)
    dialog.begin(run)
    return words


def words_here(words: prose.Words) -> None:
    """The technical words of the first screen, named in one line that unfolds into what they mean."""
    listed = terms.listed(words)
    if not listed:
        return
    label = prose.common("words here", words=" · ".join(map(terms.short, listed)))
    box = st.expander(label, key=f"words.{words.page}", on_change="rerun", type="compact")
    if box.open:
        box.markdown(terms.explanations(listed))


def experiment(*main: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Room for the controls (a quarter) and for the chart beside them.

    On a phone the chart comes first, right under it its `main` control, and all others are folded away.
    """
    box = f"experiment.{record.experiment()}"
    ask, show = st.container(key=box).columns([1, 3], gap="medium")
    with ask:
        folding.fold(box, main, "$column:first-child")
    return ask, show


def below(*widths: float, main: Sequence[str]) -> tuple[DeltaGenerator, list[DeltaGenerator], DeltaGenerator]:
    """Room for a chart over the whole width, for its controls side by side under it, and for what is said of it.

    On a phone as `experiment`.
    """
    box = f"below.{record.experiment()}"
    room = st.container(key=box)
    show, columns, said = room.container(), room.columns(widths, gap="large"), room.container()
    with columns[0]:
        folding.fold(box, main, "$column")
    return show, columns, said


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


def formula(name: str, latex: str) -> None:
    """A formula that stands alone."""
    st.container(key=f"formula.{name}").latex(latex)
    record.note(f"formula {name}", f"$$\n{latex}\n$$")


def metrics(words: prose.Words, slots: Mapping[str, object], /, **shown: str) -> None:
    """The figures to watch, over the chart: `block=slot`, the label from `metric <block>`, the value from the slot."""
    key = f"metrics.{words.page}.{next(iter(shown.values()))}{slots.get('letter', '')}"
    readouts = [(words(f"metric {block}", **slots), str(slots[slot])) for block, slot in shown.items()]
    row = st.container(key=key).columns(len(readouts), vertical_alignment="bottom")
    for place, block, (label, value) in zip(row, shown, readouts, strict=True):
        place.metric(label, value, help=terms.told(words, f"metric {block}"))
    record.note(f"figures {key}", record.Figures(readouts))


def definition(words: prose.Words, networks: Sequence[Network], x: float | None = None) -> None:
    """Under a chart of functions: each as a formula beside that of its derivative, with the numbers at x."""
    heading = f"## {prose.common('definitions')}"
    st.markdown(heading)
    functions = [defined(network, x) for network in networks]
    for function in functions:
        _defined(words, function)
    record.note("definitions", "\n\n".join([heading, *(function.markdown for function in functions)]))


def formulas(words: prose.Words, shown: Definition) -> None:
    """Formulas in two columns, in general and with numbers, between what is said of them."""
    _defined(words, shown)
    record.note(f"definition {shown.name}", shown.markdown)


def _defined(words: prose.Words, shown: Definition) -> None:
    box = st.container(key=f"definition.{words.page}.{shown.name}", gap="xsmall")
    box.markdown(shown.head)
    for row in shown.formulas:
        for place, formula in zip(box.columns(2, gap="small", vertical_alignment="center"), row, strict=True):
            place.latex(formula)
    box.markdown(shown.said)


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

    first = next(iter(columns))
    wide = 24 + 7 * max(len(str(name)) for name in (first, *columns[first]))  # pixels: two names may end differently
    pinned = {first: st.column_config.Column(pinned=True, width=wide)}  # on a phone the others scroll past it
    shown = Styler(pd.DataFrame(columns)).format(cell)  # below it stay the numbers, by which a column is sorted
    widgets.unprinted("table").dataframe(shown, hide_index=True, height="content", column_config=pinned, alt=alt)
    st.container(key="printed.table").html(html(columns))
    record.note("table", record.Table(columns, alt))


def tries(
    words: prose.Words,
    settings: Mapping[str, Mapping[str, Any]],
    *,
    chart: str,
    slots: Mapping[str, object],
    elsewhere: Mapping[str, str] | None = None,
) -> Callable[[Mapping[str, object]], None]:
    """Under the first chart: what to try, and beside it what is to be seen; returns what says the latter anew.

    Each thing to try sets its controls, and the window moves to the chart, or to another one that is named `elsewhere`.
    """
    left, right = st.container(key="under").columns(2, gap="medium")
    links = left.container(key="try", gap="xxsmall")
    links.markdown(f"**{prose.common('try')}**")
    for name, values in settings.items():
        links.button(
            f":primary[{words(f'try {name}')}]", key=f"{words.page}.try.{name}", type="tertiary",
            on_click=_try, args=((elsewhere or {}).get(name, chart), values),
        )  # fmt: skip
    place = right.empty()

    def see(slots: Mapping[str, object]) -> None:
        place.markdown(f"**{prose.common('see')}**\n\n{words('see', **slots)}")
        record.note("see", f"## {prose.common('see')}\n\n{words('see', **slots)}")

    see(slots)
    return see


def _try(chart: str, values: Mapping[str, Any]) -> None:
    moves = state.moves()
    moves.to, moves.count = chart, moves.count + 1
    widgets.assign(**values)


def _move() -> None:
    """The window moves to the chart that somebody has just asked for, once."""
    moves = state.moves()
    if moves.to:
        to, moves.to = ", ".join(hiding.chart(moves.to)), ""
        script = dom.filled(_MOVE, to=to, move=str(moves.count))
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def rest(words: prose.Words, slots: Mapping[str, object], code: Sequence[Callable[..., Any]]) -> None:
    """Everything under the experiments: what to remember, is that always so, the code, the file, the other pages."""
    _header("remember")
    st.container(key="remember", border=True).markdown(words("remember", **slots))
    record.note("remember", words("remember", **slots))
    with st.container(key="claims"):
        _header("claims")
        for name in words.names("claim"):
            question, answer = words(name, **slots).split("\n\n", 1)
            st.expander(question, key=f"{words.page}.{name}".replace(" ", ".")).markdown(answer)
            record.note(name, f"### {question}\n\n{answer}")
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
    _move()
    navigation.foot(words.page)


def _header(name: str) -> None:
    st.header(prose.common(name), anchor=False)
    record.note(f"header {name}", f"## {prose.common(name)}")
