"""The activation functions by name."""

from collections.abc import Iterable
from typing import Any

from core.maths.activations.entry import Activation

FORMULA = "="  # with it begins a name that is a formula


class Registry(dict[str, Activation]):
    """The functions that there are; a name such as `=x*tanh(softplus(x))` is a function that somebody writes.

    Those are found but not listed: iteration and length are of the functions that there are.
    """

    def __init__(self, entries: Iterable[Activation]) -> None:
        super().__init__((entry.name, entry) for entry in entries)

    def __missing__(self, name: object) -> Activation:
        """KeyError; of a formula that fails its cause says where and why."""
        if not (isinstance(name, str) and name.startswith(FORMULA)):
            raise KeyError(name)
        from core.maths.formula import activation  # which makes entries of this package

        try:
            return activation(name.removeprefix(FORMULA))
        except ValueError as error:
            raise KeyError(name) from error

    def __contains__(self, name: object) -> bool:
        return self.get(name) is not None

    def get(self, name: Any, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default
