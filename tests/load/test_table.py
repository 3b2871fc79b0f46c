"""README.md tells what a class was to a server, and that is the product as it is."""

from dataclasses import replace

import pytest

from tests.benchmarks.figures import TIMES, Figure, fingerprint, kept
from tests.benchmarks.table import README, inserted, table
from tests.load import figures
from tests.load.figures import BEGIN, END, FILE, keep, measured

FIGURES = kept(FILE)
RENEW = "run `make load` and commit what it writes"
FIGURE = Figure("a class", "one student", 1.5, TIMES, 1.5, ("a.py",), "abc", "a machine", "2026-01-31", "1234567")


def test_the_table_in_the_readme_is_that_of_the_file():
    text = README.read_text(encoding="utf-8")
    assert inserted(text, table(FIGURES.values()), BEGIN, END) == text, RENEW


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_that_a_figure_measures_has_changed_since(name):
    assert FIGURES[name].sources == fingerprint(FIGURES[name].measures), f"what {name!r} measures has changed: {RENEW}"


def test_what_every_page_loads_counts():
    measures = measured("a class", 1.0, TIMES).measures
    assert {"app.py", ".streamlit/config.toml", "pages/laboratory.py", "pages/teachers.py"} < set(measures)
    assert measures[0] == "tests/load/lessons.py"


def test_figures_take_the_place_of_those_of_the_same_file_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FILE", tmp_path / "figures.json")
    keep({"former": FIGURE, "second": FIGURE})
    keep({"other": replace(FIGURE, measures=("b.py",))})
    keep({"second": replace(FIGURE, value=2.0)})
    assert {name: one.value for name, one in kept(figures.FILE).items()} == {"other": 1.5, "second": 2.0}
