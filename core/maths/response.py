"""What a deep random network of one input does to a line: only an activation can bend it."""

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network

Array = NDArray[np.float64]


def response(network: Network, x: Array) -> Array:
    """The output of a network with one input and one output for each x, standardised to mean 0 and RMS 1.

    The hidden layers are the network's; the first has fan-in 1, the last is linear. A constant output
    stays 0. Shape of x: (n,). ValueError where the hidden layers are not equally wide.
    """
    if network.profile != "constant":
        raise ValueError("a network of one input and one output has hidden layers of equal width here")
    entry = ACTIVATIONS[network.activation]
    drawn = INITIALIZERS[network.initializer]
    rng = np.random.default_rng([network.seed, 4])
    h = np.asarray(x, dtype=np.float64)[:, np.newaxis]
    for fan_in in [1] + [network.width] * (network.depth - 1):
        weights = network.weight_gain * drawn.weights(rng, fan_in, network.width, **network.initializer_parameters)
        biases = network.bias_mean + network.bias_std * rng.standard_normal(network.width)
        biases += drawn.drawn_biases(rng, fan_in, network.width)
        h = entry.value(h @ weights.T + biases, **network.parameters)
    out = h @ rng.standard_normal(network.width)
    out = out - out.mean()
    rms = np.sqrt(np.mean(out**2))
    return out / rms if rms > 0 else out


def bend(x: Array, y: Array) -> float:
    """The share of the variance of y that the best straight line leaves over: 0 for a line, 1 at most."""
    residual = y - np.polyval(np.polyfit(x, y, 1), x)
    variance = np.var(y)
    return float(np.var(residual) / variance) if variance > 0 else 0.0
