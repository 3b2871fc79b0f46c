"""A lesson on the projector, step by step: what it says over a page, and the keys that lead from step to step.

A step is a page with settings, of which one chart stands alone. Its address says lesson and step, and nothing else:

    /relu?lesson=vanishing&step=7

    prepare: the settings of the step hold, or another step is gone to
    begin:   says the step, and hides all of the page that is not about it
"""

from pathlib import Path

import streamlit as st

from core.experiments import answers
from core.ui import dom, figures, state
from core.ui.record import Page
from core.ui.sections import MENU
from core.ui.share import hiding
from core.ui.teach import predicting
from core.words import lessons, prose
from core.words.lessons import Part

LESSON, STEP = "lesson", "step"  # in the address
PAGE = "lecture"
MOVES = ("first", "back", "on", "last")
_HERE = Path(__file__).parent
_STYLE = dom.filled((_HERE / "lecture.css").read_text(encoding="utf-8"))
_keys = st.components.v2.component(
    "lecture", html="", js=(_HERE / "lecture.js").read_text(encoding="utf-8"), isolate_styles=False
)


def asked() -> tuple[lessons.Lesson, int] | None:
    """The lesson and the step, counted from 1, that the address asks for; no step beyond the last one."""
    name, step = st.query_params.get(LESSON, ""), st.query_params.get(STEP, "1")
    if name not in lessons.names():
        return None
    lesson = lessons.read(name)
    number = int(step) if step.isdecimal() and len(step) < 4 else 1
    return lesson, min(max(number, 1), len(lesson.steps))


def prepare() -> bool:
    """Before anything of a page is shown: whether it is a step of a lesson, whose settings then hold.

    Whoever has pressed a button of a step goes to another one: this run ends here.
    """
    now, at = state.lecture(), asked()
    if not at:
        now.shown = ("", 0)
        return False
    lesson, number = at
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
    state.put(figures.SIZE, figures.LARGE)
    return True


def to(name: str, number: int) -> None:
    """The page of a step: the run that asks for it ends here."""
    part, _ = lessons.read(name).steps[number - 1]
    script = next(section.script for section in MENU if section.page == part.page)
    st.switch_page(script, query_params={LESSON: name, STEP: str(number)})


def begin(page: Page) -> bool:
    """At the head of a page: whether a step of a lesson is shown here, and if so what it says and all that it needs."""
    at = asked()
    if not at or at[0].steps[at[1] - 1][0].page != page.words.page:
        return False
    lesson, number = at
    part, step = lesson.steps[number - 1]
    page.css = hiding.lone(
        [part_of for key in (step.chart, *step.keep) if key for part_of in hiding.control(key)]
        + [
            hiding.keyed("lecture"),
            hiding.keyed(f"{part.page}.question"),
        ]
    )
    page.again = True  # what a step hides is known before the page has run
    st.html(f"<style>{page.css}\n{_STYLE}</style>")
    with st.container(key="lecture"):
        st.markdown(said(part, step.text))
        with st.container(key="lecture.moves", horizontal=True, vertical_alignment="center"):
            _moves(number, len(lesson.steps))
    return True


def _moves(number: int, count: int) -> None:
    to = {"first": 1, "back": number - 1, "on": number + 1, "last": count}
    for name in MOVES:
        st.button(
            prose.common(f"lecture {name}"), key=f"lecture.{name}", type="tertiary",
            disabled=not 1 <= to[name] <= count, on_click=_go, args=(to[name],),
        )  # fmt: skip
        if name == "back":
            st.markdown(prose.common("lecture at", step=number, steps=count))
    _keys(key="lecture.keys")


def _go(to: int) -> None:
    state.lecture().to = to


def said(part: Part, text: str) -> str:
    """Words of a part with their numbers, computed."""
    numbers = getattr(answers, part.numbers)(part.settings) if part.numbers else {}
    return prose.filled(text, **numbers)


def lessons_to_give(words: prose.Words) -> None:
    """Every lesson with a button that begins it; the one that the address asks for begins at once."""
    if at := asked():
        to(st.query_params[LESSON], at[1])
    for name in lessons.names():
        lesson = lessons.read(name)
        with st.container(border=True, key=f"give.{name}"):
            st.markdown(words("lesson", title=lesson.title, about=lesson.about, minutes=lesson.minutes))
            if st.button(words("give"), key=f"give.{name}.start", type="primary"):
                to(name, 1)
