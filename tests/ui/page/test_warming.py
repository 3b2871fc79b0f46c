"""What readers will want is computed before they come, by one thread that gives way to them."""

import importlib
import json
import logging
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import urllib.request

import pytest
import streamlit as st

import core.experiments
from core.experiments import evidence, turns
from core.experiments.kept import Kept
from core.ui.page import navigation, warming
from core.ui.teach import lessons
from tests.browser.server import free_port
from tests.pages.reader import MENU, ROOT, visit


def said(caplog):
    """The lines of JSON in the log."""
    return [json.loads(record.getMessage()) for record in caplog.records if record.getMessage().startswith("{")]


def functions():
    """Every function of the product whose results are kept, by its full name."""
    rooms = [
        importlib.import_module(each.name)
        for each in pkgutil.iter_modules(core.experiments.__path__, "core.experiments.")
    ]
    modules = [
        *rooms,
        *(sys.modules[f"{evidence.__name__}.{name}"] for name in ("depth", "functions", "training")),
        lessons,
    ]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Kept)]
    return {f"{each.__module__}.{each.__qualname__}": each for each in found}


@pytest.fixture
def computed(monkeypatch):
    """Nothing is kept yet; the names of the functions that compute something from here on, in order."""
    names = []
    for name, each in functions().items():
        each.clear()
        noted = each.function
        monkeypatch.setattr(
            each, "function", lambda *args, _of=noted, _name=name, **kw: names.append(_name) or _of(*args, **kw)
        )
    return names


def test_after_it_no_first_visit_computes_anything(computed):
    warming.warm(warming.pieces(), lambda: None)
    warmed = set(computed)
    assert {f"{getattr(evidence, name).__module__}.{name}" for name in evidence.__all__} <= warmed
    assert computed.count("core.ui.teach.lessons.slots") == len(lessons.TASKS)
    computed.clear()
    for page in MENU:
        assert not visit(page).run().exception
    assert computed == []
    cures = visit("cures").run()
    cures.select_slider(key="cures.depth").set_value("20").run()
    assert "core.experiments.cures.gradient" in computed
    assert "core.experiments.cures.beginning" not in computed


def test_a_piece_does_not_begin_while_a_page_is_running(monkeypatch):
    done, looked = [], []
    with turns.READERS.watch():

        def reader_goes(seconds):
            looked.append(list(done))
            if len(looked) == 3:
                turns.READERS._add(-1)

        monkeypatch.setattr(warming.time, "sleep", reader_goes)
        warming.warm({"one": lambda: done.append(1)}, warming.give_way)
        turns.READERS._add(1)  # `watch` takes it away
    assert looked == [[], [], []]
    assert done == [1]


def test_a_film_that_goes_on_for_long_does_not_stop_it_for_ever(monkeypatch):
    looked = []
    monkeypatch.setattr(warming.time, "sleep", looked.append)
    with turns.READERS.watch():
        warming.give_way()
    assert 1.0 <= sum(looked) <= 5.0


def test_while_the_menu_runs_a_page_its_reader_is_counted(monkeypatch):
    counted = []
    monkeypatch.setattr(navigation.dialog, "end", lambda: counted.append(turns.READERS.count()))
    visit("glossary").run()
    assert (counted, turns.READERS.count()) == ([1], 0)


def test_what_fails_is_told_and_the_rest_is_warmed(caplog):
    caplog.set_level(logging.INFO, "explorer")
    done = []
    warming.warm({"bad": lambda: 1 / 0, "good": lambda: done.append(1)}, lambda: None)
    assert done == [1]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "warming: bad"
    assert record.exc_info[0] is ZeroDivisionError
    assert said(caplog)[-1]["what"] == "warmed"


def test_it_begins_once_in_a_process_and_ends(monkeypatch):
    done = []
    monkeypatch.setattr(warming, "_begun", threading.Lock())
    monkeypatch.setattr(warming, "pieces", lambda: {"one": lambda: done.append(threading.current_thread())})
    thread = warming.start()
    assert warming.start() is None
    thread.join(20)
    assert not thread.is_alive()
    assert thread.daemon
    assert done == [thread]


def test_where_app_py_is_run_as_a_plain_script_the_first_reader_starts_it(monkeypatch):
    started = []
    monkeypatch.setattr(warming, "start", lambda: started.append(1))
    navigation._settle.cache_clear()
    visit("glossary").run()
    assert navigation._settle.cache_info().misses == 1
    assert started == [], "a test is no server"
    monkeypatch.setattr(st.runtime, "get_instance", lambda: object.__new__(st.runtime.Runtime))
    navigation._settle.__wrapped__()
    assert started == [1]


def test_streamlit_run_warms_before_anybody_comes_opens_a_browser_says_so_in_a_line_and_ends(tmp_path):
    opener, opened = tmp_path / "xdg-open", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    opener.chmod(0o755)
    port = free_port()
    options = ["--server.headless=false", "--server.address=127.0.0.1", f"--server.port={port}"]
    with subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT, text=True,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as server:  # fmt: skip
        late = threading.Timer(120, server.kill)
        late.start()
        try:
            told = json.loads(server.stderr.readline())
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=20) as answer:
                health = (answer.status, answer.read())
            server.terminate()
            rest = server.stderr.read()
            assert server.wait(30) == -signal.SIGTERM
        finally:
            late.cancel()
            server.kill()
    assert told["what"] == "warmed"
    assert health == (200, b"ok"), "as the README says"
    assert rest == ""
    assert opened.read_text().strip() == f"http://127.0.0.1:{port}"
