import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.maths.activations import ACTIVATIONS
from core.maths.facts import SMALL_SHARE, facts, small
from tests.maths.textbook import SETTINGS, mp, true_derivative, true_value
from tests.scratch import BENT, RAMP, with_activation

INF = math.inf
ENTRIES = pytest.mark.parametrize("name", ACTIVATIONS)


def flat_point(name, near, **params):
    """Where the textbook derivative crosses zero."""
    with mp.workdps(30):
        return float(mp.findroot(lambda t: true_derivative(name, t, **params), near))


def point_of(extreme):
    assert extreme.low == extreme.high
    return extreme.low


def parameters_of(name):
    return st.fixed_dictionaries({p.name: st.floats(p.low, p.high) for p in ACTIVATIONS[name].parameters})


# What must hold for all


@SETTINGS
def test_no_derivative_leaves_its_extremes(name, params):
    known = facts(name, **params)
    x = np.concatenate([np.linspace(-60.0, 60.0, 20_001), [-1e5, -700.0, 700.0, 1e5]])
    slopes = ACTIVATIONS[name].derivative(x, **params)
    tolerance = 1e-12 * known.largest
    assert slopes.max() <= known.supremum.value + tolerance
    assert slopes.min() >= known.infimum.value - tolerance
    assert known.largest == max(abs(known.supremum.value), abs(known.infimum.value))


@SETTINGS
def test_an_extreme_is_reached_where_it_is_said_to_be(name, params):
    known = facts(name, **params)
    for extreme in (known.supremum, known.infimum):
        assert extreme.low <= extreme.high
        for end in (extreme.low, extreme.high):
            at = math.copysign(1e300, end) if math.isinf(end) else end
            beside = (at, np.nextafter(at, INF), np.nextafter(at, -INF))  # an interval may be open at a kink
            slopes = [float(ACTIVATIONS[name].derivative(t, **params)) for t in beside]
            assert min(abs(slope - extreme.value) for slope in slopes) <= 1e-12 * known.largest


@SETTINGS
def test_no_value_leaves_the_range(name, params):
    low, high = facts(name, **params).range
    values = ACTIVATIONS[name].value(np.linspace(-60.0, 60.0, 20_001), **params)
    assert low - 1e-12 <= values.min()
    assert values.max() <= high + 1e-12


@SETTINGS
def test_a_finite_end_of_the_range_is_approached(name, params):
    low, high = facts(name, **params).range
    values = ACTIVATIONS[name].value(np.concatenate([np.linspace(-60.0, 60.0, 120_001), [-1e6, 1e6]]), **params)
    assert math.isinf(low) or values.min() == pytest.approx(low, abs=1e-6)
    assert math.isinf(high) or values.max() == pytest.approx(high, abs=1e-6)


@SETTINGS
def test_an_infinite_end_of_the_range_means_that_values_grow_without_bound(name, params):
    low, high = facts(name, **params).range
    assert math.isfinite(low) or ACTIVATIONS[name].value(-1e300, **params) < -1e290
    assert math.isfinite(high) or ACTIVATIONS[name].value(1e300, **params) > 1e290


@SETTINGS
@pytest.mark.parametrize("share", [SMALL_SHARE, 0.0591, 0.5])
def test_the_small_stretches_are_exactly_where_the_derivative_is_small(name, params, share):
    known = facts(name, **params)
    x = np.linspace(-60.0, 60.0, 20_001)
    inside = np.zeros(x.shape, dtype=bool)
    clear = np.ones(x.shape, dtype=bool)  # of the ends, where rounding decides
    for low, high in small(name, share, **params):
        assert low < high
        inside |= (low < x) & (x < high)
        clear &= (np.abs(x - low) > 1e-9) & (np.abs(x - high) > 1e-9)
    below = np.abs(ACTIVATIONS[name].derivative(x, **params)) < share * known.largest
    np.testing.assert_array_equal(inside[clear], below[clear])


@SETTINGS
def test_the_derivative_is_zero_where_it_is_said_to_be_and_changes_sign_nowhere_else(name, params):
    known = facts(name, **params)
    for low, high in known.zeros:
        inner = [max(low, -60.0), min(high, 60.0)]
        np.testing.assert_allclose(ACTIVATIONS[name].derivative(inner, **params), 0.0, atol=1e-12)
    x = np.linspace(-30.0, 30.0, 6000)  # avoids 0
    slopes = ACTIVATIONS[name].derivative(x, **params)
    for i in np.flatnonzero(slopes[:-1] * slopes[1:] < 0):
        between = [*(zero for zero, _ in known.zeros), *ACTIVATIONS[name].kinks]
        assert any(x[i] <= t <= x[i + 1] for t in between)


@ENTRIES
@given(data=st.data())
def test_facts_can_be_had_for_all_allowed_parameters(name, data):
    params = data.draw(parameters_of(name))
    known = facts(name, **params)
    assert known.infimum.value <= known.supremum.value
    assert known.range[0] < known.range[1]
    x = data.draw(st.floats(-50.0, 50.0))
    slope = float(ACTIVATIONS[name].derivative(x, **params))
    assert known.infimum.value - 1e-12 <= slope <= known.supremum.value + 1e-12


@ENTRIES
def test_leaving_the_parameters_out_means_the_defaults(name):
    assert facts(name) == facts(name, **ACTIVATIONS[name].defaults())


def test_kinks_away_from_zero_end_the_intervals_and_the_flat_sides_are_no_limits(monkeypatch):
    with_activation(monkeypatch, RAMP)
    known = facts("ramp")
    assert (known.supremum.value, known.supremum.low, known.supremum.high) == (1.0, -2.0, 5.0)
    assert (known.infimum.value, known.infimum.low, known.infimum.high) == (0.0, -INF, -2.0)
    assert known.zeros == known.small == ((-INF, -2.0), (5.0, INF))
    assert known.range == (-2.0, 5.0)


def test_a_tail_that_falls_as_a_power_has_its_limit_at_infinity(monkeypatch):
    """f' = 1 / (x - 1.5) is still 1e-100 where the search ends."""
    with_activation(monkeypatch, BENT)
    known = facts("bent")
    assert (known.infimum.value, point_of(known.infimum)) == (pytest.approx(0.0, abs=1e-290), INF)
    assert (known.supremum.value, known.supremum.low, known.supremum.high) == (1.0, -INF, 2.5)
    assert known.small == ((pytest.approx(101.5, rel=1e-12), INF),)


# Saturating


def test_the_derivative_of_sigmoid_is_at_most_a_quarter_and_never_zero():
    known = facts("sigmoid")
    assert known.supremum.value == known.largest == 0.25
    assert point_of(known.supremum) == pytest.approx(0.0, abs=1e-6)
    assert known.infimum.value == 0.0
    assert math.isinf(point_of(known.infimum))
    assert known.zeros == ()
    assert known.range == (0.0, 1.0)


def test_the_derivative_of_tanh_is_at_most_one_and_never_zero():
    known = facts("tanh")
    assert known.supremum.value == known.largest == 1.0
    assert point_of(known.supremum) == pytest.approx(0.0, abs=1e-6)
    assert known.infimum.value == 0.0
    assert math.isinf(point_of(known.infimum))
    assert known.zeros == ()
    assert known.range == (-1.0, 1.0)


@pytest.mark.parametrize(("name", "edge"), [("sigmoid", 2 * math.acosh(10.0)), ("tanh", math.acosh(10.0))])
def test_saturation_begins_where_the_hyperbolic_cosine_reaches_ten(name, edge):
    """sigmoid' = 1 / (4 cosh^2(x/2)) and tanh' = 1 / cosh^2 x, so 1 % of the maximum is cosh = 10."""
    (left_low, left_high), (right_low, right_high) = facts(name).small
    assert (left_low, right_high) == (-INF, INF)
    assert left_high == pytest.approx(-edge, abs=1e-10)
    assert right_low == pytest.approx(edge, abs=1e-10)


def test_beyond_0_97_tanh_has_less_than_1_minus_0_97_squared_of_its_slope():
    """The line that makemore draws."""
    (_, left), (right, _) = small("tanh", 1.0 - 0.97**2)
    assert (left, right) == (pytest.approx(-math.atanh(0.97)), pytest.approx(math.atanh(0.97)))


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0, math.nan, math.inf])
def test_a_share_of_the_slope_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        small("tanh", share)


# Rectified


def test_the_derivative_of_relu_is_zero_on_the_whole_left():
    known = facts("relu")
    assert known.zeros == known.small == ((-INF, 0.0),)
    assert (known.infimum.value, known.infimum.low, known.infimum.high) == (0.0, -INF, 0.0)
    assert (known.supremum.value, known.supremum.low, known.supremum.high) == (1.0, 0.0, INF)
    assert known.range == (0.0, INF)


def test_leaky_relu_has_no_zero_and_saturates_nowhere():
    known = facts("leaky_relu")
    assert known.zeros == known.small == ()
    assert (known.infimum.value, known.infimum.low, known.infimum.high) == (0.01, -INF, 0.0)
    assert (known.supremum.value, known.supremum.low, known.supremum.high) == (1.0, 0.0, INF)
    assert known.range == (-INF, INF)


def test_leaky_relu_below_one_per_cent_counts_as_saturated_though_it_has_no_zero():
    known = facts("leaky_relu", alpha=0.009)
    assert known.small == ((-INF, 0.0),)
    assert known.zeros == ()


@pytest.mark.parametrize(
    ("name", "flat"), [("leaky_relu", {"alpha": 0.0}), ("prelu", {"a": 0.0}), ("elu", {"alpha": 0.0})]
)
def test_without_a_negative_side_the_rectified_ones_are_relu(name, flat):
    assert facts(name, **flat) == facts("relu")


def test_a_leaky_relu_steeper_on_the_left_has_its_maximum_there():
    known = facts("leaky_relu", alpha=2.0)
    assert (known.supremum.value, known.supremum.low, known.supremum.high) == (2.0, -INF, 0.0)
    assert (known.infimum.value, known.infimum.low, known.infimum.high) == (1.0, 0.0, INF)


def test_prelu_with_a_negative_slope_jumps_across_zero_without_touching_it():
    known = facts("prelu", a=-0.3)
    assert known.zeros == ()
    assert known.infimum.value == -0.3
    assert known.largest == 1.0
    assert known.range == (0.0, INF)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 3.0])
def test_the_derivative_of_elu_is_alpha_at_its_kink_and_fades_to_the_left(alpha):
    known = facts("elu", alpha=alpha)
    assert known.supremum.value == max(1.0, alpha)
    if alpha > 1.0:
        assert point_of(known.supremum) == 0.0
    else:
        assert (known.supremum.low, known.supremum.high) == (0.0, INF)
    assert known.infimum.value == 0.0
    assert point_of(known.infimum) == -INF
    assert known.zeros == ()
    ((low, high),) = known.small
    assert low == -INF
    assert high == pytest.approx(math.log(0.01 * max(1.0, alpha) / alpha), abs=1e-10)
    assert known.range == (-alpha, INF)


def test_the_derivative_of_selu_is_largest_just_left_of_zero():
    known = facts("selu")
    assert known.supremum.value == known.largest == 1.7580993408473766
    assert point_of(known.supremum) == 0.0
    assert known.zeros == ()
    assert known.small[0] == (-INF, pytest.approx(math.log(0.01), abs=1e-10))
    assert known.range == (pytest.approx(-1.7580993408473766, rel=1e-15), INF)


# Smooth


@pytest.mark.parametrize("beta", [0.1, 0.5, 1.0, 2.5, 10.0])
def test_the_derivative_of_swish_crosses_zero_and_exceeds_one_at_places_that_scale_with_beta(beta):
    known = facts("swish", beta=beta)
    ((zero, same),) = known.zeros
    assert zero == same == pytest.approx(-1.27846454 / beta, rel=1e-8)
    assert zero * beta == pytest.approx(flat_point("swish", -1.28, beta=1.0), rel=1e-10)
    assert known.infimum.value == pytest.approx(-0.0998393, abs=1e-7)
    assert point_of(known.infimum) == pytest.approx(-2.399357 / beta, rel=1e-6)
    assert known.supremum.value == known.largest == pytest.approx(1.0998393, abs=1e-7)
    assert point_of(known.supremum) == pytest.approx(2.399357 / beta, rel=1e-6)
    assert known.range == (pytest.approx(-0.2784645427610738 / beta, rel=1e-12), INF)


def test_the_derivative_of_gelu_crosses_zero_and_has_its_extremes_at_the_root_of_two():
    known = facts("gelu")
    ((zero, same),) = known.zeros
    assert zero == same == pytest.approx(-0.75179152, abs=1e-8)
    assert zero == pytest.approx(flat_point("gelu", -0.75), rel=1e-12)
    steepest = NormalDist().cdf(math.sqrt(2)) + math.sqrt(2) * NormalDist().pdf(math.sqrt(2))
    assert known.supremum.value == known.largest == pytest.approx(steepest, rel=1e-14)
    assert known.supremum.value == pytest.approx(1.1289041, abs=1e-7)
    assert point_of(known.supremum) == pytest.approx(math.sqrt(2), abs=1e-6)
    assert known.infimum.value == pytest.approx(-0.1289041, abs=1e-7)
    assert point_of(known.infimum) == pytest.approx(-math.sqrt(2), abs=1e-6)
    assert known.range == (pytest.approx(float(true_value("gelu", flat_point("gelu", -0.75))), rel=1e-14), INF)


@pytest.mark.parametrize("name", ["gelu_tanh", "mish"])
def test_the_other_gated_functions_cross_zero_where_the_textbook_does(name):
    known = facts(name)
    ((zero, same),) = known.zeros
    assert zero == same == pytest.approx(flat_point(name, zero), rel=1e-12)
    assert known.range == (pytest.approx(float(true_value(name, zero)), rel=1e-14), INF)
    for extreme in (known.supremum, known.infimum):
        assert extreme.value == pytest.approx(float(true_derivative(name, point_of(extreme))), rel=1e-12)
        assert abs(mp.diff(lambda t: true_derivative(name, t), point_of(extreme))) < 1e-6


@pytest.mark.parametrize(("name", "share"), [("swish", 0.101), ("gelu", 0.226)])
def test_the_share_of_normal_inputs_with_a_negative_derivative(name, share):
    ((zero, _),) = facts(name).zeros
    assert NormalDist().cdf(zero) == pytest.approx(share, abs=5e-4)


def test_the_derivative_of_softplus_is_sigmoid_and_reaches_neither_zero_nor_one():
    known = facts("softplus")
    assert (known.supremum.value, point_of(known.supremum)) == (1.0, INF)
    assert (known.infimum.value, point_of(known.infimum)) == (0.0, -INF)
    assert known.zeros == ()
    assert known.small == ((-INF, pytest.approx(-math.log(99.0), abs=1e-10)),)
    assert known.range == (0.0, INF)


def test_the_identity_is_steep_everywhere():
    known = facts("identity")
    for extreme in (known.supremum, known.infimum):
        assert (extreme.value, extreme.low, extreme.high) == (1.0, -INF, INF)
    assert known.zeros == known.small == ()
    assert known.range == (-INF, INF)


def test_swish_without_beta_is_a_straight_line():
    known = facts("swish", beta=0.0)
    assert known.supremum.value == known.infimum.value == 0.5
    assert known.zeros == known.small == ()
    assert known.range == (-INF, INF)


# Parameters near the end of their range


@pytest.mark.parametrize("alpha", [1e-3, 1e-4, 1e-5])
def test_leaky_relu_is_unbounded_below_however_small_its_slope(alpha):
    assert facts("leaky_relu", alpha=alpha).range == (-INF, INF)


@pytest.mark.parametrize("beta", [1e-2, 2e-3, 1e-4])
def test_swish_is_bounded_below_however_small_its_beta(beta):
    assert facts("swish", beta=beta).range == (pytest.approx(-0.2784645427610738 / beta, rel=1e-9), INF)


@pytest.mark.parametrize("beta", [1e-3, 1e-5, 1e-6, 1e-7])
def test_the_zero_of_swish_is_found_however_far_out_it_lies(beta):
    known = facts("swish", beta=beta)
    assert known.zeros == ((pytest.approx(-1.27846454 / beta), pytest.approx(-1.27846454 / beta)),)
    assert known.supremum.value == pytest.approx(1.0998393, abs=1e-6)
    assert known.infimum.value == pytest.approx(-0.0998393, abs=1e-6)


# Refusals


@pytest.mark.parametrize("unknown", ["sigmiod", "", None, 3])
def test_an_unknown_activation_is_refused_by_name(unknown):
    with pytest.raises(ValueError, match="unknown activation"):
        facts(unknown)


@pytest.mark.parametrize(
    ("name", "params", "complaint"),
    [
        ("relu", {"alpha": 0.1}, "relu has no parameter 'alpha'"),
        ("swish", {"beta": -1.0}, "beta must lie between"),
        ("swish", {"beta": math.nan}, "beta must lie between"),
        ("elu", {"alpha": INF}, "alpha must lie between"),
        ("prelu", {"a": "steep"}, "a must be a number"),
    ],
)
def test_parameters_that_do_not_belong_are_refused(name, params, complaint):
    with pytest.raises(ValueError, match=complaint):
        facts(name, **params)
