"""Smooth relatives of ReLU: near zero far to the left, near x far to the right."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfcx, ndtr

from core.maths.activations.entry import Activation, Array, ByHand
from core.maths.activations.saturating import sigmoid
from core.maths.numbers import Number

GELU_TANH_CUBIC = 0.044715
_GELU_TANH_RATE = 2.0 * np.sqrt(2.0 / np.pi)
_PHI_SUBNORMAL = -37.0  # left of this, Phi(x) itself has lost digits
_SQRT_HALF = np.sqrt(0.5)
_NORMAL_PEAK = 1.0 / np.sqrt(2.0 * np.pi)
SIGMA = r"\sigma(x) = \frac{1}{1 + e^{-x}}"
SWISH_BETA = Number("beta", "β", 1.0, 0.0, 10.0, 0.1)


# Swish and both GELUs are x gate(x), where the gate opens from 0 to 1. Far left the gate has lost its digits
# among the subnormal numbers while its product with x has not; there the product is formed in another way.


def _logistic_gate(t: Array) -> Array:
    """sigmoid(t) without its care for the far left, where _mended replaces what is made of it."""
    with np.errstate(over="ignore"):  # an infinite e^-t rightly shuts the gate
        return 1.0 / (1.0 + np.exp(-t))


def _mended(value: Array, slope: Array, x: Array, t: Array, x_dt: Array) -> tuple[Array, Array]:
    """Both, but x e^t and (1 + x t') e^t left of t = -700, where sigmoid(t) = e^t.

    Its halves e^(t/2) stay normal numbers.
    """
    deep = t < -700.0
    if not deep.any():
        return value, slope
    half = np.exp(0.5 * np.minimum(t, 0.0))
    return np.where(deep, x * half * half, value), np.where(deep, (1.0 + x_dt) * half * half, slope)


def swish_both(x: ArrayLike, beta: float = 1.0) -> tuple[Array, Array]:
    """x s and s (1 + t (1 - s)), with t = beta x and s = sigmoid(t)."""
    x = np.asarray(x, dtype=np.float64)
    bound = 2000.0 / beta if beta else np.inf  # e^-2000 is exactly zero
    t = beta * np.clip(x, -bound, bound)
    s = _logistic_gate(t)
    return _mended(x * s, s * (1.0 + t * (1.0 - s)), x, t, t)


def swish(x: ArrayLike, beta: float = 1.0) -> Array:
    """x sigmoid(beta x); at beta = 1 also called SiLU, at beta = 0 it is x / 2."""
    return swish_both(x, beta)[0]


def swish_derivative(x: ArrayLike, beta: float = 1.0) -> Array:
    """Negative left of beta x = -1.2785, where it crosses zero; tends to 0 from below."""
    return swish_both(x, beta)[1]


def swish_log_derivative(x: ArrayLike, beta: float = 1.0) -> Array:
    """Far left, where sigmoid(t) = e^t and 1 - sigmoid(t) = 1: t + log |1 + t|."""
    with np.errstate(over="ignore"):
        t = beta * np.asarray(x, dtype=np.float64)
        return _log_of_product(t, 1.0 + t)


def _log_of_product(exponent: Array, factor: Array) -> Array:
    """log |factor e^exponent|; far out, where both are infinite, the exponential wins."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isneginf(exponent), -np.inf, exponent + np.log(np.abs(factor)))


def gelu_tanh_both(x: ArrayLike) -> tuple[Array, Array]:
    """x s and s (1 + x t' (1 - s)), with s = sigmoid(t), t = 2u and u = sqrt(2/pi) (x + 0.044715 x^3)."""
    x = np.asarray(x, dtype=np.float64)
    m = np.clip(x, -100.0, 100.0)  # beyond, e^-t is exactly zero
    cubic = GELU_TANH_CUBIC * m * m
    t, x_dt = _GELU_TANH_RATE * m * (1.0 + cubic), _GELU_TANH_RATE * m * (1.0 + 3.0 * cubic)
    s = _logistic_gate(t)
    return _mended(x * s, s * (1.0 + x_dt * (1.0 - s)), x, t, x_dt)


def gelu_tanh(x: ArrayLike) -> Array:
    """0.5 x (1 + tanh u) = x sigmoid(2u): an approximation of GELU."""
    return gelu_tanh_both(x)[0]


def gelu_tanh_derivative(x: ArrayLike) -> Array:
    return gelu_tanh_both(x)[1]


def gelu_tanh_log_derivative(x: ArrayLike) -> Array:
    """Far left, where s = e^t: t + log |1 + x t'|."""
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(over="ignore"):
        cubic = GELU_TANH_CUBIC * x * x
        return _log_of_product(_GELU_TANH_RATE * x * (1.0 + cubic), 1.0 + _GELU_TANH_RATE * x * (1.0 + 3.0 * cubic))


def normal_density(x: ArrayLike) -> Array:
    """phi(x) = e^(-x^2/2) / sqrt(2 pi), the derivative of the normal CDF Phi."""
    m = np.clip(np.asarray(x, dtype=np.float64), -80.0, 80.0)  # phi(80) is exactly zero
    return _NORMAL_PEAK * np.exp(-0.5 * m * m)


def gelu_both(x: ArrayLike) -> tuple[Array, Array]:
    """x Phi(x) and Phi(x) + x phi(x), with the normal CDF Phi and density phi.

    Far left, where Phi has lost digits, Phi(-m) = erfcx(m / sqrt 2) e^(-m^2/2) / 2, the exponential in two halves.
    """
    x = np.asarray(x, dtype=np.float64)
    m = np.clip(x, -80.0, 80.0)  # phi(80) is exactly zero
    cdf, density = ndtr(x), _NORMAL_PEAK * np.exp(-0.5 * m * m)
    value, slope = x * cdf, cdf + m * density
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


def gelu_log_derivative(x: ArrayLike) -> Array:
    """Far left: -x^2/2 + log |erfcx(-x / sqrt 2) / 2 + x phi(0)|."""
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(over="ignore"):
        return _log_of_product(-0.5 * x * x, 0.5 * erfcx(-x * _SQRT_HALF) + x * _NORMAL_PEAK)


def softplus(x: ArrayLike) -> Array:
    """log(1 + e^x), as max(x, 0) + log(1 + e^-|x|), which cannot overflow."""
    x = np.asarray(x, dtype=np.float64)
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def softplus_log_derivative(x: ArrayLike) -> Array:
    """log sigmoid(x) = -log(1 + e^-x), left of zero x - log(1 + e^x)."""
    x = np.asarray(x, dtype=np.float64)
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


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


def mish_log_derivative(x: ArrayLike) -> Array:
    """Far left, where tanh(softplus(x)) = e^x: x + log |1 + x|, as of swish."""
    return swish_log_derivative(x)


SMOOTH = (
    Activation(
        name="swish",
        label="Swish",
        family="smooth",
        formula=r"f(x) = x\,\sigma(\beta x)",
        derivative_formula=r"f'(x) = \sigma(\beta x) + \beta x\,\sigma(\beta x)\,(1 - \sigma(\beta x))",
        value=swish,
        derivative=swish_derivative,
        log_derivative=swish_log_derivative,
        both=swish_both,
        source=(
            "Ramachandran, Zoph & Le 2017, arXiv:1710.05941; with β = 1 it is SiLU: Hendrycks & Gimpel 2016, "
            "Elfwing, Uchibe & Doya 2018, arXiv:1702.03118"
        ),
        examples=((-2.0, -0.23840584404423512, -0.09078424878489548), (0.0, 0.0, 0.5)),
        numpy=("x * sigmoid(beta * x)", "sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x))"),
        torch="x * torch.sigmoid(beta * x)",
        letters=(SIGMA,),
        parameters=(SWISH_BETA,),
        by_hand=ByHand(
            lambda x, beta: {"x": x, "t": beta * x, "gate": float(sigmoid(beta * x))},
            value=(r"{x} \cdot {gate}", lambda x, t, gate: x * gate),
            derivative=(r"{gate} + {t} \cdot {gate}\,(1 - {gate})", lambda x, t, gate: gate + t * gate * (1.0 - gate)),
        ),
    ),
    Activation(
        name="gelu",
        label="GELU",
        family="smooth",
        formula=r"f(x) = x\,\Phi(x)",
        derivative_formula=r"f'(x) = \Phi(x) + x\,\varphi(x)",
        value=gelu,
        derivative=gelu_derivative,
        log_derivative=gelu_log_derivative,
        both=gelu_both,
        source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
        examples=((-2.0, -0.04550026389635842, -0.0852318010781969), (0.0, 0.0, 0.5)),
        numpy=("x * normal_cdf(x)", "normal_cdf(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)"),
        torch="x * torch.erfc(-x / 2**0.5) / 2",
        letters=(
            r"\Phi(x) = \int_{-\infty}^{x} \varphi(t)\,dt",
            r"\varphi(x) = \frac{1}{\sqrt{2 \pi}}\,e^{-x^2 / 2}",
        ),
        by_hand=ByHand(
            lambda x: {"x": x, "area": float(ndtr(x)), "density": float(normal_density(x))},
            value=(r"{x} \cdot {area}", lambda x, area, density: x * area),
            derivative=(r"{area} + {x} \cdot {density}", lambda x, area, density: area + x * density),
        ),
    ),
    Activation(
        name="gelu_tanh",
        label="GELU (tanh)",
        family="smooth",
        formula=r"f(x) = \tfrac{x}{2}\,(1 + \tanh u)",
        derivative_formula=r"f'(x) = \tfrac12 (1 + \tanh u) + \tfrac{x}{2}\,(1 - \tanh^2 u)\,u'",
        value=gelu_tanh,
        derivative=gelu_tanh_derivative,
        log_derivative=gelu_tanh_log_derivative,
        both=gelu_tanh_both,
        source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
        examples=((-2.0, -0.04540230591222498, -0.08609925662361838), (0.0, 0.0, 0.5)),
        numpy=(
            "x * gate(x)",
            "gate(x) + x * gate(x) * gate(-x) * np.sqrt(8 / np.pi) * (1 + 3 * 0.044715 * x * x)",
        ),
        torch="x * torch.sigmoid((8 / torch.pi) ** 0.5 * (x + 0.044715 * x.clamp(-100, 100) ** 3))",  # no x^3 overflows
        letters=(
            r"u = \sqrt{2 / \pi}\,(x + 0.044715\,x^3)",
            r"u' = \sqrt{2 / \pi}\,(1 + 0.134145\,x^2)",
        ),
    ),
    Activation(
        name="softplus",
        label="Softplus",
        family="smooth",
        formula=r"f(x) = \ln(1 + e^{x})",
        derivative_formula=r"f'(x) = \sigma(x)",
        value=softplus,
        derivative=sigmoid,
        log_derivative=softplus_log_derivative,
        source="Dugas, Bengio, Bélisle, Nadeau & Garcia 2001",
        examples=((-2.0, 0.1269280110429725, 0.11920292202211756), (0.0, 0.6931471805599453, 0.5)),
        numpy=("np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))", "sigmoid(x)"),
        torch="torch.nn.functional.softplus(x, threshold=40)",
        letters=(SIGMA,),
    ),
    Activation(
        name="mish",
        label="Mish",
        family="smooth",
        formula=r"f(x) = x\,\tanh s",
        derivative_formula=r"f'(x) = \tanh s + x\,(1 - \tanh^2 s)\,\sigma(x)",
        value=mish,
        derivative=mish_derivative,
        log_derivative=mish_log_derivative,
        source="Misra 2019, arXiv:1908.08681",
        examples=((-2.0, -0.2525014826957089, -0.10835509242039394), (0.0, 0.0, 0.6)),
        numpy=(
            "x * np.tanh(softplus(x))",
            "np.tanh(softplus(x)) + x * sigmoid(x) / np.cosh(np.minimum(softplus(x), 300)) ** 2",
        ),
        torch="torch.nn.functional.mish(x)",
        letters=(r"s = \ln(1 + e^{x})", SIGMA),
    ),
)
