"""Many readers of one server at once, as websockets, without a browser."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import websockets

T = TypeVar("T")


def connect(address: str) -> websockets.connect:
    where = address.replace("http", "ws") + "/_stcore/stream"
    return websockets.connect(where, subprotocols=["streamlit"], max_size=None, open_timeout=60)


def result(lesson: Coroutine[None, None, T], within: float) -> T:
    """Of a lesson that must end in so many seconds; in a thread of its own, as Playwright keeps a loop in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(lesson, within)).result()
