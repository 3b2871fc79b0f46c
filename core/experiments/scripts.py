"""A network as a script that a reader takes away: it builds the same weights from the same seed and prints what
core.maths.network measures, layer by layer, without this project.
"""

from collections.abc import Iterable
from dataclasses import fields, replace

from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.facts import SMALL_SHARE, facts
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import objection, predicted
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
    """Under 60 lines that need NumPy alone, and give what the core gives.

    The gradient carries its exponent. So do the signals where theory lets them leave float64; elsewhere the
    script is spared those lines.
    """
    value, derivative = ACTIVATIONS[network.activation].numpy
    norm = _axis(network)
    helpers = _helpers(network, value, derivative)
    carried = norm is None and not _tame(replace(network, bias_mean=0.0))
    kept = ", factor" if norm else ", e" if carried else ""
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
        'np.seterr(divide="ignore", over="ignore")  # the logarithm of an exact zero is -inf, 10^400 is inf',
        "h, layers, rows = stream(0).standard_normal((batch, n)), [], []",
        "e, ten = 0, np.float64(10)  # true values are 10^e times as large" if carried else None,
        "for l in range(L):",
        "    z = h @ weights(l).T",
        *(_CARRIED_IN if carried else ()),
        _biases(network, "    z += ten**-rest * ({})" if carried else "    z += {}"),
        f"    factor = 1 / np.sqrt(z.var({norm}, keepdims=True) + {EPSILON})" if norm else None,
        f"    z = (z - z.mean({norm}, keepdims=True)) * factor" if norm else None,
        f"    layers.append((h, z, slope(z){kept}))",
        "    small = np.abs(slope(z))",
        *(_carried_out(network) if carried else (f"    h, size, real = {_output(network)}, rms(z), 1.0",)),
        "    rows.append([size, h.mean() * real, rms(h - h.mean()) * real, 0.0, 0.0,",
        f"                 np.mean(~small.any(axis=0)), np.mean(small < {_threshold(network)!r})])",
        "    while np.abs(h).max() > 1e30: h, e = h * 1e-30, e + 30" if carried else None,
        "    while 0 < np.abs(h).max() < 1e-30: h, e = h * 1e30, e - 30" if carried else None,
        "",
        "g, log10 = stream(1).standard_normal((batch, n)), 0.0  # the gradient on its way back: g times 10^log10",
        "g = g / rms(g)",
        "for l in reversed(range(L)):",
        f"    h, z, slopes{kept} = layers[l]",
        f"    delta = {_branch_scale(network)}g * slopes",
        "    rows[l][3] = log10 + np.log10(rms(delta))",
        f"    means = delta.mean({norm}, keepdims=True) + z * (delta * z).mean({norm}, keepdims=True)"
        if norm
        else None,
        "    delta = factor * (delta - means)" if norm else None,
        f"    rows[l][4] = log10 + {'e + ' if carried else ''}np.log10(rms(delta.T @ h))",
        f"    g = {'g + ' if network.residual else ''}delta @ weights(l)",
        "    size = rms(g) or 1.0",
        "    g, log10 = g / size, log10 + np.log10(size)",
        "",
        f'print("{",".join(COLUMNS)}")',
        'for row in rows: print(*(repr(float(number)) for number in row), sep=",")',
    )


# Signals far beyond float64: f sees z as near its true size as float64 allows, and the rest stays in the exponent.
_CARRIED_IN = (
    "    rest = e - min(max(e, -200), 60)",
    "    z *= 10.0 ** (e - rest)",
)


def _carried_out(network: Network) -> Iterable[str]:
    yield "    branch, size = f(z), rms(z) * ten**rest"
    yield "    if 1e-30 < np.abs(branch).max() < 1e30 or not branch.any(): rest = 0  # saturated, or not 0 at 0"
    if network.residual:
        yield "    top = max(e, rest)"
        yield f"    h = h * 10.0 ** (e - top) + {_branch_scale(network)}branch * 10.0 ** (rest - top)"
        yield "    e, real = top, ten**top"
    else:
        yield "    h, e, real = branch, rest, ten**rest"


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
        "    row = [x.detach().square().mean().sqrt(), h.mean(), h.std(correction=0)]",
        "    row += [log10_rms(z.grad), log10_rms(W.grad), dead, saturated]",
        '    print(*(repr(float(number)) for number in row), sep=",")',
    )


def _tame(network: Network) -> bool:
    """Whether theory keeps the signals well within float64."""
    if objection(network):
        return False
    spread = predicted(network).preactivation_rms
    return bool(spread.min() > 1e-100 and spread.max() < 1e100)


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
