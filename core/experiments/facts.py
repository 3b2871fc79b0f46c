"""The computed facts of the functions, as words and as a table."""

import math
from collections.abc import Sequence

from scipy.special import ndtr

from core.experiments.kept import WORDS, kept
from core.maths.activations import ACTIVATIONS
from core.maths.facts import Facts, facts
from core.maths.network import Network
from core.words import formulas, numerals, prose


def facts_of(network: Network) -> Facts:
    """The facts of a network's activation, at its parameters."""
    return facts(network.activation, **network.parameters)


def crossings(network: Network) -> list[float]:
    """Where the derivative crosses zero, other than a stretch where it is zero."""
    return [low for low, high in facts_of(network).zeros if low == high]


def zero_slots(network: Network) -> dict[str, str]:
    """Where the derivative of one function crosses zero, how low it gets, and for how many inputs it is negative."""
    lowest, zeros = facts_of(network).infimum.value, crossings(network)
    below = float(ndtr(zeros[0])) if zeros and lowest < 0 else 0.0
    return {
        f"{network.activation}_zero_now": numerals.number(zeros[0]) if zeros else prose.common("none"),
        f"{network.activation}_low_now": numerals.plain(lowest),
        f"{network.activation}_share_now": numerals.percent(below),
    }


def interval(low: float, high: float) -> str:
    """A stretch of the x axis in words: x < −5.99, −1.33 to −1.23, everywhere."""
    if low == high:
        return _point(low)
    if low == -math.inf:
        return prose.common("everywhere") if high == math.inf else f"x < {numerals.plain(high)}"
    if high == math.inf:
        return f"x > {numerals.plain(low)}"
    return f"{numerals.plain(low)} < x < {numerals.plain(high)}"


def _point(x: float) -> str:
    if math.isfinite(x):
        return prose.common("at", x=numerals.plain(x))
    return prose.common("far", side="−" if x < 0 else "+")


def fact_line(network: Network) -> str:
    """The smallest and the largest slope of one function, in a line."""
    fact = facts_of(network)
    return prose.common(
        "fact line",
        label=ACTIVATIONS[network.activation].label,
        low=numerals.plain(fact.infimum.value),
        low_at=interval(fact.infimum.low, fact.infimum.high),
        high=numerals.plain(fact.supremum.value),
        high_at=interval(fact.supremum.low, fact.supremum.high),
    )


@kept(limit=WORDS)
def fact_table(shown: Sequence[str] = ()) -> dict[str, list[object]]:
    """The computed facts as columns: one row per activation, at its default parameters; a reader's own come first.

    `shown`: names, of which those that no registry lists get a row as well.
    """
    rows = [_row(name) for name in dict.fromkeys([*(set(shown) - set(ACTIVATIONS)), *ACTIVATIONS])]
    return {prose.common(f"column {head}"): [row[head] for row in rows] for head in rows[0]}


def _row(name: str) -> dict[str, object]:
    fact = facts(name)
    return {
        "label": ACTIVATIONS[name].label,
        "f": formulas.text(ACTIVATIONS[name].formula),
        "slope": formulas.text(ACTIVATIONS[name].derivative_formula),
        "sup": fact.supremum.value,
        "sup at": interval(fact.supremum.low, fact.supremum.high),
        "inf": fact.infimum.value,
        "inf at": interval(fact.infimum.low, fact.infimum.high),
        "zeros": "; ".join(interval(*zero) for zero in fact.zeros) or prose.common("none"),
        "small": "; ".join(interval(*small) for small in fact.small) or prose.common("none"),
        "range": f"{numerals.plain(fact.range[0])} … {numerals.plain(fact.range[1])}",
    }
