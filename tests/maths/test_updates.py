"""Gradients and updates of a few units and weights, against the weights before and after a step."""

import numpy as np
import pytest

from core.maths.training import Run, advanced, data, look, perceptron, start


def matrices(run, state):
    return perceptron(run).views(state.flat).weights


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_an_update_is_what_the_weights_differ_by_before_and_after_the_last_step(optimizer):
    run = Run("circles", "tanh", depth=3, width=7, optimizer=optimizer, learning_rate=0.05, seed=2)
    for steps in (1, 4):
        before, after = (matrices(run, advanced(run, start(run), step)) for step in (steps - 1, steps))
        found = advanced(run, start(run), steps).update
        for layer, (old, new) in enumerate(zip(before, after, strict=True)):
            here = [0, 2, 4, 6] if layer < 3 else [0, 1]
            moved = np.abs(new - old)[np.ix_(here, [0, 2, 4, 6] if layer else [0, 1])]
            there = 10.0 ** found.edges[layer, : moved.shape[0], : moved.shape[1]]
            assert there == pytest.approx(moved, rel=1e-4)
            assert np.count_nonzero(~np.isnan(found.edges[layer])) == moved.size, "no more units than there are"
            assert 10.0 ** found.layers[layer] == pytest.approx(np.abs(new - old).mean(), rel=1e-4)


def test_a_units_gradient_is_the_slope_of_the_loss_in_its_weights():
    run = Run("circles", "tanh", depth=2, width=5, seed=1)
    state, height = start(run), 1e-6

    def loss(layer, unit, weight, change):
        flat = state.flat.copy()
        perceptron(run).views(flat).weights[layer][unit, weight] += change
        return look(run, type(state)(0, flat, (), state.update_ratio, state.places, state.update)).loss

    found = look(run, state).gradient.units
    for layer, unit, drawn in [(0, 4, 3), (1, 1, 1), (2, 1, 1)]:
        slopes = [
            (loss(layer, unit, weight, height) - loss(layer, unit, weight, -height)) / (2 * height)
            for weight in range(matrices(run, state)[layer].shape[1])
        ]
        assert 10.0 ** found[layer, drawn] == pytest.approx(np.abs(slopes).mean(), rel=1e-4)


def test_what_cannot_learn_is_exactly_zero_and_before_the_first_step_nothing_has_moved():
    run = Run("circles", "relu", depth=2, width=4, seed=0)
    state = start(run)
    assert np.isneginf(state.update.layers).all()
    flat = state.flat.copy()
    perceptron(run).views(flat).biases[0][2] = -1e3  # a dead unit
    moved = advanced(run, type(state)(0, flat, (), state.update_ratio, state.places, state.update), 1)
    for found in (moved.update.units, look(run, moved).gradient.units):
        assert np.isneginf(found[0]).tolist() == [False, False, True, False]
    assert np.isneginf(moved.update.edges[0, 2, :2]).all()
    assert np.isneginf(moved.update.edges[1, :, 2]).all(), "nothing is learnt from it either"


def test_of_pixels_those_are_drawn_that_are_not_always_empty():
    run = Run("digits", "tanh", depth=1, width=4)
    first = advanced(run, start(run), 1).update.edges[0]
    assert np.isfinite(first).all()
    assert not data(run).x.any(axis=0).all(), "some are always empty"


def test_small_updates_do_not_underflow():
    run = Run("circles", "sigmoid", depth=90, width=4, initializer="normal", initializer_parameters={"std": 0.01})
    found = look(run, start(run)).gradient
    assert np.isfinite(found.layers).all()
    assert found.layers[0] < -170
