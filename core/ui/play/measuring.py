"""Measuring many networks while somebody waits: a budget, progress, and a way to stop; what is done is kept."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from core.experiments import measurements
from core.maths.ensemble import BUDGET, QUICK, Ensemble, plan
from core.maths.network import Network
from core.maths.notation import written
from core.ui import record, state
from core.words import prose

Kind = TypeVar("Kind")  # of what is measured


def measured(
    ensembles: Sequence[Ensemble], key: str, measure: Callable[[Network], object] = measurements.one
) -> list[int]:
    """Measure them, and say of how many networks of each there is a result.

    What exceeds the budget is refused in words, and as many networks as it allows are measured. Large measurements
    show their progress; a reader who stops them keeps what is done.
    """
    planned, total = plan(ensembles, BUDGET), sum(ensemble.weights for ensemble in ensembles)
    done = len(planned)
    if total > BUDGET:
        record.refuse(key, "budget")
        st.warning(
            prose.common(
                "refused",
                wanted=f"{total / 1e6:,.0f}", budget=f"{BUDGET / 1e6:,.0f}",
                done=str(done), asked=str(sum(ensemble.seeds for ensemble in ensembles)),
            )
        )  # fmt: skip
    networks = [network for _, network in planned]
    if total <= QUICK:
        for network in networks:
            measure(network)
    else:
        asked, work = "~".join(written(ensemble) for ensemble in ensembles), state.work(key)
        if work.asked != asked:
            work.asked, work.done, work.stopped = asked, 0, False
        if work.stopped:
            done = max(work.done, len(ensembles))
        _work(networks[:done], key, measure)
    _said(done, len(planned), key)
    return [sum(1 for which, _ in planned[:done] if which == each) for each in range(len(ensembles))]


def worked(everything: Sequence[Kind], key: str, measure: Callable[[Kind], object]) -> int:
    """Measure everything, however long it takes, with progress and a way to stop; how much of it is done."""
    work, asked = state.work(key), repr(everything)
    if work.asked != asked:
        work.asked, work.done, work.stopped = asked, 0, False
    done = work.done if work.stopped else len(everything)
    _work(everything[:done], key, measure)
    _said(done, len(everything), key)
    return done


def _said(done: int, asked: int, key: str) -> None:
    """Where not all is done, how much is, and a button to go on."""
    if done < asked:
        st.info(prose.common("stopped", done=str(done), all=str(asked)))
        st.button(prose.common("go on"), key=f"{key}.go", on_click=_stop, args=(key, False), width="stretch")


def _work(networks: Sequence[Kind], key: str, measure: Callable[[Kind], object]) -> None:
    room, bar, start, work = st.empty(), None, time.monotonic(), state.work(key)
    for done, network in enumerate(networks):
        taken = time.monotonic() - start
        if taken > 0.3:  # what has been measured before takes no time and shows no bar
            seconds = f"{taken / done * (len(networks) - done):.0f}"
            text = prose.common("progress", done=str(done), all=str(len(networks)), seconds=seconds)
            if bar is None:
                box = room.container()
                bar = box.progress(done / len(networks), text)
                box.button(prose.common("stop"), key=f"{key}.stop", on_click=_stop, args=(key, True), width="stretch")
            bar.progress(done / len(networks), text)
        measure(network)
        state.breathe()
        work.done = max(done + 1, work.done)
    room.empty()


def _stop(key: str, stopped: bool) -> None:
    state.work(key).stopped = stopped
