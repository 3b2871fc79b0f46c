"""A class that votes: a teacher who opens a room, and phones that answer there and ask whether anything is new.

Like a browser, all of them ask for a few letters by HTTP, and for a run of the page only where these are others.
"""

import asyncio
import json
import re
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from random import Random
from statistics import median
from urllib.parse import urlsplit

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.ui.teach.looking import NAME
from core.words import prose
from tests.load.lessons import Heard, together
from tests.load.process import processor
from tests.load.student import Control, Student

WORDS = prose.read("vote")
COUNT = re.compile(re.escape(prose.common("room count", count="@")).replace("@", r"(\d+)"))
COMING = 5.0  # seconds in which all phones have come
MOVES, PAUSE = 20, 0.3  # of a slider on another page, and seconds between two of them


class Asking:
    """A connection that stays open, as a browser's does."""

    def __init__(self, address: str) -> None:
        self.where, self.ends = urlsplit(address), None

    async def get(self, path: str) -> str:
        if not self.ends:
            self.ends = await asyncio.open_connection(self.where.hostname, self.where.port)
        reader, writer = self.ends
        writer.write(f"GET /{path} HTTP/1.1\r\nHost: {self.where.netloc}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"content-length: (\d+)", head)
        assert length, head
        return (await reader.readexactly(int(length[1]))).decode()

    def close(self) -> None:
        if self.ends:
            self.ends[1].close()


@dataclass
class Voter(Student):
    """One whose page says where to ask, what it has seen and how often to ask."""

    where: str = ""
    seen: str = ""
    every: float = 0.0
    part: str = ""  # of the page, that runs when something is new
    asked: int = 0
    runs: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.asking = Asking(self.address)

    def _understand(self, message: ForwardMsg) -> None:
        super()._understand(message)
        element = message.delta.new_element
        if element.WhichOneof("type") == "bidi_component" and f'"{NAME}' in element.bidi_component.json:
            told = json.loads(element.bidi_component.json)
            if not self.every or told["every"] <= self.every:  # the bar asks as well, and seldom
                self.where, self.seen, self.every = told["where"], told["seen"], told["every"]
                self.part = message.delta.fragment_id

    async def look(self) -> bool:
        """Whether something was new, and is here now."""
        self.asked += 1
        new = await self.asking.get(self.where) != self.seen
        if new:
            self.runs += 1
            await self.ask(self.message(self.part))
        return new

    @property
    def pause(self) -> float:
        """Until it asks again, in seconds."""
        return self.every / 1000 * (0.75 + self.dice.random() / 2)


@dataclass
class Teacher(Voter):
    """One who also reads how many have answered, and the tally."""

    counted: list[tuple[float, int]] = field(default_factory=list)  # when it was shown, and how many
    tally: list[float] = field(default_factory=list)  # by choice

    def _understand(self, message: ForwardMsg) -> None:
        super()._understand(message)
        element = message.delta.new_element
        if found := COUNT.search(element.markdown.body):
            self.counted.append((time.perf_counter(), int(found[1])))
        if element.WhichOneof("type") == "plotly_chart" and "votes" in element.plotly_chart.id:
            traces = json.loads(element.plotly_chart.spec)["data"]
            self.tally = [sum(counts) for counts in zip(*(trace["x"] for trace in traces), strict=True)]

    @property
    def code(self) -> str:
        """The room's, which the page has given to the browser to keep."""
        kept = next(one for one in self.controls.values() if one.label == prose.common("room kept"))
        return str(kept.sent.value).partition(" ")[0]


@dataclass
class Voted:
    """What came of a vote."""

    phones: Heard = field(default_factory=Heard)
    given: list[float] = field(default_factory=list)  # when each answer was sent
    counted: list[tuple[float, int]] = field(default_factory=list)
    tally: list[float] = field(default_factory=list)
    asked: int = 0  # by all phones
    runs: int = 0  # of a phone's page because something was new

    def lags(self) -> list[float]:
        """For each answer the seconds until the projector showed that there are as many."""
        shown, most = [*(when for when, _ in self.counted), inf], [count for _, count in self.counted]
        return [shown[bisect_left(most, k)] - when for k, when in enumerate(sorted(self.given), 1)]


async def vote(address: str, phones: int, seconds: float, within: float) -> Voted:
    """So many phones vote in so many seconds; each has chosen by its number, and stays until all have."""
    voted = Voted()
    async with Teacher(address, "", 0, query="predict=true") as teacher:
        await teacher.open()
        await teacher.press(prose.common("room open"))
        await teacher.open()  # the key of the room is with the browser from now on
        code = teacher.code
        voting = asyncio.create_task(
            together((_phone(address, code, k, seconds, voted) for k in range(phones)), within),
        )
        while not voting.done() or await teacher.look():
            await asyncio.sleep(teacher.pause)
            await teacher.look()
        teacher.asking.close()
        await teacher.press(prose.common("room close"))
        voted.phones, voted.counted, voted.tally = await voting, teacher.counted, teacher.tally
    return voted


async def _phone(address: str, code: str, number: int, seconds: float, voted: Voted) -> Heard:
    """Two taps at some moment, the second of which is an answer; it asks at least once whether anything is new."""
    loop, dice, heard = asyncio.get_running_loop(), Random(number), Heard()
    end, comes = loop.time() + seconds, min(COMING, seconds / 4)
    taps = sorted(loop.time() + comes + dice.random() * (seconds - comes) for _ in range(2))
    await asyncio.sleep(dice.random() * comes)
    async with Voter(address, "vote", number, query=f"room={code}") as phone:
        heard.opened.append(await phone.open())
        looks = loop.time() + phone.pause
        while (now := loop.time()) < end or taps or not phone.asked:
            if taps and now >= taps[0]:
                control = _control(phone, WORDS("choices" if len(taps) > 1 else "sure"))
                options = list(control.sent.options)
                if taps.pop(0) and not taps:
                    voted.given.append(time.perf_counter())
                heard.taken.append(await phone.set(control, options[number % len(options)]))
            elif now >= looks:
                await phone.look()
                looks = loop.time() + phone.pause
            await asyncio.sleep(max(0.0, min(looks, *taps[:1], end if phone.asked else looks) - loop.time()))
        phone.asking.close()
        heard.exceptions = phone.exceptions
        voted.asked += phone.asked
        voted.runs += phone.runs
    return heard


def _control(phone: Student, label: str) -> Control:
    return next(one for one in phone.controls.values() if one.label == label)


@dataclass
class Measured:
    """A vote beside a reader of another page."""

    voted: Voted
    usual: float  # seconds of a move of a slider without the class
    during: float
    spent: float  # seconds of the processors for the class alone


async def measure(address: str, pid: int, phones: int, seconds: float, page: str = "relu") -> Measured:
    """A slider of another page, moved through the same values again and again before and while a class votes."""
    async with Student(address, page, 0) as reader:

        async def moved(going_on: Callable[[int], bool], pause: float = PAUSE) -> tuple[list[float], float]:
            """The seconds of each move, and those of the processors together."""
            began, taken = processor(pid), list[float]()
            while going_on(len(taken)):
                await asyncio.sleep(pause)
                slider = next(one for one in reader.controls.values() if one.kind == "slider")
                value = slider.sent.min + slider.sent.step * (len(taken) % MOVES)
                taken.append(await reader.set(slider, [value]))
            return taken, processor(pid) - began

        await reader.open()
        await moved(lambda moves: moves < MOVES, pause=0)  # what it computes is kept from now on
        usual, alone = await moved(lambda moves: moves < MOVES)
        voting = asyncio.create_task(vote(address, phones, seconds, seconds + 60))
        during, spent = await moved(lambda _: not voting.done())
    class_alone = spent - len(during) * alone / len(usual)
    return Measured(await voting, median(usual), median(during), class_alone)
