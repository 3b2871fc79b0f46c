"""A formula as LaTeX, in the style of the registry's own."""

from collections.abc import Callable

from core.maths.formula.cases import Piece, pieces
from core.maths.formula.slopes import rational
from core.maths.formula.tree import Node, digits

SIGMA = r"\sigma(x) = \frac{1}{1 + e^{-x}}"
SGN = r"\operatorname{sgn}(x) = \begin{cases} 1 & x > 0 \\ 0 & x = 0 \\ -1 & x < 0 \end{cases}"
ERF = r"\operatorname{erf}(x) = \frac{2}{\sqrt{\pi}} \int_{0}^{x} e^{-t^2}\,dt"
_DEFINED = {"sigmoid": SIGMA, "sign": SGN, "erf": ERF}

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
_BINDING = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _ATOM, "neg": _SIGN, "**": _POWER, "where": _ATOM}
_HEADS = {"tanh": r"\tanh", "sinh": r"\sinh", "cosh": r"\cosh", "sin": r"\sin", "cos": r"\cos", "log": r"\ln",
          "sigmoid": r"\sigma", "sign": r"\operatorname{sgn}", "erf": r"\operatorname{erf}", "max": r"\max",
          "min": r"\min"}  # fmt: skip
_RAISED = ("tanh", "sinh", "cosh", "sin", "cos")
_LESS, _MORE = ("<", r"\le"), (">", r"\ge")
_SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}


def letters(*trees: Node) -> tuple[str, ...]:
    """The definitions of what is not known from school."""
    return tuple(text for kind, text in _DEFINED.items() if any(tree.has(kind) for tree in trees))


def latex(node: Node) -> str:
    if node.kind == "number":
        return _number(node.value)
    if not node.parts:
        return r"\pi" if node.kind == "pi" else node.kind
    rule = _RULES.get(node.kind)
    return rule(node) if rule else f"{_HEADS[node.kind]}{_bracketed(', '.join(map(latex, node.parts)))}"


def _sum(node: Node) -> str:
    u, v = node.parts
    after = _bracketed(latex(v)) if v.kind == "neg" else _within(v, _PRODUCT)
    return f"{_within(u, _SUM)} {node.kind} {after}"


def _product(node: Node) -> str:
    left, right = _within(node.parts[0], _PRODUCT), _within(node.parts[1], _POWER)
    between = r" \cdot " if right[0].isdigit() else r"\,"
    return f"{left}{between}{right}"


def _power(node: Node) -> str:
    u, v = node.parts
    if u.kind in _RAISED and v.kind == "number" and v.value == int(v.value):
        return f"{_HEADS[u.kind]}^{_small(latex(v))}{_bracketed(latex(u.parts[0]))}"
    base = _bracketed(latex(u)) if u.kind in ("/", "exp", "where") else _within(u, _ATOM)
    return f"{base}^{_small(latex(v))}"


def _absolute(node: Node) -> str:
    inner = latex(node.parts[0])
    return rf"\left|{inner}\right|" if "|" in inner or "frac" in inner else f"|{inner}|"


def _cases(node: Node) -> str:
    found = [(latex(piece.value), _holds(piece)) for piece in pieces(node)]
    if len(found) == 1:
        return found[0][0]
    rows = r" \\ ".join(f"{value} & {where}" for value, where in found)
    return rf"\begin{{cases}} {rows} \end{{cases}}"


def _holds(piece: Piece) -> str:
    """x > 0, -3 < x < 3, and what else there is."""
    low, high = (latex(rational(end[0])) if end else "" for end in (piece.low, piece.high))
    closed = [bool(end and end[1]) for end in (piece.low, piece.high)]
    if low and low == high:
        about = [f"x = {low}"]
    elif low and high:
        about = [f"{low} {_LESS[closed[0]]} x {_LESS[closed[1]]} {high}"]
    elif low:
        about = [f"x {_MORE[closed[0]]} {low}"]
    else:
        about = [f"x {_LESS[closed[1]]} {high}"] if high else []
    return ", ".join([*about, *map(_condition, piece.others)])


def _condition(node: Node) -> str:
    if node.kind in ("and", "or"):
        return (", " if node.kind == "and" else r" \lor ").join(map(_condition, node.parts))
    return f"{latex(node.parts[0])} {_SIGNS[node.kind]} {latex(node.parts[1])}"


_RULES: dict[str, Callable[[Node], str]] = {
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": lambda node: rf"\frac{{{latex(node.parts[0])}}}{{{latex(node.parts[1])}}}",
    "**": _power,
    "neg": lambda node: f"-{_within(node.parts[0], _PRODUCT)}",
    "exp": lambda node: f"e^{_small(latex(node.parts[0]))}",
    "softplus": lambda node: rf"\ln{_bracketed(f'1 + e^{_small(latex(node.parts[0]))}')}",
    "sqrt": lambda node: rf"\sqrt{{{latex(node.parts[0])}}}",
    "relu": lambda node: rf"\max{_bracketed(f'0, {latex(node.parts[0])}')}",
    "abs": _absolute,
    "where": _cases,
}


def _number(value: float) -> str:
    text = digits(value)
    size, _, power = text.partition("e")
    if not power:
        return text
    return ("" if size == "1" else rf"{size} \cdot ") + f"10^{{{int(power)}}}"


def _small(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)" if r"\frac" in text or r"\begin" in text else f"({text})"


def _within(node: Node, least: int) -> str:
    text = latex(node)
    return text if _BINDING.get(node.kind, _ATOM) >= least else _bracketed(text)
