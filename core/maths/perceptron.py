"""A network that learns: a multilayer perceptron with its loss and the gradient of everything that is learnt.

    z_l = W_l h_{l-1} + b_l      h_l = f(z_l)      logits = W h_L + b      loss = mean of -log softmax(logits)[class]

With residual connections h_l = h_{l-1} + f(z_l), from the second hidden layer on: the first one changes the width.
Where a normalization stands is its `placement`, once per hidden layer, with residual connections or without; without
a normalization it changes nothing:

    inside   f sees norm(W_l h_{l-1} + b_l)
    before   h_l = h_{l-1} + f(W_l norm(h_{l-1}) + b_l); the output layer sees norm(h_L), the first W the input itself
    after    h_l = norm(h_{l-1} + f(W_l h_{l-1} + b_l))

What is learnt stands in one flat array, so that an optimizer
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
    placement: str = "inside"
    number_format: str = "float64"  # of dLoss/dz on its way back,
    loss_scale: float = 1.0  # which is multiplied by this, and the gradient divided by it

    @property
    def place(self) -> str:
        """Where the normalization stands; empty without one."""
        return self.placement if self.normalization else ""

    @property
    def entry(self) -> Activation:
        return ACTIVATIONS[self.activation]

    @property
    def depth(self) -> int:
        return len(self.sizes) - 2

    @property
    def slopes(self) -> int:
        """How many PReLU learns."""
        return self.depth if self.entry.by_parameter else 0

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
        """Random weights, layer by layer; biases 0; PReLU's a at its starting value."""
        parts: list[Array] = []
        for fan_in, fan_out in pairwise(self.sizes):
            weights = INITIALIZERS[initializer].weights(rng, fan_in, fan_out, **parameters)
            parts += [weights.ravel(), np.zeros(fan_out)]
        if self.entry.by_parameter:
            parts.append(np.full(self.depth, next(iter(self.parameters.values()))))
        return np.concatenate(parts)

    def spread(self, weights: Array | float, others: Array | float) -> Array:
        """A flat array with one number for all weights of a layer, or of all, and one for all else that is learnt."""
        flat = np.empty(sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.sizes)) + self.slopes)
        parts, count = self.views(flat), self.depth + 1
        weights, others = np.broadcast_to(weights, count), np.broadcast_to(others, count)
        for l in range(count):
            parts.weights[l][:], parts.biases[l][:] = weights[l], others[l]
        parts.slopes[:] = others[: self.slopes]
        return flat

    def layer_parameters(self, learnt: Learnt, layer: int) -> Mapping[str, float]:
        """The parameters of the activation in one hidden layer, counted from 0: learnt or given."""
        if not self.entry.by_parameter:
            return self.parameters
        return dict.fromkeys(self.parameters, float(learnt.slopes[layer]))


class Forward(NamedTuple):
    """What one pass leaves behind; h[0] is the input, all others are per hidden layer."""

    h: list[Array]  # what the next W sees
    z: list[Array]  # what enters the activation
    derivative: list[Array]
    factor: list[Array]  # of the normalization, if there is one
    statistics: list[Statistics]  # of BatchNorm
    logits: Array


def forward(net: Perceptron, learnt: Learnt, x: Array) -> Forward:
    """Samples (n, features) to logits (n, classes); BatchNorm takes mean and variance of these samples."""
    both, learns = net.entry.value_and_derivative, net.entry.by_parameter is not None
    run, place = Forward([x], [], [], [], [], x), net.place
    h = skip = x  # what the next W sees, and what a residual connection adds
    for l in range(net.depth):
        z = h @ learnt.weights[l].T
        z += learnt.biases[l]
        if place == "inside":
            z = _normalized(net, z, run)
        value, derivative = both(z, **(net.layer_parameters(learnt, l) if learns else net.parameters))
        if net.residual and l > 0:
            value += skip
        if place == "after":
            value = _normalized(net, value, run)
        h = skip = value
        if place == "before":
            h = _normalized(net, value, run)
        run.z.append(z)
        run.derivative.append(derivative)
        run.h.append(h)
    logits = h @ learnt.weights[-1].T
    logits += learnt.biases[-1]
    return run._replace(logits=logits)


def _normalized(net: Perceptron, a: Array, run: Forward) -> Array:
    """norm(a); what the way back and held-out samples need of it is left behind."""
    axis = NORMALIZATIONS[net.normalization or ""].axis
    found, factor = normalized(a, axis)
    run.factor.append(factor)
    if axis == -2:
        run.statistics.append(Statistics(a.mean(axis=0, keepdims=True), factor))
    return found


def logits(net: Perceptron, learnt: Learnt, x: Array, statistics: Sequence[Statistics]) -> Array:
    """The logits alone, (n, classes). BatchNorm uses the `statistics` of a pass through the learning samples."""

    def norm(a: Array, l: int) -> Array:
        if statistics:
            return (a - statistics[l].mean) * statistics[l].factor
        return normalized(a, NORMALIZATIONS[net.normalization or ""].axis)[0]

    h = skip = x
    for l in range(net.depth):
        z = h @ learnt.weights[l].T + learnt.biases[l]
        value = net.entry.value(norm(z, l) if net.place == "inside" else z, **net.layer_parameters(learnt, l))
        if net.residual and l > 0:
            value = value + skip
        h = skip = norm(value, l) if net.place == "after" else value
        if net.place == "before":
            h = norm(value, l)
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
    In float16 each delta is rounded: to 0 where it is too small, to inf where it is too large.
    """
    place, rounds = net.place, net.number_format == "float16"
    by_parameter = net.entry.by_parameter
    axis = NORMALIZATIONS[net.normalization].axis if net.normalization else 0
    upstream = delta
    for l in reversed(range(net.depth + 1)):
        if l < net.depth:  # upstream is dLoss/dh_l
            if place == "after":
                upstream = normalized_gradient(upstream, run.h[l + 1], run.factor[l], axis)
            if by_parameter:
                gradient.slopes[l] = np.vdot(upstream, by_parameter(run.z[l]))
            delta = upstream * run.derivative[l]
            if place == "inside":
                delta = normalized_gradient(delta, run.z[l], run.factor[l], axis)
        if rounds:
            delta = delta.astype(np.float16).astype(np.float64)
        np.matmul(delta.T, run.h[l], out=gradient.weights[l])
        np.add.reduce(delta, axis=0, out=gradient.biases[l])
        if l > 0:
            below = delta @ learnt.weights[l]
            if place == "before":
                below = normalized_gradient(below, run.h[l], run.factor[l - 1], axis)
            if net.residual and l < net.depth:
                below += upstream
            upstream = below


def propagate(net: Perceptron, learnt: Learnt, x: Array, classes: Classes, gradient: Learnt) -> tuple[float, Forward]:
    """Forward and back: the mean loss of samples (n, features), and all of the way; fills `gradient`."""
    run = forward(net, learnt, x)
    loss, delta = cross_entropy(run.logits, classes)
    if net.loss_scale != 1.0:
        delta *= net.loss_scale
    backward(net, learnt, run, delta, gradient)
    if net.loss_scale != 1.0:
        for scaled in (*gradient.weights, *gradient.biases, gradient.slopes):
            np.divide(scaled, net.loss_scale, out=scaled)
    return loss, run
