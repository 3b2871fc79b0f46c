"""What can be said of an activation's derivative, computed rather than remembered."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from core.maths.activations import ACTIVATIONS
from core.maths.numbers import parameters_of

Interval = tuple[float, float]

SMALL_SHARE = 0.01  # a derivative below 1 % of its maximum counts as saturated
_INF = float("inf")
_OUTER = np.geomspace(1e6, 1e100, 1000)
_FARTHEST = 1e300  # where a tail that falls as slowly as 1 / x^2 has reached its limit
_GRID = np.concatenate([-_OUTER[::-1], np.sinh(np.linspace(-14.5, 14.5, 8001)), _OUTER])  # dense at 0
# Within this distance of 0 no derivative of the registry underflows: an exact zero there is a true one.
TRUE_ZERO = 15.0


@dataclass(frozen=True)
class Extreme:
    """An extreme value and where it is found: a point (low == high), an interval, or a limit at infinity."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Facts:
    """Computed properties of an activation f at given parameters; intervals may reach to infinity."""

    supremum: Extreme  # of f'
    infimum: Extreme  # of f'
    zeros: tuple[Interval, ...]  # of f': points (low == high) or intervals
    small: tuple[Interval, ...]  # where |f'| < SMALL_SHARE max |f'|
    range: Interval  # of f

    @property
    def flat(self) -> tuple[Interval, ...]:
        """The pieces on which f' is zero, single points left out."""
        return tuple((low, high) for low, high in self.zeros if low < high)

    @property
    def largest(self) -> float:
        """max |f'|"""
        return max(abs(self.supremum.value), abs(self.infimum.value))


def facts(activation: str, **params: float) -> Facts:
    """The facts of one activation; ValueError for an unknown name or parameter."""
    valid = parameters_of("activation", activation, ACTIVATIONS, params)
    return _facts(activation, tuple(sorted(valid.items())))


def small(activation: str, share: float, **params: float) -> tuple[Interval, ...]:
    """Where |f'| < share max |f'|, for a share between 0 and 1; ValueError as `facts`, and for another share."""
    if not 0.0 < share < 1.0:  # nan as well
        raise ValueError(f"a share of the largest slope lies between 0 and 1, not at {share!r:.60}")
    known = facts(activation, **params)
    if share == SMALL_SHARE:
        return known.small
    valid = parameters_of("activation", activation, ACTIVATIONS, params)
    return _small(activation, tuple(sorted(valid.items())), share * known.largest)


@lru_cache(maxsize=256)
def _small(activation: str, params: tuple[tuple[str, float], ...], threshold: float) -> tuple[Interval, ...]:
    entry, settings = ACTIVATIONS[activation], dict(params)
    x = _places(entry.breaks)
    d = np.asarray(entry.derivative(x, **settings))
    return _runs(
        x, np.abs(d) < threshold, entry.breaks, lambda t: abs(float(entry.derivative(t, **settings))) - threshold
    )


def _places(breaks: tuple[float, ...]) -> NDArray[np.float64]:
    """Where a derivative is looked at first: also on both sides of each break."""
    return np.unique(np.concatenate([_GRID, np.nextafter(breaks, -_INF), breaks, np.nextafter(breaks, _INF)]))


@lru_cache(maxsize=256)
def _facts(activation: str, params: tuple[tuple[str, float], ...]) -> Facts:
    entry = ACTIVATIONS[activation]
    settings = dict(params)
    x = _places(entry.breaks)

    def slope(t: float) -> float:
        return float(entry.derivative(t, **settings))

    def value(t: float) -> float:
        return float(entry.value(t, **settings))

    d = np.asarray(entry.derivative(x, **settings))
    supremum = _highest(slope, x, d, entry.breaks)
    lowest = _highest(lambda t: -slope(t), x, -d, entry.breaks)
    infimum = Extreme(-lowest.value, lowest.low, lowest.high)
    largest = max(abs(supremum.value), abs(infimum.value))
    f = np.asarray(entry.value(x, **settings))
    top, bottom = (_highest(value, x, f, ()).value, 0.0 - _highest(lambda t: -value(t), x, -f, ()).value)
    return Facts(
        supremum=supremum,
        infimum=infimum,
        zeros=_zeros(slope, x, d, entry.breaks),
        small=_small(activation, params, SMALL_SHARE * largest),
        range=(-_INF if f[0] < -1e9 else bottom, _INF if f[-1] > 1e9 else top),
    )


def _highest(
    function: Callable[[float], float], x: NDArray[np.float64], y: NDArray[np.float64], breaks: tuple[float, ...]
) -> Extreme:
    """The supremum of a function sampled as y at x, refined, and the first place where it is reached."""
    i = int(np.argmax(y))
    last = len(x) - 1
    if 0 < i < last and y[i - 1] < y[i] > y[i + 1]:
        found = minimize_scalar(
            lambda t: -function(t), bounds=(x[i - 1], x[i + 1]), method="bounded", options={"xatol": 1e-12}
        )
        if -found.fun > y[i]:
            return Extreme(float(-found.fun), float(found.x), float(found.x))
        here = _clean(x[i], breaks)
        return Extreme(float(y[i]), here, here)
    j = i
    while j < last and y[j + 1] == y[i]:
        j += 1
    low = -_INF if i == 0 else _clean(x[i], breaks)
    high = _INF if j == last else _clean(x[j], breaks)
    # A plateau that float64 cannot tell from its limit is a limit, not an interval where it is reached.
    if high == _INF and low > 1.0 and low not in breaks:
        low = _INF
    if low == -_INF and high < -1.0 and high not in breaks:
        high = -_INF
    ends = [function(math.copysign(_FARTHEST, end)) for end in (low, high) if math.isinf(end)]
    return Extreme(max(float(y[i]), *ends, -_INF), low, high)


def _clean(t: float, breaks: tuple[float, ...]) -> float:
    """The break itself instead of its neighbour among the floats."""
    return next((k for k in breaks if np.nextafter(k, -_INF) <= t <= np.nextafter(k, _INF)), float(t))


def _zeros(
    slope: Callable[[float], float], x: NDArray[np.float64], d: NDArray[np.float64], breaks: tuple[float, ...]
) -> tuple[Interval, ...]:
    crossings = [
        float(brentq(slope, x[i], x[i + 1], xtol=1e-14, rtol=1e-14))
        for i in np.flatnonzero(d[:-1] * d[1:] < 0)
        if not any(x[i] <= k <= x[i + 1] for k in breaks)  # a jump across zero is not a zero
    ]
    exact = [run for run in _runs(x, d == 0.0, breaks, None) if run[0] <= TRUE_ZERO and run[1] >= -TRUE_ZERO]
    return tuple(sorted([(c, c) for c in crossings] + exact))


def _runs(
    x: NDArray[np.float64], inside: NDArray[np.bool_], breaks: tuple[float, ...], edge: Callable[[float], float] | None
) -> tuple[Interval, ...]:
    """The stretches of x where `inside` holds, their ends refined to the roots of `edge`."""
    change = np.flatnonzero(inside[1:] != inside[:-1])
    refined = [
        _clean(brentq(edge, x[i], x[i + 1], xtol=1e-14, rtol=1e-14) if edge else x[i + (not inside[i])], breaks)
        for i in change
    ]
    bounds = ([-_INF] if inside[0] else []) + refined + ([_INF] if inside[-1] else [])
    return tuple(zip(bounds[::2], bounds[1::2], strict=True))
