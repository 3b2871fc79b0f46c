"""Networks through time against numeric differentiation of the same in plain arithmetic, and against laws."""

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.cells import GATED
from core.maths.initializers import INITIALIZERS
from core.maths.recurrent import (
    LARGEST,
    Recurrent,
    drive,
    injected,
    log10_of_mean_gates,
    log10_path,
    log10_powers,
    measure_ends,
    measure_time,
    predicted_log10_hidden,
    weights_of,
)

SMOOTH = [name for name, entry in ACTIVATIONS.items() if not entry.breaks]
SMALL = {"width": 5, "steps": 7, "batch": 3, "weight_gain": 1.4, "bias_std": 0.3, "seed": 3}


# The same cells in plain arithmetic: only the random numbers are taken from the module


def logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def plainly(cell, weights, outside, h, c):
    """One step: the new h and c."""
    n = h.shape[1]
    w = [weights[k : k + n] for k in range(0, len(weights), n)]
    a = [outside[:, k : k + n] for k in range(0, len(weights), n)]
    if cell == "lstm":
        i, f, o = (logistic(h @ w[k].T + a[k]) for k in range(3))
        c = f * c + i * np.tanh(h @ w[3].T + a[3])
        return o * np.tanh(c), c
    if cell == "gru":
        r, u = (logistic(h @ w[k].T + a[k]) for k in range(2))
        candidate = np.tanh(a[2] + r * (h @ w[2].T))
        return (1.0 - u) * candidate + u * h, c
    return ACTIVATIONS[cell].value(h @ w[0].T + a[0], **ACTIVATIONS[cell].defaults()), c


def states(recurrent):
    """h and c before step 1, after it, and so on."""
    h = c = np.zeros((recurrent.batch, recurrent.width))
    found = [(h, c)]
    for outside in drive(recurrent):
        found.append(plainly(recurrent.cell, weights_of(recurrent), outside, *found[-1]))
    return found


def loss(recurrent, t, h, c):
    """What the gradient that is sent in belongs to, of a run that goes on from step t."""
    for outside in drive(recurrent)[t:]:
        h, c = plainly(recurrent.cell, weights_of(recurrent), outside, h, c)
    return float(np.sum(h * injected(recurrent)))


def slopes(recurrent, t, which, eps=1e-6):
    """dLoss/dh_t (which 0) or, while h_t stays, dLoss/dc_t (1), by central differences."""
    state = [part.copy() for part in states(recurrent)[t]]
    found = np.empty((recurrent.batch, recurrent.width))
    for place in np.ndindex(*found.shape):
        there = []
        for sign in (1.0, -1.0):
            moved = [part.copy() for part in state]
            moved[which][place] += sign * eps
            there.append(loss(recurrent, t, *moved))
        found[place] = (there[0] - there[1]) / (2.0 * eps)
    return found


def log10_rms(values):
    return 0.5 * np.log10(np.mean(np.square(values)))


@pytest.mark.parametrize("cell", [*SMOOTH, "relu", "leaky_relu", *GATED])
def test_the_gradient_of_every_cell_is_the_numeric_derivative(cell):
    recurrent = Recurrent(cell, **SMALL)
    expected = [log10_rms(slopes(recurrent, t, 0)) for t in range(1, 8)]
    np.testing.assert_allclose(measure_time(recurrent).log10_hidden, expected, atol=1e-6)


def test_the_gradient_of_the_lstm_s_cell_is_the_numeric_derivative():
    """c_t moves h_t = o_t tanh(c_t) with it, which leaves o_t as it is."""
    recurrent = Recurrent("lstm", **SMALL)
    n = recurrent.width
    w, outside, found = weights_of(recurrent)[2 * n : 3 * n], drive(recurrent), states(recurrent)
    expected = []
    for t in range(1, 8):
        o = logistic(found[t - 1][0] @ w.T + outside[t - 1][:, 2 * n : 3 * n])
        through = slopes(recurrent, t, 0) * o * (1.0 - np.tanh(found[t][1]) ** 2)
        held = slopes(recurrent, t, 1) if t < 7 else 0.0  # after the last step nothing but h is looked at
        expected.append(log10_rms(through + held))
    np.testing.assert_allclose(measure_time(recurrent).log10_cell, expected, atol=1e-6)


@pytest.mark.parametrize("cell", ["tanh", "relu", "gru"])
def test_only_the_lstm_has_a_cell_beside_what_it_shows(cell):
    assert np.isnan(measure_time(Recurrent(cell, **SMALL)).log10_cell).all()


@pytest.mark.parametrize("cell", ["tanh", "relu", *GATED])
def test_what_is_seen_on_the_way_forward_is_that_of_plain_arithmetic(cell):
    recurrent = Recurrent(cell, **SMALL)
    times = measure_time(recurrent)
    hidden = [h for h, _ in states(recurrent)]
    np.testing.assert_allclose(times.hidden_rms, [np.sqrt(np.mean(h**2)) for h in hidden[1:]], rtol=1e-12)
    n, w = recurrent.width, weights_of(recurrent)
    for k, (name, mean) in enumerate(times.gates.items()):
        gates = [
            logistic((h @ w.T + a)[:, k * n : (k + 1) * n]) for h, a in zip(hidden, drive(recurrent), strict=False)
        ]
        np.testing.assert_allclose(mean, [gate.mean() for gate in gates], rtol=1e-12, err_msg=name)
    assert tuple(times.gates) == {"lstm": ("input", "forget", "output"), "gru": ("reset", "update")}.get(cell, ())


def test_the_share_of_saturated_slopes():
    """tanh' is below 1 % where |z| > artanh sqrt 0.99, sigmoid' below 1 % of a quarter where |z| > 5.9865."""
    plain = Recurrent("tanh", **{**SMALL, "weight_gain": 4.0, "input_scale": 3.0})
    z = [h @ weights_of(plain).T + a for (h, _), a in zip(states(plain), drive(plain), strict=False)]
    far = [np.mean(np.abs(each) > math.atanh(math.sqrt(0.99))) for each in z]
    assert max(far) > 0.2
    np.testing.assert_allclose(measure_time(plain).saturated, far, atol=1e-12)
    closed = Recurrent("lstm", **SMALL, forget_bias=10.0)
    assert measure_time(closed).saturated == pytest.approx(0.25, abs=0.06)  # one of four is far beyond


# Laws


def test_the_gradient_of_a_linear_network_is_the_power_of_its_matrix():
    recurrent = Recurrent("identity", width=6, steps=60, batch=4, weight_gain=1.7, seed=5)
    w, start = weights_of(recurrent), injected(recurrent)
    expected = [log10_rms(start @ np.linalg.matrix_power(w, 60 - t)) for t in range(1, 61)]
    np.testing.assert_allclose(measure_time(recurrent).log10_hidden, expected, atol=1e-10)


@pytest.mark.parametrize("gain", [1e-3, 10.0])
def test_nothing_underflows_or_overflows_in_a_thousand_steps(gain):
    """The same power in sixty digits, thousands of decades beyond float64."""
    recurrent = Recurrent("identity", width=3, steps=1000, batch=1, weight_gain=gain, seed=2)
    with mpmath.workdps(60):
        power = mpmath.matrix(weights_of(recurrent).tolist()) ** 999
        row = mpmath.matrix(injected(recurrent).tolist()) * power
        expected = float(mpmath.log10(mpmath.norm(row, 2) / mpmath.sqrt(3)))
    times = measure_time(recurrent)
    assert abs(expected) > 500
    assert times.log10_hidden[0] == pytest.approx(expected, abs=1e-8)
    assert np.isfinite(times.log10_hidden).all()


@pytest.mark.parametrize("cell", ["sigmoid", "tanh", *GATED])
def test_a_gradient_far_below_every_float_is_not_zero(cell):
    times = measure_time(Recurrent(cell, width=8, steps=1000, batch=2, forget_bias=-3.0, input_scale=3.0))
    assert -math.inf < times.log10_hidden[0] < -330


def test_slopes_below_every_float_are_not_zero():
    """gelu' is Phi(z) + z phi(z): where both units of a sample are far on its left side, of the size of e^(-z^2/2)."""
    recurrent = Recurrent("gelu", width=2, batch=1, steps=12, weight_gain=10.0, seed=42)
    w = weights_of(recurrent)
    with mpmath.workdps(60):
        gradient = mpmath.matrix(injected(recurrent).tolist())
        for (h, _), a in reversed(list(zip(states(recurrent)[1:-1], drive(recurrent)[1:], strict=True))):
            z = [mpmath.mpf(number) for number in (h @ w.T + a)[0]]
            slopes = mpmath.diag([mpmath.ncdf(x) + x * mpmath.npdf(x) for x in z])
            gradient = gradient * slopes * mpmath.matrix(w.tolist())
        expected = float(mpmath.log10(mpmath.norm(gradient, 2) / mpmath.sqrt(2)))
    assert expected < -4000
    assert measure_time(recurrent).log10_hidden[0] == pytest.approx(expected, rel=1e-10)


def test_an_orthogonal_matrix_keeps_the_gradient_of_a_linear_network_exactly():
    times = measure_time(Recurrent("identity", steps=500, width=32, initializer="orthogonal"))
    np.testing.assert_allclose(times.log10_hidden, 0.0, atol=1e-12)
    assert times.spectral_radius == pytest.approx(1.0, abs=1e-12)
    assert times.largest_singular_value == pytest.approx(1.0, abs=1e-12)


def test_the_gain_multiplies_the_gradient_of_a_linear_network_once_a_step():
    times = measure_time(Recurrent("identity", steps=300, initializer="orthogonal", weight_gain=0.5, batch=2))
    np.testing.assert_allclose(times.log10_hidden, math.log10(0.5) * np.arange(299, -1, -1), atol=1e-10)
    assert times.spectral_radius == pytest.approx(0.5, abs=1e-12)


def test_the_spectral_radius_is_what_a_high_power_grows_by_and_the_singular_value_a_single_step():
    recurrent = Recurrent("tanh", width=16, weight_gain=1.3, seed=4)
    w, times = weights_of(recurrent), measure_time(recurrent)
    grown = np.linalg.norm(np.linalg.matrix_power(w, 512)) ** (1 / 512)
    assert times.spectral_radius == pytest.approx(grown, rel=0.01)
    assert times.largest_singular_value == pytest.approx(math.sqrt(np.linalg.eigvalsh(w.T @ w)[-1]), rel=1e-12)
    gated = Recurrent("gru", width=16, weight_gain=1.3, seed=4)
    candidate = weights_of(gated)[32:]
    assert measure_time(gated).largest_singular_value == pytest.approx(np.linalg.norm(candidate, 2), rel=1e-12)


@pytest.mark.parametrize("cell", ["tanh", "relu", "lstm"])
def test_without_recurrent_weights_nothing_comes_through_the_hidden_state(cell):
    hidden = measure_time(Recurrent(cell, weight_gain=0.0, steps=9, width=4)).log10_hidden
    assert np.isneginf(hidden[:-1]).all()
    assert hidden[-1] == pytest.approx(0.0, abs=1e-12)


def test_without_recurrent_weights_the_lstm_s_cell_is_its_forget_gates_alone():
    """sigmoid(b_f) a step, where nothing comes in; the last step's o tanh'(0) = 1/2 before."""
    recurrent = Recurrent("lstm", weight_gain=0.0, input_scale=0.0, steps=50, width=4, forget_bias=2.0)
    expected = math.log10(logistic(2.0)) * np.arange(49, -1, -1)
    np.testing.assert_allclose(measure_time(recurrent).log10_cell, math.log10(0.5) + expected, atol=1e-10)
    np.testing.assert_allclose(log10_path(recurrent), expected, atol=1e-10)
    np.testing.assert_allclose(log10_of_mean_gates(measure_time(recurrent)), expected, atol=1e-10)


def test_without_recurrent_weights_the_gru_keeps_its_update_gates():
    recurrent = Recurrent("gru", weight_gain=0.0, input_scale=0.0, steps=50, width=4, forget_bias=1.5)
    expected = math.log10(logistic(1.5)) * np.arange(49, -1, -1)
    np.testing.assert_allclose(measure_time(recurrent).log10_hidden, expected, atol=1e-10)


def test_the_direct_path_is_the_product_of_the_gates_that_keep():
    recurrent = Recurrent("lstm", **SMALL)
    n, w = recurrent.width, weights_of(recurrent)[recurrent.width : 2 * recurrent.width]
    forget = [
        logistic(h @ w.T + a[:, n : 2 * n]) for (h, _), a in zip(states(recurrent), drive(recurrent), strict=False)
    ]
    expected = [log10_rms(np.prod(forget[t:], axis=0)) for t in range(1, 7)]
    np.testing.assert_allclose(log10_path(recurrent), [*expected, 0.0], atol=1e-12)
    with pytest.raises(ValueError, match="no gate"):
        log10_path(Recurrent("tanh"))


def test_identity_weights_keep_the_gradient_where_relu_never_closed():
    """Le, Jaitly & Hinton 2015: with W = 1 the gradient of a sample's unit is 1 or 0, so its square is a share."""
    recurrent = Recurrent("relu", steps=60, initializer="identity", width=12, batch=40)
    z = np.cumsum(drive(recurrent), axis=0)  # without a wall at 0 it is a walk
    h, opened = np.zeros(z.shape[1:]), []
    for outside in drive(recurrent):
        h = h + outside
        opened.append(h > 0)
        h = np.maximum(h, 0.0)
    expected = [log10_rms(injected(recurrent) * np.all(opened[t:], axis=0)) for t in range(1, 60)]
    np.testing.assert_allclose(measure_time(recurrent).log10_hidden[:-1], expected, atol=1e-12)


# What is said of hundred steps


@pytest.mark.parametrize(("bias", "low", "high"), [(0.0, -31, -24), (1.0, -16, -12), (5.0, -0.6, -0.2)])
def test_the_forget_bias_decides_what_the_direct_path_keeps_of_hundred_steps(bias, low, high):
    assert low < log10_path(Recurrent("lstm", forget_bias=bias))[0] < high


def test_identity_weights_with_relu_keep_what_a_random_walk_does_that_never_returns():
    """A symmetric walk stays above its start for n steps with probability C(2n, n) / 4^n (Sparre Andersen 1953).

    h_1 is above 0 in half of all cases, in which the walk has made one such step already, and 0 in the other half.
    """
    stays = [math.comb(2 * n, n) / 4**n for n in (99, 100)]
    kept = measure_time(Recurrent("relu", initializer="identity", batch=100)).log10_hidden[0]
    assert 10**kept == pytest.approx(math.sqrt(stays[0] / 2 + stays[1]), rel=0.1)


# Theory


@pytest.mark.parametrize("cell", ["tanh", "sigmoid", "softsign", "identity"])
def test_wide_networks_come_near_the_theory(cell):
    recurrent = Recurrent(cell, width=400, steps=30, batch=8, weight_gain=0.9, bias_std=0.8)
    np.testing.assert_allclose(measure_time(recurrent).log10_hidden, predicted_log10_hidden(recurrent), atol=0.25)


def test_theory_is_a_closed_form_for_a_linear_network_and_for_relu():
    """A step multiplies the mean square by sigma_w^2, and by half of it where relu cuts half of the ways."""
    linear = Recurrent("identity", weight_gain=0.7, steps=11)
    np.testing.assert_allclose(predicted_log10_hidden(linear), np.log10(0.7) * np.arange(10, -1, -1), atol=1e-9)
    relu = Recurrent("relu", initializer="he_normal", weight_gain=0.7, steps=11)
    np.testing.assert_allclose(predicted_log10_hidden(relu), np.log10(0.7) * np.arange(10, -1, -1), atol=1e-9)


@pytest.mark.parametrize("settings", [{"cell": "lstm"}, {"cell": "gru"}, {"initializer": "identity"}], ids=str)
def test_theory_says_why_it_has_nothing_to_say(settings):
    with pytest.raises(ValueError, match="the prediction is for"):
        predicted_log10_hidden(Recurrent(**settings))


# Together and alone


@pytest.mark.parametrize("cell", ["relu", *GATED])
def test_several_numbers_of_steps_and_forget_biases_together_are_what_each_is_alone(cell):
    many = [Recurrent(cell, forget_bias=b, width=9, steps=40, weight_gain=2.0, seed=8) for b in (-2.0, 1.0, 6.0)]
    ends = (7, 40, 1)
    for end, together in zip(ends, measure_ends(many, ends), strict=True):
        for recurrent, found in zip(many, together, strict=True):
            alone = measure_time(replace(recurrent, steps=end))
            for column in ("log10_hidden", "log10_cell", "hidden_rms", "saturated"):
                np.testing.assert_allclose(getattr(found, column), getattr(alone, column), rtol=1e-9, err_msg=column)
            assert list(found.gates) == list(alone.gates)
            for name, mean in found.gates.items():
                np.testing.assert_allclose(mean, alone.gates[name], rtol=1e-9)


def test_nothing_together_is_nothing_and_others_are_refused():
    assert measure_ends([], [5]) == [[]]
    assert measure_ends([Recurrent()], []) == []
    with pytest.raises(ValueError, match="all but the forget bias"):
        measure_ends([Recurrent(), Recurrent(weight_gain=1.1)], [5])
    with pytest.raises(ValueError, match="steps"):
        measure_ends([Recurrent()], [5, 1001])


# Settings


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cell": "elman"}, "unknown cell 'elman'; known: .*lstm"),
        ({"cell": ["tanh"]}, "unknown cell"),
        ({"steps": 0}, "steps must lie between 1 and 1000"),
        ({"steps": 10**9}, "steps"),
        ({"width": 2.5}, "width must be a whole number"),
        ({"initializer": "kaiming"}, "unknown initializer"),
        ({"initializer": "glorot_normal", "initializer_parameters": {"std": 1.0}}, "no parameter"),
        ({"weight_gain": math.nan}, "weight_gain"),
        ({"forget_bias": 11.0}, "forget_bias must lie between -10"),
        ({"input_scale": -1.0}, "input_scale"),
        ({"bias_std": "much"}, "bias_std must be a number"),
        ({"batch": 0}, "batch"),
        ({"seed": -1}, "seed"),
        ({"steps": 1000, "width": 512, "batch": 16}, f"steps x width x batch must be at most {LARGEST:,}"),
    ],
    ids=str,
)
def test_settings_out_of_bounds_are_refused_by_name(wrong, said):
    with pytest.raises(ValueError, match=said):
        Recurrent(**wrong)


def test_the_defaults_are_those_of_the_contract():
    assert Recurrent() == Recurrent("tanh", 64, 100, "glorot_normal", {}, 1.0, 1.0, 1.0, 0.0, 16, 0)


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_whatever_is_allowed_can_be_measured(initializer):
    for k, cell in enumerate([*GATED, *ACTIVATIONS]):
        extreme = {"weight_gain": (0.0, 10.0)[k % 2], "input_scale": (0.0, 10.0)[k // 2 % 2], "forget_bias": -10.0}
        times = measure_time(Recurrent(cell, 3, 12, initializer, batch=1 + k % 3, bias_std=10.0, **extreme))
        assert not np.isnan(times.log10_hidden).any()
        assert times.hidden_rms.shape == times.saturated.shape == (12,)
        assert ((times.saturated >= 0.0) & (times.saturated <= 1.0)).all()


@pytest.mark.parametrize("gain", [0.9, 3.0])
def test_the_powers_of_a_matrix_can_grow_although_its_radius_is_below_one(gain):
    """Each against NumPy's power; far out the radius alone counts, which is Gelfand's formula."""
    recurrent = Recurrent("identity", width=32, weight_gain=gain, seed=1)
    w, found = weights_of(recurrent), log10_powers(recurrent, 1500)
    expected = [np.log10(np.linalg.svd(np.linalg.matrix_power(w, k))[1][0]) for k in (1, 2, 40)]
    np.testing.assert_allclose(found[[0, 1, 39]], expected, atol=1e-9)
    assert found[-1] / 1500 == pytest.approx(np.log10(measure_time(recurrent).spectral_radius), abs=2e-3)
    assert np.isneginf(log10_powers(replace(recurrent, weight_gain=0.0), 3)).all()
