"""What a session remembers: the values of its controls, and of what goes on one record for each feature.

A control's value is kept under the control's own key and outlives a restart of the server; the records do not, nor do
they outlive a reload of the page, so whoever reads one must do with a new one. Answers, and where films stand, are the
exception: the reader's browser keeps them as well, see `core.ui.page.keeping`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any, TypeVar

import streamlit as st

from core.maths.training import Run
from core.rooms import rooms
from core.ui.record import Page

# With which the keys of some records end.
KEPT = ("answers", "sharing", "lecture", "keeping", "moves", "voter", "teacher", "formula", ".player")
Kind = TypeVar("Kind")
PLACES = 8  # of how many runs a player knows where it stood


@dataclass
class Player:
    """Where a reader is in the training runs of a page, and what goes on."""

    at: int = 0  # the step that is shown
    mode: str = ""  # "play", "end" or nothing
    of: tuple[Run, ...] | None = None  # the runs that this is about
    then: str = ""  # the mode in which other runs begin
    stood: dict[str, int] = field(default_factory=dict)  # at which step, by `named` runs; the last one comes last

    def stand(self, at: int) -> None:
        """At a step of the runs that this is about."""
        name = named(self.of)
        others = [(other, step) for other, step in self.stood.items() if other != name]
        self.at, self.stood = at, dict([*others, (name, at)][-PLACES:] if at else others)


@dataclass
class Work:
    """A large measurement."""

    asked: str = ""  # what is measured, as text
    done: int = 0  # networks
    stopped: bool = False


@dataclass
class Reruns:
    """What waits to be run, the first of them just now, and what has been."""

    waiting: list[Any] = field(default_factory=list)
    done: list[Any] = field(default_factory=list)


@dataclass
class Answer:
    """What was said to a page's question."""

    said: str = ""  # question and answer in words; nothing where it is asked once more
    right: bool = False
    placed: float | None = None  # where a marker was placed


@dataclass
class Sharing:
    """What the last run has shown, and whether the page runs again because of it; what its address asks for."""

    known: Page | None = None
    again: bool = False
    asked: dict[str, list[str]] = field(default_factory=dict)  # of the sidebar, until the page begins


@dataclass
class Walk:
    """Where a walk began and how long it was when it was shown last."""

    start: float | None = None
    end: float | None = None


@dataclass
class Keeping:
    """What the browser keeps of this session, as far as it has been told."""

    asked: bool = False  # what it has kept of the one before
    told: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)  # what is said to it
    left: int = 0  # how many times more


@dataclass
class Moves:
    """To which chart the window moves next, and how often it has moved."""

    to: str = ""
    count: int = 0


@dataclass
class Lecture:
    """A lesson that is given: its name and the step that is shown, and the step to go to; none is 0."""

    shown: tuple[str, int] = ("", 0)
    to: int = 0
    small: bool = False  # whether its window is a phone's, as the browser says


@dataclass
class Voter:
    """Who answers in a room: by a name that means nothing, in which one, and the ticket to it.

    And of which vote an answer was refused last, and why.
    """

    session: str = field(default_factory=rooms.name)
    who: str = ""
    code: str = ""
    ticket: str = ""
    refused: tuple[str, str] = ("", "")


@dataclass
class Teacher:
    """The room that a teacher has opened, and whether the way to it is shown; why something was refused last."""

    session: str = field(default_factory=rooms.name)
    key: rooms.Key | None = None
    shown: bool = False
    refused: str = ""
    asked: dict[str, int] = field(default_factory=dict)  # by page, the number of its question in the room


@dataclass
class Formula:
    """The last function that was typed and understood: as it was typed, and as the registry names it."""

    text: str = ""
    name: str = ""


def player(key: str) -> Player:
    return _record(f"{key}.player", Player)


def work(key: str) -> Work:
    return _record(f"{key}.work", Work)


def reruns(key: str) -> Reruns:
    return _record(f"{key}.reruns", Reruns)


def answers() -> dict[str, Answer]:
    """By page."""
    return _record("answers", dict[str, Answer])


def sharing() -> Sharing:
    return _record("sharing", Sharing)


def walk(key: str) -> Walk:
    return _record(f"{key}.walk", Walk)


def keeping() -> Keeping:
    return _record("keeping", Keeping)


def moves() -> Moves:
    return _record("moves", Moves)


def lecture() -> Lecture:
    return _record("lecture", Lecture)


def giving() -> bool:
    """Whether a step of a lesson is shown."""
    return has("lecture") and lecture().shown[1] > 0


def named(runs: tuple[Run, ...] | None) -> str:
    """A short name of training runs, the same in each session."""
    return blake2s(repr(runs).encode(), digest_size=8).hexdigest()


def voter() -> Voter:
    return _record("voter", Voter)


def teacher() -> Teacher:
    return _record("teacher", Teacher)


def formula() -> Formula:
    return _record("formula", Formula)


def set_out(key: str) -> None:
    """A walk is set to a step: where it stood before does not count any more."""
    st.session_state.pop(f"{key}.walk", None)


def _record(key: str, new: Callable[[], Kind]) -> Kind:
    if key not in st.session_state:
        st.session_state[key] = new()
    return st.session_state[key]


def value(key: str, default: Any = None) -> Any:
    """What a control is set to."""
    return st.session_state.get(key, default)


def has(key: str) -> bool:
    """Whether a control has been set, be it to nothing."""
    return key in st.session_state


def put(key: str, value: Any) -> None:
    """Set a control, before it is shown."""
    st.session_state[key] = value


def forget(key: str) -> None:
    """As if a control had not been set."""
    del st.session_state[key]


def clear() -> None:
    """As if no control had been set and nothing were going on: only what was said and shown is still known."""
    for key in [str(key) for key in st.session_state if not str(key).endswith(KEPT)]:
        st.session_state.pop(key, None)


def breathe() -> None:
    """Here a run of a page ends if the reader wants something else: Streamlit looks whenever the state is touched.

    Whoever goes on for long breathes in between, and writes into a record only after that.
    """
    value("breath")
