"""Measuring many networks while somebody waits: a budget, progress, and a way to stop; what is done is kept."""

import threading
import time
from collections.abc import Sequence

import streamlit as st

from core.experiments.laboratory import one
from core.maths.ensemble import BUDGET, QUICK, Ensemble
from core.maths.notation import written
from core.words import prose

_large = threading.Lock()  # one large measurement at a time: memory for one, and the others' pages keep answering


def measured(ensembles: Sequence[Ensemble], key: str) -> list[int]:
    """Measure them, and say of how many networks of each there is a result.

    What exceeds the budget is refused in words, and as many networks as it allows are measured. Large measurements
    show their progress; a reader who stops them keeps what is done.
    """
    total = sum(ensemble.weights for ensemble in ensembles)
    allowed = [ensemble.seeds for ensemble in ensembles]
    if total > BUDGET:
        allowed = [max(1, int(ensemble.seeds * BUDGET / total)) for ensemble in ensembles]
        st.warning(
            prose.common(
                "refused",
                wanted=f"{total / 1e6:,.0f}", budget=f"{BUDGET / 1e6:,.0f}",
                done=str(sum(allowed)), asked=str(sum(ensemble.seeds for ensemble in ensembles)),
            )
        )  # fmt: skip
    turns = [(k, i) for k in range(max(allowed)) for i in range(len(ensembles)) if k < allowed[i]]
    if total <= QUICK:
        for k, i in turns:
            one(ensembles[i].members[k])
        return allowed
    asked = "~".join(written(ensemble) for ensemble in ensembles)
    state = st.session_state
    if state.get(f"{key}.asked") != asked:
        state[f"{key}.asked"], state[f"{key}.done"], state[f"{key}.stopped"] = asked, 0, False
    done = max(state[f"{key}.done"], len(ensembles)) if state[f"{key}.stopped"] else len(turns)
    _work(ensembles, turns[:done], key)
    if done < len(turns):
        st.info(prose.common("stopped", done=str(done), all=str(len(turns))))
        st.button(
            prose.common("go on"), key=f"{key}.go", on_click=_set, args=(f"{key}.stopped", False), width="stretch"
        )
    return [sum(1 for _, i in turns[:done] if i == which) for which in range(len(ensembles))]


def _work(ensembles: Sequence[Ensemble], turns: Sequence[tuple[int, int]], key: str) -> None:
    room, bar = st.empty(), None
    start = time.monotonic()
    for n, (k, i) in enumerate(turns):
        taken = time.monotonic() - start
        if taken > 0.3:  # what has been measured before takes no time and shows no bar
            seconds = f"{taken / n * (len(turns) - n):.0f}"
            told = prose.common("progress", done=str(n), all=str(len(turns)), seconds=seconds)
            if bar is None:
                box = room.container()
                bar = box.progress(n / len(turns), told)
                box.button(
                    prose.common("stop"),
                    key=f"{key}.stop",
                    on_click=_set,
                    args=(f"{key}.stopped", True),
                    width="stretch",
                )
            bar.progress(n / len(turns), told)  # here Streamlit ends the run when the reader wants something else
        with _large:
            one(ensembles[i].members[k])
        st.session_state[f"{key}.done"] = max(n + 1, st.session_state[f"{key}.done"])
    room.empty()


def _set(name: str, value: object) -> None:
    st.session_state[name] = value
