"""How many replicas and how much memory carry how many students, printed into deploy/README.md: python deploy/sizes.py

Computed from what `make load` has measured on one process; what is assumed beside that stands below, and is printed.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from scipy.stats import binom

HERE = Path(__file__).parent
README, FIGURES = HERE / "README.md", HERE.parent / "tests" / "load" / "figures.json"
BEGIN, END = "<!-- printed by `deploy/sizes.py`: begin -->", "<!-- printed by `deploy/sizes.py`: end -->"
STUDENTS = (30, 300, 3_000, 300_000)  # all at once
CLOUD = {"at the least": (690, 0.1), "at the most": (2_700, 2.0)}  # Community Cloud: MB and processors

PAUSE = 5.0  # seconds from one change of a student to the next
BUSY = 0.6  # the share of its processor that the fullest replica may use: what waits in line at more, waits long
KEPT = 120.0  # seconds for which Streamlit keeps the session of one who has left
RETURN = 300.0  # seconds after which a student opens the page anew
CHANCE = 0.01  # that by bad luck one replica gets more students than it carries
SPARE = 1  # replicas more than that, so that one may die
LOAD = 3.0  # MB of a first load, at most: a test holds it


@dataclass(frozen=True)
class Measured:
    """Of one process; the names are those of tests/load/figures.json, the units MB and ms."""

    held: float  # MB without sessions, its caches full
    session: float  # MB for one more session
    change: float  # ms of the processor for a change

    @property
    def students(self) -> int:
        """Whom one processor carries."""
        return int(BUSY * PAUSE / (self.change / 1000))

    def memory(self, students: float) -> float:
        """MB of a replica with so many students, and with the sessions of those who have just left."""
        return self.held + self.session * students * (1 + KEPT / RETURN)


NAMES = {"held": ("memory, changes", "MB"), "session": ("memory, session", "MB"), "change": ("change", "ms")}


def measured(figures: Mapping[str, Mapping[str, Any]]) -> Measured:
    for name, unit in NAMES.values():
        if name not in figures:
            raise KeyError(f"{FIGURES.name} has no figure {name!r}: run `make load`")
        if figures[name]["unit"] != unit:
            raise ValueError(f"{FIGURES.name} gives {name!r} in {figures[name]['unit']!r}, not in {unit}")
    return Measured(**{field: float(figures[name]["value"]) for field, (name, _) in NAMES.items()})


def replicas(students: int, each: int) -> int:
    """The fewest of which, when each student draws one, none gets too many but by that chance; and the spare.

    P(any of k replicas has more than `each`) is at most k P(Binomial(students, 1 / k) > each).
    """
    if each < 1:
        raise ValueError("one student is more than a replica carries")
    least, most = ceil(students / each), students  # with as many replicas as students there is room
    while least < most:
        tried = (least + most) // 2
        if tried * binom.sf(each, students, 1 / tried) <= CHANCE:
            most = tried
        else:
            least = tried + 1
    return least + SPARE


def table(one: Measured) -> str:
    """What stands between the markers."""
    rows = [
        "| Students at once | Replicas, a processor each | Memory of one | Memory in all | Sent for first loads |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for students in STUDENTS:
        count = replicas(students, one.students)
        full = min(students, one.students)
        whole = count * one.held + one.session * students * (1 + KEPT / RETURN)
        rows.append(
            f"| {students:,} | {count:,} | {one.memory(full):,.0f} MB | {whole / 1000:,.1f} GB "
            f"| {students * LOAD / 1000:,.1f} GB |"
        )
    said = [
        f"Measured: a process holds {one.held:g} MB after many changes, {one.session:g} MB for each session, "
        f"and computes {one.change:g} ms for a change.",
        f"Assumed: a student sets something every {PAUSE:g} seconds and opens the page anew every {RETURN / 60:g} "
        f"minutes; a session is kept {KEPT:g} seconds longer; the fullest replica uses {BUSY:.0%} of one processor, "
        f"so carries {one.students} students; new students are spread by chance, and with {1 - CHANCE:.0%} "
        f"probability none gets more; {SPARE} replica may die; a first load is {LOAD:g} MB.",
        "",
        "| Community Cloud gives | Students by processor | Students by memory |",
        "| --- | ---: | ---: |",
    ]
    for words, (memory, processors) in CLOUD.items():
        by_processor = int(one.students * min(1, processors))
        by_memory = max(0, int((memory - one.held) / (one.memory(1) - one.held)))
        said.append(f"| {words} {memory:,} MB, {processors:g} processors | {by_processor} | {by_memory} |")
    return "\n".join([*rows, "", *said])


def inserted(text: str, between: str) -> str:
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{between}\n{END}{rest.split(END)[1]}"


def main() -> None:
    if not FIGURES.exists():
        sys.exit(f"There are no measured figures: `make load` writes {FIGURES.name}.")
    try:
        printed = table(measured(json.loads(FIGURES.read_text(encoding="utf-8"))))
    except (KeyError, ValueError) as missing:
        sys.exit(missing.args[0])
    README.write_text(inserted(README.read_text(encoding="utf-8"), printed), encoding="utf-8")
    print(printed)


if __name__ == "__main__":
    main()
