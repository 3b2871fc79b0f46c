import math
import tracemalloc
from dataclasses import FrozenInstanceError, fields, replace
from functools import partial
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.maths import network as module
from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Layers, Network, measure, measure_depths, measure_many
from core.maths.weights import stream
from tests.maths import sweeps
from tests.maths.textbook import mp, true_derivative, true_value

ENTRIES = pytest.mark.parametrize("name", ACTIVATIONS)
NORMALIZATIONS = (None, "layer", "batch")
KINDS = pytest.mark.parametrize("kind", sweeps.KINDS, ids=sweeps.named)
THOUSAND = pytest.mark.parametrize("depth", [400, pytest.param(1000, marks=pytest.mark.slow)])
COLUMNS = [column.name for column in fields(Layers)]
NORMAL = NormalDist()


def columns(layers):
    return np.array([getattr(layers, name) for name in COLUMNS])


def assert_same(one, other, **tolerance):
    for name in COLUMNS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), err_msg=name, **tolerance)


# The same network in plain arithmetic: only the random numbers are taken from the module.


def weights_of(network):
    draw = INITIALIZERS[network.initializer].weights
    shapes = [(stream(network.seed, 3, l), *fans) for l, fans in enumerate(pairwise(network.widths))]
    return [network.weight_gain * draw(*shape, **network.initializer_parameters) for shape in shapes]


def biases_of(network):
    layers = list(enumerate(pairwise(network.widths)))
    limits = [1.0 / np.sqrt(n) if network.initializer == "pytorch" else 0.0 for n in network.widths]
    normal = [stream(network.seed, 2, l).standard_normal(n) for l, (_, n) in layers]
    uniform = [stream(network.seed, 5, l).uniform(-limits[l], limits[l], n) for l, (_, n) in layers]
    return [network.bias_mean + network.bias_std * b + u for b, u in zip(normal, uniform, strict=True)]


def input_of(network):
    return stream(network.seed, 0).standard_normal((network.batch, network.widths[0]))


def injected_into(network):
    gradient = stream(network.seed, 1).standard_normal((network.batch, network.widths[-1]))
    return gradient / np.sqrt(np.mean(gradient**2))


def plainly_normalized(network, a):
    """What enters the activation, and one over the standard deviation it was divided by."""
    if network.normalization is None:
        return a, None
    axis, n = {"layer": (1, a.shape[1]), "batch": (0, network.batch)}[network.normalization]
    centred = a - a.sum(axis=axis, keepdims=True) / n
    deviation = ((centred**2).sum(axis=axis, keepdims=True) / n + 1e-5) ** 0.5
    return centred / deviation, 1 / deviation


def plainly_before_normalization(network, delta, z, factor):
    """dLoss/da from dLoss/dz with the matrix dz_i/da_j = (1[i = j] - 1/n - z_i z_j / n) / deviation."""
    if network.normalization is None:
        return delta
    if network.normalization == "batch":
        delta, z, factor = delta.T, z.T, factor.T
    n = z.shape[1]
    rows = [(d @ (np.eye(n) - 1 / n - np.outer(row, row) / n)) * f for d, row, f in zip(delta, z, factor, strict=True)]
    return np.array(rows).T if network.normalization == "batch" else np.array(rows)


def loss(network, weights, nudges):
    """sum of injected gradient times last activation; nudges[l] is added to what enters the activation of layer l."""
    h = input_of(network)
    for w, b, nudge in zip(weights, biases_of(network), nudges, strict=True):
        z = plainly_normalized(network, h @ w.T + b)[0] + nudge
        branch = ACTIVATIONS[network.activation].value(z, **network.parameters)
        h = h + network.branch_scale * branch if network.residual else branch
    return float(np.sum(injected_into(network) * h))


def difference_quotients(change_loss, shape, step=1e-5):
    """dLoss / d each entry, by central differences; change_loss takes an array to add."""
    result = np.empty(shape)
    for index in np.ndindex(*shape):
        nudge = np.zeros(shape)
        nudge[index] = step
        result[index] = (change_loss(nudge) - change_loss(-nudge)) / (2 * step)
    return result


def log10_rms(values):
    """log10 of the RMS, without overflow of the squares; -inf for zero."""
    largest = np.abs(values).max()
    if not largest:
        return -math.inf
    return float(mp.log10(largest)) + 0.5 * math.log10(np.mean((values / largest).astype(float) ** 2))


def plain_pass(network, exactly=False):
    """z, h, delta and dLoss/dW of every layer, without any rescaling.

    In float64 as it comes or, exactly, in mpmath's numbers of 40 digits, which know no underflow.
    """
    f = ACTIVATIONS[network.activation]
    value, slope = partial(f.value, **network.parameters), partial(f.derivative, **network.parameters)
    numbers = np.float64
    if exactly:
        numbers = np.vectorize(mp.mpf, otypes=[object])
        value, slope = (
            np.vectorize(partial(function, network.activation, **network.parameters), otypes=[object])
            for function in (true_value, true_derivative)
        )
    weights = [numbers(w) for w in weights_of(network)]
    h, z, factors = [numbers(input_of(network))], [], []
    for w, b in zip(weights, biases_of(network), strict=True):
        entering, factor = plainly_normalized(network, h[-1] @ w.T + b)
        z.append(entering)
        factors.append(factor)
        branch = value(entering)
        h.append(h[-1] + network.branch_scale * branch if network.residual else branch)
    upstream, delta, gradient = numbers(injected_into(network)), [], []
    for l in reversed(range(network.depth)):
        through_branch = network.branch_scale * upstream if network.residual else upstream
        delta.insert(0, through_branch * slope(z[l]))
        before = plainly_before_normalization(network, delta[0], z[l], factors[l])
        gradient.insert(0, before.T @ h[l])
        upstream = before @ weights[l] + (upstream if network.residual else 0)
    return {"z": z, "h": h[1:], "delta": delta, "dLoss/dW": gradient}


def plainly_measured(network, exactly=False):
    """log10 RMS of z, h, delta and dLoss/dW."""
    with mp.workdps(40):
        layers = plain_pass(network, exactly)
        return {column: np.array([log10_rms(values) for values in per_layer]) for column, per_layer in layers.items()}


def in_logarithms(layers):
    """The same four columns from what was measured; mean and standard deviation make the RMS of h."""
    with np.errstate(divide="ignore"):
        return {
            "z": np.log10(layers.preactivation_rms),
            "h": np.log10(np.hypot(layers.activation_mean, layers.activation_std)),
            "delta": layers.log10_delta,
            "dLoss/dW": layers.log10_weight_gradient,
        }


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


def differences_of_the_loss(network):
    """log10 RMS of dLoss/dz and of dLoss/dW, layer by layer, by central differences of the loss."""
    weights, still = weights_of(network), [0.0] * network.depth
    for l, (fan_in, fan_out) in enumerate(pairwise(network.widths)):

        def nudge_z(nudge, l=l):
            return loss(network, weights, [*still[:l], nudge, *still[l + 1 :]])

        def nudge_w(nudge, l=l):
            return loss(network, [*weights[:l], weights[l] + nudge, *weights[l + 1 :]], still)

        delta = difference_quotients(nudge_z, (network.batch, fan_out))
        yield log10_rms(delta), log10_rms(difference_quotients(nudge_w, (fan_out, fan_in)))


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


# Refusals


def test_defaults_are_those_of_the_house():
    network = Network("tanh")
    assert (network.depth, network.width, network.batch, network.seed) == (20, 64, 32, 0)
    assert (network.initializer, network.weight_gain, network.bias_std) == ("glorot_normal", 1.0, 0.0)
    assert (network.residual, network.normalization, network.branch_scale) == (False, None, 1.0)
    assert Network("elu").parameters == {"alpha": 1.0}
    assert Network("tanh", initializer="normal").initializer_parameters == {"std": 0.01}


def test_a_network_cannot_be_changed_and_equals_its_copy():
    network = Network("prelu", {"a": 0.25})
    with pytest.raises(FrozenInstanceError):
        network.depth = 3
    assert network == replace(network) == Network("prelu")
    assert hash(network) == hash(Network("prelu"))
    assert network != Network("prelu", {"a": 0.3})


def test_a_network_keeps_its_parameters_when_the_mapping_given_changes():
    given_values = {"a": 0.1}
    network = Network("prelu", given_values)
    given_values["a"] = 1.0
    assert network.parameters == {"a": 0.1}


def test_whole_numbers_may_come_as_floats_and_are_kept_as_integers():
    network = Network("tanh", depth=12.0, weight_gain=2)
    assert (network.depth, type(network.depth), type(network.weight_gain)) == (12, int, float)


@pytest.mark.parametrize("unknown", ["tanhh", "", "Tanh", None, 3, math.nan, ("tanh",), [], {}])
@pytest.mark.parametrize("field", ["activation", "initializer"])
def test_an_unknown_name_is_refused_with_the_kind_of_name(field, unknown):
    with pytest.raises(ValueError, match=f"unknown {field}"):
        Network(**{"activation": "tanh", field: unknown})


WHOLE = {"depth": (1, 1000), "width": (2, 512), "batch": (1, 512), "seed": (0, 2**31 - 1)}
REAL = {"weight_gain": (0, 10), "bias_std": (0, 10), "bias_mean": (-10, 10), "branch_scale": (0, 2)}


@pytest.mark.parametrize(("field", "bounds"), [*WHOLE.items(), *REAL.items()])
def test_numbers_out_of_bounds_are_refused_with_their_name(field, bounds):
    low, high = bounds
    for value in (low - 1, high + 1, math.nan, math.inf, -math.inf, -1e308, 1e308, 10**300, -(10**300)):
        with pytest.raises(ValueError, match=f"^{field} must lie between"):
            Network("tanh", **{field: value})


@pytest.mark.parametrize("junk", [None, 0, 1, 1.0, "True", "yes", [], [True], math.nan], ids=repr)
def test_residual_is_true_or_false_and_nothing_else(junk):
    with pytest.raises(ValueError, match="^residual must be True or False"):
        Network("tanh", residual=junk)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("layer", "layer"),
        ("LayerNorm", "layer"),
        ("layer_norm", "layer"),
        ("layer-norm", "layer"),
        ("Layer Normalization", "layer"),
        ("batch", "batch"),
        ("BatchNorm", "batch"),
        ("batch_norm", "batch"),
        ("BATCH NORM", "batch"),
        ("batchnormalization", "batch"),
    ],
)
def test_a_normalization_is_understood_by_the_names_libraries_give_it(alias, name):
    network = Network("tanh", normalization=alias)
    assert network.normalization == name
    assert network == Network("tanh", normalization=name)
    assert replace(network).normalization == name


@pytest.mark.parametrize(
    "unknown",
    ["", "norm", "normalization", "group", "None", "layers", "batchlayer", "lay er x", True, False, 0, b"layer"],
)
def test_an_unknown_normalization_is_refused_with_those_that_are_known(unknown):
    with pytest.raises(ValueError, match="^unknown normalization .*; known: None, layer, batch$"):
        Network("tanh", normalization=unknown)


@pytest.mark.parametrize(
    "unhashable", [[], {}, ["layer"], object(), math.nan, 1j], ids=lambda junk: type(junk).__name__
)
def test_what_is_no_name_is_no_normalization(unhashable):
    with pytest.raises(ValueError, match="unknown normalization"):
        Network("tanh", normalization=unhashable)


def test_one_sample_is_no_batch_to_be_normalized():
    with pytest.raises(ValueError, match="batch normalization needs a batch of at least 2 samples"):
        Network("tanh", normalization="BatchNorm", batch=1)
    assert Network("tanh", normalization="batch", batch=2).batch == 2
    assert Network("tanh", normalization="layer", batch=1).batch == 1


def test_networks_that_differ_in_normalization_skips_or_branch_scale_are_not_equal():
    network = Network("tanh")
    others = ({"residual": True}, {"normalization": "layer"}, {"normalization": "batch"}, {"branch_scale": 0.5})
    changed = [replace(network, **other) for other in others]
    assert len({network, *changed}) == 5


@pytest.mark.parametrize("field", WHOLE)
def test_fractions_are_refused_where_whole_numbers_are_asked(field):
    with pytest.raises(ValueError, match=f"^{field} must be a whole number"):
        Network("tanh", **{field: 2.5})


@pytest.mark.parametrize("field", [*WHOLE, *REAL])
def test_what_is_no_number_is_refused_with_the_name_of_the_setting(field):
    """What else is none: tests/maths/test_numbers.py."""
    for junk in (None, "many", 10**400):
        with pytest.raises(ValueError, match=f"^{field} must be a number"):
            Network("tanh", **{field: junk})


@pytest.mark.parametrize(
    ("setup", "complaint"),
    [
        ({"parameters": {"alpha": 1.0}}, "tanh has no parameter 'alpha'"),
        ({"activation": "elu", "parameters": {"alpha": -1.0}}, "alpha must lie between"),
        ({"activation": "elu", "parameters": {"alpha": math.nan}}, "alpha must lie between"),
        ({"activation": "elu", "parameters": {"alpha": "1 or so"}}, "alpha must be a number"),
        ({"initializer_parameters": {"std": 0.1}}, "glorot_normal has no parameter 'std'"),
        ({"initializer": "normal", "initializer_parameters": {"std": 0.0}}, "std must lie between"),
        ({"initializer": "normal", "initializer_parameters": {"std": math.inf}}, "std must lie between"),
        ({"initializer": "normal", "initializer_parameters": {3: 0.1}}, "normal has no parameter 3"),
    ],
)
def test_parameters_that_do_not_belong_are_refused(setup, complaint):
    with pytest.raises(ValueError, match=complaint):
        Network(**{"activation": "tanh", **setup})


@pytest.mark.parametrize("field", ["parameters", "initializer_parameters"])
@pytest.mark.parametrize("junk", [None, 3, ["alpha"], "alpha"], ids=repr)
def test_parameters_that_are_no_mapping_are_refused(field, junk):
    with pytest.raises(ValueError, match="parameter"):
        Network("elu", **{field: junk})


def test_a_network_too_large_is_refused_before_anything_is_allocated():
    tracemalloc.start()
    try:
        for size in ({"depth": 1000, "width": 512, "batch": 512}, {"depth": 10**9, "width": 10**9, "batch": 10**9}):
            with pytest.raises(ValueError, match="must"):
                Network("tanh", **size)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_product_of_depth_width_and_batch_is_bounded():
    assert Network("tanh", depth=128, width=512, batch=256).depth == 128
    with pytest.raises(ValueError, match="depth x width x batch must be at most 16,777,216, not 16,908,288"):
        Network("tanh", depth=129, width=512, batch=256)
