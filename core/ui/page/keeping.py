"""What was answered, and where films stand, is kept by the reader's browser too: in the tab, until it is closed.

The server forgets a session when its page is loaded again, when it has been cut off for two minutes, and when it is
restarted itself. A new session asks the browser once; a change is told to it. Nothing is sent for a page on which
nothing of this has changed.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from core.maths.training import STEPS
from core.ui import state
from core.ui.sections import SECTIONS
from core.ui.state import Answer

KEY, PLAYERS = "hidden.records", ("learn",)
LONGEST = 2000  # characters of an answer
FARTHEST = 1000.0  # from 0, where a marker may have been placed
TWICE = 2  # is everything said: a run that ends at once, for another one, may take its words along
_keeper = st.components.v2.component(
    "keeper", html="<span></span>", js=Path(__file__).with_name("keep.js").read_text(encoding="utf-8")
)

Records = dict[str, Any]  # for JSON: the fields of each answer by page, and of each player at which step it stood


def keep() -> None:
    """Once in a run, before the page: ask the browser in a new session, tell it what has changed since."""
    kept, records = state.keeping(), _records()
    if not kept.asked:
        kept.asked, kept.data, kept.told, kept.left = True, {"ask": secrets.token_hex(4)}, records, TWICE
    elif records != kept.told:
        kept.data, kept.told, kept.left = {"keep": records}, records, TWICE
    if kept.left:
        kept.left -= 1
        with st.sidebar:
            _keeper(key=KEY, data=kept.data, on_reply_change=_take)


def _records() -> Records:
    answers = {page: asdict(answer) for page, answer in state.answers().items()}
    return {"answers": answers, "stood": {key: dict(state.player(key).stood) for key in PLAYERS}}


def _take() -> None:
    """What the browser has kept becomes the session's, but for what the session already knows better."""
    reply = state.value(KEY, {}).get("reply")
    for page, answer in answers(reply).items():
        state.answers().setdefault(page, answer)
    for key in PLAYERS:
        player = state.player(key)
        player.stood = dict([*stood(reply, key).items(), *player.stood.items()][-state.PLACES :])
        if not (player.at or player.mode):
            player.of = None  # so that it looks once more where it stood
    state.keeping().told = _records()


def answers(reply: object) -> dict[str, Answer]:
    """The answers in what a browser says, as far as they can be any."""
    found = {}
    for page in (section.page for section in SECTIONS):
        given = _inside(_inside(reply, "answers"), page)
        right, said, placed = given.get("right"), given.get("said"), given.get("placed")
        if type(right) is bool:
            found[page] = Answer(
                said if isinstance(said, str) and len(said) <= LONGEST else "",
                right,
                float(placed) if isinstance(placed, int | float) and abs(placed) <= FARTHEST else None,
            )
    return found


def stood(reply: object, key: str) -> dict[str, int]:
    """The steps at which a player stood in what a browser says, by the names of runs."""
    given = list(_inside(_inside(reply, "stood"), key).items())[-state.PLACES :]
    return {
        name: at
        for name, at in given
        if isinstance(name, str) and re.fullmatch("[0-9a-f]{16}", name) and type(at) is int and 0 <= at <= STEPS.high
    }


def _inside(reply: object, name: str) -> Mapping[str, Any]:
    found = reply.get(name) if isinstance(reply, Mapping) else None
    return found if isinstance(found, Mapping) else {}
