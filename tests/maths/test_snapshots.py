"""What is seen of a run while it learns, against plain arithmetic."""

import math
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.optimizers import OPTIMIZERS
from core.maths.training import Run, Snapshot, advanced, data, look, perceptron, probabilities, snapshots, start, train
from tests.maths import sweeps
from tests.maths.test_perceptron import KINDS, loss_and_gradient, plain_pass, unpacked
from tests.maths.trained import SMALL, Array, after, assert_no_nan, changed, last, norms, weights_of

STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0, "prelu": 1.0, "elu": 1.0, "gelu": 1.1289, "swish": 1.0998}


@pytest.mark.parametrize(("activation", "kind"), sweeps.in_turn(STEEPEST, sweeps.KINDS))
def test_a_snapshot_is_what_plain_arithmetic_finds(activation: str, kind: dict[str, Any]) -> None:
    """Weights and biases are scaled until units are dead and pairs are saturated."""
    run = replace(SMALL, activation=activation, depth=3, width=8, **kind)
    net, parts = perceptron(run), data(run)
    state = changed(run, after(run, 9), lambda weights, biases, slopes: biases.__setitem__(1, biases[1] - 2.0))
    state = replace(state, flat=state.flat * 2.5)
    zs, _, found = plain_pass(net, state.flat, parts.x)
    held_out = plain_pass(net, state.flat, parts.x_test, parts.x)[-1]
    loss, gradient = loss_and_gradient(net, state.flat, parts.x, parts.y)
    seen = look(run, state)
    assert (seen.step, seen.status) == (9, "running")
    losses = [np.logaddexp.reduce(logits) - logits[c] for logits, c in zip(found, parts.y, strict=True)]
    assert seen.loss == pytest.approx(sum(losses) / 300, rel=1e-11) == loss
    assert seen.train_accuracy == np.mean([np.argmax(s) == c for s, c in zip(found, parts.y, strict=True)])
    assert seen.test_accuracy == np.mean([np.argmax(s) == c for s, c in zip(held_out, parts.y_test, strict=True)])
    np.testing.assert_allclose(10**seen.log10_gradient, norms(unpacked(net, gradient)[0]), rtol=1e-9)
    weights, _, slopes = unpacked(net, state.flat)
    np.testing.assert_allclose(seen.weight, norms(weights), rtol=1e-12)
    moved = [now - then for now, then in zip(weights, weights_of(run, start(run)), strict=True)]
    np.testing.assert_allclose(seen.distance, norms(moved), rtol=1e-12)
    np.testing.assert_array_equal(seen.update_ratio, state.update_ratio)
    for l, z in enumerate(zs):
        parameters = {"a": slopes[l]} if slopes else net.parameters
        size = np.abs(ACTIVATIONS[activation].derivative(np.array(z), **parameters))
        assert seen.dead[l] == pytest.approx(np.mean([not any(unit) for unit in size.T]), abs=1e-12)
        assert seen.saturated[l] == pytest.approx(np.mean(size < 0.01 * STEEPEST[activation]), abs=1e-12)
    assert seen.dead[-1] == seen.saturated[-1] == 0.0
    np.testing.assert_array_equal(seen.parameter, [*slopes, math.nan] if slopes else [math.nan] * 4)


@pytest.mark.parametrize("seed", [0, 4, 9])
def test_held_out_digits_are_normalized_with_the_statistics_of_all_learning_ones(seed: int) -> None:
    run = Run("digits", depth=2, width=6, normalization="batch", learning_rate=0.3, seed=seed)
    net, parts, state = perceptron(run), data(run), after(run, 20)

    def accuracy(learning: Array) -> float:
        found = plain_pass(net, state.flat, parts.x_test, learning)[-1]
        return float(np.mean([np.argmax(s) == c for s, c in zip(found, parts.y_test, strict=True)]))

    assert look(run, state).test_accuracy == accuracy(parts.x)
    assert accuracy(parts.x) != accuracy(parts.x_test)


def test_the_first_snapshot_is_where_the_run_starts_and_the_last_where_it_ends() -> None:
    first, *_, end = train(SMALL)
    assert (first.step, first.status, first.diverged) == (0, "running", False)
    np.testing.assert_array_equal(first.update_ratio, np.zeros(3))
    np.testing.assert_array_equal(first.distance, np.zeros(3))
    np.testing.assert_allclose(first.weight, norms(weights_of(SMALL, start(SMALL))), rtol=1e-12)
    assert (end.step, end.status, end.diverged) == (20, "finished", False)
    assert (end.update_ratio > 0).all()
    assert (end.distance > 0).all()


def test_a_run_of_no_steps_is_one_snapshot_and_finished() -> None:
    (only,) = train(replace(SMALL, steps=0))
    assert (only.step, only.status) == (0, "finished")


def assert_same_snapshots(one: Snapshot, other: Snapshot) -> None:
    for field in fields(Snapshot):
        np.testing.assert_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_where_one_looks_changes_nothing_but_the_last_snapshot_is_always_there(activation: str) -> None:
    run = replace(SMALL, activation=activation)
    every = list(train(run, range(21)))
    assert [seen.step for seen in every] == list(range(21))
    few = list(train(run, [13, 4, 4, -2, 0, 20, 21, 500]))
    assert [seen.step for seen in few] == [0, 4, 13, 20]
    for seen in few:
        assert_same_snapshots(seen, every[seen.step])
        assert_same_snapshots(seen, look(run, after(run, seen.step)))
    assert [seen.step for seen in train(run, ())] == [0, 20]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"steps": 1000}, tuple(range(0, 1001, 50))),
        ({"steps": 100}, (0, 25, 50, 75, 100)),  # 6,400 samples are four epochs of 1,438
        ({"steps": 10}, (0, 10)),
        ({"steps": 44}, (0, 44)),
        ({"steps": 45}, (0, 22, 45)),
        ({"steps": 0}, (0,)),
        ({"steps": 3, "batch": 2000}, (0, 1, 2, 3)),
        ({"steps": 100_000}, tuple(range(0, 100_001, 5000))),
        ({"dataset": "moons", "steps": 14, "batch": 64}, (0, 7, 14)),
    ],
)
def test_by_default_one_looks_after_each_epoch_and_twenty_times_at_most(
    settings: dict[str, Any], expected: tuple[int, ...]
) -> None:
    assert snapshots(Run(**settings)) == expected


def test_snapshots_are_taken_by_default_where_they_are_planned() -> None:
    run = replace(SMALL, steps=37)
    assert tuple(seen.step for seen in train(run)) == snapshots(run)


def test_prelu_learns_a_slope_per_layer_and_no_other_activation_does() -> None:
    run = replace(SMALL, activation="prelu", learning_rate=0.1, steps=50)
    first, *_, end = train(run)
    np.testing.assert_array_equal(first.parameter, [0.25, 0.25, math.nan])
    assert (np.abs(end.parameter[:2] - 0.25) > 1e-3).all()
    assert end.parameter[0] != end.parameter[1]
    for activation in set(ACTIVATIONS) - {"prelu"}:
        assert np.isnan(last(train(replace(SMALL, activation=activation, steps=2))).parameter).all()


def test_the_threshold_of_saturation_follows_the_slope_that_prelu_has_learnt() -> None:
    """Slopes 0.005 left and 1 right: the left is saturated. Slopes 200 and 1: the right is. Slope -300: likewise."""
    run = replace(SMALL, activation="prelu", depth=4, width=6)
    slopes = (0.005, 200.0, -300.0, 0.02)
    state = changed(run, start(run), lambda weights, biases, a: a.__setitem__(slice(None), slopes))
    zs = plain_pass(perceptron(run), state.flat, data(run).x)[0]
    left = [float(np.mean(np.array(z) <= 0)) for z in zs]
    np.testing.assert_allclose(look(run, state).saturated, [left[0], 1 - left[1], 1 - left[2], 0, 0], atol=1e-12)


def test_a_gradient_of_exactly_zero_is_minus_infinity_and_moves_nothing() -> None:
    run = replace(SMALL, activation="relu", depth=3)
    state = changed(run, start(run), lambda weights, biases, slopes: biases[2].fill(-1e6))
    seen = look(run, state)
    np.testing.assert_array_equal(seen.log10_gradient, np.full(4, -math.inf))
    np.testing.assert_array_equal(seen.dead[2:], [1.0, 0.0])
    np.testing.assert_array_equal(seen.saturated[2:], [1.0, 0.0])
    assert (seen.dead[:2] < 1).all()
    later = look(run, advanced(run, state, 3))
    np.testing.assert_array_equal(later.update_ratio, np.zeros(4))
    np.testing.assert_array_equal(later.distance, np.zeros(4))


def test_a_unit_whose_derivative_is_small_but_not_zero_is_saturated_and_not_dead() -> None:
    """Sigmoid 50 left of zero: its derivative is e^-50."""
    run = replace(SMALL, activation="sigmoid")
    seen = look(run, changed(run, start(run), lambda weights, biases, slopes: biases[1].fill(-50.0)))
    assert (seen.dead[1], seen.saturated[1]) == (0.0, 1.0)


@pytest.mark.parametrize("exponent", [-30, -50, -70])
def test_gradients_too_small_to_be_squared_keep_their_norm(exponent: int) -> None:
    """Linear layers of weights 10^-50: four of them multiply the gradient of the first one by 10^-200."""
    run = replace(SMALL, activation="identity", depth=4, batch=2000)
    original = start(run)
    tiny = replace(original, flat=10.0**exponent * original.flat)
    w, parts = weights_of(run, original), data(run)
    delta = (0.5 - np.eye(2)[parts.y]) / 300  # the logits are all but zero
    expected = np.log10(np.linalg.norm((delta @ w[4] @ w[3] @ w[2] @ w[1]).T @ parts.x)) + 4 * exponent
    seen = look(run, tiny)
    assert seen.log10_gradient[0] == pytest.approx(expected, abs=1e-9)
    np.testing.assert_allclose(np.log10(seen.weight), np.log10(norms(w)) + exponent, atol=1e-9)
    ratio = advanced(run, tiny, 1).update_ratio[0]
    assert np.log10(ratio) == pytest.approx(math.log10(0.05) + expected - np.log10(seen.weight[0]), abs=1e-9)


def test_weights_of_zero_that_move_have_moved_infinitely_and_those_at_rest_not_at_all() -> None:
    state = changed(SMALL, start(SMALL), lambda weights, biases, slopes: (weights[0].fill(0.0), weights[2].fill(0.0)))
    with np.errstate(all="raise"):
        ratio = advanced(replace(SMALL, activation="sigmoid"), state, 1).update_ratio
    np.testing.assert_array_equal(ratio, [0.0, 0.0, math.inf])


def test_a_sample_whose_logits_overflow_is_counted_as_wrong_and_the_loss_is_infinite() -> None:
    run = replace(SMALL, activation="relu", depth=1, width=1)
    state = replace(start(run), flat=np.array([1e200, 0.0, 0.0, 1e200, 0.0, 1.0, 0.0]))
    parts, seen = data(run), look(run, state)
    assert seen.loss == math.inf
    assert seen.train_accuracy == np.mean((parts.x[:, 0] <= 0) & (parts.y == 0))
    assert seen.test_accuracy == np.mean((parts.x_test[:, 0] <= 0) & (parts.y_test == 0))
    assert_no_nan(seen)
    assert seen.log10_gradient[-1] > 100


@pytest.mark.parametrize(
    "frozen", [start(SMALL), look(SMALL, start(SMALL)), OPTIMIZERS["sgd"]], ids=lambda one: type(one).__name__
)
def test_states_snapshots_and_optimizers_cannot_be_changed(frozen: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        frozen.step = 5


@KINDS
def test_probabilities_are_those_of_plain_arithmetic(kind: dict[str, Any]) -> None:
    run = replace(SMALL, **kind)
    state, points = after(run, 10), np.random.default_rng(1).standard_normal((6, 2))
    for some in (points, points[:1]):
        found = plain_pass(perceptron(run), state.flat, some, data(run).x)[-1]
        expected = [[math.exp(logit) / sum(math.exp(other) for other in s) for logit in s] for s in found]
        np.testing.assert_allclose(probabilities(run, state, some), expected, rtol=1e-11)
