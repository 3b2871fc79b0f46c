"""What a network of one input does to a line."""

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.maths.response import bend, response

X = np.linspace(-3.0, 3.0, 121)


@pytest.mark.parametrize("depth", [1, 5, 30])
def test_the_identity_leaves_a_straight_line_however_deep(depth: int) -> None:
    y = response(Network("identity", depth=depth, initializer="he_normal", bias_std=0.5), X)
    assert np.diff(y) == pytest.approx(np.full(120, np.diff(y)[0]), rel=1e-9)
    assert bend(X, y) < 1e-20


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "identity"])
def test_every_other_activation_bends_it(activation: str) -> None:
    y = response(Network(activation, depth=5, initializer="he_normal", bias_std=0.5), X)
    assert bend(X, y) > 1e-4
    assert np.mean(y) == pytest.approx(0.0, abs=1e-12)
    assert np.mean(y**2) == pytest.approx(1.0)


def test_one_layer_of_relu_is_straight_between_its_kinks() -> None:
    """width units make at most width kinks, so the slope changes in at most that many places."""
    y = response(Network("relu", depth=1, width=4, initializer="he_normal", bias_std=1.0), X)
    bent = np.abs(np.diff(y, 2)) > 1e-9
    assert 1 <= np.sum(bent) <= 2 * 4


def test_biases_that_come_with_the_weights_move_the_kinks_away_from_zero() -> None:
    bent = np.abs(np.diff(response(Network("relu", depth=1, width=4, initializer="pytorch"), X), 2)) > 1e-9
    assert np.abs(X[1:-1][bent]).max() > 0.1


def test_the_bend_of_a_parabola_is_known() -> None:
    """x^2 on a symmetric grid has no linear part at all; adding a line of equal variance leaves half."""
    square = X**2 - np.mean(X**2)
    line = X * np.sqrt(np.var(square) / np.var(X))
    assert bend(X, square) == pytest.approx(1.0)
    assert bend(X, square + line) == pytest.approx(0.5)
    assert bend(X, np.zeros_like(X)) == 0.0
