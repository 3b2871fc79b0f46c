"""The pages take what a newcomer adds to a registry: nothing but the entry is needed."""

import pytest

from core.ui import prose
from tests.pages.reader import charts, opened, texts, visit
from tests.scratch import CONSTANT, with_initializer

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
    with_initializer(monkeypatch, CONSTANT)
    at = visit(page, **{key: "Constant", f"{key}.value": "0.07"}).run()
    assert [error.message for error in at.exception] == []
    assert at.slider(key=f"{key}.value").value == 0.07
    assert at.slider(key=f"{key}.value").label == "c of Constant"
    assert list(charts(at)) == list(charts(opened(page)))
    assert any(prose.common("no theory") in text for text in texts(at)) == (page == "laboratory")
