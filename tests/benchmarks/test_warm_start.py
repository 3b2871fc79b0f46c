"""The first reader of each page on a server that has started a moment ago, beside those who come after."""

import time
from statistics import median

from core.ui.sections import MENU, SECTIONS
from tests.benchmarks.figures import record
from tests.benchmarks.readers import connect, result
from tests.benchmarks.test_starting_together import Reader
from tests.browser.server import serve

STARTED = 20.0  # seconds before the first reader
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


def test_the_first_reader_waits_no_longer_than_the_next() -> None:
    process, address = serve("app.py")
    try:
        time.sleep(STARTED)
        taken = result(visits(address), within=LONGEST)
    finally:
        process.terminate()
        process.wait(10)
    ratios = {page: first / median(later) for page, (first, *later) in taken.items()}
    print()
    for page, (first, *later) in taken.items():
        print(f"{page}: {1000 * first:.0f} ms, later {1000 * median(later):.0f} ms")
    worst = max(ratios, key=ratios.__getitem__)
    record(
        "warm start",
        ratios[worst],
        goal=1.5,
        what=f"the first visit of a page on a server that started {STARTED:.0f} seconds before, the worst of all pages",
        against="a later visit of the same page, by somebody else",
        measures=MEASURES,
    )
