"""Dying ReLU against the normal CDF, simulation and hand-computed steps."""

import mpmath
import numpy as np
import pytest

from core.maths.dying import born_dead_probability, born_dead_share, dead_share
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
