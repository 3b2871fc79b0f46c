"""Averages of the textbook functions over normal inputs, by mpmath: what the tests of the theory compare it with."""

import math

from core.maths.activations import ACTIVATIONS
from tests.maths.textbook import mp, normal_cdf


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
