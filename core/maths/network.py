"""A deep random network: one forward and one backward pass, with statistics of every layer.

    z_l = W_l h_{l-1} + b_l      h_l = f(z_l)      delta_l = dLoss/dz_l      l = 1..L

The input h_0 is standard normal, every layer is width x width, and the "loss" is whatever sends a normal
gradient of RMS 1 back into the last activation. Everything is float64; where a sample's signal or gradient
leaves the comfortable range it is rescaled by a power of two and the exponent carried, so that
nothing underflows however deep the network, and an exact zero stays one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.facts import SMALL_SHARE, facts
from core.maths.initializers import INITIALIZERS
from core.maths.numbers import Number, validated

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]

DEPTH = Number("depth", "L", 20, 1, 1000, 1)
WIDTH = Number("width", "n", 64, 2, 512, 1)
BATCH = Number("batch", "B", 32, 1, 512, 1)
SEED = Number("seed", "seed", 0, 0, 2**31 - 1, 1)
WEIGHT_GAIN = Number("weight_gain", "g", 1.0, 0.0, 10.0, 0.05)
BIAS_STD = Number("bias_std", "σ_b", 0.0, 0.0, 10.0, 0.05)
BIAS_MEAN = Number("bias_mean", "b", 0.0, -10.0, 10.0, 0.05)
NUMBERS = (DEPTH, WIDTH, BATCH, SEED, WEIGHT_GAIN, BIAS_STD, BIAS_MEAN)

LARGEST = 2**24  # depth x width x batch: 128 MiB for one array of all pre-activations
_WEIGHTS_KEPT = 2**21  # weights of up to 16 MiB are kept for the next measurement, larger ones drawn again
_CHUNK = 2**14  # values looked at together: few enough to stay in the processor's cache


@dataclass(frozen=True)
class Network:
    """The settings of a network, validated on creation: ValueError names the setting and its bounds.

    `weight_gain` multiplies every weight, `bias_mean` and `bias_std` describe the normal biases.
    """

    activation: str
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    depth: int = int(DEPTH.default)
    width: int = int(WIDTH.default)
    initializer: str = "glorot_normal"
    initializer_parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    weight_gain: float = 1.0
    bias_std: float = 0.0
    batch: int = int(BATCH.default)
    seed: int = 0
    bias_mean: float = 0.0

    def __post_init__(self) -> None:
        for kind, registry, chosen, parameters in (
            ("activation", ACTIVATIONS, self.activation, "parameters"),
            ("initializer", INITIALIZERS, self.initializer, "initializer_parameters"),
        ):
            if not isinstance(chosen, str) or chosen not in registry:
                raise ValueError(f"unknown {kind} {chosen!r:.60}; known: {', '.join(registry)}")
            valid = validated(registry[chosen].parameters, getattr(self, parameters), chosen)
            object.__setattr__(self, parameters, valid)
        for number in NUMBERS:
            object.__setattr__(self, number.name, number.validate(getattr(self, number.name)))
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

    `log10_delta`: log10 of the RMS, over units and batch, of dLoss/dz_l.
    `log10_weight_gradient`: log10 of the RMS, over its entries, of dLoss/dW_l summed over the batch.
    `dead`: share of units whose derivative is exactly zero for the whole batch.
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


def measure(network: Network) -> Layers:
    """Forward and backward through one network."""
    return measure_many([network])[0]


def measure_many(networks: Sequence[Network]) -> list[Layers]:
    """Several networks that share all but the activation: one product per layer serves them all."""
    if not networks:
        return []
    first = networks[0]
    for network in networks:
        if replace(network, activation=first.activation, parameters=first.parameters) != first:
            raise ValueError("networks measured together must share all but the activation")
    together = max(1, LARGEST // (first.depth * first.width * first.batch))
    groups = [networks[i : i + together] for i in range(0, len(networks), together)]
    return [layers for group in groups for layers in _measure_group(group)]


def _measure_group(networks: Sequence[Network]) -> list[Layers]:
    """Arrays are indexed [layer, activation, sample, unit]; a value is its entry times 2^(exponent of its sample)."""
    width = networks[0].width
    weights = _weights(networks[0])
    h, slopes, h_squares, z_squares, exponent, z_exponent = _forward(networks, weights)
    h_exponent = exponent[1:]
    z_ms, z_top = _mean_over_samples(z_squares / width, z_exponent)
    h_ms, h_top = _mean_over_samples(h_squares / width, h_exponent)
    h_sums = h[1:] @ np.full(width, 1.0 / width)
    mean = np.mean(np.ldexp(h_sums, h_exponent - h_top[..., np.newaxis]), axis=-1)
    dead, saturated = _shares(networks, slopes)
    log10_delta, log10_gradient = _backward(networks[0], weights, slopes, h, exponent)
    with np.errstate(over="ignore"):
        rms = np.ldexp(np.sqrt(z_ms), z_top)
        variance = np.maximum(h_ms - mean**2, 0.0)
        for l, i in np.argwhere(variance < 1e-6 * h_ms):  # nearly equal numbers: the difference lost its digits
            values = np.ldexp(h[l + 1, i], (h_exponent[l, i] - h_top[l, i])[:, np.newaxis])
            variance[l, i] = np.var(values - values[0, 0])
        std = np.ldexp(np.sqrt(variance), h_top)
        mean = np.ldexp(mean, h_top)
    columns = (rms, mean, std, log10_delta, log10_gradient, dead, saturated)
    return [Layers(*(column[:, i].copy() for column in columns)) for i in range(len(networks))]


def _forward(
    networks: Sequence[Network], weights: Callable[[int], Array]
) -> tuple[Array, Array, Array, Array, Exponents, Exponents]:
    """h (h[l] enters layer l, counted from 0), f'(z), the sums of h^2 and z^2 over units, the exponents of h and z.

    A pre-activation is rescaled only where it is so large or so small (2^+-200) that every activation is
    homogeneous to the last bit, f(c z) = c f(z), or saturated; all others keep the exponent 0.
    """
    first, count = networks[0], len(networks)
    shape = (first.depth, count, first.batch, first.width)
    # One block for both: the allocator keeps it for the next measurement, where of two it would give pages back
    # to the system and have them cleared anew every time.
    h, slopes = np.empty((2, first.depth + 1, *shape[1:]))
    h_squares, z_squares = np.empty((2, *shape[:3]))
    exponent = np.zeros((first.depth + 1, *shape[1:3]), dtype=np.int64)
    z_exponent = np.zeros(shape[:3], dtype=np.int64)
    h[0] = _stream(first.seed, 0).standard_normal(shape[2:])
    for l in range(first.depth):
        z = (h[l].reshape(-1, first.width) @ weights(l).T).reshape(shape[1:])
        if first.bias_std or first.bias_mean:
            biases = first.bias_mean + first.bias_std * _stream(first.seed, 2, l).standard_normal(first.width)
            z += np.ldexp(biases, -exponent[l, ..., np.newaxis])
        z_squares[l], z_exponent[l] = _rescale(z, exponent[l])
        rescaled = z_exponent[l].any()
        if rescaled:  # as near the true z as float64 allows, so that what saturates, or does not start at 0, does so
            shift = np.clip(z_exponent[l], -800, 800)
            z = np.ldexp(z, shift[..., np.newaxis])
        for i, network in enumerate(networks):
            function = ACTIVATIONS[network.activation]
            h[l + 1, i], slopes[l, i] = function.value_and_derivative(z[i], **network.parameters)
        if rescaled:
            size = np.frexp(np.abs(h[l + 1]).max(axis=-1))[1]
            exponent[l + 1] = np.where(np.abs(size) > 300, z_exponent[l] - shift, 0)
        h_squares[l], exponent[l + 1] = _rescale(h[l + 1], exponent[l + 1])
    return h, slopes[:-1], h_squares, z_squares, exponent, z_exponent


def _shares(networks: Sequence[Network], slopes: Array) -> tuple[Array, Array]:
    """The shares of dead units and of saturated (unit, sample) pairs, per layer and activation."""
    depth, count, batch, width = slopes.shape
    dead, saturated = np.zeros((depth, count)), np.zeros((depth, count))
    step = max(1, _CHUNK // (batch * width))
    for i, network in enumerate(networks):
        threshold = SMALL_SHARE * facts(network.activation, **network.parameters).largest
        for l in range(0, depth, step):
            chunk = slopes[l : l + step, i]
            small = np.abs(chunk) < threshold
            if small.any():
                saturated[l : l + step, i] = np.count_nonzero(small, axis=(1, 2)) / (batch * width)
                dead[l : l + step, i] = np.count_nonzero(~chunk.any(axis=1), axis=1) / width
    return dead, saturated


def _backward(
    first: Network, weights: Callable[[int], Array], slopes: Array, h: Array, exponent: Exponents
) -> tuple[Array, Array]:
    """log10 RMS of delta and of dLoss/dW per layer: delta_l = (W^T delta_{l+1}) f'(z_l)."""
    depth, count, batch, width = slopes.shape
    injected = _stream(first.seed, 1).standard_normal((batch, width))
    upstream = np.empty((count, batch, width))
    upstream[:] = injected / np.sqrt(np.mean(injected**2))
    delta_squares = np.empty((depth, count, batch))
    delta_exponent = np.zeros((depth + 1, count, batch), dtype=np.int64)
    gradient_squares, gradient_top = np.empty((depth, count)), np.zeros((depth, count), dtype=np.int64)
    for l in reversed(range(depth)):
        delta = np.multiply(upstream, slopes[l], out=upstream)
        delta_squares[l], delta_exponent[l] = _rescale(delta, delta_exponent[l + 1])
        aligned, gradient_top[l] = _aligned(delta, h[l], delta_exponent[l] + exponent[l])
        gradient = (aligned.transpose(0, 2, 1) @ h[l]).reshape(count, -1)
        gradient_squares[l] = np.vecdot(gradient, gradient)
        if l > 0:
            upstream = (delta.reshape(-1, width) @ weights(l)).reshape(delta.shape)
    mean_square, top = _mean_over_samples(delta_squares / width, delta_exponent[:-1])
    return _log10_root(mean_square, top), _log10_root(gradient_squares / width**2, gradient_top)


def _aligned(delta: Array, h: Array, exponent: Exponents) -> tuple[Array, Exponents]:
    """delta brought to one exponent per activation, the largest of the samples whose product with h is not zero."""
    if not exponent.any():  # as nearly always
        return delta, exponent[:, 0]
    alive = np.logical_and(delta.any(axis=-1), h.any(axis=-1))
    top = _top(exponent, alive)
    return np.ldexp(delta, np.where(alive, exponent - top[:, np.newaxis], 0)[..., np.newaxis]), top


def _rescale(values: Array, exponent: Exponents) -> tuple[Array, Exponents]:
    """Bring samples beyond 2^+-200 to 2^+-100, in place; return their sums of squares and new exponents."""
    with np.errstate(over="ignore"):
        squares = np.vecdot(values, values)
    if not exponent.any() and squares.min() > 2.0**-400 and squares.max() < 2.0**400:
        return squares, exponent
    size = np.frexp(np.abs(values).max(axis=-1))[1]  # 0 for a sample that is exactly zero, or near 1
    wrong = (np.abs(size) > 200) | (exponent * size < 0) | ((exponent != 0) & (np.abs(size) < 50))
    true_size = exponent + size
    wanted = np.where(np.abs(true_size) <= 200, 0, true_size - 100 * np.sign(true_size))
    changed = np.where(wrong & values.any(axis=-1), wanted, exponent)
    values[:] = np.ldexp(values, (exponent - changed)[..., np.newaxis])
    return np.vecdot(values, values), changed


def _top(exponent: Exponents, alive: NDArray[np.bool_]) -> Exponents:
    """The largest exponent among the samples (last axis) that are not exactly zero; 0 if there is none."""
    lowest = np.iinfo(np.int64).min
    return np.where(alive.any(axis=-1), np.where(alive, exponent, lowest).max(axis=-1), 0)


def _mean_over_samples(mean_squares: Array, exponent: Exponents) -> tuple[Array, Exponents]:
    """The mean over samples (last axis) of mean_squares 4^exponent, as (m, top) standing for m 4^top."""
    if not exponent.any():  # as nearly always
        return np.mean(mean_squares, axis=-1), exponent[..., 0]
    top = _top(exponent, mean_squares > 0)
    return np.mean(np.ldexp(mean_squares, 2 * (exponent - top[..., np.newaxis])), axis=-1), top


def _log10_root(mean_square: Array, top: Exponents) -> Array:
    """log10 of sqrt(mean_square 4^top); -inf for an exact zero."""
    with np.errstate(divide="ignore"):
        return 0.5 * np.log10(mean_square) + np.log10(2.0) * top


def _stream(seed: int, *purpose: int) -> np.random.Generator:
    """An independent random stream for each purpose: 0 input, 1 gradient, 2 biases, 3 weights (by layer)."""
    return np.random.default_rng([seed, *purpose])


def _weights(network: Network) -> Callable[[int], Array]:
    """layer -> W, drawn from one stream per layer, so that a deeper network begins like a shallower one."""
    settings = (network.initializer, tuple(network.initializer_parameters.items()), network.width, network.seed)
    gain = network.weight_gain
    rounded = -(-network.depth // 25) * 25  # one kept stack serves many depths
    if rounded * network.width**2 > _WEIGHTS_KEPT:
        return lambda l: gain * _draw(*settings, l)
    stack = _kept_weights(*settings, rounded)
    return lambda l: gain * stack[l] if gain != 1.0 else stack[l]


@lru_cache(maxsize=8)
def _kept_weights(
    initializer: str, parameters: tuple[tuple[str, float], ...], width: int, seed: int, depth: int
) -> Array:
    stack = np.stack([_draw(initializer, parameters, width, seed, l) for l in range(depth)])
    stack.flags.writeable = False
    return stack


def _draw(initializer: str, parameters: tuple[tuple[str, float], ...], width: int, seed: int, layer: int) -> Array:
    return INITIALIZERS[initializer].weights(_stream(seed, 3, layer), width, width, **dict(parameters))
