"""The activation functions: each with its derivative beside it, so that the two cannot drift apart.

Every function takes an array of any shape and returns float64 of the same shape, accurate to
1e-12 relative for every finite input, the far tails included, without overflow warnings. At a kink
the derivative is what deep-learning libraries return (PyTorch's choice).

The two sides of a function are joined by max, min and products. np.where would compute the same, but
decides value by value: on signs as random as those in a network that costs several times a product.

A module for each family: its functions, their parameters, and their entries in the order in which pages list them.
Functions that a reader writes are made by core.maths.formula, and found here by their names.
"""

from core.maths.activations.entry import Activation
from core.maths.activations.linear import LINEAR
from core.maths.activations.rectified import (
    LEAKY_ALPHA,
    PRELU_A,
    RECTIFIED,
    SELU_ALPHA,
    SELU_SCALE,
    elu,
    elu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    prelu_slope_derivative,
    relu,
    relu_derivative,
)
from core.maths.activations.registry import Registry
from core.maths.activations.saturating import SATURATING, sigmoid_both, tanh_both
from core.maths.activations.smooth import (
    SMOOTH,
    gelu,
    gelu_both,
    gelu_derivative,
    gelu_tanh,
    gelu_tanh_both,
    gelu_tanh_derivative,
    normal_density,
    swish,
    swish_both,
    swish_derivative,
)

ACTIVATIONS: dict[str, Activation] = Registry((*LINEAR, *SATURATING, *RECTIFIED, *SMOOTH))

__all__ = [
    "ACTIVATIONS",
    "LEAKY_ALPHA",
    "PRELU_A",
    "SELU_ALPHA",
    "SELU_SCALE",
    "Activation",
    "elu",
    "elu_derivative",
    "gelu",
    "gelu_both",
    "gelu_derivative",
    "gelu_tanh",
    "gelu_tanh_both",
    "gelu_tanh_derivative",
    "leaky_relu",
    "leaky_relu_derivative",
    "normal_density",
    "prelu_slope_derivative",
    "relu",
    "relu_derivative",
    "sigmoid_both",
    "swish",
    "swish_both",
    "swish_derivative",
    "tanh_both",
]
