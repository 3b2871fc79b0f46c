"""The theory of wide networks: averages over normal inputs, where signals settle, and what is saturated there."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import brentq

from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import (
    FixedPoint,
    chi,
    critical_weight_variance,
    fixed_point,
    fixed_points,
    next_variance,
    saturated_share,
)
from core.maths.moments import moments
from tests.maths.averages import (
    ELUS,
    SLOPES,
    VARIANCES,
    iterated,
    mean_square_of_elu,
    plain_chi,
    plain_second,
    textbook_mean_square,
)
from tests.maths.sweeps import few
from tests.maths.textbook import SETTINGS, mp, true_derivative, true_value

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


# Refusals


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


@pytest.mark.parametrize("function", [chi, lambda *settings: next_variance(*settings, 0.0)])
@pytest.mark.parametrize("q", [-1.0, math.nan, -math.inf])
def test_a_variance_below_zero_is_refused(function, q):
    with pytest.raises(ValueError, match="at least 0"):
        function("relu", q, 1.0)


@pytest.mark.parametrize("number", [np.int64(1), np.float32(1.0), np.float64(1.0), 1])
def test_variances_may_be_any_kind_of_number(number):
    assert fixed_point("tanh", number, 0.1) == fixed_point("tanh", 1.0, 0.1)
