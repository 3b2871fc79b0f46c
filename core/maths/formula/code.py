"""A formula as an expression of NumPy and of PyTorch, for scripts that a reader takes away."""

from collections.abc import Callable, Mapping

from core.maths.formula.tree import Node, digits

_NUMPY = {
    "exp": "np.exp({})", "log": "np.log({})", "tanh": "np.tanh({})", "sinh": "np.sinh({})", "cosh": "np.cosh({})",
    "sin": "np.sin({})", "cos": "np.cos({})", "sqrt": "np.sqrt({})", "abs": "np.abs({})", "max": "np.maximum({}, {})",
    "min": "np.minimum({}, {})", "where": "np.where({}, {}, {})", "sign": "np.sign({})", "erf": "erf({})",
    "erfc": "2 * normal_cdf(-np.sqrt(2) * ({}))", "sigmoid": "sigmoid({})", "softplus": "softplus({})",
    "relu": "np.maximum({}, 0)", "expm1": "np.expm1({})", "log1p": "np.log1p({})", "pi": "np.pi", "e": "np.e",
    "sech2": "np.cosh(np.clip({}, -300, 300)) ** -2.0", "and": "({}) & ({})",
}  # fmt: skip
_TORCH = {
    "exp": "torch.exp({})", "log": "torch.log({})", "tanh": "torch.tanh({})", "sinh": "torch.sinh({})",
    "cosh": "torch.cosh({})", "sin": "torch.sin({})", "cos": "torch.cos({})", "sqrt": "torch.sqrt({})",
    "abs": "torch.abs({})", "where": "torch.where({}, {}, {})", "sign": "torch.sign({})", "erf": "torch.erf({})",
    "erfc": "torch.erfc({})", "sigmoid": "torch.sigmoid({})", "relu": "torch.relu({})",
    "softplus": "torch.nn.functional.softplus({}, threshold=40)", "expm1": "torch.expm1({})",
    "log1p": "torch.log1p({})", "and": "({}) & ({})", "sech2": "torch.cosh(({}).clamp(-300, 300)) ** -2.0",
}  # fmt: skip
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
_BINDING = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "neg": _SIGN, "**": _POWER}
_BINDING |= {"erfc": _PRODUCT, "sech2": _POWER, "and": -1} | dict.fromkeys(("<", "<=", ">", ">="), -1)


def numpy(node: Node) -> str:
    """In x, which is an array, and a; sigmoid, softplus, erf and normal_cdf are known to the script."""
    return _numpy(node) if node.has("x") else f"{_numpy(node)} + 0 * x"


def torch(node: Node) -> str:
    """In x, which is a tensor, and a."""
    return _torch(node) if node.has("x") else f"{_torch(node)} + 0 * x"


def _numpy(node: Node) -> str:
    if node.kind == "erfc" and node.parts[0].kind == "neg":
        return f"2 * normal_cdf(np.sqrt(2) * ({_numpy(node.parts[0].parts[0])}))"
    return _expression(node, _NUMPY, _numpy)


def _torch(node: Node) -> str:
    if not node.has("x"):
        return _numpy(node)  # a number: both scripts have NumPy
    if node.kind not in ("max", "min"):
        return _expression(node, _TORCH, _torch)
    u, v = node.parts if node.parts[0].has("x") else node.parts[::-1]
    if v.has("x"):
        return f"torch.{node.kind}imum({_torch(u)}, {_torch(v)})"
    if node.kind == "max" and v == Node("number"):
        return f"torch.relu({_torch(u)})"
    return f"({_torch(u)}).clamp({'min' if node.kind == 'max' else 'max'}={_torch(v)})"


def _expression(node: Node, names: Mapping[str, str], of: Callable[[Node], str]) -> str:
    if node.kind == "number":
        return digits(node.value)
    if node.kind in names:
        return names[node.kind].format(*map(of, node.parts))
    if not node.parts:
        return node.kind

    def within(part: Node, least: int) -> str:
        text = of(part)
        return text if _BINDING.get(part.kind, _ATOM) >= least else f"({text})"

    own, u, v = _BINDING[node.kind], node.parts[0], node.parts[-1]
    if node.kind == "neg":
        return f"-{within(u, own)}"
    if node.kind == "**":
        return f"{within(u, _ATOM)} ** {within(v, _SIGN)}"
    return f"{within(u, max(own, 0))} {node.kind} {within(v, own + 1)}"
