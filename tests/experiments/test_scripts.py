"""The scripts are run as a reader runs them, in a Python that knows nothing of the project."""

import ast
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import cycle, product
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from core.experiments.scripts import numpy_script, torch_script
from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network, measure
from core.maths.normalization import NORMALIZATIONS
from core.maths.profiles import PROFILES
from tests.experiments import torch_like
from tests.maths.textbook import EVERY_SETTING, true_derivative, true_value

HEADER = "preactivation_rms,activation_mean,activation_std,log10_delta,log10_weight_gradient,dead,saturated"
SMALL = {"depth": 12, "width": 16, "batch": 8}

REGISTRY = {
    **{f"{name} {params}": Network(name, params, seed=1, **SMALL) for name, params in EVERY_SETTING},
    **{
        f"{initializer} x {gain}": Network("tanh", initializer=initializer, weight_gain=gain, seed=5, **SMALL)
        for initializer in INITIALIZERS
        for gain in (1.0, 1.3)
    },
    **{
        f"std {std}": Network("tanh", initializer="normal", initializer_parameters={"std": std}, **SMALL)
        for std in (0.1, 2.0)
    },
    **{
        f"{name}, {normalization}, {'residual' if residual else 'plain'}": Network(
            name, normalization=normalization, residual=residual, bias_std=0.3, bias_mean=-0.2, seed=3, **SMALL
        )
        for i, name in enumerate(ACTIVATIONS)
        for k, (normalization, residual) in enumerate(product((None, *NORMALIZATIONS), (False, True)))
        if name in ("elu", "gelu") or (i + k) % 6 == 0  # what one function does in each kind, others need not repeat
    },
    **{
        f"branch scale {scale}, {normalization}": Network(
            "gelu", residual=True, branch_scale=scale, normalization=normalization, **SMALL
        )
        for scale in (0.0, 0.3, 2.0)
        for normalization in (None, *NORMALIZATIONS)
    },
    **{  # every initializer once, between layers of unequal width
        f"{profile}, {initializer}": Network(
            "softplus", initializer=initializer, profile=profile, normalization=normalization, bias_std=0.2, **SMALL
        )
        for initializer, profile, normalization in zip(
            INITIALIZERS, cycle([name for name in PROFILES if name != "constant"]), cycle([None, "batch", "layer"])
        )
    },
    "defaults": Network("tanh"),
    "one sample": Network("sigmoid", batch=1, width=5, seed=2**31 - 1),
    "one layer": Network("elu", depth=1),
    "biases alone": Network("tanh", weight_gain=0.0, bias_std=0.5),
    "one bias for all": Network("gelu", bias_mean=1.5),
    "no weights at all": Network("tanh", weight_gain=0.0),
    "saturated": Network("tanh", weight_gain=10.0, depth=6, width=16, batch=8),
    "rising softplus": Network("softplus", weight_gain=3.0, depth=30, width=16),
    "softplus around 20, where shortcuts begin": Network("softplus", bias_mean=10.0, depth=100, width=16, batch=8),
}
# Here carried exponents are needed, or exact zeros met.
EXTREMES = {
    "shrinking": Network("sigmoid", depth=200, weight_gain=0.01),
    "shrinking signal": Network(
        "tanh", depth=200, width=4, initializer="normal", initializer_parameters={"std": 0.001}
    ),
    "shrinking to biases": Network("tanh", depth=60, width=8, weight_gain=0.01, bias_std=1e-70, seed=2),
    "shrinking to tiny biases": Network("tanh", depth=200, width=8, weight_gain=0.01, bias_std=1e-250, seed=2),
    "dead": Network("relu", depth=100, width=2, initializer="he_normal"),
    "dead, of one sample": Network("relu", depth=50, width=3, batch=1, seed=2),
    "shrinking, thousand layers": Network("relu", depth=1000, width=8, weight_gain=0.1, initializer="he_normal"),
}
EXPLODING = {
    "growing residual": Network("relu", depth=200, residual=True, weight_gain=10.0),
    "growing plain": Network("leaky_relu", depth=120, width=8, weight_gain=10.0, batch=4),
    "growing mish": Network("mish", depth=100, width=16, weight_gain=10.0),
    "growing gelu": Network("gelu_tanh", depth=100, width=16, weight_gain=10.0, residual=True),
    "growing beyond float64": Network("relu", depth=400, width=16, weight_gain=10.0, initializer="he_normal", batch=4),
}
# All units fall silent after the signal has grown to 10^60 or shrunk to 10^-60, and the next layer starts anew.
COLLAPSING = {
    f"collapse of {name}, biases {bias}, seed {seed}": Network(
        name, depth=100, width=8, batch=8, weight_gain=10.0, initializer="he_normal", bias_std=bias, seed=seed
    )
    for name, bias, seed in (
        ("softplus", 0.0, 3),
        ("softplus", 0.5, 3),
        ("elu", 0.0, 3),
        ("selu", 0.5, 4),
        ("gelu", 0.5, 3),
        ("gelu_tanh", 0.5, 4),
    )
}
NUMPY_CASES = {**REGISTRY, **EXTREMES, **EXPLODING, **COLLAPSING}
# PyTorch's script carries no exponents: a signal that has left float64 for good is none of its cases.
TORCH_CASES = dict(NUMPY_CASES)
for case in ("shrinking, thousand layers", "growing beyond float64"):
    del TORCH_CASES[case]
SCRIPTS = pytest.mark.parametrize(
    ("write", "libraries"), [(numpy_script, {"numpy"}), (torch_script, {"numpy", "torch"})], ids=["numpy", "torch"]
)
CASES = pytest.mark.parametrize("case", NUMPY_CASES)
# How a script is written: each function and initializer once, and each part that a script may have or not.
WRITTEN = pytest.mark.parametrize(
    "case",
    [
        *(f"{name} {entry.defaults()}" for name, entry in ACTIVATIONS.items()),
        *(f"{initializer} x 1.3" for initializer in INITIALIZERS),
        "gelu, layer, residual",
        "elu, batch, plain",
        "funnel, lecun_normal",
        "branch scale 0.3, batch",
        "branch scale 2.0, None",
        "growing residual",
        "growing gelu",
        "shrinking to biases",
    ],
)

# Where a true value is that small, a script may leave the tail out.
TAIL = 1e-290
HARD = [1e-300, 1e-8, 1.0, 19.9, 20.1, 36.5, 89.0, 350.0, 373.0, 400.0, 709.0, 746.0, 1e4, 1e20, 1e64]
POINTS = np.array([0.0, *np.linspace(-40.3, 40.3, 89), *HARD, *(-x for x in HARD)])

# Runs many scripts one after the other: each as __main__, in names of its own, with NumPy as it was.
RUNNER = """
import contextlib, importlib.util, io, json, traceback
import numpy as np
assert importlib.util.find_spec("core") is None, "the project must be out of reach"
with open("scripts.json") as file: scripts = json.load(file)
results = {}
for case, script in scripts.items():
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), np.errstate():
            exec(compile(script, case, "exec"), {"__name__": "__main__"})
        results[case] = printed.getvalue()
    except Exception:
        results[case] = traceback.format_exc()
with open("results.json", "w") as file: json.dump(results, file)
"""


def run_alone(script, folder):
    """What a fresh interpreter says that has nothing but the script; every warning is an error."""
    path = os.path.join(folder, "script.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
    command = [sys.executable, "-W", "error", "script.py"]
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def run_together(scripts):
    with TemporaryDirectory() as folder:
        with open(os.path.join(folder, "scripts.json"), "w") as file:
            json.dump(scripts, file)
        ran = run_alone(RUNNER, folder)
        assert ran.returncode == 0, ran.stderr
        with open(os.path.join(folder, "results.json")) as file:
            return json.load(file)


@cache
def printed_by_numpy():
    return run_together({case: numpy_script(network) for case, network in NUMPY_CASES.items()})


@cache
def printed_by_torch():
    return run_together({case: torch_script(network) for case, network in TORCH_CASES.items()})


def columns_of(printed, depth):
    header, *rows = printed.splitlines()
    assert header == HEADER, printed
    numbers = np.array([[float(number) for number in row.split(",")] for row in rows])
    assert numbers.shape == (depth, 7)
    return dict(zip(header.split(","), numbers.T, strict=True))


def assert_measured(network, printed, decades=np.inf):
    """Every printed number is the measured one to 1e-9: logarithms absolutely, a mean relative to the RMS it is
    the rest of, and a deviation to the last digits of the mean. What lies beyond 10^+-decades is passed over, and so
    is a gradient after derivatives too small for float64: the script says that it makes zeros of them.
    """
    columns, measured = columns_of(printed, network.depth), measure(network)
    size = np.hypot(measured.activation_mean, measured.activation_std)
    log10_delta, log10_gradient = np.abs(measured.log10_delta), np.abs(measured.log10_weight_gradient)
    allowed = {
        "preactivation_rms": 1e-9 * measured.preactivation_rms,
        "activation_mean": 1e-9 * size,
        "activation_std": 1e-9 * measured.activation_std + 1e-15 * np.abs(measured.activation_mean),
        "log10_delta": 1e-9 * np.maximum(1.0, log10_delta),
        "log10_weight_gradient": 1e-9 * np.maximum(1.0, log10_gradient),
        "dead": 1e-12,
        "saturated": 1e-12,
    }
    for name, column in columns.items():
        expected = getattr(measured, name)
        with np.errstate(divide="ignore"):
            decade = expected if name.startswith("log10") else np.log10(np.abs(expected))
        unreached = np.isfinite(decade) & (np.abs(decade) > decades)
        with np.errstate(invalid="ignore"):  # inf - inf
            near = np.isfinite(expected) & (np.abs(column - expected) <= allowed[name])
        lost = np.flatnonzero(np.isneginf(column) & np.isfinite(expected))
        if name.startswith("log10") and len(lost) and expected[lost[-1]] < -300.0:
            near[lost] = True
        near |= (column == expected) | unreached
        worst = np.flatnonzero(~near)[:3]
        assert near.all(), f"{name}, layers {worst + 1}: printed {column[worst]}, measured {expected[worst]}"


def definitions(network):
    """What the NumPy script defines before it starts to compute: f, slope, weights, rms."""
    tree = ast.parse(numpy_script(network))
    start = next(i for i, node in enumerate(tree.body) if "stream(0)" in ast.unparse(node))  # the input
    names = {}
    named = [node for node in tree.body[:start] if not isinstance(node, ast.Expr)]  # nothing that is merely done
    exec(compile(ast.Module(named, []), "definitions", "exec"), names)
    return names


# What the NumPy scripts print


@CASES
def test_the_numpy_script_prints_what_is_measured(case):
    assert_measured(NUMPY_CASES[case], printed_by_numpy()[case])


@pytest.mark.parametrize("case", ["defaults", "shrinking", "dead", "gelu, batch, residual", "orthogonal x 1.3"])
def test_a_numpy_script_runs_alone_in_an_empty_folder_and_says_nothing_else(case, tmp_path):
    ran = run_alone(numpy_script(NUMPY_CASES[case]), tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("\n")
    assert_measured(NUMPY_CASES[case], ran.stdout)


def test_the_cases_reach_where_float64_alone_does_not():
    """Otherwise the carried exponents would not be tested."""
    assert measure(EXTREMES["shrinking"]).log10_delta[0] < -400.0
    assert measure(EXTREMES["shrinking signal"]).log10_weight_gradient[0] < -400.0
    assert np.isinf(measure(EXPLODING["growing beyond float64"]).preactivation_rms[-1])
    assert np.isneginf(measure(EXTREMES["dead"]).log10_delta[0])
    assert measure(EXTREMES["dead"]).dead[-1] == 1.0


def test_a_dead_network_prints_the_logarithm_of_zero_as_minus_infinity():
    first = printed_by_numpy()["dead"].splitlines()[1].split(",")
    assert first[3:5] == ["-inf", "-inf"]


# What the PyTorch scripts print

WHERE_TORCH_IS = pytest.mark.skipif(
    find_spec("torch") is None, reason="PyTorch is no requirement of the project and is not installed here"
)


@WHERE_TORCH_IS
@pytest.mark.parametrize("case", TORCH_CASES)
def test_the_torch_script_prints_what_is_measured_as_far_as_plain_float64_reaches(case):
    assert_measured(TORCH_CASES[case], printed_by_torch()[case], decades=300.0)


@pytest.mark.parametrize("case", TORCH_CASES)
def test_with_the_formulas_of_pytorch_its_script_prints_what_is_measured(case, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", torch_like.fake())
    printed = io.StringIO()
    with redirect_stdout(printed), np.errstate(all="ignore"):
        exec(compile(torch_script(TORCH_CASES[case]), case, "exec"), {"__name__": "__main__"})
    assert_measured(TORCH_CASES[case], printed.getvalue(), decades=300.0)


@pytest.mark.parametrize(("name", "params"), EVERY_SETTING)
def test_autograd_has_every_digit_of_the_derivative_of_what_a_script_says(name, params):
    """1 - y^2 of tanh, say, ends at 19; the expressions leave no such difference to PyTorch."""
    points = np.append(POINTS, [1e160, -1e160])  # it follows signals to the ends of float64
    x = torch_like.Tensor(points)
    with np.errstate(all="ignore"):
        y = eval(ACTIVATIONS[name].torch, {"torch": torch_like.fake(), "x": x, **params})
        y.sum().backward()
    for found, true in ((y.data, true_value), (x.grad.data, true_derivative)):
        expected = np.array([float(true(name, t, **params)) for t in points])
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=TAIL)


@pytest.mark.parametrize(
    ("case", "theory"),
    [
        ("shrinking, thousand layers", "Theory expects 10^-999 to 10^0 here"),  # 10^-1 a layer
        ("growing beyond float64", "Theory expects 10^0 to 10^399 here"),
        ("growing gelu", ""), ("dead", ""), ("defaults", ""), ("one bias for all", ""),
    ],
)  # fmt: skip
def test_a_torch_script_says_where_the_explorer_has_numbers_that_it_has_not(case, theory):
    said = [line for line in torch_script(NUMPY_CASES[case]).splitlines() if "Plain float64 ends" in line]
    assert len(said) == bool(theory)
    assert all(theory in line and len(line) <= 120 for line in said)


@WHERE_TORCH_IS
@pytest.mark.parametrize("case", ["defaults", "elu, layer, residual"])
def test_a_torch_script_runs_alone_in_an_empty_folder_and_says_nothing_else(case, tmp_path):
    ran = run_alone(torch_script(TORCH_CASES[case]), tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert_measured(TORCH_CASES[case], ran.stdout)


# How the scripts are written


@SCRIPTS
@WRITTEN
def test_a_script_is_short_compiles_and_imports_only_what_it_says(case, write, libraries):
    script = write(NUMPY_CASES[case])
    lines = script.splitlines()
    assert len(lines) < 60
    assert max(len(line) for line in lines[1:]) <= 120, "of the title alone a reader expects a long line"
    assert all(line == line.rstrip() and line.isprintable() for line in lines)
    assert script.endswith("\n")
    assert not script.endswith("\n\n")
    tree = ast.parse(script)
    compile(script, "script", "exec")
    imported = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert libraries <= set(imported) <= libraries | sys.stdlib_module_names
    assert len(imported) == len(set(imported))


@SCRIPTS
@WRITTEN
def test_a_script_defines_nothing_that_it_does_not_use(case, write, libraries):
    tree = ast.parse(write(NUMPY_CASES[case]))
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    defined = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    defined |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    defined |= {a.asname or a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert defined - used <= {"L", "n", "batch", "seed", "factor"}


@SCRIPTS
@WRITTEN
def test_a_script_says_in_its_first_line_what_it_is_and_needs(case, write, libraries):
    title = ast.get_docstring(ast.parse(write(NUMPY_CASES[case])))
    assert title.startswith("The gradient of a random network, layer by layer: ")
    assert title.endswith("Needs NumPy." if libraries == {"numpy"} else "and NumPy (for the same random weights).")


@pytest.mark.parametrize("write", [numpy_script, torch_script])
def test_the_title_names_the_network(write):
    network = Network("elu", {"alpha": 0.5}, depth=7, residual=True, normalization="layer", seed=9)
    title = write(network).splitlines()[0]
    assert "elu~alpha.0.5~depth.7~residual.yes~normalization.layer~seed.9~seeds.1" in title


@pytest.mark.parametrize("write", [numpy_script, torch_script])
def test_equal_networks_have_the_same_script_and_every_setting_changes_it(write):
    network = Network("elu", residual=True, initializer="normal")
    assert write(network) == write(replace(network))
    for change in (
        {"depth": 3},
        {"width": 3},
        {"batch": 3},
        {"seed": 3},
        {"weight_gain": 0.5},
        {"bias_std": 0.5},
        {"bias_mean": 0.5},
        {"branch_scale": 0.5},
        {"residual": False},
        {"normalization": "layer"},
        {"normalization": "batch"},
        {"parameters": {"alpha": 0.5}},
        {"initializer_parameters": {"std": 0.5}},
    ):
        code, changed = (write(n).split("\n", 1)[1] for n in (network, replace(network, **change)))
        assert code != changed, change


# The expressions of the registries


@pytest.mark.parametrize(("name", "params"), EVERY_SETTING)
@pytest.mark.parametrize(("of_script", "true"), [("f", true_value), ("slope", true_derivative)])
def test_the_expressions_agree_with_the_textbook(name, params, of_script, true):
    """Up to 1e64, since a script lets no signal grow far beyond 1e60; without any warning."""
    found = definitions(Network(name, params))[of_script](POINTS)
    expected = np.array([float(true(name, x, **params)) for x in POINTS])
    assert found.shape == POINTS.shape
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=TAIL)


@pytest.mark.parametrize(("name", "params"), EVERY_SETTING)
def test_the_expressions_agree_with_the_functions_of_the_registry(name, params):
    made = definitions(Network(name, params))
    for x in (POINTS, POINTS[:100].reshape(10, 10), POINTS[:1]):
        assert made["f"](x).shape == made["slope"](x).shape == x.shape
        for of_script, of_registry in (("f", ACTIVATIONS[name].value), ("slope", ACTIVATIONS[name].derivative)):
            np.testing.assert_allclose(made[of_script](x), of_registry(x, **params), rtol=1e-11, atol=TAIL)


@pytest.mark.parametrize("width", [2, 3, 16, 65])
@pytest.mark.parametrize(
    ("initializer", "params"),
    [*((name, {}) for name in INITIALIZERS), *(("normal", {"std": std}) for std in (0.001, 0.3, 2.0))],
)
def test_the_expressions_draw_the_weights_of_the_registry_to_the_bit(initializer, params, width):
    entry, params = INITIALIZERS[initializer], INITIALIZERS[initializer].defaults() | params
    network = Network("tanh", width=width, initializer=initializer, initializer_parameters=params, seed=7)
    weights = definitions(network)["weights"]
    for layer in (0, 1, 19):
        drawn = entry.weights(np.random.default_rng([7, 3, layer]), width, width, **params)
        assert weights(layer).tobytes() == drawn.tobytes()
        assert weights(layer).tobytes() == weights(layer).tobytes(), "drawn again for the way back"


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_gain_multiplies_every_weight(initializer):
    network = Network("tanh", width=9, initializer=initializer)
    plain, scaled = (definitions(n)["weights"](2) for n in (network, replace(network, weight_gain=0.35)))
    np.testing.assert_allclose(scaled, 0.35 * plain, rtol=1e-15)


@pytest.mark.parametrize("size", [0.0, 1e-300, 1e-60, 1.0, 1e60, 1e300])
def test_the_root_mean_square_neither_overflows_nor_underflows(size):
    rms = definitions(Network("tanh"))["rms"]
    assert rms(np.array([3.0 * size, -4.0 * size])) == pytest.approx(12.5**0.5 * size, rel=1e-14, abs=0)
