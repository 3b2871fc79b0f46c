"""Value and derivative of a formula together, exact: every part of it as a pair (u, u'), which is forward mode.

At a kink: abs'(0) = sign(0) = 0 and relu'(0) = 0. Of max and min where both sides are equal it is the slope nearer to
0, and 0 if the two have different signs (so max(x, 0) is ReLU and max(x, 0.01*x) Leaky ReLU). `where` has the slope of
the side that its condition chooses, at a jump as well: where(x > 0, 1, 0) has slope 0 everywhere.

Nothing overflows and nothing warns: values and slopes end at +-1e150, so that a network can square them. Where a value
is larger because x is, as of ReLU, the function goes on from |x| = 1e100 as a straight line. A place where it is not
defined gives nan, unless both sides have one limit there, as of sin(x)/x. Where the value is defined and the slope has
no limit, as of sqrt(abs(x)), the slope is 0.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.maths.formula.rules import RULES, Bounded, Dual, Free, Keeping, Rule
from core.maths.formula.tree import Node

Array = NDArray[np.float64]

LARGEST = 1e150
_STRAIGHT, _STEEPEST = 1e100, 100.0
_FLOAT = float(np.finfo(np.float64).max)
_TOO_MUCH = LARGEST**2  # for a sum of squares
_STEPS = 1e-3 * np.array([1.0, 0.5, 0.25])
_SINGLE = 64  # places where limits are looked for: of more it is a whole stretch that is not defined
_BLOCK = 2**14  # values computed together: few enough to stay in the processor's cache


def both(tree: Node, x: ArrayLike, a: float) -> tuple[Array, Array]:
    """Value and derivative at x, of any shape."""
    return computed(steps_of(tree), x, a)


def computed(steps: "Steps", x: ArrayLike, a: float) -> tuple[Array, Array]:
    x = np.asarray(x, dtype=np.float64)
    flat = x.reshape(-1)
    with np.errstate(all="ignore"):
        if flat.size <= _BLOCK:
            value, slope = _block(steps, flat, a)
        else:
            value, slope = np.empty((2, flat.size))
            for start in range(0, flat.size, _BLOCK):
                here = slice(start, start + _BLOCK)
                value[here], slope[here] = _block(steps, flat[here], a)
    return value.reshape(x.shape), slope.reshape(x.shape)


def _block(steps: "Steps", x: Array, a: float) -> tuple[Array, Array]:
    value, slope = _run(steps, x, a, Free)
    value = value.copy() if value is x else value if np.ndim(value) else np.full(x.shape, value, np.float64)
    slope = slope if np.ndim(slope) else np.full(x.shape, slope, np.float64)
    if not (np.dot(value, value) < _TOO_MUCH and np.dot(slope, slope) < _TOO_MUCH):  # nan as well
        wrong = ~((np.abs(value) <= LARGEST) & (np.abs(slope) <= LARGEST))
        if wrong.any():
            value[wrong], slope[wrong] = _careful(steps, x[wrong], a)
    return value, slope


def _careful(steps: "Steps", x: Array, a: float) -> Array:
    """What left the bounds once more: every part of the formula bounded, and limits where it is not defined."""
    near = np.clip(x, -_STRAIGHT, _STRAIGHT)
    found = _bounded(steps, near, a)
    lost = np.isnan(found).any(axis=0)
    places, which = np.unique(near[lost], return_inverse=True)
    if 0 < len(places) <= _SINGLE:
        found[:, lost] = np.where(np.isnan(found[:, lost]), _limits(steps, places, a)[:, which], found[:, lost])
    found[1, np.isnan(found[1]) & ~np.isnan(found[0])] = 0.0
    found = np.clip(found, -LARGEST, LARGEST)
    grows = (x != near) & (np.abs(found[0]) > np.sqrt(_STRAIGHT))
    found[0, grows] += np.clip(found[1, grows], -_STEEPEST, _STEEPEST) * (x - near)[grows]
    found[0] = np.clip(found[0], -_FLOAT, _FLOAT)
    return found


def _bounded(steps: "Steps", x: Array, a: float) -> Array:
    return np.array([np.broadcast_to(part, x.shape) for part in _run(steps, x, a, Bounded)])


def limit(tree: Node, x: float, a: float) -> float:
    """The value that both sides approach at x; nan where they do not meet."""
    with np.errstate(all="ignore"):
        return float(_limits(steps_of(tree), np.array([x]), a)[0, 0])


def _limits(steps: "Steps", x: Array, a: float) -> Array:
    """Value and derivative that both sides approach, from three steps (Richardson); nan where they do not meet."""
    ways = _STEPS[:, np.newaxis] * np.maximum(1.0, np.abs(x))
    right, left = (_bounded(steps, (x + side * ways).ravel(), a).reshape(2, 3, -1) for side in (1.0, -1.0))
    middle, gap = 0.5 * (right + left), np.abs(right - left)
    first, second = (4.0 * middle[:, 1:] - middle[:, :-1]).swapaxes(0, 1) / 3.0
    limit = (16.0 * second - first) / 15.0
    size = 1.0 + np.abs(limit)
    meets = (np.abs(second - first) < 1e-7 * size) & (gap[:, 2] <= 0.7 * gap[:, 1] + 1e-9 * size)
    return np.where(meets, limit, np.nan)


# A formula as steps, each with the places of what it is computed from

Steps = tuple[tuple[Rule | None, Any, tuple[int, ...]], ...]  # without a rule: a number, or the name of a letter


@lru_cache(maxsize=256)
def steps_of(tree: Node) -> Steps:
    steps: list[tuple[Rule | None, Any, tuple[int, ...]]] = []
    places: dict[Node, int] = {}  # equal parts are computed once

    def place(node: Node) -> int:
        if node not in places:
            parts = tuple(map(place, node.parts))
            constant = {"number": node.value, "pi": np.pi, "e": np.e}.get(node.kind, node.kind)
            steps.append((RULES[node.kind] if parts else None, constant, parts))
            places[node] = len(steps) - 1
        return places[node]

    place(tree)
    return tuple(steps)


def _run(steps: Steps, x: Array, a: float, keeping: Keeping) -> Dual:
    found: list[Dual] = []
    letters = {"x": (x, 1.0), "a": (float(a), 0.0)}
    for rule, constant, parts in steps:
        if rule is None:
            found.append(letters.get(constant) or (constant, 0.0))
            continue
        value, slope = rule(keeping, *[found[part] for part in parts])
        found.append((value, slope) if keeping is Free else (Bounded.kept(value), Bounded.kept(slope)))
    return found[-1]
