"""Published results while they are run again: the buttons, the progress, and a way to stop.

Which of them wait is kept in the session. The page's script goes on with the first in `work`, its last line; whatever a
reader touches meanwhile ends that run and begins the next one, where it goes on from the step that it had reached.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiments import papers
from core.maths.papers import PAPERS
from core.ui import record, state
from core.ui.sections import SECTIONS
from core.words import prose


def controls(words: prose.Words, key: str, name: str) -> DeltaGenerator:
    """What can be run; returns room for the progress, under which it can be stopped."""
    reruns = state.reruns(key)
    busy, left = bool(reruns.waiting), [each for each in PAPERS if each not in reruns.done]
    st.button(
        words("button run"), key=f"{key}.run", type="primary", width="stretch", on_click=_ask, args=(key, [name]),
        disabled=busy or name in reruns.done,
    )  # fmt: skip
    st.button(
        words("button all"), key=f"{key}.all", width="stretch", on_click=_ask, args=(key, left),
        disabled=busy or not left,
    )  # fmt: skip
    return st.container(key=f"{key}.room").empty()


def _ask(key: str, names: Sequence[str]) -> None:
    state.reruns(key).waiting = list(names)


def _stop(key: str) -> None:
    state.reruns(key).waiting = []


def details(words: prose.Words, key: str, name: str) -> None:
    """Where the effect can be explored, and the source to cite."""
    paper = PAPERS[name]
    (section,) = (section for section in SECTIONS if section.page == paper.page)
    label = words("explore", page=prose.read(paper.page)("title"))
    st.page_link(section.script, label=label, query_params=dict(paper.settings))
    box = st.expander(words("cite"), key=f"{key}.cite", on_change="rerun", type="compact")
    if box.open:
        box.code(paper.source.bibtex, language=None, wrap_lines=True)


def work(key: str, room: DeltaGenerator) -> None:
    """Go on with what waits, result by result. The last line of a page."""
    reruns, page = state.reruns(key), record.page()
    if not reruns.waiting or (page and page.talking):
        return
    record.answered()
    name = reruns.waiting[0]
    trial, box = papers.trial(name), room.container()
    said = papers.progress(name, len(reruns.waiting) - 1)
    bar = box.progress(trial.share, said)
    box.button(prose.common("stop"), key=f"{key}.stop", width="stretch", on_click=_stop, args=(key,))
    while trial.computed is None:
        papers.work(trial)
        state.breathe()
        bar.progress(trial.share, said)
    reruns.waiting, reruns.done = reruns.waiting[1:], [*reruns.done, name]
    st.rerun()
