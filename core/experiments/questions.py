"""The options of a question and the right one, computed from the settings of the page that asks."""

import math
from collections.abc import Iterable, Sequence

from core.maths.activations import ACTIVATIONS
from core.maths.facts import SMALL_SHARE, facts
from core.words import numerals, prose

DECADES = (0, -1, -3, -6)  # between the ranges that a share of the gradient may fall into


def share(log10: float) -> tuple[list[str], str]:
    """Ranges for a share of the gradient, as options, and the one that 10^log10 falls into."""
    words = [prose.common(f"range {k}", **_ends(k)) for k in range(len(DECADES) + 1)]
    place = sum(log10 < decade for decade in DECADES)
    return words, words[place]


def names(activations: Iterable[str]) -> list[str]:
    """Activations as options."""
    return [ACTIVATIONS[name].label for name in activations]


def words(kind: str, options: Sequence[str], right: str) -> tuple[list[str], str]:
    """Options that have a name in the words: `<kind> <option>`."""
    return [prose.common(f"{kind} {option}") for option in options], prose.common(f"{kind} {right}")


def steepness(slope: float) -> tuple[list[str], str]:
    """Ranges for a derivative, as options."""
    return share(math.log10(slope)) if slope > 0 else share(-math.inf)


def crossing(activation: str) -> float:
    """Where the derivative crosses zero."""
    return facts(activation).zeros[0][0]


def saturation(activation: str) -> tuple[float, str]:
    """Where, right of zero, the derivative falls below a share of its greatest value, and that share."""
    return facts(activation).small[-1][0], numerals.percent(SMALL_SHARE)


def _ends(k: int) -> dict[str, str]:
    """The ends of the k-th range, written out: nobody has to know what a power of ten is."""
    ends = [f"{10.0**decade:.{-decade}f}" for decade in DECADES]
    return {"high": ends[k - 1] if k else "", "low": ends[k] if k < len(ends) else ""}
