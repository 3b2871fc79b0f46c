"""What one run of a page shows: its controls, its charts, and its parts in order.

Every widget and every chart notes itself here once; sharing and the file to take home read it. Each run has a record of
its own, kept by its thread: two readers never share one.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
from streamlit.delta_generator import DeltaGenerator

from core.words import prose

LEAD = ("lead", "idea")  # what a page begins with, under its title
FORMATS = {"PNG": "png", "SVG": "svg"}  # of a picture, as readers and as Plotly call them


@dataclass(frozen=True)
class Chart:
    """A figure and what it shows in words."""

    figure: go.Figure
    alt: str


@dataclass(frozen=True)
class Figures:
    """Figures over a chart: label and value of each."""

    shown: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Columns by name, and what they show in words."""

    columns: Mapping[str, Sequence[object]]
    alt: str


Part = str | Chart | Figures | Table  # a string is Markdown


@dataclass
class Page:
    """What a run has shown so far."""

    words: prose.Words
    controls: dict[str, str] = field(default_factory=dict)  # label by key
    charts: dict[str, str] = field(default_factory=dict)  # name by key
    boxes: dict[str, list[str]] = field(default_factory=dict)  # what is folded away, by the key of the box
    parts: dict[str, Part] = field(default_factory=dict)  # by name, in the order of the page
    coming: dict[str, Part] | None = None  # the parts while they change together
    experiments: int = 0  # how many have begun
    box: str = ""  # the one that is being filled
    telling: tuple[str, DeltaGenerator, str] | None = None  # a chart, and room for words with its numbers
    wrong: list[str] = field(default_factory=list)  # what a step of a lesson speaks of that is not there
    faults: DeltaGenerator | None = None  # room for that
    marks: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # by chart or control, what is lit up
    spare: int = 0  # pixels that a chart for a projector leaves to what is said of a control
    css: str = ""  # what hides the parts that the link hides
    again: bool = False  # whether it runs once more because the last run did not know yet what to hide
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by the address, of what had not been set yet
    room: DeltaGenerator | None = None  # for what the address has that cannot be understood
    refused: dict[str, str] = field(default_factory=dict)  # why, by the key of what asked for it
    answered: float | None = None  # when, by `time.perf_counter`, if the run goes on after its answer
    talking: bool = False  # whether the dialog of links is open: nothing else may go on, or it would not answer


_page: ContextVar[Page | None] = ContextVar("page", default=None)  # Streamlit runs each reader's page in its own thread


def begin(words: prose.Words) -> Page:
    """A new run: nothing of the one before."""
    page = Page(words)
    _page.set(page)
    return page


def nothing() -> None:
    """No run has begun."""
    _page.set(None)


def page() -> Page | None:
    """The record of this run; none before it has begun."""
    return _page.get()


def note(name: str, part: Part) -> None:
    """What stands on the page under this name; shown once more, as in a film, it takes the place of what was there."""
    if page := _page.get():
        (page.parts if page.coming is None else page.coming)[name] = part


@contextmanager
def together() -> Iterator[None]:
    """What is noted meanwhile counts at once: a file that is made just then is of one moment, before it or after it."""
    page = _page.get()
    if page:
        page.coming = dict(page.parts)
    yield  # a run that ends in between leaves what was there
    if page and page.coming is not None:
        page.parts, page.coming = page.coming, None


def experiment() -> int:
    """An experiment begins: which one of the page it is."""
    page = _page.get()
    if not page:
        return 0
    page.experiments += 1
    return page.experiments


def control(key: str, label: str) -> None:
    """A control is shown; its value is looked up when the page is complete."""
    if page := _page.get():
        page.controls[key] = label
        if page.box:
            page.boxes[page.box].append(key)


def chart(key: str, figure: go.Figure, alt: str) -> None:
    """A chart is shown: by its name in common.md, under its key or without the key's first parts, or by its `alt`."""
    if page := _page.get():
        note(key, Chart(figure, alt))
        parts, blocks = key.split("."), prose.read("common").blocks
        names = [f"chart {'.'.join(parts[start:])}" for start in range(len(parts))]
        page.charts[key] = next((blocks[name] for name in names if name in blocks), alt.partition(". ")[0])


def refuse(key: str, why: str) -> None:
    """What this control or experiment asks for is refused: an "address" that is wrong, work over the "budget", ..."""
    if page := _page.get():
        page.refused[key] = why


def answered() -> None:
    """All that was asked for is shown; what follows is a film."""
    if page := _page.get():
        page.answered = time.perf_counter()


@contextmanager
def box(key: str) -> Iterator[None]:
    """What is shown meanwhile is folded away in a box: without anything in it, it is hidden as well."""
    page = _page.get()
    if page:
        page.box = key
        page.boxes[key] = []
    try:
        yield
    finally:
        if page:
            page.box = ""
