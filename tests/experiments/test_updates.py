"""The network that learns: its light, its words and its numbers against the weights before and after a step."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from core.charts import theme
from core.experiments import films, learning, updates
from core.maths.training import Run, advanced, look, perceptron, start
from core.words import prose

DEEP = Run("circles", "sigmoid", depth=6, width=8, initializer="glorot_normal", steps=50)
DEAD = Run("circles", "relu", depth=4, width=16, learning_rate=1.0, steps=500, seed=1)


def racers(*runs, at=3):
    return learning.racers(runs, [[films._frame(run, advanced(run, start(run), at))] for run in runs])


def moved(run, at=3):
    """The mean of |W_new - W| in the last step, layer by layer."""
    flats = [advanced(run, start(run), step).flat for step in (at - 1, at)]
    old, new = (perceptron(run).views(flat).weights for flat in flats)
    return np.array([np.abs(b - a).mean() for a, b in zip(old, new, strict=True)])


def edges(figure, axis="x"):
    """Brightness by the layers that an edge leads to."""
    found = {}
    for shape in figure.layout.shapes:
        if shape.xref == axis:
            light = 0.0 if shape.line.color == theme.GRID else float(shape.line.color.rsplit(",", 1)[1][:-1])
            for layer in re.findall(r"L(\d+),", shape.path):
                found.setdefault(int(layer), []).append(light)
    return found


def neurons(figure, label):
    (trace,) = [trace for trace in figure.data if trace.name == label]
    return trace


def test_early_edges_of_a_deep_sigmoid_network_are_dark_and_those_of_relu_shine():
    relu = replace(DEEP, activation="relu", initializer="he_normal")
    figure = updates.networks(racers(DEEP, relu)).figure
    for axis, lit in (("x", False), ("x2", True)):
        light = edges(figure, axis)
        assert sorted(light) == [1, 2, 3, 4, 5, 6, 7]
        assert [len(light[layer]) for layer in (1, 2, 7)] == [8, 16, 8], "two inputs, two classes"
        assert max(light[7]) >= 0.5
        assert (max(light[1]) > 0.4) == lit
        assert (max(light[1]) < 0.2) != lit


def test_the_table_and_the_words_are_those_of_the_weights_before_and_after_the_step():
    found = updates.networks(racers(DEEP))
    expected = np.log10(moved(DEEP) / moved(DEEP)[-1])
    assert list(found.data[prose.common("column compared update", label="Sigmoid")]) == pytest.approx(
        list(expected), abs=1e-4
    )
    part = f"1 part in {10 ** -expected[0]:,.0f}"
    said = [note.text for note in found.figure.layout.annotations]
    assert part.replace(",", "")[:12] in said[1].replace(",", "")
    assert part[:12] in found.slots["update_lines"].replace(",", "")


def test_before_the_first_step_no_edge_has_light_but_the_neurons_have_their_gradient():
    found = updates.networks(racers(DEEP, at=0))
    assert {light for layer in edges(found.figure).values() for light in layer} == {0.0}
    bright = np.array(neurons(found.figure, "Sigmoid").marker.opacity)
    assert bright[-2:].max() > 0.9
    assert bright[:4].max() < bright[-2:].max()
    assert prose.common("update none") in found.figure.layout.annotations[1].text
    assert "no update yet" in found.slots["update_lines"]


def test_dead_units_have_a_cross_each_and_are_counted():
    found = updates.networks(racers(DEAD, at=500))
    zeros = np.isneginf(look(DEAD, advanced(DEAD, start(DEAD), 500)).gradient.units).sum()
    assert zeros > 0
    (crosses,) = [trace for trace in found.figure.data if trace.name == "ReLU: exactly 0"]
    assert len(crosses.x) == zeros
    assert found.figure.layout.annotations[1].text.endswith(", × exactly 0")
    assert f"exact zero: {zeros}" in found.slots["update_lines"]


@pytest.mark.parametrize("depth", [1, 20, 21, 100])
def test_four_networks_are_a_small_message_and_too_many_layers_a_band(depth):
    runs = [Run("digits", name, depth=depth, width=8) for name in ("sigmoid", "tanh", "relu", "gelu")]
    figure = updates.networks(racers(*runs, at=1)).figure
    assert len(figure.to_json()) < 30_000
    assert any(trace.type == "bar" for trace in figure.data) == (depth > 20)
    assert 150 < figure.layout.height < 400


def test_networks_of_different_depths_have_their_own_columns():
    figure = updates.networks(racers(DEEP, replace(DEEP, depth=2))).figure
    assert [list(axis.range) for axis in (figure.layout.xaxis, figure.layout.xaxis2)] == [[-0.5, 7.5], [-0.5, 3.5]]
    assert figure.layout.xaxis.visible
    assert list(figure.layout.xaxis2.ticktext) == ["in", "1", "2", "out"]


@pytest.mark.parametrize(
    "run",
    [
        replace(DEEP, learning_rate=0.0),
        replace(DEEP, width=1, depth=1),
        Run("circles", "selu", depth=20, width=8, learning_rate=1.0, steps=60),
        Run("circles", "selu", depth=40, width=8, learning_rate=1.0, steps=60),
        replace(DEEP, normalization="batch"),
    ],
)
def test_nothing_is_unreadable_whatever_happens(run):
    for at in (0, 1, 60):
        found = updates.networks(racers(run, at=at))
        assert not re.search(r"\bNaN\b|\bInfinity\b|\bnan\b|\{\{", found.figure.to_json() + json.dumps(found.slots))
