"""What a room is: a question in its phase, and answers without names. Whatever does not fit in is refused here."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Literal, Protocol

LIFE = 2 * 60 * 60  # seconds after the last answer, or after the first student has come
EMPTY = 15 * 60  # seconds after its teacher has asked last, while nobody has come
ROOMS, STUDENTS, QUESTIONS = 200, 500, 4  # rooms at once; in each of them those who answer, and the latest questions
TEXT, CHOICE, CHOICES, STOPS, CURVE = 1000, 200, 8, 401, 40  # characters, choices, places of a marker, characters
SURE = ("guess", "fairly", "sure")

Phase = Literal["open", "closed", "revealed"]
By = Literal["", "teacher", "student"]
Why = Literal["none", "tries", "many", "full", "often", "closed", "wrong", "gone"]


class Refused(Exception):  # noqa: N818 -- what it says, not what broke
    """What was asked for cannot be done; `why` names the sentence that says so."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Marker:
    """A place on an axis, by steps; `curve` names what is drawn over it, for those who know such names."""

    low: float
    high: float
    step: float
    curve: str = ""

    @property
    def stops(self) -> int:
        return round((self.high - self.low) / self.step) + 1

    def place(self, stop: int) -> float:
        return self.low + stop * self.step

    def stop(self, place: float) -> int:
        """The stop that is nearest to a place."""
        return min(max(round((place - self.low) / self.step), 0), self.stops - 1)


@dataclass(frozen=True)
class Question:
    """A text with choices, or with a marker; Refused "wrong" for anything else."""

    text: str
    choices: tuple[str, ...] = ()
    marker: Marker | None = None

    def __post_init__(self) -> None:
        fits = _text(self.text, TEXT) and (_choices(self.choices) if self.marker is None else not self.choices)
        if not fits or (self.marker and not _marker(self.marker)):
            raise Refused("wrong")

    @property
    def stops(self) -> int:
        """How many answers there are."""
        return self.marker.stops if self.marker else len(self.choices)


def _text(text: object, most: int) -> bool:
    return isinstance(text, str) and text.strip() != "" and len(text) <= most


def _choices(choices: Sequence[object]) -> bool:
    fits = 2 <= len(choices) <= CHOICES and all(_text(choice, CHOICE) for choice in choices)
    return fits and len(set(choices)) == len(choices)


def _marker(marker: Marker) -> bool:
    finite = all(math.isfinite(number) for number in (marker.low, marker.high, marker.step))
    named = isinstance(marker.curve, str) and len(marker.curve) <= CURVE
    return finite and named and marker.step > 0 and 0 < (marker.high - marker.low) / marker.step <= STOPS - 1


@dataclass(frozen=True)
class Answer:
    """One of a question's choices or stops, counted from 0, and how sure."""

    choice: int
    sure: str

    def fits(self, question: Question) -> bool:
        return type(self.choice) is int and 0 <= self.choice < question.stops and self.sure in SURE


@dataclass(frozen=True)
class Asked:
    """A question of a room, in the first or second vote; once it is revealed, with the right answer.

    For a marker several stops may be right; `right` is empty where nothing is.
    """

    number: int
    question: Question
    round: int = 1
    phase: Phase = "open"
    right: tuple[int, ...] = ()


def sign(asked: Asked | None, count: int | None = None) -> str:
    """What changes whenever those who see this have to look again.

    With the number of answers it is for who turns the phases, and does not have to be told of them.
    """
    if not asked:
        return "0"
    return f"{asked.number}.{asked.round}.{asked.phase if count is None else count}"


def ticket(secret: str) -> str:
    """What those who are in a room ask with whether anything is new: nobody can who knows its code alone."""
    return blake2s(secret.encode(), digest_size=16).hexdigest()


def closed(asked: Asked) -> Asked:
    """Nobody can answer any more."""
    return replace(_in(asked, "open"), phase="closed")


def again(asked: Asked) -> Asked:
    """The second vote on the same question."""
    if asked.round > 1:
        raise Refused("closed")
    return replace(_in(asked, "closed"), phase="open", round=2)


def revealed(asked: Asked, right: Sequence[int]) -> Asked:
    """With the right answer."""
    if not all(0 <= stop < asked.question.stops for stop in right):
        raise Refused("wrong")
    return replace(_in(asked, "closed"), phase="revealed", right=tuple(right))


def _in(asked: Asked, phase: Phase) -> Asked:
    if asked.phase != phase:
        raise Refused("closed")
    return asked


@dataclass(frozen=True)
class Room:
    """What a teacher has asked so far, the oldest first, and which of it the class sees."""

    secret: str
    asked: tuple[Asked, ...] = ()
    number: int = 0

    @property
    def now(self) -> Asked | None:
        return next((asked for asked in self.asked if asked.number == self.number), None)

    def put(self, question: Question) -> "Room":
        """With this question before the class: as it stands if it was asked before, else open."""
        for asked in self.asked:
            if asked.question == question:
                return replace(self, number=asked.number)
        number = 1 + max((asked.number for asked in self.asked), default=0)
        return replace(self, asked=(*self.asked, Asked(number, question))[-QUESTIONS:], number=number)

    def turned(self, asked: Asked) -> "Room":
        """With a question in another phase."""
        return replace(self, asked=tuple(asked if one.number == asked.number else one for one in self.asked))


class Store(Protocol):
    """Where rooms are kept. `now` is in seconds.

    A room is gone LIFE seconds after its last answer, and so after the first student has come; while nobody has, EMPTY
    seconds after its teacher has asked last. Refused "none" where there is no such room, "gone" where the store itself
    cannot be reached.
    """

    def add(self, code: str, room: Room, session: str, now: float) -> bool:
        """A new room; False if the code is taken, Refused "many" if there are as many rooms as may be."""
        ...

    def held(self, session: str) -> tuple[str, str] | None:
        """Code and secret of the room that a session has opened last, be it there or not."""
        ...

    def remove(self, code: str) -> None: ...

    def read(self, code: str, now: float, by: By = "") -> Room:
        """A room; while nobody has come, it is kept for whom it is read `by`."""
        ...

    def write(self, code: str, before: Room, after: Room, now: float) -> bool:
        """In one step, if it still is what it was before; answers to what it no longer knows are forgotten."""
        ...

    def vote(self, code: str, room: Room, who: str, answer: Answer, now: float) -> None:
        """In one step: the answer of one student to what is asked now, instead of an earlier one.

        Refused "closed" if this is no longer open, "full" if as many have answered in the room as may.
        """
        ...

    def count(self, code: str, asked: Asked) -> int: ...

    def answers(self, code: str, number: int, round: int) -> list[Answer]: ...

    def answer(self, code: str, asked: Asked, who: str) -> Answer | None: ...

    def wrong(self, minute: int, session: str, more: int = 0) -> tuple[int, int]:
        """Codes of no room in a minute, from one session and from all; `more` are counted first."""
        ...
