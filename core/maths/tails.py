"""Derivatives too small for float64: they are not zero, and what float64 makes a zero of is told from what is one."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.facts import TRUE_ZERO, facts

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]

TINY = 5e-324  # stands for what is not zero, but below every float
_LEAST = -900  # exponent of a sample's largest derivative: a smaller one would lose digits
_FARTHEST = 2.0**50  # an exponent beyond it, of 10^(10^14), is said as this one


def mend(activation: str, parameters: Mapping[str, float], z: Array, slopes: Array) -> Exponents:
    """Make what underflowed in `slopes` = f'(z), indexed [sample, unit], different from zero, in place.

    A sample of which nothing else is left is brought to a size that float64 can hold: true derivatives are those times
    2^exponent, shape (samples,), nearly always 0.
    """
    exponents = np.zeros(len(slopes), dtype=np.int64)
    lost = underflowed(activation, parameters, z, slopes)
    below = lost.any(axis=-1) & (np.abs(slopes).max(axis=-1) < 2.0**_LEAST)
    logarithm = ACTIVATIONS[activation].log_derivative
    if logarithm and below.any():
        with np.errstate(divide="ignore"):
            log2 = np.log2(np.abs(slopes[below]))
        there = lost[below]
        log2[there] = logarithm(z[below][there], **parameters) / math.log(2.0)
        top = np.floor(np.maximum(log2.max(axis=-1), -_FARTHEST))
        exponents[below] = top.astype(np.int64) - _LEAST
        slopes[below] = np.copysign(np.exp2(log2 - top[:, np.newaxis] + _LEAST), slopes[below])
        lost &= slopes == 0.0
    slopes[lost] = np.copysign(TINY, slopes[lost])
    return exponents


def underflowed(activation: str, parameters: Mapping[str, float], z: Array, slopes: Array) -> NDArray[np.bool_]:
    """Where a derivative is 0 in float64 alone: far out, and on no piece where f is flat."""
    if not ACTIVATIONS[activation].log_derivative:
        return np.zeros(slopes.shape, dtype=np.bool_)
    lost = (slopes == 0.0) & (np.abs(z) > TRUE_ZERO)
    for low, high in facts(activation, **parameters).flat:
        lost &= (z < low) | (z > high)
    return lost
