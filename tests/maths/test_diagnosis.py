"""The diagnosis against figures made by hand: what it says does not depend on how they were measured."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.maths.chain import FORMATS, overflow_depth
from core.maths.diagnosis import diagnosed
from core.maths.meanfield import predicted
from core.maths.network import Layers, Network, measure


def layers(log10_delta):
    nothing = np.zeros(len(log10_delta))
    return Layers(nothing, nothing, nothing, np.array(log10_delta, float), nothing, nothing, nothing)


def diagnosis(*columns, network=None):
    network = network or Network("tanh", depth=len(columns[0]), width=20)
    return diagnosed(network, [layers(column) for column in columns], predicted(network))


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (-3.0, 0.0, "vanishing"),
        (-1.0, 0.0, "vanishing"),
        (-0.9, 0.0, "stable"),
        (0.9, 0.0, "stable"),
        (5.0, 2.0, "exploding"),
        (-math.inf, 0.0, "dead"),
        (-math.inf, -math.inf, "dead"),
        (3.0, -math.inf, "exploding"),  # past a dead layer, by a residual connection
    ],
)
def test_the_verdict_is_about_the_way_from_the_last_layer_to_the_first(first, last, verdict):
    assert diagnosis([first, 0.5 * last, last]).verdict == verdict


def test_the_median_network_decides():
    assert diagnosis([-5, 0], [0.1, 0], [0, 0]).verdict == "stable"
    assert diagnosis([-math.inf, 0], [-math.inf, 0], [0, 0]).verdict == "dead"


def test_the_rate_is_per_step_from_layer_to_layer():
    found = diagnosis([-4.0, -2.0, 0.0])
    assert found.decades == -4.0
    assert found.per_layer == -2.0
    assert diagnosis([0.0]).per_layer == 0.0


def test_a_quarter_per_layer_is_lost_after_the_published_numbers_of_layers():
    rate = math.log10(0.25)
    lost = diagnosis([10 * rate, *[0.0] * 9, 0.0]).lost
    assert lost == {"float16": 13, "bfloat16": 67, "float32": 75, "float64": 538}


def test_a_doubling_gradient_overflows_when_its_exponent_does():
    """2^16 is beyond float16, whose largest number is 65504; float32 ends at 2^128, float64 at 2^1024."""
    lost = diagnosis([10 * math.log10(2.0), *[0.0] * 9, 0.0]).lost
    assert lost == {"float16": 16, "bfloat16": 128, "float32": 128, "float64": 1024}


@pytest.mark.parametrize(("name", "dtype"), [("float16", np.float16), ("float32", np.float32), ("float64", np.float64)])
def test_the_largest_number_of_a_format_is_that_of_the_machine(name, dtype):
    assert {f.name: f.largest for f in FORMATS}[name] == float(np.finfo(dtype).max)


@pytest.mark.parametrize("factor", [3.0, 1.7, 10.0, 1.01])
def test_overflow_comes_where_repeated_multiplication_has_it(factor):
    value, steps = np.float32(1.0), 0
    with np.errstate(over="ignore"):
        while np.isfinite(value):
            value, steps = np.float32(value * np.float32(factor)), steps + 1
    assert abs(overflow_depth(factor, FORMATS[2]) - steps) <= (1 if factor < 1.1 else 0)  # rounding adds up


@pytest.mark.parametrize("factor", [0.0, 0.5, -1.0, 1.0])
def test_what_does_not_grow_never_overflows(factor):
    assert overflow_depth(factor, FORMATS[0]) is None


def test_the_distance_from_theory_is_measured_at_the_first_layer():
    network = Network("identity", depth=3, width=20)  # theory: 0 everywhere
    assert diagnosis([0.3, 0.2, 0.0], network=network).apart == pytest.approx(0.3)
    assert math.isnan(diagnosis([-math.inf, 0.2, 0.0], network=network).apart)
    assert math.isnan(diagnosed(network, [layers([0.3, 0.2, 0.0])], None).apart)


def test_the_scatter_is_that_of_hanin_and_nica():
    """ln delta^2 varies by 5 L / n: at L = n the logarithm to base ten of delta by sqrt(5) / (2 ln 10)."""
    found = diagnosis([0.0] * 20, network=Network("relu", depth=20, width=20))
    assert found.wander.scatter == pytest.approx(0.4856, abs=1e-4)


def test_a_typical_linear_network_lies_below_the_mean_as_chi_squared_says():
    """Width 4, a hundred layers, sigma 1: each multiplies by exp((ln 2 + psi(2)) / 2) = 1.747, the mean square by 2."""
    network = Network(
        "identity", depth=100, width=4, initializer="normal", initializer_parameters={"std": 1.0}
    )  # fmt: skip
    typical = 100 * math.log10(math.exp((math.log(2.0) + 1.0 - float(np.euler_gamma)) / 2.0))
    shift = diagnosis([0.0] * 100, network=network).wander.shift
    assert shift == pytest.approx(typical - 100 * math.log10(2.0), abs=1e-9)
    reached = [measure(replace(network, seed=seed)).log10_delta for seed in range(100)]
    found = np.median([log10[0] - log10[-1] for log10 in reached])
    assert found == pytest.approx(99 * math.log10(2.0) + 0.99 * shift, abs=0.5), "a hundred networks"


def test_a_branch_times_zero_is_not_dead():
    still = Network("relu", depth=3, width=20, residual=True, branch_scale=0.0)
    found = diagnosis([-math.inf] * 3, network=still)
    assert (found.verdict, found.decades, found.per_layer) == ("still", 0.0, 0.0)
    assert diagnosis([-math.inf] * 3, network=replace(still, branch_scale=0.05)).verdict == "dead"
