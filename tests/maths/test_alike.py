"""How alike samples become, and units that are dead for all of them: against closed forms, and against networks."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.alike import alike
from core.maths.dying import dead_share
from core.maths.facts import facts
from core.maths.network import Network, measure

HE = Network("relu", depth=60, initializer="he_normal")
FLAT = [name for name in ACTIVATIONS if facts(name).flat]


def test_the_correlation_behind_relu_follows_the_arc_cosine():
    """Cho & Saul 2009: c' = (sqrt(1 - c^2) + c (pi - arccos c)) / pi, whatever the size of the signal."""
    known = [0.0]
    for _ in range(HE.depth - 1):
        c = known[-1]
        known.append((math.sqrt(1.0 - c * c) + c * (math.pi - math.acos(c))) / math.pi)
    for gain in (1.0, 1e-4, 10.0):  # in layer 60 the signal is 10^-240 and 10^60
        assert alike(replace(HE, weight_gain=gain)).correlation == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize("normalization", [None, "layer"])
def test_two_or_three_samples_are_negative_together_as_often_as_an_orthant_has_room(normalization):
    for batch, share in ((1, lambda c: 0.5), (2, lambda c: 0.25 + np.arcsin(c) / (2.0 * np.pi)),
                         (3, lambda c: 0.125 + 3.0 * np.arcsin(c) / (4.0 * np.pi))):  # fmt: skip
        theory = alike(replace(HE, batch=batch, bias_std=0.3, normalization=normalization))
        assert theory.dead == pytest.approx(share(theory.correlation) * np.ones(HE.depth), abs=1e-9)


@pytest.mark.parametrize("name", FLAT)
def test_the_second_layer_is_that_of_an_integral_over_a_plane(name):
    """E[f(z) f(z')] of two normal numbers with correlation c = s / q, over z and what of z' is new."""
    network = Network(name, depth=2, weight_gain=2.0, bias_std=1.0)
    theory = alike(network)
    q, s = network.weight_variance + 1.0, 1.0
    assert theory.correlation[0] == pytest.approx(s / q, rel=1e-14)
    assert theory.biased[0] == pytest.approx(1.0 / q, rel=1e-14)
    axis = np.linspace(-9.0, 9.0, 2401)
    density = np.exp(-0.5 * axis**2) / np.sqrt(2.0 * np.pi) * (axis[1] - axis[0])
    function, c = ACTIVATIONS[name].value, s / q
    first = function(np.sqrt(q) * axis)
    second = function(np.sqrt(q) * (c * axis[:, np.newaxis] + np.sqrt(1.0 - c**2) * axis))
    weight = network.weight_variance
    product, square = (density * first) @ (second @ density), density @ first**2
    expected = (weight * product + 1.0) / (weight * square + 1.0)
    assert theory.correlation[1] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "network",
    [
        Network("relu"),
        Network("relu", weight_gain=0.3, bias_std=1.0),
        Network("relu", residual=True, branch_scale=0.7, bias_std=0.3),
        Network("relu", normalization="layer", bias_std=0.5),
        Network("hard_swish", weight_gain=2.0, bias_std=1.0),
        Network("relu6", weight_gain=3.0, bias_std=1.0),
        Network("hard_sigmoid", initializer="normal", initializer_parameters={"std": 2.0}, batch=4),
        Network("leaky_relu", {"alpha": 0.0}, weight_gain=0.3, bias_std=1.0),
    ],
    ids=str,
)
def test_wide_networks_have_the_dead_units_that_theory_expects(network):
    wide = replace(network, width=384, depth=10)
    measured = np.mean([measure(replace(wide, seed=seed)).dead for seed in range(4)], axis=0)
    assert measured == pytest.approx(alike(wide).dead, abs=0.035)


def test_where_the_bias_is_all_that_is_left_half_of_the_units_are_dead():
    theory = alike(Network("relu", depth=30, weight_gain=0.1, bias_std=1.0))
    assert theory.dead[-1] == pytest.approx(0.5, abs=1e-3)
    assert theory.biased[-1] > 0.99
    assert theory.correlation[-1] == pytest.approx(1.0, abs=1e-6)


def test_a_function_that_is_flat_nowhere_has_no_dead_unit():
    assert alike(Network("tanh", depth=5, weight_gain=4.0)).dead.tolist() == [0.0] * 5


def test_theory_is_silent_about_a_batch_that_is_normalized_and_about_biases_with_a_mean():
    assert alike(replace(HE, normalization="batch")) is None
    assert alike(replace(HE, bias_mean=0.5)) is None


def test_the_older_formula_for_relu_agrees_without_biases():
    assert dead_share(0.0, 2.0, 8, 32) == pytest.approx(alike(replace(HE, depth=8)).dead, abs=1e-3)
