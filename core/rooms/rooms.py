"""The class votes: a teacher opens a room, asks and closes; students enter by its code and answer, without a name.

    open -> put -> [votes] -> close -> again -> [votes] -> close -> reveal -> put -> ...

Nothing is written down. How often a session may open or answer is counted in its process, codes of no room where the
rooms are.
"""

import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from core.rooms import room as kinds
from core.rooms.room import SURE, Answer, Asked, By, Question, Refused, Room, Store

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"  # none that looks like another one, and no vowels: no words come of them
LENGTH = 4
MINUTE = 60
ANSWERS, OPENED = 50, 5  # a minute, from one session
WRONG, WRONG_ALL = 10, 120  # codes of no room, a minute: from one session, and from all
WHO = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)  # as `secrets.token_urlsafe(16)` makes them

Clock = Callable[[], float]


@dataclass(frozen=True)
class Key:
    """What a teacher has of a room."""

    code: str
    secret: str

    @property
    def ticket(self) -> str:
        return kinds.ticket(self.secret)


@dataclass(frozen=True)
class Student:
    """Who answers: by a name that means nothing, from a session whose answers are counted."""

    who: str
    session: str


class Limit:
    """So many a minute, for each of those who ask."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most, self._clock = most, clock
        self._minute, self._counts = 0, Counter[str]()
        self._guard = threading.Lock()

    def reached(self, who: str, more: int = 0) -> bool:
        """Whether there have been as many in this minute as may be; `more` of them are counted first."""
        with self._guard:
            minute = int(self._clock() // MINUTE)
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            over = self._counts[who] >= self._most
            self._counts[who] += more
            return over


class Rooms:
    """What both screens use; `clock` is in seconds, the same for all replicas."""

    def __init__(self, store: Store, clock: Clock = time.time) -> None:
        self._store, self._clock = store, clock
        self._answers, self._opened = Limit(ANSWERS, clock), Limit(OPENED, clock)

    def open(self, session: str) -> Key:
        """A new room in place of the one that the session has; Refused "many" if there are as many as may be."""
        if self._opened.reached(session, 1):
            raise Refused("often")
        if held := self._store.held(session):
            with suppress(Refused):  # it is gone, and its code may be another's
                self.end(Key(*held))
        room = Room(secrets.token_urlsafe(16))
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            if self._store.add(code, room, session, self._clock()):
                return Key(code, room.secret)

    def end(self, key: Key) -> None:
        """The room, and all that was said in it, is gone."""
        self._mine(key)
        self._store.remove(key.code)

    def now(self, key: Key) -> Asked | None:
        """What the class is asked, for its teacher."""
        return self._mine(key).now

    def put(self, key: Key, question: Question) -> Asked:
        """A question before the class; one that was asked before comes back as it was left."""
        return self._change(key, lambda room: room.put(question))

    def close(self, key: Key) -> Asked:
        return self._change(key, partial(_turned, turn=kinds.closed))

    def again(self, key: Key) -> Asked:
        """The second vote."""
        return self._change(key, partial(_turned, turn=kinds.again))

    def reveal(self, key: Key, right: Sequence[int]) -> Asked:
        return self._change(key, partial(_turned, turn=partial(kinds.revealed, right=right)))

    def count(self, key: Key) -> int:
        """How many have answered, and nothing of what."""
        return self.counted(key)[0]

    def counted(self, key: Key) -> tuple[int, str, str]:
        """The same, with the sign of what is seen by it, and the phase."""
        room = self._mine(key)
        count = self._counted(key.code, room)
        return count, kinds.sign(room.now, count), room.now.phase if room.now else ""

    def tally(self, key: Key) -> list[list[list[int]]]:
        """By vote, choice and how sure: how many. Only of votes that are closed."""
        asked, found = self.now(key), list[list[list[int]]]()
        if not asked:
            return found
        for vote in range(1, asked.round + (asked.phase != "open")):
            said = Counter(self._store.answers(key.code, asked.number, vote))
            found.append([[said[Answer(choice, sure)] for sure in SURE] for choice in range(asked.question.stops)])
        return found

    def enter(self, code: str, session: str) -> str:
        """The code of a room as it is written; Refused "none" for any other, "tries" after too many of them."""
        minute = int(self._clock() // MINUTE)
        mine, all_of_them = self._store.wrong(minute, session)
        if mine >= WRONG or all_of_them >= WRONG_ALL:
            raise Refused("tries")
        written = code.strip().upper() if len(code) <= 2 * LENGTH else ""
        try:
            self._read(written, "student")
        except Refused as refused:
            if refused.why == "none":
                self._store.wrong(minute, session, 1)
            raise
        return written

    def ticket(self, code: str) -> str:
        """With which those who have entered ask whether anything is new."""
        return kinds.ticket(self._read(code).secret)

    def sign(self, code: str, ticket: str, *, counted: bool = False) -> str:
        """What changes whenever there is something new in a room; `counted`, for its teacher, with every answer."""
        room = self._read(code)
        if not secrets.compare_digest(kinds.ticket(room.secret).encode(), ticket.encode()):
            raise Refused("none")
        if counted:
            room = self._read(code, "teacher")
        return kinds.sign(room.now, self._counted(code, room) if counted else None)

    def asked(self, code: str) -> Asked | None:
        """What the class is asked, for those who have entered."""
        return self._read(code).now

    def answer(self, code: str, asked: Asked, student: Student) -> Answer | None:
        """What a student has answered so far."""
        return self._store.answer(code, asked, student.who) if WHO.fullmatch(student.who) else None

    def vote(self, code: str, asked: Asked, student: Student, answer: Answer) -> None:
        """An answer to what a student has been shown; it takes the place of an earlier one.

        Refused "closed" if this is not what is asked now, "wrong" for what is no answer to it, "often", "full".
        """
        if self._answers.reached(student.session, 1):
            raise Refused("often")
        if not WHO.fullmatch(student.who):
            raise Refused("wrong")
        room = self._read(code)
        if room.now != asked or asked.phase != "open":
            raise Refused("closed")
        if not answer.fits(asked.question):
            raise Refused("wrong")
        self._store.vote(code, room, student.who, answer, self._clock())

    def _counted(self, code: str, room: Room) -> int:
        return self._store.count(code, room.now) if room.now else 0

    def _read(self, code: str, by: By = "") -> Room:
        if len(code) != LENGTH or set(code) - set(LETTERS):
            raise Refused("none")
        return self._store.read(code, self._clock(), by)

    def _mine(self, key: Key) -> Room:
        if not secrets.compare_digest(self._read(key.code).secret.encode(), key.secret.encode()):
            raise Refused("none")
        return self._read(key.code, "teacher")

    def _change(self, key: Key, change: Callable[[Room], Room]) -> Asked:
        while True:
            before = self._mine(key)
            after = change(before)
            if self._store.write(key.code, before, after, self._clock()):
                assert after.now, "only a question can be changed"
                return after.now


def _turned(room: Room, turn: Callable[[Asked], Asked]) -> Room:
    if not room.now:
        raise Refused("closed")
    return room.turned(turn(room.now))


def name() -> str:
    """A name for a student, or for a session, that means nothing."""
    return secrets.token_urlsafe(16)
