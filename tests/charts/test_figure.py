"""The finished figure: it stands still, and where it follows a control each position says what changes there."""

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import theme
from core.charts.figure import Drawing, Stop, Sweep, finished, swept
from tests.charts.sent import sent


def test_a_figure_stands_still() -> None:
    figure = finished([], {})
    assert figure.layout.height == theme.HEIGHT == 384
    assert figure.layout.dragmode is False
    assert not figure.layout.template.layout.to_plotly_json(), "the theme of the page colours it"
    assert finished([], {}, height=300).layout.height == 300


def test_only_what_changes_is_told_for_each_position() -> None:
    def drawing(y: float, title: str) -> Drawing:
        still = {"type": "scatter", "name": "still", "x": np.arange(3.0), "y": np.zeros(3)}
        moving = {"type": "scatter", "name": "moving", "x": np.arange(3.0), "y": np.array([y, np.nan, -np.inf])}
        return [still, moving], {"title": title, "xaxis": {"range": [0, 2]}}

    three = [(float(k), drawing(float(k), "t"), ()) for k in range(3)]
    traces, sweep = swept("k", three, 1)
    assert [trace["name"] for trace in traces] == ["still", "moving"]
    assert traces[1]["y"][0] == 1.0
    assert [list(stop.traces) for stop in sweep.stops] == [[1]] * 3
    assert [list(stop.traces[1]) for stop in sweep.stops] == [["y"]] * 3
    assert sweep.stops[2].traces[1]["y"].dtype == np.float32
    assert all(stop.layout == {} for stop in sweep.stops)
    _, titled = swept("k", [(0.0, drawing(0.0, "a"), ()), (1.0, drawing(0.0, "b"), ())], 0)
    assert [stop.layout for stop in titled.stops] == [{"title": "a"}, {"title": "b"}]
    assert [stop.traces for stop in titled.stops] == [{}, {}]


def test_a_drawing_with_fewer_traces_gets_empty_ones() -> None:
    line = {"type": "scatter", "name": "a", "x": np.arange(2.0), "y": np.arange(2.0)}
    traces, sweep = swept("k", [(0.0, ([line], {}), ()), (1.0, ([line, {**line, "name": "b"}], {}), ())], 0)
    assert len(traces) == 2
    assert list(traces[1]["x"]) == []
    assert list(sweep.stops[1].traces[1]["x"]) == [0.0, 1.0]
    assert sweep.stops[0].traces[1]["name"] == ""


def test_a_position_without_a_line_says_nothing_of_its_look() -> None:
    """Plotly stumbles over a line or a marker that is null, and the chart stays where it was."""
    look = {"line": {"color": "red"}, "marker": {"size": 3}}
    line = {"type": "scatter", "name": "a", "x": np.arange(2.0), "y": np.arange(2.0), **look}
    _, sweep = swept("k", [(0.0, ([line], {}), ()), (1.0, ([line, {**line, "name": "b"}], {}), ())], 1)
    nothing, something = (stop.traces[1] for stop in sweep.stops)
    assert not nothing.keys() & look.keys()
    assert {key: something[key] for key in look} == look


def test_readouts_add_to_the_height_and_leave_the_plot_as_it_is() -> None:
    stops = [Stop(k, {0: {"y": [k]}}, readouts=[("name", str(k))]) for k in range(3)]
    plain = finished([{"type": "scatter", "x": [0], "y": [0]}], {})
    figure = sent(finished([{"type": "scatter", "x": [0], "y": [0]}], {}, sweeps=[Sweep("k", stops, 1)]))
    margin, before = figure.layout.margin, plain.layout.margin
    assert figure.layout.height - margin.t - margin.b == plain.layout.height - before.t - before.b
    assert "name" in figure.layout.annotations[0].text
    assert re.search(r"<b>1</b>", figure.layout.annotations[0].text)
    assert [re.findall(r"<b>(.)</b>", frame.layout.annotations[0].text) for frame in figure.frames] == [
        ["0"],
        ["1"],
        ["2"],
    ]


def test_a_position_is_named_by_its_control_and_its_value_and_the_chart_has_no_control_of_its_own() -> None:
    stops = [Stop(at, {0: {"y": [at]}}) for at in (-0.5, 0.0, 12.0)]
    line = {"type": "scatter", "x": [0], "y": [0]}
    figure = sent(finished([line], {}, sweeps=[Sweep("owner.k", stops, 1), Sweep("other", stops[:1], 0)]))
    names = ["owner.k=-0.5", "owner.k=0", "owner.k=12", "other=-0.5"]
    assert [frame.name for frame in figure.frames] == names
    assert len(figure.layout.sliders) == len(figure.layout.updatemenus) == 0


def texts_at(figure: go.Figure, position: int) -> list[dict[str, Any]]:
    """The texts that are seen at a position: Plotly takes those of a frame one by one, over what is there."""
    base, frame = figure.layout.annotations, figure.frames[position].layout.annotations
    placed = [{**below.to_plotly_json(), **above.to_plotly_json()} for below, above in zip(base, frame, strict=True)]
    return [text for text in placed if text["visible"]]


def test_a_text_that_only_some_positions_have_keeps_its_colour_and_is_gone_elsewhere() -> None:
    def text(word: str, y: int, colour: str) -> dict[str, Any]:
        return {"text": word, "x": 0, "y": y, "showarrow": False, "font": {"color": colour}}

    blue, red = "#0000ff", "#ff0000"
    lists = [[text("b", 1, blue)], [text("a", 2, red), text("c", 3, red), text("d", 4, blue)], []]
    drawings: list[tuple[float, Drawing, tuple[()]]] = [(0.0, ([], {"annotations": each}), ()) for each in lists]
    traces, sweep = swept("k", drawings, 0)
    figure = sent(finished(traces, drawings[0][1][1], sweeps=[sweep]))
    seen = [[(each["text"], each["y"], each["font"]["color"]) for each in texts_at(figure, k)] for k in range(3)]
    assert seen[0] == [("b", 1, blue)]
    assert sorted(seen[1]) == [("a", 2, red), ("c", 3, red), ("d", 4, blue)]
    assert seen[2] == []
