"""Jacobians and the autocorrelation of gradients, against numeric differentiation, the way back, and known signals."""

from dataclasses import replace

import numpy as np
import pytest

from core.maths.autocorrelation import autocorrelation, input_gradients
from core.maths.jacobian import carried, jacobian, singular_values
from core.maths.network import Network, measure
from core.maths.weights import stream

PLAIN = Network("tanh", depth=4, width=7, initializer="pytorch", bias_std=0.3, bias_mean=0.1, batch=1, seed=3)
NETWORKS = [
    PLAIN,
    replace(PLAIN, activation="swish", parameters={"beta": 1.5}, weight_gain=1.3),
    replace(PLAIN, residual=True, branch_scale=0.4),
]


def output(network, h):
    return carried(network, h[np.newaxis], np.zeros((1, 1, network.width)))[0][0]


@pytest.mark.parametrize("network", NETWORKS)
def test_the_jacobian_is_what_small_changes_of_the_input_do(network):
    h, step = np.random.default_rng(1).standard_normal(network.width), 1e-6
    moved = [
        (output(network, h + step * e) - output(network, h - step * e)) / (2 * step) for e in np.eye(network.width)
    ]
    assert jacobian(network, h) == pytest.approx(np.transpose(moved), abs=1e-8)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_signal_that_carries_it_is_the_one_that_is_measured(network):
    h = stream(network.seed, 0).standard_normal((1, network.width))
    arrived, _ = carried(network, h, np.zeros((1, 1, network.width)))
    layers = measure(network)
    assert arrived.mean() == pytest.approx(layers.activation_mean[-1])
    assert arrived.std() == pytest.approx(layers.activation_std[-1])


def test_the_way_forward_and_the_way_back_agree():
    """dLoss/dz_1 = J' g without the first layer's own W: its RMS is what the pages measure."""
    first = replace(PLAIN, depth=1)
    h = stream(PLAIN.seed, 0).standard_normal(PLAIN.width)
    g = stream(PLAIN.seed, 1).standard_normal(PLAIN.width)
    by_first = np.linalg.solve(jacobian(first, h).T, jacobian(PLAIN, h).T @ (g / np.sqrt(np.mean(g**2))))  # dLoss/dh_1
    slope = 1.0 - output(first, h) ** 2
    measured = 10.0 ** measure(PLAIN).log10_delta[0]
    assert np.sqrt(np.mean((slope * by_first) ** 2)) == pytest.approx(measured)


def test_a_straight_orthogonal_network_keeps_all_lengths():
    values = singular_values(Network("identity", depth=30, width=20, initializer="orthogonal", batch=1))
    assert values == pytest.approx(np.ones(20))


def test_a_normalization_has_no_jacobian_of_one_sample():
    with pytest.raises(ValueError, match="normalization"):
        jacobian(replace(PLAIN, normalization="layer"), np.zeros(PLAIN.width))


def test_the_gradient_on_a_line_is_the_slope_of_each_output():
    network, x, step = NETWORKS[2], np.array([-1.2, 0.3, 0.9]), 1e-6
    u = stream(network.seed, 0).standard_normal(network.width)
    u *= np.sqrt(network.width) / np.linalg.norm(u)
    slopes = [(output(network, (p + step) * u) - output(network, (p - step) * u)) / (2 * step) for p in x]
    assert input_gradients(network, x) == pytest.approx(np.array(slopes), abs=1e-7)


def test_the_autocorrelation_of_signals_that_are_known():
    rng, length, count = np.random.default_rng(2), 4000, 20
    noise = rng.standard_normal((length, count))
    assert autocorrelation(noise, (0, 1, 5)) == pytest.approx([1.0, 0.0, 0.0], abs=0.02)
    smoothed = np.zeros_like(noise)  # x_t = 0.8 x_{t-1} + noise: r_k = 0.8^k
    for t in range(1, length):
        smoothed[t] = 0.8 * smoothed[t - 1] + noise[t]
    assert autocorrelation(smoothed, (1, 2, 5)) == pytest.approx([0.8, 0.64, 0.8**5], abs=0.02)
    wave = np.cos(2 * np.pi * np.arange(length) / 40)[:, np.newaxis]
    assert autocorrelation(wave, (10, 20)) == pytest.approx([0.0, -1.0], abs=0.01)


def test_a_constant_series_has_no_autocorrelation_and_is_left_out():
    wave = np.sin(np.arange(50.0))
    both = np.column_stack([np.ones(50), wave])
    assert autocorrelation(both, (1, 3)) == pytest.approx(autocorrelation(wave[:, np.newaxis], (1, 3)))
    assert np.isnan(autocorrelation(np.ones((50, 2)), (1,))).all()
