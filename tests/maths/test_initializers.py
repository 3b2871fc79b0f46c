import math

import numpy as np
import pytest
from scipy.stats import truncnorm, uniform

from core.maths.initializers import INITIALIZERS

ENTRIES = pytest.mark.parametrize("entry", INITIALIZERS.values(), ids=INITIALIZERS.keys())
SHAPES = pytest.mark.parametrize(
    ("fan_in", "fan_out"), [(200, 200), (300, 150), (60, 700), (1000, 40), (1, 5000), (5000, 1)]
)
RANDOM = pytest.mark.parametrize("entry", [e for e in INITIALIZERS.values() if e.random], ids=lambda e: e.name)
UNIFORM = ("glorot_uniform", "he_uniform", "pytorch", "uniform_positive")
WITHIN_TWO_SIGMA = truncnorm(-2.0, 2.0)


def draw(entry, fan_in, fan_out, seed=0, **params):
    return entry.weights(np.random.default_rng(seed), fan_in, fan_out, **params)


@ENTRIES
def test_every_entry_can_introduce_itself(entry):
    assert INITIALIZERS[entry.name] is entry
    assert entry.label
    assert entry.formula
    assert entry.source
    assert entry.defaults() == {p.name: p.validate(p.default) for p in entry.parameters}


@ENTRIES
@SHAPES
def test_weights_are_a_float64_matrix_of_fan_out_by_fan_in(entry, fan_in, fan_out):
    weights = draw(entry, fan_in, fan_out)
    assert weights.shape == (fan_out, fan_in)
    assert weights.dtype == np.float64
    assert np.isfinite(weights).all()


@ENTRIES
@SHAPES
def test_the_weights_have_the_variance_they_are_said_to_have(entry, fan_in, fan_out):
    """The variance of n normal numbers is off by sqrt(2/n): five of these are allowed; equal numbers have none."""
    weights = draw(entry, fan_in, fan_out)
    chance = 5 * math.sqrt(2 / weights.size)
    assert weights.var() == pytest.approx(entry.variance(fan_in, fan_out), rel=chance, abs=1e-30)


@ENTRIES
@SHAPES
def test_the_weights_have_mean_zero_if_they_are_said_to(entry, fan_in, fan_out):
    weights = draw(entry, fan_in, fan_out)
    chance = 5 * math.sqrt(entry.variance(fan_in, fan_out) / weights.size) if entry.random else 0.0
    assert entry.zero_mean == (abs(weights.mean()) <= chance)


@RANDOM
def test_every_row_and_column_has_the_same_variance(entry):
    weights = draw(entry, 400, 300)
    squares = (weights - weights.mean()) ** 2
    spread = 6 * math.sqrt(2 / 300)
    for axis in (0, 1):
        np.testing.assert_allclose(squares.mean(axis=axis), entry.variance(400, 300), rtol=spread)


@ENTRIES
def test_the_same_generator_draws_the_same_weights_to_the_bit(entry):
    np.testing.assert_array_equal(draw(entry, 30, 20, seed=5), draw(entry, 30, 20, seed=5))


@RANDOM
def test_another_seed_or_a_second_draw_gives_other_weights(entry):
    rng = np.random.default_rng(5)
    first, second = entry.weights(rng, 30, 20), entry.weights(rng, 30, 20)
    assert not np.any(first == second)
    assert not np.any(first == draw(entry, 30, 20, seed=6))


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("lecun_normal", 1 / 200),
        ("glorot_normal", 1 / 125),
        ("glorot_uniform", 1 / 125),
        ("he_normal", 1 / 100),
        ("he_uniform", 1 / 100),
        ("orthogonal", 1 / 200),
        ("normal", 1e-4),
        ("identity", 1 / 200 - 1 / 40_000),
        ("pytorch", 1 / 600),
        ("truncated_normal", 1e-4 * WITHIN_TWO_SIGMA.var()),
        ("uniform_positive", uniform().var()),
        ("zero", 0.0),
        ("constant", 0.0),
    ],
)
def test_the_variance_follows_the_paper(name, variance):
    assert INITIALIZERS[name].variance(200, 50) == pytest.approx(variance, rel=1e-13 if name[0] == "t" else 1e-15)


def test_keras_divides_by_the_deviation_that_a_normal_number_has_within_two_sigma():
    """The constant that Keras and JAX write into their code, so that "he_normal" has the variance it is called by."""
    entry = INITIALIZERS["truncated_normal"]
    assert math.sqrt(entry.variance(9, 9, std=1.0)) == pytest.approx(0.87962566103423978, rel=1e-15)
    assert entry.variance(9, 9, std=0.05) == pytest.approx(truncnorm(-2, 2, scale=0.05).var(), rel=1e-13)


def test_truncated_weights_are_drawn_again_beyond_two_sigma_and_nowhere_else():
    """Redrawn, not clipped: no heap of weights at the ends, and each of ten equal slices has its share."""
    weights = draw(INITIALIZERS["truncated_normal"], 400, 400, std=0.3) / 0.3
    assert np.abs(weights).max() <= 2.0
    assert np.count_nonzero(np.abs(weights) == 2.0) == 0
    counts, _ = np.histogram(weights, WITHIN_TWO_SIGMA.ppf(np.linspace(0, 1, 11)))
    np.testing.assert_allclose(counts, weights.size / 10, atol=5 * math.sqrt(weights.size * 0.09))


@ENTRIES
def test_only_those_of_pytorch_come_with_biases_as_wide_as_its_weights(entry):
    biases = entry.drawn_biases(np.random.default_rng(3), 25, 40_000)
    assert biases.shape == (40_000,)
    if entry.name == "pytorch":
        assert entry.bias_variance(25) == pytest.approx(uniform(-0.2, 0.4).var(), rel=1e-14)
        assert biases.var() == pytest.approx(entry.bias_variance(25), rel=5 * math.sqrt(2 / 40_000))
        assert -0.2 <= biases.min() < -0.1999
        assert 0.1999 < biases.max() <= 0.2
        assert np.abs(draw(entry, 25, 400)).max() == pytest.approx(0.2, rel=1e-3)
    else:
        assert not biases.any()
        assert entry.bias_variance(25) == 0.0


@pytest.mark.parametrize(("name", "given", "value"), [("zero", {}, 0.0), ("constant", {"value": -0.3}, -0.3)])
def test_equal_weights_are_equal_to_the_bit_and_take_no_random_number(name, given, value):
    rng = np.random.default_rng(4)
    assert np.unique(INITIALIZERS[name].weights(rng, 5, 3, **given)).tolist() == [value]
    assert rng.random() == np.random.default_rng(4).random()


def test_positive_weights_have_the_mean_one_half_that_makes_signals_large():
    weights = draw(INITIALIZERS["uniform_positive"], 300, 300)
    assert weights.min() >= 0.0
    assert weights.max() <= 1.0
    assert weights.mean() == pytest.approx(0.5, abs=5 * math.sqrt(1 / 12 / weights.size))


def test_only_some_look_at_the_fan_out():
    for name, entry in INITIALIZERS.items():
        looks = entry.variance(200, 50) != entry.variance(200, 500)
        assert looks == name.startswith(("glorot", "orthogonal", "identity"))


def test_the_fixed_normal_has_the_deviation_it_is_given():
    entry = INITIALIZERS["normal"]
    assert entry.variance(7, 9, std=0.3) == pytest.approx(0.09, rel=1e-15)
    assert draw(entry, 300, 300, std=0.3).std() == pytest.approx(0.3, rel=0.01)
    assert draw(entry, 300, 300).std() == pytest.approx(0.01, rel=0.01)


@pytest.mark.parametrize(
    ("name", "limit"), [("glorot_uniform", math.sqrt(6 / 500)), ("he_uniform", math.sqrt(6 / 300))]
)
def test_uniform_weights_fill_the_interval_of_the_paper_and_never_leave_it(name, limit):
    weights = draw(INITIALIZERS[name], 300, 200)
    assert weights.max() <= limit
    assert weights.min() >= -limit
    assert weights.max() == pytest.approx(limit, rel=1e-3)
    assert weights.min() == pytest.approx(-limit, rel=1e-3)


@RANDOM
def test_the_fourth_moment_tells_the_normal_from_the_uniform(entry):
    """E w^4 / (E w^2)^2 is 3 for a normal and 9/5 for a uniform distribution; a large rotation is nearly normal."""
    weights = draw(entry, 400, 400)
    weights -= weights.mean()
    kurtosis = np.mean(weights**4) / np.mean(weights**2) ** 2
    expected = {"truncated_normal": 3.0 + WITHIN_TWO_SIGMA.stats("k")}
    assert kurtosis == pytest.approx(expected.get(entry.name, 1.8 if entry.name in UNIFORM else 3.0), abs=0.1)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(64, 64), (100, 30), (30, 100), (1, 9), (9, 1), (1, 1)])
def test_orthogonal_weights_have_orthonormal_rows_or_columns(fan_in, fan_out):
    weights = draw(INITIALIZERS["orthogonal"], fan_in, fan_out)
    product = weights @ weights.T if fan_out <= fan_in else weights.T @ weights
    np.testing.assert_allclose(product, np.eye(min(fan_in, fan_out)), atol=1e-13)


def test_orthogonal_weights_are_as_often_reflections_as_rotations():
    """QR's own signs would give every 3 x 3 matrix the same determinant."""
    rng = np.random.default_rng(0)
    signs = [np.linalg.det(INITIALIZERS["orthogonal"].weights(rng, 3, 3)) > 0 for _ in range(400)]
    assert 0.4 < np.mean(signs) < 0.6


@pytest.mark.parametrize(("fan_in", "fan_out"), [(3, 3), (2, 5), (5, 2)])
def test_the_identity_passes_on_what_comes_in_as_far_as_there_are_units(fan_in, fan_out):
    """Whatever the seed is, and without a random number."""
    rng = np.random.default_rng(4)
    x = np.arange(1.0, fan_in + 1)
    passed = INITIALIZERS["identity"].weights(rng, fan_in, fan_out) @ x
    assert passed.tolist() == [*x[:fan_out], *[0.0] * (fan_out - fan_in)]
    assert rng.random() == np.random.default_rng(4).random()


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2)])
def test_orthogonal_weights_favour_no_direction(shape):
    rng = np.random.default_rng(1)
    draws = np.array([INITIALIZERS["orthogonal"].weights(rng, *shape) for _ in range(2000)])
    np.testing.assert_allclose(draws.mean(axis=0), 0.0, atol=5 * math.sqrt(1 / max(shape) / 2000))
    np.testing.assert_allclose((draws**2).mean(axis=0), 1 / max(shape), rtol=0.12)


# He et al. 2015, section 2.2: VGG model B


@pytest.mark.parametrize(("filters", "deviation"), [(64, 0.059), (128, 0.042), (256, 0.029), (512, 0.021)])
def test_he_gives_the_deviations_published_for_convolutions_of_three_by_three(filters, deviation):
    assert math.sqrt(INITIALIZERS["he_normal"].variance(9 * filters, 1)) == pytest.approx(deviation, abs=6e-4)


def test_a_deviation_of_one_hundredth_shrinks_the_gradient_of_vgg_seventeen_thousandfold():
    layers = [64] * 1 + [128] * 2 + [256] * 2 + [512] * 4
    he, fixed = INITIALIZERS["he_normal"], INITIALIZERS["normal"]
    factors = [math.sqrt(fixed.variance(9 * n, n, std=0.01) / he.variance(9 * n, n)) for n in layers]
    assert 1 / math.prod(factors) == pytest.approx(1.7e4, rel=0.03)
