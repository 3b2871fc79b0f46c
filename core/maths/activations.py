"""The activation functions: each with its derivative beside it, so that the two cannot drift apart.

Every function takes an array of any shape and returns float64 of the same shape, accurate to
1e-12 relative for every finite input, the far tails included, without overflow warnings. At a kink
the derivative is what deep-learning libraries return (PyTorch's choice).

The two sides of a function are joined by max, min and products. np.where would compute the same, but
decides value by value: on signs as random as those in a network that costs several times a product.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfcx, ndtr

from core.maths.numbers import Number

Array = NDArray[np.float64]

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
GELU_TANH_CUBIC = 0.044715


@dataclass(frozen=True)
class Activation:
    """A function, its derivative, and what a page needs to show them.

    `family` groups related functions (linear, saturating, rectified, smooth); charts colour by it.
    `kinks` are the inputs where the derivative jumps, `derivative_kinks` those where it has a kink of its own: at
    `breaks`, which are both, smooth pieces meet. Each example is (x, value, derivative) at the
    default parameters, taken from the source, not from this code. `numpy` (value, derivative) and `torch` (value) are
    expressions in x and the parameters for scripts that a reader takes away; they leave the far tails out.
    """

    name: str
    label: str
    family: str
    formula: str
    derivative_formula: str
    value: Callable[..., Array]
    derivative: Callable[..., Array]
    source: str
    examples: tuple[tuple[float, float, float], ...]
    numpy: tuple[str, str]
    torch: str
    parameters: tuple[Number, ...] = ()
    kinks: tuple[float, ...] = ()
    derivative_kinks: tuple[float, ...] = ()
    both: Callable[..., tuple[Array, Array]] | None = None  # where value and derivative share what is costly
    by_parameter: Callable[[ArrayLike], Array] | None = None  # df/d(parameter), where networks learn the parameter

    @property
    def breaks(self) -> tuple[float, ...]:
        return tuple(sorted(self.kinks + self.derivative_kinks))

    def value_and_derivative(self, x: ArrayLike, **parameters: float) -> tuple[Array, Array]:
        if self.both:
            return self.both(x, **parameters)
        return self.value(x, **parameters), self.derivative(x, **parameters)

    def defaults(self) -> dict[str, float]:
        return {p.name: p.default for p in self.parameters}


def identity(x: ArrayLike) -> Array:
    return np.array(x, dtype=np.float64)


def identity_derivative(x: ArrayLike) -> Array:
    return np.ones_like(x, dtype=np.float64)


def sigmoid_both(x: ArrayLike) -> tuple[Array, Array]:
    """Sigmoid and derivative from one e^-|x|, which cannot overflow.

    Left of zero the value is e^x / (1 + e^x). The derivative is sigmoid(x) sigmoid(-x): s(1 - s) would lose
    every digit of the right tail.
    """
    x = np.asarray(x, dtype=np.float64)
    e = np.exp(-np.abs(x))
    total = 1.0 + e
    return np.exp(np.minimum(x, 0.0)) / total, e / np.square(total)


def sigmoid(x: ArrayLike) -> Array:
    """1 / (1 + e^-x)"""
    return sigmoid_both(x)[0]


def sigmoid_derivative(x: ArrayLike) -> Array:
    """sigmoid(x) (1 - sigmoid(x)), a quarter at most"""
    return sigmoid_both(x)[1]


def tanh_both(x: ArrayLike) -> tuple[Array, Array]:
    """Tanh and its derivative 1 - tanh^2.

    Beyond 4 the difference would lose its digits; there it is 1 / cosh^2 x = 4 e / (1 + e)^2 with e = e^-2|x|.
    """
    x = np.asarray(x, dtype=np.float64)
    t = np.tanh(x)
    slope = np.asarray(1.0 - t * t)
    far = np.abs(x) > 4.0
    if far.any():
        e = np.square(np.exp(-np.abs(x[far])))
        slope[far] = 4.0 * e / np.square(1.0 + e)
    return t, slope


def tanh(x: ArrayLike) -> Array:
    return np.tanh(np.asarray(x, dtype=np.float64))


def tanh_derivative(x: ArrayLike) -> Array:
    """1 / cosh^2 x"""
    return tanh_both(x)[1]


def relu(x: ArrayLike) -> Array:
    return np.maximum(np.asarray(x, dtype=np.float64), 0.0)


def relu_derivative(x: ArrayLike) -> Array:
    """1 right of zero, 0 left of it and at 0."""
    return (np.asarray(x) > 0).astype(np.float64)


def leaky_relu(x: ArrayLike, alpha: float = 0.01) -> Array:
    """x right of zero, alpha x left of it: the larger of the two, unless alpha > 1."""
    x = np.asarray(x, dtype=np.float64)
    if alpha <= 1.0:
        return np.maximum(x, alpha * x)
    with np.errstate(over="ignore"):  # an infinite result is the right one
        return np.maximum(x, 0.0) + alpha * np.minimum(x, 0.0)


def leaky_relu_derivative(x: ArrayLike, alpha: float = 0.01) -> Array:
    """1 right of zero, alpha left of it and at 0."""
    right = relu_derivative(x)
    return right + alpha * (1.0 - right)


def prelu(x: ArrayLike, a: float = 0.25) -> Array:
    """Leaky ReLU whose slope `a` is learnt; He et al. start it at 0.25."""
    return leaky_relu(x, a)


def prelu_derivative(x: ArrayLike, a: float = 0.25) -> Array:
    return leaky_relu_derivative(x, a)


def prelu_slope_derivative(x: ArrayLike) -> Array:
    """d prelu / d a: the gradient that PReLU's own parameter learns from, x left of zero, else 0."""
    return np.minimum(np.asarray(x, dtype=np.float64), 0.0)


def elu(x: ArrayLike, alpha: float = 1.0) -> Array:
    x = np.asarray(x, dtype=np.float64)
    return np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0))


def elu_derivative(x: ArrayLike, alpha: float = 1.0) -> Array:
    """1 right of zero, alpha e^x left of it and at 0: unless alpha = 1 it jumps there."""
    x = np.asarray(x, dtype=np.float64)
    return leaky_relu_derivative(x, alpha) * np.exp(np.minimum(x, 0.0))


def selu(x: ArrayLike) -> Array:
    """scale * elu(x, alpha), with the constants that make (mean 0, variance 1) a fixed point."""
    with np.errstate(over="ignore"):  # an infinite result is the right one
        return SELU_SCALE * elu(x, SELU_ALPHA)


def selu_derivative(x: ArrayLike) -> Array:
    return SELU_SCALE * elu_derivative(x, SELU_ALPHA)


def softsign(x: ArrayLike) -> Array:
    """x / (1 + |x|)"""
    x = np.asarray(x, dtype=np.float64)
    return x / (1.0 + np.abs(x))


def softsign_derivative(x: ArrayLike) -> Array:
    """1 / (1 + |x|)^2, with a corner at 0; far out it falls as 1 / x^2, not exponentially."""
    return np.square(1.0 / (1.0 + np.abs(np.asarray(x, dtype=np.float64))))


def hard_sigmoid(x: ArrayLike) -> Array:
    """relu6(x + 3) / 6, as in PyTorch; Courbariaux et al. have a slope of 1/2 instead of 1/6."""
    return np.clip(np.asarray(x, dtype=np.float64) + 3.0, 0.0, 6.0) / 6.0


def hard_sigmoid_derivative(x: ArrayLike) -> Array:
    """1/6 between -3 and 3, else 0, at both ends as well."""
    return (np.abs(np.asarray(x, dtype=np.float64)) < 3.0) / 6.0


def relu6(x: ArrayLike) -> Array:
    """min(max(x, 0), 6)"""
    return np.minimum(np.maximum(np.asarray(x, dtype=np.float64), 0.0), 6.0)


def relu6_derivative(x: ArrayLike) -> Array:
    """1 between 0 and 6, else 0, at both ends as well."""
    x = np.asarray(x, dtype=np.float64)
    return ((x > 0.0) & (x < 6.0)).astype(np.float64)


def hard_swish(x: ArrayLike) -> Array:
    """x relu6(x + 3) / 6"""
    x = np.asarray(x, dtype=np.float64)
    return x * hard_sigmoid(x) + 0.0  # which makes a zero of -0


def hard_swish_derivative(x: ArrayLike) -> Array:
    """(2 x + 3) / 6 between -3 and 3, 0 left of it and 1 right of it.

    At -3 it is 0 and at 3 it is 1, as in PyTorch since its pull request 148049; PyTorch 2.6 still had -1/2 and 3/2.
    """
    x = np.asarray(x, dtype=np.float64)
    return (np.abs(x) < 3.0) * ((2.0 * np.clip(x, -3.0, 3.0) + 3.0) / 6.0) + (x >= 3.0)


# Swish and both GELUs are x gate(x), where the gate opens from 0 to 1. Far left the gate has lost its digits
# among the subnormal numbers while its product with x has not; there the product is formed in another way.


def _logistic_gate(t: Array) -> Array:
    """sigmoid(t) without its care for the far left, where _mend_far_left replaces what is made of it."""
    with np.errstate(over="ignore"):  # an infinite e^-t rightly shuts the gate
        return 1.0 / (1.0 + np.exp(-t))


def _mend_far_left(product: Array, t: Array, factor: Array) -> Array:
    """`product`, but factor e^t left of t = -700, where sigmoid(t) = e^t; its halves e^(t/2) stay normal numbers."""
    deep = t < -700.0
    if not deep.any():
        return product
    half = np.exp(0.5 * np.minimum(t, 0.0))
    return np.where(deep, factor * half * half, product)


def swish_both(x: ArrayLike, beta: float = 1.0) -> tuple[Array, Array]:
    """x s and s (1 + t (1 - s)), with t = beta x and s = sigmoid(t)."""
    x = np.asarray(x, dtype=np.float64)
    bound = 2000.0 / beta if beta else np.inf  # e^-2000 is exactly zero
    t = beta * np.clip(x, -bound, bound)
    s = _logistic_gate(t)
    return _mend_far_left(x * s, t, x), _mend_far_left(s * (1.0 + t * (1.0 - s)), t, 1.0 + t)


def swish(x: ArrayLike, beta: float = 1.0) -> Array:
    """x sigmoid(beta x); at beta = 1 also called SiLU, at beta = 0 it is x / 2."""
    return swish_both(x, beta)[0]


def swish_derivative(x: ArrayLike, beta: float = 1.0) -> Array:
    """Negative left of beta x = -1.2785, where it crosses zero; tends to 0 from below."""
    return swish_both(x, beta)[1]


def gelu_tanh_both(x: ArrayLike) -> tuple[Array, Array]:
    """x s and s (1 + x t' (1 - s)), with s = sigmoid(t), t = 2u and u = sqrt(2/pi) (x + 0.044715 x^3)."""
    x = np.asarray(x, dtype=np.float64)
    m = np.clip(x, -100.0, 100.0)  # beyond, e^-t is exactly zero
    cubic = GELU_TANH_CUBIC * m * m
    t, x_dt = _GELU_TANH_RATE * m * (1.0 + cubic), _GELU_TANH_RATE * m * (1.0 + 3.0 * cubic)
    s = _logistic_gate(t)
    return _mend_far_left(x * s, t, x), _mend_far_left(s * (1.0 + x_dt * (1.0 - s)), t, 1.0 + x_dt)


def gelu_tanh(x: ArrayLike) -> Array:
    """0.5 x (1 + tanh u) = x sigmoid(2u): an approximation of GELU."""
    return gelu_tanh_both(x)[0]


def gelu_tanh_derivative(x: ArrayLike) -> Array:
    return gelu_tanh_both(x)[1]


def gelu_both(x: ArrayLike) -> tuple[Array, Array]:
    """x Phi(x) and Phi(x) + x phi(x), with the normal CDF Phi and density phi.

    Far left, where Phi has lost digits, Phi(-m) = erfcx(m / sqrt 2) e^(-m^2/2) / 2, the exponential in two halves.
    """
    x = np.asarray(x, dtype=np.float64)
    m = np.clip(x, -80.0, 80.0)  # phi(80) is exactly zero
    cdf = ndtr(x)
    value, slope = x * cdf, cdf + m * (_NORMAL_PEAK * np.exp(-0.5 * m * m))
    deep = x < _PHI_SUBNORMAL
    if not deep.any():
        return value, slope
    half = np.exp(-0.25 * m * m)
    upper = 0.5 * erfcx(-np.minimum(m, 0.0) * _SQRT_HALF)
    return (
        np.where(deep, m * half * (half * upper), value),
        np.where(deep, (upper + m * _NORMAL_PEAK) * half * half, slope),
    )


def gelu(x: ArrayLike) -> Array:
    """x Phi(x) with Phi the normal CDF."""
    return gelu_both(x)[0]


def gelu_derivative(x: ArrayLike) -> Array:
    """Phi(x) + x phi(x), negative left of -0.7518, where it crosses zero; tends to 0 from below."""
    return gelu_both(x)[1]


def softplus(x: ArrayLike) -> Array:
    """log(1 + e^x), as max(x, 0) + log(1 + e^-|x|), which cannot overflow."""
    x = np.asarray(x, dtype=np.float64)
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def mish(x: ArrayLike) -> Array:
    """x tanh(softplus(x)); with n = e^-|x| the tanh is a ratio of polynomials in n on either side."""
    x = np.asarray(x, dtype=np.float64)
    half = np.exp(-0.5 * np.abs(x))
    n = half * half
    left = x * half * (half * (n + 2.0) / ((n + 2.0) * n + 2.0))
    return np.where(x > 0, x * ((1.0 + 2.0 * n) / (1.0 + 2.0 * n * (1.0 + n))), left)


def mish_derivative(x: ArrayLike) -> Array:
    x = np.asarray(x, dtype=np.float64)
    m = np.minimum(np.abs(x), 2000.0)  # e^-1000 is exactly zero
    half = np.exp(-0.5 * m)
    n = half * half
    d_left, d_right = (n + 2.0) * n + 2.0, 1.0 + 2.0 * n * (1.0 + n)
    left = half * (half * ((n + 2.0) / d_left - 4.0 * m * (1.0 + n) / np.square(d_left)))
    right = (1.0 + 2.0 * n) / d_right + 4.0 * m * n * n * (1.0 + n) / np.square(d_right)
    return np.where(x > 0, right, left)


_PHI_SUBNORMAL = -37.0  # left of this, Phi(x) itself has lost digits
_GELU_TANH_RATE = 2.0 * np.sqrt(2.0 / np.pi)
_SQRT_HALF = np.sqrt(0.5)
_NORMAL_PEAK = 1.0 / np.sqrt(2.0 * np.pi)

LEAKY_ALPHA = Number("alpha", "α", 0.01, 0.0, 2.0, 0.01)
PRELU_A = Number("a", "a", 0.25, -0.5, 1.5, 0.05)
ELU_ALPHA = Number("alpha", "α", 1.0, 0.0, 3.0, 0.05)
SWISH_BETA = Number("beta", "β", 1.0, 0.0, 10.0, 0.1)

ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation(
            name="identity",
            label="Identity",
            family="linear",
            formula=r"f(x) = x",
            derivative_formula=r"f'(x) = 1",
            value=identity,
            derivative=identity_derivative,
            source="no activation at all",
            examples=((-2.0, -2.0, 1.0), (3.0, 3.0, 1.0)),
            numpy=("x", "np.ones_like(x)"),
            torch="x",
        ),
        Activation(
            name="sigmoid",
            label="Sigmoid",
            family="saturating",
            formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
            derivative_formula=r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
            value=sigmoid,
            derivative=sigmoid_derivative,
            both=sigmoid_both,
            source="Rumelhart, Hinton & Williams 1986",
            examples=((-2.0, 0.11920292202211755, 0.1049935854035065), (0.0, 0.5, 0.25)),
            numpy=(
                "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",
                "np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2",
            ),
            torch="torch.sigmoid(x)",
        ),
        Activation(
            name="tanh",
            label="Tanh",
            family="saturating",
            formula=r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
            derivative_formula=r"\tanh'(x) = 1 - \tanh^2(x)",
            value=tanh,
            derivative=tanh_derivative,
            both=tanh_both,
            source="LeCun, Bottou, Orr & Müller 1998",
            examples=((-2.0, -0.9640275800758169, 0.07065082485316447), (0.0, 0.0, 1.0)),
            numpy=("np.tanh(x)", "np.cosh(np.minimum(np.abs(x), 400)) ** -2.0"),
            torch="torch.tanh(x)",
        ),
        Activation(
            name="softsign",
            label="Softsign",
            family="saturating",
            formula=r"f(x) = \frac{x}{1 + |x|}",
            derivative_formula=r"f'(x) = \frac{1}{(1 + |x|)^2}",
            value=softsign,
            derivative=softsign_derivative,
            source="Bergstra, Desjardins, Lamblin & Bengio 2009; Glorot & Bengio 2010",
            examples=((-3.0, -0.75, 0.0625), (0.0, 0.0, 1.0), (1.0, 0.5, 0.25)),
            numpy=("x / (1 + np.abs(x))", "(1 + np.abs(x)) ** -2.0"),
            torch="torch.nn.functional.softsign(x)",
            derivative_kinks=(0.0,),
        ),
        Activation(
            name="hard_sigmoid",
            label="Hard sigmoid",
            family="saturating",
            formula=r"f(x) = \tfrac16 \min(\max(x + 3, 0), 6)",
            derivative_formula=r"f'(x) = \begin{cases} \tfrac16 & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}",
            value=hard_sigmoid,
            derivative=hard_sigmoid_derivative,
            source="Courbariaux, Bengio & David 2015, arXiv:1511.00363; the slope as in PyTorch",
            examples=((-3.0, 0.0, 0.0), (0.0, 0.5, 1 / 6), (1.0, 2 / 3, 1 / 6), (3.0, 1.0, 0.0)),
            numpy=("np.clip(x + 3, 0, 6) / 6", "(np.abs(x) < 3) / 6"),
            torch="torch.nn.functional.hardsigmoid(x)",
            kinks=(-3.0, 3.0),
        ),
        Activation(
            name="relu",
            label="ReLU",
            family="rectified",
            formula=r"f(x) = \max(0, x)",
            derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
            value=relu,
            derivative=relu_derivative,
            source="Nair & Hinton 2010",
            examples=((-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 1.0)),
            numpy=("np.maximum(x, 0)", "1.0 * (x > 0)"),
            torch="torch.relu(x)",
            kinks=(0.0,),
        ),
        Activation(
            name="leaky_relu",
            label="Leaky ReLU",
            family="rectified",
            formula=r"f(x) = \begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
            derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ \alpha & x \le 0 \end{cases}",
            value=leaky_relu,
            derivative=leaky_relu_derivative,
            source="Maas, Hannun & Ng 2013",
            examples=((-2.0, -0.02, 0.01), (0.0, 0.0, 0.01), (3.0, 3.0, 1.0)),
            numpy=("np.where(x > 0, x, alpha * x)", "np.where(x > 0, 1, alpha)"),
            torch="torch.where(x > 0, x, alpha * x)",
            parameters=(LEAKY_ALPHA,),
            kinks=(0.0,),
        ),
        Activation(
            name="prelu",
            label="PReLU",
            family="rectified",
            formula=r"f(x) = \begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases}",
            derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}",
            value=prelu,
            derivative=prelu_derivative,
            source="He, Zhang, Ren & Sun 2015, arXiv:1502.01852",
            examples=((-2.0, -0.5, 0.25), (0.0, 0.0, 0.25), (3.0, 3.0, 1.0)),
            numpy=("np.where(x > 0, x, a * x)", "np.where(x > 0, 1, a)"),
            torch="torch.where(x > 0, x, a * x)",
            parameters=(PRELU_A,),
            kinks=(0.0,),
            by_parameter=prelu_slope_derivative,
        ),
        Activation(
            name="elu",
            label="ELU",
            family="rectified",
            formula=r"f(x) = \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
            derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ \alpha e^{x} & x \le 0 \end{cases}",
            value=elu,
            derivative=elu_derivative,
            source="Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289",
            examples=((-2.0, -0.8646647167633873, 0.1353352832366127), (0.0, 0.0, 1.0), (3.0, 3.0, 1.0)),
            numpy=(
                "np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))",
                "np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))",
            ),
            torch="torch.nn.functional.elu(x, alpha)",
            parameters=(ELU_ALPHA,),
            kinks=(0.0,),
        ),
        Activation(
            name="selu",
            label="SELU",
            family="rectified",
            formula=r"f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
            derivative_formula=r"f'(x) = \lambda \begin{cases} 1 & x > 0 \\ \alpha e^{x} & x \le 0 \end{cases}",
            value=selu,
            derivative=selu_derivative,
            source="Klambauer, Unterthiner, Mayr & Hochreiter 2017, arXiv:1706.02515",
            examples=((-2.0, -1.520166468595695, 0.23793287225168183), (0.0, 0.0, 1.7580993408473766)),
            numpy=(
                "1.0507009873554805 * (np.maximum(x, 0) + 1.6732632423543772 * np.expm1(np.minimum(x, 0)))",
                "1.0507009873554805 * np.where(x > 0, 1, 1.6732632423543772 * np.exp(np.minimum(x, 0)))",
            ),
            torch="torch.selu(x)",
            kinks=(0.0,),
        ),
        Activation(
            name="relu6",
            label="ReLU6",
            family="rectified",
            formula=r"f(x) = \min(\max(x, 0), 6)",
            derivative_formula=r"f'(x) = \begin{cases} 1 & 0 < x < 6 \\ 0 & \text{else} \end{cases}",
            value=relu6,
            derivative=relu6_derivative,
            source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
            examples=((-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 1.0), (6.0, 6.0, 0.0), (8.0, 6.0, 0.0)),
            numpy=("np.clip(x, 0, 6)", "1.0 * ((x > 0) & (x < 6))"),
            torch="torch.nn.functional.relu6(x)",
            kinks=(0.0, 6.0),
        ),
        Activation(
            name="hard_swish",
            label="Hard Swish",
            family="rectified",
            formula=r"f(x) = \tfrac{x}{6} \min(\max(x + 3, 0), 6)",
            derivative_formula=(
                r"f'(x) = \begin{cases} 1 & x \ge 3 \\ \tfrac16 (2 x + 3) & |x| < 3 \\ 0 & x \le -3 \end{cases}"
            ),
            value=hard_swish,
            derivative=hard_swish_derivative,
            source="Howard et al. 2019, arXiv:1905.02244",
            examples=((-3.0, 0.0, 0.0), (-2.0, -1 / 3, -1 / 6), (2.0, 5 / 3, 7 / 6), (3.0, 3.0, 1.0)),
            numpy=("x * np.clip(x + 3, 0, 6) / 6", "np.where(np.abs(x) < 3, (2 * x + 3) / 6, x >= 3)"),
            torch="torch.nn.functional.hardswish(x)",
            kinks=(-3.0, 3.0),
        ),
        Activation(
            name="swish",
            label="Swish",
            family="smooth",
            formula=r"f(x) = x\,\sigma(\beta x)",
            derivative_formula=r"f'(x) = \sigma(\beta x) + \beta x\,\sigma(\beta x)\,(1 - \sigma(\beta x))",
            value=swish,
            derivative=swish_derivative,
            both=swish_both,
            source=(
                "Ramachandran, Zoph & Le 2017, arXiv:1710.05941; with β = 1 it is SiLU: Hendrycks & Gimpel 2016, "
                "Elfwing, Uchibe & Doya 2018, arXiv:1702.03118"
            ),
            examples=((-2.0, -0.23840584404423512, -0.09078424878489548), (0.0, 0.0, 0.5)),
            numpy=("x * sigmoid(beta * x)", "sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x))"),
            torch="x * torch.sigmoid(beta * x)",
            parameters=(SWISH_BETA,),
        ),
        Activation(
            name="gelu",
            label="GELU",
            family="smooth",
            formula=r"f(x) = x\,\Phi(x)",
            derivative_formula=r"f'(x) = \Phi(x) + x\,\varphi(x)",
            value=gelu,
            derivative=gelu_derivative,
            both=gelu_both,
            source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
            examples=((-2.0, -0.04550026389635842, -0.0852318010781969), (0.0, 0.0, 0.5)),
            numpy=("x * normal_cdf(x)", "normal_cdf(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)"),
            torch="x * torch.erfc(-x / 2**0.5) / 2",
        ),
        Activation(
            name="gelu_tanh",
            label="GELU (tanh)",
            family="smooth",
            formula=r"f(x) = \tfrac{x}{2}\left(1 + \tanh u\right),\quad u = \sqrt{\tfrac{2}{\pi}}\,(x + 0.044715\,x^3)",
            derivative_formula=r"f'(x) = \tfrac12 (1 + \tanh u) + \tfrac{x}{2}\,(1 - \tanh^2 u)\,u'(x)",
            value=gelu_tanh,
            derivative=gelu_tanh_derivative,
            both=gelu_tanh_both,
            source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
            examples=((-2.0, -0.04540230591222498, -0.08609925662361838), (0.0, 0.0, 0.5)),
            numpy=(
                "x * gate(x)",
                "gate(x) + x * gate(x) * gate(-x) * np.sqrt(8 / np.pi) * (1 + 3 * 0.044715 * x * x)",
            ),
            torch="x * torch.sigmoid((8 / torch.pi) ** 0.5 * (x + 0.044715 * x**3))",
        ),
        Activation(
            name="softplus",
            label="Softplus",
            family="smooth",
            formula=r"f(x) = \ln(1 + e^{x})",
            derivative_formula=r"f'(x) = \sigma(x)",
            value=softplus,
            derivative=sigmoid,
            source="Dugas, Bengio, Bélisle, Nadeau & Garcia 2001",
            examples=((-2.0, 0.1269280110429725, 0.11920292202211756), (0.0, 0.6931471805599453, 0.5)),
            numpy=("np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))", "sigmoid(x)"),
            torch="torch.nn.functional.softplus(x, threshold=40)",
        ),
        Activation(
            name="mish",
            label="Mish",
            family="smooth",
            formula=r"f(x) = x \tanh(\ln(1 + e^{x}))",
            derivative_formula=r"f'(x) = \tanh(s) + x\,(1 - \tanh^2 s)\,\sigma(x),\quad s = \ln(1 + e^{x})",
            value=mish,
            derivative=mish_derivative,
            source="Misra 2019, arXiv:1908.08681",
            examples=((-2.0, -0.2525014826957089, -0.10835509242039394), (0.0, 0.0, 0.6)),
            numpy=(
                "x * np.tanh(softplus(x))",
                "np.tanh(softplus(x)) + x * sigmoid(x) / np.cosh(np.minimum(softplus(x), 300)) ** 2",
            ),
            torch="torch.nn.functional.mish(x)",
        ),
    )
}
