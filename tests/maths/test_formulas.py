"""The formulas that pages print are true: each is read from its LaTeX, computed, and compared with the code."""

import math
import re

import pytest

from core.maths.activations import ACTIVATIONS
from core.ui.share.markdown import formula as drawn
from tests.maths.latex import KNOWN, mp, read, values
from tests.maths.textbook import EVERY_SETTING, SELU_ALPHA, SELU_SCALE

ENTRIES = pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())
PLACES = (-8.0, -6.5, -4.0, -3.0, -2.9, -2.0, -1.3, -0.7, -1e-3, 0.0, 1e-3, 0.4, 1.0, 1.7, 2.5, 3.0, 3.1, 6.0, 8.0)
PARAMETERS = {"alpha": r"\alpha", "a": "a", "beta": r"\beta"}
ROUNDED = {"selu": {r"\lambda": SELU_SCALE, r"\alpha": SELU_ALPHA}}  # their letters show the first digits


def places(entry):
    return {*PLACES, *(k + side for k in entry.breaks for side in (-1e-6, 0.0, 1e-6))}


def computed(entry, parameters, x):
    """Every side of the formulas of f and f' at x."""
    names = {PARAMETERS[name]: mp.mpf(value) for name, value in parameters.items()} | ROUNDED.get(entry.name, {})
    letters = [letter for letter in entry.letters if r"\approx" not in letter]
    own, _, (side, *_) = read(entry.formula)
    if own not in KNOWN:
        names[own] = lambda t: side({**KNOWN, **names, "x": t})
    names["x"] = mp.mpf(x)
    return values(entry.formula, letters, names), values(entry.derivative_formula, letters, names)


@pytest.mark.parametrize(("name", "parameters"), EVERY_SETTING)
def test_every_formula_is_the_function_that_is_computed(name, parameters):
    entry = ACTIVATIONS[name]
    for x in places(entry):
        for sides, code in zip(computed(entry, parameters, x), (entry.value, entry.derivative), strict=True):
            for side in sides:
                assert float(side) == pytest.approx(float(code(x, **parameters)), rel=1e-9, abs=1e-9), x


@ENTRIES
def test_a_formula_says_what_it_defines(entry):
    function, argued, _ = read(entry.formula)
    derivative, derivative_argued, _ = read(entry.derivative_formula)
    assert argued
    assert derivative_argued
    assert derivative == f"{function}'"


def test_constants_that_are_rounded_are_rounded_rightly():
    rounded = {}
    for letter in ACTIVATIONS["selu"].letters:
        name, digits = letter.split(r" \approx ")
        rounded[name] = digits
    assert rounded == {name: mp.nstr(value, 5) for name, value in ROUNDED["selu"].items()}


@ENTRIES
def test_every_formula_is_drawn_by_a_browser_itself(entry):
    for formula in (entry.formula, entry.derivative_formula, *entry.letters):
        assert re.fullmatch(r"<math>.*</math>", drawn(formula))
        assert "\\" not in drawn(formula)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (r"f(x) = \tfrac16\,(2 x - 1)^2 / x", 9 / 12),
        (r"f(x) = -x^2 + |1 - x|\,x", -2.0),
        (r"f(x) = \begin{cases} 7 & x \ge 3 \\ e^{-x} & 0 < x < 3 \\ 0 & x \le 0 \end{cases}", math.exp(-2)),
        (r"f(x) = \max(0, -x, x / 5)", 0.4),
        (r"f(x) = 1 - \tanh^2 x + \ln(x)", 1 - math.tanh(2) ** 2 + math.log(2)),
        (r"f(x) = \int_{-\infty}^{x} e^{-t^2}\,dt", math.sqrt(math.pi) * (1 + math.erf(2)) / 2),
    ],
)
def test_formulas_are_read_as_they_are_meant(formula, value):
    (found,) = values(formula, (), {"x": mp.mpf(2)})
    assert float(found) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("formula", ["f(x)", r"f(x) = \frac{x}", "f(x) = (x", "f(x) = x ? 2", r"f(x) = x)"])
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises((ValueError, KeyError, IndexError)):
        values(formula, (), {"x": mp.mpf(2)})
