"""What a class of students is to a server: python -m tests.load [classes memory hostile] [--share 1.0]

`--share` takes that part of the changes and seconds, to try it out: nothing is then written.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.browser.server import ROOT, serve
from tests.load import lessons
from tests.load.figures import TIMES, Figure, keep, measured, print_table
from tests.load.lessons import FRONT, Heard

BARE = "the same class on a page with one slider and such a chart, on Streamlit's own settings"
WARM = 20.0  # seconds after its start that a class comes
SECONDS = 20.0  # of a class

Figures = dict[str, Figure]


@contextmanager
def servers() -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    """The explorer and the bare page, each on a server of its own: addresses and processes."""
    started = {"explorer": serve("app.py"), "bare": serve("bare_page.py", cwd=ROOT / "tests/benchmarks")}
    try:
        yield {name: where for name, (_, where) in started.items()}, {name: p.pid for name, (p, _) in started.items()}
    finally:
        for process, _ in started.values():
            process.terminate()
            process.wait(10)


def classes(share: float) -> Figures:
    """Fresh: on servers that have just started; then at work."""
    with servers() as (addresses, _):
        time.sleep(WARM)
        pages = {"explorer": FRONT, "bare": ""}
        fresh = {name: asyncio.run(lessons.arrive(where, pages[name], 25)) for name, where in addresses.items()}
        few = asyncio.run(lessons.in_turn(addresses, 25, SECONDS * share))
        many = asyncio.run(lessons.in_turn(addresses, 100, SECONDS * share))
        before, during, playing = asyncio.run(lessons.beside(addresses["explorer"], 30, 20, SECONDS * share))
    ours = [fresh["explorer"], few["explorer"], many["explorer"], before, during, playing]
    spread = "students over all pages, each setting a control about every five seconds"
    return {
        "class, fresh": _ratio(
            fresh, Heard.median, 2.0, f"25 students open a server that has started {WARM:.0f} seconds ago, and set two"
            " controls of its front page each: median of all answers",
        ),
        "class, median": _ratio(few, Heard.median, 1.5, f"25 {spread}: median answer"),
        "class, slowest": _ratio(few, Heard.slowest, 2.0, "of these answers the one that a twentieth are slower than"),
        "class, 100": _ratio(many, Heard.median, 2.0, f"100 {spread}: median answer"),
        "class, beside Start": measured(
            "30 students on the other pages while 20 press Start in Watch it learn: median answer",
            during.median() / before.median(), TIMES, 3.0, against="the same 30 before that",
        ),
        "class, lost": measured(
            f"sessions lost or errors shown in all these classes, with {sum(len(h.taken) for h in ours):,} answers",
            sum(heard.wrong for heard in ours), "", 0.0,
        ),
    }  # fmt: skip


def _ratio(heard: dict[str, Heard], figure: Callable[[Heard], float], goal: float, what: str) -> Figure:
    explorer, bare = figure(heard["explorer"]), figure(heard["bare"])
    print(f"{what}: {1e3 * explorer:.0f} ms, bare page {1e3 * bare:.0f} ms", heard["explorer"].lost[:3])
    return measured(what, explorer / bare, TIMES, goal, against=BARE)


PARTS = {"classes": classes}


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, if none is named")
    cli.add_argument("--share", type=float, default=1.0)
    asked = cli.parse_args()
    began = time.monotonic()
    for name in asked.parts or PARTS:
        figures = PARTS[name](min(asked.share, 1.0))
        for key, one in figures.items():
            print(f"{key}: {one.said}{'' if one.holds else f', allowed {one.goal:g}: GOAL MISSED'}", flush=True)
        if asked.share >= 1:
            keep(figures)
    if asked.share >= 1:
        print_table()
    print(f"{time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
