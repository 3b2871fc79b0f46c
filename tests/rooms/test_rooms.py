"""What a class and its teacher may do in a room; the same in this process and in Redis."""

from dataclasses import replace
from threading import Thread
from types import SimpleNamespace

import pytest
from redis import Redis

from core.rooms.memory import Memory
from core.rooms.room import Answer, Marker, Question, Refused, Room
from core.rooms.rooms import Key, Rooms, Student, name
from core.rooms.shared import Shared
from deploy.cluster import HOST, free_port
from tests.rooms.conftest import Clock

HOURS = 60 * 60
QUARTER = 15 * 60
COLOURS = Question("Which colour?", ("red", "green", "blue"))
PLACE = Question("Where?", marker=Marker(-6.0, 6.0, 0.5))


def student() -> Student:
    return Student(name(), name())


def refused(why: str):
    return pytest.raises(Refused, match=f"^{why}$")


def answered(rooms: Rooms, key: Key, *answers: Answer) -> list[Student]:
    students = [student() for _ in answers]
    for each, answer in zip(students, answers, strict=True):
        rooms.vote(key.code, rooms.asked(key.code), each, answer)
    return students


def test_a_lesson_from_the_first_question_to_the_answer_of_the_second_vote(rooms: Rooms):
    key = rooms.open(name())
    assert rooms.now(key) is None
    asked = rooms.put(key, COLOURS)
    ann, bob = answered(rooms, key, Answer(0, "sure"), Answer(2, "guess"))
    assert rooms.count(key) == 2
    assert rooms.tally(key) == [], "nobody sees what while the others still think"
    assert rooms.answer(key.code, asked, ann) == Answer(0, "sure")
    rooms.vote(key.code, asked, bob, Answer(0, "fairly"))
    assert rooms.count(key) == 2, "who changes an answer has one"
    rooms.close(key)
    first = [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert rooms.tally(key) == [first]
    with refused("closed"):
        rooms.vote(key.code, asked, ann, Answer(1, "sure"))
    again = rooms.again(key)
    assert (again.round, again.phase, rooms.count(key)) == (2, "open", 0)
    with refused("closed"):  # a phone that still shows the first vote
        rooms.vote(key.code, asked, ann, Answer(1, "sure"))
    rooms.vote(key.code, again, bob, Answer(1, "sure"))
    assert rooms.tally(key) == [first]
    rooms.close(key)
    shown = rooms.reveal(key, [1])
    assert rooms.tally(key) == [first, [[0, 0, 0], [0, 0, 1], [0, 0, 0]]]
    assert rooms.asked(key.code) == shown == replace(again, phase="revealed", right=(1,))


def test_phases_follow_each_other_and_nothing_else(rooms: Rooms):
    key = rooms.open(name())
    with refused("closed"):
        rooms.close(key)
    rooms.put(key, COLOURS)
    for early in (rooms.again, lambda key: rooms.reveal(key, [0])):
        with refused("closed"):
            early(key)
    rooms.close(key)
    with refused("wrong"):
        rooms.reveal(key, [3])
    rooms.again(key)
    rooms.close(key)
    with refused("closed"):
        rooms.again(key)


def test_a_question_of_before_comes_back_as_it_was_left_and_the_fifth_takes_the_place_of_the_first(rooms: Rooms):
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    answered(rooms, key, Answer(1, "sure"))
    rooms.close(key)
    others = [replace(COLOURS, text=f"{place}?") for place in range(4)]
    for question in others[:3]:
        assert rooms.put(key, question).phase == "open"
    assert rooms.put(key, COLOURS).phase == "closed"
    assert rooms.tally(key)[0][1] == [0, 0, 1]
    rooms.put(key, others[3])
    assert (rooms.put(key, COLOURS).phase, rooms.count(key)) == ("open", 0)


def test_a_marker_is_answered_by_its_stop(rooms: Rooms):
    key = rooms.open(name())
    asked = rooms.put(key, PLACE)
    assert asked.question.stops == 25
    assert PLACE.marker.place(24) == 6.0
    assert PLACE.marker.stop(-5.6) == 1
    answered(rooms, key, Answer(24, "guess"))
    with refused("wrong"):
        answered(rooms, key, Answer(25, "guess"))


@pytest.mark.parametrize(
    "answer",
    [Answer(3, "sure"), Answer(-1, "sure"), Answer(0, "very"), Answer(True, "sure"), Answer("0", "sure")],
)
def test_what_is_no_answer_is_refused_before_it_is_kept(rooms: Rooms, answer: Answer):
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    with refused("wrong"):
        answered(rooms, key, answer)
    assert rooms.count(key) == 0


@pytest.mark.parametrize("who", ["", "x" * 21, "x" * 23, "ä" * 22, " " * 22, "x" * 21 + "\n"])
def test_a_name_that_we_have_not_given_is_refused(rooms: Rooms, who: str):
    key = rooms.open(name())
    asked = rooms.put(key, COLOURS)
    with refused("wrong"):
        rooms.vote(key.code, asked, Student(who, name()), Answer(0, "sure"))
    assert rooms.answer(key.code, asked, Student(who, name())) is None


@pytest.mark.parametrize(
    "question",
    [
        {"text": ""}, {"text": "x" * 1001}, {"choices": ("one",)}, {"choices": ("one", "one")},
        {"choices": ("", "one")},
        {"choices": tuple("abcdefghi")}, {"choices": ("x" * 201, "y")}, {"marker": Marker(0, 1, 0.1)},
        {"choices": (), "marker": Marker(0, 1, 0)}, {"choices": (), "marker": Marker(0, float("nan"), 1)},
        {"choices": (), "marker": Marker(1, 0, 1)}, {"choices": (), "marker": Marker(0, 1e9, 1)}, {"choices": ()},
        {"choices": (), "marker": Marker(0, 1, 0.1, "x" * 41)}, {"choices": (), "marker": Marker(0, 1, 0.1, None)},
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(question: dict):
    with refused("wrong"):
        replace(COLOURS, **question)


def test_only_who_has_opened_a_room_can_ask_in_it(rooms: Rooms):
    key = rooms.open(name())
    for other in (replace(key, secret=name()), replace(key, secret="é"), replace(key, code=f"{key.code}:students")):
        for act in (rooms.now, rooms.close, rooms.count, rooms.tally, rooms.end, lambda key: rooms.put(key, COLOURS)):
            with refused("none"):
                act(other)
    assert rooms.now(key) is None


def test_an_ended_room_is_gone_with_all_that_was_said_in_it(rooms: Rooms, request: pytest.FixtureRequest):
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    answered(rooms, key, Answer(0, "sure"))
    rooms.end(key)
    with refused("none"):
        rooms.asked(key.code)
    if "client" in request.fixturenames or request.node.callspec.params["rooms"] == "redis":
        assert request.getfixturevalue("client").keys() == []


def test_a_room_is_gone_two_hours_after_its_last_answer(rooms: Rooms, clock: Clock):
    key = rooms.open(name())
    rooms.enter(key.code, name())
    clock.now += HOURS
    rooms.enter(key.code, name())
    rooms.put(key, COLOURS)
    answered(rooms, key, Answer(0, "sure"))
    clock.now += 2 * HOURS - 1
    assert rooms.count(key) == 1
    clock.now += 1
    for act in (rooms.count, lambda key: rooms.asked(key.code), lambda key: rooms.put(key, COLOURS)):
        with refused("none"):
            act(key)


def test_a_room_that_nobody_has_come_into_is_gone_a_quarter_of_an_hour_after_its_teacher_has_asked_last(
    rooms: Rooms, clock: Clock
):
    left, held, visited = (rooms.open(name()) for _ in range(3))
    ticket = rooms.ticket(held.code)
    rooms.put(visited, COLOURS)
    rooms.enter(visited.code, name())
    for _ in range(2):
        clock.now += QUARTER - 1
        rooms.sign(held.code, ticket, counted=True)
    for gone in (lambda: rooms.now(left), lambda: rooms.enter(left.code, name())):
        with refused("none"):
            gone()
    assert rooms.now(held) is None
    assert rooms.now(visited).question == COLOURS
    clock.now += QUARTER
    with refused("none"):
        rooms.sign(held.code, ticket)
    assert rooms.asked(visited.code).question == COLOURS, "its teacher has not asked for so long, but somebody has come"
    clock.now += 2 * HOURS - 3 * QUARTER + 2
    with refused("none"):  # no answer came, and asking keeps it no longer
        rooms.now(visited)


def test_only_who_holds_a_room_keeps_it(rooms: Rooms, clock: Clock):
    key = rooms.open(name())
    ticket = rooms.ticket(key.code)
    clock.now += QUARTER - 1
    for other in (lambda: rooms.now(replace(key, secret=name())), lambda: rooms.sign(key.code, name(), counted=True)):
        with refused("none"):
            other()
    rooms.sign(key.code, ticket)
    clock.now += 1
    with refused("none"):
        rooms.now(key)


def test_two_hundred_rooms_that_are_opened_and_left_stop_others_for_a_quarter_of_an_hour(rooms: Rooms, clock: Clock):
    for _ in range(200):
        rooms.open(name())
    clock.now += QUARTER - 1
    with refused("many"):
        rooms.open(name())
    clock.now += 1
    rooms.open(name())


def test_a_session_has_one_room(rooms: Rooms, clock: Clock):
    session = name()
    first = rooms.open(session)
    rooms.put(first, COLOURS)
    answered(rooms, first, Answer(0, "sure"))
    others = rooms.open(name())
    second = rooms.open(session)
    with refused("none"):
        rooms.now(first)
    assert (rooms.now(second), rooms.now(others)) == (None, None)
    for _ in range(198):
        rooms.open(name())
    assert rooms.now(rooms.open(session)) is None, "its own room makes room for it"


def test_a_room_that_is_gone_is_not_closed_again_where_another_one_has_its_code(
    rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("core.rooms.rooms.secrets.choice", lambda _: "B")
    rooms.open("ann")
    clock.now += QUARTER
    bobs = rooms.open("bob")
    letters = iter("CCCC")
    monkeypatch.setattr("core.rooms.rooms.secrets.choice", lambda _: next(letters))
    assert rooms.open("ann").code == "CCCC"
    assert rooms.now(bobs) is None, "it is still there"


def test_what_is_new_in_a_room_is_told_by_a_sign_to_those_who_are_in(rooms: Rooms):
    key = rooms.open(name())
    ticket = rooms.ticket(key.code)
    assert key.secret not in ticket

    def signs() -> tuple[str, str]:
        return rooms.sign(key.code, ticket), rooms.sign(key.code, ticket, counted=True)

    seen = [signs()]
    rooms.put(key, COLOURS)
    seen.append(signs())
    answered(rooms, key, Answer(0, "sure"))
    seen.append(signs())
    for act in (rooms.close, rooms.again, rooms.close, lambda key: rooms.reveal(key, [0])):
        act(key)
        seen.append(signs())
    assert len({phone for phone, _ in seen}) == len(seen) - 1, "an answer is nothing new to a phone"
    assert len({counted for _, counted in seen}) == len(seen) - 3, "nor is its teacher told that a vote is closed"
    for wrong in ("", ticket[:-1], name(), "é", key.secret):
        with refused("none"):
            rooms.sign(key.code, wrong)


def test_redis_forgets_a_room_by_itself_two_hours_after_the_last_answer(server: str, client: Redis, clock: Clock):
    rooms = Rooms(Shared(server), clock)
    key = rooms.open(name())
    rooms.put(key, COLOURS)
    answered(rooms, key, Answer(0, "sure"))
    rooms.close(key)
    rooms.again(key)
    for kept in client.scan_iter():
        client.expire(kept, 60)
    answered(rooms, key, Answer(0, "sure"))
    left = {kept: client.ttl(kept) for kept in client.scan_iter()}
    (session,) = (kept for kept in left if kept.startswith("session:"))
    assert 0 < left.pop(session) <= 60
    assert set(left) == {"rooms", *(f"room:{key.code}{part}" for part in ("", ":students", ":1:1", ":1:2"))}
    assert all(2 * HOURS - 10 <= seconds <= 2 * HOURS for seconds in left.values()), left
    assert dict(client.config_get("save")) | dict(client.config_get("appendonly")) == {"save": "", "appendonly": "no"}


def test_there_are_200_rooms_at_most_and_the_end_of_one_makes_room(rooms: Rooms, clock: Clock):
    keys = [rooms.open(name()) for _ in range(200)]
    assert len({key.code for key in keys}) == 200
    with refused("many"):
        rooms.open(name())
    rooms.end(keys[0])
    rooms.open(name())
    clock.now += 2 * HOURS
    rooms.open(name())


def test_500_students_at_most_answer_in_a_room_and_none_of_them_loses_the_right_to(rooms: Rooms):
    key = rooms.open(name())
    asked = rooms.put(key, COLOURS)
    students = answered(rooms, key, *[Answer(0, "sure")] * 500)
    with refused("full"):
        rooms.vote(key.code, asked, student(), Answer(0, "sure"))
    rooms.vote(key.code, asked, students[7], Answer(1, "sure"))
    assert rooms.count(key) == 500


def test_one_session_answers_50_times_a_minute_whatever_names_it_gives(rooms: Rooms, clock: Clock):
    key, session = rooms.open(name()), name()
    asked = rooms.put(key, COLOURS)
    for _ in range(50):
        rooms.vote(key.code, asked, Student(name(), session), Answer(0, "sure"))
    with refused("often"):
        rooms.vote(key.code, asked, Student(name(), session), Answer(0, "sure"))
    answered(rooms, key, Answer(0, "sure"))
    clock.now += 60
    rooms.vote(key.code, asked, Student(name(), session), Answer(0, "sure"))


def test_a_code_is_found_however_it_is_typed_and_cannot_be_guessed_by_trying(rooms: Rooms, clock: Clock):
    code, session = rooms.open(name()).code, name()
    assert rooms.enter(f" {code.lower()} ", session) == code
    for wrong in ("", "AEIO", code + "B", code[:3], "ÄÖÜß", "x" * 100_000, code[::-1] + " B", "0000", "....", "\n" * 4):
        with refused("none"):
            rooms.enter(wrong, session)
    with refused("tries"):
        rooms.enter(code, session)
    assert rooms.enter(code, name()) == code, "others are not stopped"
    for _ in range(11):  # nor by others' attempts from ever new sessions, until they are too many
        other = name()
        for _ in range(10):
            with refused("none"):
                rooms.enter("AAAA", other)
    with refused("tries"):
        rooms.enter(code, name())
    assert rooms.asked(code) is None, "who is in stays in"
    clock.now += 60
    assert rooms.enter(code, session) == code


def test_codes_come_from_a_source_that_cannot_be_foreseen_and_a_taken_one_is_not_given_twice(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
):
    letters = iter("BBBBBBBBBBBC")
    source = SimpleNamespace(choice=lambda _: next(letters), token_urlsafe=lambda _: "s")
    monkeypatch.setattr("core.rooms.rooms.secrets", source)
    assert [rooms.open(name()).code for name in (lambda: "ann", lambda: "bob")] == ["BBBB", "BBBC"]


def test_who_opens_room_after_room_is_stopped(rooms: Rooms):
    for _ in range(5):
        rooms.open("me")
    with refused("often"):
        rooms.open("me")


def test_a_hundred_phones_at_once_are_counted_one_by_one(rooms: Rooms):
    key = rooms.open(name())
    asked = rooms.put(key, COLOURS)

    def vote(place: int) -> None:
        rooms.vote(key.code, asked, student(), Answer(place % 3, "sure"))

    phones = [Thread(target=vote, args=(place,)) for place in range(100)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    rooms.close(key)
    assert [sum(choice) for choice in rooms.tally(key)[0]] == [34, 33, 33]


def test_of_two_changes_at_once_none_is_lost(rooms: Rooms):
    store, key = rooms._store, rooms.open(name())
    before = store.read(key.code, rooms._clock())
    rooms.put(key, COLOURS)
    assert not store.write(key.code, before, Room(key.secret), rooms._clock())
    assert rooms.now(key).question == COLOURS
    shown = store.read(key.code, rooms._clock())
    rooms.close(key)
    with refused("closed"):  # it was open when it was read
        store.vote(key.code, shown, name(), Answer(0, "sure"), rooms._clock())
    assert rooms.count(key) == 0


def test_without_its_redis_a_room_says_so_and_nothing_else_breaks():
    rooms = Rooms(Shared(f"redis://{HOST}:{free_port()}"))
    for act in (lambda: rooms.open(name()), lambda: rooms.enter("BBBB", name()), lambda: rooms.count(Key("BBBB", "s"))):
        with refused("gone"):
            act()


def test_codes_that_are_tried_count_in_all_replicas_together(server: str, client: Redis, clock: Clock):
    here, there = Rooms(Shared(server), clock), Rooms(Shared(server), clock)
    code, session = here.open(name()).code, name()
    for _ in range(5):
        for replica in (here, there):
            with refused("none"):
                replica.enter("AAAA", session)
    with refused("tries"):
        there.enter(code, session)
    for _ in range(11):
        other = name()
        for _ in range(10):
            with refused("none"):
                here.enter("AAAA", other)
    with refused("tries"):
        there.enter(code, name())
    (minute,) = client.scan_iter("wrong:*")
    assert 0 < client.ttl(minute) <= 120


def test_two_processes_share_what_is_in_redis_and_none_what_is_in_memory(server: str, client: Redis, clock: Clock):
    here, there = Rooms(Shared(server), clock), Rooms(Shared(server), clock)
    key = here.open(name())
    here.put(key, PLACE)
    assert there.asked(key.code).question == PLACE
    with refused("none"):
        Rooms(Memory(), clock).asked(key.code)
