"""Several seeds against NumPy's and the standard library's own medians."""

import math
import statistics
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.maths.ensemble import Ensemble, plan, spread
from core.maths.network import Layers, Network, measure

COLUMNS = [column.name for column in fields(Layers)]


def layers_with(values):
    """Layers that hold the same values in every column, each times the number of the column."""
    return Layers(*(np.array(values, dtype=np.float64) * (k + 1) for k in range(len(COLUMNS))))


def spread_of(*rows):
    return spread([layers_with(row) for row in rows], COLUMNS[0])


# Members


def test_the_members_have_one_seed_after_the_other():
    network = Network("relu", depth=3, width=5, seed=7, residual=True, normalization="layer")
    members = Ensemble(network, 4).members
    assert [member.seed for member in members] == [7, 8, 9, 10]
    assert members[0] == network


def test_the_members_differ_in_nothing_but_the_seed():
    network = Network(
        "prelu",
        {"a": 0.1},
        depth=3,
        width=5,
        initializer="normal",
        initializer_parameters={"std": 0.3},
        weight_gain=2.0,
        bias_std=0.1,
        bias_mean=-0.2,
        residual=True,
        normalization="batch",
        branch_scale=0.5,
        batch=6,
        seed=2,
    )
    assert {replace(member, seed=2) for member in Ensemble(network, 5).members} == {network}
    assert all(member.parameters == {"a": 0.1} for member in Ensemble(network, 5).members)


def test_five_seeds_are_the_default_and_one_is_enough():
    network = Network("tanh")
    assert len(Ensemble(network).members) == Ensemble(network).seeds == 5
    assert Ensemble(network, 1).members == (network,)
    assert len(Ensemble(network, 20).members) == 20


def test_a_whole_number_of_seeds_may_come_as_a_float():
    ensemble = Ensemble(Network("tanh"), 3.0)
    assert (ensemble.seeds, type(ensemble.seeds)) == (3, int)


@pytest.mark.parametrize("seeds", [0, -1, 21, 10**9, math.inf, math.nan])
def test_a_number_of_seeds_out_of_bounds_is_refused(seeds):
    with pytest.raises(ValueError, match="^seeds must lie between 1 and 20"):
        Ensemble(Network("tanh"), seeds)


@pytest.mark.parametrize("junk", [None, "many", [], 1j])
def test_what_is_no_number_of_seeds_is_refused(junk):
    with pytest.raises(ValueError, match="^seeds must be a number"):
        Ensemble(Network("tanh"), junk)


def test_a_fraction_of_a_seed_is_refused():
    with pytest.raises(ValueError, match="^seeds must be a whole number"):
        Ensemble(Network("tanh"), 2.5)


def test_the_last_seed_must_be_allowed_as_well():
    last = 2**31 - 1
    assert Ensemble(Network("tanh", seed=last - 4), 5).members[-1].seed == last
    with pytest.raises(ValueError, match="^seed must lie between"):
        Ensemble(Network("tanh", seed=last - 3), 5)
    assert Ensemble(Network("tanh", seed=last), 1).members[0].seed == last


def test_an_ensemble_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Ensemble(Network("tanh")).seeds = 3


@pytest.mark.parametrize(("seeds", "depth", "width", "weights"), [(1, 1, 2, 4), (5, 20, 64, 409_600), (3, 7, 10, 2100)])
def test_the_weights_of_all_members_are_counted(seeds, depth, width, weights):
    ensemble = Ensemble(Network("tanh", depth=depth, width=width), seeds)
    assert ensemble.weights == weights


# Their spread


@pytest.mark.parametrize("count", range(1, 8))
def test_low_median_and_high_are_those_of_the_libraries(count):
    """An odd count has a middle, an even one the mean of two."""
    rows = np.random.default_rng(count).standard_normal((count, 9))
    got = spread_of(*rows)
    np.testing.assert_array_equal(got.low, np.min(rows, axis=0))
    np.testing.assert_array_equal(got.high, np.max(rows, axis=0))
    np.testing.assert_allclose(got.median, np.median(rows, axis=0), rtol=1e-15)
    np.testing.assert_allclose(got.median, [statistics.median(column) for column in rows.T.tolist()], rtol=1e-15)


@given(st.lists(st.lists(st.floats(-1e300, 1e300) | st.just(-math.inf), min_size=3, max_size=3), min_size=1))
def test_the_median_lies_between_the_smallest_and_the_largest(rows):
    got = spread_of(*rows)
    assert not np.isnan([got.low, got.median, got.high]).any()
    assert (got.low <= got.median).all()
    assert (got.median <= got.high).all()


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_the_seeds_does_not_matter(values, random):
    shuffled = random.sample(values, len(values))
    one, other = (spread_of(*([v] for v in order)) for order in (values, shuffled))
    assert (one.low, one.median, one.high) == (other.low, other.median, other.high)


@pytest.mark.parametrize(
    ("values", "low", "median", "high"),
    [
        ([-math.inf], -math.inf, -math.inf, -math.inf),
        ([-math.inf, -math.inf], -math.inf, -math.inf, -math.inf),
        ([-math.inf, 1.0], -math.inf, -math.inf, 1.0),
        ([1.0, -math.inf, 2.0], -math.inf, 1.0, 2.0),
        ([-math.inf, 2.0, -math.inf], -math.inf, -math.inf, 2.0),
        ([1.0, 3.0, -math.inf, 2.0], -math.inf, 1.5, 3.0),
        ([1.0, -math.inf, -math.inf, 2.0], -math.inf, -math.inf, 2.0),
        ([math.inf, 1.0, 2.0], 1.0, 2.0, math.inf),
        ([math.inf, math.inf, 2.0, 1.0], 1.0, math.inf, math.inf),
        ([math.inf, math.inf], math.inf, math.inf, math.inf),
    ],
    ids=str,
)
def test_an_exact_zero_counts_as_the_smallest_and_gives_neither_nan_nor_warning(values, low, median, high):
    got = spread_of(*([v] for v in values))
    assert (got.low[0], got.median[0], got.high[0]) == (low, median, high)


def test_the_mean_of_the_two_largest_floats_does_not_overflow():
    """An RMS may be so large in a deep network."""
    measured = [Layers(*[np.array([rms])] * len(COLUMNS)) for rms in (1.6e308, 1.7e308)]
    assert spread(measured, "preactivation_rms").median[0] == pytest.approx(1.65e308)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_column_asked_for_is_the_one_given(column):
    got = spread([layers_with([1.0, 5.0]), layers_with([3.0, 1.0])], column)
    number = COLUMNS.index(column) + 1
    np.testing.assert_array_equal(got.low, [1.0 * number, 1.0 * number])
    np.testing.assert_array_equal(got.median, [2.0 * number, 3.0 * number])
    np.testing.assert_array_equal(got.high, [3.0 * number, 5.0 * number])


def test_the_spread_leaves_what_was_measured_as_it_was():
    rows = [layers_with([3.0, 1.0]), layers_with([1.0, 2.0])]
    before = [getattr(row, COLUMNS[0]).copy() for row in rows]
    spread(rows, COLUMNS[0])
    for row, was in zip(rows, before, strict=True):
        np.testing.assert_array_equal(getattr(row, COLUMNS[0]), was)


@pytest.mark.parametrize("column", COLUMNS)
def test_narrow_relu_networks_some_of_them_dead_have_a_spread(column):
    """Of four units some networks die within thirty layers, some live: zeros and logarithms side by side."""
    ensemble = Ensemble(Network("relu", depth=30, width=4, batch=4, initializer="he_normal"), 8)
    measured = [measure(member) for member in ensemble.members]
    died = [np.isneginf(layers.log10_delta[0]) for layers in measured]
    assert 0 < sum(died) < 8
    got = spread(measured, column)
    assert got.low.shape == got.median.shape == got.high.shape == (30,)
    values = np.array([getattr(layers, column) for layers in measured])
    np.testing.assert_array_equal(got.low, values.min(axis=0))
    np.testing.assert_array_equal(got.high, values.max(axis=0))
    expected = [statistics.median(layer) for layer in values.T.tolist()]
    np.testing.assert_allclose(got.median, expected, rtol=1e-14)


# What is measured in which order


def test_of_each_ensemble_the_first_network_is_measured_before_the_second_of_any():
    one, other = Ensemble(Network("tanh", depth=3, width=8, seed=5), 3), Ensemble(Network("relu", depth=2, width=8), 1)
    order = [(which, network.activation, network.seed) for which, network in plan([one, other])]
    assert order == [(0, "tanh", 5), (1, "relu", 0), (0, "tanh", 6), (0, "tanh", 7)]


def test_a_budget_is_shared_and_leaves_one_network_of_each():
    large = Ensemble(Network("tanh", depth=10, width=10), 10)  # 1,000 weights for each network
    assert [which for which, _ in plan([large], budget=10_000)] == [0] * 10
    assert [which for which, _ in plan([large], budget=9_999)] == [0] * 9
    assert [which for which, _ in plan([large, large], budget=7_000)] == [0, 1] * 3
    assert [which for which, _ in plan([large, large], budget=1)] == [0, 1]
