"""One thing of a chart is lit up, and all others are dim."""

import numpy as np
import pytest

from core.charts.marking import DIM, marked
from core.experiments import gradients, light

CHART = gradients.initializations("relu", ("glorot_normal", "he_normal"), 10, width=8, seed=0)


def test_the_line_that_is_meant_and_its_theory_stay_as_they_are_and_all_others_are_dim():
    drawn = marked(CHART.figure, line="He").to_dict()
    dim = {trace["name"]: trace.get("opacity", 1.0) for trace in drawn["data"]}
    before = {trace.name: trace.opacity or 1.0 for trace in CHART.figure.data}
    assert dim == before | {"Glorot, theory": DIM, "Glorot": DIM}
    names = {note["text"]: note.get("opacity", 1.0) for note in drawn["layout"]["annotations"] if "rot" in note["text"]}
    assert set(names.values()) == {DIM}


def test_the_words_point_to_a_point_of_the_line():
    drawn = marked(CHART.figure, line="He", say="look").to_dict()
    (note,) = (note for note in drawn["layout"]["annotations"] if "look" in note["text"])
    (line,) = (trace for trace in CHART.figure.data if trace.name == "He")
    assert (note["x"], note["y"]) in list(zip(np.asarray(line.x), np.asarray(line.y), strict=True))
    assert note["showarrow"]


def test_what_lies_beside_a_stretch_is_covered():
    drawn = marked(CHART.figure, between=(2.0, 5.0), say="here").to_dict()
    new = drawn["layout"]["shapes"][-2:]
    ends = sorted((shape["x0"], shape["x1"]) for shape in new)
    low, high = sorted(CHART.figure.layout.xaxis.range)
    assert ends == [(low, 2.0), (5.0, high)]


@pytest.mark.parametrize(("depth", "begin"), [(100, "left"), (10, "right")])  # layer 1 is far left, or near the output
def test_a_layer_stands_in_a_ring_with_words_on_the_wider_side(depth, begin):
    chart = gradients.initializations("relu", ("he_normal",), depth, width=8, seed=0).figure
    drawn = marked(chart, layer=1, say="here").to_dict()
    (ring,) = (shape for shape in drawn["layout"]["shapes"] if shape.get("line", {}).get("width") == 3)
    assert (ring["x0"], ring["x1"]) == (depth - 1.5, depth - 0.5), "so many layers follow"
    (note,) = (note for note in drawn["layout"]["annotations"] if "here" in note["text"])
    assert (note["x"], note["xanchor"]) == (ring["x0" if begin == "left" else "x1"], begin)


@pytest.mark.parametrize("layer", [-1, 11])
def test_a_layer_that_is_not_there_is_refused(layer):
    with pytest.raises(ValueError, match=f"no layer {layer}"):
        marked(CHART.figure, layer=layer)


def test_in_the_drawn_network_as_well():
    figure = light.light(("sigmoid", "relu"), 20, False).figure
    drawn = marked(figure, layer=3, say="here").to_dict()
    (neurons, *_) = (trace for trace in figure.data if trace.name == "ReLU" and trace.xaxis == "x2")
    place = sorted(set(np.asarray(neurons.x)))[2]
    ring = drawn["layout"]["shapes"][-1]
    assert (ring["x0"] + ring["x1"]) / 2 == place


def test_the_kept_figure_stays_as_it_was():
    before = CHART.figure.to_json()
    marked(CHART.figure, line="He", between=(2.0, 5.0), say="look")
    assert CHART.figure.to_json() == before


def test_a_line_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no line 'Tanh'"):
        marked(CHART.figure, line="Tanh")
