"""The functions defined: formulas, with the numbers of the moment in them, and what is true of them in a line."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.charts import theme
from core.experiments import style
from core.experiments.facts import facts_of, interval
from core.maths.activations import ACTIVATIONS, Activation
from core.maths.facts import Extreme
from core.maths.network import Network
from core.words import formulas, numerals, prose

MOST_DIGITS = 12  # of a number from which a result follows
LINES, BREAK = r"\begin{{array}}{{l}} {} \end{{array}}", r" \\ \quad"


@dataclass(frozen=True)
class Definition:
    """What is said of one function, before and after its formulas: Markdown.

    `formulas`: value and derivative in LaTeX, in general, with the numbers of the parameters, and at the place that was
    asked for, if any.
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
    numbers = (with_numbers(network),) if entry.parameters else ()
    now = () if x is None else (_at(entry, network.parameters, x),)
    return Definition(
        name="own" if entry.family == "own" else entry.name,
        head=f"**{entry.label}.** {purpose}".strip(),
        formulas=((entry.formula, entry.derivative_formula), *numbers, *now),
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


def in_a_line(activation: str, *, derivative: bool = True) -> str:
    """A function by its formula, with that of its derivative or, where that is asked for, without: Markdown."""
    entry = ACTIVATIONS[activation]
    given = [entry.formula, *([entry.derivative_formula] if derivative else []), *entry.letters]
    return f"**{entry.label}:** {numerals.listing([f'${{{each}}}$' for each in given])}."


def _at(entry: Activation, parameters: Mapping[str, float], x: float) -> tuple[str, str]:
    """Value and derivative at x as formulas: from the numbers that they are computed from, where there is a rule."""
    y, slope = float(entry.value(x, **parameters)), float(entry.derivative(x, **parameters))
    colours = {"x": theme.PLACE, "y": style(entry.name).colour, "area": theme.AREA, "density": theme.DENSITY}
    numbers = entry.by_hand.numbers(x, **parameters) if entry.by_hand else {}
    rules = (entry.by_hand.value, entry.by_hand.derivative) if entry.by_hand else (None, None)
    digits = _digits(numbers, [(rule[1], result) for rule, result in zip(rules, (y, slope), strict=True) if rule])
    shown = {name: _coloured(numerals.formula(number, digits), colours.get(name)) for name, number in numbers.items()}
    here = _coloured(numerals.formula(x), theme.PLACE)
    value_digits = digits if "y" in numbers else 3
    sides = []
    for formula, rule, result, colour in (
        (entry.formula, rules[0], numerals.formula(y, value_digits), style(entry.name).colour),
        (entry.derivative_formula, rules[1], numerals.formula(slope), theme.SLOPE),
    ):
        by_hand = f" = {_inserted(rule[0], numbers, shown)}" if rule else ""
        long = rule and rule[0].count("{") > 2  # on a phone it is as wide as the page
        row = f"{formulas.name(formula)}({here}){by_hand}{BREAK if long else ''} = {_coloured(result, colour)}"
        sides.append(LINES.format(row) if long else row)
    return sides[0], sides[1]


def _digits(numbers: Mapping[str, float], rules: Sequence[tuple[Callable[..., float], float]]) -> int:
    """So many that whoever computes with what is shown finds the results that are shown."""
    for digits in range(3, MOST_DIGITS):
        shown = [numerals.rounded(number, digits) for number in numbers.values()]
        if all(numerals.plain(rule(*shown)) == numerals.plain(result) for rule, result in rules):
            return digits
    return MOST_DIGITS


def _inserted(template: str, numbers: Mapping[str, float], shown: Mapping[str, str]) -> str:
    """A rule with its numbers, negative ones in parentheses unless they stand first or after a comma."""
    text = template
    for name, number in numbers.items():
        slot, inside = f"{{{name}}}", f"({shown[name]})" if number < 0 else shown[name]
        text = shown[name] + text.removeprefix(slot) if text.startswith(slot) else text
        text = text.replace(f", {slot}", f", {shown[name]}").replace(slot, inside)
    return text


def _coloured(number: str, colour: str | None) -> str:
    """A number of a formula in the colour that its quantity has in the chart, and bold, so that it is easily read."""
    return rf"\textcolor{{{colour}}}{{\mathbf{{{number}}}}}" if colour else f"{{{number}}}"


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
