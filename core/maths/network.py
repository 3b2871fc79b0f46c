"""A deep random network: one forward and one backward pass, with statistics of every layer.

    z_l = W_l h_{l-1} + b_l      h_l = f(z_l)      delta_l = dLoss/dz_l      l = 1..L

With a normalization z_l = norm(W_l h_{l-1} + b_l), and with residual connections h_l = h_{l-1} + s f(z_l), s the
branch scale. The input h_0 is standard normal, and the "loss" is whatever sends a normal gradient of RMS 1 back into
the last activation. W_l has the shape (n_l, n_{l-1}); the layers are equally wide unless a profile says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.fields import Field, validate
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS, check_batch, known
from core.maths.numbers import Number
from core.maths.passes import Look, backward, forward
from core.maths.profiles import PROFILES, widths
from core.maths.scaled import mean_over_samples, relative_mean
from core.maths.weights import square_weights, weights_between

Array = NDArray[np.float64]

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
    Field("profile", "profile", PROFILES, rare=True),
    Field("batch", "batch", BATCH, rare=True),
    Field("seed", "seed", SEED, rare=True),
    Field("bias_mean", "", BIAS_MEAN),
)

LARGEST = 2**24  # depth x width x batch: 128 MiB for one array of all pre-activations


@dataclass(frozen=True)
class Network:
    """The settings of a network, validated on creation: ValueError names the setting and its bounds.

    `weight_gain` multiplies every weight, `bias_mean` and `bias_std` describe the normal biases, to which an
    initializer may add its own. `normalization` is None, "layer" or "batch" ("LayerNorm", "batch_norm" and the like
    are understood); `branch_scale` multiplies the activation where `residual` adds it to what came in. `width` is that
    of the widest layer of a `profile`.
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
    profile: str = "constant"

    def __post_init__(self) -> None:
        validate(self, FIELDS)
        check_batch(self.normalization, self.batch)
        if self.residual and self.profile != "constant":
            raise ValueError("a residual connection adds what came in, so it needs layers of equal width")
        if self.depth * self.width * self.batch > LARGEST:
            raise ValueError(
                f"depth x width x batch must be at most {LARGEST:,}, not {self.depth * self.width * self.batch:,}"
            )

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of the input and of every layer."""
        return widths(self.profile, self.width, self.depth)

    @property
    def weight_variance(self) -> float:
        """sigma_w^2 = fan_in Var W of a layer that is width x width, the gain included."""
        return self._weight_variance(self.width, self.width)

    @property
    def weight_variances(self) -> tuple[float, ...]:
        """The same of every layer."""
        if self.profile == "constant":
            return (self.weight_variance,) * self.depth
        return tuple(self._weight_variance(fan_in, fan_out) for fan_in, fan_out in pairwise(self.widths))

    def _weight_variance(self, fan_in: int, fan_out: int) -> float:
        variance = INITIALIZERS[self.initializer].variance(fan_in, fan_out, **self.initializer_parameters)
        return fan_in * variance * self.weight_gain**2


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
    time, theirs is nan. ValueError for a depth that the networks cannot have. How wide a layer of a profile is depends
    on the depth: then each depth has its own ways.
    """
    if not (networks and depths):
        return [[] for _ in depths]
    first, deepest = networks[0], max(depths)
    for network in networks:
        if replace(network, activation=first.activation, parameters=first.parameters) != first:
            raise ValueError("networks measured together must share all but the activation")
    for depth in depths:
        replace(first, depth=depth)  # ValueError
    if first.profile != "constant" and len(set(depths)) > 1:
        return [measure_depths(networks, [depth], of_weights)[0] for depth in depths]
    deep = [replace(network, depth=deepest) for network in networks]
    together = max(1, LARGEST // (deepest * first.width * first.batch))
    groups = [measure_group(deep[i : i + together], depths, None, of_weights) for i in range(0, len(deep), together)]
    return [[layers for group in groups for layers in group[k]] for k in range(len(depths))]


def measure_group(
    networks: Sequence[Network], depths: Sequence[int], look: Look | None = None, of_weights: bool = True
) -> list[list[Layers]]:
    """As `measure_depths`, all at once, of networks as deep as the greatest of the depths, in a profile the only one.

    `look` is shown each layer's pre-activations, indexed [activation, sample, unit], and its gradients, for each depth
    that it is part of, deepest first: [depth, activation, sample, unit]. The exponents of core.maths.scaled have no
    units: a true value is its entry times 2^exponent.
    """
    if networks[0].profile != "constant" and len(set(depths)) > 1:
        raise ValueError("the widths of a profile depend on the depth: it is measured at one depth at a time")
    units = np.array(networks[0].widths[1:])
    weights = weights_of(networks[0])
    passed = forward(networks, weights, look)
    h_exponent = passed.exponent[1:]
    z_ms, z_top = mean_over_samples(passed.z_squares / units[:, np.newaxis, np.newaxis], passed.z_exponent)
    h_ms, h_top = mean_over_samples(passed.h_squares / units[:, np.newaxis, np.newaxis], h_exponent)
    mean = np.mean(np.ldexp(passed.h_means, h_exponent - h_top[..., np.newaxis]), axis=-1)
    with np.errstate(over="ignore"):
        rms = np.ldexp(np.sqrt(z_ms), z_top)
        variance = np.maximum(h_ms - mean**2, 0.0)
        for l, i in np.argwhere(variance < 1e-6 * h_ms):  # nearly equal numbers: the difference lost its digits
            values = np.ldexp(passed.h[l + 1][i], (h_exponent[l, i] - h_top[l, i])[:, np.newaxis])
            variance[l, i] = np.var(values - values[0, 0])
        std = np.ldexp(np.sqrt(variance), h_top)
        mean = np.ldexp(mean, h_top)
    order = sorted(set(depths), reverse=True)
    back = backward(networks[0], weights, passed, order, look, of_weights)
    gradients = dict(zip(order, zip(*back, strict=True), strict=True))
    columns = [(rms, mean, std, *gradients[depth], passed.dead, passed.saturated) for depth in depths]
    return [
        [Layers(*(column[:depth, i].copy() for column in each)) for i in range(len(networks))]
        for depth, each in zip(depths, columns, strict=True)
    ]


def weights_of(network: Network) -> Callable[[int], Array]:
    """layer, counted from 0 -> W, the gain included."""
    parameters, gain = tuple(network.initializer_parameters.items()), network.weight_gain
    if network.profile == "constant":
        weights = square_weights(network.initializer, parameters, network.width, network.seed)
    else:
        weights = weights_between(network.initializer, parameters, network.widths, network.seed)
    return weights if gain == 1.0 else lambda layer: gain * weights(layer)
