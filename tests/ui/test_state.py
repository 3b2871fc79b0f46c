"""What a session remembers, one record for each feature, and where a run of a page ends."""

import re

import pytest
from streamlit.runtime.state import session_state_proxy
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from core.ui import state
from tests.pages.reader import ROOT


@pytest.fixture
def session(monkeypatch):
    """A session as Streamlit keeps it; how often it has looked whether the run is still wanted."""
    looked = []
    kept = SafeSessionState(SessionState(), lambda: looked.append(1))
    monkeypatch.setattr(session_state_proxy, "get_session_state", lambda: kept)
    return looked


def test_a_record_is_made_when_it_is_asked_for_and_kept(session):
    assert state.player("learn") == state.Player(at=0, mode="", of=None, then="")
    state.player("learn").at = 7
    assert state.player("learn").at == 7
    assert state.player("other").at == 0, "each player has its own"
    assert state.work("learn").done == 0, "and so has each feature"
    state.answers()["relu"] = state.Answer("said", right=True)
    assert state.answers()["relu"].right


def test_the_value_of_a_control_is_looked_up_set_and_forgotten(session):
    assert state.value("depth", 20) == 20
    state.put("depth", 7)
    assert state.value("depth", 20) == 7
    state.forget("depth")
    assert state.value("depth") is None


def test_who_breathes_lets_streamlit_end_the_run(session):
    before = len(session)
    state.breathe()
    assert len(session) > before


def test_nobody_else_reaches_into_the_session():
    files = sorted((ROOT / "core").rglob("*.py"))
    assert {path.name for path in files if re.search(r"\bsession_state\b", path.read_text(encoding="utf-8"))} == {
        "state.py"
    }
