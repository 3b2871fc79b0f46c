"""Normalization of what enters an activation, each with its gradient.

    z = (a - mean) / sqrt(variance + EPSILON)

Mean and variance are those of the array along one axis: over the units of a layer, sample by sample
(LayerNorm), or over the samples of the batch, unit by unit (BatchNorm, as in training). Gain 1 and shift 0, as
libraries start them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]

EPSILON = 1e-5  # PyTorch's default


@dataclass(frozen=True)
class Normalization:
    """`axis` of an array (..., samples, units) along which mean and variance are taken."""

    name: str
    label: str
    axis: int
    source: str


NORMALIZATIONS: dict[str, Normalization] = {
    entry.name: entry
    for entry in (
        Normalization("layer", "LayerNorm", -1, "Ba, Kiros & Hinton 2016, arXiv:1607.06450"),
        Normalization("batch", "BatchNorm", -2, "Ioffe & Szegedy 2015, arXiv:1502.03167"),
    )
}


@dataclass(frozen=True)
class Placement:
    """Where a normalization stands in a layer of a network that learns: core.maths.perceptron says what it computes."""

    name: str
    label: str
    source: str


PLACEMENTS: dict[str, Placement] = {
    entry.name: entry
    for entry in (
        Placement("inside", "Before the activation", "Ioffe & Szegedy 2015, arXiv:1502.03167"),
        Placement("before", "Before the layer (pre-norm)", "Xiong et al. 2020, arXiv:2002.04745"),
        Placement("after", "After the layer (post-norm)", "Vaswani et al. 2017, arXiv:1706.03762"),
    )
}


def known(chosen: object) -> str | None:
    """None or the name of a registered normalization ("LayerNorm", "batch_norm" and the like are understood);
    ValueError for anything else.
    """
    if chosen is None:
        return None
    if isinstance(chosen, str):
        plain = chosen.lower().replace("_", "").replace("-", "").replace(" ", "")
        for ending in ("normalization", "norm"):
            plain = plain.removesuffix(ending)
        if plain in NORMALIZATIONS:
            return plain
    raise ValueError(f"unknown normalization {chosen!r:.60}; known: None, {', '.join(NORMALIZATIONS)}")


def check_batch(normalization: str | None, samples: int) -> None:
    """ValueError if there are too few samples to be compared with each other."""
    if normalization == "batch" and samples < 2:
        raise ValueError("batch normalization needs a batch of at least 2 samples")


def normalized(a: Array, axis: int, exponent: Exponents | int = 0) -> tuple[Array, Array]:
    """z and dz/da's common factor 1 / sqrt(variance + EPSILON), for the array a 2^exponent.

    `exponent` is the same along the axis. The results are to be read as z 2^min(exponent, 0) and
    factor 2^-max(exponent, 0): so neither runs out of float64 where the array itself would.
    """
    centred = a - a.mean(axis=axis, keepdims=True)
    variance = np.mean(np.square(centred), axis=axis, keepdims=True)
    scaled = np.ldexp(variance, 2 * np.minimum(exponent, 0)) + np.ldexp(EPSILON, -2 * np.maximum(exponent, 0))
    factor = 1.0 / np.sqrt(np.maximum(scaled, np.finfo(np.float64).tiny))
    return centred * factor, factor


def normalized_gradient(gradient: Array, z: Array, factor: Array, axis: int) -> Array:
    """dLoss/da from dLoss/dz: factor (gradient - mean(gradient) - z mean(gradient z)), means along the axis."""
    along_z = np.mean(gradient * z, axis=axis, keepdims=True)
    return factor * (gradient - gradient.mean(axis=axis, keepdims=True) - z * along_z)
