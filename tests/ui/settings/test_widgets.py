"""Controls hand on nothing but allowed settings, whatever the browser sent."""

import math
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.errors import StreamlitAPIException

from core.experiments.networks import networks_of, parameter
from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.initializers import INITIALIZERS
from core.maths.network import DEPTH, SEED, WIDTH, Network
from core.maths.numbers import Number
from core.ui import state
from core.ui.settings import activations, networks, wide, widgets
from core.words import prose, terms
from core.words.labels import ACTIVATION_LABELS, INITIALIZER_LABELS
from tests.pages.reader import visit
from tests.scratch import ALIKE, VALUE, with_initializer

WORDS = prose.Words(
    "page", {"control page.depth": "Depth here", "control gain": "Gain", "button start": "Start", "button back": "Back"}
    | {"button forward": "Forward", "button end": "End", "control step": "Step"},
)  # fmt: skip
HOSTILE = [
    10**9, -(10**9), 10**400, 1e308, -1e308, math.nan, math.inf, -math.inf, None, "abc", "", "7", b"7", True, False,
    [], [1, 2], {}, 1j, ...,
]  # fmt: skip
UNKNOWN = [None, "", "Foo", "sigmoid", " Sigmoid", "Sigmoid ", 5, True, math.nan, ["Sigmoid"], {}, "<b>Sigmoid</b>"]


class Screen(SimpleNamespace):
    """Stands for Streamlit: every widget returns what a crafted message might contain; calls are kept."""

    def __init__(self, value=None, **kept):
        super().__init__(value=value, calls=[], session_state=kept)
        self.slider = self.number_input = self.pills = self.selectbox = self.select_slider = self._widget
        self.popover = self.container = lambda *a, **k: nullcontext()
        self.button = lambda *a, **k: self.calls.append((a, k))
        self.query_params = {}
        self.rerun = lambda: self.calls.append("rerun")

    def _widget(self, *args, **settings):
        self.calls.append((args, settings))
        return self.value


@pytest.fixture
def sent(monkeypatch):
    """A function: from now on the browser sends this."""

    def send(value=None, **kept):
        screen = Screen(value, **kept)
        for module in (activations, widgets, networks, state):
            monkeypatch.setattr(module, "st", screen)
        return screen

    return send


# Sliders


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value!r:.30}")
@pytest.mark.parametrize("number", [DEPTH, WIDTH, SEED, widgets.TANGENT, widgets.SPREAD], ids=lambda n: n.name)
def test_a_slider_hands_on_an_allowed_number_whatever_was_sent(sent, number, value):
    sent(value)
    given = widgets.slider(WORDS, "gain", number)
    assert type(given) is type(number.default)
    assert number.low <= given <= number.high
    assert given == number.validate(given)


@pytest.mark.parametrize("value", [math.nan, None, "abc", True, [1, 2], math.inf])
def test_what_is_no_number_is_the_default(sent, value):
    sent(value)
    assert widgets.slider(WORDS, "gain", DEPTH) == 20


@pytest.mark.parametrize("value", [1, 20, 999, 1000])
def test_an_allowed_number_passes_as_it_is(sent, value):
    sent(value)
    assert widgets.slider(WORDS, "gain", DEPTH) == value


def test_a_slider_has_the_bounds_of_its_number_a_key_and_a_place_in_the_address(sent):
    screen = sent(1.0)
    widgets.slider(WORDS, "gain", Number("gain", "g", 1.0, 0.1, 4.0, 0.05))
    ((label, *numbers), settings) = screen.calls[0]
    assert label == "Gain"
    assert numbers == [0.1, 4.0, 1.0, 0.05]
    assert settings == {"key": "gain", "bind": "query-params", "help": terms.explanation("gain")}


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value!r:.30}")
def test_a_setting_kept_from_elsewhere_never_reaches_the_widget_out_of_bounds(sent, value):
    """Streamlit refuses to draw a slider whose kept value lies outside its bounds."""
    screen = sent(20, gain=value)
    screen.slider = lambda *a, **k: screen.calls.append(dict(screen.session_state)) or 20
    assert widgets.slider(WORDS, "gain", DEPTH) == 20
    (before,) = screen.calls
    assert before in ({}, {"gain": DEPTH.clamp(value)})


def test_a_setting_kept_within_the_bounds_stays(sent):
    screen = sent(7, gain=7)
    assert widgets.slider(WORDS, "gain", DEPTH) == 7
    assert screen.session_state == {"gain": 7}


# Choices


@pytest.mark.parametrize("value", UNKNOWN, ids=lambda value: f"{value!r:.30}")
def test_a_choice_that_is_not_offered_is_the_default(sent, value):
    sent(value)
    assert activations.one(WORDS, "gain", "tanh", offered=("sigmoid", "tanh")) == "tanh"
    assert widgets.choice(WORDS, "gain", {"A": "a", "B": "b"}, "b") == "b"
    assert widgets.listed(WORDS, "gain", {"A": "a", "B": "b"}, "b") == "b"
    assert widgets.scale(WORDS, "gain", ("0.1", "1"), "1") == "1"
    assert networks.initializer(WORDS, "gain", "he_normal") == ("he_normal", {})


@pytest.mark.parametrize("value", UNKNOWN, ids=lambda value: f"{value!r:.30}")
def test_a_place_on_a_scale_that_is_not_there_is_as_if_it_had_not_been_set(sent, value):
    """Streamlit would not draw it."""
    screen = sent("0.1", gain=value)
    assert widgets.scale(WORDS, "gain", ("0.1", "1"), "1") == "0.1"
    assert screen.session_state == {}
    screen = sent("0.1", gain="0.1")
    assert widgets.scale(WORDS, "gain", ("0.1", "1"), "1") == "0.1"
    assert screen.session_state == {"gain": "0.1"}


def test_several_that_are_chosen_come_in_the_order_offered_and_none_is_the_default(sent):
    options = {"A": 1, "B": 2, "C": 3}
    for value, chosen in ((["C", "A"], [1, 3]), (["Foo", "B"], [2]), ([], [2, 3]), ([None], [2, 3])):
        sent(value)
        assert widgets.several(WORDS, "gain", options, ("B", "C")) == chosen


def test_a_known_activation_that_this_page_does_not_offer_is_the_default(sent):
    sent("GELU")
    assert activations.one(WORDS, "gain", "tanh", offered=("sigmoid", "tanh")) == "tanh"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_chosen_label_becomes_its_name(sent, name):
    screen = sent(ACTIVATIONS[name].label)
    assert activations.one(WORDS, "gain", "tanh") == name
    assert screen.calls[0][1]["default"] == "Tanh"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ([], ["sigmoid", "relu"]),
        (["Foo"], ["sigmoid", "relu"]),
        (["sigmoid"], ["sigmoid", "relu"]),
        (["Foo", "GELU"], ["gelu"]),
        (["GELU", "Sigmoid"], ["sigmoid", "gelu"]),
        (["ReLU", "ReLU"], ["relu"]),
        ([entry.label for entry in ACTIVATIONS.values()], list(ACTIVATIONS)),
        ([None, 5, "Tanh"], ["tanh"]),
        ((), ["sigmoid", "relu"]),
    ],
)
def test_chosen_activations_are_known_in_the_order_of_the_registry_and_never_none(sent, value, names):
    sent(value)
    assert activations.several(WORDS, "gain", default=("sigmoid", "relu")) == names


def test_activations_that_this_page_does_not_offer_are_left_out(sent):
    sent(["SELU", "Tanh"])
    assert activations.several(WORDS, "gain", ("sigmoid",), offered=activations.ARTICLE) == ["tanh"]
    sent(["SELU"])
    assert activations.several(WORDS, "gain", ("sigmoid",), offered=activations.ARTICLE) == ["sigmoid"]


@pytest.mark.parametrize("name", [n for n, entry in INITIALIZERS.items() if not entry.parameters])
def test_an_initializer_without_a_parameter_asks_for_none(sent, name):
    screen = sent(INITIALIZERS[name].label)
    assert networks.initializer(WORDS, "gain", "he_normal") == (name, {})
    assert len(screen.calls) == 1


def test_an_initializer_with_a_spread_asks_for_it_and_bounds_it(sent, monkeypatch):
    screen = sent(INITIALIZERS["normal"].label)
    screen.slider = lambda *a, **k: 1e9
    assert networks.initializer(WORDS, "gain", "he_normal") == ("normal", {"std": 2.0})


def test_the_spread_of_the_weights_has_the_bounds_of_the_page_under_a_key_of_its_own(sent):
    """Links carry both."""
    screen = sent(INITIALIZERS["normal"].label)
    networks.initializer(WORDS, "page.initializer", "he_normal")
    _, ((label, *numbers), settings) = screen.calls
    assert (label, numbers) == (prose.common("control std"), [0.01, 2.0, 1.0, 0.01])
    assert settings["key"] == "page.initializer.std"


def test_every_parameter_of_an_initializer_is_asked_for_and_called_by_its_symbol_without_words(sent, monkeypatch):
    reach = Number("reach", "r", 0.5, 0.0, 3.0, 0.1)
    with_initializer(monkeypatch, replace(ALIKE, parameters=(VALUE, reach)))
    screen = sent("Alike")
    screen.slider = lambda *a, **k: screen.calls.append((a, k)) or a[3]
    found = networks.initializer(WORDS, "gain.initializer", "he_normal")
    assert found == ("alike", {"value": VALUE.default, "reach": 0.5})
    _, *asked = screen.calls
    assert [settings["key"] for _, settings in asked] == ["gain.initializer.value", "gain.initializer.reach"]
    assert [label for (label, *_), _ in asked] == ["c of Alike", "r of Alike"]
    assert [numbers for (_, *numbers), _ in asked] == [[-1.0, 1.0, 0.05, 0.01], [0.0, 3.0, 0.5, 0.1]]


def test_a_network_of_a_new_initializer_is_what_its_own_settings_ask_for(sent, monkeypatch):
    """`settings` and `ensemble` use the same keys."""
    with_initializer(monkeypatch, ALIKE)
    network = Network("tanh", initializer="alike", initializer_parameters={"value": -0.3})
    assert networks.settings(Ensemble(network, 1), "lab.")["lab.initializer.value"] == -0.3


def test_every_label_belongs_to_one_entry():
    assert {name: ACTIVATIONS[name].label for name in ACTIVATIONS} == {n: l for l, n in ACTIVATION_LABELS.items()}
    assert len(INITIALIZER_LABELS) == len(INITIALIZERS)
    assert set(activations.ARTICLE) <= set(ACTIVATIONS)


# Labels


def test_a_label_is_looked_up_under_the_whole_key_first_then_under_its_last_part():
    assert widgets.text(WORDS, "page.depth") == "Depth here"
    assert widgets.text(WORDS, "page.gain") == "Gain"
    assert widgets.text(WORDS, "other.depth") == prose.common("control depth")
    assert widgets.text(WORDS, "elu.alpha") == prose.common("control elu.alpha")


def test_a_control_without_a_label_is_an_error():
    with pytest.raises(KeyError, match="nowhere"):
        widgets.text(WORDS, "page.nowhere")


# Numbers, networks and the walk


def test_between_changes_only_what_it_is_told():
    assert widgets.between(DEPTH, 1, 100) == Number("depth", "L", 20, 1, 100, 1)
    assert widgets.between(DEPTH, 1, 30, 5) == Number("depth", "L", 5, 1, 30, 1)
    assert widgets.between(WIDTH, 8, 256, step=8) == Number("width", "n", 64, 8, 256, 8)
    assert widgets.between(widgets.TANGENT, -1.0, 1.0, 0.0).default == 0.0


@pytest.mark.parametrize("name", [n for n, entry in ACTIVATIONS.items() if entry.parameters])
def test_the_parameter_of_an_activation_is_the_one_of_the_registry(name):
    assert (parameter(name),) == ACTIVATIONS[name].parameters


def test_networks_are_alike_but_for_the_activation_and_its_parameter():
    relu, elu = networks_of(["relu", "elu"], {"elu": {"alpha": 0.5}}, depth=7, width=16)
    assert relu == Network("relu", depth=7, width=16)
    assert elu == Network("elu", {"alpha": 0.5}, depth=7, width=16)
    assert networks_of(["elu"]) == (Network("elu"),)


def test_assigning_sets_exactly_the_named_controls(sent):
    screen = sent(kept=1)
    widgets.assign(**{"depth": 7, "leaky_relu.alpha": 0.5})
    assert screen.session_state == {"kept": 1, "depth": 7, "leaky_relu.alpha": 0.5}


class Address(dict):
    """Stands for Streamlit's query parameters: those of controls that are shown cannot be set."""

    def __init__(self, shown, **said):
        super().__init__(said)
        self.shown = shown

    def __setitem__(self, key, value):
        if key in self.shown:
            raise StreamlitAPIException(key)
        super().__setitem__(key, value)


def test_what_is_assigned_is_what_the_address_says_of_controls_that_are_not_shown(sent):
    screen = sent()
    screen.query_params = Address(["depth"], depth="3", alpha="0.1", other="5")
    widgets.assign(depth=7, alpha=0.5, residual=True, activations=["Tanh", "ReLU"])
    assert screen.session_state == {"depth": 7, "alpha": 0.5, "residual": True, "activations": ["Tanh", "ReLU"]}
    assert screen.query_params == {
        "depth": "3", "alpha": "0.5", "other": "5", "residual": "true", "activations": ["Tanh", "ReLU"],
    }  # fmt: skip
    assert screen.calls == ["rerun"], "and the address is read once more"


def test_the_address_of_controls_that_are_shown_is_left_to_streamlit(sent):
    screen = sent()
    screen.query_params = Address(["depth"], depth="3")
    widgets.assign(depth=7)
    assert screen.session_state == {"depth": 7}
    assert screen.calls == []


def steps(last):
    return Number("step", "k", last // 2, 0, last, 1)


def coming(last):
    return [f"after {k}" for k in range(last + 1)]


def walked(screen, last):
    """A walk on a screen whose field shows what is kept: (step, the targets of the buttons, what is said to come)."""
    screen.calls.clear()
    screen.number_input = lambda *a, **k: screen.session_state.setdefault("chain.step", a[3])
    step = widgets.stepper(WORDS, "chain.step", steps(last), coming(last))
    buttons = [call for call in screen.calls if call != "rerun"]
    assert all(settings["on_click"] is widgets.assign for _, settings in buttons)
    targets = {settings["key"].removeprefix("chain.step."): settings["kwargs"] for _, settings in buttons}
    return step, {name: target["chain.step"] for name, target in targets.items()}, buttons[0][0][0]


@pytest.mark.parametrize(
    ("kept", "step", "targets"),
    [
        (0, 0, {"start": 0, "back": 0, "forward": 1, "end": 8}),
        (3, 3, {"start": 0, "back": 2, "forward": 4, "end": 8}),
        (7, 7, {"start": 0, "back": 6, "forward": 8, "end": 8}),
        (8, 8, {"start": 0, "back": 7, "forward": 4, "end": 8}),
        (24, 8, {"start": 0, "back": 7, "forward": 4, "end": 8}),
        (10**9, 8, {"start": 0, "back": 7, "forward": 4, "end": 8}),
        (math.nan, 4, {"start": 0, "back": 3, "forward": 5, "end": 8}),
        ("abc", 4, {"start": 0, "back": 3, "forward": 5, "end": 8}),
    ],
)
def test_the_buttons_of_a_walk_never_leave_it(sent, kept, step, targets):
    """Eight steps; whatever lies beyond them is the end, from where one goes on at the beginning of the walk."""
    screen = sent(**{"chain.step": kept})
    assert walked(screen, 8) == (step, targets, f"after {step}")
    assert screen.session_state["chain.step"] == step


def test_who_stands_at_the_end_or_where_a_walk_began_stays_there_in_a_longer_and_in_a_shorter_one(sent):
    screen = sent()
    assert [walked(screen, last)[0] for last in (8, 10, 24, 2, 8)] == [4, 5, 12, 1, 4]
    for kept, lasts, places in [
        (8, (8, 10, 24, 2, 8), [8, 10, 24, 2, 8]), (7, (8, 24, 10, 8, 6, 8), [7, 7, 7, 7, 6, 8]),
        (0, (8, 24, 2), [0, 0, 0]),
    ]:  # fmt: skip
        screen.session_state["chain.step"] = kept
        assert [walked(screen, last)[0] for last in lasts] == places


def test_what_is_assigned_to_a_walk_is_a_step_and_no_place_of_the_walk_before(sent):
    """The middle of a long walk is the end of a short one."""
    screen = sent(**{"chain.step": 12})
    assert walked(screen, 24)[0] == 12
    widgets.assign(**{"chain.step": 12})
    assert walked(screen, 12)[0] == 12


@pytest.mark.parametrize(("asked", "set_to"), [("24", 8), ("9" * 5000, 8), ("8", None), ("-3", None), ("abc", None)])
def test_an_address_beyond_the_end_is_the_end(sent, asked, set_to):
    screen = sent()
    screen.query_params = Address([], **{"chain.step": asked})
    walked(screen, 8)
    assert screen.query_params["chain.step"] == (asked if set_to is None else str(set_to))


def test_a_page_may_offer_some_moves_only_and_call_them_its_own_names(sent):
    screen = sent()
    names = prose.Words("page", {"button forward": "Forward", "button descent.step.forward": "One step",
                                 "button start": "Start", "button step.start": "Again"})  # fmt: skip
    widgets.moves(names, "descent.step", steps(8), 8, offered=("forward", "start"))
    buttons = [(label, settings["key"], settings["kwargs"]) for (label,), settings in screen.calls]
    assert buttons == [
        (":primary[One step]", "descent.step.forward", {"descent.step": 8}),
        (":primary[Again]", "descent.step.start", {"descent.step": 0}),
    ]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value!r:.30}")
def test_a_walk_stays_on_its_way_whatever_was_sent(sent, value):
    sent(value)
    step = widgets.stepper(WORDS, "chain.step", steps(8), coming(8))
    assert type(step) is int
    assert 0 <= step <= 8


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value!r:.30}")
def test_width_and_seed_make_a_network_whatever_was_sent(sent, value):
    sent(value)
    rare = networks.width_and_seed(WORDS, "relu.")
    network = Network("relu", depth=100, **rare)
    assert 8 <= network.width <= 128
    assert 0 <= network.seed <= 20


# Numbers that a slider cannot reach


def written(at, key, text):
    at.text_input(key=f"{key}.typed").set_value(text).run()
    assert [error.message for error in at.exception] == []
    return at.slider(key=key).value, at.text_input(key=f"{key}.typed").value, [box.value for box in at.warning]


@pytest.mark.parametrize(
    ("page", "key", "low", "high"),
    [("laboratory", "lab.gain", "0.1", "4"), ("vanishing_gradient", "gain", "0.1", "4")],
)
def test_a_gain_between_two_steps_of_its_slider_is_typed_and_both_say_the_same(page, key, low, high):
    at = visit(page, **{key: "0.8333"}).run()
    assert (at.slider(key=key).value, at.text_input(key=f"{key}.typed").value) == (0.8333, "0.8333")
    assert written(at, key, "5/3") == (5 / 3, "1.66667", [])
    refusal = prose.common("typed refused", low=low, high=high, **wide.EXAMPLES)
    for wrong in ("abc", "7", "0", "", "nan"):
        assert written(at, key, wrong) == (5 / 3, "1.66667", [refusal])
    assert written(at, key, "1/sqrt(3)") == (1 / math.sqrt(3), "0.57735", [])
    at.slider(key=key).set_value(1.5).run()
    assert at.text_input(key=f"{key}.typed").value == "1.5"
    assert not at.warning


def test_a_typed_gain_is_exact_in_what_is_measured_and_taken_away():
    at = visit("laboratory", **{"lab.initializer": "Normal, fixed σ", "lab.depth": "2", "lab.width": "4"}).run()
    written(at, "lab.initializer.std", "1/4")
    written(at, "lab.gain", "5/3")
    assert at.slider(key="lab.initializer.std").value == 0.25
    at.button(key="lab.other.keep").click().run()
    assert "weight_gain.1.6666666666666667" in at.text_input(key="lab.other").value
