"""The walk through a chain of neurons: forward, back, and no more told than has been computed."""

import math
import re

import numpy as np
import pytest

from core.charts import chain as chain_charts
from core.experiments import chains
from core.words import numerals
from tests.experiments.shown import lines


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
    experiment = chains.walk("sigmoid", 3, 2.0, 0.5, 6)
    h, product, factors = 0.5, 1.0, []
    for k in range(3):
        h = sigmoid(2.0 * h)
        product *= 2.0 * h * (1.0 - h)
        factors.insert(0, f"(2 · {numerals.plain(h * (1.0 - h))})")
        assert experiment.data["h"][k] == pytest.approx(h)
    assert experiment.slots["analytic"] == experiment.slots["numeric"] == numerals.number(product)
    assert spaced(experiment.slots["product"]) == f"{' × '.join(factors)} = {numerals.plain(product)}"
    assert experiment.slots["output"] == numerals.plain(h)
    assert experiment.slots["bound"] == numerals.number(0.25**3)
    assert experiment.slots["largest"] == "0.25"
    assert experiment.slots["steps"] == "6"


@pytest.mark.parametrize(
    ("step", "values", "slopes"),
    [(0, 1, 0), (1, 2, 0), (3, 4, 0), (4, 4, 1), (6, 4, 3), (99, 4, 3)],
)
def test_each_step_of_the_walk_adds_one_value_or_one_slope(step, values, slopes):
    experiment = chains.walk("tanh", 3, 1.0, 1.0, step)
    names, shown, local, filled = drawn(experiment.figure)
    line = lines(experiment.figure)["Tanh"].y
    assert names == ["x", "h₁", "h₂", "h₃"]
    assert [bool(text) for text in shown] == [k < values for k in range(4)]
    assert [bool(text) for text in local] == [k > 3 - slopes for k in range(4)]
    assert filled == values
    assert int(np.isfinite(line).sum()) == slopes
    assert np.isfinite(line[3 - slopes :]).all(), "the last neuron comes first on the way back"


@pytest.mark.parametrize("step", range(7))
def test_a_step_of_the_walk_tells_no_more_than_has_been_computed(step):
    experiment, whole = (chains.walk("tanh", 3, 1.5, 1.0, k) for k in (step, 6))
    factors = spaced(whole.slots["product"]).partition(" = ")[0].split(" × ")
    told = spaced(experiment.slots["product"]).split(" × ")
    if step < 6:
        assert readout(experiment.figure) == ["…"] * 3
        assert told == [*factors[: max(0, step - 3)], "…"]
        now = [experiment.slots[f"{name}_now"] for name in ("analytic", "numeric", "difference")]
        assert now == ["…"] * 3
    else:
        assert readout(experiment.figure) == [experiment.slots[name] for name in ("analytic", "numeric", "difference")]
    assert (experiment.slots["output"] == "…") == (step < 3)
    said = " ".join(a.text.replace("<br>", " ") for a in experiment.figure.layout.annotations)
    assert experiment.slots["product"] in said
    assert experiment.slots["doing"] in said
    assert f"Step {step} of 6." in said


def test_a_step_of_the_walk_moves_no_text_from_its_place():
    """Whatever is still unknown has its room."""
    places = set()
    for step in range(25):
        figure = chains.walk("sigmoid", 12, -4.9, -4.9, step).figure
        said = [a for a in figure.layout.annotations if a.yref == "paper"]
        places.add((figure.layout.height, *((a.x, a.y, a.yanchor) for a in said)))
        room = chain_charts.PRODUCT / 15.6, chain_charts.SENTENCE / 17
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
    assert circles.hovertext[1] == f"h₁: {numerals.plain(h)}"
    assert re.fullmatch(r"h₁₂: 0\.\d+, f′ = 0\.\d+", circles.hovertext[12])
    assert list(chains.walk("tanh", 2, 1.0, 1.0, 0).figure.data[0].hovertext) == ["x: 1", "h₁", "h₂"]


def test_a_dead_chain_is_an_exact_zero():
    slots = chains.walk("relu", 4, 1.0, -1.0, 8).slots
    assert (slots["analytic"], slots["numeric"], slots["difference"]) == ("exactly 0", "exactly 0", "exactly 0")
    assert spaced(slots["product"]).endswith("= 0")
