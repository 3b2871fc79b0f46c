"""Learning from real data: the very first step of gradient descent, layer by layer."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.datasets import digits
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network
from core.maths.numbers import Number

Array = NDArray[np.float64]

LEARNING_RATE = Number("learning_rate", "η", 0.1, 0.001, 1.0, 0.001)


@dataclass(frozen=True)
class FirstStep:
    """One step of plain SGD; arrays of shape (depth + 1,): the hidden layers, then the output layer."""

    loss: float
    weights: list[Array]
    gradients: list[Array]
    update_ratio: Array  # |learning rate dLoss/dW| / |W|, Frobenius norms

    @property
    def steps_to_one_percent(self) -> Array:
        """How many steps of this size change a layer's weights by 1 % of their norm; inf where nothing moves."""
        with np.errstate(divide="ignore"):
            return 0.01 / self.update_ratio


def first_step(network: Network, learning_rate: float = 0.1) -> FirstStep:
    """Cross-entropy on `network.batch` handwritten digits, one backward pass, through `network.depth` hidden layers.

    Weights as in the settings (the first layer has fan-in 64, the output layer 10 units), biases zero.
    """
    rate = float(LEARNING_RATE.validate(learning_rate))
    entry = ACTIVATIONS[network.activation]
    draw = INITIALIZERS[network.initializer].weights
    rng = np.random.default_rng([network.seed, 5])
    pixels, classes = digits()
    chosen = rng.permutation(len(classes))[: network.batch]
    sizes = [pixels.shape[1], *[network.width] * network.depth, 10]
    weights = [
        network.weight_gain * draw(rng, fan_in, fan_out, **network.initializer_parameters)
        for fan_in, fan_out in pairwise(sizes)
    ]
    h, z = [pixels[chosen]], []
    for w in weights[:-1]:
        z.append(h[-1] @ w.T)
        h.append(entry.value(z[-1], **network.parameters))
    logits = h[-1] @ weights[-1].T
    logits = logits - logits.max(axis=1, keepdims=True)
    log_probability = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    samples = np.arange(len(chosen))
    loss = -float(np.mean(log_probability[samples, classes[chosen]]))
    delta = np.exp(log_probability)
    delta[samples, classes[chosen]] -= 1.0
    delta /= len(chosen)
    gradients = [delta.T @ h[-1]]
    for layer in reversed(range(network.depth)):
        delta = (delta @ weights[layer + 1]) * entry.derivative(z[layer], **network.parameters)
        gradients.insert(0, delta.T @ h[layer])
    norms = np.array([[np.linalg.norm(g), np.linalg.norm(w)] for g, w in zip(gradients, weights, strict=True)])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(norms[:, 1] > 0, rate * norms[:, 0] / norms[:, 1], 0.0)
    return FirstStep(loss, weights, gradients, ratio)
