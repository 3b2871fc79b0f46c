"""How a step is made out of a gradient."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Optimizer:
    """`step(gradient, moments, step)` returns what to subtract, times the learning rate, and the new moments.

    `moments` is how many arrays it remembers from step to step; steps are counted from 1.
    """

    name: str
    label: str
    moments: int
    step: Callable[[Array, tuple[Array, ...], int], tuple[Array, tuple[Array, ...]]]
    source: str


def sgd(gradient: Array, moments: tuple[Array, ...], step: int) -> tuple[Array, tuple[Array, ...]]:
    """theta <- theta - eta g"""
    return gradient, moments


def momentum(gradient: Array, moments: tuple[Array, ...], step: int) -> tuple[Array, tuple[Array, ...]]:
    """v <- 0.9 v + g; theta <- theta - eta v"""
    v = 0.9 * moments[0] + gradient
    return v, (v,)


def adam(gradient: Array, moments: tuple[Array, ...], step: int) -> tuple[Array, tuple[Array, ...]]:
    """m <- 0.9 m + 0.1 g; v <- 0.999 v + 0.001 g^2; theta <- theta - eta m' / (sqrt(v') + 1e-8), m' and v' unbiased."""
    m = 0.9 * moments[0] + 0.1 * gradient
    v = 0.999 * moments[1] + 0.001 * np.square(gradient)
    unbiased = np.sqrt(v / (1.0 - 0.999**step)) + 1e-8
    return m / ((1.0 - 0.9**step) * unbiased), (m, v)


OPTIMIZERS: dict[str, Optimizer] = {
    entry.name: entry
    for entry in (
        Optimizer("sgd", "SGD", 0, sgd, "Robbins & Monro 1951"),
        Optimizer("momentum", "Momentum", 1, momentum, "Polyak 1964; Sutskever et al. 2013"),
        Optimizer("adam", "Adam", 2, adam, "Kingma & Ba 2015, arXiv:1412.6980"),
    )
}


def clipped(gradient: Array, most: float) -> Array:
    """The gradient, made shorter where its norm is above `most`: its direction stays (Pascanu et al. 2013)."""
    size = float(np.linalg.norm(gradient))
    if size == math.inf:  # its square is beyond float64
        gradient = gradient / np.abs(gradient).max()
        return gradient * (most / float(np.linalg.norm(gradient)))
    return gradient * (most / size) if size > most else gradient


def bounded(gradient: Array, norm: float, value: float) -> Array:
    """The gradient with each entry cut to at most `value`, and then clipped to the norm; 0 is without."""
    if value:
        gradient = np.clip(gradient, -value, value)
    return clipped(gradient, norm) if norm else gradient
