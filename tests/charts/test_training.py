"""Training as charts: what has been learnt as pictures, curves, and a column for each moment, a row for each layer."""

import json
import re
import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.charts import theme, training
from core.charts.theme import Line, Style
from core.charts.training import Film, Panel, Picture, Scale

Array = NDArray[np.float64]

STEPS = np.array([0.0, 20.0, 40.0])
VALUES = np.array([[-3.0, -2.0, -1.0], [-np.inf, -2.5, np.inf], [-4.0, -np.inf, np.nan]])
SCALE = Scale("size", -8.0, 4.0, (-8, -2, 4), ("tiny", "small", "large"))
LOOK, OTHER = Style("#123456", "dash", "square"), Style("#654321", symbol="diamond-open")
CLASSES = (np.array([0.5, -1.0, 2.0]), np.array([0.1, 0.2, 0.3]), np.array([1, 0, 1]))


def film(label: str = "ReLU", values: Array = VALUES, steps: Array = STEPS, style: Style = LOOK) -> Film:
    return Film(label, steps, values, style)


def panels(*ends: float) -> list[Panel]:
    level = Line("", np.array([0, 1000]), np.array([2.3, 2.3]), role="chance")
    ends = ends or (1.0,)
    curves = [Line(f"line {k}", STEPS, np.array([2.3, 2.0, end]), LOOK) for k, end in enumerate(ends)]
    return [Panel("loss", [level, *curves], 0.0, 3.2, (0, 1, 2)), Panel("share", curves[:1], -4.0, 104.0)]


def history(*films: Film, scale: Scale = SCALE, steps: int = 1000) -> Any:
    return training.history(
        films or (film(),), steps=steps, scale=scale, step_title="step", layer_title="layer", output="out",
        zero="exactly zero",
    )  # fmt: skip


def below(*ends: float, steps: int = 1000) -> Any:
    return training.curves(panels(*ends), steps=steps, step_title="step")


def heats(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "heatmap"]


def marks(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]


def curves(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "scatter" and "lines" in trace.mode]


def y_axis(figure: Any, trace: Any) -> Any:
    return figure.layout["yaxis" + trace.yaxis.removeprefix("y")]


def names(figure: Any) -> dict[str, Any]:
    return {annotation.text: annotation for annotation in figure.layout.annotations}


def texts(node: Any) -> list[str]:
    """Every text in a figure but colours' and arrays'."""
    if isinstance(node, dict):
        return [text for key, value in node.items() if key != "bdata" for text in texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts(value)]
    return [node] if isinstance(node, str) else []


# Heat maps


def test_a_column_begins_at_its_step_and_ends_at_the_next_one() -> None:
    (heat,) = heats(history())
    np.testing.assert_array_equal(heat.x, [0, 20, 40, 60])
    np.testing.assert_array_equal(heat.y, [0.5, 1.5, 2.5, 3.5])
    assert np.shape(heat.z) == (3, 3)


def test_the_last_column_is_a_fiftieth_of_the_run_and_at_least_one_step_wide() -> None:
    assert list(heats(history(steps=2000))[0].x) == [0, 20, 40, 80]
    assert list(heats(history(steps=10))[0].x) == [0, 20, 40, 41]
    for steps, end in ((2000, 2040), (10, 11)):
        axis = history(steps=steps).layout.xaxis
        assert list(axis.range) == pytest.approx([0, end / 0.68]), "beside it there is room for the colours"
        assert max(axis.tickvals) <= end


def test_a_row_is_a_layer_the_first_one_at_the_bottom() -> None:
    (heat,) = heats(history())
    np.testing.assert_array_equal(heat.z[0], [-3.0, np.nan, -4.0])
    np.testing.assert_array_equal(heat.z[1], [-2.0, -2.5, np.nan])
    axis = history().layout.yaxis
    assert list(axis.range) == [0.5, 3.5]
    assert list(zip(axis.tickvals, axis.ticktext, strict=True)) == [(1, "1"), (2, "2"), (3, "out")]


def test_an_exact_zero_is_marked_in_the_middle_of_its_column_and_never_coloured() -> None:
    (heat,), (zeros,) = heats(history()), marks(history())
    assert sorted(zip(zeros.x, zeros.y, strict=True)) == [(30.0, 1), (50.0, 2)]
    assert np.isnan(heat.z[0][1])
    assert np.isnan(heat.z[1][2])
    assert zeros.name == "ReLU: exactly zero"
    assert zeros.hovertemplate == "exactly zero<extra></extra>"
    assert zeros.marker.symbol == "x-thin"
    assert zeros.marker.line.width > 0, "a thin cross is its line"
    assert zeros.marker.line.color == theme.GREY, "of a colour for light and dark pages"
    assert zeros.showlegend is False


def test_without_an_exact_zero_there_are_no_marks() -> None:
    assert marks(history(film(values=np.zeros((3, 4))))) == []


def test_what_is_too_large_for_a_number_is_the_strongest_colour() -> None:
    (heat,) = heats(history())
    assert np.isfinite(heat.z[2][1])
    assert heat.z[2][1] >= history().layout.coloraxis.cmax
    scales = training.GRADIENT, training.MOVES, training.SHARES, training.BOTH_SIDES
    assert {scale[-1][0] for scale in scales} == {1.0}
    assert training.GRADIENT[-1][1].endswith(",1)")


def test_what_is_not_known_is_empty_and_not_under_the_pointer() -> None:
    (heat,) = heats(history())
    assert np.isnan(heat.z[2][2])
    assert heat.hoverongaps is False
    assert (50.0, 3) not in set(zip(marks(history())[0].x, marks(history())[0].y, strict=True))


def test_what_has_not_happened_yet_is_empty() -> None:
    figure = history()
    assert max(heats(figure)[0].x) == 60
    assert figure.layout.xaxis.range[1] == pytest.approx(1020 / 0.68)
    begun = history(film(values=VALUES[:1], steps=STEPS[:1]))
    assert list(heats(begun)[0].x) == [0, 20]
    assert begun.layout.xaxis.range == figure.layout.xaxis.range


def test_next_to_nothing_is_pale_and_not_invisible() -> None:
    for colours in (training.GRADIENT, training.MOVES, training.SHARES):
        alpha = float(colours[0][1].rpartition(",")[2].removesuffix(")"))
        assert 0.0 < alpha < 0.2


@pytest.mark.parametrize(("layers", "count"), [(2, 1), (9, 1), (31, 1), (31, 4), (31, 2), (17, 3), (101, 4), (5, 4)])
def test_first_layer_and_output_are_named_and_the_names_have_room(layers: int, count: int) -> None:
    figure = history(*[film(f"f{k}", np.zeros((3, layers))) for k in range(count)])
    axis = figure.layout.yaxis
    assert (axis.tickvals[0], axis.ticktext[0]) == (1, "1")
    assert (axis.tickvals[-1], axis.ticktext[-1]) == (layers, "out")
    assert list(axis.ticktext[:-1]) == [str(tick) for tick in axis.tickvals[:-1]]
    pixels = np.diff(axis.tickvals) * training.HEATS[count] / layers
    assert min(pixels) >= 12, "one line of text"
    assert max(pixels) < max(45, 1.01 * training.HEATS[count] / layers)


# Several networks


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_network_has_a_heat_map_and_a_name_above_it(count: int) -> None:
    films = [film(f"f{k}", style=(LOOK, OTHER)[k % 2]) for k in range(count)]
    figure = history(*films)
    assert [heat.name for heat in heats(figure)] == [f"f{k}" for k in range(count)]
    assert len({heat.yaxis for heat in heats(figure)}) == count
    assert [mark.yaxis for mark in marks(figure)] == [heat.yaxis for heat in heats(figure)]
    tops = [y_axis(figure, heat).domain[1] for heat in heats(figure)]
    assert tops[0] == 1.0
    assert tops == sorted(tops, reverse=True)
    for k, (one, top) in enumerate(zip(films, tops, strict=True)):
        name = names(figure)[f"f{k}" if count == 1 else f"{one.style.sign} f{k}"]
        assert name.y == top
        assert (name.xref, name.yref, name.yanchor, name.x) == ("paper", "paper", "bottom", 0.0)
        assert name.font.color == one.style.colour


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_rows_keep_apart_and_have_their_fixed_heights(count: int) -> None:
    for figure, heights in (
        (history(*[film(f"f{k}") for k in range(count)]), [training.HEATS[count]] * count),
        (below(), [training.CURVE] * 2),
    ):
        inner = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
        domains = [figure.layout[f"yaxis{k or ''}"].domain for k in ("", *range(2, len(heights) + 1))]
        assert [(high - low) * inner for low, high in domains] == pytest.approx(heights)
        gaps = [(upper[0] - lower[1]) * inner for upper, lower in pairwise(domains)]
        assert gaps == pytest.approx([training.GAP] * (len(heights) - 1))
        assert domains[-1][0] == pytest.approx(0.0, abs=1e-12)
        assert 150 <= figure.layout.height <= 600


def test_axes_and_colours_are_fixed_whatever_is_shown() -> None:
    calm, wild = history(film(values=np.zeros((3, 3)))).layout, history(film(values=1e9 * VALUES)).layout
    low, high = below(0.0).layout, below(1e9).layout
    for axis in ("xaxis", "yaxis"):
        assert calm[axis] == wild[axis], axis
        assert low[axis] == high[axis], axis
        assert calm[axis].fixedrange
        assert low[axis].fixedrange
    assert (calm.height, calm.coloraxis) == (wild.height, wild.coloraxis)
    assert calm.dragmode is low.dragmode is False


# Curves


def test_curves_lie_on_the_axis_of_steps_that_heat_maps_have() -> None:
    figure = below()
    assert len(curves(figure)) == 3
    assert {trace.xaxis for trace in figure.data} == {"x"}
    assert [trace.yaxis for trace in curves(figure)] == ["y", "y", "y2"]
    assert [list(figure.layout[a].range) for a in ("yaxis", "yaxis2")] == [[0.0, 3.2], [-4.0, 104.0]]
    assert figure.layout.xaxis.anchor == "y2", "the numbers stand below the lowest panel"
    assert list(figure.layout.yaxis.tickvals) == [0, 1, 2]
    assert figure.layout.yaxis2.tickvals is None
    np.testing.assert_array_equal(curves(figure)[1].y, [2.3, 2.0, 1.0])
    assert curves(figure)[0].line.dash == theme.ROLES["chance"][0]
    for steps in (10, 1000):
        one, other = below(steps=steps).layout, history(steps=steps).layout
        assert one.xaxis.range == other.xaxis.range
        assert [one.margin[side] for side in "lr"] == [other.margin[side] for side in "lr"]


def test_axes_have_their_titles() -> None:
    heat, curve = history().layout, below().layout
    assert [heat[a].title.text for a in ("xaxis", "yaxis")] == ["step", "layer"]
    assert [curve[a].title.text for a in ("xaxis", "yaxis", "yaxis2")] == ["step", "loss", "share"]


def test_curves_are_named_at_their_end_in_their_colour_and_those_without_a_name_are_not() -> None:
    figure = below(1.0, 1.01, np.nan)
    ends = [a for a in figure.layout.annotations if a.yref == "y"]
    assert [a.text for a in ends] == ["■ line 0", "■ line 1", "■ line 2"]
    assert all(a.font.color == LOOK.colour and a.xanchor == "left" for a in ends)
    places = sorted(a.ay if a.showarrow else a.y for a in ends)
    assert min(np.diff(places)) * training.CURVE / 3.2 >= 16.9, "they do not overlap"
    assert [a.yref for a in figure.layout.annotations] == ["y"] * 3 + ["y2"]


def test_the_colour_bar_stands_beside_the_heat_maps_with_the_ticks_of_the_scale() -> None:
    for count in (1, 3):
        figure = history(*[film(f"f{k}") for k in range(count)])
        colours = figure.layout.coloraxis
        assert (colours.cmin, colours.cmax) == (-8.0, 4.0)
        assert [tuple(stop) for stop in colours.colorscale] == list(training.MOVES)
        bar = colours.colorbar
        assert (list(bar.tickvals), list(bar.ticktext)) == ([-8, -2, 4], ["tiny", "small", "large"])
        assert bar.title.text == "size"
        assert bar.yanchor == "bottom"
        assert (bar.y, bar.len) == (0.0, 1.0)
        assert bar.x == pytest.approx(0.68), "in the room beside them"
    shares = Scale("share", 0.0, 100.0, (0, 100), ("0 %", "100 %"), training.SHARES)
    assert history(scale=shares).layout.coloraxis.colorscale[0][1] == training.SHARES[0][1]


def test_all_heat_maps_share_the_colours() -> None:
    assert {heat.coloraxis for heat in heats(history(film("a"), film("b")))} == {"coloraxis"}


def test_no_text_of_a_history_is_nan_or_inf() -> None:
    bad = film(values=np.full((3, 3), np.nan)), film("b", np.full((3, 3), -np.inf)), film("c", np.full((3, 3), np.inf))
    seen = [text for figure in (history(*bad), below(np.nan, 1.0)) for text in texts(json.loads(figure.to_json()))]
    assert len(seen) > 30
    assert [text for text in seen if re.search(r"\bnan\b|\binf|\bNone\b|undefined", text, re.I)] == []


def test_a_figure_leaves_page_colours_to_the_page() -> None:
    for figure in (history(), below(), pictures([board()])):
        layout = figure.layout.to_plotly_json()
        assert not layout.keys() & {"paper_bgcolor", "plot_bgcolor", "font", "colorway"}
        assert "layout" not in layout["template"]


def test_the_pointer_reads_layer_and_value() -> None:
    template = heats(history())[0].hovertemplate
    assert "%{y:.0f}" in template
    assert "%{z:.2f}<extra></extra>" in template, "without the name of the trace"
    assert "%{x}: %{y:.3g}" in curves(below())[0].hovertemplate


# Pictures


def board(label: str = "Now", style: Style | None = None, values: Array | None = None) -> Picture:
    return Picture(label, np.linspace(-1.0, 1.0, 25).reshape(5, 5) if values is None else values, style)


def pictures(shown: list[Picture], **options: Any) -> Any:
    return training.pictures(shown, **{"title": "What it looks for", "hover": "%{z}", **options})


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_panels_stand_side_by_side_and_are_square(count: int) -> None:
    figure = pictures([board(f"p{k}") for k in range(count)], reach=2.0)
    layout = figure.layout
    assert [(h.xaxis, h.yaxis) for h in heats(figure)] == [(f"x{k}", f"y{k}") for k in ("", 2, 3, 4)[:count]]
    domains = [layout[f"xaxis{k}"].domain for k in ("", 2, 3, 4)[:count]]
    assert all(0.0 <= low < high <= 1.0 for low, high in domains)
    assert all(one[1] < other[0] for one, other in pairwise(domains))
    assert np.ptp([high - low for low, high in domains]) < 1e-12
    for k in ("", 2, 3, 4)[:count]:
        across, up = layout[f"xaxis{k}"], layout[f"yaxis{k}"]
        assert (up.scaleanchor, up.anchor, across.anchor) == (f"x{k}", f"x{k}", f"y{k}")
        assert across.range == up.range
        assert across.constrain == up.constrain == "domain"
        assert across.fixedrange
        assert up.fixedrange
        assert across.visible is up.visible is False
    assert 150 <= layout.height <= 600


def test_a_picture_reaches_from_edge_to_edge() -> None:
    (heat,) = heats(pictures([board()], reach=2.0))
    np.testing.assert_allclose(heat.x, [-2, -1, 0, 1, 2])
    np.testing.assert_allclose(heat.y, heat.x)
    low, high = pictures([board()], reach=2.0).layout.xaxis.range
    assert low == -high
    assert 2.0 < high < 2.5


@pytest.mark.parametrize("units", [2, 5, 12])
def test_a_board_with_few_rows_has_a_place_for_every_column(units: int) -> None:
    values = training.mosaic(np.zeros((units, 64)), 8, 4)
    (heat,) = heats(pictures([board(values=values)]))
    assert (len(heat.y), len(heat.x)) == values.shape
    assert max(heat.x) <= 1.02


def test_both_signs_have_colours_of_their_own_and_zero_is_the_grey_of_a_band() -> None:
    figure = pictures([board()])
    colours = figure.layout.coloraxis
    assert (colours.cmin, colours.cmax) == (-1.0, 1.0)
    assert colours.showscale is False
    assert {heat.coloraxis for heat in heats(pictures([board("a"), board("b")]))} == {"coloraxis"}
    stops = dict(colours.colorscale)
    assert stops[0.0] != stops[1.0]
    assert [stops[0.0][-3:], stops[1.0][-3:]] == [",1)", ",1)"]
    assert stops[0.5] == theme.BAND, "what is empty is seen, on light and on dark pages"
    np.testing.assert_allclose(heats(figure)[0].z, np.linspace(-1, 1, 25).reshape(5, 5), rtol=1e-6)


def test_panels_are_named_with_their_sign_if_they_have_one_below_the_title_of_all() -> None:
    figure = pictures([board("a", LOOK), board("b", OTHER), board("c")])
    assert list(names(figure)) == ["What it looks for", f"{LOOK.sign} a", f"{OTHER.sign} b", "c"]
    title, *shown = names(figure).values()
    assert [a.font.color for a in shown] == [LOOK.colour, OTHER.colour, None]
    assert [a.x for a in shown] == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    assert {(a.xanchor, a.y, a.yanchor, a.xref) for a in shown} == {("center", 1.0, "bottom", "paper")}
    assert title.font.size > max(a.font.size for a in shown)
    assert title.yshift >= 20, "one line of names below it"
    assert figure.layout.margin.t >= title.yshift + 1.5 * title.font.size, "inside the chart"
    assert [heat.name for heat in heats(figure)] == ["a", "b", "c"]


def test_points_have_a_marker_per_class_on_every_panel() -> None:
    figure = pictures([board("a"), board("b")], points=CLASSES, reach=2.4)
    crosses = marks(figure)
    assert [(m.xaxis, m.yaxis) for m in crosses] == [("x", "y"), ("x", "y"), ("x2", "y2"), ("x2", "y2")]
    assert crosses[0].marker.symbol != crosses[1].marker.symbol
    for zero, one in (crosses[:2], crosses[2:]):
        assert (list(zero.x), list(zero.y), zero.name) == ([-1.0], [0.2], "0")
        assert (list(one.x), list(one.y), one.name) == ([0.5, 2.0], [0.1, 0.3], "1")
        assert zero.marker.color == one.marker.color == theme.GREY
        assert zero.hoverinfo == one.hoverinfo == "skip"
        assert zero.showlegend is one.showlegend is False
    assert {heat.hoverinfo for heat in heats(figure)} == {"skip"}
    assert {heat.hoverinfo for heat in heats(pictures([board()]))} == {"all"}
    assert heats(pictures([board()]))[0].hovertemplate == "%{z}"


def test_what_is_beyond_the_strongest_colour_is_clipped_without_a_warning() -> None:
    values = np.array([[1e300, -1e300, np.nan], [np.inf, -np.inf, 0.5], [1.5, -1.5, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (heat,) = heats(pictures([board(values=values)]))
    np.testing.assert_array_equal(heat.z, [[1, -1, np.nan], [1, -1, 0.5], [1, -1, 0]])
    assert heat.hoverongaps is False
    seen = texts(json.loads(pictures([board(values=values)]).to_json()))
    assert [text for text in seen if re.search(r"\bnan\b|\binf|\bNone\b", text, re.I)] == []


# Mosaic


def test_the_first_unit_is_at_the_top_left_and_the_next_one_beside_it() -> None:
    weights = np.arange(6 * 9, dtype=np.float64).reshape(6, 9)
    seen = training.mosaic(weights, 3, 4)[::-1]  # as it is looked at: the top row first
    assert seen.shape == (7, 15)
    for k, unit in enumerate(weights):
        row, column = 4 * (k // 4), 4 * (k % 4)
        np.testing.assert_array_equal(seen[row : row + 3, column : column + 3], unit.reshape(3, 3))
    assert np.isnan(seen[3]).all()
    assert np.isnan(seen[:, 3::4]).all()
    assert np.isnan(seen[4:, 8:]).all(), "the last row is incomplete"
    assert np.isnan(seen).sum() == seen.size - weights.size


def test_one_unit_is_a_square_of_its_own() -> None:
    np.testing.assert_array_equal(training.mosaic(np.array([[1.0, 2.0, 3.0, 4.0]]), 2, 1), [[3.0, 4.0], [1.0, 2.0]])


def test_a_full_board_is_square() -> None:
    assert training.mosaic(np.zeros((16, 64)), 8, 4).shape == (35, 35)
