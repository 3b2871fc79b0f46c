"""Theory of wide random networks: how variances and gradients change from layer to layer.

Weights W ~ N(0, sigma_w^2 / fan_in), biases b ~ N(0, sigma_b^2). In the limit of large width
pre-activations are normal with variance q:

    q_{l+1} = sigma_w^2 E[f(sqrt(q_l) Z)^2] + sigma_b^2          the variance map
    chi(q)  = sigma_w^2 E[f'(sqrt(q) Z)^2]                       mean square of delta, one step back

(Poole et al. 2016, arXiv:1606.05340; Schoenholz et al. 2017, arXiv:1611.01232.)
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from core.maths.activations import ACTIVATIONS
from core.maths.crossings import change_of, roots
from core.maths.facts import SMALL_SHARE, small
from core.maths.initializers import INITIALIZERS
from core.maths.moments import LARGEST_VARIANCE, NOISE, Moments, ladder, moments
from core.maths.network import Network
from core.maths.normalization import EPSILON
from core.maths.numbers import Number, parameters_of
from core.maths.scaled import relative_mean
from core.maths.weights import variance_of_biases

Array = NDArray[np.float64]

WEIGHT_VARIANCE = Number("weight_variance", "σ_w²", 1.5, 0.05, 5.0, 0.01)
BIAS_VARIANCE = Number("bias_variance", "σ_b²", 0.05, 0.0, 1.0, 0.01)
EDGE = 1e-3
JUMP = 1e-2  # of chi at once: more does not pass 1, but jumps over it
_NO_EDGE = 1e9  # a weight variance up to which an edge is looked for


def _valid(activation: str, parameters: Mapping[str, float]) -> dict[str, float]:
    return parameters_of("activation", activation, ACTIVATIONS, parameters)


def next_variance(activation: str, q: float, weight_variance: float, bias_variance: float, **params: float) -> float:
    """The variance of the next layer's pre-activations, given this layer's variance q."""
    return weight_variance * moments(activation, q, _valid(activation, params)).second + bias_variance


def chi(activation: str, q: float, weight_variance: float, **params: float) -> float:
    """What one backward step multiplies the mean square of delta by: < 1 vanishing, > 1 exploding."""
    return weight_variance * moments(activation, q, _valid(activation, params)).slope


def phase(chi: float) -> str:
    """Ordered (chi < 1: vanishing), chaotic (exploding), or the edge: a depth scale of 1,000 layers or more."""
    return "edge" if abs(chi - 1.0) < EDGE else "ordered" if chi < 1.0 else "chaotic"


def depth_scale(chi: float) -> float:
    """Layers over which the mean square of delta changes by a factor e: 1 / |ln chi|; inf at the edge of chaos."""
    if chi in (0.0, math.inf):
        return 0.0
    return math.inf if chi == 1.0 else 1.0 / abs(math.log(chi))


# Fixed points


@dataclass(frozen=True)
class FixedPoint:
    """A variance that repeats itself, the slope dq_{l+1}/dq_l there, and chi; `variance` inf: it runs away.

    `stable`: variances beside it move towards it.
    """

    variance: float
    slope: float
    chi: float
    stable: bool


def fixed_point(activation: str, weight_variance: float, bias_variance: float, **params: float) -> float:
    """The variance that signals settle at, the input having variance 1; inf where they run away.

    The variance map rises, so from q_1 = sigma_w^2 + sigma_b^2 the variance moves one way, up to the first fixed point.
    Where the map is the identity, as for ReLU with He's weights, that is q_1 itself.
    """
    weight_variance, bias_variance = _variances(weight_variance, bias_variance)
    start = weight_variance + bias_variance
    settings = _valid(activation, params)

    def change(q: float) -> float:
        """(V(q) - q) / q"""
        return change_of(activation, q, weight_variance, bias_variance, settings)

    first = change(start) if start > 0 else bias_variance
    if start == 0 or abs(first) < NOISE:
        return start
    found = [q for q, _ in roots(activation, weight_variance, bias_variance, settings)]
    if first > 0:
        return min((q for q in found if q > start), default=math.inf)
    return max((q for q in found if q < start), default=0.0)


def fixed_points(
    activation: str, weight_variance: float, bias_variance: float, **params: float
) -> tuple[FixedPoint, ...]:
    """All isolated fixed points of the variance map, the smallest first; inf is one where large variances run away."""
    weight_variance, bias_variance = _variances(weight_variance, bias_variance)
    settings = _valid(activation, params)
    points = roots(activation, weight_variance, bias_variance, settings)
    found = [(q, stable, moments(activation, q, settings)) for q, stable in points]
    return tuple(FixedPoint(q, weight_variance * m.growth, weight_variance * m.slope, stable) for q, stable, m in found)


def _variances(*values: float) -> tuple[float, ...]:
    """The same as floats; ValueError for what is no finite number of at least 0."""
    for value in values:
        if not (isinstance(value, (int, float, np.integer, np.floating)) and 0 <= value < math.inf):
            raise ValueError(f"a variance must be a number, at least 0, not {value!r:.60}")
    return tuple(float(value) for value in values)


def critical_weight_variance(activation: str, bias_variance: float, **params: float) -> float:
    """The weight variance sigma_w^2 at which chi, where signals of variance 1 settle, passes 1: the edge of chaos.

    As a rule chi passes 1 at a fixed point; where there is no stable one (swish and gelu with small biases, ReLU with
    any) it jumps there, when signals begin to run away.
    """
    (bias_variance,) = _variances(bias_variance)
    settings = _valid(activation, params)

    def passes(weight_variance: float) -> bool:
        q = fixed_point(activation, weight_variance, bias_variance, **settings)
        return chi(activation, q, weight_variance, **settings) > 1.0 + NOISE

    at_edge = moments_at_edge(activation, bias_variance, settings)
    if at_edge:
        just_below, above = (1.0 - 1e-7) / at_edge.slope, (1.0 + 1e-3) / at_edge.slope
        if not passes(just_below) and passes(above):
            return 1.0 / at_edge.slope
    return first_passing(passes)


def moments_at_edge(activation: str, bias_variance: float, settings: Mapping[str, float]) -> Moments | None:
    """The moments at the stable fixed point where chi is exactly 1; None if the edge is no such point.

    Where chi = 1, sigma_w^2 = 1 / E[f'^2], and q is a fixed point if the bias variance is q - E[f^2] / E[f'^2].
    """
    rungs = ladder(activation, **settings)
    if not rungs.slope.all():  # constant
        return None
    if bias_variance + rungs.at_zero.second == 0.0:
        return rungs.at_zero

    def excess(q: float) -> float:
        m = moments(activation, q, settings)
        return q - m.second / m.slope - bias_variance

    beyond = np.flatnonzero(rungs.q - rungs.second / rungs.slope - bias_variance > NOISE * rungs.q)
    if not len(beyond) or beyond[0] == 0:
        return None
    low, high = rungs.q[beyond[0] - 1 : beyond[0] + 1]
    q = float(low if excess(low) >= 0.0 else brentq(excess, low, high, xtol=1e-300, rtol=1e-14))
    m = moments(activation, q, settings)
    half_stable = 1e-7 if q > 1e-3 else 0.0  # as far as digits tell
    return m if m.growth / m.slope <= 1.0 + half_stable else None


def critical_gain(network: Network) -> float | None:
    """The weight gain at which chi is 1 where signals settle; None where no gain makes it so.

    That is at the edge of chaos, or where signals just begin to run away, if chi has come up to 1 by then, as with
    ReLU. With swish and gelu, and biases that are small, it jumps over 1. Where layers are normalized, skipped or not
    equally wide, chi is not what one of them does to the gradient; there, and where there is an `objection`, the answer
    is None.
    """
    if network.normalization or network.residual or network.profile != "constant" or objection(network):
        return None
    unit = replace(network, weight_gain=1.0).weight_variance
    name, settings, bias_variance = network.activation, network.parameters, variance_of_biases(network, network.width)

    def settled(weight_variance: float) -> float:
        return chi(name, fixed_point(name, weight_variance, bias_variance, **settings), weight_variance, **settings)

    edges = moments_at_edge(name, bias_variance, settings), ladder(name, **settings).at_infinity
    for slope in (edge.slope for edge in edges if edge):
        if unit and 0.0 < slope < math.inf:
            below, above = settled((1.0 - 1e-7) / slope), settled((1.0 + 1e-3) / slope)
            if 1.0 - JUMP < below <= 1.0 + NOISE < above:
                return math.sqrt(1.0 / slope / unit)
    return None


def first_passing(passes: Callable[[float], bool]) -> float:
    """The weight variance from which on `passes` holds, by bisection, which needs nothing of the map.

    It begins below every weight variance that anybody chooses: at 2 itself chi may touch 1. inf where there is none.
    """
    low, high = 0.0, 0.9
    while not passes(high):
        if high > _NO_EDGE:
            return math.inf
        low, high = high, 1.25 * high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if passes(middle) else (middle, high)
    return 0.5 * (low + high)


def saturated_share(activation: str, std: Array, share: float = SMALL_SHARE, **params: float) -> Array:
    """P(|f'(std Z)| < share max |f'|), Z standard normal, for each std."""
    # A right tail is the left tail mirrored: 1 - Phi would lose its digits.
    mirrored = [(-high, -low) if low > 0 else (low, high) for low, high in small(activation, share, **params)]
    parts = [ndtr(high / std) - ndtr(low / std) for low, high in mirrored]
    return np.sum(parts, axis=0) if parts else np.zeros_like(std)


# The prediction for a network


@dataclass(frozen=True)
class Prediction:
    """What theory expects of core.maths.network.Layers, in the same units: arrays of shape (depth,)."""

    preactivation_rms: Array
    activation_mean: Array
    activation_std: Array
    log10_delta: Array
    log10_weight_gradient: Array
    saturated: Array

    @property
    def relative_mean(self) -> Array:
        return relative_mean(self.activation_mean, self.activation_std)


def objection(network: Network) -> str | None:
    """Why theory has no prediction for a network, as a sentence for an error; None where it has one."""
    if network.bias_mean:
        return "the prediction is for biases of mean 0"
    if not INITIALIZERS[network.initializer].zero_mean:
        return f"the prediction is for weights of mean 0, which {network.initializer} does not draw"
    return None


def predicted(network: Network) -> Prediction:
    """The limit of infinite width (with BatchNorm of an infinite batch as well), layer by layer.

    Of a layer's input h, p is the mean square, m the mean and s the variance from sample to sample. Its
    W h + b has mean square sigma_w^2 p + sigma_b^2; a normalization divides by it (BatchNorm: by the part that
    differs between samples, sigma_w^2 s). With mean squares G of dLoss/dh and D of delta,

        D_l = scale^2 E[f'^2] G_l        G_{l-1} = sigma_w^2 D_l / divisor (+ G_l, residual)

    A layer of n_l units has its own sigma_w^2 = n_{l-1} Var W_l, and its n_l gradients meet in each of n_{l-1} units:
    back it is n_l Var W_l = sigma_w^2 n_l / n_{l-1} that counts. With weights of variance c / n_{l-1} the ratios of the
    widths cancel between neighbours, and only the first width and the last are left (He et al. 2015, arXiv:1502.01852,
    section 2.2); Glorot's 2 / (n_{l-1} + n_l) do not cancel.

    (Yang et al. 2019, arXiv:1902.08129 for BatchNorm; Yang & Schoenholz 2017, arXiv:1712.08969 for residuals.)
    inf where the variance leaves float64; ValueError where there is an `objection`.
    """
    if reason := objection(network):
        raise ValueError(reason)
    weight_variances = np.array(network.weight_variances)
    scale = network.branch_scale if network.residual else 1.0
    p, m, s = 1.0, 0.0, 1.0  # the input: standard normal
    # Variance, E[f'^2] scale^2, divisor, mean square that meets delta in dLoss/dW; then mean square and mean of h.
    rows = np.empty((network.depth, 6))
    last: tuple[float, Moments] | None = None
    for l, weight_variance in enumerate(network.weight_variances):
        bias_variance = variance_of_biases(network, network.widths[l])
        total = weight_variance * p + bias_variance
        if network.normalization == "batch":
            variance, divisor, meets = weight_variance * s, weight_variance * s + EPSILON, s
        elif network.normalization == "layer":
            variance, divisor, meets = total, total + EPSILON, p
        else:
            variance, divisor, meets = total, 1.0, p
        q = min(variance / divisor, LARGEST_VARIANCE)
        if last is None or q != last[0]:
            last = q, moments(network.activation, q, network.parameters)
        now = last[1]
        rows[l, :4] = q if variance / divisor <= LARGEST_VARIANCE else np.inf, scale**2 * now.slope, divisor, meets
        if network.residual:
            p = p + 2.0 * scale * m * now.mean + scale**2 * now.second
            m, s = m + scale * now.mean, s + scale**2 * (now.second - now.mean**2)
        else:
            p, m, s = now.second, now.mean, now.second - now.mean**2
        p, s = min(p, LARGEST_VARIANCE), min(s, LARGEST_VARIANCE)
        rows[l, 4:] = p if p < LARGEST_VARIANCE else np.inf, m
    variances, slopes, divisors, meet, squares, means = rows.T
    fan_in, fan_out = np.array(network.widths[:-1]), np.array(network.widths[1:])
    back = weight_variances * (fan_out / fan_in) * slopes / divisors + (1.0 if network.residual else 0.0)
    with np.errstate(divide="ignore"):
        later = np.concatenate([np.cumsum(np.log10(back[:0:-1]))[::-1], [0.0]])  # log10 G_l, G_L = 1
        log10_delta = 0.5 * (np.log10(slopes) + later)
        weight_gradient = log10_delta + 0.5 * (np.log10(network.batch) + np.log10(meet) - np.log10(divisors))
    std = np.sqrt(variances)
    saturated = saturated_share(network.activation, np.clip(std, 1e-300, 1e300), **network.parameters)
    with np.errstate(over="ignore"):
        spread = np.sqrt(np.maximum(squares - means**2, 0.0))
    return Prediction(std, means, spread, log10_delta, weight_gradient, saturated)


def predicted_log10_delta(network: Network) -> Array:
    """log10 RMS of delta per layer relative to the last layer, shape (depth,), from chi along q's own trajectory."""
    log10 = predicted(network).log10_delta
    return log10 - log10[-1] if log10[-1] > -math.inf else log10


def half_stable_point(activation: str, **params: float) -> tuple[float, float]:
    """(sigma_w^2, sigma_b^2) where the edge of chaos becomes stable: chi and the slope of the variance map are both 1.

    With smaller biases a fixed point with chi = 1 is left by every signal. ValueError where the edge is stable from the
    start. (Roberts, Yaida & Hanin 2022, arXiv:2106.10165, section 5.3.)
    """
    settings = _valid(activation, params)

    def excess(log_q: float) -> float:
        m = moments(activation, math.exp(log_q), settings)
        return m.growth - m.slope

    places = np.log(np.geomspace(1e-4, 1e6, 101))
    values = [excess(t) for t in places]
    for low, high, before, after in zip(places, places[1:], values, values[1:], strict=False):
        if before > NOISE and after < -NOISE:
            q = math.exp(brentq(excess, low, high, xtol=1e-15, rtol=1e-14))
            m = moments(activation, q, settings)
            return 1.0 / m.slope, q - m.second / m.slope
    raise ValueError(f"the edge of chaos of {activation} has no half-stable point")
