"""Entries that the registries do not have: what a newcomer might add, put in for the length of a test."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.maths.initializers import INITIALIZERS, Initializer
from core.maths.numbers import Number
from core.ui import controls

VALUE = Number("value", "c", 0.05, -1.0, 1.0, 0.01)


def _constant(rng: np.random.Generator, fan_in: int, fan_out: int, value: float = 0.05) -> NDArray[np.float64]:
    return np.full((fan_out, fan_in), value)


CONSTANT = Initializer(
    name="constant",
    label="Constant",
    formula="W = c",
    weights=_constant,
    variance=lambda fan_in, fan_out, value=0.05: 0.0,
    source="nobody",
    numpy="np.full((n, n), value)",
    parameters=(VALUE,),
    zero_mean=False,
)


def with_initializer(patch: pytest.MonkeyPatch, entry: Initializer) -> None:
    """From now on, until the test ends, there is one more way to draw weights."""
    _registered(patch, INITIALIZERS, controls.INITIALIZER_LABELS, entry)


def _registered(patch: pytest.MonkeyPatch, registry: dict[str, Any], labels: dict[str, str], entry: Any) -> None:
    patch.setitem(registry, entry.name, entry)
    patch.setitem(labels, entry.label, entry.name)
