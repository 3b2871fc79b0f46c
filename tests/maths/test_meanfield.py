import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx, expit, ndtr

from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import (
    FixedPoint,
    chi,
    critical_gain,
    critical_weight_variance,
    depth_scale,
    fixed_point,
    fixed_points,
    half_stable_point,
    next_variance,
    objection,
    phase,
    predicted,
    predicted_log10_delta,
    saturated_share,
)
from core.maths.moments import moments
from core.maths.network import Network, measure, measure_many
from tests.maths.averages import far_out, mean_square_of_elu, textbook_mean_square
from tests.maths.sweeps import few
from tests.maths.textbook import EVERY_SETTING, SELU_ALPHA, SELU_SCALE, mp, true_derivative, true_value
from tests.scratch import ALIKE, with_initializer

VARIANCES = (1e-12, 1e-6, 0.01, 1.0, 20.0, 1e4, 1e6)
SETTINGS = pytest.mark.parametrize(
    ("name", "params"), EVERY_SETTING, ids=[f"{name}{sorted(params.values())}" for name, params in EVERY_SETTING]
)


# Plain averages in float64: Gauss-Legendre, between breaks, of the expressions that readers take away; and closed forms

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


# The averages


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


@SETTINGS
def test_the_four_averages_are_those_that_the_map_and_chi_are_made_of(name, params):
    found = moments(name, 0.8, params)
    assert next_variance(name, 0.8, 1.0, 0.0, **params) == found.second
    assert chi(name, 0.8, 1.0, **params) == found.slope


@pytest.mark.parametrize(("name", "at_zero"), [("relu", 0.5), ("leaky_relu", 0.50005), ("prelu", 0.53125), ("tanh", 1)])
def test_chi_without_variance_is_half_of_each_side(name, at_zero):
    assert chi(name, 0.0, 1.7) == pytest.approx(1.7 * at_zero, rel=1e-12)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - SLOPES.keys() - ELUS.keys()))
@pytest.mark.parametrize("q", [1e-3, 0.3, 3.0, 90.0])
def test_the_plain_averages_of_these_tests_are_right(name, q):
    """They serve as the independent calculation below; here mpmath checks them."""
    params = ACTIVATIONS[name].defaults()
    assert plain_second(name, q) == pytest.approx(textbook_mean_square(true_value, name, params, q), rel=1e-9)
    assert plain_chi(name, q, 1.0) == pytest.approx(textbook_mean_square(true_derivative, name, params, q), rel=1e-9)


@SETTINGS
def test_without_variance_only_the_value_at_zero_counts(name, params):
    at_zero = float(true_value(name, 0.0, **params)) ** 2
    assert next_variance(name, 0.0, 2.0, 0.5, **params) == pytest.approx(2.0 * at_zero + 0.5, rel=1e-14)


@SETTINGS
def test_weights_multiply_and_biases_add(name, params):
    plain = next_variance(name, 0.8, 1.0, 0.0, **params)
    assert next_variance(name, 0.8, 2.5, 0.3, **params) == pytest.approx(2.5 * plain + 0.3, rel=1e-14)
    assert chi(name, 0.8, 2.5, **params) == pytest.approx(2.5 * chi(name, 0.8, 1.0, **params), rel=1e-14)


@pytest.mark.parametrize("function", [chi, lambda *settings, **params: next_variance(*settings, 0.0, **params)])
@pytest.mark.parametrize("params", [{"alpha": 1.0}, {"beta": -1.0}, {"beta": math.nan}])
def test_parameters_that_do_not_belong_are_refused(function, params):
    with pytest.raises(ValueError, match=r"no parameter|must lie between"):
        function("swish", 1.0, 1.0, **params)


# Where signals settle

POINTS = [
    (0.05, 1.0),
    (0.5, 0.0),
    (0.9, 0.1),
    (1.2, 0.0),
    (1.5, 0.05),
    (1.9, 0.0),
    (1.95, 0.05),
    (3.0, 0.3),
    (4.5, 0.0),
]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_signals_settle_where_plain_iteration_takes_them(name):
    for weight_variance, bias_variance in POINTS:
        expected = pytest.approx(iterated(name, weight_variance, bias_variance), rel=1e-9, abs=0)
        assert fixed_point(name, weight_variance, bias_variance) == expected, (weight_variance, bias_variance)


@pytest.mark.parametrize(
    ("name", "weight_variance", "bias_variance", "settled_at"),
    [
        ("gelu", 2.0, 0.1, 0.34083),
        ("gelu", 2.06, 0.1, math.inf),  # a stable point is there, but the input is beyond the unstable one
        ("swish", 2.0, 0.5, 5.1968),
        ("swish", 2.3, 0.0, 0.0),
        ("swish", 2.5, 0.0, math.inf),
        ("mish", 2.0, 0.1, 1.21868),
    ],
)
def test_of_several_fixed_points_the_input_decides(name, weight_variance, bias_variance, settled_at):
    assert iterated(name, weight_variance, bias_variance) == pytest.approx(settled_at, rel=1e-5)
    assert fixed_point(name, weight_variance, bias_variance) == pytest.approx(settled_at, rel=1e-5)


@pytest.mark.parametrize("weight_variance", [0.0, 0.3, 1.0, 1.99])
@pytest.mark.parametrize("bias_variance", [1e-15, 1e-6, 0.05, 1.0, 100.0])
def test_relu_settles_where_its_geometric_series_says(weight_variance, bias_variance):
    expected = bias_variance / (1 - weight_variance / 2)
    assert fixed_point("relu", weight_variance, bias_variance) == pytest.approx(expected, rel=1e-11, abs=0)


@pytest.mark.parametrize(
    ("name", "weight_variance", "params"),
    [("identity", 1.0, {}), ("relu", 2.0, {}), ("leaky_relu", 1.6, {"alpha": 0.5}), ("prelu", 2 / 1.0625, {"a": 0.25})],
)
def test_where_every_variance_repeats_itself_the_first_one_stays(name, weight_variance, params):
    assert fixed_point(name, weight_variance, 0.0, **params) == pytest.approx(weight_variance, rel=1e-14)
    assert fixed_points(name, weight_variance, 0.0, **params) == ()
    assert fixed_point(name, weight_variance, 1e-3, **params) == math.inf
    assert fixed_point(name, 0.99 * weight_variance, 0.0, **params) == 0.0
    assert fixed_point(name, 1.01 * weight_variance, 0.0, **params) == math.inf


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_without_weights_the_biases_remain(name):
    assert fixed_point(name, 0.0, 0.3) == pytest.approx(0.3, rel=1e-14)
    assert fixed_point(name, 0.0, 0.0) == 0.0


def test_selu_settles_at_variance_one():
    assert fixed_point("selu", 1.0, 0.0) == pytest.approx(1.0, rel=1e-9)


def test_tanh_settles_at_zero_up_to_the_edge_and_leaves_it_beyond():
    """Just beyond, sigma_w^2 (1 - 2q) = 1 to first order, as E[tanh^2] = q - 2 q^2 + ..."""
    assert fixed_point("tanh", 0.7, 0.0) == 0.0
    assert fixed_point("tanh", 1.0, 0.0) == 0.0
    assert fixed_point("tanh", 1.0 + 1e-6, 0.0) == pytest.approx(0.5e-6, rel=1e-5)
    # sigma_b^2 = 2 q^2 at the edge of small biases
    assert fixed_point("tanh", 1.0, 2e-12) == pytest.approx(1e-6, rel=1e-5)


def test_elu_leaves_zero_as_the_square_of_the_distance_from_the_edge():
    """E[elu^2] = q - sqrt(2 / pi) q^(3/2) + ...: below all variances at which the map is tabulated."""
    q = fixed_point("elu", 1.0 + 1e-8, 0.0)
    assert q == pytest.approx(1e-16 * math.pi / 2, rel=1e-4, abs=0)


def test_published_fixed_points_of_tanh():
    assert fixed_point("tanh", 1.7609546, 0.05) == pytest.approx(0.57005, abs=5e-6)
    for weight_std, published in ((1.3, 0.940), (2.5, 1.585), (4.0, 2.367)):
        q = fixed_point("tanh", weight_std**2, 0.09)
        assert chi("tanh", q, weight_std**2) == pytest.approx(published, abs=5e-4)


def test_parameters_move_the_fixed_point():
    """ELU by its closed form, swish by its scaling: swish_beta(x) = swish_1(beta x) / beta."""
    q = fixed_point("elu", 1.3, 0.2, alpha=0.5)
    assert 1.3 * float(mean_square_of_elu(q, mp.mpf(0.5))) + 0.2 == pytest.approx(q, rel=1e-10)
    assert fixed_point("prelu", 1.2, 0.2, a=-0.5) == pytest.approx(0.2 / (1 - 1.2 * 0.625), rel=1e-11)
    # q beta^2 follows the map of swish_1 with beta^2 sigma_b^2; both start below all fixed points but the first
    assert 4 * fixed_point("swish", 1.5, 0.1, beta=2.0) == pytest.approx(
        iterated("swish", 1.5, 0.4, start=6.4), rel=1e-9
    )


# All fixed points


def crossings(name, weight_variance, bias_variance):
    """The positive fixed points between 1e-4 and 2000, found on a fine grid of plain averages."""

    def change(q):
        return weight_variance * plain_second(name, q) + bias_variance - q

    grid = np.geomspace(1e-4, 2e3, 1500)
    values = np.array([change(q) for q in grid])
    found = np.flatnonzero(values[:-1] * values[1:] < 0)
    return [brentq(change, grid[i], grid[i + 1], xtol=1e-14, rtol=1e-13) for i in found]


SEVERAL = [
    ("gelu", 2.0, 0.1),
    ("gelu", 1.985, 0.171),
    ("gelu", 3.0, 0.0),
    ("gelu_tanh", 2.0, 0.15),
    ("swish", 2.0, 0.5),
    ("swish", 1.988, 0.555),
    ("swish", 2.0, 0.1),
    ("swish", 2.00189, 0.5),  # 6.52 and 6.73
    ("mish", 2.0, 0.1),
    ("mish", 1.98, 0.2),
    ("tanh", 2.0, 0.0),
    ("selu", 1.0, 0.0),
    ("softplus", 1.9, 0.1),
]


@pytest.mark.parametrize(("name", "weight_variance", "bias_variance"), SEVERAL)
def test_no_fixed_point_is_missed_and_none_invented(name, weight_variance, bias_variance):
    found = fixed_points(name, weight_variance, bias_variance)
    inside = [point.variance for point in found if 0 < point.variance < math.inf]
    assert inside == pytest.approx(crossings(name, weight_variance, bias_variance), rel=1e-7)
    assert [point.variance for point in found] == sorted(point.variance for point in found)
    through_zero = bias_variance == 0 and name not in ("sigmoid", "softplus")
    assert (found[0].variance == 0.0) == through_zero


@pytest.mark.parametrize(("name", "weight_variance", "bias_variance"), few(SEVERAL, "gelu", "mish", "tanh", "selu"))
def test_a_stable_point_draws_variances_from_both_sides_and_an_unstable_one_sends_them_away(
    name, weight_variance, bias_variance
):
    for point in fixed_points(name, weight_variance, bias_variance):
        if 0 < point.variance < math.inf:
            for beside in (point.variance * (1 - 1e-3), point.variance * (1 + 1e-3)):
                end = iterated(name, weight_variance, bias_variance, start=beside)
                returns = abs(end - point.variance) < 5e-4 * point.variance
                assert returns == point.stable
        elif point.variance == 0.0:
            # A power law may take long, but it moves the right way.
            after = weight_variance * plain_second(name, 1e-6) + bias_variance
            assert (after < 1e-6) == point.stable
        else:
            assert point.stable


@pytest.mark.parametrize(("name", "weight_variance", "bias_variance"), SEVERAL)
def test_a_fixed_point_knows_the_slope_of_the_map_and_chi(name, weight_variance, bias_variance):
    for point in fixed_points(name, weight_variance, bias_variance):
        if 0 < point.variance < math.inf:
            step = 1e-4 * point.variance
            rise = plain_second(name, point.variance + step) - plain_second(name, point.variance - step)
            assert point.slope == pytest.approx(weight_variance * rise / (2 * step), rel=1e-5)
            assert (point.slope < 1.0) == point.stable
            assert point.chi == pytest.approx(plain_chi(name, point.variance, weight_variance), rel=1e-8)


def test_fixed_points_at_the_ends_of_the_scale():
    assert fixed_points("relu", 1.0, 0.0) == (FixedPoint(0.0, pytest.approx(0.5), pytest.approx(0.5), True),)
    grows = fixed_points("relu", 3.0, 0.0)
    assert grows[0] == FixedPoint(0.0, pytest.approx(1.5), pytest.approx(1.5), False)
    assert grows[1] == FixedPoint(math.inf, pytest.approx(1.5), pytest.approx(1.5), True)
    assert fixed_points("tanh", 1.0, 0.0) == (FixedPoint(0.0, pytest.approx(1.0), pytest.approx(1.0), True),)
    assert fixed_points("softplus", 2.5, 0.0) == (FixedPoint(math.inf, pytest.approx(1.25), pytest.approx(1.25), True),)
    assert [point.variance for point in fixed_points("selu", 1.0, 0.0)] == pytest.approx([0.0, 1.0])


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


@pytest.mark.parametrize("bad", [-1, -1e-12, math.nan, math.inf, -math.inf, "1", None, 1j, [1.0]])
def test_variances_that_are_none_are_refused(bad):
    for refused in (
        lambda: fixed_point("tanh", bad, 0.1),
        lambda: fixed_point("tanh", 1.0, bad),
        lambda: fixed_points("tanh", bad, 0.1),
        lambda: fixed_points("tanh", 1.0, bad),
        lambda: critical_weight_variance("tanh", bad),
    ):
        with pytest.raises(ValueError, match="variance must be a number, at least 0"):
            refused()


@pytest.mark.parametrize(
    "function",
    [
        lambda name, **params: fixed_point(name, 1.0, 0.1, **params),
        lambda name, **params: fixed_points(name, 1.0, 0.1, **params),
        lambda name, **params: critical_weight_variance(name, 0.1, **params),
        lambda name, **params: next_variance(name, 1.0, 1.0, 0.1, **params),
        lambda name, **params: chi(name, 1.0, 1.0, **params),
        lambda name, **params: saturated_share(name, np.ones(2), **params),
    ],
)
def test_unknown_activations_and_parameters_out_of_bounds_are_refused(function):
    with pytest.raises(ValueError, match="unknown activation 'softmax'"):
        function("softmax")
    with pytest.raises(ValueError, match="alpha must lie between"):
        function("elu", alpha=3.5)
    with pytest.raises(ValueError, match="elu has no parameter 'beta'"):
        function("elu", beta=1.0)


@pytest.mark.parametrize(
    ("chi_there", "layers"),
    [(1.0, math.inf), (0.0, 0.0), (math.inf, 0.0), (math.e, 1.0), (1 / math.e, 1.0), (math.exp(-0.01), 100.0)],
)
def test_the_depth_scale_is_the_number_of_layers_to_a_factor_of_e(chi_there, layers):
    assert depth_scale(chi_there) == pytest.approx(layers, rel=1e-12)


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


@pytest.mark.parametrize(
    ("name", "params", "edge"),
    [
        ("elu", {"alpha": 3.0}, math.log(0.01)),  # the maximum is alpha
        ("elu", {"alpha": 0.5}, math.log(0.02)),  # the maximum is 1
        ("elu", {"alpha": 0.0}, 0.0),
        ("selu", {}, math.log(0.01)),
        ("leaky_relu", {"alpha": 0.005}, 0.0),
        ("leaky_relu", {"alpha": 2.0}, -math.inf),
        ("prelu", {"a": 0.0}, 0.0),
        ("prelu", {"a": -0.5}, -math.inf),
        ("swish", {"beta": 0.0}, -math.inf),
    ],
)
def test_the_saturated_share_follows_the_parameters(name, params, edge):
    expected = [NormalDist().cdf(edge / s) for s in (0.5, 2.0)]
    np.testing.assert_allclose(saturated_share(name, np.array([0.5, 2.0]), **params), expected, rtol=1e-9, atol=1e-15)


def test_the_saturated_share_is_that_of_the_line_one_draws():
    """|tanh| > 0.97 is 5.91 % of the slope."""
    beyond = 2.0 * NormalDist().cdf(-math.atanh(0.97) / (5 / 3))
    assert saturated_share("tanh", np.array([5 / 3]), 0.0591)[0] == pytest.approx(beyond, rel=1e-9)
    assert saturated_share("tanh", np.array([5 / 3]))[0] < 0.4 * beyond


@pytest.mark.parametrize("beta", [1.0, 2.5])
def test_the_saturated_share_of_swish_counts_its_left_tail_and_the_neighbourhood_of_its_zero(beta):
    threshold = mp.mpf("0.01") * mp.mpf("1.099839320068")
    with mp.workdps(30):

        def edge(level, near):
            return float(mp.findroot(lambda x: true_derivative("swish", x, beta=1.0) - level, near)) / beta

        tail, left, right = edge(-threshold, -7), edge(-threshold, -1.3), edge(threshold, -1.25)
    std = np.array([0.4, 3.0, 50.0])
    cdf = NormalDist().cdf
    expected = [cdf(tail / s) + cdf(right / s) - cdf(left / s) for s in std]
    np.testing.assert_allclose(saturated_share("swish", std, beta=beta), expected, rtol=1e-8)


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


@pytest.mark.parametrize("function", [chi, lambda *settings: next_variance(*settings, 0.0)])
@pytest.mark.parametrize("q", [-1.0, math.nan, -math.inf])
def test_a_variance_below_zero_is_refused(function, q):
    with pytest.raises(ValueError, match="at least 0"):
        function("relu", q, 1.0)


@pytest.mark.parametrize("number", [np.int64(1), np.float32(1.0), np.float64(1.0), 1])
def test_variances_may_be_any_kind_of_number(number):
    assert fixed_point("tanh", number, 0.1) == fixed_point("tanh", 1.0, 0.1)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(0.0, "ordered"), (0.998, "ordered"), (0.9995, "edge"), (1.0, "edge"), (1.002, "chaotic"), (math.inf, "chaotic")],
)
def test_a_factor_is_ordered_at_the_edge_or_chaotic(factor, expected):
    assert phase(factor) == expected


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


def test_biases_that_come_with_the_weights_count_for_the_critical_gain():
    """PyTorch's default: Var W = Var b = 1 / 3n."""
    edge = critical_weight_variance("tanh", 1.0 / (3 * 64))
    assert critical_gain(Network("tanh", initializer="pytorch", width=64)) == pytest.approx(math.sqrt(3.0 * edge))
