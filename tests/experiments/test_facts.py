"""What is true of the functions, in words and as a table."""

import math

import pytest

from core.experiments import facts, functions
from core.experiments.networks import networks_of
from core.maths.activations import ACTIVATIONS


def test_what_is_said_of_swish_and_gelu_is_in_the_literature():
    """Zeros and minima of the derivatives, and how much of a normal input lies left of them."""
    slots = functions.with_derivatives(networks_of(["swish", "gelu"]), marks=True).slots
    assert (slots["swish_zero_now"], slots["swish_low_now"], slots["swish_share_now"]) == (
        "−1.28",
        "−0.0998",
        "10.1 %",
    )
    assert (slots["gelu_zero_now"], slots["gelu_low_now"], slots["gelu_share_now"]) == ("−0.752", "−0.129", "22.6 %")


def test_swish_with_beta_zero_has_no_zero():
    slots = functions.with_derivatives(networks_of(["swish"], {"swish": {"beta": 0.0}}), marks=True).slots
    assert (slots["swish_zero_now"], slots["swish_share_now"]) == ("none", "none")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1.27846454, -1.27846454, "at −1.28"),
        (0.0, 0.0, "at 0"),
        (-math.inf, -math.inf, "as x → −∞"),
        (math.inf, math.inf, "as x → +∞"),
        (-math.inf, math.inf, "everywhere"),
        (-math.inf, -5.986, "x < −5.99"),
        (0.0, math.inf, "x > 0"),
        (-1.33, 2.5, "−1.33 < x < 2.5"),
    ],
)
def test_a_stretch_of_the_axis_in_words(low, high, words):
    assert facts.interval(low, high).replace("exactly 0", "0") == words


def test_the_table_of_facts_has_a_row_for_every_activation():
    table = facts.fact_table()
    assert {len(column) for column in table.values()} == {len(ACTIVATIONS)}
    assert len(table) == 10
    row = {head: column[list(ACTIVATIONS).index("sigmoid")] for head, column in table.items()}
    assert row["Function"] == "Sigmoid"
    assert row["f"] == "σ(x) = 1 / (1 + e⁻ˣ)"
    assert row["f′"] == "σ′(x) = σ(x) (1 − σ(x))"
    assert row["Largest f′"] == 0.25
    assert row["Range of f"] == "0 … 1"
