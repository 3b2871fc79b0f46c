"""The random numbers of a network: a stream of its own for each purpose and each layer.

So a deeper network begins like a shallower one, and a bias that is switched on leaves the weights as they are.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.maths.initializers import INITIALIZERS

Array = NDArray[np.float64]
Parameters = tuple[tuple[str, float], ...]

_BLOCK = 2**17  # weights, 1 MiB: of so many layers they are drawn together, and kept for the next measurement
_LAYERS = 32  # at most in a block
_BLOCKS = 32  # kept, the latest: a deeper network begins with those of a shallower one


class Biased(Protocol):
    """What of a network says how its biases are drawn."""

    @property
    def initializer(self) -> str: ...
    @property
    def bias_mean(self) -> float: ...
    @property
    def bias_std(self) -> float: ...
    @property
    def seed(self) -> int: ...


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """An independent random stream for each purpose: 0 input, 1 gradient, 2 biases, 3 weights (by layer), 5 biases
    that come with the weights.
    """
    return np.random.default_rng([seed, *purpose])


def square_weights(initializer: str, parameters: Parameters, width: int, seed: int) -> Callable[[int], Array]:
    """layer -> W, (width, width), counted from 0; not to be written to."""
    together = min(_LAYERS, _BLOCK // width**2)
    if not together:
        return lambda layer: _drawn(initializer, parameters, width, width, seed, layer)

    def weights(layer: int) -> Array:
        block, place = divmod(layer, together)
        return _block(initializer, parameters, width, seed, block * together, together)[place]

    return weights


def weights_between(
    initializer: str, parameters: Parameters, widths: tuple[int, ...], seed: int
) -> Callable[[int], Array]:
    """layer -> W, (widths[layer + 1], widths[layer]), counted from 0; not to be written to."""

    @lru_cache(maxsize=_BLOCK * _BLOCKS // max(widths) ** 2)
    def weights(layer: int) -> Array:
        return _drawn(initializer, parameters, widths[layer], widths[layer + 1], seed, layer)

    return weights


def biases(network: Biased, layer: int, fan_in: int, fan_out: int) -> Array | None:
    """Of a layer counted from 0, (fan_out,): normal ones, and those that come with the weights; None without any."""
    entry, drawn = INITIALIZERS[network.initializer], None
    if network.bias_std or network.bias_mean:
        drawn = network.bias_mean + network.bias_std * stream(network.seed, 2, layer).standard_normal(fan_out)
    if entry.biases:
        own = entry.drawn_biases(stream(network.seed, 5, layer), fan_in, fan_out)
        drawn = own if drawn is None else drawn + own
    return drawn


def variance_of_biases(network: Biased, fan_in: int) -> float:
    """sigma_b^2, that of the biases that come with the weights included."""
    return network.bias_std**2 + INITIALIZERS[network.initializer].bias_variance(fan_in)


@lru_cache(maxsize=_BLOCKS)
def _block(initializer: str, parameters: Parameters, width: int, seed: int, first: int, count: int) -> Array:
    layers = range(first, first + count)
    block = np.stack([_drawn(initializer, parameters, width, width, seed, layer) for layer in layers])
    block.flags.writeable = False
    return block


def _drawn(initializer: str, parameters: Parameters, fan_in: int, fan_out: int, seed: int, layer: int) -> Array:
    return INITIALIZERS[initializer].weights(stream(seed, 3, layer), fan_in, fan_out, **dict(parameters))
