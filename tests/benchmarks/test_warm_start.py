"""Who comes first to a server that has started a moment ago: the first reader of each page, and a class all at once."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from core.ui.sections import MENU, SECTIONS
from tests.benchmarks.figures import FRONT_PAGE, record
from tests.benchmarks.readers import connect, result
from tests.benchmarks.test_starting_together import Reader
from tests.browser.server import ROOT, serve

STARTED = 20.0  # seconds before the first reader
STUDENTS = 25
LATER = 5  # readers of each page after the first
LONGEST = 120.0  # seconds for all visits
PAGES = tuple(f"pages/{section.page}.py" for section in MENU)
MEASURES = ("tests/benchmarks/test_warm_start.py", "app.py", *PAGES, ".streamlit/config.toml")


async def visit(address: str, page: str) -> float:
    """Seconds that the page takes in a tab of its own."""
    async with connect(address) as socket:
        reader = Reader(socket, "" if page == SECTIONS[0].page else page, "")
        began = time.perf_counter()
        await reader.ask()
        await reader.finished()
        return time.perf_counter() - began


async def visits(address: str) -> dict[str, list[float]]:
    """By page, the seconds of each reader, one after the other."""
    return {section.page: [await visit(address, section.page) for _ in range(1 + LATER)] for section in MENU}


async def together(address: str) -> list[float]:
    """The seconds of each student of a class that opens the front page at the same moment."""
    return await asyncio.gather(*(visit(address, SECTIONS[0].page) for _ in range(STUDENTS)))


@contextmanager
def started(script: str = "app.py", cwd: Path = ROOT) -> Iterator[str]:
    """The address of a server that has run for a moment, and to which nobody has come yet."""
    process, address = serve(script, cwd)
    try:
        time.sleep(STARTED)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def test_the_first_reader_waits_no_longer_than_the_next() -> None:
    with started() as address:
        taken = result(visits(address), within=LONGEST)
    # Single answers come some 40 ms sooner or later by chance, so a page has no later visit of its own to compare with.
    later = median(each for _, *rest in taken.values() for each in rest)
    for page, (first, *rest) in taken.items():
        print(f"{page}: {1000 * first:.0f} ms, later {1000 * median(rest):.0f} ms")
    record(
        "warm start",
        max(first for first, *_ in taken.values()) / later,
        goal=1.5,
        what=f"the first visit of a page on a server that started {STARTED:.0f} seconds before, the worst of all pages",
        against="a later visit by somebody else, the median of all pages",
        measures=MEASURES,
    )


def test_a_class_that_comes_at_once_finds_everything_ready() -> None:
    with started("bare_page.py", Path(__file__).parent) as address:
        result(together(address), within=LONGEST)  # it has loaded by then what it draws with
        bare = median(result(together(address), within=LONGEST))
    with started() as address:
        ours = median(result(together(address), within=LONGEST))
    print(f"\n{STUDENTS} students at once: {1000 * ours:.0f} ms beside {1000 * bare:.0f} ms of the bare page")
    record(
        "warm start, class",
        ours / bare,
        goal=2.0,
        what=f"a class of {STUDENTS} opens the front page {STARTED:.0f} seconds after the start: median answer",
        against="the second such class of a page with one slider and such a chart, on Streamlit's own settings",
        measures=(MEASURES[0], "tests/benchmarks/bare_page.py", *FRONT_PAGE),
    )
