"""A few units and weights of a network, against the way back written out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.network import Network, measure, weights_of
from core.maths.sample import sample


def by_hand(network):
    """delta of every layer, (depth, batch, width): plain float64, layer by layer."""
    function, weights = ACTIVATIONS[network.activation], weights_of(network)
    h, slopes = np.random.default_rng([network.seed, 0]).standard_normal((network.batch, network.width)), []
    for layer in range(network.depth):
        z = h @ weights(layer).T
        h = function.value(z)
        slopes.append(function.derivative(z))
    upstream = np.random.default_rng([network.seed, 1]).standard_normal(h.shape)
    deltas = [upstream / np.sqrt(np.mean(upstream**2)) * slopes[-1]]
    for layer in range(network.depth - 1, 0, -1):
        deltas.insert(0, deltas[0] @ weights(layer) * slopes[layer - 1])
    return np.array(deltas)


@pytest.mark.parametrize("name", ["sigmoid", "relu"])
def test_units_and_edges_are_those_of_the_network(name):
    network = Network(name, depth=5, width=10, initializer="he_normal", seed=3)
    (_, found), _ = sample([replace(network, activation="tanh"), network], 4, [5, 2])
    sizes = np.sqrt(np.mean(by_hand(network) ** 2, axis=1))
    chosen = [0, 3, 6, 9]
    assert 10.0**found.units == pytest.approx(sizes[:, chosen], rel=1e-9)
    for layer in range(1, 5):
        w = weights_of(network)(layer)
        for i, unit in enumerate(chosen):
            for j, before in enumerate(chosen):
                size = sizes[layer, unit] * abs(w[unit, before]) * np.sqrt(10.0)
                assert 10.0 ** found.edges[layer - 1, i, j] == pytest.approx(size, rel=1e-9)


@pytest.mark.parametrize("settings", [{"depth": 1}, {"depth": 400, "width": 8}, {"bias_mean": -10.0, "depth": 3}])
def test_nothing_underflows_and_an_exact_zero_stays_one(settings):
    network = Network("relu" if "bias_mean" in settings else "sigmoid", **settings)
    ((found,),) = sample([network], 4, [network.depth])
    assert list(found.layers) == list(measure(network).log10_delta)
    assert found.edges.shape == (network.depth - 1, 4, 4)
    if "bias_mean" in settings:
        assert np.isneginf(found.units).all()
    else:
        assert np.abs(found.units - found.layers[:, np.newaxis]).max() < 5.0


def test_several_depths_give_what_each_gives_alone():
    networks = [Network(name, width=10, seed=4) for name in ("tanh", "relu")]
    depths = [3, 1, 9]
    for depth, together in zip(depths, sample(networks, 3, depths), strict=True):
        for one, network in zip(together, networks, strict=True):
            ((alone,),) = sample([network], 3, [depth])
            for part in ("layers", "units", "edges"):
                assert getattr(one, part) == pytest.approx(getattr(alone, part), rel=1e-12, abs=1e-12)
