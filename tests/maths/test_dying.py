"""Dying ReLU against the normal CDF, simulation and hand-computed steps."""

from math import comb

import mpmath
import numpy as np
import pytest

from core.maths.dying import born_dead_bounds, born_dead_probability, born_dead_share, dead_share
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


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_network_with_one_input_is_silent_everywhere_as_often_as_enumeration_says(width: int) -> None:
    """Two hidden layers: j units of the first see x > 0, the others x < 0.

    A unit of the second is silent on both sides with 1/4, or with 1/2 where there is one side only.
    """
    sides = [comb(width, j) / 2**width for j in range(width + 1)]
    exact = sum(p * (0.25 if 0 < j < width else 0.5) ** width for j, p in enumerate(sides))
    assert born_dead_share(width, 2, trials=40_000, everywhere=True) == pytest.approx(exact, abs=0.01)
    assert born_dead_bounds(width, 2)[0] == pytest.approx(exact), "there the lower bound is exact"
    assert born_dead_share(width, 1, trials=100, everywhere=True) == 0.0, "some unit sees each input"


@pytest.mark.parametrize(("width", "layers"), [(1, 5), (2, 9), (3, 9), (4, 20)])
def test_the_share_of_networks_silent_everywhere_lies_between_its_bounds(width: int, layers: int) -> None:
    low, high = born_dead_bounds(width, layers)
    assert low - 0.01 < born_dead_share(width, layers, trials=20_000, everywhere=True) < high
    assert high == pytest.approx(born_dead_probability(width, layers)), "nobody is silent everywhere and not at one"
