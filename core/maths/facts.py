"""What can be said of an activation's derivative, computed rather than remembered."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.numbers import parameters_of

Interval = tuple[float, float]
Breaks = Mapping[float, Interval]

SMALL_SHARE = 0.01  # a derivative below 1 % of its maximum counts as saturated
_INF = float("inf")
_STEEP = 1e6  # beside a place where there is no bound: it is not that place alone
_OUTER = np.geomspace(1e6, 1e100, 1000)
_FARTHEST = 1e300  # where a tail that falls as slowly as 1 / x^2 has reached its limit
_GRID = np.concatenate([-_OUTER[::-1], np.sinh(np.linspace(-14.5, 14.5, 8001)), _OUTER])  # dense at 0
_CLOSE = np.linspace(-30.0, 30.0, 12001)  # for what may swing
# Within this distance of 0 no derivative of the registry underflows: an exact zero there is a true one.
TRUE_ZERO = 15.0
LEAST = 5e-324  # all that is smaller is 0
_UNBOUNDED = 1e30  # beyond, as of x^3 and e^x, a value has no bound
_SAME = 1e-3  # peaks that differ by less than this share are looked at closely
_NOISE = 1e-13  # of what somebody wrote: its differences have lost digits
_MOST = 64  # places that are refined: of a sine, those nearest to 0


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
        """max |f'|; inf without a bound"""
        return max(abs(self.supremum.value), abs(self.infimum.value))

    def threshold(self, share: float = SMALL_SHARE) -> float:
        """Below it |f'| counts as small. Without a bound, or where f' is 0 everywhere, only 0 does."""
        return max(share * self.largest, LEAST) if math.isfinite(self.largest) else LEAST


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
    return _small(activation, tuple(sorted(valid.items())), known.threshold(share))


@lru_cache(maxsize=256)
def _small(activation: str, params: tuple[tuple[str, float], ...], threshold: float) -> tuple[Interval, ...]:
    entry, settings = ACTIVATIONS[activation], dict(params)
    breaks = _breaks(entry, settings)
    x = _places(entry, breaks)
    d = np.asarray(entry.derivative(x, **settings))
    edge = None if threshold == LEAST else lambda t: abs(float(entry.derivative(t, **settings))) - threshold
    return _runs(x, np.abs(d) < threshold, breaks, edge)


def _breaks(entry: Activation, settings: Mapping[str, float]) -> Breaks:
    """Where smooth pieces meet, each with a place on either side of it: next to it, or where no digit is lost yet."""
    places = np.array(entry.breaks_at(**settings))
    if entry.family == "own":
        width = 1e-12 * np.maximum(1.0, np.abs(places))
        below, above = places - width, places + width
    else:
        below, above = np.nextafter(places, -_INF), np.nextafter(places, _INF)
    return {k: (low, high) for k, low, high in zip(places.tolist(), below.tolist(), above.tolist(), strict=True)}


def _places(entry: Activation, breaks: Breaks) -> NDArray[np.float64]:
    """Where a derivative is looked at first: also on both sides of each break, and closely if somebody wrote it."""
    close = _CLOSE if entry.family == "own" else ()
    beside = [place for sides in breaks.values() for place in sides]
    return np.unique(np.concatenate([_GRID, close, list(breaks), beside]))


@lru_cache(maxsize=256)
def _facts(activation: str, params: tuple[tuple[str, float], ...]) -> Facts:
    entry = ACTIVATIONS[activation]
    settings = dict(params)
    breaks = _breaks(entry, settings)
    x = _places(entry, breaks)

    def slope(t: float) -> float:
        return float(entry.derivative(t, **settings))

    def value(t: float) -> float:
        return float(entry.value(t, **settings))

    d, f = (np.asarray(function(x, **settings)) for function in (entry.derivative, entry.value))
    noise = _NOISE if entry.family == "own" else 0.0
    supremum = _highest(slope, x, d, breaks, noise)
    lowest = _highest(lambda t: -slope(t), x, -d, breaks, noise)
    infimum = Extreme(0.0 - lowest.value, lowest.low, lowest.high)
    top = _highest(value, x, f, {}, noise).value
    bottom = 0.0 - _highest(lambda t: -value(t), x, -f, {}, noise).value
    low, high = min(f[0], f[-1]), max(f[0], f[-1])
    known = Facts(
        supremum=supremum,
        infimum=infimum,
        zeros=_zeros(slope, x, d, breaks),
        small=(),
        range=(-_INF if low < -1e9 else bottom, _INF if high > 1e9 else top),
    )
    return replace(known, small=_small(activation, params, known.threshold()))


def _highest(
    function: Callable[[float], float], x: NDArray[np.float64], y: NDArray[np.float64], breaks: Breaks, noise: float
) -> Extreme:
    """The supremum of a function sampled as y at x, refined, and the place nearest to 0 where it is reached.

    What differs by no more than the `noise`, a share of the largest |y|, is the same.
    """
    size = float(np.abs(y).max())
    i, j = _nearest_stretch(x, y >= y.max() - (noise * size if size < _UNBOUNDED else 0.0))
    last = len(x) - 1
    if y[i] > _UNBOUNDED:
        # Beside a vertical tangent it is moderate; what runs away, as exp does, is large there as well.
        away = abs(x[i]) >= _OUTER[0] or function(float(x[i]) - math.copysign(1.0, x[i])) > _STEEP
        where = math.copysign(_INF, x[i]) if away else float(x[i])
        return Extreme(_INF, where, where)
    if 0 < i == j < last:
        peaks = 1 + np.flatnonzero((y[:-2] < y[1:-1]) & (y[1:-1] > y[2:]) & (y[1:-1] >= y[i] - _SAME * abs(y[i])))
        nearest = peaks[np.argsort(np.abs(x[peaks]), kind="stable")[: _MOST // 8]]
        found = [_peak(function, x, y, int(peak), breaks) for peak in nearest]
        return max(found, key=lambda extreme: extreme.value - 1e-9 * abs(extreme.low))
    low = -_INF if i == 0 else _clean(x[i], breaks)
    high = _INF if j == last else _clean(x[j], breaks)
    # A plateau that float64 cannot tell from its limit is a limit, not an interval where it is reached.
    if high == _INF and low > 1.0 and low not in breaks:
        low = _INF
    if low == -_INF and high < -1.0 and high not in breaks:
        high = -_INF
    ends = [function(math.copysign(_FARTHEST, end)) for end in (low, high) if math.isinf(end)]
    highest = max(float(y[i]), *ends, -_INF)
    if highest - y[i] > 1e-6 * max(1.0, abs(y[i])):  # it grows as slowly as a logarithm
        highest = _INF
    return Extreme(highest + 0.0, low, high)


def _nearest_stretch(x: NDArray[np.float64], reached: NDArray[np.bool_]) -> tuple[int, int]:
    """The first and the last place of the stretch of `reached` that is nearest to 0."""
    at = np.flatnonzero(reached)
    begins, ends = at[np.append(True, np.diff(at) > 1)], at[np.append(np.diff(at) > 1, True)]
    nearest = np.argmin(np.maximum(np.maximum(x[begins], -x[ends]), 0.0))
    return int(begins[nearest]), int(ends[nearest])


def _peak(
    function: Callable[[float], float],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    i: int,
    breaks: Breaks,
) -> Extreme:
    """The peak between the neighbours of x[i]."""
    found = minimize_scalar(
        lambda t: -function(t), bounds=(x[i - 1], x[i + 1]), method="bounded", options={"xatol": 1e-12}
    )
    if -found.fun > y[i]:
        return Extreme(float(-found.fun), float(found.x), float(found.x))
    here = _clean(x[i], breaks)
    return Extreme(float(y[i]), here, here)


def _clean(t: float, breaks: Breaks) -> float:
    """The break itself instead of its neighbour among the floats."""
    return next((k for k, (below, above) in breaks.items() if below <= t <= above), float(t))


def _zeros(
    slope: Callable[[float], float], x: NDArray[np.float64], d: NDArray[np.float64], breaks: Breaks
) -> tuple[Interval, ...]:
    crossings = [
        float(brentq(slope, x[i], x[i + 1], xtol=1e-14, rtol=1e-14))
        for i in _nearest(x, np.flatnonzero((np.sign(d[:-1]) * np.sign(d[1:])) < 0))
        if not any(x[i] <= k <= x[i + 1] for k in breaks)  # a jump across zero is not a zero
    ]
    exact = [run for run in _runs(x, d == 0.0, breaks, None) if run[0] <= TRUE_ZERO and run[1] >= -TRUE_ZERO]
    return tuple(sorted([(c, c) for c in crossings] + exact))


def _runs(
    x: NDArray[np.float64], inside: NDArray[np.bool_], breaks: Breaks, edge: Callable[[float], float] | None
) -> tuple[Interval, ...]:
    """The stretches of x where `inside` holds, their ends refined to the roots of `edge`."""
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    change = _nearest(x, turns)
    bounds = [
        _clean(brentq(edge, x[i], x[i + 1], xtol=1e-14, rtol=1e-14) if edge else x[i + (not inside[i])], breaks)
        for i in change
    ]
    first, last = (inside[change[0]], inside[change[-1] + 1]) if len(change) else (inside[0], inside[-1])
    if first:  # what begins farther out than is looked at is left out
        bounds = [-_INF, *bounds] if len(change) == len(turns) or change[0] == turns[0] else bounds[1:]
    if last:
        bounds = [*bounds, _INF] if len(change) == len(turns) or change[-1] == turns[-1] else bounds[:-1]
    return tuple(zip(bounds[::2], bounds[1::2], strict=True))


def _nearest(x: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those in the middle, nearest to 0, where there are too many to refine."""
    first = int(np.searchsorted(x[places], 0.0)) - _MOST // 2
    return places if len(places) <= _MOST else places[max(first, 0) : max(first, 0) + _MOST]
