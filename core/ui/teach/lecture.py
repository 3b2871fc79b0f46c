"""A lesson on the projector, step by step: what it says over a page, and the keys that lead from step to step.

A step is a page with settings, of which one chart stands alone. Its address says lesson and step, and nothing else:

    /relu?lesson=vanishing&step=7

    prepare: the settings of the step hold, or another step is gone to
    begin:   says the step, and hides all of the page that is not about it
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from core.ui import dom, figures, state
from core.ui.record import Page
from core.ui.sections import MENU
from core.ui.share import hiding
from core.ui.teach import lessons, polling, predicting
from core.words import lessons as data
from core.words import prose
from core.words.lessons import Lesson, Part, Step

PAGE = "lecture"
LESSON, STEP, NOTES = "lesson", "step", "notes"  # in the address
_HERE = Path(__file__).parent
_STYLE = (_HERE / "lecture.css").read_text(encoding="utf-8")
_keys = st.components.v2.component(
    "lecture",
    html='<button type="button" class="clock" aria-pressed="false"></button>',
    js=(_HERE / "lecture.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def asked() -> tuple[Lesson, int] | None:
    """The lesson and the step, counted from 1, that the address asks for; no step beyond the last one."""
    name, step = st.query_params.get(LESSON, ""), st.query_params.get(STEP, "1")
    if name not in data.names():
        return None
    lesson = data.read(name)
    number = int(step) if step.isdecimal() and len(step) < 4 else 1
    return lesson, min(max(number, 1), len(lesson.steps))


def prepare() -> bool:
    """Before anything of a page is shown: whether it is a step of a lesson, whose settings then hold.

    Whoever has pressed a button of a step goes to another one: this run ends here.
    """
    at = asked()
    if not at or NOTES in st.query_params:
        if state.giving():
            state.lecture().shown = ("", 0)
        return False
    now, (lesson, number) = state.lecture(), at
    if now.to:
        number, now.to = min(max(now.to, 1), len(lesson.steps)), 0
        to(st.query_params[LESSON], number)
    if now.shown != (st.query_params[LESSON], number):
        now.shown = (st.query_params[LESSON], number)
        part, step = lesson.steps[number - 1]
        state.clear()
        state.answers().pop(part.page, None)
        for key, value in {**part.settings, **step.settings, predicting.SWITCH: step.ask}.items():
            state.put(key, value)
    state.put(figures.SIZE, "" if now.small else figures.LARGE)
    return True


def address(name: str, *, notes: bool = False) -> str:
    """Where a lesson begins, relative to any page, or the notes to it."""
    query = {LESSON: name} | ({STEP: "1", NOTES: "1"} if notes else {})
    return f"./{PAGE}?{urlencode(query)}"


def to(name: str, number: int) -> None:
    """The page of a step: the run that asks for it ends here."""
    part, _ = data.read(name).steps[number - 1]
    script = next(section.script for section in MENU if section.page == part.page)
    st.switch_page(script, query_params={LESSON: name, STEP: str(number)})


def begin(page: Page) -> bool:
    """At the head of a page: whether a step of a lesson is shown here, and if so what it says and all that it needs.

    On any other page its address leads to the one of the step.
    """
    at = asked()
    if not at or NOTES in st.query_params:
        return False
    lesson, number = at
    part, step = lesson.steps[number - 1]
    if part.page != page.words.page:
        to(st.query_params[LESSON], number)
    shown = [*hiding.chart(step.chart)] if step.chart else []
    shown += [name for key in step.keep for name in hiding.control(key)]
    page.css = hiding.lone([*shown, hiding.keyed("lecture"), hiding.keyed(f"{part.page}.question")])
    if mark := step.mark:
        page.marks[step.chart] = {"line": mark.line, "between": mark.between, "say": lessons.said(part, mark.say)}
    page.again = True  # what a step hides is known before the page has run
    lit = hiding.keyed(step.mark.control) if step.mark and step.mark.control else ":not(*)"
    st.html(f"<style>{page.css}\n{dom.filled(_STYLE, lit=lit)}</style>")
    with st.container(key="lecture"):
        room = st.empty()
        try:
            room.markdown(_words(part, step))
        except KeyError:  # numbers of the chart, which is yet to come
            page.telling = (step.chart, room, step.text)
        if step.seen:
            choices = {name: lessons.said(part, text) for name, text in step.seen.choices.items()}
            ask = lessons.said(part, step.seen.ask)
            polling.seen(f"{part.name}.{number}", ask, choices, partial(lessons.so, part, step))
        _moves(lesson, number)
    return True


def _words(part: Part, step: Step) -> str:
    """The sentence of a step, its numbers computed with the step's own settings."""
    return lessons.said(replace(part, settings={**part.settings, **step.settings}), step.text)


def _moves(lesson: Lesson, number: int) -> None:
    """The buttons that the keys press, and a clock that is off at first."""
    count, (part, _) = len(lesson.steps), lesson.steps[number - 1]
    begins = sum(before.minutes for before in lesson.part[: lesson.part.index(part)])
    targets = {"first": 1, "back": number - 1, "on": number + 1, "last": count}
    with st.container(key="lecture.moves", horizontal=True, vertical_alignment="center"):
        for name, target in targets.items():
            st.button(
                prose.common(f"lecture {name}"), key=f"lecture.{name}", type="tertiary",
                disabled=not 1 <= target <= count, on_click=_go, args=(target,),
            )  # fmt: skip
            if name == "back":
                st.markdown(prose.common("lecture at", step=number, steps=count))
        if NOTES not in st.query_params:
            polling.bar()
        said = {"clock": prose.common("lecture clock"), "used": prose.common("lecture used", minutes="#")}
        planned = prose.common("lecture planned", start=begins, end=begins + part.minutes)
        small = state.lecture().small
        _keys(key="lecture.keys", data={"planned": planned, "small": small, **said}, on_small_change=_fit)


def _fit() -> None:
    """The window has told whether it is a phone's."""
    state.lecture().small = getattr(state.value("lecture.keys"), "small", None) is True


def _go(number: int) -> None:
    if NOTES in st.query_params:
        st.query_params[STEP] = str(number)
    else:
        state.lecture().to = number


def notes(words: prose.Words, lesson: Lesson, number: int) -> None:
    """For the teacher's own screen: what a step is about, what to ask and to say, and the answer."""
    part, step = lesson.steps[number - 1]
    slots = {name: lessons.said(part, text) for name, text in (("ask", part.ask), ("answer", part.answer))}
    st.markdown(words("notes", heading=part.heading, step=_words(part, step), say=part.say, **slots))
    if number < len(lesson.steps):
        st.markdown(words("notes next", step=_words(*lesson.steps[number])))
    _moves(lesson, number)


def give(words: prose.Words) -> None:
    """Every lesson with a button that begins it, or the notes to the step that the address asks for."""
    if at := asked():  # else it would have begun
        notes(words, *at)
        return
    st.markdown(words("keys"))
    for name in data.names():
        lesson = data.read(name)
        with st.container(border=True, key=f"give.{name}"):
            st.markdown(words("lesson", title=lesson.title, about=lesson.about, minutes=lesson.minutes))
            with st.container(horizontal=True):
                if st.button(words("present"), key=f"give.{name}.start", type="primary"):
                    to(name, 1)
                st.markdown(words("notes link", notes=address(name, notes=True)))
