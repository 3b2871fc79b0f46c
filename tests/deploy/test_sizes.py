"""How many replicas: by hand, by throwing students at random, and as printed."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deploy import sizes
from deploy.sizes import FIGURES, NAMES, README, Measured, inserted, measured, replicas, table

ONE = Measured(held=400.0, session=2.0, change=100.0)  # 0.6 of a processor: 6 changes a second, so 30 students


def test_whom_a_replica_carries_and_what_it_holds_by_hand():
    assert ONE.students == 30
    assert replace(ONE, change=50.0).students == 60
    assert ONE.memory(30) == pytest.approx(400 + 2 * (30 + 12))  # 30 leave in 300 s, 12 of them in the last 120 s


@pytest.mark.parametrize("students", [300, 3_000])
def test_a_replica_too_full_is_as_rare_as_it_is_said_and_not_much_rarer(students):
    count = replicas(students, ONE.students) - sizes.SPARE

    def too_full(count: int) -> float:
        thrown = np.random.default_rng(0).multinomial(students, np.full(count, 1 / count), size=4_000)
        return np.mean(thrown.max(axis=1) > ONE.students)

    assert too_full(count) <= 1.5 * sizes.CHANCE
    assert too_full(round(0.9 * count)) > 2 * sizes.CHANCE


def test_one_replica_may_always_die():
    assert replicas(1, 30) == replicas(30, 30) == 2
    with pytest.raises(ValueError, match="more than a replica carries"):
        replicas(30, 0)


def test_the_table_says_what_was_computed():
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table(ONE).splitlines() if row.startswith("|")]
    assert rows[2] == ["30", "2", "484 MB", "0.9 GB", "0.1 GB"]
    assert [row[0] for row in rows[2:6]] == ["30", "300", "3,000", "300,000"]
    # a tenth of a processor for 30 students; 290 MB for sessions of 2 MB, of which each student has 1.4
    assert rows[-2:] == [
        ["at the least 690 MB, 0.1 processors", "3", "103"], ["at the most 2,700 MB, 2 processors", "30", "821"],
    ]  # fmt: skip


def test_a_figure_that_is_missing_or_in_another_unit_is_named():
    figures = {name: {"value": 1.0, "unit": unit} for name, unit in NAMES.values()}
    assert measured(figures) == Measured(1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="'memory, session' in 'GB', not in MB"):
        measured(figures | {"memory, session": {"value": 1.0, "unit": "GB"}})
    del figures["memory, session"]
    with pytest.raises(KeyError, match="no figure 'memory, session': run `make load`"):
        measured(figures)


def test_without_any_figures_it_says_in_a_sentence_who_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sizes, "FIGURES", tmp_path / "figures.json")
    with pytest.raises(SystemExit, match="no measured figures: `make load` writes"):
        sizes.main()


def test_the_readme_shows_what_is_measured_today():
    text = README.read_text(encoding="utf-8")
    if FIGURES.exists():
        printed = table(measured(json.loads(FIGURES.read_text(encoding="utf-8"))))
        assert inserted(text, printed) == text, "run deploy/sizes.py and commit deploy/README.md"
    else:
        assert f"{sizes.BEGIN}\n{sizes.END}" in text, "nothing was measured, so nothing may be told"
