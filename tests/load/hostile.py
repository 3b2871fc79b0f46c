"""What no browser sends: rubbish in links, values and names, broken messages, and connections left half open.

One message after the other, so that the processor time of the server between two of them is that of one.
"""

import asyncio
import json
import math
import struct
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.load.lessons import PAGES
from tests.load.process import processor
from tests.load.student import KINDS, Student, connect, written

LONG = 1_000_000  # characters of a long text
WAIT = 10.0  # seconds that are given to an answer
SHORT = 0.2  # seconds, where none need come: of a part of a page that is not there Streamlit says nothing
STAY = 12  # messages of one session

NUMBERS = (float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 1e-308, 1e9, -1.0, 0.5, 2.0**63, 123456789.123)
TEXTS = (
    "", " ", "nan", "inf", "1e309", "0x10", "-1", "999999999", "1" * 400, "<script>alert(1)</script>", "%00", "\u202e",
    "../../etc/passwd", "\ud7ff\uffff", "None", "true", "[1,2]", "0.1.2", "{{ name }}", "$x$", "sigmoid*20*~~",
    "relu~" * 200, "a" * 5000,
)  # fmt: skip
POINTS = ("a", {}, [{}], [{"x": None, "y": "a"}], [{"x": math.nan, "y": 1e308}], [[1e308]], [{"x": 1e308, "y": -1e308}])
JSONS = ("{}", '{"a": 1}', *(json.dumps({"selection": {"points": points}}) for points in POINTS))
FIELDS = tuple(sorted({name for name, _ in KINDS.values()} | {"int_value", "int_array_value", "json_trigger_value"}))


@dataclass
class Harm:
    """What has come of it."""

    sent: Counter[str] = field(default_factory=Counter)  # by kind
    exceptions: list[str] = field(default_factory=list)  # shown on pages, but for those of the kind `fields`
    unanswered: list[str] = field(default_factory=list)
    dearest: tuple[float, str] = (0.0, "")  # processor seconds of one message, and its kind
    spent: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.sent.values())


RUBBISH: dict[str, Callable[[Random], Any]] = {  # that fits into a field of a message
    "double_array_value": lambda dice: [dice.choice(NUMBERS) for _ in range(dice.choice((0, 1, 1, 1, 3)))],
    "int_array_value": lambda dice: [dice.choice((-1, 0, 2**31, 2**62)) for _ in range(dice.randrange(3))],
    "string_array_value": lambda dice: [dice.choice(TEXTS) for _ in range(dice.choice((0, 1, 1, 3, 500)))],
    "double_value": lambda dice: dice.choice(NUMBERS),
    "int_value": lambda dice: dice.choice((-1, 2**31, 2**62)),
    "bool_value": lambda dice: dice.random() < 0.5,
    "trigger_value": lambda dice: dice.random() < 0.5,
    "string_value": lambda dice: dice.choice(TEXTS),
    "json_value": lambda dice: dice.choice(JSONS),
    "json_trigger_value": lambda dice: dice.choice(JSONS),
}


def link(student: Student, dice: Random) -> BackMsg:
    """Another address of the page: its settings, and what hides parts of it, set to rubbish."""
    keys = [key for one in student.controls.values() if (key := getattr(one.sent, "query_param_key", ""))]
    names = dice.choices([*keys, "hide", "only", "keep", "embed", "a", "\x00"], k=dice.randint(1, 6))
    message = BackMsg()
    message.rerun_script.query_string = urlencode([(name, dice.choice(TEXTS)) for name in names])
    message.rerun_script.page_name = student.page
    return message


def values(student: Student, dice: Random) -> BackMsg:
    """Controls set to what they do not offer, in the field that is theirs."""
    message = student.message()
    for control in dice.sample(list(student.controls.values()), min(3, len(student.controls))):
        name = KINDS[control.kind][0]
        written(message.rerun_script.widget_states.widgets.add(id=control.id), name, RUBBISH[name](dice))
    return message


def fields(student: Student, dice: Random) -> BackMsg:
    """Controls, charts and buttons set in a field that is not theirs.

    Streamlit itself reads them before any line of the product runs, and shows that reader alone a plain sentence or
    nothing: so what is looked at is that the server stands, and answers the next one.
    """
    message = student.message()
    known = [*student.controls, *student.others]
    for widget in dice.sample(known, min(2, len(known))):
        name = dice.choice(FIELDS)
        written(message.rerun_script.widget_states.widgets.add(id=widget), name, RUBBISH[name](dice))
    return message


def charts(student: Student, dice: Random) -> BackMsg:
    """Clicks on charts and messages of the parts that are scripts in the page."""
    message = student.message()
    for widget, name in student.others.items():
        written(message.rerun_script.widget_states.widgets.add(id=widget), name, RUBBISH["json_value"](dice))
    return message


def long(student: Student, dice: Random) -> BackMsg:
    """A text of a million characters, somewhere."""
    message, text = student.message(), dice.choice("a1🙂{") * LONG
    match dice.randrange(4):
        case 0:
            message.rerun_script.query_string = f"depth={text}"
        case 1:
            message.rerun_script.page_name, message.rerun_script.page_script_hash = text, ""
        case _:
            texts = [one for one in student.controls.values() if KINDS[one.kind][0] == "string_value"]
            widget = dice.choice(texts).id if texts else "unknown"
            message.rerun_script.widget_states.widgets.add(id=widget).string_value = text
    return message


def unknown(student: Student, dice: Random) -> BackMsg:
    """A page, a widget, a part of a page that is not there."""
    message, name = student.message(), dice.choice(TEXTS)
    asked = message.rerun_script
    match dice.randrange(4):
        case 0:
            asked.page_name, asked.page_script_hash = name, ""
        case 1:
            asked.page_script_hash = name
        case 2:
            asked.fragment_id = name or "a"
        case _:
            asked.widget_states.widgets.add(id=f"$$ID-{name}-None").string_value = name
    return message


# Messages that the page answers, and those that nothing needs to come back for.
ANSWERED: dict[str, Callable[[Student, Random], BackMsg]] = {
    "links": link, "values": values, "fields": fields, "charts": charts, "long": long, "unknown": unknown,
}  # fmt: skip
OTHERS = ("order", "broken", "text", "half")
KINDS_OF = (*ANSWERED, *OTHERS)
WEIGHTS = (8, 8, 1, 4, 1, 3, 3, 1, 1, 1)


async def attack(address: str, pid: int, count: int, within: float, seed: int = 0) -> Harm:
    """So many messages, or as many as can be sent in so many seconds."""
    harm, dice, end = Harm(), Random(seed), time.monotonic() + within
    begin = processor(pid)
    while harm.count < count and time.monotonic() < end:
        page = dice.choice(PAGES)
        try:
            async with Student(address, page, dice.randrange(2**30), patience=WAIT) as student:
                await student.open()
                for _ in range(min(STAY, count - harm.count)):
                    if not await _one(student, pid, harm, dice):
                        break  # the server has ended the connection, as it may
        except (websockets.ConnectionClosed, TimeoutError) as problem:
            harm.unanswered.append(f"{page}, first visit: {problem!r}")
    harm.spent = processor(pid) - begin
    return harm


async def _one(student: Student, pid: int, harm: Harm, dice: Random) -> bool:
    """One message; whether the connection still stands."""
    kind = dice.choices(KINDS_OF, WEIGHTS)[0]
    before, shown = processor(pid), len(student.exceptions)
    stands, said = kind != "fields", ""
    try:
        if kind in ANSWERED:
            message = ANSWERED[kind](student, dice)
            said, alone = str(message)[-400:], message.rerun_script.fragment_id != "" or not stands
            student.patience = SHORT if alone else WAIT
            taken = await student.ask(message)
            if taken >= WAIT:
                harm.unanswered.append(f"{student.page}: {kind}: {said}")
        else:
            student.patience = WAIT
            await {"order": _order, "broken": _broken, "text": _text, "half": _half}[kind](student, dice)
    except websockets.ConnectionClosed:
        stands = False
    harm.sent[kind] += 1
    if kind != "fields":
        harm.exceptions += [f"{one} after {kind}: {said}" for one in student.exceptions[shown:]]
    harm.dearest = max(harm.dearest, (processor(pid) - before, f"{student.page}: {kind}"))
    return stands


async def _order(student: Student, dice: Random) -> None:
    """Messages that come at the wrong moment, or in the wrong order."""
    for _ in range(dice.randint(1, 4)):
        message = BackMsg()
        match dice.randrange(5):
            case 0:
                message.stop_script = True
            case 1:
                message.clear_cache = True
            case 2:
                message.app_heartbeat = True
            case 3:
                message.file_urls_request.request_id = dice.choice(TEXTS)
            case _:
                message = student.message()
        await student.socket.send(message.SerializeToString())
    await student.ask(student.message())


async def _broken(student: Student, dice: Random) -> None:
    """A message that was cut, or bytes that are none; Streamlit ends such a connection."""
    whole = student.message().SerializeToString() + b"\x5a\x10" + dice.randbytes(8)
    await student.socket.send(dice.choice((whole[: dice.randrange(len(whole))], dice.randbytes(64))))
    await student.ask(student.message())


async def _text(student: Student, dice: Random) -> None:
    await student.socket.send(dice.choice(TEXTS))
    await student.ask(student.message())


async def _half(student: Student, dice: Random) -> None:
    """A connection that asks for half a page, and one that is gone without a word while its page is made."""
    where = urlsplit(student.address)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso"[: dice.randrange(70)])
    await writer.drain()
    async with connect(student.address) as socket:
        await socket.send(student.message().SerializeToString())
        line = socket.transport.get_extra_info("socket")
        line.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER: the end is a reset
        socket.transport.abort()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    await student.ask(student.message())
