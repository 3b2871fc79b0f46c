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

from core.ui import dom, figures, record, state
from core.ui.record import Page
from core.ui.sections import MENU
from core.ui.share import hiding, links
from core.ui.teach import lessons, polling, predicting
from core.words import lessons as data
from core.words import prose
from core.words.lessons import Lesson, Part, Step

PAGE = "lecture"
LESSON, STEP, NOTES = "lesson", "step", "notes"  # in the address
BUBBLE = 128  # pixels that words over a control take on a projector
_STYLE = Path(__file__).with_name("lecture.css").read_text(encoding="utf-8")
_keys = st.components.v2.component(
    "lecture",
    html='<button type="button" class="clock" aria-pressed="false"></button>',
    js=dom.read(__file__, "lecture.js"),
    isolate_styles=False,
)


def asked() -> tuple[Lesson, int] | None:
    """The lesson and the step, counted from 1, that the address asks for; no step beyond the last one."""
    name, step = st.query_params.get(LESSON, ""), st.query_params.get(STEP, "1")
    if name not in data.names():
        return None
    lesson = data.read(name)
    if lessons.faults(lesson):
        return None
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
    _hide(page, part, step)
    _mark(page, part, step)
    page.again = True  # what a step hides is known before the page has run
    framed = ":not(*)"
    if step.mark and step.mark.control and links.KEY.fullmatch(step.mark.control):
        framed = hiding.keyed(step.mark.control)
    style = dom.filled(_STYLE, lit=framed, rest=f"(19rem + {page.spare}px)")
    st.html(f"<style>{page.css}\n{style}</style>")
    with st.container(key="lecture"):
        room, page.faults = st.empty(), st.container()
        try:
            room.markdown(_words(part, step))
        except ValueError as error:
            if not step.chart:
                page.wrong.append(str(error))
            page.telling = (step.chart, room, step.text)  # numbers of the chart, which is yet to come
        if step.seen:
            choices = {name: _said(page, part, text) for name, text in step.seen.choices.items()}
            ask = _said(page, part, step.seen.ask)
            polling.seen(f"{part.name}.{number}", ask, choices, partial(lessons.so, part, step))
        _moves(lesson, number)
    return True


def _hide(page: Page, part: Part, step: Step) -> None:
    """All that is neither the chart of a step nor a control beside it."""
    keys = {key: bool(links.KEY.fullmatch(key)) for key in (step.chart, *step.keep)}
    shown = [*hiding.chart(step.chart)] if keys[step.chart] else []
    shown += [name for key in step.keep if keys[key] for name in hiding.control(key)]
    page.css = hiding.lone([*shown, hiding.keyed("lecture"), hiding.keyed(f"{part.page}.question")])


def _mark(page: Page, part: Part, step: Step) -> None:
    """What is lit up in the chart of a step, or beside it, and the words to that."""
    if mark := step.mark:
        lit = {"line": mark.line, "between": mark.between, "layer": mark.layer}
        page.marks[step.chart if any(lit.values()) else mark.control] = lit | {"say": _said(page, part, mark.say)}
        page.spare = BUBBLE if mark.control in page.marks and mark.say else 0


def _said(page: Page, part: Part, text: str) -> str:
    try:
        return lessons.said(part, text)
    except ValueError as error:
        page.wrong.append(str(error))
        return ""


def end() -> None:
    """At the foot of a page: what a step speaks of that is not there, for who has written the lesson.

    Who gives it may take away what it speaks of, which is no fault.
    """
    page, at = record.page(), asked()
    if not page or not at or NOTES in st.query_params:
        return
    lesson, number = at
    part, step = lesson.steps[number - 1]
    settings = {**part.settings, **step.settings}
    if step.chart:
        named = {"chart": [step.chart], "control": [*step.keep, *([step.mark.control] if step.mark else []), *settings]}
        there = {"chart": page.charts, "control": page.controls}
        page.wrong += [
            prose.common(f"fault {kind}", name=key, page=part.page)
            for kind, keys in named.items()
            for key in dict.fromkeys(keys)
            if key and key not in there[kind]
        ]
    if page.wrong and page.faults and all(state.value(key, value) == value for key, value in settings.items()):
        what = "; ".join(dict.fromkeys(page.wrong))
        page.faults.warning(prose.common("lecture wrong", lesson=st.query_params[LESSON], step=number, what=what))


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
    try:
        slots = {name: lessons.said(part, text) for name, text in (("ask", part.ask), ("answer", part.answer))}
        st.markdown(words("notes", heading=part.heading, step=_words(part, step), say=part.say, **slots))
        if number < len(lesson.steps):
            st.markdown(words("notes next", step=_words(*lesson.steps[number])))
    except ValueError as error:
        st.warning(prose.common("lecture wrong", lesson=st.query_params[LESSON], step=number, what=error))
    _moves(lesson, number)


def give(words: prose.Words) -> None:
    """Every lesson with a button that begins it, or the notes to the step that the address asks for."""
    if at := asked():  # else it would have begun
        notes(words, *at)
        return
    st.markdown(words("keys"))
    for name, what in data.wrong().items():
        st.warning(prose.common("lecture unread", lesson=name, what=what))
    for name in data.names():
        lesson = data.read(name)
        if faults := lessons.faults(lesson):
            step, what = faults[0]
            st.warning(prose.common("lecture wrong", lesson=name, step=step, what=what))
            continue
        with st.container(border=True, key=f"give.{name}"):
            st.markdown(words("lesson", title=lesson.title, about=lesson.about, minutes=lesson.minutes))
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(words("present"), key=f"give.{name}.start", type="primary"):
                    to(name, 1)
                st.markdown(words("notes link", notes=address(name, notes=True)))
