"""Twenty students press Start together, each with a run of their own; another reader moves a slider meanwhile."""

import asyncio
import random
import time
from statistics import median

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.words import prose
from tests.benchmarks.figures import FRONT_PAGE, record
from tests.benchmarks.readers import connect, result

STUDENTS = 20
WATCHED = 15.0  # seconds that are looked at
LONGEST = 120.0  # seconds for everything
MEASURES = ("tests/benchmarks/test_starting_together.py", "pages/watch_it_learn.py", *FRONT_PAGE)


class Reader:
    """One browser tab, as the server sees it."""

    def __init__(self, socket: websockets.ClientConnection, page: str, address: str) -> None:
        self.socket, self.page, self.address, self.buttons = socket, page, address, {}

    async def ask(self, press: str | None = None, address: str | None = None) -> None:
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = address or self.address
        if press:
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id, widget.trigger_value = self.buttons[press], True
        await self.socket.send(message.SerializeToString())

    async def next(self) -> ForwardMsg:
        received = ForwardMsg()
        received.ParseFromString(await asyncio.wait_for(self.socket.recv(), 60))
        if received.WhichOneof("type") == "delta" and received.delta.WhichOneof("type") == "new_element":
            element = received.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id
        return received

    async def finished(self) -> None:
        while (await self.next()).WhichOneof("type") != "script_finished":
            pass


def is_chart(message: ForwardMsg) -> bool:
    return (
        message.WhichOneof("type") == "delta"
        and message.delta.WhichOneof("type") == "new_element"
        and message.delta.new_element.WhichOneof("type") == "plotly_chart"
    )


async def student(address: str, seed: int, ready: asyncio.Barrier, watched: float = WATCHED) -> tuple[float, int]:
    """Seconds until the first frame of the play, and the step that is reached after so many seconds."""
    async with connect(address) as socket:
        reader = Reader(socket, "watch_it_learn", f"learn.seed={seed}&learn.steps=3000")
        await reader.ask()
        await reader.finished()
        await ready.wait()
        await asyncio.sleep(random.Random(seed).random() * 0.2)
        began = time.perf_counter()
        await reader.ask(press=prose.read("watch_it_learn")("button start"))
        first, step = 0.0, 0
        while not first or time.perf_counter() - began < watched:
            message = await reader.next()
            if message.WhichOneof("type") == "script_finished":
                break
            if is_chart(message):
                first = first or time.perf_counter() - began
            if first and message.delta.new_element.WhichOneof("type") == "progress":
                step = int(message.delta.new_element.progress.text.split()[1].replace(",", ""))
        return first, step


async def somebody_else(address: str, ready: asyncio.Barrier) -> tuple[list[float], list[float]]:
    """How long a slider of the front page takes, before and during."""

    async def answers(reader: Reader, depths: range) -> list[float]:
        taken = []
        for depth in depths:
            began = time.perf_counter()
            await reader.ask(address=f"depth={depth}")
            await reader.finished()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(0.3)
        return taken

    async with connect(address) as socket:
        reader = Reader(socket, "", "")
        await reader.ask()
        await reader.finished()
        alone = await answers(reader, range(10, 25))
        await ready.wait()
        return alone, await answers(reader, range(30, 65))


async def lesson(address: str) -> None:
    """First one student after the other on a server that does nothing else, then all of them together."""
    alone = [(await student(address, 100 + k, asyncio.Barrier(1), watched=1.0))[0] for k in range(3)]
    ready = asyncio.Barrier(STUDENTS + 1)
    *students, (before, during) = await asyncio.gather(
        *(student(address, 1 + k, ready) for k in range(STUDENTS)), somebody_else(address, ready)
    )
    firsts, steps = sorted(first for first, _ in students), sorted(step for _, step in students)
    print(
        f"\n{STUDENTS} starts together: first frame after {firsts[0]:.1f} to {firsts[-1]:.1f} s"
        f" (alone {median(alone):.1f}); after {WATCHED:.0f} s at step {steps[0]} to {steps[-1]} of their runs;"
        f" another reader's slider {1e3 * median(during):.0f} ms, {1e3 * median(before):.0f} ms before"
    )
    record(
        "start, first frame",
        firsts[-1] / median(alone),
        goal=30.0,  # three seconds where one student alone waits a tenth
        what=f"{STUDENTS} students press Start together, each on a run of their own: the last one's first frame",
        against="the first frame of a student alone",
        measures=MEASURES,
    )
    record(
        "start, others",
        median(during) / median(before),
        goal=3.0,
        what="meanwhile another reader's slider on the front page",
        against="the same slider before they started",
        measures=MEASURES,
    )
    record(
        "start, progress",
        steps[-1] / max(steps[0], 1),
        goal=2.0,
        what=f"of these runs the one that is furthest after {WATCHED:.0f} seconds, in steps",
        against="the one that is least far",
        measures=MEASURES,
    )


def test_nobody_waits_long_for_the_first_frame(addresses: dict[str, str]) -> None:
    result(lesson(addresses["explorer"]), within=LONGEST)
