"""Training against plain loops over the parameters, and against what is known of it on real data."""

import math
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.maths import training
from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS, split
from core.maths.initializers import INITIALIZERS
from core.maths.optimizers import OPTIMIZERS, bounded
from core.maths.training import Run, advanced, data, look, perceptron, probabilities, start, train
from tests.maths.test_perceptron import KINDS, loss_and_gradient, plain_pass, unpacked
from tests.maths.trained import EVERY_OPTIMIZER, SMALL, Array, after, assert_no_nan, last, norms, same, weights_of


def batches(monkeypatch: pytest.MonkeyPatch, run: Run, steps: int, at: int = 0) -> list[list[int]]:
    """Which samples each update learns from; each comes with its own class."""
    found, places = [], {row.tobytes(): i for i, row in enumerate(data(run).x)}
    original, state = training.propagate, after(run, at)

    def spy(net: Any, learnt: Any, x: Array, classes: NDArray[np.int64], gradient: Any) -> Any:
        found.append([places[row.tobytes()] for row in x])
        np.testing.assert_array_equal(classes, data(run).y[found[-1]])
        return original(net, learnt, x, classes, gradient)

    with monkeypatch.context() as patch:
        patch.setattr(training, "propagate", spy)
        advanced(run, state, steps)
    return found


# Optimizers


def plainly_trained(run: Run, chosen: list[list[int]]) -> tuple[Array, ...]:
    """What is learnt before and after each update: number by number, from the formulae of the papers.

    Momentum as PyTorch has it (Sutskever et al. 2013 with the learning rate outside), Adam from Kingma & Ba's
    algorithm 1.
    """
    net, parts, eta = perceptron(run), data(run), run.learning_rate
    theta = start(run).flat.tolist()
    v, first, second = [0.0] * len(theta), [0.0] * len(theta), [0.0] * len(theta)
    history = [np.array(theta)]
    for t, batch in enumerate(chosen, start=1):
        _, gradient = loss_and_gradient(net, np.array(theta), parts.x[batch], parts.y[batch])
        for i, g in enumerate(gradient.tolist()):
            if run.optimizer == "sgd":
                theta[i] = theta[i] - eta * g
            if run.optimizer == "momentum":
                v[i] = 0.9 * v[i] + g
                theta[i] = theta[i] - eta * v[i]
            if run.optimizer == "adam":
                first[i] = 0.9 * first[i] + (1 - 0.9) * g
                second[i] = 0.999 * second[i] + (1 - 0.999) * g**2
                corrected, spread = first[i] / (1 - 0.9**t), second[i] / (1 - 0.999**t)
                theta[i] = theta[i] - eta * corrected / (math.sqrt(spread) + 1e-8)
        history.append(np.array(theta))
    return tuple(history)


@EVERY_OPTIMIZER
@pytest.mark.parametrize(
    "setup",
    [{}, {"activation": "prelu", "residual": True}, {"activation": "relu", "normalization": "batch", "batch": 90}],
    ids=["plain", "prelu residual", "batch norm"],
)
def test_every_update_is_the_one_of_the_paper(
    monkeypatch: pytest.MonkeyPatch, optimizer: str, setup: dict[str, Any]
) -> None:
    run = replace(SMALL, optimizer=optimizer, **setup)
    history = plainly_trained(run, batches(monkeypatch, run, 11))
    for steps in (0, 1, 2, 3, 11):
        np.testing.assert_allclose(after(run, steps).flat, history[steps], rtol=1e-9, atol=1e-9)


@EVERY_OPTIMIZER
def test_the_ratio_is_that_of_the_last_update_to_the_weights_before_it(optimizer: str) -> None:
    run = replace(SMALL, optimizer=optimizer)
    for steps in (1, 7):
        before, now = weights_of(run, after(run, steps - 1)), weights_of(run, after(run, steps))
        moved = [b - a for a, b in zip(before, now, strict=True)]
        np.testing.assert_allclose(after(run, steps).update_ratio, norms(moved) / norms(before), rtol=1e-9)


def test_adam_first_moves_everything_by_the_learning_rate() -> None:
    run = replace(SMALL, optimizer="adam")
    np.testing.assert_allclose(np.abs(after(run, 1).flat - start(run).flat), 0.05, rtol=1e-3)


def test_momentum_on_a_constant_gradient_tends_to_ten_times_the_step() -> None:
    moments: tuple[Array, ...] = (np.zeros(1),)
    for step in range(1, 200):
        direction, moments = OPTIMIZERS["momentum"].step(np.ones(1), moments, step)
    assert direction == pytest.approx(10.0)


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-3, 1e6])
def test_adam_on_a_constant_gradient_steps_by_its_sign_unless_it_is_tiny(size: float) -> None:
    moments: tuple[Array, ...] = (np.zeros(2), np.zeros(2))
    for step in range(1, 30):
        direction, moments = OPTIMIZERS["adam"].step(np.array([size, -size]), moments, step)
        np.testing.assert_allclose(direction, np.array([1, -1]) * size / (size + 1e-8), rtol=1e-9)


def test_adam_does_not_divide_by_the_square_root_of_nothing() -> None:
    direction, _ = OPTIMIZERS["adam"].step(np.zeros(3), (np.zeros(3), np.zeros(3)), 1)
    np.testing.assert_array_equal(direction, 0.0)


@EVERY_OPTIMIZER
def test_a_learning_rate_of_zero_changes_nothing(optimizer: str) -> None:
    run = replace(SMALL, optimizer=optimizer, learning_rate=0.0)
    np.testing.assert_array_equal(after(run, 9).flat, start(run).flat)
    assert not after(run, 9).update_ratio.any()


# The same to the bit


@EVERY_OPTIMIZER
@KINDS
def test_a_run_may_be_interrupted_anywhere(optimizer: str, kind: dict[str, Any]) -> None:
    run = replace(SMALL, optimizer=optimizer, **kind)
    whole = after(run, 13)
    for first in (0, 1, 4, 6, 12, 13):
        assert same(advanced(run, after(run, first), 13 - first), whole), first


@EVERY_OPTIMIZER
def test_the_old_state_stays_as_it_was(optimizer: str) -> None:
    run = replace(SMALL, optimizer=optimizer)
    state = after(run, 3)
    kept = [state.flat, *state.moments, state.update_ratio]
    copies = [array.copy() for array in kept]
    later = advanced(run, state, 5)
    assert state.step == 3
    assert later.step == 8
    for array, copy in zip(kept, copies, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert not np.shares_memory(later.flat, state.flat)
    assert not np.shares_memory(advanced(run, state, 0).flat, state.flat)


@pytest.mark.parametrize("dataset", DATASETS)
def test_one_seed_is_one_result_and_another_seed_another(dataset: str) -> None:
    run = replace(SMALL, dataset=dataset)
    state = after(run, 6)
    split.cache_clear()
    assert same(after(replace(run), 6), state)
    others = [after(replace(run, seed=seed), 6).flat for seed in (0, 1, 3)]
    assert len({flat.tobytes() for flat in [state.flat, *others]}) == 4


def test_another_seed_starts_with_other_weights() -> None:
    assert len({start(replace(SMALL, seed=seed)).flat.tobytes() for seed in range(5)}) == 5


def test_the_data_are_those_of_the_seed() -> None:
    assert data(SMALL) is split("moons", 2)
    assert data(Run(seed=5)) is split("digits", 5)


# Batches


@pytest.mark.parametrize(("batch", "per_epoch"), [(64, 4), (100, 3), (150, 2), (151, 1), (299, 1)])
def test_an_epoch_takes_no_sample_twice_and_the_next_one_takes_them_in_another_order(
    monkeypatch: pytest.MonkeyPatch, batch: int, per_epoch: int
) -> None:
    found = batches(monkeypatch, replace(SMALL, batch=batch), 3 * per_epoch)
    assert {len(chosen) for chosen in found} == {batch}
    epochs = [list(chain(*found[i : i + per_epoch])) for i in range(0, 3 * per_epoch, per_epoch)]
    for epoch in epochs:
        assert len(set(epoch)) == batch * per_epoch
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert len({frozenset(chosen) for chosen in found}) == len(found)


def test_samples_that_fill_no_batch_are_others_in_the_next_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    found = batches(monkeypatch, replace(SMALL, batch=199), 12)
    assert set(chain(*found)) == set(range(300))


def test_batches_do_not_depend_on_where_the_run_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = batches(monkeypatch, SMALL, 14)
    for first in (1, 4, 7):
        assert batches(monkeypatch, SMALL, 14 - first, at=first) == whole[first:]


def test_another_seed_takes_other_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert batches(monkeypatch, SMALL, 1) != batches(monkeypatch, replace(SMALL, seed=3), 1)


@pytest.mark.parametrize("batch", [300, 301, 2000])
def test_a_batch_larger_than_the_data_is_all_of_the_data(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    run = replace(SMALL, batch=batch)
    assert [sorted(chosen) for chosen in batches(monkeypatch, run, 3)] == [list(range(300))] * 3
    everything = plainly_trained(run, [list(range(300))] * 3)[-1]
    np.testing.assert_allclose(after(run, 3).flat, everything, rtol=1e-9, atol=1e-13)


# Where a run starts


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_first_weights_have_the_variance_of_their_initializer(initializer: str) -> None:
    given = {"std": 0.4} if initializer == "normal" else {}
    run = Run("digits", "prelu", {"a": 0.3}, 2, 200, initializer, given)
    weights, biases, slopes = unpacked(perceptron(run), start(run).flat)
    assert [w.shape for w in weights] == [(200, 64), (200, 200), (10, 200)]
    for w in weights:
        variance = INITIALIZERS[initializer].variance(w.shape[1], w.shape[0], **given)
        assert w.var() == pytest.approx(variance, rel=0.1, abs=1e-30)
    assert np.concatenate(biases).any() == (initializer == "pytorch")
    assert slopes == [0.3, 0.3]


@pytest.mark.parametrize(("optimizer", "moments"), [("sgd", 0), ("momentum", 1), ("adam", 2)])
def test_a_run_starts_at_rest(optimizer: str, moments: int) -> None:
    state = start(replace(SMALL, optimizer=optimizer))
    assert (state.step, state.diverged, len(state.moments)) == (0, False, moments)
    assert all(moment.shape == state.flat.shape and not moment.any() for moment in state.moments)
    np.testing.assert_array_equal(state.update_ratio, np.zeros(3))


def test_the_network_has_the_shape_of_the_settings() -> None:
    net = perceptron(Run("digits", "elu", {"alpha": 0.5}, 3, 7, residual=True, normalization="layer"))
    assert net.sizes == (64, 7, 7, 7, 10)
    assert (net.activation, net.parameters, net.residual, net.normalization) == ("elu", {"alpha": 0.5}, True, "layer")
    assert perceptron(Run("spirals", depth=1, width=4)).sizes == (2, 4, 2)


# Divergence

DIVERGING = Run(activation="selu", depth=20, steps=300, learning_rate=0.1)


@pytest.mark.parametrize("at", [None, range(300), (2,), (3,)], ids=str)
def test_a_run_that_diverges_ends_with_the_update_that_could_not_be_made(at: Any) -> None:
    *before, end = train(DIVERGING, at)
    assert (end.status, end.diverged) == ("diverged", True)
    assert all(seen.status == "running" for seen in before)
    steps = [seen.step for seen in (*before, end)]
    assert steps == sorted(set(steps))
    assert 2 <= end.step <= 10
    for seen in (*before, end):
        assert_no_nan(seen)
        assert np.isnan(seen.parameter).all()


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_a_diverged_run_keeps_the_last_finite_weights_and_stays_diverged(optimizer: str) -> None:
    run = replace(DIVERGING, optimizer=optimizer)
    state = after(run, 300)
    before = after(run, state.step)
    assert (state.diverged, before.diverged) == (True, False)
    for kept, made in zip([state.flat, *state.moments], [before.flat, *before.moments], strict=True):
        np.testing.assert_array_equal(kept, made)
    assert after(run, state.step + 1).diverged
    assert advanced(run, state, 5).diverged
    assert advanced(run, state, 5).step == state.step
    seen = look(run, state)
    assert (seen.step, seen.status) == (state.step + 1, "diverged")


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_a_diverged_run_is_the_same_wherever_it_was_interrupted(optimizer: str) -> None:
    """Its ratio as well: that of the last update that was made."""
    run = replace(DIVERGING, optimizer=optimizer)
    whole = after(run, 30)
    assert whole.diverged
    for first in range(whole.step + 1):
        assert same(advanced(run, after(run, first), 30 - first), whole), first


@pytest.mark.parametrize(("i", "activation"), [*enumerate(ACTIVATIONS)])
@pytest.mark.parametrize(("j", "optimizer"), [*enumerate(OPTIMIZERS)])
def test_no_learning_rate_breaks_anything(i: int, activation: str, j: int, optimizer: str) -> None:
    """Each in another kind of network, so that of all functions each kind meets each. Warnings are errors here."""
    kinds: tuple[dict[str, Any], ...] = ({}, {"residual": True, "depth": 20}, {"normalization": "batch"})
    settings = {"depth": 3, "width": 6, "batch": 64, "steps": 30, **kinds[(i + j) % len(kinds)]}
    run = Run("circles", activation, optimizer=optimizer, learning_rate=1000.0, initializer="he_normal", **settings)
    found = list(train(run, (1, 2, 5)))
    steps = [seen.step for seen in found]
    assert steps == sorted(set(steps))
    assert found[-1].status in ("finished", "diverged")
    for seen in found:
        assert_no_nan(seen)
        assert seen.loss >= 0
        assert 0 <= seen.train_accuracy <= 1
        assert np.isfinite(seen.weight).all()
    probabilities(run, after(run, 30), data(run).x_test)


# What holds a gradient back, and what helps it


def stepped(run: Run) -> tuple[Array, Array, Array]:
    """What is learnt before and after an update, no bias being 0, and the gradient of all the data."""
    run = replace(run, batch=2000)
    state = replace(start(run), flat=start(run).flat + 0.05)
    _, gradient = loss_and_gradient(perceptron(run), state.flat, data(run).x, data(run).y)
    return state.flat, advanced(run, state, 1).flat, gradient


def test_a_run_of_the_defaults_is_plain_descent_to_the_bit() -> None:
    run = replace(SMALL, batch=2000)
    flat = start(run).flat
    for step in (1, 2, 3):
        _, gradient = loss_and_gradient(perceptron(run), flat, *batch_of(run, step))
        flat = flat - run.learning_rate * gradient
    np.testing.assert_array_equal(after(run, 3).flat, flat)


def batch_of(run: Run, step: int) -> tuple[Array, NDArray[np.int64]]:
    """All samples, in the order of the epoch that is one step."""
    order = np.random.default_rng([run.seed, 7, step - 1]).permutation(len(data(run).y))
    return data(run).x[order], data(run).y[order]


@pytest.mark.parametrize("most", [0.01, 0.2, 5.0])
def test_a_clipped_gradient_has_the_norm_of_all_layers_together(most: float) -> None:
    before, now, gradient = stepped(replace(SMALL, clip_norm=most))
    norm = math.sqrt(sum(g * g for g in gradient))
    assert (norm > most) == (most < 5), "both happen"
    np.testing.assert_allclose(before - now, 0.05 * gradient * min(1.0, most / norm), rtol=1e-9, atol=1e-15)


def test_clipping_by_value_cuts_each_entry_and_comes_before_the_norm() -> None:
    before, now, gradient = stepped(replace(SMALL, clip_value=0.02))
    cut = np.array([max(-0.02, min(0.02, g)) for g in gradient])
    assert 0 < np.sum(np.abs(gradient) > 0.02) < len(gradient)
    np.testing.assert_allclose(before - now, 0.05 * cut, rtol=1e-9, atol=1e-15)
    before, now, _ = stepped(replace(SMALL, clip_value=0.02, clip_norm=0.03))
    np.testing.assert_allclose(before - now, 0.05 * cut * 0.03 / math.sqrt(sum(cut**2)), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("size", [1e-3, 1e100, 1e200, 1e307])
def test_a_gradient_whose_square_is_beyond_float64_is_clipped_to_the_norm_all_the_same(size: float) -> None:
    with np.errstate(over="ignore"):
        found = bounded(size * np.array([3.0, -4.0]), 1e-4, 0.0)
    np.testing.assert_allclose(found, [0.6e-4, -0.8e-4], rtol=1e-12)


def test_clipping_keeps_an_exploding_run_from_diverging() -> None:
    run = Run("circles", "selu", depth=20, width=8, learning_rate=1.0, steps=50)
    assert last(train(run, ())).diverged
    assert last(train(replace(run, clip_norm=1.0), ())).status == "finished"


@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_weights_decay_and_biases_and_slopes_do_not(activation: str) -> None:
    """With SGD it is the gradient of lambda/2 |W|^2 as well: L2."""
    run = replace(SMALL, activation=activation, weight_decay=0.3)
    before, now, gradient = stepped(run)
    weights = [np.ones(5 * 2), np.zeros(5), np.ones(5 * 5), np.zeros(5), np.ones(2 * 5), np.zeros(2)]
    mask = np.concatenate([*weights, np.zeros(2 if activation == "prelu" else 0)])
    np.testing.assert_allclose(now, before - 0.05 * (gradient + 0.3 * mask * before), rtol=1e-9, atol=1e-15)


def test_decay_stands_beside_adam_and_not_in_its_moments() -> None:
    """AdamW, Loshchilov & Hutter's algorithm 2: without a gradient weights shrink by 1 - eta lambda in each update."""
    run = replace(SMALL, optimizer="adam", weight_decay=0.5, layer_rate=2.0)
    plain = replace(run, weight_decay=0.0)
    decayed, other = after(run, 1), after(plain, 1)
    for k, (w, v, first) in enumerate(zip(*(weights_of(run, s) for s in (decayed, other, start(run))), strict=True)):
        np.testing.assert_allclose(w - v, -0.05 * 2.0 ** (2 - k) * 0.5 * first, rtol=1e-9, atol=1e-15)
    for moment, expected in zip(decayed.moments, other.moments, strict=True):
        np.testing.assert_array_equal(moment, expected)


@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_each_layer_learns_by_its_factor_faster_than_the_next(activation: str) -> None:
    """Layers 1 and 2 and the output layer: 9 eta, 3 eta, eta; a slope learns with its layer."""
    before, now, gradient = stepped(replace(SMALL, activation=activation, layer_rate=3.0))
    rates = [np.full(15, 9.0), np.full(30, 3.0), np.full(12, 1.0), np.array([9.0, 3.0][: len(gradient) - 57])]
    np.testing.assert_allclose(before - now, 0.05 * np.concatenate(rates) * gradient, rtol=1e-9, atol=1e-15)


def test_a_step_whose_gradient_float16_cannot_hold_is_skipped_and_the_optimizer_does_not_count_it() -> None:
    """As PyTorch's GradScaler does. At a scale of 2^24 every dLoss/dlogit of 300 samples overflows."""
    run = replace(SMALL, optimizer="adam", number_format="float16", loss_scale=2.0**24)
    *_, end = train(run)
    assert (end.status, end.step, end.skipped) == ("finished", 20, 20)
    assert_no_nan(end)
    np.testing.assert_array_equal(end.distance, np.zeros(3))
    np.testing.assert_array_equal(end.update_ratio, np.zeros(3))
    lost = after(run, 20)
    moved = advanced(replace(run, loss_scale=1024.0), lost, 1).flat - lost.flat
    assert np.abs(moved).max() == pytest.approx(0.05, rel=1e-3), "Adam's first step"


def test_a_loss_scale_lets_a_deep_network_learn_in_float16() -> None:
    """Ten sigmoids of width 8 leave too little for float16: the first layer stands still until the loss is scaled."""
    run = Run("circles", "sigmoid", depth=8, width=8, initializer="glorot_normal", steps=3)
    end = {scale: last(train(replace(run, number_format="float16", loss_scale=scale), ())) for scale in (1.0, 2.0**13)}
    exact = last(train(run, ()))
    assert end[1.0].log10_gradient[0] == -math.inf
    assert end[2.0**13].log10_gradient[0] == pytest.approx(exact.log10_gradient[0], abs=0.05)
    np.testing.assert_array_equal([seen.skipped for seen in end.values()], [0, 0])


@pytest.mark.parametrize("placement", ["before", "after"])
def test_a_run_obeys_the_place_of_its_normalization(placement: str) -> None:
    run = replace(SMALL, normalization="batch", residual=True, placement=placement)
    before, now, gradient = stepped(run)
    np.testing.assert_allclose(before - now, 0.05 * gradient, rtol=1e-9, atol=1e-15)
    seen, parts = look(run, after(run, 9)), data(run)
    found = plain_pass(perceptron(run), after(run, 9).flat, parts.x_test, parts.x)[-1]
    assert seen.test_accuracy == np.mean([np.argmax(s) == c for s, c in zip(found, parts.y_test, strict=True)])
    assert perceptron(run).placement == placement


# What is known of networks that learn


@pytest.mark.parametrize("seed", range(3))
def test_three_relu_layers_read_unseen_digits(seed: int) -> None:
    end = last(train(Run(seed=seed), ()))
    assert end.test_accuracy > 0.95
    assert end.train_accuracy > 0.99


@pytest.mark.parametrize("steps", [600, pytest.param(3000, marks=pytest.mark.slow)])
def test_ten_sigmoid_layers_never_leave_chance(steps: int) -> None:
    run = Run(activation="sigmoid", depth=10, initializer="glorot_normal", steps=steps)
    for seen in train(run):
        assert seen.train_accuracy < 0.15
        assert seen.test_accuracy < 0.15
        assert seen.loss > 2.2
        assert seen.log10_gradient[0] < seen.log10_gradient[-1] - 4


def test_two_sigmoid_layers_learn() -> None:
    run = Run(activation="sigmoid", depth=2, initializer="glorot_normal", steps=3000)
    assert last(train(run, ())).train_accuracy > 0.97


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [
        ("relu", "he_normal"),
        pytest.param("tanh", "glorot_normal", marks=pytest.mark.slow),
        *(pytest.param(name, "he_normal", marks=pytest.mark.slow) for name in ("elu", "gelu", "swish")),
    ],
)
def test_ten_layers_of_another_activation_learn_every_digit(activation: str, initializer: str) -> None:
    end = last(train(Run(activation=activation, depth=10, initializer=initializer, steps=1500), ()))
    assert end.train_accuracy >= 0.995
    assert end.test_accuracy > 0.9


@pytest.mark.parametrize(
    "kind", [pytest.param({"normalization": "batch"}, marks=pytest.mark.slow), {"residual": True}], ids=str
)
def test_ten_sigmoid_layers_learn_with_batch_norm_or_skips(kind: dict[str, Any]) -> None:
    run = Run(activation="sigmoid", depth=10, initializer="glorot_normal", steps=1000, **kind)
    assert last(train(run, ())).train_accuracy > 0.95


@pytest.mark.slow
def test_twenty_relu_layers_learn_at_a_small_learning_rate() -> None:
    assert last(train(Run(depth=20, learning_rate=0.01, steps=2000), ())).train_accuracy >= 0.96


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_spirals_do_not_yield_to_plain_descent_but_to_adam(activation: str) -> None:
    run = Run("spirals", activation, depth=3, learning_rate=0.01, steps=1000)
    assert last(train(run, ())).train_accuracy < 0.9
    end = last(train(replace(run, optimizer="adam"), ()))
    assert end.train_accuracy > 0.97
    assert end.test_accuracy > 0.95
