"""The gradient by layer is the measured one, beside its bound and its theory."""

import math

import numpy as np
import pytest

from core.charts import theme
from core.experiments import gradients
from core.experiments.networks import networks_of
from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import predicted_log10_delta
from core.maths.network import Network, measure
from core.words import numerals
from tests.experiments.shown import lines, reach
from tests.scratch import ALIKE, with_initializer

THREE = networks_of(["sigmoid", "tanh", "relu"], depth=12, width=32)
COLUMN = "log10 of δ relative to the last layer, {}"


def relative(network):
    """log10 of each layer's gradient divided by that of the last layer, from what was measured."""
    delta = measure(network).log10_delta
    return [float(value - delta[-1]) for value in delta]


def test_the_chart_the_table_and_the_words_are_the_measured_gradient():
    experiment = gradients.by_layer(THREE)
    assert list(experiment.data["layer"]) == list(range(1, 13))
    for network in THREE:
        label = ACTIVATIONS[network.activation].label
        delta = relative(network)  # alone: measured together, the last bit may differ
        assert list(experiment.data[COLUMN.format(label)]) == pytest.approx(delta, abs=1e-12)
        assert list(lines(experiment.figure)[label].y) == list(experiment.data[COLUMN.format(label)])
        assert experiment.slots[network.activation] == numerals.size(delta[0])
        reach = f": {numerals.size(delta[0])} ({numerals.ratio(delta[0])})"
        assert f"- [{label}](<#line={label}>){reach}" in experiment.slots["list"]
    assert experiment.slots["depth"] == "12"


def test_the_figures_to_watch_are_those_of_what_is_furthest_from_stable():
    slots = gradients.by_layer(THREE).slots
    total = reach(THREE[0])
    assert slots["worst"] == "Sigmoid"
    assert (slots["worst_figure"], slots["worst_words"]) == (numerals.size(total), numerals.ratio(total))
    assert slots["worst_factor"] == numerals.size(total / 11)
    exploding = gradients.by_layer(networks_of(["tanh", "relu"], depth=12, width=32, weight_gain=3.0)).slots
    assert exploding["worst_words"].startswith("grown ")


@pytest.mark.parametrize("settings", [{}, {"weight_gain": 2.0}, {"depth": 1}, {"initializer": "he_normal", "seed": 3}])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_drawn_at_layer_1_is_what_is_read_out_and_the_last_layer_stands_at_one(name, settings):
    """By the chart alone: 10^y of its point at layer 1, written as numbers are, against ratios of what was measured."""
    (network,) = networks_of([name], **{"depth": 15, "width": 24} | settings)
    experiment = gradients.by_layer((network,), best=True, theory=True)
    drawn, label = lines(experiment.figure), ACTIVATIONS[name].label
    line = drawn[label]
    assert {trace.y[-1] for trace in drawn.values()} == {0.0}, "measured, best case and theory start at one"
    assert list(line.y) == pytest.approx(relative(network), abs=1e-12)
    assert numerals.size(float(line.y[0])) == experiment.slots[name] == experiment.slots["worst_figure"]
    assert float(line.y[0]) == float(experiment.data[COLUMN.format(label)][0])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_without_growth_by_the_weights_nothing_passes_the_best_case(name):
    """An orthogonal matrix changes no length, so each step back multiplies by no more than the largest derivative."""
    for gain in (1.0, 0.7):
        settings = {"initializer": "orthogonal", "weight_gain": gain, "bias_std": 0.5}
        (network,) = networks_of([name], depth=15, width=24, **settings)
        drawn = lines(gradients.by_layer((network,), best=True).figure)
        label = ACTIVATIONS[name].label
        measured, bound = np.array(drawn[label].y), np.array(drawn[f"{label}, best case"].y)
        assert np.all(measured <= bound + 1e-9)
        x = np.linspace(-20.0, 20.0, 400_001)
        largest = np.abs(ACTIVATIONS[name].derivative(x, **network.parameters)).max()
        assert bound[0] == pytest.approx(14 * math.log10(largest), abs=1e-3), "one factor for each of 14 steps"


def test_the_best_case_is_the_largest_slope_once_per_step():
    experiment = gradients.by_layer(THREE, best=True)
    bound = lines(experiment.figure)["Sigmoid, best case"]
    assert list(bound.y) == pytest.approx([(11 - k) * math.log10(0.25) for k in range(12)])
    assert bound.line.dash == theme.ROLES["bound"][0]
    assert list(lines(experiment.figure)["ReLU, best case"].y) == [0.0] * 12


def test_the_theory_starts_at_one_in_the_last_layer_too():
    experiment = gradients.by_layer(THREE, theory=True)
    for network in THREE:
        theory = lines(experiment.figure)[f"{ACTIVATIONS[network.activation].label}, theory"].y
        assert theory[-1] == 0.0
        assert list(theory) == pytest.approx(list(predicted_log10_delta(network)))


def test_weights_that_are_not_zero_on_average_have_no_line_of_theory(monkeypatch):
    with_initializer(monkeypatch, ALIKE)
    (network,) = networks_of(["relu"], depth=12, width=32, initializer="alike", initializer_parameters={"value": 0.5})
    figure = gradients.by_layer((network,), theory=True).figure
    assert list(lines(figure)) == ["ReLU"]
    delta = np.array(relative(network))
    assert delta[0] == pytest.approx(delta[10] + 10 * math.log10(16.0))  # 32 inputs of 0.5 each
    assert list(lines(figure)["ReLU"].y) == pytest.approx(delta, abs=1e-12)


def test_one_layer_has_nothing_to_lose():
    slots = gradients.by_layer(networks_of(["sigmoid", "relu"], depth=1)).slots
    assert (slots["sigmoid"], slots["relu"], slots["worst_factor"], slots["worst_words"]) == (
        "1",
        "1",
        "1",
        "about as large",
    )


def test_a_dead_network_has_an_exact_zero_and_no_nan():
    dead = (Network("relu", depth=5, width=8, bias_mean=-10.0),)
    slots = gradients.by_layer(dead).slots
    assert slots["worst_figure"] == "exactly 0"
    assert slots["worst_words"] == "nothing at all: an exact zero"
    assert slots["worst_factor"] == "exactly 0"
    (line,) = (trace for trace in gradients.by_layer(dead).figure.data if trace.name == "ReLU")
    assert np.isnan(line.y).all(), "on a logarithmic axis there is no zero"
    (zeros,) = (trace for trace in gradients.by_layer(dead).figure.data if trace.mode == "markers")
    assert list(zeros.customdata) == [1, 2, 3, 4, 5], "even the last layer, of which nothing can be left"


@pytest.mark.parametrize("options", [{"best": True}, {"theory": True}, {}])
def test_another_seed_moves_the_curves_and_not_the_axes(options):
    one, other = (gradients.by_layer(networks_of(["tanh", "relu"], depth=30, seed=s), **options).figure for s in (0, 1))
    assert list(lines(one)["ReLU"].y) != list(lines(other)["ReLU"].y)
    assert one.layout.xaxis == other.layout.xaxis
    assert one.layout.yaxis == other.layout.yaxis


@pytest.mark.parametrize("depth", [1, 8, 60, 100])
@pytest.mark.parametrize("gain", [0.1, 4.0])
def test_neither_depth_nor_weights_move_the_axes(depth, gain):
    """However far the gradient goes: in a hundred layers from 10 to the power of −160 to more than 10 to that of 40."""
    settings = {"depth": depth, "weight_gain": gain, "width": 16}
    figures = [
        gradients.by_layer(networks_of(["sigmoid", "relu"], **each), theory=True, low=-30.0).figure
        for each in ({"depth": 20}, settings)
    ]
    both = ("glorot_normal", "he_normal")
    figures += [gradients.initializations("relu", both, each, 16, 0, -30.0).figure for each in (20, depth)]
    assert all(figure.layout.xaxis == figures[0].layout.xaxis for figure in figures)
    assert all(figure.layout.yaxis == figures[0].layout.yaxis for figure in figures)


def float16(factor, depth, scale):
    """How many layers a gradient of 2^scale passes, one multiplication each, before it is zero or infinite."""
    numbers = halves(factor, depth, scale)
    return next((k for k, number in enumerate(numbers) if number == 0 or np.isinf(number)), depth)


def halves(factor, depth, scale):
    with np.errstate(over="ignore"):
        return [np.float16(2.0**scale * factor**k) for k in range(depth)]


@pytest.mark.parametrize("scale", [1, 10, 15, 16, 24])
@pytest.mark.parametrize(("gain", "depth"), [(0.3, 30), (2.0, 30), (0.9, 8)])
def test_a_loss_scale_lifts_the_lines_and_says_how_many_layers_float16_reaches(gain, depth, scale):
    """An orthogonal matrix and no function: each layer multiplies by the gain exactly."""
    (network,) = networks_of(["identity"], depth=depth, width=16, initializer="orthogonal", weight_gain=gain)
    plain, scaled = (gradients.by_layer((network,), best=True, scale=each) for each in (0, scale))
    decades = math.log10(2.0**scale)
    for name, line in lines(plain.figure).items():
        lifted = np.array(line.y, dtype=float) + decades
        assert np.array(lines(scaled.figure)[name].y, dtype=float)[lifted >= gradients.LOW] == pytest.approx(
            lifted[lifted >= gradients.LOW]
        )
    before, after = float16(gain, depth, 0), float16(gain, depth, scale)
    assert f": {after} of {depth}, instead of {before}" in scaled.slots["scaled"]
    over = np.isinf(halves(gain, depth, scale))
    said = f"infinite in layer {depth - int(over.argmax())}"
    assert (said in scaled.slots["scaled"]) == over.any()
    assert ("too large" in scaled.slots["scaled_verdict"]) == over.any()
    assert "65,504" in scaled.slots["scaled_verdict"]
    assert plain.figure.layout.yaxis.range == scaled.figure.layout.yaxis.range
    floors = [[item.y for item in each.figure.layout.annotations if "float16" in item.text] for each in (plain, scaled)]
    assert floors[0] == floors[1] == [gradients.FLOORS[0][1]]
    column = COLUMN.format("Identity")
    assert list(plain.data[column]) == list(scaled.data[column]), "relative to the last layer nothing changes"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_twenty_layers_with_their_usual_weights_leave_no_axis(name):
    for initializer in ("glorot_normal", "he_normal"):
        (network,) = networks_of([name], depth=20, initializer=initializer)
        frame = gradients.frame(20)
        assert frame.low < min(relative(network)) <= max(relative(network)) < frame.high


@pytest.mark.parametrize("options", [{"best": True}, {"theory": True}])
def test_all_activations_over_a_hundred_layers_are_a_small_message(options):
    figure = gradients.by_layer(networks_of(list(ACTIVATIONS), depth=100), **options).figure
    assert len(figure.data) >= 2 * len(ACTIVATIONS)
    assert len(figure.to_json()) < 4_600 * len(ACTIVATIONS)


def test_two_initializations_are_the_two_networks_measured_and_predicted():
    experiment = gradients.initializations("relu", ("glorot_normal", "he_normal"), 12, 32, 3)
    for name, label in (("glorot_normal", "Glorot"), ("he_normal", "He")):
        network = Network("relu", depth=12, width=32, seed=3, initializer=name)
        assert list(lines(experiment.figure)[label].y) == pytest.approx(relative(network), abs=1e-12)
        assert list(experiment.data[COLUMN.format(label)]) == pytest.approx(relative(network), abs=1e-12)
        assert experiment.slots[name] == numerals.size(reach(network))
    # Half of the paths are cut: 1 / sqrt 2 a layer with Glorot, 1 with He.
    assert experiment.slots["glorot_normal_theory"] == numerals.size(-11 * math.log10(math.sqrt(2.0)))
    assert experiment.slots["he_normal_theory"] == "1"
