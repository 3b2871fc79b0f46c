import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.maths.numbers import Number, validated

DEPTH = Number("depth", "L", 20, 1, 100, 1)
SLOPE = Number("slope", "a", 0.25, -0.5, 1.5, 0.05)

JUNK = [None, "many", b"?", [], {}, (1.0, 2.0), 1j, object(), math]
NOT_FINITE = [math.nan, math.inf, -math.inf]


def test_a_number_is_whole_when_its_default_is_an_int():
    assert DEPTH.whole
    assert not SLOPE.whole


@pytest.mark.parametrize(("given_value", "nearest"), [(50, 50), (0, 1), (-7, 1), (101, 100), (10**400, 100)])
def test_clamping_moves_a_whole_number_to_the_nearest_bound(given_value, nearest):
    assert DEPTH.clamp(given_value) == nearest


@pytest.mark.parametrize(("given_value", "nearest"), [(0.3, 0.3), (-9.0, -0.5), (1.6, 1.5), (1, 1.0), (10**400, 1.5)])
def test_clamping_moves_a_real_number_to_the_nearest_bound(given_value, nearest):
    assert SLOPE.clamp(given_value) == nearest


def test_clamping_keeps_the_kind_of_the_number():
    assert type(DEPTH.clamp(19.6)) is int
    assert DEPTH.clamp(19.6) == 20
    assert DEPTH.clamp(19.4) == 19
    assert type(SLOPE.clamp(1)) is float


@pytest.mark.parametrize("value", [*JUNK, *NOT_FINITE, True, False, "30"])
def test_clamping_what_is_no_finite_number_gives_the_default(value):
    assert DEPTH.clamp(value) == 20
    assert SLOPE.clamp(value) == 0.25


@given(st.one_of(st.floats(), st.integers()))
def test_a_clamped_number_is_always_valid_and_stays_where_it_is(value):
    for number in (DEPTH, SLOPE):
        clamped = number.clamp(value)
        assert number.low <= clamped <= number.high
        assert number.validate(clamped) == clamped
        assert number.clamp(clamped) == clamped


@given(st.floats(-0.5, 1.5), st.integers(1, 100))
def test_an_allowed_number_passes_unchanged(real, whole):
    assert SLOPE.validate(real) == SLOPE.clamp(real) == real
    assert DEPTH.validate(whole) == DEPTH.clamp(whole) == whole


def test_validating_keeps_the_kind_of_the_number():
    assert type(DEPTH.validate(30.0)) is int
    assert type(SLOPE.validate(1)) is float


@pytest.mark.parametrize("bound", [1, 100])
def test_both_bounds_are_allowed(bound):
    assert DEPTH.validate(bound) == bound


@pytest.mark.parametrize("value", [0, 101, -1, 10**300, *NOT_FINITE])
def test_a_number_out_of_bounds_is_refused_with_its_name_and_bounds(value):
    with pytest.raises(ValueError, match="depth must lie between 1 and 100"):
        DEPTH.validate(value)


@pytest.mark.parametrize("value", [1.5, 99.999999])
def test_a_fraction_is_refused_where_a_whole_number_is_asked(value):
    with pytest.raises(ValueError, match="depth must be a whole number"):
        DEPTH.validate(value)


@pytest.mark.parametrize("value", [*JUNK, 10**400], ids=lambda value: type(value).__name__)
def test_what_is_no_number_is_refused_with_the_name_of_the_setting(value):
    with pytest.raises(ValueError, match="depth must be a number, not "):
        DEPTH.validate(value)


def test_an_integer_too_long_to_print_is_refused_with_the_name_of_the_setting():
    with pytest.raises(ValueError, match="depth must"):
        DEPTH.validate(10**5000)


def test_a_refusal_stays_short_however_long_the_value():
    with pytest.raises(ValueError, match="depth") as refusal:
        DEPTH.validate("9" * 5000 + "x")
    assert len(str(refusal.value)) < 120


def test_validated_fills_in_the_defaults():
    assert validated((DEPTH, SLOPE), {}, "prelu") == {"depth": 20, "slope": 0.25}
    assert validated((DEPTH, SLOPE), {"slope": 1}, "prelu") == {"depth": 20, "slope": 1.0}
    assert validated((), {}, "tanh") == {}


def test_validated_refuses_an_unknown_name_and_says_whose_it_is_not():
    with pytest.raises(ValueError, match="prelu has no parameter 'alpha'"):
        validated((SLOPE,), {"alpha": 0.1}, "prelu")


def test_validated_refuses_a_value_out_of_bounds():
    with pytest.raises(ValueError, match=r"slope must lie between -0\.5 and 1\.5"):
        validated((SLOPE,), {"slope": 2.0}, "prelu")


def test_validated_leaves_the_given_mapping_alone():
    given_values = {"slope": 1}
    validated((DEPTH, SLOPE), given_values, "prelu")
    assert given_values == {"slope": 1}
