"""Layers of unequal width: how wide they are, and that nothing of the core takes them for square."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.maths.alike import alike
from core.maths.autocorrelation import input_gradients
from core.maths.diagnosis import wander
from core.maths.ensemble import Ensemble
from core.maths.initializers import INITIALIZERS
from core.maths.jacobian import jacobian, singular_values
from core.maths.meanfield import predicted
from core.maths.network import Network, measure, measure_depths, measure_group
from core.maths.profiles import PROFILES, widths
from core.maths.response import response
from core.maths.sample import sample
from core.maths.weights import stream
from tests.maths.plainly import differences_of_the_loss, in_logarithms, plain_pass, plainly_measured

UNEVEN = [name for name in PROFILES if name != "constant"]
KINDS = pytest.mark.parametrize(
    ("profile", "normalization"), [(name, (None, "layer", "batch")[i % 3]) for i, name in enumerate(UNEVEN)]
)
EACH = pytest.mark.parametrize("profile", UNEVEN)


# How wide


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("constant", (64, 64, 64, 64, 64)),
        ("funnel", (64, 45, 32, 23, 16)),  # 64 / 2^(l/2)
        ("fan_out", (16, 23, 32, 45, 64)),
        ("bottleneck", (64, 32, 16, 32, 64)),
        ("zigzag", (64, 16, 64, 16, 64)),
    ],
)
def test_a_profile_says_how_wide_each_layer_is(profile, expected):
    assert Network("tanh", depth=4, profile=profile).widths == expected


@pytest.mark.parametrize("profile", PROFILES)
def test_no_layer_has_fewer_than_two_units_or_more_than_the_width(profile):
    for depth in (1, 2, 7, 1000):
        for width in (2, 3, 9, 512):
            units = widths(profile, width, depth)
            assert len(units) == depth + 1
            assert min(units) >= 2
            assert max(units) == width


def test_weights_are_counted_by_the_shapes_of_their_matrices():
    assert Ensemble(Network("tanh", depth=2, width=8, profile="zigzag"), 3).weights == 3 * (8 * 2 + 2 * 8)


# What is measured


@KINDS
def test_gradients_between_layers_of_unequal_width_are_those_of_differences_of_the_loss(profile, normalization):
    network = Network(
        "gelu", depth=3, width=8, batch=3, seed=1, bias_std=0.4, bias_mean=0.1, normalization=normalization,
        profile=profile,
    )  # fmt: skip
    measured, expected = measure(network), np.array(list(differences_of_the_loss(network))).T
    np.testing.assert_allclose(measured.log10_delta, expected[0], atol=1e-6)
    np.testing.assert_allclose(measured.log10_weight_gradient, expected[1], atol=1e-6)


@KINDS
@pytest.mark.parametrize("initializer", ["glorot_uniform", "orthogonal", "identity"])
def test_every_column_of_unequal_layers_is_that_of_plain_arithmetic(profile, normalization, initializer):
    network = Network(
        "relu", depth=9, width=12, batch=5, seed=8, bias_std=0.3, initializer=initializer, weight_gain=1.3,
        normalization=normalization, profile=profile,
    )  # fmt: skip
    layers, plain = measure(network), plainly_measured(network)
    for column, values in in_logarithms(layers).items():
        np.testing.assert_allclose(values, plain[column], atol=1e-9, err_msg=column)
    passed = plain_pass(network)
    for l, (z, h) in enumerate(zip(passed["z"], passed["h"], strict=True)):
        assert layers.activation_mean[l] == pytest.approx(h.mean(), rel=1e-9)
        assert layers.dead[l] == pytest.approx(np.mean((z <= 0).all(axis=0)))
        assert layers.saturated[l] == pytest.approx(np.mean(z <= 0))


@EACH
def test_a_linear_network_of_unequal_layers_is_the_product_of_its_matrices(profile):
    network = Network("identity", depth=5, width=12, batch=1, seed=3, initializer="he_normal", profile=profile)
    draw = INITIALIZERS["he_normal"].weights
    matrices = [draw(stream(3, 3, l), *fans) for l, fans in enumerate(pairwise(network.widths))]
    product = np.linalg.multi_dot(matrices[::-1])
    x = np.linspace(-1.0, 1.0, network.widths[0])
    np.testing.assert_allclose(jacobian(network, x), product, rtol=1e-10)
    np.testing.assert_allclose(singular_values(network)[:2], np.linalg.svd(product)[1][:2], rtol=1e-9)
    u = stream(3, 0).standard_normal(network.widths[0])
    expected = product @ u / np.sqrt(np.mean(u**2))
    np.testing.assert_allclose(input_gradients(network, np.array([0.5]))[0], expected, rtol=1e-9)
    back = stream(3, 1).standard_normal(network.widths[-1])
    size = np.linalg.norm(np.linalg.multi_dot(matrices[:0:-1]).T @ back) / np.linalg.norm(back)
    ratio = math.sqrt(network.widths[-1] / network.widths[1])
    assert measure(network).log10_delta[0] == pytest.approx(math.log10(size * ratio), abs=1e-10)


@EACH
def test_each_depth_of_a_profile_is_measured_on_its_own(profile):
    networks = [Network(name, width=8, batch=3, profile=profile) for name in ("tanh", "relu")]
    for depth, together in zip((5, 2, 5), measure_depths(networks, (5, 2, 5), of_weights=False), strict=True):
        for network, layers in zip(networks, together, strict=True):
            alone = measure(replace(network, depth=depth))
            np.testing.assert_allclose(layers.log10_delta, alone.log10_delta, atol=1e-11)
            np.testing.assert_allclose(layers.preactivation_rms, alone.preactivation_rms, rtol=1e-11)
            assert np.isnan(layers.log10_weight_gradient).all()


@pytest.mark.parametrize(
    ("network", "delta", "gradient", "spread"),
    [
        (
            Network("tanh", depth=3, width=6, batch=4, seed=5),
            (-0.38040682059481185, -0.18201694404009533, -0.13604902748223058),
            (-0.20995757179788174, -0.1217786067210747, -0.15775601960573904),
            (0.9257589155280802, 0.808162401326094, 0.7357228456343079),
        ),
        (
            Network("relu", depth=3, width=300, batch=2, initializer="he_normal", bias_std=0.2),
            (-0.1549901985142229, -0.160468494626086, -0.15044956050407193),
            (-0.005723075328438987, 0.006291361871701214, 0.025835002505512687),
            (1.4477089062212791, 1.4416720616791967, 1.5429517911140176),
        ),
    ],
    ids=["narrow", "wide"],
)
def test_layers_of_equal_width_are_what_they_were_before_there_were_profiles(network, delta, gradient, spread):
    """As they were measured by the last version without profiles; matrices may be multiplied in another order."""
    layers = measure(network)
    np.testing.assert_allclose(layers.log10_delta, delta, rtol=1e-12)
    np.testing.assert_allclose(layers.log10_weight_gradient, gradient, rtol=1e-11)
    np.testing.assert_allclose(layers.preactivation_rms, spread, rtol=1e-12)


# Theory


def powers(network, share):
    """log10 RMS of delta_l relative to the last layer, where the mean square of delta_{l-1} is a share of the next."""
    steps = [share(fan_in, fan_out) for fan_in, fan_out in pairwise(network.widths[1:])]
    return 0.5 * np.log10([math.prod(steps[l:]) for l in range(network.depth)])


@EACH
def test_with_variances_of_one_over_the_fan_in_only_the_last_width_and_the_own_are_left(profile):
    """He et al. 2015, section 2.2: the product of n_l / n_{l-1} telescopes, and the signal keeps its size."""
    network = Network("identity", depth=30, profile=profile, initializer="lecun_normal")
    n = np.array(network.widths[1:])
    found = predicted(network)
    np.testing.assert_allclose(found.log10_delta, 0.5 * np.log10(n[-1] / n), atol=1e-12)
    np.testing.assert_allclose(found.preactivation_rms, 1.0, rtol=1e-12)


@EACH
def test_with_the_variance_of_glorot_each_layer_changes_signal_and_gradient(profile):
    """n_in Var W = 2 n_in / (n_in + n_out) on the way forward, n_out Var W on the way back: their sum is two."""
    network = Network("identity", depth=30, profile=profile, initializer="glorot_uniform")
    found = predicted(network)
    np.testing.assert_allclose(found.log10_delta, powers(network, lambda a, b: 2 * b / (a + b)), atol=1e-12)
    forward = np.cumprod([2 * a / (a + b) for a, b in pairwise(network.widths)])
    np.testing.assert_allclose(found.preactivation_rms, np.sqrt(forward), rtol=1e-12)


def test_in_a_zigzag_glorot_keeps_sixty_four_percent_of_every_square_in_two_layers():
    """(2 / 1.25) (0.5 / 1.25) = 0.64, both ways."""
    found = predicted(Network("identity", depth=41, width=64, profile="zigzag"))
    assert found.log10_delta[0] == pytest.approx(20 * 0.5 * math.log10(0.64))
    assert found.preactivation_rms[-1] ** 2 == pytest.approx(0.64**20 * 1.6)


@pytest.mark.parametrize(
    ("profile", "settings"),
    [
        ("funnel", {"initializer": "glorot_normal", "bias_std": 0.3}),
        ("fan_out", {"initializer": "orthogonal", "weight_gain": 1.3}),
        ("bottleneck", {"initializer": "glorot_uniform", "normalization": "layer"}),
        ("zigzag", {"initializer": "he_normal", "normalization": "batch"}),
        ("zigzag", {"initializer": "glorot_normal"}),
    ],
    ids=str,
)
def test_wide_networks_of_unequal_layers_do_as_predicted(profile, settings):
    """Mean squares over seeds, within 0.07 decades, where the widths make up 0.15 and more."""
    network = Network("tanh", depth=10, width=256, batch=64, profile=profile, **settings)
    runs, expected = [measure(replace(network, seed=seed)) for seed in range(16)], predicted(network)
    for column in ("log10_delta", "log10_weight_gradient"):
        squares = np.mean([10.0 ** (2 * getattr(run, column)) for run in runs], axis=0)
        np.testing.assert_allclose(0.5 * np.log10(squares), getattr(expected, column), atol=0.07, err_msg=column)
    rms = np.sqrt(np.mean([run.preactivation_rms**2 for run in runs], axis=0))
    np.testing.assert_allclose(rms, expected.preactivation_rms, rtol=0.06)


def test_how_alike_samples_become_follows_the_variance_of_every_layer():
    """ReLU halves the mean square; the biases' part is sigma_b^2 / q_l, by hand."""
    network = Network("relu", depth=6, width=16, profile="zigzag", bias_std=0.5)
    q, biased = 1.0, []
    for l, (a, b) in enumerate(pairwise((16, 4, 16, 4, 16, 4, 16))):
        q = 2 * a / (a + b) * (q / 2 if l else q) + 0.25
        biased.append(0.25 / q)
    np.testing.assert_allclose(alike(network).biased, biased, rtol=1e-9)


@EACH
def test_luck_counts_the_units_of_every_layer(profile):
    """A linear layer of n units multiplies the square by chi^2 of n degrees of freedom over n: variance 2 / n."""
    network = Network("identity", depth=30, profile=profile)
    found = wander(network, predicted(network))
    assert found.scatter == pytest.approx(math.sqrt(sum(2 / n for n in network.widths[1:])) / (2 * math.log(10)))


# Refusals


def test_a_residual_connection_needs_layers_of_equal_width():
    with pytest.raises(ValueError, match="equal width"):
        Network("tanh", residual=True, profile="funnel")


@pytest.mark.parametrize("junk", ["hourglass", "", None, 4, "Funnel"])
def test_an_unknown_profile_is_refused_with_those_that_are_known(junk):
    with pytest.raises(ValueError, match=r"unknown profile .*constant, funnel, fan_out, bottleneck, zigzag"):
        Network("tanh", profile=junk)


def test_what_needs_the_same_units_in_every_layer_refuses_a_profile():
    network = Network("tanh", profile="funnel")
    with pytest.raises(ValueError, match="equally wide"):
        sample([network], 4, [3])
    with pytest.raises(ValueError, match="equal width"):
        response(network, np.linspace(-1.0, 1.0, 5))
    with pytest.raises(ValueError, match="one depth"):
        measure_group([network], [20, 3])
