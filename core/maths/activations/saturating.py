"""Functions that flatten on both sides, where their derivative goes to zero."""

import numpy as np
from numpy.typing import ArrayLike

from core.maths.activations.entry import Activation, Array, ByHand


def sigmoid_both(x: ArrayLike) -> tuple[Array, Array]:
    """Sigmoid and derivative from one e^-|x|, which cannot overflow.

    Left of zero the value is e^x / (1 + e^x). The derivative is sigmoid(x) sigmoid(-x): s(1 - s) would lose
    every digit of the right tail.
    """
    x = np.asarray(x, dtype=np.float64)
    e = np.exp(-np.abs(x))
    total = 1.0 + e
    return np.exp(np.minimum(x, 0.0)) / total, e / np.square(total)


def sigmoid(x: ArrayLike) -> Array:
    """1 / (1 + e^-x)"""
    return sigmoid_both(x)[0]


def sigmoid_derivative(x: ArrayLike) -> Array:
    """sigmoid(x) (1 - sigmoid(x)), a quarter at most"""
    return sigmoid_both(x)[1]


def sigmoid_log_derivative(x: ArrayLike) -> Array:
    """-|x| - 2 log(1 + e^-|x|)"""
    size = np.abs(np.asarray(x, dtype=np.float64))
    return -size - 2.0 * np.log1p(np.exp(-size))


def tanh_both(x: ArrayLike) -> tuple[Array, Array]:
    """Tanh and its derivative 1 - tanh^2.

    Beyond 4 the difference would lose its digits; there it is 1 / cosh^2 x = 4 e / (1 + e)^2 with e = e^-2|x|.
    """
    x = np.asarray(x, dtype=np.float64)
    t = np.tanh(x)
    slope = np.asarray(1.0 - t * t)
    far = np.abs(x) > 4.0
    if far.any():
        e = np.square(np.exp(-np.abs(x[far])))
        slope[far] = 4.0 * e / np.square(1.0 + e)
    return t, slope


def tanh(x: ArrayLike) -> Array:
    return np.tanh(np.asarray(x, dtype=np.float64))


def tanh_derivative(x: ArrayLike) -> Array:
    """1 / cosh^2 x"""
    return tanh_both(x)[1]


def tanh_log_derivative(x: ArrayLike) -> Array:
    """log 4 - 2|x| - 2 log(1 + e^-2|x|): tanh' is four times the sigmoid's derivative at 2 x."""
    with np.errstate(over="ignore"):  # -inf is the right size
        return np.log(4.0) + sigmoid_log_derivative(2.0 * np.asarray(x, dtype=np.float64))


def softsign(x: ArrayLike) -> Array:
    """x / (1 + |x|)"""
    x = np.asarray(x, dtype=np.float64)
    return x / (1.0 + np.abs(x))


def softsign_derivative(x: ArrayLike) -> Array:
    """1 / (1 + |x|)^2, with a corner at 0; far out it falls as 1 / x^2, not exponentially."""
    return np.square(1.0 / (1.0 + np.abs(np.asarray(x, dtype=np.float64))))


def softsign_log_derivative(x: ArrayLike) -> Array:
    return -2.0 * np.log1p(np.abs(np.asarray(x, dtype=np.float64)))


def hard_sigmoid(x: ArrayLike) -> Array:
    """relu6(x + 3) / 6, as in PyTorch; Courbariaux et al. have a slope of 1/2 instead of 1/6."""
    return np.clip(np.asarray(x, dtype=np.float64) + 3.0, 0.0, 6.0) / 6.0


def hard_sigmoid_derivative(x: ArrayLike) -> Array:
    """1/6 between -3 and 3, else 0, at both ends as well."""
    return (np.abs(np.asarray(x, dtype=np.float64)) < 3.0) / 6.0


SATURATING = (
    Activation(
        name="sigmoid",
        label="Sigmoid",
        family="saturating",
        formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        derivative_formula=r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
        value=sigmoid,
        derivative=sigmoid_derivative,
        log_derivative=sigmoid_log_derivative,
        both=sigmoid_both,
        source="Rumelhart, Hinton & Williams 1986",
        examples=((-2.0, 0.11920292202211755, 0.1049935854035065), (0.0, 0.5, 0.25)),
        numpy=(
            "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",
            "np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2",
        ),
        torch="torch.where(x > 0, 1 / (1 + torch.exp(-x.abs())), torch.sigmoid(x))",
        by_hand=ByHand(lambda x: {"y": float(sigmoid(x))}, derivative=(r"{y}\,(1 - {y})", lambda y: y * (1.0 - y))),
    ),
    Activation(
        name="tanh",
        label="Tanh",
        family="saturating",
        formula=r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        derivative_formula=r"\tanh'(x) = 1 - \tanh^2(x)",
        value=tanh,
        derivative=tanh_derivative,
        log_derivative=tanh_log_derivative,
        both=tanh_both,
        source="LeCun, Bottou, Orr & Müller 1998",
        examples=((-2.0, -0.9640275800758169, 0.07065082485316447), (0.0, 0.0, 1.0)),
        numpy=("np.tanh(x)", "np.cosh(np.minimum(np.abs(x), 400)) ** -2.0"),
        torch="torch.where(x.abs() < 1, torch.tanh(x), x.sign() * (2 / (1 + torch.exp(-2 * x.abs())) - 1))",
        by_hand=ByHand(lambda x: {"y": float(tanh(x))}, derivative=(r"1 - {y}^2", lambda y: 1.0 - y * y)),
    ),
    Activation(
        name="softsign",
        label="Softsign",
        family="saturating",
        formula=r"f(x) = \frac{x}{1 + |x|}",
        derivative_formula=r"f'(x) = \frac{1}{(1 + |x|)^2}",
        value=softsign,
        derivative=softsign_derivative,
        log_derivative=softsign_log_derivative,
        source="Bergstra, Desjardins, Lamblin & Bengio 2009; Glorot & Bengio 2010",
        examples=((-3.0, -0.75, 0.0625), (0.0, 0.0, 1.0), (1.0, 0.5, 0.25)),
        numpy=("x / (1 + np.abs(x))", "(1 + np.abs(x)) ** -2.0"),
        torch="torch.where(x.abs() < 1, x / (1 + x.abs()), x.sign() * (1 - 1 / (1 + x.abs())))",
        derivative_kinks=(0.0,),
    ),
    Activation(
        name="hard_sigmoid",
        label="Hard sigmoid",
        family="saturating",
        formula=r"f(x) = \begin{cases} 1 & x \ge 3 \\ \tfrac16 (x + 3) & |x| < 3 \\ 0 & x \le -3 \end{cases}",
        derivative_formula=r"f'(x) = \begin{cases} \tfrac16 & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}",
        value=hard_sigmoid,
        derivative=hard_sigmoid_derivative,
        source="Courbariaux, Bengio & David 2015, arXiv:1511.00363; the slope as in PyTorch",
        examples=((-3.0, 0.0, 0.0), (0.0, 0.5, 1 / 6), (1.0, 2 / 3, 1 / 6), (3.0, 1.0, 0.0)),
        numpy=("np.clip(x + 3, 0, 6) / 6", "(np.abs(x) < 3) / 6"),
        torch="torch.nn.functional.hardsigmoid(x)",
        kinks=(-3.0, 3.0),
    ),
)
