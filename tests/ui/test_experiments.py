"""The experiments hand on what the maths says: their numbers against the maths called directly, or a closed form."""

import ast
import importlib
import math
import pkgutil
import re

import numpy as np
import pytest

import core.ui
from core.charts import chain as chain_charts
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS
from core.maths.dying import dead_share
from core.maths.meanfield import predicted_log10_delta
from core.maths.network import Network, measure
from core.maths.training import Run, data, perceptron, start, train
from core.ui import evidence, prose
from core.ui.controls import networks
from core.ui.experiments import KEPT, Experiment, chains, functions, gradients, kept, steps, style, units
from tests.pages.reader import PAGES, ROOT
from tests.scratch import CONSTANT, RAMP, with_activation, with_initializer

THREE = networks(["sigmoid", "tanh", "relu"], depth=12, width=32)
MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(core.ui.__path__, "core.ui.")]
SOURCES = sorted((ROOT / "core" / "ui").rglob("*.py"))


def lines(figure):
    return {trace.name: trace for trace in figure.data}


def reach(network):
    delta = measure(network).log10_delta
    return float(delta[0] - delta[-1])


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


# The gradient by layer


def test_the_chart_the_table_and_the_words_are_the_measured_gradient():
    found = gradients.by_layer(THREE)
    assert list(found.data["layer"]) == list(range(1, 13))
    for network in THREE:
        label = ACTIVATIONS[network.activation].label
        delta = measure(network).log10_delta  # alone: measured together, the last bit may differ
        assert list(found.data[f"log10 RMS δ, {label}"]) == pytest.approx(list(delta), abs=1e-12)
        assert list(lines(found.figure)[label].y) == list(found.data[f"log10 RMS δ, {label}"])
        assert found.slots[network.activation] == prose.size(delta[0] - delta[-1])
        assert (
            f"- {label}: {prose.size(delta[0] - delta[-1])} ({prose.ratio(delta[0] - delta[-1])})"
            in found.slots["list"]
        )
    assert found.slots["depth"] == "12"


def test_the_figures_to_watch_are_those_of_what_is_furthest_from_stable():
    slots = gradients.by_layer(THREE).slots
    total = reach(THREE[0])
    assert slots["worst"] == "Sigmoid"
    assert (slots["worst_figure"], slots["worst_words"]) == (prose.size(total), prose.ratio(total))
    assert slots["worst_factor"] == prose.size(total / 11)
    exploding = gradients.by_layer(networks(["tanh", "relu"], depth=12, width=32, weight_gain=3.0)).slots
    assert exploding["worst_words"].startswith("grown ")


def test_the_best_case_is_the_largest_slope_once_per_layer():
    found = gradients.by_layer(THREE, best=True)
    bound = lines(found.figure)["Sigmoid, best case"]
    assert list(bound.y) == pytest.approx([(12 - k) * math.log10(0.25) for k in range(12)])
    assert bound.line.dash == "dot"
    assert list(lines(found.figure)["ReLU, best case"].y) == [0.0] * 12


def test_the_theory_hangs_on_the_last_measured_layer():
    found = gradients.by_layer(THREE, theory=True)
    for network in THREE:
        theory = lines(found.figure)[f"{ACTIVATIONS[network.activation].label}, theory"].y
        assert theory[-1] == pytest.approx(measure(network).log10_delta[-1], abs=1e-12)
        assert list(theory - theory[-1]) == pytest.approx(list(predicted_log10_delta(network)))


def test_weights_that_are_not_zero_on_average_have_no_line_of_theory_and_the_axis_that_was_measured(monkeypatch):
    with_initializer(monkeypatch, CONSTANT)
    (network,) = networks(["relu"], depth=12, width=32, initializer="constant", initializer_parameters={"value": 0.5})
    figure = gradients.by_layer((network,), theory=True).figure
    assert list(lines(figure)) == ["ReLU"]
    delta = measure(network).log10_delta
    assert delta[0] == pytest.approx(delta[10] + 10 * math.log10(16.0))  # 32 inputs of 0.5 each
    low, high = gradients.decades((network,))
    assert low < delta.min() < delta.max() < high < delta.max() + 6.0


def test_a_bounded_function_that_reaches_beyond_one_is_seen_up_to_its_bounds(monkeypatch):
    with_activation(monkeypatch, RAMP)
    ramp, sigmoid = (functions.with_derivatives((Network(name),)).figure for name in ("ramp", "sigmoid"))
    assert list(sigmoid.layout.yaxis.range) == [-1.4, 1.4]
    assert ramp.layout.yaxis.range[0] < -2.0 < 5.0 < ramp.layout.yaxis.range[1]
    x, slope = (np.array(part, dtype=float) for part in (ramp.data[1].x, ramp.data[1].y))
    assert list(x[np.isnan(slope)]) == [-2.0, 5.0], "broken where it jumps, and nowhere else"


def test_one_layer_has_nothing_to_lose():
    slots = gradients.by_layer(networks(["sigmoid", "relu"], depth=1)).slots
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


@pytest.mark.parametrize("options", [{"best": True}, {"theory": True}, {}])
def test_another_seed_moves_the_curves_and_not_the_axes(options):
    one, other = (gradients.by_layer(networks(["tanh", "relu"], depth=30, seed=s), **options).figure for s in (0, 1))
    assert list(lines(one)["ReLU"].y) != list(lines(other)["ReLU"].y)
    assert one.layout.xaxis == other.layout.xaxis
    assert one.layout.yaxis == other.layout.yaxis


@pytest.mark.parametrize("gain", [0.1, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_axis_holds_what_is_measured(name, gain):
    """The factor that the theory gives for small, usual and large signals bounds the curve, with a decade to spare."""
    (network,) = networks([name], depth=40, weight_gain=gain)
    low, high = gradients.decades((network,))
    delta = measure(network).log10_delta
    finite = delta[np.isfinite(delta)]
    assert low < 0.0 < high
    assert low - 3.0 <= finite.min()
    assert finite.max() <= high + 3.0


@pytest.mark.parametrize("options", [{"best": True}, {"theory": True}])
def test_all_activations_over_a_hundred_layers_are_a_small_message(options):
    figure = gradients.by_layer(networks(list(ACTIVATIONS), depth=100), **options).figure
    assert len(figure.data) >= 2 * len(ACTIVATIONS)
    assert len(figure.to_json()) < 4_600 * len(ACTIVATIONS)


def test_two_initializations_are_the_two_networks_measured_and_predicted():
    found = gradients.initializations("relu", ("glorot_normal", "he_normal"), 12, 32, 3)
    for name, label in (("glorot_normal", "Glorot"), ("he_normal", "He")):
        network = Network("relu", depth=12, width=32, seed=3, initializer=name)
        assert list(lines(found.figure)[label].y) == list(measure(network).log10_delta)
        assert list(found.data[f"log10 RMS δ, {label}"]) == list(measure(network).log10_delta)
        assert found.slots[name] == prose.size(reach(network))
    # Half of the paths are cut: 1 / sqrt 2 a layer with Glorot, 1 with He.
    assert found.slots["glorot_normal_theory"] == prose.size(-11 * math.log10(math.sqrt(2.0)))
    assert found.slots["he_normal_theory"] == "1"


# Functions


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_curve_and_its_table_are_the_function_and_its_derivative(name):
    found = functions.with_derivatives(networks([name]))
    entry = ACTIVATIONS[name]
    span = max(6.0, *(abs(end) / 0.75 for end in (0.0, *entry.breaks)))  # all that happens is seen
    x = np.linspace(-span, span, 241)
    assert list(found.data["x"]) == list(x)
    assert list(found.data[f"f {entry.label}"]) == list(entry.value(x))
    assert list(found.data[f"f' {entry.label}"]) == list(entry.derivative(x))
    upper, lower = found.figure.data
    assert list(upper.y) == list(entry.value(x))
    known = ~np.isnan(lower.y)
    assert list(lower.y[known]) == list(entry.derivative(np.array(lower.x)[known]))
    assert list(np.array(lower.x)[~known]) in ([], list(entry.kinks)), "a gap stands at a jump and nowhere else"


@pytest.mark.parametrize(("alpha", "gaps"), [(1.0, 0), (0.5, 1)])
def test_a_derivative_has_a_gap_only_where_it_jumps(alpha, gaps):
    found = functions.with_derivatives(networks(["elu"], {"elu": {"alpha": alpha}}))
    assert np.isnan(found.figure.data[1].y).sum() == gaps


def test_another_parameter_is_another_curve():
    """Networks that differ in a parameter must not share a place in the cache."""
    one, other = (functions.with_derivatives(networks(["elu"], {"elu": {"alpha": a}})) for a in (1.0, 2.0))
    assert one.data["f ELU"][0] == pytest.approx(math.expm1(-6.0))
    assert other.data["f ELU"][0] == pytest.approx(2.0 * math.expm1(-6.0))


def test_a_tangent_touches_the_curve_with_its_slope():
    found = functions.with_derivatives(networks(["tanh"]), tangent=0.5)
    assert found.slots["x"] == "0.5"
    assert found.slots["value"] == "0.462"  # tanh 0.5
    assert found.slots["slope"] == "0.786"  # 1 - tanh^2 0.5
    tangent = lines(found.figure)[prose.common("line tangent")]
    (x0, x1), (y0, y1) = tangent.x, tangent.y
    assert (y1 - y0) / (x1 - x0) == pytest.approx(1.0 - math.tanh(0.5) ** 2)
    assert y0 + (0.5 - x0) * (y1 - y0) / (x1 - x0) == pytest.approx(math.tanh(0.5))


def test_what_is_said_of_swish_and_gelu_is_in_the_literature():
    """Zeros and minima of the derivatives, and how much of a normal input lies left of them."""
    slots = functions.with_derivatives(networks(["swish", "gelu"]), marks=True).slots
    assert (slots["swish_zero_now"], slots["swish_low_now"], slots["swish_share_now"]) == (
        "−1.278",
        "−0.0998",
        "10.1 %",
    )
    assert (slots["gelu_zero_now"], slots["gelu_low_now"], slots["gelu_share_now"]) == ("−0.7518", "−0.129", "22.6 %")


def test_swish_with_beta_zero_has_no_zero():
    slots = functions.with_derivatives(networks(["swish"], {"swish": {"beta": 0.0}}), marks=True).slots
    assert (slots["swish_zero_now"], slots["swish_share_now"]) == ("none", "none")


def test_saturated_zones_begin_where_the_slope_is_a_hundredth_of_its_maximum():
    """4 cosh^2(x / 2) = 400 for sigmoid."""
    found = functions.with_derivatives(networks(["sigmoid"]), tangent=0.0, zones=True)
    edge = 2.0 * math.acosh(10.0)
    zones = sorted((s.x0, s.x1) for s in found.figure.layout.shapes if s.type == "rect")
    assert zones == [pytest.approx((-8.0, -edge)), pytest.approx((edge, 8.0))]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1.27846454, -1.27846454, "at −1.278"),
        (0.0, 0.0, "at 0"),
        (-math.inf, -math.inf, "as x → −∞"),
        (math.inf, math.inf, "as x → +∞"),
        (-math.inf, math.inf, "everywhere"),
        (-math.inf, -5.986, "x < −5.99"),
        (0.0, math.inf, "x > 0"),
        (-1.33, 2.5, "−1.33 < x < 2.5"),
    ],
)
def test_a_stretch_of_the_axis_in_words(low, high, words):
    assert functions.interval(low, high).replace("exactly 0", "0") == words


def test_the_table_of_facts_has_a_row_for_every_activation():
    table = functions.fact_table()
    assert {len(column) for column in table.values()} == {len(ACTIVATIONS)}
    assert len(table) == 8
    row = {head: column[list(ACTIVATIONS).index("sigmoid")] for head, column in table.items()}
    assert row["Function"] == "Sigmoid"
    assert row["Largest f′"] == 0.25
    assert row["Range of f"] == "0 … 1"


def test_only_an_activation_bends_a_line():
    found = functions.bending(networks(["identity", "relu"], depth=10, initializer="he_normal", bias_std=0.3))
    x, straight, bent = found.data["x"], found.data["Identity"], found.data["ReLU"]
    assert np.ptp(np.diff(straight)) < 1e-9
    residual = bent - np.polyval(np.polyfit(x, bent, 1), x)
    assert found.slots["list"] == "\n".join((
        "- Identity: exactly straight, to rounding", f"- ReLU: {prose.percent(np.var(residual) / np.var(bent))}",
    ))  # fmt: skip
    assert found.slots["depth"] == "10"


def test_the_errors_of_the_shortcuts_to_gelu_are_the_known_ones():
    """Off by up to 4.7e-4 in value and 8.7e-4 in derivative with tanh, by 2.0e-2 with a sigmoid."""
    data = functions.gelu_errors().data
    exact = np.array([x * normal_cdf(x) for x in data["x"]])
    assert np.abs(data["tanh f"]).max() == pytest.approx(4.73e-4, rel=0.01)
    assert np.abs(data["tanh f′"]).max() == pytest.approx(8.7e-4, rel=0.02)
    assert np.abs(data["sigmoid f"]).max() == pytest.approx(2.03e-2, rel=0.01)
    swish = data["x"] / (1.0 + np.exp(-1.702 * data["x"]))
    assert list(data["sigmoid f"]) == pytest.approx(list(swish - exact), abs=1e-12)


def test_prelus_own_gradient_is_its_input_left_of_zero():
    found = functions.slope_gradient(-0.5)
    x = found.data["x"]
    assert list(found.data["df/da"]) == list(np.where(x < 0, x, 0.0))
    assert list(found.data["f"]) == list(np.where(x < 0, -0.5 * x, x))
    assert found.slots["a"] == "−0.5"


# Units


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0, 4.0, 30.0])
def test_the_share_of_saturated_units_is_a_tail_of_the_normal_distribution(spread):
    slots = units.saturation(("sigmoid", "tanh"), spread, 20).slots
    for name, edge in (("sigmoid", 2.0 * math.acosh(10.0)), ("tanh", math.acosh(10.0))):
        assert slots[f"{name}_share"] == prose.percent(math.erfc(edge / spread / math.sqrt(2.0)))
    assert slots["depth"] == "20"


def test_the_slope_of_units_is_its_root_mean_square_and_multiplies_with_the_layers():
    z = np.random.default_rng(0).standard_normal(400_000)
    factor = math.sqrt(np.mean((1.0 - np.tanh(2.0 * z) ** 2) ** 2))
    slots = units.saturation(("sigmoid", "tanh"), 2.0, 3).slots
    assert float(slots["tanh_factor"]) == pytest.approx(factor, rel=0.01)
    assert float(slots["tanh_reach"]) == pytest.approx(factor**3, rel=0.02)


def test_dead_units_are_counted_and_predicted():
    network = Network("relu", depth=6, width=64, initializer="he_normal", bias_mean=-1.0, batch=8)
    found = units.dead_units(network)
    dead, theory = measure(network).dead, dead_share(-1.0, 2.0, 6, 8)
    assert list(found.data["measured"]) == list(dead)
    assert list(found.data["theory"]) == list(theory)
    assert list(lines(found.figure)["measured"].y) == list(100.0 * dead)
    assert (found.slots["dead_first"], found.slots["dead_last"]) == (prose.percent(dead[0]), prose.percent(dead[-1]))
    assert found.slots["theory_last"] == prose.percent(theory[-1])
    assert (found.slots["bias"], found.slots["batch"], found.slots["dead_depth"]) == ("−1", "8", "6")


@pytest.mark.parametrize("rate", [0.2, 1.0])
def test_the_share_of_dead_units_is_that_of_a_real_run(rate):
    found = units.dying(rate, 0.1)
    ends = {}
    for name, label, parameters in (("relu", "ReLU", {}), ("leaky_relu", "Leaky ReLU", {"alpha": 0.1})):
        run = Run("circles", name, parameters, depth=4, width=16, learning_rate=rate, steps=100, seed=1)
        shots = list(train(run, range(0, 101, 2)))
        ends[name] = shots[-1]
        assert list(found.data["step"]) == [shot.step for shot in shots]
        assert list(found.data[f"{label}: share dead"]) == [float(np.mean(shot.dead[:4])) for shot in shots]
        assert list(found.data[f"{label}: loss"]) == [shot.loss for shot in shots]
        assert found.slots[f"{name}_units"] == prose.percent(np.mean(shots[-1].dead[:4]))
    assert np.isneginf(ends["relu"].log10_gradient[0]) == (rate == 1.0)
    assert found.slots["relu_fate"] == ("all silent" if rate == 1.0 else prose.percent(ends["relu"].test_accuracy))
    assert found.slots["leaky_relu_fate"] == prose.percent(ends["leaky_relu"].test_accuracy)
    assert (found.slots["hidden"], found.slots["steps"]) == ("64", "100")


def test_a_network_that_diverges_says_so_and_its_line_ends():
    found = units.dying(2.0, 0.1)
    assert found.slots["leaky_relu_fate"] == "diverged"
    assert np.isnan(lines(found.figure)["Leaky ReLU"].y[-1])


# Steps on digits


def alike(names, **settings):
    return tuple(Run(activation=name, **settings) for name in names)


def test_one_step_moves_each_layer_as_the_maths_says():
    chosen = alike(["sigmoid", "relu"], depth=3, width=16, learning_rate=0.2, steps=1)
    found = steps.first_steps(chosen)
    waits = {}
    for run in chosen:
        before, after = train(run)
        label = ACTIVATIONS[run.activation].label
        assert list(found.data[label]) == list(after.update_ratio)
        assert list(found.data[label]) == pytest.approx(list(after.distance / before.weight))
        assert list(lines(found.figure)[label].y) == pytest.approx(list(np.log10(after.update_ratio)))
        waits[label] = math.log10(0.01 / after.update_ratio[0])
    assert list(found.data["layer"]) == [1, 2, 3, 4]
    assert (found.slots["slow"], found.slots["fast"]) == ("Sigmoid", "ReLU")
    assert found.slots["slow_steps"] == prose.count(waits["Sigmoid"])
    assert found.slots["between"] == prose.count(waits["Sigmoid"] - waits["ReLU"])


def test_a_single_network_is_both_the_slowest_and_the_fastest():
    slots = steps.first_steps(alike(["relu"], depth=2, width=16)).slots
    assert slots["slow"] == slots["fast"] == "ReLU"
    assert slots["between"] == "1"


def test_a_short_run_shows_the_loss_of_every_network():
    chosen = alike(["sigmoid", "relu"], depth=2, width=16, steps=40)
    found = steps.short_run(chosen)
    for run in chosen:
        shots = list(train(run, range(0, 41, 2)))
        label = ACTIVATIONS[run.activation].label
        assert list(found.data[label]) == [shot.loss for shot in shots]
        assert prose.percent(shots[-1].test_accuracy) in found.slots["short"]
        assert prose.percent(shots[-1].distance[0] / shots[0].weight[0]) in found.slots["short"]
    assert found.slots["short_steps"] == "40"


def test_a_short_run_that_diverges_says_so():
    found = steps.short_run(alike(["selu"], depth=20, steps=100))
    assert "diverged" in found.slots["short"]
    assert np.isnan(lines(found.figure)["SELU"].y[-1])


@pytest.mark.parametrize(
    ("log10", "words"),
    [
        (math.inf, "for ever: nothing moves"),
        (-0.5, "less than one"),
        (0.0, "1"),
        (math.log10(14), "14"),
        (4.875, "75 thousand"),
    ],
)
def test_a_waiting_time_in_words(log10, words):
    assert steps.steps_in_words(log10) == words


# The chain of neurons


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


def spaced(text):
    """Without the spaces where no line may end."""
    return text.replace("\u00a0", " ")


def drawn(figure):
    """The names, values and derivatives that stand in the drawing of a chain, and how many nodes are filled."""
    circles, filled, hollow, values, slopes = figure.data[:5]
    names = [a or b for a, b in zip(filled.text, hollow.text, strict=True)]
    return names, list(values.text), list(slopes.text), sum(c != "rgba(0,0,0,0)" for c in circles.marker.color)


def readout(figure):
    """The figures over a chart, in order."""
    return re.findall(r"<b>(.*?)</b>", figure.layout.annotations[0].text)


def test_the_walk_multiplies_weights_and_slopes():
    found = chains.walk("sigmoid", 3, 2.0, 0.5, 6)
    h, product, factors = 0.5, 1.0, []
    for k in range(3):
        h = sigmoid(2.0 * h)
        product *= 2.0 * h * (1.0 - h)
        factors.insert(0, f"(2 · {prose.plain(h * (1.0 - h))})")
        assert found.data["h"][k] == pytest.approx(h)
    assert found.slots["analytic"] == found.slots["numeric"] == prose.number(product)
    assert spaced(found.slots["product"]) == f"{' × '.join(factors)} = {prose.plain(product)}"
    assert found.slots["output"] == prose.plain(h)
    assert found.slots["bound"] == prose.number(0.25**3)
    assert found.slots["largest"] == "0.25"
    assert found.slots["steps"] == "6"


@pytest.mark.parametrize(
    ("step", "values", "slopes"),
    [(0, 1, 0), (1, 2, 0), (3, 4, 0), (4, 4, 1), (6, 4, 3), (99, 4, 3)],
)
def test_each_step_of_the_walk_adds_one_value_or_one_slope(step, values, slopes):
    found = chains.walk("tanh", 3, 1.0, 1.0, step)
    names, shown, local, filled = drawn(found.figure)
    line = lines(found.figure)["Tanh"].y
    assert names == ["x", "h₁", "h₂", "h₃"]
    assert [bool(text) for text in shown] == [k < values for k in range(4)]
    assert [bool(text) for text in local] == [k > 3 - slopes for k in range(4)]
    assert filled == values
    assert int(np.isfinite(line).sum()) == slopes
    assert np.isfinite(line[3 - slopes :]).all(), "the last neuron comes first on the way back"


@pytest.mark.parametrize("step", range(7))
def test_a_step_of_the_walk_tells_no_more_than_has_been_computed(step):
    found, whole = (chains.walk("tanh", 3, 1.5, 1.0, k) for k in (step, 6))
    factors = spaced(whole.slots["product"]).partition(" = ")[0].split(" × ")
    told = spaced(found.slots["product"]).split(" × ")
    if step < 6:
        assert readout(found.figure) == ["…"] * 3
        assert told == [*factors[: max(0, step - 3)], "…"]
        now = [found.slots[f"{name}_now"] for name in ("analytic", "numeric", "difference")]
        assert now == ["…"] * 3
    else:
        assert readout(found.figure) == [found.slots[name] for name in ("analytic", "numeric", "difference")]
    assert (found.slots["output"] == "…") == (step < 3)
    said = " ".join(a.text.replace("<br>", " ") for a in found.figure.layout.annotations)
    assert found.slots["product"] in said
    assert found.slots["doing"] in said
    assert f"Step {step} of 6." in said


def test_a_step_of_the_walk_moves_no_text_from_its_place():
    """Whatever is still unknown has its room."""
    places = set()
    for step in range(25):
        figure = chains.walk("sigmoid", 12, -4.9, -4.9, step).figure
        said = [a for a in figure.layout.annotations if a.yref == "paper"]
        places.add((figure.layout.height, *((a.x, a.y, a.yanchor) for a in said)))
        room = chain_charts.TOLD / 15.6, chain_charts.SAID / 17
        product, sentence = (next(a.text for a in said if a.text.startswith(w)) for w in ("The product", "Step "))
        assert product.count("<br>") + 1 <= room[0]
        assert sentence.count("<br>") + 1 <= room[1]
    assert len(places) == 1


@pytest.mark.parametrize(
    ("activation", "neurons", "weight", "x"),
    [("sigmoid", 12, -4.9, -4.9), ("relu", 12, 5.0, 5.0), ("gelu", 12, -5.0, -1.3), ("tanh", 12, -0.3, -1.0),
     ("sigmoid", 4, -4.9, -4.9), ("gelu", 4, -5.0, -1.3), ("leaky_relu", 12, 4.7, -4.7)],
)  # fmt: skip
def test_the_numbers_of_the_chain_have_room_on_a_phone(activation, neurons, weight, x):
    """In hundredths of the size of the letters, as wide as in the font of the page."""
    wide = {"·": 25, "⁻": 33, ".": 25, "−": 50} | dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", 35)
    figure = chains.walk(activation, neurons, weight, x, 24).figure
    low, high = figure.layout.xaxis2.range
    room = (358 - figure.layout.margin.l - figure.layout.margin.r) / (high - low)
    for trace in figure.data[3:5]:
        for text in trace.text:
            assert sum(wide.get(sign, 50) for sign in text) / 100 * trace.textfont.size < room, text


@pytest.mark.parametrize("step", range(7))
def test_no_label_of_the_walk_floats_where_no_line_is(step):
    figure = chains.walk("tanh", 3, 1.0, 1.0, step).figure
    assert all(math.isfinite(a.y) for a in figure.layout.annotations)


def test_the_pointer_is_told_what_is_known_of_a_neuron():
    circles = chains.walk("tanh", 12, 1.0, 1.0, 13).figure.data[0]
    h = math.tanh(1.0)
    assert circles.hovertext[0] == "x: 1"
    assert circles.hovertext[1] == f"h₁: {prose.plain(h)}"
    assert re.fullmatch(r"h₁₂: 0\.\d+, f′ = 0\.\d+", circles.hovertext[12])
    assert list(chains.walk("tanh", 2, 1.0, 1.0, 0).figure.data[0].hovertext) == ["x: 1", "h₁", "h₂"]


def test_a_dead_chain_is_an_exact_zero():
    slots = chains.walk("relu", 4, 1.0, -1.0, 8).slots
    assert (slots["analytic"], slots["numeric"], slots["difference"]) == ("exactly 0", "exactly 0", "exactly 0")
    assert spaced(slots["product"]).endswith("= 0")


# The evidence


def test_the_evidence_agrees_with_what_can_be_computed_by_hand():
    front = evidence.vanishing_gradient()
    assert front["bound"] == "9.1 × 10⁻¹³"  # 0.25^20
    assert front["lost_depths"] == "float16 13, bfloat16 67, float32 75, float64 538"
    variants = evidence.relu_variants()
    assert variants["gain"] == "1.37"  # sqrt(2 / (1 + 1/16))
    assert (variants["steep_right"], variants["steep_wrong"]) == ("−1.5", "−1")
    assert variants["elu_near"] == "1"
    assert variants["elu_minus_two"] == prose.number(math.exp(-2.0))
    assert variants["elu_far"] == "4.5 × 10⁻⁵"  # e^-10
    assert (variants["leaky_alpha"], variants["prelu_start"], variants["leaky_dead"]) == ("0.01", "0.25", "none")
    relu = evidence.relu()
    assert relu["born_theory"] == prose.percent(1.0 - (7.0 / 8.0) ** 10)
    assert relu["spread_theory"] == "5"
    smooth = evidence.beyond_relu()
    assert (smooth["swish_zero"], smooth["swish_min"], smooth["swish_min_at"]) == ("−1.278", "−0.0998", "−2.4")
    assert (smooth["gelu_zero"], smooth["gelu_min"], smooth["gelu_min_at"]) == ("−0.7518", "−0.129", "−1.41")
    assert (smooth["swish_max"], smooth["gelu_max"]) == ("1.1", "1.13")
    assert (smooth["swish_negative"], smooth["gelu_negative"]) == ("10.1 %", "22.6 %")
    assert (smooth["tanh_error"], smooth["tanh_slope_error"], smooth["fast_error"]) == (
        "4.7 × 10⁻⁴",
        "8.7 × 10⁻⁴",
        "0.02",
    )


@pytest.mark.parametrize(
    ("stem", "slot", "settings"),
    [
        ("vanishing_gradient", "normal_reach", {"activation": "sigmoid", "depth": 20, "width": 100, "std": 1.0}),
        ("sigmoid_and_tanh", "sigmoid_wide", {"activation": "sigmoid", "depth": 20, "width": 100, "std": 1.0}),
        ("sigmoid_and_tanh", "tanh_wide", {"activation": "tanh", "depth": 50, "width": 100, "std": 1.0}),
        (
            "relu_variants",
            "prelu_minus",
            {"activation": "prelu", "parameters": {"a": -0.5}, "depth": 50, "width": 256, "initializer": "he_normal"},
        ),
        ("relu", "relu_glorot", {"activation": "relu", "depth": 50, "width": 256}),
        ("relu", "relu_he", {"activation": "relu", "depth": 50, "width": 256, "initializer": "he_normal"}),
        ("relu_variants", "leaky_glorot", {"activation": "leaky_relu", "depth": 50, "width": 256}),
        ("beyond_relu", "swish_he", {"activation": "swish", "depth": 50, "width": 256, "initializer": "he_normal"}),
        ("activation_functions", "elu_reach", {"activation": "elu", "depth": 50, "width": 128}),
    ],
)
def test_the_evidence_is_measured_at_the_settings_it_names(stem, slot, settings):
    if "std" in settings:
        settings = settings | {"initializer": "normal", "initializer_parameters": {"std": settings["std"]}}
        del settings["std"]
    assert getattr(evidence, stem)()[slot] == prose.size(reach(Network(**settings)))


@pytest.mark.parametrize(
    ("stem", "slot", "low", "high"),
    [
        ("vanishing_gradient", "glorot_factor", 0.22, 0.25),  # 0.236 in theory
        ("backpropagation", "old_delta", 0.05, 0.3),  # delta falls about tenfold over five layers ...
        ("backpropagation", "old_weight", 0.5, 2.0),  # ... while dL/dW stays flat
        ("sigmoid_and_tanh", "tanh_exponent", 0.35, 0.75),  # about 1/2
        ("relu", "spread_measured", 3.0, 7.5),  # about 5 L / n = 5
        ("why_it_matters", "adam_first", 0.001, 1.0),
        ("relu_variants", "prelu_plus", 1.25**24.5 / 2, 1.25**24.5 * 2),  # E[f'^2] = (1 + a^2) / 2, He's weights: 2
        ("relu_variants", "prelu_minus", 1.25**24.5 / 2, 1.25**24.5 * 2),
    ],
)
def test_the_evidence_lies_where_the_literature_puts_it(stem, slot, low, high):
    number = float(getattr(evidence, stem)()[slot].replace("−", ""))
    assert low < number < high


def test_tanh_loses_its_gradient_along_three_depths():
    found = evidence.sigmoid_and_tanh()
    assert found["tanh_depths"] == "10, 50 and 100"
    wanted = [prose.size(reach(Network("tanh", depth=depth, width=200))) for depth in (10, 50, 100)]
    assert found["tanh_reaches"] == "{}, {} and {}".format(*wanted)


def test_the_last_of_many_sigmoid_layers_hardly_knows_which_digit_came_in():
    """The untrained network worked out here once more: how far units differ between digits, beside their size."""
    found = evidence.why_it_matters()
    run = Run(activation="sigmoid", depth=8, width=64)
    learnt = perceptron(run).views(start(run).flat)
    h = data(run).x
    for w, b in zip(learnt.weights[:-1], learnt.biases[:-1], strict=True):
        h = 1.0 / (1.0 + np.exp(-(h @ w.T + b)))
        share = np.sqrt(((h - h.mean(axis=0)) ** 2).mean() / (h**2).mean())
        if w is learnt.weights[0]:
            assert found["apart_first"] == prose.size(math.log10(share))
    assert found["apart_last"] == prose.size(math.log10(share))


def test_relu_loses_what_theory_says_and_he_keeps_it():
    found = evidence.relu()
    assert found["relu_theory"] == prose.size(-49 * math.log10(math.sqrt(2.0)))
    assert abs(float(found["born_counted"].rstrip(" %")) - 100.0 * (1.0 - (7.0 / 8.0) ** 10)) < 5.0


def test_what_is_said_of_units_born_dead_is_about_networks_such_as_the_page_shows():
    found = evidence.relu()
    page = Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=-0.2, batch=32)
    shown = units.dead_units(page).slots
    assert (found["dark_theory"], found["dark_bias"], found["dark_batch"], found["dark_depth"]) == (
        shown["theory_last"], shown["bias"], shown["batch"], shown["dead_depth"],
    )  # fmt: skip
    least, here, most, theory = (
        float(text.rstrip(" %"))
        for text in (found["dark_least"], shown["dead_last"], found["dark_most"], found["dark_theory"])
    )
    assert least < here < most
    assert least < theory < most
    before = units.dead_units(Network(**{**vars(page), "depth": 9})).slots
    assert abs(float(before["dead_last"][:-2]) - float(before["theory_last"][:-2])) < 5, "a layer earlier, they agree"


def test_what_a_small_slope_changes_is_luck_in_the_networks_that_the_page_shows():
    found = evidence.relu_variants()
    here = 10 ** (reach(Network("leaky_relu", depth=30)) - reach(Network("relu", depth=30)))
    least, most = float(found["pair_least"]), float(found["pair_most"])
    assert least < 1.0 < here <= most + 0.005
    assert found["pair_theory"] == prose.number(1.0001 ** (29 / 2), 4)
    assert (found["pair_depth"], found["pair_width"]) == ("30", str(Network("relu").width))


def test_sizes_that_are_compared_are_written_alike():
    """Those of a thousandth and more as a decimal, whatever they stand beside."""
    found = evidence.why_it_matters()
    for name in ("apart_first", "apart_last", "sgd_first", "sgd_last", "adam_first", "adam_last"):
        assert not re.search("10⁻[123]$", found[name]), name


@pytest.mark.parametrize("stem", PAGES)
def test_every_page_has_its_evidence_as_text(stem):
    found = getattr(evidence, stem)()
    assert found
    assert all(isinstance(value, str) and value for value in found.values())


def test_float_formats_are_the_four_that_are_named():
    assert [f.name for f in FORMATS] == ["float16", "bfloat16", "float32", "float64"]


# Figures and caches

SAMPLES = {
    "by_layer": lambda: gradients.by_layer(THREE, best=True, theory=True),
    "initializations": lambda: gradients.initializations("relu", ("glorot_normal", "he_normal"), 10, 16, 0),
    "with_derivatives": lambda: functions.with_derivatives(networks(["swish", "gelu"]), marks=True),
    "tangent": lambda: functions.with_derivatives(networks(["tanh"]), tangent=1.0, zones=True),
    "bending": lambda: functions.bending(networks(["tanh"], depth=5, bias_std=0.3)),
    "gelu_errors": functions.gelu_errors,
    "slope_gradient": lambda: functions.slope_gradient(0.25),
    "saturation": lambda: units.saturation(("sigmoid", "tanh"), 1.0, 20),
    "dead_units": lambda: units.dead_units(Network("relu", depth=5, bias_mean=-0.5)),
    "dying": lambda: units.dying(0.8, 0.1),
    "first_steps": lambda: steps.first_steps(alike(["relu"], depth=2, width=16)),
    "short_run": lambda: steps.short_run(alike(["relu"], depth=2, width=16, steps=20)),
    "walk": lambda: chains.walk("tanh", 4, 1.0, 1.0, 8),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_an_experiment_is_a_chart_columns_of_one_length_and_words(sample):
    found = sample()
    assert isinstance(found, Experiment)
    assert found.figure.data
    assert len({len(column) for column in found.data.values()}) == 1
    assert len(found.data) >= 2
    assert all(isinstance(slot, str) and slot for slot in found.slots.values())


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_the_same_settings_computed_again_give_the_same_bytes(sample):
    first = sample().figure.to_json()
    for module in MODULES:
        for value in vars(module).values():
            for name in ("cache_clear", "clear"):
                if callable(getattr(value, name, None)) and hasattr(value, "__wrapped__"):
                    getattr(value, name)()
    assert sample().figure.to_json() == first


def test_every_cache_of_one_process_is_bounded():
    found = {f"{m.__name__}.{n}": v for m in MODULES for n, v in vars(m).items() if hasattr(v, "cache_parameters")}
    assert style in found.values()
    assert prose.read in found.values()
    assert [name for name, cached in found.items() if not cached.cache_parameters()["maxsize"]] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_cache_is_made_without_a_bound(path):
    """functools.cache has none, and Streamlit's caches none unless they are told."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bounded = [
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and any(keyword.arg == "max_entries" for keyword in call.keywords)
        for part in (call.func, *call.args)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "functools":
            assert "cache" not in [name.name for name in node.names]
        if isinstance(node, ast.Attribute) and node.attr in ("cache_data", "cache_resource"):
            assert id(node) in bounded


def test_what_is_kept_is_kept_up_to_the_bound():
    computed = []

    @kept
    def experiment(setting: int) -> list[int]:
        computed.append(setting)
        return [setting]

    for setting in range(KEPT + 1):
        assert experiment(setting) == [setting]
    assert experiment(KEPT) is experiment(KEPT)
    assert len(computed) == KEPT + 1
    experiment(0)
    assert computed[-1] == 0, "the oldest had to go"
    assert KEPT <= 1000
