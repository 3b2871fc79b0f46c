import math
from statistics import NormalDist

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.moments import ladder, moments, quadrature
from tests.maths.averages import (
    VARIANCES,
    far_out,
    mean_square_of_elu,
    mean_square_of_elu_derivative,
    mean_square_of_gelu,
    mean_square_of_gelu_derivative,
    textbook_average,
    textbook_mean_square,
)
from tests.maths.textbook import SELU_ALPHA, SELU_SCALE, SETTINGS, mp, normal_cdf, true_derivative, true_value
from tests.scratch import BENT, RAMP, with_activation

CLOSED = {"identity", "relu", "leaky_relu", "prelu", "elu", "selu", "gelu"}


# The quadrature


def gaussian_mean(function, std, kinks=()):
    """E[function(std Z)] by the quadrature under test."""
    x, weights = quadrature(std, kinks)
    return float(weights @ function(x))


@pytest.mark.parametrize("std", [1e-6, 0.3, 1.0, 40.0, 1e3])
def test_the_normal_average_gives_the_moments_of_the_normal_distribution(std):
    assert gaussian_mean(np.ones_like, std) == pytest.approx(1.0, rel=1e-13)
    for power, moment in ((2, 1.0), (4, 3.0), (8, 105.0)):
        assert gaussian_mean(lambda x, p=power: x**p, std) == pytest.approx(moment * std**power, rel=1e-12)
    assert gaussian_mean(lambda x: x**3, std) == pytest.approx(0.0, abs=1e-12 * std**3)


@pytest.mark.parametrize("kink", [-3.7, 0.0, 0.31, 2.0])
def test_the_normal_average_is_exact_across_a_declared_kink(kink):
    """E[1; x > k] is a normal tail."""
    tail = float(normal_cdf(-mp.mpf(kink) / mp.mpf(1.3)))
    assert gaussian_mean(lambda x: np.where(x > kink, 1.0, 0.0), 1.3, (kink,)) == pytest.approx(tail, rel=1e-12)


# The averages


@SETTINGS
@pytest.mark.parametrize("q", [0.7, *(pytest.param(q, marks=pytest.mark.slow) for q in (1e-12, 1e6))])
def test_both_averages_agree_with_an_independent_quadrature(name, params, q):
    second = textbook_mean_square(true_value, name, params, q)
    slope = textbook_mean_square(true_derivative, name, params, q)
    assert moments(name, q, params).second == pytest.approx(second, rel=1e-9, abs=0)
    assert moments(name, q, params).slope == pytest.approx(slope, rel=1e-9, abs=0)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - CLOSED))
@pytest.mark.parametrize("q", [1e-6, 0.01, 20.0, 1e4])
def test_the_averages_without_a_closed_form_agree_over_the_whole_range(name, q):
    second = textbook_mean_square(true_value, name, ACTIVATIONS[name].defaults(), q)
    slope = textbook_mean_square(true_derivative, name, ACTIVATIONS[name].defaults(), q)
    assert moments(name, q, {}).second == pytest.approx(second, rel=1e-9, abs=0)
    assert moments(name, q, {}).slope == pytest.approx(slope, rel=1e-9, abs=0)


@pytest.mark.parametrize("q", VARIANCES)
@pytest.mark.parametrize("alpha", [0.5, 1.0, 3.0])
def test_elu_follows_its_closed_form(alpha, q):
    assert moments("elu", q, {"alpha": alpha}).second == pytest.approx(float(mean_square_of_elu(q, alpha)), rel=1e-9)
    assert moments("elu", q, {"alpha": alpha}).slope == pytest.approx(
        float(mean_square_of_elu_derivative(q, alpha)), rel=1e-9
    )


@pytest.mark.parametrize("q", VARIANCES)
def test_selu_follows_its_closed_form(q):
    second = SELU_SCALE**2 * mean_square_of_elu(q, SELU_ALPHA)
    slope = SELU_SCALE**2 * mean_square_of_elu_derivative(q, SELU_ALPHA)
    assert moments("selu", q, {}).second == pytest.approx(float(second), rel=1e-9, abs=0)
    assert moments("selu", q, {}).slope == pytest.approx(float(slope), rel=1e-9)


@pytest.mark.parametrize("q", VARIANCES)
def test_gelu_follows_its_closed_form(q):
    assert moments("gelu", q, {}).second == pytest.approx(float(mean_square_of_gelu(q)), rel=1e-9, abs=0)
    assert moments("gelu", q, {}).slope == pytest.approx(float(mean_square_of_gelu_derivative(q)), rel=1e-9)


@SETTINGS
@pytest.mark.parametrize("q", [0.7, *(pytest.param(q, marks=pytest.mark.slow) for q in (1e-12, 1e6))])
def test_mean_and_growth_agree_with_an_independent_quadrature(name, params, q):
    """Growth without a derivative of f: d/dq of the normal density is (x^2/q - 1) / (2q) times itself."""

    def value(x):
        return true_value(name, x, **params)

    found, breaks = moments(name, q, params), ACTIVATIONS[name].breaks
    at_zero = value(0) ** 2  # contributes nothing, but would drown the rest
    growth = textbook_average(
        lambda x: (value(x) ** 2 - at_zero) * (x * x / mp.mpf(q) - 1) / (2 * mp.mpf(q)), q, breaks
    )
    assert found.growth == pytest.approx(growth, rel=1e-9, abs=0)
    assert found.mean == pytest.approx(
        textbook_average(value, q, breaks), rel=1e-9, abs=1e-14 * math.sqrt(found.second)
    )


@pytest.mark.parametrize("q", [1e-3, 0.7, 3.0, 90.0, 1e6])
def test_the_averages_are_exact_across_kinks_of_the_function_and_of_its_derivative(monkeypatch, q):
    """Of a ramp from -2 to 5 in closed form; of a function whose derivative alone has a kink, by mpmath."""
    with_activation(monkeypatch, RAMP)
    with_activation(monkeypatch, BENT)
    s, cdf = math.sqrt(q), NormalDist().cdf
    assert moments("ramp", q, {}).slope == pytest.approx(cdf(5 / s) - cdf(-2 / s), rel=1e-12)
    inside = (
        cdf(5 / s) - cdf(-2 / s) - 5 * NormalDist(0, s).pdf(5) - 2 * NormalDist(0, s).pdf(2)
    )  # E[Z^2; -2 < s Z < 5]
    assert moments("ramp", q, {}).growth == pytest.approx(inside, rel=1e-11, abs=1e-14)
    with mp.workdps(30):
        density = lambda x: mp.exp(-x * x / (2 * q)) / (s * mp.sqrt(2 * mp.pi))  # noqa: E731
        steps = [2.5, *(2.5 + s * k for k in (0.5, 1, 2, 4, 8, 16))]
        bent = mp.quad(lambda x: density(x) / (x - 1.5) ** 2, steps) + mp.ncdf(2.5 / s)
    assert moments("bent", q, {}).slope == pytest.approx(float(bent), rel=1e-10)


@SETTINGS
def test_without_variance_the_averages_are_their_limits(name, params):
    """Of a kink both sides count: at variance 1e-24 the normal distribution still sees it, and hardly anything else."""
    found, near = moments(name, 0.0, params), mp.mpf(1e-24)
    assert found.mean == pytest.approx(float(true_value(name, 0, **params)), rel=1e-14, abs=0)
    assert found.second == pytest.approx(float(true_value(name, 0, **params)) ** 2, rel=1e-14, abs=0)
    assert found.slope == pytest.approx(textbook_mean_square(true_derivative, name, params, near), rel=1e-9, abs=0)


@SETTINGS
def test_without_variance_growth_is_its_limit(name, params):
    found = moments(name, 0.0, params).growth
    with mp.workdps(60):
        step = mp.mpf(1e-20)
        squares = [true_value(name, x, **params) ** 2 for x in (step, -step, 0)]
        curvature = (squares[0] + squares[1] - 2 * squares[2]) / step**2  # of f^2, of which the variance takes half
    assert found == pytest.approx(float(curvature) / 2, rel=1e-9, abs=0)


@SETTINGS
def test_at_infinite_variance_the_averages_are_their_limits(name, params):
    """Half of all inputs are far left, half of them far right."""
    slope, value = (np.mean(np.square(far_out(f, name, params))) for f in (true_derivative, true_value))
    found = moments(name, math.inf, params)
    assert found.slope == pytest.approx(slope, rel=1e-9, abs=1e-100)
    assert found.growth == pytest.approx(slope, rel=1e-9, abs=1e-100)
    assert found.second == pytest.approx(value, rel=1e-9)


# The ladder


def test_the_ladder_of_elu_stands_on_its_closed_form():
    rungs = ladder("elu", alpha=0.5)
    for q, second, slope in zip(rungs.q[::44], rungs.second[::44], rungs.slope[::44], strict=True):
        assert second == pytest.approx(float(mean_square_of_elu(q, 0.5)), rel=1e-9, abs=0)
        assert slope == pytest.approx(float(mean_square_of_elu_derivative(q, 0.5)), rel=1e-9)
    assert (rungs.at_zero.second, rungs.at_infinity.second) == (0.0, math.inf)


def test_a_ladder_is_computed_once_and_for_nothing_that_is_not_allowed():
    assert ladder("tanh") is ladder("tanh")
    with pytest.raises(ValueError, match="alpha must lie between"):
        ladder("elu", alpha=3.5)
