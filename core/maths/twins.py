"""Twins: units of one layer that are the same, and therefore learn the same.

Where two units have equal weights and biases and the next layer weighs them equally, their gradients are equal, and so
is what each step makes of them: they are twins for ever, and together no more than one unit. Random weights part them
before the first step. Equal weights, zeros among them, never do; only rounding can, and it takes its time.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROUNDING = 1e-9  # units that differ by less of their largest weight are twins, parted by rounding at most


def apart(weights: Sequence[Array], biases: Sequence[Array]) -> Array:
    """How far the units of each layer, (fan_out, fan_in) and (fan_out,), are apart: exactly 0 where all are the same.

    The largest difference between the same weight, or the bias, of two units, divided by the largest of all.
    """
    return np.array([_apart(np.column_stack(layer)) for layer in zip(weights, biases, strict=True)])


def _apart(units: Array) -> float:
    largest = float(np.abs(units).max())
    return float(np.ptp(units / largest, axis=0).max()) if largest else 0.0


def twins(apart: Array) -> bool:
    """Whether in every hidden layer all units are the same, but for rounding; the output layer comes last."""
    return bool(np.all(apart[:-1] <= ROUNDING))
