import math

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.meanfield import chi, critical_weight_variance, fixed_point
from core.maths.phases import level_line, phases, settled
from tests.maths.sweeps import few

WEIGHTS = np.array([0.05, 0.5, 1.3, 1.7609546, 1.9, 1.99, 2.03, 2.5, 3.3, 5.0])
BIASES = np.array([0.0, 0.02, 0.17, 0.56, 1.0])
RECTIFIERS = [
    ("identity", {}, 1.0),
    ("relu", {}, 0.5),
    ("leaky_relu", {"alpha": 0.5}, 0.625),
    ("prelu", {"a": 1.2}, 1.22),
]


def assert_close(found, expected, relative=1e-5):
    """Zero and infinity count as themselves."""
    found, expected = np.asarray(found), np.asarray(expected)
    np.testing.assert_array_equal(np.isinf(found), np.isinf(expected))
    np.testing.assert_array_equal(found == 0, expected == 0)
    finite = np.isfinite(expected)
    np.testing.assert_allclose(found[finite], expected[finite], rtol=relative)


# The map


@pytest.mark.parametrize(
    ("name", "params"),
    few(
        [
            *((name, {}) for name in ACTIVATIONS),
            ("elu", {"alpha": 0.0}),
            ("elu", {"alpha": 3.0}),
            ("swish", {"beta": 0.0}),
            ("swish", {"beta": 4.0}),
            ("prelu", {"a": -0.5}),
        ],
        "tanh",
        "relu",
        "elu",
        "softplus",
        "swish",
    ),
)
def test_the_map_shows_what_the_fixed_points_one_by_one_say(name, params):
    found = phases(name, WEIGHTS, BIASES, **params)
    variance = np.array([[fixed_point(name, float(w), float(b), **params) for w in WEIGHTS] for b in BIASES])
    there = [[chi(name, q, float(w), **params) for q, w in zip(row, WEIGHTS, strict=True)] for row in variance]
    assert_close(found.variance, variance)
    assert_close(found.chi, there)


@pytest.mark.parametrize(("name", "params", "half"), RECTIFIERS)
def test_rectifiers_settle_where_their_geometric_series_says(name, params, half):
    """V(q) = sigma_w^2 (1 + a^2) / 2 q + sigma_b^2."""
    w, b = np.meshgrid(np.array([0.0, 0.3, 0.95, 1.0, 1.05, 2.0]) / half, [0.0, 1e-6, 0.01, 1.0, 1e6])
    found, there = settled(name, w.ravel(), b.ravel(), **params)
    factor = w.ravel() * half
    with np.errstate(divide="ignore", invalid="ignore"):
        series = b.ravel() / (1.0 - factor)
    expected = np.where(factor < 1 - 1e-12, series, np.where((b.ravel() == 0) & (factor < 1.01), w.ravel(), np.inf))
    assert_close(found, expected, 1e-8)
    np.testing.assert_allclose(there, factor, rtol=1e-8, atol=1e-15)


def test_the_map_has_a_row_for_each_bias_and_a_column_for_each_weight_variance():
    found = phases("relu", np.array([0.5, 1.0, 1.5]), np.array([0.2, 0.4]))
    np.testing.assert_allclose(found.variance, [[0.8 / 3, 0.4, 0.8], [1.6 / 3, 0.8, 1.6]], rtol=1e-8)
    np.testing.assert_allclose(found.chi, [[0.25, 0.5, 0.75], [0.25, 0.5, 0.75]], rtol=1e-8)
    np.testing.assert_array_equal(found.weight_variances, [0.5, 1.0, 1.5])
    np.testing.assert_array_equal(found.bias_variances, [0.2, 0.4])


def test_points_alone_and_together_are_the_same():
    w, b = np.array([0.9, 1.5, 2.5]), np.array([0.0, 0.1, 1.0])
    together = settled("tanh", w, b)
    for i in range(3):
        alone = settled("tanh", w[i : i + 1], b[i : i + 1])
        np.testing.assert_array_equal([column[0] for column in alone], [column[i] for column in together])


def test_the_map_of_tanh_passes_through_the_published_points():
    """Schoenholz 2017, and Poole 2016."""
    q, there = settled("tanh", np.array([1.7609546, 1.69, 6.25, 16.0]), np.array([0.05, 0.09, 0.09, 0.09]))
    assert q[0] == pytest.approx(0.57005, abs=1e-5)
    np.testing.assert_allclose(there, [1.0, 0.940, 1.585, 2.367], atol=5e-4)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_without_weights_the_biases_remain(name):
    q, there = settled(name, np.zeros(4), np.array([0.0, 1e-14, 0.3, 1.0]))
    assert_close(q, [0.0, 1e-14, 0.3, 1.0], 1e-8)
    np.testing.assert_array_equal(there, 0.0)


@pytest.mark.parametrize(
    ("name", "w", "b", "expected"),
    [
        ("relu", 1.0, 1e-15, 2e-15),
        ("relu", 1.0, 1e12, 2e12),
        ("tanh", 0.5, 1e-16, 2e-16),  # tanh x = x
        ("tanh", 1e9, 0.0, 1e9 - math.sqrt(2e9 / math.pi)),  # 1 - tanh^2 is a peak of area 2
        ("sigmoid", 1e-14, 0.0, 0.25e-14),  # sigmoid(0)^2 = 1/4
        ("softplus", 1e-15, 1e-15, (1 + math.log(2) ** 2) * 1e-15),
        ("gelu", 2.0, 1e-16, 2e-16),  # gelu x = x/2
        ("selu", 1.0, 0.0, 1.0),
    ],
)
def test_variances_far_off_settle_where_the_activation_is_simple(name, w, b, expected):
    q, _ = settled(name, np.array([w]), np.array([b]))
    assert q[0] == pytest.approx(expected, rel=1e-5, abs=0)
    assert fixed_point(name, w, b) == pytest.approx(expected, rel=1e-5, abs=0)


@pytest.mark.parametrize("function", [phases, settled, lambda name, w, b, **p: level_line(name, 1.0, b, 5.0, **p)])
def test_unknown_activations_and_parameters_are_refused(function):
    w, b = np.ones(2), np.ones(2)
    with pytest.raises(ValueError, match="unknown activation 'softmax'"):
        function("softmax", w, b)
    with pytest.raises(ValueError, match="alpha must lie between"):
        function("elu", w, b, alpha=3.5)
    with pytest.raises(ValueError, match="no parameter 'beta'"):
        function("elu", w, b, beta=1.0)


# Its lines


@pytest.mark.parametrize(
    "name", few(["tanh", "relu", "elu", "selu", "swish", "gelu", "mish", "softplus"], "tanh", "elu", "gelu", "mish")
)
def test_the_line_of_level_one_is_the_edge_of_chaos(name):
    biases = np.array([0.05, 1.0])
    expected = [critical_weight_variance(name, float(b)) for b in biases]
    np.testing.assert_allclose(level_line(name, 1.0, biases, 5.0), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "bias_variance", "published"),
    [
        ("tanh", 0.05, 1.7609546),
        ("tanh", 2.01e-5, 1.0499956),
        ("swish", 0.55514317, 1.98800468),
        ("gelu", 0.17292239, 1.98305826),
        ("relu", 0.3, 2.0),
        ("relu", 0.0, 2.0),
    ],
)
def test_the_line_of_level_one_passes_through_the_published_points(name, bias_variance, published):
    assert level_line(name, 1.0, np.array([bias_variance]), 5.0)[0] == pytest.approx(published, rel=1e-5)


@pytest.mark.parametrize("level", [math.exp(-1.0), math.exp(-0.1), 0.5, 1.0, math.exp(0.1), 2.0])
def test_the_lines_of_rectifiers_are_upright(level):
    """chi = sigma_w^2 (1 + a^2) / 2 everywhere."""
    biases = np.array([0.0, 0.1, 1.0])
    np.testing.assert_allclose(level_line("relu", level, biases, 5.0), 2 * level, rtol=1e-6)
    np.testing.assert_allclose(level_line("prelu", level, biases, 5.0, a=0.5), 1.6 * level, rtol=1e-6)


@pytest.mark.parametrize("name", ["tanh", "elu", "softplus"])
def test_chi_is_the_level_on_its_line(name):
    biases = np.array([0.01, 0.2, 1.0])
    for level in (math.exp(-1.0), math.exp(-1 / 6), math.exp(-0.05)):
        for b, w in zip(biases, level_line(name, level, biases, 5.0), strict=True):
            assert chi(name, fixed_point(name, w, b), w) == pytest.approx(level, rel=1e-5)


@pytest.mark.parametrize("name", few(["tanh", "relu", "elu", "gelu", "mish", "softplus"], "tanh", "gelu", "softplus"))
def test_the_lines_lie_in_the_order_of_their_levels(name):
    biases = np.linspace(0.01, 1.0, 5)
    levels = [math.exp(-1.0), math.exp(-1 / 5), math.exp(-1 / 20), 1.0, math.exp(1 / 100)]
    lines = np.array([level_line(name, level, biases, 6.0) for level in levels])
    assert not np.isnan(lines).any()
    assert (np.diff(lines, axis=0) >= -1e-9).all()
    assert (lines[0] < lines[3]).all()


def test_where_no_weights_suffice_there_is_no_line():
    # of relu chi is 0.75 at the highest weights allowed: past the level 0.5, short of 0.8
    assert level_line("relu", 0.5, np.array([0.1]), 1.5)[0] == pytest.approx(1.0, rel=1e-6)
    assert np.isnan(level_line("relu", 0.8, np.array([0.1]), 1.5)).all()
    assert np.isnan(level_line("sigmoid", 1.0, np.array([0.0, 1.0]), 5.0)).all()
    assert np.isnan(level_line("relu", 1.0, np.array([0.1]), 1.99)).all()
    assert level_line("relu", 1.0, np.array([0.1]), 2.01)[0] == pytest.approx(2.0, rel=1e-6)
    # of tanh only the smaller biases reach the edge by sigma_w^2 = 2
    np.testing.assert_array_equal(
        np.isnan(level_line("tanh", 1.0, np.array([0.0, 0.05, 0.1729, 1.0]), 2.0)), [False, False, True, True]
    )
    assert level_line("sigmoid", 1.0, np.array([0.0]), 200.0)[0] == pytest.approx(
        critical_weight_variance("sigmoid", 0.0), rel=1e-5
    )


@pytest.mark.parametrize(("name", "bias_variance"), [("gelu", 0.17), ("gelu", 0.2), ("elu", 0.1), ("swish", 0.555)])
def test_the_line_is_the_first_crossing_though_chi_falls_again_further_out(name, bias_variance):
    """Towards sigma_w^2 = 2 the variance grows beyond measure and chi falls back to 1 from above."""
    line = level_line(name, 1.0, np.array([bias_variance]), 5.0)[0]
    weights = np.linspace(0.05, 2.0, 1951)
    _, there = settled(name, weights, np.full_like(weights, bias_variance))
    assert weights[np.argmax(there > 1.0)] == pytest.approx(line, abs=1.1e-3)
    _, at_two = settled(name, np.array([2.0]), np.array([bias_variance]))
    assert at_two[0] == pytest.approx(1.0, rel=1e-6)
