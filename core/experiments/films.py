"""Training runs as films: computed frame by frame, once for all who watch the same run, a fair turn for each run.

Nothing runs on its own: a film grows only while somebody watches it, in that reader's own thread. Who leaves or
stops leaves nothing behind but the frames that are done.
"""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.experiments import turns
from core.experiments.kept import kept
from core.maths.datasets import DATASETS
from core.maths.training import Run, Snapshot, State, advanced, data, look, perceptron, probabilities, start

FRAMES = 50  # after the first one
SPEED = 4e9  # of `Run.work`, per second: a guess for the first turn
TURN = 0.04  # seconds that one run computes before the next one has its turn
STATES = 2e6  # bytes that a film may spend on states to go back to
SIDE = 41  # points of a decision surface in either direction
REACH = 2.4  # of its axes, in standardised features
POINTS = 150  # that are drawn of those that a run learns from
UNITS = 16  # of the first layer whose weights are shown
FILM = 3_000_000  # bytes of a whole one, states to go back to included
CLASS = 32  # films: a run of one's own for everybody


@dataclass(frozen=True)
class Frame:
    """What can be seen after some step: the measurements, and a picture of what the network has learnt.

    The picture, for points in the plane: who has each place and how surely, (SIDE, SIDE), see `_divided`. For images:
    the weights of the first UNITS units of layer 1, (units, features). For other data: nothing, (0, 0).
    """

    snapshot: Snapshot
    picture: NDArray[np.float64]


@dataclass
class Film:
    """A run as far as it has been computed: frames at evenly spaced steps, and states to go back to."""

    run: Run
    frames: list[Frame] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    single: OrderedDict[int, Frame] = field(default_factory=OrderedDict)  # between the frames, the last few asked for
    latest: State | None = None
    pace: float = 0.0  # seconds per step
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def steps(self) -> list[int]:
        """The steps at which there is a frame."""
        return [frame.snapshot.step for frame in self.frames]

    @property
    def ended(self) -> bool:
        return bool(self.frames) and self.frames[-1].snapshot.status != "running"


def grid(steps: int) -> list[int]:
    """The steps of the frames."""
    count = max(1, min(FRAMES, steps))
    return sorted({round(steps * k / count) for k in range(count + 1)})


@kept(entries=CLASS, limit=CLASS * FILM, size=FILM)
def film(run: Run) -> Film:
    return Film(run)


def known(film: Film, step: int) -> bool:
    """Whether the film has got as far as this step, or has ended before it."""
    return film.ended or (bool(film.frames) and film.frames[-1].snapshot.step >= step)


def reached(film: Film) -> int:
    """The step up to which the film has been computed; its last one, if it has ended before that."""
    if film.ended:
        return film.run.steps
    return film.latest.step if film.latest else 0


def work(film: Film) -> None:
    """Take the film a little further: one turn of computing, before those that have got further already."""
    with film.lock:
        if film.ended:
            return
        with turns.FILMS.take(len(film.frames)):
            if film.latest is None:
                film.latest = start(film.run)
            else:
                _advance(film, film.latest)
            if film.latest.step == _next(film) or film.latest.diverged:
                film.frames.append(_frame(film.run, film.latest))
                if not film.latest.diverged:
                    _keep(film)


def _next(film: Film) -> int:
    """The step of the next frame."""
    return grid(film.run.steps)[len(film.frames)]


def _advance(film: Film, latest: State) -> None:
    wanted = _next(film) - latest.step
    affordable = _affordable(film)
    began = time.perf_counter()
    film.latest = advanced(film.run, latest, min(wanted, affordable))
    film.pace = (time.perf_counter() - began) / min(wanted, affordable)


def _affordable(film: Film) -> int:
    """How many steps fit into one turn."""
    pace = film.pace or film.run.work / max(1, film.run.steps) / SPEED
    return max(1, int(TURN / pace))


def _frame(run: Run, state: State) -> Frame:
    return Frame(look(run, state), _picture(run, state))


def _picture(run: Run, state: State) -> NDArray[np.float64]:
    picture = DATASETS[run.dataset].picture
    if picture == "plane":
        return _divided(np.nan_to_num(probabilities(run, state, plane()))).reshape(SIDE, SIDE)
    if picture == "image":
        return perceptron(run).views(state.flat).weights[0][:UNITS].copy()
    return np.zeros((0, 0))


def _divided(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (points, classes) as one number per point: of two classes, the second's less the first's.

    Of k classes each has a k-th of -1..1; within it, the lead of the winner over the next.
    """
    classes = shares.shape[1]
    if classes == 2:
        return shares[:, 1] - shares[:, 0]
    best = np.sort(shares, axis=1)
    lead = np.minimum(best[:, -1] - best[:, -2], 1.0 - 1e-6)
    return 2.0 * (shares.argmax(axis=1) + lead) / classes - 1.0


def plane() -> NDArray[np.float64]:
    """The points of a decision surface, (SIDE^2, 2), row by row from below."""
    places = np.linspace(-REACH, REACH, SIDE)
    x, y = np.meshgrid(places, places)
    return np.column_stack([x.ravel(), y.ravel()])


def _keep(film: Film) -> None:
    """Keep the latest state if it is one of those to go back to: every one, or of a large network every few frames."""
    assert film.latest is not None
    size = film.latest.flat.nbytes * (1 + len(film.latest.moments))
    if (len(film.frames) - 1) % math.ceil((FRAMES + 1) * size / STATES) == 0:
        film.states.append(film.latest)


def seen(film: Film, step: int) -> list[Frame]:
    """The frames up to a step, which the film must have reached, and one of that very step."""
    frames = [frame for frame in film.frames if frame.snapshot.step <= step]
    if frames[-1].snapshot.step < step and not (film.ended and film.frames[-1] is frames[-1]):
        frames.append(_single(film, step))
    return frames


def _single(film: Film, step: int) -> Frame:
    """The frame of a step that lies between two others, from the last kept state before it."""
    with film.lock:
        if step not in film.single:
            before = max((state for state in film.states if state.step <= step), key=lambda state: state.step)
            state = before
            while state.step < step:
                with turns.FILMS.take(len(film.frames)):
                    state = advanced(film.run, state, min(step - state.step, _affordable(film)))
            film.single[step] = _frame(film.run, state)
            while len(film.single) > 20:
                film.single.popitem(last=False)
        return film.single[step]


def samples(run: Run) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Some of the points that the run learns from: x, y, class."""
    points = data(run)
    return points.x[:POINTS, 0], points.x[:POINTS, 1], points.y[:POINTS]
