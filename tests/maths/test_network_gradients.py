"""The gradients of a network, plain or with norms and skips: differences of the loss, and exact arithmetic."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.maths.activations import ACTIVATIONS
from core.maths.network import Network, measure, measure_many
from tests.maths import sweeps
from tests.maths.plainly import (
    ENTRIES,
    KINDS,
    NORMALIZATIONS,
    THOUSAND,
    assert_same,
    columns,
    difference_quotients,
    differences_of_the_loss,
    in_logarithms,
    injected_into,
    input_of,
    log10_rms,
    loss,
    plain_pass,
    plainly_measured,
    weights_of,
)
from tests.maths.textbook import mp, true_derivative, true_value

# Gradients


@ENTRIES
@pytest.mark.parametrize(
    "setup",
    [
        {"bias_std": 0.7, "bias_mean": -0.3, "initializer": "orthogonal", "weight_gain": 1.5},
        {"initializer": "pytorch", "bias_std": 0.3, "batch": 1, "seed": 4},
    ],
    ids=["biases", "one sample"],
)
def test_the_gradients_are_those_of_differences_of_the_loss(name, setup):
    network = Network(name, **{"depth": 4, "width": 5, "batch": 3, "seed": 2, **setup})
    weights, still = weights_of(network), [0.0] * 4
    measured = measure(network)
    for l in range(4):

        def nudge_z(nudge, l=l):
            return loss(network, weights, [*still[:l], nudge, *still[l + 1 :]])

        def nudge_w(nudge, l=l):
            return loss(network, [*weights[:l], weights[l] + nudge, *weights[l + 1 :]], still)

        delta = difference_quotients(nudge_z, (network.batch, 5))
        gradient = difference_quotients(nudge_w, (5, 5))
        assert measured.log10_delta[l] == pytest.approx(log10_rms(delta), abs=1e-7)
        assert measured.log10_weight_gradient[l] == pytest.approx(log10_rms(gradient), abs=1e-7)


@pytest.mark.parametrize(
    ("name", "setup"),
    sweeps.in_turn(
        ACTIVATIONS,
        [
            {"weight_gain": 0.01},
            {"weight_gain": 10.0},
            {"weight_gain": 3.0, "bias_std": 1e-9},
            {"weight_gain": 0.01, "bias_std": 1e-70},
        ],
        share=2,
    ),
)
@pytest.mark.parametrize(("width", "depth"), [(2, 60), pytest.param(4, 80, marks=pytest.mark.slow)])
def test_rescaling_changes_nothing_that_plain_arithmetic_can_see(name, setup, width, depth):
    """Deep enough to leave 2^+-200, where signals are rescaled; compared where float64 keeps its digits.

    Between them the seeds hold samples that die, that saturate at 10^60 and that come back from 10^-200.
    """
    for seed in (0, 2, 3, 5, 14):
        network = Network(name, depth=depth, width=width, batch=8, initializer="he_normal", seed=seed, **setup)
        plain, measured = plainly_measured(network), in_logarithms(measure(network))
        for column in plain:
            fits = np.abs(plain[column]) < 200.0
            got, expected = measured[column][fits], plain[column][fits]
            np.testing.assert_allclose(got, expected, atol=1e-5, err_msg=f"{column}, seed {seed}")


UNDERFLOWS = ("elu", "selu", "softplus", "swish", "gelu", "mish")


@pytest.mark.parametrize("name", UNDERFLOWS)
def test_derivatives_that_no_float_can_hold_are_small_and_not_zero(name):
    """Two units of which both are far left: all that a sample has left of its gradient is 10^-(millions)."""
    network = Network(
        name, depth=8, width=2, batch=2, initializer="normal", initializer_parameters={"std": 2.0}, weight_gain=10.0,
        seed=3,
    )  # fmt: skip
    exact = plainly_measured(network, exactly=True)["delta"]
    assert exact.min() < -1000.0
    np.testing.assert_allclose(measure(network).log10_delta, exact, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", *UNDERFLOWS])
def test_units_whose_derivative_underflows_are_not_dead(name):
    network = Network(
        name, depth=5, width=512, batch=2, initializer="normal", initializer_parameters={"std": 2.0}, weight_gain=4.0
    )
    assert not measure(network).dead.any()


@pytest.mark.parametrize(("width", "depth"), [(2, 30), (64, 30), (300, 2), (512, 10)])
def test_small_and_large_networks_use_the_weights_of_their_own_layer_and_seed(width, depth):
    """Small stacks of weights are kept between measurements, large ones are drawn again."""
    network = Network("tanh", depth=depth, width=width, batch=2, weight_gain=1.1, seed=11)
    plain, measured = plainly_measured(network), in_logarithms(measure(network))
    for column in plain:
        np.testing.assert_allclose(measured[column], plain[column], atol=1e-9, err_msg=column)


def test_weights_kept_for_one_initializer_do_not_serve_another():
    for initializer, params in (
        ("normal", {"std": 0.2}),
        ("normal", {"std": 0.4}),
        ("orthogonal", {}),
        ("he_normal", {}),
    ):
        network = Network("tanh", depth=4, width=8, initializer=initializer, initializer_parameters=params)
        plain, measured = plainly_measured(network), in_logarithms(measure(network))
        np.testing.assert_allclose(measured["delta"], plain["delta"], atol=1e-9, err_msg=f"{initializer} {params}")


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
@pytest.mark.parametrize("gain", [1e-5, 1e-70, 1e-200])
def test_an_activation_that_does_not_start_at_zero_answers_a_vanishing_signal_with_its_value_at_zero(name, gain):
    measured = measure(Network(name, depth=4, weight_gain=gain))
    np.testing.assert_allclose(measured.activation_mean, float(true_value(name, 0.0)), rtol=1e-4)
    slope = float(true_derivative(name, 0.0))
    per_layer = math.log10(gain * slope)
    np.testing.assert_allclose(measured.log10_delta, math.log10(slope) + per_layer * np.arange(3, -1, -1), atol=0.3)


@pytest.mark.parametrize("gain", [0.0, 1e-8, 1e-4])
@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_the_deviation_of_nearly_equal_activations_keeps_its_digits(name, gain):
    network = Network(name, depth=1, width=10, weight_gain=gain)
    z = input_of(network) @ weights_of(network)[0].T
    linear = float(true_derivative(name, 0.0)) * np.std(z)  # f is straight on this scale
    assert measure(network).activation_std[0] == pytest.approx(linear, rel=1e-3, abs=0)


def test_a_thousand_sigmoid_layers_lose_what_exact_arithmetic_says():
    """mpmath knows no underflow: 1,000 layers of four units and two samples."""
    network = Network(
        "sigmoid", depth=1000, width=4, batch=2, seed=1, initializer="normal", initializer_parameters={"std": 0.8}
    )
    weights, h, slopes = weights_of(network), input_of(network), []
    with mp.workdps(25):
        for w in weights:
            z = h @ w.T  # sigmoid forgets rounding errors, so float64 will do on the way up
            h = 1.0 / (1.0 + np.exp(-z))
            slopes.append(h * (1.0 - h))
        upstream = injected_into(network).astype(object) * mp.mpf(1)
        decades = np.empty(1000)
        for l in reversed(range(1000)):
            delta = upstream * slopes[l]
            decades[l] = float(mp.log10(mp.sqrt(sum((delta**2).flat) / delta.size)))
            upstream = delta @ weights[l]
    assert decades[0] < -400.0
    np.testing.assert_allclose(measure(network).log10_delta, decades, atol=1e-8)


@ENTRIES
def test_for_one_sample_the_weight_gradient_is_the_product_of_delta_and_signal(name):
    """dLoss/dW = delta h^T has the RMS of delta times the RMS of h."""
    network = Network(name, depth=30, width=20, batch=1, seed=6, bias_std=0.1)
    measured = measure(network)
    signal = np.hypot(measured.activation_mean, measured.activation_std)[:-1]
    before = np.concatenate([[np.sqrt(np.mean(input_of(network) ** 2))], signal])
    np.testing.assert_allclose(measured.log10_weight_gradient, measured.log10_delta + np.log10(before), atol=1e-9)


# Normalization and residual connections


@pytest.mark.parametrize(("name", "kind"), sweeps.in_turn(ACTIVATIONS, sweeps.KINDS))
def test_gradients_through_norms_and_skips_are_those_of_differences_of_the_loss(name, kind):
    """delta is the gradient at what enters the activation: after the normalization."""
    network = Network(name, depth=3, width=4, batch=3, seed=1, bias_std=0.4, bias_mean=0.1, branch_scale=0.6, **kind)
    measured = measure(network)
    expected = np.array(list(differences_of_the_loss(network))).T
    np.testing.assert_allclose(measured.log10_delta, expected[0], atol=1e-6)
    np.testing.assert_allclose(measured.log10_weight_gradient, expected[1], atol=1e-6)


@ENTRIES
@KINDS
def test_every_column_with_norms_and_skips_is_that_of_plain_arithmetic(name, kind):
    """h is what leaves the layer: after the addition. Shares are those of the activation alone."""
    network = Network(
        name, depth=7, width=6, batch=5, seed=8, bias_std=0.3, bias_mean=0.2, initializer="he_normal",
        branch_scale=0.7, **kind,
    )  # fmt: skip
    f, measured, plain = ACTIVATIONS[name], measure(network), plain_pass(network)
    steepest = np.abs(f.derivative(np.linspace(-20.0, 20.0, 400_001))).max()
    for l, (z, h) in enumerate(zip(plain["z"], plain["h"], strict=True)):
        slopes = f.derivative(z)
        assert measured.preactivation_rms[l] == pytest.approx(np.sqrt(np.mean(z**2)), rel=1e-9)
        assert measured.activation_mean[l] == pytest.approx(np.mean(h), rel=1e-8, abs=1e-11)
        assert measured.activation_std[l] == pytest.approx(np.std(h), rel=1e-9)
        assert measured.log10_delta[l] == pytest.approx(log10_rms(plain["delta"][l]), abs=1e-9)
        assert measured.log10_weight_gradient[l] == pytest.approx(log10_rms(plain["dLoss/dW"][l]), abs=1e-9)
        assert measured.dead[l] == pytest.approx(np.mean(np.all(slopes == 0.0, axis=0)), abs=1e-12)
        assert measured.saturated[l] == pytest.approx(np.mean(np.abs(slopes) < 0.01 * steepest), abs=1e-12)


@KINDS
@settings(max_examples=20)
@given(
    name=st.sampled_from([*ACTIVATIONS]),
    gain=st.sampled_from([0.01, 1.0, 10.0]),
    seed=st.integers(0, 1000),
    scale=st.sampled_from([0.5, 1.0]),
)
def test_deep_networks_with_norms_and_skips_are_those_of_plain_arithmetic(kind, name, gain, seed, scale):
    """Thirty layers: no more than float64 has digits for where a normalization takes one from the gradient.

    Where plain arithmetic has lost a gradient to underflow, it was below all of its numbers.
    """
    network = Network(name, depth=30, width=8, batch=4, weight_gain=gain, seed=seed, branch_scale=scale, **kind)
    plain, measured = plainly_measured(network), in_logarithms(measure(network))
    for column in plain:
        lost = np.flatnonzero(np.isneginf(plain[column]) & np.isfinite(measured[column]))
        assert not len(lost) or measured[column][lost[-1]] < -300.0
        kept = np.setdiff1d(np.arange(30), lost)
        np.testing.assert_allclose(measured[column][kept], plain[column][kept], atol=1e-5, err_msg=column)


@THOUSAND
@pytest.mark.parametrize(
    ("name", "setup"),
    [
        ("identity", {"residual": True, "weight_gain": 10.0}),
        ("relu", {"residual": True, "weight_gain": 10.0}),
        ("prelu", {"residual": True, "weight_gain": 3.0}),
        ("tanh", {"residual": True, "weight_gain": 0.01}),
        ("identity", {"normalization": "layer", "initializer": "normal", "initializer_parameters": {"std": 0.001}}),
        ("gelu", {"normalization": "layer", "weight_gain": 0.001}),
        ("tanh", {"normalization": "layer", "weight_gain": 10.0}),
        ("relu", {"normalization": "batch", "weight_gain": 0.001}),
        ("identity", {"normalization": "batch", "initializer": "normal", "initializer_parameters": {"std": 0.001}}),
        ("tanh", {"normalization": "batch", "weight_gain": 10.0}),
        ("swish", {"normalization": "batch", "weight_gain": 0.01, "residual": True}),
        ("relu", {"normalization": "layer", "weight_gain": 10.0, "residual": True}),
    ],
    ids=str,
)
def test_hundreds_of_layers_with_norms_and_skips_are_those_of_exact_arithmetic(name, setup, depth):
    """mpmath knows no underflow; signals from 10^-280 to 10^+280 among them, with a thousand layers 10^+-700."""
    setup = {"initializer": "he_normal", "branch_scale": 0.5, "batch": 3 if "batch" in setup.values() else 2, **setup}
    network = Network(name, depth=depth, width=3, seed=3, **setup)
    exact, measured = plainly_measured(network, exactly=True), in_logarithms(measure(network))
    for column in exact:
        # preactivation_rms, mean and std overflow and underflow as float64 does
        fits = np.abs(exact[column]) < 300.0 if column in ("z", "h") else slice(None)
        got, expected = measured[column][fits], exact[column][fits]
        np.testing.assert_allclose(got, expected, atol=1e-6, err_msg=column)


@THOUSAND
@KINDS
@pytest.mark.parametrize(
    "setup",
    [
        {"weight_gain": 0.01},
        {"weight_gain": 10.0, "branch_scale": 2.0},
        {"initializer": "normal", "initializer_parameters": {"std": 0.001}},
        {"initializer": "normal", "initializer_parameters": {"std": 2.0}, "weight_gain": 10.0, "bias_mean": -10.0},
        {"weight_gain": 0.0, "bias_std": 10.0},
    ],
    ids=["shrinking", "growing", "tiny weights", "huge weights", "no weights"],
)
def test_the_deepest_networks_with_norms_and_skips_never_give_nan(kind, setup, depth):
    networks = [Network(name, depth=depth, width=4, batch=3, **setup, **kind) for name in ACTIVATIONS]
    for layers in measure_many(networks):
        assert not np.isnan(columns(layers)).any()
        assert (layers.log10_delta < math.inf).all()
        assert (layers.log10_weight_gradient < math.inf).all()
        for share in (layers.dead, layers.saturated):
            assert ((share >= 0.0) & (share <= 1.0)).all()


@ENTRIES
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_a_residual_network_whose_branches_count_nothing_is_the_identity(name, normalization):
    network = Network(name, depth=12, width=9, batch=4, residual=True, normalization=normalization, branch_scale=0.0)
    measured, h = measure(network), input_of(network)
    np.testing.assert_allclose(measured.activation_mean, np.mean(h), rtol=1e-12)
    np.testing.assert_allclose(measured.activation_std, np.std(h), rtol=1e-12)
    np.testing.assert_array_equal(measured.log10_delta, -math.inf)
    np.testing.assert_array_equal(measured.log10_weight_gradient, -math.inf)


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_the_branch_scale_does_nothing_without_a_residual_connection(normalization):
    network = Network("tanh", depth=6, width=8, batch=4, normalization=normalization)
    assert_same(measure(replace(network, branch_scale=0.3)), measure(network), rtol=0, atol=0)


def test_a_residual_network_whose_units_are_all_dead_passes_the_signal_on():
    """ReLU with a bias of -10: nothing comes of the branches, and nothing is lost either."""
    network = Network("relu", depth=50, width=8, residual=True, bias_mean=-10.0)
    measured = measure(network)
    np.testing.assert_allclose(measured.activation_std, np.std(input_of(network)), rtol=1e-12)
    np.testing.assert_array_equal(measured.log10_delta, -math.inf)
    np.testing.assert_array_equal(measured.dead, 1.0)


@pytest.mark.parametrize("normalization", ["layer", "batch"])
@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_with_normalization_the_scale_of_the_weights_is_not_seen(name, normalization):
    """But for epsilon the signal is the same; dLoss/dW falls as the weights grow."""
    network = Network(name, depth=5, width=32, batch=32, normalization=normalization, weight_gain=1.0)
    one, ten = measure(network), measure(replace(network, weight_gain=10.0))
    for column in ("preactivation_rms", "activation_mean", "activation_std", "log10_delta", "saturated"):
        np.testing.assert_allclose(getattr(ten, column), getattr(one, column), atol=2e-3, err_msg=column)
    np.testing.assert_allclose(ten.log10_weight_gradient, one.log10_weight_gradient - 1.0, atol=2e-3)
    np.testing.assert_allclose(one.preactivation_rms, 1.0, atol=1e-3)


def test_a_bias_is_not_seen_where_the_batch_is_normalized():
    network = Network("tanh", depth=5, width=8, batch=16, normalization="batch")
    with_bias = measure(replace(network, bias_mean=3.0, bias_std=2.0))
    assert_same(with_bias, measure(network), rtol=1e-9, atol=1e-9)


@KINDS
@pytest.mark.parametrize("gain", [0.3, 10.0])
def test_networks_with_norms_and_skips_measured_together_give_what_each_gives_alone(kind, gain):
    settings = {"depth": 30, "width": 12, "batch": 7, "weight_gain": gain, "branch_scale": 0.5, "bias_std": 0.1}
    networks = [Network(name, seed=9, **settings, **kind) for name in ACTIVATIONS]
    for network, together in zip(networks, measure_many(networks), strict=True):
        assert_same(together, measure(network), rtol=1e-6, atol=1e-6)
