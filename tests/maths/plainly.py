"""A network in plain arithmetic: only the random numbers are taken from the module that it is compared with."""

import math
from dataclasses import fields
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Layers
from core.maths.weights import stream
from tests.maths import sweeps
from tests.maths.textbook import mp, true_derivative, true_value

ENTRIES = pytest.mark.parametrize("name", ACTIVATIONS)
NORMALIZATIONS = (None, "layer", "batch")
KINDS = pytest.mark.parametrize("kind", sweeps.KINDS, ids=sweeps.named)
THOUSAND = pytest.mark.parametrize("depth", [400, pytest.param(1000, marks=pytest.mark.slow)])
COLUMNS = [column.name for column in fields(Layers)]


def columns(layers):
    return np.array([getattr(layers, name) for name in COLUMNS])


def assert_same(one, other, **tolerance):
    for name in COLUMNS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), err_msg=name, **tolerance)


def weights_of(network):
    draw = INITIALIZERS[network.initializer].weights
    shapes = [(stream(network.seed, 3, l), *fans) for l, fans in enumerate(pairwise(network.widths))]
    return [network.weight_gain * draw(*shape, **network.initializer_parameters) for shape in shapes]


def biases_of(network):
    layers = list(enumerate(pairwise(network.widths)))
    limits = [1.0 / np.sqrt(n) if network.initializer == "pytorch" else 0.0 for n in network.widths]
    normal = [stream(network.seed, 2, l).standard_normal(n) for l, (_, n) in layers]
    uniform = [stream(network.seed, 5, l).uniform(-limits[l], limits[l], n) for l, (_, n) in layers]
    return [network.bias_mean + network.bias_std * b + u for b, u in zip(normal, uniform, strict=True)]


def input_of(network):
    return stream(network.seed, 0).standard_normal((network.batch, network.widths[0]))


def injected_into(network):
    gradient = stream(network.seed, 1).standard_normal((network.batch, network.widths[-1]))
    return gradient / np.sqrt(np.mean(gradient**2))


def plainly_normalized(network, a):
    """What enters the activation, and one over the standard deviation it was divided by."""
    if network.normalization is None:
        return a, None
    axis, n = {"layer": (1, a.shape[1]), "batch": (0, network.batch)}[network.normalization]
    centred = a - a.sum(axis=axis, keepdims=True) / n
    deviation = ((centred**2).sum(axis=axis, keepdims=True) / n + 1e-5) ** 0.5
    return centred / deviation, 1 / deviation


def plainly_before_normalization(network, delta, z, factor):
    """dLoss/da from dLoss/dz with the matrix dz_i/da_j = (1[i = j] - 1/n - z_i z_j / n) / deviation."""
    if network.normalization is None:
        return delta
    if network.normalization == "batch":
        delta, z, factor = delta.T, z.T, factor.T
    n = z.shape[1]
    rows = [(d @ (np.eye(n) - 1 / n - np.outer(row, row) / n)) * f for d, row, f in zip(delta, z, factor, strict=True)]
    return np.array(rows).T if network.normalization == "batch" else np.array(rows)


def loss(network, weights, nudges):
    """sum of injected gradient times last activation; nudges[l] is added to what enters the activation of layer l."""
    h = input_of(network)
    for w, b, nudge in zip(weights, biases_of(network), nudges, strict=True):
        z = plainly_normalized(network, h @ w.T + b)[0] + nudge
        branch = ACTIVATIONS[network.activation].value(z, **network.parameters)
        h = h + network.branch_scale * branch if network.residual else branch
    return float(np.sum(injected_into(network) * h))


def difference_quotients(change_loss, shape, step=1e-5):
    """dLoss / d each entry, by central differences; change_loss takes an array to add."""
    result = np.empty(shape)
    for index in np.ndindex(*shape):
        nudge = np.zeros(shape)
        nudge[index] = step
        result[index] = (change_loss(nudge) - change_loss(-nudge)) / (2 * step)
    return result


def log10_rms(values):
    """log10 of the RMS, without overflow of the squares; -inf for zero."""
    largest = np.abs(values).max()
    if not largest:
        return -math.inf
    return float(mp.log10(largest)) + 0.5 * math.log10(np.mean((values / largest).astype(float) ** 2))


def plain_pass(network, exactly=False):
    """z, h, delta and dLoss/dW of every layer, without any rescaling.

    In float64 as it comes or, exactly, in mpmath's numbers of 40 digits, which know no underflow.
    """
    f = ACTIVATIONS[network.activation]
    value, slope = partial(f.value, **network.parameters), partial(f.derivative, **network.parameters)
    numbers = np.float64
    if exactly:
        numbers = np.vectorize(mp.mpf, otypes=[object])
        value, slope = (
            np.vectorize(partial(function, network.activation, **network.parameters), otypes=[object])
            for function in (true_value, true_derivative)
        )
    weights = [numbers(w) for w in weights_of(network)]
    h, z, factors = [numbers(input_of(network))], [], []
    for w, b in zip(weights, biases_of(network), strict=True):
        entering, factor = plainly_normalized(network, h[-1] @ w.T + b)
        z.append(entering)
        factors.append(factor)
        branch = value(entering)
        h.append(h[-1] + network.branch_scale * branch if network.residual else branch)
    upstream, delta, gradient = numbers(injected_into(network)), [], []
    for l in reversed(range(network.depth)):
        through_branch = network.branch_scale * upstream if network.residual else upstream
        delta.insert(0, through_branch * slope(z[l]))
        before = plainly_before_normalization(network, delta[0], z[l], factors[l])
        gradient.insert(0, before.T @ h[l])
        upstream = before @ weights[l] + (upstream if network.residual else 0)
    return {"z": z, "h": h[1:], "delta": delta, "dLoss/dW": gradient}


def plainly_measured(network, exactly=False):
    """log10 RMS of z, h, delta and dLoss/dW."""
    with mp.workdps(40):
        layers = plain_pass(network, exactly)
        return {column: np.array([log10_rms(values) for values in per_layer]) for column, per_layer in layers.items()}


def in_logarithms(layers):
    """The same four columns from what was measured; mean and standard deviation make the RMS of h."""
    with np.errstate(divide="ignore"):
        return {
            "z": np.log10(layers.preactivation_rms),
            "h": np.log10(np.hypot(layers.activation_mean, layers.activation_std)),
            "delta": layers.log10_delta,
            "dLoss/dW": layers.log10_weight_gradient,
        }


def differences_of_the_loss(network):
    """log10 RMS of dLoss/dz and of dLoss/dW, layer by layer, by central differences of the loss."""
    weights, still = weights_of(network), [0.0] * network.depth
    for l, (fan_in, fan_out) in enumerate(pairwise(network.widths)):

        def nudge_z(nudge, l=l):
            return loss(network, weights, [*still[:l], nudge, *still[l + 1 :]])

        def nudge_w(nudge, l=l):
            return loss(network, [*weights[:l], weights[l] + nudge, *weights[l + 1 :]], still)

        delta = difference_quotients(nudge_z, (network.batch, fan_out))
        yield log10_rms(delta), log10_rms(difference_quotients(nudge_w, (fan_out, fan_in)))
