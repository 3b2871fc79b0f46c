"""What happens while films play: what is shown when, and who computes in between.

Nothing is done here: the films and a clock are read, and the next thing to do is said to whom does it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.experiments import films
from core.experiments.films import Film

FRAME = 0.13  # seconds between two pictures, if the machine is idle
CROWD = 0.05  # more of them for everybody who watches: the others' pages keep answering
REST = 0.02  # seconds to sleep where nothing is left to compute


@dataclass(frozen=True)
class Compute:
    """Take this film a little further."""

    film: Film


@dataclass(frozen=True)
class Rest:
    """Do nothing for some seconds."""

    seconds: float


@dataclass(frozen=True)
class Show:
    """Be at a step: with a new picture, with how many seconds are left, or with nothing new to see."""

    at: int
    left: float | None = None
    picture: bool = False


def showing(
    watched: Sequence[Film], at: int, mode: str, clock: Callable[[], float], watchers: Callable[[], int]
) -> Iterator[Compute | Rest | Show]:
    """From step `at` to the end of films of the same length: picture by picture ("play"), or at once ("end").

    It is over before that where there is nothing more to see of any of them.
    """
    end, began, start = watched[0].run.steps, clock(), at
    while at < end and not all(_over(film, at) for film in watched):
        pause = FRAME + CROWD * (watchers() - 1)
        due = clock() + pause
        at = end if mode == "end" else after(watched, at, round(pause / FRAME))
        for film in watched:
            while not films.known(film, at):
                yield Compute(film)
                done = max(start, min(at, _reached(watched)))
                late = mode == "end" and done > start
                yield Show(done, _left(clock() - began, start, done, end) if late else None)
        if mode == "end":
            yield Show(at)
            continue
        yield Show(at, _left(clock() - began, start, at, end), picture=True)
        while clock() < due:  # the time is used, so that a full class sees its runs end as soon as the machine can
            ahead = [film for film in watched if not films.known(film, end)]
            yield Compute(min(ahead, key=films.reached)) if ahead else Rest(REST)


def after(watched: Sequence[Film], at: int, pictures: int) -> int:
    """The step that is shown next: so many frames further, if they have been computed already, but at least one."""
    later = [step for step in films.grid(watched[0].run.steps) if step > at][:pictures]
    done = [step for step in later if step <= _reached(watched)]
    return (done or later or [at])[-1 if done else 0]


def _reached(watched: Sequence[Film]) -> int:
    """The step up to which all runs have been computed."""
    return min(map(films.reached, watched))


def _left(taken: float, start: int, done: int, end: int) -> float:
    """Seconds to go, at the speed so far."""
    return taken / (done - start) * (end - done)


def _over(film: Film, at: int) -> bool:
    """Whether a run has ended before this step, so that there is nothing more to see of it."""
    return film.ended and film.frames[-1].snapshot.step <= at
