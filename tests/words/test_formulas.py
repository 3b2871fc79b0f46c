"""Formulas as plain text mean what they meant in LaTeX, and a number in place of a letter changes nothing else."""

import re

import pytest

from core.maths.activations import ACTIVATIONS
from core.words import formulas
from tests.maths.latex import KNOWN, mp, read, values, with_letters
from tests.maths.textbook import EVERY_SETTING, true_derivative, true_value

ENTRIES = pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())
PLACES = (-7.0, -3.5, -1.3, 0.4, 2.0, 6.5)
BACK = {sign: letter for letter, sign in formulas.LETTERS.items()} | {"−": "-"}
RAISED = str.maketrans("ˣ⁻⁺²³", "x-+23")


def typed(text):
    """Plain text as LaTeX again, as somebody would type it who reads it."""
    text = re.sub("[ˣ⁻⁺²³]+", lambda found: f"^{{{found[0].translate(RAISED)}}}", text.replace("′", "'"))
    text = re.sub(r"\{([^{}]* for .*)\}", lambda found: rows(found[1]), text)
    text = re.sub(r"(\([^()]*\)|\d) / (\((?:[^()]|\([^()]*\))*\)|\w)", r"\\frac{\1}{\2}", text)
    for sign, letter in BACK.items():
        text = re.sub(rf"(?<!\\){sign}", lambda _, letter=letter: f" {letter} ", text)
    return re.sub(r"(\\\w+) +'", r"\1'", text)


def rows(cases):
    return rf"\begin{{cases}} {cases.replace(' for ', ' & ').replace(';', chr(92) * 2)} \end{{cases}}"


@ENTRIES
def test_a_formula_as_plain_text_is_the_same_function(entry):
    names = {r"\alpha": mp.mpf("0.3"), "a": mp.mpf("0.3"), r"\beta": mp.mpf(2), r"\lambda": mp.mpf("1.1")}
    letters = [letter for letter in entry.letters if r"\approx" not in letter]
    own, _, (side, *_) = read(entry.formula)
    for x in PLACES:
        known = names | {"x": mp.mpf(x)}
        if own not in KNOWN:
            known[own] = lambda t, known=known: side(with_letters(letters, known | {"x": t}))
        for formula in (entry.formula, entry.derivative_formula):
            text = formulas.text(formula)
            assert not set(text) & set("\\^_&$'-"), text
            shown, exact = (values(found, letters, known) for found in (typed(text), formula))
            assert [float(y) for y in shown] == pytest.approx([float(y) for y in exact], rel=1e-12), text


def test_plain_text_reads_like_in_a_textbook():
    sigmoid, leaky, hard = (ACTIVATIONS[name] for name in ("sigmoid", "leaky_relu", "hard_sigmoid"))
    assert formulas.text(sigmoid.formula) == "σ(x) = 1 / (1 + e⁻ˣ)"
    assert formulas.text(sigmoid.derivative_formula) == "σ′(x) = σ(x) (1 − σ(x))"
    assert formulas.text(leaky.formula) == "f(x) = {x for x > 0; α x for x ≤ 0}"
    assert formulas.text(hard.derivative_formula) == "f′(x) = {1/6 for |x| < 3; 0 for |x| ≥ 3}"
    assert formulas.at("tanh", -0.5) == "tanh(−0.5)"


@pytest.mark.parametrize(("name", "parameters"), [case for case in EVERY_SETTING if case[1]])
def test_a_formula_with_its_numbers_needs_no_letter_and_is_the_function(name, parameters):
    entry = ACTIVATIONS[name]
    (number,) = entry.parameters
    value = parameters[number.name]
    for formula, truth in ((entry.formula, true_value), (entry.derivative_formula, true_derivative)):
        found = formulas.filled(formula, number.symbol, value)
        for x in PLACES:
            (shown,) = values(found, entry.letters, {"x": mp.mpf(x)})  # a letter that is left would not be known
            assert float(shown) == pytest.approx(float(truth(name, x, **parameters)), rel=1e-9, abs=1e-12)


def test_a_letter_is_not_found_within_the_name_of_another():
    assert formulas.filled(r"\alpha a x + \tanh a", "a", 2.0) == r"\alpha 2 x + \tanh 2"
    assert formulas.filled(r"\alpha a x", "α", 2.0) == "2 a x"


def test_a_factor_of_one_is_not_written():
    swish, elu = ACTIVATIONS["swish"].formula, ACTIVATIONS["elu"].derivative_formula
    assert formulas.filled(swish, "β", 1.0) == r"f(x) = x\,\sigma(x)"
    assert formulas.filled(swish, "β", 2.0) == r"f(x) = x\,\sigma(2 x)"
    assert r"\\ e^{x} &" in formulas.filled(elu, "α", 1.0)
    assert r"\\ 1 & x \le 0" in formulas.filled(ACTIVATIONS["leaky_relu"].derivative_formula, "α", 1.0)
