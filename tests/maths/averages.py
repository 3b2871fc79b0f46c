"""Averages over normal inputs, by mpmath and plainly in float64: what the tests of the theory compare it with."""

import math

import numpy as np
from scipy.special import erfcx, expit, ndtr

from core.maths.activations import ACTIVATIONS
from tests.maths.textbook import SELU_ALPHA, SELU_SCALE, mp, normal_cdf, true_derivative

VARIANCES = (1e-12, 1e-6, 0.01, 1.0, 20.0, 1e4, 1e6)


def textbook_average(function, q, breaks=()):
    """E[function(sqrt(q) Z)] by mpmath's own quadrature over x."""
    with mp.workdps(20):
        q = mp.mpf(q)
        std = mp.sqrt(q)
        reach = 12 * std
        features = [mp.mpf(t) for t in (0.1, 0.5, 2, 8, 40, 200)]
        steps = [t for t in features if t < reach] + [std * k for k in (0.5, 1.5, 3, 6, 12)]
        points = sorted({-t for t in steps} | {mp.mpf(0)} | set(steps) | {mp.mpf(t) for t in breaks if abs(t) < reach})

        here = (std, -std, 2 * std, mp.mpf(0))
        unit = max(abs(function(t)) for t in here) or abs(function(1))  # mpmath stops at an absolute error

        def integrand(x):
            return function(x) / unit * mp.exp(-x * x / (2 * q)) / std

        return float(unit * mp.quad(integrand, points, method="gauss-legendre") / mp.sqrt(2 * mp.pi))


def textbook_mean_square(function, name, params, q):
    """E[function(sqrt(q) Z)^2] of the textbook function."""
    return textbook_average(lambda x: function(name, x, **params) ** 2, q, ACTIVATIONS[name].breaks)


def mean_square_of_elu(q, alpha):
    """alpha^2 E[(e^x - 1)^2; x < 0] + q/2, by completing the square; 400 digits survive the cancellation."""
    q = mp.mpf(q)
    s = mp.sqrt(q)
    left = mp.exp(2 * q) * normal_cdf(-2 * s) - 2 * mp.exp(q / 2) * normal_cdf(-s) + mp.mpf(1) / 2
    return alpha**2 * left + q / 2


def mean_square_of_elu_derivative(q, alpha):
    q = mp.mpf(q)
    return mp.mpf(1) / 2 + alpha**2 * mp.exp(2 * q) * normal_cdf(-2 * mp.sqrt(q))


def mean_square_of_gelu(q):
    q = mp.mpf(q)
    return q / 4 + q / (2 * mp.pi) * (mp.asin(q / (1 + q)) + 2 * q / ((1 + q) * mp.sqrt(1 + 2 * q)))


def mean_square_of_gelu_derivative(q):
    q = mp.mpf(q)
    last = q * (3 + 5 * q) / ((1 + q) * (1 + 2 * q) ** mp.mpf(1.5))
    return mp.mpf(1) / 4 + (mp.asin(q / (1 + q)) + last) / (2 * mp.pi)


def far_out(function, name, params):
    """At -infinity and +infinity; infinite where it is beyond 1e290."""
    ends = (float(function(name, x, **(ACTIVATIONS[name].defaults() | params))) for x in (-1e300, 1e300))
    return tuple(math.inf if abs(end) > 1e290 else end for end in ends)


# In float64: Gauss-Legendre, between breaks, of the expressions that readers take away; and closed forms

_T, _V = np.polynomial.legendre.leggauss(96)
HELPERS = {
    "np": np, "sigmoid": expit, "normal_cdf": ndtr, "softplus": lambda x: np.logaddexp(0, x),
    "gate": lambda x: expit(math.sqrt(8 / math.pi) * (x + 0.044715 * x**3)),
}  # fmt: skip


def plain_mean_square(name, q, which):
    """Of the value (0) or the derivative (1) at variance q, default parameters."""
    entry = ACTIVATIONS[name]
    ends = {end / math.sqrt(q) for end in (-8.0, -1.0, 0.0, 1.0, 8.0, *entry.breaks)} | {-12.0, 12.0, -4.0, 4.0}
    edges = np.array(sorted(end for end in ends if abs(end) <= 12.0))
    half = np.diff(edges)[:, np.newaxis] / 2
    z = (edges[:-1, np.newaxis] + half * (1 + _T)).ravel()
    weights = (half * _V).ravel() * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    found = eval(entry.numpy[which], HELPERS | entry.defaults() | {"x": math.sqrt(q) * z})
    return float(weights @ (found * np.ones_like(z)) ** 2)


SLOPES = {"identity": 1.0, "relu": 0.0, "leaky_relu": 0.01, "prelu": 0.25}  # on the negative side; 1 on the other
ELUS = {"elu": (1.0, 1.0), "selu": (float(SELU_SCALE), float(SELU_ALPHA))}  # scale and alpha


def plain_second(name, q):
    """E[f^2] at variance q, default parameters."""
    if name in SLOPES:
        return (1 + SLOPES[name] ** 2) / 2 * q
    if name in ELUS:
        scale, alpha = ELUS[name]
        s = math.sqrt(q)
        left = erfcx(math.sqrt(2) * s) / 2 - erfcx(s / math.sqrt(2)) + 0.5
        return scale**2 * (alpha**2 * left + q / 2)
    return plain_mean_square(name, q, 0)


def plain_chi(name, q, weight_variance):
    if name in SLOPES:
        return weight_variance * (1 + SLOPES[name] ** 2) / 2
    if name in ELUS:
        scale, alpha = ELUS[name]
        return weight_variance * scale**2 * (1 + alpha**2 * erfcx(math.sqrt(2 * q))) / 2
    if math.isinf(q):
        return weight_variance * sum(slope**2 for slope in far_out(true_derivative, name, {})) / 2
    return weight_variance * plain_mean_square(name, q, 1)


def iterated(name, weight_variance, bias_variance, start=None, steps=6000):
    """Where the variance comes to rest, layer after layer; inf beyond 1e6, 0 below 1e-20."""
    q = weight_variance + bias_variance if start is None else start
    for _ in range(steps):
        after = weight_variance * plain_second(name, q) + bias_variance
        if abs(after - q) <= 1e-15 * q:
            return after
        if after > 1e6:
            return math.inf
        if after < 1e-20:
            return 0.0
        q = after
    return q
