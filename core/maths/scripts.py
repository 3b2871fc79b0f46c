"""A network as a script that a reader takes away: it builds the same weights from the same seed and prints what
core.maths.network measures, layer by layer, without this project.
"""

from collections.abc import Iterable
from dataclasses import fields

from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.facts import SMALL_SHARE, facts
from core.maths.initializers import INITIALIZERS
from core.maths.network import Layers, Network
from core.maths.normalization import EPSILON, NORMALIZATIONS
from core.maths.notation import written

COLUMNS = tuple(column.name for column in fields(Layers))

# Functions that the expressions of the registries call; a script holds those that it needs.
_HELPERS = {
    "normal_cdf": ("normal_cdf = np.vectorize(lambda x: math.erfc(-x / math.sqrt(2)) / 2)",),
    "softplus": ("def softplus(x): return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))",),
    "gate": ("def gate(x): return sigmoid(np.sqrt(8 / np.pi) * (x + 0.044715 * x**3))",),
    "sigmoid": ("def sigmoid(x): return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",),
    "uniform": (
        "def uniform(rng, variance):",
        "    limit = np.sqrt(3 * variance)",
        "    return rng.uniform(-limit, limit, (n, n))",
    ),
    "orthogonal": (
        "def orthogonal(rng):",
        "    q, r = np.linalg.qr(rng.standard_normal((n, n)))",
        "    return q * np.where(np.diagonal(r) < 0, -1, 1)",
    ),
}


def numpy_script(network: Network) -> str:
    """Under 60 lines that need NumPy alone. Exponents are carried, so that nothing underflows."""
    value, derivative = ACTIVATIONS[network.activation].numpy
    norm = _axis(network)
    helpers = _helpers(network, value, derivative)
    carried = "" if norm else "10.0**-carried * "
    return _text(
        f'"""{_title(network)}. Needs NumPy."""',
        "import math" if "math." in helpers else None,
        "import numpy as np",
        "",
        *_settings(network, helpers),
        f"def f(x): return {value}",
        f"def slope(x): return {derivative}",
        "def stream(*purpose): return np.random.default_rng([seed, *purpose])",
        *_weights(network, "{}"),
        "def rms(x):",
        "    top = np.abs(x).max()",
        "    return top * np.sqrt(np.mean((x / top) ** 2)) if top > 0 else 0.0",
        "",
        "h, carried = stream(0).standard_normal((batch, n)), 0.0  # values are h times 10^carried",
        "layers, rows = [], []",
        "for l in range(L):",
        "    z, factor = h @ weights(l).T, 1.0",
        _biases(network, f"    z += {carried}({{}})"),
        f"    factor = 1 / np.sqrt(z.var({norm}, keepdims=True) + {EPSILON})" if norm else None,
        f"    z = (z - z.mean({norm}, keepdims=True)) * factor" if norm else None,
        "    layers.append((h, z, slope(z), factor, carried))",
        f"    h = {_output(network)}",
        "    real, small = 10.0**carried, np.abs(slope(z))",
        "    rows.append([rms(z) * real, h.mean() * real, rms(h - h.mean()) * real, 0.0, 0.0,",
        f"                 np.mean(~small.any(axis=0)), np.mean(small < {_threshold(network)!r})])",
        "    while np.abs(h).max() > 1e60: h, carried = h * 1e-30, carried + 30" if not norm else None,
        "    while 0 < np.abs(h).max() < 1e-60: h, carried = h * 1e30, carried - 30" if not norm else None,
        "",
        "g, log10 = stream(1).standard_normal((batch, n)), 0.0  # the gradient on its way back: g times 10^log10",
        "g = g / rms(g)",
        'np.seterr(divide="ignore")  # the logarithm of an exact zero is -inf',
        "for l in reversed(range(L)):",
        "    h, z, slopes, factor, carried = layers[l]",
        f"    delta = {_branch_scale(network)}g * slopes",
        "    rows[l][3] = log10 + np.log10(rms(delta))",
        f"    means = delta.mean({norm}, keepdims=True) + z * (delta * z).mean({norm}, keepdims=True)"
        if norm
        else None,
        "    delta = factor * (delta - means)" if norm else None,
        "    rows[l][4] = log10 + carried + np.log10(rms(delta.T @ h))",
        f"    g = {'g + ' if network.residual else ''}delta @ weights(l)",
        "    size = rms(g) or 1.0",
        "    g, log10 = g / size, log10 + np.log10(size)",
        "",
        f'print("{",".join(COLUMNS)}")',
        'for row in rows: print(*(repr(float(number)) for number in row), sep=",")',
    )


def torch_script(network: Network) -> str:
    """The same in PyTorch, gradients by autograd; plain float64, so the deepest networks may underflow."""
    value = ACTIVATIONS[network.activation].torch
    norm = _axis(network)
    return _text(
        f'"""{_title(network)}. Needs PyTorch and NumPy (for the same random weights)."""',
        "import numpy as np",
        "import torch",
        "",
        *_settings(network, _helpers(network)),
        f"def f(x): return {value}",
        "def stream(*purpose): return np.random.default_rng([seed, *purpose])",
        *_weights(network, "torch.tensor({}, requires_grad=True)"),
        "def log10_rms(x): return x.square().mean().sqrt().log10()",
        "",
        "h, layers = torch.tensor(stream(0).standard_normal((batch, n))), []",
        "for l in range(L):",
        "    W = weights(l)",
        "    z = h @ W.T",
        _biases(network, "    z = z + torch.tensor({})"),
        f"    z = z - z.mean({norm}, keepdim=True)" if norm else None,
        f"    z = z / (z.square().mean({norm}, keepdim=True) + {EPSILON}).sqrt()" if norm else None,
        "    z.retain_grad()",
        f"    h = {_output(network)}",
        "    layers.append((W, z, h.detach()))",
        "g = torch.tensor(stream(1).standard_normal((batch, n)))",
        "(h * g / g.square().mean().sqrt()).sum().backward()",
        "",
        f'print("{",".join(COLUMNS)}")',
        "for W, z, h in layers:",
        "    x = z.detach().requires_grad_()",
        "    f(x).sum().backward()",
        "    dead = (x.grad == 0).all(dim=0).double().mean()",
        f"    saturated = (x.grad.abs() < {_threshold(network)!r}).double().mean()",
        "    row = [x.square().mean().sqrt(), h.mean(), h.std(correction=0)]",
        "    row += [log10_rms(z.grad), log10_rms(W.grad), dead, saturated]",
        '    print(*(repr(float(number)) for number in row), sep=",")',
    )


def _text(*lines: str | None) -> str:
    return "\n".join(line for line in lines if line is not None) + "\n"


def _title(network: Network) -> str:
    return f"The gradient of a random network, layer by layer: {written(Ensemble(network, 1))}"


def _axis(network: Network) -> int | None:
    return NORMALIZATIONS[network.normalization].axis if network.normalization else None


def _settings(network: Network, helpers: str) -> Iterable[str | None]:
    parameters = {**network.parameters, **network.initializer_parameters}
    yield f"L, n, batch, seed = {network.depth}, {network.width}, {network.batch}, {network.seed}"
    yield "; ".join(f"{name} = {value!r}" for name, value in parameters.items()) or None
    yield helpers or None


def _helpers(network: Network, *expressions: str) -> str:
    """The functions that the expressions use, and those that these use."""
    text = "\n".join([*expressions, INITIALIZERS[network.initializer].numpy])
    needed: list[str] = []
    for name, lines in _HELPERS.items():
        if f"{name}(" in text:
            text += "\n".join(lines)
            needed = [*lines, *needed]
    return "\n".join(needed)


def _weights(network: Network, made: str) -> Iterable[str]:
    gain = "" if network.weight_gain == 1.0 else f"{network.weight_gain!r} * "
    yield "def weights(l):"
    yield "    rng = stream(3, l)"
    yield f"    return {made.format(gain + INITIALIZERS[network.initializer].numpy)}"


def _biases(network: Network, line: str) -> str | None:
    if not (network.bias_mean or network.bias_std):
        return None
    return line.format(f"{network.bias_mean!r} + {network.bias_std!r} * stream(2, l).standard_normal(n)")


def _branch_scale(network: Network) -> str:
    return f"{network.branch_scale!r} * " if network.residual and network.branch_scale != 1.0 else ""


def _output(network: Network) -> str:
    return f"h + {_branch_scale(network)}f(z)" if network.residual else "f(z)"


def _threshold(network: Network) -> float:
    return SMALL_SHARE * facts(network.activation, **network.parameters).largest
