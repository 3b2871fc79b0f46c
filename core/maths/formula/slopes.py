"""The derivative of a formula as a formula, as a student would leave it.

Nothing is added to 0 or multiplied by 1; numbers are put together exactly, like terms and like factors as well.
Sums are not multiplied out.
"""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

from core.maths.formula.tree import Node, number

ZERO, ONE, TWO, MINUS = (number(value) for value in (0.0, 1.0, 2.0, -1.0))
Factors = dict[Node, Fraction]  # base -> exponent


def slope(node: Node) -> Node:
    """df/dx"""
    if not node.has("x"):
        return ZERO
    if rule := _RULES.get(node.kind):
        return rule(*node.parts)
    if outer := _OUTER.get(node.kind):
        return times(outer(node, *node.parts), slope(*node.parts))
    return ZERO  # sign


def _of_quotient(u: Node, v: Node) -> Node:
    if not v.has("x"):
        return over(slope(u), v)
    return over(minus(times(slope(u), v), times(u, slope(v))), power(v, TWO))


def _of_power(u: Node, v: Node) -> Node:
    if not v.has("x"):
        return times(v, power(u, minus(v, ONE)), slope(u))
    logarithm = ONE if u.kind == "e" else Node("log", (u,))
    return times(Node("**", (u, v)), plus(times(slope(v), logarithm), over(times(v, slope(u)), u)))


def _of_extreme(sign: str, u: Node, v: Node) -> Node:
    """Where both are equal the slope is the one nearer to 0: it comes last."""
    du, dv = slope(u), slope(v)
    sizes = [math.inf if (size := exact(part)) is None else abs(size) for part in (du, dv)]
    if sizes[0] < sizes[1]:
        (u, du), (v, dv) = (v, dv), (u, du)
    return where(Node(sign, (u, v)), du, dv)


def _of_erf(u: Node, sign: float) -> Node:
    return over(times(number(2.0 * sign), Node("exp", (times(MINUS, power(u, TWO)),))), Node("sqrt", (Node("pi"),)))


_RULES: dict[str, Callable[..., Node]] = {
    "x": lambda: ONE,
    "neg": lambda u: times(MINUS, slope(u)),
    "+": lambda u, v: plus(slope(u), slope(v)),
    "-": lambda u, v: minus(slope(u), slope(v)),
    "*": lambda u, v: plus(times(slope(u), v), times(u, slope(v))),
    "/": _of_quotient,
    "**": _of_power,
    "max": lambda u, v: _of_extreme(">", u, v),
    "min": lambda u, v: _of_extreme("<", u, v),
    "where": lambda condition, u, v: where(condition, slope(u), slope(v)),
    "relu": lambda u: where(Node(">", (u, ZERO)), slope(u), ZERO),
}
# g' of g(u), from g(u) and u
_OUTER: dict[str, Callable[[Node, Node], Node]] = {
    "exp": lambda g, u: g,
    "expm1": lambda g, u: Node("exp", (u,)),
    "log": lambda g, u: over(ONE, u),
    "log1p": lambda g, u: over(ONE, plus(ONE, u)),
    "tanh": lambda g, u: minus(ONE, power(g, TWO)),
    "sech2": lambda g, u: times(number(-2.0), Node("tanh", (u,)), g),
    "sinh": lambda g, u: Node("cosh", (u,)),
    "cosh": lambda g, u: Node("sinh", (u,)),
    "sin": lambda g, u: Node("cos", (u,)),
    "cos": lambda g, u: times(MINUS, Node("sin", (u,))),
    "sqrt": lambda g, u: over(ONE, times(TWO, g)),
    "abs": lambda g, u: Node("sign", (u,)),
    "erf": lambda g, u: _of_erf(u, 1.0),
    "erfc": lambda g, u: _of_erf(u, -1.0),
    "sigmoid": lambda g, u: times(g, minus(ONE, g)),
    "softplus": lambda g, u: Node("sigmoid", (u,)),
}


def where(condition: Node, u: Node, v: Node) -> Node:
    return u if u == v else Node("where", (condition, u, v))


def plus(*parts: Node) -> Node:
    """A sum, its like terms together."""
    terms: dict[Node, Fraction] = {}
    for part in parts:
        for size, core in _terms(part):
            terms[core] = terms.get(core, Fraction(0)) + size
    left = [(core, size) for core, size in terms.items() if size]
    left.sort(key=lambda term: term[1] < 0)  # one that is added first
    if not left:
        return ZERO
    total = _scaled(left[0][1], left[0][0])
    for core, size in left[1:]:
        total = Node("+" if size > 0 else "-", (total, _scaled(abs(size), core)))
    return total


def _scaled(size: Fraction, core: Node) -> Node:
    own, factors = _collected(core)
    return _product(size * own, factors)


def minus(u: Node, v: Node) -> Node:
    return plus(u, times(MINUS, v))


def times(*parts: Node) -> Node:
    """A product, its like factors together."""
    size, factors = _collected(*parts)
    if len(factors) == 1 and (cases := next(iter(factors))).kind == "where" and factors[cases] == 1:
        condition, u, v = cases.parts
        if exact(u) is not None or exact(v) is not None:  # a number before cases goes into them
            return where(condition, times(rational(size), u), times(rational(size), v))
    return _product(size, factors)


def _collected(*parts: Node) -> tuple[Fraction, Factors]:
    """The number before a product, and its other factors."""
    factors = Factors()
    for part in parts:
        _collect(part, Fraction(1), factors)
    for base in list(factors):
        if base.kind == "sign":
            _signed(base, factors)
        elif exact(base) and base != ONE and factors[base].denominator == 1:
            _collect(base, factors.pop(base), factors)  # sqrt(2) sqrt(2)
    return factors.pop(ONE, Fraction(1)), factors


def over(u: Node, v: Node) -> Node:
    return times(u, Node("/", (ONE, v)))


def power(base: Node, exponent: Node) -> Node:
    found = exact(exponent)
    return times(Node("**", (base, exponent))) if found is None else _product(Fraction(1), {base: found})


def _signed(base: Node, factors: Factors) -> None:
    """u sign(u) = |u| and |u| sign(u) = u"""
    (u,) = base.parts
    for one, other in ((u, Node("abs", (u,))), (Node("abs", (u,)), u)):
        if factors.get(base) == 1 and factors.get(one) == 1:
            del factors[base], factors[one]
            factors[other] = factors.get(other, Fraction(0)) + 1


def exact(node: Node) -> Fraction | None:
    """The value of a number as it is written; None for what is no number."""
    if node.kind == "neg":
        found = exact(node.parts[0])
        return None if found is None else -found
    return Fraction(repr(node.value)) if node.kind == "number" else None


def _terms(node: Node) -> Iterable[tuple[Fraction, Node]]:
    match node:
        case Node("+", (u, v)):
            return [*_terms(u), *_terms(v)]
        case Node("-", (u, v)):
            return [*_terms(u), *((-size, core) for size, core in _terms(v))]
        case Node("neg", (u,)):
            return [(-size, core) for size, core in _terms(u)]
    size, factors = _collected(node)
    if len(factors) == 1 and next(iter(factors)).kind in ("+", "-") and next(iter(factors.values())) == 1:
        return [(size * inner, core) for inner, core in _terms(next(iter(factors)))]
    return [(size, _product(Fraction(1), factors))]


def _collect(node: Node, exponent: Fraction, factors: Factors) -> None:
    """Add the factors of node ** exponent; under ONE the product of the numbers among them."""
    found, whole = exact(node), exponent.denominator == 1
    if found is not None and whole and (found or exponent > 0):
        factors[ONE] = factors.get(ONE, Fraction(1)) * found**exponent.numerator
        return
    match node:
        case Node("neg", (u,)) if whole:
            _collect(MINUS, exponent, factors)
            _collect(u, exponent, factors)
        case Node("sqrt", (u,)):
            _collect(u, exponent / 2, factors)
        case Node("*" | "/", (u, v)) if whole:
            _collect(u, exponent, factors)
            _collect(v, exponent if node.kind == "*" else -exponent, factors)
        case Node("**", (u, v)) if whole and (inner := exact(v)) is not None and inner.denominator == 1:
            _collect(u, exponent * inner, factors)
        case _:
            factors[node] = factors.get(node, Fraction(0)) + exponent


def _product(size: Fraction, factors: Factors) -> Node:
    """A number times factors; those with negative exponents go below the line."""
    if size == 0:
        return ZERO
    if ONE in factors:
        factors = {base: exponent for base, exponent in factors.items() if base != ONE}
    ordered = sorted((item for item in factors.items() if item[1]), key=lambda item: _rank(item[0]))
    above = [_raised(base, exponent) for base, exponent in ordered if exponent > 0]
    below = [_raised(base, -exponent) for base, exponent in ordered if exponent < 0]
    top, bottom = _decimal(abs(size)) if not below else (abs(size.numerator), size.denominator)
    first = [number(float(top))] if top != 1 or not above else []
    found = _chain([*first, *above])
    if below or bottom != 1:
        found = Node("/", (found, _chain([*([number(float(bottom))] if bottom != 1 else []), *below])))
    return Node("neg", (found,)) if size < 0 else found


def rational(value: Fraction) -> Node:
    """A fraction as a number, or as one number over another."""
    return _product(value, Factors())


def _decimal(size: Fraction) -> tuple[Fraction | int, int]:
    """0.25 stays a decimal; a third is a fraction."""
    short = all(size.denominator % prime for prime in (3, 7)) and Fraction(repr(float(size))) == size
    return (size, 1) if short else (size.numerator, size.denominator)


def _chain(parts: list[Node]) -> Node:
    found = parts[0]
    for part in parts[1:]:
        found = Node("*", (found, part))
    return found


def _raised(base: Node, exponent: Fraction) -> Node:
    if exponent == 1:
        return base
    if exponent.denominator == 2:
        root, whole = Node("sqrt", (base,)), exponent - Fraction(1, 2)
        return Node("*", (_raised(base, whole), root)) if whole else root
    return Node("**", (base, number(float(exponent))))


def _rank(base: Node) -> int:
    return {"number": 0, "pi": 1, "e": 1, "a": 2, "x": 3}.get(base.kind, 4)
