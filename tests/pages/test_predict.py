"""Predict, then see: the question comes before the chart, the answer is the computed one, and nothing is kept."""

import json
import math
import re

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.network import Network, measure
from core.maths.recurrent import Recurrent, measure_time
from core.words import numerals, prose
from tests.pages.reader import ASKING, PAGES, ROOT, answered, charts, opened, specs, texts, visit

# Charts that come before the question: another experiment, which it is not about.
ALWAYS = {"backpropagation": 1, "relu": 1, "why_it_matters": 1}
# Where a marker is to be placed, and how far beside it counts; the places in closed form or from the literature:
# sigmoid: s (1 - s) = 0.01 / 4, tanh: cosh(x)^2 = 100, GELU: Phi(x) + x phi(x) = 0.
MARKED = {"sigmoid_and_tanh": (2.0 * np.arctanh(np.sqrt(0.99)), 0.5), "beyond_relu": (-0.7517915246935645, 0.1)}
CHOSEN = [stem for stem in ASKING if stem not in MARKED]


MARKER = prose.common("marker")


def asked(stem, **address):
    at = visit(stem, predict="true", **address).run()
    assert [error.message for error in at.exception] == []
    return at


def answer(at, stem, given):
    """Choose an option, or place the marker."""
    widget = at.slider if stem in MARKED else at.radio
    widget(key=f"{stem}.guess").set_value(given).run()
    at.button(key=f"{stem}.reveal").click().run()
    assert [error.message for error in at.exception] == []
    return at


def verdict(at):
    return [text for text in texts(at) if text.startswith(("**Right.**", "**Not this time.**"))]


def upright(at, chart):
    """Where the upright lines of a chart stand."""
    shapes = json.loads(specs(at)[chart])["layout"]["shapes"]
    return [shape["x0"] for shape in shapes if shape["type"] == "line" and shape["x0"] == shape["x1"]]


def score(at):
    return [m.value for m in at.sidebar.markdown]


@pytest.mark.parametrize("stem", PAGES)
def test_without_the_switch_nothing_is_asked(stem):
    assert opened(stem).radio == []
    assert MARKER not in "".join(specs(opened(stem)).values())
    assert opened(stem).sidebar.toggle(key="predict").value is False


@pytest.mark.parametrize("stem", PAGES)
def test_a_page_asks_if_its_words_have_a_question_and_only_then(stem):
    script = (ROOT / "pages" / f"{stem}.py").read_text(encoding="utf-8")
    assert [stem] * (stem in ASKING) == re.findall(r'predicting\.(?:ask|place)\(\s*"(\w+)"', script)
    if stem not in ASKING:
        assert specs(asked(stem)) == specs(opened(stem)), "the switch changes nothing"


@pytest.mark.parametrize("stem", CHOSEN)
def test_a_page_asks_before_it_shows_its_chart(stem):
    at = asked(stem)
    (question,) = at.radio
    assert question.value is None
    assert len(question.options) >= 2
    assert len(set(question.options)) == len(question.options)
    assert len(charts(at)) == ALWAYS.get(stem, 0)
    assert at.header == [], "what you see would tell"
    assert at.button(key=f"{stem}.reveal").disabled


@pytest.mark.parametrize("stem", MARKED)
def test_a_page_asks_for_a_marker_on_the_function_alone(stem):
    at = asked(stem)
    assert list(specs(at)) == [f"{stem}.marker"]
    assert len(json.loads(specs(at)[f"{stem}.marker"])["data"]) == 3
    assert at.header == []
    assert at.button(key=f"{stem}.reveal").disabled, "where it starts is no answer"
    start = at.slider(key=f"{stem}.guess").value
    assert abs(start - MARKED[stem][0]) > MARKED[stem][1]
    at.slider(key=f"{stem}.guess").set_value(-1.0).run()
    assert not at.button(key=f"{stem}.reveal").disabled
    assert upright(at, f"{stem}.marker") == [-1.0]


@pytest.mark.parametrize("stem", MARKED)
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_marker_is_right_up_to_so_far_beside_the_place_and_stands_in_the_chart(stem, side):
    right, near = MARKED[stem]
    for part, found in ((0.9, "**Right.**"), (1.1, "**Not this time.**")):
        placed = right + side * part * near
        at = answer(asked(stem), stem, placed)
        assert verdict(at)[0].startswith(found)
        assert score(at)[-1].startswith(f"Predicted right: {int(part < 1)} of 1")
        chart = next(iter(specs(at)))
        assert upright(at, chart) == [pytest.approx(placed)]
        assert MARKER in specs(at)[chart]
    assert numerals.plain(right) in verdict(at)[0], "the computed place is told"
    assert numerals.plain(placed) in verdict(at)[0]
    at.sidebar.toggle(key="predict").set_value(False).run()
    assert specs(at) == specs(opened(stem)), "without the switch nothing is left of it"
    at.sidebar.toggle(key="predict").set_value(True).run()
    at.button(key=f"{stem}.again").click().run()
    assert list(specs(at)) == [f"{stem}.marker"]


@pytest.mark.parametrize(("stem", "name"), [("sigmoid_and_tanh", "sigmoid"), ("beyond_relu", "gelu")])
def test_the_formula_of_the_function_is_given_and_that_of_its_derivative_is_not(stem, name):
    entry, said = ACTIVATIONS[name], "\n".join(texts(asked(stem)))
    for given in (entry.formula, *entry.letters):
        assert f"${{{given}}}$" in said
    for side in entry.derivative_formula.split("="):
        assert side.strip() not in said


def test_of_two_functions_the_first_is_asked_about_and_then_both_are_shown():
    at = asked("sigmoid_and_tanh")
    assert len(json.loads(specs(at)["sigmoid_and_tanh.marker"])["data"]) == 3, "one curve, the places, the marker"
    at = answer(at, "sigmoid_and_tanh", MARKED["sigmoid_and_tanh"][0])
    assert verdict(at)[0].startswith("**Right.**")
    assert "Sigmoid" in verdict(at)[0]
    names = [trace.get("name") for trace in json.loads(specs(at)["saturating.curves"])["data"]]
    assert names[:4] == ["Sigmoid", "Tanh"] * 2


def test_the_marker_is_asked_of_the_function_that_is_chosen():
    at = asked("sigmoid_and_tanh", **{"saturating.curve": "Tanh"})
    at = answer(at, "sigmoid_and_tanh", float(np.arccosh(10.0)))
    assert verdict(at)[0].startswith("**Right.**")
    assert "Tanh" in verdict(at)[0]


@pytest.mark.parametrize("stem", CHOSEN)
def test_one_option_is_right_and_then_the_page_is_there(stem):
    at, found = asked(stem), []
    for option in at.radio[0].options:
        answer(at, stem, option)
        assert specs(at) == specs(opened(stem))
        (said,) = set(verdict(at))
        found.append(said.startswith("**Right.**"))
        right = str(int(found[-1]))
        assert score(at) == [prose.common("predict score", right=right, asked="1")]
        assert at.radio == []
        at.button(key=f"{stem}.again").click().run()
    assert sum(found) == 1


def test_the_answers_are_the_computed_ones():
    at = answer(asked("vanishing_gradient", depth="50", **{"first.activations": ["Tanh", "ReLU"]}),
                "vanishing_gradient", "ReLU")  # fmt: skip
    assert verdict(at)[0].startswith("**Right.**")
    at = answer(asked("order_and_chaos", **{"chaos.w": "4"}), "order_and_chaos", prose.common("verdict exploding"))
    assert verdict(at)[0].startswith("**Right.**")
    at = answer(asked("laboratory", **{"lab.gain": "3"}), "laboratory", prose.common("verdict vanishing"))
    assert verdict(at)[0].startswith("**Not this time.**")
    assert prose.common("verdict exploding") in verdict(at)[0]


REASONS = [stem for stem in ASKING if "because" in prose.read(stem).blocks]


@pytest.mark.parametrize("stem", REASONS)
def test_a_reason_follows_the_answer_and_not_the_question(stem):
    assert prose.read(stem).blocks["because"].endswith(".")
    (said,) = set(verdict(answered(stem)))
    assert re.search(r"\n\n\*\*Because:\*\* [^{}]*\d", said), "with a computed number in it"
    assert "**Because:**" not in "".join(texts(asked(stem)))


def reason(stem, given, **address):
    """What follows "Because" in the answer of a page."""
    return verdict(answer(asked(stem, **address), stem, given))[0].partition("**Because:** ")[2]


def test_the_reasons_are_computed_from_the_settings():
    """Each against a number that is computed here in another way."""
    usual = {"sigmoid": "glorot_normal", "relu": "he_normal"}
    sigmoid, relu = (measure(Network(name, depth=30, initializer=usual[name])) for name in usual)
    factors = [10 ** ((layers.log10_delta[0] - layers.log10_delta[-1]) / 29) for layers in (relu, sigmoid)]
    said = reason("vanishing_gradient", "ReLU", depth="30")
    assert said.startswith(f"each layer of ReLU passes on {factors[0]:.3g} of the gradient, each layer of Sig")
    assert said.endswith(f"{factors[1]:.3g}.")
    said = reason("relu", "0.001 to 0.1", **{"relu.depth": "11"})
    assert "0.707" in said
    assert f"10 such steps make {2.0**-5:.3g}" in said
    said = reason("relu_variants", "2 to 10 times as much", **{"leaky_relu.alpha": "0.2"})
    assert said.endswith(f"{0.2**2:.3g} from the left.")
    x = np.linspace(-40.0, 40.0, 800_001)
    weights = np.exp(-0.5 * x**2 / 0.57) / np.exp(-0.5 * x**2 / 0.57).sum()  # published: q* = 0.57 at this point
    slope = np.sum(weights / np.cosh(x) ** 4)
    said = reason("order_and_chaos", prose.common("verdict stable"), **{"chaos.w": "1.76", "chaos.b": "0.05"})
    assert abs(float(re.search(r"\$ is ([\d.]+)", said)[1]) - slope) < 2e-3
    assert said.endswith("χ = 1.")
    settings = Recurrent("tanh", steps=40, initializer="glorot_normal", weight_gain=0.7)
    hidden = measure_time(settings).log10_hidden
    said = reason("through_time", "0.000001 to 0.001", **{"time.cells": "Tanh", "time.steps": "40", "time.gain": "0.7"})
    assert f"passes on {10 ** ((hidden[0] - hidden[-1]) / 39):.3g} of the gradient, and 39 such steps multiply" in said
    said = reason("sigmoid_and_tanh", 3.0, **{"saturating.curve": "Tanh"})
    assert "at most 1, and there only 0.01 is left" in said


@pytest.mark.parametrize(("bias", "place"), [("0", 4), ("2", 2), ("5", 0)])
def test_what_an_lstm_keeps_is_asked_for_the_forget_bias_that_is_set(bias, place):
    """At least what gates of s(b) alone keep, 99 times; which range it is, by what was measured."""
    cell = measure_time(Recurrent("lstm", steps=100, forget_bias=float(bias))).log10_cell
    kept = cell[0] - cell[-1]
    assert kept > -99 * math.log10(1.0 + math.exp(-float(bias)))
    assert sum(kept <= end for end in (0, -1, -3, -6)) == place
    at = asked("through_time", **{"time.cells": ["Tanh", "LSTM"], "time.steps": "100", "time.forget": bias})
    said = verdict(answer(at, "through_time", at.radio[0].options[place]))[0]
    assert said.startswith("**Right.**")
    assert "**Because:** LSTM keeps the most" in said


@pytest.mark.parametrize(("alpha", "right"), [("0", 0), ("0.01", 0), ("0.1", 1), ("0.2", 2), ("1", 3)])
def test_how_much_more_a_leak_lets_through_is_the_closed_form(alpha, right):
    """Each of 99 steps multiplies the mean square by 1 + a^2 instead of 1."""
    times = (1.0 + float(alpha) ** 2) ** (99 / 2)
    assert sum(times > limit for limit in (1.1, 2.0, 10.0)) == right
    at = asked("relu_variants", **{"leaky_relu.alpha": alpha})
    answer(at, "relu_variants", at.radio[0].options[right])
    assert verdict(at)[0].startswith("**Right.**")


def test_a_gradient_that_comes_back_whole_has_not_grown():
    """ReLU neurons of weight 1 and positive inputs: every factor is one, and so is the product."""
    at = asked("backpropagation", **{"chain.activation": "ReLU"})
    answer(at, "backpropagation", "0.1 to 1")
    assert verdict(at)[0].startswith("**Right.**")


def test_the_chain_is_asked_for_the_derivative_that_it_is_compared_with():
    """One sigmoid at zero, weight 5: a quarter by its pre-activation, five quarters by the input."""
    at = asked("backpropagation", **{"chain.neurons": "1", "chain.x": "0", "chain.weight": "5"})
    (question,) = at.radio
    assert "with respect to the input" in question.label
    assert "pre-activation" not in question.label
    at = answer(at, "backpropagation", question.options[0])
    assert verdict(at)[0].startswith("**Right.**")


def test_what_was_said_stays_true_when_a_control_is_moved_afterwards():
    """Four sigmoids of weight 1 leave 0.002 of the gradient; with a weight of 5 they leave far more."""
    at = asked("backpropagation")
    answer(at, "backpropagation", at.radio[0].options[2])
    said, points = verdict(at), score(at)
    assert said[0].startswith("**Right.**")
    at.number_input(key="chain.weight").set_value(5.0).run()
    assert (verdict(at), score(at)) == (said, points)


def test_the_page_can_be_shared_while_it_asks():
    at = asked("relu")
    at.button(key="share").click().run()
    assert [error.message for error in at.exception] == []
    assert at.code != [], "the dialog shows a link"


def test_the_score_goes_on_from_page_to_page_and_a_page_asks_again_on_request():
    at = asked("relu")
    answer(at, "relu", at.radio[0].options[0])
    at.switch_page("pages/relu_variants.py").run()
    answer(at, "relu_variants", at.radio[0].options[0])
    at.switch_page("pages/beyond_relu.py").run()
    answer(at, "beyond_relu", -1.0)
    assert "of 3 pages" in score(at)[0]
    at.switch_page("pages/relu.py").run()
    at.button(key="relu.again").click().run()
    assert len(at.radio) == 1
    assert len(charts(at)) == ALWAYS["relu"]


def test_where_there_is_nothing_to_choose_nothing_is_asked():
    at = asked("vanishing_gradient", **{"first.activations": "Sigmoid"})
    assert at.radio == []
    assert len(charts(at)) == 2


def test_shares_are_written_out_for_those_who_do_not_know_powers_of_ten():
    options = asked("backpropagation").radio[0].options
    assert not any("×" in option or "⁻" in option for option in options)
    ends = [[float(number) for number in re.findall(r"[\d.]+", option)] for option in options]
    assert ends == [[1.0], [0.1, 1.0], [0.001, 0.1], [1e-6, 0.001], [1e-6]]


def test_the_switch_says_what_it_does():
    assert opened("relu").sidebar.toggle(key="predict").help == prose.common("predict what")


def test_a_link_carries_the_switch():
    assert asked("relu").sidebar.toggle(key="predict").value is True
    for rubbish in ("", "maybe", "1e9", "<b>"):
        at = visit("relu", predict=rubbish).run()
        assert [error.message for error in at.exception] == []
        assert at.radio == []
