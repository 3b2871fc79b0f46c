"""What an activation function is: one entry of the registry."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.maths.numbers import Number

Array = NDArray[np.float64]
Places = tuple[float, ...]


Rule = tuple[str, Callable[..., float]]


@dataclass(frozen=True)
class ByHand:
    """Value and derivative at a place from a few numbers, as one computes them by hand.

    `numbers`: what they are called, and what they are at x. A rule is LaTeX with {names} and code that takes the
    numbers in their order; there is none where the formula says it already.
    """

    numbers: Callable[..., dict[str, float]]
    value: Rule | None = None
    derivative: Rule | None = None


@dataclass(frozen=True)
class Activation:
    """A function, its derivative, and what a page needs to show them.

    `family` groups related functions (linear, saturating, rectified, smooth, own); charts colour by it.
    `kinks` are the inputs where the derivative jumps, `derivative_kinks` those where it has a kink of its own: at
    `breaks`, which are both, smooth pieces meet. Each example is (x, value, derivative) at the
    default parameters, taken from the source, not from this code. `numpy` (value, derivative) and `torch` (value) are
    expressions in x and the parameters for scripts that a reader takes away; they leave the far tails out. `torch` is
    written so that autograd keeps all digits: its y (1 - y) of sigmoid ends at 37, its 1 - y^2 of tanh at 19.
    `formula` and `derivative_formula` are LaTeX and begin with what they define, `f(x) = `; what else stands in them is
    defined by `letters`. `by_hand` shows how both are computed at a place. Where the derivative falls below every float
    without being zero, `log_derivative` knows its size; without one, what is zero in float64 counts as zero.
    """

    name: str
    label: str
    family: str
    formula: str
    derivative_formula: str
    value: Callable[..., Array]
    derivative: Callable[..., Array]
    source: str
    examples: tuple[tuple[float, float, float], ...]
    numpy: tuple[str, str]
    torch: str
    parameters: tuple[Number, ...] = ()
    kinks: Places = ()
    derivative_kinks: Places = ()
    both: Callable[..., tuple[Array, Array]] | None = None  # where value and derivative share what is costly
    by_parameter: Callable[[ArrayLike], Array] | None = None  # df/d(parameter), where networks learn the parameter
    log_derivative: Callable[..., Array] | None = None  # log |f'| far out, where f' is too small for float64
    letters: tuple[str, ...] = ()
    by_hand: ByHand | None = None
    corners: Callable[..., tuple[Places, Places]] | None = None  # both kinds of kinks, where they move with a parameter
    undefined: Callable[..., tuple[float, float] | None] | None = None  # where there is no value; None if nowhere

    @property
    def breaks(self) -> Places:
        return tuple(sorted(self.kinks + self.derivative_kinks))

    def kinks_at(self, **parameters: float) -> Places:
        """The kinks, wherever the parameters put them."""
        return self.corners(**parameters)[0] if self.corners else self.kinks

    def breaks_at(self, **parameters: float) -> Places:
        """Where smooth pieces meet, wherever the parameters put them."""
        return tuple(sorted(sum(self.corners(**parameters), ()))) if self.corners else self.breaks

    def objection(self, **parameters: float) -> str | None:
        """Why nothing can be computed with these parameters, as a sentence for an error."""
        gap = self.undefined(**parameters) if self.undefined else None
        if not gap:
            return None
        low, high = gap
        if low == high:
            where = f"at x = {low:.3g}"
        elif math.isinf(low) or math.isinf(high):
            where = f"for x above {low:.3g}" if math.isinf(high) else f"for x below {high:.3g}"
        else:
            where = f"for x between {low:.3g} and {high:.3g}"
        return f"{self.name.removeprefix('=')} is not defined {where}"

    def value_and_derivative(self, x: ArrayLike, **parameters: float) -> tuple[Array, Array]:
        if self.both:
            return self.both(x, **parameters)
        return self.value(x, **parameters), self.derivative(x, **parameters)

    def defaults(self) -> dict[str, float]:
        return {p.name: p.default for p in self.parameters}
