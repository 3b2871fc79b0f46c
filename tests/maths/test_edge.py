"""The edge of chaos: where it is, how deep signals reach beside it, and the points that others have published."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit

from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import (
    chi,
    critical_gain,
    critical_weight_variance,
    depth_scale,
    fixed_point,
    half_stable_point,
    next_variance,
    phase,
)
from core.maths.moments import moments
from core.maths.network import Network
from tests.maths.averages import VARIANCES, iterated, plain_chi, plain_second
from tests.maths.sweeps import few
from tests.maths.textbook import SELU_ALPHA, SELU_SCALE

# The edge of chaos


@pytest.mark.parametrize(
    ("name", "bias_variance", "published", "tolerance"),
    [
        ("tanh", 0.05, 1.7609546, 5e-8),  # Schoenholz 2017
        ("tanh", 2.01e-5, 1.0499956, 5e-8),  # Pennington 2017, Xiao 2018
        ("swish", 0.55514317, 1.98800468, 1e-8),  # Roberts, Yaida & Hanin
        ("gelu", 0.17292239, 1.98305826, 1e-8),
        ("relu", 0.0, 2.0, 1e-12),  # He 2015
        ("relu", 0.3, 2.0, 1e-12),
        ("tanh", 0.0, 1.0, 1e-12),
        ("elu", 0.0, 1.0, 1e-12),
        ("identity", 0.0, 1.0, 1e-12),
        ("identity", 0.2, 1.0, 1e-12),
        ("softplus", 0.0, 2.0, 1e-12),
        ("softplus", 0.2, 2.0, 1e-12),
    ],
)
def test_the_edge_of_chaos_is_where_it_was_published(name, bias_variance, published, tolerance):
    assert critical_weight_variance(name, bias_variance) == pytest.approx(published, abs=tolerance)


@pytest.mark.parametrize("bias_variance", [0.0, 0.1])
@pytest.mark.parametrize(("name", "params"), [("leaky_relu", {"alpha": 0.5}), ("prelu", {"a": 1.5})])
def test_the_edge_of_a_rectifier_is_two_over_one_plus_the_squared_slope(name, params, bias_variance):
    (slope,) = params.values()
    found = critical_weight_variance(name, bias_variance, **params)
    assert found == pytest.approx(2 / (1 + slope**2), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 2.0])
def test_the_edge_of_elu_without_biases_counts_both_sides_of_its_kink(alpha):
    """chi(0) = sigma_w^2 (1 + alpha^2) / 2; for small alpha there is a stable fixed point at zero below it."""
    assert critical_weight_variance("elu", 0.0, alpha=alpha) == pytest.approx(2 / (1 + alpha**2), rel=1e-12)


@pytest.mark.parametrize(
    ("settings", "gain"),
    [
        ({"activation": "tanh"}, 1.0),  # sigma_w^2 = 1 (Poole et al. 2016)
        ({"activation": "tanh", "weight_gain": 0.3, "depth": 200, "initializer": "he_normal"}, math.sqrt(0.5)),
        ({"activation": "identity", "bias_std": 0.5}, 1.0),
        ({"activation": "relu"}, math.sqrt(2.0)),  # He et al. 2015
        ({"activation": "relu", "bias_std": 0.7, "initializer": "he_uniform"}, 1.0),
        ({"activation": "softplus", "bias_std": 0.2}, math.sqrt(2.0)),
        (
            {"activation": "tanh", "width": 100, "initializer": "normal", "initializer_parameters": {"std": 0.5}},
            1 / (0.5 * math.sqrt(100)),
        ),
        ({"activation": "leaky_relu", "parameters": {"alpha": 0.5}}, math.sqrt(2 / 1.25)),
        ({"activation": "tanh", "bias_std": math.sqrt(0.05)}, math.sqrt(1.76)),  # Schoenholz et al. 2017, fig. 2
    ],
)
def test_the_gain_at_which_chi_is_one_is_where_it_was_published(settings, gain):
    assert critical_gain(Network(**settings)) == pytest.approx(gain, abs=1e-3)


@pytest.mark.parametrize("q", [0.2, 1.0, 5.0])
def test_the_gain_of_the_error_function_is_that_of_its_closed_forms(q):
    """E[erf^2] = (2 / pi) asin(2q / (1 + 2q)) (Williams 1997), E[erf'^2] = (4 / pi) / sqrt(1 + 4q)."""
    weight_variance = math.pi / 4 * math.sqrt(1 + 4 * q)
    bias_variance = q - weight_variance * 2 / math.pi * math.asin(2 * q / (1 + 2 * q))
    network = Network("=erf(x)", bias_std=math.sqrt(bias_variance))
    assert critical_gain(network) == pytest.approx(math.sqrt(weight_variance), rel=1e-9)


@pytest.mark.parametrize("bias_variance", [0.0, 1.0])
def test_sigmoid_needs_large_weights_for_chi_to_be_one(bias_variance):
    """From two equations, by quadrature: chi = 1, and q repeats itself."""

    def mean(of, q):
        return quad(lambda z: of(expit(math.sqrt(q) * z)) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), -12, 12)[0]

    def slope(q):
        return mean(lambda s: (s * (1 - s)) ** 2, q)

    q = brentq(lambda q: mean(np.square, q) / slope(q) + bias_variance - q, 30, 60, xtol=1e-12)
    gain = math.sqrt(1 / slope(q))
    network = Network("sigmoid", bias_std=math.sqrt(bias_variance))
    assert critical_gain(network) == pytest.approx(gain, rel=1e-6)
    assert gain > 10


@pytest.mark.parametrize(
    "settings",
    [
        {"activation": "gelu"},  # chi jumps over 1
        {"activation": "swish", "bias_std": 0.2},
        {"activation": "=3"},  # chi is 0
        {"activation": "tanh", "residual": True},
        {"activation": "tanh", "normalization": "layer"},
        {"activation": "tanh", "bias_mean": 1.0},
    ],
)
def test_where_no_gain_makes_chi_one_there_is_none(settings):
    assert critical_gain(Network(**settings)) is None


def test_the_edge_of_selu_without_biases_is_where_its_fixed_point_at_zero_loses_hold():
    at_zero = SELU_SCALE**2 * (1 + SELU_ALPHA**2) / 2
    assert critical_weight_variance("selu", 0.0) == pytest.approx(float(1 / at_zero), rel=1e-12)


@pytest.mark.parametrize("bias_variance", [0.0, 0.05, 1.0])
def test_the_edge_of_sigmoid_is_far_out(bias_variance):
    """sigma_w about 10: two equations, V(q) = q and chi(q) = 1, solved for q and the weight variance at once."""

    def unbalanced(q):
        return plain_second("sigmoid", q) / plain_chi("sigmoid", q, 1.0) + bias_variance - q

    q = brentq(unbalanced, 10.0, 100.0, xtol=1e-12, rtol=1e-14)
    expected = 1.0 / plain_chi("sigmoid", q, 1.0)
    assert 10.0 < math.sqrt(expected) < 10.5
    assert critical_weight_variance("sigmoid", bias_variance) == pytest.approx(expected, rel=1e-9)
    assert fixed_point("sigmoid", expected, bias_variance) == pytest.approx(q, rel=1e-8)


@pytest.mark.parametrize(("name", "published"), [("elu", 1.227), ("tanh", 1.302)])
def test_hayou_finds_the_edge_for_biases_of_a_fifth_nearly_there(name, published):
    """Hayou et al. 2019, by simulation: two thousandths below what plain iteration and bisection give here."""
    low, high = 1.0, 2.0
    for _ in range(40):
        middle = (low + high) / 2
        over = plain_chi(name, iterated(name, middle, 0.04), middle) > 1
        low, high = (low, middle) if over else (middle, high)
    assert critical_weight_variance(name, 0.04) == pytest.approx(low, rel=1e-9)
    assert math.sqrt(low) == pytest.approx(published, abs=0.003)


@pytest.mark.parametrize(
    ("name", "bias_variance"),
    few(
        [
            *((name, 0.05) for name in ACTIVATIONS if name != "sigmoid"),
            *((name, 1.0) for name in ("tanh", "elu", "selu", "swish", "gelu", "softplus", "mish")),
            ("gelu", 0.17),  # just below the half-stable point
            ("gelu", 0.18),
            ("swish", 0.555),
            ("swish", 0.5),
            ("swish", 0.6),
            ("mish", 0.15),
        ],
        "tanh",
        "relu",
        "elu",
        "mish",
    ),
)
def test_chi_passes_one_at_the_edge_and_nowhere_below_it(name, bias_variance):
    edge = critical_weight_variance(name, bias_variance)
    for part in (0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999):
        assert plain_chi(name, iterated(name, part * edge, bias_variance), part * edge) < 1.0
    beyond = edge * 1.005
    assert plain_chi(name, iterated(name, beyond, bias_variance), beyond) > 1.0


@pytest.mark.parametrize(
    ("name", "bias_variance", "beta"),
    few(
        [
            *((name, b, None) for name in ("gelu", "gelu_tanh", "swish", "mish") for b in (0.0, 0.05)),
            ("gelu", 1e-14, None),
            ("swish", 0.3, None),
            ("mish", 0.1, None),
            *(("swish", 0.0, beta) for beta in (0.1, 0.5, 2.0)),
        ],
        "gelu_tanh",
        "mish",
    ),
)
def test_with_small_biases_the_edge_is_where_the_input_begins_to_run_away(name, bias_variance, beta):
    """q_1 = sigma_w^2 + sigma_b^2 is then the unstable fixed point itself: E[f(sqrt(q_1) Z)^2] = 1."""
    scale = beta or 1.0  # swish_beta(x) = swish_1(beta x) / beta
    start = brentq(lambda q: plain_second(name, scale**2 * q) / scale**2 - 1.0, 1.0, 8.0, xtol=1e-14)
    params = {"beta": beta} if beta else {}
    assert critical_weight_variance(name, bias_variance, **params) == pytest.approx(start - bias_variance, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "published"), [("gelu", (1.98305826, 0.17292239)), ("swish", (1.98800468, 0.55514317))]
)
def test_the_half_stable_point_is_the_published_one(name, published):
    assert half_stable_point(name) == pytest.approx(published, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "bracket"), [("gelu", (3, 5)), ("gelu_tanh", (3, 5)), ("swish", (10, 20)), ("mish", (0.8, 6))]
)
def test_at_the_half_stable_point_the_variance_its_slope_and_chi_repeat(name, bracket):
    weight_variance, bias_variance = half_stable_point(name)
    q = brentq(lambda t: plain_chi(name, t, weight_variance) - 1.0, *bracket, xtol=1e-13)
    assert weight_variance * plain_second(name, q) + bias_variance == pytest.approx(q, rel=1e-8)
    rise = plain_second(name, 1.001 * q) - plain_second(name, 0.999 * q)
    assert weight_variance * rise / (0.002 * q) == pytest.approx(1.0, abs=1e-5)


def test_the_half_stable_point_of_swish_scales_with_beta():
    """swish_beta(x) = swish_1(beta x) / beta: the same weights, and variances divided by beta^2."""
    assert half_stable_point("swish", beta=2.0) == pytest.approx((1.98800468, 0.55514317 / 4), abs=1e-8)


@pytest.mark.parametrize("name", ["identity", "tanh", "relu", "elu", "softplus"])
def test_where_the_edge_is_stable_from_the_start_there_is_no_half_stable_point(name):
    with pytest.raises(ValueError, match=f"the edge of chaos of {name} has no half-stable point"):
        half_stable_point(name)


def test_he_derives_the_standard_deviations_of_vgg():
    """3 x 3 kernels on d channels; with the usual 0.01 the gradient shrinks by 1.7e4 from layer conv10 to conv2."""
    edge = critical_weight_variance("relu", 0.0)
    for channels, published in ((64, 0.059), (128, 0.042), (256, 0.029), (512, 0.021)):
        assert math.sqrt(edge / (9 * channels)) == pytest.approx(published, abs=6e-4)
    layers = {64: 1, 128: 2, 256: 2, 512: 4}
    shrunk = math.prod(chi("relu", 0.7, 9 * channels * 0.01**2) ** (n / 2) for channels, n in layers.items())
    assert 1 / shrunk == pytest.approx(1.7e4, rel=0.05)


@pytest.mark.parametrize(
    ("chi_there", "layers"),
    [(1.0, math.inf), (0.0, 0.0), (math.inf, 0.0), (math.e, 1.0), (1 / math.e, 1.0), (math.exp(-0.01), 100.0)],
)
def test_the_depth_scale_is_the_number_of_layers_to_a_factor_of_e(chi_there, layers):
    assert depth_scale(chi_there) == pytest.approx(layers, rel=1e-12)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(0.0, "ordered"), (0.998, "ordered"), (0.9995, "edge"), (1.0, "edge"), (1.002, "chaotic"), (math.inf, "chaotic")],
)
def test_a_factor_is_ordered_at_the_edge_or_chaotic(factor, expected):
    assert phase(factor) == expected


def test_biases_that_come_with_the_weights_count_for_the_critical_gain():
    """PyTorch's default: Var W = Var b = 1 / 3n."""
    edge = critical_weight_variance("tanh", 1.0 / (3 * 64))
    assert critical_gain(Network("tanh", initializer="pytorch", width=64)) == pytest.approx(math.sqrt(3.0 * edge))


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
    def mean(variance):
        return moments("selu", variance, {}).mean

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
