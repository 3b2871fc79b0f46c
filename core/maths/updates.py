"""A few units of every layer of a network that learns, and the weights between them: enough of it to be drawn."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COUNT = 4  # units at most, of each layer


class Sizes(NamedTuple):
    """log10 of sizes in a gradient or an update of a network that learns, in single precision, the output layer last.

    `layers`, shape (depth + 1,): the mean of |g| over the weights of a layer. `units`, (depth + 1, COUNT): over those
    into each of a few units. `edges`, (depth + 1, COUNT, COUNT): |g| of the weight into unit i from unit j of the layer
    before. An exact zero is -inf, what float64 cannot hold is inf, and nan stands where a layer has no more units.
    """

    layers: NDArray[np.float32]
    units: NDArray[np.float32]
    edges: NDArray[np.float32]


class Places(NamedTuple):
    """Where they stand in the flat array of all weights: from, to, and how many; nan for what is not there."""

    layers: NDArray[np.intp]
    layer_counts: Array
    units: NDArray[np.intp]
    unit_counts: Array
    edges: NDArray[np.intp]
    edge_counts: Array


def places(sizes: Sequence[int], x: Array) -> Places:
    """Of layers of these sizes, evenly spaced units; of the inputs `x` (samples, features) those that are not always 0.

    The flat array is that of `Perceptron.views`: the weights (fan_out, fan_in) of a layer, then its biases.
    """
    depth, start = len(sizes) - 1, 0
    found = Places(
        np.empty((depth, 2), np.intp), np.empty(depth),
        np.tile(np.array([0, 1]), (depth, COUNT, 1)), np.full((depth, COUNT), np.nan),
        np.zeros((depth, COUNT, COUNT), np.intp), np.full((depth, COUNT, COUNT), np.nan),
    )  # fmt: skip
    heard = np.flatnonzero(x.any(axis=0))
    before = heard[_spaced(len(heard))]
    for l, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        here = _spaced(fan_out)
        rows, end = start + here * fan_in, start + fan_in * fan_out
        found.layers[l], found.layer_counts[l] = (start, end), end - start
        found.units[l, : len(here)] = np.column_stack([rows, rows + fan_in])
        found.unit_counts[l, : len(here)] = fan_in
        found.edges[l, : len(here), : len(before)] = rows[:, np.newaxis] + before
        found.edge_counts[l, : len(here), : len(before)] = 1.0
        start, before = end + fan_out, here
    return found


def _spaced(count: int) -> NDArray[np.intp]:
    return np.linspace(0, count - 1, min(COUNT, count)).astype(np.intp)


def sizes(flat: Array, where: Places) -> Sizes:
    """Of a flat array of all weights. Means of |g|, not of squares: those of small numbers are 0."""
    with np.errstate(divide="ignore", over="ignore"):
        size = np.abs(flat)
        if not np.isfinite(size.sum()):
            size = np.nan_to_num(size, nan=np.inf, posinf=np.inf)
        return Sizes(
            _log10(np.add.reduceat(size, where.layers.ravel())[::2], where.layer_counts),
            _log10(np.add.reduceat(size, where.units.ravel())[::2], where.unit_counts),
            _log10(size[where.edges], where.edge_counts),
        )


def _log10(totals: Array, counts: Array) -> NDArray[np.float32]:
    return np.log10(totals.reshape(counts.shape) / counts).astype(np.float32)


def norms(weights: Sequence[Array]) -> Array:
    """The Frobenius norm of each layer's weights; squares of small numbers do not underflow."""
    found = np.zeros(len(weights))
    for l, w in enumerate(weights):
        largest = float(np.abs(w).max())
        if largest and math.isfinite(largest):
            found[l] = largest * float(np.linalg.norm(w / largest))
        else:
            found[l] = largest if largest == 0.0 else math.inf
    return found


def ratios(updates: Array, weights: Array) -> Array:
    """|update| / |W|; 0 where nothing moves, inf where weights of zero do."""
    with np.errstate(divide="ignore"):
        return np.divide(updates, weights, out=np.zeros_like(updates), where=updates > 0)
