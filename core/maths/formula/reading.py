"""A text becomes a formula, or a sentence that says where and why it does not.

What Python's parser finds is compared with a list of what a formula may hold; the text is never run. Its length and its
signs are looked at before it is parsed.
"""

import ast
import difflib
import re

from core.maths.formula.duals import LARGEST, both
from core.maths.formula.tree import FUNCTIONS, LETTERS, PRODUCTS, SUMS, Node, negative, number, written

LONGEST, MOST_NODES, DEEPEST = 200, 64, 16
GREATEST = 1e12  # number that may be written

_OPERATIONS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARED: dict[type[ast.AST], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_SIGN = re.compile(r"[0-9A-Za-z_+\-*/().,<>= ]")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ADVICE = {
    "^": "write ** for a power", "|": "write abs(x)", "[": "use round brackets", "{": "use round brackets",
    "−": "write -", "–": "write -", "·": "write *", "×": "write *", "÷": "write /", "²": "write **2",
    "³": "write **3", "π": "write pi", "√": "write sqrt(x)", "≤": "write <=", "≥": "write >=",
}  # fmt: skip
_ALSO = {
    "ln": "log", "sgn": "sign", "arctan": "tanh", "tan": "tanh", "pow": "**", "step": "where", "heaviside": "where",
    "if": "where", "silu": "sigmoid", "logistic": "sigmoid", "clip": "min", "y": "x", "z": "x", "t": "x",
}  # fmt: skip


def read(text: object) -> Node:
    """The tree of a formula; ValueError with column and reason for anything else."""
    if not isinstance(text, str):
        raise ValueError("a formula is a text")
    if len(text) > LONGEST:
        raise ValueError(f"a formula has at most {LONGEST} characters, not {len(text):,}")
    inside = text.strip(" ")
    if not inside:
        raise ValueError("no formula is written")
    start = text.index(inside)
    _check_signs(inside, start)
    try:
        found = ast.parse(inside, mode="eval").body
    except SyntaxError as error:
        opened, closed = inside.count("("), inside.count(")")
        reason = "the formula is not complete or has a sign too many"
        if opened != closed:
            reason = "a bracket is not closed" if opened > closed else "a bracket is closed that was not opened"
        raise _refused(start + (error.offset or len(inside) + 1) - 1, reason) from None
    except (ValueError, RecursionError, MemoryError):
        raise _refused(start, "the formula is nested too deeply") from None
    return _Reading(start).whole(found)


def _check_signs(text: str, start: int) -> None:
    """What Python would understand, or warn of, and a formula does not know."""
    for column, sign in enumerate(text):
        if not _SIGN.fullmatch(sign):
            shown = f"`{sign}` cannot be used" if sign.isprintable() else "a sign that is not seen cannot be used"
            raise _refused(start + column, shown, _ADVICE.get(sign, ""))
    for found in _NUMBER.finditer(text):
        if re.match(r"[A-Za-z0-9_.]", text[found.end() :]):
            raise _refused(start + found.end(), f"a sign is missing behind {found[0]}", "write * to multiply")


def _refused(column: int, reason: str, advice: str = "") -> ValueError:
    return ValueError(f"column {column + 1}: {reason}{f'; {advice}' if advice else ''}")


class _Reading:
    """One walk through what the parser found; `start` is where its column 0 was in the text."""

    def __init__(self, start: int) -> None:
        self.start, self.nodes = start, 0

    def whole(self, found: ast.expr) -> Node:
        tree = self.part(found, 1)
        if len(written(tree)) > LONGEST:
            raise ValueError(f"a formula has at most {LONGEST} characters in full")
        return tree

    def refused(self, found: ast.AST, reason: str, advice: str = "") -> ValueError:
        return _refused(self.start + getattr(found, "col_offset", 0), reason, advice)

    def part(self, found: ast.expr, depth: int) -> Node:
        """An expression that is a number."""
        self.counted(found, depth)
        tree = self.expression(found, depth)
        if not tree.has("x", "a") and not abs(float(both(tree, 0.0, 0.0)[0])) < LARGEST:
            raise self.refused(found, "this number is too large, or is not defined")
        return tree

    def expression(self, found: ast.expr, depth: int) -> Node:
        match found:
            case ast.Constant(value=int() | float() as given) if not isinstance(given, bool):
                if given > GREATEST:
                    raise self.refused(found, f"a number may be at most {GREATEST:g}")
                return number(float(given))
            case ast.Name(id=name):
                if name in LETTERS:
                    return Node(name)
                if name in FUNCTIONS:
                    raise self.refused(found, f"`{name}` needs brackets", f"write {name}(…)")
                raise self.unknown(found, name)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return negative(self.part(inner, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.part(inner, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
                kind = _OPERATIONS[type(op)]
                level = depth if self.goes_on(kind, left) else depth + 1  # x + x + x is no deeper than x + x
                return Node(kind, (self.part(left, level), self.part(right, depth + 1)))
            case ast.Call():
                return self.call(found, depth)
            case ast.Compare():
                raise self.refused(found, "a comparison can only stand first in where(…)")
            case ast.IfExp():
                raise self.refused(found, "`if` is not known", "write where(x > 0, …, …)")
        raise self.refused(found, "this cannot stand in a formula")

    def goes_on(self, kind: str, left: ast.expr) -> bool:
        chain = next((each for each in (SUMS, PRODUCTS) if kind in each), ())
        return isinstance(left, ast.BinOp) and _OPERATIONS.get(type(left.op)) in chain

    def call(self, found: ast.Call, depth: int) -> Node:
        if not isinstance(found.func, ast.Name):
            raise self.refused(found, "brackets cannot follow this", "write * to multiply")
        name = found.func.id
        if name in LETTERS:
            raise self.refused(found, f"`{name}` is not a function", "write * to multiply")
        if name not in FUNCTIONS:
            raise self.unknown(found, name)
        wanted = FUNCTIONS[name]
        if found.keywords or len(found.args) != wanted:
            raise self.refused(found, f"`{name}` takes {wanted} number{'s' if wanted > 1 else ''} in its brackets")
        if name == "where":
            condition = self.condition(found.args[0], depth + 1)
            return Node(name, (condition, *(self.part(each, depth + 1) for each in found.args[1:])))
        return Node(name, tuple(self.part(each, depth + 1) for each in found.args))

    def condition(self, found: ast.expr, depth: int) -> Node:
        """One comparison, or two in a row as in -1 < x < 1."""
        self.counted(found, depth)
        if not isinstance(found, ast.Compare) or not all(type(op) in _COMPARED for op in found.ops):
            raise self.refused(found, "`where` begins with a comparison", "as in where(x > 0, x, 0)")
        if len(found.ops) > 2:
            raise self.refused(found, "two comparisons in a row are enough")
        sides = [self.part(each, depth + 1) for each in (found.left, *found.comparators)]
        made = [Node(_COMPARED[type(op)], tuple(sides[i : i + 2])) for i, op in enumerate(found.ops)]
        return made[0] if len(made) == 1 else Node("and", tuple(made))

    def counted(self, found: ast.AST, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refused(found, f"a formula has at most {MOST_NODES} parts")
        if depth > DEEPEST:
            raise self.refused(found, f"brackets and functions can be nested {DEEPEST} deep at most")

    def unknown(self, found: ast.AST, name: str) -> ValueError:
        low = name.lower()
        near = [low] if low in (*FUNCTIONS, *LETTERS) else difflib.get_close_matches(low, FUNCTIONS, 1, 0.5)
        meant = _ALSO.get(low) or next(iter(near), "")
        shown = name if len(name) <= 20 else f"{name[:19]}…"
        return self.refused(found, f"`{shown}` is not known", f"did you mean `{meant}`?" if meant else "")
