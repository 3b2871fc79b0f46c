"""The teacher's side of a vote: a page's question goes to the class, is closed, voted on again and revealed."""

import json

import pytest

from core.rooms.memory import Memory
from core.rooms.room import Answer, Question, Refused
from core.rooms.rooms import Key, Rooms, Student, name
from core.ui.teach import lessons as teach_lessons
from core.ui.teach import polling, voting
from core.words import lessons, prose
from tests.pages.reader import charts, opened, specs, texts, visit


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Rooms of this test alone, at a time that stands still."""
    fresh = Rooms(Memory(), lambda: 0.0)
    for module in (polling, voting):
        monkeypatch.setattr(module, "ROOMS", fresh)
    return fresh


def teach(page: str):
    """A page that asks first, with a room that has just been opened."""
    at = visit(page, predict="true").run()
    at.button(key="room.open").click().run()
    return at, at.session_state["teacher"].key


def press(at, page: str, name: str):
    return at.button(key=f"{page}.{name}").click().run()


def say(rooms: Rooms, key: Key, *answers: tuple[int, str]) -> None:
    for choice, sure in answers:
        rooms.vote(key.code, rooms.asked(key.code), Student(name(), name()), Answer(choice, sure))


def shown(at, page: str):
    return json.loads(charts(at)[f"{page}.votes"].spec)


def test_a_question_is_voted_on_twice_and_revealed_as_the_page_computes_it(rooms: Rooms):
    page = "vanishing_gradient"
    alone = visit(page, predict="true").run()
    offered = alone.radio[0].options
    at, key = teach(page)
    assert not at.radio, "the class answers, not the teacher"
    assert rooms.asked(key.code).question.choices == tuple(offered)
    say(rooms, key, (0, "sure"), (0, "sure"), (1, "guess"))
    at.run()
    assert prose.common("room count", count=3) in texts(at)
    assert f"{page}.votes" not in charts(at), "not what, until the vote is closed"
    press(at, page, "close")
    assert [trace["x"] for trace in shown(at, page)["data"]] == [
        [0, 1, *[0] * (len(offered) - 2)], [0] * len(offered), [2, *[0] * (len(offered) - 1)],
    ]  # fmt: skip
    press(at, page, "again")
    say(rooms, key, (1, "sure"))
    press(at, page, "close")
    assert f"{page}.again" not in [button.key for button in at.button]
    before = shown(at, page)
    assert len(before["data"]) == 6
    assert prose.common("votes right") not in json.dumps(before, ensure_ascii=False)
    press(at, page, "reveal")
    alone.radio[0].set_value(offered[0]).run()
    computed = alone.button(key=f"{page}.reveal").click().run().session_state["answers"][page].said
    right = next(option for option in offered if f"Computed: {option}." in computed)
    assert f"Computed: {right}." in at.session_state["answers"][page].said
    assert rooms.asked(key.code).right == (offered.index(right),)
    after = shown(at, page)
    marked = [label for label in after["data"][0]["y"] if prose.common("votes right") in label]
    assert len(marked) == 1
    assert set(charts(at)) - {f"{page}.votes"} == set(charts(opened(page)))


def test_a_marker_of_the_class_is_right_where_the_page_says_so(rooms: Rooms):
    page = "beyond_relu"
    at, key = teach(page)
    marker = rooms.asked(key.code).question.marker
    assert marker.curve == "gelu", "for the phones to draw"
    (curve,) = (json.loads(spec) for name, spec in specs(at).items() if name == f"{page}.marker")
    assert curve["layout"].get("shapes", []) == [], "a class has no marker in common"
    say(rooms, key, (marker.stop(-0.75), "sure"), (marker.stop(3.0), "guess"))
    press(at, page, "close")
    press(at, page, "reveal")
    right = [marker.place(stop) for stop in rooms.asked(key.code).right]
    assert all(abs(x + 0.7517915246935645) <= 0.1 for x in right), "where GELU is lowest"
    assert right


def test_a_room_goes_on_where_another_replica_takes_over(rooms: Rooms):
    page = "vanishing_gradient"
    at, key = teach(page)
    brought = at.run().text_input(key="class.teacher").value
    then = visit(page, predict="true").run()
    then.text_input(key="class.teacher").set_value(brought).run()
    assert not then.run().radio
    assert then.session_state["teacher"].key == key


@pytest.mark.parametrize("brought", ["ABCD", "BBBB x", " ", "BBBB", "é é é", "x" * 10_000])
def test_a_key_that_opens_no_room_is_told_and_the_page_asks_as_ever(rooms: Rooms, brought: str):
    at = visit("vanishing_gradient", predict="true").run()
    at.text_input(key="class.teacher").set_value(brought).run()
    assert at.radio
    assert not at.exception


def test_without_the_place_where_votes_are_kept_the_lesson_goes_on(rooms: Rooms, monkeypatch: pytest.MonkeyPatch):
    page = "vanishing_gradient"
    at, _ = teach(page)

    def gone(*_):
        raise Refused("gone")

    for act in ("put", "count", "tally", "close", "now", "open"):
        monkeypatch.setattr(rooms, act, gone)
    press(at, page, "close")
    assert prose.common("refused gone") in [box.value for box in at.info]
    at.radio[0].set_value(at.radio[0].options[0]).run()
    press(at, page, "reveal")
    assert set(charts(at)) == set(charts(opened(page)))
    assert not at.exception


@pytest.mark.parametrize(
    ("of", "right", "wrong"),
    [("functions", "identity_straight", "depth_bends"), ("saturating", "flat_far_out", "low_far_out")],
)
def test_after_a_chart_of_a_lesson_the_class_says_what_it_has_seen(rooms: Rooms, of: str, right: str, wrong: str):
    steps = lessons.read("vanishing").steps
    number, part, seen = next((k, p, s.seen) for k, (p, s) in enumerate(steps, 1) if p.name == of and s.seen)
    name_of = f"{part.name}.{number}"
    at = visit(part.page, lesson="vanishing", step=str(number)).run()
    assert f"room.seen.{name_of}" not in [button.key for button in at.button], "nobody is there to be asked"
    at.button(key="room.open").click().run()
    key = at.session_state["teacher"].key
    assert rooms.asked(key.code) is None, "first the class looks"
    at.button(key=f"room.seen.{name_of}").click().run()
    question = rooms.asked(key.code).question
    assert set(question.choices) == set(seen.choices.values())
    assert "{{" not in question.text
    say(rooms, key, (question.choices.index(seen.choices[wrong]), "sure"))
    press(at, name_of, "close")
    press(at, name_of, "reveal")
    assert rooms.asked(key.code).right == (question.choices.index(seen.choices[right]),)
    assert shown(at, name_of)["data"][-1]["name"] == prose.common("votes wrong")
    assert not at.exception


@pytest.mark.parametrize("name_of", lessons.names())
def test_after_every_question_of_a_lesson_a_chart_is_asked_about_in_words_that_fit_a_room(name_of: str):
    lesson = lessons.read(name_of)
    for part in lesson.part:
        asked = [step.ask for step in part.step]
        seen = [step.seen for step in part.step]
        if any(asked):
            assert sum(map(bool, seen)) == 1, part.name
            assert seen.index(next(filter(None, seen))) > asked.index(True), f"{part.name}: after the answer"
    for part, step in lesson.steps:
        if step.seen:
            assert step.chart, "there is something to see"
            said = [teach_lessons.said(part, text) for text in (step.seen.ask, *step.seen.choices.values())]
            assert all(len(text.split()) <= 28 and "{{" not in text for text in said)
            Question(said[0], tuple(said[1:]))


def test_a_room_that_its_teacher_closes_is_gone(rooms: Rooms):
    page = "vanishing_gradient"
    at, key = teach(page)
    at.button(key="room.code").click().run()
    at.button(key="room.end").click().run()
    assert at.session_state["teacher"].key is None
    assert at.radio, "the page asks its own question again"
    with pytest.raises(Refused, match="none"):
        rooms.asked(key.code)
