"""Averages of an activation over normal inputs: all that the theory of wide networks needs to know of it.

Pre-activations are x = sqrt(q) Z, with Z standard normal and q their variance.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from core.maths.activations import ACTIVATIONS
from core.maths.numbers import parameters_of

Array = NDArray[np.float64]

LARGEST_VARIANCE = 1e300  # what is beyond counts as infinite
NOISE = 1e-13  # relative error of the averages: a difference below it is none

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_REACH = 39.0  # beyond, the normal density is zero in float64
_LADDER = np.geomspace(1e-12, 1e10, 22 * 16 + 1)  # variances among which fixed points are looked for first


def quadrature(std: float, breaks: tuple[float, ...] = ()) -> tuple[Array, Array]:
    """Places x and weights w, so that sum(w g(x)) = E[g(std Z)], Z standard normal.

    Gauss-Legendre on pieces that end at the breaks of g. The pieces grow geometrically away from 0 on the scale of x as
    well as of z, so that features of g at |x| ~ 1 are resolved for any std: relative error about 1e-12.
    """
    inner = np.geomspace(1.0, 64.0, 13) / max(std, 1e-300)
    outer = np.linspace(0.5, _REACH, 78)
    positive = np.concatenate([inner[inner < _REACH], np.linspace(0, 1, 5)[1:-1] * min(1 / max(std, 1e-300), 1), outer])
    ends = np.array([k / std for k in breaks if std > 0 and abs(k / std) < _REACH])
    edges = np.unique(np.concatenate([-positive, [0.0], positive, ends]))
    half = np.diff(edges)[:, np.newaxis] / 2
    z = edges[:-1, np.newaxis] + half * (1.0 + _NODES)
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return (std * z).ravel(), (half * _WEIGHTS * density).ravel()


@dataclass(frozen=True)
class Moments:
    """Averages over x = sqrt(q) Z: E[f], E[f^2], E[f'^2], d E[f^2] / dq = E[f f' x] / q, and E[f'^4]."""

    mean: float
    second: float
    slope: float
    growth: float
    slope_fourth: float


def moments(activation: str, q: float, parameters: Mapping[str, float]) -> Moments:
    """The averages at variance q (validated parameters); at 0 and beyond 1e300 the limits.

    The latest are kept: a network predicted once more, deeper or with another seed, passes the same variances.
    """
    return _kept(activation, float(q), tuple(parameters.items()))


@lru_cache(maxsize=2**14)  # of about half a kilobyte
def _kept(activation: str, q: float, parameters: tuple[tuple[str, float], ...]) -> Moments:
    return averages(activation, q, dict(parameters))


def averages(activation: str, q: float, parameters: Mapping[str, float]) -> Moments:
    """As `moments`, computed."""
    if not q >= 0.0:  # nan as well
        raise ValueError(f"a variance must be at least 0, not {q!r:.60}")
    entry = ACTIVATIONS[activation]
    std = math.sqrt(min(max(q, 1e-300), LARGEST_VARIANCE))
    x, weights = quadrature(std, entry.breaks_at(**parameters))
    value, slope = entry.value_and_derivative(x, **parameters)
    second, mean_slope = float(weights @ value**2), float(weights @ slope**2)
    growth = float(weights @ (value * slope * (x / std))) / std
    fourth = float(weights @ np.square(np.minimum(np.square(slope), LARGEST_VARIANCE**0.5)))
    if q == 0.0:  # f itself at 0; of f' both sides count, whatever it is called at a kink
        at_zero = float(entry.value(0.0, **parameters))
        if at_zero != 0.0:  # f f' x cancels to its second order: taken where that has digits (such f are smooth)
            growth = averages(activation, 1e-10, parameters).growth
        return Moments(at_zero, at_zero * at_zero, mean_slope, growth, fourth)
    if q > LARGEST_VARIANCE and second > 1e200:
        second = math.inf
    return Moments(float(weights @ value), second, mean_slope, growth, fourth)


@dataclass(frozen=True)
class Ladder:
    """The moments of one activation on a ladder of variances; `at_zero` and `at_infinity` are its ends.

    `log_second` and `log_slope`, of log q, are log E[f^2] and log E[f'^2] between the rungs.
    """

    q: Array
    second: Array
    slope: Array
    log_second: CubicSpline
    log_slope: CubicSpline
    at_zero: Moments
    at_infinity: Moments


def ladder(activation: str, **params: float) -> Ladder:
    """Computed once per activation and parameters (about 0.1 s)."""
    valid = parameters_of("activation", activation, ACTIVATIONS, params)
    return _ladder(activation, tuple(valid.items()))


@lru_cache(maxsize=64)
def _ladder(activation: str, parameters: tuple[tuple[str, float], ...]) -> Ladder:
    settings = dict(parameters)
    rungs = [averages(activation, float(q), settings) for q in _LADDER]  # too many to be kept one by one
    second, slope = np.array([(rung.second, rung.slope) for rung in rungs]).T
    log_q = np.log(_LADDER)
    return Ladder(
        _LADDER, second, slope,
        CubicSpline(log_q, np.log(np.maximum(second, 1e-300))),  # of a constant a slope is 0
        CubicSpline(log_q, np.log(np.maximum(slope, 1e-300))),
        averages(activation, 0.0, settings),
        averages(activation, math.inf, settings),
    )  # fmt: skip
