"""Numbers as people write them."""

import math

import pytest

from core.maths.numbers import typed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.6667", 1.6667), ("1,5", 1.5), (" 2 ", 2.0), (".5", 0.5), ("2.", 2.0), ("-0.3", -0.3), ("−0.3", -0.3),
        ("5/3", 5 / 3), ("5 / 3", 5 / 3), ("-1/4", -0.25), ("1,5/3", 0.5), ("1/sqrt(3)", 1 / math.sqrt(3)),
        ("√2", math.sqrt(2)), ("sqrt(2)", math.sqrt(2)), ("1/√3", 1 / math.sqrt(3)), ("SQRT 2", math.sqrt(2)),
        ("sqrt(6)/sqrt(2)", math.sqrt(3)),
    ],
)  # fmt: skip
def test_a_number_a_fraction_and_a_root_are_understood(text, value):
    assert typed(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1/0", "0/0", "1/2/3", "nan", "inf", "1e309", "0x10", "1_000", "5//3", "2**9", "9" * 41, "٣",
     "1." + "0" * 39, "1" * 400 + "/3", "__import__('os')", None, 1.5, b"2", [], True],
)  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="is needed, not|below the line"):
        typed(text)
