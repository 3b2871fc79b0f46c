"""A student's phone: into a room by its code, an answer and how sure, and what is told meanwhile."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from core.rooms.memory import Memory
from core.rooms.room import Marker, Question, Refused
from core.rooms.rooms import Rooms, name
from core.ui.teach import voting
from core.words import prose
from tests.pages.reader import nodes, specs, texts, visit

COLOURS = Question("Which colour?", ("red", "green", "blue"))
WORDS = prose.read("vote")


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Rooms of this test alone, at a time that stands still."""
    fresh = Rooms(Memory(), lambda: 0.0)
    monkeypatch.setattr(voting, "ROOMS", fresh)
    return fresh


def radio(at, part):
    return next(radio for radio in at.radio if radio.key.endswith(part))


def test_a_student_answers_changes_it_and_is_told_when_the_vote_is_over(rooms: Rooms):
    key = rooms.open(name())
    at = visit("vote", room=key.code.lower()).run()
    assert WORDS("wait", code=key.code) in texts(at)
    rooms.put(key, COLOURS)
    at.run()
    assert WORDS("both") in texts(at)
    assert radio(at, ".choice").options == list(COLOURS.choices)
    radio(at, ".choice").set_value(1).run()
    assert rooms.count(key) == 0, "how sure belongs to it"
    assert not at.warning
    radio(at, ".sure").set_value("sure").run()
    assert WORDS("said", answer="green", sure=WORDS("sure sure")) in texts(at)
    radio(at, ".choice").set_value(2).run()
    assert WORDS("said", answer="blue", sure=WORDS("sure sure")) in texts(at)
    rooms.close(key)
    at.run()
    assert WORDS("closed") in texts(at)
    assert not at.radio
    assert rooms.tally(key) == [[[0, 0, 0], [0, 0, 0], [0, 0, 1]]]
    rooms.again(key)
    at.run()
    assert WORDS("second", question=COLOURS.text) in texts(at)
    assert radio(at, ".choice").value is None
    rooms.close(key)
    rooms.reveal(key, [0])
    assert WORDS("revealed", right="red") in texts(at.run())


def test_a_marker_is_moved_and_counts_once_it_is_said_how_sure(rooms: Rooms):
    key = rooms.open(name())
    rooms.put(key, Question("Where?", marker=Marker(-6.0, 6.0, 0.5)))
    at = visit("vote", room=key.code).run()
    next(slider for slider in at.slider if slider.key.endswith(".choice")).set_value(2.5).run()
    radio(at, ".sure").set_value("guess").run()
    assert WORDS("said", answer="x = 2.5", sure=WORDS("sure guess")) in texts(at)
    rooms.close(key)
    rooms.reveal(key, [16, 17, 18])
    assert WORDS("revealed", right="x = 2.5") in texts(at.run())
    assert rooms.tally(key)[0][17] == [1, 0, 0]


def test_a_marker_has_its_curve_over_it_which_no_answer_changes(rooms: Rooms):
    key = rooms.open(name())
    rooms.put(key, Question("Where?", marker=Marker(-4.0, 4.0, 0.05, "gelu")))
    at = visit("vote", room=key.code).run()
    (drawn,) = specs(at).values()
    assert prose.common("marker alone", label="GELU") in texts(at)
    (placing,) = (json.loads(node.proto.json) for node in nodes(at) if "heights" in str(node.proto))
    x = np.linspace(-4.0, 4.0, 161)
    assert placing["heights"] == pytest.approx(x * norm.cdf(x), abs=6e-4)
    assert (placing["low"], placing["step"]) == (-4.0, 0.05)
    next(slider for slider in at.slider if slider.key.endswith(".choice")).set_value(-0.75).run()
    assert specs(at) == {"vote.curve": drawn}, "the browser moves the marker, and need not draw the curve again"


def test_a_curve_that_nobody_knows_leaves_the_slider(rooms: Rooms):
    key = rooms.open(name())
    rooms.put(key, Question("Where?", marker=Marker(-4.0, 4.0, 0.05, "__class__")))
    at = visit("vote", room=key.code).run()
    assert not at.exception
    assert specs(at) == {}
    assert len(at.slider) == 1


def test_an_answer_is_still_there_when_another_replica_takes_over(rooms: Rooms):
    """The browser brings what it shows: the hidden name, and the choices."""
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    first = visit("vote", room=key.code).run()
    radio(first, ".choice").set_value(1).run()
    radio(first, ".sure").set_value("sure").run()
    who = first.text_input(key="vote.who").value
    then = visit("vote", room=key.code).run()
    assert radio(then, ".choice").value is None, "someone else"
    then.session_state["voter"].who = ""
    then.text_input(key="vote.who").set_value(who).run()
    assert radio(then, ".choice").value == 1
    radio(then, ".choice").set_value(0).run()
    assert rooms.count(key) == 1


@pytest.mark.parametrize("typed", ["BBBB", "nothing", "<b>", "é"])
def test_a_code_of_no_room_is_told_in_words_and_after_ten_of_them_none_is_tried(rooms: Rooms, typed: str):
    key = rooms.open("teacher")
    at = visit("vote", room=typed).run()
    assert [box.value for box in at.warning] == [prose.common("refused none")]
    for _ in range(9):
        at.run()
    at.text_input(key="room").set_value(key.code).run()
    assert [box.value for box in at.warning] == [prose.common("refused tries")]


def test_where_answers_cannot_be_kept_the_phone_says_so(rooms: Rooms, monkeypatch: pytest.MonkeyPatch):
    key = rooms.open(name())
    at = visit("vote", room=key.code).run()

    def gone(*_):
        raise Refused("gone")

    monkeypatch.setattr(rooms, "asked", gone)
    assert [box.value for box in at.run().warning] == [prose.common("refused gone")]
    monkeypatch.undo()


def test_a_name_that_is_none_of_ours_is_replaced(rooms: Rooms):
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    at = visit("vote", room=key.code).run()
    at.session_state["voter"].who = ""
    at.text_input(key="vote.who").set_value("teacher's friend").run()
    radio(at, ".choice").set_value(1).run()
    radio(at, ".sure").set_value("fairly").run()
    assert rooms.count(key) == 1


def test_an_answer_that_is_refused_is_told_why_until_there_is_another_question(rooms: Rooms):
    """The clock stands still: one session has fifty answers in all."""
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    at = visit("vote", room=key.code).run()
    radio(at, ".sure").set_value("sure").run()
    for place in range(51):
        radio(at, ".choice").set_value(place % 3).run()
    assert [box.value for box in at.warning] == [prose.common("refused often")]
    assert WORDS("said", answer="green", sure=WORDS("sure sure")) in texts(at), "the one before it counts"
    rooms.put(key, Question("And now?", ("yes", "no")))
    assert not at.run().warning
