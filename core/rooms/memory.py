"""Rooms of one process: a dictionary under a lock."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from core.rooms.room import EMPTY, LIFE, ROOMS, STUDENTS, Answer, Asked, By, Refused, Room


@dataclass
class _Kept:
    room: Room
    session: str
    ends: float
    come: bool = False  # a student
    students: set[str] = field(default_factory=set)
    answers: defaultdict[tuple[int, int], dict[str, Answer]] = field(default_factory=lambda: defaultdict(dict))


class Memory:
    def __init__(self) -> None:
        self._rooms: dict[str, _Kept] = {}
        self._wrong, self._minute = Counter[str](), 0
        self._guard = threading.Lock()

    def add(self, code: str, room: Room, session: str, now: float) -> bool:
        with self._guard:
            self._rooms = {code: kept for code, kept in self._rooms.items() if kept.ends > now}
            if code in self._rooms:
                return False
            if len(self._rooms) >= ROOMS:
                raise Refused("many")
            self._rooms[code] = _Kept(room, session, now + EMPTY)
            return True

    def held(self, session: str) -> tuple[str, str] | None:
        with self._guard:
            mine = [(code, kept.room.secret) for code, kept in self._rooms.items() if kept.session == session]
            return mine[-1] if mine else None

    def remove(self, code: str) -> None:
        with self._guard:
            self._rooms.pop(code, None)

    def read(self, code: str, now: float, by: By = "") -> Room:
        with self._guard:
            kept = self._kept(code, now)
            if by and not kept.come:
                kept.come = by == "student"
                kept.ends = now + (LIFE if kept.come else EMPTY)
            return kept.room

    def write(self, code: str, before: Room, after: Room, now: float) -> bool:
        with self._guard:
            kept = self._kept(code, now)
            if kept.room != before:
                return False
            kept.room = after
            known = {asked.number for asked in after.asked}
            for key in [key for key in kept.answers if key[0] not in known]:
                del kept.answers[key]
            return True

    def vote(self, code: str, room: Room, who: str, answer: Answer, now: float) -> None:
        with self._guard:
            kept, asked = self._kept(code, now), room.now
            if not asked or asked.phase != "open" or kept.room.now != asked:
                raise Refused("closed")
            if who not in kept.students and len(kept.students) >= STUDENTS:
                raise Refused("full")
            kept.students.add(who)
            kept.answers[asked.number, asked.round][who] = answer
            kept.come, kept.ends = True, now + LIFE

    def count(self, code: str, asked: Asked) -> int:
        return len(self.answers(code, asked.number, asked.round))

    def answers(self, code: str, number: int, round: int) -> list[Answer]:
        with self._guard:
            kept = self._rooms.get(code)
            return list(kept.answers.get((number, round), {}).values()) if kept else []

    def answer(self, code: str, asked: Asked, who: str) -> Answer | None:
        with self._guard:
            kept = self._rooms.get(code)
            return kept.answers.get((asked.number, asked.round), {}).get(who) if kept else None

    def wrong(self, minute: int, session: str, more: int = 0) -> tuple[int, int]:
        with self._guard:
            if minute != self._minute:
                self._wrong, self._minute = Counter(), minute
            if more:
                self._wrong[session] += more
            return self._wrong[session], self._wrong.total()

    def _kept(self, code: str, now: float) -> _Kept:
        kept = self._rooms.get(code)
        if not kept or kept.ends <= now:
            self._rooms.pop(code, None)
            raise Refused("none")
        return kept
