"""The pieces of a formula with conditions, as a textbook has them: values, and the stretch of x where each holds.

A condition on max or min is one on what is in it, and a linear one is a bound of x: relu6' is 1 for 0 < x < 6.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from core.maths.formula.slopes import exact
from core.maths.formula.tree import COMPARISONS, Node, number

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_BRANCHING = ("where", "and", "max", "min", "relu")
_MOST = 12
Line = tuple[Fraction, Fraction]  # (p, q) of p x + q
Bound = tuple[Fraction, bool] | None  # and whether it belongs to the stretch; None without one


@dataclass(frozen=True)
class Piece:
    """A value, the bounds of x between which it holds, and what else must hold, of which none is about x alone."""

    value: Node
    low: Bound = None
    high: Bound = None
    others: tuple[Node, ...] = ()

    @property
    def empty(self) -> bool:
        if not (self.low and self.high):
            return False
        return self.low[0] > self.high[0] or (self.low[0] == self.high[0] and not (self.low[1] and self.high[1]))


def pieces(node: Node) -> list[Piece]:
    """Of a `where`, and of those within it; where they would be very many its conditions are left as they are."""
    simple = sum(part.kind in _BRANCHING for part in node.walk()) <= _MOST
    return _pieces(node, _ways if simple else lambda condition: [[condition]])


def _pieces(node: Node, ways_of: Callable[[Node], list[list[Node]]]) -> list[Piece]:
    if node.kind != "where":
        return [Piece(node)]
    condition, u, v = node.parts
    found = []
    for value, ways in ((u, ways_of(condition)), (v, ways_of(_opposite(condition)))):
        for piece in _pieces(value, ways_of):
            found += [met for way in ways if (met := _met(piece, way)) and not met.empty]
    return _joined(found)


def _ways(condition: Node) -> list[list[Node]]:
    """The ways in which it can hold, none of them twice: comparisons that hold together."""
    if condition.kind in ("and", "or"):
        first, second = condition.parts
        if condition.kind == "or":
            return _ways(first) + [[*a, *b] for a in _ways(_opposite(first)) for b in _ways(second)]
        return [[*a, *b] for a in _ways(first) for b in _ways(second)]
    u, v = condition.parts
    if v.kind in ("max", "min", "relu") and u.kind not in ("max", "min", "relu"):
        return _ways(Node(_TURNED[condition.kind], (v, u)))
    if u.kind in ("max", "min", "relu"):
        inner = u.parts if u.kind != "relu" else (*u.parts, number(0.0))
        below = condition.kind in ("<", "<=")
        joined = "and" if below == (u.kind != "min") else "or"
        return _ways(Node(joined, tuple(Node(condition.kind, (part, v)) for part in inner)))
    return [[condition]]


def _opposite(condition: Node) -> Node:
    if condition.kind in COMPARISONS:
        return Node(_OPPOSITE[condition.kind], condition.parts)
    return Node("or" if condition.kind == "and" else "and", tuple(map(_opposite, condition.parts)))


def _met(piece: Piece, way: list[Node]) -> Piece | None:
    """The piece where a way holds as well; None if that is nowhere."""
    for test in way:
        known = _linear(Node("-", test.parts)) if test.kind in COMPARISONS else None
        if known is None:
            piece = replace(piece, others=(*piece.others, test)) if test not in piece.others else piece
            continue
        slope, start = known
        if slope == 0:
            if not {"<": start < 0, "<=": start <= 0, ">": start > 0, ">=": start >= 0}[test.kind]:
                return None
            continue
        kind = test.kind if slope > 0 else _TURNED[test.kind]
        bound = (-start / slope, kind in ("<=", ">="))
        if kind in ("<", "<="):
            piece = replace(piece, high=min(filter(None, (piece.high, bound)), key=lambda end: (end[0], end[1])))
        else:
            piece = replace(piece, low=max(filter(None, (piece.low, bound)), key=lambda end: (end[0], not end[1])))
    return piece


def _linear(node: Node) -> Line | None:
    """A formula that is one, with numbers p and q."""
    if (value := exact(node)) is not None:
        return Fraction(0), value
    if node.kind == "x":
        return Fraction(1), Fraction(0)
    known = [_linear(part) for part in node.parts] if node.kind in _LINES else [None]
    lines = [line for line in known if line]
    return _LINES[node.kind](*lines) if len(lines) == len(known) else None


def _scaled(u: Line, v: Line) -> Line | None:
    """A product, of which one side is a number."""
    return None if u[0] and v[0] else (u[0] * v[1] + u[1] * v[0], u[1] * v[1])


_LINES: dict[str, Callable[..., Line | None]] = {
    "neg": lambda u: (-u[0], -u[1]),
    "+": lambda u, v: (u[0] + v[0], u[1] + v[1]),
    "-": lambda u, v: (u[0] - v[0], u[1] - v[1]),
    "*": _scaled,
    "/": lambda u, v: None if v[0] or not v[1] else (u[0] / v[1], u[1] / v[1]),
}


def _joined(found: list[Piece]) -> list[Piece]:
    """Pieces of one value that touch are one."""
    for i, one in enumerate(found):
        for k, other in enumerate(found):
            touch = one.high and other.low and one.high[0] == other.low[0] and one.high[1] != other.low[1]
            if i != k and touch and (one.value, one.others) == (other.value, other.others):
                rest = [piece for j, piece in enumerate(found) if j not in (i, k)]
                return _joined([*rest[: min(i, k)], replace(one, high=other.high), *rest[min(i, k) :]])
    return found
