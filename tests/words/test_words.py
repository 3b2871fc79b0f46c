"""The words of every page: the blocks that a page needs, slots that are filled, and no number typed by hand."""

import ast
import json
import re
from functools import cache

import pyarrow as pa
import pytest

from core.ui.page.parts import tries as offered
from core.ui.teach.teaching import PARTS
from core.words import pointing, prose
from tests.pages.reader import (
    ALL,
    ASKING,
    MENU,
    PAGES,
    ROOT,
    answered,
    folds,
    nodes,
    opened,
    specs,
    texts,
    unfolded,
    visit,
    wire,
)

FILES = [*ALL, "common", "results"]
SLOT = re.compile(r"\{\{ (\w+) \}\}")
CLAIM = re.compile(
    r"[^\n]+\?\n\n"
    r"\*\*What is so:\*\* [^\n]+\n\n"
    r"\*\*Computed here:\*\* [^\n]+\n\n"
    r"Source: [^\n]+\."
)

# Digits that may stand in prose: none of them is a result of a computation.
TYPED = {
    r"\b[Ll]ayer 1\b": "the name of a place: the first layer",
    r"\bfloat(16|32|64)\b": "the name of a number format",
    r"\b1 part in\b": "how a ratio is said",
    r"\bx / 2\b": "the definition of Swish at β = 0",
    r"\bleft of zero and 0 right of it\b": "the definition of PReLU's derivative with respect to its slope",
    r"\bα = 1, ": "the setting of a claim; test_experiments holds what is said of it",
    r"\bx = −(2|10)\b": "the places of a claim; test_experiments holds what is said of them",
}
# Labels of controls, figures and columns name things ("1 %", "log10"); $...$ is a formula; a source has a year.
LABELS = ("control ", "metric ", "column ", "axis ", "places ")


def source(stem):
    return (ROOT / "pages" / "en" / f"{stem}.md").read_text(encoding="utf-8")


def script(stem):
    return ast.parse((ROOT / "pages" / f"{stem}.py").read_text(encoding="utf-8"))


def tries(stem):
    """The names of what can be tried: the second argument of parts.tries in a page's script."""
    (call,) = (
        node
        for node in ast.walk(script(stem))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == offered.__name__
    )
    return [ast.literal_eval(key) for key in call.args[1].keys]


def names(stem):
    return re.findall(r"^<!-- (.+) -->$", source(stem), re.MULTILINE)


@pytest.mark.parametrize("stem", PAGES)
def test_a_page_has_all_that_every_page_says(stem):
    words = prose.read(stem)
    assert source(stem).startswith(f"# {words('title')}\n")
    for block in ("title", "card", "lead", "idea", "alt", "caption", "see", "remember"):
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
    assert len(sent) > 5_000
    assert "{{" not in sent


def asking_and_answered(stem):
    return texts(visit(stem, predict="true").run()) + texts(answered(stem)) if stem in ASKING else []


@pytest.mark.parametrize("stem", PAGES)
def test_every_block_of_a_page_is_shown_on_it(stem):
    """Each block is found among the texts of the page, with something in place of each slot."""
    shown = texts(opened(stem)) + asking_and_answered(stem)
    for name, block in prose.read(stem).blocks.items():
        if name in ("menu", "card", "terms"):  # told where other pages lead here, and the names in the line of words
            continue
        folded = block.split("\n\n", 1) if name.startswith("claim ") else [block]  # under its question
        for part in folded:
            pattern = re.compile(".+?".join(re.escape(piece) for piece in SLOT.split(part)[::2]), re.DOTALL)
            assert any(pattern.search(text) for text in shown), name


def numbers_typed(stem):
    """(block, the words around it) for every digit that no slot, formula, source or label accounts for."""
    found = []
    for name, block in prose.read(stem).blocks.items():
        if name.startswith(LABELS):
            continue
        lines = [line for line in block.splitlines() if not line.startswith("Source: ")]
        text = re.sub(r"\$[^$]+\$", "", SLOT.sub("", pointing.plain("\n".join(lines))))
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
def test_what_stands_below_the_line_does_so(stem):
    """A subscript is set as one, in a formula or for Plotly; nobody reads σ_w."""
    assert re.findall(r"\w+_\w+", re.sub(r"\$[^$]+\$|\{\{ \w+ \}\}|<!--.+?-->|_\\_", "", source(stem))) == []


@pytest.mark.parametrize("stem", MENU)
def test_no_raw_subscript_comes_from_the_code(stem):
    assert [text for text in texts(unfolded(stem)) if re.search(r"[α-ω]_\w", text)] == []


@pytest.mark.parametrize("stem", FILES)
def test_nothing_is_shouted(stem):
    assert "!" not in source(stem).replace("<!--", "")


@pytest.mark.parametrize("stem", FILES)
def test_no_emoji_and_no_icon_that_is_fetched_from_elsewhere(stem):
    assert ":material/" not in source(stem)
    assert not [c for c in source(stem) if ord(c) >= 0x1F000 or 0x2600 <= ord(c) < 0x2800]


# How long paragraphs and sentences may be, for a reader who is new to the field and perhaps to English

PARAGRAPH, SENTENCE, AVERAGE = 60, 28, 14  # words
FORMULA = re.compile(r"\$[^$]+\$")
RUN_IN = re.compile(r"^\*\*[^*]+[:.]\*\* ")  # "**What is so:** "
NO_PROSE = ("#", "- ", "Source: ", "Name: ", "[")  # headings, items of a list, references, blanks to fill in, links
ELSEWHERE = {  # what only some settings say
    "vanishing": ("laboratory", {"lab.activation": "Sigmoid"}),
    "exploding": ("laboratory", {"lab.gain": "2"}),
    "narrow": ("laboratory", {"lab.activation": "ReLU", "lab.width": "8", "lab.depth": "60", "lab.seeds": "20"}),
    "residual": ("laboratory", {"lab.activation": "ReLU", "lab.initializer": "He (Kaiming)", "lab.residual": "true"}),
    "dead": ("laboratory", {"lab.activation": "ReLU", "lab.width": "8", "lab.depth": "200"}),
    "runs away": ("order_and_chaos", {"chaos.activation": "GELU", "chaos.w": "2.5", "chaos.b": "0"}),
    "any variance": ("order_and_chaos", {"chaos.activation": "ReLU", "chaos.w": "2", "chaos.b": "0"}),
    "longest chain": ("backpropagation", {"chain.neurons": "12"}),
    **{part: ("teachers", {"teachers.part": prose.read("teachers")(f"part {part}")}) for part in [*PARTS][1:]},
}


def paragraphs(texts):
    """Every paragraph of running prose, each formula as one word."""
    found = (paragraph.strip() for text in texts for paragraph in re.split(r"\n\n|\n(?=- )", text))
    found = (RUN_IN.sub("", paragraph) for paragraph in found if paragraph and not paragraph.startswith(NO_PROSE))
    return [FORMULA.sub("formula", paragraph) for paragraph in found]


def sentences(paragraph):
    return [sentence for sentence in re.split(r"(?<=[.?!])[)*]* +", paragraph) if length(sentence)]


def length(text):
    """How many words; a number is one, a sign such as × is none."""
    return len([word for word in text.split() if re.search(r"\w", word)])


def too_long(texts):
    found = paragraphs(texts)
    said = [sentence for paragraph in found for sentence in sentences(paragraph)]
    return [p for p in found if length(p) > PARAGRAPH] + [s for s in said if length(s) > SENTENCE]


@cache
def read_aloud(stem, **address):
    """The words of a page with all its folds open, numbers filled in."""
    at = visit(stem, **address).run()
    for key in folds(at):
        at.session_state[key] = True
    return list(dict.fromkeys(node.value for node in nodes(at.run()) if node.type == "markdown"))


@pytest.mark.parametrize("stem", MENU)
def test_paragraphs_and_sentences_are_short_as_a_reader_sees_them(stem):
    assert too_long(read_aloud(stem)) == []


@pytest.mark.parametrize("stem", ASKING)
def test_an_answer_and_its_reason_are_short_too(stem):
    said = [node.value for node in answered(stem).markdown if node.value.startswith(("**Right", "**Not this"))]
    assert said
    assert too_long(said) == []


@pytest.mark.parametrize(("stem", "address"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_they_are_short_under_other_settings_too(stem, address):
    shown = read_aloud(stem, **address)
    assert shown != read_aloud(stem)
    assert too_long(shown) == []


@pytest.mark.parametrize("stem", FILES)
def test_they_are_short_in_what_is_seldom_shown_too_and_on_average(stem):
    blocks = [SLOT.sub("7", block) for block in prose.read(stem).blocks.values()]
    assert too_long(blocks) == []
    prosaic = [paragraph for paragraph in paragraphs(blocks) if paragraph.endswith((".", "?"))]
    found = [length(sentence) for paragraph in prosaic for sentence in sentences(paragraph)]
    assert 0 < sum(found) / len(found) < AVERAGE


def test_what_is_too_long_is_found():
    word, sentence = "word ", "one two three four five six seven. "
    assert too_long([word * SENTENCE + "and $x + y$."]) == [word * SENTENCE + "and formula."]
    assert too_long([word * (SENTENCE - 1) + "12 × 10⁻⁷."]) == [word * (SENTENCE - 1) + "12 × 10⁻⁷."]
    assert too_long([sentence * 8 + "\n\n" + word * SENTENCE]) == []
    (found,) = too_long(["**What is so:** " + sentence * 9])
    assert length(found) == 63
    assert too_long(["## " + word * 99 + "\n\n- " + word * 99 + "\n\nSource: " + word * 99]) == []


# Numbers as they are read aloud: three digits at most, and one kind of minus

# A word before a comma or point is no number, nor is a power that stands raised.
NUMBER = re.compile(r"(?<![\w.,\u2070-\u209f])\d[\d,]*(?:\.\d+)?")
HYPHEN = re.compile(r"(?<![\w\d)])-\d")
# What stands in a text and is no number that is read: why, and how it looks.
NOT_READ = {
    "years and arXiv numbers of a source": r"^Source: .*$",
    "arXiv numbers in a list of sources": r"arXiv:\d{4}\.\d{4,5}\b",
    "settings in the address of a link": r"\]\([^)]*\)",
    "formulas, which say all digits that the next step of a calculation needs": r"\$\$?[^$]+\$\$?",
    "the powers that Plotly raises": r"<sup>[^<]*</sup>",
    "scripts, which a browser runs": r"<script>[\s\S]*?</script>",
}
DRAWN = {"text", "name", "ticktext", "hovertext", "label", "prefix"}  # where a figure keeps its words


def too_precise(text):
    """Numbers with a fraction and more than three significant digits, and those behind a hyphen.

    A whole number may have more: it counts steps, layers or samples, as 1000 and 4763 do.
    """
    for pattern in NOT_READ.values():
        text = re.sub(pattern, " ", text, flags=re.MULTILINE)
    fractions = [number for number in NUMBER.findall(text) if "." in number]
    return [n for n in fractions if len(re.sub(r"[,.]", "", n).lstrip("0")) > 3] + HYPHEN.findall(text)


def words_drawn(part, name=""):
    """Every text of a figure, its frames included, whose names nobody reads."""
    if isinstance(part, dict):
        read = {key: value for key, value in part.items() if key != "name" or "traces" not in part}
        return [text for key, value in read.items() for text in words_drawn(value, key)]
    if isinstance(part, list):
        return [text for value in part for text in words_drawn(value, name)]
    return [part] if isinstance(part, str) and name in DRAWN else []


def cells(node):
    """What a table of the words shows; the numbers behind a chart have all their digits, to be computed with."""
    written = node.proto.arrow_data.styler.display_values
    return pa.ipc.open_stream(written).read_pandas().to_numpy().astype(str).ravel().tolist() if written else []


def everything(at):
    drawn = [text for spec in specs(at).values() for text in words_drawn(json.loads(spec))]
    tables = [cell for node in nodes(at) if node.type == "dataframe" for cell in cells(node)]
    return texts(at) + drawn + tables


@pytest.mark.parametrize("stem", MENU)
def test_numbers_have_three_digits_and_a_minus_wherever_they_are_read(stem):
    shown = [*everything(unfolded(stem)), *asking_and_answered(stem)]
    assert [(found, text) for text in shown if (found := too_precise(text))] == []


@pytest.mark.parametrize(("stem", "address"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_numbers_are_short_under_other_settings_too(stem, address):
    assert [(found, text) for text in read_aloud(stem, **address) if (found := too_precise(text))] == []


def test_the_table_of_facts_is_read_cell_by_cell():
    (table,) = (node for node in nodes(opened("activation_functions")) if node.type == "dataframe")
    assert {"−0.0998", "1.13", "∞"} & set(cells(table)) == {"−0.0998", "1.13"}
    assert len(cells(table)) == table.value.size


def test_what_is_too_precise_is_found():
    assert too_precise("0.2345, 12.34 and 1.000 but 0.00123, 123.0e") == ["0.2345", "12.34", "1.000", "123.0"]
    assert too_precise("x = -3, (-0.5) and −3, float16-3, 10-20") == ["-3", "-0"]
    assert too_precise("1234 steps, 4.3 × 10⁻¹²³⁴, 10<sup>-12.64</sup>, $-0.1234$, 12,345") == []
    assert too_precise("Source: Glorot, arXiv:1611.01232.\n\n0.1234") == ["0.1234"]
    figure = {"layout": {"annotations": [{"text": "a", "x": "b"}]}, "frames": [{"data": [{"text": ["c"]}]}]}
    assert words_drawn(figure) == ["a", "c"]
