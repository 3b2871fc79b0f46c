"""Rooms of several replicas: Redis 7, in memory there as well. Every step that changes something is one script.

rooms                       by code, when a room ends
room:ABCD                   all: the room as JSON; open: number and round of what can be answered; session: whose it is;
                            come: a student has
room:ABCD:students          who has answered
room:ABCD:<number>:<round>  by student, "choice sure"
session:<name>              code and secret of the room that a session has opened
wrong:<minute>              by session, how many codes of no room; "all" of them
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.rooms.room import (
    EMPTY,
    LIFE,
    ROOMS,
    STUDENTS,
    Answer,
    Asked,
    By,
    Marker,
    Question,
    Refused,
    Room,
    Why,
)

WAIT = 1.0  # seconds for an answer: a lesson goes on without it
MINUTE = 60  # seconds
# In all of them: KEYS[1] is `rooms`, KEYS[2] the room; ARGV[1] the code, ARGV[2] now, ARGV[3] how long a room lives.
ADD = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'taken' end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then return 'many' end
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('HSET', KEYS[2], 'all', ARGV[4], 'open', '', 'session', KEYS[4])
redis.call('ZADD', KEYS[1], ARGV[2] + ARGV[3], ARGV[1])
redis.call('SET', KEYS[4], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[3])
for _, place in ipairs({1, 4}) do redis.call('EXPIRE', KEYS[place], ARGV[7]) end
return ''
"""
ALIVE = """
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not ends or tonumber(ends) <= tonumber(ARGV[2]) then return 'none' end
"""
# ARGV[4] is who reads, ARGV[5] how long all rooms are kept.
READ = f"""{ALIVE}
if ARGV[4] ~= '' and not redis.call('HGET', KEYS[2], 'come') then
  if ARGV[4] == 'student' then redis.call('HSET', KEYS[2], 'come', '1') end
  redis.call('ZADD', KEYS[1], ARGV[2] + ARGV[3], ARGV[1])
  redis.call('EXPIRE', KEYS[2], ARGV[3])
  redis.call('EXPIRE', KEYS[1], ARGV[5])
end
return redis.call('HGET', KEYS[2], 'all') or 'none'
"""
WRITE = f"""{ALIVE}
if redis.call('HGET', KEYS[2], 'all') ~= ARGV[4] then return 'changed' end
redis.call('HSET', KEYS[2], 'all', ARGV[5], 'open', ARGV[6])
for place = 3, #KEYS do redis.call('DEL', KEYS[place]) end
return ''
"""
# KEYS[3] are the students, KEYS[4] the answers to what is open; they and the rest live as long as the room.
VOTE = f"""{ALIVE}
if redis.call('HGET', KEYS[2], 'open') ~= ARGV[4] then return 'closed' end
if redis.call('SADD', KEYS[3], ARGV[5]) == 1 and redis.call('SCARD', KEYS[3]) > tonumber(ARGV[7]) then
  redis.call('SREM', KEYS[3], ARGV[5])
  return 'full'
end
redis.call('HSET', KEYS[4], ARGV[5], ARGV[6])
redis.call('HSET', KEYS[2], 'come', '1')
redis.call('ZADD', KEYS[1], ARGV[2] + ARGV[3], ARGV[1])
for place = 1, #KEYS do redis.call('EXPIRE', KEYS[place], ARGV[3]) end
return ''
"""
_WHY: dict[str, Why] = {"none": "none", "many": "many", "closed": "closed", "full": "full"}


class Shared:
    def __init__(self, url: str) -> None:
        """Nothing is asked yet: a Redis that is not there shows when a room is."""
        self._redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=WAIT, socket_connect_timeout=WAIT,
            retry=Retry(NoBackoff(), 1),
        )  # fmt: skip
        self._scripts = {text: self._redis.register_script(text) for text in (ADD, READ, WRITE, VOTE)}

    def add(self, code: str, room: Room, session: str, now: float) -> bool:
        keys = [_room(code), f"{_room(code)}:students", _session(session)]
        return self._run(ADD, keys, code, now, EMPTY, _text(room), ROOMS, f"{code} {room.secret}", LIFE) != "taken"

    def held(self, session: str) -> tuple[str, str] | None:
        with _reached():
            code, _, secret = str(self._redis.get(_session(session)) or "").partition(" ")
        return (code, secret) if secret else None

    def remove(self, code: str) -> None:
        with _reached():
            known, session = self._redis.hmget(_room(code), "all", "session")
            asked = _read(known).asked if known else ()
            answers = (_answers(code, one.number, vote) for one in asked for vote in (1, 2))
            self._redis.delete(_room(code), f"{_room(code)}:students", *answers, *([session] if session else []))
            self._redis.zrem("rooms", code)

    def read(self, code: str, now: float, by: By = "") -> Room:
        return _read(self._run(READ, [_room(code)], code, now, LIFE if by == "student" else EMPTY, by, LIFE))

    def write(self, code: str, before: Room, after: Room, now: float) -> bool:
        gone = {asked.number for asked in before.asked} - {asked.number for asked in after.asked}
        keys = [_room(code), *(_answers(code, number, vote) for number in gone for vote in (1, 2))]
        return self._run(WRITE, keys, code, now, LIFE, _text(before), _text(after), _open(after)) != "changed"

    def vote(self, code: str, room: Room, who: str, answer: Answer, now: float) -> None:
        asked = room.now
        if not asked or asked.phase != "open":
            raise Refused("closed")
        here = _answers(code, asked.number, asked.round)
        keys = [_room(code), f"{_room(code)}:students", here]
        keys += {_answers(code, one.number, vote) for one in room.asked for vote in (1, 2)} - {here}
        self._run(VOTE, keys, code, now, LIFE, _open(room), who, f"{answer.choice} {answer.sure}", STUDENTS)

    def count(self, code: str, asked: Asked) -> int:
        with _reached():
            return int(self._redis.hlen(_answers(code, asked.number, asked.round)))

    def answers(self, code: str, number: int, round: int) -> list[Answer]:
        with _reached():
            return [_answer(text) for text in self._redis.hvals(_answers(code, number, round))]

    def answer(self, code: str, asked: Asked, who: str) -> Answer | None:
        with _reached():
            text = self._redis.hget(_answers(code, asked.number, asked.round), who)
        return _answer(text) if text else None

    def wrong(self, minute: int, session: str, more: int = 0) -> tuple[int, int]:
        key = f"wrong:{minute}"
        with _reached(), self._redis.pipeline() as one:
            if more:
                for name in (session, "all"):
                    one.hincrby(key, name, more)
                one.expire(key, 2 * MINUTE)
            one.hmget(key, session, "all")
            mine, all_of_them = one.execute()[-1]
        return int(mine or 0), int(all_of_them or 0)

    def _run(self, script: str, keys: list[str], code: str, now: float, lives: int, *rest: str | int) -> str:
        """What a script answers; Refused if that is a reason to refuse."""
        with _reached():
            said = str(self._scripts[script](["rooms", *keys], [code, now, lives, *rest]))
        if said in _WHY:
            raise Refused(_WHY[said])
        return said


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise Refused("gone") from error


def _room(code: str) -> str:
    return f"room:{code}"


def _session(name: str) -> str:
    return f"session:{name}"


def _answers(code: str, number: int, vote: int) -> str:
    return f"{_room(code)}:{number}:{vote}"


def _answer(text: str | bytes) -> Answer:
    choice, sure = str(text).split(" ")
    return Answer(int(choice), sure)


def _open(room: Room) -> str:
    """What can be answered, or nothing."""
    asked = room.now
    return f"{asked.number} {asked.round}" if asked and asked.phase == "open" else ""


def _text(room: Room) -> str:
    return json.dumps(asdict(room), ensure_ascii=False)


def _read(text: str | bytes) -> Room:
    known = json.loads(text)
    return Room(known["secret"], tuple(_asked(**asked) for asked in known["asked"]), known["number"])


def _asked(question: dict[str, Any], right: list[int], **more: Any) -> Asked:
    marker = Marker(**question["marker"]) if question["marker"] else None
    return Asked(question=Question(question["text"], tuple(question["choices"]), marker), right=tuple(right), **more)
