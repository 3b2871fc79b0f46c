"""One weight that learns, and the walk through the chain, button by button."""

import json
import re

import pytest

from core.maths.chain import chain
from core.words import numerals
from tests.pages.reader import charts, check, opened, specs, texts, values, visit

# One weight that learns


def descended(at):
    """The step as the page says it: on the slider, in the sentence and in what is read out."""
    alt = charts(at)["descent"].alt
    (sentence,) = {text for text in texts(at) if text.startswith("After ") and ":orange[" in text}
    (step,) = {re.search(r"fter (\d+) of 12 steps", text)[1] for text in (alt, sentence)}
    assert at.slider(key="descent.step").value == int(step)
    return int(step)


def test_one_step_is_a_button_and_so_is_to_start_again():
    at = visit("backpropagation", **{"descent.step": "10"}).run()
    for button, step in [("forward", 11), ("forward", 12), ("forward", 12), ("start", 0), ("start", 0), ("forward", 1)]:
        at.button(key=f"descent.step.{button}").click().run()
        check(at, "backpropagation")
        assert descended(at) == step


def test_another_learning_rate_goes_the_same_steps_from_the_same_start():
    at = visit("backpropagation", **{"descent.step": "2"}).run()
    for rate in (0.01, 0.25, 0.6):
        at.slider(key="descent.rate").set_value(rate).run()
        assert descended(at) == 2
        distance = 2.5 * (1 - 4 * rate) ** 2
        assert f"the weight is {numerals.plain(1.5 - distance)}," in charts(at)["descent"].alt


@pytest.mark.parametrize("address", [{"descent.step": "13"}, {"descent.step": "1e9"}, {"descent.rate": "0.61"}])
def test_a_step_or_a_rate_out_of_bounds_is_as_if_it_had_not_come(address):
    at = visit("backpropagation", **address).run()
    check(at, "backpropagation")
    assert specs(at) == specs(opened("backpropagation"))


# The walk through the chain


def walk(at):
    """(step, of how many) as the page says it: in the chart, in its text alternative, in its field, in its frames."""
    proto = charts(at)["chain.gradient"]
    spec = json.loads(proto.spec)
    drawn = " ".join(text["text"] for text in spec["layout"]["annotations"])
    (step, last), *_ = said = [re.findall(r"Step (\d+) of (\d+)\.", text)[0] for text in (proto.alt, drawn)]
    field = at.number_input(key="chain.step")
    said.append((str(int(field.value)), str(int(field.max))))
    said.append((step, spec["frames"][-1]["name"].removeprefix("chain.step=")))
    assert set(said) == {(step, last)}
    return int(step), int(last)


def ahead(at):
    return at.button(key="chain.step.forward").label


def test_the_buttons_walk_forward_and_back_and_say_what_comes():
    at = visit("backpropagation").run()
    assert walk(at) == (4, 8), "it begins where all values are known"
    for button, step, coming in [
        ("forward", 5, "Next: back through neuron 3"), ("back", 4, "Next: back through neuron 4"),
        ("back", 3, "Next: forward through neuron 4"), ("start", 0, "Next: forward through neuron 1"),
        ("back", 0, "Next: forward through neuron 1"), ("forward", 1, "Next: forward through neuron 2"),
        ("end", 8, "Again from the loss"), ("forward", 4, "Next: back through neuron 4"),
    ]:  # fmt: skip
        at.button(key=f"chain.step.{button}").click().run()
        check(at, "backpropagation")
        assert (walk(at), ahead(at)) == ((step, 8), coming), button


@pytest.mark.parametrize("neurons", [2, 12])
@pytest.mark.parametrize("buttons", [("start", "forward", "end"), ("forward",) * 4], ids=["at once", "step by step"])
def test_who_has_walked_to_the_end_is_at_the_end_of_another_chain_too(buttons, neurons):
    """Not at a step of long ago."""
    at = visit("backpropagation").run()
    for button in buttons:
        at.button(key=f"chain.step.{button}").click().run()
    assert walk(at) == (8, 8)
    at.slider(key="chain.neurons").set_value(neurons).run()
    check(at, "backpropagation")
    assert walk(at) == (2 * neurons, 2 * neurons)


def test_who_has_not_walked_yet_stands_at_the_loss_of_every_chain():
    at = visit("backpropagation").run()
    for neurons in (5, 6, 12, 11, 1, 2, 12):
        at.slider(key="chain.neurons").set_value(neurons).run()
        assert walk(at) == (neurons, 2 * neurons)


@pytest.mark.parametrize("neurons", [1, 12])
def test_another_control_does_not_move_the_walk(neurons):
    at = visit("backpropagation").run()
    at.slider(key="chain.neurons").set_value(neurons).run()
    at.slider(key="chain.x").set_value(0.0).run()
    assert walk(at) == (neurons, 2 * neurons)
    at.button(key="chain.step.back").click().run()
    at.slider(key="chain.weight.slide").set_value(2.0).run()
    assert walk(at) == (neurons - 1, 2 * neurons)
    assert at.number_input(key="chain.weight").value == 2.0


def test_a_weight_beyond_the_slider_widens_it_and_the_field_and_the_slider_say_the_same():
    at = visit("backpropagation", **{"chain.weight": "0.57735"}).run()
    for step, widest, value in ((0.1, 5.0, 0.57735), (1.0, 100.0, 100.0), (1.0, 100.0, -5.1), (0.1, 5.0, 5.0)):
        at.number_input(key="chain.weight").set_value(value).run()
        slide = at.slider(key="chain.weight.slide")
        assert (slide.proto.step, slide.min, slide.max, slide.value) == (step, -widest, widest, value)
        check(at, "backpropagation")
    at.slider(key="chain.weight.slide").set_value(-4.9).run()
    assert values(at)["chain.weight"] == -4.9
    assert f"every weight is {numerals.plain(-4.9)}." in charts(at)["chain.gradient"].alt


@pytest.mark.parametrize("button", ["start", "back", "end"])
def test_a_link_to_try_shows_the_whole_walk_wherever_the_reader_stood(button):
    at = visit("backpropagation").run()
    for name, neurons in (("vanish", 12), ("explode", 6)):
        at.button(key=f"chain.step.{button}").click().run()
        at.button(key=f"backpropagation.try.{name}").click().run()
        assert walk(at) == (2 * neurons, 2 * neurons)


@pytest.mark.parametrize("step", ["3", "24"])
def test_the_address_that_the_page_was_opened_with_does_not_come_back_with_another_chain(step):
    """Streamlit reads the address again for every control that it does not know."""
    at = visit("backpropagation", **{"chain.step": step}).run()
    at.button(key="chain.step.end").click().run()
    at.button(key="chain.step.back").click().run()
    for neurons in (5, 4, 12):
        at.slider(key="chain.neurons").set_value(neurons).run()
        assert walk(at) == (7, 2 * neurons)
    at.button(key="chain.step.end").click().run()
    for neurons in (5, 3):
        at.slider(key="chain.neurons").set_value(neurons).run()
        assert walk(at) == (2 * neurons, 2 * neurons)


def test_one_step_is_one_step_however_long_the_chain():
    at = visit("backpropagation").run()
    for neurons in (4, 2, 9):
        at.slider(key="chain.neurons").set_value(neurons).run()
        at.button(key="chain.step.end").click().run()
        before = at.number_input(key="chain.step").value
        at.button(key="chain.step.back").click().run()
        assert at.number_input(key="chain.step").value == before - 1


def test_a_shorter_chain_never_stands_beyond_its_end():
    at = visit("backpropagation", **{"chain.neurons": "12", "chain.step": "20"}).run()
    assert walk(at) == (20, 24)
    for neurons in (9, 4, 1, 12):
        at.slider(key="chain.neurons").set_value(neurons).run()
        check(at, "backpropagation")
        step, last = walk(at)
        assert last == 2 * neurons
        assert 0 <= step <= last


@pytest.mark.parametrize("step", ["0", "3", "7"])
def test_before_the_walk_is_complete_nothing_beside_the_explanation_tells_its_end(step):
    at = visit("backpropagation", **{"chain.step": step}).run()
    proto = charts(at)["chain.gradient"]
    drawn = json.loads(proto.spec)["layout"]["annotations"]
    total = numerals.number(chain("sigmoid", [1.0] * 4, 1.0).total)
    assert total in charts(visit("backpropagation", **{"chain.step": "8"}).run())["chain.gradient"].alt
    for text in (proto.alt, *(text["text"] for text in drawn)):
        assert total not in text
    assert [metric.value for metric in at.metric] == []
