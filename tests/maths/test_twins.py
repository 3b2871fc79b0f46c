"""Units that start the same stay the same: their gradients are equal, in numbers and in the formula."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.maths.training import Run, advanced, look, perceptron, start
from core.maths.twins import ROUNDING, apart, twins

EQUAL = Run("circles", "tanh", depth=2, width=16, initializer="constant", initializer_parameters={"value": 0.1})


def test_how_far_units_are_apart_is_worked_out_by_hand() -> None:
    """Two units; the second weight differs by 3 of a largest 4, the bias by 5 of a largest 5."""
    first = np.array([[1.0, 4.0], [1.0, 1.0]])
    same, none = np.full((3, 2), -0.7), np.zeros((3, 2))
    found = apart([first, first, same, none], [np.zeros(2), np.array([-5.0, 0.0]), np.ones(3), np.zeros(3)])
    assert found.tolist() == [0.75, 1.0, 0.0, 0.0]
    huge = np.array([[1e308], [-1e308]])
    assert apart([huge, 5e-324 * np.eye(2)], [np.zeros(2), np.zeros(2)]).tolist() == [2.0, 1.0]


def test_of_the_output_layer_nothing_is_asked() -> None:
    assert twins(np.array([0.0, ROUNDING / 2, 1.0]))
    assert not twins(np.array([0.0, 2 * ROUNDING, 0.0]))


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "prelu"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_equal_weights_stay_equal_to_the_bit_while_they_learn(activation: str, optimizer: str) -> None:
    """Widths that no product of matrices has to divide: there rounding is the same for every unit."""
    run = replace(EQUAL, activation=activation, parameters={}, optimizer=optimizer, learning_rate=0.02)
    state = advanced(run, start(run), 60)
    weights = perceptron(run).views(state.flat).weights
    for w in weights[:-1]:
        np.testing.assert_array_equal(w, np.broadcast_to(w[0], w.shape))
    np.testing.assert_array_equal(weights[-1], np.broadcast_to(weights[-1][:, :1], weights[-1].shape))
    seen = look(run, state)
    assert (seen.apart[:-1] == 0.0).all()
    assert (seen.distance > 0.0).all(), "they do learn"


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu", "swish", "softsign"])
def test_zeros_have_no_gradient_at_all_where_the_function_is_zero_at_zero(name: str) -> None:
    run = replace(EQUAL, activation=name, initializer="zero", initializer_parameters={})
    for seen in (look(run, advanced(run, start(run), step)) for step in (0, 1, 40)):
        assert (seen.log10_gradient == -math.inf).all()
        assert not np.concatenate([seen.weight, seen.distance, seen.apart[:-1], seen.update_ratio]).any()


def test_with_sigmoid_zeros_wake_up_layer_by_layer_from_the_output_and_are_twins_still() -> None:
    """f(0) = 1/2: at first only the output layer has a gradient, then the layer below it, then the next.

    A batch of an odd number of samples is never half and half, which would leave the first step nothing to do.
    """
    run = replace(EQUAL, activation="sigmoid", initializer="zero", initializer_parameters={}, batch=63)
    for step, asleep in ((0, 2), (1, 1), (2, 0)):
        seen = look(run, advanced(run, start(run), step))
        assert (seen.log10_gradient == -math.inf).tolist() == [True] * asleep + [False] * (3 - asleep)
        assert twins(seen.apart)


def test_random_weights_are_no_twins() -> None:
    run = replace(EQUAL, initializer="glorot_normal", initializer_parameters={})
    assert look(run, start(run)).apart.min() > 0.5
