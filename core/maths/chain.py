"""The article's chain rule in closed form: one neuron after another, and the product of their derivatives.

z_k = w_k h_{k-1} + b_k      h_k = f(z_k)      dh_L / dh_0 = product over k of w_k f'(z_k)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.facts import facts
from core.maths.numbers import Number, parameters_of

Array = NDArray[np.float64]

CHAIN_LENGTH = Number("neurons", "L", 4, 1, 12, 1)
CHAIN_STEP = Number("step", "k", 24, 0, 24, 1)  # forward and back through the longest chain
CHAIN_INPUT = Number("input", "x", 1.0, -5.0, 5.0, 0.1)
CHAIN_WEIGHT = Number("weight", "w", 1.0, -100.0, 100.0, 0.1)  # Nielsen's chapter 5 has weights of 100
CHAIN_BIAS = Number("bias", "b", 0.0, -100.0, 100.0, 0.1)
LOSS_SCALE = Number("exponent", "k", 0, 0, 24, 1)  # the loss is multiplied by 2^k
NUDGE = 1e-4  # how far the input is moved for a derivative by differences
AGREE = 0.01  # two derivatives that differ by less than this share agree


@dataclass(frozen=True)
class NumberFormat:
    """A binary floating-point format: its smallest (subnormal), smallest normal and largest positive number."""

    name: str
    smallest: float
    smallest_normal: float
    largest: float

    @property
    def log10_smallest(self) -> float:
        return math.log10(self.smallest)


# IEEE 754-2019, and bfloat16 as float32 with 16 bits less of significand.
FORMATS = (
    NumberFormat("float16", 2.0**-24, 2.0**-14, (2.0 - 2.0**-10) * 2.0**15),
    NumberFormat("bfloat16", 2.0**-133, 2.0**-126, (2.0 - 2.0**-7) * 2.0**127),
    NumberFormat("float32", 2.0**-149, 2.0**-126, (2.0 - 2.0**-23) * 2.0**127),
    NumberFormat("float64", 2.0**-1074, 2.0**-1022, (2.0 - 2.0**-52) * 2.0**1023),
)


@dataclass(frozen=True)
class Chain:
    """One forward and one backward pass through L single neurons; arrays of shape (L,), first neuron first.

    `gradient` is the running product from the output back: d h_L / d z_k, so that gradient[0] weight[0] is
    `total`, the derivative of the output with respect to the input.
    """

    weight: Array
    preactivation: Array
    value: Array
    local_derivative: Array  # f'(z_k)
    factor: Array  # w_k f'(z_k)
    gradient: Array
    total: float

    @property
    def reaching(self) -> Array:
        """d h_L / d h_k, what a gradient of 1 has become when it reaches h_k: shape (L + 1,), the input h_0 first."""
        return np.append(np.cumprod(self.factor[::-1])[::-1], 1.0)


def chain(
    activation: str,
    weights: Sequence[float],
    x: float = 1.0,
    bias: float = 0.0,
    parameters: Mapping[str, float] | None = None,
) -> Chain:
    """Follow x through the neurons and the derivative back; ValueError for settings out of bounds."""
    function, settings = _lookup(activation, parameters or {})
    CHAIN_LENGTH.validate(len(weights))
    w = np.array([CHAIN_WEIGHT.validate(v) for v in weights], dtype=np.float64)
    h, b = CHAIN_INPUT.validate(x), CHAIN_BIAS.validate(bias)
    z, value = np.empty_like(w), np.empty_like(w)
    for k, weight in enumerate(w):
        z[k] = weight * h + b
        value[k] = h = float(function.value(z[k], **settings))
    local = np.asarray(function.derivative(z, **settings))
    factor = w * local
    later = np.append(np.cumprod(factor[:0:-1])[::-1], 1.0)  # product of the factors after neuron k
    return Chain(w, z, value, local, factor, later * local, float(np.prod(factor)))


def numeric_derivative(
    activation: str,
    weights: Sequence[float],
    x: float = 1.0,
    bias: float = 0.0,
    parameters: Mapping[str, float] | None = None,
    step: float = NUDGE,
) -> float:
    """d h_L / d x by the difference quotient alone, for comparison: its error is about step^2 f^(3) / 6.

    Beside a kink of the activation it is an average of both sides and may differ from `chain(...).total`.
    """
    _, h = _nudged(activation, weights, x, bias, parameters, step)
    return float(h[2] - h[0]) / (2.0 * step)


def rounding(run: Chain) -> float:
    """The most that the rounding of every product and value in float64 can add to a difference quotient.

    Each is off by half a unit in its last place, on either side, and what comes after it multiplies that.
    """
    products = np.abs(run.preactivation) + np.abs(run.weight * np.append(0.0, run.value[:-1]))
    off = np.sum(products * np.abs(run.gradient)) + np.sum(np.abs(run.value * run.reaching[1:]))
    return float(np.finfo(np.float64).eps * off / NUDGE)


def at_kinks(activation: str, weights: Sequence[float], x: float = 1.0, bias: float = 0.0) -> list[int]:
    """The neurons, counted from 1, whose z is on a kink of f, or over one when x moves by `NUDGE`."""
    z, _ = _nudged(activation, weights, x, bias)
    low, high = z.min(axis=1), z.max(axis=1)
    kinks = ACTIVATIONS[activation].kinks_at()
    return [k + 1 for k in range(len(z)) if any(low[k] <= kink <= high[k] for kink in kinks)]


def farthest(activation: str, weights: Sequence[float], x: float = 1.0, bias: float = 0.0) -> tuple[int, float]:
    """The neuron, counted from 1, whose z moves farthest when x moves by `NUDGE`, and how far."""
    z, _ = _nudged(activation, weights, x, bias)
    far = np.abs(z - z[:, 1:2]).max(axis=1)
    return int(np.argmax(far)) + 1, float(far.max())


def best_case(activation: str, depth: int, **params: float) -> Array:
    """log10 of (max |f'|)^k for k = 0..depth-1, last layer last: the article's bound, weights left out."""
    largest = facts(activation, **params).largest
    with np.errstate(divide="ignore"):
        return np.log10(largest) * np.arange(depth, 0, -1)


def zero_depth(factor: float, number_format: NumberFormat) -> int | None:
    """The number of multiplications by `factor` after which a gradient of 1 rounds to zero; None for never.

    A value up to half of the smallest subnormal rounds to zero (ties to even).
    """
    size = abs(factor)
    if size >= 1.0:
        return None
    if size == 0.0:
        return 1
    lost = math.log2(number_format.smallest) - 1.0
    return max(1, math.ceil(lost / math.log2(size) - 1e-9))


def flush_depth(factor: float, number_format: NumberFormat) -> int | None:
    """As `zero_depth`, on processors that make a zero of all below the smallest normal number; None for never."""
    size = abs(factor)
    if size >= 1.0:
        return None
    if size == 0.0:
        return 1
    return max(1, math.floor(math.log2(number_format.smallest_normal) / math.log2(size) + 1e-9) + 1)


def overflow_depth(factor: float, number_format: NumberFormat) -> int | None:
    """The number of multiplications by `factor` after which a gradient of 1 is infinite; None for never.

    A value rounds to infinity from half a unit in the last place above the largest number.
    """
    size = abs(factor)
    if size <= 1.0:
        return None
    return max(1, math.ceil(math.log2(number_format.largest) / math.log2(size) - 1e-9))


def in_float16(log10: Array) -> Array:
    """10^log10 as float16 has it: exactly 0 up to half of its smallest number, infinite from 65520 on."""
    with np.errstate(over="ignore", under="ignore"):
        return (10.0 ** np.asarray(log10)).astype(np.float16).astype(np.float64)


def _lookup(activation: str, parameters: Mapping[str, float]) -> tuple[Activation, dict[str, float]]:
    settings = parameters_of("activation", activation, ACTIVATIONS, parameters)
    return ACTIVATIONS[activation], settings


def _nudged(
    activation: str,
    weights: Sequence[float],
    x: float,
    bias: float,
    parameters: Mapping[str, float] | None = None,
    step: float = NUDGE,
) -> tuple[Array, Array]:
    """Every z, (neurons, 3), and the last value, (3,), from x - step, x and x + step."""
    function, settings = _lookup(activation, parameters or {})
    h, z = np.array([x - step, x, x + step]), np.empty((len(weights), 3))
    for k, weight in enumerate(weights):
        z[k] = weight * h + bias
        h = function.value(z[k], **settings)
    return z, h
