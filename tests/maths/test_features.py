"""What a trained network looks for, against plain arithmetic on its weights."""

import math
import statistics
from dataclasses import replace
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.maths.datasets import held_out, split
from core.maths.features import Features, features, neighbours
from core.maths.training import Run, advanced, look, start

RUN = Run(depth=2, width=16, learning_rate=0.1, steps=60)


@cache
def found(activation="relu"):
    return features(replace(RUN, activation=activation))


def by_hand(run, x):
    """The output of the last hidden layer, sample by sample and unit by unit, from the flat weights of the run."""
    flat, sizes, place, h = advanced(run, start(run), run.steps).flat, (64, 16, 16), 0, x
    for fan_in, fan_out in ((64, 16), (16, 16)):
        w = flat[place : place + fan_in * fan_out].reshape(fan_out, fan_in)
        place += fan_in * fan_out
        b = flat[place : place + fan_out]
        place += fan_out
        z = np.einsum("ni,oi->no", h, w) + b
        h = np.where(z > 0, z, 0.0) if run.activation == "relu" else 1.0 / (1.0 + np.exp(-z))
    assert h.shape[1] == sizes[-1]
    return h


def features_of(answers, change=((0.0,),)):
    change = np.array(change, dtype=np.float64)
    return Features(look(RUN, start(RUN)), np.ones_like(change), change, np.array(answers, dtype=np.float64))


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_a_unit_answers_to_a_class_with_its_mean_output_beside_its_largest(activation):
    parts, run = split("digits", 0), replace(RUN, activation=activation)
    output = by_hand(run, parts.x_test)
    for unit, answers in enumerate(found(activation).answers):
        means = [math.fsum(output[parts.y_test == digit, unit]) / np.sum(parts.y_test == digit) for digit in range(10)]
        if max(means) == 0.0:
            assert not answers.any(), "a silent unit"
        else:
            assert list(answers) == pytest.approx([mean / max(means) for mean in means])


def test_what_layer_1_has_learnt_is_its_weights_less_those_at_the_start():
    state = advanced(RUN, start(RUN), RUN.steps)
    first, last = (flat[: 16 * 64].reshape(16, 64) for flat in (start(RUN).flat, state.flat))
    np.testing.assert_array_equal(found().change, last - first)
    np.testing.assert_array_equal(found().first, first)
    shot = look(RUN, state)
    assert found().last.test_accuracy == shot.test_accuracy
    assert found().moved == pytest.approx(math.sqrt(np.sum((last - first) ** 2) / np.sum(first**2)))


def test_the_units_that_have_changed_most_come_first():
    changed = features_of(np.eye(3), [[0, 1], [3, 4], [0, 0], [-2, 2]])
    assert list(changed.changed_most(3)) == [1, 3, 0]


def test_each_class_has_a_unit_of_its_own_and_no_other_choice_tells_more_apart():
    answers = np.random.default_rng(1).uniform(size=(6, 4))
    tellers = list(features_of(answers).tellers())

    def told(units):
        return sum(answers[u, k] - np.mean(np.delete(answers[u], k)) for k, u in enumerate(units))

    assert len(set(tellers)) == 4
    assert told(tellers) == pytest.approx(max(told(units) for units in permutations(range(6), 4)))


def test_how_strongly_the_chosen_units_answer_elsewhere():
    answers = [[0.2, 1.0, 0.4], [0.0, 0.0, 0.0], [1.0, 0.1, 0.3], [0.5, 0.6, 1.0]]
    assert list(features_of(answers).tellers()) == [2, 0, 3]
    assert features_of(answers).elsewhere() == pytest.approx((0.1 + 0.3 + 0.2 + 0.4 + 0.5 + 0.6) / 6)
    assert features_of(np.ones((5, 3))).elsewhere() == 1.0


def test_neighbours_are_compared_pair_by_pair():
    pictures = np.random.default_rng(0).standard_normal((200, 64))
    few = pictures[:3] + np.repeat(pictures[:3, ::4], 4, axis=1)
    inside = [(p, y, x) for p in range(3) for y in range(8) for x in range(8)]
    pairs = [((p, y, x), (p, y, x + 1)) for p, y, x in inside if x < 7]
    pairs += [((p, y, x), (p, y + 1, x)) for p, y, x in inside if y < 7]
    square = few.reshape(3, 8, 8)
    expected = statistics.correlation([square[after] for _, after in pairs], [square[before] for before, _ in pairs])
    assert neighbours(few) == pytest.approx(expected)
    assert abs(neighbours(pictures)) < 0.02, "noise"
    assert neighbours((np.indices((4, 4)).sum(axis=0) % 2 * 2.0 - 1.0).reshape(1, 16)) == pytest.approx(-1.0)


@pytest.mark.parametrize("seed", [0, 3])
def test_held_out_digits_are_the_ink_behind_the_standardised_ones(seed):
    parts, ink = split("digits", seed), held_out("digits", seed)
    assert ink.shape == parts.x_test.shape
    original = {sample.tobytes(): digit for sample, digit in zip(*load_digits(return_X_y=True), strict=True)}
    assert [original[sample.tobytes()] for sample in ink] == list(parts.y_test)
    for pixel, standard in zip(ink.T, parts.x_test.T, strict=True):
        if np.ptp(standard) > 0:  # one line through all samples
            assert np.corrcoef(pixel, standard)[0, 1] == pytest.approx(1.0)
