"""The words of every page: the blocks that a page needs, slots that are filled, and no number typed by hand."""

import ast
import re

import pytest

from core.ui import prose
from core.ui.parts import rest
from tests.pages.reader import MENU, PAGES, ROOT, opened, texts, unfolded, wire

FILES = [*MENU, "common"]
SLOT = re.compile(r"\{\{ (\w+) \}\}")
CLAIM = re.compile(
    r"\*\*They say:\*\* [^\n]+\n\n"
    r"\*\*What is so:\*\* [^\n]+\n\n"
    r"\*\*Computed here:\*\* [^\n]+\n\n"
    r"Source: [^\n]+\."
)

# Digits that may stand in prose: none of them is a result of a computation.
TYPED = {
    r"\blayer 1\b": "the name of a place: the first layer",
    r"\bfloat(16|32|64)\b": "the name of a number format",
    r"\b1 part in\b": "how a ratio is said",
    r"\bx / 2\b": "the definition of Swish at β = 0",
    r"\bleft of zero and 0 right of it\b": "the definition of PReLU's derivative with respect to its slope",
    r"\bα = 1, ": "the setting of a claim; test_experiments holds what is said of it",
    r"\bx = −(2|10)\b": "the places of a claim; test_experiments holds what is said of them",
}
# Labels of controls, figures and columns name things ("1 %", "log10"); $...$ is a formula; a source has a year.
LABELS = ("control ", "metric ", "column ", "axis ")


def source(stem):
    return (ROOT / "pages" / "en" / f"{stem}.md").read_text(encoding="utf-8")


def script(stem):
    return ast.parse((ROOT / "pages" / f"{stem}.py").read_text(encoding="utf-8"))


def tries(stem):
    """The names in `tries={...}`, the argument of parts.rest in a page's script."""
    (call,) = (
        node
        for node in ast.walk(script(stem))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == rest.__name__
    )
    (given,) = (keyword.value for keyword in call.keywords if keyword.arg == "tries")
    return list(ast.literal_eval(given))


def names(stem):
    return re.findall(r"^<!-- (.+) -->$", source(stem), re.MULTILINE)


@pytest.mark.parametrize("stem", PAGES)
def test_a_page_has_a_title_a_lead_a_text_alternative_and_what_to_see(stem):
    words = prose.read(stem)
    assert source(stem).startswith(f"# {words('title')}\n")
    for block in ("title", "lead", "alt", "see"):
        assert words.blocks[block]


@pytest.mark.parametrize("stem", FILES)
def test_every_block_has_a_name_of_its_own_and_some_words(stem):
    assert len(names(stem)) == len(set(names(stem))), "of two blocks with one name, the first would be lost"
    assert source(stem).count("<!--") == len(names(stem)), "a marker that is no marker would be read out"
    assert all(prose.read(stem).blocks.values())


@pytest.mark.parametrize("stem", PAGES)
def test_a_page_makes_claims_and_each_is_judged_computed_and_sourced(stem):
    claims = prose.read(stem).names("claim")
    assert claims
    for name in claims:
        assert CLAIM.fullmatch(prose.read(stem).blocks[name]), name


@pytest.mark.parametrize("stem", PAGES)
def test_the_links_to_try_are_the_ones_of_the_script_in_its_order(stem):
    assert prose.read(stem).names("try") == [f"try {name}" for name in tries(stem)]
    assert len(tries(stem)) == 3


@pytest.mark.parametrize("stem", FILES)
def test_whatever_looks_like_a_slot_is_one(stem):
    """{{x}} without its spaces would stand on the page as it is."""
    rest = SLOT.sub("", source(stem))
    assert "{{" not in rest
    assert "}}" not in re.sub(r"\$[^$]*\$", "", rest)


@pytest.mark.parametrize("stem", PAGES)
@pytest.mark.parametrize("state", [opened, unfolded])
def test_no_slot_is_left_open_on_a_page(stem, state):
    sent = wire(state(stem))
    assert len(sent) > 10_000
    assert "{{" not in sent


@pytest.mark.parametrize("stem", PAGES)
def test_every_block_of_a_page_is_shown_on_it(stem):
    """Each block is found among the texts of the page, with something in place of each slot."""
    shown = texts(opened(stem))
    for name, block in prose.read(stem).blocks.items():
        parts = [re.escape(part) for part in SLOT.split(block)[::2]]
        pattern = re.compile(".+?".join(parts), re.DOTALL)
        assert any(pattern.search(text) for text in shown), name


def numbers_typed(stem):
    """(block, the words around it) for every digit that no slot, formula, source or label accounts for."""
    found = []
    for name, block in prose.read(stem).blocks.items():
        if name.startswith(LABELS):
            continue
        lines = [line for line in block.splitlines() if not line.startswith("Source: ")]
        text = re.sub(r"\$[^$]+\$", "", SLOT.sub("", "\n".join(lines)))
        for allowed in TYPED:
            text = re.sub(allowed, "", text)
        found += [(name, text[max(0, m.start() - 30) : m.end() + 20]) for m in re.finditer(r"[\d⁰¹²³⁴-⁹½¼¾]+", text)]
    return found


@pytest.mark.parametrize("stem", FILES)
def test_no_number_is_typed_into_prose(stem):
    assert numbers_typed(stem) == []


@pytest.mark.parametrize("allowed", TYPED)
def test_every_exception_is_still_needed(allowed):
    assert any(re.search(allowed, source(stem)) for stem in FILES)


@pytest.mark.parametrize("stem", FILES)
def test_no_emoji_and_no_icon_that_is_fetched_from_elsewhere(stem):
    assert ":material/" not in source(stem)
    assert not [c for c in source(stem) if ord(c) >= 0x1F000 or 0x2600 <= ord(c) < 0x2800]
