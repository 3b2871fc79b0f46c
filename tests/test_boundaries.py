"""The rules of the house that import-linter cannot see, because app.py and the pages are scripts."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SCRIPTS = [path for path in [ROOT / "app.py", *PAGES] if path.exists()]
MODULES = sorted((ROOT / "core").rglob("*.py"))
ROOMS = ("core.ui", "core.experiments", "core.words", "core.maths", "core.charts")
LINES = 350  # of a file: more is not read at a sitting
LAMBDAS = 2  # as arguments; with more of them a page is no longer a score


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """Full names of everything a file imports: `from core import ui` counts as core.ui."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {"." * node.level + f"{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_imports_only_streamlit_and_the_rooms(path):
    assert {name for name in imports(path) if not within(name, "streamlit", *ROOMS)} == set()


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_reads_top_to_bottom_and_defines_nothing(path):
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    definitions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    assert [node.name for node in definitions] == []
    assert sum(isinstance(node, ast.Lambda) for node in nodes) <= LAMBDAS


def test_nobody_imports_the_script_that_opens_the_window():
    """import-linter knows packages alone."""
    assert [named(path) for path in (*MODULES, *PAGES) if any(within(name, "app") for name in imports(path))] == []


def test_every_room_is_a_package_so_that_import_linter_sees_it():
    assert {named(path.parent) for path in MODULES if not (path.parent / "__init__.py").exists()} == set()


def test_no_file_of_the_product_is_longer_than_a_sitting():
    shown = [path for ending in ("css", "js") for path in sorted((ROOT / "core").rglob(f"*.{ending}"))]
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in (*MODULES, *SCRIPTS, *shown)}
    assert {name: lines for name, lines in lengths.items() if lines > LINES} == {}
    assert {Path(name).suffix for name in lengths} == {".py", ".css", ".js"}


def test_nothing_but_app_py_stands_beside_the_rooms():
    assert [named(path) for path in ROOT.glob("*.py")] == [named(path) for path in ROOT.glob("app.py")]
