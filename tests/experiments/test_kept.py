"""Results are kept within bounds of entries and bytes, and computed once however many ask at the same time."""

import sys
import threading
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import pytest

from core.experiments import kept as module
from core.experiments.kept import BYTES, ENTRIES, first, kept, size_of
from core.maths.network import Network
from core.words import prose


def counted(**bounds):
    """A kept function that notes what it is asked to compute."""
    computed = []

    @kept(**bounds)
    def experiment(setting, **more):
        computed.append((setting, more) if more else setting)
        return np.zeros(setting if type(setting) is int else 1)

    return experiment, computed


def test_the_same_settings_give_the_same_result_without_computing_it_again():
    experiment, computed = counted()
    assert experiment(3) is experiment(3)
    assert experiment(3, depth=1) is experiment(3, depth=1)
    assert computed == [3, (3, {"depth": 1})]


def test_all_that_is_kept_shares_one_budget_and_what_was_asked_for_longest_ago_goes_first(monkeypatch):
    monkeypatch.setattr(module, "_large", [])
    monkeypatch.setattr(module, "TOGETHER", 40_000)
    (some, first_computed), (others, _) = counted(), counted()
    for setting in (1000, 1001, 1002, 1003):  # eight thousand bytes each
        some(setting)
    some(1000)
    others(2000)
    assert (some.count, others.count) == (2, 1), "two have gone for one of twice the size"
    assert some.bytes + others.bytes <= 40_000
    some(1000)
    assert first_computed == [1000, 1001, 1002, 1003]
    some(1001)
    assert first_computed[-1] == 1001
    others(100_000)
    assert (some.count, others.count) == (1, 1), "the latest of each kind stays, whatever its size"
    small, _ = counted(limit=module.WORDS)
    for setting in (1000, 1001):
        small(setting)
    others(100_001)
    assert small.count == 2, "what is small stays"


def test_settings_are_told_apart_by_all_that_their_repr_says():
    experiment, computed = counted()
    for setting in (
        1,
        1.0,
        True,
        "1",
        (1,),
        Network("relu", depth=3),
        Network("relu", depth=4),
        Network("relu", seed=1),
    ):
        experiment(setting)
    assert len(computed) == 8


def test_no_more_entries_are_kept_than_allowed_and_the_one_not_asked_for_longest_goes_first():
    experiment, computed = counted(entries=3)
    for setting in (1, 2, 3, 1, 4):  # 1 is asked for again, so 2 is the oldest
        experiment(setting)
    assert experiment.count == 3
    experiment(1)
    assert computed == [1, 2, 3, 4]
    experiment(2)
    assert computed == [1, 2, 3, 4, 2]


def test_no_more_bytes_are_kept_than_allowed():
    experiment, computed = counted(limit=8 * 100)
    for setting in (40, 41, 42):  # numbers of 8 bytes: the third does not fit beside the others
        experiment(setting)
        assert experiment.bytes <= 800
    assert experiment.bytes == 8 * (41 + 42)
    experiment(40)
    assert computed == [40, 41, 42, 40]


def test_a_result_above_the_limit_is_kept_alone():
    experiment, computed = counted(limit=80)
    experiment(5)
    assert experiment(1000) is experiment(1000)
    assert experiment.count == 1
    assert computed == [5, 1000]


def test_what_grows_counts_with_the_size_that_was_said():
    experiment, _ = counted(limit=300, size=100)
    for setting in range(5):
        experiment(setting)
    assert (experiment.count, experiment.bytes) == (3, 300)


def together(count, ask):
    """Ask from several threads, all begun before any goes on."""
    begun = threading.Barrier(count)

    def reader():
        begun.wait(10)
        ask()

    threads = [threading.Thread(target=reader) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)


def test_of_many_who_ask_at_once_one_computes_and_the_others_wait():
    computed, results = [], []
    may_end = threading.Event()

    @kept()
    def slow():
        computed.append(1)
        assert may_end.wait(10)
        return object()

    threading.Timer(0.05, may_end.set).start()
    together(8, lambda: results.append(slow()))
    assert len(computed) == 1
    assert len(results) == 8
    assert len(set(map(id, results))) == 1


def test_different_settings_do_not_wait_for_each_other():
    both = threading.Barrier(2)

    @kept()
    def meeting(setting):
        both.wait(10)  # passes only if the other computes at the same time
        return setting

    results = []
    threads = [threading.Thread(target=lambda s=s: results.append(meeting(s))) for s in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == [1, 2]


def test_after_a_failure_the_next_who_waits_computes_for_itself():
    tried, results, problems = [], [], []
    first = threading.Event()

    @kept()
    def shaky():
        tried.append(1)
        if len(tried) == 1:
            assert first.wait(10)
            raise KeyboardInterrupt  # as when the reader who computes is stopped
        return "result"

    def ask():
        try:
            results.append(shaky())
        except KeyboardInterrupt as problem:
            problems.append(problem)

    threading.Timer(0.05, first.set).start()
    together(4, ask)
    assert (len(problems), results, len(tried)) == (1, ["result"] * 3, 2)


def test_a_result_is_kept_for_each_language():
    @kept()
    def words():
        return prose.language()

    assert words() == "en"
    token = prose._language.set("xx")
    try:
        assert words() == "xx"
    finally:
        prose._language.reset(token)
    assert words() == "en"
    assert words.count == 2


@dataclass(frozen=True)
class Pair:
    left: np.ndarray
    right: str


def test_the_size_of_a_result_is_that_of_its_arrays_and_texts():
    assert size_of(np.zeros(1000)) == 8000
    assert size_of("a" * 1000) == sys.getsizeof("a" * 1000)
    assert size_of(Pair(np.zeros(10), "abc")) == 80 + sys.getsizeof("abc")
    assert size_of({"x": np.zeros(100)}) == pytest.approx(800, abs=400)
    assert size_of([np.zeros(100)] * 100) == pytest.approx(80_000, abs=1500), "a few stand for all"
    assert size_of([np.zeros(100), np.zeros(50)]) == pytest.approx(1200, abs=100)
    figure = go.Figure([{"type": "scatter", "x": list(range(500)), "y": ["text"] * 500}])
    assert size_of(figure) >= 500 * (28 + 40)


def test_every_kind_is_bounded_unless_it_says_otherwise():
    experiment, _ = counted()
    assert (experiment.entries, experiment.limit) == (ENTRIES, BYTES)


def test_who_gives_way_does_so_before_a_result_but_neither_within_one_nor_for_what_is_kept():
    happened = []

    @kept()
    def part():
        happened.append("part")

    @kept()
    def whole():
        part()
        happened.append("whole")

    token = first.set(lambda: happened.append("gives way"))
    try:
        whole()
        whole()
        part()
        assert happened == ["gives way", "part", "whole"]
        with pytest.raises(ZeroDivisionError):
            kept()(lambda: 1 / 0)()
        part.clear()
        part()
        assert happened[3:] == ["gives way", "gives way", "part"], "after a failure as before it"
    finally:
        first.reset(token)
