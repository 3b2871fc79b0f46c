"""Curves and tables are the function and its derivative; what only an activation does to a line."""

import math

import numpy as np
import pytest

from core.charts import theme
from core.experiments import functions
from core.experiments.networks import networks_of
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.words import numerals, prose
from tests.experiments.shown import lines
from tests.scratch import RAMP, with_activation


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_curve_and_its_table_are_the_function_and_its_derivative(name):
    experiment = functions.with_derivatives(networks_of([name]))
    entry = ACTIVATIONS[name]
    span = max(6.0, *(abs(end) / 0.75 for end in (0.0, *entry.breaks)))  # all that happens is seen
    x = np.linspace(-span, span, 241)
    assert list(experiment.data["x"]) == list(x)
    assert list(experiment.data[f"f {entry.label}"]) == list(entry.value(x))
    assert list(experiment.data[f"f' {entry.label}"]) == list(entry.derivative(x))
    upper, lower = experiment.figure.data
    assert list(upper.y) == list(entry.value(x))
    known = ~np.isnan(lower.y)
    assert list(lower.y[known]) == list(entry.derivative(np.array(lower.x)[known]))
    assert list(np.array(lower.x)[~known]) in ([], list(entry.kinks)), "a gap stands at a jump and nowhere else"


@pytest.mark.parametrize(("alpha", "gaps"), [(1.0, 0), (0.5, 1)])
def test_a_derivative_has_a_gap_only_where_it_jumps(alpha, gaps):
    experiment = functions.with_derivatives(networks_of(["elu"], {"elu": {"alpha": alpha}}))
    assert np.isnan(experiment.figure.data[1].y).sum() == gaps


def test_another_parameter_is_another_curve():
    """Networks that differ in a parameter must not share a place in the cache."""
    one, other = (functions.with_derivatives(networks_of(["elu"], {"elu": {"alpha": a}})) for a in (1.0, 2.0))
    assert one.data["f ELU"][0] == pytest.approx(math.expm1(-6.0))
    assert other.data["f ELU"][0] == pytest.approx(2.0 * math.expm1(-6.0))


def test_a_tangent_touches_the_curve_with_its_slope():
    experiment = functions.with_derivatives(networks_of(["tanh"]), tangent=0.5)
    assert experiment.slots["x"] == "0.5"
    assert experiment.slots["value"] == "0.462"  # tanh 0.5
    assert experiment.slots["slope"] == "0.786"  # 1 - tanh^2 0.5
    tangent = lines(experiment.figure)[prose.common("line tangent")]
    (x0, x1), (y0, y1) = tangent.x, tangent.y
    assert (y1 - y0) / (x1 - x0) == pytest.approx(1.0 - math.tanh(0.5) ** 2)
    assert y0 + (0.5 - x0) * (y1 - y0) / (x1 - x0) == pytest.approx(math.tanh(0.5))


def test_two_functions_have_a_tangent_each_and_their_points_share_one_upright_line():
    figure = functions.with_derivatives(networks_of(["sigmoid", "tanh"]), tangent=0.5).figure
    first, on_sigmoid, second, on_tanh, below_sigmoid, below_tanh, up, down = figure.data[4:]
    sigmoid = 1.0 / (1.0 + math.exp(-0.5))
    exact = [(sigmoid, sigmoid * (1.0 - sigmoid)), (math.tanh(0.5), 1.0 / math.cosh(0.5) ** 2)]
    drawn = [(first, on_sigmoid, below_sigmoid), (second, on_tanh, below_tanh)]
    for (line, above, below), (value, slope) in zip(drawn, exact, strict=True):
        assert np.diff(line.y) / np.diff(line.x) == pytest.approx(slope)
        assert ([*above.x, *above.y], above.yaxis) == (pytest.approx([0.5, value]), "y")
        assert ([*below.x, *below.y], below.yaxis) == (pytest.approx([0.5, slope]), "y2")
        assert below.marker.color == line.line.color == theme.SLOPE
        assert above.marker.color != theme.SLOPE
    assert on_sigmoid.marker.symbol == below_sigmoid.marker.symbol != below_tanh.marker.symbol
    assert list(up.x) == list(down.x) == [0.5, 0.5]


def test_what_is_said_of_two_tangents_tells_whose_they_are():
    slots = functions.with_derivatives(networks_of(["sigmoid", "tanh"]), tangent=1.0).slots
    assert slots["slopes"] == "Sigmoid 0.197 and Tanh 0.42"
    assert slots["alt_values"] == "σ(1) = 0.731; tanh(1) = 0.762"
    assert (slots["value"], slots["slope"]) == ("0.731 and 0.762", "0.197 and 0.42")


@pytest.mark.parametrize(
    ("names", "bounds", "steepest"),
    [
        (["sigmoid"], {0.0, 1.0}, {0.0, 0.25}),
        (["tanh"], {-1.0, 1.0}, {0.0, 1.0}),
        (["sigmoid", "tanh"], {-1.0, 0.0, 1.0}, {0.0, 0.25, 1.0}),
        (["relu"], {0.0}, {0.0, 1.0}),
        (["swish"], set(), set()),  # they would move with its parameter
    ],
)
def test_bounds_and_the_largest_derivative_are_named_at_the_axes(names, bounds, steepest):
    layout = functions.with_derivatives(networks_of(names), tangent=1.0).figure.layout
    for axis, levels in ((layout.yaxis, bounds), (layout.yaxis2, steepest)):
        shown = dict(zip(axis.tickvals or (), axis.ticktext or (), strict=True))
        named = {value for value, text in shown.items() if text.startswith("<b>")}
        assert {round(value, 9) for value in named} == levels
        assert {float(shown[value].strip("</b>").replace("−", "-")) for value in named} == levels


def test_zones_of_two_functions_lie_over_each_other():
    figure = functions.with_derivatives(networks_of(["sigmoid", "tanh"]), zones=True).figure
    zones = sorted(s.x0 for s in figure.layout.shapes if s.type == "rect")
    assert zones == pytest.approx([-8.0, -8.0, math.acosh(10.0), 2.0 * math.acosh(10.0)])
    assert [a.text for a in figure.layout.annotations].count(prose.common("zone small")) == 2, "one on either side"


def test_saturated_zones_begin_where_the_slope_is_a_hundredth_of_its_maximum():
    """4 cosh^2(x / 2) = 400 for sigmoid."""
    experiment = functions.with_derivatives(networks_of(["sigmoid"]), tangent=0.0, zones=True)
    edge = 2.0 * math.acosh(10.0)
    zones = sorted((s.x0, s.x1) for s in experiment.figure.layout.shapes if s.type == "rect")
    assert zones == [pytest.approx((-8.0, -edge)), pytest.approx((edge, 8.0))]


def test_only_an_activation_bends_a_line():
    experiment = functions.bending(networks_of(["identity", "relu"], depth=10, initializer="he_normal", bias_std=0.3))
    x, straight, bent = experiment.data["x"], experiment.data["Identity"], experiment.data["ReLU"]
    assert np.ptp(np.diff(straight)) < 1e-9
    residual = bent - np.polyval(np.polyfit(x, bent, 1), x)
    assert experiment.slots["list"] == "\n".join((
        "- [Identity](<#line=Identity>): exactly straight, to rounding",
        f"- [ReLU](<#line=ReLU>): {numerals.percent(np.var(residual) / np.var(bent))}",
    ))  # fmt: skip
    assert experiment.slots["depth"] == "10"


def test_the_errors_of_the_shortcuts_to_gelu_are_the_known_ones():
    """Off by up to 4.7e-4 in value and 8.7e-4 in derivative with tanh, by 2.0e-2 with a sigmoid."""
    data = functions.gelu_errors().data
    exact = np.array([x * normal_cdf(x) for x in data["x"]])
    assert np.abs(data["tanh f"]).max() == pytest.approx(4.73e-4, rel=0.01)
    assert np.abs(data["tanh f′"]).max() == pytest.approx(8.7e-4, rel=0.02)
    assert np.abs(data["sigmoid f"]).max() == pytest.approx(2.03e-2, rel=0.01)
    swish = data["x"] / (1.0 + np.exp(-1.702 * data["x"]))
    assert list(data["sigmoid f"]) == pytest.approx(list(swish - exact), abs=1e-12)


def test_prelus_own_gradient_is_its_input_left_of_zero():
    experiment = functions.slope_gradient(-0.5)
    x = experiment.data["x"]
    assert list(experiment.data["df/da"]) == list(np.where(x < 0, x, 0.0))
    assert list(experiment.data["f"]) == list(np.where(x < 0, -0.5 * x, x))
    assert experiment.slots["a"] == "−0.5"


def test_a_bounded_function_that_reaches_beyond_one_is_seen_up_to_its_bounds(monkeypatch):
    with_activation(monkeypatch, RAMP)
    ramp, sigmoid = (functions.with_derivatives((Network(name),)).figure for name in ("ramp", "sigmoid"))
    assert list(sigmoid.layout.yaxis.range) == [-1.4, 1.4]
    assert ramp.layout.yaxis.range[0] < -2.0 < 5.0 < ramp.layout.yaxis.range[1]
    x, slope = (np.array(part, dtype=float) for part in (ramp.data[1].x, ramp.data[1].y))
    assert list(x[np.isnan(slope)]) == [-2.0, 5.0], "broken where it jumps, and nowhere else"
