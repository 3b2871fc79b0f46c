"""Rooms in both places where they can be: in this process, and in a real Redis on this machine."""

from collections.abc import Iterator

import pytest
from redis import Redis

from core.rooms.memory import Memory
from core.rooms.rooms import Rooms
from core.rooms.shared import Shared
from deploy.cluster import redis


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a Redis of our own."""
    with redis() as url:
        yield url


@pytest.fixture
def client(server: str) -> Iterator[Redis]:
    """For a look into it; it is empty at first."""
    with Redis.from_url(server, decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "redis"])
def rooms(request: pytest.FixtureRequest, clock: Clock) -> Rooms:
    if request.param == "memory":
        return Rooms(Memory(), clock)
    request.getfixturevalue("client")
    return Rooms(Shared(request.getfixturevalue("server")), clock)
