import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.maths.activations import ACTIVATIONS
from core.maths.chain import (
    FORMATS,
    at_kinks,
    best_case,
    chain,
    flush_depth,
    in_float16,
    numeric_derivative,
    zero_depth,
)
from tests.maths.textbook import SETTINGS, mp, true_derivative, true_value

BY_NAME = {number_format.name: number_format for number_format in FORMATS}
SCALARS = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
BFLOAT16_SIGNIFICAND = 8  # bits; its exponents are those of float32
ENTRIES = pytest.mark.parametrize("name", ACTIVATIONS)
WEIGHTS = (1.5, -0.7, 2.0, 0.3)


def textbook_chain(name, weights, x, bias, params):
    """z, h, f'(z) of each neuron at 60 digits, plainly."""
    with mp.workdps(60):
        h, columns = mp.mpf(x), []
        for w in weights:
            z = mp.mpf(w) * h + mp.mpf(bias)
            h = true_value(name, z, **params)
            columns.append((z, h, true_derivative(name, z, **params)))
    return [np.array(column, dtype=object) for column in zip(*columns, strict=True)]


def as_floats(numbers):
    return np.array([float(number) for number in numbers])


def bfloat16(value):
    """value rounded to 8 bits, fewer among the subnormal numbers; half-way cases to even."""
    if value == 0.0:
        return 0.0
    exponent = max(math.frexp(value)[1], -125)
    quantum = math.ldexp(1.0, exponent - BFLOAT16_SIGNIFICAND)
    return round(value / quantum) * quantum


# The chain rule


@SETTINGS
@pytest.mark.parametrize(("x", "bias"), [(0.8, 0.1), (-2.0, 0.0), (5.0, -1.5), (0.5, -50.0)])
def test_every_column_of_the_chain_is_the_textbooks(name, params, x, bias):
    followed = chain(name, WEIGHTS, x, bias, params)
    z, h, local = textbook_chain(name, WEIGHTS, x, bias, params)
    np.testing.assert_array_equal(followed.weight, WEIGHTS)
    np.testing.assert_allclose(followed.preactivation, as_floats(z), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(followed.value, as_floats(h), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(followed.local_derivative, as_floats(local), rtol=1e-11)
    np.testing.assert_allclose(followed.factor, as_floats(local * WEIGHTS), rtol=1e-11)
    from_the_output = [mp.fprod((local * WEIGHTS)[k + 1 :]) * local[k] for k in range(len(WEIGHTS))]
    np.testing.assert_allclose(followed.gradient, as_floats(from_the_output), rtol=1e-10)
    assert followed.total == pytest.approx(float(mp.fprod(local * WEIGHTS)), rel=1e-10, abs=0)


@SETTINGS
def test_the_product_of_the_factors_is_the_derivative_of_the_output(name, params):
    """mpmath differentiates the composed function; no chain rule is involved."""

    def output(x):
        for w in WEIGHTS:
            x = true_value(name, w * x + mp.mpf(0.1), **params)
        return x

    assert chain(name, WEIGHTS, 0.8, 0.1, params).total == pytest.approx(float(mp.diff(output, 0.8)), rel=1e-10, abs=0)


@ENTRIES
@given(data=st.data())
def test_the_chain_rule_agrees_with_differences_alone(name, data):
    weights = data.draw(st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=6))
    x, bias = data.draw(st.floats(-2.0, 2.0)), data.draw(st.floats(-1.0, 1.0))
    followed = chain(name, weights, x, bias)
    for place in ACTIVATIONS[name].breaks:  # a difference across one is no derivative; |dz/dx| <= 3^6
        assume(np.abs(followed.preactivation - place).min() > 3e-6 * 3.0 ** len(weights))
    assert numeric_derivative(name, weights, x, bias, step=1e-6) == pytest.approx(followed.total, rel=1e-6, abs=1e-6)


@SETTINGS
def test_differences_alone_have_seven_digits_of_the_true_derivative(name, params):
    def output(x):
        for w in (1.2, 0.8):
            x = true_value(name, mp.mpf(w) * x + mp.mpf(0.1), **params)
        return x

    true = float(mp.diff(output, 0.3))
    assert numeric_derivative(name, (1.2, 0.8), 0.3, 0.1, params) == pytest.approx(true, rel=1e-7, abs=1e-9)


def test_beside_a_kink_the_differences_average_both_sides():
    assert chain("relu", [1.0], 0.0).total == 0.0
    assert numeric_derivative("relu", [1.0], 0.0) == pytest.approx(0.5)


@ENTRIES
def test_what_reaches_a_neuron_is_the_total_of_the_chain_after_it(name):
    followed = chain(name, WEIGHTS, 0.8, 0.1)
    starts = [0.8, *followed.value[:-1]]
    totals = [chain(name, WEIGHTS[k:], start, 0.1).total for k, start in enumerate(starts)]
    assert followed.reaching == pytest.approx([*totals, 1.0], rel=1e-13)


@ENTRIES
def test_the_total_is_the_first_gradient_times_the_first_weight(name):
    followed = chain(name, WEIGHTS, 0.8, 0.1)
    assert followed.gradient[0] * WEIGHTS[0] == pytest.approx(followed.total, rel=1e-14)
    assert followed.gradient[-1] == followed.local_derivative[-1]


def test_four_sigmoid_neurons_at_their_steepest_pass_on_a_quarter_to_the_fourth():
    followed = chain("sigmoid", [1.0] * 4, x=0.5, bias=-0.5)
    np.testing.assert_allclose(followed.preactivation, 0.0, atol=1e-16)
    np.testing.assert_allclose(followed.gradient, [0.25**4, 0.25**3, 0.25**2, 0.25])
    assert followed.total == pytest.approx(1 / 256, rel=1e-15)


def test_one_neuron_is_a_chain():
    followed = chain("tanh", [2.0], x=0.5)
    assert followed.total == pytest.approx(2.0 / math.cosh(1.0) ** 2, rel=1e-14)
    np.testing.assert_allclose(followed.gradient, [1.0 / math.cosh(1.0) ** 2], rtol=1e-14)


def test_a_weight_of_zero_cuts_the_chain_but_not_the_neurons_after_it():
    followed = chain("tanh", [1.0, 0.0, 1.0], x=1.0)
    assert followed.total == 0.0
    assert followed.gradient[0] == 0.0
    assert followed.gradient[1] != 0.0
    assert followed.gradient[2] != 0.0


def test_defaults_are_an_input_of_one_no_bias_and_the_activations_own_parameters():
    np.testing.assert_array_equal(
        chain("prelu", [-1.0, 2.0]).value, chain("prelu", [-1.0, 2.0], 1.0, 0.0, {"a": 0.25}).value
    )
    np.testing.assert_allclose(chain("prelu", [-1.0, 2.0]).value, [-0.25, -0.125])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("sigmiod", [1.0]), "unknown activation 'sigmiod'"),
        (("tanh", []), "neurons must lie between 1 and 12"),
        (("tanh", [1.0] * 13), "neurons must lie between 1 and 12"),
        (("tanh", [1.0, 100.1]), "weight must lie between"),
        (("tanh", [1.0, math.nan]), "weight must lie between"),
        (("tanh", [None]), "weight must be a number"),
        (("tanh", [1.0], math.inf), "input must lie between"),
        (("tanh", [1.0], -6.0), "input must lie between"),
        (("tanh", [1.0], 0.0, -100.5), "bias must lie between"),
        (("tanh", [1.0], 0.0, "none"), "bias must be a number"),
        (("tanh", [1.0], 0.0, 0.0, {"alpha": 1.0}), "tanh has no parameter 'alpha'"),
        (("elu", [1.0], 0.0, 0.0, {"alpha": -1.0}), "alpha must lie between"),
    ],
)
def test_what_does_not_belong_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        chain(*arguments)


@pytest.mark.parametrize("arguments", [("sigmiod", [1.0]), ("tanh", [1.0], 0.0, 0.0, {"alpha": 1.0})])
def test_differences_refuse_unknown_names_as_well(arguments):
    with pytest.raises(ValueError, match=r"unknown activation|has no parameter"):
        numeric_derivative(*arguments)


# The article's bound


def test_the_best_case_of_sigmoid_is_a_quarter_to_the_power_of_the_depth():
    np.testing.assert_allclose(best_case("sigmoid", 5), np.log10([4.0**-5, 4.0**-4, 4.0**-3, 4.0**-2, 4.0**-1]))


@pytest.mark.parametrize(
    ("name", "params", "largest"),
    [
        ("tanh", {}, 1.0),
        ("relu", {}, 1.0),
        ("leaky_relu", {"alpha": 2.0}, 2.0),
        ("selu", {}, 1.7580993408473766),
        ("swish", {}, 1.0998393),
        ("gelu", {}, 1.1289041),
    ],
)
def test_the_best_case_is_a_power_of_the_largest_derivative(name, params, largest):
    np.testing.assert_allclose(best_case(name, 50, **params), np.log10(largest) * np.arange(50, 0, -1), atol=2e-6)


@ENTRIES
@given(data=st.data())
def test_no_chain_with_weights_up_to_one_beats_the_best_case(name, data):
    weights = data.draw(st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=12))
    followed = chain(name, weights, data.draw(st.floats(-5.0, 5.0)), data.draw(st.floats(-5.0, 5.0)))
    bound = 10.0 ** best_case(name, len(weights))
    assert (np.abs(followed.gradient) <= bound * (1 + 1e-9)).all()


def test_the_best_case_is_known_for_a_thousand_layers():
    assert best_case("sigmoid", 1000)[0] == pytest.approx(-602.0599913279624)


# Number formats


@pytest.mark.parametrize("name", SCALARS)
def test_the_formats_are_those_of_the_machine(name):
    machine = np.finfo(SCALARS[name])
    assert BY_NAME[name].smallest == float(machine.smallest_subnormal)


def test_bfloat16_has_the_range_of_float32_and_sixteen_bits_less():
    assert BY_NAME["bfloat16"].largest == pytest.approx(BY_NAME["float32"].largest, rel=2.0**-8)
    assert BY_NAME["bfloat16"].smallest == BY_NAME["float32"].smallest * 2.0**16
    assert BY_NAME["bfloat16"].smallest == pytest.approx(9.2e-41, rel=0.01)


def test_the_logarithm_of_the_smallest_number():
    assert BY_NAME["float16"].log10_smallest == pytest.approx(math.log10(5.960464477539063e-08))
    assert BY_NAME["float64"].log10_smallest == pytest.approx(-323.30621534311575)


@pytest.mark.parametrize(("name", "depth"), [("float16", 13), ("bfloat16", 67), ("float32", 75), ("float64", 538)])
def test_a_quarter_per_layer_is_zero_after_the_published_number_of_layers(name, depth):
    assert zero_depth(0.25, BY_NAME[name]) == depth


@pytest.mark.parametrize("name", SCALARS)
@pytest.mark.parametrize("factor", [0.25, 0.5, 0.125, 2.0**-30, -0.25])
def test_multiplying_on_the_machine_reaches_zero_at_that_depth(name, factor):
    gradient, count = SCALARS[name](1.0), 0
    while gradient != 0.0:
        gradient *= SCALARS[name](factor)
        count += 1
    assert zero_depth(factor, BY_NAME[name]) == count


@pytest.mark.parametrize("factor", [0.25, 0.5, 0.125])
def test_rounding_to_bfloat16_reaches_zero_at_that_depth(factor):
    gradient, count = 1.0, 0
    while gradient != 0.0:
        gradient = bfloat16(gradient * factor)
        count += 1
    assert zero_depth(factor, BY_NAME["bfloat16"]) == count


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("factor", [0.01, 0.1, 0.236, -0.3, 0.7, 0.95, 0.999])
def test_the_first_power_at_or_below_half_of_the_smallest_number_rounds_to_zero(name, factor):
    depth = zero_depth(factor, BY_NAME[name])
    with mp.workdps(50):
        half = mp.mpf(BY_NAME[name].smallest) / 2
        assert mp.mpf(abs(factor)) ** depth <= half < mp.mpf(abs(factor)) ** (depth - 1)


@pytest.mark.parametrize("factor", [1.0, -1.0, 1.5, math.inf])
def test_a_factor_of_one_or_more_never_reaches_zero(factor):
    assert all(zero_depth(factor, number_format) is None for number_format in FORMATS)


@pytest.mark.parametrize("factor", [0.0, 5e-324, -1e-320])
def test_a_factor_below_every_number_is_zero_at_once(factor):
    assert zero_depth(factor, BY_NAME["float16"]) == zero_depth(factor, BY_NAME["float32"]) == 1


@pytest.mark.parametrize(("name", "dtype"), [("float16", np.float16), ("float32", np.float32), ("float64", np.float64)])
@pytest.mark.parametrize("factor", [0.25, 0.5, 0.3, 0.9])
def test_a_processor_that_flushes_small_numbers_loses_the_gradient_earlier(name, dtype, factor):
    value, count = mp.mpf(1), 0
    while value >= float(np.finfo(dtype).smallest_normal):
        value, count = value * mp.mpf(factor), count + 1
    assert flush_depth(factor, BY_NAME[name]) == count


def test_a_quarter_per_layer_is_flushed_after_64_layers_in_single_precision_and_bfloat16():
    assert [flush_depth(0.25, BY_NAME[name]) for name in ("float32", "bfloat16")] == [64, 64]
    assert flush_depth(1.0, BY_NAME["float32"]) is None
    assert flush_depth(0.0, BY_NAME["float32"]) == 1


@pytest.mark.parametrize(
    ("name", "x", "weights", "neurons"),
    [
        ("relu", 0.0, [1.0], [1]),
        ("relu", 0.00005, [1.0, 1.0], [1, 2]),
        ("relu", 0.5, [1.0, 1.0], []),
        ("relu", -1.0, [1.0, 2.0, 1.0], [2, 3]),  # behind a silent neuron z is 0
        ("relu6", 3.0, [2.0], [1]),
        ("tanh", 0.0, [1.0], []),
    ],
)
def test_neurons_that_stand_on_a_kink_are_found(name, x, weights, neurons):
    assert at_kinks(name, weights, x) == neurons


def test_float16_has_a_floor_and_a_ceiling():
    """To the nearest, ties to even: half of the smallest number is lost, half a unit above the largest is infinite."""
    near = [2.0**-25 * (1 - 1e-9), 2.0**-25 * (1 + 1e-9), 1.0, 65519.9, 65520.1]
    assert list(in_float16(np.log10(near))) == [0.0, 2.0**-24, 1.0, 65504.0, math.inf]
    assert list(in_float16(np.array([-math.inf, -400.0, 400.0]))) == [0.0, 0.0, math.inf]
