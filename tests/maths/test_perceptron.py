"""Loss and gradient against a network in plain arithmetic, sample by sample, and numeric differentiation of it."""

from dataclasses import FrozenInstanceError, replace
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.perceptron import Perceptron, cross_entropy, forward, logits, propagate, softmax
from tests.maths import sweeps

Array = NDArray[np.float64]

ENTRIES = pytest.mark.parametrize("activation", ACTIVATIONS)
PLACED = pytest.mark.parametrize("kind", sweeps.PLACED, ids=sweeps.named)
KINDS = pytest.mark.parametrize("kind", sweeps.KINDS, ids=sweeps.named)
SIZES = (3, 5, 5, 5, 3)
PARAMETERS = {"leaky_relu": {"alpha": 0.3}, "prelu": {"a": 0.25}, "elu": {"alpha": 0.7}, "swish": {"beta": 1.5}}


def perceptron(activation: str, sizes: tuple[int, ...] = SIZES, **kind: Any) -> Perceptron:
    return Perceptron(sizes, activation, PARAMETERS.get(activation, {}), **kind)


def loss_and_gradient(net: Perceptron, flat: Array, x: Array, classes: NDArray[np.int64]) -> tuple[float, Array]:
    """The loss, and its gradient by everything that is learnt, as flat as `flat`."""
    gradient = np.full_like(flat, np.nan)
    loss, _ = propagate(net, net.views(flat), x, classes, net.views(gradient))
    return loss, gradient


def unpacked(net: Perceptron, flat: Array) -> tuple[list[Array], list[Array], list[float]]:
    """Weights and biases of each layer, one number after the other, and then PReLU's slopes."""
    numbers = iter(flat.tolist())
    weights, biases = [], []
    for before, units in zip(net.sizes[:-1], net.sizes[1:], strict=True):
        weights.append(np.array([[next(numbers) for _ in range(before)] for _ in range(units)]))
        biases.append(np.array([next(numbers) for _ in range(units)]))
    slopes = [next(numbers) for _ in range(len(net.sizes) - 2)] if net.activation == "prelu" else []
    assert next(numbers, None) is None
    return weights, biases, slopes


def plain_pass(
    net: Perceptron, flat: Array, x: Array, learning: Array | None = None
) -> tuple[list[list[Array]], list[list[Array]], list[Array]]:
    """What enters each activation, what the next layer sees of it, and the logits, each as a list of samples.

    BatchNorm takes mean and variance of the `learning` samples, by default of x itself.
    """
    weights, biases, slopes = unpacked(net, flat)
    f, own = ACTIVATIONS[net.activation].value, len(x)
    h = left = [*x, *(x if learning is None else learning)]
    zs, hs = [], []
    for l in range(len(weights) - 1):
        z = [weights[l] @ sample + biases[l] for sample in h]
        if net.placement == "inside":
            z = plain_norm(net.normalization, z, own)
        parameters = {"a": slopes[l]} if slopes else net.parameters
        skips = left if net.residual and l > 0 else [np.zeros(len(biases[l]))] * len(h)
        left = [f(a, **parameters) + skip for a, skip in zip(z, skips, strict=True)]
        if net.placement == "after":
            left = plain_norm(net.normalization, left, own)
        h = plain_norm(net.normalization, left, own) if net.placement == "before" else left
        zs.append(z[:own])
        hs.append(h[:own])
    return zs, hs, [weights[-1] @ sample + biases[-1] for sample in h[:own]]


def plain_norm(normalization: str | None, a: list[Array], own: int) -> list[Array]:
    """LayerNorm within each sample; BatchNorm with mean and variance of the samples after the first `own`."""
    if normalization == "layer":
        means = [sum(one) / len(one) for one in a]
        return [(one - m) / sqrt(sum((one - m) ** 2) / len(one) + 1e-5) for one, m in zip(a, means, strict=True)]
    if normalization == "batch":
        mean = sum(a[own:]) / len(a[own:])
        variance = sum((one - mean) ** 2 for one in a[own:]) / len(a[own:])
        return [(one - mean) / (variance + 1e-5) ** 0.5 for one in a]
    return a


def plain_loss(net: Perceptron, flat: Array, x: Array, classes: NDArray[np.int64]) -> float:
    found = plain_pass(net, flat, x)[-1]
    return sum(log(sum(np.exp(s))) - s[c] for s, c in zip(found, classes, strict=True)) / len(classes)


def numeric_gradient(net: Perceptron, flat: Array, x: Array, classes: NDArray[np.int64]) -> Array:
    result = np.empty(len(flat))
    for i in range(len(flat)):
        nudge = np.zeros(len(flat))
        nudge[i] = 1e-5
        result[i] = (plain_loss(net, flat + nudge, x, classes) - plain_loss(net, flat - nudge, x, classes)) / 2e-5
    return result


def example(net: Perceptron, seed: int = 15, samples: int = 7) -> tuple[Array, Array, NDArray[np.int64]]:
    """Everything learnt at random, a different slope in each PReLU layer; samples and classes."""
    rng = np.random.default_rng(seed)
    count = sum((before + 1) * units for before, units in zip(net.sizes[:-1], net.sizes[1:], strict=True))
    slopes = np.linspace(-0.3, 0.6, net.depth if net.activation == "prelu" else 0)
    flat = np.concatenate([0.8 * rng.standard_normal(count), slopes])
    return flat, rng.standard_normal((samples, net.sizes[0])), rng.integers(net.sizes[-1], size=samples)


def assert_gradient(net: Perceptron, flat: Array, x: Array, classes: NDArray[np.int64]) -> None:
    kinks = ACTIVATIONS[net.activation].kinks
    assert all(np.abs(np.array(plain_pass(net, flat, x)[0]) - kink).min() > 5e-4 for kink in kinks)
    before = flat.copy()
    loss, gradient = loss_and_gradient(net, flat, x, classes)
    assert loss == pytest.approx(plain_loss(net, flat, x, classes), rel=1e-12)
    np.testing.assert_allclose(gradient, numeric_gradient(net, flat, x, classes), rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(flat, before)


# Loss and gradient


@pytest.mark.parametrize(("activation", "kind"), sweeps.in_turn(ACTIVATIONS, sweeps.KINDS))
def test_loss_and_gradient_are_those_of_plain_arithmetic(activation: str, kind: dict[str, Any]) -> None:
    net = perceptron(activation, **kind)
    assert_gradient(net, *example(net))


@KINDS
@pytest.mark.parametrize("sizes", [(2, 4, 3), (4, 4, 4, 2)], ids=str)
@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_so_they_are_for_other_shapes(activation: str, sizes: tuple[int, ...], kind: dict[str, Any]) -> None:
    """One hidden layer; a first hidden layer as wide as the input, which has no skip either."""
    net = perceptron(activation, sizes, **kind)
    assert_gradient(net, *example(net))


@PLACED
@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_so_they_are_wherever_a_normalization_stands(activation: str, kind: dict[str, Any]) -> None:
    net = perceptron(activation, **kind)
    assert_gradient(net, *example(net))


@pytest.mark.parametrize("placement", ["before", "after"])
def test_without_a_normalization_its_place_changes_nothing(placement: str) -> None:
    plain, placed = (perceptron("tanh", residual=True, placement=where) for where in ("inside", placement))
    one, other = (loss_and_gradient(net, *example(plain))[1] for net in (plain, placed))
    np.testing.assert_array_equal(one, other)


def test_before_and_after_are_pre_norm_and_post_norm() -> None:
    """Before: what the skips carry grows from layer to layer, as in Xiong et al. After: each sees variance one."""
    x = np.random.default_rng(4).standard_normal((50, 40))
    for placement, grows in (("before", True), ("after", False)):
        net = Perceptron((40,) * 12, "tanh", {}, residual=True, normalization="layer", placement=placement)
        flat = net.initial(np.random.default_rng(5), "lecun_normal", {})
        passed = forward(net, net.views(flat), x)
        np.testing.assert_allclose([h.std(axis=1).mean() for h in passed.h[1:]], 1.0, atol=1e-3)
        spread = 1.0 / np.array(passed.factor).mean(axis=(1, 2))
        assert (spread[-1] > 1.5 * spread[1]) == grows


def test_float16_rounds_every_delta_as_numpy_does() -> None:
    """A chain of one unit per layer, by hand: x = 1, two identities, w = 2^-13 and 3, logits (h, 0)."""
    flat = np.array([2.0**-13, 0.0, 3.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    x, classes = np.array([[1.0]]), np.array([0])
    p = 1.0 / (1.0 + np.exp(-3.0 * 2.0**-13)) - 1.0  # dLoss/dlogit of class 0
    for scale in (1.0, 2.0**-14 * 2.0**24):
        net = Perceptron((1, 1, 1, 2), "identity", {}, number_format="float16", loss_scale=scale)
        _, gradient = loss_and_gradient(net, flat, x, classes)
        last = np.float16(p * scale)
        middle = np.float16(float(last))  # through a weight of 1
        first = np.float16(3.0 * float(middle))
        expected = np.array([first, first, middle * 2.0**-13, middle], dtype=np.float64) / scale
        np.testing.assert_array_equal(gradient[:4], expected)
        assert (gradient[:4] != loss_and_gradient(replace(net, number_format="float64"), flat, x, classes)[1][:4]).all()


def test_what_is_too_small_for_float16_is_lost_and_a_loss_scale_saves_it() -> None:
    flat = np.array([1.0, 0.0, 2.0**-30, 0.0, 1.0, 0.0, 0.0, 0.0])
    exact = -0.5 * 2.0**-30  # both classes are equally likely, all but exactly

    def first(**settings: Any) -> float:
        net = Perceptron((1, 1, 1, 2), "identity", {}, **settings)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(loss_and_gradient(net, flat, np.array([[1.0]]), np.array([0]))[1][0])

    assert first() == pytest.approx(exact, rel=1e-8)
    assert first(number_format="float16") == 0.0
    assert first(number_format="float16", loss_scale=2.0**12) == pytest.approx(exact, rel=2.0**-11)
    assert not np.isfinite(first(number_format="float16", loss_scale=2.0**18))
    assert first(loss_scale=2.0**18) == first(), "without rounding a power of two changes nothing"


@pytest.mark.parametrize("normalization", [None, "layer"])
def test_one_sample_has_a_gradient_too(normalization: str | None) -> None:
    net = perceptron("swish", normalization=normalization)
    assert_gradient(net, *example(net, samples=1))


def test_one_unit_is_worked_out_by_hand() -> None:
    """x = 2, w = 0.5, b = 1: h = 2; logits (2, 0) for class 0; the loss is log(1 + e^-2)."""
    net = Perceptron((1, 1, 2), "identity", {})
    flat = np.array([0.5, 1.0, 1.0, 0.0, 0.0, 0.0])
    loss, gradient = loss_and_gradient(net, flat, np.array([[2.0]]), np.array([0]))
    assert loss == pytest.approx(np.log1p(np.exp(-2.0)), rel=1e-14)
    p = 1.0 / (1.0 + np.exp(2.0))
    np.testing.assert_allclose(gradient, [-2 * p, -p, -2 * p, 2 * p, -p, p], rtol=1e-14)


# The passes


@ENTRIES
@KINDS
def test_the_forward_pass_keeps_what_plain_arithmetic_finds(activation: str, kind: dict[str, Any]) -> None:
    net = perceptron(activation, **kind)
    flat, x, _ = example(net, seed=2)
    passed = forward(net, net.views(flat), x)
    z, h, found = plain_pass(net, flat, x)
    np.testing.assert_allclose(passed.z, z, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(passed.h[1:], h, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(passed.logits, found, rtol=1e-10, atol=1e-12)
    assert passed.h[0] is x
    slopes = unpacked(net, flat)[2]
    for l, derivative in enumerate(passed.derivative):
        parameters = {"a": slopes[l]} if slopes else net.parameters
        expected = ACTIVATIONS[activation].derivative(np.array(z[l]), **parameters)
        np.testing.assert_allclose(derivative, expected, rtol=1e-9, atol=1e-12)


@ENTRIES
@KINDS
def test_held_out_samples_are_normalized_with_the_statistics_of_the_learning_ones(
    activation: str, kind: dict[str, Any]
) -> None:
    net = perceptron(activation, **kind)
    flat, x, _ = example(net, seed=3, samples=12)
    learnt, learning, held_out = net.views(flat), x[:8], x[8:]
    statistics = forward(net, learnt, learning).statistics if net.normalization == "batch" else ()
    expected = plain_pass(net, flat, held_out, learning)[-1]
    np.testing.assert_allclose(logits(net, learnt, held_out, statistics), expected, rtol=1e-10, atol=1e-12)


@PLACED
def test_so_are_they_wherever_it_stands_and_both_passes_agree(kind: dict[str, Any]) -> None:
    test_held_out_samples_are_normalized_with_the_statistics_of_the_learning_ones("prelu", kind)
    test_the_forward_pass_keeps_what_plain_arithmetic_finds("prelu", kind)


# What is learnt


@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_the_views_are_the_numbers_of_the_flat_array_and_no_copies(activation: str) -> None:
    net = perceptron(activation, (2, 3, 3, 4))
    flat = np.arange(6 + 3 + 9 + 3 + 12 + 4 + 2.0 * (activation == "prelu"))
    learnt = net.views(flat)
    weights, biases, slopes = unpacked(net, flat)
    for found, expected in zip([*learnt.weights, *learnt.biases], [*weights, *biases], strict=True):
        np.testing.assert_array_equal(found, expected)
        assert np.shares_memory(found, flat)
    assert learnt.slopes.tolist() == slopes
    assert net.depth == 2


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_a_network_starts_with_the_weights_of_its_initializer_and_no_biases(initializer: str) -> None:
    net = perceptron("tanh", (6, 9, 9, 4))
    parameters = {"std": 0.3} if initializer == "normal" else {}
    weights, biases, _ = unpacked(net, net.initial(np.random.default_rng(8), initializer, parameters))
    rng = np.random.default_rng(8)
    for w, b, (fan_in, fan_out) in zip(weights, biases, [(6, 9), (9, 9), (9, 4)], strict=True):
        np.testing.assert_array_equal(w, INITIALIZERS[initializer].weights(rng, fan_in, fan_out, **parameters))
        assert not b.any()


def test_prelu_starts_at_the_slope_it_is_given() -> None:
    net = Perceptron((2, 3, 3, 2), "prelu", {"a": 0.4})
    flat = net.initial(np.random.default_rng(0), "he_normal", {})
    assert unpacked(net, flat)[2] == [0.4, 0.4]
    assert [dict(net.layer_parameters(net.views(flat), l)) for l in (0, 1)] == [{"a": 0.4}] * 2


def test_only_what_is_learnt_differs_from_layer_to_layer() -> None:
    net = Perceptron((2, 3, 3, 2), "elu", {"alpha": 0.4})
    assert net.layer_parameters(net.views(net.initial(np.random.default_rng(0), "he_normal", {})), 1) == {"alpha": 0.4}


def test_a_perceptron_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        perceptron("relu").residual = True  # type: ignore[misc]


# Softmax and cross-entropy


def test_the_cross_entropy_is_worked_out_by_hand() -> None:
    """Softmax of log 1, log 2, log 5 is 1/8, 2/8, 5/8; of equal logits a third each."""
    found = np.array([np.log([1.0, 2.0, 5.0]), [7.0, 7.0, 7.0]])
    loss, gradient = cross_entropy(found, np.array([1, 0]))
    assert loss == pytest.approx((log(4) + log(3)) / 2, rel=1e-14)
    np.testing.assert_allclose(gradient, [[1 / 16, -6 / 16, 5 / 16], [-1 / 3, 1 / 6, 1 / 6]], rtol=1e-13)
    np.testing.assert_allclose(softmax(found), [[1 / 8, 2 / 8, 5 / 8], [1 / 3] * 3], rtol=1e-13)


def test_large_logits_overflow_nowhere_and_small_losses_keep_their_digits() -> None:
    found = np.array([[1e4, 0.0], [0.0, 1e4], [-1e300, 1e300], [1000.0, 990.0]])
    loss, gradient = cross_entropy(found[:2], np.array([1, 1]))
    assert loss == 5000.0
    np.testing.assert_array_equal(gradient, [[0.5, -0.5], [0.0, 0.0]])
    assert cross_entropy(found[2:3], np.array([1]))[0] == 0.0
    assert cross_entropy(found[3:], np.array([0]))[0] == pytest.approx(np.log1p(np.exp(-10.0)), rel=1e-11)
    np.testing.assert_array_equal(softmax(found[:3]), [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    assert found[0, 0] == 1e4


def test_what_is_beyond_float64_comes_out_as_inf_or_nan_and_raises_nothing() -> None:
    net = perceptron("identity")
    flat, x, classes = example(net)
    with np.errstate(all="ignore"):
        loss, gradient = loss_and_gradient(net, 1e200 * flat, x, classes)
    assert not np.isfinite(loss)
    assert gradient.shape == flat.shape
