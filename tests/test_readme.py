"""README.md tells what was measured, and what was measured is the product as it is."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import figures
from tests.benchmarks.figures import ROOT, TIMES, Figure, canonical, fingerprint, kept, loaded, pins
from tests.benchmarks.table import BEGIN, END, inserted, table

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIGURES = kept(figures.FILE)
RENEW = "run `make bench` and commit what it writes"
FIGURE = Figure("a walk", "a run", 1.5, TIMES, 1.5, ("a.py",), "abc", "a machine", "2026-01-31", "1234567")


def test_the_table_in_the_readme_is_that_of_the_file():
    assert inserted(README, table(FIGURES.values())) == README, RENEW


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_that_a_figure_measures_has_changed_since(name):
    assert FIGURES[name].sources == fingerprint(FIGURES[name].measures), f"what {name!r} measures has changed: {RENEW}"


def test_every_benchmark_has_a_figure():
    benchmarks = {f"tests/benchmarks/{path.name}" for path in Path(figures.__file__).parent.glob("test_*.py")}
    assert benchmarks == {figure.measures[0] for figure in FIGURES.values()}, RENEW


def test_no_figure_is_typed_beside_the_printed_ones():
    section = README.split("## How fast")[1].split("\n## ")[0]
    prose = section.split(BEGIN)[0] + section.split(END)[1]
    assert re.findall(r"\d+", prose) == []


def test_a_missed_goal_is_told_one_just_met_is_not_and_a_fact_has_none():
    memory = replace(FIGURE, what="memory", against="", value=70.0, unit="MB", goal=None)
    rows = table([FIGURE, replace(FIGURE, value=1.51), memory]).splitlines()
    assert rows[2:] == [
        "| a walk | a run | 1.5 times | 1.5 times |",
        "| a walk | a run | 1.51 times | 1.5 times, **goal missed** |",
        "| memory |  | 70 MB |  |",
        "",
        "Measured on 2026-01-31, commit 1234567: a machine.",
    ]


def test_the_table_goes_between_its_markers_and_nowhere_else():
    assert inserted(f"before {BEGIN} old {END} after", "new") == f"before {BEGIN}\nnew\n{END} after"


def test_a_figure_is_kept_with_three_digits_and_replaces_what_its_benchmark_no_longer_measures(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FILE", tmp_path / "figures.json")
    measures, words = ("tests/benchmarks/test_network_speed.py",), {"what": "a walk", "against": "a run"}
    figures.record("former", 3.0, goal=2.0, measures=measures, **words)
    figures.record("second", 3.14159, goal=2.0, measures=measures, **words)
    assert list(kept(figures.FILE)) == ["former", "second"]
    assert (kept(figures.FILE)["second"].value, kept(figures.FILE)["second"].holds) == (3.14, False)
    monkeypatch.setattr(figures, "fingerprint", lambda measures: "another")
    figures.record("second", 1.0, goal=2.0, measures=measures, **words)
    assert list(kept(figures.FILE)) == ["second"]
    assert kept(figures.FILE)["second"].holds


# What a figure depends on

SQUARE = "def square(x):\n    return x * x\n"


@pytest.mark.parametrize(
    "same",
    [
        "def square(x):  # of a number\n\n    return (\n        x * x\n    )\n",
        'def square(x):\n    """x times x."""\n    return x * x\n',
        '"""Powers."""\n\n' + SQUARE,
    ],
)
def test_comments_layout_and_docstrings_do_not_count(same):
    assert canonical(ast.parse(same)) == canonical(ast.parse(SQUARE))


@pytest.mark.parametrize(
    "other",
    [
        "def square(x):\n    return x + x\n",
        "def square(y):\n    return x * x\n",
        "def square(x):\n    return x * x * 1\n",
        "def square(x=None):\n    return x * x\n",
        "def square(x, *, y=0):\n    return x * x\n",
        "import numpy\n" + SQUARE,
        "def square(x):\n    return x * 'x'\n",
    ],
)
def test_everything_else_counts(other):
    assert canonical(ast.parse(other)) != canonical(ast.parse(SQUARE))


def test_the_same_file_is_the_same_in_every_version_of_python():
    source = "def f(x: int = 1) -> str:\n    'Text.'\n    return f'{x!r:>{x}} {-1.5e-3} {None}' if x else g(*x, **{})\n"
    assert canonical(ast.parse(source)) == (
        "Module(body=[FunctionDef(name='f', args=arguments(args=[arg(arg='x', annotation=Name(id='int', ctx=Load()))], "
        "defaults=[Constant(value=1)]), body=[Return(value=IfExp(test=Name(id='x', ctx=Load()), "
        "body=JoinedStr(values=[FormattedValue(value=Name(id='x', ctx=Load()), conversion=114, "
        "format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(value=Name(id='x', ctx=Load()), "
        "conversion=-1)])), Constant(value=' '), FormattedValue(value=UnaryOp(op=USub(), "
        "operand=Constant(value=0.0015)), conversion=-1), Constant(value=' '), FormattedValue(value=Constant(), "
        "conversion=-1)]), orelse=Call(func=Name(id='g', ctx=Load()), args=[Starred(value=Name(id='x', ctx=Load()), "
        "ctx=Load())], keywords=[keyword(value=Dict())])))], returns=Name(id='str', ctx=Load()))])"
    )


def test_a_figure_depends_on_what_its_benchmark_loads_and_on_nothing_else():
    files = loaded(("tests/benchmarks/test_network_speed.py",))
    assert files[-1] == "tests/benchmarks/test_network_speed.py"
    assert {"core/maths/__init__.py", "core/maths/network.py", "core/maths/activations/smooth.py"} < set(files)
    assert {name for name in files[:-1] if not name.startswith(("core/maths/", "core/__init__"))} == set()
    assert "core/maths/training.py" not in files
    page = loaded(("pages/vanishing_gradient.py",))
    assert {name.split("/")[1] for name in page if name.startswith("core/")} > {"maths", "charts", "ui"}


def test_a_change_in_a_loaded_file_and_no_other_changes_the_hash(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    for function in (figures.imports, figures.said, figures._tree):
        monkeypatch.setattr(figures, function.__name__, function.__wrapped__)

    files = {
        "bench.py": "from core.one import f\n",
        "config.toml": "collect = false  # faster\n",
        "core/one.py": "def f():\n    from core import two\n\n    return two\n",
        "core/two.py": "import numpy as np\n",
        "constraints.txt": "numpy==2.4.6\nplotly==7.1.0\n",
    }
    (tmp_path / "core").mkdir()

    def with_(**changed):
        """The hash when the file whose name begins so has another text."""
        for name, text in files.items():
            (tmp_path / name).write_text(changed.get(Path(name).stem, text), encoding="utf-8")
        return fingerprint(("bench.py", "config.toml"))

    first = with_()
    assert with_(two="import numpy as np  # arrays\n") == first
    assert with_(config="collect = false\n") == first
    assert with_(constraints="numpy==2.4.7\nplotly==8.0.0\n") == first, "no new minor of what is used"
    assert with_(constraints="numpy==2.5.0\nplotly==7.1.0\n") != first
    assert with_(config="collect = true\n") != first
    assert with_(bench="from core.one import g\n") != first
    assert with_(two="import numpy as np\n\nx = 1\n") != first
    (tmp_path / "core/three.py").write_text("nobody = 'loads it'\n", encoding="utf-8")
    assert with_() == first


def test_scikit_learn_is_known_by_the_name_it_is_imported_by():
    assert [name for name, _ in pins({"sklearn", "numpy", "numpy.linalg"})] == ["numpy", "scikit-learn"]
