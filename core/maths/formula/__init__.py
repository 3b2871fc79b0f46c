"""An activation function that a reader writes: a formula in x and, if wanted, one parameter a.

Numbers, + - * / ** and brackets, the functions of `tree.FUNCTIONS`, pi and e; comparisons only first in where(…). Its
name among the activations is "=" and its normal form, as in `=x*tanh(softplus(x))`: whoever looks a name up in
core.maths.activations.ACTIVATIONS finds it.
"""

from functools import lru_cache

from numpy.typing import ArrayLike

from core.maths.activations.entry import Activation, Array
from core.maths.activations.registry import FORMULA
from core.maths.formula import code, duals
from core.maths.formula.latex import latex, letters
from core.maths.formula.places import Interval, corners, gap
from core.maths.formula.reading import LONGEST, read
from core.maths.formula.sharp import sharpened
from core.maths.formula.slopes import slope
from core.maths.formula.tree import FUNCTIONS, Node, number, replaced, shortened, written
from core.maths.numbers import Number

PARAMETER = Number("a", "a", 1.0, -10.0, 10.0, 0.05)

# To begin with: slug -> formula. What people call them stands with the words of the pages.
GALLERY = {
    "softsign": "x / (1 + abs(x))",
    "hard_sigmoid": "min(max(x + 3, 0), 6) / 6",
    "hard_swish": "x * min(max(x + 3, 0), 6) / 6",
    "relu6": "min(max(x, 0), 6)",
    "bent_identity": "x + (sqrt(x**2 + 1) - 1) / 2",
    "sinc": "sin(x) / x",  # at 0 the limit is taken
    "gaussian": "exp(-x**2)",
    "gate": "x * sigmoid(a * x)",
    "snake": "x + sin(a * x)**2 / a",
    "own": "where(x > 0, x, tanh(x) / 2)",
}

__all__ = ["FUNCTIONS", "GALLERY", "LONGEST", "PARAMETER", "activation", "settled", "undefined"]


def activation(text: str) -> Activation:
    """The entry of a formula, the same for every way to write it; ValueError says in which column it fails, and why."""
    if isinstance(text, str) and len(text) <= LONGEST:
        return _entry(_tree(text))
    return _entry(read(text))


def settled(text: str, a: float) -> str:
    """The name of the formula with a number in place of its parameter; ValueError as of `activation`."""
    return activation(written(replaced(_tree(text), "a", number(a)))).name


def undefined(entry: Activation, **parameters: float) -> Interval | None:
    """The first stretch of x where a function has no value, or the first place, both ends alike; None if there is none.

    Networks, facts and theory refuse such a function. A place where both sides have one limit is defined by it.
    """
    return entry.undefined(**parameters) if entry.undefined else None


@lru_cache(maxsize=256)
def _tree(text: str) -> Node:
    return read(text)


@lru_cache(maxsize=64)
def _entry(tree: Node) -> Activation:
    text, derived = written(tree), slope(tree)
    sharp = sharpened(tree)
    steps = duals.steps_of(sharp)

    def both(x: ArrayLike, a: float = 1.0) -> tuple[Array, Array]:
        return duals.computed(steps, x, a)

    kinks, derivative_kinks = corners(tree, PARAMETER.default)
    moves = tree.has("a")
    return Activation(
        name=f"{FORMULA}{text}",
        label=shortened(text),
        family="own",
        formula=f"f(x) = {latex(tree)}",
        derivative_formula=f"f'(x) = {latex(derived)}",
        value=lambda x, a=1.0: both(x, a)[0],
        derivative=lambda x, a=1.0: both(x, a)[1],
        both=both,
        source="",
        examples=(),
        numpy=(code.numpy(sharp), code.numpy(sharpened(slope(sharp)))),
        torch=code.torch(sharp),
        parameters=(PARAMETER,) if moves else (),
        kinks=kinks,
        derivative_kinks=derivative_kinks,
        corners=(lambda a=PARAMETER.default: corners(tree, a)) if moves else None,
        undefined=lambda a=PARAMETER.default: gap(tree, a),
        letters=letters(tree, derived),
    )
