"""ReLU and its relatives: pieces that meet at kinks, where the derivative jumps."""

import numpy as np
from numpy.typing import ArrayLike

from core.maths.activations.entry import Activation, Array, ByHand
from core.maths.activations.saturating import hard_sigmoid
from core.maths.numbers import Number

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
LEAKY_ALPHA = Number("alpha", "α", 0.01, 0.0, 2.0, 0.01)
PRELU_A = Number("a", "a", 0.25, -0.5, 1.5, 0.05)
ELU_ALPHA = Number("alpha", "α", 1.0, 0.0, 3.0, 0.05)


def relu(x: ArrayLike) -> Array:
    return np.maximum(np.asarray(x, dtype=np.float64), 0.0)


def relu_derivative(x: ArrayLike) -> Array:
    """1 right of zero, 0 left of it and at 0."""
    return (np.asarray(x) > 0).astype(np.float64)


def leaky_relu(x: ArrayLike, alpha: float = 0.01) -> Array:
    """x right of zero, alpha x left of it: the larger of the two, unless alpha > 1."""
    x = np.asarray(x, dtype=np.float64)
    if alpha <= 1.0:
        return np.maximum(x, alpha * x)
    with np.errstate(over="ignore"):  # an infinite result is the right one
        return np.maximum(x, 0.0) + alpha * np.minimum(x, 0.0)


def leaky_relu_derivative(x: ArrayLike, alpha: float = 0.01) -> Array:
    """1 right of zero, alpha left of it and at 0."""
    right = relu_derivative(x)
    return right + alpha * (1.0 - right)


def prelu(x: ArrayLike, a: float = 0.25) -> Array:
    """Leaky ReLU whose slope `a` is learnt; He et al. start it at 0.25."""
    return leaky_relu(x, a)


def prelu_derivative(x: ArrayLike, a: float = 0.25) -> Array:
    return leaky_relu_derivative(x, a)


def prelu_slope_derivative(x: ArrayLike) -> Array:
    """d prelu / d a: the gradient that PReLU's own parameter learns from, x left of zero, else 0."""
    return np.minimum(np.asarray(x, dtype=np.float64), 0.0)


def elu(x: ArrayLike, alpha: float = 1.0) -> Array:
    x = np.asarray(x, dtype=np.float64)
    return np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0))


def elu_derivative(x: ArrayLike, alpha: float = 1.0) -> Array:
    """1 right of zero, alpha e^x left of it and at 0: unless alpha = 1 it jumps there."""
    x = np.asarray(x, dtype=np.float64)
    return leaky_relu_derivative(x, alpha) * np.exp(np.minimum(x, 0.0))


def elu_log_derivative(x: ArrayLike, alpha: float = 1.0) -> Array:
    """log alpha + x, left of zero."""
    return np.log(alpha) + np.asarray(x, dtype=np.float64)


def selu(x: ArrayLike) -> Array:
    """scale * elu(x, alpha), with the constants that make (mean 0, variance 1) a fixed point."""
    with np.errstate(over="ignore"):  # an infinite result is the right one
        return SELU_SCALE * elu(x, SELU_ALPHA)


def selu_derivative(x: ArrayLike) -> Array:
    return SELU_SCALE * elu_derivative(x, SELU_ALPHA)


def selu_log_derivative(x: ArrayLike) -> Array:
    return np.log(SELU_SCALE) + elu_log_derivative(x, SELU_ALPHA)


def relu6(x: ArrayLike) -> Array:
    """min(max(x, 0), 6)"""
    return np.minimum(np.maximum(np.asarray(x, dtype=np.float64), 0.0), 6.0)


def relu6_derivative(x: ArrayLike) -> Array:
    """1 between 0 and 6, else 0, at both ends as well."""
    x = np.asarray(x, dtype=np.float64)
    return ((x > 0.0) & (x < 6.0)).astype(np.float64)


def hard_swish(x: ArrayLike) -> Array:
    """x relu6(x + 3) / 6"""
    x = np.asarray(x, dtype=np.float64)
    return x * hard_sigmoid(x) + 0.0  # which makes a zero of -0


def hard_swish_derivative(x: ArrayLike) -> Array:
    """(2 x + 3) / 6 between -3 and 3, 0 left of it and 1 right of it.

    At -3 it is 0 and at 3 it is 1, as in PyTorch since its pull request 148049; PyTorch 2.6 still had -1/2 and 3/2.
    """
    x = np.asarray(x, dtype=np.float64)
    return (np.abs(x) < 3.0) * ((2.0 * np.clip(x, -3.0, 3.0) + 3.0) / 6.0) + (x >= 3.0)


RECTIFIED = (
    Activation(
        name="relu",
        label="ReLU",
        family="rectified",
        formula=r"f(x) = \max(0, x) = \begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}",
        derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
        value=relu,
        derivative=relu_derivative,
        source="Nair & Hinton 2010",
        examples=((-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 1.0)),
        numpy=("np.maximum(x, 0)", "1.0 * (x > 0)"),
        torch="torch.relu(x)",
        kinks=(0.0,),
        by_hand=ByHand(lambda x: {"x": x}, value=(r"\max(0, {x})", lambda x: max(0.0, x))),
    ),
    Activation(
        name="leaky_relu",
        label="Leaky ReLU",
        family="rectified",
        formula=r"f(x) = \begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
        derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ \alpha & x \le 0 \end{cases}",
        value=leaky_relu,
        derivative=leaky_relu_derivative,
        source="Maas, Hannun & Ng 2013",
        examples=((-2.0, -0.02, 0.01), (0.0, 0.0, 0.01), (3.0, 3.0, 1.0)),
        numpy=("np.where(x > 0, x, alpha * x)", "np.where(x > 0, 1, alpha)"),
        torch="torch.where(x > 0, x, alpha * x)",
        parameters=(LEAKY_ALPHA,),
        kinks=(0.0,),
    ),
    Activation(
        name="prelu",
        label="PReLU",
        family="rectified",
        formula=r"f(x) = \begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases}",
        derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}",
        value=prelu,
        derivative=prelu_derivative,
        source="He, Zhang, Ren & Sun 2015, arXiv:1502.01852",
        examples=((-2.0, -0.5, 0.25), (0.0, 0.0, 0.25), (3.0, 3.0, 1.0)),
        numpy=("np.where(x > 0, x, a * x)", "np.where(x > 0, 1, a)"),
        torch="torch.where(x > 0, x, a * x)",
        parameters=(PRELU_A,),
        kinks=(0.0,),
        by_parameter=prelu_slope_derivative,
    ),
    Activation(
        name="elu",
        label="ELU",
        family="rectified",
        formula=r"f(x) = \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
        derivative_formula=r"f'(x) = \begin{cases} 1 & x > 0 \\ \alpha e^{x} & x \le 0 \end{cases}",
        value=elu,
        derivative=elu_derivative,
        log_derivative=elu_log_derivative,
        source="Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289",
        examples=((-2.0, -0.8646647167633873, 0.1353352832366127), (0.0, 0.0, 1.0), (3.0, 3.0, 1.0)),
        numpy=(
            "np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))",
            "np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))",
        ),
        torch="torch.nn.functional.elu(x, alpha)",
        parameters=(ELU_ALPHA,),
        kinks=(0.0,),
    ),
    Activation(
        name="selu",
        label="SELU",
        family="rectified",
        formula=r"f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
        derivative_formula=r"f'(x) = \lambda \begin{cases} 1 & x > 0 \\ \alpha e^{x} & x \le 0 \end{cases}",
        value=selu,
        derivative=selu_derivative,
        log_derivative=selu_log_derivative,
        source="Klambauer, Unterthiner, Mayr & Hochreiter 2017, arXiv:1706.02515",
        examples=((-2.0, -1.520166468595695, 0.23793287225168183), (0.0, 0.0, 1.7580993408473766)),
        numpy=(
            "1.0507009873554805 * (np.maximum(x, 0) + 1.6732632423543772 * np.expm1(np.minimum(x, 0)))",
            "1.0507009873554805 * np.where(x > 0, 1, 1.6732632423543772 * np.exp(np.minimum(x, 0)))",
        ),
        torch="torch.selu(x)",
        letters=(r"\lambda \approx 1.0507", r"\alpha \approx 1.6733"),
        kinks=(0.0,),
    ),
    Activation(
        name="relu6",
        label="ReLU6",
        family="rectified",
        formula=r"f(x) = \begin{cases} 6 & x \ge 6 \\ x & 0 < x < 6 \\ 0 & x \le 0 \end{cases}",
        derivative_formula=r"f'(x) = \begin{cases} 0 & x \ge 6 \\ 1 & 0 < x < 6 \\ 0 & x \le 0 \end{cases}",
        value=relu6,
        derivative=relu6_derivative,
        source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
        examples=((-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 1.0), (6.0, 6.0, 0.0), (8.0, 6.0, 0.0)),
        numpy=("np.clip(x, 0, 6)", "1.0 * ((x > 0) & (x < 6))"),
        torch="torch.nn.functional.relu6(x)",
        kinks=(0.0, 6.0),
    ),
    Activation(
        name="hard_swish",
        label="Hard Swish",
        family="rectified",
        formula=r"f(x) = \begin{cases} x & x \ge 3 \\ \tfrac16\,x\,(x + 3) & |x| < 3 \\ 0 & x \le -3 \end{cases}",
        derivative_formula=(
            r"f'(x) = \begin{cases} 1 & x \ge 3 \\ \tfrac16 (2 x + 3) & |x| < 3 \\ 0 & x \le -3 \end{cases}"
        ),
        value=hard_swish,
        derivative=hard_swish_derivative,
        source="Howard et al. 2019, arXiv:1905.02244",
        examples=((-3.0, 0.0, 0.0), (-2.0, -1 / 3, -1 / 6), (2.0, 5 / 3, 7 / 6), (3.0, 3.0, 1.0)),
        numpy=("x * np.clip(x + 3, 0, 6) / 6", "np.where(np.abs(x) < 3, (2 * x + 3) / 6, x >= 3)"),
        torch="torch.nn.functional.hardswish(x)",
        kinks=(-3.0, 3.0),
    ),
)
