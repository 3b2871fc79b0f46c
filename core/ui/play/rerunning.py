"""What takes long, one after the other: the buttons that start it, the progress, and a way to stop.

What waits is kept in the session. The page's script goes on with the first in `work`, its last line; whatever a reader
touches meanwhile ends that run and begins the next one, where it goes on from the step that it had reached.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiments import trials
from core.experiments.trials import Trial
from core.ui import record, state
from core.words import prose


def controls(words: prose.Words, key: str, every: Iterable[Hashable], one: Hashable = None) -> DeltaGenerator:
    """Buttons to run `one`, if there is one, and all; returns room for the progress, under which it can be stopped.

    What waited under other settings, and is none of `every` any more, waits no longer.
    """
    reruns, offered = state.reruns(key), list(every)
    reruns.waiting = [each for each in reruns.waiting if each in offered]
    busy, left = bool(reruns.waiting), [each for each in offered if each not in reruns.done]
    if one is not None:
        st.button(
            words("button run"), key=f"{key}.run", type="primary", width="stretch", on_click=_ask, args=(key, [one]),
            disabled=busy or one in reruns.done,
        )  # fmt: skip
    st.button(
        words("button all"), key=f"{key}.all", type="primary" if one is None else "secondary", width="stretch",
        on_click=_ask, args=(key, left), disabled=busy or not left,
    )  # fmt: skip
    return st.container(key=f"{key}.room").empty()


def _ask(key: str, wanted: Sequence[Hashable]) -> None:
    state.reruns(key).waiting = list(wanted)


def _stop(key: str) -> None:
    state.reruns(key).waiting = []


def work(
    key: str, room: DeltaGenerator, trial: Callable[[Any], Trial[Any]], progress: Callable[[Any, int], str]
) -> None:
    """Go on with what waits, one trial after the other. The last line of a page.

    `progress` says what is being run and how many come after it.
    """
    reruns, page = state.reruns(key), record.page()
    if not reruns.waiting or (page and page.talking):
        return
    record.answered()
    first = reruns.waiting[0]
    going, box = trial(first), room.container()
    said = progress(first, len(reruns.waiting) - 1)
    bar = box.progress(going.share, said)
    box.button(prose.common("stop"), key=f"{key}.stop", width="stretch", on_click=_stop, args=(key,))
    while going.computed is None:
        trials.work(going)
        state.breathe()
        bar.progress(going.share, said)
    reruns.waiting, reruns.done = reruns.waiting[1:], [*reruns.done, first]
    st.rerun()
