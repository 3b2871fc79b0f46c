"""Learning to remember: gradients by numeric differentiation, clipping, and what cells can learn at all."""

from functools import cache

import numpy as np
import pytest

from core.maths.cells import GATED
from core.maths.optimizers import clipped
from core.maths.recall import CLIP, SYMBOLS, UPDATES, Recall, graded, initial, learn, sequences


@pytest.mark.parametrize("cell", ["tanh", "sigmoid", "gelu", "relu", *GATED])
def test_the_gradient_for_every_parameter_is_the_numeric_derivative(cell):
    rng = np.random.default_rng(1)
    parameters = [each + 0.1 * rng.standard_normal(each.shape) for each in initial(Recall(cell))]
    x, symbols = sequences(6, rng)
    *_, gradients = graded(cell, parameters, x, symbols)
    for k, gradient in enumerate(gradients):
        assert gradient.shape == parameters[k].shape
        for place in [np.unravel_index(i, gradient.shape) for i in rng.choice(gradient.size, min(24, gradient.size))]:
            losses = []
            for sign in (1.0, -1.0):
                moved = [each.copy() for each in parameters]
                moved[k][place] += sign * 1e-6
                losses.append(graded(cell, moved, x, symbols)[0])
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-4, abs=1e-9), (k, place)


def test_a_clipped_gradient_keeps_its_direction_and_a_short_one_its_length():
    gradient = np.array([3.0, -4.0])
    np.testing.assert_allclose(clipped(gradient, 1.0), [0.6, -0.8])
    np.testing.assert_array_equal(clipped(gradient, 5.0), gradient)
    np.testing.assert_array_equal(clipped(np.zeros(2), 1.0), np.zeros(2))


def test_the_symbol_is_shown_once_and_what_follows_says_nothing_of_it():
    x, symbols = sequences(2000, np.random.default_rng(0))
    np.testing.assert_array_equal(x[0, :, :SYMBOLS].argmax(axis=1), symbols)
    np.testing.assert_array_equal(x[:, :, SYMBOLS].mean(axis=1), [0.0] + [1.0] * 1999)
    assert abs(x[1:, :, :SYMBOLS].mean(axis=0)).max() < 5 * 0.5 / np.sqrt(1999)
    assert x[1:, :, :SYMBOLS].std() == pytest.approx(0.5, rel=0.01)


learnt = cache(learn)


def ended(recall):
    return learnt(recall).accuracy[-60:].mean()


def test_tanh_learns_over_a_few_steps_and_only_an_open_lstm_over_forty():
    """Guessing is a quarter."""
    assert ended(Recall("tanh", steps=5)) > 0.9
    assert ended(Recall("tanh", steps=40, clipped=False)) < 0.35
    assert ended(Recall("lstm", steps=40, forget_bias=1.0)) < 0.35
    assert ended(Recall("lstm", steps=40, forget_bias=5.0)) > 0.8


def test_clipping_bounds_what_explodes_and_brings_nothing_back_that_has_vanished():
    """Where no gradient is longer than allowed, clipping changes nothing, to the bit."""
    plain, short = (learnt(Recall("tanh", steps=40, clipped=clip)) for clip in (False, True))
    far = 10.0**plain.log10_norm > CLIP
    until = int(np.argmax(far)) + 1 if far.any() else UPDATES
    np.testing.assert_array_equal(plain.accuracy[:until], short.accuracy[:until])
    assert ended(Recall("tanh", steps=40, clipped=True)) < 0.35


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    once = learn(Recall("gru", steps=5))
    np.testing.assert_array_equal(learn(Recall("gru", steps=5)).log10_norm, once.log10_norm)
    assert (learn(Recall("gru", steps=5, seed=1)).log10_norm != once.log10_norm).all()
    assert once.accuracy.shape == (UPDATES,)
    assert once.diverged is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cell": "elman"}, "unknown cell"),
        ({"steps": 61}, "steps"),
        ({"clipped": 1}, "clipped"),
        ({"steps": 4}, "steps"),
    ],
    ids=str,
)
def test_settings_out_of_bounds_are_refused_by_name(wrong, said):
    with pytest.raises(ValueError, match=said):
        Recall(**wrong)
