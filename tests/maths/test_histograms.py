"""Counted shares against NumPy's histogram of what plain and exact arithmetic give."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.histograms import Histograms, histograms
from core.maths.network import Network, measure
from tests.maths import sweeps
from tests.maths.plainly import plain_pass
from tests.maths.textbook import mp

KINDS = pytest.mark.parametrize("kind", sweeps.KINDS, ids=sweeps.named)
IN_TURN = pytest.mark.parametrize(("name", "kind"), sweeps.in_turn(ACTIVATIONS, sweeps.KINDS))
Z_EDGES = np.linspace(-3.0, 3.0, 25)
LOG_EDGES = np.linspace(-6.0, 2.0, 33)


def counted(values, edges):
    """Shares of the bins, the outermost reaching to infinity: NumPy told so itself."""
    open_edges = np.concatenate([[-math.inf], edges[1:-1], [math.inf]])
    return np.histogram(values, open_edges)[0] / len(values)


def plainly_counted(network, z_edges, log_edges, exactly=False):
    """As Histograms, from plain or exact arithmetic."""
    with mp.workdps(40):
        layers = plain_pass(network, exactly)
        z_shares, delta_shares, zero = [], [], []
        for z, delta in zip(layers["z"], layers["delta"], strict=True):
            large = mp.mpf("1e308")
            z_shares.append(counted([float(max(-large, min(v, large))) for v in z.flat], z_edges))
            alive = [float(mp.log10(abs(v))) for v in delta.flat if v != 0]
            share = len(alive) / delta.size
            delta_shares.append(counted(alive, log_edges) * share if alive else np.zeros(len(log_edges) - 1))
            zero.append(1.0 - share)
    return np.array(z_shares), np.array(delta_shares), np.array(zero)


def assert_counted(got: Histograms, expected):
    np.testing.assert_allclose(got.preactivation, expected[0], atol=1e-12)
    np.testing.assert_allclose(got.gradient, expected[1], atol=1e-12)
    np.testing.assert_allclose(got.zero, expected[2], atol=1e-12)


@IN_TURN
def test_the_shares_are_those_of_plain_arithmetic(name, kind):
    network = Network(name, depth=6, width=9, batch=8, seed=5, bias_std=0.3, branch_scale=0.7, **kind)
    assert_counted(histograms(network, Z_EDGES, LOG_EDGES), plainly_counted(network, Z_EDGES, LOG_EDGES))


@IN_TURN
def test_the_shares_of_every_layer_sum_to_one(name, kind):
    for gain in (0.01, 3.0):
        network = Network(name, depth=40, width=8, batch=4, weight_gain=gain, **kind)
        got = histograms(network, Z_EDGES, LOG_EDGES)
        assert got.preactivation.shape == (40, 24)
        assert got.gradient.shape == (40, 32)
        assert got.zero.shape == (40,)
        np.testing.assert_allclose(got.preactivation.sum(axis=1), 1.0, atol=1e-12)
        np.testing.assert_allclose(got.gradient.sum(axis=1) + got.zero, 1.0, atol=1e-12)
        assert (got.preactivation >= 0.0).all()
        assert (got.gradient >= 0.0).all()


def test_the_edges_are_given_back_and_may_be_uneven():
    z_edges, log_edges = np.array([-2.0, 0.0, 0.5, 1.0]), np.array([-30.0, -3.0, -1.0, 0.0, 5.0])
    network = Network("tanh", depth=4, width=16)
    got = histograms(network, z_edges, log_edges)
    np.testing.assert_array_equal(got.preactivation_edges, z_edges)
    np.testing.assert_array_equal(got.gradient_edges, log_edges)
    assert_counted(got, plainly_counted(network, z_edges, log_edges))


def test_gradients_that_are_exactly_zero_are_counted_apart():
    """A ReLU passes nothing where z < 0: half of the units without biases."""
    network = Network("relu", depth=5, width=64, batch=16, initializer="he_normal")
    got = histograms(network, np.array([-1.0, 0.0, 1.0]), LOG_EDGES)
    np.testing.assert_allclose(got.zero, got.preactivation[:, 0], atol=1e-12)
    np.testing.assert_allclose(got.zero, 0.5, atol=0.15)
    np.testing.assert_allclose(got.zero, measure(network).saturated, atol=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "gelu", "softplus", "leaky_relu"])
def test_activations_that_never_rest_have_no_zero_gradients(name):
    got = histograms(Network(name, depth=5, width=32), Z_EDGES, LOG_EDGES)
    np.testing.assert_array_equal(got.zero, 0.0)


def test_where_all_is_zero_all_is_counted_as_zero():
    """Without weights no gradient comes below the last layer, and every pre-activation is 0."""
    got = histograms(Network("tanh", depth=3, width=8, weight_gain=0.0), np.array([-1.0, -0.5, 0.5, 1.0]), LOG_EDGES)
    np.testing.assert_array_equal(got.preactivation, [[0.0, 1.0, 0.0]] * 3)
    np.testing.assert_array_equal(got.zero, [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(got.gradient[:2], 0.0)


def test_what_lies_beyond_the_edges_is_counted_in_the_outermost_bins():
    """Biases of +10 and -10 and edges at +-1: everything is beyond."""
    edges = np.linspace(-1.0, 1.0, 11)
    for bias, bin_of_all in ((10.0, -1), (-10.0, 0)):
        got = histograms(Network("tanh", depth=2, width=8, bias_mean=bias), edges, LOG_EDGES)
        np.testing.assert_array_equal(got.preactivation[:, bin_of_all], 1.0)
        assert got.preactivation.sum() == 2.0
    network = Network("identity", depth=1, width=64)
    low = histograms(network, edges, np.array([-100.0, -90.0, -80.0])).gradient[0]
    high = histograms(network, edges, np.array([80.0, 90.0, 100.0])).gradient[0]
    assert (low.tolist(), high.tolist()) == ([0.0, 1.0], [1.0, 0.0])


def test_a_value_on_an_edge_belongs_to_the_bin_that_begins_there():
    """As numpy.histogram has it; what lies on the last edge is in the last bin."""
    for bias, expected in ((0.0, [0, 1, 0]), (1.0, [0, 0, 1]), (2.0, [0, 0, 1]), (-1.0, [1, 0, 0])):
        network = Network("identity", depth=1, width=4, weight_gain=0.0, bias_mean=bias)
        got = histograms(network, np.array([-1.0, 0.0, 1.0, 2.0]), LOG_EDGES)
        assert got.preactivation[0].tolist() == expected


def test_the_first_layer_is_normal():
    network = Network("identity", depth=1, width=512, batch=128, initializer="lecun_normal")
    got = histograms(network, Z_EDGES, LOG_EDGES)
    cdf = np.array([0.5 * math.erfc(-edge / math.sqrt(2)) for edge in Z_EDGES])
    cdf[0], cdf[-1] = 0.0, 1.0
    np.testing.assert_allclose(got.preactivation[0], np.diff(cdf), atol=0.006)


@pytest.mark.parametrize(
    ("name", "setup"),
    sweeps.few(
        [
            ("identity", {"weight_gain": 0.01}),
            ("relu", {"weight_gain": 0.01, "width": 6}),
            ("sigmoid", {"weight_gain": 1.0}),
            ("tanh", {"weight_gain": 0.01, "normalization": "batch", "batch": 3}),
            ("gelu", {"weight_gain": 0.001, "normalization": "layer"}),
            ("identity", {"weight_gain": 10.0, "depth": 200}),
            ("prelu", {"weight_gain": 10.0, "residual": True, "depth": 200}),
        ],
        "identity",
        "relu",
        "prelu",
    ),
    ids=str,
)
def test_deep_networks_lose_nothing(name, setup):
    """Gradients and signals of 10^-600 and 10^+200 are counted in their own bins, as exact arithmetic has them."""
    network = Network(name, **{"depth": 300, "width": 3, "batch": 2, "seed": 3, "initializer": "he_normal", **setup})
    z_edges = np.concatenate([-np.geomspace(1e250, 1e-300, 23), np.geomspace(1e-300, 1e250, 23)])
    log_edges = np.linspace(-1000.0, 1000.0, 81) + 0.123
    assert_counted(histograms(network, z_edges, log_edges), plainly_counted(network, z_edges, log_edges, exactly=True))


@pytest.mark.parametrize(("name", "residual"), [("identity", True), ("relu", False), ("leaky_relu", True)])
def test_pre_activations_beyond_float64_are_counted_in_the_outermost_bins(name, residual):
    """10^400 and more: without a warning."""
    network = Network(name, depth=600, width=40, batch=4, weight_gain=10.0, initializer="he_normal", residual=residual)
    got = histograms(network, np.linspace(-5.0, 5.0, 11), LOG_EDGES)
    np.testing.assert_allclose(got.preactivation.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(got.preactivation[-1, [0, -1]].sum(), 1.0, atol=1e-12)


@KINDS
def test_counting_does_not_change_what_is_measured(kind):
    network = Network("gelu", depth=300, width=5, batch=4, weight_gain=0.01, **kind)
    before = measure(network)
    histograms(network, Z_EDGES, LOG_EDGES)
    np.testing.assert_array_equal(measure(network).log10_delta, before.log10_delta)


@pytest.mark.parametrize("name", ["tanh", "elu", "softplus", "gelu"])
def test_gradients_too_small_for_float64_are_in_the_lowest_bin_and_not_zero(name):
    network = Network(
        name, depth=4, width=256, batch=2, initializer="normal", initializer_parameters={"std": 2.0}, weight_gain=6.0
    )
    got = histograms(network, np.linspace(-5.0, 5.0, 11), np.linspace(-10.0, 5.0, 16))
    assert not got.zero.any()
    np.testing.assert_allclose(got.gradient.sum(axis=1), 1.0, atol=1e-12)
    assert (got.gradient[:, 0] > 0.3).all(), "what is far out has nearly no gradient"
    no_branch = histograms(replace(network, branch_scale=0.0), np.linspace(-5.0, 5.0, 11), np.linspace(-10.0, 5.0, 16))
    assert_counted(no_branch, (got.preactivation, got.gradient, got.zero))  # a scale, but of nothing
