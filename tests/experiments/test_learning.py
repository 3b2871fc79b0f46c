"""Training that is watched: its stories are true, its words are the numbers, and every race has its charts."""

import json
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from core.charts import training as chart
from core.experiments import films, learning, learnt, style
from core.experiments.films import UNITS, Film, Frame
from core.experiments.steps import alike
from core.experiments.stories import ABOUT, STORIES
from core.maths import training
from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS
from core.maths.optimizers import OPTIMIZERS
from core.maths.perceptron import logits
from core.maths.training import BUDGET, Run, Snapshot, State, advanced, data, look, perceptron, start, train
from core.maths.twins import twins
from core.ui.settings import runs
from core.words import numerals, prose
from core.words.labels import NORMALIZATION_LABELS
from tests.scratch import IRIS, WINE, with_data

WORDS = prose.read("watch_it_learn")
UNREADABLE = re.compile(r"\bnan\b|\binf\b|\bNone\b|undefined|\{\{")
SHORT = Run("circles", "tanh", depth=2, width=8, steps=4, learning_rate=0.2, seed=3)
DIVERGING = Run("circles", "selu", depth=20, width=8, learning_rate=1.0, steps=60)


@lru_cache(maxsize=64)
def frames(run: Run) -> tuple[Frame, ...]:
    film = Film(run)
    for _ in range(run.steps + 60):
        films.work(film)
    assert film.ended
    return tuple(film.frames)


def racers(*runs: Run) -> list[learning.Racer]:
    return learning.racers(runs, [frames(run) for run in runs])


# The stories


def perturbed(run: Run) -> State:
    """The start of a run, moved by so little that only an accident could depend on it."""
    state = start(run)
    noise = np.random.default_rng(99).standard_normal(state.flat.shape)
    return replace(state, flat=state.flat * (1.0 + 1e-12 * noise))


@pytest.fixture(scope="module", params=["exactly", "perturbed"])
def ends(request: pytest.FixtureRequest) -> dict[str, list[Snapshot]]:
    """Every story, from the exact start and from one that is moved by a little: first, some between, last."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "perturbed":
            patch.setattr(training, "start", perturbed)
        return {name: list(train(run, at=(100, 250, 500, 750))) for name, run in STORIES.items()}


Ends = dict[str, list[Snapshot]]


def moved(seen: list[Snapshot]) -> float:
    return float(seen[-1].distance[0] / seen[0].weight[0])


def verdict_of(name: str, seen: Sequence[Snapshot]) -> str:
    (racer,) = learning.racers([STORIES[name]], [[Frame(s, np.zeros((1, 1))) for s in seen]])
    return learning.verdict(racer)


def test_the_stories_are_those_that_the_page_names() -> None:
    assert [f"story {name}" for name in ("none", *STORIES)] == WORDS.names("story")
    assert len({repr(run) for run in STORIES.values()}) == len(STORIES)
    assert all(run.work < BUDGET for run in STORIES.values())


def test_the_story_of_eight_sigmoid_layers_learns_nothing(ends: Ends) -> None:
    run, seen = STORIES["sigmoid"], ends["sigmoid"]
    assert (run.activation, run.depth, run.normalization, run.dataset) == ("sigmoid", 8, None, "digits")
    assert max(s.test_accuracy for s in seen) < 0.15
    assert moved(seen) < 0.01
    assert seen[-1].status == "finished"
    assert verdict_of("sigmoid", seen) == "chance"


def test_the_story_of_relu_and_he_learns(ends: Ends) -> None:
    run, sigmoid = STORIES["relu"], STORIES["sigmoid"]
    assert run == replace(sigmoid, activation="relu", initializer="he_normal"), "the same with ReLU and He"
    assert ends["relu"][-1].train_accuracy >= 0.95
    assert ends["relu"][-1].test_accuracy >= 0.9
    assert verdict_of("relu", ends["relu"]) == "learnt"


def test_the_story_of_tanh_and_glorot_learns_too(ends: Ends) -> None:
    assert STORIES["tanh"] == replace(STORIES["sigmoid"], activation="tanh")
    assert STORIES["tanh"].initializer == "glorot_normal"
    assert ends["tanh"][-1].train_accuracy >= 0.95
    assert ends["tanh"][-1].test_accuracy >= 0.9
    assert verdict_of("tanh", ends["tanh"]) == "learnt"


def test_the_story_of_dying_relu_ends_with_exactly_no_gradient(ends: Ends) -> None:
    run, last = STORIES["dies"], ends["dies"][-1]
    assert (run.activation, run.learning_rate) == ("relu", 1.0)
    assert (last.log10_gradient[:-1] == -math.inf).all()
    assert last.status == "finished"
    assert last.test_accuracy == pytest.approx(0.5, abs=0.05)
    assert np.isfinite(ends["dies"][0].log10_gradient).all(), "it was alive"
    assert verdict_of("dies", ends["dies"]) == "dead"


def test_the_story_of_leaky_relu_survives_the_same(ends: Ends) -> None:
    run = STORIES["leaky"]
    assert replace(run, activation="relu", parameters={}) == STORIES["dies"]
    assert run.activation == "leaky_relu"
    assert ends["leaky"][-1].train_accuracy >= 0.95
    assert ends["leaky"][-1].test_accuracy >= 0.95
    assert verdict_of("leaky", ends["leaky"]) == "learnt"


def test_the_story_of_prelu_finds_slopes_of_its_own(ends: Ends) -> None:
    assert STORIES["prelu"].activation == "prelu"
    first, last = ends["prelu"][0], ends["prelu"][-1]
    assert first.parameter[:-1] == pytest.approx(0.25)
    assert (np.abs(last.parameter[:-1] - 0.25) > 0.01).all()
    assert last.train_accuracy >= 0.95
    assert last.test_accuracy >= 0.9


def test_the_story_of_batchnorm_differs_from_the_first_one_in_nothing_else_and_learns(ends: Ends) -> None:
    assert replace(STORIES["batchnorm"], normalization=None) == STORIES["sigmoid"]
    assert STORIES["batchnorm"].normalization == "batch"
    assert ends["batchnorm"][-1].train_accuracy >= 0.95
    assert ends["batchnorm"][-1].test_accuracy >= 0.9


def test_the_story_of_adam_learns_with_a_gradient_that_vanishes(ends: Ends) -> None:
    run, (first, *_, last) = STORIES["adam"], ends["adam"]
    assert (run.activation, run.optimizer) == ("sigmoid", "adam")
    assert first.log10_gradient[0] < first.log10_gradient[-1] - 2.0
    ratios = advanced(run, start(run), 1).update_ratio
    assert (ratios[0] > ratios[1:] / 10.0).all()
    assert (ratios[0] < ratios[1:] * 10.0).all()
    assert last.train_accuracy >= 0.95
    assert last.test_accuracy >= 0.9


def test_the_story_of_zeros_ends_with_the_loss_of_guessing_and_no_gradient_ever(ends: Ends) -> None:
    """Only the output layer's biases move: the best of them say how often each class comes, which is nearly a half."""
    run, seen = STORIES["zeros"], ends["zeros"]
    share = float(np.mean(data(run).y))
    least = -share * math.log(share) - (1.0 - share) * math.log(1.0 - share)
    for shot in seen:
        assert (shot.log10_gradient == -math.inf).all(), "of the output layer's weights as well: they see only zeros"
        assert not np.concatenate([shot.weight, shot.distance, shot.apart[:-1]]).any()
        assert least <= shot.loss <= math.log(2.0) + 2e-3
    assert seen[0].loss == pytest.approx(math.log(2.0), rel=1e-14)
    assert least == pytest.approx(math.log(2.0), abs=1e-3)
    assert verdict_of("zeros", seen) == "dead"


def test_the_story_of_equal_weights_learns_a_little_with_units_that_stay_twins(ends: Ends) -> None:
    run, seen = STORIES["twins"], ends["twins"]
    assert (run.initializer, run.width) == ("constant", UNITS), "as many as are shown"
    assert all(twins(shot.apart) for shot in seen)
    assert seen[0].loss == pytest.approx(math.log(10.0), rel=1e-12)
    assert seen[-1].loss < 0.9 * math.log(10.0)
    assert seen[-1].test_accuracy < 0.4
    *_, random = train(replace(run, initializer="glorot_normal", initializer_parameters={}), at=())
    assert random.test_accuracy > 0.8
    assert not twins(random.apart)


def test_what_twins_have_learnt_one_unit_in_each_layer_can_do_as_well() -> None:
    """One unit with the sum of the weights that leave the sixteen, and logits to the last digits but one."""
    run = STORIES["twins"]
    wide = perceptron(run)
    learnt = wide.views(advanced(run, start(run), run.steps).flat)
    (first, second, last), (b, c, d) = learnt.weights, learnt.biases
    parts = [first[:1], b[:1], second[:1].sum(axis=1, keepdims=True), c[:1], last.sum(axis=1, keepdims=True), d]
    narrow = replace(wide, sizes=(64, 1, 1, 10))
    alone = narrow.views(np.concatenate([part.ravel() for part in parts]))
    x = data(run).x
    np.testing.assert_allclose(logits(narrow, alone, x, ()), logits(wide, learnt, x, ()), atol=1e-10)


def test_plain_sgd_does_not_learn_what_adam_learns() -> None:
    plain = replace(STORIES["adam"], optimizer="sgd", learning_rate=0.1)
    *_, last = train(plain, at=())
    assert last.test_accuracy < 0.15
    assert last.train_accuracy < 0.15


@pytest.mark.parametrize("name", STORIES)
def test_the_controls_of_the_page_can_be_set_to_a_story(name: str) -> None:
    run = STORIES[name]
    settings = runs.settings(WORDS, run, "learn.")
    assert settings["learn.race"] == WORDS("race none")
    assert settings["learn.data"] == DATASETS[run.dataset].label
    assert settings["learn.activation"] == ACTIVATIONS[run.activation].label
    assert settings["learn.initializer"] == INITIALIZERS[run.initializer].label
    assert settings["learn.optimizer"] == OPTIMIZERS[run.optimizer].label
    assert settings["learn.rate"] in runs.RATES
    assert float(settings["learn.rate"]) == run.learning_rate
    assert settings["learn.normalization"] == NORMALIZATION_LABELS[run.normalization]
    numbers = {key: settings[f"learn.{key}"] for key in ("depth", "steps", "width", "batch", "seed", "residual")}
    assert numbers == {key: getattr(run, key) for key in numbers}
    assert run.steps % 100 == 0
    assert 100 <= run.steps <= 3000
    assert run.depth <= 30
    assert 2 <= run.width <= 64
    for parameter, value in run.parameters.items():
        assert settings[f"learn.{run.activation}.{parameter}"] == value


def test_settings_name_what_only_some_runs_have() -> None:
    run = Run(initializer="normal", initializer_parameters={"std": 0.5}, residual=True, learning_rate=0.001)
    settings = runs.settings(WORDS, run, "x.")
    assert (settings["x.initializer.std"], settings["x.residual"], settings["x.rate"]) == (0.5, True, "0.001")
    assert "x.initializer.std" not in runs.settings(WORDS, Run(), "x.")
    assert [f"{float(rate):g}" for rate in runs.RATES] == list(runs.RATES)


def test_runs_alike_differ_in_their_activation_only() -> None:
    one, other = alike(("tanh", "relu"), depth=4, seed=5)
    expected = Run(activation="tanh", depth=4, steps=100, seed=5)
    assert (one, other) == (expected, replace(expected, activation="relu"))


# Verdicts


def shot(run: Run = SHORT, **changes: Any) -> Snapshot:
    return replace(look(run, start(run)), **{"step": 4, "status": "finished", **changes})


def judged(run: Run = SHORT, **changes: Any) -> str:
    first = look(run, start(run))
    (racer,) = learning.racers([run], [[Frame(first, np.zeros((41, 41))), Frame(shot(run, **changes), np.zeros(1))]])
    return learning.verdict(racer)


DEAD = np.array([-math.inf, -math.inf, -1.0])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"step": 0, "status": "running"}, "untouched"),
        ({"step": 0, "status": "running", "log10_gradient": DEAD}, "untouched"),
        ({"step": 0, "status": "running", "train_accuracy": 1.0}, "untouched"),
        ({"status": "diverged"}, "diverged"),
        ({"status": "diverged", "train_accuracy": 1.0, "log10_gradient": DEAD}, "diverged"),
        ({"log10_gradient": DEAD}, "dead"),
        ({"log10_gradient": DEAD, "train_accuracy": 1.0}, "dead"),
        ({"log10_gradient": np.full(3, -math.inf), "train_accuracy": 0.5}, "dead"),
        ({"log10_gradient": np.array([-math.inf, -3.0, -1.0]), "train_accuracy": 0.5}, "chance"),
        ({"log10_gradient": np.array([-1.0, -3.0, -math.inf]), "train_accuracy": 0.5}, "chance"),
        ({"train_accuracy": 0.95}, "learnt"),
        ({"train_accuracy": 0.9499}, "learning"),
        ({"train_accuracy": 0.2}, "chance"),
        ({"train_accuracy": 0.5 + 0.086}, "chance"),  # 3 sqrt(0.25 / 300) = 0.0866
        ({"train_accuracy": 0.5 + 0.087}, "learning"),
        ({"train_accuracy": 0.99, "test_accuracy": 0.1}, "learnt"),
    ],
)
def test_a_verdict_is_what_the_last_snapshot_says(changes: dict[str, Any], expected: str) -> None:
    assert judged(**changes) == expected


@pytest.mark.parametrize(("accuracy", "expected"), [(0.147, "chance"), (0.148, "learning"), (0.949, "learning")])
def test_of_ten_classes_guessing_has_a_tenth(accuracy: float, expected: str) -> None:
    """0.1 + 3 sqrt(0.09 / 359.4) = 0.1475"""
    assert judged(Run("digits", "tanh", depth=2, width=8, steps=4), train_accuracy=accuracy) == expected


def test_every_verdict_has_its_words() -> None:
    common = prose.read("common")
    for verdict in ("untouched", "diverged", "dead", "chance", "learning", "learnt"):
        assert f"fate {verdict}" in common.blocks
        assert f"run {verdict}" in common.blocks


# Words


def test_the_words_of_a_run_are_its_numbers() -> None:
    (racer,) = racers(SHORT)
    first, last = racer.frames[0].snapshot, racer.frames[-1].snapshot
    words = learning.words_of(racer)
    assert words["label"] == "Tanh"
    assert words["step"] == "4"
    assert words["loss"] == numerals.number(last.loss)
    assert words["guess"] == "0.693"
    assert words["train"] == f"{numerals.number(100 * last.train_accuracy)} %"
    assert words["test"] == f"{numerals.number(100 * last.test_accuracy)} %"
    assert last.train_accuracy != last.test_accuracy
    assert words["moved"] == numerals.percent(float(last.distance[0] / first.weight[0]))
    assert words["moved_last"] == numerals.percent(float(last.distance[-1] / first.weight[-1]))
    assert words["moved"] != words["moved_last"]
    assert words["reach"] == numerals.size(float(last.log10_gradient[0] - last.log10_gradient[-1]))
    assert words["fate"] == prose.common(f"fate {learning.verdict(racer)}")
    assert words["verdict"].startswith("**Tanh.** After step 4 ")
    assert words["verdict"] == f"**Tanh.** {prose.common(f'run {learning.verdict(racer)}', **words)}"


def test_digits_are_guessed_with_a_loss_of_log_ten() -> None:
    (racer,) = racers(Run("digits", "tanh", depth=1, width=5, steps=1))
    assert learning.words_of(racer)["guess"] == "2.3"


def told_of(run: Run = SHORT, **changes: Any) -> dict[str, str]:
    first = look(run, start(run))
    (racer,) = learning.racers([run], [[Frame(first, np.zeros((41, 41))), Frame(shot(run, **changes), np.zeros(1))]])
    return learning.words_of(racer)


@pytest.mark.parametrize(("activation", "stays"), [("tanh", True), ("relu", True), ("sigmoid", False), ("elu", True)])
def test_weights_of_zero_are_said_to_stay_only_where_the_first_step_leaves_them(activation: str, stays: bool) -> None:
    run = replace(SHORT, activation=activation, initializer="zero")
    begun = shot(run, step=0, status="running")
    assert (not look(run, advanced(run, start(run), 1)).weight.any()) == stays
    (racer,) = learning.racers([run], [[Frame(begun, np.zeros((41, 41)))]])
    assert ("can move" in learning.words_of(racer)["verdict"]) == stays


@pytest.mark.parametrize(("rate", "decay"), [(1.0, 0.0), (1.0, 0.01), (3.0, 0.01), (1.0, 0.0001)])
def test_what_is_said_of_weights_without_a_gradient_is_what_the_next_step_does(rate: float, decay: float) -> None:
    """With weights of -1, layer 1 is never negative, and layer 2 never positive: no gradient at all."""
    dead = replace(SHORT, activation="relu", initializer="constant", initializer_parameters={"value": -1.0})
    run = replace(dead, weight_decay=decay, layer_rate=rate)
    before = advanced(run, start(run), 1)
    now, then = look(run, before), look(run, advanced(run, before, 1))
    text = told_of(run, log10_gradient=now.log10_gradient, weight=now.weight)["verdict"]
    assert "Dead" in text
    stays = bool((now.weight == then.weight)[:-1].all())
    assert ("No step" in text, "weight decay" in text) == (stays, not stays)
    if not stays:
        taken = numerals.number(1.0 - float(then.weight[0] / now.weight[0]))
        assert f"each step takes {taken} of those" in text


def test_a_layer_that_moved_by_many_times_its_weights_says_so_without_percent() -> None:
    weight = shot().weight
    assert told_of(distance=9.99 * weight)["moved"] == "999 %"
    assert told_of(distance=10.1 * weight)["moved"] == "10.1"
    assert told_of(distance=math.inf * weight)["moved"] == "∞"
    assert told_of(distance=0.0 * weight)["moved"] == "none"


@pytest.mark.parametrize(
    ("first", "output", "expected"),
    [
        (-3.0, -1.0, "0.01"),
        (-9.0, -1.0, "1.0 × 10⁻⁸"),
        (-math.inf, -1.0, "exactly 0"),
        (-math.inf, -math.inf, "nothing at all: an exact zero"),
        (2.0, math.inf, "∞"),
        (math.inf, math.inf, "∞"),
        (math.inf, 0.0, "∞"),
    ],
)
def test_what_is_left_of_the_gradient_is_a_number_whatever_it_is(first: float, output: float, expected: str) -> None:
    assert told_of(log10_gradient=np.array([first, -2.0, output]))["reach"] == expected


def test_the_words_of_prelu_name_its_slopes_layer_by_layer_once_it_has_moved() -> None:
    run = replace(SHORT, activation="prelu", parameters={})
    (racer,) = racers(run)
    slopes = racer.last.parameter[:-1]
    named = ", ".join(numerals.number(float(a)) for a in slopes)
    assert len(slopes) == 2
    assert learning.words_of(racer)["verdict"].endswith(prose.common("run slopes", slopes=named))
    (before,) = learning.racers([run], [frames(run)[:1]])
    assert "slopes" not in learning.words_of(before)["verdict"]
    assert "slopes" not in learning.words_of(racers(SHORT)[0])["verdict"]


def test_dead_units_are_told_of_the_worst_hidden_layer() -> None:
    assert told_of(dead=np.array([0.25, 0.5, 0.0]))["dead"] == "50 %"


def test_the_words_of_a_race_are_those_of_each_in_turn() -> None:
    runs = [SHORT, replace(SHORT, activation="relu")]
    watched = racers(*runs)
    slots = learning.slots(watched)
    each = [learning.words_of(racer) for racer in watched]
    assert slots["list"] == each[0]["verdict"] + "\n\n" + each[1]["verdict"]
    assert slots["alt_lines"] == "; ".join(f"{w['label']}: {w['fate']}, {w['test']}, {w['reach']}" for w in each)
    assert (slots["step"], slots["steps"], slots["data"]) == ("4", "4", "Circles")
    long = replace(SHORT, steps=2000)
    (racer,) = learning.racers([long], [[frames(SHORT)[0], Frame(shot(step=1234), np.zeros(1))]])
    assert (learning.slots([racer])["step"], learning.slots([racer])["steps"]) == ("1234", "2000")


def test_the_step_of_a_race_is_that_of_who_is_furthest() -> None:
    diverged = DIVERGING
    other = replace(diverged, activation="tanh")
    assert learning.slots(racers(diverged, other))["step"] == "60"
    assert learning.slots(racers(diverged))["step"] == "4"


# Names and looks

RACES: dict[str, tuple[list[Run], list[str]]] = {
    "activation": ([SHORT, replace(SHORT, activation="gelu")], ["Tanh", "GELU"]),
    "initializer": (
        [replace(SHORT, initializer=i) for i in ("lecun_normal", "he_uniform")],
        ["LeCun", "He (Kaiming), uniform"],
    ),
    "optimizer": ([replace(SHORT, optimizer=o) for o in OPTIMIZERS], ["SGD", "Momentum", "Adam"]),
    "learning_rate": (
        [replace(SHORT, learning_rate=r) for r in (0.001, 0.1, 1.0, 5.0)],
        ["η = 0.001", "η = 0.1", "η = 1", "η = 5"],
    ),
    "normalization": (
        [replace(SHORT, normalization=n) for n in (None, *NORMALIZATIONS)],
        ["Without", *(entry.label for entry in NORMALIZATIONS.values())],
    ),
    "depth": ([replace(SHORT, depth=d) for d in (1, 2, 4, 8)], ["1 layers", "2 layers", "4 layers", "8 layers"]),
}


@pytest.mark.parametrize("kind", RACES)
def test_racers_are_called_by_what_differs(kind: str) -> None:
    runs, expected = RACES[kind]
    assert [racer.label for racer in racers(*runs)] == expected


def test_every_kind_of_race_that_is_offered_has_its_names() -> None:
    assert set(RACES) == set(runs.RACES) == set(learning.DIFFERENT)
    assert {f"race {kind}" for kind in RACES} < set(WORDS.blocks)


def test_one_network_is_called_by_its_activation_and_looks_like_it() -> None:
    (racer,) = racers(SHORT)
    assert (racer.label, racer.style) == ("Tanh", style("tanh"))
    assert racer.last is racer.frames[-1].snapshot


@pytest.mark.parametrize("kind", RACES)
def test_no_two_racers_look_the_same(kind: str) -> None:
    watched = racers(*RACES[kind][0])
    assert len({racer.style for racer in watched}) == len(watched)
    assert len({(r.style.colour, r.style.dash) for r in watched}) == len(watched), "without markers, too"
    assert len({racer.style.sign for racer in watched}) == len(watched), "without colours, too"
    assert len({racer.style.dash for racer in watched}) == len(watched) or kind == "activation"
    if kind != "activation":
        assert {r.style.colour for r in watched} == {style("tanh").colour}
    else:
        assert [r.style for r in watched] == [style("tanh"), style("gelu")]


def test_slopes_can_be_seen_only_where_they_are_learnt_and_twins_where_weights_are_equal() -> None:
    prelu = replace(SHORT, activation="prelu", parameters={})
    assert list(learning.views(WORDS, [SHORT]).values()) == list(learning.VIEWS)
    assert list(learning.views(WORDS, [SHORT, prelu]).values()) == [*learning.VIEWS, "slope"]
    for initializer, offered in (("zero", True), ("constant", True), ("identity", True), ("orthogonal", False)):
        run = replace(SHORT, initializer=initializer)
        assert ("twins" in learning.views(WORDS, [SHORT, run]).values()) == offered


# Charts


THIRDS = np.array([1.0, 2.0, 0.0]) / 3.0


def test_a_view_is_a_measurement_of_every_layer_on_the_scale_of_its_colours() -> None:
    run = replace(SHORT, activation="prelu", parameters={})
    (racer,) = racers(run)
    shots = [frame.snapshot for frame in racer.frames]
    expected: dict[str, Any] = {
        "gradient": [[math.log10(10**g / 10 ** s.log10_gradient[-1]) for g in s.log10_gradient] for s in shots],
        "update": [[math.log10(r) if r else -math.inf for r in s.update_ratio] for s in shots],
        "moved": [
            [math.log10(d / w) if d else -math.inf for d, w in zip(s.distance, shots[0].weight, strict=True)]
            for s in shots
        ],
        "saturated": [100 * s.saturated for s in shots],
        "dead": [100 * s.dead for s in shots],
        "slope": [s.parameter for s in shots],
        "twins": [[math.log10(a) if a else -math.inf for a in s.apart] for s in shots],
    }
    for view, values in expected.items():
        measured = learning.layer_values(racer, view)
        assert measured.shape == (5, 3)
        np.testing.assert_allclose(measured, values, rtol=1e-14, atol=1e-14)
    assert (learning.layer_values(racer, "moved")[0] == -math.inf).all()
    (half,) = learning.racers([SHORT], [[Frame(shot(dead=np.array([0.5, 0.25, 0.0]), saturated=THIRDS), np.zeros(1))]])
    np.testing.assert_allclose(learning.layer_values(half, "dead"), [[50.0, 25.0, 0.0]])
    np.testing.assert_allclose(learning.layer_values(half, "saturated"), [100.0 * THIRDS])


@pytest.mark.parametrize(
    ("gradient", "expected"),
    [
        ([-3.0, -2.0, -1.0], [-2.0, -1.0, 0.0]),
        ([1.0, -2.0, -3.0], [4.0, 1.0, 0.0]),  # it explodes
        ([-math.inf, -2.0, -1.0], [-math.inf, -1.0, 0.0]),
        ([-math.inf, -2.0, -math.inf], [-math.inf, math.nan, -math.inf]),  # nothing to compare with
        ([math.inf, 2.0, math.inf], [math.nan, math.nan, math.nan]),
        ([math.inf, 2.0, 1.0], [math.inf, 1.0, 0.0]),
    ],
)
def test_a_gradient_is_compared_with_that_of_the_output_layer_and_exact_zeros_stay(
    gradient: list[float], expected: list[float]
) -> None:
    (racer,) = learning.racers([SHORT], [[Frame(shot(log10_gradient=np.array(gradient)), np.zeros(1))]])
    np.testing.assert_array_equal(learning.layer_values(racer, "gradient"), [expected])


def test_the_gradient_of_a_network_that_has_learnt_does_not_look_as_if_it_had_vanished(ends: Ends) -> None:
    def layer_1(name: str) -> tuple[float, float]:
        """At the end: its gradient against that at the start, and on the scale of the heat map."""
        first, *_, last = ends[name]
        (racer,) = learning.racers([STORIES[name]], [[Frame(last, np.zeros(1))]])
        fallen = float(last.log10_gradient[0] - first.log10_gradient[0])
        return fallen, float(learning.layer_values(racer, "gradient")[0, 0])

    fallen, shown = layer_1("relu")
    assert fallen < -2.0, "its loss is nearly 0"
    assert shown > -1.0
    assert layer_1("sigmoid")[1] < -3.0


def test_every_story_opens_the_view_that_it_is_about() -> None:
    assert ABOUT.keys() == STORIES.keys()
    for name, run in STORIES.items():
        assert ABOUT[name] in learning.views(WORDS, [run]).values()
    assert ABOUT["prelu"] == "slope"
    assert ABOUT["dies"] == "dead"


@pytest.mark.parametrize("view", [*learning.VIEWS, *learning.SOMETIMES])
def test_the_colours_of_a_view_are_labelled_with_what_they_mean(view: str) -> None:
    scale = learning.scale(view)
    assert scale.title == prose.common(f"scale {view}")
    assert (scale.ticks[0], scale.ticks[-1]) == (scale.low, scale.high)
    if view in ("gradient", "update", "moved"):
        assert scale.low == -8
        assert scale.high == (4 if view == "gradient" else 2)
        assert "10⁻⁸" in scale.ticktext
        assert scale.ticktext[list(scale.ticks).index(0)] == "1"
        assert scale.colours is (chart.GRADIENT if view == "gradient" else chart.MOVES)
    elif view == "twins":
        assert scale.ticktext[0] == "10⁻¹⁶", "rounding in float64"
        assert scale.ticktext[-1] == "1"
    elif view == "slope":
        assert list(scale.ticktext) == ["−1", "0", "1"]
        assert scale.colours is chart.BOTH_SIDES
    else:
        assert list(scale.ticktext) == ["0 %", "50 %", "100 %"]
        assert scale.colours is chart.SHARES


def by_name(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data if trace.type == "scatter" and "lines" in trace.mode}


def test_one_network_has_its_loss_and_both_accuracies() -> None:
    (racer,) = racers(SHORT)
    shots = [frame.snapshot for frame in racer.frames]
    traces = by_name(learning.curves([racer]).figure)
    held_out, guess = traces["held out"], traces["guessing"]
    np.testing.assert_allclose(held_out.y, [100 * s.test_accuracy for s in shots])
    assert held_out.line.color == style("tanh").colour
    figure = learning.curves([racer]).figure
    learnt = [t for t in figure.data if t.name == "training"]
    np.testing.assert_allclose(learnt[0].y, [s.loss for s in shots])
    np.testing.assert_allclose(learnt[1].y, [100 * s.train_accuracy for s in shots])
    np.testing.assert_allclose(guess.y, [math.log(2)] * 2)
    assert list(guess.x) == [0, 4]
    assert list(held_out.x) == [0, 1, 2, 3, 4]
    assert held_out.yaxis == learnt[1].yaxis != learnt[0].yaxis == guess.yaxis


def test_of_a_race_every_network_has_its_loss_and_what_is_held_out() -> None:
    watched = racers(SHORT, replace(SHORT, activation="relu"))
    figure = learning.curves(watched).figure
    for racer in watched:
        loss, accuracy = [t for t in figure.data if t.name == racer.label and t.type == "scatter"]
        np.testing.assert_allclose(loss.y, [f.snapshot.loss for f in racer.frames])
        np.testing.assert_allclose(accuracy.y, [100 * f.snapshot.test_accuracy for f in racer.frames])
        assert loss.line.color == accuracy.line.color == racer.style.colour
    assert "training" not in by_name(figure)


def test_a_loss_beyond_the_chart_ends_and_one_beyond_every_number_is_not_drawn() -> None:
    first = frames(SHORT)[0]
    seen = [first, *(Frame(shot(step=k + 1, loss=x), first.picture) for k, x in enumerate((1e200, math.inf)))]
    figure = learning.curves(learning.racers([SHORT], [seen])).figure
    loss = next(t for t in figure.data if t.name == "training").y
    assert loss[0] == first.snapshot.loss
    assert learning.WORST_LOSS < loss[1] <= 100
    assert np.isnan(loss[2])


def test_the_tables_of_a_race_have_a_row_for_each_frame_though_one_has_ended_early() -> None:
    watched = racers(DIVERGING, replace(DIVERGING, activation="tanh", depth=3))
    ended, other = watched
    shots = [frame.snapshot for frame in other.frames]
    outcomes, layers = learning.curves(watched).data, learning.history(watched, "gradient").data
    for table in (outcomes, layers):
        assert {len(column) for column in table.values()} == {51}
        steps = np.asarray(table["SELU: step"])
        np.testing.assert_array_equal(steps[: len(ended.frames)], [f.snapshot.step for f in ended.frames])
        assert np.isnan(steps[len(ended.frames) :]).all()
        np.testing.assert_array_equal(table["Tanh: step"], [s.step for s in shots])
    assert (len(outcomes), len(layers)) == (4 + 4, (1 + 21) + (1 + 4))
    np.testing.assert_array_equal(outcomes["Tanh: loss"], [s.loss for s in shots])
    np.testing.assert_array_equal(outcomes["Tanh: accuracy on training data"], [s.train_accuracy for s in shots])
    np.testing.assert_array_equal(outcomes["Tanh: held-out accuracy"], [s.test_accuracy for s in shots])
    for l, layer in enumerate(("1", "2", "3", "out")):
        np.testing.assert_array_equal(
            layers[f"Tanh: log₁₀ gradient, layer {layer}"], [s.log10_gradient[l] for s in shots]
        )


def test_points_are_divided_before_and_now() -> None:
    (racer,) = racers(SHORT)
    pictures = learnt.pictures([racer])
    heats = [t for t in pictures.figure.data if t.type == "heatmap"]
    assert [t.name for t in heats] == [prose.common("picture before"), prose.common("picture now")]
    for heat, frame in zip(heats, (racer.frames[0], racer.frames[-1]), strict=True):
        np.testing.assert_allclose(heat.z, frame.picture, atol=1e-6)
        np.testing.assert_array_equal(pictures.data[heat.name], frame.picture.ravel())
    np.testing.assert_array_equal(np.column_stack([pictures.data["x"], pictures.data["y"]]), films.plane())
    assert pictures.slots["kind"] == prose.common("pictures plane")
    assert pictures.figure.layout.annotations[0].text == "Tanh: how the network divides the plane"
    points = [t for t in pictures.figure.data if t.type == "scatter"]
    assert sum(len(t.x) for t in points) == 2 * 150
    assert max(heats[0].x) == films.REACH


def test_a_third_class_in_the_plane_is_drawn_with_points_and_a_colour_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_data(monkeypatch, IRIS)
    (racer,) = racers(Run("iris", "tanh", depth=1, width=8, steps=60, learning_rate=0.5, batch=16))
    pictures = learnt.pictures([racer])
    assert pictures
    points = [t for t in pictures.figure.data if t.type == "scatter"]
    assert {t.name for t in points if len(t.x)} == {"0", "1", "2"}
    assert len({t.marker.symbol for t in points}) == 3
    heat = [t for t in pictures.figure.data if t.type == "heatmap"][-1]
    thirds = np.floor(1.5 * (np.array(heat.z) + 1.0))
    assert set(thirds.ravel()) == {0.0, 1.0, 2.0}, "each class has won a part of the plane"
    # where a class has its samples, it has won: petals of setosa are the shortest, those of virginica the longest
    x, y, classes = films.samples(racer.run)
    column, row = (np.clip(np.round((v + 2.4) / 4.8 * 40), 0, 40).astype(int) for v in (x, y))
    assert np.mean(thirds[row, column] == classes) > 0.9
    scale = pictures.figure.layout.coloraxis.colorscale
    assert len({colour for _, colour in scale if colour.endswith(",1)")}) == 3


def test_data_that_are_neither_plane_nor_image_have_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    with_data(monkeypatch, WINE)
    assert learnt.pictures(racers(Run("wine", "tanh", depth=1, width=4, steps=3))) is None


def test_digits_show_the_weights_before_and_now_and_what_was_learnt_louder() -> None:
    run = Run("digits", "tanh", depth=1, width=16, steps=5, learning_rate=0.5)
    (racer,) = racers(run)
    before, now = racer.frames[0].picture, racer.frames[-1].picture
    pictures = learnt.pictures([racer])
    heats = [t for t in pictures.figure.data if t.type == "heatmap"]
    assert [t.name for t in heats] == [
        "Before",
        "Now",
        "Learnt, × 2",
    ]
    spread = 2.0 * math.sqrt(np.mean(before**2))
    for heat, weights, louder in zip(heats, (before, now, now - before), (1.0, 1.0, 2.0), strict=True):
        first_unit = np.array(heat.z)[::-1][:8, :8]
        np.testing.assert_allclose(first_unit.ravel(), np.clip(louder * weights[0] / spread, -1, 1), atol=1e-6)
        np.testing.assert_array_equal(pictures.data[heat.name], weights.ravel())
    np.testing.assert_array_equal(pictures.data["unit"], np.repeat(np.arange(1, 17), 64))
    np.testing.assert_array_equal(pictures.data["pixel"], np.tile(np.arange(1, 65), 16))
    assert pictures.slots["kind"] == prose.common("pictures digits")
    assert pictures.figure.layout.annotations[0].text == "Tanh: what layer 1 looks for"
    assert 0.01 < np.nanmean(np.abs(np.array(heats[0].z))) < 1.0


def test_a_race_on_digits_shows_what_each_has_learnt() -> None:
    run = Run("digits", "tanh", depth=1, width=16, steps=5, learning_rate=0.5)
    watched = racers(run, replace(run, activation="relu"))
    result = learnt.pictures(watched)
    assert list(result.data) == ["unit", "pixel", "Tanh", "ReLU"]
    for racer in watched:
        change = racer.frames[-1].picture - racer.frames[0].picture
        np.testing.assert_array_equal(result.data[racer.label], change.ravel())
    title, *names = [a.text for a in result.figure.layout.annotations]
    assert title == "What layer 1 has learnt to look for"
    assert names == [f"{r.style.sign} {r.label}" for r in watched]
    untouched = learnt.pictures(learning.racers([racer.run for racer in watched], [r.frames[:1] for r in watched]))
    notes = [a for a in untouched.figure.layout.annotations if a.text == prose.common("picture none")]
    assert [note.xref for note in notes] == ["x", "x2"], "the empty squares say what they wait for"
    same = learnt.pictures(racers(*(replace(run, depth=depth) for depth in (1, 2))))
    assert same
    assert same.figure.layout.annotations[0].text == "Tanh: what layer 1 has learnt to look for"


SMALL = {
    name: [
        Run(name, "prelu", depth=3, width=8, steps=3),
        Run(name, "selu", depth=3, width=8, steps=3, learning_rate=900.0),
        Run(name, "relu", depth=3, width=8, steps=3, learning_rate=30.0),
        Run(name, "sigmoid", depth=3, width=8, steps=3, normalization="layer"),
    ]
    for name in DATASETS
}


def texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for key, value in node.items() if key != "bdata" for text in texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts(value)]
    return [node] if isinstance(node, str) else []


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_view_of_every_race_is_drawn_without_a_warning(dataset: str, count: int) -> None:
    watched = racers(*SMALL[dataset][:count])
    begun = learning.racers(SMALL[dataset][:count], [frames(run)[:1] for run in SMALL[dataset][:count]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for field in (watched, begun):
            maps = [learning.history(field, view) for view in (*learning.VIEWS, "slope")]
            results = [*maps, learning.curves(field), learnt.pictures(field)]
            for result in results:
                assert result
                shown = [*texts(json.loads(result.figure.to_json())), *result.slots.values(), *result.data]
                assert [text for text in shown if UNREADABLE.search(text)] == []
                assert len({len(np.asarray(column)) for column in result.data.values()}) == 1
    heats = [t for t in learning.history(watched, "gradient").figure.data if t.type == "heatmap"]
    assert [t.name for t in heats] == [racer.label for racer in watched]


def test_a_loss_that_cannot_be_held_is_told_without_nan() -> None:
    (racer,) = racers(DIVERGING)
    words = learning.words_of(racer)
    assert words["fate"] == "diverged"
    assert words["verdict"] == f"**SELU.** {prose.common('run diverged', step='4')}"
    assert not UNREADABLE.search(" ".join([words["verdict"], words["loss"], *learning.slots([racer]).values()]))
