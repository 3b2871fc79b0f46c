"""The log has a line for each request that was refused or took long, and says nothing of who asked."""

import json
import logging
import re
from datetime import datetime

import pytest

from core.ui import record, telling
from core.ui.play import measuring, watching
from core.words import prose
from tests.pages.reader import ROOT, visit

SECRET = "4711"


@pytest.fixture
def lines(caplog):
    """The lines of JSON so far."""
    caplog.set_level(logging.INFO, "explorer")
    return lambda: [json.loads(each.getMessage()) for each in caplog.records if each.name == "explorer"]


def clock(*seconds):
    times = iter(seconds)
    return lambda: next(times)


@pytest.mark.parametrize(("seconds", "told"), [(0.999, 0), (1.001, 1)])
def test_what_takes_over_a_second_is_told(lines, seconds, told):
    with telling.told("relu", clock(5.0, 5.0 + seconds)):
        pass
    assert [(line["what"], line["page"], line["ms"]) for line in lines()] == [("slow", "relu", 1001)] * told


def test_a_page_that_fails_or_runs_again_is_told_as_well(lines):
    with pytest.raises(KeyboardInterrupt), telling.told("relu", clock(0.0, 2.0)):
        raise KeyboardInterrupt
    assert [line["what"] for line in lines()] == ["slow"]


def test_while_a_film_plays_the_answer_has_been_given(lines, monkeypatch):
    monkeypatch.setattr(record.time, "perf_counter", lambda: 0.5)
    with telling.told("watch_it_learn", clock(0.0, 60.0)):
        record.begin(prose.read("watch_it_learn"))
        record.answered()
    assert lines() == []


def test_a_run_knows_nothing_of_the_one_before_in_its_thread(lines):
    record.begin(prose.read("relu"))
    record.refuse("relu.depth", "address")
    with telling.told("relu", clock(0.0, 0.1)):
        pass
    assert lines() == []


def test_the_page_that_a_reader_sees_is_timed(lines, monkeypatch):
    monkeypatch.setattr(telling, "SLOW", 0.0)
    visit("glossary").run()
    (line,) = lines()
    assert (line["what"], line["page"]) == ("slow", "glossary")


@pytest.mark.parametrize(
    ("page", "address", "refused"),
    [
        ("vanishing_gradient", {"depth": SECRET}, {"depth": "address"}),
        ("vanishing_gradient", {"depth": "x" + SECRET}, {"depth": "address"}),
        ("vanishing_gradient", {"gain": "nan", "initializer": SECRET}, {"gain": "address", "initializer": "address"}),
        ("vanishing_gradient", {"first.activations": ["Sigmoid", SECRET]}, {"first.activations": "address"}),
        ("laboratory", {"lab.other": SECRET}, {"lab.other": "address"}),
        ("vanishing_gradient", {"depth": "30", "gain": "2", "first.same": "true", "activations": ["ReLU", "Tanh"]}, {}),
        ("vanishing_gradient", {"depth": "20", "gain": "1"}, {}),  # as it is at first
        ("vanishing_gradient", {"initializer": "Glorot"}, {}),  # as it was called before
        (
            "vanishing_gradient",
            {"nobody.knows": SECRET, "hide": SECRET, "relu.depth": SECRET},
            {},
        ),  # of no control here
    ],
)
def test_what_an_address_asks_for_in_vain_is_told_by_the_keys_of_its_controls(lines, page, address, refused):
    assert not visit(page, **address).run().exception
    assert [line["refused"] for line in lines() if line["what"] == "refused"] == [refused] * bool(refused)


def test_it_is_told_once_and_what_a_reader_moves_afterwards_is_not(lines):
    at = visit("vanishing_gradient", depth=SECRET, gain="2.0").run()
    at.slider(key="depth").set_value(40)
    at.slider(key="gain").set_value(3.0).run()
    assert at.query_params["gain"] == "2.0", "what has been moved differs from the address for a moment"
    assert [line["refused"] for line in lines() if line["what"] == "refused"] == [{"depth": "address"}]


def test_work_over_the_budget_is_told(lines, monkeypatch):
    monkeypatch.setattr(measuring, "BUDGET", 2 * 20 * 64**2)
    monkeypatch.setattr(watching, "BUDGET", 1.0)
    visit("laboratory", **{"lab.depth": "20"}).run()
    visit("watch_it_learn").run()
    refused = [line for line in lines() if line["what"] == "refused"]
    assert [(line["page"], line["refused"]) for line in refused] == [
        ("laboratory", {"lab": "budget"}), ("watch_it_learn", {"learn": "budget"}),
    ]  # fmt: skip


def test_a_line_holds_nothing_but_when_what_where_and_how_long(lines, caplog):
    visit("vanishing_gradient", depth=SECRET).run()
    (line,) = lines()
    assert list(line) == ["time", "what", "page", "refused", "ms"]
    assert datetime.fromisoformat(line["time"]).utcoffset().total_seconds() == 0
    assert type(line["ms"]) is int
    text = next(each.getMessage() for each in caplog.records if each.name == "explorer")
    assert SECRET not in text
    assert "\n" not in text
    assert not re.search(r"\d+\.\d+\.\d+\.\d+|session|agent", text)


def test_the_readme_shows_lines_as_they_are(lines, monkeypatch, caplog):
    moment = datetime.fromisoformat("2026-11-27T08:15:00+00:00")
    monkeypatch.setattr(telling, "datetime", type("Clock", (), {"now": moment.astimezone}))
    telling.tell("warmed", ms=7900.2)
    with telling.told("laboratory", clock(0.0, 1.204)):
        pass
    with telling.told("laboratory", clock(0.0, 0.041)):
        record.begin(prose.read("laboratory"))
        record.refuse("lab", "budget")
        record.refuse("lab.depth", "address")
    shown = "\n".join(each.getMessage() for each in caplog.records if each.name == "explorer")
    assert f"\n```\n{shown}\n```\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_log_goes_to_stderr_as_it_is():
    (handler,) = telling.log.handlers
    assert type(handler) is logging.StreamHandler
    assert handler.formatter is None
    assert telling.log.level == logging.INFO
