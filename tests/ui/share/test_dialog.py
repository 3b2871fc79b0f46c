"""A page runs once more where the last run did not know yet what to hide, and not for ever."""

from types import SimpleNamespace

import pytest

from core.ui import record, state
from core.ui.share import dialog
from core.words import prose


@pytest.mark.parametrize(("again", "runs"), [(False, 1), (True, 0)])
def test_what_was_hidden_wrongly_is_mended_by_one_run_more(monkeypatch, again, runs):
    shared, reruns = state.Sharing(), []
    streamlit = SimpleNamespace(context=SimpleNamespace(url=None), rerun=lambda: reruns.append(1))
    monkeypatch.setattr(dialog, "st", streamlit)
    monkeypatch.setattr(dialog, "asked", lambda: {"hide": ["depth"]})
    monkeypatch.setattr(state, "sharing", lambda: shared)
    page = record.begin(prose.read("relu"))
    record.control("depth", "Depth")
    page.again = again
    dialog.end()
    assert len(reruns) == runs
    assert shared.again == bool(runs), "the run that comes knows that it is the second"
    assert shared.known is not None
