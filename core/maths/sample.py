"""A few units of every layer and the weights between them: enough of a measured network to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def sample(networks: Sequence[Network], count: int, depths: Sequence[int]) -> list[list[Sample]]:
    """`count` units of every layer, evenly spaced and the same everywhere; by depth and then by network.

    The networks share all but the activation; their own depth does not matter. ValueError where the layers are not
    equally wide.
    """
    if networks[0].profile != "constant":
        raise ValueError("the same units of every layer are there only where all are equally wide")
    chosen = np.linspace(0, networks[0].width - 1, count).astype(np.intp)
    order = sorted(set(depths), reverse=True)
    deep = [replace(network, depth=order[0]) for network in networks]
    units = np.empty((len(order), len(networks), order[0], count))

    def note(what: str, layer: int, values: Array, exponent: Exponents) -> None:
        if what == "gradient":
            squares = values[..., chosen].swapaxes(-1, -2) ** 2
            each = np.broadcast_to(exponent[..., np.newaxis, :], squares.shape)
            units[: len(values), :, layer] = log10_root(*mean_over_samples(squares, each))

    measured = measure_group(deep, order, note, of_weights=False)
    weights = weights_of(deep[0])
    between = [weights(l)[np.ix_(chosen, chosen)] for l in range(1, order[0])]
    with np.errstate(divide="ignore"):
        sizes = np.log10(np.abs(np.reshape(between, (-1, count, count))) * np.sqrt(networks[0].width))
    return [
        [
            Sample(layers.log10_delta, own := units[at, i, :depth], own[1:, :, np.newaxis] + sizes[: depth - 1])
            for i, layers in enumerate(measured[at])
        ]
        for depth in depths
        for at in (order.index(depth),)
    ]
