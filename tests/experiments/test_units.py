"""Units that are saturated, dead or dying: shares of the normal distribution, and of real runs."""

import math

import numpy as np
import pytest

from core.experiments import units
from core.maths.dying import dead_share
from core.maths.network import Network, measure
from core.maths.training import Run, train
from core.words import numerals
from tests.experiments.shown import lines


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0, 4.0, 30.0])
def test_the_share_of_saturated_units_is_a_tail_of_the_normal_distribution(spread):
    slots = units.saturation(("sigmoid", "tanh"), spread, 20).slots
    for name, edge in (("sigmoid", 2.0 * math.acosh(10.0)), ("tanh", math.acosh(10.0))):
        assert slots[f"{name}_share"] == numerals.percent(math.erfc(edge / spread / math.sqrt(2.0)))
    assert slots["depth"] == "20"


def test_the_slope_of_units_is_its_root_mean_square_and_multiplies_with_the_layers():
    z = np.random.default_rng(0).standard_normal(400_000)
    factor = math.sqrt(np.mean((1.0 - np.tanh(2.0 * z) ** 2) ** 2))
    slots = units.saturation(("sigmoid", "tanh"), 2.0, 3).slots
    assert float(slots["tanh_factor"]) == pytest.approx(factor, rel=0.01)
    assert float(slots["tanh_reach"]) == pytest.approx(factor**3, rel=0.02)


def test_dead_units_are_counted_and_predicted():
    network = Network("relu", depth=6, width=64, initializer="he_normal", bias_mean=-1.0, batch=8)
    experiment = units.dead_units(network)
    dead, theory = measure(network).dead, dead_share(-1.0, 2.0, 6, 8)
    assert list(experiment.data["measured"]) == list(dead)
    assert list(experiment.data["theory"]) == list(theory)
    assert list(lines(experiment.figure)["measured"].y) == list(100.0 * dead)
    assert (experiment.slots["dead_first"], experiment.slots["dead_last"]) == (
        numerals.percent(dead[0]),
        numerals.percent(dead[-1]),
    )
    assert experiment.slots["theory_last"] == numerals.percent(theory[-1])
    assert (experiment.slots["bias"], experiment.slots["batch"], experiment.slots["dead_depth"]) == ("−1", "8", "6")


@pytest.mark.parametrize("rate", [0.2, 1.0])
def test_the_share_of_dead_units_is_that_of_a_real_run(rate):
    experiment = units.dying(rate, 0.1)
    ends = {}
    for name, label, parameters in (("relu", "ReLU", {}), ("leaky_relu", "Leaky ReLU", {"alpha": 0.1})):
        run = Run("circles", name, parameters, depth=4, width=16, learning_rate=rate, steps=100, seed=1)
        shots = list(train(run, range(0, 101, 2)))
        ends[name] = shots[-1]
        assert list(experiment.data["step"]) == [shot.step for shot in shots]
        assert list(experiment.data[f"{label}: share dead"]) == [float(np.mean(shot.dead[:4])) for shot in shots]
        assert list(experiment.data[f"{label}: loss"]) == [shot.loss for shot in shots]
        assert experiment.slots[f"{name}_units"] == numerals.percent(np.mean(shots[-1].dead[:4]))
    assert np.isneginf(ends["relu"].log10_gradient[0]) == (rate == 1.0)
    assert experiment.slots["relu_fate"] == (
        "all silent" if rate == 1.0 else numerals.percent(ends["relu"].test_accuracy)
    )
    assert experiment.slots["leaky_relu_fate"] == numerals.percent(ends["leaky_relu"].test_accuracy)
    assert (experiment.slots["hidden"], experiment.slots["steps"]) == ("64", "100")


def test_a_network_that_diverges_says_so_and_its_line_ends():
    experiment = units.dying(2.0, 0.1)
    assert experiment.slots["leaky_relu_fate"] == "diverged"
    assert np.isnan(lines(experiment.figure)["Leaky ReLU"].y[-1])
