"""Every control of every page can be set and changes a chart, and so does every link to try."""

import json
from functools import cache

import numpy as np
import pytest

from core.experiments import steps as affordable  # where AFFORDABLE decides how many steps a comparison has
from core.experiments import through_time
from core.maths.initializers import INITIALIZERS
from core.maths.recall import UPDATES, Learnt
from core.words import prose
from tests.pages.pinned import CONTROLS, DEFAULTS, STORY, defaults
from tests.pages.reader import PAGES, TRIES, charts, check, opened, specs, steps, tries, values, visit, widgets


def ended(at, stem):
    """The page once its run has ended, where it has one: before, settings such as the learning rate change nothing."""
    return at.button(key="learn.end").click().run() if stem == "watch_it_learn" else at


QUICK = {"learn.steps": "100", "learn.depth": "2", "learn.width": "8"}  # a run that is over in a moment


@pytest.fixture
def short_training(monkeypatch):
    """Networks that a page trains while it is opened learn for ten steps, those that remember a symbol for none: how
    long they do is tested elsewhere.
    """
    opened("why_it_matters")  # kept for other tests, so with all its steps
    monkeypatch.setattr(affordable, "AFFORDABLE", 1.0)
    monkeypatch.setattr(through_time, "learnt", lambda recall: Learnt(np.full(UPDATES, 0.25), np.zeros(UPDATES)))


# Charts of the gradient by layer, whose axes stand still: only the curve moves when a control does.
BY_LAYER = {
    "vanishing_gradient": ["gradient"],
    "why_it_matters": ["step"],
    "sigmoid_and_tanh": ["saturating.gradient"],
    "relu": ["relu.gradient"],
    "relu_variants": ["variants.gradient"],
    "beyond_relu": ["beyond.gradient"],
    "laboratory": ["lab.chart"],
    "order_and_chaos": ["chaos.gradient"],
    "through_time": ["time.gradient"],
    "cures": ["cures.chart"],
}
# The controls that move an axis of another chart, each for a reason of its own.
MOVING = {
    "first.light": {"depth", "first.activations"},  # where the outlines are cut off; a network more
    "gradient": {"loss_scale"},  # its title says what the last layer has
    "chain.gradient": {"chain.neurons"},  # a bar for each
    "step.short": {"step.depth", "step.width"},  # how many steps such networks can afford
    "curves": {"curves.activations"},  # the named levels of these functions
    "variants.curves": {"variants.own"},
    "saturating.curves": {"saturating.curve"},
    "lab.chart": {"lab.view"},  # another quantity
    "papers.chart": {"papers.row"},  # other numbers
    "lab.inside": {"lab.depth"},  # a network of fewer than five layers has fewer rows
}
FILM = "watch_it_learn"  # where a setting is another race


def drawn(at):
    return {key: json.loads(spec)["layout"] for key, spec in specs(at).items()}


def by_layer(at):
    """The charts of the gradient by layer."""
    before = prose.common("axis before"), prose.common("axis before time")
    return [key for key, layout in drawn(at).items() if layout.get("xaxis", {}).get("title", {}).get("text") in before]


def standing(at):
    """The axes of all charts."""
    return {
        key: {name: layout[name] for name in layout if "axis" in name or name in ("height", "margin")}
        for key, layout in drawn(at).items()
    }


def wrongly_moved(key, before, now):
    """The charts whose axes are not as they were before this control was moved, but for those that it may move."""
    free = {chart for chart in MOVING if key in MOVING[chart]}
    return {chart for chart in before if chart not in free and chart in now and now[chart] != before[chart]}


# Controls


@pytest.mark.parametrize("stem", PAGES)
def test_the_charts_of_the_gradient_by_layer_are_known(stem):
    assert by_layer(opened(stem)) == BY_LAYER.get(stem, [])


@pytest.mark.parametrize("stem", DEFAULTS)
def test_a_released_page_opens_with_its_pinned_settings(stem):
    assert values(opened(stem)) == DEFAULTS[stem]


def test_no_two_controls_of_all_pages_share_a_key():
    """One key for two widgets would give one of them the other's bounds: all pages share one address."""
    assert len(CONTROLS) == len({key for _, key in CONTROLS})


@pytest.mark.parametrize("stem", PAGES)
def test_each_control_of_a_page_can_be_set_and_changes_a_chart(stem, short_training):
    """One after the other and back: to the end of a slider or an option that it does not show.

    None moves an axis, but for those that are named.
    """
    at = visit(stem, **(QUICK if stem == "watch_it_learn" else {})).run()
    before = specs(ended(at, stem))
    axes_before = standing(at)
    for key in [key for page, key in CONTROLS if page == stem]:
        shown = widgets(at)[key].value
        other = next(value for value in reversed(steps(widgets(at)[key])) if value not in ([], shown))
        widgets(at)[key].set_value(other).run()
        ended(at, stem)
        check(at, stem)
        assert widgets(at)[key].value == other
        assert specs(at) != before, f"a control that changes no chart has no place on the page: {key}"
        assert stem == FILM or not wrongly_moved(key, axes_before, standing(at))
        widgets(at)[key].set_value(shown).run()
        assert specs(ended(at, stem)) == before, key


@pytest.mark.slow
@pytest.mark.parametrize("stem", PAGES)
def test_every_control_can_be_set_to_its_ends_its_middle_and_each_option(stem, short_training):
    at = visit(stem, **(QUICK if stem == "watch_it_learn" else {})).run()
    before = standing(at)
    for key in [key for page, key in CONTROLS if page == stem]:
        shown = widgets(at)[key].value
        for value in steps(widgets(at)[key]):
            widgets(at)[key].set_value(value).run()
            ended(at, stem)
            check(at, stem)
            assert widgets(at)[key].value == value
            assert stem == FILM or not wrongly_moved(key, before, standing(at))
        widgets(at)[key].set_value(shown).run()


LARGE = ("laboratory", "why_it_matters")  # many deep networks at once
HIGHEST = [pytest.param(stem, marks=[pytest.mark.slow] if stem in LARGE else []) for stem in PAGES]


@pytest.mark.parametrize("stem", PAGES)
def test_all_sliders_at_once_can_stand_at_their_lowest(stem, short_training):
    all_at_the(0, stem)


@pytest.mark.parametrize("stem", HIGHEST)
def test_all_sliders_at_once_can_stand_at_their_highest(stem, short_training):
    all_at_the(-1, stem)


def all_at_the(end, stem):
    at = visit(stem).run()
    for box in [box for box in at.selectbox if box.key != STORY]:
        box.set_value(INITIALIZERS["normal"].label if "initializer" in box.key else box.options[end])
    for toggle in at.main.toggle:
        toggle.set_value(True)
    for pills in at.button_group:
        pills.set_value(list(pills.options) if isinstance(pills.value, list) else pills.options[end])
    at.run()
    for slider in at.slider:
        slider.set_value(steps(slider)[end])
    at.run()
    check(at, stem)
    for slider in at.slider:
        assert slider.value == steps(slider)[end]


@pytest.mark.parametrize("stem", ["vanishing_gradient", "why_it_matters", "relu_variants", "beyond_relu"])
def test_only_an_initialization_with_a_number_of_its_own_asks_for_it(stem, short_training):
    at = visit(stem).run()
    own = {parameter.name for entry in INITIALIZERS.values() for parameter in entry.parameters}
    (box,) = at.selectbox
    for entry in INITIALIZERS.values():
        at.selectbox(key=box.key).set_value(entry.label).run()
        check(at, stem)
        asked = {name for name in own if f"{box.key}.{name}" in widgets(at)}
        assert asked == {parameter.name for parameter in entry.parameters}


@pytest.mark.parametrize("stem", PAGES)
def test_every_control_has_a_label(stem):
    at = opened(stem)
    labels = [widget.proto.label for widget in widgets(at).values()]
    assert all(labels)
    assert len(labels) == len(defaults(stem))


# Links to try


@cache
def tried(stem, name):
    """The page as it is after one of its "Try this", shared by all tests that only look."""
    at = visit(stem).run()
    at.button(key=f"{stem}.try.{name}").click()
    return at.run()


@pytest.mark.parametrize(("stem", "name"), TRIES)
def test_a_link_to_try_sets_what_it_says(stem, name):
    at = tried(stem, name)
    check(at, stem)
    assert {key: values(at)[key] for key in tries(stem)[name]} == tries(stem)[name]


@pytest.mark.parametrize(("stem", "name"), TRIES)
def test_a_link_to_try_changes_a_chart_of_the_page_as_it_opens(stem, name):
    """A link that seems to do nothing looks broken."""
    assert specs(tried(stem, name)) != specs(opened(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_a_link_to_try_wins_over_whatever_was_set_before(stem, short_training):
    """Also where it moves the bounds of a control that it sets."""
    at = visit(stem).run()
    for name, wanted in tries(stem).items():
        for key in wanted:
            if key in widgets(at):  # not there: a control that only the link brings
                ends = [value for value in steps(widgets(at)[key]) if value not in ([], wanted[key])]
                widgets(at)[key].set_value(ends[-1])
        at.run()
        at.button(key=f"{stem}.try.{name}").click().run()
        check(at, stem)
        assert {key: values(at)[key] for key in wanted} == wanted


@pytest.mark.parametrize("stem", PAGES)
def test_all_links_to_try_can_be_followed_one_after_the_other(stem):
    at = visit(stem).run()
    for name, settings in [*tries(stem).items(), *reversed(tries(stem).items())]:
        at.button(key=f"{stem}.try.{name}").click().run()
        check(at, stem)
        assert {key: values(at)[key] for key in settings} == settings


@pytest.mark.parametrize(("stem", "name"), TRIES)
def test_the_text_alternative_follows_the_chart(stem, name):
    """It tells numbers: where the chart has changed, what is read out has."""
    before, after = charts(opened(stem)), charts(tried(stem, name))
    moved = [key for key in before if before[key].spec != after[key].spec]
    assert [key for key in moved if before[key].alt == after[key].alt] == []
