"""The gradient by layer: what is on the axis, below it, above it, and exactly zero."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import theme
from core.charts.layers import Texts, gradient_by_layer
from core.charts.theme import DASHES, PALETTES, SYMBOLS, Line, Style

FLOORS = (("float16", -7.2), ("float32", -44.9))
LINES = st.lists(
    st.lists(st.one_of(st.just(-math.inf), st.floats(-300.0, 300.0)), min_size=20, max_size=20), min_size=1, max_size=5
)


TEXTS = Texts(
    zero="exactly 0",
    reaches="reaches 0",
    below="below this axis",
    layer="layer",
    layer_title="layer",
    gradient_title="RMS of δ",
)


def line(label, y, role="main", style=Style()):
    return Line(label, np.arange(1.0, len(y) + 1), np.array(y, dtype=np.float64), style, role)


def chart(*lines, low=-10.0, high=1.5, floors=()):
    return gradient_by_layer(
        lines,
        depth=len(lines[0].y),
        low=low,
        high=high,
        floors=floors,
        texts=TEXTS,
    )


def falling(end, depth=20, label="Tanh", **more):
    return line(label, np.linspace(end, 0.0, depth), **more)


def texts(figure):
    return [annotation.text for annotation in figure.layout.annotations]


def annotation(figure, text):
    (text_item,) = (a for a in figure.layout.annotations if text in a.text)
    return text_item


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def shapes(figure, kind):
    return [shape for shape in figure.layout.shapes if shape.type == kind]


def test_a_line_is_drawn_as_it_is_layer_by_layer():
    figure = chart(falling(-4.0))
    (trace,) = figure.data
    assert trace.name == "Tanh"
    assert list(trace.x) == list(range(1, 21))
    assert list(trace.y) == pytest.approx(np.linspace(-4.0, 0.0, 20))
    assert "layer %{x}" in trace.hovertemplate
    assert "10<sup>%{y:.2f}</sup>" in trace.hovertemplate


def test_each_main_line_is_named_once_and_a_reference_is_not():
    figure = chart(falling(-4.0), falling(-6.0, label="Tanh, best case", role="reference"), falling(-2.0, label="ReLU"))
    assert texts(figure) == ["Tanh ●", "ReLU ●"]
    assert traces(figure)["Tanh, best case"].line.dash == "dot"


# An exact zero


def test_an_exact_zero_is_a_marker_in_its_band_and_no_number_of_the_line():
    y = [-math.inf, -math.inf, -3.0, -2.0, -1.0]
    figure = chart(line("ReLU", y))
    main, marks = figure.data
    assert np.isnan(main.y[:2]).all()
    assert list(main.y[2:]) == [-3.0, -2.0, -1.0]
    assert main.connectgaps is not True
    assert marks.name == "ReLU: exactly 0"
    assert "exactly 0" in marks.hovertemplate
    assert "10<sup>" not in marks.hovertemplate, "it has no power of ten"
    assert marks.mode == "markers"
    assert list(marks.x) == [1.0, 2.0]
    (band,) = shapes(figure, "rect")
    bottom, top = figure.layout.yaxis.range[0], -10.0
    assert (band.y0, band.y1) == (bottom, top)
    assert (band.xref, band.x0, band.x1) == ("paper", 0, 1)
    assert all(bottom < position < top for position in marks.y), "off the axis of powers of ten"
    assert bottom < annotation(figure, "exactly 0").y < top


@given(LINES)
def test_zeros_and_numbers_never_mix(values):
    figure = chart(*(line(f"f{i}", y) for i, y in enumerate(values)))
    drawn = traces(figure)
    bottom = figure.layout.yaxis.range[0]
    for i, y in enumerate(values):
        main, zeros = np.array(drawn[f"f{i}"].y), [k + 1 for k, value in enumerate(y) if value == -math.inf]
        assert [k + 1 for k in np.flatnonzero(np.isnan(main))] == zeros
        assert [v for v in main if not np.isnan(v)] == [v for v in y if v != -math.inf]
        assert not np.isinf(main).any(), "Plotly would send it as null without a word"
        marks = drawn.get(f"f{i}: exactly 0")
        assert (list(marks.x) if marks else []) == zeros
        assert marks is None or all(bottom < position < -10.0 for position in marks.y)
    assert ("exactly 0" in texts(figure)) == any(-math.inf in y for y in values)


def test_a_line_that_is_zero_everywhere_still_has_its_name_in_the_band():
    figure = chart(line("ReLU", [-math.inf] * 5), falling(-4.0, depth=5))
    assert annotation(figure, "ReLU").y <= -10.0
    assert annotation(figure, "ReLU").text == "ReLU ●", "no arrow: it ends where it is drawn"


def test_without_a_zero_there_is_no_band_and_no_word_of_it():
    figure = chart(falling(-40.0))
    assert not shapes(figure, "rect")
    assert "exactly 0" not in texts(figure)


# Ends outside the axis


@pytest.mark.parametrize(
    ("end", "name"),
    [
        (-9.9, "Tanh ●"),
        (-10.0, "Tanh ●"),
        (-10.1, "Tanh ↓ 10⁻¹⁰ ●"),
        (-123.4, "Tanh ↓ 10⁻¹²³ ●"),
        (1.4, "Tanh ●"),
        (1.6, "Tanh ↑ 10² ●"),
        (30.2, "Tanh ↑ 10³⁰ ●"),
    ],
)
def test_a_line_that_leaves_the_axis_says_where_it_ends(end, name):
    figure = chart(falling(end))
    assert texts(figure) == [name]
    bottom, top = figure.layout.yaxis.range
    assert bottom <= annotation(figure, "Tanh").y <= top


@given(st.lists(st.floats(-400.0, 300.0), min_size=1, max_size=13))
def test_the_names_at_the_end_never_lie_on_each_other(ends):
    figure = chart(*(falling(end, label=f"f{i}") for i, end in enumerate(ends)))
    bottom, top = figure.layout.yaxis.range
    positions = sorted(a.y for a in figure.layout.annotations)
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    gaps = [(b - a) * plot / (top - bottom) for a, b in itertools.pairwise(positions)]
    assert all(gap >= 16.9 for gap in gaps)
    assert bottom - 1e-9 <= positions[0]
    assert positions[-1] <= top + 1e-9


def test_a_line_without_numbers_yet_has_no_label_in_the_middle_of_nowhere():
    figure = chart(line("open", [math.nan, math.nan, -1.0]), line("none", [math.nan] * 3), falling(-2.0, depth=3))
    assert all(math.isfinite(a.y) for a in figure.layout.annotations)


# Floors


def test_a_floor_inside_the_axis_is_a_dashed_line_with_its_name():
    figure = chart(falling(-4.0), low=-50.0, floors=FLOORS)
    dashed = shapes(figure, "line")
    assert [shape.y0 for shape in dashed] == [-7.2, -44.9]
    assert all(shape.y0 == shape.y1 and shape.line.dash == "dash" for shape in dashed)
    assert all((shape.xref, shape.x0, shape.x1) == ("paper", 0, 1) for shape in dashed)
    assert annotation(figure, "float16 reaches 0").y == -7.2
    assert annotation(figure, "float32 reaches 0").y == -44.9
    assert not any("below this axis" in text for text in texts(figure))


def test_a_floor_below_the_axis_is_named_there():
    figure = chart(falling(-4.0), low=-10.0, floors=FLOORS)
    assert [shape.y0 for shape in shapes(figure, "line")] == [-7.2]
    assert annotation(figure, "float16").text == "float16 reaches 0"
    assert annotation(figure, "below this axis").text == "below this axis: float32"
    both = chart(falling(-4.0), low=-5.0, floors=FLOORS)
    assert not shapes(both, "line")
    assert annotation(both, "below this axis").text == "below this axis: float16, float32"


def test_a_floor_at_the_very_edge_is_named_once():
    figure = chart(falling(-4.0), low=-7.2, floors=FLOORS)
    assert sum("float16" in text for text in texts(figure)) == 1


def test_without_floors_nothing_is_said_of_them():
    assert texts(chart(falling(-4.0))) == ["Tanh ●"]


# The frame


@given(LINES, LINES)
def test_other_data_on_the_same_settings_leave_the_axes_where_they_are(one, other):
    first, second = (
        chart(*(line(f"f{i}", y) for i, y in enumerate(values)), floors=FLOORS).layout for values in (one, other)
    )
    assert first.xaxis == second.xaxis
    assert first.yaxis == second.yaxis
    assert (first.height, first.margin) == (second.height, second.margin)


@pytest.mark.parametrize("depth", [1, 2, 5, 20, 99, 100, 1000])
def test_the_frame_is_fixed_and_cannot_be_dragged(depth):
    layout = chart(falling(-4.0, depth=depth), low=-35.0, high=1.5).layout
    assert layout.height == theme.HEIGHT
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange is True
    assert layout.yaxis.fixedrange is True
    assert layout.xaxis.range[0] < 1 <= depth < layout.xaxis.range[1]
    assert layout.yaxis.range[0] < -35.0
    assert layout.yaxis.range[1] == 1.5
    assert layout.xaxis.title.text == "layer"
    assert layout.yaxis.title.text == "RMS of δ"
    assert depth / layout.xaxis.dtick <= 12, "no more ticks than fit a phone"
    assert layout.xaxis.dtick == int(layout.xaxis.dtick), "there is no layer one and a half"


def test_the_same_settings_give_the_same_bytes():
    figures = [
        chart(falling(-40.0), line("ReLU", [-math.inf] * 3 + [-1.0] * 17), floors=FLOORS).to_json() for _ in range(2)
    ]
    assert figures[0] == figures[1]


def test_every_trace_has_a_name_and_a_text_under_the_pointer():
    figure = chart(falling(-4.0), falling(-5.0, label="best", role="reference"), line("ReLU", [-math.inf] * 20))
    assert len(figure.data) == 4
    for trace in figure.data:
        assert trace.name
        assert trace.hovertemplate.replace("<extra></extra>", "")
        assert trace.showlegend is False


def test_a_line_of_every_style_over_a_hundred_layers_stays_small():
    looks = [theme.family_style(family, i) for family in PALETTES for i in range(len(SYMBOLS[family]))]
    assert len(looks) >= 13
    assert set(DASHES) == {look.dash for look in looks}
    rng = np.random.default_rng(0)
    lines = [line(f"Activation {i}", rng.normal(size=100), style=look) for i, look in enumerate(looks)]
    assert len(chart(*lines, floors=FLOORS).to_json()) < 4_600 * len(looks)


def test_a_band_reaches_from_the_lowest_to_the_highest_and_to_the_bottom_for_an_exact_zero():
    y = np.array([-3.0, -2.0, -1.0])
    band = (np.array([-np.inf, -2.5, -1.0]), np.array([-2.0, -1.5, 9.0]))
    line = Line("A", np.array([1.0, 2.0, 3.0]), y, Style("#0d9488"), band=band)
    figure = gradient_by_layer([line], depth=3, low=-5.0, high=1.0, texts=TEXTS)
    (shade,) = [trace for trace in figure.data if trace.fill == "toself"]
    bottom = figure.layout.yaxis.range[0]
    np.testing.assert_allclose(shade.x, [1, 2, 3, 3, 2, 1])
    np.testing.assert_allclose(shade.y, [-2.0, -1.5, 1.0, -1.0, -2.5, bottom])
    assert shade.hoverinfo == "skip"
    assert "13,148,136" in shade.fillcolor


def test_names_of_floors_that_lie_close_together_stand_on_both_sides_of_them():
    line = Line("A", np.array([1.0, 2.0]), np.array([-99.0, 0.0]))
    floors = [("float16", -7.2), ("bfloat16", -40.0), ("float32", -44.9)]
    figure = gradient_by_layer([line], depth=2, low=-150.0, high=5.0, floors=floors, texts=TEXTS)
    anchors = {a.text.split()[0]: a.yanchor for a in figure.layout.annotations if "reaches" in a.text}
    assert anchors == {"float16": "top", "bfloat16": "bottom", "float32": "top"}
