"""Numbers as people read them, and words whose slots are filled."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words import numerals, prose

FLOATS = st.floats(-1e300, 1e300)


def value(text):
    """What a formatted number stands for."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition(" × 10")
    power = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(f"{mantissa}e{power or 0}")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "exactly 0"),
        (-0.0, "exactly 0"),
        (0, "exactly 0"),
        (1, "1"),
        (1.0, "1"),
        (10.0, "10"),
        (100.0, "100"),
        (12.5, "12.5"),
        (0.236, "0.236"),
        (2 / 3, "0.667"),
        (-0.25, "−0.25"),
        (-1234.5, "−1230"),
        (0.9999, "1"),
        (9.996, "10"),
        (99.96, "100"),
        (999.6, "1000"),
        (9994, "9990"),
        (9996, "10,000"),
        (12345, "12,300"),
        (99999.4, "100,000"),
        (1e5, "1.0 × 10⁵"),
        (123456, "1.2 × 10⁵"),
        (0.001, "0.001"),
        (0.0012345, "0.00123"),
        (0.00099, "9.9 × 10⁻⁴"),
        (4.3e-7, "4.3 × 10⁻⁷"),
        (-4.3e-7, "−4.3 × 10⁻⁷"),
        (9.96e-7, "1.0 × 10⁻⁶"),
        (1e-300, "1.0 × 10⁻³⁰⁰"),
        (5e-324, "4.9 × 10⁻³²⁴"),
        (1.7976931348623157e308, "1.8 × 10³⁰⁸"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "undefined"),
    ],
)
def test_a_number_is_written_with_three_digits(number, text):
    assert numerals.number(number) == text


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (math.pi, 2, "3.1"),
        (math.pi, 1, "3"),
        (-1.27846454, 4, "−1.278"),
        (-0.75179152, 4, "−0.7518"),
        (1234.5, 2, "1200"),
        (0.99999, 5, "0.99999"),
        (0.999999, 5, "1"),
        (1.0998393, 3, "1.1"),
    ],
)
def test_a_number_is_written_with_as_many_digits_as_asked_for(number, digits, text):
    assert numerals.number(number, digits) == text


@given(FLOATS)
def test_a_written_number_is_within_half_a_unit_of_its_last_digit(number):
    if number == 0:
        assert numerals.plain(number) == "0"
    else:
        digits = 3 if 1e-3 <= abs(number) < 1e5 else 2
        # a subnormal number has fewer digits itself, and its logarithm loses a few more
        slack = 1e-9 if abs(number) > 1e-300 else 0.1
        assert abs(value(numerals.number(number)) - number) <= (0.5000001 * 10.0 ** (1 - digits) + slack) * abs(number)


@given(FLOATS)
def test_a_sign_is_a_minus_and_never_a_hyphen(number):
    text = numerals.number(number)
    assert "-" not in text
    assert text.startswith("−") == (number < 0)
    assert "e" not in text or text == "exactly 0"


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (-0.0, "0"), (0.25, "0.25"), (-2.0, "−2"), (1e-9, "1.0 × 10⁻⁹")]
)
def test_on_an_ordinary_axis_zero_is_plainly_zero(number, text):
    assert numerals.plain(number) == text


@pytest.mark.parametrize(
    ("number", "latex"),
    [
        (0.0, "0"),
        (-0.25, "-0.25"),
        (12345, "12{,}300"),
        (-4.3e-7, r"-4.3 \times 10^{-7}"),
        (2e12, r"2.0 \times 10^{12}"),
        (-math.inf, r"-\infty"),
    ],
)
def test_in_a_formula_a_number_is_written_in_latex(number, latex):
    assert numerals.formula(number) == latex


def test_plain_and_number_agree_where_there_is_no_zero():
    for number in (1.0, -0.5, 3e-9, math.inf, math.nan):
        assert numerals.plain(number) == numerals.number(number)
    assert numerals.plain(-1.27846454, 4) == "−1.278"


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (math.log10(4.3e-7), "4.3 × 10⁻⁷"),
        (-math.inf, "exactly 0"),
        (0.0, "1.0 × 10⁰"),
        (-1e-7, "1.0 × 10⁰"),
        (math.log10(9.96) - 7, "1.0 × 10⁻⁶"),
        (math.log10(9.94) - 7, "9.9 × 10⁻⁷"),
        (-400.5, "3.2 × 10⁻⁴⁰¹"),
        (400.5, "3.2 × 10⁴⁰⁰"),
    ],
)
def test_a_power_of_ten_of_any_size_is_written_scientifically(log10, text):
    assert numerals.scientific(log10) == text


def test_scientific_takes_a_sign_and_a_number_of_digits():
    assert numerals.scientific(math.log10(4.3e-7), negative=True) == "−4.3 × 10⁻⁷"
    assert numerals.scientific(math.log10(4.321e-7), digits=4) == "4.321 × 10⁻⁷"


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (0.0, "1"),
        (math.log10(0.236), "0.236"),
        (-3.0, "0.001"),
        (-3.01, "9.8 × 10⁻⁴"),
        (math.log10(12345), "12,300"),
        (5.0, "1.0 × 10⁵"),
        (-6.3665, "4.3 × 10⁻⁷"),
        (-1000.0, "1.0 × 10⁻¹⁰⁰⁰"),
        (-math.inf, "exactly 0"),
    ],
)
def test_a_size_is_plain_where_that_can_be_read(log10, text):
    assert numerals.size(log10) == text


@pytest.mark.parametrize("log10", [math.inf, math.nan])
@pytest.mark.parametrize("function", [numerals.size, numerals.scientific, numerals.ratio, numerals.count])
def test_what_has_run_away_is_said_and_breaks_nothing(function, log10):
    """The theory of a runaway variance is inf: number() says so, and the logarithmic forms must as well."""
    assert ("∞" if log10 > 0 else "undefined") in function(log10)


@pytest.mark.parametrize(
    ("log10", "words"),
    [
        (-6.63, "1 part in 4.3 million"),
        (-math.log10(250), "1 part in 250"),
        (-3.0, "1 part in 1 thousand"),
        (-30.0, "1 part in 10³⁰"),
        (-1000.2, "1 part in 10¹⁰⁰⁰"),
        (-math.inf, "nothing at all: an exact zero"),
        (0.0, "about as large"),
        (0.17, "about as large"),
        (-0.17, "about as large"),
        (math.log10(1.6), "grown 1.6 times"),
        (math.log10(0.5), "1 part in 2"),
        (math.log10(250), "grown 250 times"),
        (6.63, "grown 4.3 million times"),
    ],
)
def test_a_ratio_is_said_in_words(log10, words):
    assert numerals.ratio(log10) == words


@pytest.mark.parametrize(
    ("log10", "words"),
    [
        (0.0, "1"),
        (math.log10(14), "14"),
        (math.log10(250), "250"),
        (3.0, "1 thousand"),
        (math.log10(75e3), "75 thousand"),
        (6.63, "4.3 million"),
        (9.0, "1 billion"),
        (12.5, "3.2 trillion"),
        (17.0, "100 quadrillion"),
        (18.0, "10¹⁸"),
        (30.4, "10³⁰"),
    ],
)
def test_a_count_is_said_as_people_say_it(log10, words):
    assert numerals.count(log10) == words


@pytest.mark.parametrize(
    ("log10", "words"), [(5.9999, "1 million"), (8.9999, "1 billion"), (11.9999, "1 trillion"), (17.9999, "10¹⁸")]
)
def test_a_count_that_rounds_up_to_the_next_word_takes_that_word(log10, words):
    assert numerals.count(log10) == words


@given(st.floats(0.0, 17.97))
def test_a_count_is_right_to_two_digits(log10):
    figure, _, name = numerals.count(log10).partition(" ")
    power = {"": 0, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}[name]
    assert math.log10(value(figure)) + power == pytest.approx(log10, abs=math.log10(1.0501))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "none"),
        (-0.0, "none"),
        (1.0, "100 %"),
        (0.226, "22.6 %"),
        (0.5, "50 %"),
        (0.00125, "0.125 %"),
        (1e-9, "1.0 × 10⁻⁷ %"),
        (0.101234, "10.1 %"),
    ],
)
def test_a_share_is_a_percentage_and_nothing_is_none(share, text):
    assert numerals.percent(share) == text


@pytest.mark.parametrize(
    ("items", "text"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (["x, y", "z"], "x, y and z")],
)
def test_a_listing_reads_as_a_sentence(items, text):
    assert numerals.listing(items) == text


# Blocks and slots


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of words of its own; `read` forgets afterwards what it has read there."""
    monkeypatch.setattr(prose, "FOLDER", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "page.md").write_text(
        "# The title\n\n<!-- lead -->\nOne {{ slot }}, {{ other }} and {{ slot }}.\n\n"
        "<!-- claim one -->\nFirst.\n\n<!-- claim two -->\n{ braces } and $\\{x\\}$ stay.\n\n"
        "<!-- claims -->\nNot a claim.\n",
        encoding="utf-8",
    )
    prose._read.cache_clear()
    yield tmp_path
    prose._read.cache_clear()


def test_a_file_of_words_is_its_title_and_its_blocks_in_order(folder):
    words = prose.read("page")
    assert words.page == "page"
    assert list(words.blocks) == ["title", "lead", "claim one", "claim two", "claims"]
    assert words("title") == "The title"
    assert words("claim one") == "First."


def test_slots_are_filled_wherever_they_stand(folder):
    assert prose.read("page")("lead", slot=0.25, other="b", more="unused") == "One 0.25, b and 0.25."


def test_a_slot_that_nobody_fills_is_an_error_and_not_a_gap(folder):
    with pytest.raises(KeyError, match="other"):
        prose.read("page")("lead", slot=1)


def test_a_block_that_is_not_there_is_an_error(folder):
    with pytest.raises(KeyError, match="claim three"):
        prose.read("page")("claim three")


def test_blocks_of_one_name_are_an_error_and_not_the_last_of_them(folder):
    with (folder / "en" / "page.md").open("a", encoding="utf-8") as file:
        file.write("\n<!-- claim one -->\nAnother one.\n")
    with pytest.raises(ValueError, match=r"twice in en/page.md: claim one$"):
        prose.read("page")


def test_what_is_filled_in_is_not_read_again(folder):
    assert prose.read("page")("lead", slot="{{ other }}", other="x") == "One {{ other }}, x and {{ other }}."


def test_braces_of_formulas_are_left_alone(folder):
    assert prose.read("page")("claim two") == r"{ braces } and $\{x\}$ stay."


def test_names_are_the_blocks_of_one_kind_in_the_order_of_the_file(folder):
    assert prose.read("page").names("claim") == ["claim one", "claim two"]
    assert prose.read("page").names("try") == []


def test_a_slot_may_be_called_like_any_word():
    assert prose.Words("page", {"b": "{{ name }} {{ page }} {{ self }}"})("b", name=1, page=2, self=3) == "1 2 3"
