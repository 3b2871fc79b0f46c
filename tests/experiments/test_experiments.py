"""What holds for every experiment: a chart, columns, words; the same again; nothing kept without a bound."""

import ast
import importlib
import pkgutil

import pytest

import core
from core.experiments import Experiment, chains, functions, gradients, steps, style, units
from core.experiments.kept import Kept
from core.experiments.networks import networks_of
from core.maths.chain import FORMATS
from core.maths.network import Network
from core.maths.training import Run
from core.words import prose
from tests.pages.reader import ROOT

THREE = networks_of(["sigmoid", "tanh", "relu"], depth=12, width=32)
MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(core.__path__, "core.")]
SOURCES = sorted((ROOT / "core").rglob("*.py"))


def alike(names, **settings):
    return tuple(Run(activation=name, **settings) for name in names)


def test_float_formats_are_the_four_that_are_named():
    assert [f.name for f in FORMATS] == ["float16", "bfloat16", "float32", "float64"]


SAMPLES = {
    "by_layer": lambda: gradients.by_layer(THREE, best=True, theory=True),
    "initializations": lambda: gradients.initializations("relu", ("glorot_normal", "he_normal"), 10, 16, 0),
    "with_derivatives": lambda: functions.with_derivatives(networks_of(["swish", "gelu"]), marks=True),
    "tangent": lambda: functions.with_derivatives(networks_of(["tanh"]), tangent=1.0, zones=True),
    "bending": lambda: functions.bending(networks_of(["tanh"], depth=5, bias_std=0.3)),
    "gelu_errors": functions.gelu_errors,
    "slope_gradient": lambda: functions.slope_gradient(0.25),
    "saturation": lambda: units.saturation(("sigmoid", "tanh"), 1.0, 20),
    "dead_units": lambda: units.dead_units(Network("relu", depth=5, bias_mean=-0.5)),
    "dying": lambda: units.dying(0.8, 0.1),
    "first_steps": lambda: steps.first_steps(alike(["relu"], depth=2, width=16)),
    "short_run": lambda: steps.short_run(alike(["relu"], depth=2, width=16, steps=20)),
    "walk": lambda: chains.walk("tanh", 4, 1.0, 1.0, 8),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_an_experiment_is_a_chart_columns_of_one_length_and_words(sample):
    experiment = sample()
    assert isinstance(experiment, Experiment)
    assert experiment.figure.data
    assert len({len(column) for column in experiment.data.values()}) == 1
    assert len(experiment.data) >= 2
    assert all(isinstance(slot, str) and slot for slot in experiment.slots.values())


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_the_same_settings_computed_again_give_the_same_bytes(sample):
    first = sample().figure.to_json()
    for module in MODULES:
        for value in vars(module).values():
            for name in ("cache_clear", "clear"):
                if callable(getattr(value, name, None)) and hasattr(value, "__wrapped__"):
                    getattr(value, name)()
    assert sample().figure.to_json() == first


def test_every_cache_of_one_process_is_bounded():
    caches = {f"{m.__name__}.{n}": v for m in MODULES for n, v in vars(m).items() if hasattr(v, "cache_parameters")}
    assert style in caches.values()
    assert prose._read in caches.values()
    assert [name for name, cached in caches.items() if not cached.cache_parameters()["maxsize"]] == []


def test_all_that_is_kept_together_fits_into_a_small_machine():
    everything = {id(value): value for module in MODULES for value in vars(module).values() if isinstance(value, Kept)}
    assert len(everything) > 30
    assert sum(kept.limit for kept in everything.values()) < 500_000_000


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_cache_is_made_without_a_bound(path):
    """functools.cache has none, and Streamlit's caches none unless they are told."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bounded = [
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and any(keyword.arg == "max_entries" for keyword in call.keywords)
        for part in (call.func, *call.args)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "functools":
            assert "cache" not in [name.name for name in node.names]
        if isinstance(node, ast.Attribute) and node.attr in ("cache_data", "cache_resource"):
            assert id(node) in bounded
