"""Dying ReLU: units that are born dead."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(96)
_WEIGHTS = _WEIGHTS / np.sqrt(2.0 * np.pi)


def dead_share(bias: float, weight_variance: float, depth: int, batch: int) -> Array:
    """The expected share of ReLU units that are silent on a whole batch, per layer, shape (depth,).

    In a wide network every bias is `bias` and inputs are independent and standard normal. Two samples'
    pre-activations at one unit are normal with mean `bias`, variance q and correlation c, so
    z = bias + sqrt(q c) U + sqrt(q (1 - c)) V, with U shared by the batch and V not. The unit is dead when all V
    are small enough: E_U[Phi(-(bias + sqrt(q c) U) / sqrt(q (1 - c)))^batch]. q and q c follow their own maps.
    """
    shares = np.empty(depth)
    q, shared = weight_variance, 0.0  # the first layer: independent inputs of variance 1
    for layer in range(depth):
        centre = bias + np.sqrt(shared) * _NODES
        own = np.sqrt(max(q - shared, 0.0))
        if own <= 1e-9 * np.sqrt(q):  # the samples have become one and the same
            shares[layer] = float(ndtr(-bias / np.sqrt(q))) if q > 0 else float(bias <= 0)
            mean = np.maximum(centre, 0.0)
        else:
            shares[layer] = _WEIGHTS @ np.exp(batch * log_ndtr(-centre / own))
            mean = centre * ndtr(centre / own) + own * np.exp(-0.5 * (centre / own) ** 2) / np.sqrt(2.0 * np.pi)
        # E[relu(b + s Z)^2] = (b^2 + s^2) Phi(b/s) + b s phi(b/s), over all of z; the covariance over U alone.
        s = np.sqrt(q)
        t = bias / s if s > 0 else np.copysign(np.inf, bias)
        second = (bias * bias + q) * ndtr(t) + bias * s * np.exp(-0.5 * t * t) / np.sqrt(2.0 * np.pi)
        q, shared = weight_variance * float(second), weight_variance * float(_WEIGHTS @ np.square(mean))
        shared = min(shared, q)
    return shares


def born_dead_probability(width: int, layers: int) -> float:
    """The chance that a random ReLU network without biases is silent at one given input.

    A layer dies when all its `width` pre-activations are negative, each with probability 1/2, whatever came
    before: 1 - (1 - 2^-width)^layers. (Lu et al. 2019, arXiv:1903.06733, bound this for all inputs.)
    """
    return float(-np.expm1(layers * np.log1p(-(2.0**-width))))


def born_dead_share(width: int, layers: int, trials: int = 2000, seed: int = 0, everywhere: bool = False) -> float:
    """The same, counted over `trials` random networks; or `everywhere`, silent at all inputs of a network with one.

    Without biases a network with one input x knows only its sign: it is silent at all x when it is at 1 and at -1.
    """
    rng = np.random.default_rng([seed, 6])
    signs = np.array([1.0, -1.0]) if everywhere else np.ones(1)
    h = np.ones((trials, width, 1)) * signs
    for _ in range(layers):
        h = np.maximum(rng.standard_normal((trials, width, width)) @ h, 0.0)
    return float(np.mean(h.max(axis=(1, 2)) == 0.0))


def born_dead_bounds(width: int, layers: int) -> tuple[float, float]:
    """Between what the chance of being silent at all inputs of a network with one input lies (Lu et al. 2019).

    For k >= 1 hidden layers: a layer that has one direction of x left dies with probability 2^-N, which is the upper
    bound; the lower one lets the second layer see both directions, where they meet different units.
    """
    a, b = 1.0 - 2.0**-width, 1.0 - 2.0 ** (1 - width) - (width - 1) * 4.0**-width
    share = (1.0 - 2.0 ** (1 - width)) * (1.0 - 2.0**-width) / (1.0 + (width - 1) * 2.0**-width)
    return 1.0 - a ** (layers - 1) + share * (b ** (layers - 1) - a ** (layers - 1)), 1.0 - a**layers
