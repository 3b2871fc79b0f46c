"""Values with carried exponents against exact arithmetic: every float64 is a fraction."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import MPContext

from core.maths.scaled import added, log10_root, mean_over_samples, rescale, to_one_exponent

mp = MPContext()
mp.dps = 60

ORDINARY = st.floats(-1.0, 1.0).filter(lambda x: x == 0.0 or abs(x) > 2.0**-20)
# One sample: some units around a size of its own, and the exponent it was given.
SAMPLES = st.tuples(st.lists(ORDINARY, min_size=3, max_size=3), st.integers(-400, 400), st.integers(-3000, 3000))


def power(e):
    return Fraction(2) ** int(e)


def truth(values, exponent):
    """The values meant, as fractions."""
    return np.array([[Fraction(v) * power(e) for v in row] for row, e in zip(values.tolist(), exponent, strict=True)])


def arranged(samples):
    values = np.array([np.ldexp(units, size) for units, size, _ in samples])
    return values, np.array([e for _, _, e in samples])


def size_of(row):
    return math.frexp(max(abs(v) for v in row))[1]


def log10_of(fraction):
    return float(mp.log10(mp.mpf(fraction.numerator) / mp.mpf(fraction.denominator)))


# rescale


@given(st.lists(SAMPLES, min_size=1, max_size=4))
def test_rescaling_changes_no_value_at_all(samples):
    values, exponent = arranged(samples)
    before = truth(values, exponent)
    squares, after = rescale(values, exponent)
    np.testing.assert_array_equal(truth(values, after), before)
    np.testing.assert_allclose(squares, [math.fsum(v * v for v in row) for row in values.tolist()], rtol=1e-13)


@given(st.lists(SAMPLES, min_size=1, max_size=4))
def test_after_rescaling_the_largest_unit_is_of_ordinary_size(samples):
    """Within 2^+-200 the exponent is 0, beyond it the entries are between: their squares fit float64 with ease."""
    values, exponent = arranged(samples)
    before = truth(values, exponent)
    _, after = rescale(values, exponent)
    for row, e, true in zip(values, after, before, strict=True):
        if not row.any():
            continue
        assert 2.0**-201 <= np.abs(row).max() <= 2.0**200
        if e:
            assert abs(size_of(row)) >= 50
            assert (e > 0) == (max(abs(v) for v in true) > 1)


@pytest.mark.parametrize(
    ("size", "exponent", "new_size", "new_exponent"),
    [
        (0, 0, 0, 0),
        (199, 0, 199, 0),
        (-199, 0, -199, 0),
        (201, 0, 100, 101),
        (-201, 0, -100, -101),
        (300, 500, 100, 700),
        (-300, -500, -100, -700),
        (-10, 500, 100, 390),
        (10, -500, -100, -390),
        (30, 500, 100, 430),  # too small to leave room for what shrinks
        (120, 500, 120, 500),  # well within: left alone
        (-120, -500, -120, -500),
        (-120, 220, 100, 0),
        (-60, 100, 40, 0),  # back among ordinary numbers: no exponent
        (30, 150, 180, 0),
        (-30, -150, -180, 0),
    ],
)
def test_samples_beyond_two_to_the_200_come_to_two_to_the_100(size, exponent, new_size, new_exponent):
    values = np.array([[0.75 * 2.0**size, -0.5 * 2.0**size]])
    true = truth(values, [exponent])
    _, after = rescale(values, np.array([exponent]))
    np.testing.assert_array_equal(truth(values, after), true)
    assert (size_of(values[0]), after[0]) == (new_size, new_exponent)


def test_one_sample_out_of_range_leaves_the_others_alone():
    values = np.array([[1.0, 2.0], [2.0**300, 0.0], [0.0, 0.0], [2.0**-300, 2.0**-301]])
    true = truth(values, [0] * 4)
    squares, exponent = rescale(values, np.zeros(4, dtype=np.int64))
    np.testing.assert_array_equal(truth(values, exponent), true)
    np.testing.assert_array_equal(values[0], [1.0, 2.0])
    assert (exponent[0], exponent[2]) == (0, 0)
    assert exponent[1] > 0 > exponent[3]
    assert squares[0] == 5.0
    assert squares[2] == 0.0
    assert (squares[[1, 3]] > 0.0).all()


@pytest.mark.parametrize("exponent", [0, -5000, 5000])
def test_rescaled_exact_zeros_stay_zeros(exponent):
    values = np.zeros((2, 3))
    squares, _ = rescale(values, np.full(2, exponent))
    np.testing.assert_array_equal(values, 0.0)
    np.testing.assert_array_equal(squares, 0.0)


def test_squares_that_overflow_are_rescaled_without_a_warning():
    values = np.array([[1e300, 1e300]])
    squares, exponent = rescale(values, np.zeros(1, dtype=np.int64))
    assert np.isfinite(squares).all()
    assert exponent[0] > 0
    assert log10_root(squares / 2, exponent)[0] == pytest.approx(300.0, abs=1e-12)


# to_one_exponent


@given(st.lists(SAMPLES, min_size=1, max_size=4))
def test_one_exponent_for_all_keeps_what_is_not_smaller_by_hundreds_of_powers(samples):
    values, exponent = arranged(samples)
    exponent = np.clip(exponent, -200, 200)
    before = truth(values, exponent)
    together, top = to_one_exponent(values, exponent)
    np.testing.assert_array_equal(truth(together, [top] * len(samples)), before)
    alive = [e for e, row in zip(exponent, values, strict=True) if row.any()]
    assert top == max(alive, default=0)


def test_the_one_exponent_is_the_largest_of_the_samples_that_live():
    values = np.array([[[1.0, 2.0], [0.0, 0.0], [3.0, 0.0]]])
    together, top = to_one_exponent(values, np.array([[5, 900, 3]]))
    assert top.tolist() == [5]
    np.testing.assert_array_equal(together, [[[1.0, 2.0], [0.0, 0.0], [0.75, 0.0]]])


def test_a_sample_that_is_zero_in_an_array_beside_does_not_set_the_exponent():
    values = np.array([[[1.0, 2.0], [1.0, 1.0]]])
    beside = np.array([[[1.0, 1.0], [0.0, 0.0]]])
    together, top = to_one_exponent(values, np.array([[5, 2000]]), beside)
    assert top.tolist() == [5]
    np.testing.assert_array_equal(together[0, 0], [1.0, 2.0])
    assert np.isfinite(together).all()
    product = np.ldexp(together[0].T @ beside[0], top[0])  # what they are brought to one exponent for
    np.testing.assert_array_equal(product, [[32.0, 32.0], [64.0, 64.0]])


def test_each_activation_has_one_exponent_of_its_own():
    values = np.ones((2, 2, 1))
    together, top = to_one_exponent(values, np.array([[4, 2], [-6, -7]]))
    assert top.tolist() == [4, -6]
    np.testing.assert_array_equal(together[..., 0], [[1.0, 0.25], [1.0, 0.5]])


def test_what_is_far_smaller_than_the_rest_becomes_zero_without_a_warning():
    together, top = to_one_exponent(np.ones((1, 2, 2)), np.array([[0, -5000]]))
    assert top.tolist() == [0]
    np.testing.assert_array_equal(together[0], [[1.0, 1.0], [0.0, 0.0]])


def test_exact_zeros_have_the_exponent_zero():
    together, top = to_one_exponent(np.zeros((1, 2, 2)), np.array([[7, -9]]))
    assert top.tolist() == [0]
    np.testing.assert_array_equal(together, 0.0)


# added


def plain_sum(a, a_exponent, b, b_exponent):
    return truth(a, a_exponent) + truth(b, b_exponent)


@given(st.lists(st.tuples(SAMPLES, SAMPLES), min_size=1, max_size=3))
def test_the_sum_is_that_of_exact_arithmetic(pairs):
    """To 2^-52 of the larger: what is lost is what float64 loses, at any distance of the exponents."""
    a, a_exponent = arranged([one for one, _ in pairs])
    b, b_exponent = arranged([other for _, other in pairs])
    _, a_exponent = rescale(a, a_exponent)  # as they come
    _, b_exponent = rescale(b, b_exponent)
    expected = plain_sum(a, a_exponent, b, b_exponent)
    largest = np.maximum(np.abs(truth(a, a_exponent)), np.abs(truth(b, b_exponent))).max(axis=1)
    total, exponent = added(a, a_exponent, b, b_exponent)
    assert np.isfinite(total).all()
    error = np.abs(truth(total, exponent) - expected).max(axis=1)
    assert all(e <= power(-52) * bound for e, bound in zip(error, largest, strict=True))


@pytest.mark.parametrize(
    ("one", "other", "total"),
    [
        ((3.0, 0), (5.0, 0), (8.0, 0)),
        ((3.0, 2), (1.0, 0), (3.25, 2)),
        ((1.0, 0), (3.0, 2), (3.25, 2)),
        ((3.0, -2), (1.0, 0), (1.75, 0)),
        ((3.0, 500), (-3.0, 500), (0.0, 500)),
        ((3.0, 5000), (1.0, -5000), (3.0, 5000)),
        ((0.0, 5000), (1.5, -5000), (1.5, -5000)),
        ((1.5, -5000), (0.0, 5000), (1.5, -5000)),
        ((0.0, 70), (0.0, -70), (0.0, 0)),
        ((0.0, 0), (1.5, -900), (1.5, -900)),
    ],
)
def test_the_larger_exponent_of_what_is_not_zero_is_kept(one, other, total):
    args = [part for value, e in (one, other) for part in (np.array([[value]]), np.array([e]))]
    values, exponent = added(*args)
    assert (values.item(), exponent.item()) == total


def test_adding_leaves_what_is_added_as_it_was():
    a, b = np.array([[1.0, 2.0]]), np.array([[4.0, 8.0]])
    for e in (0, 3):
        total, _ = added(a, np.array([e]), b, np.array([0]))
        total[:] = -1.0
        np.testing.assert_array_equal(a, [[1.0, 2.0]])
        np.testing.assert_array_equal(b, [[4.0, 8.0]])


# mean_over_samples and log10_root


MEANS = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(2.0**-300, 2.0**300)), st.integers(-3000, 3000)),
    min_size=1,
    max_size=5,
)


@given(MEANS)
def test_the_mean_over_samples_and_its_root_are_those_of_exact_arithmetic(pairs):
    squares, exponent = (np.array(column) for column in zip(*pairs, strict=True))
    # a sample whose exponent is larger is larger, as rescaling leaves them
    exponent = 700 * (exponent // 700)
    expected = sum(Fraction(s) * power(2 * e) for s, e in zip(squares.tolist(), exponent, strict=True)) / len(pairs)
    m, top = mean_over_samples(squares, exponent)
    if expected == 0:
        assert m == 0.0
        assert log10_root(m, top) == -math.inf
        return
    assert Fraction(float(m)) * power(2 * top) / expected == pytest.approx(1.0, rel=1e-12)
    assert log10_root(m, top) == pytest.approx(0.5 * log10_of(expected), abs=1e-10)


@pytest.mark.parametrize("e", [-100_000, -1, 0, 1, 100_000])
def test_the_logarithm_of_the_root_carries_its_exponent_whole(e):
    """sqrt(25 4^e) = 5 2^e."""
    expected = float(mp.log10(5) + e * mp.log10(2))
    assert log10_root(np.array(25.0), np.array(e)) == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_the_logarithm_of_an_exact_zero_is_minus_infinity_without_a_warning():
    np.testing.assert_array_equal(log10_root(np.array([0.0, 1.0]), np.array([40, 0])), [-math.inf, 0.0])


def test_each_row_has_a_mean_of_its_own():
    m, top = mean_over_samples(np.array([[1.0, 4.0], [0.0, 6.0], [2.0, 4.0]]), np.array([[2, 1], [9, 3], [0, 0]]))
    np.testing.assert_array_equal(m * 4.0**top, [16.0, 192.0, 3.0])
    assert top.tolist() == [2, 3, 0]
