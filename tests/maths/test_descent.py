"""Gradient descent on one weight, against its closed form and against differences."""

import math
from fractions import Fraction

import numpy as np
import pytest

from core.maths.descent import DESCENT_RATE, DESCENT_STEP, descend, factor, loss, slope

X, Y, FIRST = 2, 3, -1  # the example and the first weight
RATES = [Fraction(k, 100) for k in range(1, 61)]  # every position of the slider


def test_the_loss_is_half_of_the_squared_error():
    assert loss([-1.0, 0.0, 1.5, 4.0]).tolist() == [12.5, 4.5, 0.0, 12.5]  # (-5)^2 / 2, (-3)^2 / 2, 0, 5^2 / 2


@pytest.mark.parametrize("w", [-3.5, -1.0, 1.5, 1.51, 140.0])
def test_the_slope_is_what_differences_say(w):
    step = 0.125  # of a parabola, central differences of any width are exact
    assert slope(w) == pytest.approx((loss(w + step) - loss(w - step)) / (2 * step), abs=1e-10)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_descent_is_its_closed_form(rate):
    """w_k = w* + (1 - eta x^2)^k (w_0 - w*)"""
    lowest = Fraction(Y, X)
    exact = [float(lowest + (1 - rate * X**2) ** k * (FIRST - lowest)) for k in range(DESCENT_STEP.high + 1)]
    path = descend(float(rate), DESCENT_STEP.high)
    np.testing.assert_allclose(path, exact, rtol=1e-12, atol=1e-14)
    assert factor(float(rate)) == pytest.approx(float(1 - rate * X**2), abs=1e-15)


def test_a_shorter_descent_is_the_beginning_of_a_longer_one():
    for steps in (0, 1, 7):
        assert descend(0.3, steps).tolist() == descend(0.3, 12)[: steps + 1].tolist()


def test_small_rates_are_slow_a_right_one_arrives_and_large_ones_lead_away():
    distance = {rate: np.abs(descend(rate, 12) - 1.5) for rate in (0.01, 0.1, 0.25, 0.4, 0.5, 0.55)}
    assert distance[0.01][-1] > 1.5, "more than half of the way is left"
    assert distance[0.1][-1] < 0.01
    assert distance[0.25].tolist() == [2.5] + [0.0] * 12
    assert (np.diff(distance[0.4]) < 0).all()
    assert (np.diff(np.sign(descend(0.4, 12) - 1.5)) != 0).all(), "it jumps over the lowest point every time"
    assert distance[0.5].tolist() == [2.5] * 13
    assert (np.diff(distance[0.55]) > 0).all()


@pytest.mark.parametrize(
    ("rate", "steps"),
    [
        (0.0, 1),
        (0.61, 1),
        (-0.1, 1),
        (1e9, 1),
        (math.nan, 1),
        ("fast", 1),
        (0.1, -1),
        (0.1, 13),
        (0.1, 10**9),
        (0.1, 1.5),
    ],
)
def test_what_is_out_of_bounds_is_refused(rate, steps):
    with pytest.raises(ValueError, match=r"must|whole"):
        descend(rate, steps)


def test_the_longest_descent_stays_within_numbers_that_can_be_read():
    assert np.abs(descend(DESCENT_RATE.high, DESCENT_STEP.high)).max() < 1000
