"""Whether anything is new in a room: a browser asks by itself, and a page runs only then.

GET _room?code=ABCD&ticket=... answers who has the ticket by a sign, a few letters that change whenever there is
something new; with `counted`, as a teacher asks, with every student who answers, too. That costs the server a small
part of what a run of the page does. Where app.py runs as a plain script nobody answers so, and each time a browser asks
becomes a run.
"""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.rooms.chosen import FAR, ROOMS
from core.rooms.room import Refused

NAME = "_room"  # beside the pages
FRESH = {"Cache-Control": "no-store"}
_looker = st.components.v2.component(
    "looker",
    html="<script></script>",  # an element without a script would take room
    js=Path(__file__).with_name("looking.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def look(key: str, code: str, ticket: str, seen: str, every: float, *, counted: bool = False) -> None:
    """This part of the page runs again when a room's sign is not what is `seen`; it is asked every so many seconds."""
    query = {"code": code, "ticket": ticket} | ({"counted": "1"} if counted else {})
    _looker(
        key=key, data={"where": f"{NAME}?{urlencode(query)}", "seen": seen, "every": 1000 * every},
        on_news_change=_again,
    )  # fmt: skip


def _again() -> None:
    """Nothing is to be done: it runs."""


class Looked:
    """Answers those who ask, before all that belongs to a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rpartition("/")[2] != NAME:
            await self.app(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=8)
        code, ticket = (asked.get(name, [""])[0] for name in ("code", "ticket"))
        given = code, ticket, "counted" in asked
        told = await asyncio.to_thread(_sign, *given) if FAR else _sign(*given)  # others do not wait for a Redis
        await PlainTextResponse(told, headers=FRESH)(scope, receive, send)


def _sign(code: str, ticket: str, counted: bool) -> str:
    """What is told: the sign, or why there is none."""
    try:
        return ROOMS.sign(code, ticket, counted=counted)
    except Refused as refused:
        return refused.why
