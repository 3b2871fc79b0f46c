"""A reader's own function, wherever functions are chosen: typed, refused, carried on, taken away."""

import json

import pytest

from core.experiments import style
from core.experiments.answers import ANSWERS
from core.maths.activations import ACTIVATIONS
from core.words import prose
from tests.pages.reader import charts, specs, texts, visit

OWN = prose.common("own")
MISH = "x * tanh( softplus(x) )"  # a function of the registry, in other words
NAME = "x*tanh(softplus(x))"
SHOWN = "x·tanh(softplus(x))"  # in charts and sentences, where a star would be Markdown's
# Where functions are chosen: the page, the control, and the chart that shows them.
PLACES = [
    ("vanishing_gradient", "first.activations", "first.light"),
    ("vanishing_gradient", "activations", "gradient"),
    ("backpropagation", "chain.activation", "chain.gradient"),
    ("why_it_matters", "step.activations", "step"),
    ("activation_functions", "bend.activations", "bend"),
    ("activation_functions", "curves.activations", "curves"),
    ("relu_variants", "variants.own", "variants.curves"),
    ("laboratory", "lab.activation", "lab.chart"),
    ("order_and_chaos", "chaos.activation", "chaos.map"),
    ("watch_it_learn", "learn.activations", "learn.curves"),
]


def numbers(spec):
    """All numbers that a chart draws, the names of its lines left out."""
    return [trace.get(axis) for trace in json.loads(spec)["data"] for axis in ("x", "y", "z")]


@pytest.mark.parametrize(("page", "key", "chart"), PLACES)
def test_a_typed_function_is_drawn_as_the_one_of_the_registry_that_it_is(page, key, chart):
    chosen = "true" if key == "variants.own" else OWN
    at = visit(page, **{key: chosen, "own": MISH}).run()
    assert [error.message for error in at.exception] == []
    assert at.text_input(key="own").value == MISH
    assert not at.warning
    shown = specs(at)[chart]
    if key in ("first.activations", "activations", "bend.activations", "curves.activations", "lab.activation"):
        mish = visit(page, **{key: "Mish"}).run()
        if key != "first.activations":  # which offers the functions of the article alone
            assert drawn(shown) == pytest.approx(drawn(specs(mish)[chart]), rel=1e-6)


def drawn(spec):
    """The finite numbers of all lines of a chart."""
    flat = []
    for trace in json.loads(spec)["data"]:
        values = trace.get("y")
        if isinstance(values, list):
            flat += [value for value in values if isinstance(value, float)]
    return flat


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sn(x)", "did you mean"),
        ("log(x)", "not defined"),
        ("__import__('os')", "not"),
        ("x" * 5000, "not known"),  # of which a field of text keeps the beginning
        ("", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_nothing_is_lost(text, said):
    at = visit("vanishing_gradient", activations=OWN, own=text).run()
    assert [error.message for error in at.exception] == []
    (warning,) = at.warning
    assert said in warning.value
    assert "gradient" in charts(at)
    good = at.text_input(key="own").set_value(MISH).run()
    assert not good.warning
    bad = good.text_input(key="own").set_value(text).run()
    assert SHOWN in bad.warning[0].value


def test_a_parameter_has_a_slider_and_its_value_is_in_the_function():
    at = visit("vanishing_gradient", **{"activations": OWN, "own": "max(a*x, x)", "own.a": "0.5"}).run()
    assert at.slider(key="own.a").value == 0.5
    assert any("0.5" in text for text in texts(at) if "f(x)" in text)


def test_a_function_that_was_typed_is_there_on_the_next_page():
    at = visit("laboratory", **{"lab.activation": OWN, "own": MISH}).run()
    at.switch_page("pages/order_and_chaos.py")
    at = at.run()
    at = at.selectbox(key="chaos.activation").set_value(OWN).run()
    assert at.text_input(key="own").value == MISH


def test_an_example_is_taken_by_its_button():
    at = visit("laboratory", **{"lab.activation": OWN}).run()
    at = at.button(key="own.softsign").click().run()
    assert "abs(x)" in at.text_input(key="own").value


def test_a_lesson_says_the_numbers_of_a_typed_function():
    given = {"first.activations": [OWN], "own": MISH, "depth": 20}
    assert SHOWN in str(ANSWERS["front_page"](given))


def test_a_typed_function_looks_like_no_other():
    looks = {style(name) for name in ACTIVATIONS}
    assert style(f"={NAME}") not in looks
    assert style(f"={NAME}").symbol not in {look.symbol for look in looks}
