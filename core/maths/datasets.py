"""Data to learn from: handwritten digits that scikit-learn ships, and points in the plane. Nothing is downloaded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.maths.numbers import registered

Array = NDArray[np.float64]
Classes = NDArray[np.int64]

POINTS = 600  # in the plane; half of them are for learning, half are held out
HELD_OUT = 0.2  # of the digits

# scikit-learn is imported where it is used: it costs a second, and most pages do not need it.


@dataclass(frozen=True)
class Dataset:
    """`draw(rng)` returns samples (n, features) in random order, and their classes (n,).

    `picture` says how to see what has been learnt: two features are places in the plane, divided between the classes;
    a square number of them is an image, row by row, and so are weights. None: it cannot be seen.
    """

    name: str
    label: str
    features: int
    classes: int
    held_out: float
    draw: Callable[[np.random.Generator], tuple[Array, Classes]]
    source: str
    picture: Literal["plane", "image"] | None = None


@dataclass(frozen=True)
class Split:
    """Read-only arrays: samples (n, features) and classes (n,), for learning and held out."""

    x: Array
    y: Classes
    x_test: Array
    y_test: Classes


@lru_cache(maxsize=1)
def _all_digits() -> tuple[Array, Classes]:
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def _digits(rng: np.random.Generator) -> tuple[Array, Classes]:
    pixels, classes = _all_digits()
    order = rng.permutation(len(classes))
    return pixels[order], classes[order]


def _moons(rng: np.random.Generator) -> tuple[Array, Classes]:
    from sklearn.datasets import make_moons

    return make_moons(POINTS, noise=0.15, random_state=int(rng.integers(2**31)))


def _circles(rng: np.random.Generator) -> tuple[Array, Classes]:
    from sklearn.datasets import make_circles

    return make_circles(POINTS, noise=0.08, factor=0.5, random_state=int(rng.integers(2**31)))


def _spirals(rng: np.random.Generator) -> tuple[Array, Classes]:
    """Two arms of one and a half turns; the radius grows with the angle."""
    classes = rng.permutation(POINTS) % 2
    reach = np.sqrt(rng.uniform(0.02, 1.0, POINTS))  # evenly over the area
    angle = 3.0 * np.pi * reach + np.pi * classes
    points = reach[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + 0.02 * rng.standard_normal(points.shape), classes


DATASETS: dict[str, Dataset] = {
    entry.name: entry
    for entry in (
        Dataset(
            "digits", "Handwritten digits", 64, 10, HELD_OUT, _digits, "Alpaydin & Kaynak 1998, scikit-learn", "image"
        ),
        Dataset("spirals", "Two spirals", 2, 2, 0.5, _spirals, "after Lang & Witbrock 1988", "plane"),
        Dataset("circles", "Circles", 2, 2, 0.5, _circles, "scikit-learn, make_circles", "plane"),
        Dataset("moons", "Moons", 2, 2, 0.5, _moons, "scikit-learn, make_moons", "plane"),
    )
}


def known(chosen: object) -> str:
    """The name of a data set ("Two spirals" and the like are understood); ValueError for anything else."""
    plain = chosen.lower().replace(" ", "_").removeprefix("two_") if isinstance(chosen, str) else chosen
    return registered("dataset", plain, DATASETS).name


def _drawn(name: str, seed: int) -> tuple[Array, Classes, int]:
    """All samples (n, features) in the order of the seed, their classes, and how many are for learning."""
    entry = DATASETS[name]
    samples, classes = entry.draw(np.random.default_rng([seed, 5]))
    samples, classes = np.asarray(samples, dtype=np.float64), np.asarray(classes, dtype=np.int64)
    return samples, classes, len(classes) - round(entry.held_out * len(classes))


def held_out(name: str, seed: int) -> Array:
    """The held-out samples of `split` as they were drawn, (n, features): of the digits, ink from 0 to 16."""
    samples, _, last = _drawn(name, seed)
    return samples[last:]


@lru_cache(maxsize=32)
def split(name: str, seed: int) -> Split:
    """The data, divided by the seed and standardised: every feature of the learning part has mean 0 and variance 1.

    What never varies (the digits' outermost pixels) is 0. Held-out samples are moved and scaled by the same numbers.
    """
    samples, classes, last = _drawn(name, seed)
    mean, std = samples[:last].mean(axis=0), samples[:last].std(axis=0)
    standard = (samples - mean) / np.where(std > 0, std, 1.0)
    parts = (standard[:last], classes[:last], standard[last:], classes[last:])
    for part in parts:
        part.flags.writeable = False
    return Split(*parts)
