"""A network that learns: a multilayer perceptron with its loss and the gradient of everything that is learnt.

    z_l = W_l h_{l-1} + b_l      h_l = f(z_l)      logits = W h_L + b      loss = mean of -log softmax(logits)[class]

With a normalization f sees norm(W_l h_{l-1} + b_l), and with residual connections h_l = h_{l-1} + f(z_l), from the
second hidden layer on: the first one changes the width. What is learnt stands in one flat array, so that an optimizer
is a line of arithmetic; the weights of a layer are a view of it. Where a number grows beyond float64, inf and
nan come out, and nothing is raised: whoever trains must look.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS, normalized, normalized_gradient

Array = NDArray[np.float64]
Classes = NDArray[np.int64]


class Learnt(NamedTuple):
    """Views of one flat array: W_l (fan_out, fan_in) and b_l (fan_out,), the output layer last, and PReLU's a's."""

    weights: list[Array]
    biases: list[Array]
    slopes: Array  # (hidden layers,), or empty


class Statistics(NamedTuple):
    """What BatchNorm subtracts and multiplies by: mean and factor of a layer, each (1, units)."""

    mean: Array
    factor: Array


@dataclass(frozen=True)
class Perceptron:
    """The shape of a network: `sizes` are the features, the units of each hidden layer, and the classes."""

    sizes: tuple[int, ...]
    activation: str
    parameters: Mapping[str, float]
    residual: bool = False
    normalization: str | None = None

    @property
    def entry(self) -> Activation:
        return ACTIVATIONS[self.activation]

    @property
    def depth(self) -> int:
        return len(self.sizes) - 2

    def views(self, flat: Array) -> Learnt:
        """The parts of a flat array of everything that is learnt, or of its gradient."""
        weights, biases, start = [], [], 0
        for fan_in, fan_out in pairwise(self.sizes):
            middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
            weights.append(flat[start:middle].reshape(fan_out, fan_in))
            biases.append(flat[middle:end])
            start = end
        return Learnt(weights, biases, flat[start:])

    def initial(self, rng: np.random.Generator, initializer: str, parameters: Mapping[str, float]) -> Array:
        """Random weights, layer by layer, with the biases that belong to them; PReLU's a at its starting value."""
        drawn, parts = INITIALIZERS[initializer], list[Array]()
        for fan_in, fan_out in pairwise(self.sizes):
            weights = drawn.weights(rng, fan_in, fan_out, **parameters)
            parts += [weights.ravel(), drawn.drawn_biases(rng, fan_in, fan_out)]
        if self.entry.by_parameter:
            parts.append(np.full(self.depth, next(iter(self.parameters.values()))))
        return np.concatenate(parts)

    def layer_parameters(self, learnt: Learnt, layer: int) -> Mapping[str, float]:
        """The parameters of the activation in one hidden layer, counted from 0: learnt or given."""
        if not self.entry.by_parameter:
            return self.parameters
        return dict.fromkeys(self.parameters, float(learnt.slopes[layer]))


class Forward(NamedTuple):
    """What one pass leaves behind; h[0] is the input, all others are per hidden layer."""

    h: list[Array]
    z: list[Array]  # what enters the activation
    derivative: list[Array]
    factor: list[Array]  # of the normalization, if there is one
    statistics: list[Statistics]  # of BatchNorm
    logits: Array


def forward(net: Perceptron, learnt: Learnt, x: Array) -> Forward:
    """Samples (n, features) to logits (n, classes); BatchNorm takes mean and variance of these samples."""
    both, learns = net.entry.value_and_derivative, net.entry.by_parameter is not None
    axis = NORMALIZATIONS[net.normalization].axis if net.normalization else 0
    run = Forward([x], [], [], [], [], x)
    h = x
    for l in range(net.depth):
        z = h @ learnt.weights[l].T
        z += learnt.biases[l]
        if axis:
            before = z
            z, factor = normalized(before, axis)
            run.factor.append(factor)
            if axis == -2:
                run.statistics.append(Statistics(before.mean(axis=0, keepdims=True), factor))
        value, derivative = both(z, **(net.layer_parameters(learnt, l) if learns else net.parameters))
        if net.residual and l > 0:
            value += h
        h = value
        run.z.append(z)
        run.derivative.append(derivative)
        run.h.append(h)
    logits = h @ learnt.weights[-1].T
    logits += learnt.biases[-1]
    return run._replace(logits=logits)


def logits(net: Perceptron, learnt: Learnt, x: Array, statistics: Sequence[Statistics]) -> Array:
    """The logits alone, (n, classes). BatchNorm uses the `statistics` of a pass through the learning samples."""
    h = x
    for l in range(net.depth):
        z = h @ learnt.weights[l].T + learnt.biases[l]
        if statistics:
            z = (z - statistics[l].mean) * statistics[l].factor
        elif net.normalization:
            z, _ = normalized(z, NORMALIZATIONS[net.normalization].axis)
        value = net.entry.value(z, **net.layer_parameters(learnt, l))
        h = value + h if net.residual and l > 0 else value
    return h @ learnt.weights[-1].T + learnt.biases[-1]


def softmax(found: Array) -> Array:
    """e^logit, divided by the sum over the classes."""
    exponentials = np.exp(found - found.max(axis=1, keepdims=True))
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


def cross_entropy(found: Array, classes: Classes) -> tuple[float, Array]:
    """The mean over the samples of -log softmax(logits)[class], and its gradient by the logits."""
    rows = np.arange(len(classes))
    shifted = found - found.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = float(np.log(totals).sum() - shifted[rows, classes].sum()) / len(classes)
    gradient = exponentials / totals
    gradient[rows, classes] -= 1.0
    gradient /= len(classes)
    return loss, gradient


def graded(net: Perceptron, learnt: Learnt, x: Array, classes: Classes) -> tuple[float, float]:
    """The mean loss of samples, inf beyond float64, and the share of them that is right, without the way back."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = logits(net, learnt, x, ())
        loss, _ = cross_entropy(found, classes)
    return loss if math.isfinite(loss) else math.inf, accuracy(found, classes)


def accuracy(found: Array, classes: Classes) -> float:
    """The share of samples whose largest logit is that of their class; what float64 cannot hold is wrong."""
    right = (found.argmax(axis=1) == classes) & np.isfinite(found).all(axis=1)
    return float(np.mean(right))


def backward(net: Perceptron, learnt: Learnt, run: Forward, delta: Array, gradient: Learnt) -> None:
    """Fills `gradient` from delta = dLoss/dlogits.

    delta_l = (W_{l+1}^T delta_{l+1}) f'(z_l), dLoss/dW_l = delta_l^T h_{l-1}, dLoss/db_l sums delta_l over the samples.
    """
    by_parameter = net.entry.by_parameter
    axis = NORMALIZATIONS[net.normalization].axis if net.normalization else 0
    upstream = delta
    for l in reversed(range(net.depth + 1)):
        if l < net.depth:  # upstream is dLoss/dh_l
            if by_parameter:
                gradient.slopes[l] = np.vdot(upstream, by_parameter(run.z[l]))
            delta = upstream * run.derivative[l]
            if axis:
                delta = normalized_gradient(delta, run.z[l], run.factor[l], axis)
        np.matmul(delta.T, run.h[l], out=gradient.weights[l])
        np.add.reduce(delta, axis=0, out=gradient.biases[l])
        if l > 0:
            below = delta @ learnt.weights[l]
            if net.residual and l < net.depth:
                below += upstream
            upstream = below


def propagate(net: Perceptron, learnt: Learnt, x: Array, classes: Classes, gradient: Learnt) -> tuple[float, Forward]:
    """Forward and back: the mean loss of samples (n, features), and all of the way; fills `gradient`."""
    run = forward(net, learnt, x)
    loss, delta = cross_entropy(run.logits, classes)
    backward(net, learnt, run, delta, gradient)
    return loss, run
