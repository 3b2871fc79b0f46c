"""The data against scikit-learn's own, and the shapes in the plane against what their names say."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from core.maths.datasets import DATASETS, split

ENTRIES = pytest.mark.parametrize("name", DATASETS)
PLANE = pytest.mark.parametrize("name", ["spirals", "circles", "moons"])
SEEDS = pytest.mark.parametrize("seed", [0, 1, 7])
SIZES = {"digits": (1438, 359), "spirals": (300, 300), "circles": (300, 300), "moons": (300, 300)}


def drawn(name: str, seed: int = 4) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The samples before they are divided and standardised."""
    return DATASETS[name].draw(np.random.default_rng(seed))


def raw_digits(seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pixels that standardised ones came from: in each column the k-th smallest value is the k-th smallest grey."""
    parts, greys = split("digits", seed), load_digits().data
    columns = np.concatenate([parts.x, parts.x_test]).T
    pixels = [np.unique(raw)[np.unique(x, return_inverse=True)[1]] for x, raw in zip(columns, greys.T, strict=True)]
    return np.array(pixels, dtype=np.int64).T, np.concatenate([parts.y, parts.y_test])


def radii_and_turns(points: NDArray[np.float64], classes: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """Polar coordinates, the angle from 0 to 2 pi as seen from where the arm of the class begins."""
    angle = np.arctan2(points[:, 1], points[:, 0]) - np.pi * classes
    return np.hypot(*points.T), angle % (2 * np.pi)


# Both parts


@ENTRIES
@SEEDS
def test_samples_and_classes_have_the_shapes_their_dataset_says(name: str, seed: int) -> None:
    parts, entry = split(name, seed), DATASETS[name]
    learning, held_out = SIZES[name]
    assert parts.x.shape == (learning, entry.features)
    assert parts.x_test.shape == (held_out, entry.features)
    assert parts.y.shape == (learning,)
    assert parts.y_test.shape == (held_out,)
    assert {array.dtype for array in (parts.x, parts.x_test)} == {np.dtype(np.float64)}
    assert {array.dtype for array in (parts.y, parts.y_test)} == {np.dtype(np.int64)}
    assert set(parts.y) == set(parts.y_test) == set(range(entry.classes))


def test_the_registry_names_what_there_is() -> None:
    assert [(e.features, e.classes) for e in DATASETS.values()] == [(64, 10), (2, 2), (2, 2), (2, 2)]
    assert all(name == entry.name and entry.label and entry.source for name, entry in DATASETS.items())


@ENTRIES
def test_nobody_can_change_the_data(name: str) -> None:
    parts = split(name, 0)
    for array in (parts.x, parts.y, parts.x_test, parts.y_test):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(FrozenInstanceError):
        parts.x = parts.x_test  # type: ignore[misc]


@ENTRIES
@SEEDS
def test_every_feature_of_the_learning_part_has_mean_0_and_variance_1(name: str, seed: int) -> None:
    x = split(name, seed).x
    varies = np.ptp(x, axis=0) > 0
    np.testing.assert_allclose(x.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(x.var(axis=0)[varies], 1.0, rtol=1e-12)
    np.testing.assert_array_equal(x[:, ~varies], 0.0)
    assert varies.all() or name == "digits"


@ENTRIES
@SEEDS
def test_held_out_samples_are_moved_and_scaled_by_the_numbers_of_the_learning_ones(name: str, seed: int) -> None:
    plane = name != "digits"
    samples, classes = DATASETS[name].draw(np.random.default_rng([seed, 5])) if plane else raw_digits(seed)
    parts, learning = split(name, seed), SIZES[name][0]
    scaler = StandardScaler().fit(samples[:learning])
    np.testing.assert_allclose(parts.x, scaler.transform(samples[:learning]), atol=1e-12)
    np.testing.assert_allclose(parts.x_test, scaler.transform(samples[learning:]), atol=1e-12)
    np.testing.assert_array_equal(np.concatenate([parts.y, parts.y_test]), classes)


@ENTRIES
def test_one_seed_is_one_split_and_another_seed_another(name: str) -> None:
    first = split(name, 3)
    split.cache_clear()
    again, other = split(name, 3), split(name, 4)
    assert again is not first
    for part in ("x", "y", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(first, part), getattr(again, part))
        assert not np.array_equal(getattr(first, part), getattr(other, part))


@ENTRIES
def test_data_once_drawn_are_kept(name: str) -> None:
    assert split(name, 11) is split(name, 11)


@ENTRIES
@SEEDS
def test_the_classes_are_balanced_in_both_parts_and_in_random_order(name: str, seed: int) -> None:
    parts, classes = split(name, seed), DATASETS[name].classes
    for y in (parts.y, parts.y_test):
        expected = len(y) / classes
        assert np.abs(np.bincount(y) - expected).max() < 4.5 * np.sqrt(expected)
        repeats = np.mean(y[1:] == y[:-1])
        assert repeats == pytest.approx(1 / classes, abs=0.1)


@PLANE
@SEEDS
def test_no_point_is_in_both_parts(name: str, seed: int) -> None:
    parts = split(name, seed)
    assert len(np.unique(np.concatenate([parts.x, parts.x_test]), axis=0)) == 600


# Digits


@SEEDS
def test_the_digits_are_those_of_scikit_learn_each_in_one_of_the_parts(seed: int) -> None:
    pixels, classes = raw_digits(seed)
    original = load_digits()
    found = sorted(map(tuple, np.column_stack([pixels, classes]).tolist()))
    assert found == sorted(map(tuple, np.column_stack([original.data, original.target]).astype(int).tolist()))


def test_pixels_that_never_vary_are_0() -> None:
    parts = split("digits", 0)
    always_blank = np.flatnonzero(load_digits().data.max(axis=0) == 0)
    assert always_blank.tolist() == [0, 32, 39]
    assert not parts.x[:, always_blank].any()
    assert not parts.x_test[:, always_blank].any()


def test_a_linear_classifier_reads_most_digits() -> None:
    """Pixels and classes still belong together, in both parts."""
    parts = split("digits", 2)
    line = LogisticRegression(max_iter=500).fit(parts.x, parts.y)
    assert line.score(parts.x_test, parts.y_test) > 0.94


# Points in the plane


@PLANE
def test_half_of_six_hundred_points_is_of_either_class(name: str) -> None:
    points, classes = drawn(name)
    assert points.shape == (600, 2)
    assert np.bincount(classes).tolist() == [300, 300]


def test_spirals_are_two_arms_whose_radius_grows_with_the_angle() -> None:
    """r = angle / 3 pi, up to noise: one and a half turns, the second arm half a turn behind the first."""
    points, classes = drawn("spirals")
    radius, angle = radii_and_turns(points, classes)
    turns = np.round((3 * radius * np.pi - angle) / (2 * np.pi))
    clear = radius > 0.3  # near the centre the noise moves the angle
    off = radius - (angle + 2 * np.pi * turns) / (3 * np.pi)
    assert np.abs(off[clear]).max() < 0.1
    assert np.std(off[clear]) == pytest.approx(0.021, abs=0.006)
    for arm in (0, 1):
        assert radius[classes == arm].max() == pytest.approx(1.0, abs=0.07)
        assert radius[classes == arm].min() < 0.25


def test_spirals_fill_their_disc_evenly() -> None:
    """As many points beyond radius 1 / sqrt 2 as within: half of the area."""
    points, _ = drawn("spirals")
    assert np.mean(np.hypot(*points.T) ** 2 > 0.51) == pytest.approx(0.5, abs=0.06)


def test_circles_are_two_rings_around_one_centre() -> None:
    points, classes = drawn("circles")
    radius = np.hypot(*points.T)
    for ring, expected in ((0, 1.0), (1, 0.5)):
        mine = radius[classes == ring]
        assert mine.mean() == pytest.approx(expected, abs=0.02)
        assert mine.std() == pytest.approx(0.08, abs=0.015)
        assert np.abs(points[classes == ring].mean(axis=0)).max() < 0.02


def test_moons_are_two_half_rings_that_reach_into_each_other() -> None:
    points, classes = drawn("moons")
    for moon, centre, side in ((0, (0.0, 0.0), 1.0), (1, (1.0, 0.5), -1.0)):
        x, y = (points[classes == moon] - centre).T
        assert np.hypot(x, y).mean() == pytest.approx(1.0, abs=0.05)
        assert np.hypot(x, y).std() == pytest.approx(0.15, abs=0.025)
        assert (side * y).min() > -0.6
        assert (side * y).mean() == pytest.approx(2 / np.pi, abs=0.05)


@SEEDS
@pytest.mark.parametrize(("name", "best"), [("spirals", 0.75), ("circles", 0.6), ("moons", 0.93)])
def test_no_straight_line_divides_the_classes(name: str, best: float, seed: int) -> None:
    parts = split(name, seed)
    line = LogisticRegression().fit(parts.x, parts.y)
    assert line.score(parts.x, parts.y) < best
    assert line.score(parts.x_test, parts.y_test) < best
