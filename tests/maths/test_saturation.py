"""How many units are saturated, by where one draws the line."""

from dataclasses import replace

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.facts import SMALL_SHARE
from core.maths.network import Network, measure
from core.maths.saturation import LINES, saturated
from core.maths.weights import square_weights, stream

MAKEMORE = LINES.index(0.0591)  # |tanh| > 0.97
USUAL = LINES.index(SMALL_SHARE)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_at_the_usual_line_it_is_what_is_measured(name):
    network = Network(name, depth=6, weight_gain=3.0)
    shares = saturated(network)
    assert shares[:, USUAL] == pytest.approx(measure(network).saturated, abs=0)
    assert (np.diff(shares, axis=1) >= 0.0).all(), "a line that is drawn higher has more below it"


def test_tanh_is_counted_beyond_0_97_as_makemore_does():
    network = Network("tanh", depth=3, width=128, weight_gain=5 / 3)
    h, counted = stream(network.seed, 0).standard_normal((network.batch, network.width)), []
    weights = square_weights(network.initializer, (), network.width, network.seed)
    for layer in range(network.depth):
        h = np.tanh(h @ (network.weight_gain * weights(layer)).T)
        counted.append(np.mean(np.abs(h) > 0.97))
    assert saturated(network)[:, MAKEMORE] == pytest.approx(counted, abs=0)
    assert counted[0] > 2.0 * saturated(network)[0, USUAL]


def test_signals_beyond_float64_are_counted_as_well():
    """Of ReLU half are below every line, however large or small they are; a sigmoid has only ends."""
    for gain in (10.0, 0.01):
        shares = saturated(Network("relu", depth=200, width=64, weight_gain=gain))
        assert shares.min(axis=1) == pytest.approx(shares.max(axis=1), abs=0)
        assert 0.2 < shares[-1, 0] < 0.8
    wide = Network("identity", depth=400, weight_gain=10.0)
    assert not saturated(wide).any()
    assert saturated(replace(wide, activation="sigmoid", depth=2))[-1, USUAL] > 0.4
