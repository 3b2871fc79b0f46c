"""Whose turn it is to compute, where several want to: shared by all readers of a process."""

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is given first to whom has got least so far; among equals, in the order in which they asked."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, threading.Event]] = []
        self._asked = itertools.count()
        self._guard = threading.Lock()
        self._taken = False

    @contextmanager
    def take(self, got: int) -> Iterator[None]:
        mine = threading.Event()
        with self._guard:
            heapq.heappush(self._waiting, (got, next(self._asked), mine))
            self._give()
        mine.wait()
        try:
            yield
        finally:
            with self._guard:
                self._taken = False
                self._give()

    def _give(self) -> None:
        if not self._taken and self._waiting:
            self._taken = True
            heapq.heappop(self._waiting)[2].set()


class Watchers:
    """How many watch something just now."""

    def __init__(self) -> None:
        self._count = 0
        self._guard = threading.Lock()

    @contextmanager
    def watch(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def count(self) -> int:
        with self._guard:
            return self._count

    def _add(self, more: int) -> None:
        with self._guard:
            self._count += more


FILMS = Turns()  # of computing training runs
WATCHERS = Watchers()  # of training runs that play
READERS = Watchers()  # whose pages are running
LARGE = threading.Lock()  # one large measurement at a time: memory for one, and the others' pages keep answering
