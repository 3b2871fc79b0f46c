"""What `make load` has measured, kept in figures.json; README.md prints it between markers of its own."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.ui.sections import MENU
from tests.benchmarks.figures import ROOT, commit, fingerprint, machine
from tests.benchmarks.table import README, inserted

FILE = Path(__file__).with_name("figures.json")
BEGIN, END = "<!-- printed by `make load`: begin -->", "<!-- printed by `make load`: end -->"
TIMES = "times"  # the unit of a ratio

# The explorer with all its pages, and those who visit it.
MEASURES = (
    "app.py", ".streamlit/config.toml", *(section.script for section in MENU),
    *(f"tests/load/{name}.py" for name in ("student", "process")), "tests/benchmarks/bare_page.py",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """What was measured: a ratio `against` what ran beside it, or a value in a unit; `goal` is the most allowed."""

    what: str
    against: str
    value: float
    unit: str
    goal: float | None
    measures: tuple[str, ...]
    sources: str  # their hash, and that of all they load
    machine: str
    date: str
    commit: str

    @property
    def holds(self) -> bool:
        return self.goal is None or self.value <= self.goal

    @property
    def said(self) -> str:
        """The value with its unit."""
        return f"{self.value:g} {self.unit}".strip()


def kept() -> dict[str, Figure]:
    """By name, in the order in which they were measured."""
    figures = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {name: Figure(**(entry | {"measures": tuple(entry["measures"])})) for name, entry in figures.items()}


def measured(
    what: str, value: float, unit: str, goal: float | None = None, *, against: str = "", by: str = "lessons"
) -> Figure:
    """A figure of now, to three digits; `by` is the file of this folder that measures it."""
    measures = (f"tests/load/{by}.py", *MEASURES)
    return Figure(
        what, against, float(f"{value:.3g}"), unit, goal, measures, fingerprint(measures),
        machine(), datetime.now(UTC).date().isoformat(), commit(),
    )  # fmt: skip


def keep(figures: Mapping[str, Figure]) -> None:
    """Write them over those of the same file; the others stay as they are."""
    ours = {one.measures[0] for one in figures.values()}
    others = {name: one for name, one in kept().items() if one.measures[0] not in ours}
    entries = {name: asdict(one) for name, one in (others | dict(figures)).items()}  # as they were measured
    FILE.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def table(figures: Iterable[Figure]) -> str:
    """What stands between the markers."""
    rows, figures = ["| What | Against | Measured | Goal: at most |", "| --- | --- | --- | --- |"], list(figures)
    for one in figures:
        goal = "" if one.goal is None else f"{one.goal:g} {one.unit}".strip()
        missed = "" if one.holds else ", **goal missed**"
        rows.append(f"| {one.what} | {one.against} | {one.said} | {goal}{missed} |")
    runs = sorted({f"Measured on {one.date}, commit {one.commit}: {one.machine}." for one in figures})
    return "\n".join([*rows, "", *runs])


def print_table() -> None:
    """Into README.md, and on the screen what misses its goal."""
    figures = kept()
    text = inserted(README.read_text(encoding="utf-8"), table(figures.values()), BEGIN, END)
    README.write_text(text, encoding="utf-8")
    missed = [f"  {name}: {one.said}, allowed {one.goal:g}" for name, one in figures.items() if not one.holds]
    print(f"{README.relative_to(ROOT)}: {len(figures)} figures, {len(missed)} miss their goal", *missed, sep="\n")
