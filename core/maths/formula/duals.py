"""Value and derivative of a formula together, exact: every part of it as a pair (u, u'), which is forward mode.

At a kink: abs'(0) = sign(0) = 0 and relu'(0) = 0. Of max and min where both sides are equal it is the slope nearer to
0, and 0 if the two have different signs (so max(x, 0) is ReLU and max(x, 0.01*x) Leaky ReLU). `where` has the slope of
the side that its condition chooses, at a jump as well: where(x > 0, 1, 0) has slope 0 everywhere.

Nothing overflows and nothing warns: values and slopes end at +-1e150, so that a network can square them. Where a value
is larger because x is, as of ReLU, the function goes on from |x| = 1e100 as a straight line. A place where it is not
defined gives nan, unless both sides have one limit there, as of sin(x)/x. Where the value is defined and the slope has
no limit, as of sqrt(abs(x)), the slope is 0.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf, erfc

from core.maths.activations.saturating import sigmoid_both, tanh_both
from core.maths.formula.tree import Node

Array = NDArray[np.float64]
Dual = tuple[Any, Any]  # arrays, or numbers where they are the same everywhere

LARGEST = 1e150
_INSIDE = 1e300  # the same for the parts of a formula
_LOG_INSIDE = float(np.log(_INSIDE))
_LOG_LEAST = -744.0  # whose exponential is not yet 0, so that it can divide
_STRAIGHT, _STEEPEST = 1e100, 100.0
_FLOAT = float(np.finfo(np.float64).max)
_TOO_MUCH = LARGEST**2  # for a sum of squares
_STEPS = 1e-3 * np.array([1.0, 0.5, 0.25])
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
    value, slope = _run(steps, x, a, _Free)
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
    if lost.any():
        found[:, lost] = np.where(np.isnan(found[:, lost]), _limits(steps, near[lost], a), found[:, lost])
    found[1, np.isnan(found[1]) & ~np.isnan(found[0])] = 0.0
    found = np.clip(found, -LARGEST, LARGEST)
    grows = (x != near) & (np.abs(found[0]) > np.sqrt(_STRAIGHT))
    found[0, grows] += np.clip(found[1, grows], -_STEEPEST, _STEEPEST) * (x - near)[grows]
    found[0] = np.clip(found[0], -_FLOAT, _FLOAT)
    return found


def _bounded(steps: "Steps", x: Array, a: float) -> Array:
    return np.array([np.broadcast_to(part, x.shape) for part in _run(steps, x, a, _Bounded)])


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


class _Free:
    """How numbers are kept where nothing overflows: not at all."""

    @staticmethod
    def kept(u: Any) -> Any:
        return u

    exponent = divisor = kept

    @staticmethod
    def chosen(test: Any, u: Any, v: Any) -> Any:
        """u where the test holds, else v: by products, which are faster; a nan on the other side is seen later."""
        first = np.asarray(test).astype(np.float64)
        if type(u) is type(v) is float and v + (u - v) == u:
            return _plus(v, _times(first, u - v))
        return _plus(_times(first, u), _times(1.0 - first, v) if np.ndim(v) or v else 0.0)


class _Bounded(_Free):
    """Every number within the bounds; what is divided by 0 is not defined."""

    @staticmethod
    def kept(u: Any) -> Any:
        return np.clip(u, -_INSIDE, _INSIDE)

    @staticmethod
    def exponent(u: Any) -> Any:
        return np.clip(u, _LOG_LEAST, _LOG_INSIDE)

    @staticmethod
    def divisor(u: Any) -> Any:
        return np.where(u == 0.0, np.nan, u)

    @staticmethod
    def chosen(test: Any, u: Any, v: Any) -> Any:
        return np.where(test, u, v)


Keeping = type[_Free]
Rule = Callable[..., Dual]
Steps = tuple[tuple[Rule | None, Any, tuple[int, ...]], ...]  # without a rule: a number, or the name of a letter


@lru_cache(maxsize=256)
def steps_of(tree: Node) -> Steps:
    steps: list[tuple[Rule | None, Any, tuple[int, ...]]] = []
    places: dict[Node, int] = {}  # equal parts are computed once

    def place(node: Node) -> int:
        if node not in places:
            parts = tuple(map(place, node.parts))
            constant = {"number": node.value, "pi": np.pi, "e": np.e}.get(node.kind, node.kind)
            steps.append((_RULES[node.kind] if parts else None, constant, parts))
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
        found.append((value, slope) if keeping is _Free else (_Bounded.kept(value), _Bounded.kept(slope)))
    return found[-1]


def _times(u: Any, v: Any) -> Any:
    """A product that spends nothing on factors which are 0 or 1 everywhere."""
    if type(u) is float and u in (0.0, 1.0):
        return v if u else 0.0
    if type(v) is float and v in (0.0, 1.0):
        return u if v else 0.0
    return u * v


def _plus(u: Any, v: Any) -> Any:
    if type(u) is float and u == 0.0:
        return v
    return u if type(v) is float and v == 0.0 else u + v


def _product(keeping: Keeping, u: Dual, v: Dual) -> Dual:
    return u[0] * v[0], _plus(keeping.kept(_times(u[1], v[0])), keeping.kept(_times(u[0], v[1])))


def _quotient(keeping: Keeping, u: Dual, v: Dual) -> Dual:
    divisor = keeping.divisor(v[0])
    found = np.divide(u[0], divisor)
    if type(v[1]) is float and v[1] == 0.0:
        return found, _over(u[1], divisor)
    return found, np.divide(_plus(u[1], keeping.kept(_times(-found, v[1]))), divisor)


def _over(u: Any, v: Any) -> Any:
    return 0.0 if type(u) is float and u == 0.0 else np.divide(u, v)


def _power(keeping: Keeping, u: Dual, v: Dual) -> Dual:
    (base, slope), (exponent, growth) = u, v
    if type(growth) is float and growth == 0.0 and np.ndim(exponent) == 0:
        return _fixed_power(keeping, base, slope, float(exponent))
    base = keeping.divisor(base)
    logarithm = np.log(base)
    found = np.exp(keeping.exponent(exponent * logarithm))
    return found, _times(found, _plus(_times(growth, logarithm), _times(slope, np.divide(exponent, base))))


def _fixed_power(keeping: Keeping, base: Any, slope: Any, n: float) -> Dual:
    if n in (0.0, 1.0):
        return (base, slope) if n else (1.0 + 0.0 * base, 0.0)
    if n == 2.0:
        return base * base, _times(2.0 * base, slope)
    if n == 3.0:
        square = base * base
        return square * base, _times(3.0 * square, slope)
    if n == 0.5:
        return _root(keeping, (base, slope))
    if n < 0.0:
        return _quotient(keeping, (1.0, 0.0), _fixed_power(keeping, base, slope, -n))
    below = np.power(keeping.divisor(base) if n < 1.0 else base, n - 1.0)
    return np.power(base, n), _times(n * below, slope)


def _root(keeping: Keeping, u: Dual) -> Dual:
    found = np.sqrt(u[0])
    return found, _times(u[1], np.divide(0.5, keeping.divisor(found)))


def _larger(keeping: Keeping, u: Dual, v: Dual, sign: float = 1.0) -> Dual:
    """max, or min with the other sign; where both are equal the slope nearer to 0."""
    found = (np.maximum if sign > 0 else np.minimum)(u[0], v[0])
    if type(u[1]) is type(v[1]) is float and (u[1] * v[1] > 0.0 or 0.0 in (u[1], v[1])):
        first, second = (u, v) if abs(u[1]) > abs(v[1]) else (v, u)
        over = np.greater if sign > 0 else np.less
        return found, keeping.chosen(over(first[0], second[0]), first[1], second[1])
    slope = keeping.chosen(sign * u[0] > sign * v[0], u[1], v[1])
    equal = np.equal(u[0], v[0])
    if np.any(equal):
        same = np.multiply(u[1], v[1]) > 0.0
        nearer = np.where(same, np.copysign(np.minimum(np.abs(u[1]), np.abs(v[1])), u[1]), 0.0)
        slope = np.where(equal, nearer, slope)
    return found, slope


def _where(keeping: Keeping, test: Dual, u: Dual, v: Dual) -> Dual:
    return keeping.chosen(test[0], u[0], v[0]), keeping.chosen(test[0], u[1], v[1])


def _softplus(keeping: Keeping, u: Dual) -> Dual:
    found = np.maximum(u[0], 0.0) + np.log1p(np.exp(-np.abs(u[0])))
    return found, _times(sigmoid_both(u[0])[0], u[1])


def _exponential(keeping: Keeping, u: Dual) -> Dual:
    found = np.exp(keeping.exponent(u[0]))
    return found, _times(found, u[1])


def _with_exponentials(function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Rule:
    def rule(keeping: Keeping, u: Dual) -> Dual:
        bounded = keeping.exponent(u[0])
        return function(bounded), _times(slope(bounded), u[1])

    return rule


def _logarithm(keeping: Keeping, u: Dual) -> Dual:
    divisor = keeping.divisor(u[0])
    return np.log(divisor), _over(u[1], divisor)


def _logarithm_beside_one(keeping: Keeping, u: Dual) -> Dual:
    """log(1 + u)"""
    divisor = keeping.divisor(1.0 + u[0])
    return np.where(np.isnan(divisor), np.nan, np.log1p(u[0])), _over(u[1], divisor)


def _outer(function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Rule:
    return lambda keeping, u: (function(u[0]), _times(slope(u[0]), u[1]))


def _outer_both(pair: Callable[[Any], Dual]) -> Rule:
    def rule(keeping: Keeping, u: Dual) -> Dual:
        found, slope = pair(u[0])
        return found, _times(slope, u[1])

    return rule


def _hill(u: Any) -> Dual:
    """1 / cosh^2"""
    found, slope = tanh_both(u)
    return slope, -2.0 * found * slope


def _bell(u: Any) -> Any:
    """erf'"""
    return 2.0 / np.sqrt(np.pi) * np.exp(-u * u)


def _compared(test: Callable[[Any, Any], Any]) -> Rule:
    return lambda keeping, u, v: (test(u[0], v[0]), 0.0)


_RULES: dict[str, Rule] = {
    "neg": lambda keeping, u: (-u[0], -u[1]),
    "+": lambda keeping, u, v: (u[0] + v[0], _plus(u[1], v[1])),
    "-": lambda keeping, u, v: (u[0] - v[0], _plus(u[1], -v[1])),
    "*": _product,
    "/": _quotient,
    "**": _power,
    "exp": _exponential,
    "expm1": _with_exponentials(np.expm1, np.exp),
    "sinh": _with_exponentials(np.sinh, np.cosh),
    "cosh": _with_exponentials(np.cosh, np.sinh),
    "log": _logarithm,
    "log1p": _logarithm_beside_one,
    "tanh": _outer_both(tanh_both),
    "sech2": _outer_both(_hill),
    "sin": _outer(np.sin, np.cos),
    "cos": _outer(np.cos, lambda u: -np.sin(u)),
    "sqrt": _root,
    "abs": _outer(np.abs, np.sign),
    "sign": lambda keeping, u: (np.sign(u[0]), 0.0),
    "max": _larger,
    "min": lambda keeping, u, v: _larger(keeping, u, v, -1.0),
    "relu": lambda keeping, u: _larger(keeping, u, (0.0, 0.0)),
    "where": _where,
    "erf": _outer(erf, _bell),
    "erfc": _outer(erfc, lambda u: -_bell(u)),
    "sigmoid": _outer_both(sigmoid_both),
    "softplus": _softplus,
    "and": _compared(np.logical_and),
    "<": _compared(np.less),
    "<=": _compared(np.less_equal),
    ">": _compared(np.greater),
    ">=": _compared(np.greater_equal),
}
