"""Links that hide controls or show one chart alone, as a page without a browser takes them, and the dialog."""

import re

import pytest

from core.ui.share.hiding import css
from core.ui.share.links import OWN, View, known
from core.ui.share.links import view as links_view
from core.words import numerals, prose
from tests.pages.reader import PAGES, charts, nodes, opened, specs, values, visit

# Links that have been valid once stay valid: page, address, what the controls are set to, and the view.
LINKS = [
    (
        "vanishing_gradient", {"depth": "50", "hide": "depth,initializer,width,seed"}, {"depth": 50},
        View(hide=("depth", "initializer", "width", "seed")),
    ),
    (
        "vanishing_gradient",
        {"initializer": "Normal, fixed σ", "initializer.std": "0.05", "only": "gradient", "keep": "initializer.std"},
        {"initializer": "Normal, fixed σ", "initializer.std": 0.05}, View(only="gradient", keep=("initializer.std",)),
    ),
    (
        "backpropagation", {"chain.neurons": "12", "only": "chain.drawing", "keep": "chain.step"},
        {"chain.neurons": 12}, View(only="chain.gradient", keep=("chain.step",)),
    ),  # the drawing has become a part of the other chart
    (
        "backpropagation", {"chain.neurons": "12", "only": "chain.gradient"}, {"chain.neurons": 12},
        View(only="chain.gradient"),
    ),
    (
        "relu", {"relu.depth": "100", "hide": ["relu.depth", "relu.seed"]}, {"relu.depth": 100},
        View(hide=("relu.depth", "relu.seed")),
    ),
    (
        "relu_variants", {"prelu.a": "-0.5", "only": "variants.gradient", "keep": "prelu.a"}, {"prelu.a": -0.5},
        View(only="variants.gradient", keep=("prelu.a",)),
    ),
    (
        "laboratory", {"lab.seeds": "2", "only": "lab.chart", "keep": "lab.gain,lab.other"}, {"lab.seeds": 2},
        View(only="lab.chart", keep=("lab.gain", "lab.other")),
    ),
    (
        "watch_it_learn", {"learn.depth": "5", "only": "learn.history", "keep": "learn.buttons,learn.depth"},
        {"learn.depth": 5}, View(only="learn.history", keep=("learn.buttons", "learn.depth")),
    ),
    (
        "watch_it_learn", {"learn.residual": "true", "hide": "learn.story,learn.residual"}, {"learn.residual": True},
        View(hide=("learn.story", "learn.residual")),
    ),
    (
        "order_and_chaos", {"chaos.w": "1.76", "only": "chaos.map", "keep": "chaos.w"}, {"chaos.w": 1.76},
        View(only="chaos.map", keep=("chaos.w",)),
    ),
]  # fmt: skip
RUBBISH = [
    "nobody", "x}body{display:none}", "</style><script>alert(1)</script>", "\x00", "9" * 5000, "a," * 5000, "share",
    "metrics", "{{ depth }}", ["abc", "def"], "\u202e", "", "..", "__class__",
]  # fmt: skip


def styles(at):
    """The styles that the page sends besides that of all pages."""
    return [node.proto.body for node in at.html if node.proto.body.startswith("<style>")][1:]


@pytest.mark.parametrize(("stem", "address", "settings", "view"), LINKS)
def test_a_link_that_was_valid_stays_valid(stem, address, settings, view):
    """What it sets holds, whether one sees the control or not; and the page is run once, not twice."""
    at = visit(stem, **address).run()
    assert not at.exception
    assert values(at) == {**values(at), **settings}
    plain = visit(stem, **{key: value for key, value in address.items() if key not in OWN}).run()
    assert values(at) == values(plain)
    assert specs(at) == specs(plain)
    shown = at.session_state["sharing"].known
    assert styles(at) == [f"<style>{css(view, shown.boxes)}</style>"]
    assert known(links_view(sharing_asked(address)), shown) == view
    assert not at.session_state["sharing"].again


def sharing_asked(address):
    return {key: value if isinstance(value, list) else [value] for key, value in address.items()}


@pytest.mark.parametrize("stem", PAGES)
def test_rubbish_hides_nothing(stem):
    """Something else in each of the three; on eleven pages all of it."""
    hide, only, keep = (RUBBISH[(3 * PAGES.index(stem) + i) % len(RUBBISH)] for i in range(3))
    at = visit(stem, hide=hide, only=only, keep=keep).run()
    assert not at.exception
    assert styles(at) == []
    assert not [node for node in nodes(at) if node.type == "markdown" and prose.common("share whole") in node.value]
    assert specs(at) == specs(opened(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_what_belongs_to_another_page_or_is_no_control_is_not_hidden(stem):
    other = "relu" if stem != "relu" else "relu_variants"
    keys = [*opened(other).session_state["sharing"].known.controls, *charts(opened(stem)), f"{stem}.code", "share"]
    assert styles(visit(stem, hide=keys).run()) == []


@pytest.mark.parametrize("stem", PAGES)
def test_every_control_and_every_chart_of_a_page_can_be_shared(stem):
    shown = opened(stem).session_state["sharing"].known
    assert set(values(opened(stem))) <= set(shown.controls)
    assert set(shown.controls) - set(values(opened(stem))) <= {"lab.other", "learn.buttons"}
    assert list(shown.charts) == list(charts(opened(stem)))
    assert all(shown.controls.values())


@pytest.mark.parametrize("stem", PAGES)
def test_every_chart_has_a_name_of_its_own(stem):
    names = list(opened(stem).session_state["sharing"].known.charts.values())
    named = {prose.read("common").blocks[name] for name in prose.read("common").names("chart")}
    assert set(names) <= named
    assert len(names) == len(set(names))


@pytest.mark.parametrize("stem", PAGES)
def test_a_control_takes_nothing_with_it_that_is_not_its_own(stem):
    """Hiding goes by the beginnings of keys."""
    shown = opened(stem).session_state["sharing"].known
    keys = {node.key for node in nodes(opened(stem)) if getattr(node, "key", None)}
    for key in shown.controls:
        taken = {
            other
            for other in keys | set(shown.charts)
            if other.replace(".", "-").startswith(key.replace(".", "-") + "-")
        }
        assert all(other.startswith(key + ".") for other in taken), key
        assert not taken & set(shown.charts), key


def test_more_settings_goes_with_the_last_control_in_it():
    assert ".st-key-more" in styles(visit("vanishing_gradient", hide="width,seed,loss_scale").run())[0]
    assert ".st-key-more" not in styles(visit("vanishing_gradient", hide="width").run())[0]
    assert ".st-key-more" in styles(visit("vanishing_gradient", only="gradient", keep="seed").run())[0]


def test_a_control_that_appears_is_hidden_at_once():
    at = visit("vanishing_gradient", hide="initializer.std").run()
    assert styles(at) == [], "it is not there"
    at.selectbox(key="initializer").set_value("Normal, fixed σ").run()
    assert "st-key-initializer-std" in styles(at)[0]


def test_one_chart_alone_leads_back_to_the_whole_page_with_its_settings():
    at = visit("relu", **{"relu.depth": "100", "only": "relu.gradient", "keep": "relu.depth"})
    at.context = {"url": "https://x.example/relu"}
    at.run()
    (line,) = [m.value for m in at.markdown if prose.common("share whole") in m.value]
    assert line == f"[{prose.common('share whole')}](https://x.example/relu?relu.depth=100)"


def shared(stem, **address):
    at = visit(stem, **address).run()
    at.context = {"url": f"https://x.example/{stem}"}
    return at.button(key="share").click().run()


@pytest.mark.parametrize("stem", PAGES)
def test_the_dialog_of_every_page_offers_its_link_its_controls_and_its_charts(stem):
    at = shared(stem)
    assert not at.exception
    (block,) = at.code
    assert block.value == f"https://x.example/{stem}"
    shown = at.session_state["sharing"].known
    (pills,) = [group for group in at.button_group if group.key == "share.hide"]
    assert [re.sub(r" \([\w.]+\)$", "", label) for label in pills.options] == [
        re.sub(r" \([\w.]+\)$", "", label) for label in shown.controls.values()
    ]
    assert len(set(pills.options)) == len(shown.controls), "two controls that nobody can tell apart"
    assert pills.value == []
    assert at.toggle(key="share.only").value is False
    assert at.get("image")[0].proto.imgs[0].alt == prose.common("share alt")


def test_the_dialog_begins_with_what_the_page_hides():
    at = shared("relu", **{"relu.depth": "100", "hide": "relu.depth,nobody"})
    (pills,) = [group for group in at.button_group if group.key == "share.hide"]
    assert pills.value == ["relu.depth"]
    assert at.code[0].value == "https://x.example/relu?relu.depth=100&hide=relu.depth"


def test_without_an_address_to_tell_there_is_still_a_dialog():
    at = visit("relu").run().button(key="share").click().run()
    assert not at.exception
    assert [block.value for block in at.code] == [""]


def test_two_readers_do_not_mix():
    one = visit("relu", hide="relu.depth").run()
    two = visit("vanishing_gradient", hide="depth").run()
    one.run()
    assert "st-key-relu-depth" in styles(one)[0]
    assert "relu" not in styles(two)[0]
    assert set(one.session_state["sharing"].known.controls).isdisjoint(two.session_state["sharing"].known.controls)


REFUSED = [  # each kind of control: what it is asked for, and what it is set to instead
    ("vanishing_gradient", {"depth": ["30", "40"]}, 20),
    ("vanishing_gradient", {"depth": "30,5"}, 30),
    ("vanishing_gradient", {"depth": "1,000"}, 20),
    ("vanishing_gradient", {"gain": ["1,5", "2"]}, 1.0),
    ("laboratory", {"lab.depth": "5000"}, 50),
    ("laboratory", {"lab.gain": "much"}, 1.0),
    ("laboratory", {"lab.gain": "1,5,2"}, 1.0),
    ("laboratory", {"lab.gain": "99,5"}, 1.0),
    ("laboratory", {"lab.residual": "yes"}, False),
    ("laboratory", {"lab.residual": ["true", "false"]}, False),
    ("laboratory", {"lab.normalization": "Stack"}, "Without"),
    ("laboratory", {"lab.activation": "Foo"}, "Tanh"),
    ("vanishing_gradient", {"activations": ["ReLU", "Foo"]}, ["ReLU"]),
    ("watch_it_learn", {"learn.rate": "0,3"}, "0.1"),
    ("watch_it_learn", {"learn.rate": ["0.5", "1"]}, "0.1"),
    ("watch_it_learn", {"learn.race": "Colour"}, "Activations"),
    ("backpropagation", {"chain.weight": "101"}, 1.0),
    ("backpropagation", {"chain.step": "abc"}, 4),
    ("backpropagation", {"chain.step": ["2", "3"]}, 3),
]


@pytest.mark.parametrize(("stem", "asked", "shown"), REFUSED)
def test_what_a_link_asks_for_in_vain_is_said(stem, asked, shown):
    at = visit(stem, **asked).run()
    (key,) = asked
    label = numerals.listing([prose.found(prose.read(stem), "control", key)])
    assert [info.value for info in at.info] == [prose.common("not possible", names=label)]
    assert values(at)[key] == shown
    assert not at.exception


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"size": "3", "predict": "yes"}, ["control projector", "control predict"]),
        ({"size": "large"}, ["control projector"]),
        ({"size": "2", "predict": "false"}, []),
    ],
)
def test_what_a_link_asks_of_the_sidebar_in_vain_is_said_once(asked, refused):
    at = visit("relu_variants", **asked).run()
    wanted = [prose.common("not possible", names=numerals.listing([*map(prose.common, refused)]))] if refused else []
    assert [info.value for info in at.info] == wanted
    assert at.sidebar.toggle(key="projector").value is (asked["size"] == "2")
    assert at.sidebar.toggle(key="predict").value is False
    assert not at.run().info


@pytest.mark.parametrize(
    ("stem", "asked", "shown"),
    [
        ("laboratory", {"lab.gain": "1,5", "lab.depth": "30"}, {"lab.gain": 1.5, "lab.depth": 30}),
        ("backpropagation", {"chain.weight": "-1,25"}, {"chain.weight": -1.25}),
        ("watch_it_learn", {"learn.rate": "0,5"}, {"learn.rate": "0.5"}),
        (
            "watch_it_learn", {"learn.race": "Learning rates", "learn.rates": ["0,001", "1"]},
            {"learn.rates": ["0.001", "1"]},
        ),
        (
            "vanishing_gradient", {"initializer": "Normal, fixed σ", "initializer.std": "0,05"},
            {"initializer.std": 0.05},
        ),
    ],
)  # fmt: skip
def test_a_decimal_comma_is_understood_by_every_control(stem, asked, shown):
    at = visit(stem, **asked).run()
    assert {key: values(at)[key] for key in shown} == shown
    assert not at.info


# What learning platforms and messengers add to a link, and what another setting must be chosen for.
ELSEWHERE = [
    "utm_source", "utm_medium", "utm_campaign", "fbclid", "gclid", "mc_cid", "_ga", "ref", "source", "si", "id", "v",
    "lang", "locale", "user", "course", "section", "session", "token", "time", "embed", "embed_options", "theme",
    "lis_person_name_given",
]  # fmt: skip


@pytest.mark.parametrize(
    ("stem", "asked", "lost"),
    [
        ("vanishing_gradient", {"dept": "30"}, ["dept"]),
        ("vanishing_gradient", {"Depth": "30", "wdith": "8"}, ["Depth", "wdith"]),
        ("relu", {"depth": "30", "relu.dept": "30"}, ["depth", "relu.dept"]),
        ("backpropagation", {"chain_weight": "2"}, ["chain_weight"]),
        ("vanishing_gradient", {"hide": "dept,gain"}, ["dept"]),
        ("vanishing_gradient", {"only": "gradien", "keep": "depth"}, ["gradien"]),
        ("vanishing_gradient", {"initializer.std": "0.3", "hide": "initializer.std"}, []),
        ("laboratory", {"lab.leaky_relu.alpha": "0.3", "lab.scale": "0.5"}, []),
        ("watch_it_learn", {"learn.activation": "ReLU", "learn.depths": "4", "learn.depth": "5"}, []),
        ("vanishing_gradient", {"`<b>dept</b>`": "1", "dept](http://evil)": "1", "dept" * 99: "1"}, []),
        *((stem, dict.fromkeys(ELSEWHERE, "1"), []) for stem in PAGES),
    ],
)
def test_a_name_that_is_spelt_like_one_of_the_page_is_said(stem, asked, lost):
    at = visit(stem, **asked).run()
    said = [prose.common("not here", names=numerals.listing([f"`{key}`" for key in lost]))] if lost else []
    assert [info.value for info in at.info] == said
