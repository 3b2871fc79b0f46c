"""Predict, then see: with the switch on, a page asks its question before it shows its main chart.

The right answer is computed from the same settings as the chart. Nothing is stored: the score lives as long as the
session, and no name goes with it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from core.maths.activations import ACTIVATIONS
from core.maths.facts import facts
from core.ui import prose, sharing

SWITCH = "predict"
_SCORE = "predict.score"  # right answers and questions of this session, by page
DECADES = (0, -1, -3, -6)  # between the ranges that a share of the gradient may fall into


def switch() -> None:
    """In the sidebar and in links, off at first; below it the score."""
    with st.sidebar:
        on = st.toggle(prose.common("control predict"), key=SWITCH, bind="query-params")
        score: Mapping[str, bool] = st.session_state.get(_SCORE, {})
        if on and score:
            st.markdown(prose.common("predict score", right=str(sum(score.values())), asked=str(len(score))))


def ask(page: str, options: Sequence[str], right: str, **slots: str) -> None:
    """The question of a page, once in a session: until it is answered, the page ends here.

    `options` are shown as they are, `right` is one of them. With fewer than two different options nothing is asked.
    """
    state = st.session_state
    offered = list(dict.fromkeys(options))
    if not state.get(SWITCH) or len(offered) < 2:
        return
    said, question = state.get(f"{page}.said"), prose.common(f"question {page}", **slots)
    with st.container(border=True, key=f"{page}.question"):
        if said:  # about the settings of that moment: whatever is moved now, the answer and the score stay true
            st.markdown(said)
            st.button(prose.common("predict again"), key=f"{page}.again", on_click=_again, args=(page,))
            return
        st.markdown(prose.common("predict first"))
        guess = st.radio(question, offered, index=None, key=f"{page}.guess")
        st.button(
            prose.common("predict show"), key=f"{page}.reveal", type="primary", disabled=guess is None,
            on_click=_answer, args=(page, question, guess, right),
        )  # fmt: skip
    sharing.end()  # the page ends here, and so may be shared here
    st.stop()


def share(log10: float) -> tuple[list[str], str]:
    """Ranges for a share of the gradient, as options, and the one that 10^log10 falls into."""
    words = [prose.common(f"range {k}", **_ends(k)) for k in range(len(DECADES) + 1)]
    place = sum(log10 < decade for decade in DECADES)
    return words, words[place]


def names(activations: Iterable[str]) -> list[str]:
    """Activations as options."""
    return [ACTIVATIONS[name].label for name in activations]


def words(kind: str, options: Sequence[str], right: str) -> tuple[list[str], str]:
    """Options that have a name in the words: `<kind> <option>`."""
    return [prose.common(f"{kind} {option}") for option in options], prose.common(f"{kind} {right}")


def steepness(slope: float) -> tuple[list[str], str]:
    """Ranges for a derivative, as options."""
    return share(math.log10(slope)) if slope > 0 else share(-math.inf)


def crossings() -> tuple[list[str], str]:
    """Where GELU's derivative might cross zero: where it does, where Swish's does, where its own is lowest, or at 0."""
    gelu, swish = facts("gelu"), facts("swish")
    places = [swish.zeros[0][0], gelu.infimum.low, gelu.zeros[0][0], 0.0]
    options = [f"x = {prose.plain(place, 4)}" for place in sorted(places)]
    return [*options, prose.common("never")], f"x = {prose.plain(gelu.zeros[0][0], 4)}"


def _ends(k: int) -> dict[str, str]:
    """The ends of the k-th range, as numbers."""
    ends = [prose.size(float(decade)) for decade in DECADES]
    return {"high": ends[k - 1] if k else "", "low": ends[k] if k < len(ends) else ""}


def _answer(page: str, question: str, guess: str, right: str) -> None:
    found = "predict right" if guess == right else "predict wrong"
    st.session_state[f"{page}.said"] = prose.common(found, question=question, answer=right, given=guess)
    st.session_state[_SCORE] = {**st.session_state.get(_SCORE, {}), page: guess == right}


def _again(page: str) -> None:
    del st.session_state[f"{page}.said"]
