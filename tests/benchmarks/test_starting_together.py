"""Twenty students press Start together, each with a run of their own; another reader moves a slider meanwhile."""

import asyncio
import random
import time
from statistics import median

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.words import prose

STUDENTS = 20
FIRST = 3.0  # seconds within which everybody must see the first frame
WATCHED = 15.0  # seconds that are looked at


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


def connect(address: str) -> websockets.connect:
    where = address.replace("http", "ws") + "/_stcore/stream"
    return websockets.connect(where, subprotocols=["streamlit"], max_size=None)


async def student(address: str, seed: int, ready: asyncio.Barrier) -> tuple[float, int]:
    """Seconds until the first frame of the play, and the step that is reached after WATCHED seconds."""
    async with connect(address) as socket:
        reader = Reader(socket, "watch_it_learn", f"learn.seed={seed}&learn.steps=3000")
        await reader.ask()
        await reader.finished()
        await ready.wait()
        await asyncio.sleep(random.Random(seed).random() * 0.2)
        began = time.perf_counter()
        await reader.ask(press=prose.read("watch_it_learn")("button start"))
        first, step = 0.0, 0
        while time.perf_counter() - began < WATCHED:
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
    ready = asyncio.Barrier(STUDENTS + 1)
    *students, (alone, during) = await asyncio.gather(
        *(student(address, 1 + k, ready) for k in range(STUDENTS)), somebody_else(address, ready)
    )
    firsts, steps = sorted(first for first, _ in students), sorted(step for _, step in students)
    print(
        f"\n{STUDENTS} starts together: first frame after {firsts[0]:.1f} to {firsts[-1]:.1f} s"
        f" (median {median(firsts):.1f}); after {WATCHED:.0f} s at step {steps[0]} to {steps[-1]} of their runs;"
        f" another reader's slider {1e3 * median(during):.0f} ms, {1e3 * median(alone):.0f} ms before"
    )
    assert firsts[-1] <= FIRST
    assert steps[0] >= 0.5 * steps[-1], "progress is fair"
    assert median(during) <= 1.0


def test_nobody_waits_long_for_the_first_frame(addresses: dict[str, str]) -> None:
    asyncio.run(lesson(addresses["explorer"]))
