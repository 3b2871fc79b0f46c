"""Technical words are explained where they are met: beside the control or figure, or in the line under the lead."""

import json
import re
from functools import cache

import pytest

from core.words import prose, terms
from tests.pages.reader import MENU, PAGES, nodes, opened, unfolded, visit, widgets

# A word of the first screen that means a term, where it is not simply what the term is called.
FORMS = {
    "activation": r"activation functions?|activations",
    "bias": r"bias(es)?",
    "chain": r"chain rule",
    "chi": "χ",
    "dead": r"dead|dying|dies|die",
    "delta": "δ",
    "depth scale": r"depth scale|ξ",
    "derivative": r"derivatives?|f′",
    "deviation": r"standard deviations?|σ",
    "diverging": r"diverg(es|ed|ing)",
    "edge": r"edge( of chaos)?",
    "exploding": r"explod(es|ed|ing)|explosion",
    "exponential": r"exponential(ly)?",
    "format": r"float(16|32|64)|number formats?",
    "glorot": "Glorot",
    "he": "He",
    "held": r"held[- ]out",
    "initialization": r"initiali[sz]ations?",
    "median": "medians?",
    "network": "networks?",
    "norm": r"\|W\|",
    "normal": r"normal (distribution|inputs)|bell curve|Gaussian",
    "normalization": r"normali[sz]ations?|BatchNorm|LayerNorm",
    "optimizer": r"optimi[sz]ers?|SGD|Adam|Momentum",
    "partial": "∂",
    "phase": "phases?",
    "power": r"powers? of ten",
    "preactivation": r"pre-activations?",
    "rate": r"learning rates?|η",
    "residual": r"residual( connections?)?",
    "rms": "RMS",
    "saturation": r"saturat(ed|es|ion)",
    "step": r"(?<!time )steps?",  # that of a recurrent network is another one
    "theory": r"theory|predicted|predicts",
    "underflow": "underflows?",
    "unit": "units?|neurons?",
    "vanishing": r"vanish(es|ed|ing)?",
    "weight gradient": "∂Loss/∂W",
}
CASES = ("he",)  # with a capital letter it is a name


def pattern(name):
    """A regular expression for all that means the term."""
    usual = re.escape(terms.title(name).partition(",")[0]) + "s?"
    flags = re.NOFLAG if name in CASES else re.IGNORECASE
    return re.compile(rf"(?<!\w)({FORMS.get(name, usual)})(?!\w)", flags)


def met(text):
    """The terms that occur in a text."""
    return {name for name in terms.names() if pattern(name).search(text)}


@cache
def first_screen(stem):
    """(what stands there, what is told beside it) of all that a reader sees down to the first chart and its caption."""
    shown, told, charts = [], [], 0
    for node in nodes(opened(stem)):
        charts += node.type == "plotly_chart"
        if charts > 1 or (charts and node.type not in ("plotly_chart", "caption")):
            break
        if node.type == "plotly_chart":
            layout = json.loads(node.proto.spec)["layout"]
            axes = [axis for name, axis in layout.items() if re.fullmatch(r"[xy]axis\d*", name)]
            shown += [axis.get("title", {}).get("text", "") for axis in axes]
            shown += [re.sub("<[^>]*>", " ", note.get("text", "")) for note in layout.get("annotations", [])]
        elif node.type in ("title", "markdown", "caption"):
            shown.append(node.value)
        elif node.type != "expander":
            shown.append(getattr(node.proto, "label", ""))
        told.append(getattr(node.proto, "help", ""))
    return shown, told


@pytest.mark.parametrize("stem", PAGES)
def test_a_technical_word_of_the_first_screen_is_explained_there(stem):
    shown, told = first_screen(stem)
    explained = set(terms.listed(prose.read(stem)))
    explained |= {name for name in terms.names() if any(terms.explanation(name) in text for text in told)}
    assert {name for text in shown for name in met(text)} - explained == set()


def test_a_technical_word_is_recognised_in_all_its_forms():
    assert met("The learning rate η of SGD, in units dead before") == {"rate", "optimizer", "unit", "dead"}
    assert met("Biases of He, where he is") == {"bias", "he"}
    assert met("A lifelike biased unitary loss-less die") == {"loss", "dead"}


@pytest.mark.parametrize("name", terms.names())
def test_a_term_is_one_or_two_short_sentences_after_its_name(name):
    found = re.fullmatch(r"\*\*(.+?):\*\* (.+)", terms.explanation(name))
    assert found
    assert len(found[2].split()) <= 32
    assert len(re.findall(r"\.(?= |$)", found[2])) <= 2
    assert found[2].endswith(".")


def lists():
    """Every list of terms: where it stands, and its names."""
    for page in [*MENU, "common"]:
        for block, text in prose.read(page).blocks.items():
            for paragraph in text.split("\n\n"):
                if block == "terms" or (block.startswith("help ") and not paragraph.endswith(".")):
                    yield f"{page}: {block}", [name.strip() for name in paragraph.split(",")]


def test_every_term_that_is_listed_exists_and_every_term_is_listed_somewhere():
    listed = {name for _, names in lists() for name in names}
    assert listed == set(terms.names())
    for place, names in lists():
        assert len(names) == len(set(names)), place


@pytest.mark.parametrize("stem", PAGES)
def test_the_words_of_a_page_are_named_under_its_lead_and_explained_where_they_unfold(stem):
    listed = terms.listed(prose.read(stem))
    box = opened(stem).expander(f"words.{stem}")
    assert box.label == prose.common(
        "words here", words=" · ".join(terms.title(name).partition(",")[0] for name in listed)
    )
    assert not box.markdown, "folded, it costs nothing"
    (told,) = unfolded(stem).expander(f"words.{stem}").markdown
    assert told.value.split("\n\n") == [terms.explanation(name) for name in listed]
    order = [node.type for node in nodes(opened(stem))]
    assert order.index("expander") < order.index("plotly_chart")


# Beside controls and figures

UNTOLD = {  # controls that need no word, and why
    "guess": "the label is the question itself",
}
KINDS = ("slider", "select_slider", "selectbox", "button_group", "toggle", "radio", "multiselect", "metric")
SETTINGS = [  # that show controls of their own
    ("laboratory", {"lab.activation": "PReLU", "lab.initializer": "Normal, fixed σ", "lab.residual": "true"}),
    ("order_and_chaos", {"chaos.activation": "Swish"}),
    ("vanishing_gradient", {"initializer": "Normal, fixed σ"}),
    *(("watch_it_learn", {"learn.race": prose.read("watch_it_learn")(name), "learn.residual": "true"})
      for name in prose.read("watch_it_learn").names("race")),
    *(("teachers", {"teachers.part": prose.read("teachers")(name)})
      for name in prose.read("teachers").names("part")),
    *((stem, {"predict": "true"}) for stem in PAGES),
]  # fmt: skip


def untold(at):
    """The controls and figures beside which nothing is told."""
    shown = [node for node in nodes(at) if node.type in KINDS]
    return [
        node.key or node.proto.label
        for node in shown
        if not node.proto.help and (node.key or "").rpartition(".")[2] not in UNTOLD
    ]


@pytest.mark.parametrize("stem", MENU)
def test_every_control_and_every_figure_is_explained_beside_it(stem):
    assert untold(unfolded(stem)) == []


@pytest.mark.parametrize(("stem", "address"), SETTINGS, ids=str)
def test_they_are_explained_under_other_settings_too(stem, address):
    assert untold(visit(stem, **address).run()) == []


def test_other_words_reset_no_control(monkeypatch):
    """Streamlit must not take what is told for a part of what a control is."""
    at = visit("laboratory").run()
    chosen = {"lab.depth": 7, "lab.initializer": "Orthogonal", "lab.normalization": "BatchNorm", "lab.residual": True}
    for key, value in chosen.items():
        widgets(at)[key].set_value(value)
    assert all(widgets(at.run())[key].proto.help != "Other words." for key in chosen)
    monkeypatch.setattr(terms, "told", lambda *_: "Other words.")
    after = widgets(at.run())
    assert {key: after[key].value for key in chosen} == chosen
    assert {after[key].proto.help for key in chosen} == {"Other words."}


def test_a_control_takes_the_words_of_its_page_first_and_those_of_its_longest_name():
    words = prose.Words("page", {"help depth": "Mine."})
    assert terms.told(words, "page.depth") == "Mine."
    assert terms.told(words, "nothing", "parameter") == prose.common("help parameter")
    assert terms.told(words, "nothing") is None
    empty = prose.Words("page", {})
    assert terms.told(empty, "page.depth") == terms.explanation("depth")
    both = f"{terms.explanation('depth')}\n\n{terms.explanation('hidden')}"
    assert terms.told(empty, "learn.depth") == both
    assert terms.told(empty, "learn.view").endswith(f"\n\n{terms.explanation('dead')}")


# The glossary


def test_students_and_teachers_read_the_same_glossary_in_alphabetical_order():
    (students,) = [node.value for node in opened("glossary").markdown if node.value.startswith("**")]
    at = visit("teachers", **{"teachers.part": "Glossary"}).run()
    assert students in [node.value for node in at.markdown]
    told = students.split("\n\n")
    assert sorted(told) == sorted(terms.explanation(name) for name in terms.names())
    called = [re.match(r"\*\*([^,:]+)", text)[1].casefold() for text in told]
    assert called == sorted(called)


@pytest.mark.parametrize("sign", ["RMS", "δ", "η", "σ", "χ", "ξ", "φ", "Φ", "∂", "f′", "z", "L"])
def test_a_sign_of_the_charts_is_told_by_the_name_of_a_term(sign):
    assert any(sign in re.findall(r"[\w′∂]+", terms.title(name).replace("∂", "∂ ")) for name in terms.names())
