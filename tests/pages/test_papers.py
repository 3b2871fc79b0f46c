"""The papers, run again, as a reader uses the page: choose, run, stop, see the verdict, go where it can be explored."""

from dataclasses import replace

import pytest
import streamlit as st

from core.experiments import papers, trials
from core.maths.papers import PAPERS
from core.ui.share.links import understood
from core.ui.state import Reruns
from core.words import prose
from tests.pages.reader import charts, opened, specs, values, visit

QUICK = ("cs231n_tanh", "poole", "schoenholz")
WORDS = prose.read("results")


@pytest.fixture
def few(monkeypatch):
    """Only results that take a moment, none of which anybody has run."""
    for name in PAPERS.keys() - set(QUICK):
        monkeypatch.delitem(PAPERS, name)
    forget()
    yield
    forget()


def forget():
    papers.trial.clear()
    papers.result.clear()


def at_row(name):
    return visit("papers", **{"papers.row": PAPERS[name].label}).run()


def verdict(at):
    return at.metric[0].value


def verdicts(at):
    """Of the table, as it is printed."""
    (table,) = at.dataframe
    return dict(zip(*(table.value.iloc[:, column] for column in (0, 1)), strict=True))


def test_nothing_is_computed_before_somebody_asks(few, monkeypatch):
    monkeypatch.setattr(trials, "work", lambda trial: pytest.fail(repr(trial.run)))
    at = at_row("poole")
    assert verdict(at) == WORDS("not run")
    assert set(verdicts(at).values()) == {WORDS("not run")}
    assert not any(button.disabled for button in at.button if button.key in ("papers.run", "papers.all"))


def test_a_result_that_is_run_has_a_verdict_and_a_line_on_its_chart(few):
    at = at_row("poole")
    before = specs(at)
    at.button(key="papers.run").click().run()
    assert [error.message for error in at.exception] == []
    assert verdict(at) == f"✓ {WORDS('passed')}"
    assert specs(at) != before
    assert verdicts(at)[PAPERS["poole"].label] == verdict(at)
    assert [said for said in verdicts(at).values() if said != WORDS("not run")] == [verdict(at)]
    assert "2.3673" in "".join(text.value for text in at.markdown), "the computed number has its digits"
    assert at.button(key="papers.run").disabled
    assert verdict(at_row("poole")) == WORDS("not run"), "to somebody else it is still a question"


def test_what_does_not_come_out_is_shown_as_failed_with_what_was_found(few, monkeypatch):
    (value,) = PAPERS["poole"].values
    wrong = replace(PAPERS["poole"], values=(replace(value, published=(0.94, 1.7, 2.367)),))
    monkeypatch.setitem(PAPERS, "poole", wrong)
    at = at_row("poole")
    at.button(key="papers.run").click().run()
    assert verdict(at) == f"✗ {WORDS('failed')}"
    said = "".join(text.value for text in at.markdown)
    assert WORDS("outcome failed", failed=WORDS("value chi")) in said
    assert "1.585" in said
    assert WORDS("key far") in specs(at)["papers.chart"]
    assert "✗" in charts(at)["papers.chart"].alt


def test_all_are_run_one_after_the_other_and_then_there_is_nothing_left_to_run(few):
    at = at_row("schoenholz")
    at.button(key="papers.all").click().run()
    assert set(verdicts(at).values()) == {f"✓ {WORDS('passed')}"}
    assert "papers.stop" not in [button.key for button in at.button]
    assert at.button(key="papers.all").disabled


def test_who_stops_keeps_what_is_done_and_the_rest_waits_for_nobody(few, monkeypatch):
    monkeypatch.setattr(trials, "work", lambda trial: st.stop())
    at = at_row("poole")
    at.session_state["papers.reruns"] = Reruns(waiting=["poole", "schoenholz"], done=[])
    at.run()
    assert at.button(key="papers.run").disabled
    assert verdict(at) == WORDS("not run")
    at.button(key="papers.stop").click().run()
    assert at.session_state["papers.reruns"].waiting == []
    assert "papers.stop" not in [button.key for button in at.button]
    assert not at.button(key="papers.all").disabled


def test_a_run_that_is_interrupted_goes_on_where_it_was(few):
    begun = []

    def run():
        begun.append("begun")
        for step in range(3):
            yield step / 3
        return (papers.np.array([0.94, 1.585, 2.367]),)

    trial = trials.Trial(run)
    shares = []
    while trial.computed is None:
        trials.work(trial)
        shares.append(trial.share)
    trials.work(trial)
    assert begun == ["begun"]
    assert shares == [0.0, 1 / 3, 2 / 3, 2 / 3]


def test_a_run_that_breaks_off_begins_anew():
    def run():
        yield 0.0
        raise ArithmeticError

    trial = trials.Trial(run)
    trials.work(trial)
    with pytest.raises(ArithmeticError):
        trials.work(trial)
    assert trial.steps is None
    trials.work(trial)
    assert trial.computed is None


def test_each_source_can_be_cited_and_each_effect_explored():
    at = at_row("he_filters")
    at.session_state["papers.cite"] = True
    at.run()
    assert at.expander("papers.cite").code[0].value == PAPERS["he_filters"].source.bibtex
    (link,) = [link for link in at.page_link if link.proto.page.endswith("laboratory") and "explore" not in link.label]
    assert prose.read("laboratory")("title") in link.label
    assert "lab.initializer" in link.proto.query_string


@pytest.mark.parametrize("name", PAPERS)
def test_the_link_to_where_an_effect_can_be_explored_sets_what_it_says(name):
    paper = PAPERS[name]
    at = visit(paper.page, **paper.settings).run()
    assert [error.message for error in at.exception] == []
    shown = values(at)
    assert [key for key, text in paper.settings.items() if not understood([text], shown.get(key))] == []


def test_each_result_has_its_words():
    for name, paper in PAPERS.items():
        for kind in ("paper", "says", "found"):
            assert WORDS(f"{kind} {name}")
        for value in paper.values:
            assert WORDS(f"value {value.name}")
            assert WORDS(f"why {value.why}")
            assert WORDS(f"axis {value.axis}")
    named = {"paper", "says", "found"}
    told = {block.partition(" ")[2] for block in WORDS.blocks if block.partition(" ")[0] in named}
    assert told == set(PAPERS), "and none has words that is not there"


def test_the_page_opens_with_a_chart_of_what_was_published():
    assert list(charts(opened("papers"))) == ["papers.chart"]
