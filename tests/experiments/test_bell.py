"""The bell: its area and its height are those of the normal distribution, wherever x is dragged to."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from mpmath import mp

from core.charts import theme
from core.experiments.bell import bell
from core.experiments.definitions import definition
from core.maths.activations import normal_density
from core.maths.network import Network
from core.words import numerals, prose
from tests.experiments.test_dragging import ALLOWED, assert_drawn_alike, at, items, stops

OVER = ("beyond_relu", (("x", "x"), ("area", "area"), ("height", "height")))
PLACES = [-6.0, -2.3, -0.8, 0.0, 1.0, 3.7, 6.0]


@pytest.mark.parametrize("x", [-40.0, -9.0, -1.0, 0.0, 0.3, 5.0, 38.0, 1e300])
def test_the_density_is_that_of_the_normal_distribution(x):
    assert float(normal_density(x)) == pytest.approx(float(mp.npdf(x)), rel=1e-12, abs=1e-320)


@pytest.mark.parametrize("x", PLACES)
def test_what_is_said_is_the_normal_distribution(x):
    slots = bell(x).slots
    assert slots["x"] == numerals.plain(x)
    assert slots["area"] == numerals.plain(float(mp.ncdf(x)))
    assert slots["height"] == numerals.plain(float(mp.npdf(x)))


@pytest.mark.parametrize("x", PLACES)
def test_the_shaded_area_is_the_integral_up_to_the_place(x):
    """By the trapezoidal rule over the points that are drawn; left of them next to nothing is missing."""
    area, curve, height, point = bell(x).figure.data
    assert area.fill == "tozeroy"
    assert area.x[-1] == pytest.approx(x)
    assert np.trapezoid(area.y, area.x) == pytest.approx(float(mp.ncdf(x) - mp.ncdf(-6)), abs=5e-4)
    assert list(curve.y) == pytest.approx([float(mp.npdf(t)) for t in curve.x], rel=1e-6)
    top = float(mp.npdf(x))
    assert (list(height.x), list(height.y)) == (pytest.approx([x, x]), pytest.approx([0.0, top]))
    assert (list(point.x), list(point.y)) == (pytest.approx([x]), pytest.approx([top]))


def test_both_letters_stand_by_what_they_name_in_its_colour():
    for x in PLACES:
        letters = {a.text: a for a in bell(x).figure.layout.annotations if len(a.text) == 1}
        inside, beside = letters["Φ"], letters["φ"]
        assert (inside.font.color, beside.font.color) == (theme.AREA, theme.DENSITY)
        assert -6.0 <= inside.x < max(x, -5.99)
        assert 0.0 <= inside.y < float(mp.npdf(inside.x)), "under the curve"
        assert (beside.x, beside.xanchor) == (x, "left")


def test_a_number_over_the_bell_has_the_colour_of_what_it_measures_here_and_in_the_formula():
    (text,) = (a.text for a in bell(1.0, OVER).figure.layout.annotations if "<b>" in a.text)
    over = {number: colour for colour, number in re.findall(r"color:(#\w{6})\">([^<]+)</span>", text)}
    assert over == {"1": theme.PLACE, "0.841": theme.AREA, "0.242": theme.DENSITY}
    _, derivative = definition(Network("gelu"), 1.0).formulas[-1]
    coloured = re.findall(r"\\textcolor\{(#\w{6})\}\{\\mathbf\{([^{}]+)\}\}", derivative)
    assert over.items() <= {number: colour for colour, number in coloured}.items()


@pytest.mark.parametrize("x", [-6.0, -0.4, 2.0])
def test_the_place_is_dragged_through_the_bell(x):
    figure = bell(1.3, OVER).figure
    direct = bell(x, OVER)
    unnamed = go.Figure([trace.to_plotly_json() | {"name": ""} for trace in direct.figure.data])
    assert_drawn_alike([t | {"name": ""} for t in at(figure, "beyond.x", x)], unnamed)
    words = prose.read("beyond_relu")
    (readout,) = (a["text"] for a in items(figure, "beyond.x", x) if "<b>" in a["text"])
    for name in ("area", "height"):
        assert direct.slots[name] in readout
        assert words(f"metric {name}") in readout


def test_the_chart_is_small_on_its_way_and_where_its_slider_stands_is_one_of_its_positions():
    figure = bell(1.3, OVER).figure
    assert 1.3 in stops(figure, "beyond.x")
    assert len(figure.to_json().encode()) < ALLOWED
