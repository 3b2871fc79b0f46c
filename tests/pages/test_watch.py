"""Training is watched, stopped, gone back in and told: the buttons, the stories and the races of the page."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from core.experiments import films, learning, learnt, showing, turns, updates
from core.experiments.stories import ABOUT, STORIES
from core.maths.training import BUDGET, Run, advanced, look, start
from core.ui import state
from core.ui.play import watching
from core.ui.settings import runs
from core.words import numerals, prose
from tests.pages.reader import charts, nodes, specs, texts, values, visit, widgets

WORDS = prose.read("watch_it_learn")
UNREADABLE = re.compile(r"\bnan\b|\binf\b|\bNone\b|undefined|\{\{|\bNaN\b|Traceback")
SMALL = {
    "learn.race": "Nothing: one network", "learn.data": "Circles", "learn.activation": "Tanh", "learn.depth": "2",
    "learn.width": "8", "learn.steps": "300",
}  # fmt: skip
RUN = Run("circles", "tanh", depth=2, width=8, steps=300)  # frames at 0, 6, 12, ...
DIVERGING = {**SMALL, "learn.activation": "SELU", "learn.depth": "20", "learn.rate": "1"}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(showing, "FRAME", 1e-9)
    monkeypatch.setattr(showing, "CROWD", 0.0)


def page(**address):
    return fine(visit("watch_it_learn", **{**SMALL, **address}).run())


def fine(at):
    assert [error.message for error in at.exception] == []
    return at


def press(at, button):
    return fine(at.button(key=f"learn.{button}").click().run())


def choose(at, key, value):
    return fine(widgets(at)[key].set_value(value).run())


def where(at):
    return at.session_state["learn.player"].at, at.session_state["learn.player"].mode


def told(at):
    (bar,) = [node.proto.text for node in nodes(at) if node.type == "progress"]
    return bar


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def label(at, button):
    return at.button(key=f"learn.{button}").label


def readable(at):
    """Nothing on the page that is no number and no word, in charts neither."""
    drawn = [text for spec in specs(at).values() for text in strings(json.loads(spec))]
    return [text for text in [*texts(at), *drawn, told(at)] if UNREADABLE.search(text)] == []


def strings(node):
    if isinstance(node, dict):
        return [text for key, value in node.items() if key != "bdata" for text in strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in strings(value)]
    return [node] if isinstance(node, str) else []


def expected(run, *steps, view="gradient"):
    """The figures of the page for frames at these steps, computed directly."""
    seen = [films._frame(run, advanced(run, start(run), step)) for step in steps]
    racers = learning.racers([run], [seen])
    drawn = {
        "learn.pictures": learnt.pictures(racers).figure,
        "learn.network": updates.networks(racers).figure,
        "learn.curves": learning.curves(racers).figure,
        "learn.history": learning.history(racers, view).figure,
    }
    return drawn, learning.words_of(racers[0])


def assert_shows(at, run, *steps, view="gradient"):
    drawn, words = expected(run, *steps, view=view)
    shown = {key: json.loads(spec) for key, spec in specs(at).items()}
    assert shown == {key: json.loads(figure.to_json()) for key, figure in drawn.items()}
    assert list(metrics(at).values()) == [words["test"], words["loss"], words["moved"]]
    assert [metric.delta for metric in at.metric] == [words["fate"], "", ""]
    assert words["verdict"] in "\n".join(texts(at))


# Buttons


def test_the_page_opens_at_step_0_and_nothing_moves():
    at = page()
    assert where(at) == (0, "")
    assert told(at) == "Step 0 of 300"
    assert_shows(at, RUN, 0)
    assert [label(at, name) for name in ("start", "step", "rewind", "end")] == [
        "Start",
        "One step",
        "Rewind",
        "To the end",
    ]
    assert readable(at)


def test_start_plays_to_the_end():
    at = press(page(), "start")
    assert where(at) == (300, "")
    assert told(at) == "Step 300 of 300"
    assert label(at, "start") == "Start"
    assert_shows(at, RUN, *range(0, 301, 6))
    assert list(charts(at)) == ["learn.pictures", "learn.network", "learn.curves", "learn.history"], (
        "the best picture comes first"
    )
    assert readable(at)


def test_one_step_goes_exactly_one_step_and_shows_it():
    at = press(page(), "step")
    assert where(at) == (1, "")
    assert_shows(at, RUN, 0, 1)
    at = press(at, "step")
    assert where(at) == (2, "")
    assert_shows(at, RUN, 0, 2)
    for _ in range(5):
        press(at, "step")
    assert where(at) == (7, "")
    assert told(at) == "Step 7 of 300"
    assert_shows(at, RUN, 0, 6, 7)


def test_a_play_goes_on_from_a_single_step():
    at = press(press(page(), "step"), "start")
    assert where(at) == (300, "")
    assert_shows(at, RUN, *range(0, 301, 6))


def test_rewind_is_the_beginning_to_the_byte():
    at = page()
    before, words = specs(at), texts(at)
    for way in ("start", "end", "step"):
        press(at, way)
        assert specs(at) != before
        press(at, "rewind")
        assert where(at) == (0, "")
        assert specs(at) == before
        assert texts(at) == words


def test_to_the_end_is_where_a_play_ends_to_the_byte():
    played, jumped = press(page(), "start"), press(page(), "end")
    assert where(played) == where(jumped) == (300, "")
    assert specs(played) == specs(jumped)
    assert texts(played) == texts(jumped)
    assert told(played) == told(jumped)


def test_at_the_end_start_begins_anew_and_a_step_goes_no_further():
    at = press(page(), "end")
    end = specs(at)
    press(at, "step")
    assert where(at) == (300, "")
    assert specs(at) == end
    press(at, "end")
    assert where(at) == (300, "")
    visited = []
    original = watching.draw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "draw", lambda s, step, turn: visited.append(step) or original(s, step, turn))
        press(at, "start")
    assert visited == [*range(6, 301, 6), 300]
    assert specs(at) == end


def test_a_play_shows_every_frame_once_and_draws_each_under_a_key_of_its_own(monkeypatch):
    films.film.clear()
    at, drawn = page(), []
    original = watching.draw
    monkeypatch.setattr(watching, "draw", lambda s, step, turn: drawn.append((step, turn)) or original(s, step, turn))
    press(at, "start")
    steps, turns = zip(*drawn, strict=True)
    # The first picture comes with the page: the first frame, or one step if that is not computed yet.
    assert steps in ((*range(6, 301, 6), 300), (1, *range(6, 301, 6), 300))
    assert turns == (*range(len(turns) - 1), 0)


def test_the_first_button_pauses_while_it_plays(monkeypatch):
    monkeypatch.setattr(watching, "play", lambda *_: None)  # as if it were still going on
    at = press(page(), "start")
    assert label(at, "start") == "Pause"
    step, mode = where(at)
    assert (step, mode) == (6, "play")
    press(at, "start")
    assert where(at) == (6, "")
    assert label(at, "start") == "Start"
    assert_shows(at, RUN, 0, 6)
    at = press(press(at, "end"), "step")
    assert where(at) == (7, "")
    press(at, "start")
    press(at, "rewind")
    assert where(at) == (0, "")


def test_in_a_crowd_frames_are_left_out_and_not_computed_later(monkeypatch):
    press(page(), "end")
    monkeypatch.setattr(showing, "CROWD", 3e-9)
    shown = []
    original = watching.draw
    monkeypatch.setattr(watching, "draw", lambda s, step, turn: shown.append(step) or original(s, step, turn))
    with turns.WATCHERS.watch():  # somebody else
        at = press(page(), "start")
        assert turns.WATCHERS.count() == 1, "who is done is not counted any more"
    assert where(at) == (300, "")
    assert shown[1:4] == [6, 30, 54]
    assert shown[-1] == 300


# Settings


@pytest.mark.parametrize(
    ("key", "value"),
    [("learn.depth", 3), ("learn.activation", "ReLU"), ("learn.seed", 1), ("learn.steps", 200), ("learn.rate", "0.2")],
)
def test_another_setting_begins_anew(key, value):
    at = choose(press(page(), "end"), key, value)
    assert where(at) == (0, "")
    assert specs(at) == specs(page(**{key: str(value)}))


def test_another_view_stays_where_it_is():
    at = choose(press(page(), "step"), "learn.view", "Moved")
    assert where(at) == (1, "")
    for view in ("Update", "Saturated", "Dead"):
        choose(at, "learn.view", view)
        assert readable(at)
        assert json.loads(specs(at)["learn.history"])["layout"]["coloraxis"]["colorbar"]["title"]["text"]


def test_slopes_are_a_view_only_where_they_are_learnt():
    at = page(**{"learn.activation": "PReLU"})
    assert "PReLU's a" in widgets(at)["learn.view"].options
    choose(at, "learn.view", "PReLU's a")
    press(at, "end")
    assert readable(at)
    assert json.loads(specs(at)["learn.history"])["layout"]["coloraxis"]["cmin"] == -1.0
    choose(at, "learn.activation", "Tanh")
    assert "PReLU's a" not in widgets(at)["learn.view"].options
    assert values(at)["learn.view"] == "Gradient"
    assert specs(at) == specs(page())


def test_the_settings_of_the_page_make_the_run():
    at = page(
        **{
            "learn.activation": "Leaky ReLU", "learn.leaky_relu.alpha": "0.2", "learn.initializer": "Normal, fixed σ",
            "learn.initializer.std": "0.5", "learn.optimizer": "Momentum", "learn.rate": "0.05", "learn.seed": "4",
            "learn.normalization": "LayerNorm", "learn.residual": "true", "learn.batch": "32",
            "learn.placement": "After the layer (post-norm)", "learn.clip": "0.1", "learn.decay": "0.01",
            "learn.layers": "1.5",
        }
    )  # fmt: skip
    (run,) = at.session_state["learn.player"].of
    assert run == Run(
        "circles", "leaky_relu", {"alpha": 0.2}, depth=2, width=8, initializer="normal",
        initializer_parameters={"std": 0.5}, optimizer="momentum", learning_rate=0.05, steps=300, batch=32,
        residual=True, normalization="layer", seed=4, placement="after", clip_norm=0.1, weight_decay=0.01,
        layer_rate=1.5,
    )  # fmt: skip


def test_a_place_is_asked_for_where_there_is_a_normalization_and_a_race_of_them_has_it():
    assert "learn.placement" not in widgets(page())
    assert "learn.placement" in widgets(page(**{"learn.normalization": "BatchNorm"}))
    race = {"learn.race": "Normalizations", "learn.placement": "Before the layer (pre-norm)"}
    bare, *placed = page(**race).session_state["learn.player"].of
    assert bare == replace(RUN, initializer="he_normal"), "nothing to place: it is no other network"
    assert placed == [replace(bare, normalization=name, placement="before") for name in ("layer", "batch")]
    assert "learn.placement" not in widgets(page(**race, **{"learn.normalizations": ["Without"]}))


def test_leaky_relu_with_another_slope_is_another_run():
    one, other = (
        press(page(**{"learn.activation": "Leaky ReLU", "learn.leaky_relu.alpha": alpha}), "end")
        for alpha in ("0.1", "0.2")
    )
    assert specs(one)["learn.history"] != specs(other)["learn.history"]


# Stories


@pytest.mark.parametrize("name", STORIES)
def test_a_story_sets_every_control_and_starts(name, monkeypatch):
    monkeypatch.setattr(watching, "play", lambda *_: None)
    at = page(**{"learn.residual": "true", "learn.batch": "32", "learn.seed": "7", "learn.optimizer": "Momentum"})
    choose(at, "learn.story", WORDS(f"story {name}"))
    assert at.session_state["learn.player"].of == (STORIES[name],)
    left, mode = where(at)
    assert mode == "play"
    shown, wanted = values(at), runs.settings(WORDS, STORIES[name], "learn.")
    if not STORIES[name].normalization:
        del wanted["learn.placement"]  # there is nothing to place
    for key, value in wanted.items():
        assert shown[key] == value, key
    assert shown["learn.story"] == WORDS(f"story {name}")
    assert shown["learn.view"] == learning.view_name(WORDS, ABOUT[name])
    choose(at, "learn.seed", 11)
    assert values(at)["learn.story"] == WORDS("story none")
    assert where(at) == (0, "")
    choose(at, "learn.seed", STORIES[name].seed)
    assert values(at)["learn.story"] == WORDS(f"story {name}")
    assert where(at) == (left, ""), "named, but not started by itself"


def test_a_story_ends_as_it_says():
    at = page()
    assert values(at)["learn.story"] == "My own settings"
    choose(at, "learn.story", WORDS("story dies"))
    assert where(at) == (500, "")
    assert prose.common("run dead") in "\n".join(texts(at))
    assert_shows(at, STORIES["dies"], *range(0, 501, 10), view="dead")


def test_a_story_chosen_from_a_race_and_again_starts_again():
    at = choose(page(), "learn.race", "Activations")
    assert values(at)["learn.story"] == "My own settings"
    choose(at, "learn.story", WORDS("story leaky"))
    assert where(at) == (500, "")
    end = specs(at)
    choose(at, "learn.story", "My own settings")
    assert values(at)["learn.story"] == WORDS("story leaky"), "its settings are still set"
    assert where(at) == (500, "")
    choose(at, "learn.story", WORDS("story dies"))
    choose(at, "learn.story", WORDS("story leaky"))
    assert where(at) == (500, "")
    assert specs(at) == end


def test_a_race_is_not_called_by_the_story_of_its_first_network(monkeypatch):
    monkeypatch.setattr(watching, "play", lambda *_: None)
    at = choose(page(), "learn.story", WORDS("story leaky"))
    choose(at, "learn.race", "Optimizers")
    choose(at, "learn.leaky_relu.alpha", 0.1)
    assert at.session_state["learn.player"].of[0] == STORIES["leaky"]
    assert values(at)["learn.story"] == WORDS("story none")


@pytest.mark.parametrize(
    "address",
    [
        {"learn.race": "Activations", "learn.activation": "Tanh"},
        {"learn.race": "Activations", "learn.leaky_relu.alpha": "0.5"},
        {"learn.race": "Depths", "learn.depth": "12"},
    ],
)
def test_a_story_sets_controls_that_were_only_in_the_address(address, monkeypatch):
    monkeypatch.setattr(watching, "play", lambda *_: None)
    at = fine(visit("watch_it_learn", **address).run())
    choose(at, "learn.story", WORDS("story leaky"))
    assert at.session_state["learn.player"].of == (STORIES["leaky"],)
    assert values(at)["learn.story"] == WORDS("story leaky")


def test_try_this_sets_controls_that_were_only_in_the_address():
    at = page(**{"learn.initializers": ["Orthogonal"]})
    fine(at.button(key="watch_it_learn.try.initializers").click().run())
    assert [run.initializer for run in at.session_state["learn.player"].of] == [
        "lecun_normal",
        "glorot_normal",
        "he_normal",
    ]
    assert at.query_params["learn.initializers"] == ["LeCun", "Glorot (Xavier)", "He (Kaiming)"]


# The budget


def test_what_takes_too_long_is_refused_in_words_and_not_computed(monkeypatch):
    computed = []
    original = films.advanced
    monkeypatch.setattr(films, "advanced", lambda r, s, n: computed.append(n) or original(r, s, n))
    at = page(
        **{
            "learn.data": "Handwritten digits", "learn.depth": "30", "learn.width": "64", "learn.batch": "256",
            "learn.steps": "3000",
        }
    )  # fmt: skip
    (warning,) = at.warning
    (run,) = at.session_state["learn.player"].of
    assert run.work > BUDGET
    wanted = numerals.number(run.work / 1e9)
    assert warning.value == prose.common("refused training", wanted=wanted, budget="60")
    assert [at.button(key=f"learn.{name}").disabled for name in ("start", "step", "rewind", "end")] == [
        True,
        False,
        False,
        True,
    ]
    assert computed == []
    assert where(at) == (0, "")
    assert len(charts(at)) == 4
    at = choose(at, "learn.steps", 100)
    assert list(at.warning) == []
    assert not at.button(key="learn.start").disabled


def test_a_race_counts_all_its_networks(monkeypatch):
    address = {"learn.race": "Activations", "learn.activations": ["Sigmoid", "Tanh", "ReLU"]}
    monkeypatch.setattr(watching, "BUDGET", 2.5 * RUN.work)
    assert len(page(**address).warning) == 1
    assert list(page().warning) == []


def test_a_refused_story_does_not_start(monkeypatch):
    monkeypatch.setattr(watching, "BUDGET", 1.0)
    at = choose(page(), "learn.story", WORDS("story dies"))
    assert len(at.warning) == 1
    assert where(at) == (0, "")


# Races


def test_of_more_than_four_activations_four_run_and_it_is_said():
    chosen = ["Sigmoid", "Tanh", "ReLU", "ELU", "GELU"]
    at = page(**{"learn.race": "Activations", "learn.activations": chosen, "learn.steps": "100"})
    runs = at.session_state["learn.player"].of
    assert len(runs) == 4
    assert prose.common("most") in texts(at)
    assert len(at.metric) == 4
    at = press(at, "end")
    assert where(at) == (100, "")
    assert readable(at)
    choose(at, "learn.activations", chosen[:4])
    assert prose.common("most") not in texts(at)
    assert at.session_state["learn.player"].of == runs


RACES = {
    "Activations": ("activation", 2),
    "Depths": ("depth", 3),
    "Initializations": ("initializer", 2),
    "Optimizers": ("optimizer", 3),
    "Learning rates": ("learning_rate", 3),
    "Normalizations": ("normalization", 3),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "Depths" else pytest.mark.slow) for name in RACES]
)
def test_every_race_runs_to_its_end(name):
    different, count = RACES[name]
    at = press(page(**{"learn.race": name, "learn.steps": "100"}), "end")
    assert where(at) == (100, "")
    runs = at.session_state["learn.player"].of
    assert len(runs) == count
    assert len({getattr(run, different) for run in runs}) == count
    assert all(replace(run, **{different: getattr(runs[0], different)}) == runs[0] for run in runs)
    each = []
    for run in runs:
        state = advanced(run, start(run), 100)
        each.append(numerals.percent(look(run, state).test_accuracy))
        label = learning.named(run, different)
        assert metrics(at)[WORDS("metric each", label=label)] == each[-1]
        assert f"**{label}.**" in "\n".join(texts(at))
    assert list(metrics(at).values()) == each
    assert readable(at)


def test_a_race_can_be_played():
    at = press(page(**{"learn.race": "Optimizers", "learn.steps": "100"}), "start")
    assert where(at) == (100, "")
    assert specs(at) == specs(press(press(at, "rewind"), "end"))


def test_a_run_that_diverges_ends_in_words():
    for way in ("start", "end"):
        films.film.clear()
        at = press(page(**DIVERGING), way)
        assert where(at) == (300, "")
        assert "**SELU.** Diverged at step" in "\n".join(texts(at))
        assert readable(at)
    press(at, "rewind")
    assert readable(at)


def drawn(monkeypatch, at):
    """The steps that a play draws."""
    found, original = [], watching.draw
    with monkeypatch.context() as patch:
        patch.setattr(watching, "draw", lambda s, step, turn: found.append(step) or original(s, step, turn))
        press(at, "start")
    return found


def test_a_play_of_what_has_diverged_is_over(monkeypatch):
    assert drawn(monkeypatch, press(press(page(**DIVERGING), "end"), "rewind")) == [6, 300]


def test_a_play_goes_on_while_one_of_a_race_does(monkeypatch):
    at = page(**{**DIVERGING, "learn.race": "Activations", "learn.activations": ["Tanh", "SELU"]})
    assert drawn(monkeypatch, press(press(at, "end"), "rewind")) == [*range(6, 301, 6), 300]


def test_who_diverges_does_not_stop_the_others():
    at = page(**{**DIVERGING, "learn.race": "Activations", "learn.activations": ["Tanh", "SELU"]})
    press(at, "start")
    assert where(at) == (300, "")
    page_text = "\n".join(texts(at))
    assert "**SELU.** Diverged at step" in page_text
    assert "**Tanh.** After step 300" in page_text
    assert readable(at)


def test_a_film_is_not_forgotten_while_it_is_watched(monkeypatch):
    """More readers with runs of their own than there are films kept."""
    films.film.clear()
    original, forgotten = films.work, []

    def crowded(film):
        if len(film.frames) in (0, 3):
            films.film.clear()
            forgotten.append(len(film.frames))
        original(film)

    monkeypatch.setattr(films, "work", crowded)
    at = press(page(), "start")
    assert set(forgotten) == {0, 3}
    assert where(at) == (300, "")
    assert_shows(at, RUN, *range(0, 301, 6))


def test_the_table_behind_the_chart_has_every_frame():
    at = press(page(), "end")
    at.session_state["learn.history.data"] = True
    fine(at.run())
    (table,) = at.dataframe
    np.testing.assert_array_equal(table.value["Tanh: step"], range(0, 301, 6))
    assert where(at) == (300, "")


def test_settings_of_before_are_shown_where_they_were_left_and_a_story_from_its_beginning():
    at = press(press(page(), "step"), "step")
    choose(at, "learn.depth", 3)
    assert where(at) == (0, "")
    choose(at, "learn.depth", 2)
    assert where(at) == (2, "")
    press(at, "rewind")
    choose(at, "learn.depth", 3)
    choose(at, "learn.depth", 2)
    assert where(at) == (0, "")


def test_a_new_session_goes_on_where_the_last_one_ended_but_not_for_work_over_the_budget(monkeypatch):
    before = press(press(page(), "step"), "step").session_state["learn.player"].stood
    for budget, at_step in ((BUDGET, 2), (1, 0)):
        monkeypatch.setattr(watching, "BUDGET", budget)
        at = visit("watch_it_learn", **SMALL)
        at.session_state["learn.player"] = state.Player(stood=dict(before))
        assert where(fine(at.run())) == (at_step, "")
