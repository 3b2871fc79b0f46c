"""A figure for a projector: what is measured in pixels grows, what is data stays."""

import numpy as np
import pytest

from core.charts.figure import Stop, Sweep, finished
from core.charts.large import FACTOR, large

DATA = [{"type": "scatter", "x": np.array([1.0, 20.0]), "y": np.array([2.0, 13.0]), "marker": {"size": 8}}]
LAYOUT = {
    "margin": {"l": 60, "r": 70, "t": 16, "b": 56},
    "xaxis": {"title": {"text": "layer", "standoff": 14}, "range": [1, 20]},
    "annotations": [{"text": '<span style="font-size:13px">a</span>', "x": 20, "xshift": 6, "font": {"size": 11}}],
}


def test_pixels_grow_and_data_stay():
    figure = finished(DATA, LAYOUT, height=384)
    drawn, layout = large(figure).to_dict(), large(figure).to_dict()["layout"]
    assert layout["height"] == round(384 * 22 / 12) == 704
    assert layout["margin"]["b"] == pytest.approx(56 * FACTOR)
    assert layout["xaxis"]["range"] in ([1, 20], (1, 20))
    assert layout["xaxis"]["tickfont"]["size"] == pytest.approx(22)
    (text,) = layout["annotations"]
    assert (text["x"], text["xshift"], text["font"]["size"]) == (20, pytest.approx(11), pytest.approx(22))
    assert "23.8333px" in text["text"]
    assert drawn["data"][0]["marker"]["size"] == pytest.approx(8 * FACTOR)
    assert drawn["data"][0]["x"] == figure.to_dict()["data"][0]["x"]
    assert figure.to_dict()["layout"]["height"] == 384, "the chart itself stays as it is"


def test_what_stands_below_the_line_is_read_from_the_last_row_too():
    title = {"text": "variance σ<sub>w</sub><sup>2</sup>"}
    layout = LAYOUT | {"xaxis": {"title": title}, "yaxis": {"title": title | {"font": {"size": 13}}}}
    grown = large(finished(DATA, layout)).to_dict()["layout"]
    for axis in ("xaxis", "yaxis"):
        assert 0.7 * grown[axis]["title"]["font"]["size"] == pytest.approx(22), "Plotly draws them at 70 %"


def test_the_positions_of_a_sweep_grow_with_it():
    stops = [Stop(k, {0: {"y": np.zeros(2, np.float32)}}, {}, [("x", str(k))]) for k in range(2)]
    figure = finished(DATA, LAYOUT, sweeps=[Sweep("x", stops, 0)])
    for frame in large(figure).to_dict()["frames"]:
        assert "23.8333px" in frame["layout"]["annotations"][0]["text"]
