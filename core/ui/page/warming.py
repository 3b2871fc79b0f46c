"""What readers will want, computed before they come: by one thread, a piece at a time, while no page of a reader runs.

It begins with the server or, where app.py is run as a plain script, with the first reader. Each page is run once for
nobody, so what is warmed is what the page needs: its figures at the default settings and its evidence. The answers of
lessons and exercises follow, and the sick networks of the cures: there are few, and each takes longer than a slider
may. A piece that has begun goes on when somebody comes, a second at most; who wants that very piece waits for it, as
for any other reader's.

The thread has no lower priority of its own: it would keep Python's lock while it waits for a processor, and all readers
with it (beside three busy processes the slowest tenth of answers took twice as long).
"""

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from itertools import product
from pathlib import Path

import streamlit as st
from streamlit import cli_util
from streamlit.web.server import server_util

from core.experiments import cures, kept, turns
from core.maths.cures import PATIENTS
from core.ui import telling
from core.ui.sections import MENU, Section
from core.ui.teach import lessons

ROOT = Path(__file__).parents[3]  # where app.py and pages/ are
BARE = "streamlit.runtime.scriptrunner_utils.script_run_context"  # the logger that warns of a page that nobody sees
NAME = "warming"  # of the thread
# Seconds until it looks again whether somebody is there, and how often it does: a film goes on for long.
PAUSE, LOOKS = 0.02, 100
menu = threading.local()  # `seen_to` while a thread runs a page that needs no menu around it any more
_begun = threading.Lock()  # taken once in a process, and never given back


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Of a server that Streamlit starts with an App: it begins to warm, and a browser opens as it does without one."""
    start()
    if not st.get_option("server.headless"):
        threading.Timer(0.5, cli_util.open_browser, [address()]).start()  # the server answers a moment after this
    yield


def address() -> str:
    """Where the explorer is found on this machine."""
    given = st.get_option("server.address")
    host = server_util.get_display_address(given) if given else st.get_option("browser.serverAddress")
    return server_util.get_url(host)


def start() -> threading.Thread | None:
    """The thread that warms this process; nothing if there has been one."""
    if not _begun.acquire(blocking=False):
        return None
    logging.getLogger(BARE).addFilter(lambda record: record.threadName != NAME)
    thread = threading.Thread(target=warm, args=(pieces(), give_way), name=NAME, daemon=True)
    thread.start()
    return thread


def pieces() -> dict[str, Callable[[], object]]:
    """By name, in the order in which readers will want them."""
    found: dict[str, Callable[[], object]] = {section.page: partial(rehearse, section) for section in MENU}
    found |= {f"answer {name}": partial(lessons.slots, name) for name in lessons.TASKS}
    for sick, depth in product(PATIENTS, cures.DEPTHS):
        found[f"cures {sick}, {depth}"] = partial(cures.begin, sick, int(depth))
    return found


def rehearse(section: Section) -> None:
    """Run a page for nobody, at its default settings: what it computes is kept from then on."""
    menu.seen_to, script = True, ROOT / section.script
    exec(compile(script.read_bytes(), script, "exec"), {"__name__": section.page})


def warm(pieces: Mapping[str, Callable[[], object]], give_way: Callable[[], None]) -> None:
    """Compute the pieces, giving way before each result that is kept; what fails is told, and left to its readers."""
    begun = time.perf_counter()
    kept.first.set(give_way)
    for name, piece in pieces.items():
        give_way()
        try:
            piece()
        except Exception:
            telling.log.exception("warming: %s", name)
    telling.tell("warmed", ms=1000 * (time.perf_counter() - begun))


def give_way() -> None:
    """Wait until no page of a reader is running, but not for ever."""
    for _ in range(LOOKS):
        if not turns.READERS.count():
            return
        time.sleep(PAUSE)
