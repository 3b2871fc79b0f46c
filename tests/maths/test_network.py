"""Networks measured: their scaling laws, together and alone, their first layer, and what was published of them."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.maths import network as module
from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network, measure, measure_depths, measure_many
from tests.maths.plainly import (
    COLUMNS,
    ENTRIES,
    NORMALIZATIONS,
    THOUSAND,
    assert_same,
    columns,
    in_logarithms,
    input_of,
)

NORMAL = NormalDist()


# Scaling laws in closed form


@pytest.mark.parametrize("gain", [0.01, 0.5, 1.0, 3.0, 10.0])
def test_orthogonal_layers_without_an_activation_multiply_by_the_gain_and_nothing_else(gain):
    network = Network("identity", depth=1000, width=6, batch=4, initializer="orthogonal", weight_gain=gain)
    measured, first = measure(network), np.sqrt(np.mean(input_of(network) ** 2))
    layer = np.arange(1, 1001)
    np.testing.assert_allclose(measured.log10_delta, np.log10(gain) * (1000 - layer), atol=1e-9)
    decades = np.log10(first) + np.log10(gain) * layer
    inside = np.abs(decades) < 300.0
    np.testing.assert_allclose(np.log10(measured.preactivation_rms[inside]), decades[inside], atol=1e-9)
    assert np.isinf(measured.preactivation_rms[decades > 309.0]).all()
    assert (measured.preactivation_rms[decades < -325.0] == 0.0).all()
    # every weight gradient holds the same numbers, gain^(L-1) times a rotation
    np.testing.assert_allclose(np.diff(measured.log10_weight_gradient), 0.0, atol=1e-9)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "prelu"])
@pytest.mark.parametrize("gain", [0.02, 5.0])
def test_a_gain_passes_through_homogeneous_activations_as_a_power(name, gain):
    plain, scaled = (measure(Network(name, depth=300, width=16, weight_gain=g)) for g in (1.0, gain))
    layer, decades = np.arange(1, 301), math.log10(gain)
    np.testing.assert_allclose(scaled.log10_delta, plain.log10_delta + decades * (300 - layer), atol=1e-8)
    np.testing.assert_allclose(scaled.log10_weight_gradient, plain.log10_weight_gradient + decades * 299, atol=1e-8)
    np.testing.assert_array_equal(scaled.dead, plain.dead)


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0])
def test_a_linear_residual_network_grows_by_one_plus_the_square_of_its_branch_scale(scale):
    """E|(1 + s W) h|^2 = (1 + s^2) |h|^2, forward and backward."""
    settings = {"depth": 21, "width": 256, "batch": 16, "residual": True, "branch_scale": scale}
    networks = [Network("identity", initializer="lecun_normal", seed=seed, **settings) for seed in range(3)]
    for column in ("h", "delta"):
        ends = [in_logarithms(measure(network))[column][[0, -1]] for network in networks]
        growth = abs(np.mean(np.diff(ends))) / 20
        assert growth == pytest.approx(0.5 * math.log10(1.0 + scale**2), rel=0.05), column


@ENTRIES
def test_the_injected_gradient_has_an_rms_of_one(name):
    network = Network(name, depth=1, width=40, weight_gain=0.0, bias_mean=0.5)
    assert measure(network).log10_delta[0] == pytest.approx(
        math.log10(float(ACTIVATIONS[name].derivative(0.5))), abs=1e-12
    )


def test_a_thousand_sigmoid_layers_fall_along_a_straight_line():
    decades = measure(Network("sigmoid", depth=1000)).log10_delta
    assert np.isfinite(decades).all()
    layer = np.arange(1000)
    slope, start = np.polyfit(layer, decades, 1)
    assert 10.0**-slope == pytest.approx(0.236, abs=0.004)
    np.testing.assert_allclose(decades, start + slope * layer, atol=0.01 * 1000 * slope)


@ENTRIES
def test_without_weights_the_gradient_is_exactly_zero_below_the_last_layer(name):
    measured = measure(Network(name, depth=5, width=10, weight_gain=0.0))
    np.testing.assert_array_equal(measured.log10_delta[:-1], -math.inf)
    np.testing.assert_array_equal(measured.log10_weight_gradient[:-1], -math.inf)
    at_zero = float(ACTIVATIONS[name].derivative(0.0))
    assert measured.log10_delta[-1] == (pytest.approx(math.log10(at_zero)) if at_zero else -math.inf)
    np.testing.assert_array_equal(measured.preactivation_rms, 0.0)
    np.testing.assert_allclose(measured.activation_mean, float(ACTIVATIONS[name].value(0.0)), rtol=1e-14)


def test_a_narrow_deep_relu_network_dies_and_its_gradient_is_exactly_zero():
    measured = measure(Network("relu", depth=1000, width=2))
    np.testing.assert_array_equal(measured.log10_delta, -math.inf)
    np.testing.assert_array_equal(measured.log10_weight_gradient, -math.inf)
    assert (measured.dead[-900:] == 1.0).all()
    assert measured.preactivation_rms[-1] == measured.activation_std[-1] == 0.0


def test_a_leaky_relu_network_of_the_same_size_lives():
    measured = measure(Network("leaky_relu", depth=1000, width=2))
    assert np.isfinite(measured.log10_delta).all()
    assert np.isfinite(measured.log10_weight_gradient).all()
    assert (measured.dead == 0.0).all()


@THOUSAND
@pytest.mark.parametrize("gain", [0.01, 5.0, 10.0])
@pytest.mark.parametrize("bias_std", [0.0, 2.0])
def test_the_deepest_networks_with_extreme_gains_give_numbers_or_exact_zeros_and_never_nan(gain, bias_std, depth):
    networks = [
        Network(name, depth=depth, width=4, batch=3, weight_gain=gain, bias_std=bias_std) for name in ACTIVATIONS
    ]
    for layers in measure_many(networks):
        assert not np.isnan(columns(layers)).any()
        assert (layers.log10_delta < math.inf).all()
        assert (layers.log10_weight_gradient < math.inf).all()
        for share in (layers.dead, layers.saturated):
            assert ((share >= 0.0) & (share <= 1.0)).all()
        assert (layers.dead <= layers.saturated + 1e-12).all()


@ENTRIES
@settings(max_examples=20)
@given(data=st.data())
def test_whatever_is_allowed_can_be_measured(name, data):
    normalization = data.draw(st.sampled_from(NORMALIZATIONS))
    network = Network(
        name,
        parameters={p.name: data.draw(st.floats(p.low, p.high)) for p in ACTIVATIONS[name].parameters},
        depth=data.draw(st.integers(1, 40)),
        width=data.draw(st.integers(2, 6)),
        batch=data.draw(st.integers(2 if normalization == "batch" else 1, 4)),
        normalization=normalization,
        residual=data.draw(st.booleans()),
        branch_scale=data.draw(st.floats(0.0, 2.0)),
        initializer=data.draw(st.sampled_from(sorted(INITIALIZERS))),
        weight_gain=data.draw(st.floats(0.0, 10.0)),
        bias_std=data.draw(st.floats(0.0, 10.0)),
        bias_mean=data.draw(st.floats(-10.0, 10.0)),
        seed=data.draw(st.integers(0, 2**31 - 1)),
    )
    layers = measure(network)
    for name_of_column in COLUMNS:
        column = getattr(layers, name_of_column)
        assert column.shape == (network.depth,)
        assert column.dtype == np.float64
    assert not np.isnan(columns(layers)).any()


# Together and alone, again and deeper


def test_networks_measured_together_give_what_each_gives_alone():
    networks = [Network(name, depth=25, width=12, batch=7, bias_std=0.2, seed=9) for name in ACTIVATIONS]
    for network, together in zip(networks, measure_many(networks), strict=True):
        assert_same(together, measure(network), rtol=1e-9, atol=1e-11)


def test_one_activation_with_several_parameters_can_be_measured_together():
    networks = [Network("prelu", {"a": a}, depth=10, width=8) for a in (-0.5, 0.0, 0.25, 1.5)]
    for network, together in zip(networks, measure_many(networks), strict=True):
        assert_same(together, measure(network), rtol=1e-9, atol=1e-11)


def test_networks_too_large_to_be_held_at_once_are_measured_in_turn(monkeypatch):
    """As many at once as fit the limit on what is held together: here two of three."""
    networks = [Network(name, depth=6, width=8, batch=4) for name in ("relu", "tanh", "elu")]
    alone = [measure(network) for network in networks]
    original, held = module.measure_group, []
    monkeypatch.setattr(module, "measure_group", lambda group, *more: held.append(len(group)) or original(group, *more))
    monkeypatch.setattr(module, "LARGEST", 2 * 6 * 8 * 4)
    for one, together in zip(alone, measure_many(networks), strict=True):
        assert_same(together, one, rtol=1e-9, atol=1e-11)
    assert held == [2, 1]


@settings(max_examples=60)
@given(data=st.data())
def test_all_depths_measured_together_give_what_each_gives_alone(data):
    """Other settings by chance, extreme ones among them: there samples have exponents of their own."""
    names = data.draw(st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=1, max_size=3, unique=True))
    depths = data.draw(st.lists(st.integers(1, 60), min_size=1, max_size=5))
    shared = {
        "width": data.draw(st.integers(2, 16)),
        "batch": data.draw(st.integers(2, 8)),
        "weight_gain": data.draw(st.sampled_from([0.0, 1e-3, 0.5, 1.0, 2.0, 10.0])),
        "initializer": data.draw(st.sampled_from(list(INITIALIZERS))),
        "normalization": data.draw(st.sampled_from(NORMALIZATIONS)),
        "residual": data.draw(st.booleans()),
        "bias_std": data.draw(st.sampled_from([0.0, 1.0])),
        "seed": data.draw(st.integers(0, 2**31 - 1)),
    }
    networks = [Network(name, **shared) for name in names]
    for depth, together in zip(depths, measure_depths(networks, depths), strict=True):
        alone = measure_many([replace(network, depth=depth) for network in networks])
        for one, other in zip(together, alone, strict=True):
            assert_same(one, other, rtol=1e-12, atol=1e-12)


def test_of_many_depths_the_gradients_of_the_weights_can_be_left_out():
    networks = [Network(name, width=8, batch=4) for name in ("tanh", "relu")]
    for whole, part in zip(measure_depths(networks, [3, 9]), measure_depths(networks, [3, 9], False), strict=True):
        for one, other in zip(whole, part, strict=True):
            assert np.isnan(other.log10_weight_gradient).all()
            assert_same(replace(other, log10_weight_gradient=one.log10_weight_gradient), one, rtol=0, atol=0)


@pytest.mark.parametrize("depth", [0, -1, 1001, 2.5, 10**9])
def test_a_depth_that_no_network_has_is_refused_before_anything_is_measured(depth):
    with pytest.raises(ValueError, match="depth"):
        measure_depths([Network("tanh")], [5, depth])


def test_nothing_to_measure_gives_no_layers():
    assert measure_many([]) == []
    assert measure_depths([], [1, 2]) == [[], []]
    assert measure_depths([Network("tanh")], []) == []


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"depth": 21},
        {"width": 65},
        {"batch": 31},
        {"weight_gain": 1.1},
        {"bias_std": 0.1},
        {"bias_mean": 0.1},
        {"initializer": "he_normal"},
        {"residual": True},
        {"branch_scale": 0.5},
        {"normalization": "layer"},
        {"normalization": "batch"},
    ],
    ids=str,
)
def test_networks_that_differ_in_more_than_the_activation_are_not_measured_together(other):
    with pytest.raises(ValueError, match="must share all but the activation"):
        measure_many([Network("tanh"), Network("relu", **other)])


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_same_settings_give_the_same_numbers_to_the_bit(initializer):
    network = Network("tanh", depth=12, width=30, initializer=initializer, bias_std=0.3)
    once = measure(network)
    for seed in range(1, 12):  # whatever is kept from earlier measurements must not matter
        measure(replace(network, seed=seed))
    assert_same(measure(network), once, rtol=0, atol=0)
    assert_same(measure(replace(network)), once, rtol=0, atol=0)


def test_another_seed_gives_other_numbers():
    one, other = (columns(measure(Network("tanh", seed=seed))) for seed in (0, 1))
    assert (one[:5] != other[:5]).all()


@pytest.mark.parametrize("width", [16, 300])
def test_a_deeper_network_begins_with_the_layers_of_a_shallower_one(width):
    shallow, deep = (measure(Network("tanh", depth=d, width=width, batch=4, bias_std=0.1)) for d in (10, 40))
    for name in ("preactivation_rms", "activation_mean", "activation_std", "dead", "saturated"):
        np.testing.assert_allclose(
            getattr(deep, name)[:10], getattr(shallow, name), rtol=1e-12, atol=1e-14, err_msg=name
        )


def test_what_was_measured_can_be_changed_without_changing_the_next_measurement():
    network = Network("tanh", depth=3)
    first = measure(network)
    before = columns(first).copy()
    for name in COLUMNS:
        getattr(first, name)[:] = 7.0
    np.testing.assert_array_equal(columns(measure(network)), before)


# Signals, shares and biases of the first layer in closed form: there z is exactly normal

WIDE = {"depth": 1, "width": 512, "batch": 256, "initializer": "lecun_normal"}


@pytest.mark.parametrize(
    ("name", "mean", "std"),
    [
        ("identity", 0.0, 1.0),
        ("relu", 1 / math.sqrt(2 * math.pi), math.sqrt(0.5 - 1 / (2 * math.pi))),
        ("sigmoid", 0.5, None),
        ("selu", 0.0, 1.0),
        ("gelu", 1 / (2 * math.sqrt(math.pi)), None),
    ],
)
def test_the_first_layer_has_the_moments_of_the_normal_distribution(name, mean, std):
    """E[z Phi(z)] = 1 / (2 sqrt pi); SELU keeps mean 0 and variance 1."""
    measured = measure(Network(name, **WIDE))
    assert measured.preactivation_rms[0] == pytest.approx(1.0, abs=0.01)
    assert measured.activation_mean[0] == pytest.approx(mean, abs=0.01)
    assert std is None or measured.activation_std[0] == pytest.approx(std, abs=0.01)


@pytest.mark.parametrize("gain", [2.0, 4.0, 8.0])
@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("sigmoid", (-2 * math.acosh(10), 2 * math.acosh(10))),  # 4 cosh^2(x/2) = 400
        ("tanh", (-math.acosh(10), math.acosh(10))),
        ("elu", (math.log(0.01), math.inf)),
        ("softplus", (-math.log(99), math.inf)),
        ("relu", (0.0, math.inf)),
        ("leaky_relu", (-math.inf, math.inf)),
    ],
)
def test_the_saturated_share_is_a_tail_of_the_normal_distribution(name, edges, gain):
    low, high = (NORMAL.cdf(edge / gain) for edge in edges)
    measured = measure(Network(name, **WIDE, weight_gain=gain))
    assert measured.saturated[0] == pytest.approx(low + 1.0 - high, abs=0.01)


@pytest.mark.parametrize(("batch", "share"), [(1, 0.5), (2, 0.25), (3, 0.125), (5, 1 / 32)])
def test_a_relu_is_born_dead_on_a_batch_with_a_half_to_the_power_of_its_size(batch, share):
    dead = [measure(Network("relu", **{**WIDE, "batch": batch}, seed=seed)).dead[0] for seed in range(4)]
    assert np.mean(dead) == pytest.approx(share, abs=0.035)


def test_a_unit_is_dead_on_the_whole_batch_or_not_at_all():
    assert measure(Network("relu", **WIDE)).dead[0] == 0.0
    assert measure(Network("relu", **WIDE)).saturated[0] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("bias", "dead"), [(-10.0, 1.0), (10.0, 0.0)])
def test_a_large_bias_kills_or_saves_every_relu(bias, dead):
    measured = measure(Network("relu", **WIDE, bias_mean=bias))
    assert measured.dead[0] == measured.saturated[0] == dead
    assert measured.preactivation_rms[0] == pytest.approx(math.sqrt(101), rel=0.01)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "gelu", "softplus", "leaky_relu"])
def test_only_an_exact_zero_counts_as_dead(name):
    assert measure(Network(name, **WIDE, weight_gain=4.0)).dead[0] == 0.0


def test_biases_alone_decide_where_there_are_no_weights():
    constant = measure(Network("tanh", depth=3, weight_gain=0.0, bias_mean=1.5))
    np.testing.assert_allclose(constant.preactivation_rms, 1.5, rtol=1e-14)
    np.testing.assert_allclose(constant.activation_mean, math.tanh(1.5), rtol=1e-14)
    random = Network("identity", depth=3, width=512, batch=2, weight_gain=0.0, bias_mean=1.0, bias_std=2.0)
    np.testing.assert_allclose(measure(random).activation_mean, 1.0, atol=0.35)
    np.testing.assert_allclose(measure(random).activation_std, 2.0, atol=0.25)


def test_each_layer_has_biases_of_its_own_and_every_sample_the_same():
    network = Network("identity", depth=3, width=9, batch=4, weight_gain=0.0, bias_std=1.0)
    measured = measure(network)
    assert len(set(measured.activation_mean)) == 3
    assert_same(measured, measure(replace(network, batch=1)), rtol=1e-12, atol=1.0)  # gradients differ
    np.testing.assert_allclose(measured.activation_std, measure(replace(network, batch=1)).activation_std)


@pytest.mark.parametrize(
    ("initializer", "params", "variance"),
    [
        ("lecun_normal", {}, 4.0),
        ("glorot_normal", {}, 4.0),
        ("glorot_uniform", {}, 4.0),
        ("he_normal", {}, 8.0),
        ("orthogonal", {}, 4.0),
        ("normal", {"std": 0.3}, 4.0 * 100 * 0.09),
    ],
)
def test_the_weight_variance_counts_the_width_and_the_gain(initializer, params, variance):
    network = Network("tanh", width=100, initializer=initializer, initializer_parameters=params, weight_gain=2.0)
    assert network.weight_variance == pytest.approx(variance, rel=1e-14)
    assert measure(replace(network, batch=256)).preactivation_rms[0] ** 2 == pytest.approx(variance, rel=0.1)


# Published results


def decades_lost(network):
    decades = measure(network).log10_delta
    return decades[0] - decades[-1]


def test_the_tanh_network_of_the_stanford_course_collapses_as_published():
    """CS231n 2017, lecture 6: ten layers of 500, W ~ N(0, 0.01^2); six decimals were printed."""
    published = [0.213081, 0.047551, 0.010630, 0.002378, 0.000532, 0.000119, 0.000026, 0.000006, 0.000001, 0.0]
    measured = measure(Network("tanh", depth=10, width=500, batch=512, initializer="normal"))
    np.testing.assert_allclose(measured.activation_std, published, rtol=0.02, atol=5e-7)
    np.testing.assert_allclose(measured.activation_mean, 0.0, atol=2e-3)


@pytest.mark.slow
def test_the_relu_network_of_the_stanford_course_keeps_its_signal_as_published():
    """CS231n 2017, lecture 6: randn / sqrt(n / 2). Single networks of this width wander; so four are averaged."""
    networks = [Network("relu", depth=10, width=500, batch=256, initializer="he_normal", seed=s) for s in range(4)]
    measured = [measure(network) for network in networks]
    std = np.mean([layers.activation_std for layers in measured], axis=0)
    mean = np.mean([layers.activation_mean for layers in measured], axis=0)
    np.testing.assert_allclose(std[:2], [0.8252, 0.8278], rtol=0.05)
    np.testing.assert_allclose(mean[:2], [0.5625, 0.5536], rtol=0.05)
    assert std[-1] == pytest.approx(0.8445, rel=0.1)
    assert mean[-1] == pytest.approx(0.5525, rel=0.1)


def test_tanh_with_glorot_keeps_a_ninth_of_its_gradient_over_fifty_layers():
    lost = [decades_lost(Network("tanh", depth=50, width=200, seed=seed)) for seed in range(4)]
    assert 10.0 ** np.mean(lost) == pytest.approx(0.11, abs=0.03)


def test_tanh_with_glorot_follows_a_power_law_and_no_exponential():
    """delta falls like L^-1/2: four times the depth costs a factor of two, not a fourth power."""
    shallow, deep = (
        np.mean([decades_lost(Network("tanh", depth=d, width=200, seed=s)) for s in (0, 1)]) for d in (25, 100)
    )
    assert 10.0 ** (deep - shallow) == pytest.approx(0.5, abs=0.15)


def test_tanh_with_unit_normal_weights_explodes():
    unit = {"initializer": "normal", "initializer_parameters": {"std": 1.0}}
    assert decades_lost(Network("tanh", depth=20, width=100, **unit)) > 5.0


def test_relu_with_glorot_loses_half_of_the_squared_gradient_per_layer():
    lost = [decades_lost(Network("relu", depth=50, width=256, seed=seed)) for seed in range(4)]
    assert 10.0 ** (np.mean(lost) / 49) == pytest.approx(math.sqrt(0.5), rel=0.01)


def test_relu_with_he_keeps_its_gradient_over_fifty_layers():
    lost = [decades_lost(Network("relu", depth=50, width=256, initializer="he_normal", seed=seed)) for seed in range(4)]
    assert 10.0 ** np.mean(lost) == pytest.approx(0.9, abs=0.3)


def test_sigmoid_with_glorot_keeps_less_than_a_quarter_per_layer():
    lost = [decades_lost(Network("sigmoid", depth=50, width=200, seed=seed)) for seed in range(2)]
    assert 10.0 ** (np.mean(lost) / 49) == pytest.approx(0.236, abs=0.002)


def test_sigmoid_with_unit_normal_weights_keeps_half_of_its_gradient_over_twenty_layers():
    """The article's bound 0.25^20 is 12 decades lower: the weights multiply as well."""
    unit = {"initializer": "normal", "initializer_parameters": {"std": 1.0}}
    lost = [decades_lost(Network("sigmoid", depth=20, width=100, seed=seed, **unit)) for seed in range(12)]
    assert 10.0 ** np.mean(lost) == pytest.approx(0.5, abs=0.2)


def test_the_old_initialization_shrinks_delta_tenfold_but_not_the_weight_gradient():
    """Glorot & Bengio 2010, figures 7 and 8: U[+-1/sqrt n] has a third of the variance of Glorot's own."""
    old = Network("tanh", depth=5, width=512, batch=64, initializer="glorot_uniform", weight_gain=math.sqrt(1 / 3))
    before, after = measure(old), measure(replace(old, weight_gain=1.0))
    assert before.log10_delta[0] - before.log10_delta[-1] == pytest.approx(-1.0, abs=0.15)
    np.testing.assert_allclose(np.diff(before.log10_delta[1:]), 0.5 * math.log10(3), atol=0.06)
    assert np.ptp(before.log10_weight_gradient) < 0.05
    assert after.log10_delta[0] - after.log10_delta[-1] > -0.45
    np.testing.assert_allclose(np.diff(after.log10_delta[1:]), 0.0, atol=0.12)


def test_relu_with_batch_norm_explodes_as_yang_found():
    """Yang et al. 2019: sqrt(pi / (pi - 1)) = 1.2112 a layer for large batches, whatever the initialization."""
    network = Network("relu", depth=14, width=384, batch=512, normalization="batch")
    decades = measure(network).log10_delta
    assert 10.0 ** ((decades[0] - decades[-1]) / 13) == pytest.approx(math.sqrt(math.pi / (math.pi - 1)), rel=0.005)


def test_skips_keep_relu_with_batch_norm_from_exploding():
    """The longer the skip has been added to, the less one more branch counts: a power of the depth, no exponential."""
    network = Network("relu", depth=100, width=64, batch=64, normalization="batch")
    without, with_skips = measure(network).log10_delta, measure(replace(network, residual=True)).log10_delta
    assert without[0] - without[-1] > 7.0
    assert with_skips[0] - with_skips[-1] < 2.0
    assert with_skips[50] - with_skips[-1] < 0.4


@pytest.mark.parametrize(
    ("width", "depth", "published"), [(2, 10, 0.9437), pytest.param(5, 50, 0.7956, marks=pytest.mark.slow)]
)
def test_a_relu_network_is_born_dead_for_one_input_as_often_as_lu_found(width, depth, published):
    """1 - (1 - 2^-N)^k for k hidden layers of N units: in each, all may be off at once."""
    trials = 300
    settings = {"depth": depth, "width": width, "batch": 1, "initializer": "he_normal"}
    dead = [np.isinf(measure(Network("relu", seed=seed, **settings)).log10_delta[0]) for seed in range(trials)]
    spread = math.sqrt(published * (1.0 - published) / trials)
    assert np.mean(dead) == pytest.approx(published, abs=4 * spread)


def test_the_log_gradient_of_a_deep_relu_network_varies_as_hanin_and_nica_found():
    """Var log |delta|^2 is about 5 L / n, and its mean sinks by half of that."""
    settings = {"depth": 50, "width": 50, "batch": 1, "initializer": "he_normal"}
    log_square = [2 * math.log(10) * measure(Network("relu", seed=s, **settings)).log10_delta[0] for s in range(150)]
    assert np.var(log_square) == pytest.approx(5.0, rel=0.3)
    assert np.mean(log_square) == pytest.approx(-2.5, abs=0.7)
