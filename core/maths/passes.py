"""The way forward through a deep random network and the way back, several activations at once.

Everything is float64; where a sample's signal or gradient leaves the comfortable range it is rescaled by a power of
two and the exponent carried, so that nothing underflows however deep the network, and an exact zero stays one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.facts import TRUE_ZERO, facts
from core.maths.normalization import NORMALIZATIONS, normalized, normalized_gradient
from core.maths.scaled import added, log10_root, mean_over_samples, rescale, to_one_exponent
from core.maths.tails import TINY, mend
from core.maths.weights import biases, stream

if TYPE_CHECKING:
    from core.maths.network import Network

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]
Look = Callable[[str, int, Array, Exponents], None]  # what, layer, values, exponents


@dataclass(frozen=True)
class _Undoing:
    """What the gradient of a normalization needs: z, and the factor, which stands for `factor` 2^`factor_exponent`."""

    z: Array
    factor: Array
    factor_exponent: Exponents


@dataclass(frozen=True)
class Forward:
    """What the way back needs: h (h[l] enters layer l, counted from 0) and f'(z); and what was seen on the way.

    Sums of squares and means are over units; the shares are of dead units and of saturated (unit, sample) pairs.
    """

    h: Sequence[Array]
    exponent: Exponents  # of h
    slopes: Sequence[Array]  # a zero is one: what underflows is not (core.maths.tails)
    slope_exponent: Exponents
    h_means: Array
    h_squares: Array
    z_squares: Array
    z_exponent: Exponents
    dead: Array
    saturated: Array
    undoing: list[_Undoing]  # of each normalization; empty without one


def forward(networks: "Sequence[Network]", weights: Callable[[int], Array], look: Look | None) -> Forward:
    """A pre-activation is rescaled only where it is so large or so small (2^+-200) that every activation is
    homogeneous to the last bit, f(c z) = c f(z), or saturated; all others keep the exponent 0. All that is asked of a
    layer is asked while the processor's cache still holds it.
    """
    first, count = networks[0], len(networks)
    shape = (first.depth, count, first.batch)
    # One block for both: the allocator keeps it for the next measurement, where of two it would give pages back
    # to the system and have them cleared anew every time.
    block = np.empty((2, first.depth + 1, count * first.batch * max(first.widths)))
    h, slopes = ([_cut(row, *shape[1:], n) for row, n in zip(rows, first.widths, strict=True)] for rows in block)
    h_means, h_squares, z_squares = np.empty((3, *shape))
    dead, saturated = np.zeros((2, first.depth, count))
    each = [facts(network.activation, **network.parameters).threshold() for network in networks]
    thresholds = np.array(each)[:, np.newaxis, np.newaxis]
    exponent = np.zeros((first.depth + 1, *shape[1:]), dtype=np.int64)
    z_exponent, slope_exponent = np.zeros((2, *shape), dtype=np.int64)
    run = Forward(
        h, exponent, slopes[1:], slope_exponent, h_means, h_squares, z_squares, z_exponent, dead, saturated, []
    )
    h[0][:] = stream(first.seed, 0).standard_normal((first.batch, first.widths[0]))
    for l, (fan_in, fan_out) in enumerate(pairwise(first.widths)):
        z = (h[l].reshape(-1, fan_in) @ weights(l).T).reshape(count, first.batch, fan_out)
        added_biases = biases(first, l, fan_in, fan_out)
        if added_biases is not None:
            z += np.ldexp(added_biases, -exponent[l, ..., np.newaxis])
        before = exponent[l]
        if first.normalization:
            z, before, undoing = _normalized(z, before, first.normalization)
            run.undoing.append(undoing)
        z_squares[l], z_exponent[l] = rescale(z, before)
        rescaled = z_exponent[l].any()
        if rescaled:  # as near the true z as float64 allows, so that what saturates, or does not start at 0, does so
            shift = np.clip(z_exponent[l], -800, 800)
            z = np.ldexp(z, shift[..., np.newaxis])
        if look:
            look("preactivation", l, z, z_exponent[l] - shift if rescaled else z_exponent[l])
        far = rescaled or z_squares[l].max() > TRUE_ZERO**2  # nearer to 0 no derivative underflows
        for i, network in enumerate(networks):
            function = ACTIVATIONS[network.activation]
            h[l + 1][i], run.slopes[l][i] = function.value_and_derivative(z[i], **network.parameters)
            if far and function.log_derivative and not run.slopes[l][i].all():
                slope_exponent[l, i] = mend(network.activation, network.parameters, z[i], run.slopes[l][i])
        dead[l], saturated[l] = _shares(run.slopes[l], thresholds)
        if rescaled:
            size = np.frexp(np.abs(h[l + 1]).max(axis=-1))[1]
            exponent[l + 1] = np.where(np.abs(size) > 300, z_exponent[l] - shift, 0)
        if first.residual:
            branch = first.branch_scale * h[l + 1]
            h[l + 1][:], exponent[l + 1] = added(h[l], exponent[l], branch, exponent[l + 1])
        h_squares[l], exponent[l + 1] = rescale(h[l + 1], exponent[l + 1])
        h_means[l] = h[l + 1] @ np.full(fan_out, 1.0 / fan_out)
    return run


def _cut(row: Array, count: int, batch: int, units: int) -> Array:
    return row[: count * batch * units].reshape(count, batch, units)


def _normalized(a: Array, exponent: Exponents, name: str) -> tuple[Array, Exponents, _Undoing]:
    """z and its exponents, and what the way back needs to undo it."""
    axis = NORMALIZATIONS[name].axis
    if axis == -2:  # the samples are compared with each other
        a, top = to_one_exponent(a, exponent)
        exponent = np.repeat(top[:, np.newaxis], a.shape[1], axis=1)
    along = exponent[..., np.newaxis] if axis == -1 else exponent[:, :1, np.newaxis]
    z, factor = normalized(a, axis, along)
    after = np.minimum(exponent, 0)
    kept = np.ldexp(z, after[..., np.newaxis]) if after.any() else z.copy()
    return z, after, _Undoing(kept, factor, -np.maximum(exponent, 0))


def _shares(slopes: Array, thresholds: Array) -> tuple[Array, Array]:
    """Of dead units and of saturated pairs, for each activation: their derivative is zero throughout, or small."""
    small = np.abs(slopes) < thresholds
    dead, saturated = np.zeros((2, len(slopes)))
    if small.any():
        saturated = np.count_nonzero(small, axis=(1, 2)) / small[0].size
        for i in np.flatnonzero(saturated):
            dead[i] = np.count_nonzero(~slopes[i].any(axis=0)) / slopes.shape[-1]
    return dead, saturated


def backward(
    first: "Network",
    weights: Callable[[int], Array],
    passed: Forward,
    depths: Sequence[int],
    look: Look | None,
    of_weights: bool,
) -> tuple[Array, Array]:
    """log10 RMS of delta_l = (W^T delta_{l+1}) f'(z_l) and of dLoss/dW: two arrays (depths, layers, activations).

    At the last activation of each of the `depths`, deepest first, it starts with the same normal gradient of RMS 1, and
    from there on they travel together; dLoss/dW is summed over the batch. `weights` gives W, (fan_out, fan_in), of a
    layer counted from 0.
    """
    layers, (count, batch, width) = len(passed.slopes), passed.slopes[-1].shape
    scale = first.branch_scale if first.residual else 1.0
    start = stream(first.seed, 1).standard_normal((batch, width))
    start = np.broadcast_to(start / np.sqrt(np.mean(start**2)), (1, count, batch, width))
    upstream, exponent = np.empty((0, *start.shape[1:])), np.zeros((0, count, batch), dtype=np.int64)
    delta_ms, gradient_ms = np.full((2, len(depths), layers, count), np.nan)  # squares, to be read times 4^top
    delta_top, gradient_top = np.zeros((2, *delta_ms.shape), dtype=np.int64)
    gradient = np.empty(0)
    for l in reversed(range(layers)):
        if l + 1 in depths:
            upstream = np.concatenate([upstream, start])
            exponent = np.concatenate([exponent, np.zeros((1, count, batch), dtype=np.int64)])
        here = np.s_[: len(upstream), l]
        skipped, skipped_exponent = (upstream.copy(), exponent) if first.residual else (None, exponent)
        alive = (upstream != 0.0) & (passed.slopes[l] != 0.0) & (scale != 0.0) if look else None
        delta = np.multiply(upstream, passed.slopes[l], out=upstream)
        if first.residual:
            delta *= scale
        squares, exponent = rescale(delta, exponent + passed.slope_exponent[l])
        delta_ms[here], delta_top[here] = mean_over_samples(squares, exponent)
        if look:
            look("gradient", l, np.where(alive & (delta == 0.0), TINY, delta), exponent)
        if first.normalization:
            delta, exponent = _before_normalization(delta, exponent, first.normalization, passed.undoing[l])
        if of_weights:
            aligned, gradient_top[here] = to_one_exponent(delta, exponent + passed.exponent[l], passed.h[l])
            shape = (*delta.shape[:-2], delta.shape[-1], passed.h[l].shape[-1])
            gradient = gradient if gradient.shape == shape else np.empty(shape)  # new memory takes time
            np.matmul(aligned.swapaxes(-1, -2), passed.h[l], out=gradient)
            gradient_ms[here] = np.vecdot(gradient, gradient).sum(axis=-1)
        if l > 0:
            upstream = delta.reshape(-1, delta.shape[-1]) @ weights(l)
            upstream = upstream.reshape(*delta.shape[:-1], -1)
            if skipped is not None:
                upstream, exponent = added(upstream, exponent, skipped, skipped_exponent)
    fan_in, fan_out = (np.array(units)[:, np.newaxis] for units in (first.widths[:-1], first.widths[1:]))
    return log10_root(delta_ms / fan_out, delta_top), log10_root(gradient_ms / (fan_in * fan_out), gradient_top)


def _before_normalization(delta: Array, exponent: Exponents, name: str, undoing: _Undoing) -> tuple[Array, Exponents]:
    """dLoss/d(W h + b) from delta = dLoss/dz."""
    axis = NORMALIZATIONS[name].axis
    if axis == -2:
        delta, top = to_one_exponent(delta, exponent)
        exponent = np.repeat(top[..., np.newaxis], delta.shape[-2], axis=-1)
    before = normalized_gradient(delta, undoing.z, undoing.factor, axis)
    return before, rescale(before, exponent + undoing.factor_exponent)[1]
