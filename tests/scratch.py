"""Entries that the registries do not have: what a newcomer might add, put in for the length of a test."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_iris, load_wine

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.datasets import DATASETS, Dataset
from core.maths.initializers import INITIALIZERS, Initializer
from core.maths.numbers import Number
from core.words import labels

# A ramp from -2 to 5, and a line that bends into a logarithm at 2.5: f has kinks, or f' alone has one, away from 0.
# Their family is one that has a place left.
RAMP = Activation(
    name="ramp", label="Ramp", family="smooth", formula="f", derivative_formula="f'",
    value=lambda x: np.clip(x, -2.0, 5.0), derivative=lambda x: 1.0 * ((np.asarray(x) > -2.0) & (np.asarray(x) < 5.0)),
    source="nobody", examples=(), numpy=("np.clip(x, -2, 5)", "1.0 * ((x > -2) & (x < 5))"), torch="x.clip(-2, 5)",
    kinks=(-2.0, 5.0),
)  # fmt: skip
BENT = Activation(
    name="bent", label="Bent", family="smooth", formula="f", derivative_formula="f'",
    value=lambda x: np.where(np.asarray(x) > 2.5, 2.5 + np.log(np.maximum(x, 2.5) - 1.5), x),
    derivative=lambda x: 1.0 / (np.maximum(x, 2.5) - 1.5),
    source="nobody", examples=(), numpy=("", ""), torch="", derivative_kinks=(2.5,),
)  # fmt: skip

VALUE = Number("value", "c", 0.05, -1.0, 1.0, 0.01)


def _alike(rng: np.random.Generator, fan_in: int, fan_out: int, value: float = 0.05) -> NDArray[np.float64]:
    return np.full((fan_out, fan_in), value)


ALIKE = Initializer(
    name="alike",
    label="Alike",
    formula="W = c",
    weights=_alike,
    variance=lambda fan_in, fan_out, value=0.05: 0.0,
    source="nobody",
    numpy="np.full((n, n), value)",
    parameters=(VALUE,),
    zero_mean=False,
)


def _wine(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    samples, classes = load_wine(return_X_y=True)
    order = rng.permutation(len(classes))
    return samples[order], classes[order]


def _iris(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    samples, classes = load_iris(return_X_y=True)
    order = rng.permutation(len(classes))
    return samples[order, 2:], classes[order]


WINE = Dataset("wine", "Wine", 13, 3, 0.2, _wine, "scikit-learn")
IRIS = Dataset("iris", "Petals of irises", 2, 3, 0.2, _iris, "scikit-learn", "plane")


def with_data(patch: pytest.MonkeyPatch, entry: Dataset) -> None:
    """From now on, until the test ends, there are more data to learn from."""
    patch.setitem(DATASETS, entry.name, entry)


def with_activation(patch: pytest.MonkeyPatch, entry: Activation) -> None:
    """From now on, until the test ends, there is one more activation."""
    _registered(patch, ACTIVATIONS, labels.ACTIVATION_LABELS, entry)


def with_initializer(patch: pytest.MonkeyPatch, entry: Initializer) -> None:
    """From now on, until the test ends, there is one more way to draw weights."""
    _registered(patch, INITIALIZERS, labels.INITIALIZER_LABELS, entry)


def _registered(patch: pytest.MonkeyPatch, registry: dict[str, Any], labels: dict[str, str], entry: Any) -> None:
    patch.setitem(registry, entry.name, entry)
    patch.setitem(labels, entry.label, entry.name)
