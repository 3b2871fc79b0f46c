"""Results that are kept for whoever asks next: within bounds of entries and bytes, each computed once.

Each function has bounds of its own, and those that may keep much have one together: else every page more would be
memory more. What is small stays, as what a reader has waited for.

Who asks while somebody else computes the same waits for it: a class that presses one button costs one run. If that
computation fails, the next who waits computes for itself. What is kept is shared between readers and must not be
changed.
"""

import itertools
import math
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np
from plotly.basedatatypes import BaseFigure

from core.words import prose

ENTRIES = 128  # of each kind, if its function does not say otherwise
BYTES = 4_000_000  # of each kind: about fifteen charts that can be dragged, or fifty that cannot
WORDS = 500_000  # where there is no chart
TOGETHER = 128_000_000  # bytes of all kinds that may be large
SOME = 4  # items of a list that are measured

# What a thread does before it computes: nothing, if it does not say otherwise. What a result needs is one piece with
# it, as somebody may be waiting for it by then.
first: ContextVar[Callable[[], object]] = ContextVar("first", default=lambda: None)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)  # held by who computes
    done: bool = False
    value: Any = None
    size: int = 0  # bytes
    asked: int = 0  # when last, counted over all kinds


_large: "list[Kept[Any, Any]]" = []  # the functions that may keep more than WORDS
_times = itertools.count(1)
_room = threading.Lock()  # held by who makes room among all of them


class Kept(Generic[P, T]):
    """A function whose latest results are kept, by the repr of its validated arguments and by the language."""

    def __init__(self, function: Callable[P, T], entries: int, limit: int, size: int | None) -> None:
        update_wrapper(self, function)
        self.function, self.entries, self.limit, self.size = function, entries, limit, size
        self._kept: OrderedDict[str, _Entry] = OrderedDict()  # the one asked for last at the end
        self._guard = threading.RLock()
        if limit > WORDS:
            _large.append(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        entry = self._entry(f"{prose.language()}{args!r}{sorted(kwargs.items())!r}")
        if not entry.done:
            first.get()()
        with entry.lock:
            if not entry.done:
                before = first.set(lambda: None)
                try:
                    entry.value = self.function(*args, **kwargs)
                finally:
                    first.reset(before)
                entry.size = self.size or size_of(entry.value)
                entry.done = True
                self._make_room()
                _share_room()
        return entry.value

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._kept.clear()

    @property
    def count(self) -> int:
        """How many results are kept."""
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """The size of all that is kept."""
        with self._guard:
            return sum(entry.size for entry in self._kept.values())

    def _entry(self, key: str) -> _Entry:
        with self._guard:
            entry = self._kept.setdefault(key, _Entry())
            self._kept.move_to_end(key)
            entry.asked = next(_times)
            return entry

    def oldest(self) -> float:
        """When what was not asked for longest was asked for; infinity, where it stays because it is the only one."""
        with self._guard:
            return next(iter(self._kept.values())).asked if len(self._kept) > 1 else math.inf

    def forget_oldest(self) -> None:
        """Forget what was asked for longest ago; the latest stays."""
        with self._guard:
            if len(self._kept) > 1:
                self._kept.popitem(last=False)

    def _make_room(self) -> None:
        """Forget what was asked for longest ago; the latest stays, whatever its size."""
        with self._guard:
            while len(self._kept) > self.entries or (self.bytes > self.limit and len(self._kept) > 1):
                self._kept.popitem(last=False)


def _share_room() -> None:
    """Forget what was asked for longest ago, of whatever kind; the latest of each kind stays, whatever its size."""
    with _room:
        while sum(one.bytes for one in _large) > TOGETHER:
            least = min(_large, key=Kept.oldest)
            if least.oldest() == math.inf:
                return
            least.forget_oldest()


def kept(
    *, entries: int = ENTRIES, limit: int = BYTES, size: int | None = None
) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """Keep the results of a function: at most so many, and of at most `limit` bytes together.

    `size`: bytes of one result, for results that grow after they were made; otherwise they are measured. The arguments
    must say all of themselves in their repr: numbers, strings, tuples, frozen dataclasses of them, but no arrays.
    """
    return lambda function: Kept(function, entries, limit, size)


def size_of(value: Any) -> int:
    """About the bytes of a result: arrays, texts, and what holds them; in a long list a few items stand for all."""
    if isinstance(value, str | int | float | np.ndarray | None):  # nearly all there is
        return value.nbytes if isinstance(value, np.ndarray) else sys.getsizeof(value)
    if isinstance(value, BaseFigure):  # its dictionaries and lists are what is sent
        return sum(size_of(part) for part in vars(value).values() if isinstance(part, dict | list))
    if isinstance(value, dict):
        return sys.getsizeof(value) + sum(map(size_of, value.values()))
    if isinstance(value, list | tuple):
        some = value[:: max(1, len(value) // SOME)]
        return sys.getsizeof(value) + sum(map(size_of, some)) * len(value) // max(1, len(some))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(size_of(getattr(value, each.name)) for each in fields(value))
    return sys.getsizeof(value)
