"""The first steps of learning are those of the maths, and how long they take is said in words."""

import math

import numpy as np
import pytest

from core.experiments import steps
from core.maths.activations import ACTIVATIONS
from core.maths.training import Run, advanced, data, probabilities, start, train
from core.words import numerals
from tests.experiments.shown import lines


def alike(names, **settings):
    return tuple(Run(activation=name, **settings) for name in names)


def test_one_step_moves_each_layer_as_the_maths_says():
    chosen = alike(["sigmoid", "relu"], depth=3, width=16, learning_rate=0.2, steps=1)
    experiment = steps.first_steps(chosen)
    waits = {}
    for run in chosen:
        before, after = train(run)
        label = ACTIVATIONS[run.activation].label
        assert list(experiment.data[label]) == list(after.update_ratio)
        assert list(experiment.data[label]) == pytest.approx(list(after.distance / before.weight))
        assert list(lines(experiment.figure)[label].y) == pytest.approx(list(np.log10(after.update_ratio)))
        waits[label] = math.log10(0.01 / after.update_ratio[0])
    assert list(experiment.data["layer"]) == [1, 2, 3, 4]
    assert (experiment.slots["slow"], experiment.slots["fast"]) == ("Sigmoid", "ReLU")
    assert experiment.slots["slow_steps"] == numerals.count(waits["Sigmoid"])
    assert experiment.slots["between"] == numerals.count(waits["Sigmoid"] - waits["ReLU"])


def test_the_gradient_of_layer_1_is_what_a_step_moves_it_by_over_the_learning_rate():
    chosen = alike(["sigmoid", "relu"], depth=3, width=16, learning_rate=0.2)
    slots = steps.first_steps(chosen).slots
    for run, end in zip(chosen, ("slow", "fast"), strict=True):
        moved = (advanced(run, start(run), 1).flat - start(run).flat)[: 64 * 16]
        assert slots[f"{end}_gradient"] == numerals.number(math.sqrt(math.fsum(moved**2)) / 0.2)
    assert steps.first_steps(alike(["relu"], depth=1, width=4, learning_rate=0.0)).slots["slow_gradient"] == "undefined"


def test_a_single_network_is_both_the_slowest_and_the_fastest():
    slots = steps.first_steps(alike(["relu"], depth=2, width=16)).slots
    assert slots["slow"] == slots["fast"] == "ReLU"
    assert slots["between"] == "1"


def test_a_short_run_shows_the_loss_of_every_network():
    chosen = alike(["sigmoid", "relu"], depth=2, width=16, steps=40)
    experiment = steps.short_run(chosen)
    for run in chosen:
        shots = list(train(run, range(0, 41, 4)))
        label, found = (
            ACTIVATIONS[run.activation].label,
            probabilities(run, advanced(run, start(run), 40), data(run).x_test),
        )
        given = found[np.arange(len(found)), data(run).y_test]
        assert len(experiment.data[label]) == 11
        assert experiment.data[label][-1] == pytest.approx(-np.mean(np.log(given)), rel=1e-12)
        assert numerals.percent(shots[-1].test_accuracy) in experiment.slots["short"]
        assert numerals.percent(shots[-1].distance[0] / shots[0].weight[0]) in experiment.slots["short"]
    assert experiment.slots["short_steps"] == "40"
    assert experiment.slots["short_guess"] == "2.3", "the logarithm of ten"


def test_a_short_run_that_diverges_says_so():
    experiment = steps.short_run(alike(["selu"], depth=20, steps=100))
    assert "diverged" in experiment.slots["short"]
    assert np.isnan(lines(experiment.figure)["SELU"].y[-1])


@pytest.mark.parametrize(
    ("log10", "words"),
    [
        (math.inf, "for ever: nothing moves"),
        (-0.5, "less than one"),
        (0.0, "1"),
        (math.log10(14), "14"),
        (4.875, "75 thousand"),
    ],
)
def test_a_waiting_time_in_words(log10, words):
    assert steps.steps_in_words(log10) == words
