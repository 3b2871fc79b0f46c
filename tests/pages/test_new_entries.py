"""The pages take what a newcomer adds to a registry: nothing but the entry is needed."""

import re

import pytest

from core.words import prose
from tests.pages.reader import charts, opened, texts, visit
from tests.scratch import ALIKE, IRIS, WINE, with_data, with_initializer

INITIALIZED = {
    "vanishing_gradient": "initializer",
    "why_it_matters": "step.initializer",
    "relu_variants": "variants.initializer",
    "beyond_relu": "beyond.initializer",
    "watch_it_learn": "learn.initializer",
    "laboratory": "lab.initializer",
}


@pytest.mark.parametrize(("page", "key"), INITIALIZED.items())
def test_a_new_way_to_draw_weights_is_offered_with_its_parameter(page, key, monkeypatch):
    with_initializer(monkeypatch, ALIKE)
    at = visit(page, **{key: "Alike", f"{key}.value": "0.07"}).run()
    assert [error.message for error in at.exception] == []
    assert at.slider(key=f"{key}.value").value == 0.07
    assert at.slider(key=f"{key}.value").label == "c of Alike"
    assert list(charts(at)) == list(charts(opened(page)))
    assert any(prose.common("no theory") in text for text in texts(at)) == (page == "laboratory")


@pytest.mark.parametrize(("page", "key"), INITIALIZED.items())
def test_weights_of_exactly_zero_are_told_in_numbers_and_words(page, key):
    at = visit(page, **{key: "Zeros", "learn.race": "Nothing: one network", "lab.seeds": "2"}).run()
    assert [error.message for error in at.exception] == []
    assert list(charts(at)) == list(charts(opened(page)))
    assert [text for text in texts(at) if re.search(r"\bnan\b|\binf\b|undefined|every exactly", text)] == []
    said = prose.common("for ever" if page == "why_it_matters" else "ratio zero")
    assert any(said in text for text in texts(at))


@pytest.mark.parametrize("entry", [WINE, IRIS], ids=lambda entry: entry.name)
def test_new_data_are_learnt_and_seen_as_far_as_they_can_be(entry, monkeypatch):
    """Thirteen features are neither places in the plane nor an image."""
    with_data(monkeypatch, entry)
    at = visit("watch_it_learn", **{"learn.data": entry.label, "learn.steps": "100", "learn.depth": "2"}).run()
    assert at.selectbox(key="learn.data").value == entry.label
    for _ in range(2):  # before and after
        assert [error.message for error in at.exception] == []
        shown = ["learn.pictures", "learn.network", "learn.curves", "learn.history"]
        assert list(charts(at)) == shown[0 if entry.picture else 1 :]
        at = at.button(key="learn.end").click().run()
