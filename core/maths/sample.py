"""A few units of every layer and the weights between them: enough of a measured network to be drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.maths.network import Network, measure_group, weights_of
from core.maths.scaled import log10_root, mean_over_samples

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """log10 of sizes of gradients, layer 1 first; an exact zero is -inf.

    `layers`, shape (depth,): the RMS of delta over all units and samples, as `measure` has it. `units`, shape
    (depth, count): its RMS over the samples in each of a few units. `edges`, shape (depth - 1, count, count): what
    goes back from unit i of a layer to unit j of the one before, the RMS of delta_i w_ij, times the root of the width:
    with weights of variance 1 / width it is about as large as delta itself.
    """

    layers: Array
    units: Array
    edges: Array


def sample(network: Network, count: int) -> Sample:
    """`count` units of every layer, evenly spaced and the same everywhere."""
    chosen = np.linspace(0, network.width - 1, count).astype(np.intp)
    units = np.empty((network.depth, count))

    def note(what: str, layer: int, values: Array, exponent: Exponents) -> None:
        if what == "gradient":
            squares = values[0][:, chosen].T ** 2
            units[layer] = log10_root(*mean_over_samples(squares, np.broadcast_to(exponent[0], squares.shape)))

    (layers,) = measure_group([network], note)
    weights = weights_of(network)
    between = [weights(l)[np.ix_(chosen, chosen)] for l in range(1, network.depth)]
    with np.errstate(divide="ignore"):
        sizes = np.log10(np.abs(np.reshape(between, (-1, count, count))) * np.sqrt(network.width))
    return Sample(layers.log10_delta, units, units[1:, :, np.newaxis] + sizes)
