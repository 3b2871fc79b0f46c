"""A class that votes: a teacher who opens a room, and phones that answer there and look every two seconds."""

import asyncio
import json
from dataclasses import dataclass, field
from random import Random

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.ui.teach.voting import EVERY
from core.words import prose
from tests.load.lessons import Heard, together
from tests.load.student import Control, Student

WORDS = prose.read("vote")


@dataclass
class Teacher(Student):
    """One who also reads what comes: the fragment that counts, and the tally."""

    counting: str = ""
    tally: list[float] = field(default_factory=list)

    def _understand(self, message: ForwardMsg) -> None:
        super()._understand(message)
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "plotly_chart" and "votes" in element.plotly_chart.id:
                traces = json.loads(element.plotly_chart.spec)["data"]
                self.tally = [sum(counts) for counts in zip(*(trace["x"] for trace in traces), strict=True)]
        if message.WhichOneof("type") == "auto_rerun":
            self.counting = message.auto_rerun.fragment_id

    @property
    def code(self) -> str:
        """The room's, which the page has given to the browser to keep."""
        kept = next(one for one in self.controls.values() if one.label == prose.common("room kept"))
        return str(kept.sent.value).partition(" ")[0]


@dataclass
class Voted:
    """What came of a vote."""

    phones: Heard
    polls: list[float]  # seconds until the teacher's page had counted
    tally: list[float]  # by choice


async def vote(address: str, phones: int, seconds: float, within: float) -> Voted:
    """So many phones vote in so many seconds; each has chosen by its number, and stays until all have."""
    polls: list[float] = []
    async with Teacher(address, "", 0, query="predict=true") as teacher:
        await teacher.open()
        await teacher.press(prose.common("room open"))
        await teacher.open()  # the key of the room is with the browser from now on
        code = teacher.code
        voting = asyncio.create_task(
            together((_phone(address, code, k, seconds) for k in range(phones)), within),
        )
        while not voting.done():
            polls.append(await teacher.ask(teacher.message(teacher.counting)))
            await asyncio.sleep(EVERY)
        await teacher.press(prose.common("room close"))
        return Voted(await voting, polls, teacher.tally)


async def _phone(address: str, code: str, number: int, seconds: float) -> Heard:
    """Two taps at some moment, and every two seconds a look, as the browser does by itself."""
    loop, dice, heard = asyncio.get_running_loop(), Random(number), Heard()
    end, when = loop.time() + seconds, loop.time() + dice.random() * seconds
    async with Student(address, "vote", number, query=f"room={code}") as phone:
        heard.opened.append(await phone.open())
        for label, value in ((WORDS("choices"), None), (WORDS("sure"), dice.choice(("guess", "fairly", "sure")))):
            while loop.time() < when:
                await asyncio.sleep(min(EVERY, when - loop.time()))
                await phone.ask(phone.message(_asked(phone, label).fragment))
            control = _asked(phone, label)
            options = list(control.sent.options)
            chosen = options[number % len(options)] if value is None else WORDS(f"sure {value}")
            heard.taken.append(await phone.set(control, chosen))
        while loop.time() < end:
            await asyncio.sleep(EVERY)
            await phone.ask(phone.message(_asked(phone, WORDS("sure")).fragment))
        heard.exceptions = phone.exceptions
    return heard


def _asked(phone: Student, label: str) -> Control:
    return next(one for one in phone.controls.values() if one.label == label)
