"""Colours, dashes and markers, axes in powers of ten, labels that do not lie on each other."""

import colorsys
import itertools
import math
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import theme
from core.charts.theme import Line, Style
from core.experiments import style
from core.maths.activations import ACTIVATIONS
from tests.charts.seen import EYES, difference, lab

THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
BACKGROUNDS = {
    f"{mode} {name}": THEME[mode][name]
    for mode in ("light", "dark")
    for name in ("backgroundColor", "secondaryBackgroundColor")
}
SCALES = (theme.WELL, theme.EXPLODING, theme.COOL, theme.WARM)  # the ends of all colour scales
COLOURS = sorted({colour for palette in theme.PALETTES.values() for colour in palette} | {theme.GREY, *SCALES})
HUES = {"saturating": (338, 45), "rectified": (55, 220), "smooth": (230, 335)}  # degrees: warm, blue-green, violet


def rgb(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def line(label="Tanh", y=(0.0, -1.0, -2.0), **more):
    return Line(label, np.arange(1.0, len(y) + 1), np.array(y), **more)


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the textbook's near miss


@pytest.mark.parametrize("background", ["light backgroundColor", "dark backgroundColor"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_stands_out_from_the_background_of_both_themes(colour, background):
    assert contrast(colour, BACKGROUNDS[background]) >= 3.0


TEXTS = {theme.SLOPE: "blueTextColor", theme.WEIGHT: "orangeTextColor", theme.STEP: "violetTextColor"}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("colour", TEXTS)
def test_a_quantity_can_be_read_in_a_formula_and_in_a_sentence_which_name_it_by_one_hue(colour, mode):
    """A formula is large and bold and needs 3:1; no colour has more than 4.3:1 on both backgrounds."""
    assert contrast(colour, THEME[mode]["backgroundColor"]) >= 4.25
    text = THEME[mode][TEXTS[colour]]
    assert contrast(text, THEME[mode]["backgroundColor"]) >= 4.5
    assert contrast(text, THEME[mode]["secondaryBackgroundColor"]) >= 4.5
    assert colorsys.rgb_to_hsv(*rgb(text))[0] == pytest.approx(colorsys.rgb_to_hsv(*rgb(colour))[0], abs=0.02)


def test_the_light_background_is_white():
    assert BACKGROUNDS["light backgroundColor"] == "#ffffff"


@pytest.mark.parametrize("colour", COLOURS)
def test_no_colour_is_one_that_streamlit_replaces_by_its_own(colour):
    """Streamlit's chart theme takes #000001 to #000040 for placeholders."""
    assert not 1 <= int(colour[1:], 16) <= 0x40


@pytest.mark.parametrize("family", [*HUES, "linear"])
def test_the_hue_says_the_family(family):
    for colour in theme.PALETTES[family]:
        hue, saturation, _ = colorsys.rgb_to_hsv(*rgb(colour))
        if family == "linear":
            assert saturation < 0.2
        else:
            low, high = HUES[family]
            assert saturation > 0.3
            assert (360 * hue - low) % 360 <= (high - low) % 360


def test_no_two_families_share_a_colour_or_a_marker():
    for one, other in itertools.combinations(theme.PALETTES, 2):
        assert not set(theme.PALETTES[one]) & set(theme.PALETTES[other])
        assert not set(theme.SYMBOLS[one]) & set(theme.SYMBOLS[other])


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ],
)
def test_the_difference_of_colours_is_that_of_the_standard(one, other, apart):
    """From the table of Sharma, Wu & Dalal."""
    assert difference(one, other) == pytest.approx(apart, abs=1e-4)


ARTICLE = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish", "gelu")
VARIANTS = ("relu", "leaky_relu", "prelu", "elu")  # four lines of one chart


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("names", "ordinary", "without"), [(ARTICLE, 21.0, 6.5), (VARIANTS, 21.0, 10.0)])
def test_the_functions_of_the_article_can_be_told_apart_by_their_colours(names, ordinary, without, eye):
    """In CIEDE2000; by eyes that take red and green for the same as well."""
    for one, other in itertools.combinations(names, 2):
        apart = difference(*(lab(rgb(style(name).colour), eye) for name in (one, other)))
        assert apart >= (ordinary if eye == "ordinary" else without), (one, other)


@pytest.mark.parametrize("eye", EYES)
def test_the_size_of_a_gradient_is_not_taken_for_anything_else(eye):
    for one, other in itertools.combinations(SCALES, 2):
        assert difference(lab(rgb(one), eye), lab(rgb(other), eye)) >= 20.0, (one, other)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_next_to_no_gradient_is_pale_on_every_page_and_not_empty(mode, eye):
    page, scale = np.array(rgb(THEME[mode]["backgroundColor"])), theme.gradient_scale(0.6, 0.7)
    alpha = float(scale[0][1].rpartition(",")[2].removesuffix(")"))
    pale = lab((1.0 - alpha) * page + alpha * np.array(rgb(theme.WELL)), eye)
    assert difference(pale, lab(rgb(theme.WELL), eye)) >= 30.0
    assert difference(pale, lab(page, eye)) >= 3.0
    assert [(place, colour[-3:]) for place, colour in scale[1:]] == [(0.6, ",1)"), (0.7, ",1)"), (1.0, ",1)")]


@pytest.mark.parametrize("family", theme.PALETTES)
def test_a_family_has_as_many_styles_as_colours_and_says_so_when_it_is_full(family):
    places = len(theme.PALETTES[family])
    styles = {theme.family_style(family, member) for member in range(places)}
    assert len({s.colour for s in styles}) == len({s.dash for s in styles}) == len({s.symbol for s in styles}) == places
    assert len(theme.SYMBOLS[family]) == places <= len(theme.DASHES)
    with pytest.raises(ValueError, match=f"the family {family} is full: give it another colour in PALETTES"):
        theme.family_style(family, places)


def test_every_activation_has_a_style_of_its_own():
    styles = {name: style(name) for name in ACTIVATIONS}
    assert len(set(styles.values())) == len(ACTIVATIONS)
    assert len({s.symbol for s in styles.values()}) == len(ACTIVATIONS), "a marker alone tells them apart"
    assert len({s.sign for s in styles.values()}) == len(ACTIVATIONS), "and so does the sign beside the name"


@pytest.mark.parametrize("family", sorted({entry.family for entry in ACTIVATIONS.values()}))
def test_within_a_family_the_dash_tells_the_members_apart(family):
    members = [style(name) for name, entry in ACTIVATIONS.items() if entry.family == family]
    assert len({s.dash for s in members}) == len(members)
    assert len({s.colour for s in members}) == len(members)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_drawn_in_the_colour_of_its_family(name):
    assert style(name).colour in theme.PALETTES[ACTIVATIONS[name].family]


def test_every_marker_has_a_sign_and_no_sign_is_an_emoji():
    assert set(theme.SIGNS) == {symbol for symbols in theme.SYMBOLS.values() for symbol in symbols}
    assert len(set(theme.SIGNS.values())) == len(theme.SIGNS)
    assert all(len(sign) == 1 and ord(sign) < 0x10000 for sign in theme.SIGNS.values())


@pytest.mark.parametrize(
    ("exponent", "text"),
    [
        (0, "1"),
        (1, "10"),
        (2, "10²"),
        (3, "10³"),
        (-1, "10⁻¹"),
        (-6, "10⁻⁶"),
        (-45, "10⁻⁴⁵"),
        (1234567890, "10¹²³⁴⁵⁶⁷⁸⁹⁰"),
    ],
)
def test_a_power_of_ten_is_written_as_in_a_book(exponent, text):
    assert theme.power_of_ten(exponent) == text


# Axes


@pytest.mark.parametrize("make", [theme.axis, theme.log_axis])
def test_an_axis_has_its_title_its_fixed_range_and_cannot_be_dragged(make):
    axis = make("RMS of δ", -12.0, 3.0, side="right")
    assert axis["title"]["text"] == "RMS of δ"
    assert axis["range"] == [-12.0, 3.0]
    assert axis["fixedrange"] is True
    assert axis["automargin"] is False, "a margin that follows the labels would move the plot"
    assert axis["side"] == "right"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-8.0, 1.5, [-8, -6, -4, -2, 0]),
        (-5.0, 1.5, [-5, -4, -3, -2, -1, 0, 1]),
        (-5.45, 1.0, [-5, -4, -3, -2, -1, 0, 1]),
        (-65.0, 1.5, [-60, -50, -40, -30, -20, -10, 0]),
        (-0.5, 0.5, [0]),
        (-1000.0, 0.0, [-1000, -800, -600, -400, -200, 0]),
    ],
)
def test_ticks_stand_at_round_powers_of_ten(low, high, ticks):
    axis = theme.log_axis("", low, high)
    assert axis["tickvals"] == ticks
    assert axis["ticktext"] == [theme.power_of_ten(t) for t in ticks]


@given(st.floats(-9000.0, 8000.0), st.floats(1.0, 9000.0))
def test_there_are_a_few_ticks_all_inside_evenly_spaced_and_one_is_1_if_it_can_be(low, span):
    high = low + span
    ticks = theme.log_axis("", low, high)["tickvals"]
    assert 1 <= len(ticks) <= 10
    assert all(low <= t <= high for t in ticks)
    assert len({b - a for a, b in itertools.pairwise(ticks)}) <= 1
    assert (0 in ticks) == (low <= 0.0 <= high)


# Labels


SPREADS = st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=13)


@given(SPREADS, st.floats(-40.0, 0.0), st.floats(0.5, 40.0), st.floats(0.01, 20.0))
def test_spread_keeps_bounds_gap_and_order(wanted, low, span, gap):
    high = low + span
    placed = theme.spread(wanted, low, high, gap)
    tiny = 1e-9 * (1 + abs(low) + span)
    possible = min(gap, span / max(1, len(wanted) - 1))
    assert all(low - tiny <= position <= high + tiny for position in placed)
    assert all(b - a >= possible - tiny for a, b in itertools.pairwise(sorted(placed)))
    for (a, at), (b, bt) in itertools.combinations(zip(wanted, placed, strict=True), 2):
        assert (at - bt) * (a - b) >= 0.0 or a == b


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=9, unique=True))
def test_spread_moves_nothing_that_has_room(wanted):
    assert theme.spread([float(w) for w in wanted], -25.0, 25.0, 1.0) == [float(w) for w in wanted]


@given(SPREADS)
def test_spread_does_not_depend_on_the_order_of_the_lines(wanted):
    there = theme.spread(wanted, -30.0, 30.0, 2.0)
    back = theme.spread(wanted[::-1], -30.0, 30.0, 2.0)
    assert sorted(there) == pytest.approx(sorted(back))


def test_spread_of_nothing_is_nothing():
    assert theme.spread([], 0.0, 1.0, 0.1) == []


def named(lines, low=-5.0, high=1.0, height=300.0):
    """The names of lines over 0..1 of an axis that has room beside."""
    lines = [replace(each, x=np.linspace(0.0, 1.0, len(each.y))) for each in lines]
    return theme.end_labels(lines, low, high, across=theme.roomy(theme.axis("", 0.0, 1.0))["range"], height=height)


def height_of(label):
    return label["ay"] if label["showarrow"] else label["y"]


@given(st.lists(st.floats(-400.0, 100.0), min_size=1, max_size=13))
def test_labels_at_the_ends_do_not_lie_on_each_other(ends):
    low, high, height = -100.0, 5.0, 348.0
    labels = named([line(f"f{i}", (end, 0.0, end)) for i, end in enumerate(ends)], low, high, height)
    positions = sorted(height_of(label) for label in labels)
    assert len(labels) == len(ends)
    assert low - 1e-3 <= positions[0]
    assert positions[-1] <= high + 1e-3
    pixels = [(b - a) * height / (high - low) for a, b in itertools.pairwise(positions)]
    assert all(gap >= 16.9 for gap in pixels), "a text of 13 pixels needs 17"


def test_lines_that_end_at_one_place_are_a_list_in_their_order():
    labels = named([line(name, (0.0, -2.0)) for name in "abcd"])
    assert sorted(labels, key=height_of, reverse=True) == labels
    assert {(label["x"], round(label["y"], 1)) for label in labels} == {(1.0, -2.0)}, "all leaders begin there"
    assert {label["ax"] for label in labels} == {labels[0]["ax"]}


def test_a_label_names_its_line_in_its_colour_with_its_marker_and_a_leader_from_its_end():
    (label,) = named([line("ReLU", (-3.0, -1.0), style=Style("#0d9488", "dash", "square"))])
    assert (label["text"], label["xanchor"], label["font"]["color"]) == ("■ ReLU", "left", "#0d9488")
    assert (label["x"], label["y"], label["ay"]) == (1.0, -1.0, -1.0)
    assert (label["showarrow"], label["arrowcolor"]) == (True, "#0d9488")
    assert 1.0 < label["ax"] < 1.1


def test_a_leader_begins_where_a_line_leaves_the_axis_for_good():
    (label,) = named([line("ReLU", (0.0, 7.0, 0.0, 0.5, 4.0))])
    assert (label["x"], label["y"]) == (0.75, 1.0)


@pytest.mark.parametrize("end", [-math.inf, math.inf, 400.0, -400.0])
def test_a_line_that_ends_outside_the_axis_is_labelled_at_its_edge(end):
    (label,) = named([line("ReLU", (0.0, end))])
    assert label["y"] == (-5.0 if end < 0 else 1.0)


def test_a_line_without_an_end_yet_is_not_labelled_at_random():
    """nan is what has not been computed yet: sent as null, it would put the text in the middle of the axis."""
    labels = named(
        [line("known", (-1.0, -1.0)), line("open", (math.nan, -2.0, math.nan)), line("none", (math.nan, math.nan))]
    )
    assert [label["text"] for label in labels] == ["● known", "● open"]
    assert height_of(labels[0]) == -1.0
    assert height_of(labels[1]) == pytest.approx(-2.0, abs=0.02)
    assert labels[1]["x"] == labels[0]["ax"], "where all names stand"
    assert not labels[1]["showarrow"], "it has not come so far"


def test_a_text_without_a_colour_takes_that_of_the_page():
    assert "color" not in theme.label("exactly 0", 0.0, 0.0)["font"]
    assert theme.label("exactly 0", 0.0, 0.0)["showarrow"] is False


# Traces


@pytest.mark.parametrize(
    ("role", "mode", "dash"),
    [("main", "lines+markers", "longdash"), ("theory", "lines", "dot"), ("aid", "lines", "solid")],
)
def test_a_trace_shows_its_role(role, mode, dash):
    trace = theme.trace(line(style=Style("#d4577f", "longdash", "pentagon"), role=role), "%{y}")
    assert trace["mode"] == mode
    assert trace["line"]["dash"] == dash
    assert trace["line"]["color"] == "#d4577f"
    assert trace["name"] == "Tanh"
    assert trace["hovertemplate"] == "%{y}"
    assert trace["marker"]["symbol"] == "pentagon"
    assert 10 <= trace["marker"]["maxdisplayed"] <= 15


def test_each_meaning_of_a_line_without_markers_has_one_sign_that_no_function_has():
    assert len(set(theme.ROLES.values())) == len(theme.ROLES)
    dashes = [dash for dash, _ in theme.ROLES.values() if dash != "solid"]
    assert len(set(dashes)) == len(dashes)
    assert not set(dashes) & set(theme.DASHES)
    assert theme.ROLES["theory"][0] == "dot"


def strokes(dash):
    """The lengths of strokes and gaps in pixels, as Plotly draws its own names up to a width of 3."""
    named = {"dot": "3,3", "dash": "9,9", "longdash": "15,15", "dashdot": "9,3,3,3", "longdashdot": "15,3,3,3"}
    return [float(part.removesuffix("px")) for part in named.get(dash, dash).split(",")]


def test_nothing_but_theory_looks_dotted():
    for dash in {*theme.DASHES, *(dash for dash, _ in theme.ROLES.values())} - {"solid", "dot"}:
        assert max(strokes(dash)[::2]) > 3.0, "strokes that are no dots"
