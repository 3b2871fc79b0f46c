"""What the benchmarks measured, kept in figures.json: README.md prints it, and a test says when it is out of date.

A figure is out of date when what it measures has changed: its benchmark, the files of the product that this loads, and
the minor versions of the packages that those import. All of it is read from the files themselves, without git or clock.
"""

import ast
import hashlib
import json
import os
import platform
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("figures.json")
LOAD = os.getloadavg()[0] if hasattr(os, "getloadavg") else None  # before anything is measured: foreign
IMPORTED_AS = {"scikit-learn": "sklearn"}  # where it is not the package's own name
SILENT = ("kind", "type_comment", "type_ignores", "type_params")  # parts of a syntax tree that say nothing here

# The front page as a server shows it, the front door included, beside what its benchmark loads.
FRONT_PAGE = ("app.py", "pages/vanishing_gradient.py", ".streamlit/config.toml")


TIMES = "times"  # the unit of a ratio


@dataclass(frozen=True)
class Figure:
    """What was measured: a ratio `against` what ran beside it, or a value in a unit; `goal` is the most allowed."""

    what: str
    against: str
    value: float
    unit: str
    goal: float | None
    measures: tuple[str, ...]  # the files that it begins with: its benchmark first
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


def measured(what: str, against: str, value: float, unit: str, goal: float | None, measures: tuple[str, ...]) -> Figure:
    """A figure of now, to three digits."""
    return Figure(
        what, against, float(f"{value:.3g}"), unit, goal, measures, fingerprint(measures),
        machine(), datetime.now(UTC).date().isoformat(), commit(),
    )  # fmt: skip


def kept(file: Path) -> dict[str, Figure]:
    """By name, as the last runs left them."""
    figures = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {name: Figure(**(entry | {"measures": tuple(entry["measures"])})) for name, entry in figures.items()}


def keep(figures: Mapping[str, Figure], file: Path) -> None:
    entries = {name: asdict(figure) for name, figure in figures.items()}
    file.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def record(name: str, ratio: float, *, goal: float, what: str, against: str, measures: tuple[str, ...]) -> None:
    """Keep the ratio of a benchmark, whether it holds its goal or not."""
    figure = measured(what, against, ratio, TIMES, goal, measures)
    print(f"\n{name}: {figure.said}, allowed {goal:g}{'' if figure.holds else ': GOAL MISSED'}")
    others = {
        key: one
        for key, one in kept(FILE).items()
        if one.measures[0] != measures[0] or one.sources == fingerprint(one.measures)  # nothing of a former benchmark
    }
    keep(dict(sorted((others | {name: figure}).items())), FILE)


def fingerprint(measures: tuple[str, ...]) -> str:
    """A hash of all that a figure depends on; comments, docstrings and layout do not count."""
    files = loaded(measures)
    parts = [(name, said(name)) for name in files] + pins({package for name in files for package in imports(name)})
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def loaded(measures: tuple[str, ...]) -> list[str]:
    """The given files, and those of core/ that they import, at once or later, directly or not."""
    found, waiting = set(), list(measures)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [file for module in imports(name) for file in files_of(module)]
    return sorted(found)


@lru_cache
def imports(name: str) -> frozenset[str]:
    """Full names of the modules that a file may import: of `from core import ui` core and core.ui."""
    names: set[str] = set()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{name} imports by a relative name")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in names]
    return frozenset(".".join(part[:k]) for part in parts for k in range(1, len(part) + 1))


def files_of(module: str) -> list[str]:
    if module.split(".", maxsplit=1)[0] != "core":
        return []
    path = module.replace(".", "/")
    return [name for name in (f"{path}.py", f"{path}/__init__.py") if (ROOT / name).exists()]


@lru_cache
def _tree(name: str) -> ast.Module:
    text = (ROOT / name).read_text(encoding="utf-8") if name.endswith(".py") else ""
    return ast.parse(text)


@lru_cache
def said(name: str) -> str:
    """What a file says to the computer, the same in every version of Python (`ast.dump` is not)."""
    if name.endswith(".toml"):
        return repr(tomllib.loads((ROOT / name).read_text(encoding="utf-8")))
    return canonical(_tree(name))


def canonical(node: object) -> str:
    """A syntax tree as text, without positions, strings that stand alone (docstrings), and whatever is empty."""
    if isinstance(node, ast.AST):
        parts = [f"{name}={canonical(value)}" for name, value in _fields(node)]
        return f"{type(node).__name__}({', '.join(parts)})"
    if isinstance(node, list):
        return f"[{', '.join(canonical(part) for part in node if not _alone(part))}]"
    return repr(node)


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    return ((name, value) for name, value in ast.iter_fields(node) if name not in SILENT and value not in (None, []))


def _alone(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def pins(modules: set[str]) -> list[tuple[str, str]]:
    """Name and minor version, as constraints.txt has them, of the packages among `modules`."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    locked = [found.groups() for line in lines if (found := re.match(r"([\w.-]+)==(\d+\.\d+)", line))]
    return [(name, minor) for name, minor in locked if IMPORTED_AS.get(name, name) in modules]


@lru_cache
def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        model = found[1].strip() if found else model
    beside = "" if LOAD is None else f", beside a load of {LOAD:.1f}"
    return f"{cores} cores ({model}), Python {platform.python_version()}, NumPy {version('numpy')}{beside}"


@lru_cache
def commit() -> str:
    """Asked once, before the first figure is written, which is a change itself."""
    command = ["git", "describe", "--always", "--dirty= with changes", "--exclude=*"]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return answer.stdout.strip()
