"""No activation at all, to compare with."""

import numpy as np
from numpy.typing import ArrayLike

from core.maths.activations.entry import Activation, Array


def identity(x: ArrayLike) -> Array:
    return np.array(x, dtype=np.float64)


def identity_derivative(x: ArrayLike) -> Array:
    return np.ones_like(x, dtype=np.float64)


LINEAR = (
    Activation(
        name="identity",
        label="Identity",
        family="linear",
        formula=r"f(x) = x",
        derivative_formula=r"f'(x) = 1",
        value=identity,
        derivative=identity_derivative,
        source="no activation at all",
        examples=((-2.0, -2.0, 1.0), (3.0, 3.0, 1.0)),
        numpy=("x", "np.ones_like(x)"),
        torch="x",
    ),
)
