"""A formula as a tree, and as the shortest text that says the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

FUNCTIONS = {
    "exp": 1, "log": 1, "tanh": 1, "sinh": 1, "cosh": 1, "sin": 1, "cos": 1, "sqrt": 1, "abs": 1, "max": 2, "min": 2,
    "where": 3, "sign": 1, "erf": 1, "sigmoid": 1, "softplus": 1, "relu": 1,
}  # fmt: skip
LABEL = 22  # characters of a formula that stand beside a curve
_SHOWN = {"**": "^", "*": "·", "<=": "≤", ">=": "≥", "<": "‹", ">": "›"}
LETTERS = ("x", "a", "pi", "e")
SUMS, PRODUCTS, COMPARISONS = ("+", "-"), ("*", "/"), ("<", "<=", ">", ">=")

# How closely an operation binds what stands beside it, as in Python.
_AND, _COMPARED, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(7)
_BINDING = {"and": _AND, "neg": _SIGN, "**": _POWER} | dict.fromkeys(COMPARISONS, _COMPARED)
_BINDING |= dict.fromkeys(SUMS, _SUM) | dict.fromkeys(PRODUCTS, _PRODUCT)


@dataclass(frozen=True)
class Node:
    """A number (with its `value`), a letter, or an operation on its `parts`: +, neg, tanh, <, and so on."""

    kind: str
    parts: tuple["Node", ...] = ()
    value: float = 0.0
    hashed: int = field(init=False, repr=False, compare=False)  # once, not at every look

    def __post_init__(self) -> None:
        object.__setattr__(self, "hashed", hash((self.kind, self.parts, self.value)))

    def __hash__(self) -> int:
        return self.hashed

    def walk(self) -> Iterator["Node"]:
        """The node and all that is in it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def has(self, *kinds: str) -> bool:
        return any(node.kind in kinds for node in self.walk())


def number(value: float) -> Node:
    """A number; one below zero is the negative of one above, as it is written."""
    return Node("number", (), float(value)) if value >= 0 else negative(number(-value))


def negative(node: Node) -> Node:
    return node.parts[0] if node.kind == "neg" else Node("neg", (node,))


def replaced(node: Node, letter: str, other: Node) -> Node:
    """The same tree with something else in place of a letter."""
    if node.kind == letter:
        return other
    return Node(node.kind, tuple(replaced(part, letter, other) for part in node.parts), node.value)


def digits(value: float) -> str:
    """A number as short as it can be written: 2, 0.01, 1e12."""
    _, figures, power = Decimal(repr(value)).normalize().as_tuple()
    point = "".join(map(str, figures))
    scientific = f"{point[0]}{'.' if point[1:] else ''}{point[1:]}e{int(power) + len(point) - 1}"
    plain = f"{Decimal(repr(value)).normalize():f}"
    return plain if len(plain) <= max(6, len(scientific)) else scientific


def written(node: Node) -> str:
    """The normal form: no blanks, no brackets that change nothing; reading it gives the same tree."""
    if node.kind == "number":
        return digits(node.value)
    if node.kind in _BINDING:
        return _operation(node, _BINDING[node.kind])
    return f"{node.kind}({','.join(map(written, node.parts))})" if node.parts else node.kind


def shortened(text: str) -> str:
    """A formula as it stands beside a curve, without signs that Markdown or a chart takes for its own."""
    for sign, shown in _SHOWN.items():
        text = text.replace(sign, shown)
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _operation(node: Node, own: int) -> str:
    left, right = node.parts[0], node.parts[-1]
    if node.kind == "neg":
        return f"-{_within(left, own)}"
    if node.kind == "**":
        return f"{_within(left, _ATOM)}**{_within(right, _SIGN)}"
    if node.kind == "and":  # -1 < x and x < 1 is written -1 < x < 1
        return f"{written(left)}{right.kind}{_within(right.parts[1], _SUM)}"
    return f"{_within(left, own)}{node.kind}{_within(right, own + 1)}"


def _within(node: Node, least: int) -> str:
    text = written(node)
    return text if _BINDING.get(node.kind, _ATOM) >= least else f"({text})"
