"""A class on the front page: 25 students, each moving a slider about every five seconds, beside a bare page."""

import asyncio
import random
import time
from statistics import median

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.figures import FRONT_PAGE, record
from tests.benchmarks.readers import connect, result

STUDENTS, SECONDS, PAUSE = 25, 15.0, 5.0
LONGEST = 90.0  # seconds for a lesson, its last answers included

Sliders = dict[str, tuple[float, float, float]]  # by widget: lowest, highest, step


async def answer(socket: websockets.ClientConnection, state: dict[str, float], sliders: Sliders) -> float:
    """Send the state of all sliders and wait until the page's script has finished: the time it took."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    for widget, value in state.items():
        sent = message.rerun_script.widget_states.widgets.add()
        sent.id = widget
        sent.double_array_value.data.append(value)
    start = time.perf_counter()
    await socket.send(message.SerializeToString())
    while True:
        received = ForwardMsg()
        received.ParseFromString(await asyncio.wait_for(socket.recv(), 60))
        if received.WhichOneof("type") == "delta" and received.delta.new_element.WhichOneof("type") == "slider":
            slider = received.delta.new_element.slider
            sliders[slider.id] = (slider.min, slider.max, slider.step)
        if received.WhichOneof("type") == "script_finished":
            return time.perf_counter() - start


async def student(address: str, seed: int) -> list[float]:
    dice = random.Random(seed)
    state: dict[str, float] = {}
    sliders: Sliders = {}
    taken = []
    await asyncio.sleep(dice.random() * PAUSE)
    async with connect(address) as socket:
        await answer(socket, state, sliders)
        end = time.perf_counter() + SECONDS
        while time.perf_counter() + (pause := dice.expovariate(1 / PAUSE)) < end:
            await asyncio.sleep(pause)
            widget = dice.choice(list(sliders))
            low, high, step = sliders[widget]
            state[widget] = low + step * dice.randint(0, round((high - low) / step))
            taken.append(await answer(socket, state, sliders))
    return taken


async def lesson(address: str, seed: int) -> list[float]:
    classes = await asyncio.gather(*(student(address, 1000 * seed + k) for k in range(STUDENTS)))
    return [taken for one in classes for taken in one]


def test_a_class_is_served_like_by_a_bare_page(addresses: dict[str, str]) -> None:
    """The same lesson on either page, twice in turn; the median of all answers."""
    taken: dict[str, list[float]] = {}
    for seed in (1, 2):
        for name, address in addresses.items():
            taken.setdefault(name, []).extend(result(lesson(address, seed), within=LONGEST))
    ours, bare = (1000 * median(taken[name]) for name in ("explorer", "bare"))
    print(f"\nclass of {STUDENTS}: median {ours:.0f} ms beside {bare:.0f} ms of the bare page")
    record(
        "class",
        ours / bare,
        goal=1.5,
        what="a class of 25 on the front page, each moving a slider about every five seconds: median answer",
        against="the same class on a page with one slider and such a chart, on Streamlit's own settings",
        measures=("tests/benchmarks/test_classroom.py", "tests/benchmarks/bare_page.py", *FRONT_PAGE),
    )
