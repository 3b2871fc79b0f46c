"""How many units are saturated, by where one draws the line."""

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.facts import SMALL_SHARE, facts
from core.maths.network import Network, measure_group

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]

# A unit is saturated where its slope is below this share of the largest. |tanh| > 0.97 is 1 - 0.97^2 of it.
LINES = (0.001, SMALL_SHARE, 0.0591, 0.1, 0.25, 0.5)


def saturated(network: Network) -> Array:
    """The share of (unit, sample) pairs below each of the LINES, per layer: shape (depth, lines)."""
    entry = ACTIVATIONS[network.activation]
    known = facts(network.activation, **network.parameters)
    thresholds = [known.threshold(line) for line in LINES]
    shares = np.empty((network.depth, len(LINES)))

    def count(what: str, layer: int, values: Array, exponent: Exponents) -> None:
        if what != "preactivation":
            return
        # As near the true z as float64 allows: what is left of the exponent changes no slope.
        slopes = np.abs(entry.derivative(values, **network.parameters))
        shares[layer] = [np.count_nonzero(slopes < threshold) / slopes.size for threshold in thresholds]

    measure_group([network], [network.depth], count, of_weights=False)
    return shares
