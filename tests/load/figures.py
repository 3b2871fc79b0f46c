"""What `make load` has measured, kept in figures.json; README.md prints it between markers of its own."""

from collections.abc import Mapping
from pathlib import Path

from core.ui.sections import MENU
from tests.benchmarks import figures as benchmarks
from tests.benchmarks.figures import Figure, kept

FILE = Path(__file__).with_name("figures.json")
BEGIN, END = "<!-- printed by `make load`: begin -->", "<!-- printed by `make load`: end -->"

# The explorer with all its pages, and those who visit it.
MEASURES = (
    "app.py", ".streamlit/config.toml", *(section.script for section in MENU),
    *(f"tests/load/{name}.py" for name in ("student", "process")), "tests/benchmarks/bare_page.py",
)  # fmt: skip


def measured(
    what: str, value: float, unit: str, goal: float | None = None, *, against: str = "", by: str = "lessons"
) -> Figure:
    """A figure of now; `by` is the file of this folder that measures it."""
    return benchmarks.measured(what, against, value, unit, goal, (f"tests/load/{by}.py", *MEASURES))


def keep(figures: Mapping[str, Figure]) -> None:
    """Write them over those of the same file; the others stay as they are."""
    ours = {one.measures[0] for one in figures.values()}
    others = {name: one for name, one in kept(FILE).items() if one.measures[0] not in ours}
    benchmarks.keep(others | dict(figures), FILE)  # as they were measured
