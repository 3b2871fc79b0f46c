"""From pixels to digits: two networks that are alike in all but their activation, trained in a bounded time."""

import numpy as np
import pytest

from core.experiments import features
from core.maths import features as maths
from core.maths.datasets import held_out, split
from core.maths.training import advanced, look, start
from core.words import numerals, prose


def column(experiment, name):
    return np.array(experiment.data[prose.common(f"column features {name}")])


def answers(experiment):
    """What each unit of the last layer that is shown answers to each digit."""
    every = [experiment.data[prose.common("column features answer", digit=str(digit))] for digit in range(10)]
    return np.array(every).T[::64]


def test_two_networks_cost_less_than_what_a_page_computes_without_saying_so():
    assert sum(features.trained(name).work for name in features.OFFERED) < 2e9


@pytest.mark.parametrize("activation", features.OFFERED)
def test_ten_digits_ten_units_of_layer_1_and_one_unit_of_the_last_for_each_digit(activation):
    run, experiment = features.trained(activation), features.features(activation)
    found, parts, drawn = maths.features(run), split("digits", run.seed), held_out("digits", run.seed)
    ink = column(experiment, "ink").reshape(10, 64)
    for digit in range(10):  # the first of its kind
        k = next(k for k, y in enumerate(parts.y_test) if y == digit)
        np.testing.assert_allclose(ink[digit], drawn[k] / 16)
    assert list(column(experiment, "digit")[::64]) == list(range(10))
    units = column(experiment, "first unit")[::64].astype(int) - 1
    norms = np.sqrt((found.change**2).sum(axis=1))
    assert set(units) == set(sorted(range(run.width), key=lambda unit: norms[unit])[-10:])
    spread = start(run).flat[: 64 * run.width].std()
    np.testing.assert_allclose(column(experiment, "change").reshape(10, 64), found.change[units] / spread)
    tellers = column(experiment, "last unit")[::64].astype(int) - 1
    np.testing.assert_allclose(answers(experiment), found.answers[tellers])
    assert len({len(values) for values in experiment.data.values()}) == 1


@pytest.mark.parametrize("activation", features.OFFERED)
def test_the_chart_shows_its_numbers(activation):
    experiment = features.features(activation)
    heat = experiment.figure.data[2]
    np.testing.assert_allclose(np.ravel(heat.z[::-1]), np.ravel(answers(experiment)), rtol=1e-6)
    assert [row[0] for row in heat.customdata[::-1]] == list(column(experiment, "last unit")[::64])
    headings = [annotation.text for annotation in experiment.figure.layout.annotations[:3]]
    assert headings[-1] == prose.common("features last heading", last="8")


def test_what_is_said_of_both_networks_is_what_they_have_come_to():
    slots = features.features("relu").slots
    for name in features.OFFERED:
        run = features.trained(name)
        shot = look(run, advanced(run, start(run), run.steps))
        own = features.features(name).slots
        assert slots[f"{name}_accuracy"] == own["early_accuracy"] == numerals.percent(shot.test_accuracy)
        assert (
            slots[f"{name}_moved"]
            == own["early_moved"]
            == numerals.percent(shot.distance[0] / look(run, start(run)).weight[0])
        )
    assert slots["early_guess"] == "10 %"


def test_one_learns_and_tells_digits_apart_and_the_other_neither():
    """What the page says in words: of the digits that a unit was not chosen for, and of patches of ink."""
    learnt, still = (maths.features(features.trained(name)) for name in features.OFFERED)
    assert learnt.last.test_accuracy > 0.9
    assert still.last.test_accuracy < 0.15
    assert learnt.moved > 0.1
    assert still.moved < 0.001
    assert learnt.elsewhere() < 0.3
    assert still.elsewhere() > 0.99
    assert maths.neighbours(learnt.change) > 0.3
    assert abs(maths.neighbours(learnt.first)) < 0.05
