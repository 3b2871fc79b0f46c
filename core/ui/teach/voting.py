"""The class votes, on a student's phone: the code of a room, its question, an answer and how sure.

The browser asks every two seconds whether anything is new, and only then this part of the page runs. It also keeps the
name under which a student answers, so that an answer stays one when a replica dies.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from core.experiments import functions
from core.maths.activations import ACTIVATIONS
from core.rooms.chosen import ROOMS
from core.rooms.room import SURE, Answer, Asked, Marker, Refused, sign
from core.rooms.rooms import WHO, Student, name
from core.ui import dom, figures, state
from core.ui.teach.looking import look
from core.words import numerals, prose

EVERY, IDLE = 2, 3  # seconds until a phone asks again, and while the class is not asked anything
CODE = "room"  # in the address
_STYLE = f"<style>{Path(__file__).with_name('voting.css').read_text(encoding='utf-8')}</style>"

_placing = st.components.v2.component(
    "placing",
    html='<p role="status"></p>',
    js=dom.read(__file__, "placing.js"),
    isolate_styles=False,
)


def kept(key: str, known: str, new: str = "") -> str:
    """What a session knows, told to the browser, which tells it to the next replica if this one dies."""
    if known:
        state.put(key, known)
    with st.container(key=f"hidden.{key}"):
        label = prose.common("room kept")
        found = st.text_input(label, key=key) if known else st.text_input(label, new, key=key)
    return known or str(found)


def why(refused: str) -> str:
    """The sentence for what was refused."""
    return prose.common(f"refused {refused}")


def phone(words: prose.Words) -> None:
    """The way in, or what is asked in the room that a student is in."""
    st.html(_STYLE)
    me = state.voter()
    me.who = kept("vote.who", me.who, name())
    if not WHO.fullmatch(me.who):
        me.who = name()
    st.text_input(
        words("code"), key=CODE, bind="query-params", max_chars=8, help=words("code help"), on_change=_leave,
        autocomplete="off",
    )  # fmt: skip
    typed = str(state.value(CODE) or "")
    if typed and not me.code:
        try:
            code = ROOMS.enter(typed, me.session)
            me.code, me.ticket = code, ROOMS.ticket(code)
        except Refused as refused:
            st.warning(why(refused.why))
    if me.code:
        _asked(words, me.code, Student(me.who, me.session))


def _leave() -> None:
    state.voter().code = ""


@st.fragment
def _asked(words: prose.Words, code: str, student: Student) -> None:
    """What the class is asked just now, and what this student says; again when there is something new."""
    asked, seen = None, ""
    try:
        asked = ROOMS.asked(code)
        _said(words, code, asked, student, ROOMS.answer(code, asked, student) if asked else None)
    except Refused as refused:
        seen = refused.why
        st.warning(why(seen))
    look("vote.look", code, state.voter().ticket, seen or sign(asked), EVERY if asked else IDLE)


def _said(words: prose.Words, code: str, asked: Asked | None, student: Student, mine: Answer | None) -> None:
    """The question in its phase, and what was answered."""
    if not asked:
        st.markdown(words("wait", code=code))
        return
    st.markdown(words("second" if asked.round > 1 else "first", question=asked.question.text))
    if asked.phase == "open":
        _ask(words, code, asked, student, mine)
    elif mine:
        st.markdown(words("said", answer=said_at(asked, mine.choice), sure=words(f"sure {mine.sure}")))
    if asked.phase == "closed":
        st.markdown(words("closed"))
    if asked.phase == "revealed":
        st.markdown(words("revealed", right=right(asked)))


def _ask(words: prose.Words, code: str, asked: Asked, student: Student, mine: Answer | None) -> None:
    """Choices or a marker, and how sure: an answer is given as soon as both are there."""
    question = asked.question
    choice, sure = (f"vote.{code}.{asked.number}.{asked.round}.{part}" for part in ("choice", "sure"))
    given = (code, asked, student, choice, sure)
    if mine and state.value(sure) is None:  # another replica has taken over
        state.put(choice, _place(question.marker, mine.choice) if question.marker else mine.choice)
        state.put(sure, mine.sure)
    if question.marker:
        _marker(words, question.marker, choice, partial(_vote, *given))
    else:
        st.radio(
            words("choices"), range(question.stops), index=None, format_func=question.choices.__getitem__, key=choice,
            width="stretch",
            on_change=_vote, args=given,
        )  # fmt: skip
    st.radio(
        words("sure"), SURE, index=None, format_func=lambda each: words(f"sure {each}"), key=sure, horizontal=True,
        on_change=_vote, args=given,
    )  # fmt: skip
    of, refused = state.voter().refused
    if of == sure:
        st.warning(why(refused))
    if mine:
        st.markdown(words("said", answer=said_at(asked, mine.choice), sure=words(f"sure {mine.sure}")))
        st.markdown(words("until"))
    else:
        st.markdown(words("both"))


def _marker(words: prose.Words, marker: Marker, choice: str, vote: Callable[[], None]) -> None:
    """A slider, and the curve over it: its marker moves with the slider in the browser, by a tap with the answer."""
    if not state.has(choice):
        state.put(choice, _place(marker, marker.stops // 2))
    with st.container(key="vote.place"):
        known = marker.curve in ACTIVATIONS

        def tapped(x: float, _: float) -> None:
            state.put(choice, _place(marker, marker.stop(x)))
            vote()

        if known:
            alt = prose.common("marker alone", label=ACTIVATIONS[marker.curve].label)
            figure = functions.to_place(marker.curve, marker.high, 0.0)
            figures.plot(figure, key="vote.curve", alt=alt, pick=tapped)
        st.slider(words("place"), marker.low, marker.high, step=marker.step, key=choice, on_change=vote)
        if known:
            said = words("height", x="#x", y="#y")
            heights = functions.heights(marker.curve, marker.low, marker.step, marker.stops)
            data = {"low": marker.low, "step": marker.step, "heights": heights, "said": said}
            _placing(key="vote.placing", data=data)


def _vote(code: str, asked: Asked, student: Student, choice: str, sure: str) -> None:
    me, marker, chosen, how = state.voter(), asked.question.marker, state.value(choice), state.value(sure)
    me.refused = ("", "")
    if chosen is None or how is None:
        return
    try:
        ROOMS.vote(code, asked, student, Answer(marker.stop(chosen) if marker else chosen, how))
    except Refused as refused:
        me.refused = (sure, refused.why)


def _place(marker: Marker, stop: int) -> float:
    return min(marker.place(stop), marker.high)


def said_at(asked: Asked, place: int) -> str:
    """A choice or a stop in words."""
    marker = asked.question.marker
    return f"x = {numerals.plain(marker.place(place))}" if marker else asked.question.choices[place]


def right(asked: Asked) -> str:
    """The right answer in words; of a stretch of the axis its middle."""
    return said_at(asked, asked.right[len(asked.right) // 2]) if asked.right else ""
