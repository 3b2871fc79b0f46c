"""Value and derivative of every operation of a formula, from those of its parts.

What happens at a kink is said in core.maths.formula.duals.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf, erfc

from core.maths.activations.saturating import sigmoid_both, tanh_both

Dual = tuple[Any, Any]  # arrays, or numbers where they are the same everywhere

_INSIDE = 1e300  # the largest part of a formula, where it is bounded
_LOG_INSIDE = float(np.log(_INSIDE))
_LOG_LEAST = -744.0  # whose exponential is not yet 0, so that it can divide


class Free:
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


class Bounded(Free):
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


Keeping = type[Free]
Rule = Callable[..., Dual]


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


RULES: dict[str, Rule] = {
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
