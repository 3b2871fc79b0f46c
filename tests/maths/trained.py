"""Runs of a few steps, and what their states and snapshots hold: what the tests of training look with."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.maths.optimizers import OPTIMIZERS
from core.maths.training import Run, Snapshot, State, advanced, perceptron, start
from tests.maths.test_perceptron import unpacked

Array = NDArray[np.float64]

SMALL = Run("moons", "tanh", depth=2, width=5, batch=64, steps=20, learning_rate=0.05, seed=2)
EVERY_OPTIMIZER = pytest.mark.parametrize("optimizer", OPTIMIZERS)
ARRAYS = ("log10_gradient", "update_ratio", "distance", "weight", "dead", "saturated")
NUMBERS_SEEN = ("loss", "train_accuracy", "test_accuracy", *ARRAYS)


def after(run: Run, steps: int) -> State:
    return advanced(run, start(run), steps)


def last(found: Iterable[Snapshot]) -> Snapshot:
    *_, end = found
    return end


def same(one: State, other: State) -> bool:
    """To the bit."""
    arrays, others = ([state.flat, state.update_ratio, *state.moments] for state in (one, other))
    equal = all(np.array_equal(a, b) for a, b in zip(arrays, others, strict=True))
    return equal and (one.step, one.diverged) == (other.step, other.diverged)


def weights_of(run: Run, state: State) -> list[Array]:
    return unpacked(perceptron(run), state.flat)[0]


def norms(weights: list[Array]) -> Array:
    return np.array([math.sqrt(sum(w**2 for w in matrix.flat)) for matrix in weights])


def changed(run: Run, state: State, change: Callable[[list[Array], list[Array], Array], object]) -> State:
    """The state after `change` has written into weights, biases and slopes."""
    flat = state.flat.copy()
    learnt = perceptron(run).views(flat)
    change(learnt.weights, learnt.biases, learnt.slopes)
    return replace(state, flat=flat)


def assert_no_nan(seen: Snapshot) -> None:
    for name in NUMBERS_SEEN:
        assert not np.isnan(getattr(seen, name)).any(), name
