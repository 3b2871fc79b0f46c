"""Arrays that cannot underflow: a value is its entry times 2^(exponent of its sample).

Arrays are indexed [..., sample, unit], their exponents [..., sample]. Nearly always all exponents are 0; then
nothing is spent on them. An exact zero stays one.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]


def rescale(values: Array, exponent: Exponents) -> tuple[Array, Exponents]:
    """Bring samples beyond 2^+-200 to 2^+-100, in place; return their sums of squares and new exponents."""
    with np.errstate(over="ignore"):
        squares = np.vecdot(values, values)
    if not exponent.any() and squares.min() > 2.0**-400 and squares.max() < 2.0**400:
        return squares, exponent
    size = np.frexp(np.abs(values).max(axis=-1))[1]  # 0 for a sample that is exactly zero, or near 1
    wrong = (np.abs(size) > 200) | (exponent * size < 0) | ((exponent != 0) & (np.abs(size) < 50))
    true_size = exponent + size
    wanted = np.where(np.abs(true_size) <= 200, 0, true_size - 100 * np.sign(true_size))
    changed = np.where(wrong & values.any(axis=-1), wanted, exponent)
    values[:] = np.ldexp(values, (exponent - changed)[..., np.newaxis])
    return np.vecdot(values, values), changed


def to_one_exponent(values: Array, exponent: Exponents, *beside: Array) -> tuple[Array, Exponents]:
    """The same values with one exponent for all samples: the largest of those in which no array is all zero."""
    if not exponent.any():
        return values, exponent[..., 0]
    alive = np.logical_and.reduce(np.broadcast_arrays(*(array.any(axis=-1) for array in (values, *beside))))
    top = _top(exponent, alive)
    return np.ldexp(values, np.where(alive, exponent - top[..., np.newaxis], 0)[..., np.newaxis]), top


def added(a: Array, a_exponent: Exponents, b: Array, b_exponent: Exponents) -> tuple[Array, Exponents]:
    """a + b, sample by sample, with the larger exponent of the two that are not exactly zero."""
    if not (a_exponent.any() or b_exponent.any()):
        return a + b, a_exponent
    both = np.stack([a_exponent, b_exponent], axis=-1)
    top = _top(both, np.stack([a.any(axis=-1), b.any(axis=-1)], axis=-1))
    shifted = [np.ldexp(v, np.minimum(e - top, 0)[..., np.newaxis]) for v, e in ((a, a_exponent), (b, b_exponent))]
    return shifted[0] + shifted[1], top


def mean_over_samples(mean_squares: Array, exponent: Exponents) -> tuple[Array, Exponents]:
    """The mean over samples (last axis) of mean_squares 4^exponent, as (m, top) standing for m 4^top."""
    if not exponent.any():
        return np.mean(mean_squares, axis=-1), exponent[..., 0]
    top = _top(exponent, mean_squares > 0)
    return np.mean(np.ldexp(mean_squares, 2 * (exponent - top[..., np.newaxis])), axis=-1), top


def relative_mean(mean: Array, std: Array) -> Array:
    """Mean over RMS, between -1 and 1; nan where both are 0 or infinite."""
    with np.errstate(invalid="ignore"):
        return np.divide(mean, np.hypot(mean, std))


def log10_root(mean_square: Array, top: Exponents) -> Array:
    """log10 of sqrt(mean_square 4^top); -inf for an exact zero."""
    with np.errstate(divide="ignore"):
        return 0.5 * np.log10(mean_square) + np.log10(2.0) * top


def _top(exponent: Exponents, alive: NDArray[np.bool_]) -> Exponents:
    """The largest exponent among those (last axis) that are not exactly zero; 0 if there is none."""
    lowest = np.iinfo(np.int64).min
    return np.where(alive.any(axis=-1), np.where(alive, exponent, lowest).max(axis=-1), 0)
