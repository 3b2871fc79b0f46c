"""Every page as a reader meets it: it opens, its controls work, its links stay good, its charts can be read.

Without a browser; what only a browser shows is tested in tests/browser.
"""

import ast
import json
import math
import re
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import pytest

from core.experiments import steps as affordable  # where AFFORDABLE decides how many steps a comparison has
from core.experiments import through_time
from core.maths.activations import ACTIVATIONS
from core.maths.chain import chain
from core.maths.initializers import INITIALIZERS
from core.maths.recall import UPDATES, Learnt
from core.words import numerals, prose
from core.words.labels import RENAMED
from tests.pages.reader import (
    PAGES,
    ROOT,
    charts,
    folds,
    nodes,
    opened,
    specs,
    steps,
    texts,
    unfolded,
    values,
    visit,
    widgets,
    wire,
)

# What every control of a released page is set to when it opens. A value equal to the default is left out of the
# address, so a changed default changes every link that was ever shared: change one only on purpose.
DEFAULTS = {
    "vanishing_gradient": {
        "depth": 20, "first.same": False, "first.activations": ["Sigmoid", "ReLU"],
        "activations": ["Sigmoid", "Tanh", "ReLU"], "initializer": "Glorot (Xavier)", "gain": 1.0, "width": 64,
        "seed": 0, "loss_scale": 0,
    },
    "backpropagation": {
        "descent.rate": 0.1, "descent.step": 0,
        "chain.activation": "Sigmoid", "chain.neurons": 4, "chain.x": 1.0, "chain.weight": 1.0, "chain.step": 4,
        "chain.bias": 0.0,
    },
    "why_it_matters": {
        "step.activations": ["Sigmoid", "ReLU"], "step.depth": 8, "step.rate": 0.1, "step.initializer": "He (Kaiming)",
        "step.width": 64, "step.seed": 0, "early.network": "ReLU",
    },
    "activation_functions": {
        "bend.activations": ["Identity", "Tanh", "ReLU"], "bend.depth": 5, "bend.bias": 0.3, "bend.width": 64,
        "bend.seed": 0, "curves.activations": ["Sigmoid", "Tanh", "ReLU", "GELU"],
    },
    "sigmoid_and_tanh": {
        "saturating.curve": "Sigmoid and tanh", "saturating.x": 1.0, "saturating.spread": 1.0, "saturating.depth": 20,
    },
    "relu": {
        "relu.depth": 50, "relu.width": 64, "relu.seed": 0, "relu.x": 1.0, "relu.bias": 0.0, "relu.batch": 32,
        "relu.rate": 0.8, "relu.alpha": 0.1,
    },
    "relu_variants": {
        "variants.own": False, "leaky_relu.alpha": 0.01, "prelu.a": 0.25, "elu.alpha": 1.0, "variants.depth": 30,
        "variants.initializer": "Glorot (Xavier)", "variants.width": 64, "variants.seed": 0,
    },
    "beyond_relu": {
        "swish.beta": 1.0, "beyond.x": 1.0, "beyond.depth": 50, "beyond.around": "Plain",
        "beyond.initializer": "He (Kaiming)", "beyond.width": 64, "beyond.seed": 0,
    },
    "watch_it_learn": {
        "learn.story": "My own settings", "learn.race": "Activations", "learn.data": "Handwritten digits",
        "learn.activations": ["Sigmoid", "ReLU"], "learn.depth": 8, "learn.initializer": "He (Kaiming)",
        "learn.optimizer": "SGD", "learn.rate": "0.1", "learn.steps": 1000, "learn.normalization": "Without",
        "learn.clip": "0", "learn.decay": "0", "learn.layers": "1", "learn.residual": False,
        "learn.width": 32, "learn.batch": 64, "learn.seed": 0, "learn.view": "Gradient",
    },
    "laboratory": {
        "lab.activation": "Tanh", "lab.depth": 50, "lab.initializer": "Glorot (Xavier)", "lab.gain": 1.0,
        "lab.bias": 0.0, "lab.normalization": "Without", "lab.residual": False, "lab.width": 64,
        "lab.profile": "Equal", "lab.batch": 32, "lab.seeds": 5, "lab.seed": 0, "lab.view": "Gradient δ",
    },
    "order_and_chaos": {"chaos.activation": "Tanh", "chaos.w": 1.5, "chaos.b": 0.05, "chaos.depth": 50},
    "papers": {"papers.row": "Li 2017: tanh"},
    "through_time": {
        "time.cells": ["Tanh", "LSTM"], "time.steps": 50, "time.gain": 1.0, "time.forget": 1.0, "time.input": 1.0,
        "time.wait": 20, "time.learn": False,
    },
    "cures": {
        "cures.patient": "Vanishes", "cures.depth": "10",
        "cures.shown": ["ReLU, He", "BatchNorm", "Residual", "Adam"],
    },
}  # fmt: skip
STORY = "learn.story"  # no setting of its own: it sets all the others


def defaults(stem):
    """What the controls are set to when the page opens: as pinned, and of a page not yet released as it is."""
    return DEFAULTS[stem] if stem in DEFAULTS else values(opened(stem))


CONTROLS = [(stem, key) for stem in PAGES for key in defaults(stem) if key != STORY]

# Links that have been valid once stay valid: page, address, and what the controls are set to.
LINKS = [
    ("vanishing_gradient", {"depth": "100", "activations": "Sigmoid"}, {"depth": 100, "activations": ["Sigmoid"]}),
    (
        "vanishing_gradient",
        {"depth": "50", "activations": ["Sigmoid", "ReLU"], "initializer": "He", "gain": "2", "width": "128",
         "seed": "7"},
        {"depth": 50, "activations": ["Sigmoid", "ReLU"], "initializer": "He (Kaiming)", "gain": 2.0, "width": 128,
         "seed": 7},
    ),
    ("vanishing_gradient", {"initializer": "He (Kaiming)"}, {"initializer": "He (Kaiming)"}),
    ("vanishing_gradient", {"loss_scale": "15"}, {"loss_scale": 15}),
    (
        "vanishing_gradient",
        {"initializer": "Normal, fixed σ", "initializer.std": "0.05", "activations": ["Leaky ReLU", "GELU (tanh)"]},
        {"initializer": "Normal, fixed σ", "initializer.std": 0.05, "activations": ["Leaky ReLU", "GELU (tanh)"]},
    ),
    (
        "vanishing_gradient",
        {"depth": "30", "first.same": "true", "first.activations": ["Tanh", "GELU"]},
        {"depth": 30, "first.same": True, "first.activations": ["Tanh", "GELU"]},
    ),
    (
        "backpropagation",
        {"chain.activation": "Leaky ReLU", "chain.neurons": "12", "chain.x": "-1", "chain.weight": "3",
         "chain.step": "20"},
        {"chain.activation": "Leaky ReLU", "chain.neurons": 12, "chain.x": -1.0, "chain.weight": 3.0, "chain.step": 20},
    ),
    ("backpropagation", {"descent.rate": "0.55", "descent.step": "3"}, {"descent.rate": 0.55, "descent.step": 3}),
    (
        "backpropagation", {"chain.weight": "-100", "chain.bias": "57.735"},
        {"chain.weight": -100.0, "chain.bias": 57.735},
    ),
    ("backpropagation", {"chain.step": "0"}, {"chain.step": 0}),
    ("backpropagation", {"chain.step": "5"}, {"chain.step": 5}),
    ("backpropagation", {"chain.step": "8"}, {"chain.step": 8}),  # where it opened without a step, up to 0.1.0
    (  # the end of the longest chain has been the end of every chain
        "backpropagation", {"chain.neurons": "6", "chain.step": "24"}, {"chain.neurons": 6, "chain.step": 12},
    ),
    (
        "why_it_matters",
        {"step.activations": "Tanh", "step.depth": "20", "step.rate": "0.01", "step.initializer": "Orthogonal",
         "step.width": "16", "step.seed": "20"},
        {"step.activations": ["Tanh"], "step.depth": 20, "step.rate": 0.01, "step.initializer": "Orthogonal",
         "step.width": 16, "step.seed": 20},
    ),
    ("why_it_matters", {"early.network": "Sigmoid"}, {"early.network": "Sigmoid"}),
    (
        "why_it_matters",
        {"step.initializer": "Normal, fixed σ", "step.initializer.std": "0.5"},
        {"step.initializer": "Normal, fixed σ", "step.initializer.std": 0.5},
    ),
    (
        "activation_functions",
        {"bend.activations": ["Swish", "Mish"], "bend.depth": "30", "bend.bias": "1", "bend.width": "8",
         "bend.seed": "3", "curves.activations": "Softplus"},
        {"bend.activations": ["Swish", "Mish"], "bend.depth": 30, "bend.bias": 1.0, "bend.width": 8,
         "bend.seed": 3, "curves.activations": ["Softplus"]},
    ),
    (
        "sigmoid_and_tanh",
        {"saturating.curve": "Tanh", "saturating.x": "-4.5", "saturating.spread": "10", "saturating.depth": "100"},
        {"saturating.curve": "Tanh", "saturating.x": -4.5, "saturating.spread": 10.0, "saturating.depth": 100},
    ),
    (  # until both were offered, a link to the sigmoid left it out: it is the first of them
        "sigmoid_and_tanh",
        {"saturating.curve": "Sigmoid", "saturating.x": "4"},
        {"saturating.curve": "Sigmoid", "saturating.x": 4.0},
    ),
    (
        "relu",
        {"relu.depth": "100", "relu.width": "128", "relu.seed": "1", "relu.x": "0", "relu.bias": "-1",
         "relu.batch": "128", "relu.rate": "0.2", "relu.alpha": "0"},
        {"relu.depth": 100, "relu.width": 128, "relu.seed": 1, "relu.x": 0.0, "relu.bias": -1.0,
         "relu.batch": 128, "relu.rate": 0.2, "relu.alpha": 0.0},
    ),
    (
        "relu_variants",
        {"leaky_relu.alpha": "1.5", "prelu.a": "-0.5", "elu.alpha": "0", "variants.own": "true", "variants.depth": "1",
         "variants.initializer": "He, uniform", "variants.width": "32", "variants.seed": "2"},
        {"leaky_relu.alpha": 1.5, "prelu.a": -0.5, "elu.alpha": 0.0, "variants.own": True, "variants.depth": 1,
         "variants.initializer": "He (Kaiming), uniform", "variants.width": 32, "variants.seed": 2},
    ),
    *(  # as they have been called, and as they are called by now
        ("relu_variants", {"variants.initializer": label}, {"variants.initializer": "Glorot (Xavier), uniform"})
        for label in ("Glorot, uniform", "Glorot (Xavier), uniform")
    ),
    ("beyond_relu", {"beyond.initializer": "Glorot"}, {"beyond.initializer": "Glorot (Xavier)"}),
    ("why_it_matters", {"step.initializer": "Glorot"}, {"step.initializer": "Glorot (Xavier)"}),
    ("laboratory", {"lab.initializer": "He"}, {"lab.initializer": "He (Kaiming)"}),
    ("watch_it_learn", {"learn.initializer": "Glorot"}, {"learn.initializer": "Glorot (Xavier)"}),
    (
        "relu_variants",
        {"variants.initializer": "Normal, fixed σ", "variants.initializer.std": "2"},
        {"variants.initializer": "Normal, fixed σ", "variants.initializer.std": 2.0},
    ),
    (
        "beyond_relu",
        {"swish.beta": "10", "beyond.x": "-1.3", "beyond.depth": "5", "beyond.initializer": "LeCun",
         "beyond.width": "24", "beyond.seed": "9"},
        {"swish.beta": 10.0, "beyond.x": -1.3, "beyond.depth": 5, "beyond.initializer": "LeCun",
         "beyond.width": 24, "beyond.seed": 9},
    ),
    (
        "beyond_relu",
        {"beyond.initializer": "Normal, fixed σ", "beyond.initializer.std": "0.01", "beyond.around": "Modern"},
        {"beyond.initializer": "Normal, fixed σ", "beyond.initializer.std": 0.01, "beyond.around": "Modern"},
    ),
    (
        "laboratory",
        {"lab.activation": "Swish", "lab.swish.beta": "2.5", "lab.depth": "30", "lab.initializer": "Normal, fixed σ",
         "lab.initializer.std": "0.1", "lab.gain": "1.5", "lab.bias": "0.2", "lab.normalization": "LayerNorm",
         "lab.residual": "true", "lab.scale": "0.5", "lab.width": "32", "lab.batch": "16", "lab.seeds": "3",
         "lab.seed": "7", "lab.view": "Saturated"},
        {"lab.activation": "Swish", "lab.swish.beta": 2.5, "lab.depth": 30, "lab.initializer": "Normal, fixed σ",
         "lab.initializer.std": 0.1, "lab.gain": 1.5, "lab.bias": 0.2, "lab.normalization": "LayerNorm",
         "lab.residual": True, "lab.scale": 0.5, "lab.width": 32, "lab.batch": 16, "lab.seeds": 3,
         "lab.seed": 7, "lab.view": "Saturated", "lab.line": "1"},
    ),
    (
        "laboratory",
        {"lab.activation": "Leaky ReLU", "lab.leaky_relu.alpha": "0.2", "lab.normalization": "BatchNorm",
         "lab.profile": "Zigzag", "lab.view": "Gradient ∂Loss/∂W"},
        {"lab.activation": "Leaky ReLU", "lab.leaky_relu.alpha": 0.2, "lab.normalization": "BatchNorm",
         "lab.profile": "Zigzag", "lab.view": "Gradient ∂Loss/∂W"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Nothing: one network", "learn.data": "Two spirals", "learn.activation": "Swish",
         "learn.swish.beta": "2.5", "learn.depth": "5", "learn.initializer": "Normal, fixed σ",
         "learn.initializer.std": "0.1", "learn.optimizer": "Adam", "learn.rate": "0.005", "learn.steps": "500",
         "learn.normalization": "LayerNorm", "learn.residual": "true", "learn.width": "16", "learn.batch": "32",
         "learn.seed": "7", "learn.view": "Moved"},
        {"learn.race": "Nothing: one network", "learn.data": "Two spirals", "learn.activation": "Swish",
         "learn.swish.beta": 2.5, "learn.depth": 5, "learn.initializer": "Normal, fixed σ",
         "learn.initializer.std": 0.1, "learn.optimizer": "Adam", "learn.rate": "0.005", "learn.steps": 500,
         "learn.normalization": "LayerNorm", "learn.placement": "Before the activation",
         "learn.residual": True, "learn.width": 16, "learn.batch": 32,
         "learn.seed": 7, "learn.view": "Moved"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Nothing: one network", "learn.clip": "0.1", "learn.decay": "0.01", "learn.layers": "3"},
        {"learn.race": "Nothing: one network", "learn.activation": "Sigmoid", "learn.clip": "0.1",
         "learn.decay": "0.01", "learn.layers": "3"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Activations", "learn.activations": ["Tanh", "PReLU"], "learn.view": "PReLU's a"},
        {"learn.activations": ["Tanh", "PReLU"], "learn.view": "PReLU's a"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Initializations", "learn.initializers": ["Glorot, uniform", "He", "He, uniform"]},
        {"learn.race": "Initializations", "learn.activation": "Sigmoid",
         "learn.initializers": ["Glorot (Xavier), uniform", "He (Kaiming)", "He (Kaiming), uniform"]},
    ),
    *(
        (
            "watch_it_learn",
            {"learn.race": race, key: chosen},
            {"learn.race": race, "learn.activation": "Sigmoid", key: chosen},
        )
        for race, key, chosen in (
            ("Depths", "learn.depths", ["2", "30"]),
            ("Initializations", "learn.initializers", ["Orthogonal", "Normal, fixed σ"]),
            ("Initializations", "learn.initializers", ["LeCun", "He (Kaiming)"]),
            ("Optimizers", "learn.optimizers", ["Momentum", "Adam"]),
            ("Learning rates", "learn.rates", ["0.001", "5"]),
            ("Normalizations", "learn.normalizations", ["Without", "BatchNorm"]),
        )
    ),
    (
        "laboratory", {"lab.view": "Saturated", "lab.line": "5.91", "lab.gain": "1.6667"},
        {"lab.view": "Saturated", "lab.line": "5.91", "lab.gain": 1.6667},
    ),
    (
        "order_and_chaos",
        {"chaos.activation": "ELU", "chaos.elu.alpha": "2", "chaos.w": "1.76", "chaos.b": "0.55", "chaos.depth": "7"},
        {"chaos.activation": "ELU", "chaos.elu.alpha": 2.0, "chaos.w": 1.76, "chaos.b": 0.55, "chaos.depth": 7},
    ),
    ("papers", {"papers.row": "Poole 2016"}, {"papers.row": "Poole 2016"}),
    (
        "through_time",
        {"time.cells": ["ReLU, identity", "GRU"], "time.steps": "77", "time.gain": "0.85", "time.forget": "-1.25",
         "time.input": "0", "time.wait": "5"},
        {"time.cells": ["ReLU, identity", "GRU"], "time.steps": 77, "time.gain": 0.85, "time.forget": -1.25,
         "time.input": 0.0, "time.wait": 5},
    ),
    (
        "through_time", {"time.cells": "Tanh", "time.wait": "6", "time.learn": "true"},
        {"time.cells": ["Tanh"], "time.wait": 6, "time.learn": True},
    ),
    (
        "cures",
        {"cures.patient": "Diverges", "cures.depth": "20", "cures.shown": ["Clipping", "Loss scaling"]},
        {"cures.patient": "Diverges", "cures.depth": "20", "cures.shown": ["Clipping", "Loss scaling"]},
    ),
]  # fmt: skip

# None of these is a value of any control.
RUBBISH = [
    "", "abc", "nan", "-inf", "1e309", "-1000000000", "9" * 5000, "1_000_000", "0x10", "1,000", "None", "\x00",
    "\u202e", "<script>alert(1)</script>", "sigmoid", "{{ depth }}", ["abc", "def"],
]  # fmt: skip
MESSAGES = [1e9, -1e308, math.nan, math.inf, [], [1.0, 2.0, 3.0]]  # what a crafted message may hold
KEPT = [10**9, -(10**9), 10**400, math.nan, math.inf, "abc", None, {}]  # what a session may hold

UNREADABLE = re.compile(r"\bnan\b|\binf\b|\bNone\b|undefined|\{\{|Traceback")


def tries(stem):
    """What each "Try this" of a page sets, as its script says: the second argument of parts.tries."""
    tree = ast.parse((ROOT / "pages" / f"{stem}.py").read_text(encoding="utf-8"))
    (given,) = (
        node.args[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tries"
    )
    return ast.literal_eval(given)


TRIES = [(stem, name) for stem in PAGES for name in tries(stem)]


def check(at, stem):
    """What holds of a page whatever its controls are set to."""
    assert [error.message for error in at.exception] == []
    assert list(charts(at)) == list(charts(opened(stem))), "a chart is missing"
    assert [text for text in texts(at) if UNREADABLE.search(text)] == []
    for metric in at.metric:
        assert metric.value


def ended(at, stem):
    """The page once its run has ended, where it has one: before, settings such as the learning rate change nothing."""
    return at.button(key="learn.end").click().run() if stem == "watch_it_learn" else at


QUICK = {"learn.steps": "100", "learn.depth": "2", "learn.width": "8"}  # a run that is over in a moment


@pytest.fixture
def short_training(monkeypatch):
    """Networks that a page trains while it is opened learn for ten steps, those that remember a symbol for none: how
    long they do is tested elsewhere.
    """
    opened("why_it_matters")  # kept for other tests, so with all its steps
    monkeypatch.setattr(affordable, "AFFORDABLE", 1.0)
    monkeypatch.setattr(through_time, "learnt", lambda recall: Learnt(np.full(UPDATES, 0.25), np.zeros(UPDATES)))


# Charts of the gradient by layer, whose axes stand still: only the curve moves when a control does.
BY_LAYER = {
    "vanishing_gradient": ["gradient"],
    "why_it_matters": ["step"],
    "sigmoid_and_tanh": ["saturating.gradient"],
    "relu": ["relu.gradient"],
    "relu_variants": ["variants.gradient"],
    "beyond_relu": ["beyond.gradient"],
    "laboratory": ["lab.chart"],
    "order_and_chaos": ["chaos.gradient"],
    "through_time": ["time.gradient"],
    "cures": ["cures.chart"],
}
# The controls that move an axis of another chart, each for a reason of its own.
MOVING = {
    "first.light": {"depth", "first.activations"},  # where the outlines are cut off; a network more
    "gradient": {"loss_scale"},  # its title says what the last layer has
    "chain.gradient": {"chain.neurons"},  # a bar for each
    "step.short": {"step.depth", "step.width"},  # how many steps such networks can afford
    "curves": {"curves.activations"},  # the named levels of these functions
    "variants.curves": {"variants.own"},
    "saturating.curves": {"saturating.curve"},
    "lab.chart": {"lab.view"},  # another quantity
    "papers.chart": {"papers.row"},  # other numbers
    "lab.inside": {"lab.depth"},  # a network of fewer than five layers has fewer rows
}
FILM = "watch_it_learn"  # where a setting is another race


def drawn(at):
    return {key: json.loads(spec)["layout"] for key, spec in specs(at).items()}


def by_layer(at):
    """The charts of the gradient by layer."""
    before = prose.common("axis before"), prose.common("axis before time")
    return [key for key, layout in drawn(at).items() if layout.get("xaxis", {}).get("title", {}).get("text") in before]


def standing(at):
    """The axes of all charts."""
    return {
        key: {name: layout[name] for name in layout if "axis" in name or name in ("height", "margin")}
        for key, layout in drawn(at).items()
    }


def wrongly_moved(key, before, now):
    """The charts whose axes are not as they were before this control was moved, but for those that it may move."""
    free = {chart for chart in MOVING if key in MOVING[chart]}
    return {chart for chart in before if chart not in free and chart in now and now[chart] != before[chart]}


# Opening


@pytest.mark.parametrize("stem", PAGES)
def test_the_charts_of_the_gradient_by_layer_are_known(stem):
    assert by_layer(opened(stem)) == BY_LAYER.get(stem, [])


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


# Controls


@pytest.mark.parametrize("stem", DEFAULTS)
def test_a_released_page_opens_with_its_pinned_settings(stem):
    assert values(opened(stem)) == DEFAULTS[stem]


def test_no_two_controls_of_all_pages_share_a_key():
    """One key for two widgets would give one of them the other's bounds: all pages share one address."""
    assert len(CONTROLS) == len({key for _, key in CONTROLS})


@pytest.mark.parametrize("stem", PAGES)
def test_each_control_of_a_page_can_be_set_and_changes_a_chart(stem, short_training):
    """One after the other and back: to the end of a slider or an option that it does not show.

    None moves an axis, but for those that are named.
    """
    at = visit(stem, **(QUICK if stem == "watch_it_learn" else {})).run()
    before = specs(ended(at, stem))
    axes_before = standing(at)
    for key in [key for page, key in CONTROLS if page == stem]:
        shown = widgets(at)[key].value
        other = next(value for value in reversed(steps(widgets(at)[key])) if value not in ([], shown))
        widgets(at)[key].set_value(other).run()
        ended(at, stem)
        check(at, stem)
        assert widgets(at)[key].value == other
        assert specs(at) != before, f"a control that changes no chart has no place on the page: {key}"
        assert stem == FILM or not wrongly_moved(key, axes_before, standing(at))
        widgets(at)[key].set_value(shown).run()
        assert specs(ended(at, stem)) == before, key


@pytest.mark.slow
@pytest.mark.parametrize("stem", PAGES)
def test_every_control_can_be_set_to_its_ends_its_middle_and_each_option(stem, short_training):
    at = visit(stem, **(QUICK if stem == "watch_it_learn" else {})).run()
    before = standing(at)
    for key in [key for page, key in CONTROLS if page == stem]:
        shown = widgets(at)[key].value
        for value in steps(widgets(at)[key]):
            widgets(at)[key].set_value(value).run()
            ended(at, stem)
            check(at, stem)
            assert widgets(at)[key].value == value
            assert stem == FILM or not wrongly_moved(key, before, standing(at))
        widgets(at)[key].set_value(shown).run()


LARGE = ("laboratory", "why_it_matters")  # many deep networks at once
HIGHEST = [pytest.param(stem, marks=[pytest.mark.slow] if stem in LARGE else []) for stem in PAGES]


@pytest.mark.parametrize("stem", PAGES)
def test_all_sliders_at_once_can_stand_at_their_lowest(stem, short_training):
    all_at_the(0, stem)


@pytest.mark.parametrize("stem", HIGHEST)
def test_all_sliders_at_once_can_stand_at_their_highest(stem, short_training):
    all_at_the(-1, stem)


def all_at_the(end, stem):
    at = visit(stem).run()
    for box in [box for box in at.selectbox if box.key != STORY]:
        box.set_value(INITIALIZERS["normal"].label if "initializer" in box.key else box.options[end])
    for toggle in at.main.toggle:
        toggle.set_value(True)
    for pills in at.button_group:
        pills.set_value(list(pills.options) if isinstance(pills.value, list) else pills.options[end])
    at.run()
    for slider in at.slider:
        slider.set_value(steps(slider)[end])
    at.run()
    check(at, stem)
    for slider in at.slider:
        assert slider.value == steps(slider)[end]


@pytest.mark.parametrize("stem", ["vanishing_gradient", "why_it_matters", "relu_variants", "beyond_relu"])
def test_only_an_initialization_with_a_number_of_its_own_asks_for_it(stem, short_training):
    at = visit(stem).run()
    own = {parameter.name for entry in INITIALIZERS.values() for parameter in entry.parameters}
    (box,) = at.selectbox
    for entry in INITIALIZERS.values():
        at.selectbox(key=box.key).set_value(entry.label).run()
        check(at, stem)
        asked = {name for name in own if f"{box.key}.{name}" in widgets(at)}
        assert asked == {parameter.name for parameter in entry.parameters}


@pytest.mark.parametrize("stem", PAGES)
def test_every_control_has_a_label(stem):
    at = opened(stem)
    labels = [widget.proto.label for widget in widgets(at).values()]
    assert all(labels)
    assert len(labels) == len(defaults(stem))


@cache
def tried(stem, name):
    """The page as it is after one of its "Try this", shared by all tests that only look."""
    at = visit(stem).run()
    at.button(key=f"{stem}.try.{name}").click()
    return at.run()


@pytest.mark.parametrize(("stem", "name"), TRIES)
def test_a_link_to_try_sets_what_it_says(stem, name):
    at = tried(stem, name)
    check(at, stem)
    assert {key: values(at)[key] for key in tries(stem)[name]} == tries(stem)[name]


@pytest.mark.parametrize(("stem", "name"), TRIES)
def test_a_link_to_try_changes_a_chart_of_the_page_as_it_opens(stem, name):
    """A link that seems to do nothing looks broken."""
    assert specs(tried(stem, name)) != specs(opened(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_a_link_to_try_wins_over_whatever_was_set_before(stem, short_training):
    """Also where it moves the bounds of a control that it sets."""
    at = visit(stem).run()
    for name, wanted in tries(stem).items():
        for key in wanted:
            if key in widgets(at):  # not there: a control that only the link brings
                ends = [value for value in steps(widgets(at)[key]) if value not in ([], wanted[key])]
                widgets(at)[key].set_value(ends[-1])
        at.run()
        at.button(key=f"{stem}.try.{name}").click().run()
        check(at, stem)
        assert {key: values(at)[key] for key in wanted} == wanted


@pytest.mark.parametrize("stem", PAGES)
def test_all_links_to_try_can_be_followed_one_after_the_other(stem):
    at = visit(stem).run()
    for name, settings in [*tries(stem).items(), *reversed(tries(stem).items())]:
        at.button(key=f"{stem}.try.{name}").click().run()
        check(at, stem)
        assert {key: values(at)[key] for key in settings} == settings


# One weight that learns


def descended(at):
    """The step as the page says it: on the slider, in the sentence and in what is read out."""
    alt = charts(at)["descent"].alt
    (sentence,) = {text for text in texts(at) if text.startswith("After ") and ":orange[" in text}
    (step,) = {re.search(r"fter (\d+) of 12 steps", text)[1] for text in (alt, sentence)}
    assert at.slider(key="descent.step").value == int(step)
    return int(step)


def test_one_step_is_a_button_and_so_is_to_start_again():
    at = visit("backpropagation", **{"descent.step": "10"}).run()
    for button, step in [("forward", 11), ("forward", 12), ("forward", 12), ("start", 0), ("start", 0), ("forward", 1)]:
        at.button(key=f"descent.step.{button}").click().run()
        check(at, "backpropagation")
        assert descended(at) == step


def test_another_learning_rate_goes_the_same_steps_from_the_same_start():
    at = visit("backpropagation", **{"descent.step": "2"}).run()
    for rate in (0.01, 0.25, 0.6):
        at.slider(key="descent.rate").set_value(rate).run()
        assert descended(at) == 2
        distance = 2.5 * (1 - 4 * rate) ** 2
        assert f"the weight is {numerals.plain(1.5 - distance)}," in charts(at)["descent"].alt


@pytest.mark.parametrize("address", [{"descent.step": "13"}, {"descent.step": "1e9"}, {"descent.rate": "0.61"}])
def test_a_step_or_a_rate_out_of_bounds_is_as_if_it_had_not_come(address):
    at = visit("backpropagation", **address).run()
    check(at, "backpropagation")
    assert specs(at) == specs(opened("backpropagation"))


# The walk through the chain


def walk(at):
    """(step, of how many) as the page says it: in the chart, in its text alternative, in its field, in its frames."""
    proto = charts(at)["chain.gradient"]
    spec = json.loads(proto.spec)
    drawn = " ".join(text["text"] for text in spec["layout"]["annotations"])
    (step, last), *_ = said = [re.findall(r"Step (\d+) of (\d+)\.", text)[0] for text in (proto.alt, drawn)]
    field = at.number_input(key="chain.step")
    said.append((str(field.value), str(int(field.max))))
    said.append((step, spec["frames"][-1]["name"].removeprefix("chain.step=")))
    assert set(said) == {(step, last)}
    return int(step), int(last)


def ahead(at):
    return at.button(key="chain.step.forward").label


def test_the_buttons_walk_forward_and_back_and_say_what_comes():
    at = visit("backpropagation").run()
    assert walk(at) == (4, 8), "it begins where all values are known"
    for button, step, coming in [
        ("forward", 5, "Next: back through neuron 3"), ("back", 4, "Next: back through neuron 4"),
        ("back", 3, "Next: forward through neuron 4"), ("start", 0, "Next: forward through neuron 1"),
        ("back", 0, "Next: forward through neuron 1"), ("forward", 1, "Next: forward through neuron 2"),
        ("end", 8, "Again from the loss"), ("forward", 4, "Next: back through neuron 4"),
    ]:  # fmt: skip
        at.button(key=f"chain.step.{button}").click().run()
        check(at, "backpropagation")
        assert (walk(at), ahead(at)) == ((step, 8), coming), button


@pytest.mark.parametrize("neurons", [2, 12])
@pytest.mark.parametrize("buttons", [("start", "forward", "end"), ("forward",) * 4], ids=["at once", "step by step"])
def test_who_has_walked_to_the_end_is_at_the_end_of_another_chain_too(buttons, neurons):
    """Not at a step of long ago."""
    at = visit("backpropagation").run()
    for button in buttons:
        at.button(key=f"chain.step.{button}").click().run()
    assert walk(at) == (8, 8)
    at.slider(key="chain.neurons").set_value(neurons).run()
    check(at, "backpropagation")
    assert walk(at) == (2 * neurons, 2 * neurons)


def test_who_has_not_walked_yet_stands_at_the_loss_of_every_chain():
    at = visit("backpropagation").run()
    for neurons in (5, 6, 12, 11, 1, 2, 12):
        at.slider(key="chain.neurons").set_value(neurons).run()
        assert walk(at) == (neurons, 2 * neurons)


@pytest.mark.parametrize("neurons", [1, 12])
def test_another_control_does_not_move_the_walk(neurons):
    at = visit("backpropagation").run()
    at.slider(key="chain.neurons").set_value(neurons).run()
    at.slider(key="chain.x").set_value(0.0).run()
    assert walk(at) == (neurons, 2 * neurons)
    at.button(key="chain.step.back").click().run()
    at.slider(key="chain.weight.slide").set_value(2.0).run()
    assert walk(at) == (neurons - 1, 2 * neurons)
    assert at.number_input(key="chain.weight").value == 2.0


def test_a_weight_beyond_the_slider_widens_it_and_the_field_and_the_slider_say_the_same():
    at = visit("backpropagation", **{"chain.weight": "0.57735"}).run()
    for step, widest, value in ((0.1, 5.0, 0.57735), (1.0, 100.0, 100.0), (1.0, 100.0, -5.1), (0.1, 5.0, 5.0)):
        at.number_input(key="chain.weight").set_value(value).run()
        slide = at.slider(key="chain.weight.slide")
        assert (slide.proto.step, slide.min, slide.max, slide.value) == (step, -widest, widest, value)
        check(at, "backpropagation")
    at.slider(key="chain.weight.slide").set_value(-4.9).run()
    assert values(at)["chain.weight"] == -4.9
    assert f"every weight is {numerals.plain(-4.9)}." in charts(at)["chain.gradient"].alt


@pytest.mark.parametrize("button", ["start", "back", "end"])
def test_a_link_to_try_shows_the_whole_walk_wherever_the_reader_stood(button):
    at = visit("backpropagation").run()
    for name, neurons in (("vanish", 12), ("explode", 6)):
        at.button(key=f"chain.step.{button}").click().run()
        at.button(key=f"backpropagation.try.{name}").click().run()
        assert walk(at) == (2 * neurons, 2 * neurons)


@pytest.mark.parametrize("step", ["3", "24"])
def test_the_address_that_the_page_was_opened_with_does_not_come_back_with_another_chain(step):
    """Streamlit reads the address again for every control that it does not know."""
    at = visit("backpropagation", **{"chain.step": step}).run()
    at.button(key="chain.step.end").click().run()
    at.button(key="chain.step.back").click().run()
    for neurons in (5, 4, 12):
        at.slider(key="chain.neurons").set_value(neurons).run()
        assert walk(at) == (7, 2 * neurons)
    at.button(key="chain.step.end").click().run()
    for neurons in (5, 3):
        at.slider(key="chain.neurons").set_value(neurons).run()
        assert walk(at) == (2 * neurons, 2 * neurons)


def test_one_step_is_one_step_however_long_the_chain():
    at = visit("backpropagation").run()
    for neurons in (4, 2, 9):
        at.slider(key="chain.neurons").set_value(neurons).run()
        at.button(key="chain.step.end").click().run()
        before = at.number_input(key="chain.step").value
        at.button(key="chain.step.back").click().run()
        assert at.number_input(key="chain.step").value == before - 1


def test_a_shorter_chain_never_stands_beyond_its_end():
    at = visit("backpropagation", **{"chain.neurons": "12", "chain.step": "20"}).run()
    assert walk(at) == (20, 24)
    for neurons in (9, 4, 1, 12):
        at.slider(key="chain.neurons").set_value(neurons).run()
        check(at, "backpropagation")
        step, last = walk(at)
        assert last == 2 * neurons
        assert 0 <= step <= last


@pytest.mark.parametrize("step", ["0", "3", "7"])
def test_before_the_walk_is_complete_nothing_beside_the_explanation_tells_its_end(step):
    at = visit("backpropagation", **{"chain.step": step}).run()
    proto = charts(at)["chain.gradient"]
    drawn = json.loads(proto.spec)["layout"]["annotations"]
    total = numerals.number(chain("sigmoid", [1.0] * 4, 1.0).total)
    assert total in charts(visit("backpropagation", **{"chain.step": "8"}).run())["chain.gradient"].alt
    for text in (proto.alt, *(text["text"] for text in drawn)):
        assert total not in text
    assert [metric.value for metric in at.metric] == []


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


@pytest.mark.parametrize(("stem", "name"), TRIES)
def test_the_text_alternative_follows_the_chart(stem, name):
    """It tells numbers: where the chart has changed, what is read out has."""
    before, after = charts(opened(stem)), charts(tried(stem, name))
    moved = [key for key in before if before[key].spec != after[key].spec]
    assert [key for key in moved if before[key].alt == after[key].alt] == []


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
