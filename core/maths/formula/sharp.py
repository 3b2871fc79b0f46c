"""The same formula by functions that keep all digits, and do not overflow, where those that were written would not.

1 + erf(u) far left is a small number that no difference with 1 has; expm1, log1p, erfc and 1 / cosh^2 know it.
"""

from core.maths.formula.tree import Node, negative, number

ONE, TWO = number(1.0), number(2.0)


def sharpened(node: Node) -> Node:
    same = Node(node.kind, tuple(map(sharpened, node.parts)), node.value)
    match same:
        case Node("+", (u, v)):
            return _sum(u, v) or _sum(v, u) or same
        case Node("-", (u, v)):
            return _difference(u, v) or same
        case Node("log", (Node("+", (u, v)),)) if ONE in (u, v):
            inner = v if u == ONE else u
            return Node("softplus", inner.parts) if inner.kind == "exp" else Node("log1p", (inner,))
        case Node("/", (u, Node("+", (v, w)))) if ONE in (v, w) and (v if w == ONE else w).kind == "exp":
            gate = Node("sigmoid", (negative((v if w == ONE else w).parts[0]),))
            return gate if u == ONE else Node("*", (u, gate))
    return same


def _sum(u: Node, v: Node) -> Node | None:
    """1 + v"""
    if u == ONE and v.kind == "erf":
        return Node("erfc", (negative(v.parts[0]),))
    if u == ONE and v.kind == "tanh":
        return Node("*", (TWO, Node("sigmoid", (Node("*", (TWO, v.parts[0])),))))
    return None


def _difference(u: Node, v: Node) -> Node | None:
    match u, v:
        case Node("exp", (inner,)), _ if v == ONE:
            return Node("expm1", (inner,))
        case _, Node("erf", (inner,)) if u == ONE:
            return Node("erfc", (inner,))
        case _, Node("tanh", (inner,)) if u == ONE:
            return Node("*", (TWO, Node("sigmoid", (negative(Node("*", (TWO, inner))),))))
        case _, Node("sigmoid", (inner,)) if u == ONE:
            return Node("sigmoid", (negative(inner),))
        case _, Node("**", (Node("tanh", (inner,)), power)) if u == ONE and power == TWO:
            return Node("sech2", (inner,))
    return None
