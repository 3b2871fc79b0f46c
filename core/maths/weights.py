"""The random numbers of a network: a stream of its own for each purpose and each layer.

So a deeper network begins like a shallower one, and a bias that is switched on leaves the weights as they are.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.maths.initializers import INITIALIZERS

Array = NDArray[np.float64]
Parameters = tuple[tuple[str, float], ...]

_KEPT = 2**21  # weights of up to 16 MiB are kept for the next measurement, larger ones drawn again


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """An independent random stream for each purpose: 0 input, 1 gradient, 2 biases, 3 weights (by layer)."""
    return np.random.default_rng([seed, *purpose])


def square_weights(
    initializer: str, parameters: Parameters, width: int, seed: int, depth: int
) -> Callable[[int], Array]:
    """layer -> W, (width, width), for as many layers, counted from 0; not to be written to."""
    rounded = -(-depth // 25) * 25  # one kept stack serves many depths
    if rounded * width**2 > _KEPT:
        return lambda layer: _drawn(initializer, parameters, width, seed, layer)
    return _stack(initializer, parameters, width, seed, rounded).__getitem__


@lru_cache(maxsize=8)
def _stack(initializer: str, parameters: Parameters, width: int, seed: int, depth: int) -> Array:
    stack = np.stack([_drawn(initializer, parameters, width, seed, layer) for layer in range(depth)])
    stack.flags.writeable = False
    return stack


def _drawn(initializer: str, parameters: Parameters, width: int, seed: int, layer: int) -> Array:
    return INITIALIZERS[initializer].weights(stream(seed, 3, layer), width, width, **dict(parameters))
