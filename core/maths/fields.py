"""The settings of a network or of a training run as a table of fields: what each may be, and how a reader meets it.

The table stands beside the dataclass, in the order in which a reader is asked. Validation, notation, controls and the
description in words follow from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.maths.numbers import Number, accepted, registered


@dataclass(frozen=True)
class Field:
    """One setting: its name in the dataclass and in the notation, the key of its control, and what it may be.

    `kind` is a Number, a registry, or bool; without a `key` no control asks for it. `parameters` is the field with the
    parameters of the entry; `understood` takes other spellings of an entry and returns its name. What is `rare` is
    asked for behind "More settings", and what `needs` a flag where that is on. A description tells what is not as
    usual, rare numbers excepted, and some things `always`.
    """

    name: str
    key: str
    kind: Number | Mapping[str, Any] | type[bool]
    parameters: str = ""
    understood: Callable[[Any], str | None] | None = None
    needs: str = ""
    rare: bool = False
    always: bool = False

    def validate(self, value: Any) -> Any:
        """The value as it is kept; ValueError with a clear sentence if it is not allowed."""
        if self.understood:
            return self.understood(value)
        if isinstance(self.kind, Number):
            return self.kind.validate(value)
        if isinstance(self.kind, Mapping):  # of a formula its normal form
            return registered(self.name, value, self.kind).name
        if not isinstance(value, bool):
            raise ValueError(f"{self.name} must be True or False, not {value!r:.60}")
        return value

    def usual(self, owner: object) -> bool:
        """Whether the owner has the default; what has no default is never usual."""
        return bool(getattr(owner, self.name) == getattr(type(owner), self.name, None))

    def told(self, owner: object) -> bool:
        """Whether it is worth a word."""
        rare = self.rare and isinstance(self.kind, Number)
        return self.always or bool(self.key and not rare and not self.needs and not self.usual(owner))

    def entry(self, owner: object) -> Any:
        """The entry of the registry that the owner has chosen; None without one."""
        return self.kind.get(getattr(owner, self.name)) if isinstance(self.kind, Mapping) else None


def validate(owner: object, table: Iterable[Field]) -> None:
    """Check every field of a frozen dataclass that is being made, and put it as it is kept."""
    for field in table:
        value = field.validate(getattr(owner, field.name))
        object.__setattr__(owner, field.name, value)
        if field.parameters:
            given = getattr(owner, field.parameters)
            object.__setattr__(owner, field.parameters, accepted(field.entry(owner), given, value))
