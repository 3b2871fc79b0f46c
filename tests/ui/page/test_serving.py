"""Files are compressed once for all readers, and a page is found by its name in other letters."""

import asyncio
import gzip
import html
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.rooms.memory import Memory
from core.rooms.room import Question
from core.rooms.rooms import Rooms
from core.ui.page.serving import Compressed, Spelt, Told
from core.ui.teach import looking
from core.words import prose

BODY = b"export const words = 'the same again and again';\n" * 500
KEPT = {"Cache-Control": "public, immutable, max-age=31536000", "ETag": '"1"'}
ACCEPTS = {"accept-encoding": "br, gzip, deflate"}


class Server:
    """Stands for Streamlit: what it has been asked for, and answers in the way of its static files."""

    def __init__(self, most=2**20):
        self.asked = []
        routes = [Route("/{path:path}", self._answer)]
        self.app = Spelt(Compressed(Starlette(routes=routes), most))

    async def _answer(self, request):
        self.asked.append(request.url.path)
        await asyncio.sleep(0)  # others come meanwhile
        if "nothing" in request.url.path:  # as for a page
            return PlainTextResponse("the page" * 500, headers={"Cache-Control": "no-cache"})
        kind = "text/javascript" if request.url.path.endswith(".js") else "font/woff2"
        return Response(BODY, media_type=kind, headers=KEPT)

    async def get(self, path, method="GET", query="", **headers):
        """(status, headers, body) of an answer."""
        sent = []
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "http_version": "1.1", "scheme": "http", "server": ("x", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def run(server, *requests):
    """The answers to requests that come at the same time; in a thread of its own, beside Playwright's loop."""

    async def together():
        return await asyncio.gather(*(server.get(path, **more) for path, more in requests))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, together()).result()


def test_a_class_that_comes_at_once_has_each_file_compressed_once():
    server = Server()
    answers = run(server, *[("/static/js/a.js", ACCEPTS)] * 25)
    assert server.asked == ["/static/js/a.js"]
    for status, headers, body in answers:
        assert (status, headers["content-encoding"], headers["vary"]) == (200, "gzip", "Accept-Encoding")
        assert gzip.decompress(body) == BODY
        assert int(headers["content-length"]) == len(body) < len(BODY) / 10
        assert headers["cache-control"] == KEPT["Cache-Control"]
        assert headers["content-type"].startswith("text/javascript")
        assert "etag" not in headers, "that of the other form"


def test_a_file_has_one_place_however_its_path_is_written():
    server = Server()
    run(server, ("/static/js/a.js", ACCEPTS))
    run(server, ("/static//js/./a.js", ACCEPTS), ("/static/css/../js/a.js", ACCEPTS))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/static/js/a.js", {}),
        ("/static/js/a.js", {"accept-encoding": "br"}),
        ("/static/js/a.js", ACCEPTS | {"range": "bytes=0-9"}),
        ("/static/js/a.js", ACCEPTS | {"method": "HEAD"}),
        ("/static/media/a.woff2", ACCEPTS),
        ("/static/js/nothing.js", ACCEPTS),
        ("/media/a.js", ACCEPTS),
    ],
)
def test_everything_else_is_sent_as_it_is_and_not_kept(path, more):
    server = Server()
    (status, headers, _), _ = run(server, (path, more), (path, more))
    assert status == 200
    assert "content-encoding" not in headers
    assert server.app.app.kept == {}
    assert set(server.asked) == {path}


def test_what_is_kept_is_bounded_in_bytes_and_the_rest_is_sent_as_it_is():
    server = Server(most=1000)
    for number in range(50):
        run(server, (f"/static/js/{number}.js", ACCEPTS))
    compressed = server.app.app
    assert 1000 <= compressed.size <= 1000 + len(gzip.compress(BODY))
    assert len(compressed.kept) < 10
    ((_, headers, body),) = run(server, ("/static/js/49.js", ACCEPTS))
    assert ("content-encoding" in headers, body) == (False, BODY)


def test_a_fault_is_not_kept(monkeypatch):
    server = Server()
    calls = iter([ZeroDivisionError(), None])

    async def answer(scope, receive, send, _app=server.app.app.app):
        fault = next(calls)
        if fault:
            raise fault
        await _app(scope, receive, send)

    monkeypatch.setattr(server.app.app, "app", answer)
    with pytest.raises(ZeroDivisionError):
        run(server, ("/static/js/a.js", ACCEPTS))
    ((_, headers, _),) = run(server, ("/static/js/a.js", ACCEPTS))
    assert headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("path", "query", "leads"),
    [
        (
            "/Laboratory",
            "lab.depth=30&lab.activation=GELU%20%28tanh%29",
            "laboratory?lab.depth=30&lab.activation=GELU%20%28tanh%29",
        ),
        ("/why-it-matters", "", "why_it_matters"),
        ("/deep/down/RELU", "", "relu"),
        ("/beyond_relu).", "", "beyond_relu"),
        ("/Vanishing Gradient", "depth=3", "vanishing_gradient?depth=3"),
    ],
)
def test_a_page_by_its_name_in_other_letters_leads_to_the_page_with_all_settings(path, query, leads):
    ((status, headers, _),) = run(Server(), (path, {"query": query}))
    assert (status, headers["location"]) == (307, leads)


def first(path, **headers):
    """What a reader gets for the page that all begins with."""
    server, got = Server(), []

    async def page(request):
        got.append(dict(request.headers.items()))
        body = b"<body><div id='root'></div></body>"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(gzip.compress(body), media_type="text/html", headers={"Content-Encoding": "gzip"})
        return Response(body, media_type="text/html", headers=KEPT | {"Cache-Control": "no-cache"})

    server.app = Told(Starlette(routes=[Route("/{path:path}", page)]))
    (answer,) = run(server, (path, headers))
    return answer, got


@pytest.mark.parametrize("path", ["/", "/relu", "/deep/down/laboratory"])
def test_the_page_that_all_begins_with_can_say_why_nothing_is_seen(path):
    (status, headers, body), (asked,) = first(path, **ACCEPTS, **{"if-none-match": '"1"', "cookie": "a=b"})
    text = body.decode()
    assert status == 200
    assert int(headers["content-length"]) == len(body)
    assert text.endswith("</script></body>")
    assert text.startswith("<body><div id='root'></div><p id=")
    for name in ("old", "waiting"):
        assert text.count(html.escape(prose.common(f"late {name}"))) == 1
    (soon,) = re.findall(r'data-soon="([^"]+)"', text)
    assert (Path(streamlit.__file__).parent / "static" / soon).stat().st_size > 10**6
    assert "etag" not in headers, "that of Streamlit's page"
    assert asked == {"cookie": "a=b"}


def test_no_other_answer_is_touched():
    (_, _, body), (asked,) = first("/_stcore/health", **ACCEPTS)
    assert gzip.decompress(body) == b"<body><div id='root'></div></body>"
    assert asked == ACCEPTS


@pytest.mark.parametrize("path", ["/", "/laboratory", "/vanishing_gradient", "/Nobody", "/relu/", "/_stcore/health"])
def test_all_other_addresses_are_let_be(path):
    ((status, headers, _),) = run(Server(), (path, {}))
    assert (status, headers.get("location")) == (200, None)


# Whether anything is new in a room


def test_who_is_in_a_room_is_told_whether_anything_is_new_and_no_page_runs_for_that(monkeypatch):
    rooms = Rooms(Memory(), lambda: 0.0)
    monkeypatch.setattr(looking, "ROOMS", rooms)
    key, server = rooms.open("me"), Server()
    server.app = looking.Looked(server.app)

    def told(code=key.code, ticket=key.ticket, path="/_room", more=""):
        ((status, headers, body),) = run(server, (path, {"query": f"code={code}&ticket={ticket}{more}"}))
        assert (status, headers["content-type"], headers["cache-control"]) == (
            200,
            "text/plain; charset=utf-8",
            "no-store",
        )
        return body.decode()

    seen = [told()]
    rooms.put(key, Question("Which?", ("one", "two")))
    seen += [told(path="/deep/down/_room"), told(more="&counted=1")]
    assert len(set(seen)) == 3
    assert all(re.fullmatch("[a-z0-9.]+", sign) for sign in seen)
    for code, ticket in ((key.code, "x" * 32), (key.code, ""), ("", ""), ("%00" * 4, "%FF"), ("x" * 5000, key.ticket)):
        assert told(code, ticket) == "none"
    assert server.asked == []
    run(server, ("/_room/more", {}), ("/vote", {}))
    assert server.asked == ["/_room/more", "/vote"], "all else is left alone"
