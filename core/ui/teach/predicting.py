"""Predict, then see: with the switch on, a page asks its question before it shows its main chart.

The right answer is computed from the same settings as the chart, and so is its reason: the block `because` of the page,
if it has one. The score lives as long as the session, and in the tabs of the reader's browser; no name goes with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import streamlit as st

from core.experiments import functions
from core.experiments.definitions import in_a_line
from core.maths.activations import ACTIVATIONS
from core.maths.numbers import Number
from core.rooms.room import Marker
from core.ui import figures, state
from core.ui.share import dialog
from core.ui.state import Answer
from core.ui.teach import polling
from core.words import numerals, prose

SWITCH = "predict"


def switch() -> None:
    """In the sidebar and in links, off at first; below it the score."""
    with st.sidebar:
        on = st.toggle(
            prose.common("control predict"), key=SWITCH, bind="query-params", help=prose.common("predict what")
        )
        score = [answer.right for answer in state.answers().values()]
        if on and score:
            st.markdown(prose.common("predict score", right=str(sum(score)), asked=str(len(score))))


def ask(page: str, options: Sequence[str], right: str, **slots: str) -> None:
    """The question of a page, once in a session: until it is answered, the page ends here.

    `options` are shown as they are, `right` is one of them. With fewer than two different options nothing is asked.
    `slots` fill the question and the reason.
    """
    offered = list(dict.fromkeys(options))
    if len(offered) < 2 or _answered(page):
        return
    question = prose.read(page)("question", **slots)
    with _asking(page):
        why = _because(page, slots)
        shown = partial(_class, page, question, right, why)
        if not polling.vote(page, question, [offered.index(right)], shown, choices=offered):
            guess = st.radio(question, offered, index=None, key=f"{page}.guess")
            _reveal(page, question, guess, right, why, guess == right, ready=guess is not None)


def place(page: str, activation: str, right: float, *, span: float, near: float, **slots: str) -> float | None:
    """A question that is answered by a marker on the curve of a function; where it was placed.

    `right` is the x that is asked for, `near` how far beside it still counts. The marker starts away from it, moves by
    a click or by its slider, and the page ends here until the reader has placed it.
    """
    key = f"{page}.guess"
    if _answered(page):
        return state.answers()[page].placed if state.value(SWITCH) else None
    marker = Number("marker", "x", span / 4, -span, span, span / 80)
    label = ACTIVATIONS[activation].label
    question = prose.read(page)("question", label=label, **slots)
    with _asking(page):
        shape = in_a_line(activation, derivative=False)  # its derivative is what is asked for
        stops = Marker(marker.low, marker.high, marker.step, activation)
        hits = [stop for stop in range(stops.stops) if abs(stops.place(stop) - right) <= near]
        shown = partial(
            _class, page, question, f"x = {numerals.plain(right)}", _because(page, {"label": label, **slots})
        )
        if polling.vote(page, f"{question}\n\n{shape}", hits or [stops.stop(right)], shown, marker=stops):
            alt = prose.common("marker alone", label=label)
            figures.plot(functions.to_place(activation, span, None), key=f"{page}.marker", alt=alt)
            return None
        st.markdown(prose.common("predict place", question=question, near=numerals.plain(near)))
        st.markdown(shape)
        at = marker.clamp(state.value(key, marker.default))
        alt = prose.common("marker alt", label=label, x=numerals.plain(at))
        figures.plot(
            functions.to_place(activation, span, at), key=f"{page}.marker", alt=alt,
            pick=lambda x, _: state.put(key, marker.clamp(x)),
        )  # fmt: skip
        st.slider(
            prose.common("control marker"), marker.low, marker.high, marker.default, marker.step, key=key,
            help=prose.common("help marker"),
        )  # fmt: skip
        given, answer = (f"x = {numerals.plain(x)}" for x in (at, right))
        why, hit = _because(page, {"label": label, **slots}), abs(at - right) <= near
        _reveal(page, question, given, answer, why, hit, ready=at != marker.default, placed=at)
    return None


def _because(page: str, slots: Mapping[str, str]) -> str:
    """The reason of an answer, if the words of the page give one."""
    words = prose.read(page)
    return prose.common("predict because", because=words("because", **slots)) if "because" in words.blocks else ""


def _answered(page: str) -> bool:
    """Whether the page may go on; if a question has been answered, what was said stands first."""
    if not state.value(SWITCH):
        return True
    answer = state.answers().get(page)
    if (
        answer and answer.said
    ):  # about the settings of that moment: whatever is moved now, the answer and the score stay true
        with st.container(border=True, key=f"{page}.question"):
            st.markdown(answer.said)
            polling.result(page)
            st.button(prose.common("predict again"), key=f"{page}.again", on_click=_again, args=(page,))
        return True
    return False


@contextmanager
def _asking(page: str) -> Iterator[None]:
    """Room for a question, below it for the class that may answer it, and the end of the page."""
    with st.container(border=True, key=f"{page}.question"):
        st.markdown(prose.common("predict first"))
        question, foot = st.container(), st.container(gap=None)
        if not state.giving():  # a lesson has it at the foot of the window
            with foot:
                polling.bar()
        with question:
            yield
    dialog.end()  # the page ends here, and so may be shared here
    st.stop()


def _reveal(
    page: str,
    question: str,
    given: str | None,
    answer: str,
    why: str,
    right: bool,
    *,
    ready: bool,
    placed: float | None = None,
) -> None:
    st.button(
        prose.common("predict show"), key=f"{page}.reveal", type="primary", disabled=not ready,
        on_click=_answer, args=(page, question, given, answer, why, right, placed),
    )  # fmt: skip


def _answer(page: str, question: str, given: str, answer: str, why: str, right: bool, placed: float | None) -> None:
    verdict = "predict right" if right else "predict wrong"
    said = [prose.common(verdict, question=question, answer=answer, given=given), why]
    state.answers()[page] = Answer("\n\n".join(filter(None, said)), right, placed)


def _class(page: str, question: str, answer: str, why: str, right: bool) -> None:
    """What is said when a class has voted: it has more than one answer."""
    said = [prose.common("predict class", question=question, answer=answer), why]
    state.answers()[page] = Answer("\n\n".join(filter(None, said)), right)


def _again(page: str) -> None:
    state.answers()[page].said = ""
