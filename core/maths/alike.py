"""Several samples in one wide network: how alike they become, and which units are dead for all of them.

Two samples' pre-activations at a unit are normal with variance q and covariance s, so z = sqrt(s) U + sqrt(q - s) V
with a U that the batch shares and a V of each sample. Means over both are

    s_{l+1} = sigma_w^2 E_U[(E_V f(z))^2] + sigma_b^2          dead_l = E_U[P_V(f'(z) = 0)^batch]

(Poole et al. 2016, arXiv:1606.05340, for the covariance.)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from core.maths.activations import ACTIVATIONS
from core.maths.facts import Interval, facts
from core.maths.meanfield import objection
from core.maths.moments import moments
from core.maths.network import Network
from core.maths.normalization import EPSILON
from core.maths.weights import variance_of_biases

Array = NDArray[np.float64]

_REACH = 9.0  # beyond, the normal density is below 10^-18
_INNER, _OUTER = np.linspace(-_REACH, _REACH, 10), np.linspace(-_REACH, _REACH, 37)
_NEAR = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0])  # of a bend of f, in standard deviations of V
_FAR = 1e200  # a variance beyond it, or below its inverse, is brought nearer: there f(c z) = c f(z)
_FINE, _COARSE = (np.polynomial.legendre.leggauss(count) for count in (16, 8))


@dataclass(frozen=True)
class Alike:
    """Layer by layer, shape (depth,): the expected share of `dead` units, the correlation of two samples'
    pre-activations at a unit, and what share of their variance is that of the biases.
    """

    dead: Array
    correlation: Array
    biased: Array


def alike(network: Network) -> Alike | None:
    """The theory for infinite width; None where there is none, or for BatchNorm, which is about the batch itself.

    Where f is flat nowhere no unit is dead, and how alike samples are is left out: nan.
    """
    if objection(network) or network.normalization == "batch":
        return None
    depth, flat = network.depth, facts(network.activation, **network.parameters).flat
    if not flat:
        return Alike(np.zeros(depth), *np.full((2, depth), np.nan))
    biases = np.array([variance_of_biases(network, fan_in) for fan_in in network.widths[:-1]])
    scale = network.branch_scale if network.residual else 1.0
    rows = np.empty((depth, 3))
    p, r, m = 1.0, 0.0, 0.0  # of h: mean square, mean product of two samples, mean
    last: tuple[float, float] | None = None
    for l, weight in enumerate(network.weight_variances):
        bias = float(biases[l])
        q, s = weight * p + bias, weight * r + bias
        biased = bias / q if q else 0.0
        if network.normalization == "layer":
            q, s = q / (q + EPSILON), s / (q + EPSILON)
        if (q, s) != last:
            last = q, s
            dead, product = _pair(network.activation, network.parameters, q, min(s, q), network.batch, flat)
            now = moments(network.activation, q, network.parameters)
        rows[l] = dead, s / q if q else 1.0, biased
        if network.residual:
            p, r = (a + 2.0 * scale * m * now.mean + scale**2 * b for a, b in ((p, now.second), (r, product)))
            m += scale * now.mean
        else:
            p, r, m = now.second, product, now.mean
        if p > _FAR or (0.0 < p < 1.0 / _FAR and not bias):
            nearer = math.sqrt(_FAR) if p < 1.0 else 1.0 / math.sqrt(_FAR)
            p, r, m, biases = p * nearer, r * nearer, m * math.sqrt(nearer), biases * nearer
    return Alike(*rows.T)


def _pair(
    activation: str, parameters: Mapping[str, float], q: float, s: float, batch: int, flat: tuple[Interval, ...]
) -> tuple[float, float]:
    """The share of dead units, and E[f(z) f(z')] of two samples."""
    entry = ACTIVATIONS[activation]
    if q == 0.0:  # f' and f at 0, for all samples
        return float(entry.derivative(0.0, **parameters) == 0.0), float(entry.value(0.0, **parameters)) ** 2
    shared, own, bends = math.sqrt(s), math.sqrt(q - s), np.array(entry.breaks_at(**parameters))
    if own <= 1e-7 * math.sqrt(q):  # one and the same
        return _within(flat, np.zeros(1), math.sqrt(q))[0], moments(activation, q, parameters).second
    near = (bends[:, np.newaxis] + own * np.concatenate([-_NEAR, _NEAR])).ravel()
    u, weights = _panels(_OUTER, near / shared if shared else np.zeros(0), _COARSE)
    centre = shared * u
    v, inner = _panels(_INNER, (bends - centre[:, np.newaxis]) / own, _FINE)
    mean = np.sum(inner * entry.value(centre[:, np.newaxis] + own * v, **parameters), axis=-1)
    return float(weights @ _within(flat, centre, own) ** batch), float(weights @ np.square(mean))


def _within(pieces: tuple[Interval, ...], centre: Array, std: float) -> Array:
    """P(centre + std Z in the pieces)."""
    return np.sum([ndtr((high - centre) / std) - ndtr((low - centre) / std) for low, high in pieces], axis=0)


def _panels(edges: Array, more: Array, rule: tuple[Array, Array]) -> tuple[Array, Array]:
    """Places and weights of averages over a normal number, between edges and more of them: a row for each row."""
    nodes, heights = rule
    edges = np.broadcast_to(edges, (*more.shape[:-1], len(edges)))
    ends = np.sort(np.concatenate([edges, np.clip(more, -_REACH, _REACH)], axis=-1), axis=-1)
    half = 0.5 * np.diff(ends, axis=-1)[..., np.newaxis]
    z = ends[..., :-1, np.newaxis] + half * (1.0 + nodes)
    weights = half * heights * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return z.reshape(*z.shape[:-2], -1), weights.reshape(*z.shape[:-2], -1)
