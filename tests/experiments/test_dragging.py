"""Charts that follow a control: every position is the chart that the setting itself would give, and all is small."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.experiments import chains, functions, gradients
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.words import numerals, prose
from tests.charts.sent import parsed, sent
from tests.pages.reader import opened, specs

OVER = ("vanishing_gradient", (("reach", "worst_figure"), ("words", "worst_words"), ("factor", "worst_factor")))
SWISH = ("beyond_relu", (("zero", "swish_zero_now"), ("low", "swish_low_now"), ("share", "swish_share_now")))
SLOPES = ("leaky_relu.alpha", "prelu.a", "elu.alpha")
VARIANTS = ("relu_variants", tuple((name, name) for name in ("leaky_relu", "prelu", "elu")))
TANGENT = ("sigmoid_and_tanh", (("x", "x"), ("value", "value"), ("slope", "slope")))
ALLOWED = 150_000  # bytes that one figure may take on its way to the browser
PAGES = ("vanishing_gradient", "backpropagation", "sigmoid_and_tanh", "relu", "relu_variants", "beyond_relu")


def networks(*names: str, **settings: float) -> tuple[Network, ...]:
    return tuple(Network(name, **settings) for name in names)  # type: ignore[arg-type]


def stops(figure: go.Figure, control: str) -> dict[float, go.Frame]:
    """The frames that a figure has for a control, by its value."""
    named = ((frame.name.split("="), frame) for frame in sent(figure).frames)
    return {float(value): frame for (key, value), frame in named if key == control}


def at(figure: go.Figure, control: str, value: float) -> list[dict[str, object]]:
    """The traces of a figure as they are when a control stands at a value."""
    frame = stops(figure, control)[value]
    figure = sent(figure)
    traces = [trace.to_plotly_json() for trace in figure.data]
    for place, changed in zip(frame.traces, frame.data, strict=True):
        traces[place] |= {k: v for k, v in changed.to_plotly_json().items() if k != "type"}
    return traces


def items(figure: go.Figure, control: str, value: float, kind: str = "annotations") -> list[dict[str, Any]]:
    """The texts or shapes that are seen at a position: Plotly takes those of a frame one by one, over what is there."""
    frame = stops(figure, control)[value]
    figure = sent(figure)
    base, over = ([item.to_plotly_json() for item in layout[kind]] for layout in (figure.layout, frame.layout))
    assert len(over) in (0, len(base)), "what a frame leaves out would stay"
    placed = [{**below, **above} for below, above in zip(base, over or [{}] * len(base), strict=True)]
    return [{k: v for k, v in item.items() if k != "visible"} for item in placed if item.get("visible", True)]


def annotations(figure: go.Figure, control: str, value: float) -> list[str]:
    return [item["text"] for item in items(figure, control, value)]


def assert_same_items(figure: go.Figure, control: str, value: float, wanted: go.Figure) -> None:
    """The same texts in the same colours at the same places, and the same shapes; the readouts come on top."""
    for kind, more in (("annotations", 1), ("shapes", 0)):
        seen = sorted(map(repr, (sorted(item.items()) for item in items(figure, control, value, kind))))
        shown = [item.to_plotly_json() for item in wanted.layout[kind] if item.visible is not False]
        direct = {repr(sorted((k, v) for k, v in item.items() if k != "visible")) for item in shown}
        assert direct <= set(seen), kind
        assert len(seen) - len(shown) in (0, more)


def assert_drawn_alike(traces: list[dict[str, object]], wanted: go.Figure) -> None:
    drawn = [trace for trace in traces if len(trace["x"])]
    assert len(drawn) == len(wanted.data)
    for one, other in zip(drawn, wanted.data, strict=True):
        assert one["name"] == other.name
        np.testing.assert_allclose(np.array(one["x"], dtype=float), np.array(other.x, dtype=float), rtol=1e-6)
        np.testing.assert_allclose(
            np.array(one["y"], dtype=float), np.array(other.y, dtype=float), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize(("depth", "scale"), [(1, 0), (8, 0), (40, 10), (100, 0)])
def test_a_depth_that_is_dragged_to_is_the_chart_of_that_depth(depth: int, scale: int) -> None:
    chosen = networks("sigmoid", "tanh", "relu", depth=20)
    figure = gradients.by_layer(chosen, best=True, readout=OVER, control="depth", scale=scale).figure
    there = tuple(replace(network, depth=depth) for network in chosen)
    direct = gradients.by_layer(there, best=True, scale=scale)
    assert_drawn_alike(at(figure, "depth", depth), direct.figure)
    assert_same_items(figure, "depth", depth, direct.figure)
    words = prose.read("vanishing_gradient")
    readout = annotations(figure, "depth", depth)[0]
    for block, slot in OVER[1]:
        assert direct.slots[slot] in readout
        assert words(f"metric {block}", **direct.slots) in readout
    assert f"layer 1 of {depth}" in readout, "the depth that is shown"
    for frame in sent(figure).frames:
        moved = frame.layout.to_plotly_json()
        assert not {"xaxis", "yaxis"} & set(moved), "only the lines move, and what stands at their ends"


def test_where_the_slider_stands_is_a_position_among_the_others_in_order() -> None:
    for depth in (1, 7, 20, 33, 100):
        figure = gradients.by_layer(
            networks("sigmoid", "relu", depth=depth), best=True, readout=OVER, control="depth"
        ).figure
        assert list(stops(figure, "depth")) == sorted({depth, *stops(figure, "depth")})
        assert_drawn_alike(
            at(figure, "depth", depth), gradients.by_layer(networks("sigmoid", "relu", depth=depth), best=True).figure
        )


def test_what_would_take_too_long_is_dragged_through_fewer_depths() -> None:
    several = networks(*ACTIVATIONS, depth=20)
    few, many = (
        len(sent(gradients.by_layer(chosen, best=True, readout=OVER, control="depth").figure).frames)
        for chosen in (several, several[:2])
    )
    assert few < many
    assert many >= 15


@pytest.mark.parametrize(
    ("which", "name", "parameter"), [(1, "leaky_relu", "alpha"), (2, "prelu", "a"), (3, "elu", "alpha")]
)
def test_a_parameter_that_is_dragged_to_gives_its_own_curves(which: int, name: str, parameter: str) -> None:
    chosen = networks("relu", "leaky_relu", "prelu", "elu")
    control = f"{name}.{parameter}"
    figure = functions.with_derivatives(chosen, drag=("leaky_relu.alpha", "prelu.a", "elu.alpha")).figure
    reached = list(stops(figure, control))
    entry = ACTIVATIONS[name]
    for value in (*reached[::6], reached[-1]):
        traces = at(figure, control, value)
        x = np.array(traces[which]["x"], dtype=float)
        np.testing.assert_allclose(traces[which]["y"], entry.value(x, **{parameter: value}), rtol=1e-2, atol=5e-3)
        left = np.array(traces[4 + which]["x"], dtype=float) < -0.01
        slope = entry.derivative(np.array(traces[4 + which]["x"], dtype=float)[left], **{parameter: value})
        np.testing.assert_allclose(np.array(traces[4 + which]["y"], dtype=float)[left], slope, rtol=1e-2, atol=5e-3)
    (number,) = entry.parameters
    assert {number.low, number.high, chosen[which].parameters[parameter]} <= set(reached)
    steps = (np.array(reached) - number.low) / number.step
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-4)  # values of the slider itself


@pytest.mark.parametrize(("name", "parameter"), [("leaky_relu", "alpha"), ("prelu", "a"), ("elu", "alpha")])
def test_the_gradient_of_a_parameter_that_is_dragged_to_is_the_one_of_its_network(name: str, parameter: str) -> None:
    chosen, control = networks("relu", "leaky_relu", "prelu", "elu", depth=30), f"{name}.{parameter}"
    figure = gradients.by_layer(chosen, theory=True, drag=SLOPES, readout=VARIANTS).figure
    reached = list(stops(figure, control))
    assert len(reached) >= 10
    for value in (*reached[::4], reached[-1]):
        there = tuple(replace(n, parameters={parameter: value}) if n.activation == name else n for n in chosen)
        direct = gradients.by_layer(there, theory=True)
        assert_drawn_alike(at(figure, control, value), direct.figure)
        assert_same_items(figure, control, value, direct.figure)
        readout = annotations(figure, control, value)[0]
        assert direct.slots[name] in readout
        assert f" = {numerals.plain(value)}:" in readout, "the value that is shown"


def test_so_deep_networks_that_a_parameter_takes_too_long_are_not_dragged() -> None:
    chosen = networks("relu", "leaky_relu", "prelu", "elu", depth=100, width=128)
    figure = gradients.by_layer(chosen, theory=True, drag=SLOPES).figure
    assert [len(stops(figure, control)) for control in SLOPES] == [1, 1, 1]


@pytest.mark.parametrize("beta", [0.0, 2.5, 10.0])
def test_swish_is_dragged_with_its_zero_and_its_figures(beta: float) -> None:
    chosen = (Network("swish"), Network("gelu"))
    figure = functions.with_derivatives(chosen, marks=True, drag=("swish.beta",), readout=SWISH).figure
    direct = functions.with_derivatives((Network("swish", {"beta": beta}), Network("gelu")), marks=True)
    readout = annotations(figure, "swish.beta", beta)[0]
    for _, slot in SWISH[1]:
        assert direct.slots[slot] in readout
    traces = at(figure, "swish.beta", beta)
    x = np.array(traces[0]["x"], dtype=float)
    np.testing.assert_allclose(traces[0]["y"], ACTIVATIONS["swish"].value(x, beta=beta), rtol=1e-5, atol=1e-6)
    marked = [trace for trace in traces if trace.get("mode") == "markers" and len(trace["x"])]
    wanted = [trace for trace in direct.figure.data if trace.mode == "markers"]
    assert_same_items(figure, "swish.beta", beta, direct.figure)
    assert [list(mark["x"]) for mark in marked] == [pytest.approx(list(mark.x), rel=1e-6) for mark in wanted]


@pytest.mark.parametrize("names", [("tanh",), ("sigmoid", "tanh")])
@pytest.mark.parametrize("x", [-6.0, -1.2, 0.0, 3.6])
def test_the_tangents_are_dragged_along_the_curves(x: float, names: tuple[str, ...]) -> None:
    chosen = networks(*names)
    figure = functions.with_derivatives(chosen, tangent=1.0, zones=True, drag=("x",), readout=TANGENT).figure
    direct = functions.with_derivatives(chosen, tangent=x, zones=True)
    assert_drawn_alike([t | {"name": ""} for t in at(figure, "x", x)], _unnamed(direct.figure))
    readout = annotations(figure, "x", x)[0]
    assert numerals.number(1.0 / np.cosh(x) ** 2) in readout


def _unnamed(figure: go.Figure) -> go.Figure:
    return go.Figure([trace.update(name="") for trace in figure.data])


@pytest.mark.parametrize("step", [0, 3, 4, 5, 8])
def test_the_walk_is_dragged_through_its_steps_drawing_and_figures(step: int) -> None:
    figure = chains.walk("sigmoid", 4, 1.0, 1.0, 24).figure
    direct = chains.walk("sigmoid", 4, 1.0, 1.0, step).figure
    shown = at(figure, "chain.step", step)
    for one, other in zip(shown, direct.data, strict=True):
        for key in ("hovertext", "text"):
            assert list(one.get(key) or []) == list(other[key] or [])
    assert list(shown[0]["marker"]["color"]) == list(direct.data[0].marker.color)
    assert_same_items(figure, "chain.step", step, direct)


@pytest.mark.parametrize(
    ("activation", "weight", "x"), [("gelu", 4.9, -4.9), ("sigmoid", -4.9, -4.9), ("relu", 1.0, -1.0)]
)
def test_the_longest_walk_is_small_on_its_way(activation: str, weight: float, x: float) -> None:
    assert len(chains.walk(activation, 12, weight, x, 24).figure.to_json().encode()) < ALLOWED


def test_so_wide_networks_that_a_tenth_of_a_second_does_not_do_are_not_dragged() -> None:
    figure = gradients.by_layer(
        networks(*ACTIVATIONS, depth=10, width=128), best=True, readout=OVER, control="depth"
    ).figure
    assert len(sent(figure).frames) <= 11


@pytest.mark.parametrize("stem", PAGES)
def test_a_chart_that_follows_a_control_is_small_on_its_way(stem: str) -> None:
    dragged = {key: spec for key, spec in specs(opened(stem)).items() if json.loads(spec).get("frames")}
    assert dragged
    for key, spec in dragged.items():
        assert len(spec.encode()) < ALLOWED, key
        assert len(parsed(spec).frames) >= 9, key
        assert json.loads(spec)["layout"]["height"] <= 520, key


def test_the_largest_choice_of_the_front_page_is_small_on_its_way_too() -> None:
    figure = gradients.by_layer(networks(*ACTIVATIONS, depth=100), best=True, readout=OVER, control="depth").figure
    assert len(figure.to_json().encode()) < ALLOWED


def _keys(part: Any, path: str = "") -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield f"{path}.{key}"
            yield from _keys(value, f"{path}.{key}")


@pytest.mark.parametrize("stem", PAGES)
def test_each_position_says_of_an_axis_what_every_other_says(stem: str) -> None:
    """What one position tells and another leaves out would stay on the way from the one to the other."""
    for key, spec in specs(opened(stem)).items():
        by_control: dict[str, set[tuple[str, ...]]] = {}
        for frame in json.loads(spec).get("frames") or ():
            told = tuple(sorted(_keys(frame.get("layout", {}))))
            by_control.setdefault(frame["name"].partition("=")[0], set()).add(told)
        assert all(len(keys_told) == 1 for keys_told in by_control.values()), key
