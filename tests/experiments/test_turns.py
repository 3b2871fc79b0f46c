"""Whose turn it is, and how many watch."""

import threading
import time
from collections.abc import Callable

import pytest

from core.experiments.turns import Turns, Watchers


@pytest.mark.parametrize(
    ("got", "order"), [([0, 0, 0, 0], [0, 1, 2, 3]), ([3, 1, 2, 0], [3, 1, 2, 0]), ([1, 0, 1, 0], [1, 3, 0, 2])]
)
def test_turns_go_first_to_whom_has_least_and_then_in_the_order_of_asking(got: list[int], order: list[int]) -> None:
    turns, given = Turns(), []
    threads = []

    def take(name: int) -> None:
        with turns.take(got[name]):
            given.append(name)
            time.sleep(0.002)

    with turns.take(9):
        for name in range(len(got)):
            thread = threading.Thread(target=take, args=(name,))
            thread.start()
            threads.append(thread)
            wait_for(lambda name=name: len(turns._waiting) == name + 1)
        assert given == [], "one at a time"
    for thread in threads:
        thread.join(10)
    assert given == order
    assert len(turns._waiting) == 0


def test_who_watches_is_counted_for_as_long_as_it_lasts():
    watchers = Watchers()
    with watchers.watch():
        with watchers.watch():
            assert watchers.count() == 2
        assert watchers.count() == 1
    assert watchers.count() == 0


def test_who_is_stopped_does_not_watch_any_more():
    watchers = Watchers()
    with pytest.raises(RuntimeError), watchers.watch():
        raise RuntimeError
    assert watchers.count() == 0


def test_many_may_come_and_go_at_the_same_time():
    watchers, together = Watchers(), threading.Barrier(8)

    def come_and_go():
        for _ in range(50):
            with watchers.watch():
                together.wait(10)
                seen.append(watchers.count())
                together.wait(10)

    seen: list[int] = []
    threads = [threading.Thread(target=come_and_go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(seen) == {8}
    assert watchers.count() == 0


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)
