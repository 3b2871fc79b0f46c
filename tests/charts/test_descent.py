"""A loss over one weight: a tangent of one length, an arrow that ends in the chart, and texts that have room."""

import numpy as np
import pytest

from core.charts import descent
from core.charts.curves import Axis

WORDS = descent.Words("the weight", "the slope", "the step", "the lowest", "it has left")
X, Y = Axis("w", -5.0, 5.0), Axis("L", -10.0, 40.0)
CURVE = np.linspace(-5.0, 5.0, 11), np.linspace(-5.0, 5.0, 11) ** 2


def drawn(w, aim, slope=None):
    slope = 2.0 * w if slope is None else slope
    visited = np.array([4.0, w]), np.array([16.0, w * w])
    return descent.descent(CURVE, visited, slope, (aim, aim * aim), 0.0, words=WORDS, x=X, y=Y)


def texts(figure):
    return {text.text: text for text in figure.layout.annotations}


@pytest.mark.parametrize("slope", [-20.0, -1.0, 0.0, 0.3, 7.0])
def test_a_tangent_is_equally_long_on_the_screen_whatever_its_slope(slope):
    _, _, tangent, _, _ = drawn(1.0, 0.5, slope).data
    across, up = np.ptp(tangent.x) / (X.high - X.low), np.ptp(tangent.y) / (Y.high - Y.low)
    assert np.hypot(across, up) == pytest.approx(2 * descent.REACH)


@pytest.mark.parametrize(("w", "aim", "end"), [(-3.0, 2.0, 2.0), (-3.0, 99.0, 5.0), (3.0, -99.0, -5.0)])
def test_the_arrow_of_a_step_is_level_and_ends_at_the_edge_at_the_latest(w, aim, end):
    arrow = texts(drawn(w, aim))[""]
    assert (arrow.ax, arrow.x, arrow.ay, arrow.y) == (w, end, 9.0, 9.0)
    assert (arrow.axref, arrow.ayref) == ("x", "y"), "else the length would be pixels"


@pytest.mark.parametrize(("w", "anchor"), [(-3.0, "left"), (3.0, "right")])
def test_the_texts_stand_where_neither_curve_nor_tangent_is(w, anchor):
    """That of the step ahead of the point, the others under zero, one above the other."""
    found = texts(drawn(w, 0.5))
    assert found["the step"].xanchor == anchor
    for name, up in (("the weight", None), ("the slope", 17)):
        assert (found[name].x, found[name].y, found[name].yanchor, found[name].yshift) == (w, Y.low, "bottom", up)


@pytest.mark.parametrize("w", [-5.01, 5.01])
def test_of_a_point_beyond_the_axis_only_the_way_is_drawn(w):
    figure = drawn(w, 0.5)
    assert [len(trace.x) for trace in figure.data] == [11, 2]
    assert set(texts(figure)) == {"the lowest", "it has left"}


def test_there_is_no_tick_below_zero():
    """Where no loss can be, there is only room for words."""
    assert list(drawn(1.0, 0.5).layout.yaxis.tickvals) == [0, 10, 20, 30]
