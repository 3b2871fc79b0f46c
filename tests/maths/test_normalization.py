"""Normalization against its definition at 60 digits, where no exponent needs to be carried."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import MPContext

from core.maths.normalization import EPSILON, NORMALIZATIONS, normalized, normalized_gradient

mp = MPContext()
mp.dps = 60
exactly = np.vectorize(mp.mpf, otypes=[object])
AXES = pytest.mark.parametrize("axis", [-1, -2], ids=["over units", "over samples"])
EXPONENTS = [-5000, -1100, -520, -60, -8, -1, 0, 1, 8, 60, 520, 1100, 5000]


def draw(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def definition(a, axis):
    """(a - mean) / sqrt(variance + 1e-5) and the square root, for mpmath's numbers."""
    n = a.shape[axis]
    centred = a - a.sum(axis=axis, keepdims=True) / n
    deviation = ((centred**2).sum(axis=axis, keepdims=True) / n + mp.mpf("1e-5")) ** 0.5
    return centred / deviation, deviation


def as_array(numbers):
    return np.array(numbers, dtype=np.float64)


def along(axis, exponents):
    """Exponents of the shape `normalized` asks for, from one for each slice along the axis."""
    return np.expand_dims(np.array(exponents), axis)


def test_epsilon_is_that_of_the_libraries():
    assert EPSILON == 1e-5


def test_the_registry_knows_the_axes_of_the_two_papers():
    """LayerNorm compares the units of one sample, BatchNorm the samples of one unit."""
    assert {name: entry.axis for name, entry in NORMALIZATIONS.items()} == {"layer": -1, "batch": -2}
    assert all(entry.name == name for name, entry in NORMALIZATIONS.items())
    assert (NORMALIZATIONS["layer"].label, NORMALIZATIONS["batch"].label) == ("LayerNorm", "BatchNorm")


def test_four_numbers_are_normalized_as_by_hand():
    """Mean 5, variance 5: sqrt(5.00001) = 2.23607021..."""
    z, factor = normalized(np.array([[2.0, 4.0, 6.0, 8.0]]), -1)
    np.testing.assert_allclose(z, [[-1.3416394437, -0.4472131479, 0.4472131479, 1.3416394437]], rtol=1e-9)
    assert factor.item() == pytest.approx(0.4472131479, rel=1e-9)


@AXES
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e9])
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_values_and_factor_are_those_of_the_definition(axis, scale, shift):
    a = scale * (draw(0, 3, 5, 7) + shift)
    z, factor = normalized(a, axis)
    expected, deviation = definition(exactly(a), axis)
    np.testing.assert_allclose(z, as_array(expected), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(factor, as_array(1 / deviation), rtol=1e-12)


@AXES
def test_each_slice_is_normalized_by_itself(axis):
    a = draw(1, 2, 4, 6) * np.array([1.0, 100.0])[:, np.newaxis, np.newaxis]
    z, factor = normalized(a, axis)
    np.testing.assert_allclose(z.mean(axis=axis), 0.0, atol=1e-13)
    np.testing.assert_allclose(z.std(axis=axis), 1.0, rtol=1e-3)
    assert factor.shape == ((2, 4, 1) if axis == -1 else (2, 1, 6))
    for i in range(2):
        alone, factor_alone = normalized(a[i], axis)
        np.testing.assert_allclose(z[i], alone, rtol=1e-13)
        np.testing.assert_allclose(factor[i], factor_alone, rtol=1e-13)


@AXES
def test_the_array_given_is_left_as_it_was(axis):
    a = draw(2, 4, 5)
    before = a.copy()
    z, factor = normalized(a, axis)
    gradient = draw(3, 4, 5)
    gradient_before, z_before = gradient.copy(), z.copy()
    normalized_gradient(gradient, z, factor, axis)
    np.testing.assert_array_equal(a, before)
    np.testing.assert_array_equal(gradient, gradient_before)
    np.testing.assert_array_equal(z, z_before)


@AXES
@pytest.mark.parametrize("e", EXPONENTS)
def test_a_carried_exponent_gives_what_exact_arithmetic_gives_for_the_product(axis, e):
    """a 2^e leaves float64 on both sides; z 2^min(e, 0) and factor 2^-max(e, 0) are still right."""
    a = draw(4, 2, 4, 5) * 2.0**20
    exponents = [[e] * (4 if axis == -1 else 5)] * 2
    z, factor = normalized(a, axis, along(axis, exponents))
    expected, deviation = definition(exactly(a) * mp.mpf(2) ** e, axis)
    got = exactly(z) * mp.mpf(2) ** min(e, 0)
    np.testing.assert_allclose(as_array(got / expected), 1.0, rtol=1e-11)
    got = exactly(factor) * mp.mpf(2) ** -max(e, 0)
    np.testing.assert_allclose(as_array(got * deviation), 1.0, rtol=1e-11)


@AXES
def test_every_slice_has_an_exponent_of_its_own(axis):
    exponents = np.array([-700, -20, 0, 20, 700])
    a = np.moveaxis(draw(5, 5, 6), 0, 0 if axis == -1 else 1)
    scale = along(axis, exponents)
    z, factor = normalized(a, axis, scale)
    expected, deviation = definition(exactly(a) * np.vectorize(lambda e: mp.mpf(2) ** int(e))(scale), axis)
    got = exactly(z) * np.vectorize(lambda e: mp.mpf(2) ** int(min(e, 0)))(scale)
    np.testing.assert_allclose(as_array(got / expected), 1.0, rtol=1e-11)
    got = exactly(factor) * np.vectorize(lambda e: mp.mpf(2) ** -int(max(e, 0)))(scale)
    np.testing.assert_allclose(as_array(got * deviation), 1.0, rtol=1e-11)


@AXES
def test_one_whole_number_may_serve_all_slices(axis):
    a = draw(6, 4, 5)
    z, factor = normalized(a, axis, 3)
    plain, plain_factor = normalized(8.0 * a, axis)
    np.testing.assert_allclose(z, plain, rtol=1e-13)
    np.testing.assert_allclose(factor / 8.0, plain_factor, rtol=1e-13)


@AXES
@pytest.mark.parametrize("e", [-2000, -3, 0, 3, 400, 2000])
@pytest.mark.parametrize("constant", [0.0, 1.0, -2.5])
def test_what_is_constant_becomes_exactly_zero(axis, e, constant):
    """Only epsilon is left: 1 / sqrt(1e-5) = 316.2."""
    z, factor = normalized(np.full((4, 8), constant), axis, e)
    np.testing.assert_array_equal(z, 0.0)
    if e <= 400:
        np.testing.assert_allclose(factor * 2.0 ** -max(e, 0), 1e5**0.5, rtol=1e-14)
    assert np.isfinite(factor).all()


@AXES
def test_of_two_values_only_the_order_is_left(axis):
    """a, b become -1 and 1, but for epsilon: the known poverty of a batch of two."""
    a = np.array([[3.0, 3.0], [10.0, 10.0]])
    z, _ = normalized(a if axis == -2 else a.T, axis)
    np.testing.assert_allclose(z if axis == -2 else z.T, [[-1.0, -1.0], [1.0, 1.0]], atol=1e-6)


@given(
    a=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6),
    shift=st.floats(-1e3, 1e3),
    e=st.integers(-300, 300),
)
def test_no_shift_is_seen_and_the_variance_stays_below_one(a, shift, e):
    row = np.array([a])
    z, factor = normalized(row, -1, e)
    true_z = np.ldexp(z, min(e, 0))
    assert np.isfinite(z).all()
    assert np.isfinite(factor).all()
    assert abs(true_z.mean()) < 1e-6
    assert np.mean(true_z**2) < 1.0 + 1e-9
    if e == 0:
        np.testing.assert_allclose(normalized(row + shift, -1)[0], z, atol=1e-5)


# The gradient


def numeric_gradient(a, upstream, axis, exponent=0, step="1e-20"):
    """d sum(upstream z) / da by central differences at 60 digits: right to some thirty."""
    base, h = exactly(a) * mp.mpf(2) ** exponent, mp.mpf(step)
    weights = exactly(upstream)
    result = np.empty(a.shape, dtype=object)
    for index in np.ndindex(*a.shape):
        up, down = base.copy(), base.copy()
        up[index] += h
        down[index] -= h
        result[index] = ((definition(up, axis)[0] - definition(down, axis)[0]) * weights).sum() / (2 * h)
    return result


@AXES
@pytest.mark.parametrize("scale", [1e-4, 3e-3, 1.0, 1e4])
def test_the_gradient_is_that_of_differences_of_the_values(axis, scale):
    """Where epsilon outweighs the variance (1e-4), where they are equal, and where it does not matter."""
    a, upstream = scale * draw(7, 3, 4), draw(8, 3, 4)
    z, factor = normalized(a, axis)
    expected = as_array(numeric_gradient(a, upstream, axis))
    np.testing.assert_allclose(normalized_gradient(upstream, z, factor, axis), expected, rtol=1e-9)


@AXES
@pytest.mark.parametrize("e", [-30, 40])
def test_the_gradient_is_right_for_carried_exponents_as_well(axis, e):
    a, upstream = draw(9, 3, 4), draw(10, 3, 4)
    z, factor = normalized(a, axis, e)
    before = normalized_gradient(upstream, np.ldexp(z, min(e, 0)), factor, axis) * 2.0 ** -max(e, 0)
    np.testing.assert_allclose(before, as_array(numeric_gradient(a, upstream, axis, e)), rtol=1e-9)


@AXES
def test_the_gradient_of_a_stack_is_that_of_its_arrays(axis):
    a, upstream = draw(11, 2, 3, 4), draw(12, 2, 3, 4)
    together = normalized_gradient(upstream, *normalized(a, axis), axis)
    for i in range(2):
        np.testing.assert_allclose(
            together[i], normalized_gradient(upstream[i], *normalized(a[i], axis), axis), rtol=1e-12
        )


@AXES
@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_the_gradient_is_orthogonal_to_what_cannot_be_seen(axis, scale):
    """Neither a shift of the values nor, but for epsilon, their stretching changes the loss."""
    a, upstream = scale * draw(13, 5, 6), draw(14, 5, 6)
    z, factor = normalized(a, axis)
    before = normalized_gradient(upstream, z, factor, axis)
    np.testing.assert_allclose(before.sum(axis=axis), 0.0, atol=1e-13)
    np.testing.assert_allclose((before * a).sum(axis=axis), 0.0, atol=1e-4)


@AXES
def test_a_gradient_of_zero_stays_zero_and_a_constant_one_vanishes(axis):
    z, factor = normalized(draw(15, 4, 4), axis)
    np.testing.assert_array_equal(normalized_gradient(np.zeros((4, 4)), z, factor, axis), 0.0)
    np.testing.assert_allclose(normalized_gradient(np.ones((4, 4)), z, factor, axis), 0.0, atol=1e-14)
