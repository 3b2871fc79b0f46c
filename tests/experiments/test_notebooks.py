"""The notebooks are run as a reader runs them, from top to bottom, in a Python that knows nothing of the project."""

import json
from functools import cache
from tempfile import TemporaryDirectory

import nbformat
import numpy as np
import pytest

from core.experiments import laboratory
from core.experiments.notebooks import notebook
from core.maths.ensemble import Ensemble
from core.maths.network import Network, measure
from core.words import prose
from tests.experiments.test_scripts import EXTREMES, columns_of, run_alone

GROWING = Network("relu", depth=30, width=16, weight_gain=10.0, initializer="he_normal", batch=4)
CASES = {
    "tanh": Network("tanh", depth=20, width=32),
    "gelu": Network("gelu", depth=12, width=16, residual=True, normalization="layer", seed=3),
    "growing": GROWING,
    "one layer": Network("elu", depth=1),
    "shrinking": EXTREMES["shrinking"],
    "dead": EXTREMES["dead"],
}
# Each notebook is run as it is, and with both numbers filled in.
RUNNER = """
import builtins, contextlib, importlib.util, io, json, sys
assert importlib.util.find_spec("core") is None, "the project must be out of reach"
taken, ours = builtins.__import__, ("numpy", "plotly", "math")
def watched(name, names=None, *rest, **others):
    asked = names and names.get("__name__") == "__main__" and "guess" in names
    assert not asked or name.split(".")[0] in ours, name
    return taken(name, names, *rest, **others)
builtins.__import__ = watched
with open("notebooks.json") as file: runs = json.load(file)
results = []
for cells in runs:
    names, printed = {"__name__": "__main__"}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for source in cells: exec(compile(source, "cell", "exec"), names)
    (line,) = names["figure"].data
    results.append({"printed": printed.getvalue(), "x": list(line.x), "y": list(line.y)})
with open("results.json", "w") as file: json.dump(results, file)
"""


def code(text):
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def left(network):
    """log10 of what is left in each layer, with what enters for the last where that is exactly zero."""
    log10 = measure(network).log10_delta
    return log10 - (log10[-1] if np.isfinite(log10[-1]) else 0.0)


def factor(network):
    return float(10.0 ** (left(network)[0] / max(1, network.depth - 1)))


def filled(cells, guess, per_layer):
    """The same with numbers where there is something to do."""
    given = {"guess": guess, "per_layer": per_layer}
    todo = [f"{name} = None  # TODO" for name in given]
    assert [cell for cell in cells if "TODO" in cell] == todo
    return [
        f"{cell.split()[0]} = {given[cell.split()[0]]!r}".replace("inf", "1e999") if cell in todo else cell
        for cell in cells
    ]


@cache
def ran():
    """By case: what came of it as it is, filled in rightly, too large, and too small."""
    runs = []
    for network in CASES.values():
        cells, reach, right = code(notebook(network)), float(left(network)[0]), factor(network)
        near = reach if np.isfinite(reach) else -400.0
        runs.append(cells)
        runs.append(filled(cells, reach + 0.9 if np.isfinite(reach) else -1e999, 1.01 * right))
        runs.append(filled(cells, near + 1.1, 1.03 * right + 1e-9 * (right == 0)))
        runs.append(filled(cells, near - 1.1, 0.97 * right - 1e-9 * (right == 0)))
    with TemporaryDirectory() as folder:
        with open(f"{folder}/notebooks.json", "w") as file:
            json.dump(runs, file)
        done = run_alone(RUNNER, folder)
        assert done.returncode == 0, done.stderr
        with open(f"{folder}/results.json") as file:
            results = json.load(file)
    return {case: results[4 * k : 4 * k + 4] for k, case in enumerate(CASES)}


def said(result):
    """What the check said of the prediction and of the factor."""
    return [line.split(":", 1)[1].strip() for line in result["printed"].splitlines()[-2:]]


@pytest.mark.parametrize("case", CASES)
def test_it_keeps_to_the_published_schema(case):
    whole = nbformat.reads(notebook(CASES[case]), as_version=4)
    nbformat.validate(whole)
    assert [cell.cell_type for cell in whole.cells] == ["markdown", "code"] * 5
    assert len({cell.id for cell in whole.cells}) == 10
    assert all(cell.source and "{{" not in cell.source for cell in whole.cells)


@pytest.mark.parametrize("case", CASES)
def test_it_runs_as_it_is_and_shows_what_the_page_shows(case):
    network, (result, *_) = CASES[case], ran()[case]
    assert said(result) == [prose.common("notebook not yet")] * 2
    assert result["x"] == list(range(1, network.depth + 1))
    shown = np.array([np.nan if y is None else y for y in result["y"]])
    expected = np.where(np.isfinite(left(network)), left(network), np.nan)
    np.testing.assert_allclose(shown, expected, atol=1e-9 * max(1.0, np.nanmax(np.abs([0.0, *expected]))))
    table = columns_of("\n".join(result["printed"].splitlines()[:-2]), network.depth)
    np.testing.assert_allclose(table["dead"], measure(network).dead, atol=1e-12)


def test_its_line_is_the_one_of_the_page():
    network = CASES["tanh"]
    figure = laboratory.by_layer(laboratory.subjects([Ensemble(network, 1)], [1]), "delta").figure
    drawn = [trace.y for trace in figure.data if trace.y is not None and len(trace.y) == network.depth]
    assert any(np.allclose(y, ran()["tanh"][0]["y"], atol=1e-9) for y in drawn)


@pytest.mark.parametrize("case", CASES)
def test_it_says_whether_what_is_filled_in_is_right(case):
    _, right, large, small = ran()[case]
    assert all(text.startswith(prose.common("notebook right")) for text in said(right))
    assert f"{factor(CASES[case]):.3g}" in said(right)[1]
    exactly_zero = np.isneginf(left(CASES[case])[0])
    assert said(large) == [prose.common("notebook smaller")] * 2
    assert said(small) == [prose.common("notebook smaller" if exactly_zero else "notebook larger"),
                           prose.common("notebook larger")]  # fmt: skip


def test_the_same_network_gives_the_same_bytes():
    assert notebook(CASES["tanh"]) == notebook(Network("tanh", depth=20, width=32))
    assert notebook(CASES["tanh"]) != notebook(GROWING)
