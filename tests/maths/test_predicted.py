"""What theory predicts of a network, layer by layer, and what wide networks do."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import (
    critical_weight_variance,
    half_stable_point,
    objection,
    predicted,
    predicted_log10_delta,
)
from core.maths.network import Network, measure, measure_many
from tests.maths.averages import textbook_mean_square
from tests.maths.sweeps import few
from tests.maths.textbook import true_derivative, true_value
from tests.scratch import ALIKE, with_initializer

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
        decades = predicted_log10_delta(Network(name, depth=depth, weight_gain=gain))
        assert decades.shape == (depth,)
        assert decades[-1] == 0.0
        assert not np.isnan(decades).any()


def test_without_weights_the_predicted_gradient_is_exactly_zero():
    decades = predicted_log10_delta(Network("tanh", depth=4, weight_gain=0.0))
    np.testing.assert_array_equal(decades, [-math.inf, -math.inf, -math.inf, 0.0])


def test_the_prediction_refuses_biases_that_are_not_zero_on_average():
    with pytest.raises(ValueError, match="biases of mean 0"):
        predicted_log10_delta(Network("tanh", bias_mean=0.1))


def test_the_prediction_refuses_weights_that_are_not_zero_on_average(monkeypatch):
    with_initializer(monkeypatch, ALIKE)
    for network in (Network("tanh", initializer="alike"), Network("relu", initializer="alike", residual=True)):
        assert "weights of mean 0" in objection(network)
        with pytest.raises(ValueError, match="weights of mean 0, which alike does not draw"):
            predicted(network)
    assert objection(Network("tanh")) is None


# The prediction in absolute terms. Each case is written out by hand: G_L = 1 enters the last activation from above,
# D_l = s^2 E[f'^2] G_l is the mean square of delta, and G_{l-1} / G_l the factor of which the test speaks.

EPS = 1e-5  # what PyTorch adds to a variance


def network_of(name, weight_variance, bias_variance=0.0, **settings):
    """Weights of variance sigma_w^2 / 64."""
    std = {"std": math.sqrt(weight_variance) / 8.0}
    normal = {"initializer": "normal", "initializer_parameters": std, "bias_std": math.sqrt(bias_variance)}
    return Network(name, width=64, **normal, **settings)


def assert_prediction(found, variances, deltas, meets, batch, divisors=None):
    """`deltas`: mean squares of delta; `meets`: mean squares of what delta meets in dLoss/dW."""
    deltas, divisors = np.array(deltas), np.ones(len(deltas)) if divisors is None else np.array(divisors)
    np.testing.assert_allclose(found.preactivation_rms, np.sqrt(variances), rtol=1e-9)
    np.testing.assert_allclose(found.log10_delta, np.log10(deltas) / 2, rtol=0, atol=1e-9)
    gradient = batch * deltas * np.array(meets) / divisors
    np.testing.assert_allclose(found.log10_weight_gradient, np.log10(gradient) / 2, rtol=0, atol=1e-9)


@pytest.mark.parametrize("batch", [1, 32])
def test_plain_identity_multiplies_by_the_weight_variance_both_ways(batch):
    found = predicted(network_of("identity", 1.44, 0.1, depth=3, batch=batch))
    variances = [1.54, 1.44 * 1.54 + 0.1, 1.44 * (1.44 * 1.54 + 0.1) + 0.1]
    assert_prediction(found, variances, [1.44**2, 1.44, 1.0], [1.0, *variances[:2]], batch)


@pytest.mark.parametrize("batch", [1, 50])
def test_plain_relu_halves_both_ways(batch):
    found = predicted(network_of("relu", 1.2, 0.3, depth=3, batch=batch))
    variances = [1.5, 0.6 * 1.5 + 0.3, 0.6 * (0.6 * 1.5 + 0.3) + 0.3]
    meets = [1.0, variances[0] / 2, variances[1] / 2]
    assert_prediction(found, variances, [0.5 * 0.36, 0.5 * 0.6, 0.5], meets, batch)


def test_layernorm_makes_relu_lose_nothing_after_the_first_layer():
    """E[f^2] = E[f'^2] = 1/2 at variance 1: what the activation halves the normalization doubles."""
    found = predicted(network_of("relu", 0.7, depth=3, normalization="layer", batch=10))
    divisors, variances, meets = [], [], [1.0]
    for _ in range(3):
        divisors.append(0.7 * meets[-1] + EPS)
        variances.append(0.7 * meets[-1] / divisors[-1])
        meets.append(variances[-1] / 2)
    deltas = [0.5 * (0.35 / divisors[1]) * (0.35 / divisors[2]), 0.5 * 0.35 / divisors[2], 0.5]
    assert_prediction(found, variances, deltas, meets[:3], 10, divisors)
    np.testing.assert_allclose(found.log10_delta, math.log10(0.5) / 2, atol=1e-4)


def test_layernorm_with_biases_divides_by_their_variance_too():
    """a = W h + b has variance sigma_w^2 p + sigma_b^2, of which only the first part leads further back."""
    found = predicted(network_of("identity", 0.8, 0.2, depth=3, normalization="layer", batch=7))
    first = 1.0 + EPS
    second = 0.8 / first + 0.2 + EPS
    third = 0.8 * (second - EPS) / second + 0.2 + EPS
    divisors = [first, second, third]
    variances = [(d - EPS) / d for d in divisors]
    assert_prediction(found, variances, [0.64 / second / third, 0.8 / third, 1], [1, *variances[:2]], 7, divisors)


@pytest.mark.parametrize("bias_variance", [0.0, 4.0])
def test_batchnorm_makes_the_gradient_of_relu_explode_as_yang_found(bias_variance):
    """A factor of sqrt(pi / (pi - 1)) = 1.2112 a layer: the spread of relu is 1/2 - 1/(2 pi), and biases cancel."""
    found = predicted(network_of("relu", 2.0, bias_variance, depth=4, normalization="batch", batch=20))
    spread = 0.5 - 0.5 / math.pi
    divisors, variances, meets = [], [], [1.0]
    for _ in range(4):
        divisors.append(2.0 * meets[-1] + EPS)
        variances.append(2.0 * meets[-1] / divisors[-1])
        meets.append(spread * variances[-1])
    deltas = [0.5 * math.prod(1.0 / d for d in divisors[l + 1 :]) for l in range(4)]
    assert_prediction(found, variances, deltas, meets[:4], 20, divisors)
    per_layer = 10 ** -np.diff(found.log10_delta)
    np.testing.assert_allclose(per_layer, math.sqrt(math.pi / (math.pi - 1)), rtol=1e-4)
    np.testing.assert_allclose(per_layer, 1.2112, rtol=1e-4)


def test_batchnorm_of_the_identity_hands_the_gradient_through():
    found = predicted(network_of("identity", 3.0, 1.0, depth=10, normalization="batch"))
    np.testing.assert_allclose(found.log10_delta, 0.0, atol=1e-4)
    np.testing.assert_allclose(found.preactivation_rms, 1.0, rtol=1e-5)
    # dLoss/dW = delta h / sqrt(3 s): all of delta, h and s are 1
    np.testing.assert_allclose(found.log10_weight_gradient, math.log10(32 / 3.0) / 2, atol=1e-4)


@pytest.mark.parametrize("kind", ["layer", "batch"])
def test_normalization_leaves_a_signal_small_that_is_as_small_as_its_epsilon(kind):
    """Of W h with variance 6.4e-5, 6.4 / 7.4 is left after division by 6.4e-5 + 1e-5."""
    found = predicted(network_of("identity", 6.4e-5, depth=2, normalization=kind))
    assert found.preactivation_rms[0] == pytest.approx(math.sqrt(6.4 / 7.4), rel=1e-9)
    second = 6.4e-5 * 6.4 / 7.4
    assert found.preactivation_rms[1] == pytest.approx(math.sqrt(second / (second + 1e-5)), rel=1e-9)
    assert found.log10_delta[0] == pytest.approx(math.log10(6.4e-5 / (second + 1e-5)) / 2, rel=1e-9)


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0])
def test_residual_identity_multiplies_by_one_plus_the_branch_both_ways(scale):
    found = predicted(network_of("identity", 1.44, depth=4, residual=True, branch_scale=scale, batch=5))
    factor = 1 + 1.44 * scale**2
    meets = [1, factor, factor**2, factor**3]
    deltas = [scale**2 * factor**k for k in (3, 2, 1, 0)]
    assert_prediction(found, [1.44 * p for p in meets], deltas, meets, 5)
    np.testing.assert_allclose(np.diff(found.log10_weight_gradient), 0.0, atol=1e-12)


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_residual_relu_gathers_a_mean_which_adds_to_the_mean_square(scale):
    """h + s f(z): p' = p + 2 s m E[f] + s^2 E[f^2], with E[f] = sqrt(q / (2 pi)), E[f^2] = q / 2."""
    found = predicted(network_of("relu", 1.5, 0.2, depth=4, residual=True, branch_scale=scale, batch=9))
    q1 = 1.7
    m1, p1 = scale * math.sqrt(q1 / (2 * math.pi)), 1 + scale**2 * q1 / 2
    q2 = 1.5 * p1 + 0.2
    m2 = m1 + scale * math.sqrt(q2 / (2 * math.pi))
    p2 = p1 + 2 * scale * m1 * math.sqrt(q2 / (2 * math.pi)) + scale**2 * q2 / 2
    q3 = 1.5 * p2 + 0.2
    p3 = p2 + 2 * scale * m2 * math.sqrt(q3 / (2 * math.pi)) + scale**2 * q3 / 2
    factor = 1 + scale**2 * 0.75
    deltas = [scale**2 / 2 * factor**k for k in (3, 2, 1, 0)]
    assert_prediction(found, [q1, q2, q3, 1.5 * p3 + 0.2], deltas, [1, p1, p2, p3], 9)


@pytest.mark.parametrize("kind", ["layer", "batch"])
@pytest.mark.parametrize("scale", [0.4, 1.0])
def test_residual_identity_with_normalization_grows_by_a_power_law(kind, scale):
    """Every layer adds s^2 to the mean square, so that the factors (1 + l s^2) / (1 + (l - 1) s^2) telescope."""
    settings = {"normalization": kind, "residual": True, "branch_scale": scale}
    found = predicted(network_of("identity", 2.0, depth=40, batch=16, **settings))
    after = 1 + scale**2 * np.arange(1, 41)
    deltas = scale**2 * after[-1] / after
    np.testing.assert_allclose(found.log10_delta, np.log10(deltas) / 2, atol=1e-4)
    np.testing.assert_allclose(found.preactivation_rms, 1.0, rtol=1e-5)
    # h of mean square p, divided by sqrt(2 p)
    np.testing.assert_allclose(found.log10_weight_gradient, np.log10(16 * deltas / 2) / 2, atol=1e-4)


def test_residual_relu_with_batchnorm_adds_its_spread_alone():
    settings = {"normalization": "batch", "residual": True, "branch_scale": 0.8}
    found = predicted(network_of("relu", 2.0, 1.0, depth=30, batch=16, **settings))
    before = 1 + 0.64 * (math.pi - 1) / (2 * math.pi) * np.arange(30)
    factors = 1 + 0.32 / before
    deltas = np.array([0.32 * np.prod(factors[l + 1 :]) for l in range(30)])
    np.testing.assert_allclose(found.log10_delta, np.log10(deltas) / 2, atol=1e-4)
    np.testing.assert_allclose(found.log10_weight_gradient, np.log10(16 * deltas / 2) / 2, atol=1e-4)


def test_residual_relu_with_layernorm_adds_its_mean_as_well():
    settings = {"normalization": "layer", "residual": True, "branch_scale": 0.8}
    found = predicted(network_of("relu", 2.0, 0.5, depth=3, batch=16, **settings))
    totals, variances, meets, mean = [], [], [1.0], 0.0
    for _ in range(3):
        totals.append(2.0 * meets[-1] + 0.5 + EPS)
        variances.append((totals[-1] - EPS) / totals[-1])
        of_relu = math.sqrt(variances[-1] / (2 * math.pi))
        meets.append(meets[-1] + 1.6 * mean * of_relu + 0.32 * variances[-1])
        mean += 0.8 * of_relu
    factors = [1 + 0.64 / total for total in totals]
    deltas = [0.32 * factors[1] * factors[2], 0.32 * factors[2], 0.32]
    assert_prediction(found, variances, deltas, meets[:3], 16, totals)


@pytest.mark.parametrize("kind", [None, "layer", "batch"])
def test_branches_scaled_to_nothing_hand_everything_through_and_receive_nothing(kind):
    found = predicted(network_of("gelu", 1.7, depth=5, residual=True, branch_scale=0.0, normalization=kind))
    np.testing.assert_allclose(found.preactivation_rms, math.sqrt(1.7) if kind is None else 1.0, rtol=1e-5)
    np.testing.assert_array_equal(found.log10_delta, -math.inf)
    np.testing.assert_array_equal(found.log10_weight_gradient, -math.inf)


@pytest.mark.parametrize("kind", [None, "layer", "batch"])
def test_the_branch_scale_counts_only_where_there_is_a_branch(kind):
    plain = predicted(network_of("tanh", 1.3, 0.1, depth=5, normalization=kind))
    scaled = predicted(network_of("tanh", 1.3, 0.1, depth=5, normalization=kind, branch_scale=0.3))
    np.testing.assert_array_equal(plain.log10_delta, scaled.log10_delta)


@pytest.mark.parametrize("kind", [None, "layer", "batch"])
@pytest.mark.parametrize("residual", [False, True])
def test_the_predicted_saturation_is_the_tail_at_the_predicted_variance(kind, residual):
    found = predicted(network_of("tanh", 6.0, 1.0, depth=4, normalization=kind, residual=residual))
    edge = math.acosh(10)  # 1 / cosh^2 = 1 %
    expected = [2 * NormalDist().cdf(-edge / rms) for rms in found.preactivation_rms]
    np.testing.assert_allclose(found.saturated, expected, rtol=1e-9)
    first = math.sqrt(7.0) if kind is None else 1.0
    assert found.saturated[0] == pytest.approx(2 * NormalDist().cdf(-edge / first), rel=1e-4)


def test_parameters_reach_the_prediction():
    for slope in (0.0, 0.5, 2.0):
        found = predicted(network_of("leaky_relu", 1.0, depth=3, parameters={"alpha": slope}))
        half = (1 + slope**2) / 2
        np.testing.assert_allclose(found.log10_delta, [math.log10(half**k) / 2 for k in (3, 2, 1)], atol=1e-9)


@pytest.mark.parametrize(("i", "name"), [*enumerate(ACTIVATIONS)])
def test_no_depth_and_no_gain_make_the_prediction_fail(i, name):
    """Each in another kind of network, so that of all functions each kind meets each. A warning would be an error."""
    kinds = [(kind, residual) for kind in (None, "layer", "batch") for residual in (False, True)]
    for gain, bias_std, depth in ((0.0, 0.0, 3), (0.0, 0.5, 1), (0.01, 0.0, 200), (10.0, 10.0, 200)):
        i += 1
        kind, residual = kinds[i % len(kinds)]
        settings = {"weight_gain": gain, "bias_std": bias_std, "normalization": kind, "residual": residual}
        found = predicted(Network(name, depth=depth, **settings))
        for column in (found.preactivation_rms, found.log10_delta, found.log10_weight_gradient, found.saturated):
            assert column.shape == (depth,)
            assert not np.isnan(column).any()
        assert (found.saturated >= 0).all()
        assert (found.saturated <= 1 + 1e-12).all()


@pytest.mark.parametrize("residual", [False, True])
def test_a_thousand_exploding_layers_are_predicted_exactly_though_the_variance_leaves_float64(residual):
    """chi = 50, and of a residual network 1 + 50, per layer."""
    found = predicted(Network("prelu", depth=1000, initializer="lecun_normal", weight_gain=10.0, residual=residual))
    half = (1 + 0.25**2) / 2
    per_layer = 100 * half + (1 if residual else 0)
    expected = (math.log10(half) + math.log10(per_layer) * np.arange(999, -1, -1)) / 2
    np.testing.assert_allclose(found.log10_delta, expected, rtol=1e-10)
    assert found.preactivation_rms[0] == pytest.approx(10.0)
    assert found.preactivation_rms[-1] == math.inf


def test_of_a_relu_whose_variance_leaves_float64_half_is_saturated():
    found = predicted(Network("relu", depth=250, initializer="lecun_normal", weight_gain=10.0))
    assert found.preactivation_rms[-1] == math.inf
    np.testing.assert_allclose(found.saturated, 0.5, rtol=1e-12)


def test_the_relative_prediction_is_the_absolute_one_less_its_last_layer():
    for kind in (None, "layer", "batch"):
        network = network_of("elu", 1.3, 0.1, depth=6, normalization=kind, residual=True, branch_scale=0.5)
        absolute = predicted(network).log10_delta
        np.testing.assert_allclose(predicted_log10_delta(network), absolute - absolute[-1], atol=1e-12)
    nothing = predicted_log10_delta(network_of("elu", 1.3, depth=2, residual=True, branch_scale=0.0))
    np.testing.assert_array_equal(nothing, [-math.inf, -math.inf])


def test_biases_that_are_not_zero_on_average_are_refused_whatever_the_network():
    for settings in ({}, {"normalization": "batch"}, {"residual": True}):
        with pytest.raises(ValueError, match="biases of mean 0"):
            predicted(Network("tanh", bias_mean=-0.1, **settings))


# Measured and predicted


@pytest.mark.parametrize(
    ("names", "settings"),
    [
        pytest.param(
            ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "softplus"], {},
            marks=pytest.mark.slow,
        ),
        (["relu", "leaky_relu", "prelu", "elu"], {"initializer": "he_normal"}),
        (["selu", "tanh", "sigmoid"], {"initializer": "lecun_normal", "bias_std": 0.3}),
        (["tanh"], {"initializer": "glorot_uniform", "weight_gain": 2.5, "bias_std": 0.3}),
    ],
    ids=["glorot", "he", "lecun with biases", "chaotic"],
)  # fmt: skip
def test_wide_networks_do_as_predicted_within_a_tenth_of_a_decade_in_ten_layers(names, settings):
    """log delta^2 of a ReLU network of width n wanders by sqrt(5 L / n): 0.07 decades here, less over three seeds."""
    seeds = (0, 1, 2)
    networks = [[Network(name, depth=10, width=512, batch=16, seed=s, **settings) for name in names] for s in seeds]
    measured = np.mean([[layers.log10_delta for layers in measure_many(group)] for group in networks], axis=0)
    for network, decades in zip(networks[0], measured, strict=True):
        np.testing.assert_allclose(decades - decades[-1], predicted_log10_delta(network), atol=0.1)


def test_the_biases_of_pytorch_are_all_that_is_left_of_a_signal_in_deep_layers():
    """Without a bend q_l = q_{l-1} / 3 + 1 / (3 n), so that q_l = 3^-l + (1 - 3^-l) / (2 n)."""
    network = Network("identity", depth=20, width=512, batch=16, initializer="pytorch")
    thirds = 3.0 ** -np.arange(1.0, 21.0)
    expected = np.sqrt(thirds + (1.0 - thirds) / (2 * 512))
    np.testing.assert_allclose(predicted(network).preactivation_rms, expected, rtol=1e-12)
    np.testing.assert_allclose(measure(network).preactivation_rms, expected, rtol=0.1)
    np.testing.assert_allclose(predicted_log10_delta(network), np.log10(3.0) * -np.arange(9.5, -0.25, -0.5), atol=1e-12)


def bias_at_the_edge(name):
    """A bias variance with which signals settle at the edge of chaos.

    0 where they do without, or, as for softplus and the rectifiers, where every bias shares one edge and the smallest
    keeps variances finite. Elsewhere twice that of the half-stable point, below which signals run away first.
    """
    try:
        return 2.0 * half_stable_point(name)[1]
    except ValueError:
        return 0.0


def disagreement(network, seeds):
    """The largest distance of measured from predicted decades, per 10 layers back, of either gradient."""
    runs = [measure(replace(network, seed=seed)) for seed in seeds]
    expected = predicted(network)
    tens = np.maximum(np.arange(network.depth, 0, -1) / 10, 1.0)
    worst = []
    for column in ("log10_delta", "log10_weight_gradient"):
        mean = np.mean([getattr(run, column) for run in runs], axis=0)
        worst.append(np.max(np.abs(mean - getattr(expected, column)) / tens))
    return max(worst)


@pytest.mark.parametrize("name", few(ACTIVATIONS, "tanh", "relu", "gelu"))
def test_at_the_edge_of_chaos_wide_networks_do_as_predicted(name):
    """Both gradients, in absolute terms. He's weights with another gain, as sigmoid needs sigma_w = 10.15."""
    bias_variance = bias_at_the_edge(name)
    edge = critical_weight_variance(name, bias_variance)
    weights = {"initializer": "he_normal", "weight_gain": math.sqrt(edge / 2)}
    network = Network(name, depth=20, width=512, batch=16, bias_std=math.sqrt(bias_variance), **weights)
    assert network.weight_variance == pytest.approx(edge)
    assert disagreement(network, seeds=(0, 1, 2)) < 0.1


@pytest.mark.parametrize(
    ("name", "settings"),
    few(
        [
            *((name, {"normalization": "layer", "bias_std": 0.3}) for name in ("relu", "tanh", "gelu")),
            *((name, {"normalization": "batch"}) for name in ("relu", "tanh", "gelu")),
            *((name, {"residual": True, "branch_scale": 0.5}) for name in ("identity", "tanh", "sigmoid")),
            *((name, {"residual": True, "normalization": "layer"}) for name in ("relu", "tanh", "gelu")),
            *((name, {"residual": True, "normalization": "batch"}) for name in ("relu", "tanh", "gelu")),
        ],
        "relu",
        "sigmoid",
    ),
)
def test_wide_networks_with_normalization_and_residuals_do_as_predicted(name, settings):
    network = Network(name, depth=20, width=512, batch=64, initializer="he_normal", **settings)
    assert disagreement(network, seeds=(0,)) < 0.1


@pytest.mark.parametrize("name", few(["relu", "gelu"], "gelu"))
def test_a_plain_residual_rectifier_exceeds_its_prediction_by_a_part_that_wider_networks_lose(name):
    """Activations and weights share a direction along their mean, which grows faster than all others: the mean square
    exceeds the limit by a part proportional to 1 / width, here to about 900 / 128 and 900 / 256.
    """
    excess = {}
    for width in (128, 256):
        settings = {"initializer": "he_normal", "residual": True, "branch_scale": 0.5}
        network = Network(name, depth=20, width=width, batch=16, **settings)
        runs = [measure(replace(network, seed=seed)).log10_delta[0] for seed in range(10)]
        excess[width] = np.mean(10 ** (2 * (np.array(runs) - predicted(network).log10_delta[0]))) - 1
    assert excess[128] / excess[256] == pytest.approx(2.0, rel=0.2)


@pytest.mark.parametrize(
    "network",
    [
        Network("relu", depth=6, width=512, batch=64, initializer="he_normal"),
        Network("sigmoid", depth=6, width=512, batch=64, bias_std=0.5),
        Network("gelu", depth=6, width=512, batch=64, weight_gain=1.5, residual=True, branch_scale=0.5),
        Network("softplus", depth=6, width=512, batch=64, normalization="layer"),
    ],
    ids=lambda network: network.activation,
)
def test_mean_and_spread_of_the_activations_are_those_of_wide_networks(network):
    """Measured over four seeds: the theory is that of infinite width."""
    found = predicted(network)
    measured = [measure(replace(network, seed=seed)) for seed in range(4)]
    for column in ("activation_std", "relative_mean"):
        average = np.mean([getattr(layers, column) for layers in measured], axis=0)
        np.testing.assert_allclose(getattr(found, column), average, rtol=0.06, atol=0.03, err_msg=column)


def test_half_of_a_normal_distribution_has_the_mean_of_its_textbook():
    """ReLU of a standard normal: mean 1 / sqrt(2 pi), mean square 1/2."""
    found = predicted(Network("relu", depth=2, width=64, initializer="lecun_normal"))
    assert found.activation_mean[0] == pytest.approx(1.0 / math.sqrt(2.0 * math.pi), rel=1e-12)
    assert found.activation_std[0] == pytest.approx(math.sqrt(0.5 - 0.5 / math.pi), rel=1e-12)
    assert found.relative_mean[0] == pytest.approx(1.0 / math.sqrt(math.pi), rel=1e-12)
