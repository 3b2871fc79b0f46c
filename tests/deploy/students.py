"""Students as websockets that Caddy leads to a replica, and what the replicas know of them."""

import asyncio
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from deploy.cluster import Cluster
from tests.benchmarks.readers import connect


def sessions(cluster: Cluster) -> dict[str, int]:
    """How many readers each replica has that still runs, by its own count."""
    return {where: active(where) for where, process in cluster.replicas.items() if process.poll() is None}


def active(address: str) -> int:
    with urllib.request.urlopen(f"{address}/_stcore/metrics", timeout=30) as answer:
        return int(float(re.search(r"^active_sessions(?:\{.*\})? (\S+)$", answer.read().decode(), re.MULTILINE)[1]))


async def open_many(address: str, cookies: list[str | None]) -> list[websockets.ClientConnection]:
    """One after the other, each with the cookie that it has, if any."""
    return [await student(address, cookie) for cookie in cookies]


def student(address: str, cookie: str | None = None) -> websockets.connect:
    socket = connect(address)
    socket.additional_headers = {"Cookie": cookie} if cookie else {}
    return socket


def cookie(socket: websockets.ClientConnection) -> str | None:
    """What Caddy has told this student to bring along next time."""
    given = socket.response.headers.get_all("Set-Cookie")
    return next((one.split(";")[0] for one in given if one.startswith("replica=")), None)


async def answered(socket: websockets.ClientConnection) -> None:
    """Have the page run once, to its end."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    await socket.send(message.SerializeToString())
    received = ForwardMsg()
    while received.WhichOneof("type") != "script_finished":
        received = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 60))


class Class:
    """Students who ask again and again, and come back with their cookie when the connection breaks."""

    def __init__(self, address: str, count: int) -> None:
        self.answers, self.returned = [0] * count, [0] * count
        self._address, self._over = address, Event()

    async def _attend(self, number: int) -> None:
        brought = None
        while not self._over.is_set():
            try:
                async with student(self._address, brought) as socket:
                    brought = cookie(socket) or brought
                    while not self._over.is_set():
                        await answered(socket)
                        self.answers[number] += 1
                        await asyncio.sleep(0.3)
            except (websockets.ConnectionClosed, websockets.InvalidHandshake, OSError):
                self.returned[number] += 1
                await asyncio.sleep(0.1)

    async def _lesson(self) -> None:
        await asyncio.gather(*(self._attend(number) for number in range(len(self.answers))))

    @contextmanager
    def present(self) -> Iterator["Class"]:
        thread = Thread(target=lambda: asyncio.run(self._lesson()), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join(60)
