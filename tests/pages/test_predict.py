"""Predict, then see: the question comes before the chart, the answer is the computed one, and nothing is kept."""

import pytest

from core.maths.facts import facts
from core.ui import prose
from tests.pages.reader import PAGES, charts, opened, specs, texts, visit

ALWAYS = {"relu_variants": 1}  # charts that come before the question: there the curves, which it is not about


def asked(stem, **address):
    at = visit(stem, predict="true", **address).run()
    assert [error.message for error in at.exception] == []
    return at


def answer(at, stem, option):
    at.radio(key=f"{stem}.guess").set_value(option).run()
    at.button(key=f"{stem}.reveal").click().run()
    assert [error.message for error in at.exception] == []
    return at


def verdict(at):
    return [text for text in texts(at) if text.startswith(("**Right.**", "**Not this time.**"))]


def score(at):
    return [m.value for m in at.sidebar.markdown]


@pytest.mark.parametrize("stem", PAGES)
def test_without_the_switch_nothing_is_asked(stem):
    assert opened(stem).radio == []
    assert opened(stem).sidebar.toggle(key="predict").value is False


@pytest.mark.parametrize("stem", PAGES)
def test_a_page_asks_before_it_shows_its_chart(stem):
    at = asked(stem)
    (question,) = at.radio
    assert question.value is None
    assert len(question.options) >= 2
    assert len(set(question.options)) == len(question.options)
    assert len(charts(at)) == ALWAYS.get(stem, 0)
    assert at.header == [], "what you see would tell"
    assert at.button(key=f"{stem}.reveal").disabled


@pytest.mark.parametrize("stem", PAGES)
def test_one_option_is_right_and_then_the_page_is_there(stem):
    options = asked(stem).radio[0].options
    found = []
    for option in options:
        at = answer(asked(stem), stem, option)
        assert specs(at) == specs(opened(stem))
        (said,) = set(verdict(at))
        found.append(said.startswith("**Right.**"))
        right = str(int(found[-1]))
        assert score(at) == [prose.common("predict score", right=right, asked="1")]
        assert at.radio == []
    assert sum(found) == 1


def test_the_answers_are_the_computed_ones():
    at = answer(asked("beyond_relu"), "beyond_relu", f"x = {prose.plain(facts('gelu').zeros[0][0], 4)}")
    assert verdict(at)[0].startswith("**Right.**")
    at = answer(asked("vanishing_gradient", depth="50", activations=["Sigmoid", "ReLU"], initializer="He"),
                "vanishing_gradient", "ReLU")  # fmt: skip
    assert verdict(at)[0].startswith("**Right.**")
    at = answer(asked("order_and_chaos", **{"chaos.w": "4"}), "order_and_chaos", prose.common("region chaotic"))
    assert verdict(at)[0].startswith("**Right.**")
    at = answer(asked("laboratory", **{"lab.gain": "3"}), "laboratory", prose.common("verdict vanishing"))
    assert verdict(at)[0].startswith("**Not this time.**")
    assert prose.common("verdict exploding") in verdict(at)[0]


def test_what_was_said_stays_true_when_a_control_is_moved_afterwards():
    """Four sigmoids of weight 1 leave 0.002 of the gradient; with a weight of 5 they leave far more."""
    at = asked("backpropagation")
    answer(at, "backpropagation", at.radio[0].options[2])
    said, points = verdict(at), score(at)
    assert said[0].startswith("**Right.**")
    at.slider(key="chain.weight").set_value(5.0).run()
    assert (verdict(at), score(at)) == (said, points)


def test_the_page_can_be_shared_while_it_asks():
    at = asked("relu")
    at.button(key="share").click().run()
    assert [error.message for error in at.exception] == []
    assert at.code != [], "the dialog shows a link"


def test_the_score_goes_on_from_page_to_page_and_a_page_asks_again_on_request():
    at = asked("relu")
    answer(at, "relu", at.radio[0].options[0])
    at.switch_page("pages/beyond_relu.py").run()
    answer(at, "beyond_relu", at.radio[0].options[0])
    assert "of 2 pages" in score(at)[0]
    at.button(key="beyond_relu.again").click().run()
    assert len(at.radio) == 1
    assert len(charts(at)) == 0


def test_where_there_is_nothing_to_choose_nothing_is_asked():
    at = asked("vanishing_gradient", activations="Sigmoid")
    assert at.radio == []
    assert len(charts(at)) == 1


def test_a_link_carries_the_switch():
    assert asked("relu").sidebar.toggle(key="predict").value is True
    for rubbish in ("", "maybe", "1e9", "<b>"):
        at = visit("relu", predict=rubbish).run()
        assert [error.message for error in at.exception] == []
        assert at.radio == []
