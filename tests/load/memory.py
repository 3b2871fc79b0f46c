"""What a server holds: after its start, with many sessions, and after many changes, sent as fast as it answers."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random

from tests.load.lessons import PAGES, Heard, together
from tests.load.process import processor, resident
from tests.load.student import Student

SOCKETS = 6  # students who do not pause
STAY = 12  # changes of one session
PATIENCE = 1.0  # seconds: who has waited so long for a large measurement sets something else


@dataclass
class Held:
    """MB of memory by what had happened, and what else was noticed."""

    start: float
    visited: float = 0.0  # after a first visit of each page
    half: float = 0.0  # with half of the sessions beside each other
    sessions: float = 0.0  # with all of them
    count: int = 0  # of them
    changes: list[tuple[int, float]] = field(default_factory=list)  # how many so far, MB
    spent: float = 0.0  # processor seconds of all changes
    heard: Heard = field(default_factory=Heard)

    @property
    def per_session(self) -> float:
        """In the second half of the sessions: the first ones use what is free after the visits."""
        return (self.sessions - self.half) / (self.count - self.count // 2)

    @property
    def most(self) -> float:
        return max(self.start, self.sessions, *(held for _, held in self.changes))

    def after(self, changes: int) -> tuple[int, float]:
        """How many changes there were by then, and MB."""
        return min(self.changes, key=lambda each: abs(each[0] - changes))

    @property
    def growth(self) -> float:
        """Per cent, in the second half of the changes."""
        done, end = self.changes[-1]
        return 100 * (end / self.after(done // 2)[1] - 1)


async def sessions(address: str, held: Held, pid: int, count: int) -> None:
    """First one on each page, then so many at once, all of which stay."""
    async with AsyncExitStack() as stack:
        gate = asyncio.Semaphore(SOCKETS)

        async def one(k: int) -> None:
            student = await stack.enter_async_context(Student(address, PAGES[k % len(PAGES)], k))
            async with gate:
                held.heard.opened.append(await student.open())
            held.heard.exceptions += student.exceptions

        for k in range(len(PAGES)):
            await one(k)
        held.visited = resident(pid)
        await asyncio.gather(*(one(k) for k in range(count // 2)))
        held.half = resident(pid)
        await asyncio.gather(*(one(k) for k in range(count // 2, count)))
        held.sessions, held.count = resident(pid), count


async def changes(
    address: str, held: Held, pid: int, count: int, within: float, told: Callable[[int], None] = lambda _: None
) -> None:
    """So many changes on all pages, or as many as can be made in so many seconds."""
    end, done, step, dice = time.monotonic() + within, 0, max(1, count // 40), Random(0)
    spent = processor(pid)

    async def one() -> Heard:
        nonlocal done
        heard = Heard()
        while done < count and time.monotonic() < end:
            async with Student(address, dice.choice(PAGES), dice.randrange(2**30), patience=PATIENCE) as student:
                heard.opened.append(await student.open())
                for _ in range(STAY):
                    heard.taken.append(await student.change())
                    done += 1
                    if done % step == 0:
                        held.changes.append((done, resident(pid)))
                        told(done)
                heard.exceptions += student.exceptions
        return heard

    held.heard.add(await together((one() for _ in range(SOCKETS)), within + 120))
    held.changes.append((done, resident(pid)))
    held.spent = processor(pid) - spent


async def memory(address: str, pid: int, visitors: int, count: int, within: float) -> Held:
    """Everything, one after the other, on a server that has just started."""
    held = Held(start=resident(pid))
    await sessions(address, held, pid, visitors)
    await changes(address, held, pid, count, within, lambda done: print(f"  {done:,} changes: {resident(pid):.0f} MB"))
    return held
