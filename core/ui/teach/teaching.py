"""The parts of the page for teachers on the screen, one shown at a time so that each prints by itself."""

import html
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from core.ui import figures, sections
from core.ui.settings import widgets
from core.ui.share.links import near
from core.ui.teach import lecture, lessons
from core.ui.teach.lessons import EXERCISES, Task
from core.ui.teach.quizzing import quiz
from core.words import numerals, prose, terms
from core.words.lessons import names, read, source

HEIGHT = 900  # of an embedded page, in pixels
FIRST_LOAD = 3  # MB over the line, at most, before the first page is there
LINE, STUDENTS = 1, 25  # Mbit/s of a slow line, and how many may share it
SAFARI = (
    "16.4"  # the first that reads Streamlit's scripts, for their look-behind expressions; on iOS that of all browsers
)
LINES = f'<div class="lines">{"<div></div>" * 4}</div>'  # to write on


def plan(words: prose.Words) -> None:
    """The lesson, minute by minute: what to open, what to ask, and the computed answer."""
    labels = {"predict": prose.common("control predict"), "show": prose.common("predict show")}
    lesson = read(lessons.HOUR)
    st.markdown(words("plan", total=lesson.minutes, **labels))
    begin, notes = lecture.address(lessons.HOUR), lecture.address(lessons.HOUR, notes=True)
    st.markdown(words("present", lecture=begin, notes=notes))
    start = 0
    for part in lesson.part:
        end = start + part.minutes
        with st.container(border=True, key=f"lesson.{part.name}"):
            st.markdown(words("lesson", start=start, end=end, heading=part.heading, say=part.say))
            _link(words, lessons.TASKS[part.name])
            st.markdown(words("asked", ask=lessons.said(part, part.ask), answer=lessons.said(part, part.answer)))
        start = end


def exercises(words: prose.Words) -> None:
    """The exercises, each with its link and with its solution folded away, computed when it is opened."""
    st.markdown(words("exercises", count=len(EXERCISES), own=prose.common("own")))
    for number, task in enumerate(EXERCISES, 1):
        with st.container(border=True, key=f"exercise.{task.name}"):
            st.markdown(words(f"exercise {task.name}", number=number))
            st.markdown(words(f"question {task.name}", **task.given))
            st.markdown(task.formulas)
            _link(words, task)
            box = st.expander(words("solution", number=number), key=f"solution.{task.name}", on_change="rerun")
            if box.open:
                box.markdown(words(f"solution {task.name}", **lessons.slots(task.name)))


def worksheet(words: prose.Words) -> None:
    """The exercises for paper: no solutions, no links, but the way by hand, and room to write."""
    st.markdown(words("worksheet"))
    address = _address(words)
    with st.container(key="worksheet"):
        st.markdown(words("sheet", address=words("blank") if near(address) else short(address)))
        for number, task in enumerate(EXERCISES, 1):
            with st.container(key=f"blank.{task.name}"):
                st.markdown(words(f"exercise {task.name}", number=number))
                st.markdown(_way(words, task))
                st.markdown(words(f"question {task.name}", **task.given))
                st.markdown(task.formulas)
                st.html(LINES)


def glossary(words: prose.Words) -> None:
    """The technical words in alphabetical order: for teachers a part of their page, for students a page."""
    st.markdown(words("glossary"))
    st.markdown(terms.explanations(terms.names()))


def before(words: prose.Words) -> None:
    """What to know before a class comes."""
    address, seconds = _address(words), 8 * FIRST_LOAD / LINE
    slots = {
        "safari": SAFARI,
        "stream": stream(address),
        "port": urlsplit(address).port or {"http": 80, "https": 443}[urlsplit(address).scheme],
        "megabytes": FIRST_LOAD,
        "line": LINE,
        "seconds": numerals.number(seconds),
        "students": STUDENTS,
        "minutes": numerals.number(STUDENTS * seconds / 60),
        "file": prose.common("file"),
    }
    for name in words.names("before"):
        st.markdown(words(name, **slots))


def stream(address: str) -> str:
    """The address of the WebSocket of an explorer."""
    return address.replace("http", "ws", 1) + "/_stcore/stream"


def own(words: prose.Words) -> None:
    """How to write a lesson, with one that is there."""
    st.markdown(words("own", share=prose.common("share"), step=prose.common("share step")))
    st.code(source(names()[-1]), language="toml", wrap_lines=True)


def embed(words: prose.Words) -> None:
    """The frame that shows a chosen page in a learning platform."""
    st.markdown(words("embed"))
    titles = {prose.read(section.page)("title"): section.page for section in sections.SECTIONS}
    with widgets.unprinted("embed"):
        page = widgets.listed(words, "teachers.embed", titles, sections.SECTIONS[0].page)
    st.code(frame(_address(words), page), language=None, wrap_lines=True)
    st.markdown(words("embed settings"))


def frame(address: str, page: str) -> str:
    """The iframe of a page of the explorer at an address; the front page has the address itself."""
    return (
        f'<iframe src="{html.escape(address)}/{lessons.path(page)}?embed=true"\n'
        f'  title="{html.escape(prose.read(page)("title"))}"\n'
        f'  width="100%" height="{HEIGHT}" style="border: 0" loading="lazy"\n'
        '  allow="clipboard-write; fullscreen"></iframe>'
    )


PARTS: dict[str, Callable[[prose.Words], None]] = {
    "plan": plan,
    "exercises": exercises,
    "quiz": quiz,
    "worksheet": worksheet,
    "glossary": glossary,
    "own": own,
    "before": before,
    "embed": embed,
}


def short(address: str) -> str:
    """An address as people write it on paper."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def _link(words: prose.Words, task: Task) -> None:
    """A link to the task's page, its settings in the address, and what they are.

    In a tab of its own: this page stays where it is, and what was set before on the other one does not win. For a
    projector it is as large as this one.
    """
    address = task.address + (f"&{figures.SIZE}={figures.LARGE}" if figures.enlarged() else "")
    st.markdown(words("open", title=prose.read(task.page)("title"), address=address))
    st.caption(words("set", settings=task.way))


def _way(words: prose.Words, task: Task) -> str:
    return words("way", title=prose.read(task.page)("title"), settings=task.way)


def _address(words: prose.Words) -> str:
    """Where this explorer is served, as the reader's browser says; before it has, a name to fill in.

    Where nobody else can open it, a warning says so.
    """
    address = (st.context.url or words("address")).rstrip("/").removesuffix(f"/{words.page}")
    if near(address):
        st.warning(prose.common("share near"))
    return address
