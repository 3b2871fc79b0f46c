import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import brentq

from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import chi, gaussian_mean, next_variance, predicted_log10_delta, saturated_share
from core.maths.network import Network, measure_many
from tests.maths.textbook import EVERY_SETTING, SELU_ALPHA, SELU_SCALE, mp, normal_cdf, true_derivative, true_value

VARIANCES = (1e-12, 1e-6, 0.01, 1.0, 20.0, 1e4, 1e6)
SETTINGS = pytest.mark.parametrize(
    ("name", "params"), EVERY_SETTING, ids=[f"{name}{sorted(params.values())}" for name, params in EVERY_SETTING]
)


def textbook_mean_square(function, name, params, q):
    """E[function(sqrt(q) Z)^2] by mpmath's own quadrature of the textbook function over x."""
    with mp.workdps(20):
        q = mp.mpf(q)
        std = mp.sqrt(q)
        reach = 12 * std
        features = [mp.mpf(t) for t in (0.1, 0.5, 2, 8, 40, 200)]
        steps = [t for t in features if t < reach] + [std * k for k in (0.5, 1.5, 3, 6, 12)]
        points = sorted({-t for t in steps} | {mp.mpf(0)} | set(steps))

        unit = max(abs(function(name, t, **params)) for t in (std, -std, 0))  # mpmath stops at an absolute error

        def integrand(x):
            return (function(name, x, **params) / unit) ** 2 * mp.exp(-x * x / (2 * q)) / std

        return float(unit**2 * mp.quad(integrand, points, method="gauss-legendre") / mp.sqrt(2 * mp.pi))


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


# The two averages


@SETTINGS
@pytest.mark.parametrize("q", [1e-12, 0.7, 1e6])
def test_both_averages_agree_with_an_independent_quadrature(name, params, q):
    second = textbook_mean_square(true_value, name, params, q)
    slope = textbook_mean_square(true_derivative, name, params, q)
    assert next_variance(name, q, 1.0, 0.0, **params) == pytest.approx(second, rel=1e-9, abs=0)
    assert chi(name, q, 1.0, **params) == pytest.approx(slope, rel=1e-9, abs=0)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "swish", "softplus", "mish"])
@pytest.mark.parametrize("q", [1e-6, 0.01, 20.0, 1e4])
def test_the_averages_without_a_closed_form_agree_over_the_whole_range(name, q):
    second = textbook_mean_square(true_value, name, ACTIVATIONS[name].defaults(), q)
    slope = textbook_mean_square(true_derivative, name, ACTIVATIONS[name].defaults(), q)
    assert next_variance(name, q, 1.0, 0.0) == pytest.approx(second, rel=1e-9, abs=0)
    assert chi(name, q, 1.0) == pytest.approx(slope, rel=1e-9, abs=0)


@pytest.mark.parametrize("q", VARIANCES)
@pytest.mark.parametrize(
    ("name", "params", "slope"),
    [
        ("identity", {}, 1.0),
        ("relu", {}, 0.0),
        ("leaky_relu", {}, 0.01),
        ("leaky_relu", {"alpha": 2.0}, 2.0),
        ("prelu", {}, 0.25),
        ("prelu", {"a": -0.5}, -0.5),
    ],
)
def test_the_rectified_ones_follow_half_of_one_plus_the_squared_slope(name, params, slope, q):
    half = 1.0 if name == "identity" else (1.0 + slope**2) / 2.0
    assert next_variance(name, q, 1.7, 0.3, **params) == pytest.approx(1.7 * half * q + 0.3, rel=1e-12)
    assert chi(name, q, 1.7, **params) == pytest.approx(1.7 * half, rel=1e-12)


@pytest.mark.parametrize("q", VARIANCES)
@pytest.mark.parametrize("alpha", [0.5, 1.0, 3.0])
def test_elu_follows_its_closed_form(alpha, q):
    assert next_variance("elu", q, 1.0, 0.0, alpha=alpha) == pytest.approx(
        float(mean_square_of_elu(q, alpha)), rel=1e-9
    )
    assert chi("elu", q, 1.0, alpha=alpha) == pytest.approx(float(mean_square_of_elu_derivative(q, alpha)), rel=1e-9)


@pytest.mark.parametrize("q", VARIANCES)
def test_selu_follows_its_closed_form(q):
    second = SELU_SCALE**2 * mean_square_of_elu(q, SELU_ALPHA)
    slope = SELU_SCALE**2 * mean_square_of_elu_derivative(q, SELU_ALPHA)
    assert next_variance("selu", q, 1.0, 0.0) == pytest.approx(float(second), rel=1e-9, abs=0)
    assert chi("selu", q, 1.0) == pytest.approx(float(slope), rel=1e-9)


@pytest.mark.parametrize("q", VARIANCES)
def test_gelu_follows_its_closed_form(q):
    assert next_variance("gelu", q, 1.0, 0.0) == pytest.approx(float(mean_square_of_gelu(q)), rel=1e-9, abs=0)
    assert chi("gelu", q, 1.0) == pytest.approx(float(mean_square_of_gelu_derivative(q)), rel=1e-9)


@SETTINGS
def test_without_variance_only_the_value_at_zero_counts(name, params):
    at_zero = float(true_value(name, 0.0, **params)) ** 2
    assert next_variance(name, 0.0, 2.0, 0.5, **params) == pytest.approx(2.0 * at_zero + 0.5, rel=1e-14)


@SETTINGS
def test_weights_multiply_and_biases_add(name, params):
    plain = next_variance(name, 0.8, 1.0, 0.0, **params)
    assert next_variance(name, 0.8, 2.5, 0.3, **params) == pytest.approx(2.5 * plain + 0.3, rel=1e-14)
    assert chi(name, 0.8, 2.5, **params) == pytest.approx(2.5 * chi(name, 0.8, 1.0, **params), rel=1e-14)


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


@pytest.mark.parametrize("function", [chi, lambda *settings, **params: next_variance(*settings, 0.0, **params)])
@pytest.mark.parametrize("params", [{"alpha": 1.0}, {"beta": -1.0}, {"beta": math.nan}])
def test_parameters_that_do_not_belong_are_refused(function, params):
    with pytest.raises(ValueError, match=r"no parameter|must lie between"):
        function("swish", 1.0, 1.0, **params)


# Saturation


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("sigmoid", (-2 * math.acosh(10), 2 * math.acosh(10))),  # 4 cosh^2(x/2) = 400
        ("tanh", (-math.acosh(10), math.acosh(10))),
        ("elu", (math.log(0.01), math.inf)),
        ("softplus", (-math.log(99), math.inf)),
        ("relu", (0.0, math.inf)),
        ("leaky_relu", (-math.inf, math.inf)),
        ("identity", (-math.inf, math.inf)),
    ],
)
def test_the_saturated_share_is_a_tail_of_the_normal_distribution(name, edges):
    std = np.array([0.3, 1.0, 4.0, 100.0])
    low, high = (NormalDist().cdf(edges[0] / s) for s in std), (NormalDist().cdf(edges[1] / s) for s in std)
    expected = [below + 1.0 - above for below, above in zip(low, high, strict=True)]
    np.testing.assert_allclose(saturated_share(name, std), expected, rtol=1e-9, atol=1e-15)


# Published points


def test_he_keeps_relu_at_the_edge_and_glorot_halves_the_square_of_its_gradient():
    for q in VARIANCES:
        assert chi("relu", q, 2.0) == pytest.approx(1.0, rel=1e-12)
        assert next_variance("relu", q, 2.0, 0.0) == pytest.approx(q, rel=1e-12)
        assert chi("relu", q, 1.0) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("slope", [0.01, 0.25, 1.5])
def test_the_gain_for_a_leaky_relu_is_the_root_of_two_over_one_plus_the_squared_slope(slope):
    assert chi("leaky_relu", 3.0, 2.0 / (1.0 + slope**2), alpha=slope) == pytest.approx(1.0, rel=1e-12)


def settled(name, weight_variance, bias_variance, q=1.0, steps=400):
    for _ in range(steps):
        q = next_variance(name, q, weight_variance, bias_variance)
    return q


def test_the_edge_of_chaos_of_tanh_is_where_schoenholz_found_it():
    q = settled("tanh", 1.7609546, 0.05)
    assert q == pytest.approx(0.57005, abs=5e-6)
    assert chi("tanh", q, 1.7609546) == pytest.approx(1.0, abs=1e-6)


def test_the_edge_of_chaos_of_tanh_is_where_pennington_found_it():
    q = settled("tanh", 1.0499956, 2.01e-5, q=0.03)
    assert chi("tanh", q, 1.0499956) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("weight_std", "published"), [(1.3, 0.940), (2.5, 1.585), (4.0, 2.367)])
def test_poole_finds_order_at_small_and_chaos_at_large_weights(weight_std, published):
    q = settled("tanh", weight_std**2, 0.3**2)
    assert chi("tanh", q, weight_std**2) == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "weight_variance", "bias_variance", "bracket"),
    [("gelu", 1.98305826, 0.17292239, (3.0, 5.0)), ("swish", 1.98800468, 0.55514317, (10.0, 20.0))],
)
def test_the_half_stable_points_are_those_of_roberts_yaida_and_hanin(name, weight_variance, bias_variance, bracket):
    """There the variance repeats itself, and both its own slope and chi are 1."""
    q = brentq(lambda t: chi(name, t, weight_variance) - 1.0, *bracket)
    assert next_variance(name, q, weight_variance, bias_variance) == pytest.approx(q, abs=1e-7)
    step = 1e-3 * q
    above, below = (next_variance(name, q + s, weight_variance, bias_variance) for s in (step, -step))
    assert (above - below) / (2 * step) == pytest.approx(1.0, abs=1e-6)


def test_selu_keeps_mean_zero_and_variance_one_and_pulls_back_to_it_as_klambauer_found():
    selu = ACTIVATIONS["selu"].value

    def mean(variance):
        return gaussian_mean(selu, math.sqrt(variance), (0.0,))

    step = 1e-4
    assert mean(1.0) == pytest.approx(0.0, abs=1e-12)
    assert next_variance("selu", 1.0, 1.0, 0.0) == pytest.approx(1.0, rel=1e-12)
    of_mean = (mean(1 + step) - mean(1 - step)) / (2 * step)
    of_variance = (next_variance("selu", 1 + step, 1, 0) - next_variance("selu", 1 - step, 1, 0)) / (2 * step)
    assert of_mean == pytest.approx(0.088834, abs=1e-6)
    assert of_variance == pytest.approx(0.782648, abs=1e-6)
    assert math.hypot(of_mean, of_variance) == pytest.approx(0.7877, abs=1e-4)


def test_sigmoid_with_glorot_loses_three_quarters_of_its_gradient_per_layer():
    q = settled("sigmoid", 1.0, 0.0)
    assert math.sqrt(chi("sigmoid", q, 1.0)) == pytest.approx(0.236, abs=5e-4)


def test_tanh_with_glorot_sits_at_the_edge():
    assert chi("tanh", 0.0, 1.0) == pytest.approx(1.0, rel=1e-14)
    assert chi("tanh", 1e-8, 1.0) == pytest.approx(1.0 - 2e-8, rel=1e-14)


# The prediction for a network


@pytest.mark.parametrize("gain", [0.5, 1.0, 3.0, 10.0])
def test_the_prediction_for_the_identity_is_a_power_of_the_gain(gain):
    network = Network("identity", depth=320, weight_gain=gain, initializer="lecun_normal")
    np.testing.assert_allclose(predicted_log10_delta(network), np.log10(gain) * np.arange(319, -1, -1), atol=1e-9)


@pytest.mark.parametrize(("initializer", "factor"), [("glorot_normal", 0.5), ("he_uniform", 1.0)])
def test_the_prediction_for_relu_is_a_power_of_half_the_weight_variance(initializer, factor):
    network = Network("relu", depth=200, initializer=initializer)
    np.testing.assert_allclose(
        predicted_log10_delta(network), 0.5 * np.log10(factor) * np.arange(199, -1, -1), atol=1e-9
    )


@pytest.mark.parametrize(
    ("name", "params"), [("tanh", {}), ("prelu", {"a": 1.2}), ("elu", {"alpha": 2.5}), ("swish", {"beta": 3.0})]
)
def test_the_prediction_follows_the_variance_from_layer_to_layer(name, params):
    """Written out for three layers: delta_1 / delta_3 has one factor for layer 1 and one for layer 2."""
    normal = {"initializer": "normal", "initializer_parameters": {"std": 0.15}}
    network = Network(name, params, depth=3, width=100, bias_std=0.4, **normal)
    weight_variance = 100 * 0.15**2
    first = weight_variance + 0.16  # the input has variance 1
    second = weight_variance * textbook_mean_square(true_value, name, params, first) + 0.16
    factors = [weight_variance * textbook_mean_square(true_derivative, name, params, q) for q in (first, second)]
    expected = [0.5 * math.log10(factors[0] * factors[1]), 0.5 * math.log10(factors[1]), 0.0]
    np.testing.assert_allclose(predicted_log10_delta(network), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("gain", [0.01, 1.0, 10.0])
def test_the_prediction_has_one_number_per_layer_and_ends_at_zero(name, gain):
    for depth in (1, 2, 40):
        predicted = predicted_log10_delta(Network(name, depth=depth, weight_gain=gain))
        assert predicted.shape == (depth,)
        assert predicted[-1] == 0.0
        assert not np.isnan(predicted).any()


def test_without_weights_the_predicted_gradient_is_exactly_zero():
    predicted = predicted_log10_delta(Network("tanh", depth=4, weight_gain=0.0))
    np.testing.assert_array_equal(predicted, [-math.inf, -math.inf, -math.inf, 0.0])


def test_the_prediction_refuses_biases_that_are_not_zero_on_average():
    with pytest.raises(ValueError, match="biases of mean 0"):
        predicted_log10_delta(Network("tanh", bias_mean=0.1))


@pytest.mark.parametrize(
    ("names", "settings"),
    [
        (["identity", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "softplus"], {}),
        (["relu", "leaky_relu", "prelu", "elu"], {"initializer": "he_normal"}),
        (["selu", "tanh", "sigmoid"], {"initializer": "lecun_normal", "bias_std": 0.3}),
        (["tanh"], {"initializer": "glorot_uniform", "weight_gain": 2.5, "bias_std": 0.3}),
    ],
    ids=["glorot", "he", "lecun with biases", "chaotic"],
)
def test_wide_networks_do_as_predicted_within_a_tenth_of_a_decade_in_ten_layers(names, settings):
    """log delta^2 of a ReLU network of width n wanders by sqrt(5 L / n): 0.07 decades here, less over three seeds."""
    seeds = (0, 1, 2)
    networks = [[Network(name, depth=10, width=512, batch=16, seed=s, **settings) for name in names] for s in seeds]
    measured = np.mean([[layers.log10_delta for layers in measure_many(group)] for group in networks], axis=0)
    for network, decades in zip(networks[0], measured, strict=True):
        np.testing.assert_allclose(decades - decades[-1], predicted_log10_delta(network), atol=0.1)
