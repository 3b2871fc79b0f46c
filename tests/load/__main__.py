"""What a class of students is to a server: python -m tests.load [classes votes long] [--share 1.0]

`--share` takes that part of the changes and seconds, to try it out: nothing is then written.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from deploy.cluster import redis
from tests.benchmarks.figures import TIMES, Figure, kept
from tests.benchmarks.table import print_table
from tests.browser.server import ROOT, serve
from tests.load import lessons
from tests.load.figures import BEGIN, END, FILE, keep, measured
from tests.load.hostile import Harm, attack
from tests.load.lessons import FRONT, Heard
from tests.load.memory import Held, memory
from tests.load.votes import Measured, measure

BARE = "the same class on a page with one slider and such a chart, on Streamlit's own settings"
WARM = 20.0  # seconds after its start that a class comes
SECONDS = 15.0  # of a class
LONG = 540.0  # seconds that the changes and the hostile messages may take, each on a server of their own
CLOUD = 690.0  # MB that Community Cloud may give a process
PHONES, VOTE = 100, 20.0  # and the seconds in which they come and vote
VISITORS, CHANGES, MESSAGES = 300, 20_000, 10_000

Figures = dict[str, Figure]


@contextmanager
def servers(*scripts: str, **more: str) -> Iterator[list[tuple[str, int]]]:
    """A server for each script, all of them new, with `more` in their environment: addresses and processes.

    The bare page runs on Streamlit's own settings, those in .streamlit/ being part of what the explorer does.
    """
    started = [serve(Path(script).name, cwd=ROOT / Path(script).parent, **more) for script in scripts]
    try:
        yield [(where, process.pid) for process, where in started]
    finally:
        for process, _ in started:
            process.terminate()
            process.wait(10)


def classes(share: float) -> Figures:
    """Fresh: on servers that have just started; then at work."""
    with servers("app.py", "tests/benchmarks/bare_page.py") as ((explorer, _), (bare, _)):
        addresses = {"explorer": explorer, "bare": bare}
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


def votes(share: float) -> Figures:
    """A class votes: where rooms are in the server's own memory, and then where they are in Redis."""
    figures: Figures = {}
    with (
        redis() as url,
        servers("app.py", ROOMS_REDIS_URL="") as (own,),
        servers("app.py", ROOMS_REDIS_URL=url) as (far,),
    ):
        time.sleep(WARM)  # or what is usual would be measured while the servers warm up
        for name, (where, pid) in {"memory": own, "Redis": far}.items():
            figures |= _votes(name, asyncio.run(measure(where, pid, PHONES, VOTE * share)))
    return figures


def _votes(name: str, found: Measured) -> Figures:
    lags, what = found.voted.lags(), f"{PHONES} phones come and vote within {VOTE:.0f} seconds, rooms in {name}"
    heard, missing = found.voted.phones, PHONES - round(sum(found.voted.tally))
    print(f"{what}: slider {1e3 * found.usual:.0f} to {1e3 * found.during:.0f} ms; {found.voted.asked} times asked,"
          f" {found.voted.runs} runs for that", *heard.lost[:3], *heard.exceptions[:3])  # fmt: skip

    def voted(what: str, value: float, unit: str, goal: float | None = None, against: str = "") -> Figure:
        return measured(what, value, unit, goal, against=against, by="votes")

    return {
        f"votes, {name}, lag": voted(f"{what}: until the projector counts an answer, the longest", max(lags), "s", 2.0),
        f"votes, {name}, median": voted("the same, the median", median(lags), "s"),
        f"votes, {name}, beside": voted(
            "a slider of another page meanwhile: median answer", found.during / found.usual, TIMES, 2.0,
            against="the same slider before that",
        ),
        f"votes, {name}, cost": voted(
            "processor time of all that for each phone, its page opened", 1e3 * found.spent / PHONES, "ms"
        ),
        f"votes, {name}, lost": voted("answers missing, sessions lost or errors shown", missing + heard.wrong, "", 0.0),
    }  # fmt: skip


def long(share: float) -> Figures:
    """What a server holds in memory, and beside it, on another one, what it makes of rubbish."""

    async def both(where: str, pid: int, other: str, attacked: int) -> tuple[Held, Harm]:
        count, messages = round(CHANGES * share), round(MESSAGES * share)
        return await asyncio.gather(
            memory(where, pid, round(VISITORS * share), count, LONG), attack(other, attacked, messages, LONG)
        )

    with servers("app.py", "app.py") as ((where, pid), (other, attacked)):
        held, harm = asyncio.run(both(where, pid, other, attacked))
    print(f"after {held.count} sessions {held.sessions:.0f} MB; hostile: {dict(harm.sent)}, dearest {harm.dearest[1]}")
    print(*held.heard.lost[:5], *held.heard.exceptions[:5], *harm.exceptions[:5], *harm.unanswered[:5], sep="\n")
    half, all_of_them = held.after(CHANGES // 2), held.changes[-1]
    kinds = "rubbish in links, values and names, broken messages, connections left half open"
    faults = len(harm.exceptions) + len(harm.unanswered)

    def by_memory(what: str, value: float, unit: str, goal: float | None = None, against: str = "") -> Figure:
        return measured(what, value, unit, goal, against=against, by="memory")

    return {
        "memory, start": by_memory("memory of a server that nobody has visited", held.start, "MB"),
        "memory, visits": by_memory("memory after a first visit of every page", held.visited, "MB"),
        "memory, session": by_memory(
            f"memory of a session, where {held.count} are open", max(held.per_session, 0.0), "MB"
        ),
        "memory, changes": by_memory(f"memory after {half[0]:,} changes of every kind", half[1], "MB", 600.0),
        "memory, end": by_memory(f"memory after {all_of_them[0]:,} changes, in the end", all_of_them[1], "MB", 600.0),
        "memory, most": by_memory("the most that was held at any moment that was looked at", held.most, "MB", CLOUD),
        "soak": by_memory(
            f"growth of memory from then on, until {all_of_them[0]:,} changes", held.growth, "%", 5.0
        ),
        "changes, lost": by_memory("sessions lost or errors shown meanwhile", held.heard.wrong, "", 0.0),
        "change": by_memory(
            "processor time of a change, the mean of all pages and controls, visits included",
            1e3 * held.spent / all_of_them[0], "ms",
        ),
        "hostile, errors": measured(
            f"{harm.count:,} hostile messages ({kinds}): errors shown, and messages without an answer", faults, "", 0.0,
            by="hostile",
        ),
        "hostile, dearest": measured("processor time of the dearest of them", harm.dearest[0], "s", 2.0, by="hostile"),
    }  # fmt: skip


PARTS = {"classes": classes, "votes": votes, "long": long}


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
        print_table(kept(FILE), BEGIN, END)
    print(f"{time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
