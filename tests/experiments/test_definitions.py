"""Every function of the registry is defined in the same way: formulas, letters, range and largest derivative."""

import re

import pytest

from core.experiments.definitions import definition
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.words import numerals, prose
from tests.maths.latex import mp, values
from tests.maths.textbook import true_derivative, true_value
from tests.scratch import RAMP, with_activation

ENTRIES = pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())


def shown(formula):
    """What stands right of each equals sign of a formula with numbers in it, computed."""
    return [float(side) for side in values(formula, (), {})]


@ENTRIES
def test_a_definition_has_both_formulas_and_says_what_the_function_is_for(entry):
    found = definition(Network(entry.name))
    assert found.formulas == ((entry.formula, entry.derivative_formula),)
    assert found.head.startswith(f"**{entry.label}.** {prose.common(f'purpose {entry.name}')}")
    assert all(letter in found.said for letter in entry.letters)
    for formula in (entry.formula, entry.derivative_formula):
        assert f"\n\n$$\n{formula}\n$$\n\n" in found.markdown


def test_no_purpose_is_said_of_a_function_that_is_not_there():
    assert {name.removeprefix("purpose ") for name in prose.read("common").names("purpose")} == ACTIVATIONS.keys()


@ENTRIES
@pytest.mark.parametrize("x", [-6.0, -1.5, 0.0, 0.3, 4.0])
def test_the_numbers_at_a_place_are_those_of_the_textbook(entry, x):
    _, (value, slope) = definition(Network(entry.name), x).formulas
    exact = [float(truth(entry.name, x, **entry.defaults())) for truth in (true_value, true_derivative)]
    for formula, number in zip((value, slope), exact, strict=True):
        rounding = 5.1e-2 if abs(number) < 1e-3 else 5.1e-3  # two digits before a power of ten, else three
        assert shown(formula)[-1] == pytest.approx(number, rel=rounding, abs=1e-12)
        assert f"({x:g}) = " in formula


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize("x", [k / 10 for k in range(-60, 61)])
def test_whoever_computes_with_what_is_shown_finds_the_derivative_that_is_shown(name, x):
    _, (_, slope) = definition(Network(name), x).formulas
    by_rule, result = shown(slope)
    assert numerals.plain(result) in {numerals.plain(by_rule * side) for side in (1 - 1e-12, 1 + 1e-12)}


def test_a_formula_with_its_numbers_reads_like_in_a_textbook():
    assert definition(Network("sigmoid"), 1.0).formulas[1] == (
        r"\sigma(1) = 0.731",
        r"\sigma'(1) = 0.731\,(1 - 0.731) = 0.197",
    )
    assert definition(Network("tanh"), -0.5).formulas[1] == (
        r"\tanh(-0.5) = -0.4621",  # with three digits the derivative would seem to be 0.787
        r"\tanh'(-0.5) = 1 - (-0.4621)^2 = 0.786",
    )
    assert definition(Network("relu"), -1.0).formulas[1] == ("f(-1) = 0", "f'(-1) = 0")


def test_a_parameter_is_said_with_its_value():
    assert "Here ${α = 0.3}$." in definition(Network("leaky_relu", parameters={"alpha": 0.3})).said
    assert "${β = 2.5}$ and ${" in definition(Network("swish", parameters={"beta": 2.5})).said


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("identity", {}, "Range: −∞ to ∞. Largest derivative: 1, everywhere."),
        ("sigmoid", {}, "Range: 0 to 1. Largest derivative: 0.25, at x = 0."),
        ("relu", {}, "Range: 0 to ∞. Largest derivative: 1, for x > 0."),
        ("leaky_relu", {"alpha": 2.0}, "Range: −∞ to ∞. Largest derivative: 2, for x < 0."),
        ("relu6", {}, "Range: 0 to 6. Largest derivative: 1, for 0 < x < 6."),
        ("hard_swish", {}, "Range: −0.375 to ∞. Largest derivative: 1.5, close to x = 3."),
        ("softplus", {}, "Range: 0 to ∞. Largest derivative: 1, as x → +∞."),
    ],
)
def test_range_and_largest_derivative_in_a_line(name, parameters, said):
    assert definition(Network(name, parameters=parameters)).said.splitlines()[-1] == said


def test_a_new_entry_is_defined_without_any_words_of_its_own(monkeypatch):
    with_activation(monkeypatch, RAMP)
    found = definition(Network("ramp"), 1.0)
    assert found.head == "**Ramp.**"
    assert re.search("Range: −2 to 5. Largest derivative: 1, for −2 < x < 5.", found.said)
    assert mp.mpf(found.formulas[1][0].rpartition("= ")[2]) == 1
