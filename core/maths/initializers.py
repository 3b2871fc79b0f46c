"""How weights are drawn: each initializer with its variance beside it.

Weights have shape (fan_out, fan_in): a layer computes z = W h. sigma_w^2 = fan_in Var W is what decides
whether signals and gradients grow or shrink.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.maths.numbers import Number

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Initializer:
    """A distribution of weights: `weights(rng, fan_in, fan_out, **params)` and the variance of one entry.

    `zero_mean`: whether the mean of one entry is 0, without which theory has nothing to say of the weights. `random`:
    whether two draws differ; where they do not, mean and variance are those over the entries of the one matrix.
    `numpy` draws the same weights from the same `rng`, n being the fan-in and m the fan-out, as an expression for
    scripts that a reader takes away.
    `biases`: from the fan-in to the limit of the uniform biases that belong to the weights; None: they are 0.
    """

    name: str
    label: str
    formula: str
    weights: Callable[..., Array]
    variance: Callable[..., float]
    source: str
    numpy: str
    parameters: tuple[Number, ...] = ()
    zero_mean: bool = True
    random: bool = True
    biases: Callable[[int], float] | None = None

    def defaults(self) -> dict[str, float]:
        return {p.name: p.default for p in self.parameters}

    def drawn_biases(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
        """The biases that belong to the weights, (fan_out,)."""
        limit = self.biases(fan_in) if self.biases else 0.0
        return rng.uniform(-limit, limit, fan_out) if limit else np.zeros(fan_out)

    def bias_variance(self, fan_in: int) -> float:
        """That of one of these biases."""
        return self.biases(fan_in) ** 2 / 3.0 if self.biases else 0.0


def _normal(variance: Callable[..., float]) -> Callable[..., Array]:
    def weights(rng: np.random.Generator, fan_in: int, fan_out: int, **params: float) -> Array:
        return np.sqrt(variance(fan_in, fan_out, **params)) * rng.standard_normal((fan_out, fan_in))

    return weights


def _uniform(variance: Callable[..., float]) -> Callable[..., Array]:
    """Uniform on [-limit, limit], whose variance is limit^2 / 3."""

    def weights(rng: np.random.Generator, fan_in: int, fan_out: int, **params: float) -> Array:
        limit = np.sqrt(3.0 * variance(fan_in, fan_out, **params))
        return rng.uniform(-limit, limit, (fan_out, fan_in))

    return weights


def _lecun_variance(fan_in: int, fan_out: int) -> float:
    return 1.0 / fan_in


def _glorot_variance(fan_in: int, fan_out: int) -> float:
    return 2.0 / (fan_in + fan_out)


def _he_variance(fan_in: int, fan_out: int) -> float:
    return 2.0 / fan_in


def _fixed_variance(fan_in: int, fan_out: int, std: float = 0.01) -> float:
    return std * std


def _orthogonal_variance(fan_in: int, fan_out: int) -> float:
    """Mean square of an entry: min(fan_in, fan_out) unit vectors fill fan_in x fan_out entries."""
    return 1.0 / max(fan_in, fan_out)


def _orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Orthonormal rows or columns, whichever are fewer, uniform over all such matrices (Mezzadri 2007)."""
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)  # without this, QR's own sign rule would bias the draw
    return np.ascontiguousarray(q if fan_out >= fan_in else q.T)


def _identity_variance(fan_in: int, fan_out: int) -> float:
    """One entry in max(fan_in, fan_out) is 1, and all others are 0."""
    share = 1.0 / max(fan_in, fan_out)
    return share - share**2


def _identity(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    return np.eye(fan_out, fan_in)


def _pytorch_variance(fan_in: int, fan_out: int) -> float:
    """U(+-1/sqrt(fan_in)): He's uniform weights for a leaky ReLU of slope sqrt(5), which nobody means."""
    return 1.0 / (3.0 * fan_in)


def _pytorch_biases(fan_in: int) -> float:
    return 1.0 / math.sqrt(fan_in)


def _truncated_variance(fan_in: int, fan_out: int, std: float = 0.01) -> float:
    return TRUNCATED * std * std


def _truncated(rng: np.random.Generator, fan_in: int, fan_out: int, std: float = 0.01) -> Array:
    """Normal, and drawn again wherever it lies beyond two sigma. Keras' "he_normal" divides by sqrt(TRUNCATED)."""
    weights = rng.standard_normal((fan_out, fan_in))
    while (far := np.abs(weights) > 2.0).any():
        weights[far] = rng.standard_normal(np.count_nonzero(far))
    return std * weights


def _no_variance(fan_in: int, fan_out: int, value: float = 0.0) -> float:
    return 0.0


def _zero(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    return np.zeros((fan_out, fan_in))


def _constant(rng: np.random.Generator, fan_in: int, fan_out: int, value: float = 0.05) -> Array:
    return np.full((fan_out, fan_in), value)


def _positive_variance(fan_in: int, fan_out: int) -> float:
    return 1.0 / 12.0


def _positive(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    return rng.uniform(0.0, 1.0, (fan_out, fan_in))


# The variance of a standard normal number within +-2: 1 - 4 phi(2) / (2 Phi(2) - 1).
TRUNCATED = 1.0 - 4.0 * math.exp(-2.0) / math.sqrt(2.0 * math.pi) / math.erf(math.sqrt(2.0))
VALUE = Number("value", "c", 0.05, -1.0, 1.0, 0.01)
STD = Number("std", "σ", 0.01, 0.001, 2.0, 0.001)

INITIALIZERS: dict[str, Initializer] = {
    entry.name: entry
    for entry in (
        Initializer(
            name="lecun_normal",
            label="LeCun",
            formula=r"\operatorname{Var} W = 1 / n_\text{in}",
            weights=_normal(_lecun_variance),
            variance=_lecun_variance,
            source="LeCun, Bottou, Orr & Müller 1998",
            numpy="np.sqrt(1 / n) * rng.standard_normal((m, n))",
        ),
        Initializer(
            name="glorot_normal",
            label="Glorot (Xavier)",
            formula=r"\operatorname{Var} W = 2 / (n_\text{in} + n_\text{out})",
            weights=_normal(_glorot_variance),
            variance=_glorot_variance,
            source="Glorot & Bengio 2010",
            numpy="np.sqrt(2 / (n + m)) * rng.standard_normal((m, n))",
        ),
        Initializer(
            name="glorot_uniform",
            label="Glorot (Xavier), uniform",
            formula=r"W \sim U[\pm\sqrt{6 / (n_\text{in} + n_\text{out})}]",
            weights=_uniform(_glorot_variance),
            variance=_glorot_variance,
            source="Glorot & Bengio 2010",
            numpy="uniform(rng, m, n, 2 / (n + m))",
        ),
        Initializer(
            name="he_normal",
            label="He (Kaiming)",
            formula=r"\operatorname{Var} W = 2 / n_\text{in}",
            weights=_normal(_he_variance),
            variance=_he_variance,
            source="He, Zhang, Ren & Sun 2015, arXiv:1502.01852",
            numpy="np.sqrt(2 / n) * rng.standard_normal((m, n))",
        ),
        Initializer(
            name="he_uniform",
            label="He (Kaiming), uniform",
            formula=r"W \sim U[\pm\sqrt{6 / n_\text{in}}]",
            weights=_uniform(_he_variance),
            variance=_he_variance,
            source="He, Zhang, Ren & Sun 2015, arXiv:1502.01852",
            numpy="uniform(rng, m, n, 2 / n)",
        ),
        Initializer(
            name="orthogonal",
            label="Orthogonal",
            formula=r"W^\top W = 1",
            weights=_orthogonal,
            variance=_orthogonal_variance,
            source="Saxe, McClelland & Ganguli 2014, arXiv:1312.6120",
            numpy="orthogonal(rng, m, n)",
        ),
        Initializer(
            name="normal",
            label="Normal, fixed σ",
            formula=r"\operatorname{Var} W = \sigma^2",
            weights=_normal(_fixed_variance),
            variance=_fixed_variance,
            source="common practice before 2010",
            numpy="np.sqrt(std * std) * rng.standard_normal((m, n))",
            parameters=(STD,),
        ),
        Initializer(
            name="identity",
            label="Identity matrix",
            formula=r"W = 1",
            weights=_identity,
            variance=_identity_variance,
            source="Le, Jaitly & Hinton 2015, arXiv:1504.00941",
            numpy="np.eye(m, n)",
            zero_mean=False,
            random=False,
        ),
        Initializer(
            name="pytorch",
            label="PyTorch's default",
            formula=r"W, b \sim U[\pm 1 / \sqrt{n_\text{in}}]",
            weights=_uniform(_pytorch_variance),
            variance=_pytorch_variance,
            source="PyTorch's documentation of torch.nn.Linear",
            numpy="uniform(rng, m, n, 1 / (3 * n))",
            biases=_pytorch_biases,
        ),
        Initializer(
            name="truncated_normal",
            label="Truncated normal (TensorFlow)",
            formula=r"W \sim N(0, \sigma^2), \quad |W| \le 2 \sigma",
            weights=_truncated,
            variance=_truncated_variance,
            source="TensorFlow's documentation of TruncatedNormal",
            numpy="truncated(rng, m, n, std)",
            parameters=(STD,),
        ),
        Initializer(
            name="uniform_positive",
            label="Uniform from 0 to 1",
            formula=r"W \sim U[0, 1]",
            weights=_positive,
            variance=_positive_variance,
            source="tutorials that forget to subtract the mean",
            numpy="rng.uniform(0, 1, (m, n))",
            zero_mean=False,
        ),
        Initializer(
            name="zero",
            label="Zeros",
            formula=r"W = 0",
            weights=_zero,
            variance=_no_variance,
            source="Goodfellow, Bengio & Courville 2016, section 8.4: why not",
            numpy="np.zeros((m, n))",
            random=False,
        ),
        Initializer(
            name="constant",
            label="Constant",
            formula=r"W = c",
            weights=_constant,
            variance=_no_variance,
            source="Goodfellow, Bengio & Courville 2016, section 8.4: why not",
            numpy="np.full((m, n), value)",
            parameters=(VALUE,),
            zero_mean=False,
            random=False,
        ),
    )
}
