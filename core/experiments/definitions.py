"""The functions defined: formulas, with the numbers of the moment in them, and what is true of them in a line."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.experiments.facts import facts_of, interval
from core.maths.activations import ACTIVATIONS, Activation
from core.maths.facts import Extreme
from core.maths.network import Network
from core.words import formulas, numerals, prose

MOST_DIGITS = 12  # of a value from which its derivative follows


@dataclass(frozen=True)
class Definition:
    """What is said of one function, before and after its formulas: Markdown.

    `formulas`: value and derivative in LaTeX, in general, and a second time at the place that was asked for, if any.
    """

    name: str
    head: str
    formulas: tuple[tuple[str, str], ...]
    said: str

    @property
    def markdown(self) -> str:
        """All of it as one text."""
        formulas = "\n\n".join(f"$$\n{formula}\n$$" for row in self.formulas for formula in row)
        return f"{self.head}\n\n{formulas}\n\n{self.said}"


def definition(network: Network, x: float | None = None) -> Definition:
    """The activation of a network, at its parameters; with the numbers at x."""
    entry = ACTIVATIONS[network.activation]
    purpose = prose.read("common").blocks.get(f"purpose {entry.name}", "")  # a new entry is defined without one as well
    now = () if x is None else (_at(entry, network.parameters, x),)
    return Definition(
        name=entry.name,
        head=f"**{entry.label}.** {purpose}".strip(),
        formulas=((entry.formula, entry.derivative_formula), *now),
        said=f"{_letters(entry, network.parameters)}\n\n{_facts(network)}".strip(),
    )


def with_numbers(network: Network) -> tuple[str, str]:
    """Value and derivative of an activation in LaTeX, its parameters filled in."""
    entry = ACTIVATIONS[network.activation]
    found = entry.formula, entry.derivative_formula
    for number in entry.parameters:
        value = network.parameters[number.name]
        found = formulas.filled(found[0], number.symbol, value), formulas.filled(found[1], number.symbol, value)
    return found


def _at(entry: Activation, parameters: Mapping[str, float], x: float) -> tuple[str, str]:
    """Value and derivative at x as formulas, the derivative from the value where there is a rule for that."""
    y, slope = float(entry.value(x, **parameters)), float(entry.derivative(x, **parameters))
    here = f"({numerals.formula(x)})"
    function, derivative = (text.partition("(")[0] for text in (entry.formula, entry.derivative_formula))
    if not entry.by_value:
        return f"{function}{here} = {numerals.formula(y)}", f"{derivative}{here} = {numerals.formula(slope)}"
    template, rule = entry.by_value
    digits = next(  # so many that whoever computes with what is shown finds the derivative that is shown
        n for n in range(3, MOST_DIGITS + 1)
        if n == MOST_DIGITS or numerals.plain(rule(float(f"{y:.{n - 1}e}"))) == numerals.plain(slope)
    )  # fmt: skip
    shown = numerals.formula(y, digits)
    inserted = template.replace("{y}", f"({shown})" if shown.startswith("-") else shown)
    return f"{function}{here} = {shown}", f"{derivative}{here} = {inserted} = {numerals.formula(slope)}"


def _letters(entry: Activation, parameters: Mapping[str, float]) -> str:
    """What the letters of the formulas mean, and what the parameters are set to."""
    set_to = [f"{number.symbol} = {numerals.formula(parameters[number.name])}" for number in entry.parameters]
    letters = [f"${{{letter}}}$" for letter in (*set_to, *entry.letters)]  # in braces no line ends within one
    return prose.common("definition letters", letters=numerals.listing(letters)) if letters else ""


def _facts(network: Network) -> str:
    """The range of the function, and where its derivative is largest."""
    fact = facts_of(network)
    return prose.common(
        "definition facts",
        low=numerals.plain(fact.range[0]),
        high=numerals.plain(fact.range[1]),
        largest=numerals.plain(fact.supremum.value),
        where=_where(network, fact.supremum),
    )


def _where(network: Network, extreme: Extreme) -> str:
    stretch = interval(extreme.low, extreme.high)
    if math.isinf(extreme.low) and (extreme.low == extreme.high or math.isinf(extreme.high)):
        return stretch
    if extreme.low < extreme.high:
        return prose.common("definition stretch", x=stretch)
    there = float(ACTIVATIONS[network.activation].derivative(extreme.low, **network.parameters))
    reached = math.isclose(there, extreme.value, rel_tol=1e-9)
    return prose.common("definition point" if reached else "definition beside", x=numerals.plain(extreme.low))
