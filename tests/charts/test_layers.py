"""The gradient by layer: what is on the axis, below it, above it, and exactly zero."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import theme
from core.charts.layers import Frame, Texts, gradient_by_layer
from core.charts.theme import DASHES, PALETTES, SYMBOLS, Line, Style

FLOORS = (("float16", -7.2), ("float32", -44.9))
LINES = st.lists(
    st.lists(st.one_of(st.just(-math.inf), st.floats(-300.0, 300.0)), min_size=20, max_size=20), min_size=1, max_size=5
)


TEXTS = Texts(
    zero="exactly 0",
    floor="0 in",
    layer="layer",
    of="of",
    first="layer 1",
    layer_title="layers before the output",
    gradient_title="RMS of δ",
    theory="theory",
    bound="best case",
)


def line(label, y, role="main", style=Style()):
    return Line(label, np.arange(1.0, len(y) + 1), np.array(y, dtype=np.float64), style, role)


def chart(*lines, layers=100, low=-10.0, high=1.5, floors=()):
    return gradient_by_layer(lines, frame=Frame(layers, low, high), floors=floors, texts=TEXTS)


def falling(end, depth=20, label="Tanh", **more):
    return line(label, np.linspace(end, 0.0, depth), **more)


def texts(figure):
    return [annotation.text for annotation in figure.layout.annotations]


def annotation(figure, text):
    (text_item,) = (a for a in figure.layout.annotations if text in a.text)
    return text_item


def names(figure):
    """The names of lines: those with a leader, which starts where the text stands and ends where the line does."""
    return [a for a in figure.layout.annotations if a.showarrow]


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def shapes(figure, kind):
    return [shape for shape in figure.layout.shapes if shape.type == kind]


def test_a_line_is_drawn_as_it_is_layer_by_layer():
    figure = chart(falling(-4.0))
    (trace,) = figure.data
    assert trace.name == "Tanh"
    assert list(trace.x) == list(range(19, -1, -1)), "the last layer has none before the output"
    assert list(trace.customdata[:20]) == list(range(1, 21))
    assert list(trace.y) == pytest.approx(np.linspace(-4.0, 0.0, 20))
    assert "layer %{customdata} of 20" in trace.hovertemplate
    assert "10<sup>%{y:.2f}</sup>" in trace.hovertemplate


def test_each_main_line_is_named_once_and_a_line_that_is_not_measured_is_not():
    figure = chart(falling(-4.0), falling(-6.0, label="Tanh, best case", role="bound"), falling(-2.0, label="ReLU"))
    assert [a.text for a in names(figure)] == ["Tanh ●", "ReLU ●"]
    assert traces(figure)["Tanh, best case"].line.dash == theme.ROLES["bound"][0]


@pytest.mark.parametrize("depth", [1, 2, 20, 100])
def test_more_layers_make_a_line_longer_and_layer_1_is_marked_where_it_ends(depth):
    figure = chart(falling(-0.05 * depth, depth=depth))
    (name,) = names(figure)
    assert (name.x, name.y) == (depth - 1, pytest.approx(-0.05 * depth))
    assert name.xanchor == "right"
    first = annotation(figure, "layer 1")
    assert (first.x, first.y) == (depth - 1, 1.5)
    (upright,) = [shape for shape in shapes(figure, "line") if shape.x0 == shape.x1]
    assert upright.x0 == depth - 1


def test_two_depths_have_a_layer_1_each():
    figure = chart(falling(-1.0, depth=10), falling(-2.0, depth=30, label="ReLU"))
    assert [a.x for a in figure.layout.annotations if a.text == "layer 1"] == [9, 29]
    assert [a.x for a in names(figure)] == [9, 29]


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
    assert list(marks.x) == [4.0, 3.0]
    assert list(marks.customdata) == [1, 2]
    (band,) = shapes(figure, "rect")
    bottom, top = figure.layout.yaxis.range[0], band.y1
    assert band.y0 == bottom
    assert top < -10.0
    assert (band.xref, band.x0, band.x1) == ("paper", 0, 1)
    assert all(bottom < position < top for position in marks.y), "off the axis of powers of ten"
    assert figure.layout.yaxis.ticktext[0] == "0"
    assert {figure.layout.yaxis.tickvals[0]} == set(marks.y)


@given(LINES)
def test_zeros_and_numbers_never_mix(values):
    figure = chart(*(line(f"f{i}", y) for i, y in enumerate(values)))
    drawn = traces(figure)
    bottom = figure.layout.yaxis.range[0]
    for i, y in enumerate(values):
        main, zeros = np.array(drawn[f"f{i}"].y), [k + 1 for k, value in enumerate(y) if value == -math.inf]
        assert [v for v in main if not np.isnan(v)] == [v for v in y if v >= -10.0], "nothing is drawn into the band"
        assert not np.isinf(main).any(), "Plotly would send it as null without a word"
        marks = drawn.get(f"f{i}: exactly 0")
        assert (list(marks.customdata) if marks else []) == zeros
        assert marks is None or all(bottom < position < -10.0 for position in marks.y)


def test_a_line_that_is_zero_everywhere_still_has_its_name_in_the_band():
    figure = chart(line("ReLU", [-math.inf] * 5), falling(-4.0, depth=5))
    assert annotation(figure, "ReLU").y == pytest.approx(figure.layout.yaxis.tickvals[0])
    assert annotation(figure, "ReLU").text == "ReLU ●", "no arrow: it ends where it is drawn"


def test_a_line_without_a_zero_never_reaches_the_band():
    figure = chart(falling(-40.0))
    (trace,) = figure.data
    (band,) = shapes(figure, "rect")
    assert np.nanmin(trace.y) >= -10.0
    assert names(figure)[0].ay > band.y1, "nor does its name"


# Ends outside the axis


@pytest.mark.parametrize(
    ("end", "name"),
    [
        (-9.9, "Tanh ●"),
        (-10.0, "Tanh ●"),
        (-10.1, "Tanh ↓ 10⁻¹¹ ●"),  # 8 × 10⁻¹¹
        (-123.4, "Tanh ↓ 10⁻¹²⁴ ●"),
        (1.4, "Tanh ●"),
        (1.6, "Tanh ↑ 10 ●"),
        (30.2, "Tanh ↑ 10³⁰ ●"),
    ],
)
def test_a_line_that_leaves_the_axis_says_where_it_ends(end, name):
    figure = chart(falling(end))
    (shown,) = names(figure)
    assert shown.text == name
    bottom, top = figure.layout.yaxis.range
    assert bottom <= shown.ay <= top


def test_a_line_that_ends_in_infinity_is_named_where_its_numbers_leave_the_axis():
    (name,) = names(chart(line("Tanh", [math.inf, math.inf, 3.0, 1.0, 0.0])))
    assert name.text == "Tanh ↑ ∞ ●"
    assert name.x == 1


def test_the_name_of_a_line_that_leaves_the_axis_stands_where_it_does():
    (name,) = names(chart(falling(-19.0)))
    assert name.x == 10, "one power of ten a layer"
    assert -10.0 - 1.0 < name.ay < -10.0


FULL = [math.inf] * 5 + list(np.linspace(3.3, 0.0, 16))  # as a loss that is scaled by too much


@pytest.mark.parametrize("wide", [314, 560])  # pixels: the plot on a phone, on a laptop
@pytest.mark.parametrize(
    "others", [[4.3], [4.3, 2.0, -0.3], [5.9, 4.3], [5.9, 4.6, 3.0, 1.5, 0.0, -1.5], [9.0, 4.3], [40.0, 30.0, 9.0]]
)
def test_the_name_of_a_line_that_leaves_the_axis_above_covers_no_marker(others, wide):
    lines = [falling(end, 21, f"Line {k}") for k, end in enumerate(others)]
    figure = chart(line("Loss scaling", FULL), *lines, layers=20, low=-14.0, high=6.0)
    left, right = figure.layout.xaxis.range
    bottom, top = figure.layout.yaxis.range
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    # Everything in pixels, from the left and from below.
    marks = [
        ((left - x) * wide / (left - right), (y - bottom) * plot / (top - bottom))
        for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True) if math.isfinite(y) and y <= top
    ]  # fmt: skip
    above = [name for name in names(figure) if "↑" in name.text]
    assert "Loss scaling ↑ ∞ ●" in [name.text for name in above]
    for name in above:
        letters = 6.2 * len(re.sub("<.*?>", "", name.text))  # seen on a page
        at = (left - name.x) * wide / (left - right) + name.ax
        start = at - letters * {"right": 1.0, "center": 0.5, "left": 0.0}[name.xanchor]
        middle = (name.ay - bottom) * plot / (top - bottom)
        covered = [x for x, y in marks if start - 3 < x < start + letters + 3 and abs(y - middle) < 11]
        assert not covered, name.text
        assert -theme.MARGIN["l"] <= start
        assert start + letters <= wide + theme.MARGIN["r"]


@given(st.lists(st.floats(-400.0, 300.0), min_size=1, max_size=13))
def test_the_names_at_the_end_never_lie_on_each_other(ends):
    figure = chart(*(falling(end, label=f"f{i}") for i, end in enumerate(ends)))
    bottom, top = figure.layout.yaxis.range
    positions = sorted(a.ay for a in names(figure))
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    gaps = [(b - a) * plot / (top - bottom) for a, b in itertools.pairwise(positions)]
    assert all(gap >= 16.9 for gap in gaps)
    assert bottom - 1e-9 <= positions[0]
    left = [a.ay for a in names(figure) if a.xanchor != "left"]
    assert max(left, default=bottom) <= top - 1.5 * 16.9 * (top - bottom) / plot, "nor on that of layer 1"


@given(st.lists(st.floats(-60.0, 5.0), min_size=1, max_size=6), st.sampled_from([20, 100]))
def test_the_names_of_lines_keep_off_the_floors_and_their_names(ends, depth):
    figure = chart(*(falling(end, depth, f"f{i}") for i, end in enumerate(ends)), low=-50.0, high=5.0, floors=FLOORS)
    bottom, top = figure.layout.yaxis.range
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    apart = 16.9 if depth == 100 else 10.0  # pixels: from another text, or from a line
    for name in names(figure):
        assert all(abs(name.ay - floor) * plot / (top - bottom) >= apart for _, floor in FLOORS)


def test_a_line_without_numbers_yet_has_no_label_in_the_middle_of_nowhere():
    figure = chart(line("open", [math.nan, math.nan, -1.0]), line("none", [math.nan] * 3), falling(-2.0, depth=3))
    assert [a.text for a in names(figure)] == ["open ●", "Tanh ●"]
    assert all(math.isfinite(a.y) and math.isfinite(a.ay) for a in names(figure))


# Floors


def test_a_floor_inside_the_axis_is_a_line_of_its_own_sign_with_its_name():
    figure = chart(falling(-4.0), low=-50.0, floors=FLOORS)
    dashed = [shape for shape in shapes(figure, "line") if shape.line.dash]
    assert [shape.y0 for shape in dashed] == [-7.2, -44.9]
    assert all(shape.y0 == shape.y1 and shape.line.dash == theme.ROLES["floor"][0] for shape in dashed)
    layers = max(figure.layout.xaxis.tickvals)
    assert all((shape.x0, shape.x1) == (layers, -0.02 * layers) for shape in dashed), "over all there is room for"
    for name, floor in FLOORS:
        text = annotation(figure, f"0 in {name}")
        assert text.y == floor
        assert (text.x, text.xanchor) == (layers, "right"), "left of all layers, where no line is"


def test_a_floor_that_is_not_on_the_axis_is_not_spoken_of():
    for low in (-10.0, -44.9):
        figure = chart(falling(-4.0), low=low, floors=FLOORS)
        assert [shape.y0 for shape in shapes(figure, "line") if shape.line.dash] == [-7.2]
        assert not any("float32" in text for text in texts(figure))


# The frame


@given(LINES, LINES)
def test_other_data_of_another_depth_leave_the_axes_where_they_are(one, other):
    first, second = (
        chart(*(line(f"f{i}", y[:depth]) for i, y in enumerate(values)), floors=FLOORS).layout
        for values, depth in ((one, 20), (other, 7))
    )
    assert first.xaxis == second.xaxis
    assert first.yaxis == second.yaxis
    assert (first.height, first.margin) == (second.height, second.margin)


def test_the_mark_of_layer_1_ends_above_the_words_of_the_key():
    figure = chart(falling(-4.0), falling(-5.0, label="best", role="theory"))
    (mark,) = [shape for shape in figure.layout.shapes if shape.x0 == shape.x1 == 19]
    (name,) = [note for note in figure.layout.annotations if note.text == "theory"]
    assert mark.y0 > name.y
    assert chart(falling(-4.0)).layout.shapes[-1].y0 == -10.0, "without a key it comes down to the axis"


@pytest.mark.parametrize("layers", [1, 2, 5, 20, 30, 100, 200, 1000])
def test_the_frame_is_fixed_and_cannot_be_dragged(layers):
    layout = chart(falling(-4.0, depth=1), layers=layers, low=-35.0).layout
    assert layout.height == theme.HEIGHT
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange is True
    assert layout.yaxis.fixedrange is True
    left, right = layout.xaxis.range
    assert right < 0 <= layers - 1 < left, "the output is at the right"
    assert layout.yaxis.range[0] < -35.0
    assert layout.yaxis.range[1] == 1.5
    assert layout.xaxis.title.text == "layers before the output"
    assert layout.yaxis.title.text == "RMS of δ"
    assert (left - layers) / (left - right) > 0.31, "names have room left of all layers"
    ticks = layout.xaxis.tickvals
    assert 2 <= len(ticks) <= 7, "no more ticks than fit a phone"
    assert all(0 <= tick == int(tick) <= layers for tick in ticks), "there is no layer one and a half"


def test_the_same_settings_give_the_same_bytes():
    figures = [
        chart(falling(-40.0), line("ReLU", [-math.inf] * 3 + [-1.0] * 17), floors=FLOORS).to_json() for _ in range(2)
    ]
    assert figures[0] == figures[1]


def test_every_trace_has_a_name_and_a_text_under_the_pointer():
    figure = chart(falling(-4.0), falling(-5.0, label="best", role="theory"), line("ReLU", [-math.inf] * 20))
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
    figure = gradient_by_layer([line], frame=Frame(3, -5.0, 1.0), texts=TEXTS)
    (shade,) = [trace for trace in figure.data if trace.fill == "toself"]
    bottom = figure.layout.yaxis.range[0]
    np.testing.assert_allclose(shade.x, [2, 1, 0, 0, 1, 2])
    np.testing.assert_allclose(shade.y, [-2.0, -1.5, 1.0, -1.0, -2.5, bottom])
    assert shade.hoverinfo == "skip"
    assert "13,148,136" in shade.fillcolor
