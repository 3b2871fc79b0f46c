"""The walk through a chain of neurons: forward, back, and no more told than has been computed."""

import math
import re
from itertools import accumulate
from operator import mul

import pytest
from mpmath import mp, mpf

from core.charts import chain as chain_charts
from core.charts import theme
from core.experiments import chains
from core.words import numerals, prose
from tests.maths.textbook import true_derivative, true_value

COLOURED = re.compile(r"\\textcolor\{#\w{6}\}\{\\boldsymbol\{((?:[^{}]|\{[^{}]*\})*)\}\}")
PALEST, THINNEST, WIDEST = 0.4, 1.0, 7.0  # of an arrow back
CHAINS = [("sigmoid", 4, 1.0, 1.0), ("tanh", 3, -1.5, 0.4), ("gelu", 7, 1.7, -0.8), ("sigmoid", 12, 1.0, 1.0),
          ("relu", 1, 2.0, 0.5)]  # fmt: skip


def spaced(text):
    """Without the spaces where no line may end."""
    return text.replace("\u00a0", " ")


def drawn(figure):
    """The names, values, factors and gradients that stand in the drawing of a chain, and how many nodes are filled."""
    circles, filled, hollow, *numbers = figure.data
    names, *rows = ([text.strip() for text in row] for row in (_either(filled, hollow), *(row.text for row in numbers)))
    return names, *rows, sum(c != "rgba(0,0,0,0)" for c in circles.marker.color)


def _either(filled, hollow):
    return [a.strip() or b for a, b in zip(filled.text, hollow.text, strict=True)]


def back(figure):
    """The arrows back with a head at a node, input first: (width, opacity)."""
    arrows = [a for a in figure.layout.annotations if a.showarrow and a.visible and a.axref == "x" and a.ax > a.x]
    heads = sorted((-a.y, a.x, a.arrowwidth, a.opacity) for a in arrows if a.x >= 0)
    return [(width, opacity) for _, _, width, opacity in heads]


def readout(figure):
    """The figures over a chart, in order: value and label."""
    text = figure.layout.annotations[0].text
    return re.findall(r"<b>(.*?)</b>  <span[^>]*>(.*?)</span>", text)


def textbook(activation, neurons, weight, x):
    """Values with the input first, factors, and what a gradient of 1 has become at each of the values, with mpmath."""
    values, factors = [mpf(x)], []
    for _ in range(neurons):
        z = mpf(weight) * values[-1]
        values.append(true_value(activation, z))
        factors.append(mpf(weight) * true_derivative(activation, z))
    return values, factors, list(accumulate([mpf(1), *reversed(factors)], mul))[::-1]


def near(text):
    """A number that was written short: 4·10⁻⁷ with one digit, 0.0123 with two or three."""
    plain = text.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    mantissa, dot, power = plain.partition("·10")
    digits = len(re.sub(r"^-?0?\.?0*|\.", "", mantissa))
    return pytest.approx(float(mantissa) * 10.0 ** int(power or 0 if dot else 0), rel=0.51 * 10.0 ** (1 - digits))


@pytest.mark.parametrize(("activation", "neurons", "weight", "x"), CHAINS)
def test_every_number_and_every_arrow_of_the_drawing_is_that_of_the_textbook(activation, neurons, weight, x):
    values, factors, gradients = textbook(activation, neurons, weight, x)
    figure = chains.walk(activation, neurons, weight, x, 2 * neurons).figure
    _, shown, between, under, _ = drawn(figure)
    for texts, numbers in ((shown[:-1], values), (between, factors), (under[:-1], gradients)):
        assert len(texts) == len(numbers)
        for text, number in zip(texts, numbers, strict=True):
            assert float(number) == near(text), text
    shares = [min(max(1 + float(mp.log10(abs(g))) / 6, 0.0), 1.5) for g in gradients]
    looks = [(THINNEST + (WIDEST - THINNEST) * s, PALEST + (1 - PALEST) * min(s, 1.0)) for s in shares]
    assert back(figure) == [pytest.approx(look) for look in looks], "thinner and paler by the running product"


def test_the_walk_multiplies_weights_and_slopes():
    values, factors, gradients = textbook("sigmoid", 3, 2.0, 0.5)
    experiment = chains.walk("sigmoid", 3, 2.0, 0.5, 6)
    slots = experiment.slots
    pairs = [f"(2 · {numerals.plain(float(f) / 2)})" for f in reversed(factors)]
    total = float(gradients[0])
    assert slots["analytic"] == slots["numeric"] == numerals.number(total)
    assert spaced(slots["product"]) == f"{' × '.join(pairs)} = {numerals.plain(total)}"
    assert slots["bound"] == numerals.number(0.25**3)
    assert (slots["largest"], slots["steps"], slots["neurons"]) == ("0.25", "6", "3")
    sizes = sorted(float(f) for f in factors)
    assert (slots["least"], slots["most"]) == (numerals.plain(sizes[0]), numerals.plain(sizes[-1]))
    # dL/dw = dL/dz times the value that comes in: the factor of the first weight has x in place of the weight
    assert slots["first"] == numerals.number(total / 2.0 * 0.5)
    columns = {"h": values[1:], "w f'(z)": factors, "dL/dh": gradients[1:]}
    for name, column in columns.items():
        assert experiment.data[name] == pytest.approx([float(v) for v in column], rel=1e-12)
    learnt = [float(g / 2 * h) for g, h in zip(gradients[:-1], values[:-1], strict=True)]
    assert experiment.data["dL/dw"] == pytest.approx(learnt, rel=1e-12)


def test_the_rule_is_that_of_the_drawing_in_its_colours():
    written = chains.rule()
    plain = r"\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial y} \, w_n f'(z_n) \cdots w_2 f'(z_2)"
    assert COLOURED.sub(r"\1", written) == rf"{plain} \, x f'(z_1)"
    assert written.count(theme.SLOPE) == 2, "the gradients"


@pytest.mark.parametrize(("activation", "neurons", "weight", "x"), CHAINS)
def test_the_formulas_with_numbers_are_the_product_from_the_loss_back(activation, neurons, weight, x):
    _, factors, gradients = textbook(activation, neurons, weight, x)
    slots = chains.walk(activation, neurons, weight, x, 0).slots
    last = float(factors[0]) * x / weight
    for name, of, first, product in (("input_formula", "x", float(factors[0]), float(gradients[0])),
                                     ("weight_formula", "w_1", last, float(gradients[0]) * x / weight)):  # fmt: skip
        formula = COLOURED.sub(r"\1", slots[name])
        begin = rf"\frac{{\partial L}}{{\partial {of}}} = \begin{{array}}{{l}} "
        assert formula.startswith(begin)
        inner = formula.removeprefix(begin).removesuffix(r"\end{array}").replace(r"\\ {}", "")
        left, right = inner.split("=")
        numbers = [1.0, *(float(f) for f in reversed(factors[1:])), first]
        texts = [f"({numerals.formula(v)})" if v < 0 else numerals.formula(v) for v in numbers]
        assert [part.strip() for part in left.split(r"\cdot")] == texts
        assert right.strip() == numerals.formula(product)


@pytest.mark.parametrize(
    ("step", "values", "gradients"),
    [(0, 1, 0), (1, 2, 0), (3, 4, 1), (4, 4, 2), (6, 4, 4), (99, 4, 4)],
)
def test_each_step_of_the_walk_adds_one_value_or_one_gradient(step, values, gradients):
    """Where the values are complete, the loss sends back the first gradient."""
    names, shown, factors, under, filled = drawn(chains.walk("tanh", 3, 1.0, 1.0, step).figure)
    assert names == ["x", "h₁", "h₂", "y", "loss"]
    assert [bool(text) for text in shown] == [*(k < values for k in range(4)), False]
    assert [bool(text) for text in under] == [*(k >= 4 - gradients for k in range(4)), False]
    assert [bool(text) for text in factors] == [k >= 4 - gradients for k in range(3)]
    assert filled == values + (values == 4)
    assert len(back(chains.walk("tanh", 3, 1.0, 1.0, step).figure)) == gradients


@pytest.mark.parametrize("step", range(7))
def test_a_step_of_the_walk_tells_what_has_been_computed_and_no_more(step):
    values, _, gradients = textbook("tanh", 3, 1.5, 1.0)
    experiment = chains.walk("tanh", 3, 1.5, 1.0, step)
    (value, of_value), (gradient, of_gradient) = readout(experiment.figure)
    done = max(0, step - 3)
    assert value == numerals.plain(float(values[min(step, 3)]))
    assert gradient == numerals.number(float(gradients[3 - done]))
    names = ["input", "value", "value", *["output"] * 4], [*["coming"] * 3, "loss", "gradient", "gradient", "total"]
    slots = {"neuron": str(step), "done": str(done), "neurons": "3"}
    assert [of_value, of_gradient] == [prose.common(f"walk {kind[step]}", **slots) for kind in names]
    said = " ".join(a.text.replace("<br>", " ") for a in experiment.figure.layout.annotations)
    assert f"Step {step} of 6. {experiment.slots['doing']}" in said
    everything = said + experiment.slots["known"]
    for k, later in enumerate(values):
        assert (numerals.plain(float(later)) in everything) == (k <= step), "a value before it is computed"
    for k, later in enumerate(gradients[:-1]):
        assert (numerals.plain(float(later)) in everything) == (k >= 3 - done), "a gradient before it has come"


@pytest.mark.parametrize(("activation", "neurons", "weight", "x"), [*CHAINS, ("relu", 4, 1.0, -1.0)])
def test_nothing_is_left_open_at_any_step(activation, neurons, weight, x):
    for step in range(2 * neurons + 1):
        experiment = chains.walk(activation, neurons, weight, x, step)
        texts = [a.text for a in experiment.figure.layout.annotations] + list(experiment.slots.values())
        assert not [text for text in texts if "…" in text or "..." in text]
        assert all(value for value, _ in readout(experiment.figure))


def test_what_comes_next_is_said_at_every_step():
    assert chains.coming(2) == [
        "Next: forward through neuron 1", "Next: forward through neuron 2", "Next: back through neuron 2",
        "Next: back through neuron 1", "Again from the loss",
    ]  # fmt: skip
    for neurons in (1, 12):
        said = chains.coming(neurons)
        assert len(said) == 2 * neurons + 1
        for step in range(2 * neurons):  # the sentence of the step that the button leads to
            doing = chains.walk("tanh", neurons, 1.0, 1.0, step + 1).slots["doing"]
            assert step + 1 == neurons or doing.startswith(said[step].removeprefix("Next: ").capitalize())


def test_a_step_of_the_walk_moves_no_text_from_its_place():
    """Whatever is still unknown has its room."""
    places = set()
    for step in range(25):
        figure = chains.walk("sigmoid", 12, -4.9, -4.9, step).figure
        said = [a for a in figure.layout.annotations if a.xref == "paper" and a.visible]
        places.add((figure.layout.height, *((a.x, a.y, a.yanchor) for a in said)))
        (sentence,) = (a.text for a in said if a.text.startswith("Step "))
        assert sentence.count("<br>") + 1 <= chain_charts.SENTENCE / 17
        assert max(map(len, sentence.split("<br>"))) <= chain_charts.SENTENCE_WIDTH
    assert len(places) == 1


@pytest.mark.parametrize(
    ("activation", "neurons", "weight", "x"),
    [("sigmoid", 12, -4.9, -4.9), ("relu", 12, 5.0, 5.0), ("gelu", 12, -5.0, -1.3), ("tanh", 12, -0.3, -1.0),
     ("sigmoid", 4, -4.9, -4.9), ("gelu", 4, -5.0, -1.3), ("leaky_relu", 12, 4.7, -4.7), ("tanh", 5, -0.3, -1.0),
     ("relu", 12, -100.0, 5.0), ("elu", 12, -100.0, -4.9), ("sigmoid", 12, -100.0, 0.5)],
)  # fmt: skip
def test_the_numbers_of_the_chain_have_room_on_a_phone(activation, neurons, weight, x):
    """In hundredths of the size of the letters, as wide as in the font of the page."""
    wide = {"·": 25, "⁻": 33, ".": 25, "−": 50} | dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", 35)
    figure = chains.walk(activation, neurons, weight, x, 24).figure
    low, high = figure.layout.xaxis.range
    room = (358 - figure.layout.margin.l - figure.layout.margin.r) / (high - low)
    for trace in figure.data[3:6]:
        for text in trace.text:
            assert sum(wide.get(sign, 50) for sign in text) / 100 * trace.textfont.size < room, text


def test_the_pointer_is_told_what_is_known_of_a_neuron():
    hover = chains.walk("tanh", 12, 1.0, 1.0, 13).figure.data[0].hovertext
    values, _, gradients = textbook("tanh", 12, 1.0, 1.0)
    assert hover[:2] == ("x: 1", f"h₁: {numerals.plain(float(values[1]))}")
    value, gradient = (numerals.plain(float(row[11])) for row in (values, gradients))
    assert hover[11] == f"h₁₁: {value}, ∂L/∂h₁₁: {gradient}"
    assert hover[12] == f"y: {numerals.plain(float(values[12]))}, ∂L/∂y: 1"
    assert chains.walk("tanh", 2, 1.0, 1.0, 0).figure.data[0].hovertext == ("x: 1", "h₁", "y", "loss")


def test_the_check_is_the_difference_quotient_with_its_numbers():
    slots = chains.walk("sigmoid", 4, 1.0, 1.0, 8).slots

    def output(x):
        for _ in range(4):
            x = true_value("sigmoid", mpf(x))
        return x

    rise = float(output(mpf("1.0001")) - output(mpf("0.9999")))
    assert slots["nudge"] == "0.0001"
    general = r"\frac{y(1.0001) - y(0.9999)}{2 \cdot 0.0001}"
    inserted = rf"\frac{{{numerals.formula(rise)}}}{{0.0002}} = {numerals.formula(rise / 0.0002)}"
    assert (slots["quotient"], slots["quotient_now"]) == (general, f"= {inserted}")
    assert slots["numeric"] == numerals.number(rise / 0.0002)
    assert math.isfinite(rise)


@pytest.mark.parametrize(("activation", "there", "left"), [("relu", "0", "0"), ("leaky_relu", "0.01", "0.01")])
def test_at_a_kink_the_check_says_why_the_two_differ(activation, there, left):
    slots = chains.walk(activation, 1, 1.0, 0.0, 2).slots
    assert slots["difference"] != "exactly 0"
    assert f"Libraries choose {there}." in slots["why"]
    assert f"Left of it the slope is {left}, right of it 1," in slots["why"]
    assert chains.walk(activation, 1, 1.0, 1.0, 2).slots["why"] == "."


def test_weights_of_a_hundred_and_a_bias_that_keeps_z_at_zero_are_a_factor_of_25_a_layer():
    """Nielsen, Neural Networks and Deep Learning, chapter 5: the exploding gradient."""
    experiment = chains.walk("sigmoid", 3, 100.0, 0.5, 1, -50.0)
    assert experiment.data["w f'(z)"] == pytest.approx([25.0] * 3)
    assert experiment.slots["analytic"] == numerals.number(25.0**3)
    assert experiment.slots["doing"] == "Forward through neuron 1: z = w x − 50 = 0, then h₁ = f(z) = 0.5."
    assert chains.walk("sigmoid", 3, 1.0, 1.0, 1).slots["doing"].startswith("Forward through neuron 1: z = w x = 1,")


@pytest.mark.parametrize(
    ("activation", "neurons", "weight", "x", "bias", "begins"),
    [
        ("sigmoid", 4, 100.0, 0.5, -50.0, ". The nudge of 0.0001 has become a move of "),  # 2500 times as far, and more
        ("tanh", 12, 5.0, 0.0, 0.0, ". The nudge of 0.0001 has become a move of 5 at neuron 12:"),
        ("sigmoid", 12, 5.0, 5.0, 0.0, ". So small a change is lost: float64"),
        ("sigmoid", 4, 100.0, 1.0, 0.0, ". So small a change is lost"),  # y is 1, and so it stays
        ("relu", 12, 100.0, 5.0, 100.0, "."),
        ("sigmoid", 12, 1.0, 1.0, 0.0, "."),
    ],
)
def test_where_the_check_fails_it_says_why(activation, neurons, weight, x, bias, begins):
    why = chains.walk(activation, neurons, weight, x, 2 * neurons, bias).slots["why"]
    assert why == begins if begins == "." else why.startswith(begins)


def test_a_dead_chain_is_an_exact_zero():
    experiment = chains.walk("relu", 4, 1.0, -1.0, 8)
    slots, figure = experiment.slots, experiment.figure
    assert (slots["analytic"], slots["numeric"], slots["difference"]) == ("exactly 0", "exactly 0", "exactly 0")
    assert spaced(slots["product"]).endswith("= 0")
    assert readout(figure)[1][0] == "exactly 0"
    assert drawn(figure)[3] == ["0", "0", "0", "0", "1", ""]
    assert len(back(figure)) == 1, "what the loss sends"
    assert len([a for a in figure.layout.annotations if a.text == chain_charts.ZERO and a.xref != "paper"]) == 4


def test_a_tiny_gradient_is_not_drawn_like_none():
    figure = chains.walk("sigmoid", 12, 5.0, 5.0, 24).figure
    assert len(back(figure)) == 13
    assert not [text for text in drawn(figure)[3] if text == "0"]
