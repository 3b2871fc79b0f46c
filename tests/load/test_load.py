"""What `make load` does at length, in short: nothing here looks at the clock."""

from collections.abc import Iterator
from itertools import product
from math import inf, nan
from subprocess import Popen

import pytest

from tests.benchmarks.readers import result
from tests.browser.server import serve
from tests.load import lessons
from tests.load.hostile import KINDS_OF, attack
from tests.load.lessons import PAGES, Heard
from tests.load.memory import memory
from tests.load.process import resident
from tests.load.student import KINDS, Student
from tests.load.votes import measure

HIDING = ("button", "checkbox")  # what may hide other controls: a question, a walk
LONGEST = 120.0  # seconds for each of them, which none needs


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Popen[bytes]]]:
    process, address = serve()
    yield address, process
    process.terminate()
    process.wait(10)


def test_a_class_on_all_pages_sets_every_kind_of_control_and_loses_nothing(server):
    address, _ = server
    moved = set()

    async def one(page: str, seed: int) -> Heard:
        heard = Heard()
        async with Student(address, page, seed) as student:
            heard.opened.append(await student.open())
            fields = [control for control in student.controls.values() if control.kind == "number_input"]
            for control, forged in product(fields, (inf, nan)):  # which no browser sends
                await student.set(control, forged)
            kinds = {control.kind for control in student.controls.values()}
            for kind in sorted(kinds, key=lambda kind: (kind in HIDING, kind)):
                control = next((one for one in student.controls.values() if one.kind == kind), None)
                if control:
                    heard.taken.append(await student.set(control, control.draw(student.dice)))
                    moved.add(kind)
            heard.exceptions = student.exceptions
        return heard

    heard = result(lessons.together((one(page, k) for k, page in enumerate(PAGES)), LONGEST), within=2 * LONGEST)
    assert heard.lost == []
    assert heard.exceptions == []
    assert len(heard.opened) == len(PAGES)
    assert moved >= set(KINDS) - {"radio", "multiselect"}  # a question, and what no page has now


def test_a_class_votes_at_once_and_every_answer_is_counted_once(server):
    address, process = server
    found = result(measure(address, process.pid, phones=20, seconds=4), within=2 * LONGEST)
    assert found.spent < LONGEST
    voted = found.voted
    assert (voted.phones.lost, voted.phones.exceptions) == ([], [])
    assert sum(voted.tally) == len(voted.phones.taken) / 2 == 20
    assert max(voted.tally) - min(voted.tally) <= 1, "each has chosen by its number"
    assert voted.asked >= 20, "each has asked whether anything is new"
    assert voted.runs == 0, "nothing was, for a phone, and so no page has run"
    assert len(voted.lags()) == 20
    assert len(voted.counted) <= 1 + 20, "the projector's has not run more often than there was something to count"


@pytest.mark.slow
def test_what_a_server_holds_stays_within_bounds(server):
    address, process = server
    held = result(memory(address, process.pid, visitors=26, count=240, within=LONGEST), within=2 * LONGEST)
    assert (held.heard.lost, held.heard.exceptions) == ([], [])
    assert held.per_session < 2.0
    assert held.most < 600.0


@pytest.mark.slow
def test_rubbish_shows_no_error_and_takes_little_and_the_server_stands(server):
    address, process = server
    harm = result(attack(address, process.pid, 240, LONGEST), within=2 * LONGEST)
    assert set(harm.sent) == set(KINDS_OF)
    assert harm.exceptions == []
    assert harm.unanswered == []
    assert harm.dearest[0] < 2.0, harm.dearest
    assert process.poll() is None
    assert resident(process.pid) < 600.0
