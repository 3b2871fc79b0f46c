"""Classes: many students at once on the explorer, and the same class on the bare page, in turn."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median

from core.ui.sections import MENU
from core.words import prose
from tests.load.student import Student

PAGES = tuple(section.page for section in MENU)
FRONT, WATCH = PAGES[0], "watch_it_learn"
BARE = ("",)  # the bare page is the only one of its server
PAUSE = 5.0  # seconds between two changes of a student, in the mean


@dataclass
class Heard:
    """What a class has to tell."""

    taken: list[float] = field(default_factory=list)  # seconds of each answer
    opened: list[float] = field(default_factory=list)  # of each first visit
    exceptions: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # sessions that did not last

    @property
    def wrong(self) -> int:
        return len(self.exceptions) + len(self.lost)

    def add(self, other: "Heard") -> None:
        self.taken += other.taken
        self.opened += other.opened
        self.exceptions += other.exceptions
        self.lost += other.lost

    def median(self) -> float:
        return median(self.taken)

    def slowest(self) -> float:
        """The seconds that one answer in twenty takes longer than."""
        return sorted(self.taken)[len(self.taken) * 19 // 20]


async def together(parts: Iterable[Coroutine[None, None, Heard]], within: float) -> Heard:
    """All of them at once; who is lost or does not come to an end in time is told."""
    heard = Heard()
    for told in await asyncio.gather(*(asyncio.wait_for(part, within) for part in parts), return_exceptions=True):
        if isinstance(told, Exception):
            heard.lost.append(f"{type(told).__name__}: {told}")
        elif isinstance(told, BaseException):
            raise told
        else:
            heard.add(told)
    return heard


async def moves(address: str, page: str, seed: int, seconds: float) -> Heard:
    """A student who opens a page at some moment, and sets a control about every five seconds."""
    dice, heard = Random(seed), Heard()
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    await asyncio.sleep(dice.random() * PAUSE)
    async with Student(address, page, seed) as student:
        heard.opened.append(await student.open())
        while loop.time() + (pause := dice.expovariate(1 / PAUSE)) < end:
            await student.rest(pause)
            heard.taken.append(await student.change())
        heard.exceptions = student.exceptions
    return heard


async def lesson(address: str, pages: Sequence[str], students: int, seconds: float, seed: int) -> Heard:
    """So many of them, spread over the pages."""
    return await together(
        (moves(address, pages[k % len(pages)], 1000 * seed + k, seconds) for k in range(students)), seconds + 120
    )


async def in_turn(addresses: Mapping[str, str], students: int, seconds: float, rounds: int = 2) -> dict[str, Heard]:
    """The same class on the explorer's pages and on the bare page, one after the other."""
    heard = {name: Heard() for name in addresses}
    for seed in range(rounds):
        for name, address in addresses.items():
            heard[name].add(await lesson(address, PAGES if name == "explorer" else BARE, students, seconds, seed))
    return heard


async def arrive(address: str, page: str, students: int, seed: int = 0) -> Heard:
    """A class whose teacher says "open the link": within five seconds all do, and set two controls each."""

    async def one(seed: int) -> Heard:
        dice, heard = Random(seed), Heard()
        await asyncio.sleep(dice.random() * PAUSE)
        async with Student(address, page, seed) as student:
            heard.taken.append(await student.open())
            for _ in range(2):
                await student.rest(dice.random() * PAUSE)
                heard.taken.append(await student.change())
            heard.exceptions = student.exceptions
        return heard

    return await together((one(1000 * seed + k) for k in range(students)), 120)


async def watches(address: str, seed: int, seconds: float) -> Heard:
    """A student who presses Start, and watches a run of one's own."""
    heard = Heard()
    async with Student(address, WATCH, seed, query=f"learn.seed={seed}&learn.steps=3000") as student:
        await student.open()
        heard.taken.append(await student.press(prose.read(WATCH)("button start")))
        await student.rest(seconds)
        heard.exceptions = student.exceptions
    return heard


async def beside(address: str, movers: int, players: int, seconds: float) -> tuple[Heard, Heard, Heard]:
    """Those who move controls of the other pages, before and while others press Start; and these others."""
    pages = tuple(page for page in PAGES if page != WATCH)
    before = await lesson(address, pages, movers, seconds, 1)
    during, playing = await asyncio.gather(
        lesson(address, pages, movers, seconds, 2),
        together((watches(address, 1 + k, seconds) for k in range(players)), seconds + 120),
    )
    return before, during, playing
