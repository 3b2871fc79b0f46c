"""The chart of the gradient through time, its positions, and the evidence of its claims."""

import math

import numpy as np
import pytest

from core.experiments import evidence
from core.experiments import through_time as through_time_module
from core.experiments.through_time import (
    BIASES,
    CONTROLS,
    MANY,
    OFFERED,
    STOPS,
    Setting,
    left_of,
    recalls,
    remembered,
    through_time,
)
from core.maths.network import Network, measure
from core.maths.recall import UPDATES, Learnt
from core.maths.recurrent import Recurrent, log10_of_mean_gates, measure_time, predicted_log10_hidden
from core.words import numerals
from tests.charts.sent import sent
from tests.experiments.test_dragging import ALLOWED, assert_drawn_alike, at, stops

BOTH = ("tanh", "lstm")


def lines(setting):
    return {trace.name: np.array(trace.y, dtype=float) for trace in through_time(setting).figure.data}


def test_what_is_drawn_is_what_was_measured_beside_theory():
    drawn = lines(Setting(("tanh", "lstm"), steps=40, gain=1.2, forget=2.0, scale=0.5))
    shared = {"steps": 40, "weight_gain": 1.2, "input_scale": 0.5}
    plain, gated = Recurrent("tanh", **shared), Recurrent("lstm", forget_bias=2.0, **shared)
    hidden, times = measure_time(plain).log10_hidden, measure_time(gated)
    wanted = {
        "Tanh": hidden - hidden[-1],
        "Tanh, theory": predicted_log10_hidden(plain),
        "LSTM": times.log10_cell - times.log10_cell[-1],
        "LSTM, gates alone, theory": log10_of_mean_gates(times),
    }
    assert list(drawn) == ["Tanh, theory", "Tanh", "LSTM, gates alone, theory", "LSTM"]
    for name, values in wanted.items():
        np.testing.assert_allclose(drawn[name], values, rtol=1e-5, atol=1e-5, err_msg=name)


def test_identity_weights_have_no_theory_and_the_gru_has_its_update_gate():
    assert list(lines(Setting(("irnn", "gru")))) == ["ReLU, identity", "GRU, gates alone, theory", "GRU"]


@pytest.mark.parametrize(("control", "values"), [*zip(CONTROLS, (STOPS, BIASES), strict=True)])
def test_while_a_control_is_dragged_the_chart_is_what_the_setting_itself_gives(control, values):
    figure = through_time(Setting(BOTH, steps=33, gain=0.9, forget=0.5)).figure
    assert set(stops(figure, control)) == {*values, {CONTROLS[0]: 33, CONTROLS[1]: 0.5}[control]}
    for value in (values[1], values[-1]):
        change = {"steps": value} if control == CONTROLS[0] else {"forget": value}
        wanted = through_time(Setting(BOTH, **{"steps": 33, "gain": 0.9, "forget": 0.5, **change})).figure
        assert_drawn_alike(at(figure, control, value), wanted)


def test_of_many_cells_and_of_cells_without_gates_no_forget_bias_is_dragged():
    assert len(OFFERED) > MANY
    for cells in (tuple(OFFERED), ("tanh", "relu")):
        figure = through_time(Setting(cells)).figure
        assert list(stops(figure, CONTROLS[1])) == [1.0]
        assert len(sent(figure).to_json()) < ALLOWED


def test_the_words_say_what_reaches_the_first_time_step():
    slots = through_time(Setting(BOTH, steps=70)).slots
    tanh, lstm = (left_of(network, measure_time(network))[0] for network in (Recurrent(c, steps=70) for c in BOTH))
    assert (slots["least"], slots["best"]) == ("Tanh", "LSTM")
    assert (slots["least_figure"], slots["best_figure"]) == (numerals.size(tanh), numerals.size(lstm))
    assert slots["best_factor"] == numerals.size(lstm / 69)
    assert slots["forget_gate"] == numerals.number(math.e / (1.0 + math.e))


def test_a_single_time_step_keeps_all_of_its_gradient():
    slots = through_time(Setting(tuple(OFFERED), steps=1)).slots
    assert slots["least_figure"] == slots["best_figure"] == "1"


def test_settings_that_no_network_has_are_refused():
    with pytest.raises(ValueError, match="steps"):
        through_time(Setting(BOTH, steps=0))
    with pytest.raises(ValueError, match="weight_gain"):
        through_time(Setting(BOTH, gain=math.nan))


# The claims


def test_the_same_matrix_again_scatters_more_than_one_of_its_own_for_every_layer():
    """Both kinds have the same weights, each network of its seed; those of layers vary as Hanin & Nica 2018 have it."""
    slots = evidence.through_time()
    again = [measure_time(Recurrent("relu", initializer="he_normal", seed=s)).log10_hidden[0] for s in range(20)]
    layers = [measure(Network("relu", depth=100, batch=16, initializer="he_normal", seed=s)) for s in range(20)]
    others = [each.log10_delta[0] - each.log10_delta[-1] for each in layers]
    assert np.std(again) > 3 * np.std(others)
    assert np.std(others) == pytest.approx(math.sqrt(5 * 100 / 64) / math.log(100), rel=0.35)
    assert (slots["again_least"], slots["again_most"]) == (numerals.size(min(again)), numerals.size(max(again)))
    assert (slots["others_least"], slots["others_most"]) == (numerals.size(min(others)), numerals.size(max(others)))
    assert slots["theory"] == "1"


def test_what_the_direct_path_keeps_lies_between_a_typical_product_of_gates_and_the_root_of_its_mean_square():
    """Gates are about sigmoid(b + Z), as inputs of variance 1 come in; a thousand products seldom hold the largest."""
    slots = evidence.through_time()
    z, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    for k, bias in enumerate((0.0, 1.0, 5.0)):
        gate = 1.0 / (1.0 + np.exp(-bias - z))
        typical, mean = 99 * (weights @ np.log10(gate)), 99 / 2 * np.log10(weights @ gate**2)
        shown = slots[f"path_{k}"].replace(" × 10", "e").replace("⁻", "-")
        found = math.log10(float(shown.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))))
        assert 1.05 * typical < found < 0.95 * mean, bias  # the memory moves gates a little, too


def test_a_radius_below_one_is_no_bound_and_one_above_it_no_explosion():
    slots = evidence.through_time()
    assert float(slots["linear_radius"]) < 1.0 < float(slots["linear_largest"])
    assert int(slots["linear_at"]) < int(slots["linear_above"]) < 100
    assert float(slots["steep_radius"]) > 1.4
    assert "10⁻" in slots["steep_left"]


# Learning to remember: two runs in place of real ones


def test_the_chart_has_what_was_learnt_of_the_runs_that_are_done(monkeypatch):
    def run(recall):
        right = np.full(UPDATES, 0.5 if recall.clipped else 0.25)
        right[100 if recall.clipped else UPDATES :] = np.nan
        return Learnt(right, right)

    monkeypatch.setattr(through_time_module, "learnt", run)
    setting = Setting(("tanh", "gru"), forget=3.0)
    every = recalls(setting, 12)
    assert [(r.cell, r.clipped, r.steps, r.forget_bias) for r in every] == [
        ("tanh", False, 12, 3.0), ("tanh", True, 12, 3.0), ("gru", False, 12, 3.0), ("gru", True, 12, 3.0),
    ]  # fmt: skip
    shown = remembered(setting, 12, 2)
    guessing, plain, clipped = shown.figure.data
    assert (guessing.name, plain.name, clipped.name) == ("guessing", "Tanh", "Tanh, clipped")
    assert set(guessing.y) == set(plain.y) == {25.0}, "one symbol of four"
    assert np.isnan(clipped.y[5:]).all(), "from update 101 on there is nothing"
    assert plain.x[0] == 10.0, "the first point is the mean of twenty updates"
    assert shown.slots["lines"] == "Tanh: 25 % right at the end; Tanh, clipped: diverged at update 101"
    assert len(remembered(setting, 12, 0).figure.data) == 1
