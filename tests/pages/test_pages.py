"""Every page as a reader meets it: it opens, its links stay good, its charts can be read, no message breaks it.

Without a browser; what only a browser shows is tested in tests/browser.
"""

import ast
import json
import math
import re
from functools import lru_cache
from itertools import pairwise

import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.words import prose
from core.words.labels import RENAMED
from tests.pages.pinned import CONTROLS, DEFAULTS, LINKS, defaults
from tests.pages.reader import (
    PAGES,
    ROOT,
    UNREADABLE,
    charts,
    check,
    folds,
    nodes,
    opened,
    specs,
    texts,
    tries,
    unfolded,
    values,
    visit,
    wire,
)

# None of these is a value of any control.
RUBBISH = [
    "", "abc", "nan", "-inf", "1e309", "-1000000000", "9" * 5000, "1_000_000", "0x10", "1,000", "None", "\x00",
    "\u202e", "<script>alert(1)</script>", "sigmoid", "{{ depth }}", ["abc", "def"],
]  # fmt: skip
MESSAGES = [1e9, -1e308, math.nan, math.inf, [], [1.0, 2.0, 3.0]]  # what a crafted message may hold
KEPT = [10**9, -(10**9), 10**400, math.nan, math.inf, "abc", None, {}]  # what a session may hold


# Opening


@pytest.mark.parametrize("stem", PAGES)
def test_a_page_opens(stem):
    check(opened(stem), stem)
    assert [title.value for title in opened(stem).title] == [prose.read(stem)("title")]
    assert charts(opened(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_the_parts_stand_in_the_order_of_every_page(stem):
    kinds = [
        (node.type, getattr(node, "value", None) if node.type in ("title", "header", "caption") else node.key or "")
        for node in nodes(opened(stem))
        if node.type in ("title", "plotly_chart", "header", "button", "expander", "page_link", "caption")
    ]
    assert kinds[0] == ("title", prose.read(stem)("title"))
    headers = [("header", prose.common(name)) for name in ("remember", "claims")]
    assert [kind for kind in kinds if kind[0] == "header"] == headers
    remember, claims = (kinds.index(header) for header in headers)
    pictures = [i for i, (kind, _) in enumerate(kinds) if kind == "plotly_chart"]
    links = [i for i, (_, key) in enumerate(kinds) if key.startswith(f"{stem}.try.")]
    assert pictures[0] < links[0] < remember, "what to try stands under the first experiment"
    assert [kinds[i][1] for i in range(links[0], links[0] + 3)] == [f"{stem}.try.{name}" for name in tries(stem)]
    assert pictures[-1] < remember, "the experiments come first"
    folds = [f"{stem}.{name}".replace(" ", ".") for name in (*prose.read(stem).names("claim"), "code", "file")]
    assert kinds[claims + 1 : claims + 1 + len(folds)] == [("expander", key) for key in folds]
    assert {kind for kind, _ in kinds[claims + 1 + len(folds) : -1]} == {"page_link"}
    assert kinds[-1] == ("caption", prose.common("privacy"))


@pytest.mark.parametrize("stem", PAGES)
def test_every_chart_has_one_sentence_below_it(stem):
    """Right below, before its numbers."""
    kinds = [node for node in nodes(opened(stem)) if node.type in ("plotly_chart", "caption", "expander")]
    for chart, below in pairwise(kinds):
        if chart.type == "plotly_chart":
            assert below.type == "caption", chart.key
            assert len(re.findall(r"[.?](?= [A-Z]|$)", below.value)) == 1, below.value


@pytest.mark.parametrize("stem", PAGES)
def test_lead_and_idea_follow_the_title_and_a_control_stands_beside_the_first_chart(stem):
    kinds = [node.type for node in nodes(opened(stem))]
    words = prose.read(stem)
    assert [text.value for text in opened(stem).markdown[:2]] == [words("lead"), words("idea")]
    assert {"slider", "button_group", "selectbox"} & set(kinds[kinds.index("markdown") : kinds.index("caption")])


@pytest.mark.parametrize("stem", PAGES)
def test_what_you_see_stands_beside_what_to_try_and_claims_are_folded_under_their_questions(stem):
    at, words = opened(stem), prose.read(stem)
    assert [text for text in texts(at) if text.startswith(f"**{prose.common('see')}**\n\n")]
    labels = [fold.label for fold in at.expander if ".claim." in (fold.key or "")]
    assert len(labels) == len(words.names("claim"))
    assert all(label.endswith("?") for label in labels)


@pytest.mark.parametrize("stem", PAGES)
def test_opening_a_page_again_sends_the_very_same_charts(stem):
    """An unchanged figure is not sent again and cannot flicker."""
    assert specs(visit(stem).run()) == specs(opened(stem))


# Links


@pytest.mark.parametrize(("stem", "address", "settings"), LINKS)
def test_a_link_that_was_valid_stays_valid(stem, address, settings):
    at = visit(stem, **address).run()
    check(at, stem)
    assert not at.info, "all of it is understood"
    assert {key: values(at)[key] for key in settings} == settings
    expected = defaults(stem) | settings
    assert values(at) == {key: value for key, value in expected.items() if key in values(at)}
    assert specs(at) != specs(opened(stem))


def test_the_links_try_every_control_of_the_released_pages():
    linked = {key for _, address, _ in LINKS for key in address}
    assert {key for stem, key in CONTROLS if stem in DEFAULTS} <= linked
    assert {"initializer.std", "step.initializer.std", "variants.initializer.std", "beyond.initializer.std"} <= linked


def test_the_links_have_used_these_names_of_functions_and_initializations():
    """A changed label breaks every link that contains it."""
    assert {entry.label for entry in ACTIVATIONS.values()} >= {
        "Identity", "Sigmoid", "Tanh", "ReLU", "Leaky ReLU", "PReLU", "ELU", "SELU", "Swish", "GELU", "GELU (tanh)",
        "Softplus", "Mish", "Softsign", "Hard sigmoid", "ReLU6", "Hard Swish",
    }  # fmt: skip
    assert {entry.label for entry in INITIALIZERS.values()} >= {
        "LeCun", "Glorot (Xavier)", "Glorot (Xavier), uniform", "He (Kaiming)", "He (Kaiming), uniform", "Orthogonal",
        "Normal, fixed σ",
    }  # fmt: skip
    assert set(RENAMED) >= {"Glorot", "Glorot, uniform", "He", "He, uniform"}


def dealt(stem, keys, hands):
    """Something else for each control; another page begins elsewhere, so that all of `hands` are dealt."""
    first = 3 * PAGES.index(stem)
    return {key: hands[(first + i) % len(hands)] for i, key in enumerate(keys)}


@pytest.mark.parametrize("stem", PAGES)
def test_rubbish_in_the_address_opens_the_page_as_it_is(stem):
    """Something else in every control. An empty choice of functions may stay empty: the page shows its default."""
    at = visit(stem, **dealt(stem, defaults(stem), RUBBISH)).run()
    check(at, stem)
    assert specs(at) == specs(opened(stem))
    assert {key: value for key, value in values(at).items() if value != []} | defaults(stem) == defaults(stem)


@pytest.mark.parametrize("stem", PAGES)
def test_what_belongs_to_another_page_or_to_nobody_is_let_be(stem):
    others = {key: "5" for other, key in CONTROLS if other != stem}
    at = visit(stem, nobody="1", **{"": "x", "__proto__": "y", f"{stem}.code": "true"}, **others).run()
    check(at, stem)
    assert specs(at) == specs(opened(stem))
    assert at.code == []


def test_of_several_functions_in_a_link_the_unknown_ones_are_left_out():
    at = visit("vanishing_gradient", activations=["Foo", "GELU", "relu", "Tanh"]).run()
    check(at, "vanishing_gradient")
    assert values(at)["activations"] == ["GELU", "Tanh"]


# Crafted messages and sessions


@pytest.mark.parametrize("stem", PAGES)
def test_a_crafted_message_to_the_sliders_changes_nothing(stem):
    """Bounds are drawn in the browser only: a message may hold anything, and none of it reaches the maths."""
    at = visit(stem).run()
    messages = dealt(stem, [slider.key for slider in at.slider], MESSAGES)
    for slider in at.slider:
        slider.set_value(messages[slider.key])
    at.run()
    check(at, stem)
    assert specs(at) == specs(opened(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_a_crafted_choice_is_no_choice(stem):
    at = visit(stem).run()
    for group in at.button_group:
        group.set_value(["Foo", "sigmoid", ""] if isinstance(group.value, list) else "Foo")
    at.run()
    check(at, stem)
    assert specs(at) == specs(opened(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_a_session_of_impossible_values_opens_the_page_as_it_is(stem):
    at = visit(stem)
    for key, value in dealt(stem, [slider.key for slider in opened(stem).slider], KEPT).items():
        at.session_state[key] = value
    for group in opened(stem).button_group:
        at.session_state[group.key] = ["Foo"] if isinstance(group.value, list) else "Foo"
    for box in opened(stem).selectbox:
        at.session_state[box.key] = "Foo"
    at.run()
    check(at, stem)
    assert specs(at) == specs(opened(stem))


# Charts


@lru_cache(maxsize=len(PAGES))
def figures(stem):
    return {key: json.loads(spec) for key, spec in specs(opened(stem)).items()}


def axes(figure):
    return {name: axis for name, axis in figure["layout"].items() if re.fullmatch(r"[xy]axis\d*", name)}


@pytest.mark.parametrize("stem", PAGES)
def test_every_chart_can_be_read_without_eyes(stem):
    for key, proto in charts(opened(stem)).items():
        assert key
        assert len(proto.alt) > 60, key
        assert proto.alt.strip().endswith((".", ")")), key
        assert not UNREADABLE.search(proto.alt), key
        assert "$" not in proto.alt, "a formula is not read out"
        assert "**" not in proto.alt, "nor is a mark of emphasis"


@pytest.mark.parametrize("stem", PAGES)
def test_every_chart_has_a_fixed_height_and_fixed_axes_and_lets_a_phone_scroll(stem):
    for key, figure in figures(stem).items():
        assert 150 <= figure["layout"]["height"] <= 600, key
        assert figure["layout"]["dragmode"] is False, key
        assert "sliders" not in figure["layout"], "one control for each setting"
        assert "updatemenus" not in figure["layout"]
        assert len(axes(figure)) >= 2
        for axis in axes(figure).values():
            assert axis["fixedrange"] is True, key
            assert len(axis["range"]) == 2, key
            assert all(math.isfinite(end) for end in axis["range"]), key


@pytest.mark.parametrize("stem", PAGES)
def test_every_axis_that_is_shown_has_a_title(stem):
    for key, figure in figures(stem).items():
        shown = [axis for axis in axes(figure).values() if axis.get("visible", True)]
        assert all(axis["title"]["text"] for axis in shown), key


@pytest.mark.parametrize("stem", PAGES)
def test_everything_in_a_chart_has_a_name_or_tells_one_under_the_pointer(stem):
    for key, figure in figures(stem).items():
        for trace in figure["data"]:
            if trace.get("hoverinfo") == "skip":  # never under the pointer
                continue
            told = trace.get("hovertemplate", "").replace("<extra></extra>", "") or trace.get("hovertext")
            assert told, key
            assert trace.get("name") or trace.get("hovertext"), key


@pytest.mark.parametrize("stem", PAGES)
def test_every_label_of_a_chart_has_a_place(stem):
    for key, figure in figures(stem).items():
        for annotation in figure["layout"].get("annotations", []):
            assert isinstance(annotation["x"], int | float), key
            assert isinstance(annotation["y"], int | float), key


@pytest.mark.parametrize("stem", PAGES)
def test_a_chart_takes_its_theme_from_the_page(stem):
    """No colour of Python's choosing for paper, plot or text: the reader may be in the dark."""
    for key, proto in charts(opened(stem)).items():
        layout = figures(stem)[key]["layout"]
        assert proto.theme == "streamlit"
        assert not {"paper_bgcolor", "font", "colorway"} & set(layout), key
        assert layout.get("plot_bgcolor", "rgba(0,0,0,0)") == "rgba(0,0,0,0)", key
        assert "color" not in layout["xaxis"]


# What is folded away


@pytest.mark.parametrize("stem", PAGES)
def test_what_is_folded_away_is_not_sent(stem):
    at = opened(stem)
    assert at.code == []
    assert at.download_button == []
    assert len(at.dataframe) == (stem in ("activation_functions", "papers", "cures")), "their tables are no folds"
    assert len(folds(at)) == len(set(folds(at)))


@pytest.mark.parametrize("stem", PAGES)
def test_unfolded_numbers_are_a_table_and_a_file(stem):
    at = unfolded(stem)
    check(at, stem)
    boxes = [box for box in at.expander if box.key.endswith(".data")]
    assert [box.key for box in boxes] == [f"{key}.data" for key in charts(at)]
    for box in boxes:
        assert box.label == prose.common("data")
        (table,) = box.dataframe
        (button,) = box.download_button
        assert not table.value.empty
        assert button.key == box.key.removesuffix(".data") + ".csv"
        assert button.label == prose.common("download")
        assert button.proto.ignore_rerun is True


@pytest.mark.parametrize("stem", PAGES)
def test_the_unfolded_code_is_the_code_that_runs(stem):
    (block,) = unfolded(stem).expander(f"{stem}.code").code
    python = [each for each in unfolded(stem).code if each.language == "python"]
    assert python == [block], "in its fold and nowhere else"
    shown = ast.parse(block.value)
    assert shown.body
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "core" / "maths").rglob("*.py")]
    for part in shown.body:
        assert isinstance(part, ast.FunctionDef)
        assert any(ast.get_source_segment(block.value, part) in source for source in sources), part.name


def handed_on(shown, known):
    """The functions of the mathematics that are shown, but only hand on what one that is not shown has computed."""
    names = {part.name for part in shown}
    found = []
    for part in shown:
        nested = {id(node) for inner in ast.walk(part) if isinstance(inner, ast.FunctionDef) and inner is not part
                  for node in ast.walk(inner)}  # fmt: skip
        for node in ast.walk(part):
            if not isinstance(node, ast.Return) or node.value is None or id(node) in nested:
                continue
            inside = list(ast.walk(node.value))
            called = {call.func.id for call in inside if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
            if (called & known) - names and not any(isinstance(each, ast.BinOp) for each in inside):
                found.append(part.name)
    return found


KNOWN = {
    part.name
    for path in (ROOT / "core" / "maths").rglob("*.py")
    for part in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(part, ast.FunctionDef)
}


@pytest.mark.parametrize("stem", PAGES)
def test_the_code_that_is_shown_computes_and_does_not_only_call(stem):
    (block,) = unfolded(stem).expander(f"{stem}.code").code
    assert handed_on(ast.parse(block.value).body, KNOWN) == []


def test_a_function_that_only_calls_is_found():
    source = "def a(x):\n    return b(x)[0]\n\ndef c(xs):\n    return [y for x in xs for y in b(x)]\n"
    assert handed_on(ast.parse(source).body, {"a", "b", "c"}) == ["a", "c"]
    assert handed_on(ast.parse(source + "\ndef b(x):\n    return x\n").body, {"a", "b", "c"}) == []


@pytest.mark.parametrize("stem", PAGES)
def test_nothing_on_an_unfolded_page_is_a_slot(stem):
    assert "{{" not in wire(unfolded(stem))
