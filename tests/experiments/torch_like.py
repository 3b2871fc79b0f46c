"""The little of PyTorch that the scripts use, in NumPy and with PyTorch's own formulas for derivatives.

PyTorch is no requirement of the project; where it cancels or underflows, this does. Its formulas are those of
tools/autograd/derivatives.yaml and of aten/src/ATen/native/cpu/Activation.cpp, in float64.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from scipy.special import erfc

COUNT = itertools.count()


class Tensor:
    """Values, and how a gradient goes on from here: to each parent, what the rule makes of it."""

    def __init__(self, data: Any, parents: Sequence[tuple["Tensor", Callable[[Any], Any]]] = ()) -> None:
        self.data, self.parents, self.grad, self.number = np.asarray(data), parents, None, next(COUNT)

    def backward(self) -> None:
        waiting = {self.number: self}  # the latest first: nothing is made before its parents
        grads = {self.number: np.ones_like(self.data)}
        while waiting:
            node = waiting.pop(max(waiting))
            node.grad = Tensor(grads[node.number])
            for parent, rule in node.parents:
                waiting[parent.number] = parent
                passed = _shaped(rule(node.grad.data), parent.data.shape)
                grads[parent.number] = grads.get(parent.number, 0.0) + passed

    def detach(self) -> "Tensor":
        return Tensor(self.data)

    def requires_grad_(self) -> "Tensor":
        return self

    def retain_grad(self) -> None:
        pass

    def double(self) -> "Tensor":
        return Tensor(self.data.astype(np.float64))

    def __float__(self) -> float:
        return float(self.data)

    def all(self, dim: int) -> "Tensor":
        return Tensor(self.data.all(axis=dim))

    def __bool__(self) -> bool:
        return bool(self.data)

    def clamp(self, low: float, high: float) -> "Tensor":
        return _of(self, np.clip(self.data, low, high), 1.0 * ((self.data >= low) & (self.data <= high)))

    def max(self) -> "Tensor":
        return Tensor(self.data.max())

    def sum(self) -> "Tensor":
        return Tensor(self.data.sum(), [(self, lambda g: g * np.ones_like(self.data))])

    def mean(self, dim: int | None = None, keepdim: bool = False) -> "Tensor":
        count = self.data.size if dim is None else self.data.shape[dim]
        return Tensor(
            self.data.mean(axis=dim, keepdims=keepdim), [(self, lambda g: g * np.ones_like(self.data) / count)]
        )

    @property
    def T(self) -> "Tensor":  # noqa: N802
        return Tensor(self.data.T, [(self, lambda g: g.T)])

    def __matmul__(self, other: "Tensor") -> "Tensor":
        return Tensor(self.data @ other.data, [(self, lambda g: g @ other.data.T), (other, lambda g: self.data.T @ g)])

    def __add__(self, other: Any) -> "Tensor":
        other = _tensor(other)
        return Tensor(self.data + other.data, [(self, lambda g: g), (other, lambda g: g)])

    def __mul__(self, other: Any) -> "Tensor":
        other = _tensor(other)
        return Tensor(self.data * other.data, [(self, lambda g: g * other.data), (other, lambda g: g * self.data)])

    def __truediv__(self, other: Any) -> "Tensor":
        other = _tensor(other)
        result = self.data / other.data
        return Tensor(result, [(self, lambda g: g / other.data), (other, lambda g: -g * (result / other.data))])

    def __rtruediv__(self, other: float) -> "Tensor":
        result = 1.0 / self.data
        return Tensor(result, [(self, lambda g: -g * (result * result))]) * other

    def __pow__(self, power: int) -> "Tensor":
        return Tensor(self.data**power, [(self, lambda g: g * (power * self.data ** (power - 1)))])

    def __neg__(self) -> "Tensor":
        return self * -1.0

    def __sub__(self, other: Any) -> "Tensor":
        return self + -_tensor(other)

    def __rsub__(self, other: Any) -> "Tensor":
        return _tensor(other) + -self

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: float) -> "Tensor":
        return Tensor(self.data < other)

    def __gt__(self, other: float) -> "Tensor":
        return Tensor(self.data > other)

    def __eq__(self, other: object) -> "Tensor":  # type: ignore[override]
        return Tensor(self.data == other)

    __hash__ = None  # type: ignore[assignment]

    def abs(self) -> "Tensor":
        return _of(self, np.abs(self.data), np.sign(self.data))

    def sign(self) -> "Tensor":
        return _of(self, np.sign(self.data), 0.0)

    def square(self) -> "Tensor":
        return self**2

    def sqrt(self) -> "Tensor":
        root = np.sqrt(self.data)
        return Tensor(root, [(self, lambda g: g / (2.0 * root))])

    def log10(self) -> "Tensor":
        return Tensor(np.log10(self.data))


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(np.float64(value))


def _shaped(grad: Any, shape: tuple[int, ...]) -> Any:
    """Summed over what was spread out."""
    grad = np.asarray(grad)
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1 and grad.shape[i] > 1), keepdims=True)


def _of(x: Tensor, value: Any, slope: Any) -> Tensor:
    return Tensor(value, [(x, lambda g: g * slope)])


def where(condition: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """The branch not taken has a gradient of zero: were its slope infinite, nan came out."""
    taken = condition.data
    return Tensor(
        np.where(taken, a.data, b.data),
        [(a, lambda g: np.where(taken, g, 0.0)), (b, lambda g: np.where(taken, 0.0, g))],
    )


def sigmoid(x: Tensor) -> Tensor:
    y = 1.0 / (1.0 + np.exp(-x.data))
    return _of(x, y, (1.0 - y) * y)


def tanh(x: Tensor) -> Tensor:
    y = np.tanh(x.data)
    return _of(x, y, 1.0 - y * y)


def softplus(x: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    z = np.exp(np.minimum(x.data * beta, threshold))
    linear = x.data * beta > threshold
    return _of(x, np.where(linear, x.data, np.log1p(z) / beta), np.where(linear, 1.0, z / (z + 1.0)))


def mish(x: Tensor) -> Tensor:
    t, s = np.tanh(np.log1p(np.exp(x.data))), 1.0 / (1.0 + np.exp(-x.data))
    return _of(x, x.data * t, t + x.data * s * (1.0 - t * t))


def elu(x: Tensor, alpha: float = 1.0, scale: float = 1.0) -> Tensor:
    low = np.minimum(x.data, 0.0)
    value = np.where(x.data <= 0, np.expm1(low) * alpha * scale, x.data * scale)
    return _of(x, value, np.where(x.data <= 0, alpha * scale * np.exp(low), scale))


def fake() -> ModuleType:
    """What `import torch` finds."""
    torch = ModuleType("torch")
    torch.pi, torch.where, torch.sigmoid, torch.tanh = math.pi, where, sigmoid, tanh
    torch.tensor = lambda data, requires_grad=False: Tensor(np.array(data))
    torch.exp = lambda x: _of(x, np.exp(x.data), np.exp(x.data))
    torch.erfc = lambda x: _of(x, erfc(x.data), -2.0 / math.sqrt(math.pi) * np.exp(-np.square(x.data)))
    torch.relu = lambda x: _of(x, np.maximum(x.data, 0.0), 1.0 * (x.data > 0))
    torch.selu = lambda x: elu(x, 1.6732632423543772, 1.0507009873554805)
    torch.nn = ModuleType("torch.nn")
    torch.nn.functional = functional = ModuleType("torch.nn.functional")
    functional.softplus, functional.mish, functional.elu = softplus, mish, elu
    functional.softsign = lambda x: x / (x.abs() + 1.0)
    functional.relu6 = lambda x: _of(x, np.clip(x.data, 0, 6), 1.0 * ((x.data > 0) & (x.data < 6)))
    functional.hardsigmoid = lambda x: _of(x, np.clip(x.data + 3, 0, 6) / 6, (np.abs(x.data) < 3) / 6)
    functional.hardswish = lambda x: _of(
        x,
        x.data * np.clip(x.data + 3, 0, 6) / 6,
        np.where(x.data <= -3, 0.0, np.where(x.data < 3, x.data / 3 + 0.5, 1.0)),
    )
    return torch
