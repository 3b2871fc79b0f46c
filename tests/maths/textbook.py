"""Textbook definitions at 400 digits: what the tests compare the code with.

No trick against cancellation or overflow is needed here: 1 - tanh^2 loses 330 digits where float64 still
sees something, and 70 remain. The derivatives are the ones printed in textbooks; a test holds them
to differences of the values.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mpmath import MPContext

from core.maths.activations import ACTIVATIONS

Real = Any  # mpmath's numbers carry no types

mp = MPContext()
mp.dps = 400

SELU_SCALE = mp.mpf("1.0507009873554804934193349852946")
SELU_ALPHA = mp.mpf("1.6732632423543772848170429916717")


def sigmoid(x: Real) -> Real:
    return 1 / (1 + mp.exp(-x))


def sigmoid_derivative(x: Real) -> Real:
    return sigmoid(x) * (1 - sigmoid(x))


def elu(x: Real, alpha: Real) -> Real:
    return x if x > 0 else alpha * (mp.exp(x) - 1)


def elu_derivative(x: Real, alpha: Real) -> Real:
    return mp.mpf(1) if x > 0 else alpha * mp.exp(x)


def normal_cdf(x: Real) -> Real:
    if abs(x) > 1e9:  # 0 or 1 for all practical purposes, and mpmath's erfc refuses the largest floats
        return mp.mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def normal_density(x: Real) -> Real:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _inner(x: Real) -> Real:
    return mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3)


def _inner_derivative(x: Real) -> Real:
    return mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf("0.044715") * x**2)


def softplus(x: Real) -> Real:
    return mp.log(1 + mp.exp(x))


def _mish_derivative(x: Real) -> Real:
    t = mp.tanh(softplus(x))
    return t + x * (1 - t**2) * sigmoid(x)


def relu6(x: Real) -> Real:
    return min(max(x, mp.mpf(0)), mp.mpf(6))


def _hard_swish_derivative(x: Real) -> Real:
    return (2 * x + 3) / 6 if -3 < x < 3 else mp.mpf(x >= 3)


TEXTBOOK: dict[str, tuple[Callable[..., Real], Callable[..., Real]]] = {
    "identity": (lambda x: x, lambda x: mp.mpf(1)),
    "sigmoid": (sigmoid, sigmoid_derivative),
    "tanh": (mp.tanh, lambda x: 1 - mp.tanh(x) ** 2),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "hard_sigmoid": (lambda x: relu6(x + 3) / 6, lambda x: mp.mpf(-3 < x < 3) / 6),
    "relu": (lambda x: max(x, mp.mpf(0)), lambda x: mp.mpf(x > 0)),
    "leaky_relu": (lambda x, alpha: x if x > 0 else alpha * x, lambda x, alpha: mp.mpf(1) if x > 0 else alpha),
    "prelu": (lambda x, a: x if x > 0 else a * x, lambda x, a: mp.mpf(1) if x > 0 else a),
    "elu": (elu, elu_derivative),
    "selu": (lambda x: SELU_SCALE * elu(x, SELU_ALPHA), lambda x: SELU_SCALE * elu_derivative(x, SELU_ALPHA)),
    "relu6": (relu6, lambda x: mp.mpf(0 < x < 6)),
    "hard_swish": (lambda x: x * relu6(x + 3) / 6, _hard_swish_derivative),
    "swish": (
        lambda x, beta: x * sigmoid(beta * x),
        lambda x, beta: sigmoid(beta * x) + beta * x * sigmoid_derivative(beta * x),
    ),
    "gelu": (lambda x: x * normal_cdf(x), lambda x: normal_cdf(x) + x * normal_density(x)),
    "gelu_tanh": (
        lambda x: x / 2 * (1 + mp.tanh(_inner(x))),
        lambda x: (1 + mp.tanh(_inner(x))) / 2 + x / 2 * (1 - mp.tanh(_inner(x)) ** 2) * _inner_derivative(x),
    ),
    "softplus": (softplus, sigmoid),
    "mish": (lambda x: x * mp.tanh(softplus(x)), _mish_derivative),
}


def true_value(name: str, x: Real, **params: float) -> Real:
    """f(x), the arguments taken as exact."""
    return TEXTBOOK[name][0](mp.mpf(x), **{key: mp.mpf(p) for key, p in params.items()})


def true_derivative(name: str, x: Real, **params: float) -> Real:
    """f'(x), the arguments taken as exact; at a kink as deep-learning libraries have it."""
    return TEXTBOOK[name][1](mp.mpf(x), **{key: mp.mpf(p) for key, p in params.items()})


def settings_of(name: str) -> Iterator[dict[str, float]]:
    """The default parameters of an activation, then both ends and the middle of each parameter."""
    defaults = ACTIVATIONS[name].defaults()
    yield defaults
    for p in ACTIVATIONS[name].parameters:
        for value in (p.low, (p.low + p.high) / 2, p.high):
            yield {**defaults, p.name: float(value)}


EVERY_SETTING = [(name, params) for name in ACTIVATIONS for params in settings_of(name)]
SETTINGS = pytest.mark.parametrize(
    ("name", "params"), EVERY_SETTING, ids=[f"{name}{sorted(params.values())}" for name, params in EVERY_SETTING]
)
