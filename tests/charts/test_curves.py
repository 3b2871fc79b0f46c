"""A function above its derivative, and plain line charts: lines, zones, points, tangent."""

import itertools
import math

import numpy as np
import pytest

from core.charts import theme
from core.charts.curves import Axis, Point, Zone, function_and_derivative_drawing, lines, to_place
from core.charts.figure import finished
from core.charts.theme import Line, Style

X = np.linspace(-6.0, 6.0, 121)
RED, BLUE = Style("#e0472e", "solid", "circle"), Style("#1f83d6", "dash", "square")
TANH = np.tanh(X)
ACROSS = Axis("x", -6.0, 6.0)


def pair(**more):
    settings = {
        "functions": [Line("Tanh", X, np.tanh(X), RED), Line("Sine", X, np.sin(X), BLUE)],
        "derivatives": [Line("Tanh", X, 1 - np.tanh(X) ** 2, RED), Line("Sine", X, np.cos(X), BLUE)],
        "x": ACROSS,
        "f": Axis("f(x)", -1.4, 1.4),
        "slope": Axis("f′(x)", -1.2, 1.2),
    } | more
    sweeps = settings.pop("sweeps", ())
    drawing = function_and_derivative_drawing(settings.pop("functions"), settings.pop("derivatives"), **settings)
    return finished(*drawing, sweeps=sweeps)


def plain(values=TANH, **more):
    settings = {"x": ACROSS, "y": Axis("share, %", -4.0, 104.0)} | more
    return lines([Line("Tanh", X, values, RED), Line("Sine", X, np.sin(X), BLUE)], **settings)


def annotation(figure, text):
    (text_item,) = (a for a in figure.layout.annotations if text in a.text)
    return text_item


def test_the_function_stands_above_its_derivative_on_one_x_axis():
    figure = pair()
    assert [(trace.name, trace.yaxis) for trace in figure.data] == [
        ("Tanh", "y"), ("Sine", "y"), ("Tanh", "y2"), ("Sine", "y2"),
    ]  # fmt: skip
    assert list(figure.data[0].y) == list(np.tanh(X))
    assert list(figure.data[3].y) == list(np.cos(X))
    upper, lower = figure.layout.yaxis.domain, figure.layout.yaxis2.domain
    assert 0.0 <= lower[0] < lower[1] < upper[0] < upper[1] <= 1.0
    assert figure.layout.xaxis.anchor == "y2", "the numbers of x stand at the bottom"
    assert figure.layout.xaxis.range == pytest.approx((-6.0, 6.0 + 0.32 / 0.68 * 12.0)), "with room for names"
    assert list(figure.layout.xaxis.tickvals) == [-6, -4, -2, 0, 2, 4, 6], "where nothing is counted"


def test_both_halves_of_a_function_look_the_same():
    figure = pair()
    for above, below in zip(figure.data[:2], figure.data[2:], strict=True):
        assert above.line == below.line
        assert above.marker == below.marker
        assert above.hovertemplate.startswith("f(%{x")
        assert below.hovertemplate.startswith("f′(%{x")


def test_each_line_is_named_right_of_its_end_in_both_panels():
    figure = pair()
    names = [(a.text, a.yref, a.font.color) for a in figure.layout.annotations]
    assert names == [
        ("● Tanh", "y", RED.colour), ("■ Sine", "y", BLUE.colour), ("● Tanh", "y2", RED.colour),
        ("■ Sine", "y2", BLUE.colour),
    ]  # fmt: skip
    low, high = figure.layout.xaxis.range
    for a, line in zip(figure.layout.annotations, figure.data, strict=True):
        assert (a.x, a.y) == (6.0, pytest.approx(line.y[-1], abs=0.02)), "the leader begins where the line ends"
        assert (a.axref, a.ayref, a.showarrow, a.arrowcolor) == ("x", a.yref, True, line.line.color)
        assert 6.0 < a.ax < low + 0.72 * (high - low)
        assert a.xanchor == "left"


@pytest.mark.parametrize("count", [2, 7, 8])
def test_names_at_the_end_do_not_lie_on_each_other_where_there_is_room(count):
    """A panel of 137 pixels holds eight texts of 17."""
    many = [Line(f"f{i}", X, X * 0.0 + 0.001 * i, RED) for i in range(count)]
    layout = pair(functions=many, derivatives=many).layout
    plot = layout.height - layout.margin.t - layout.margin.b
    for name, axis in (("y", layout.yaxis), ("y2", layout.yaxis2)):
        pixels = plot * (axis.domain[1] - axis.domain[0]) / (axis.range[1] - axis.range[0])
        positions = sorted(a.ay for a in layout.annotations if a.yref == name)
        assert len(positions) == count
        assert all((b - a) * pixels >= 16.9 for a, b in itertools.pairwise(positions))


def test_a_zone_shades_both_panels_and_says_what_it_is():
    figure = pair(zones=[Zone(-9.0, -4.0, "saturated"), Zone(4.0, 5.0)])
    first, second = (shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (first.x0, first.x1, first.yref, first.y0, first.y1) == (-9.0, -4.0, "paper", 0, 1)
    assert (second.x0, second.x1) == (4.0, 5.0)
    text = annotation(figure, "saturated")
    assert (text.x, text.xanchor) == (-6.0, "left"), "from the edge of the chart on, where it cannot reach the axis"
    inside = annotation(pair(zones=[Zone(-2.0, 1.0, "middle")]), "middle")
    assert (inside.x, inside.xanchor) == (-0.5, "center")
    upper, lower = figure.layout.yaxis.domain, figure.layout.yaxis2.domain
    assert (text.yref, text.y, text.yanchor) == ("paper", lower[1], "bottom"), "between the panels, where no line is"
    assert (upper[0] - lower[1]) * (384 - 86) >= 17, "pixels"
    assert len(figure.layout.annotations) == 5, "a zone without a text has none"


def test_the_zero_line_is_drawn_in_both_panels_and_never_outside_them():
    zero = [(s.yref, s.y0, s.y1) for s in pair().layout.shapes]
    assert zero == [("y", 0.0, 0.0), ("y2", 0.0, 0.0)]
    shifted = pair(slope=Axis("f′", 0.5, 2.0)).layout.shapes
    assert (shifted[1].yref, shifted[1].y0) == ("y2", 0.5)


def test_a_level_is_a_thin_line_with_its_number_in_bold_at_the_axis():
    slope = Axis("f′(x)", -0.05, 1.15, levels=((0.25, "a quarter"), (1.0, "one")))
    layout = pair(slope=slope).layout
    assert dict(zip(layout.yaxis2.tickvals, layout.yaxis2.ticktext, strict=True)) == {
        0.0: "0", 0.25: "<b>a quarter</b>", 0.5: "0.5", 1.0: "<b>one</b>",
    }  # fmt: skip
    assert [(s.y0, s.y1, s.xref, s.x0, s.x1) for s in layout.shapes if s.yref == "y2"] == [
        (level, level, "paper", 0, pytest.approx(0.68)) for level in (0.0, 0.25, 1.0)
    ]
    assert layout.yaxis.tickvals is None, "an axis without levels is left to Plotly"


@pytest.mark.parametrize(
    ("low", "high", "levels"),
    [
        (-1.4, 1.4, (1.0, -1.0, 0.0)),
        (-0.15, 1.22, (0.25, 1.0, 1.07, 1.13)),
        (-2.2, 5.0, (-0.17, 1.0)),
        (-99.0, 240.0, (70.0,)),
    ],
)
def test_two_numbers_of_an_axis_never_lie_on_each_other(low, high, levels):
    """Zero comes first, then the levels in their order, then round numbers; each number is 12 pixels high."""
    layout = pair(f=Axis("f(x)", low, high, levels=tuple((level, f"{level:g}") for level in levels))).layout
    plot = layout.height - layout.margin.t - layout.margin.b
    pixels = plot * (layout.yaxis.domain[1] - layout.yaxis.domain[0]) / (high - low)
    places = sorted(layout.yaxis.tickvals)
    assert all((b - a) * pixels >= 14 for a, b in itertools.pairwise(places))
    assert {0.0, levels[0]} - {-0.17} <= set(places)
    assert all(low <= place <= high for place in places)
    drawn = {s.y0 for s in layout.shapes if s.yref == "y"}
    assert drawn == {0.0, *(level for level in levels if level in places)}, "no line without its number"


def test_a_place_is_marked_in_both_panels_from_edge_to_edge():
    one, other = pair(place=1.5).data[4:]
    assert (list(one.x), list(one.y), one.yaxis) == ([1.5, 1.5], [-1.4, 1.4], "y")
    assert (list(other.x), list(other.y), other.yaxis) == ([1.5, 1.5], [-1.2, 1.2], "y2")
    assert one.hoverinfo == other.hoverinfo == "skip"


def test_a_tangent_is_a_plain_line_with_the_point_where_it_touches():
    touching = Line("tangent", np.array([-1.0, 1.0]), np.array([-1.0, 1.0]), Style(), "aid")
    figure = pair(tangents=[(touching, Point(0.0, 0.0, "at x = 0", RED))])
    tangent, mark = figure.data[4:]
    assert (tangent.name, tangent.mode, tangent.yaxis) == ("tangent", "lines", "y")
    assert list(tangent.y) == [-1.0, 1.0]
    assert (mark.mode, mark.yaxis, list(mark.x), list(mark.y)) == ("markers", "y", [0.0], [0.0])
    assert mark.marker.color == RED.colour


def test_points_stand_on_the_derivative_and_neighbours_write_to_different_sides():
    figure = pair(points=[Point(-1.28, 0.0, "Swish −1.28", RED), Point(-0.75, 0.0, "GELU −0.752", BLUE)])
    assert [(list(t.x), list(t.y), t.yaxis, t.mode) for t in figure.data[4:]] == [
        ([-1.28], [0.0], "y2", "markers"), ([-0.75], [0.0], "y2", "markers"),
    ]  # fmt: skip
    swish, gelu = annotation(figure, "Swish"), annotation(figure, "GELU")
    assert (swish.x, swish.y, swish.yref, swish.font.color) == (-1.28, 0.0, "y2", RED.colour)
    assert {swish.xanchor, gelu.xanchor} == {"left", "right"}
    assert swish.yshift * gelu.yshift < 0


@pytest.mark.parametrize("draw", [pair, plain])
def test_a_marked_point_tells_under_the_pointer_where_it_is_even_without_a_text(draw):
    """Most points carry no text on the chart; the pointer must not meet an empty box."""
    for trace in draw(points=[Point(1.0, 0.5, "", RED)]).data:
        assert trace.name
        assert trace.hovertemplate.replace("<extra></extra>", "")


@pytest.mark.parametrize("draw", [pair, plain])
def test_every_trace_has_a_name_and_a_text_under_the_pointer(draw):
    for trace in draw(points=[Point(1.0, 0.5, "here", RED)]).data:
        assert trace.name
        assert trace.hovertemplate.replace("<extra></extra>", "")


# Plain lines


def test_a_line_chart_shows_its_lines_and_names_them():
    figure = plain(hover="%{x}: %{y:.3g} %")
    assert [trace.name for trace in figure.data] == ["Tanh", "Sine"]
    assert list(figure.data[0].y) == list(np.tanh(X))
    assert {trace.hovertemplate for trace in figure.data} == {"%{x}: %{y:.3g} %"}
    assert [a.text for a in figure.layout.annotations] == ["● Tanh", "■ Sine"]
    assert figure.layout.yaxis.title.text == "share, %"


def test_points_and_zones_of_a_line_chart():
    figure = plain(points=[Point(1.0, 50.0, "here", BLUE)], zones=[Zone(-2.0, 2.0, "small")])
    mark = figure.data[2]
    assert (mark.mode, list(mark.x), list(mark.y), mark.marker.symbol) == ("markers", [1.0], [50.0], "square")
    assert (annotation(figure, "here").x, annotation(figure, "here").y) == (1.0, 50.0)
    assert annotation(figure, "small").x == 0.0
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1) == (-2.0, 2.0)


def test_an_axis_of_logarithms_is_labelled_in_powers_of_ten():
    figure = plain(x=Axis("σ", -1.0, 2.0, log=True), y=Axis("error", -8.0, -1.0, log=True))
    assert list(figure.layout.xaxis.ticktext) == ["10⁻¹", "1", "10", "10²"]
    assert list(figure.layout.yaxis.tickvals) == [-8, -7, -6, -5, -4, -3, -2, -1]
    assert plain().layout.yaxis.ticktext is None


# The frame


@pytest.mark.parametrize("draw", [pair, plain])
def test_the_frame_is_fixed_and_cannot_be_dragged(draw):
    layout = draw().layout
    assert layout.height == theme.HEIGHT
    assert layout.dragmode is False
    axes = [layout[name] for name in layout if name.startswith(("xaxis", "yaxis"))]
    assert len(axes) >= 2
    for axis in axes:
        assert axis.fixedrange is True
        assert len(axis.range) == 2
        assert axis.title.text


def test_a_lower_chart_spreads_its_names_over_its_own_height():
    constant = [Line(f"f{i}", X, X * 0.0, RED) for i in range(3)]
    layout = lines(constant, x=ACROSS, y=Axis("", -1.0, 1.0), height=280).layout
    assert layout.height == 280
    positions = [a.ay for a in layout.annotations]
    assert positions == sorted(positions, reverse=True), "a list in the order of the lines"
    plot = 280 - layout.margin.t - layout.margin.b
    assert np.diff(sorted(positions)) * plot / 2.0 == pytest.approx([17.0, 17.0], abs=0.2)


@pytest.mark.parametrize(
    "values", [np.sin(X), X * 0.0, X * 1e6, np.full_like(X, math.nan)], ids=["sine", "zero", "huge", "nan"]
)
def test_other_data_leave_the_axes_where_they_are(values):
    assert plain(values).layout.xaxis == plain().layout.xaxis
    assert plain(values).layout.yaxis == plain().layout.yaxis


@pytest.mark.parametrize("draw", [pair, plain])
def test_the_same_settings_give_the_same_bytes(draw):
    points, zones = [Point(1.0, 0.5, "here", RED)], [Zone(-2.0, 2.0, "small")]
    assert draw(points=points, zones=zones).to_json() == draw(points=points, zones=zones).to_json()


def test_nothing_is_drawn_in_a_colour_that_the_page_would_replace():
    written = plain(points=[Point(1.0, 0.5, "here")], zones=[Zone(0.0, 1.0, "z")]).to_json().lower()
    assert "#0000" not in written
    assert '"paper_bgcolor"' not in written
    assert '"plot_bgcolor"' not in written


def test_a_chart_to_place_a_marker_on_can_be_clicked_anywhere_and_shows_where_it_stands():
    x = np.linspace(-4.0, 4.0, 161)
    marker = Point(-1.5, 2.25, "here")
    axes = {"x": Axis("x", -4.0, 4.0), "y": Axis("f", 0.0, 16.0)}
    figure = to_place(Line("square", x, x**2), marker, **axes)
    curve, spots, mark = figure.data
    assert curve.mode == "lines", "markers would look like places that are offered"
    assert curve.hoverinfo == "skip"
    np.testing.assert_array_equal(spots.x, x)
    assert spots.marker.opacity == 0
    assert figure.layout.hovermode == "x", "a click means the x below it, however far the curve is"
    assert (list(mark.x), list(mark.y)) == ([-1.5], [2.25])
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1) == (-1.5, -1.5)
    (text,) = figure.layout.annotations
    assert (text.text, text.x, text.xanchor) == ("here", -1.5, "left")
    right = to_place(Line("square", x, x**2), Point(1.5, 2.25, "here"), **axes)
    assert right.layout.annotations[0].xanchor == "right", "the text stands where there is more room"
