"""Cures side by side: the numbers of the start against steps by hand, the outcome against plain runs, the verdicts."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.experiments import cures, evidence, kept, trials
from core.experiments.cures import Case, Outcome, beginning, judged, question, reason
from core.maths.cures import CURES, PATIENTS, SEEDS
from core.maths.training import BUDGET, advanced, perceptron, start, train
from core.words import prose


@pytest.fixture
def short(monkeypatch):
    """Runs of a few steps, in pieces of a few."""
    for name, run in PATIENTS.items():
        monkeypatch.setitem(PATIENTS, name, replace(run, steps=25))
    monkeypatch.setattr(cures, "TURN", 0.01)
    cures.trial.clear()
    yield
    cures.trial.clear()


@pytest.mark.parametrize("name", ["none", "tanh", "residual", "before", "adam", "clip"])
def test_what_reaches_layer_1_is_what_one_plain_step_with_all_samples_moves(name):
    """That step is the learning rate times the gradient, whatever the cure does to steps."""
    case = Case("vanishes", 5, name)
    plain = replace(case.run, batch=2000, optimizer="sgd", learning_rate=1e-3, clip_norm=0.0)
    before = start(plain)
    net, moved = perceptron(plain), before.flat - advanced(plain, before, 1).flat
    sizes = [float(np.linalg.norm(w)) for w in net.views(moved).weights]
    assert beginning(case).reach == pytest.approx(math.log10(sizes[0] / sizes[-1]), abs=1e-6)


def test_the_first_step_is_told_relative_to_the_weights_and_to_the_output_layers():
    case = Case("vanishes", 5, "adam")
    before = start(case.run)
    net = perceptron(case.run)
    was = [np.linalg.norm(w) for w in net.views(before.flat).weights]
    moved = [np.linalg.norm(w) for w in net.views(advanced(case.run, before, 1).flat - before.flat).weights]
    assert beginning(case).update == pytest.approx(moved[0] / was[0])
    assert beginning(case).share == pytest.approx(math.log10(moved[0] / moved[-1]))


@pytest.mark.parametrize(
    ("patient", "name", "why"),
    [
        ("vanishes", "relu", "more"),
        ("vanishes", "orthogonal", "little"),  # the function squeezes, not the weights
        ("vanishes", "clip", "same"),  # nothing is too long
        ("vanishes", "adam", "step"),
        ("vanishes", "layer_rate", "step"),
        ("vanishes", "rate", "alike"),
        ("vanishes", "float16", "zero"),
        ("vanishes", "loss_scale", "back"),
        ("explodes", "orthogonal", "less"),
        ("explodes", "clip", "alike"),
        ("diverges", "clip", "alike"),
        ("diverges", "relu", "both"),  # as far from the output layer's as before; its size was what was wrong
    ],
)
def test_the_reason_follows_from_the_start(patient, name, why):
    assert reason(Case(patient, 10, name)) == why
    assert cures.why(Case(patient, 10, name))


@pytest.mark.parametrize("patient", PATIENTS)
def test_a_gradient_stays_as_it_was_and_hardly_anything_is_different_only_where_that_is_so(patient):
    for case in cures.every(patient, 5)[1:]:
        now, was = beginning(case), beginning(case.base)
        if reason(case) == "step":
            assert now.reach == pytest.approx(was.reach, abs=0.01), case.cure
        if reason(case) == "little":
            assert 0.3 < 10.0 ** (now.reach - was.reach) < 3.2, case.cure
            assert 0.3 < now.update / was.update < 3.2, case.cure


@pytest.mark.parametrize(("patient", "depth"), [("explodes", 15), ("explodes", 20), ("diverges", 20)])
def test_a_first_step_that_float16_cannot_hold_is_left_out_and_that_is_the_reason(patient, depth):
    case = Case(patient, depth, "loss_scale")
    assert np.array_equal(advanced(case.run, start(case.run), 1).flat, start(case.run).flat)
    assert reason(case) == "over"
    assert reason(case.base) == "little", "without the scale it is made"


def outcome(*accuracy, diverged=0):
    return Outcome(accuracy, tuple(k < diverged for k in range(len(accuracy))), 1.0)


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (outcome(0.84, 0.86, 0.85), "cured"),  # of 0.8 that are missing, more than 0.64 are there
        (outcome(0.82, 0.83, 0.82), "helps"),
        (outcome(0.29, 0.29, 0.29), "helps"),
        (outcome(0.27, 0.27, 0.27), "same"),
        (outcome(0.2, 0.2, 0.2), "same"),
        (outcome(0.14, 0.14, 0.14), "worse"),
        (outcome(0.16, 0.16, 0.16), "same"),
        (outcome(0.9, 0.9, 0.9, diverged=1), "worse"),
    ],
)
def test_a_verdict_is_the_share_of_what_was_missing(end, verdict):
    assert judged(end, outcome(0.2, 0.2, 0.2)) == verdict


def test_what_the_seeds_of_the_sick_network_reach_themselves_is_no_difference():
    assert judged(outcome(0.3, 0.3, 0.3), outcome(0.1, 0.1, 0.4)) == "same"
    assert judged(outcome(0.3, 0.3, 0.3), outcome(0.2, 0.5, 0.5)) == "same"


def test_a_trial_in_pieces_ends_as_plain_runs_of_all_seeds_do(short):
    case = Case("explodes", 5, "residual")
    trial, shares = cures.trial(case), []
    while trial.computed is None:
        trials.work(trial)
        shares.append(trial.share)
    ends = [list(train(replace(case.run, seed=seed), at=()))[-1] for seed in range(SEEDS)]
    assert trial.computed.accuracy == tuple(end.test_accuracy for end in ends)
    assert not any(trial.computed.diverged)
    assert len(shares) > 2 * SEEDS
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_steps_that_float16_cannot_hold_are_said_to_be_left_out(short):
    case = Case("diverges", 10, "float16")
    while cures.trial(case).computed is None:
        trials.work(cures.trial(case))
    ends = [list(train(replace(case.run, seed=seed), at=()))[-1] for seed in range(SEEDS)]
    assert cures.trial(case).computed.skipped == sum(end.skipped for end in ends) / (SEEDS * case.run.steps) > 0.9
    row = list(CURES).index("float16")
    assert "of the steps left out" in cures.table("diverges", 10, [case])["Held-out accuracy"][row]


def test_a_run_that_diverges_says_so_and_is_no_worse_than_another_one(short):
    cases = [Case("diverges", 10, name) for name in ("none", "rate")]
    for case in cases:
        while cures.trial(case).computed is None:
            trials.work(cures.trial(case))
        assert all(cures.trial(case).computed.diverged)
    table = cures.table("diverges", 10, cases)
    accuracy = dict(zip(*list(table.values())[0:3:2], strict=True))
    assert accuracy[cures.label("none")] == accuracy[cures.label("rate")] == prose.common("cure diverged")
    assert cures.verdict(cases[1], cases) == "same"
    assert cures.verdict(cases[1], cases[1:]) == "unknown", "before the sick network has been run"


def test_all_runs_that_the_page_offers_at_once_have_a_bound():
    for patient in PATIENTS:
        deepest = cures.every(patient, int(cures.DEPTHS[-1]))
        assert SEEDS * sum(case.run.work for case in deepest) < 2.0 * BUDGET


def test_none_is_right_where_a_gradient_stays_as_it_was():
    none = prose.common("cure none of them")
    options, right = question("vanishes", 10, ("adam", "clip"))
    assert right == none
    assert options == [cures.label("adam"), cures.label("clip"), none]
    options, right = question("vanishes", 10, ("adam", "relu", "residual"))
    assert right == cures.label("relu")
    assert none in options


def test_what_is_as_good_as_the_best_is_not_offered_beside_it():
    options, right = question("vanishes", 10, ("before", "after", "adam"))
    assert [cures.label("before") in options, cures.label("after") in options].count(True) == 1
    assert right in options


def test_the_right_answer_is_the_best_of_the_chart_however_many_are_chosen():
    every = tuple(name for name in CURES if name != "none")
    for depth in map(int, cures.DEPTHS):
        options, right = question("vanishes", depth, every)
        assert right == cures.gradient("vanishes", depth, every).slots["best"]
        assert len(options) <= cures.MOST + 1


def test_each_cure_has_a_name_and_a_look_of_its_own():
    assert len({cures.label(name) for name in CURES}) == len(CURES)
    assert len({cures.look_of(name) for name in CURES}) == len(CURES)


def test_the_claims_are_what_the_numbers_say():
    slots = evidence.cures()
    assert slots["half"] == prose.common("axis zero") == "exactly 0"
    assert slots["half_scaled"] == slots["sick"], "loss scaling brings back what was rounded, and no more"
    assert slots["share"] == slots["clip_share"], "clipping scales all layers alike"
    assert float(slots["clip_step"]) < 0.5
    factor = math.sqrt(math.pi / (math.pi - 1.0))  # Yang et al. 2019, for ReLU: the variance grows by pi / (pi - 1)
    for depth in (10, 50):
        assert float(slots[f"norm_{depth}"].replace(",", "")) == pytest.approx(factor ** (depth - 1), rel=0.5)
        assert 0.5 < float(slots[f"bare_{depth}"]) < 2.0


def test_what_is_computed_of_every_cure_stays_whatever_other_pages_compute():
    """Small kinds do not share the room of charts, and theirs has a place for all that can be asked for."""
    cases = [case for patient in PATIENTS for depth in cures.DEPTHS for case in cures.every(patient, int(depth))]
    deepest = kept.size_of(cures.beginning(cases[-1]))
    for results, size in ((cures.beginning, deepest), (cures.trial, cures.trial.size)):
        assert results.limit <= kept.WORDS
        assert len(cases) <= results.entries
        assert len(cases) * size <= results.limit
