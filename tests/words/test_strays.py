"""Every sentence that a reader sees lives in pages/en/, none in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.words import prose
from tests.pages.reader import ALL, ROOT

ROOMS = ("charts", "words", "experiments", "ui")
SCRIPTS = ROOT / "core" / "experiments" / "scripts.py"  # writes Python, with comments for who reads it there
CODE = sorted({path for room in ROOMS for path in (ROOT / "core" / room).rglob("*.py")} - {SCRIPTS}) + sorted(
    (ROOT / "pages").glob("*.py")
)
BLOCKS = {name for page in [*ALL, "common", "results"] for name in prose.read(page).blocks}
# Two words in a row: nothing else that is typed into code looks like a sentence.
WORDS = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")
MARKUP = re.compile(r"[<{\[]|display: none")  # HTML and CSS
NAMES = {
    "middle center": "a place, for Plotly",
    "middle right": "another one",
    "log of": "a kind of axis, for the laboratory",
    "Handwritten digits": "a data set, named by core/maths as activations are",
    "Two spirals": "another one",
    "Quiz title: ": "a mark that text2qti reads",
    "Quiz description: ": "another one",
}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in the code that is no documentation and no message of an error."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quiet = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            quiet.add(id(node.body[0].value))  # type: ignore[attr-defined]
        if isinstance(node, ast.Raise | ast.Assert):
            quiet |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            yield node.lineno, node.value


def strays(path: Path) -> list[tuple[int, str]]:
    def is_name(text: str) -> bool:
        return text in NAMES or any(block == text or block.startswith((f"{text} ", text)) or block.endswith(f" {text}")
                                    for block in BLOCKS)  # fmt: skip

    return [
        (line, text)
        for line, text in literals(path)
        if WORDS.search(text) and not MARKUP.search(text) and not is_name(text)
    ]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_typed_into_the_code(path: Path) -> None:
    assert strays(path) == []


def test_a_sentence_in_the_code_is_found(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text(
        '"""Not this one."""\nst.write("Press the button")\nx = f"{n} small steps"\nraise ValueError("nor this one")\n'
    )
    assert [text for _, text in strays(file)] == ["Press the button", " small steps"]


@pytest.mark.parametrize("name", NAMES)
def test_every_exception_is_still_needed(name: str) -> None:
    assert any(text == name for path in CODE for _, text in literals(path))


def test_a_chart_says_nothing_of_its_own() -> None:
    """Charts take all words from outside: not a single one of three letters stands between tags or slots."""
    found = []
    for path in (ROOT / "core" / "charts").glob("*.py"):
        found += [
            (path.name, line, text) for line, text in literals(path) if re.search(r"\breaches\b|\bexactly\b", text)
        ]
    assert found == []
