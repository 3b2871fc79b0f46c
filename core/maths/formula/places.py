"""Where a formula is not smooth, and where it is not defined: found by looking, and then to the last digit."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.maths.formula.duals import both, limit
from core.maths.formula.tree import COMPARISONS, Node

Array = NDArray[np.float64]
Places = tuple[float, ...]
Interval = tuple[float, float]

REACH = 50.0  # kinks farther out are not looked for
MOST = 32  # kinks of one function, those nearest to 0
_NEAR = np.unique(np.concatenate([np.linspace(-REACH, REACH, 8001), np.sinh(np.linspace(-9.0, 9.0, 401)) / 100.0]))
_WIDE = np.unique(np.concatenate([_NEAR, np.sinh(np.linspace(-230.0, 230.0, 2001))]))
_BESIDE, _STEP = 1e-9, 1e-5
_WHOLE = np.array([1.0, 2.0, 3.0, 6.0, 7.0, 8.0, 10.0, 100.0, 1000.0])  # simple fractions have one of these below


@lru_cache(maxsize=256)
def corners(tree: Node, a: float) -> tuple[Places, Places]:
    """Where the derivative, or the function itself, jumps, and where the derivative has a kink of its own."""
    switches = [switch for node in tree.walk() for switch in _switches(node)]
    c = _crossings(switches, a)
    if not c.size:
        return (), ()
    ways = np.array([-2.0 * _STEP, -_STEP, -_BESIDE, _BESIDE, _STEP, 2.0 * _STEP])[:, np.newaxis]
    away = ways * np.maximum(1.0, np.abs(c))
    values, slopes = both(tree, c + away, a)
    left, right = (slopes[1] - slopes[0]) / (away[1] - away[0]), (slopes[5] - slopes[4]) / (away[5] - away[4])
    jumps = _differ(values[2], values[3], 1e-6) | _differ(slopes[2], slopes[3], 1e-6)
    bent = _differ(left, right, 1e-3) & ~jumps
    return tuple(map(float, c[jumps])), tuple(map(float, c[bent]))


@lru_cache(maxsize=256)
def gap(tree: Node, a: float) -> Interval | None:
    """The first stretch of x where the formula is not defined, or the first place (both ends alike); None without."""
    lost = np.isnan(both(tree, _WIDE, a)[0])
    found: list[Interval] = []
    if lost.any():
        first = int(np.argmax(lost))
        after = first + int(np.argmin(np.append(lost[first:], False)))
        low = -np.inf if first == 0 else _edge(tree, a, _WIDE[first - 1], _WIDE[first])
        high = np.inf if after == len(_WIDE) else _edge(tree, a, _WIDE[after], _WIDE[after - 1])
        found.append((low, high))
    dividing = [switch for node in tree.walk() for switch in _divisors(node)]
    for place in _crossings(dividing, a):
        here, beside = (np.abs(both(tree, place + way, a)[0]) for way in (0.0, np.array([-0.01, 0.01])))
        pole = np.isnan(limit(tree, float(place), a)) and here > 1e6 * (1.0 + np.min(beside))
        if np.isnan(here) or pole:
            found.append((float(place), float(place)))
    return min(found, default=None)


def _edge(tree: Node, a: float, defined: float, lost: float) -> float:
    """What parts a place where the formula is defined from one where it is not."""
    for _ in range(60):
        middle = 0.5 * (defined + lost)
        defined, lost = (defined, middle) if np.isnan(both(tree, middle, a)[0]) else (middle, lost)
    return float(_simplest(np.array([lost]))[0])


def _switches(node: Node) -> Iterator[Node]:
    """What is zero where the node turns from one rule to another."""
    if node.kind in ("max", "min", *COMPARISONS):
        yield Node("-", node.parts)
    elif node.kind in ("abs", "sign", "relu", "sqrt"):
        yield node.parts[0]


def _divisors(node: Node) -> Iterator[Node]:
    """What must not be zero."""
    if node.kind == "/":
        yield node.parts[1]
    elif node.kind in ("log", "**"):
        yield node.parts[0]


def _crossings(switches: list[Node], a: float) -> Array:
    """Where any of them changes its sign, the nearest to 0 alone if there are many, in rising order."""
    found = [_roots(switch, a) for switch in dict.fromkeys(switches) if switch.has("x")]
    places = np.unique(np.concatenate([np.zeros(0), *found]))
    return np.sort(places[np.argsort(np.abs(places), kind="stable")[:MOST]])


def _roots(switch: Node, a: float) -> Array:
    """Where its sign changes, from or to 0 as well: a switch may be 0 on a whole stretch."""
    sign = np.sign(both(switch, _NEAR, a)[0])
    turns = np.flatnonzero((sign[:-1] != sign[1:]) & ~np.isnan(sign[:-1] + sign[1:]))
    low, high, before = _NEAR[turns], _NEAR[turns + 1], sign[turns]
    for _ in range(60):
        middle = 0.5 * (low + high)
        left = np.sign(both(switch, middle, a)[0]) == before
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return _simplest(np.where(np.abs(both(switch, low, a)[0]) < np.abs(both(switch, high, a)[0]), low, high))


def _simplest(x: Array) -> Array:
    """Instead of each place the simple fraction that it is but for rounding."""
    near = np.round(x * _WHOLE[:, np.newaxis]) / _WHOLE[:, np.newaxis]
    good = np.abs(near - x) <= 1e-14 * np.maximum(1.0, np.abs(x))
    return np.where(good.any(axis=0), near[np.argmax(good, axis=0), np.arange(len(x))], x) + 0.0


def _differ(left: Array, right: Array, share: float) -> NDArray[np.bool_]:
    return np.abs(left - right) > share * (1.0 + np.minimum(np.abs(left), np.abs(right)))
