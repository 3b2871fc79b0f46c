"""From pixels to classes, seen in the data of the figure."""

import numpy as np
import pytest

from core.charts import features

TEXTS = features.Texts(
    ("in", "first", "last"), ("In<br>", "First<br>", "Last<br>"), "wants ink", "wants none", "unit", "digit"
)
INPUTS = np.arange(10 * 64).reshape(10, 64) / 640
WEIGHTS = np.linspace(-2, 2, 10 * 64).reshape(10, 64)
ANSWERS = np.linspace(0, 1, 100).reshape(10, 10)
UNITS = list(range(11, 21))


def figure(weights=WEIGHTS):
    return features.hierarchy(INPUTS, weights, ANSWERS, units=UNITS, texts=TEXTS)


def test_samples_and_weights_are_pictures_and_the_first_is_at_the_top_left():
    inputs, weights, _ = figure().data
    for heat, squares in ((inputs, INPUTS), (weights, np.clip(WEIGHTS, -1, 1))):
        seen = np.array(heat.z)[::-1]  # as it is looked at: the top row first
        assert seen.shape == (5 * 9 - 1, 2 * 9 - 1)
        for k, square in enumerate(squares):
            row, column = 9 * (k // 2), 9 * (k % 2)
            np.testing.assert_allclose(seen[row : row + 8, column : column + 8], square.reshape(8, 8), rtol=1e-6)


def test_answers_have_a_row_for_each_unit_the_first_on_top_and_its_number():
    heat = figure().data[2]
    np.testing.assert_allclose(heat.z[::-1], ANSWERS, rtol=1e-6)
    assert [row[0] for row in heat.customdata[::-1]] == UNITS
    assert [part.name for part in figure().data] == ["in", "first", "last"]
    assert "unit %{customdata}" in heat.hovertemplate


def test_a_picture_with_nothing_in_it_has_a_frame():
    shapes = figure(np.zeros((10, 64))).layout.shapes
    for axis in ("x", "x2"):
        framed = {(s.x0, s.x1, s.y0, s.y1) for s in shapes if s.xref == axis}
        assert framed == {(9 * i - 0.5, 9 * i + 7.5, 9 * j - 0.5, 9 * j + 7.5) for i in range(2) for j in range(5)}


def test_the_parts_stand_in_the_order_of_the_network_with_an_arrow_between():
    layout = figure().layout
    domains = [layout[f"xaxis{k}"].domain for k in (1, 2, 3)]
    where = {a.text: a.x for a in layout.annotations if a.text != "→"}
    arrows = sorted(a.x for a in layout.annotations if a.text == "→")
    assert domains[0][1] < arrows[0] < domains[1][0] < domains[1][1] < arrows[1] < domains[2][0]
    assert [where[text] for text in TEXTS.headings] == pytest.approx([np.mean(domain) for domain in domains])
    assert all(a.xanchor == "center" for a in layout.annotations)


def test_colours_mean_the_same_in_all_parts_and_axes_stand_still():
    one, other = figure(), figure(WEIGHTS / 100)
    assert {heat.coloraxis for heat in one.data} == {"coloraxis"}
    assert (one.layout.coloraxis.cmin, one.layout.coloraxis.cmax) == (-1, 1)
    (key,) = [a.text for a in one.layout.annotations if TEXTS.wanted in a.text]
    strongest = [colour for _, colour in one.layout.coloraxis.colorscale]
    for name, colour in ((TEXTS.wanted, strongest[-1]), (TEXTS.unwanted, strongest[0])):
        red, green, blue = map(int, colour.removeprefix("rgba(").split(",")[:3])
        assert f'#{red:02x}{green:02x}{blue:02x}">■</span> {name}' in key
    assert one.layout == other.layout
    assert one.layout.height == features.HEIGHT
    assert all(one.layout[f"{name}axis{k}"].fixedrange for name in "xy" for k in (1, 2, 3))
