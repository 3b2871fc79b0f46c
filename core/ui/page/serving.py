"""What the server does around Streamlit: it sends small files, finds a page by a name in other letters, and says why
nothing is seen where that lasts long.

Streamlit sends the files of its page as they are: it would compress them anew for everybody. They bear a hash of
what is in them and never change, so here each is compressed once for all readers, when the first one asks for it.
"""

import asyncio
import gzip
import html
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.ui import dom
from core.ui.sections import MENU
from core.ui.teach.looking import Looked
from core.words import prose

KINDS = (".js", ".css")  # what is large and not yet compressed
MOST = 2**24  # bytes in all: twice what all the files of a release come to
LEVEL = 6
LATE = 12  # seconds without a connection, after which a line says why that may be
ASKED = ("accept-encoding", "if-none-match", "if-modified-since", "range")  # of what Streamlit sends, not of ours
PAGES = frozenset(section.page for section in MENU)


@dataclass
class Kept:
    """The start of an answer and its compressed body."""

    start: Message
    body: bytes


class Compressed:
    """Files that may be kept for ever are sent compressed to those who can read it."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self.app, self.most, self.size = app, most, 0
        self.kept: dict[str, asyncio.Task[Kept | None]] = {}  # by path; what is being compressed as well

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = await self._found(scope, receive) if _wanted(scope) else None
        if not found:
            await self.app(scope, receive, send)
            return
        await send(found.start)
        await send({"type": "http.response.body", "body": found.body})

    async def _found(self, scope: Scope, receive: Receive) -> Kept | None:
        path = posixpath.normpath(scope["path"])
        task = self.kept.get(path)
        if not task:
            if self.size >= self.most:
                return None
            task = self.kept[path] = asyncio.create_task(self._made(dict(scope), receive))
            task.add_done_callback(lambda done: self._note(path, done))
        return await asyncio.shield(task)  # who leaves does not take it away from the others

    async def _made(self, scope: Scope, receive: Receive) -> Kept | None:
        start, body = await _heard(self.app, {**scope, "headers": []}, receive)
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] != 200 or "immutable" not in headers.get("cache-control", ""):
            return None  # of another release: what is sent instead has no name of its own
        body = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
        del headers["etag"]
        headers["content-encoding"], headers["content-length"] = "gzip", str(len(body))
        headers.add_vary_header("Accept-Encoding")
        return Kept({**start, "headers": headers.raw}, body)

    def _note(self, path: str, done: asyncio.Task[Kept | None]) -> None:
        made = None if done.cancelled() or done.exception() else done.result()
        if made:
            self.size += len(made.body)
        else:
            del self.kept[path]


def _wanted(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].endswith(KINDS):
        return False
    headers = Headers(scope=scope)
    coding = headers.get("accept-encoding", "").replace(" ", "").split(",")
    return "/static/" in scope["path"] and "gzip" in coding and "range" not in headers


class Spelt:
    """`/Laboratory`, `/why-it-matters` and a link with the full stop behind it lead to the page that is meant."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            name = scope["path"].rpartition("/")[2]
            page = re.sub(r"[^a-z]+", "_", name.lower()).strip("_")
            if page in PAGES and page != name:
                query = scope["query_string"].decode("latin-1")
                app = RedirectResponse(page + ("?" + query if query else ""))  # beside it, wherever the server is
        await app(scope, receive, send)


class Told:
    """The page that all begins with says why nothing is seen: a browser that is too old, or no connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rpartition("/")[2] not in {"", *PAGES}:
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in ASKED]
        start, body = await _heard(self.app, {**scope, "headers": plain}, receive)
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] == 200 and headers.get("content-type", "").startswith("text/html"):
            body = body.replace(b"</body>", _late() + b"</body>", 1)
            headers["content-length"] = str(len(body))
            del headers["etag"], headers["last-modified"]
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=1)
def _late() -> bytes:
    """A hidden line, and the script that shows it and loads what no first page waits for."""
    said = {name: html.escape(prose.common(f"late {name}")) for name in ("old", "waiting")}
    style = "position: fixed; inset: 0 0 auto; z-index: 1; margin: 0; padding: 1rem; font: 1rem/1.5 sans-serif"
    style += "; color: #1c2530; background: #ffffff"
    script = dom.read(__file__, "late.js")
    data = f'data-after="{LATE}" data-soon="{_charts()}"'
    line = f'<p id="late" role="status" style="{style}" {data} title="{said["old"]}" hidden>'
    return f"{line}{said['waiting']}</p><script>{script}</script>".encode()


def _charts() -> str:
    """Plotly, for which Streamlit asks when the first chart comes: where a question stands before it, that is late."""
    found = [*(Path(streamlit.__file__).parent / "static").rglob(dom.PLOTLY)]
    return found[0].relative_to(found[0].parents[2]).as_posix() if found else ""


async def _heard(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """What an application answers: how it starts, and its body."""
    answer: list[Message] = []

    async def hear(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, hear)
    start, *parts = answer
    return start, b"".join(part.get("body", b"") for part in parts)


MIDDLEWARE = (Middleware(Looked), Middleware(Compressed), Middleware(Spelt), Middleware(Told))
