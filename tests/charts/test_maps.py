import numpy as np
import pytest

from core.charts import maps, theme
from core.charts.curves import Axis, Point
from core.charts.theme import Style

X, Y = np.linspace(0.0, 5.0, 6), np.linspace(0.0, 1.0, 3)
DECADES = np.array([[-1.0, -0.1, 0.0, 0.1, 0.15, 1.0]] * 3)
EDGE = maps.Level(np.array([1.0, 2.0, 9.0]), Y, "edge", main=True)
SCALE = maps.Level(np.array([1.0, 1.5, 2.1]), Y, "5")
OFF = maps.Level(np.array([7.0, 8.0, 9.0]), Y, "20")
AXES = {"x_axis": Axis("w", 0.0, 5.0), "y_axis": Axis("b", -0.05, 1.0), "colour_title": "factor"}


def phases():
    lattice = (np.array([1.0, 2.0]), np.array([0.0, 0.5]), np.array([0.0, np.log10(2.0)]))
    return maps.phases(
        X, Y, DECADES, levels=[EDGE, SCALE, OFF], marks=[Point(2.0, 0.0, "He")],
        here=Point(1.5, 0.1, "your network", Style("#123456", symbol="circle-open")), lattice=lattice, **AXES,
    )  # fmt: skip


def test_colours_say_decades_clipped_to_the_colour_bar_and_one_is_well():
    (heat,) = [trace for trace in phases().data if trace.type == "heatmap"]
    np.testing.assert_allclose(heat.z[0], [-0.2, -0.1, 0.0, 0.1, 0.15, 0.2], atol=1e-7)
    colours = phases().layout.coloraxis
    assert (colours.cmin, colours.cmax) == (-maps.LIMIT, maps.LIMIT)
    assert [tuple(stop) for stop in colours.colorscale[1:-1]] == [(0.5, theme.faint(theme.WELL, 1))]
    for value, text in zip(colours.colorbar.tickvals, colours.colorbar.ticktext, strict=True):
        assert 10.0**value == pytest.approx(float(text))


def test_lines_end_at_the_border_of_the_map_and_are_named_where_they_leave_it():
    lines = [trace for trace in phases().data if trace.type == "scatter" and trace.mode == "lines"]
    np.testing.assert_array_equal(lines[0].x, [1.0, 2.0, np.nan])
    assert lines[0].line.width > lines[1].line.width
    names = {a.text: (a.x, a.y) for a in phases().layout.annotations}
    assert set(names) == {"edge", "5"}, "a line that is nowhere on the map has no name on it"
    assert names["edge"][1] == 0.5
    assert abs(names["edge"][0] - names["5"][0]) >= 0.39, "names keep apart"


def test_marks_are_named_under_the_axis():
    axis = phases().layout.xaxis
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True))[2.0] == "2<br>He"


def test_the_lattice_lies_on_top_and_alone_is_under_the_pointer():
    *below, top = phases().data
    assert top.name == "lattice"
    assert "rgba(0,0,0,0)" in top.marker.color
    np.testing.assert_allclose(top.customdata, [1.0, 2.0], rtol=1e-6)
    assert all(trace.hoverinfo == "skip" for trace in below)
    assert phases().layout.hoverdistance == -1


def test_a_click_fades_no_marker():
    for trace in phases().data:
        if trace.type == "scatter" and trace.mode == "markers" and trace.name != "lattice":
            assert trace.unselected.marker.opacity == trace.selected.marker.opacity == 1


@pytest.mark.parametrize(("count", "height"), [(3, 168), (13, 600), (17, 600), (40, 600)])
def test_a_gallery_of_many_is_not_higher_than_a_window(count, height):
    names = [f"f{k}" for k in range(count)]
    figure = maps.gallery(names, X, Y, dict.fromkeys(names, DECADES), dict.fromkeys(names, EDGE), **AXES)
    assert figure.layout.height == height


def test_a_gallery_has_a_panel_with_its_edge_for_each_name():
    names = [f"f{k}" for k in range(5)]
    figure = maps.gallery(names, X, Y, dict.fromkeys(names, DECADES), dict.fromkeys(names, EDGE), **AXES)
    assert [a.text for a in figure.layout.annotations] == names
    panels = [trace for trace in figure.data if trace.type == "heatmap"]
    assert [trace.name for trace in panels] == names
    assert len({trace.xaxis for trace in panels}) == 5
    edges = [trace for trace in figure.data if trace.type == "scatter"]
    assert [(e.xaxis, e.yaxis) for e in edges] == [(p.xaxis, p.yaxis) for p in panels]
    assert [figure.layout[f"xaxis{k}"].visible for k in ("", 2, 3, 4, 5)] == [False, False, True, True, True]
