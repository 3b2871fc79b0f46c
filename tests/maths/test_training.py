"""The first step on real digits, against numeric differentiation of the loss."""

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.datasets import digits
from core.maths.network import Network
from core.maths.training import FirstStep, first_step


def loss_of(network: Network, weights: list[np.ndarray]) -> float:
    """The mean cross-entropy, written out sample by sample."""
    pixels, classes = digits()
    chosen = np.random.default_rng([network.seed, 5]).permutation(len(classes))[: network.batch]
    total = 0.0
    for sample in chosen:
        h = pixels[sample]
        for w in weights[:-1]:
            h = ACTIVATIONS[network.activation].value(w @ h, **network.parameters)
        logits = weights[-1] @ h
        total += np.logaddexp.reduce(logits) - logits[classes[sample]]
    return total / len(chosen)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_every_gradient_agrees_with_numeric_differentiation(activation: str) -> None:
    network = Network(activation, depth=2, width=6, batch=4, initializer="he_normal", seed=3)
    step = first_step(network)
    assert step.loss == pytest.approx(loss_of(network, step.weights), rel=1e-12)
    rng = np.random.default_rng(0)
    for layer, gradient in enumerate(step.gradients):
        for _ in range(4):
            i, j = (int(rng.integers(size)) for size in gradient.shape)
            sides = []
            for move in (1e-6, -1e-6):
                weights = [w.copy() for w in step.weights]
                weights[layer][i, j] += move
                sides.append(loss_of(network, weights))
            assert gradient[i, j] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-4, abs=1e-8)


def test_the_update_ratio_is_the_learning_rate_times_the_ratio_of_norms() -> None:
    step = first_step(Network("tanh", depth=3, batch=16), learning_rate=0.05)
    for ratio, gradient, weight in zip(step.update_ratio, step.gradients, step.weights, strict=True):
        assert ratio == pytest.approx(0.05 * np.sqrt((gradient**2).sum() / (weight**2).sum()))
    assert step.steps_to_one_percent == pytest.approx(0.01 / step.update_ratio)


def test_nothing_moves_where_no_gradient_arrives() -> None:
    step = first_step(Network("relu", depth=3, weight_gain=0.0, batch=8))
    assert np.all(step.update_ratio == 0.0)
    assert np.all(np.isposinf(step.steps_to_one_percent))


def test_deep_sigmoid_layers_wait_thousands_of_times_longer_than_relu() -> None:
    def waiting(activation: str) -> FirstStep:
        return first_step(Network(activation, depth=10, initializer="he_normal", batch=64))

    ratio = waiting("sigmoid").steps_to_one_percent[0] / waiting("relu").steps_to_one_percent[0]
    assert ratio > 1e4


def test_the_digits_are_the_ones_that_scikit_learn_ships() -> None:
    pixels, classes = digits()
    assert pixels.shape == (1797, 64)
    assert np.bincount(classes).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert pixels.mean(axis=0) == pytest.approx(np.zeros(64), abs=1e-12)
    assert np.mean(pixels**2) == pytest.approx(1.0)
    assert not pixels.flags.writeable


@pytest.mark.parametrize("rate", [float("nan"), 0.0, -1.0, 100.0, "fast"])
def test_a_learning_rate_out_of_bounds_is_refused(rate: object) -> None:
    with pytest.raises(ValueError, match="learning_rate"):
        first_step(Network("relu", depth=1, batch=2), learning_rate=rate)  # type: ignore[arg-type]
