r"""Formulas of LaTeX, computed: the part of the language that the registry's formulas are written in.

A formula reads `name(x) = side = side ...` or `name = side`. It is read by descent: sums of products, where factors
stand side by side; functions take what is in parentheses or the one factor that follows them, as in \tanh^2 u.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from mpmath import MPContext

mp = MPContext()
mp.dps = 30
Names = dict[str, Any]  # numbers, and functions of one argument
Part = Callable[[Names], Any]

TOKEN = re.compile(r"\\[a-zA-Z]+|\\\\|\d+(?:\.\d+)?|[a-zA-Z]'?|\S")
APPLIED = (r"\tanh", r"\ln", r"\sin", r"\cos", r"\sinh", r"\cosh")  # to the one factor that follows as well
NAMED = re.compile(r"\\operatorname\{(\w+)\}")
SPACE = re.compile(r"\\,|\\times|\\cdot|\\left|\\right|\\quad|\\mathbf|\\textcolor\{#[0-9a-f]{6}\}|\s")
ONE_LINE = re.compile(r"\\(?:begin|end)\{array\}(?:\{l\})?| \\\\ \\quad(?= =)")  # what breaks an equation into lines
KNOWN: Names = {
    "e": mp.e, r"\pi": mp.pi, r"\infty": mp.inf, r"\tanh": mp.tanh, r"\ln": mp.log, r"\sin": mp.sin, r"\cos": mp.cos,
    r"\sinh": mp.sinh, r"\cosh": mp.cosh,
}  # fmt: skip
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, r"\le": lambda a, b: a <= b, r"\ge": lambda a, b: a >= b,
}  # fmt: skip
ENDS = {"", "+", "-", "=", ")", "}", "&", ",", r"\lor", r"\\", r"\end", *RELATIONS}


class Reader:
    """One formula, token by token; ValueError for whatever is not understood."""

    def __init__(self, text: str) -> None:
        spaced = SPACE.sub(" ", re.sub(r"frac(\d)(\d)", r"frac{\1}{\2}", NAMED.sub(r"\\\1", text)))
        self.tokens = [*TOKEN.findall(spaced), ""]
        self.bars = 0  # absolute values that are open

    def next(self, expected: str | None = None) -> str:
        token = self.tokens.pop(0)
        if expected not in (None, token):
            raise ValueError(f"{expected} expected, not {token}")
        return token

    def take(self, token: str) -> bool:
        return self.tokens[0] == token and bool(self.next())

    def sum(self) -> Part:
        total = self.product()
        while self.tokens[0] in ("+", "-"):
            total = self._joined(total, self.next(), self.product())
        return total

    @staticmethod
    def _joined(left: Part, sign: str, right: Part) -> Part:
        return lambda names: left(names) + (right(names) if sign == "+" else -right(names))

    def product(self) -> Part:
        if self.take("-"):
            negative = self.product()
            return lambda names: -negative(names)
        factors = [(1, self.power())]
        while self.tokens[0] not in ENDS and not (self.tokens[0] == "|" and self.bars) and self.tokens[0] != "d":
            divided = self.take("/")
            factors.append((-1 if divided else 1, self.power()))
        return lambda names: mp.fprod(factor(names) ** sign for sign, factor in factors)

    def power(self) -> Part:
        base = self.factor()
        if self.take("^"):
            exponent = self.argument()
            return lambda names: base(names) ** exponent(names)
        return base

    def argument(self) -> Part:
        """What is in braces, or one token."""
        if self.take("{"):
            inside = self.sum()
            self.next("}")
            return inside
        return self.factor()

    def parenthesis(self) -> Part:
        self.next("(")
        inside = self.sum()
        self.next(")")
        return inside

    def factor(self) -> Part:
        if self.tokens[0] == "(":
            return self.parenthesis()
        token = self.next()
        if token[:1].isdigit():
            number = mp.mpf(token)
            return lambda names: number
        special = {
            "|": self.absolute, r"\frac": self.fraction, r"\tfrac": self.fraction, r"\sqrt": self.root,
            r"\max": lambda: self.extreme(max), r"\min": lambda: self.extreme(min), "{": self.group,
            r"\int": self.integral, r"\begin": self.cases,
        }  # fmt: skip
        return special[token]() if token in special else self.name(token)

    def name(self, token: str) -> Part:
        """A number, or a function and its argument."""
        if not re.fullmatch(r"\\?[a-zA-Z]+'?", token):
            raise ValueError(f"unknown sign {token}")
        if token in ("x", "a") or (self.tokens[0] != "(" and token not in APPLIED):  # x (x + 3) is a product
            return lambda names: names[token]
        exponent = self.argument() if self.take("^") else None
        applied = self.factor()
        return lambda names: self._applied(names[token], applied(names), exponent and exponent(names))

    def group(self) -> Part:
        inside = self.sum()
        self.next("}")
        return inside

    def absolute(self) -> Part:
        self.bars += 1
        inside = self.sum()
        self.bars -= 1
        self.next("|")
        return lambda names: abs(inside(names))

    def fraction(self) -> Part:
        above, below = self.argument(), self.argument()
        return lambda names: above(names) / below(names)

    def root(self) -> Part:
        inside = self.argument()
        return lambda names: mp.sqrt(inside(names))

    def extreme(self, which: Callable[..., Any]) -> Part:
        self.next("(")
        some = [self.sum()]
        while self.take(","):
            some.append(self.sum())
        self.next(")")
        return lambda names: which(part(names) for part in some)

    @staticmethod
    def _applied(function: Any, argument: Any, exponent: Any) -> Any:
        value = function(argument) if callable(function) else function * argument  # x (x + 3) is a product
        return value if exponent is None else value**exponent

    def integral(self) -> Part:
        self.next("_")
        low = self.argument()
        self.next("^")
        high = self.argument()
        inside = self.product()
        self.next("d")
        over = self.next()

        def computed(names: Names) -> Any:
            ends = sorted({low(names), min(mp.mpf(0), high(names)), high(names)})
            return mp.quad(lambda t: inside({**names, over: t}), ends)

        return computed

    def cases(self) -> Part:
        for token in "{cases}":
            self.next(token)
        rows = []
        while True:
            value = self.sum()
            self.next("&")
            rows.append((value, self.condition()))
            if not self.take(r"\\"):
                break
        for token in (r"\end", *"{cases}"):
            self.next(token)

        def chosen(names: Names) -> Any:
            (value,) = [value for value, holds in rows if holds(names)]  # exactly one case holds
            return value(names)

        return chosen

    def condition(self) -> Part:
        """x > 0; several with commas between them hold together."""
        together = [self.either()]
        while self.take(","):
            together.append(self.either())
        return lambda names: all(part(names) for part in together)

    def either(self) -> Part:
        some = [self.relation()]
        while self.take(r"\lor"):
            some.append(self.relation())
        return lambda names: any(part(names) for part in some)

    def relation(self) -> Part:
        """x > 0, or a chain: 0 < x < 6."""
        sides, signs = [self.sum()], []
        while self.tokens[0] in RELATIONS:
            signs.append(RELATIONS[self.next()])
            sides.append(self.sum())

        def holds(names: Names) -> bool:
            values = [side(names) for side in sides]
            return all(sign(a, b) for sign, a, b in zip(signs, values, values[1:], strict=False))

        return holds


def uncoloured(formula: str) -> str:
    """A formula as it is read aloud: in one line, without the colours of its numbers and what only groups them."""
    plain = re.sub(r"\\textcolor\{#\w{6}\}\{\\mathbf\{([^{}]*)\}\}", r"{\1}", ONE_LINE.sub("", formula))
    return re.sub(r"(?<![a-z}^])\{(-?[\d.]+)\}", r"\1", plain).strip()


def read(formula: str) -> tuple[str, bool, list[Part]]:
    """What a formula defines, whether as a function of x, and its sides."""
    head, *sides = ONE_LINE.sub("", formula).split("=")
    name, _, argument = NAMED.sub(r"\\\1", head).strip().partition("(")
    parts = []
    for side in sides:
        reader = Reader(side)
        parts.append(reader.sum())
        reader.next("")
    if not parts:
        raise ValueError(f"{formula} defines nothing")
    return name, argument == "x)", parts


def with_letters(letters: Iterable[str], names: Names) -> Names:
    """The names, and the letters that are defined by these formulas; each may use those that are defined with it."""
    found = KNOWN | names
    for letter in letters:
        name, function, (side,) = read(letter)
        found[name] = (lambda t, side=side: side({**found, "x": t})) if function else side(found)
    return found


def values(formula: str, letters: Iterable[str], names: Names) -> list[Any]:
    """What every side of a formula comes to."""
    _, _, sides = read(formula)
    found = with_letters(letters, names)
    return [side(found) for side in sides]
