"""A deep random network: one forward and one backward pass, with statistics of every layer.

    z_l = W_l h_{l-1} + b_l      h_l = f(z_l)      delta_l = dLoss/dz_l      l = 1..L

With a normalization z_l = norm(W_l h_{l-1} + b_l), and with residual connections h_l = h_{l-1} + s f(z_l), s the
branch scale. The input h_0 is standard normal, every layer is width x width, and the "loss" is whatever sends a normal
gradient of RMS 1 back into the last activation. Everything is float64; where a sample's signal or gradient
leaves the comfortable range it is rescaled by a power of two and the exponent carried, so that
nothing underflows however deep the network, and an exact zero stays one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.facts import TRUE_ZERO, facts
from core.maths.fields import Field, validate
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS, check_batch, known, normalized, normalized_gradient
from core.maths.numbers import Number
from core.maths.scaled import added, log10_root, mean_over_samples, relative_mean, rescale, to_one_exponent
from core.maths.tails import TINY, mend
from core.maths.weights import biases, square_weights, stream

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]
Look = Callable[[str, int, Array, Exponents], None]  # what, layer, values, exponents

DEPTH = Number("depth", "L", 20, 1, 1000, 1)
WIDTH = Number("width", "n", 64, 2, 512, 1)
BATCH = Number("batch", "B", 32, 1, 512, 1)
SEED = Number("seed", "seed", 0, 0, 2**31 - 1, 1)
WEIGHT_GAIN = Number("weight_gain", "g", 1.0, 0.0, 10.0, 0.05)
BIAS_STD = Number("bias_std", "σ_b", 0.0, 0.0, 10.0, 0.05)
BIAS_MEAN = Number("bias_mean", "b", 0.0, -10.0, 10.0, 0.05)
BRANCH_SCALE = Number("branch_scale", "s", 1.0, 0.0, 2.0, 0.05)

FIELDS = (  # of a Network, in the order in which a reader is asked
    Field("activation", "activation", ACTIVATIONS, parameters="parameters", always=True),
    Field("depth", "depth", DEPTH, always=True),
    Field("initializer", "initializer", INITIALIZERS, parameters="initializer_parameters", always=True),
    Field("weight_gain", "gain", WEIGHT_GAIN),
    Field("bias_std", "bias", BIAS_STD),
    Field("normalization", "normalization", NORMALIZATIONS, understood=known),
    Field("residual", "residual", bool),
    Field("branch_scale", "scale", BRANCH_SCALE, needs="residual"),
    Field("width", "width", WIDTH, rare=True),
    Field("batch", "batch", BATCH, rare=True),
    Field("seed", "seed", SEED, rare=True),
    Field("bias_mean", "", BIAS_MEAN),
)

LARGEST = 2**24  # depth x width x batch: 128 MiB for one array of all pre-activations
_CHUNK = 2**14  # values looked at together: few enough to stay in the processor's cache


@dataclass(frozen=True)
class Network:
    """The settings of a network, validated on creation: ValueError names the setting and its bounds.

    `weight_gain` multiplies every weight, `bias_mean` and `bias_std` describe the normal biases, to which an
    initializer may add its own. `normalization` is None, "layer" or "batch" ("LayerNorm", "batch_norm" and the like
    are understood); `branch_scale` multiplies the activation where `residual` adds it to what came in.
    """

    activation: str
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    depth: int = int(DEPTH.default)
    width: int = int(WIDTH.default)
    initializer: str = "glorot_normal"
    initializer_parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    weight_gain: float = 1.0
    bias_std: float = 0.0
    residual: bool = False
    normalization: str | None = None
    batch: int = int(BATCH.default)
    seed: int = 0
    bias_mean: float = 0.0
    branch_scale: float = 1.0

    def __post_init__(self) -> None:
        validate(self, FIELDS)
        check_batch(self.normalization, self.batch)
        if self.depth * self.width * self.batch > LARGEST:
            raise ValueError(
                f"depth x width x batch must be at most {LARGEST:,}, not {self.depth * self.width * self.batch:,}"
            )

    @property
    def weight_variance(self) -> float:
        """sigma_w^2 = fan_in Var W, the gain included."""
        variance = INITIALIZERS[self.initializer].variance(self.width, self.width, **self.initializer_parameters)
        return self.width * variance * self.weight_gain**2


@dataclass(frozen=True)
class Layers:
    """What was measured, arrays of shape (depth,), layer 1 first; log10 of an exact zero is -inf.

    The pre-activation z_l is what enters the activation, h_l what leaves the layer, a residual connection included.
    `log10_delta`: log10 of the RMS, over units and batch, of dLoss/dz_l.
    `log10_weight_gradient`: log10 of the RMS, over its entries, of dLoss/dW_l summed over the batch.
    `dead`: share of units whose derivative is exactly zero for the whole batch; one too small for float64 is not.
    `saturated`: share of (unit, sample) pairs with |f'| below 1 % of its maximum.
    `preactivation_rms`, `activation_mean` and `activation_std` overflow to inf and underflow to 0 as float64 does.
    """

    preactivation_rms: Array
    activation_mean: Array
    activation_std: Array
    log10_delta: Array
    log10_weight_gradient: Array
    dead: Array
    saturated: Array

    @property
    def relative_mean(self) -> Array:
        return relative_mean(self.activation_mean, self.activation_std)


def measure(network: Network) -> Layers:
    """Forward and backward through one network."""
    return measure_many([network])[0]


def measure_many(networks: Sequence[Network]) -> list[Layers]:
    """Several networks that share all but the activation: one product per layer serves them all."""
    return measure_depths(networks, [networks[0].depth])[0] if networks else []


def measure_depths(networks: Sequence[Network], depths: Sequence[int], of_weights: bool = True) -> list[list[Layers]]:
    """`measure_many` at several depths, whatever the networks' own: one way forward and one way back serve them all.

    By depth, in the order given, and then by network. Without the gradients `of_weights`, which take a third of the
    time, theirs is nan. ValueError for a depth that the networks cannot have.
    """
    if not (networks and depths):
        return [[] for _ in depths]
    first, deepest = networks[0], max(depths)
    for network in networks:
        if replace(network, activation=first.activation, parameters=first.parameters) != first:
            raise ValueError("networks measured together must share all but the activation")
    for depth in depths:
        replace(first, depth=depth)  # ValueError
    deep = [replace(network, depth=deepest) for network in networks]
    together = max(1, LARGEST // (deepest * first.width * first.batch))
    groups = [measure_group(deep[i : i + together], depths, None, of_weights) for i in range(0, len(deep), together)]
    return [[layers for group in groups for layers in group[k]] for k in range(len(depths))]


def measure_group(
    networks: Sequence[Network], depths: Sequence[int], look: Look | None = None, of_weights: bool = True
) -> list[list[Layers]]:
    """As `measure_depths`, all at once, of networks as deep as the greatest of the depths.

    `look` is shown each layer's pre-activations, indexed [activation, sample, unit], and its gradients, for each depth
    that it is part of, deepest first: [depth, activation, sample, unit]. The exponents of core.maths.scaled have no
    units: a true value is its entry times 2^exponent.
    """
    width = networks[0].width
    weights = weights_of(networks[0])
    forward = _forward(networks, weights, look)
    h_exponent = forward.exponent[1:]
    z_ms, z_top = mean_over_samples(forward.z_squares / width, forward.z_exponent)
    h_ms, h_top = mean_over_samples(forward.h_squares / width, h_exponent)
    h_sums = forward.h[1:] @ np.full(width, 1.0 / width)
    mean = np.mean(np.ldexp(h_sums, h_exponent - h_top[..., np.newaxis]), axis=-1)
    dead, saturated = _shares(networks, forward.slopes)
    with np.errstate(over="ignore"):
        rms = np.ldexp(np.sqrt(z_ms), z_top)
        variance = np.maximum(h_ms - mean**2, 0.0)
        for l, i in np.argwhere(variance < 1e-6 * h_ms):  # nearly equal numbers: the difference lost its digits
            values = np.ldexp(forward.h[l + 1, i], (h_exponent[l, i] - h_top[l, i])[:, np.newaxis])
            variance[l, i] = np.var(values - values[0, 0])
        std = np.ldexp(np.sqrt(variance), h_top)
        mean = np.ldexp(mean, h_top)
    order = sorted(set(depths), reverse=True)
    back = backward(networks[0], weights, forward, order, look, of_weights)
    gradients = dict(zip(order, zip(*back, strict=True), strict=True))
    columns = [(rms, mean, std, *gradients[depth], dead, saturated) for depth in depths]
    return [
        [Layers(*(column[:depth, i].copy() for column in each)) for i in range(len(networks))]
        for depth, each in zip(depths, columns, strict=True)
    ]


@dataclass(frozen=True)
class _Undoing:
    """What the gradient of a normalization needs: z, and the factor, which stands for `factor` 2^`factor_exponent`."""

    z: Array
    factor: Array
    factor_exponent: Exponents


@dataclass(frozen=True)
class _Forward:
    """What the way back needs: h (h[l] enters layer l, counted from 0) and f'(z), and sums of squares over units."""

    h: Array
    exponent: Exponents  # of h
    slopes: Array  # a zero is one: what underflows is not (core.maths.tails)
    slope_exponent: Exponents
    h_squares: Array
    z_squares: Array
    z_exponent: Exponents
    undoing: list[_Undoing]  # of each normalization; empty without one


def _forward(networks: Sequence[Network], weights: Callable[[int], Array], look: Look | None) -> _Forward:
    """A pre-activation is rescaled only where it is so large or so small (2^+-200) that every activation is
    homogeneous to the last bit, f(c z) = c f(z), or saturated; all others keep the exponent 0.
    """
    first, count = networks[0], len(networks)
    shape = (first.depth, count, first.batch, first.width)
    # One block for both: the allocator keeps it for the next measurement, where of two it would give pages back
    # to the system and have them cleared anew every time.
    h, slopes = np.empty((2, first.depth + 1, *shape[1:]))
    h_squares, z_squares = np.empty((2, *shape[:3]))
    exponent = np.zeros((first.depth + 1, *shape[1:3]), dtype=np.int64)
    z_exponent, slope_exponent = np.zeros((2, *shape[:3]), dtype=np.int64)
    run = _Forward(h, exponent, slopes[:-1], slope_exponent, h_squares, z_squares, z_exponent, [])
    h[0] = stream(first.seed, 0).standard_normal(shape[2:])
    for l in range(first.depth):
        z = (h[l].reshape(-1, first.width) @ weights(l).T).reshape(shape[1:])
        added_biases = biases(first, l, first.width, first.width)
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
            h[l + 1, i], slopes[l, i] = function.value_and_derivative(z[i], **network.parameters)
            if far and function.log_derivative and not slopes[l, i].all():
                slope_exponent[l, i] = mend(network.activation, network.parameters, z[i], slopes[l, i])
        if rescaled:
            size = np.frexp(np.abs(h[l + 1]).max(axis=-1))[1]
            exponent[l + 1] = np.where(np.abs(size) > 300, z_exponent[l] - shift, 0)
        if first.residual:
            branch = first.branch_scale * h[l + 1]
            h[l + 1], exponent[l + 1] = added(h[l], exponent[l], branch, exponent[l + 1])
        h_squares[l], exponent[l + 1] = rescale(h[l + 1], exponent[l + 1])
    return run


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


def _shares(networks: Sequence[Network], slopes: Array) -> tuple[Array, Array]:
    """The shares of dead units and of saturated (unit, sample) pairs, per layer and activation."""
    depth, count, batch, width = slopes.shape
    dead, saturated = np.zeros((depth, count)), np.zeros((depth, count))
    step = max(1, _CHUNK // (batch * width))
    for i, network in enumerate(networks):
        threshold = facts(network.activation, **network.parameters).threshold()
        for l in range(0, depth, step):
            chunk = slopes[l : l + step, i]
            small = np.abs(chunk) < threshold
            if small.any():
                saturated[l : l + step, i] = np.count_nonzero(small, axis=(1, 2)) / (batch * width)
                dead[l : l + step, i] = np.count_nonzero(~chunk.any(axis=1), axis=1) / width
    return dead, saturated


def backward(
    first: Network,
    weights: Callable[[int], Array],
    forward: _Forward,
    depths: Sequence[int],
    look: Look | None,
    of_weights: bool,
) -> tuple[Array, Array]:
    """log10 RMS of delta_l = (W^T delta_{l+1}) f'(z_l) and of dLoss/dW: two arrays (depths, layers, activations).

    At the last activation of each of the `depths`, deepest first, it starts with the same normal gradient of RMS 1, and
    from there on they travel together; dLoss/dW is summed over the batch. `weights` gives W, (width, width), of a layer
    counted from 0.
    """
    layers, count, batch, width = forward.slopes.shape
    scale = first.branch_scale if first.residual else 1.0
    start = stream(first.seed, 1).standard_normal((batch, width))
    start = np.broadcast_to(start / np.sqrt(np.mean(start**2)), (1, count, batch, width))
    upstream, exponent = np.empty((0, *start.shape[1:])), np.zeros((0, count, batch), dtype=np.int64)
    delta_ms, gradient_ms = np.full((2, len(depths), layers, count), np.nan)  # squares, to be read times 4^top
    delta_top, gradient_top = np.zeros((2, *delta_ms.shape), dtype=np.int64)
    for l in reversed(range(layers)):
        if l + 1 in depths:
            upstream = np.concatenate([upstream, start])
            exponent = np.concatenate([exponent, np.zeros((1, count, batch), dtype=np.int64)])
        here = np.s_[: len(upstream), l]
        skipped, skipped_exponent = (upstream.copy(), exponent) if first.residual else (None, exponent)
        alive = (upstream != 0.0) & (forward.slopes[l] != 0.0) & (scale != 0.0) if look else None
        delta = np.multiply(upstream, forward.slopes[l], out=upstream)
        if first.residual:
            delta *= scale
        squares, exponent = rescale(delta, exponent + forward.slope_exponent[l])
        delta_ms[here], delta_top[here] = mean_over_samples(squares, exponent)
        if look:
            look("gradient", l, np.where(alive & (delta == 0.0), TINY, delta), exponent)
        if first.normalization:
            delta, exponent = _before_normalization(delta, exponent, first.normalization, forward.undoing[l])
        if of_weights:
            aligned, gradient_top[here] = to_one_exponent(delta, exponent + forward.exponent[l], forward.h[l])
            gradient = aligned.swapaxes(-1, -2) @ forward.h[l]
            gradient_ms[here] = np.vecdot(gradient, gradient).sum(axis=-1)
        if l > 0:
            upstream = (delta.reshape(-1, width) @ weights(l)).reshape(delta.shape)
            if skipped is not None:
                upstream, exponent = added(upstream, exponent, skipped, skipped_exponent)
    return log10_root(delta_ms / width, delta_top), log10_root(gradient_ms / width**2, gradient_top)


def _before_normalization(delta: Array, exponent: Exponents, name: str, undoing: _Undoing) -> tuple[Array, Exponents]:
    """dLoss/d(W h + b) from delta = dLoss/dz."""
    axis = NORMALIZATIONS[name].axis
    if axis == -2:
        delta, top = to_one_exponent(delta, exponent)
        exponent = np.repeat(top[..., np.newaxis], delta.shape[-2], axis=-1)
    before = normalized_gradient(delta, undoing.z, undoing.factor, axis)
    return before, rescale(before, exponent + undoing.factor_exponent)[1]


def weights_of(network: Network) -> Callable[[int], Array]:
    """layer, counted from 0 -> W, the gain included."""
    parameters, gain = tuple(network.initializer_parameters.items()), network.weight_gain
    weights = square_weights(network.initializer, parameters, network.width, network.seed)
    return weights if gain == 1.0 else lambda layer: gain * weights(layer)
