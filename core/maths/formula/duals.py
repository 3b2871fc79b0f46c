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
from dataclasses import dataclass
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
_STRAIGHT, _STEEPEST = 1e100, 100.0
_TOO_MUCH = 1e300  # of a sum of squares
_STEPS = 1e-3 * np.array([1.0, 0.5, 0.25])
_BLOCK = 2**14  # values computed together: few enough to stay in the processor's cache


def value(tree: Node, x: ArrayLike, a: float) -> Array:
    return _guarded(tree, x, a, False)[0]


def both(tree: Node, x: ArrayLike, a: float) -> tuple[Array, Array]:
    """Value and derivative at x, of any shape."""
    return _guarded(tree, x, a, True)


def _guarded(tree: Node, x: ArrayLike, a: float, sloped: bool) -> tuple[Array, Array]:
    x = np.asarray(x, dtype=np.float64)
    flat = np.ascontiguousarray(x).reshape(-1)
    found = np.empty((2 if sloped else 1, flat.size))
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, _BLOCK):
            here = slice(start, start + _BLOCK)
            pair = _Run(flat[here], a, sloped, False).of(tree)
            for row, part in zip(found, pair, strict=False):
                row[here] = part
        if not all(np.dot(row, row) < _TOO_MUCH for row in found):  # nan as well
            wrong = ~np.all(np.abs(found) <= LARGEST, axis=0)
            if wrong.any():
                found[:, wrong] = _careful(tree, flat[wrong], a, sloped)
    rows = [row.reshape(x.shape) for row in found]
    return rows[0], rows[-1]


def _careful(tree: Node, x: Array, a: float, sloped: bool) -> Array:
    """What left the bounds once more: every part of the formula bounded, and limits where it is not defined."""
    near = np.clip(x, -_STRAIGHT, _STRAIGHT)
    found = _bounded_rows(tree, near, a)
    lost = np.isnan(found).any(axis=0)
    if lost.any():
        found[:, lost] = np.where(np.isnan(found[:, lost]), _limits(tree, near[lost], a), found[:, lost])
    found[1, np.isnan(found[1]) & ~np.isnan(found[0])] = 0.0
    found = np.clip(found, -LARGEST, LARGEST)
    beyond = np.clip(found[1], -_STEEPEST, _STEEPEST) * (x - near)
    found[0] = np.where(x == near, found[0], found[0] + beyond)
    return found if sloped else found[:1]


def _bounded_rows(tree: Node, x: Array, a: float) -> Array:
    return np.array([np.broadcast_to(part, x.shape) for part in _Run(x, a, True, True).of(tree)])


def _limits(tree: Node, x: Array, a: float) -> Array:
    """Value and derivative that both sides approach, from three steps (Richardson); nan where they do not meet."""
    steps = _STEPS[:, np.newaxis] * np.maximum(1.0, np.abs(x))
    right, left = (_bounded_rows(tree, (x + side * steps).ravel(), a).reshape(2, 3, -1) for side in (1.0, -1.0))
    middle, gap = 0.5 * (right + left), np.abs(right - left)
    first, second = (4.0 * middle[:, 1:] - middle[:, :-1]).swapaxes(0, 1) / 3.0
    limit = (16.0 * second - first) / 15.0
    size = 1.0 + np.abs(limit)
    meets = (np.abs(second - first) < 1e-7 * size) & (gap[:, 2] <= 0.7 * gap[:, 1] + 1e-9 * size)
    return np.where(meets, limit, np.nan)


@dataclass(frozen=True)
class _Run:
    """One evaluation. `bounded`: every part is kept within the bounds, and a division by 0 is nan."""

    x: Array
    a: float
    sloped: bool
    bounded: bool

    def of(self, node: Node, known: dict[int, Dual] | None = None) -> Dual:
        known = {} if known is None else known
        if id(node) in known:
            return known[id(node)]
        if node.kind == "where":
            found = self.where(node, known)
        else:
            found = self.rule(node, [self.of(part, known) for part in node.parts])
        if self.bounded and node.parts:
            found = self.kept(found[0]), self.kept(found[1])
        known[id(node)] = found
        return found

    def rule(self, node: Node, parts: list[Dual]) -> Dual:
        match node.kind:
            case "number":
                return node.value, 0.0
            case "x":
                return self.x, 1.0
            case "a":
                return self.a, 0.0
            case "pi":
                return np.pi, 0.0
            case "e":
                return np.e, 0.0
        return _RULES[node.kind](self, *parts)

    def where(self, node: Node, known: dict[int, Dual]) -> Dual:
        test = self.truth(node.parts[0], known)
        (u, du), (v, dv) = (self.of(part, known) for part in node.parts[1:])
        return self.chosen(test, u, v), self.chosen(test, du, dv)

    def truth(self, node: Node, known: dict[int, Dual]) -> Any:
        if node.kind == "and":
            return np.logical_and(*(self.truth(part, known) for part in node.parts))
        (u, _), (v, _) = (self.of(part, known) for part in node.parts)
        return _COMPARE[node.kind](u, v)

    def chosen(self, test: Any, u: Any, v: Any) -> Any:
        """u where the test holds, else v. Products are faster; what they make a nan of is computed once more."""
        if self.bounded:
            return np.where(test, u, v)
        if isinstance(u, float) and isinstance(v, float) and u == v:
            return u
        return test * u + ~np.asarray(test) * v

    def kept(self, u: Any) -> Any:
        """Within the bounds; a difference of two infinities would be nan."""
        return np.clip(u, -_INSIDE, _INSIDE) if self.bounded else u

    def exponent(self, u: Any) -> Any:
        return np.clip(u, -_LOG_INSIDE, _LOG_INSIDE) if self.bounded else u

    def over(self, u: Any, v: Any) -> Any:
        return np.divide(u, np.where(v == 0.0, np.nan, v) if self.bounded else v)

    def log(self, u: Any) -> Any:
        return np.log(np.where(u == 0.0, np.nan, u) if self.bounded else u)


def _times(u: Any, v: Any) -> Any:
    """A product that spends nothing on factors which are 0 or 1 everywhere."""
    for one, other in ((u, v), (v, u)):
        if isinstance(one, float) and one in (0.0, 1.0):
            return other if one else 0.0
    return u * v


def _plus(u: Any, v: Any) -> Any:
    for one, other in ((u, v), (v, u)):
        if isinstance(one, float) and one == 0.0:
            return other
    return u + v


def _product(run: _Run, u: Dual, v: Dual) -> Dual:
    slope = _plus(run.kept(_times(u[1], v[0])), run.kept(_times(u[0], v[1]))) if run.sloped else 0.0
    return u[0] * v[0], slope


def _quotient(run: _Run, u: Dual, v: Dual) -> Dual:
    found = run.over(u[0], v[0])
    if not run.sloped:
        return found, 0.0
    return found, run.over(_plus(u[1], run.kept(_times(-found, v[1]))), v[0])


def _power(run: _Run, u: Dual, v: Dual) -> Dual:
    (base, slope), (exponent, growth) = u, v
    if isinstance(growth, float) and growth == 0.0 and np.ndim(exponent) == 0:
        return _fixed_power(run, base, slope, float(exponent))
    logarithm = run.log(base)
    found = np.exp(run.exponent(exponent * logarithm))
    return found, _times(found, _plus(_times(growth, logarithm), _times(slope, run.over(exponent, base))))


def _fixed_power(run: _Run, base: Any, slope: Any, n: float) -> Dual:
    if n == 2.0:
        return base * base, _times(2.0 * base, slope)
    if n == 0.5:
        return _root(run, (base, slope))
    if n < 0.0:
        return _quotient(run, (1.0, 0.0), _fixed_power(run, base, slope, -n))
    if n == 3.0:
        square = base * base
        return square * base, _times(3.0 * square, slope)
    if n == 0.0:
        return 1.0 + 0.0 * base, 0.0
    vertical = run.bounded and n < 1.0
    below = np.power(np.where(base == 0.0, np.nan, base) if vertical else base, n - 1.0) if run.sloped else 0.0
    return np.power(base, n), _times(n * below, slope)


def _root(run: _Run, u: Dual) -> Dual:
    found = np.sqrt(u[0])
    return found, _times(run.over(0.5, found), u[1]) if run.sloped else 0.0


def _larger(run: _Run, u: Dual, v: Dual, sign: float = 1.0) -> Dual:
    first, second = sign * u[0] > sign * v[0], u[0] == v[0]
    found = (np.maximum if sign > 0 else np.minimum)(u[0], v[0])
    if not run.sloped:
        return found, 0.0
    slope = run.chosen(first, u[1], v[1])
    if np.any(second):
        alike = np.where(u[1] * np.ones_like(v[1]) * v[1] > 0, np.minimum(np.abs(u[1]), np.abs(v[1])), 0.0)
        slope = np.where(second, np.copysign(alike, u[1]), slope)
    return found, slope


def _softplus(run: _Run, u: Dual) -> Dual:
    found = np.maximum(u[0], 0.0) + np.log1p(np.exp(-np.abs(u[0])))
    return found, _times(sigmoid_both(u[0])[0], u[1]) if run.sloped else 0.0


def _chain(function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[[_Run, Dual], Dual]:
    return lambda run, u: (function(u[0]), _times(slope(u[0]), u[1]) if run.sloped else 0.0)


def _shared(pair: Callable[[Any], Dual]) -> Callable[[_Run, Dual], Dual]:
    def rule(run: _Run, u: Dual) -> Dual:
        found, slope = pair(u[0])
        return found, _times(slope, u[1])

    return rule


def _exponential(run: _Run, u: Dual) -> Dual:
    found = np.exp(run.exponent(u[0]))
    return found, _times(found, u[1])


def _short_of_one(run: _Run, u: Dual) -> Dual:
    """exp(u) - 1"""
    bounded = run.exponent(u[0])
    return np.expm1(bounded), _times(np.exp(bounded), u[1]) if run.sloped else 0.0


def _hyperbolic(run: _Run, u: Dual, odd: bool) -> Dual:
    bounded = run.exponent(u[0])
    functions = (np.sinh, np.cosh) if odd else (np.cosh, np.sinh)
    return functions[0](bounded), _times(functions[1](bounded), u[1]) if run.sloped else 0.0


def _hill(run: _Run, u: Dual) -> Dual:
    """1 / cosh^2"""
    found, slope = tanh_both(u[0])
    return slope, _times(-2.0 * found * slope, u[1])


def _bell(u: Any) -> Any:
    """erf'"""
    return 2.0 / np.sqrt(np.pi) * np.exp(-u * u)


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_RULES: dict[str, Callable[..., Dual]] = {
    "neg": lambda run, u: (-u[0], -u[1]),
    "+": lambda run, u, v: (u[0] + v[0], _plus(u[1], v[1])),
    "-": lambda run, u, v: (u[0] - v[0], _plus(u[1], -v[1])),
    "*": _product,
    "/": _quotient,
    "**": _power,
    "exp": _exponential,
    "expm1": _short_of_one,
    "log": lambda run, u: (run.log(u[0]), run.over(u[1], u[0])),
    "log1p": lambda run, u: (np.log1p(np.where(u[0] == -1.0, np.nan, u[0])), run.over(u[1], 1.0 + u[0])),
    "tanh": _shared(tanh_both),
    "sech2": _hill,
    "sinh": lambda run, u: _hyperbolic(run, u, True),
    "cosh": lambda run, u: _hyperbolic(run, u, False),
    "sin": _chain(np.sin, np.cos),
    "cos": _chain(np.cos, lambda u: -np.sin(u)),
    "sqrt": _root,
    "abs": _chain(np.abs, np.sign),
    "max": _larger,
    "min": lambda run, u, v: _larger(run, u, v, -1.0),
    "sign": lambda run, u: (np.sign(u[0]), 0.0),
    "erf": _chain(erf, _bell),
    "erfc": _chain(erfc, lambda u: -_bell(u)),
    "sigmoid": _shared(sigmoid_both),
    "softplus": _softplus,
    "relu": _chain(lambda u: np.maximum(u, 0.0), lambda u: np.greater(u, 0.0) * 1.0),
}
