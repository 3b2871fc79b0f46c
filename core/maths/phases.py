"""The map of all wide networks of one activation: order where gradients vanish, chaos where they explode.

Each point is a pair (sigma_w^2, sigma_b^2); everything is computed for whole arrays of them at once, from the moments
of the activation on a ladder of variances (core.maths.moments), about six digits of which survive.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.maths.moments import LARGEST_VARIANCE, Ladder, ladder

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_HALVINGS = 26  # of a step of the ladder, or of a range of weight variances: eight digits, more than the spline has
_NOISE = 1e-9


@dataclass(frozen=True)
class Phases:
    """Shape (bias variances, weight variances): where signals settle (0, finite, or inf) and chi there."""

    weight_variances: Array
    bias_variances: Array
    variance: Array
    chi: Array


def phases(activation: str, weight_variances: Array, bias_variances: Array, **params: float) -> Phases:
    """The fixed point reached by an input of variance 1, and chi, at every point of the grid."""
    w, b = np.meshgrid(np.asarray(weight_variances, float), np.asarray(bias_variances, float))
    q, chi = settled(activation, w.ravel(), b.ravel(), **params)
    return Phases(weight_variances, bias_variances, q.reshape(w.shape), chi.reshape(w.shape))


def settled(activation: str, w: Array, b: Array, **params: float) -> tuple[Array, Array]:
    """`meanfield.fixed_point` and chi for arrays of weight and bias variances, shape (n,) each."""
    rungs = ladder(activation, **params)
    log_q = np.log(rungs.q)
    change = relative_change(rungs, w, b)
    start = np.log(np.maximum(w + b, 1e-300))
    first = change(start)
    up = first > 0
    turned, rung = first_turn(rungs, w, b, start, up)
    q = np.exp(bisected(change, *bracket(log_q, start, up, turned, rung), up))

    neutral = np.abs(first) < _NOISE
    to_zero = ~up & ~turned & (b + w * rungs.at_zero.second == 0.0) & (w * rungs.at_zero.slope <= 1.0)
    to_infinity = up & ~turned & (w * rungs.at_infinity.slope >= 1.0 - _NOISE)
    q = np.select([neutral, to_zero, to_infinity], [w + b, 0.0, np.inf], q)

    inside = np.clip(np.log(np.clip(q, 1e-300, LARGEST_VARIANCE)), log_q[0], log_q[-1])
    slope = np.exp(rungs.log_slope(inside))
    slope = np.select([q == 0.0, np.isinf(q)], [rungs.at_zero.slope, rungs.at_infinity.slope], slope)
    return q, w * slope


def relative_change(rungs: Ladder, w: Array, b: Array) -> Callable[[Array], Array]:
    """The relative change of the variance by one layer, (V(q) - q) / q at q = e^t, as a function of t."""
    log_q = np.log(rungs.q)

    def change(t: Array) -> Array:
        inside = np.clip(t, log_q[0], log_q[-1])  # beyond the ladder E[f^2] / q is what it is at its end
        at_end = np.where((t < log_q[0]) & (rungs.at_zero.second > 0), t, inside)  # but near 0 E[f^2] may be constant
        return w * np.exp(rungs.log_second(inside) - at_end) - 1.0 + b * np.exp(-t)

    return change


def first_turn(rungs: Ladder, w: Array, b: Array, start: Array, up: Mask) -> tuple[Mask, NDArray[np.intp]]:
    """Whether a variance on its way from the start turns back somewhere on the ladder, and the first rung beyond."""
    log_q = np.log(rungs.q)
    steps = w[:, np.newaxis] * (rungs.second / rungs.q) - 1.0 + b[:, np.newaxis] / rungs.q
    rising = up[:, np.newaxis]
    ahead = np.where(rising, log_q > start[:, np.newaxis], log_q < start[:, np.newaxis])
    back = ahead & np.where(rising, steps < -_NOISE, steps > _NOISE)
    last = len(log_q) - 1
    return np.asarray(back.any(axis=1)), np.where(up, back.argmax(axis=1), last - back[:, ::-1].argmax(axis=1))


def bracket(log_q: Array, start: Array, up: Mask, turned: Mask, rung: NDArray[np.intp]) -> tuple[Array, Array]:
    """Where the change has the sign that it has at the start, and where it has the other one.

    Without a turn on the ladder the variance goes to its end: to 0 or to infinity, or to a point beyond it.
    """
    before = np.where(
        up,
        np.maximum(start, log_q[np.maximum(rung - 1, 0)]),
        np.minimum(start, log_q[np.minimum(rung + 1, len(log_q) - 1)]),
    )
    end = np.where(up, np.log(LARGEST_VARIANCE), -np.log(LARGEST_VARIANCE))
    return np.where(turned, before, start), np.where(turned, log_q[rung], end)


def bisected(change: Callable[[Array], Array], near: Array, far: Array, up: Mask) -> Array:
    """The place between where the change passes zero."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (near + far)
        same = (change(middle) > 0) == up
        near, far = np.where(same, middle, near), np.where(same, far, middle)
    return 0.5 * (near + far)


def level_line(activation: str, level: float, bias_variances: Array, highest: float, **params: float) -> Array:
    """For each bias variance the smallest weight variance up to `highest` where chi passes `level`; nan if none does.

    Level 1 is the edge of chaos; exp(-+1/xi) is where the depth scale is xi.
    """
    b = np.asarray(bias_variances, float)
    low, high = np.full_like(b, 1e-3), np.full_like(b, float(highest))
    reached = settled(activation, high, b, **params)[1] > level
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        above = settled(activation, middle, b, **params)[1] > level
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(reached, high, np.nan)
