"""No cache grows with what readers ask: each has a bound, and all of them together leave room for the rest."""

import ast
import importlib
import pkgutil

import pytest

import core
from core.experiments import kept
from core.experiments.kept import Kept
from tests.benchmarks.figures import ROOT

MOST = 150e6  # bytes that may be kept, of the 600 MB that a process may hold


def everything_kept() -> dict[str, Kept]:
    found = {}
    for module in pkgutil.walk_packages(core.__path__, "core."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, Kept):
                found[f"{one.__module__}.{one.__qualname__}"] = one
    return found


def test_all_that_is_kept_has_a_budget_and_shares_one():
    found = everything_kept()
    assert len(found) > 30
    small = [one.limit for one in found.values() if one not in kept._large]
    assert max(small) <= kept.WORDS
    assert kept.TOGETHER + sum(small) <= MOST


@pytest.mark.parametrize("path", sorted((ROOT / "core").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_python_keeps_for_us_has_a_bound(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    decorators = [one for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for one in node.decorator_list]
    names = [ast.unparse(one) for one in decorators]
    unbounded = [name for name in names if ("cache" in name and "maxsize=" not in name) or "maxsize=None" in name]
    assert unbounded == []
