import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.maths.activations import ACTIVATIONS, SELU_ALPHA, SELU_SCALE, prelu_slope_derivative
from core.maths.initializers import INITIALIZERS
from tests.maths.textbook import SETTINGS, TEXTBOOK, mp, settings_of, true_derivative, true_value

MAGNITUDES = (1e-300, 1e-8, 0.5, 0.7, 1, 1.3, 2, 5, 10, 15, 20, 30, 37, 38, 40, 89, 745, 1e4, 1e308)
HARD_POINTS = (0.0, *MAGNITUDES, *(-m for m in MAGNITUDES))
TINIEST = 1e-323  # two steps of the smallest subnormal: below 1e-308 nothing has twelve digits
LARGEST_FLOAT = float(np.finfo(np.float64).max)
ENTRIES = pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())


def parameters_of(entry):
    return st.fixed_dictionaries({p.name: st.floats(p.low, p.high) for p in entry.parameters})


def assert_close(got, exact, slack, where):
    if math.isinf(float(exact)):  # beyond float64: only infinity is right
        assert got == float(exact), where
    else:
        error = abs(mp.mpf(float(got)) - exact)
        share_of_allowed = float(error / (mp.mpf("1e-12") * abs(exact) + TINIEST + slack))
        assert share_of_allowed <= 1.0, (where, float(got), float(exact))


# The registry


@ENTRIES
def test_every_entry_can_introduce_itself(entry):
    assert ACTIVATIONS[entry.name] is entry
    assert entry.name.isidentifier()
    assert entry.name.islower()
    assert entry.label
    assert entry.family in {"linear", "saturating", "rectified", "smooth"}
    assert entry.formula
    assert entry.derivative_formula
    assert entry.name == "identity" or re.search(r"\b(19|20)\d\d\b", entry.source)
    assert len(entry.examples) >= 2


@ENTRIES
def test_every_entry_stands_in_the_file_of_its_family_beside_its_function(entry):
    assert entry.value.__module__ == f"core.maths.activations.{entry.family}"


def test_no_two_entries_share_a_label():
    assert len({entry.label for entry in ACTIVATIONS.values()}) == len(ACTIVATIONS)


def test_the_readme_counts_them():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"({len(ACTIVATIONS)} activations, {len(INITIALIZERS)} initializations" in readme


def test_every_entry_has_a_textbook_definition_to_be_compared_with():
    assert TEXTBOOK.keys() == ACTIVATIONS.keys()


@ENTRIES
def test_defaults_are_allowed_values_and_what_the_functions_use(entry):
    defaults = entry.defaults()
    assert defaults == {p.name: p.validate(p.default) for p in entry.parameters}
    x = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
    np.testing.assert_array_equal(entry.value(x), entry.value(x, **defaults))
    np.testing.assert_array_equal(entry.derivative(x), entry.derivative(x, **defaults))


@ENTRIES
def test_every_parameter_changes_the_function(entry):
    x = np.linspace(-3.0, 3.0, 13)
    for p in entry.parameters:
        low, high = ({p.name: p.low}, {p.name: p.high})
        assert not np.allclose(entry.value(x, **low), entry.value(x, **high))
        assert not np.allclose(entry.derivative(x, **low), entry.derivative(x, **high))


@ENTRIES
def test_the_worked_examples_hold(entry):
    for x, value, derivative in entry.examples:
        assert entry.value(x) == pytest.approx(value, rel=1e-12, abs=1e-300)
        assert entry.derivative(x) == pytest.approx(derivative, rel=1e-12, abs=1e-300)


@ENTRIES
def test_the_worked_examples_are_those_of_the_textbook(entry):
    for x, value, derivative in entry.examples:
        assert value == pytest.approx(float(true_value(entry.name, x, **entry.defaults())), rel=1e-12, abs=1e-300)
        assert derivative == pytest.approx(float(true_derivative(entry.name, x, **entry.defaults())), rel=1e-12)


# Accuracy


@SETTINGS
def test_the_textbook_derivative_is_the_limit_of_differences(name, params):
    for x in (-7.3, -2.4, -0.9, 0.8, 2.1, 6.5):
        limit = mp.diff(lambda t: true_value(name, t, **params), x)
        assert abs(limit - true_derivative(name, x, **params)) < mp.mpf("1e-60")


@SETTINGS
def test_values_are_right_to_twelve_digits_from_the_smallest_to_the_largest_number(name, params):
    with np.errstate(over="ignore"):  # the warning has its own test
        got = ACTIVATIONS[name].value(np.array(HARD_POINTS), **params)
    for x, value in zip(HARD_POINTS, got, strict=True):
        assert_close(value, true_value(name, x, **params), 0, x)


@SETTINGS
def test_derivatives_are_right_to_twelve_digits_from_the_smallest_to_the_largest_number(name, params):
    got = ACTIVATIONS[name].derivative(np.array(HARD_POINTS), **params)
    for x, derivative in zip(HARD_POINTS, got, strict=True):
        assert_close(derivative, true_derivative(name, x, **params), 0, x)


@SETTINGS
def test_value_and_derivative_are_right_to_twelve_digits_between_the_hard_points(name, params):
    """The slack is one rounding of x: it matters where the derivative crosses zero."""
    rng = np.random.default_rng(7)
    points = np.exp(rng.uniform(np.log(1e-3), np.log(800.0), 40)) * rng.choice([-1.0, 1.0], 40)
    value, derivative = ACTIVATIONS[name].value(points, **params), ACTIVATIONS[name].derivative(points, **params)
    for i, x in enumerate(points):
        beside = np.nextafter(x, 2 * x)
        for got, truth in ((value[i], true_value), (derivative[i], true_derivative)):
            exact = truth(name, x, **params)
            assert_close(got, exact, abs(truth(name, beside, **params) - exact), x)


@pytest.mark.parametrize("beta", [1e-305, 1e-20, 1e-3])
@pytest.mark.parametrize("x", [1e308, -1e308, 50.0, -50.0])
def test_swish_with_a_tiny_beta_is_right_for_the_largest_inputs(beta, x):
    entry = ACTIVATIONS["swish"]
    assert_close(entry.value(x, beta=beta), true_value("swish", x, beta=beta), 0, x)
    assert_close(entry.derivative(x, beta=beta), true_derivative("swish", x, beta=beta), 0, x)


@ENTRIES
@given(data=st.data())
def test_no_finite_input_gives_a_warning_or_nan(entry, data):
    x = data.draw(st.floats(allow_nan=False, allow_infinity=False))
    params = data.draw(parameters_of(entry))
    assert not np.isnan(entry.value(x, **params))
    assert np.isfinite(entry.derivative(x, **params))


@SETTINGS
@pytest.mark.parametrize("x", [LARGEST_FLOAT, -LARGEST_FLOAT])
def test_the_largest_inputs_give_neither_a_warning_nor_nan(name, params, x):
    assert not np.isnan(ACTIVATIONS[name].value(x, **params))
    assert np.isfinite(ACTIVATIONS[name].derivative(x, **params))


@ENTRIES
@given(data=st.data())
def test_the_derivative_is_the_slope_of_the_value(entry, data):
    """A fourth-order difference of the values alone, away from kinks."""
    x = data.draw(st.floats(-30.0, 30.0).filter(lambda t: all(abs(t - end) > 1e-3 for end in entry.breaks)))
    params = data.draw(parameters_of(entry))
    step = 2e-4
    far_left, left, right, far_right = entry.value(x + step * np.array([-2, -1, 1, 2]), **params)
    slope = (8.0 * (right - left) - (far_right - far_left)) / (12.0 * step)
    assert entry.derivative(x, **params) == pytest.approx(slope, abs=1e-8)


# Arrays


@ENTRIES
@pytest.mark.parametrize("function", ["value", "derivative"])
@pytest.mark.parametrize("shape", [(), (1,), (7,), (2, 3, 4), (0,), (3, 0)])
def test_any_shape_comes_back_as_float64_of_that_shape(entry, function, shape):
    x = np.linspace(-50.0, 50.0, math.prod(shape)).reshape(shape)
    result = getattr(entry, function)(x)
    assert result.shape == shape
    assert result.dtype == np.float64


@ENTRIES
@pytest.mark.parametrize("function", ["value", "derivative"])
@pytest.mark.parametrize(
    "x",
    [
        3,
        -2.5,
        [-40, 0, 3],
        np.array([-3, 0, 2], dtype=np.int8),
        np.array([[-2, 5]], dtype=np.int64),
        np.array([-1.1, 0.1, 30.0], dtype=np.float32),
        np.arange(-4.0, 4.0)[::-2],
    ],
    ids=["int", "float", "list", "int8", "int64", "float32", "strided"],
)
def test_integers_lists_and_single_precision_give_what_the_same_numbers_give_in_float64(entry, function, x):
    as_float64 = np.array(x, dtype=np.float64)
    result = getattr(entry, function)(x)
    assert np.shape(result) == as_float64.shape
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, getattr(entry, function)(as_float64), rtol=1e-14, atol=0)


@ENTRIES
def test_the_shape_of_the_array_does_not_change_the_numbers(entry):
    x = np.linspace(-45.0, 45.0, 60)
    for function in (entry.value, entry.derivative):
        whole = function(x)
        np.testing.assert_allclose(function(x.reshape(3, 4, 5)).ravel(), whole, rtol=1e-14, atol=0)
        np.testing.assert_allclose([function(t) for t in x], whole, rtol=1e-14, atol=0)


@ENTRIES
def test_the_input_array_is_neither_changed_nor_handed_back(entry):
    x = np.linspace(-45.0, 45.0, 21)
    before = x.copy()
    for function in (entry.value, entry.derivative):
        result = function(x)
        assert not np.shares_memory(result, x)
        result += 1.0
        np.testing.assert_array_equal(x, before)


# Kinks


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize(
    ("name", "params", "derivative"),
    [
        ("relu", {}, 0.0),
        ("leaky_relu", {}, 0.01),
        ("leaky_relu", {"alpha": 1.7}, 1.7),
        ("prelu", {}, 0.25),
        ("prelu", {"a": -0.4}, -0.4),
        ("elu", {}, 1.0),
        ("elu", {"alpha": 0.3}, 0.3),
        ("elu", {"alpha": 2.5}, 2.5),
        ("selu", {}, 1.7580993408473766),
    ],
)
def test_the_derivative_at_a_kink_is_what_deep_learning_libraries_return(name, params, derivative, zero):
    entry = ACTIVATIONS[name]
    assert entry.kinks == (0.0,)
    assert entry.value(zero, **params) == 0.0
    assert entry.derivative(zero, **params) == derivative
    assert entry.derivative(np.nextafter(0.0, -1.0), **params) == derivative
    assert entry.derivative(np.nextafter(0.0, 1.0), **params) == (SELU_SCALE if name == "selu" else 1.0)


@ENTRIES
def test_the_derivative_jumps_at_the_declared_kinks_and_nowhere_else(entry):
    x = np.linspace(-8.0, 8.0, 160_001)
    jumped = set()
    for params in settings_of(entry.name):
        jumps = x[:-1][np.abs(np.diff(entry.derivative(x, **params))) > 0.01]
        places = [[kink for kink in entry.kinks if abs(jump - kink) <= 1e-4] for jump in jumps]
        assert all(places)
        jumped |= {kink for place in places for kink in place}
    assert jumped == set(entry.kinks)


@ENTRIES
def test_the_derivative_bends_without_a_jump_at_its_declared_kinks(entry):
    step = 1e-6
    for kink in entry.derivative_kinks:
        left, here, right = entry.derivative(kink + step * np.array([-1, 0, 1]))
        assert abs(right - left) < 1e-4
        assert abs((right - here) - (here - left)) > 0.1 * step
    assert not set(entry.kinks) & set(entry.derivative_kinks)
    assert entry.breaks == tuple(sorted({*entry.kinks, *entry.derivative_kinks}))


@pytest.mark.parametrize(
    ("name", "x", "left", "there", "right"),
    [
        ("relu6", 0.0, 0.0, 0.0, 1.0),
        ("relu6", 6.0, 1.0, 0.0, 0.0),
        ("hard_sigmoid", -3.0, 0.0, 0.0, 1 / 6),
        ("hard_sigmoid", 3.0, 1 / 6, 0.0, 0.0),
        ("hard_swish", -3.0, 0.0, 0.0, -0.5),
        ("hard_swish", 3.0, 1.5, 1.0, 1.0),
    ],
)
def test_the_derivative_at_the_ends_of_a_hard_function_is_that_of_its_outer_side(name, x, left, there, right):
    """PyTorch: hardtanh_backward, hardsigmoid_backward, and hardswish_backward since its pull request 148049."""
    found = ACTIVATIONS[name].derivative([np.nextafter(x, -math.inf), x, np.nextafter(x, math.inf)])
    assert list(found) == pytest.approx([left, there, right], rel=1e-12)


@pytest.mark.parametrize(("name", "slope"), [("leaky_relu", {"alpha": 1.5}), ("prelu", {"a": 1.5})])
def test_a_negative_slope_above_one_is_not_the_larger_of_x_and_its_multiple(name, slope):
    np.testing.assert_array_equal(ACTIVATIONS[name].value([-2.0, 2.0], **slope), [-3.0, 2.0])
    np.testing.assert_array_equal(ACTIVATIONS[name].derivative([-2.0, 2.0], **slope), [1.5, 1.0])


def test_prelu_learns_its_slope_from_the_negative_inputs():
    x, step = np.array([-3.0, -0.5, 0.0, 0.5, 3.0]), 1e-6
    prelu = ACTIVATIONS["prelu"].value
    slope = (prelu(x, a=0.25 + step) - prelu(x, a=0.25 - step)) / (2 * step)
    np.testing.assert_allclose(prelu_slope_derivative(x), slope, atol=1e-9)
    np.testing.assert_array_equal(prelu_slope_derivative(x), [-3.0, -0.5, 0.0, 0.0, 0.0])


# Numbers from elsewhere


def test_sigmoid_derivative_keeps_its_digits_in_the_far_tail():
    derivative = ACTIVATIONS["sigmoid"].derivative
    assert derivative(40.0) == pytest.approx(4.248354255291589e-18, rel=1e-14)
    assert derivative(40.0) == derivative(-40.0)
    assert derivative(745.0) > 0.0


def test_tanh_derivative_keeps_its_digits_in_the_far_tail():
    derivative = ACTIVATIONS["tanh"].derivative
    assert derivative(20.0) == pytest.approx(1.699341702116636e-17, rel=1e-14)
    assert derivative(-20.0) == derivative(20.0)


@SETTINGS
def test_a_derivative_too_small_for_float64_has_a_logarithm_or_is_zero(name, params):
    """Twelve digits of log |f'|, from where it underflows to the largest inputs; mpmath has no least number."""
    entry, lost = ACTIVATIONS[name], 0
    with mp.workdps(4000):  # 1 - tanh^2 loses as many as it has zeros
        for x in (-2000.0, -800.0, -400.0, -50.0, 400.0, 800.0, 2000.0):
            exact = true_derivative(name, x, **params)
            if entry.derivative(x, **params) == 0.0 and exact != 0:
                lost += 1
                assert float(entry.log_derivative(x, **params)) == pytest.approx(float(mp.log(abs(exact))), rel=1e-12)
    for x in (-1e308, -1e200, 1e200, 1e308):
        if lost and entry.derivative(x, **params) == 0.0:
            assert entry.log_derivative(x, **params) < -600.0


def test_selu_constants_are_klambauers_closed_form():
    """Klambauer et al. 2017, appendix: the solution for the fixed point (mean 0, variance 1)."""
    e, pi, root = mp.e, mp.pi, mp.sqrt(mp.e)
    once, twice = mp.erfc(1 / mp.sqrt(2)), mp.erfc(mp.sqrt(2))
    alpha = -mp.sqrt(2 / pi) / (once * root - 1)
    scale = (1 - once * root) * mp.sqrt(
        2 * pi / (2 * twice * e**2 + pi * once**2 * e - 2 * (2 + pi) * once * root + pi + 2)
    )
    assert float(alpha) == SELU_ALPHA == 1.6732632423543772
    assert float(scale) == SELU_SCALE == 1.0507009873554805


def test_the_tanh_formula_for_gelu_is_an_approximation_with_known_errors():
    x = np.linspace(-6.0, 6.0, 24_001)
    exact, approximate = ACTIVATIONS["gelu"], ACTIVATIONS["gelu_tanh"]
    assert np.abs(exact.value(x) - approximate.value(x)).max() == pytest.approx(4.7e-4, rel=0.02)
    assert np.abs(exact.derivative(x) - approximate.derivative(x)).max() == pytest.approx(8.7e-4, rel=0.02)


def test_the_sigmoid_formula_for_gelu_is_off_by_two_hundredths():
    x = np.linspace(-6.0, 6.0, 24_001)
    difference = ACTIVATIONS["gelu"].value(x) - ACTIVATIONS["swish"].value(x, beta=1.702)
    assert np.abs(difference).max() == pytest.approx(2.0e-2, rel=0.02)


def test_swish_without_beta_is_half_of_x():
    x = np.array([-3.0, 0.0, 5.0, -1e308])
    np.testing.assert_array_equal(ACTIVATIONS["swish"].value(x, beta=0.0), x / 2)
    np.testing.assert_array_equal(ACTIVATIONS["swish"].derivative(x, beta=0.0), np.full(4, 0.5))


@ENTRIES
def test_the_slope_at_zero_is_the_one_the_linear_regime_rests_on(entry):
    """At 0+: half of x for what multiplies x by a gate, x itself for most of the rectified ones."""
    slope = float(true_derivative(entry.name, 1e-300, **entry.defaults()))
    assert entry.derivative(1e-300) == pytest.approx(slope, rel=1e-15)
