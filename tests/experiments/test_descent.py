"""One weight that learns: what is drawn, what is said of it, and that its formulas are right as they are written."""

import re

import numpy as np
import pytest

from core.charts.theme import SLOPE, STEP, WEIGHT
from core.experiments import descent
from core.words import numerals, prose
from tests.maths import latex
from tests.pages.reader import opened, values

COLOURED = re.compile(r"\\textcolor\{(#\w{6})\}\{\\boldsymbol\{((?:[^{}]|\{[^{}]*\})*)\}\}")
RATES = [k / 100 for k in range(1, 61)]  # every position of the slider


def closed_form(rate, step):
    return 1.5 - 2.5 * (1 - 4 * rate) ** step


def written(formula):
    """A formula with its numbers: (what there is to compute, the result, whether they are said to be equal)."""
    text = COLOURED.sub(r"\2", formula).replace(r"\approx", "=")
    _, _, sides = re.split(r"(=|\\leftarrow)", latex.ONE_LINE.sub("", text), maxsplit=1)
    computed, result = latex.values(f"y = {sides}".replace(r"\cdot", r"\times").replace("{,}", ""), (), {})
    return float(computed), float(result), r"\approx" not in formula


def last_place(formula):
    """Half of the place of the last digit that is written of a result, and a little for the computer."""
    mantissa, power = re.search(
        r"([\d.,{}]*\d)\}*(?: .times 10\^\{(-?\d+)\})?\}*$", latex.ONE_LINE.sub("", formula).strip()
    ).groups()
    digits = re.sub(r"[^\d.]", "", mantissa)
    decimals = len(digits.partition(".")[2]) - int(power or 0)
    significant = len(digits.replace(".", "").lstrip("0"))
    return 0.50001 * 10.0 ** max(-decimals, 0 if "." in digits else significant - 3)


def shown(figure):
    """Traces and texts of the chart."""
    return figure.data, [text.text for text in figure.layout.annotations if text.text]


@pytest.mark.parametrize("rate", RATES)
def test_who_computes_with_the_numbers_of_a_formula_finds_its_result(rate):
    """Not with those behind them: the loss, the slope and the next weight as they are written, at every step."""
    for step in range(13):
        w, after = closed_form(rate, step), closed_form(rate, step + 1)
        near = rate != 0.25 and abs(w - 1.5) < 1e-3
        truths = (2 * w - 3) ** 2 / 2, (2 * w - 3) * 2, after
        for (_, formula), truth in zip(descent.formulas(rate, step).formulas, truths, strict=True):
            computed, result, exact = written(formula)
            assert computed == pytest.approx(result, abs=last_place(formula))
            assert result == pytest.approx(truth, abs=4e-3 if near else last_place(formula))
            assert exact == (not near)


def test_a_quantity_has_one_colour_in_the_chart_in_the_formulas_and_in_the_sentence():
    shown = descent.formulas(0.1, 0)
    figure = descent.steps_down(0.1, 0).figure
    texts = {text.text: text.font.color for text in figure.layout.annotations if text.font.color}
    assert texts == {"w = −1": WEIGHT, "slope −10": SLOPE, "next step +1": STEP}
    (arrow,) = [text for text in figure.layout.annotations if text.showarrow]
    assert arrow.arrowcolor == STEP
    general, filled = (
        [COLOURED.findall(formula) for formula in column] for column in zip(*shown.formulas, strict=True)
    )
    w, derivative = (WEIGHT, "w"), (SLOPE, r"\dfrac{dL}{dw}")
    assert general == [[w], [derivative, w], [w, w, derivative]]
    first = (WEIGHT, "-1")
    assert filled == [[first], [derivative, first, (SLOPE, "-10")], [w, first, (SLOPE, "(-10)"), (WEIGHT, "0")]]
    for said in (":orange[**w = −1**]", ":blue[**−10**]", ":violet[**+1**]"):
        assert said in shown.head


@pytest.mark.parametrize(("rate", "step"), [(0.1, 0), (0.1, 3), (0.4, 1), (0.55, 2)])
def test_the_chart_shows_where_the_weight_is_how_steep_it_is_there_and_where_it_goes(rate, step):
    w, after = closed_form(rate, step), closed_form(rate, step + 1)
    height, slope = (2 * w - 3) ** 2 / 2, (2 * w - 3) * 2
    figure = descent.steps_down(rate, step).figure
    curve, visited, tangent, aim, now = figure.data
    assert curve.y == pytest.approx((2 * curve.x - 3) ** 2 / 2)
    assert visited.x == pytest.approx([closed_form(rate, k) for k in range(step + 1)])
    assert (now.x[0], now.y[0]) == pytest.approx((w, height))
    assert (aim.x[0], aim.y[0]) == pytest.approx((after, (2 * after - 3) ** 2 / 2))
    assert np.mean(tangent.x) == pytest.approx(w)
    assert np.mean(tangent.y) == pytest.approx(height)
    assert np.diff(tangent.y) == pytest.approx(slope * np.diff(tangent.x))
    (arrow,) = [text for text in figure.layout.annotations if text.showarrow]
    assert (arrow.ax, arrow.ay, arrow.x, arrow.y) == pytest.approx((w, height, after, height))


def test_the_table_has_every_step_of_the_learning_rate():
    data = descent.steps_down(0.3, 2).data
    weights = np.array([closed_form(0.3, k) for k in range(13)])
    assert data["w"] == pytest.approx(weights)
    assert data["L"] == pytest.approx((2 * weights - 3) ** 2 / 2)
    assert data["dL/dw"] == pytest.approx((2 * weights - 3) * 2)
    assert data["−η dL/dw"][:-1] == pytest.approx(np.diff(weights))


def test_a_weight_that_has_left_the_chart_is_told_and_not_drawn():
    data, texts = shown(descent.steps_down(0.6, 3).figure)  # 1.5 + 2.5 * 1.4^3 = 8.36
    assert len(data) == 2
    assert prose.common("descent outside", w="8.36") in texts
    assert not [text for text in texts if text.startswith(("w = 8.36 ", "slope", "next step"))]


def test_a_step_that_leaves_the_chart_ends_at_its_edge():
    figure = descent.steps_down(0.6, 2).figure  # from -3.4 to 8.36
    (arrow,) = [text for text in figure.layout.annotations if text.showarrow]
    assert (arrow.ax, arrow.x) == pytest.approx((-3.4, figure.layout.xaxis.range[1]))


def test_the_axes_stand_still():
    axes = {
        str((figure.layout.xaxis, figure.layout.yaxis, figure.layout.height))
        for figure in (
            descent.steps_down(*settings).figure for settings in [(0.01, 0), (0.1, 5), (0.25, 1), (0.6, 2), (0.6, 12)]
        )
    }
    assert len(axes) == 1


@pytest.mark.parametrize(
    ("rate", "pace"),
    [(0.01, "closer"), (0.24, "closer"), (0.25, "there"), (0.26, "over"), (0.49, "over"), (0.5, "swings"),
     (0.51, "climbs"), (0.6, "climbs")],
)  # fmt: skip
def test_what_is_said_of_a_learning_rate(rate, pace):
    said = descent.steps_down(rate, 1).slots["pace"]
    assert said == prose.common(f"descent {pace}", share=numerals.percent(4 * rate))


@pytest.mark.parametrize(
    ("rate", "step", "way", "slope"),
    [(0.1, 0, "right", "−10"), (0.4, 1, "left", "6"), (0.25, 1, "flat", "0"), (0.24, 12, "near", "about 0")],
)
def test_the_sign_of_the_slope_says_where_the_loss_falls(rate, step, way, slope):
    """And an exact zero is told from a very small number."""
    slots = descent.steps_down(rate, step).slots
    assert (slots["direction"], slots["slope"]) == (prose.common(f"descent {way}"), slope)


def test_the_real_network_has_as_many_weights_as_that_of_the_page_which_is_named():
    slots = descent.steps_down(0.1, 0).slots
    there = values(opened("why_it_matters"))
    depth, width = there["step.depth"], there["step.width"]
    assert (slots["hidden"], slots["units"]) == (str(depth), str(width))
    assert slots["weights"] == f"{64 * width + (depth - 1) * width**2 + 10 * width:,}"  # 64 pixels, 10 digits
    assert slots["page"] == opened("why_it_matters").title[0].value
