"""Published results, run again: a trial of each grows while somebody waits for it, and is kept for all who ask next."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from core.charts import reruns
from core.experiments import Experiment
from core.experiments.kept import WORDS, kept
from core.experiments.trials import Trial
from core.maths.papers import PAPERS, Outcome, Paper, Value, judged
from core.maths.papers.record import Array
from core.words import numerals, prose

SIGNS = {True: "✓", False: "✗"}  # what has passed and what has not, beside the word
DIGITS = 10  # of a published number at most


@kept(entries=2 * len(PAPERS), limit=WORDS, size=WORDS // (2 * len(PAPERS)))
def trial(name: str) -> Trial[tuple[Array, ...]]:
    paper = PAPERS[name]
    return Trial(partial(paper.run, paper.seed))


def labels() -> dict[str, str]:
    """All of them as they are chosen from a list, with their names."""
    return {paper.label: name for name, paper in PAPERS.items()}


def _title(paper: Paper) -> str:
    """Who and when, and what it is about."""
    return f"{paper.source.short}: {_words()(f'paper {paper.name}')}"


def _words() -> prose.Words:
    return prose.read("results")


def outcomes(name: str) -> tuple[Outcome, ...]:
    """What has come of a trial that is done; nothing before."""
    computed = trial(name).computed
    return () if computed is None else judged(PAPERS[name], computed)


def verdict(done: Sequence[Outcome]) -> str:
    """Passed or failed, with its sign; before that, that it has not been run."""
    words = _words()
    if not done:
        return words("not run")
    passed = all(outcome.passed for outcome in done)
    return f"{SIGNS[passed]} {words('passed' if passed else 'failed')}"


@kept(limit=WORDS * 4)
def result(name: str, run: bool) -> Experiment:
    """One published result, and what has come of it if it has been `run`."""
    paper, words, done = PAPERS[name], _words(), outcomes(name) if run else ()
    panels, items, columns = [], [], []
    for k, value in enumerate(paper.values):
        outcome = done[k] if done else None
        panels.append(_panel(value, outcome))
        items.append(_item(value, outcome))
        columns.append(_column(value, outcome))
    texts = reruns.Texts(*(words(f"key {part}") for part in ("published", "computed", "far", "value")))
    data = {heading: np.concatenate([column[heading] for column in columns]) for heading in columns[0]}
    failed = [words(f"value {outcome.value.name}") for outcome in done if not outcome.passed]
    slots = {
        "title": _title(paper),
        "paper": words(f"paper {name}"),
        "says": words(f"says {name}"),
        "found": words(f"found {name}"),
        "values": "\n".join(items),
        "verdict": verdict(done),
        "took": words("took", seconds=_seconds(name)) if done else "–",
        "confirmed": words("confirmed" if paper.confirmed else "not confirmed"),
        "outcome": words("outcome not run") if not done else words(
            "outcome failed" if failed else "outcome passed", failed=numerals.listing(failed) if failed else ""
        ),
        "count": str(len(PAPERS)),
        "source": f"{paper.source.short}, {paper.source.where}",
    }  # fmt: skip
    return Experiment(reruns.reruns(panels, texts), data, slots)


def table(run: Sequence[str]) -> dict[str, list[str]]:
    """All results with their verdicts, so far as they have been `run`."""
    words = _words()
    done = {name: outcomes(name) if name in run else () for name in PAPERS}
    return {
        words("column result"): [paper.label for paper in PAPERS.values()],
        words("column verdict"): [verdict(each) for each in done.values()],
        words("column about"): [words(f"paper {name}") for name in PAPERS],
        words("column seconds"): [_seconds(name) if each else "–" for name, each in done.items()],
    }  # fmt: skip


def _seconds(name: str) -> str:
    return numerals.plain(max(round(trial(name).seconds, 2), 0.01), 2)


def summary(run: Sequence[str]) -> dict[str, str]:
    """How many there are, have been run, and have passed."""
    done = [outcomes(name) for name in run]
    passed = [all(outcome.passed for outcome in each) for each in done if each]
    return {"all": str(len(PAPERS)), "run": str(len(passed)), "passed": str(sum(passed))}


def progress(name: str, left: int) -> str:
    """What is being run, and how many come after it."""
    return _words()("progress", title=PAPERS[name].label, left=str(left))


def _panel(value: Value, outcome: Outcome | None) -> reruns.Panel:
    words, (low, high) = _words(), value.bounds
    names = words.blocks.get(f"places {value.axis}", "").split(", ") if f"places {value.axis}" in words.blocks else ()
    return reruns.Panel(
        words(f"value {value.name}"), words(f"axis {value.axis}"), np.array(value.places), np.array(value.published),
        low, high, outcome.computed if outcome else None, outcome.near.tolist() if outcome else (), names,
    )  # fmt: skip


def _item(value: Value, outcome: Outcome | None) -> str:
    """A value as an item of a list: what was published, what is computed, by how much they may differ and why."""
    words = _words()
    sign = f"{SIGNS[outcome.passed]} " if outcome else ""
    sizes = [_digits(number) for number in value.published]
    numbers = _numbers(value.published, sizes)
    here = words("here", numbers=_numbers(outcome.computed, [size + 1 for size in sizes])) if outcome else ""
    amount = numerals.percent(value.tolerance) if value.relative else f"${_latex(value.tolerance, 2)}$"
    said = words(f"item {value.sense}", value=words(f"value {value.name}"), numbers=numbers, here=here)
    return f"- {sign}{said} {words('tolerance', amount=amount, why=words(f'why {value.why}'))}"


def _digits(number: float) -> int:
    """How many significant digits a number is published with, at least three."""
    mantissa = f"{abs(number):.{DIGITS - 1}e}".partition("e")[0]
    return max(3, len(mantissa.replace(".", "").rstrip("0")))


def _numbers(values: Sequence[float] | Array, digits: Sequence[int]) -> str:
    return ", ".join(f"${_latex(float(v), size)}$" for v, size in zip(values, digits, strict=True))


def _latex(value: float, digits: int) -> str:
    if not np.isfinite(value):
        return r"\text{?}" if np.isnan(value) else r"\infty"
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    return rf"{mantissa} \times 10^{{{int(power)}}}" if power else mantissa


def _column(value: Value, outcome: Outcome | None) -> dict[str, np.ndarray]:
    """The numbers behind the chart."""
    words, count, (low, high) = _words(), len(value.published), value.bounds
    named: dict[str, np.ndarray] = {
        words("column value"): np.array([words(f"value {value.name}")] * count, dtype=object),
        words("column at"): np.array(value.places),
        words("column published"): np.array(value.published),
        words("column low"): low,
        words("column high"): high,
    }
    return named | ({words("column computed"): outcome.computed} if outcome else {})
