"""What a browser says that it has kept: whatever it says, a session takes only what can be."""

import json

import pytest

from core.ui.page import keeping
from core.ui.state import PLACES, Answer, Player, named
from tests.pages.reader import visit

NAME = "0123456789abcdef"


def test_what_was_kept_is_taken():
    reply = {
        "answers": {"relu": {"said": "**Right.**", "right": True, "placed": None}, "beyond_relu": {"right": False}},
        "stood": {"learn": {NAME: 5}},
    }
    assert keeping.answers(reply) == {"relu": Answer("**Right.**", True), "beyond_relu": Answer("", False)}
    assert keeping.stood(reply, "learn") == {NAME: 5}


@pytest.mark.parametrize(
    "reply", [None, [], "x", 7, {"answers": [], "stood": []}, {"answers": {"relu": []}, "stood": {"learn": 5}}]
)
def test_what_is_of_another_form_is_nothing(reply):
    assert keeping.answers(reply) == {}
    assert keeping.stood(reply, "learn") == {}


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        ({"right": 1}, None),
        ({"right": "true", "said": "x"}, None),
        ({"right": True, "said": ["x"]}, Answer("", True)),
        ({"right": True, "said": "x" * 2001}, Answer("", True)),
        ({"right": True, "said": "x", "placed": 1e9}, Answer("x", True)),
        ({"right": True, "said": "x", "placed": float("nan")}, Answer("x", True)),
        ({"right": True, "said": "x", "placed": -2.5}, Answer("x", True, -2.5)),
        ({"right": True, "said": "x", "placed": "2"}, Answer("x", True)),
    ],
)
def test_an_answer_is_taken_as_far_as_it_can_be_one(answer, taken):
    assert keeping.answers({"answers": {"relu": answer, "no_page": answer}}).get("relu") == taken


def test_a_place_is_a_step_of_a_run_and_there_are_few():
    many = {f"{number:016x}": 1 for number in range(10_000)}
    assert len(keeping.stood({"stood": {"learn": many}}, "learn")) == PLACES
    wrong = {"x": 1, NAME + "0": 1, NAME: -1, "1" * 16: 1.5, "2" * 16: True, "3" * 16: 10**9, "4" * 16: "5"}
    for name, at in wrong.items():
        assert keeping.stood({"stood": {"learn": {name: at}}}, "learn") == {}, (name, at)


def test_a_player_knows_where_it_stood_in_a_few_runs_and_says_it_in_json():
    player = Player()
    for number in range(20):
        player.of = (number,)  # any runs
        player.stand(7)
    assert list(player.stood) == [named((number,)) for number in range(20 - PLACES, 20)]
    assert keeping.stood({"stood": {"learn": json.loads(json.dumps(player.stood))}}, "learn") == player.stood
    player.stand(0)
    assert named((19,)) not in player.stood, "the beginning need not be kept"


def said(at):
    """What a run says to the browser."""
    return [json.loads(node.proto.json) for node in at.sidebar if node.type == "bidi_component"]


def test_the_browser_is_asked_once_in_a_session_and_told_what_has_changed_and_nothing_else():
    at = visit("relu")
    asked = said(at.run())
    assert [list(each) for each in asked] == [["ask"]]
    assert said(at.run()) == asked, "once more, as the first run may have ended at once; it is the same question"
    assert said(at.run()) == []
    assert said(at.slider(key="relu.depth").set_value(30).run()) == [], "a control is in the address"
    at.session_state["answers"] = {"relu": Answer("**Right.**", True)}
    answers = {"relu": {"said": "**Right.**", "right": True, "placed": None}}
    told = {"keep": {"answers": answers, "stood": {"learn": {}}}}
    assert [said(at.run()) for _ in range(3)] == [[told], [told], []]
