"""How pre-activations and gradients are distributed, layer by layer: what one number per layer hides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.maths.network import Network, measure_group

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]


@dataclass(frozen=True)
class Histograms:
    """Shares of a layer's values (units times samples), layer 1 first; with `zero` each row sums to 1.

    `preactivation`: shape (depth, bins) over z; `gradient`: over log10 |delta|. The outermost bins hold
    what lies beyond them as well. `zero`, shape (depth,): the share of gradients that are exactly 0.
    """

    preactivation_edges: Array
    preactivation: Array
    gradient_edges: Array
    gradient: Array
    zero: Array


def histograms(network: Network, preactivation_edges: Array, gradient_edges: Array) -> Histograms:
    """Forward and backward through one network, counting."""
    z_shares = np.empty((network.depth, len(preactivation_edges) - 1))
    delta_shares = np.empty((network.depth, len(gradient_edges) - 1))
    zero = np.empty(network.depth)

    def count(what: str, layer: int, values: Array, exponent: Exponents) -> None:
        if what == "preactivation":
            with np.errstate(over="ignore"):  # what overflows lies in an outermost bin, too
                z = np.ldexp(values, exponent[..., np.newaxis])
            z_shares[layer] = _shares(z.ravel(), preactivation_edges)
            return
        zero[layer] = np.mean(values == 0.0)
        with np.errstate(divide="ignore"):
            log10 = np.log10(np.abs(values)) + np.log10(2.0) * exponent[..., np.newaxis]
        delta_shares[layer] = _shares(log10[values != 0.0], gradient_edges) * (1.0 - zero[layer])

    measure_group([network], [network.depth], count)
    return Histograms(preactivation_edges, z_shares, gradient_edges, delta_shares, zero)


def _shares(values: Array, edges: Array) -> Array:
    if not len(values):
        return np.zeros(len(edges) - 1)
    inside = np.clip(values, edges[0], edges[-1])
    return np.histogram(inside, edges)[0] / len(values)
