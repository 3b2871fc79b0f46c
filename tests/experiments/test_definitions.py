"""Every function of the registry is defined in the same way: formulas, letters, range and largest derivative."""

import re

import pytest

from core.experiments import functions
from core.experiments.definitions import definition, with_numbers
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.words import numerals, prose
from tests.maths.latex import mp, uncoloured, values
from tests.maths.textbook import EVERY_SETTING, true_derivative, true_value
from tests.scratch import RAMP, with_activation

ENTRIES = pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())


def shown(formula):
    """What stands right of each equals sign of a formula with numbers in it, computed."""
    return [float(side) for side in values(formula, (), {})]


@ENTRIES
def test_a_definition_has_both_formulas_and_says_what_the_function_is_for(entry):
    found = definition(Network(entry.name))
    assert found.formulas[0] == (entry.formula, entry.derivative_formula)
    assert len(found.formulas) == (2 if entry.parameters else 1)
    assert found.head.startswith(f"**{entry.label}.** {prose.common(f'purpose {entry.name}')}")
    assert all(letter in found.said for letter in entry.letters)
    for formula in (entry.formula, entry.derivative_formula):
        assert f"\n\n$$\n{formula}\n$$\n\n" in found.markdown


def test_no_purpose_is_said_of_a_function_that_is_not_there():
    assert {name.removeprefix("purpose ") for name in prose.read("common").names("purpose")} == ACTIVATIONS.keys()


@ENTRIES
@pytest.mark.parametrize("x", [-6.0, -1.5, 0.0, 0.3, 4.0])
def test_the_numbers_at_a_place_are_those_of_the_textbook(entry, x):
    value, slope = definition(Network(entry.name), x).formulas[-1]
    exact = [float(truth(entry.name, x, **entry.defaults())) for truth in (true_value, true_derivative)]
    for formula, number in zip((value, slope), exact, strict=True):
        rounding = 5.1e-2 if abs(number) < 1e-3 else 5.1e-3  # two digits before a power of ten, else three
        assert shown(formula)[-1] == pytest.approx(number, rel=rounding, abs=1e-12)
        assert f"({x:g}) = " in uncoloured(formula)


@pytest.mark.parametrize("name", [name for name, entry in ACTIVATIONS.items() if entry.by_hand])
@pytest.mark.parametrize("x", [k / 10 for k in range(-60, 61)])
def test_whoever_computes_with_what_is_shown_finds_what_is_shown(name, x):
    rules = ACTIVATIONS[name].by_hand
    formulas = definition(Network(name), x).formulas[-1]
    for formula, rule in zip(formulas, (rules.value, rules.derivative), strict=True):
        *by_rule, result = shown(formula)
        assert len(by_rule) == (1 if rule else 0)
        for found in by_rule:
            assert numerals.plain(result) in {numerals.plain(found * side) for side in (1 - 1e-12, 1 + 1e-12)}


@pytest.mark.parametrize("name", [name for name, entry in ACTIVATIONS.items() if entry.by_hand])
@pytest.mark.parametrize("x", [-2.3, 0.0, 1.7])
def test_the_rules_by_hand_are_the_functions_of_the_textbook(name, x):
    entry = ACTIVATIONS[name]
    numbers = entry.by_hand.numbers(x, **entry.defaults())
    rules = [(entry.by_hand.value, true_value), (entry.by_hand.derivative, true_derivative)]
    for (template, rule), truth in [(rule, truth) for rule, truth in rules if rule]:
        exact = float(truth(name, x, **entry.defaults()))
        assert rule(*numbers.values()) == pytest.approx(exact, abs=1e-12)
        inserted = template.format(**{number: f"({value:.15f})" for number, value in numbers.items()})
        assert shown(f"f = {inserted}") == [pytest.approx(exact, abs=1e-12)]


READS = [
    ("sigmoid", {}, 1.0, r"\sigma(1) = 0.731", r"\sigma'(1) = 0.731\,(1 - 0.731) = 0.197"),
    # with three digits the derivative would seem to be 0.787
    ("tanh", {}, -0.5, r"\tanh(-0.5) = -0.4621", r"\tanh'(-0.5) = 1 - (-0.4621)^2 = 0.786"),
    ("relu", {}, -1.0, r"f(-1) = \max(0, -1) = 0", "f'(-1) = 0"),
    ("gelu", {}, 1.0, r"f(1) = 1 \cdot 0.841 = 0.841", r"f'(1) = 0.841 + 1 \cdot 0.242 = 1.08"),
    ("gelu", {}, -1.0, r"f(-1) = -1 \cdot 0.1587 = -0.159", r"f'(-1) = 0.1587 + (-1) \cdot 0.242 = -0.0833"),
    (
        "swish", {"beta": 2.0}, 1.0, r"f(1) = 1 \cdot 0.881 = 0.881",
        r"f'(1) = 0.881 + 2 \cdot 0.881\,(1 - 0.881) = 1.09",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameters", "x", "value", "derivative"), READS)
def test_a_formula_with_its_numbers_reads_like_in_a_textbook(name, parameters, x, value, derivative):
    formulas = definition(Network(name, parameters=parameters), x).formulas[-1]
    assert tuple(map(uncoloured, formulas)) == (value, derivative)


def test_a_number_has_the_colour_that_its_quantity_has_in_the_chart():
    value, derivative = definition(Network("sigmoid"), 1.0).formulas[-1]
    own = functions.with_derivatives((Network("sigmoid"),), tangent=1.0).figure
    (tangent,) = (trace for trace in own.data if trace.name == prose.common("line tangent"))
    coloured = re.findall(r"\\textcolor\{(#\w{6})\}\{\\mathbf\{([^{}]+)\}\}", f"{value} {derivative}")
    assert {number: colour for colour, number in coloured} == {
        "1": own.data[-1].line.color, "0.731": own.data[0].line.color, "0.197": tangent.line.color,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "parameters"), [case for case in EVERY_SETTING if case[1]])
def test_the_numbers_of_parameters_are_filled_in(name, parameters):
    network = Network(name, parameters=parameters)
    general, filled = definition(network).formulas
    assert filled == with_numbers(network) != general
    letters = ACTIVATIONS[name].letters
    for formula, truth in zip(filled, (true_value, true_derivative), strict=True):
        for x in (-1.5, 0.7):
            (found,) = values(formula, letters, {"x": mp.mpf(x)})
            assert float(found) == pytest.approx(float(truth(name, x, **parameters)), rel=1e-9)


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
    assert shown(found.formulas[1][0]) == [1.0]
