"""The cures, as a reader uses the page: nothing learns before it is asked to; row by row; on to watch one."""

from dataclasses import replace

import pytest

from core.experiments import cures, trials
from core.maths.cures import CURES, PATIENTS
from core.ui.play import opening
from core.ui.state import Reruns
from core.words import prose
from tests.pages.reader import specs, visit

DEPTH = 5
UNKNOWN = cures.said("unknown")


@pytest.fixture
def short(monkeypatch):
    """Runs of a few steps."""
    for name, run in PATIENTS.items():
        monkeypatch.setitem(PATIENTS, name, replace(run, steps=10))
    cures.trial.clear()
    yield
    cures.trial.clear()


def shown(**address):
    return visit("cures", **{"cures.depth": str(DEPTH)} | address).run()


def verdicts(at):
    (table,) = at.dataframe
    return dict(zip(*(table.value.iloc[:, column] for column in (0, 1)), strict=True))


def test_the_start_is_there_at_once_and_nothing_learns_before_somebody_asks(monkeypatch):
    monkeypatch.setattr(trials, "work", lambda trial: pytest.fail(repr(trial.run)))
    at = shown()
    assert list(verdicts(at)) == [cures.label(name) for name in CURES]
    assert set(verdicts(at).values()) == {UNKNOWN, cures.said("none")}
    reaches = at.dataframe[0].value.iloc[:, 3]
    assert len(set(reaches)) > len(CURES) / 2
    assert not at.button(key="cures.all").disabled


def test_all_are_run_one_after_the_other_and_stay_beside_other_settings(short):
    at = shown()
    before = specs(at)
    at.button(key="cures.all").click().run()
    assert [error.message for error in at.exception] == []
    assert UNKNOWN not in verdicts(at).values()
    assert at.button(key="cures.all").disabled
    assert specs(at) == before, "the chart is of the start"
    done = verdicts(at)
    (why,) = [text.value for text in at.markdown if text.value.startswith("## Why")]
    grouped = {
        name: head.removeprefix("- **")
        for head, _, names in (line.partition(":** ") for line in why.splitlines() if " · " in line or ":** " in line)
        for name in names.split(" · ")
    }
    assert grouped == {name: said for name, said in done.items() if name != cures.label("none")}
    at.select_slider(key="cures.depth").set_value("10").run()
    assert UNKNOWN in verdicts(at).values()
    at.select_slider(key="cures.depth").set_value(str(DEPTH)).run()
    assert verdicts(at) == done
    assert UNKNOWN in verdicts(shown()).values(), "to somebody else it is still a question"


def test_what_waits_under_other_settings_waits_no_longer(monkeypatch):
    monkeypatch.setattr(trials, "work", lambda trial: pytest.fail(repr(trial.run)))
    at = visit("cures", **{"cures.depth": str(DEPTH)})
    at.session_state["cures.reruns"] = Reruns(waiting=cures.every("vanishes", 10))
    at.run()
    assert [error.message for error in at.exception] == []
    assert at.session_state["cures.reruns"].waiting == []
    assert not at.button(key="cures.all").disabled


def test_a_chosen_cure_has_its_verdict_its_reason_and_a_link():
    at = shown(**{"cures.shown": ["Adam", "float16"]})
    (said,) = [text.value for text in at.markdown if text.value.startswith("## Why")]
    for name in ("adam", "float16"):
        assert f"**{cures.label(name)}.** {cures.why(cures.Case('vanishes', DEPTH, name))}" in said
    assert UNKNOWN not in said, "what has not been run has no verdict"
    labels = [link.label for link in at.page_link]
    assert prose.common("watch run", name="Adam") in labels
    assert prose.common("watch run", name="float16") not in labels, "there is no control for it"


@pytest.mark.parametrize("patient", PATIENTS)
def test_the_link_to_watch_a_cure_sets_that_very_run(patient):
    opened = set()
    for case in cures.every(patient, DEPTH):
        if opening.offered(case.run):
            at = visit(opening.PAGE, **opening.settings(case.run)).run()
            assert at.session_state["learn.player"].of == (case.run,), case.cure
            opened.add(case.cure)
    assert opened == CURES.keys() - {"float16", "loss_scale"}
