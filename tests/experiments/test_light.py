"""The first screen: brightness, bars and words against what `measure` says of the same networks."""

import base64
import json
import math
import re
from itertools import pairwise

import numpy as np
import pytest

from core.charts.light import COLUMNS
from core.experiments import light
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network, measure
from core.words import numerals

TWO = ("sigmoid", "relu")
FOUR = ("sigmoid", "tanh", "relu", "gelu")
USUAL = {"sigmoid": "glorot_normal", "tanh": "glorot_normal", "relu": "he_normal", "gelu": "he_normal"}


def left(name, depth, initializer=None):
    delta = measure(Network(name, depth=depth, initializer=initializer or USUAL[name])).log10_delta
    return delta - delta[-1]


def traces(figure, kind, name):
    label = ACTIVATIONS[name].label  # its outlines have it as well, on an axis of their own
    return [trace for trace in figure.data if (trace.type, trace.name) == (kind, label) and trace.xaxis == "x2"]


@pytest.mark.parametrize(("same", "depth"), [(False, 20), (True, 20), (False, 1), (False, 50)])
def test_a_bar_is_what_is_left_in_its_layer(same, depth):
    figure = light.light(FOUR, depth, same).figure
    for name in FOUR:
        bars = traces(figure, "bar", name)[-1]
        assert bars.yaxis == "y2"
        assert list(bars.y) == pytest.approx(list(10.0 ** left(name, depth, "glorot_normal" if same else None)))


def test_a_neuron_is_as_bright_as_its_gradient_and_dark_below_a_millionth():
    figure = light.light(TWO, 20, False).figure
    for name in TWO:
        (neurons,) = traces(figure, "scatter", name)
        bright = np.array(neurons.marker.opacity).reshape(20, 4)
        share = left(name, 20)
        assert list(bright.max(axis=1)) == pytest.approx(np.clip(1 + share / 6, 0, 1), abs=0.15), (
            "the brightest of four units is about as bright as the layer"
        )
    sigmoid = np.array(traces(figure, "scatter", "sigmoid")[0].marker.opacity).reshape(20, 4)
    assert (sigmoid[:9] == 0).all(), "it dies on the way"
    assert (sigmoid[-3:] > 0.7).all()


def test_edges_die_with_the_neurons_and_arrive_with_relu():
    figure = light.light(TWO, 20, False).figure
    for name, arrives in (("sigmoid", False), ("relu", True)):
        colour = light.style(name).colour
        rgb = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        paths = [shape.path for shape in figure.layout.shapes if shape.type == "path" and rgb in shape.line.color]
        ends = [float(x) for path in paths for x in re.findall(r"[ML](-?\d+),", path)]
        assert (min(ends) == 1.0 - COLUMNS) == arrives
        assert max(ends) == 0.0


def test_the_brighter_an_edge_the_wider_it_is():
    edges = [shape.line for shape in light.light(("sigmoid",), 20, False).figure.layout.shapes if shape.type == "path"]
    ordered = sorted(edges, key=lambda line: float(line.color.rstrip(")").rpartition(",")[2]))
    assert len(ordered) > 5
    assert all(a.width < b.width for a, b in pairwise(ordered))


@pytest.mark.parametrize("name", ["sigmoid", "relu"])
def test_more_layers_than_columns_are_a_band_as_bright_as_they_are(name):
    figure = light.light(TWO, 60, False).figure
    band = next(trace for trace in traces(figure, "bar", name) if trace.yaxis == "y")
    assert list(band.marker.opacity) == pytest.approx(list(np.clip(1 + left(name, 60) / 6, 0, 1)), abs=0.0051)
    assert (band.x0, band.x0 + 59 * band.dx) == pytest.approx((1.0 - COLUMNS, 0.0))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_usual_weights_are_glorots_for_what_saturates_and_hes_for_what_came_after(name):
    saturating = name in ("identity", "sigmoid", "tanh", "softsign", "hard_sigmoid")
    assert light.usual(name) == ("glorot_normal" if saturating else "he_normal")


def test_what_reaches_layer_1_is_said_and_with_its_usual_weights_relu_brings_most():
    slots = light.light(FOUR, 20, False).slots
    assert slots["sigmoid"] == numerals.ratio(left("sigmoid", 20)[0])
    assert slots["relu"] == f"{100 * 10 ** left('relu', 20)[0]:.2g} %"
    assert (slots["best"], slots["least"]) == ("ReLU", "Sigmoid")
    assert slots["weights"] == "Glorot's for Sigmoid and Tanh and He's for ReLU and GELU"
    alike = light.light(FOUR, 20, True).slots
    assert alike["best"] == "Tanh"
    assert alike["weights"].startswith("Glorot's for Sigmoid, Tanh, ReLU and GELU")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100 %"), (0.9, "90 %"), (0.0101, "1 %"), (0.0099, "1 part in 100"), (2.5, "250 %"),
        (30.0, "grown 30 times"), (9.1e-13, "1 part in 1.1 trillion"), (0.0, "nothing at all: an exact zero"),
    ],
)  # fmt: skip
def test_a_share_is_said_as_people_say_it(share, text):
    assert light.said(math.log10(share) if share else -math.inf) == text


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (0.0, "380 thousand km"),
        (-3.0, "380 km"), (-7.0, "38 m"), (-10.0, "3.8 cm"), (-11.0, "3.8 mm"), (-12.0, "0.38 mm"), (-13.0, "38 µm"),
        (-17.0, "less than a hair's thousandth"), (-20.0, "less than an atom"), (-math.inf, "less than an atom"),
    ],
)  # fmt: skip
def test_a_share_of_the_way_to_the_moon(log10, text):
    assert light.length(log10) == text


def frames(figure, control):
    sent = json.loads(figure.to_json())
    return sent, [frame for frame in sent["frames"] if frame["name"].startswith(control)]


@pytest.mark.parametrize("depth", [2, 20, 21, 100])
def test_the_pulse_ends_where_the_page_is_and_all_positions_are_a_small_message(depth):
    figure = light.light(FOUR, depth, False).figure
    assert len(figure.to_json()) < 200_000
    sent, pulse = frames(figure, "pulse")
    first, *_, last = pulse
    assert len(pulse) == min(depth, COLUMNS)
    assert last["data"][0]["text"] == sent["data"][0]["text"]
    assert last["layout"]["xaxis2"]["range"] == sent["layout"]["xaxis2"]["range"]
    assert first["layout"]["xaxis2"]["range"][0] == -0.5
    assert all(f"reaches layer {depth}" in text for text in first["data"][0]["text"])
    for frame in pulse:  # what is cut off stays where it was
        (low, high), (start, end) = frame["layout"]["xaxis2"]["range"], frame["layout"]["xaxis2"]["domain"]
        whole = sent["layout"]["xaxis"]["range"]
        assert (high - low) / (end - start) == pytest.approx(whole[1] - whole[0])


@pytest.mark.parametrize("at", [1, 2, 15, 20, 30, 100])
def test_what_a_drag_shows_is_what_the_page_shows_at_that_depth(at):
    """The frame over the figure of another depth, item by item as Plotly does it, against the figure of that depth."""
    sent, offered = frames(light.light(TWO, 43, False).figure, f"depth={at}")
    wanted = json.loads(light.light(TWO, at, False).figure.to_json())
    (frame,) = (each for each in offered if each["name"] == f"depth={at}")
    for place, change in zip(frame["traces"], frame["data"], strict=True):
        for key, value in change.items():
            assert numbers(value) == numbers(wanted["data"][place][key]), (place, key)
        told = {"customdata"}  # to a pointer: it waits
        same = {key for key in sent["data"][place] if sent["data"][place][key] == wanted["data"][place].get(key)}
        assert set(sent["data"][place]) - same - told <= set(change)
    for kind in ("shapes", "annotations"):
        shown = [{**old, **new} for old, new in zip(sent["layout"][kind], frame["layout"][kind], strict=True)]
        assert seen(shown) == seen(wanted["layout"][kind])
    assert frame["layout"]["xaxis3"]["range"] == wanted["layout"]["xaxis3"]["range"]


def numbers(value):
    """What is sent as bytes, as a list."""
    if isinstance(value, dict) and "bdata" in value:
        return np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist()
    return {key: numbers(each) for key, each in value.items()} if isinstance(value, dict) else value


def seen(items):
    return sorted(repr(sorted(item.items())) for item in items if item.pop("visible", True))


def test_axes_stand_still_while_the_depth_moves():
    layouts = [json.loads(light.light(TWO, depth, False).figure.to_json())["layout"] for depth in (1, 5, 20, 100)]
    for layout in layouts:
        assert layout.pop("xaxis3")["anchor"] == "y", "it cuts off the outlines where the network begins"
        assert {key: layout[key] for key in layout if "axis" in key} == {
            key: layouts[0][key] for key in layouts[0] if "axis" in key
        }
        assert layout["height"] == layouts[0]["height"]
