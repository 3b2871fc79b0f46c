"""How a weight is learnt, in the smallest case: one neuron without an activation, one example, a squared error.

    L(w) = (w x - t)^2 / 2      dL/dw = (w x - t) x      w <- w - eta dL/dw

The loss is a parabola with its lowest point at t / x, and every step multiplies the distance to it by 1 - eta x^2:
steps arrive at once for eta = 1 / x^2, jump over the lowest point beyond that, and lead away from it beyond 2 / x^2.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.maths.numbers import Number

Array = NDArray[np.float64]

DESCENT_RATE = Number("rate", "η", 0.1, 0.01, 0.6, 0.01)
DESCENT_STEP = Number("step", "k", 0, 0, 12, 1)

INPUT, TARGET = 2.0, 3.0  # the example: x, and the t that is wanted for it
START = -1.0  # the weight before the first step
LOWEST = TARGET / INPUT  # the weight without an error


def loss(w: ArrayLike) -> Array:
    """Half of the squared error at the weights w, of any shape."""
    return 0.5 * np.square(np.asarray(w) * INPUT - TARGET)


def slope(w: ArrayLike) -> Array:
    """dL/dw at the weights w, of any shape."""
    return (np.asarray(w) * INPUT - TARGET) * INPUT


def factor(rate: float) -> float:
    """What a step multiplies the distance to the lowest point by: below 0 it jumps over it, beyond -1 away from it."""
    return 1.0 - rate * INPUT**2


def descend(rate: float, steps: int) -> Array:
    """The weights before the first step and after each, (steps + 1,); ValueError for settings out of bounds.

    The bounds keep a descent that leads away finite: at most a few hundred after the last step.
    """
    eta = DESCENT_RATE.validate(rate)
    w = [START]
    for _ in range(int(DESCENT_STEP.validate(steps))):
        w.append(w[-1] - eta * float(slope(w[-1])))
    return np.array(w)
