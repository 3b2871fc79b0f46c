"""Lessons as data: pages/<language>/lessons/<name>.toml, one file each, so that a teacher can write one.

title = "The vanishing gradient"
about = "One sentence for those who choose a lesson."

[[part]]                      # one experiment: a page with its settings
name = "relu"
page = "relu"                 # the stem of a script in pages/
minutes = 6
numbers = "relu"              # optional: what computes the slots of the words, one of core.experiments.answers
settings = { "relu.depth" = 50 }
heading = "ReLU, and how it dies"
say, ask, answer = ...        # for the teacher, with {{ slots }}

[[part.step]]                 # what the class sees, one press of a key after the other
text = "..."                  # one short sentence
chart = "relu.gradient"       # alone on the screen; with `ask = true` instead the page's own question
keep = ["relu.depth"]         # controls that stay beside it
settings = { }                # optional: more than those of the part
mark = { layer = 3, say = "..." }  # optional: what of the chart is lit up, and words to it; or instead of `layer`
                              # line = "Sigmoid", between = [-2, 2], or control = "relu.depth", one of those beside it

[part.step.seen]              # optional: what a class that has a room is asked about the chart
sight = "weights"             # what computes which choice is so, one of core.experiments.sights
ask = "What did you see?"
choices = { he = "..." }      # a sentence each, with slots: what is so, and what is often thought instead
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_origin

from core.words import prose


@dataclass(frozen=True)
class Mark:
    """What is lit up in a chart or beside it, and a few words to it."""

    line: str = ""
    between: tuple[float, ...] = ()
    layer: int = 0
    control: str = ""
    say: str = ""


@dataclass(frozen=True)
class Seen:
    """What a class may have seen in a chart: by name what is so and what is often thought instead, as it is said."""

    sight: str
    ask: str
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """What the class sees at once."""

    text: str
    chart: str = ""
    ask: bool = False
    keep: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    mark: Mark | None = None
    seen: Seen | None = None


@dataclass(frozen=True)
class Part:
    """One experiment: where it is, what it is set to, and what a teacher says of it."""

    name: str
    page: str
    minutes: int
    heading: str
    say: str
    ask: str
    answer: str
    step: tuple[Step, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    numbers: str = ""


@dataclass(frozen=True)
class Lesson:
    """Parts in order."""

    title: str
    about: str
    part: tuple[Part, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.part)

    @property
    def steps(self) -> tuple[tuple[Part, Step], ...]:
        """Every step with the part that it belongs to."""
        return tuple((part, step) for part in self.part for step in part.step)


def names() -> list[str]:
    """The lessons that can be read, the longest first."""
    readable = [name for name in _files(prose.language()) if name not in wrong()]
    return sorted(readable, key=lambda name: (-read(name).minutes, name))


def wrong() -> dict[str, str]:
    """What is wrong with those that cannot be read."""
    found = {}
    for name in _files(prose.language()):
        try:
            read(name)
        except ValueError as error:
            found[name] = str(error)
    return found


def read(name: str) -> Lesson:
    """A lesson in the reader's language; KeyError if there is none of this name, ValueError for a wrong file."""
    return _read(name, prose.language())


def source(name: str) -> str:
    """The file of a lesson."""
    return _files(prose.language())[name].read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _files(language: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((prose.FOLDER / language / "lessons").glob("*.toml"))}


@lru_cache(maxsize=32)
def _read(name: str, language: str) -> Lesson:
    file = _files(language)[name]
    try:
        return _made(Lesson, tomllib.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:  # of TOML, or of what a lesson must have
        raise ValueError(f"{file.name}: {error}") from error


def written(page: str, settings: Mapping[str, Any], chart: str) -> str:
    """A part with one step, as a lesson has it, of a page with these settings."""
    lines = [
        "[[part]]",
        f'name = "{page}.1"',
        f'page = "{page}"',
        "minutes = 5",
        *(f'{name} = ""' for name in ("heading", "say", "ask", "answer")),
        "",
        "[part.settings]",
        *(f'"{key}" = {_toml(value)}' for key, value in settings.items()),
        "",
        "[[part.step]]",
        'text = ""',
        f'chart = "{chart}"',
    ]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    """A setting as TOML has it; its strings are those of JSON."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _made(kind: type, entry: Mapping[str, Any]) -> Any:
    """A lesson, part or step of a table; ValueError that names what it lacks and what it has beyond."""
    if not isinstance(entry, dict):
        raise ValueError(f"a {kind.__name__.lower()} is {entry!r}, and must be of type {TOLD[dict]}")
    known = {each.name: each for each in fields(kind)}
    unknown, needed = (
        set(entry) - set(known),
        {n for n, f in known.items() if f.default is f.default_factory is MISSING},
    )
    if unknown:
        raise ValueError(f"a {kind.__name__.lower()} has no {', '.join(sorted(unknown))!r}")
    if missing := sorted(needed - set(entry)):
        raise ValueError(f"{entry.get('name', entry.get('title', ''))!r} needs {', '.join(missing)!r}")
    for name, value in entry.items():
        if not isinstance(value, told := _told(known[name])):
            raise ValueError(f"{name!r} of a {kind.__name__.lower()} is {value!r}, and must be of type {TOLD[told]}")
        if name in ("part", "step") and not value:
            raise ValueError(f"{name!r} of a {kind.__name__.lower()} is empty")
    return kind(**{name: _value(name, value) for name, value in entry.items()})


TOLD = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "table"}  # what TOML calls them


def _told(known: "Field[Any]") -> type:
    """What TOML has for a field."""
    kind = get_origin(known.type) or known.type
    if kind is tuple:
        return list
    return next((each for each in TOLD if each is kind), dict)


def _value(name: str, value: Any) -> Any:
    """A value of a table as a lesson has it."""
    if name in ("part", "step"):
        return tuple(_made({"part": Part, "step": Step}[name], each) for each in value)
    if name in ("mark", "seen"):
        return _made({"mark": Mark, "seen": Seen}[name], value)
    return tuple(value) if isinstance(value, list) else value.strip() if isinstance(value, str) else value
