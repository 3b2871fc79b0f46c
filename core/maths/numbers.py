"""Numbers a reader may change, each with its bounds, and the one place where they are validated."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Entry = TypeVar("Entry")
LONGEST = 40  # characters of a number that somebody writes
_PART = r"(√|sqrt)? *\(? *([0-9]{1,12}(?:[.,][0-9]*)?|[.,][0-9]+) *\)?"
_TYPED = re.compile(rf"([-−+])? *{_PART}(?: */ *{_PART})?")


@dataclass(frozen=True)
class Number:
    """A setting with its allowed range; whole numbers are given as `int`, the others as `float`."""

    name: str
    symbol: str
    default: int | float
    low: int | float
    high: int | float
    step: int | float

    @property
    def whole(self) -> bool:
        return isinstance(self.default, int)

    def clamp(self, value: object) -> int | float:
        """The nearest allowed value; the default for anything that is not a finite number."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return self.default
        if isinstance(value, float) and not math.isfinite(value):
            return self.default
        bounded = min(max(value, self.low), self.high)
        return round(bounded) if self.whole else float(bounded)

    def validate(self, value: Any) -> int | float:
        """`value` itself, as int or float; ValueError with a clear sentence if it is not allowed."""
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{self.name} must be a number, not {_shown(value)}") from None
        if not self.low <= number <= self.high:  # false for nan as well
            raise ValueError(f"{self.name} must lie between {self.low} and {self.high}, not {number}")
        if self.whole and number != int(number):
            raise ValueError(f"{self.name} must be a whole number, not {number}")
        return int(number) if self.whole else number


def typed(text: object) -> float:
    """The number that somebody has written: 1.6667, 1,5, 5/3, 1/sqrt(3); ValueError for anything else."""
    parts = _TYPED.fullmatch(text.strip().lower()) if isinstance(text, str) and len(text) <= LONGEST else None
    if not parts:
        raise ValueError(f"a number or a fraction is needed, not {_shown(text)}")
    sign, root_above, above, root_below, below = parts.groups(default="")
    value = _rooted(root_above, above) * (-1.0 if sign in ("-", "−") else 1.0)
    divisor = _rooted(root_below, below or "1")
    if divisor == 0.0:
        raise ValueError("a fraction needs something other than zero below the line")
    return value / divisor


def _rooted(root: str, digits: str) -> float:
    number = float(digits.replace(",", "."))
    return math.sqrt(number) if root else number


def _shown(value: object) -> str:
    """The beginning of its repr; Python refuses to print integers of more than 4,300 digits."""
    try:
        return f"{value!r:.60}"
    except ValueError:
        return f"one {type(value).__name__} too long to print"


def validated(numbers: tuple[Number, ...], values: Mapping[str, object], owner: str) -> dict[str, float]:
    """The values of all `numbers`, defaults filled in; ValueError for a name that `owner` does not have."""
    if not isinstance(values, Mapping):
        raise ValueError(f"the parameters of {owner} must be given by name, not as {_shown(values)}")
    known = {number.name for number in numbers}
    for name in values:
        if name not in known:
            raise ValueError(f"{owner} has no parameter {name!r:.60}")
    return {n.name: n.validate(values.get(n.name, n.default)) for n in numbers}


def accepted(entry: Any, values: Mapping[str, object], owner: str) -> dict[str, float]:
    """The parameters of an entry, validated one by one; ValueError as well where it objects to them together."""
    found = validated(entry.parameters, values, owner)
    objection = getattr(entry, "objection", None)
    if objection and (reason := objection(**found)):
        raise ValueError(reason)
    return found


def registered(kind: str, name: object, registry: Mapping[str, Entry]) -> Entry:
    """The entry of a registry; ValueError, with the names that there are or with what is wrong, for anything else."""
    try:
        return registry[name if isinstance(name, str) else ""]
    except KeyError as error:
        if isinstance(error.__cause__, ValueError):
            raise error.__cause__ from None
        raise ValueError(f"unknown {kind} {_shown(name)}; known: {', '.join(registry)}") from None


def parameters_of(kind: str, name: str, registry: Mapping[str, Any], given: Mapping[str, object]) -> dict[str, float]:
    """The parameters of the entry of that name, validated."""
    return accepted(registered(kind, name, registry), given, name)
