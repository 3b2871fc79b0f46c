"""Theory of wide random networks: how variances and gradients change from layer to layer.

Weights W ~ N(0, sigma_w^2 / fan_in), biases b ~ N(0, sigma_b^2). In the limit of large width
pre-activations are normal with variance q:

    q_{l+1} = sigma_w^2 E[f(sqrt(q_l) Z)^2] + sigma_b^2          the variance map
    chi(q)  = sigma_w^2 E[f'(sqrt(q) Z)^2]                       mean square of delta, one step back

(Poole et al. 2016, arXiv:1606.05340; Schoenholz et al. 2017, arXiv:1611.01232.)
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from core.maths.activations import ACTIVATIONS
from core.maths.facts import facts
from core.maths.network import Network
from core.maths.numbers import validated

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)


def gaussian_mean(function: Callable[[Array], Array], std: float, kinks: tuple[float, ...] = ()) -> float:
    """E[function(std Z)], Z standard normal: Gauss-Legendre on pieces that end at the kinks.

    The pieces grow geometrically away from 0 on the scale of x as well as of z, so that features of
    the function at |x| ~ 1 are resolved for any std. Relative error about 1e-12 for smooth pieces.
    """
    reach = 39.0  # beyond, the normal density is zero in float64
    inner = np.geomspace(1.0, 64.0, 13) / max(std, 1e-300)
    outer = np.linspace(0.5, reach, 78)
    positive = np.concatenate([inner[inner < reach], np.linspace(0, 1, 5)[1:-1] * min(1 / max(std, 1e-300), 1), outer])
    kink_points = np.array([k / std for k in kinks if std > 0 and abs(k / std) < reach])
    edges = np.unique(np.concatenate([-positive, [0.0], positive, kink_points]))
    half = np.diff(edges)[:, np.newaxis] / 2
    z = edges[:-1, np.newaxis] + half * (1.0 + _NODES)
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return float(np.sum(half * _WEIGHTS * density * function(std * z)))


def next_variance(activation: str, q: float, weight_variance: float, bias_variance: float, **params: float) -> float:
    """The variance of the next layer's pre-activations, given this layer's variance q."""
    entry = ACTIVATIONS[activation]
    settings = validated(entry.parameters, params, activation)
    second = gaussian_mean(lambda x: entry.value(x, **settings) ** 2, np.sqrt(q), entry.kinks)
    return weight_variance * second + bias_variance


def chi(activation: str, q: float, weight_variance: float, **params: float) -> float:
    """What one backward step multiplies the mean square of delta by: < 1 vanishing, > 1 exploding."""
    entry = ACTIVATIONS[activation]
    settings = validated(entry.parameters, params, activation)
    return weight_variance * gaussian_mean(lambda x: entry.derivative(x, **settings) ** 2, np.sqrt(q), entry.kinks)


def saturated_share(activation: str, std: Array) -> Array:
    """P(|f'(std Z)| < 1 % of max |f'|), Z standard normal, at default parameters, for each std."""
    # A right tail is the left tail mirrored: 1 - Phi would lose its digits.
    small = [(-high, -low) if low > 0 else (low, high) for low, high in facts(activation).small]
    parts = [ndtr(high / std) - ndtr(low / std) for low, high in small]
    return np.sum(parts, axis=0) if parts else np.zeros_like(std)


def predicted_log10_delta(network: Network) -> Array:
    """log10 RMS of delta per layer relative to the last layer, shape (depth,), from chi along q's own trajectory.

    -inf or inf where the prediction leaves float64 (a runaway variance).
    """
    variance, bias_variance = network.weight_variance, network.bias_std**2
    if network.bias_mean:
        raise ValueError("the prediction is for biases of mean 0")
    q = variance + bias_variance  # the input has variance 1
    steps: list[float] = []
    for _ in range(network.depth):
        if not np.isfinite(q) or q > 1e300:
            steps.append(steps[-1])
            continue
        steps.append(chi(network.activation, q, variance, **network.parameters))
        q = next_variance(network.activation, q, variance, bias_variance, **network.parameters)
    with np.errstate(divide="ignore"):
        log10 = 0.5 * np.log10(np.array(steps))
    # delta_l / delta_L: the factors f'(z_l) W_{l+1} ... of layers l..L-1 (the last layer's own f' is in both).
    return np.concatenate([np.cumsum(log10[:-1][::-1])[::-1], [0.0]])
