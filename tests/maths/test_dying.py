"""Dying ReLU against the normal CDF, simulation and hand-computed steps."""

import mpmath
import numpy as np
import pytest

from core.maths.dying import born_dead_probability, born_dead_share, dead_share, train_neuron
from core.maths.network import Network, measure


@pytest.mark.parametrize("bias", [-2.0, -1.0, 0.0, 0.7])
@pytest.mark.parametrize("batch", [1, 8, 32])
def test_the_first_layer_follows_the_normal_distribution(bias: float, batch: int) -> None:
    """Independent inputs: a unit is silent on all of them with probability Phi(-b / sigma_w)^batch."""
    expected = mpmath.ncdf(-bias / mpmath.sqrt(2)) ** batch
    assert dead_share(bias, 2.0, 1, batch)[0] == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("depth", [1, 5, 20])
def test_without_biases_half_of_the_units_are_silent_for_one_sample(depth: int) -> None:
    assert dead_share(0.0, 2.0, depth, 1) == pytest.approx(np.full(depth, 0.5), abs=1e-9)


@pytest.mark.parametrize("bias", [-0.5, 0.0, 0.5])
def test_wide_networks_have_the_predicted_share_of_dead_units(bias: float) -> None:
    networks = [
        Network("relu", depth=6, width=512, initializer="he_normal", bias_mean=bias, seed=seed, batch=16)
        for seed in range(8)
    ]
    counted = np.mean([measure(network).dead for network in networks], axis=0)
    predicted = dead_share(bias, 2.0, 6, 16)
    alive = slice(0, 4)  # deeper, a bias of -0.5 silences whole networks, and one network is no average
    assert counted[alive] == pytest.approx(predicted[alive], abs=0.03)


def test_a_network_whose_signal_has_died_stays_dead() -> None:
    assert dead_share(-1.0, 2.0, 12, 32)[-4:] == pytest.approx(np.ones(4))


@pytest.mark.parametrize(("width", "layers", "published"), [(2, 10, 0.9437), (5, 50, 0.7956)])
def test_the_probability_of_being_born_dead_is_the_published_one(width: int, layers: int, published: float) -> None:
    """1 - (1 - 2^-N)^k for k hidden layers of width N (Lu et al. 2019)."""
    assert born_dead_probability(width, layers) == pytest.approx(published, abs=5e-5)
    assert born_dead_share(width, layers, trials=4000) == pytest.approx(published, abs=0.025)


def test_one_step_of_the_neuron_is_gradient_descent_on_the_mean_square_error() -> None:
    """All inputs active: h = w x + b, so the gradients are 2 mean((h - t) x) and 2 mean(h - t)."""
    x = [mpmath.mpf(k) / 31 for k in range(32)]
    error = [xi + 2 - (mpmath.mpf("0.2") + mpmath.mpf("0.6") * xi) for xi in x]
    w = 1 - mpmath.mpf("0.25") * 2 * sum(e * xi for e, xi in zip(error, x, strict=True)) / 32
    b = 2 - mpmath.mpf("0.25") * 2 * sum(error) / 32
    run = train_neuron("relu", 0.25, steps=1)
    assert (run.weight[1], run.bias[1]) == pytest.approx((float(w), float(b)), rel=1e-12)
    assert run.loss[0] == pytest.approx(float(sum(e * e for e in error) / 32), rel=1e-12)


def test_a_step_that_is_too_long_kills_relu_for_ever_and_leaky_relu_walks_back() -> None:
    relu = train_neuron("relu", 0.8, steps=100)
    leaky = train_neuron("leaky_relu", 0.8, steps=100, parameters={"alpha": 0.1})
    assert relu.active[0] == 1.0
    assert np.all(relu.active[1:] == 0.0)
    assert np.all(relu.weight[1:] == relu.weight[1])
    assert leaky.active[1] == 0.0
    assert leaky.active[-1] > 0.5
    assert leaky.loss[-1] < 0.5 * relu.loss[-1]


def test_a_gentle_step_keeps_relu_alive_and_it_fits_the_line() -> None:
    run = train_neuron("relu", 0.2, steps=1000)
    assert run.active[-1] == 1.0
    assert run.weight[-1] == pytest.approx(0.6, abs=1e-3)
    assert run.bias[-1] == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize(("rate", "steps"), [(float("nan"), 10), (0.0, 10), (9.0, 10), (0.5, 0), (0.5, 10**9)])
def test_settings_out_of_bounds_are_refused(rate: float, steps: int) -> None:
    with pytest.raises(ValueError, match="must"):
        train_neuron("relu", rate, steps)
