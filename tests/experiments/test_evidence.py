"""The evidence of the claims: worked out by hand, measured once more, or where the literature puts it."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from core.experiments import evidence, units
from core.maths.network import Network
from core.maths.training import Run, data, perceptron, start
from core.words import numerals
from tests.experiments.shown import reach
from tests.pages.reader import PAGES, ROOT, opened

WITH_EVIDENCE = [page for page in PAGES if hasattr(evidence, page)]


def test_the_evidence_agrees_with_what_can_be_computed_by_hand():
    front = evidence.vanishing_gradient()
    assert front["bound"] == "3.6 × 10⁻¹²"  # 0.25^19
    assert front["lost_depths"] == "float16 13, bfloat16 67, float32 75, float64 538"
    variants = evidence.relu_variants()
    assert variants["gain"] == "1.37"  # sqrt(2 / (1 + 1/16))
    assert (variants["steep_right"], variants["steep_wrong"]) == ("−1.5", "−1")
    assert variants["elu_near"] == "1"
    assert variants["elu_minus_two"] == numerals.number(math.exp(-2.0))
    assert variants["elu_far"] == "4.5 × 10⁻⁵"  # e^-10
    assert (variants["leaky_alpha"], variants["prelu_start"], variants["leaky_dead"]) == ("0.01", "0.25", "none")
    relu = evidence.relu()
    assert relu["born_theory"] == numerals.percent(1.0 - (7.0 / 8.0) ** 10)
    assert relu["spread_theory"] == "5"
    smooth = evidence.beyond_relu()
    assert (smooth["swish_zero"], smooth["swish_min"], smooth["swish_min_at"]) == ("−1.28", "−0.0998", "−2.4")
    assert (smooth["gelu_zero"], smooth["gelu_min"], smooth["gelu_min_at"]) == ("−0.752", "−0.129", "−1.41")
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
    assert getattr(evidence, stem)()[slot] == numerals.size(reach(Network(**settings)))


@pytest.mark.parametrize(
    ("stem", "slot", "low", "high"),
    [
        ("vanishing_gradient", "glorot_factor", 0.22, 0.25),  # 0.236 in theory
        ("backpropagation", "large_factor", 24.9, 25.1),  # Nielsen, chapter 5
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
    slots = evidence.sigmoid_and_tanh()
    assert slots["tanh_depths"] == "10, 50 and 100"
    wanted = [numerals.size(reach(Network("tanh", depth=depth, width=200))) for depth in (10, 50, 100)]
    assert slots["tanh_reaches"] == "{}, {} and {}".format(*wanted)


def test_the_last_of_many_sigmoid_layers_hardly_knows_which_digit_came_in():
    """The untrained network worked out here once more: how far units differ between digits, beside their size."""
    slots = evidence.why_it_matters()
    run = Run(activation="sigmoid", depth=8, width=64)
    learnt = perceptron(run).views(start(run).flat)
    h = data(run).x
    for w, b in zip(learnt.weights[:-1], learnt.biases[:-1], strict=True):
        h = 1.0 / (1.0 + np.exp(-(h @ w.T + b)))
        share = np.sqrt(((h - h.mean(axis=0)) ** 2).mean() / (h**2).mean())
        if w is learnt.weights[0]:
            assert slots["apart_first"] == numerals.size(math.log10(share))
    assert slots["apart_last"] == numerals.size(math.log10(share))


def test_equal_weights_and_weights_with_a_mean_are_no_safe_start():
    """Guessing one of two has a loss of ln 2. The tutorial's tanh fails; so does ReLU with its weights."""
    slots = evidence.watch_it_learn()
    assert slots["zeros_loss"] == slots["zeros_guess"] == numerals.number(math.log(2.0)) == "0.693"
    assert float(slots["twins_accuracy"].rstrip(" %")) < 40.0
    assert float(slots["twins_random"].rstrip(" %")) > 90.0
    assert (slots["mean_tanh"], slots["mean_relu"], slots["mean_none"]) == ("0", "0", slots["mean_seeds"])
    assert float(slots["mean_tanh_saturated"].rstrip(" %")) > 90.0
    assert slots["mean_none_saturated"] == numerals.percent(0.0)


def test_relu_loses_what_theory_says_and_he_keeps_it():
    slots = evidence.relu()
    assert slots["relu_theory"] == numerals.size(-49 * math.log10(math.sqrt(2.0)))
    assert abs(float(slots["born_counted"].rstrip(" %")) - 100.0 * (1.0 - (7.0 / 8.0) ** 10)) < 5.0


def test_the_page_of_units_born_dead_opens_where_measurement_and_theory_agree():
    """With biases of zero, as networks usually start; on the brink, at -0.2, they are thirty points apart."""
    counted, theory = (float(m.value.rstrip(" %")) for m in opened("relu").metric if "layer 10" in m.label)
    assert 10.0 < theory < 30.0
    assert abs(counted - theory) < 5.0


def test_what_is_said_of_units_born_dead_is_about_networks_such_as_the_page_shows():
    slots = evidence.relu()
    page = Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=-0.2, batch=32)
    shown = units.dead_units(page).slots
    assert (slots["dark_theory"], slots["dark_bias"], slots["dark_batch"], slots["dark_depth"]) == (
        shown["theory_last"], shown["bias"], shown["batch"], shown["dead_depth"],
    )  # fmt: skip
    least, here, most, theory = (
        float(text.rstrip(" %"))
        for text in (slots["dark_least"], shown["dead_last"], slots["dark_most"], slots["dark_theory"])
    )
    assert least < here < most
    assert least < theory < most
    before = units.dead_units(Network(**{**vars(page), "depth": 9})).slots
    assert abs(float(before["dead_last"][:-2]) - float(before["theory_last"][:-2])) < 5, "a layer earlier, they agree"


def test_what_a_small_slope_changes_is_luck_in_the_networks_that_the_page_shows():
    slots = evidence.relu_variants()
    here = 10 ** (reach(Network("leaky_relu", depth=30)) - reach(Network("relu", depth=30)))
    least, most = float(slots["pair_least"]), float(slots["pair_most"])
    assert least < 1.0 < here <= most + 0.005
    assert slots["pair_more"] == numerals.percent(1.0001 ** (29 / 2) - 1.0)
    assert (slots["pair_depth"], slots["pair_width"]) == ("30", str(Network("relu").width))


def test_what_is_said_of_unequal_widths_is_what_their_products_say():
    """Back one step, LeCun's weights multiply the square by n_l / n_{l-1}, Glorot's by 2 n_l / (n_{l-1} + n_l)."""
    slots = {name: float(text) for name, text in evidence.laboratory().items() if name.startswith(("fan_", "turn_"))}
    n = [round(256 / 2 ** (l / 5)) for l in range(1, 11)]
    glorot = [2 * b / (a + b) for a, b in pairwise(n)]
    assert slots["fan_narrow"] == n[-1] == 64
    assert slots["fan_lecun"] == pytest.approx((n[-1] / n[0]) ** 0.5, rel=0.1)
    assert slots["fan_glorot"] == pytest.approx(math.prod(glorot) ** 0.5, rel=0.1)
    assert slots["fan_signal"] == pytest.approx(math.prod(2 - factor for factor in glorot) ** 0.5, rel=0.1)
    assert slots["turn_lecun"] == pytest.approx(2.0, rel=0.1)
    assert slots["turn_theory"] == pytest.approx((0.64**24 * 1.6) ** 0.5, rel=1e-3)
    assert slots["turn_glorot"] == pytest.approx(slots["turn_theory"], rel=0.2)


def test_sizes_that_are_compared_are_written_alike():
    """Those of a thousandth and more as a decimal, whatever they stand beside."""
    slots = evidence.why_it_matters()
    for name in ("apart_first", "apart_last", "sgd_first", "sgd_last", "adam_first", "adam_last"):
        assert not re.search("10⁻[123]$", slots[name]), name


def test_a_page_may_have_evidence_under_its_name_and_shows_that():
    assert WITH_EVIDENCE
    for stem in PAGES:
        text = (ROOT / "pages" / f"{stem}.py").read_text(encoding="utf-8")
        assert re.findall(r"evidence\.(\w+)\(\)", text) == [stem] * (stem in WITH_EVIDENCE), stem


@pytest.mark.parametrize("stem", WITH_EVIDENCE)
def test_evidence_is_text(stem):
    slots = getattr(evidence, stem)()
    assert slots
    assert all(isinstance(value, str) and value for value in slots.values())
