"""Cures for one sick network, each alone: what it does to the gradient at the start, and what is learnt in the end.

The start is computed at once. The runs go on while somebody waits for them (`trials`), and are kept for all.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.charts import layers as layer_charts
from core.charts.theme import Array, Line, Style, family_style
from core.experiments import Experiment, layer_texts, style
from core.experiments.films import SPEED, TURN
from core.experiments.kept import WORDS, kept
from core.experiments.trials import Steps, Trial
from core.maths.cures import CURES, PATIENTS, SEEDS, treated
from core.maths.training import Run, advanced, look, start
from core.words import numerals, pointing, prose

PAGE = "cures"
DEPTHS = ("5", "10", "15", "20")
FIRST = ("relu", "batchnorm", "residual", "adam")  # that are chosen when the page opens
MOST = 6  # lines beside that of the sick network: more could not be told apart
LOW, HIGH = -14.0, 6.0  # log10 of the gradient against the output layer's
# Of the way from the sick network's accuracy to 100 %: from where on a cure helps, or has cured. A loss of accuracy of
# LOST is worse.
HELPED, CURED, LOST = 0.1, 0.8, 0.05
MANY = 0.5  # of all steps, left out: that is no learning, and no cure of what diverges either
# log10: by how much a gradient must change to be another one, and may, to be the same; whom a reader cannot tell apart.
MORE, ALIKE, CLOSE = 0.5, 0.02, 0.2
SIGNS = {"cured": "✓", "helps": "↗", "same": "=", "worse": "✗"}  # beside the word
LOOKS = {  # a colour of its own for each kind of cure
    "weights": [family_style("rectified", k) for k in range(3)],
    "signal": [family_style("smooth", k) for k in range(6)],
    "step": [*(family_style("saturating", k) for k in (1, 2, 3)), family_style("rectified", 6)],
    "numbers": [family_style("linear", 0), family_style("own", 0)],
}


@dataclass(frozen=True)
class Case:
    """A sick network with one cure: the name of the patient, its depth, and the name of the cure."""

    patient: str
    depth: int
    cure: str = "none"

    @property
    def run(self) -> Run:
        return treated(replace(PATIENTS[self.patient], depth=self.depth), self.cure)

    @property
    def base(self) -> "Case":
        """What the cure is compared with."""
        return replace(self, cure=CURES[self.cure].against)


def every(patient: str, depth: int) -> list[Case]:
    """The sick network and all its cures, in the order of the registry."""
    return [Case(patient, depth, name) for name in CURES]


def label(name: str) -> str:
    """What a cure is called on the page."""
    return prose.common(f"cure {name}")


def labels() -> dict[str, str]:
    """All that can be chosen, with their names."""
    return {label(name): name for name in CURES if name != "none"}


def patients() -> dict[str, str]:
    """The sick networks as they are chosen, with their names."""
    return {prose.common(f"patient {name}"): name for name in PATIENTS}


def look_of(name: str) -> Style:
    """The colour, dash and marker of a cure."""
    if name == "none":
        return style("sigmoid")
    kind = CURES[name].kind
    return LOOKS[kind][[each.name for each in CURES.values() if each.kind == kind].index(name)]


@dataclass(frozen=True)
class Beginning:
    """Before and in the first step: log10 of the gradient of each layer against the output layer's, how far layer 1
    moves against its weights, and log10 of its update against that of the output layer; whether the step was skipped.
    """

    gradient: Array
    update: float
    share: float
    skipped: bool

    @property
    def reach(self) -> float:
        return float(self.gradient[0])


@kept(entries=1000, limit=WORDS)
def beginning(case: Case) -> Beginning:
    return began(case.run)


def begin(patient: str, depth: int) -> None:
    """Compute all that the page shows of a sick network before it learns: some tenths of a second."""
    for case in every(patient, depth):
        beginning(case)


def began(run: Run) -> Beginning:
    """Before the first step of a run, and in it."""
    state = start(run)
    before, after = look(run, state), advanced(run, state, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log10 = before.log10_gradient - before.log10_gradient[-1]
        moved = np.log10(after.update_ratio) + np.log10(before.weight)
        share = float(moved[0] - moved[-1])
    return Beginning(log10, float(after.update_ratio[0]), share, after.skipped > 0)


@dataclass(frozen=True)
class Outcome:
    """After all steps, by seed: the accuracy on held-out samples and whether the run diverged; seconds for a step; of
    all steps, the share that was left out, since float16 could not hold its gradient.
    """

    accuracy: tuple[float, ...]
    diverged: tuple[bool, ...]
    seconds: float
    skipped: float = 0.0

    @property
    def mean(self) -> float:
        return float(np.mean(self.accuracy))


@kept(entries=1000, limit=WORDS, size=2000)
def trial(case: Case) -> Trial[Outcome]:
    return Trial(partial(_learn, case.run))


def _learn(run: Run) -> Steps[Outcome]:
    """The runs of all seeds, in pieces that leave others their turn."""
    piece = max(1, int(TURN * SPEED * run.steps / run.work))
    accuracy, diverged, paces, skipped = [], [], [], 0
    for seed in range(SEEDS):
        one = replace(run, seed=seed)
        state = start(one)
        while state.step < one.steps and not state.diverged:
            began, step = time.thread_time(), state.step
            state = advanced(one, state, min(piece, one.steps - step))
            paces.append((time.thread_time() - began) / max(1, state.step - step))
            yield (seed + state.step / one.steps) / SEEDS
        accuracy.append(look(one, state).test_accuracy)
        diverged.append(state.diverged)
        skipped += state.skipped
    return Outcome(tuple(accuracy), tuple(diverged), float(np.median(paces)), skipped / (SEEDS * run.steps))


def progress(case: Case, left: int) -> str:
    """What is being run, and how many come after it."""
    return prose.common("cure progress", label=label(case.cure), left=str(left))


def verdict(case: Case, done: Sequence[object]) -> str:
    """What has come of a cure: none, worse, same, helps, cured; nothing before it has been run, and what it is
    compared with.
    """
    if case.cure == "none":
        return "none"
    ends = [trial(each).computed if each in done else None for each in (case, case.base)]
    return judged(ends[0], ends[1]) if ends[0] and ends[1] else "unknown"


def said(verdict: str) -> str:
    """A verdict with its sign, on the page."""
    return f"{SIGNS.get(verdict, '')} {prose.common(f'cure verdict {verdict}')}".strip()


def judged(end: Outcome, base: Outcome) -> str:
    """By the mean accuracy, if that lies beyond all seeds of the other network: how much of what that gets wrong is
    right by now.
    """
    gained = end.mean - base.mean
    if sum(end.diverged) > sum(base.diverged) or (gained <= -LOST and end.mean < min(base.accuracy)):
        return "worse"
    share = gained / max(1.0 - base.mean, 1e-9) if end.mean > max(base.accuracy) else 0.0
    return "cured" if share >= CURED else "helps" if share >= HELPED else "same"


def reason(case: Case) -> str:
    """Why, from the numbers of the start alone."""
    now, was = beginning(case), beginning(case.base)
    if -math.inf in (now.reach, was.reach):
        return "zero" if now.reach == -math.inf else "back"
    if now.skipped:
        return "over"
    if abs(abs(now.reach) - abs(was.reach)) > MORE:
        return "farther" if abs(now.reach) > abs(was.reach) else "more" if now.reach > was.reach else "less"
    return _by_the_step(now, was)


def _by_the_step(now: Beginning, was: Beginning) -> str:
    """The reason where about as much of the gradient reaches layer 1 as before."""
    reach, share = abs(now.reach - was.reach), abs(now.share - was.share)
    if reach < ALIKE and share > MORE:
        return "step"
    if now.update == was.update:
        return "same"
    update = abs(math.log10(now.update / was.update)) if now.update and was.update else math.inf
    alike = update > ALIKE and share < ALIKE
    return "alike" if alike else "both" if max(reach, update) > MORE else "little"


def why(case: Case) -> str:
    """The reason as a sentence with its numbers."""
    now, was = beginning(case), beginning(case.base)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = float(np.log10(now.update) - np.log10(was.update))
    return prose.common(
        f"cure because {reason(case)}", now=numerals.size(now.reach), before=numerals.size(was.reach),
        update=_moved(now), update_before=_moved(was), factor=numerals.size(factor), base=label(case.base.cure),
        share=numerals.size(now.share),
    )  # fmt: skip


def _moved(of: Beginning) -> str:
    return numerals.size(math.log10(of.update)) if of.update else numerals.number(0.0)


@kept(limit=WORDS * 8)
def gradient(patient: str, depth: int, chosen: tuple[str, ...]) -> Experiment:
    """The gradient by layer at the start: the sick network, and some cures."""
    names = ["none", *chosen[:MOST]]
    x = np.arange(1.0, depth + 2)
    starts = {name: beginning(Case(patient, depth, name)) for name in names}
    lines = [Line(label(name), x, each.gradient, look_of(name)) for name, each in starts.items()]
    frame = layer_charts.Frame(int(DEPTHS[-1]), LOW, HIGH)
    texts = layer_texts()._replace(gradient_title=prose.common("axis gradient output"))
    figure = layer_charts.gradient_by_layer(lines, frame=frame, texts=texts)
    reached = {name: each.reach for name, each in starts.items()}
    best = min(names[1:], key=lambda name: abs(reached[name]))
    said = [
        prose.common("reach", label=label(name), figure=numerals.size(at), words=numerals.ratio(at))
        for name, at in reached.items()
    ]
    run = Case(patient, depth).run
    slots = {
        "depth": str(depth),
        "sick": prose.common(f"sick {patient}"),
        "list": "\n".join(f"- {pointing.named(text, label(name))}" for text, name in zip(said, names, strict=True)),
        "alt_lines": "; ".join(said),
        "sick_reach": numerals.size(reached["none"]),
        "best": label(best),
        "best_reach": numerals.size(reached[best]),
        "steps": numerals.whole(run.steps),
        "seeds": str(SEEDS),
        "rate": numerals.number(run.learning_rate),
        "helped": numerals.percent(HELPED),
        "cured": numerals.percent(CURED),
        "lost": numerals.number(100.0 * LOST),
        "sources": "\n".join(f"- {label(name)}: {cure.source}" for name, cure in CURES.items() if cure.source),
        "seconds": numerals.whole(round(sum(each.run.work for each in every(patient, depth)) * SEEDS / SPEED)),
    }
    data = {prose.common("column layer"): x} | {
        prose.common("column log10", label=label(name)): each.gradient for name, each in starts.items()
    }
    return Experiment(figure, data, slots)


def question(patient: str, depth: int, chosen: Sequence[str]) -> tuple[list[str], str]:
    """Which cure brings layer 1 a gradient that is nearest to the output layer's: the options, and the right one.

    Where the best does hardly better than nothing at all, none is right; what is as good as the best is not offered.
    Of many only those of the chart are asked about, which gives the answer.
    """
    chosen = chosen[:MOST]
    far = {name: abs(beginning(Case(patient, depth, name)).reach) for name in chosen}
    best = min(far, key=far.__getitem__)
    none = prose.common("cure none of them")
    if abs(beginning(Case(patient, depth)).reach) - far[best] < MORE:
        return [*map(label, chosen), none], none
    return [*(label(name) for name in chosen if name == best or far[name] - far[best] > CLOSE), none], label(best)


def table(patient: str, depth: int, done: Sequence[object]) -> dict[str, list[str]]:
    """All cures: the start, and what has come of those that have been run."""
    words, cases = prose.read(PAGE), every(patient, depth)
    ends = {case: trial(case).computed if case in done else None for case in cases}
    return {
        words("column cure"): [label(case.cure) for case in cases],
        words("column verdict"): [said(verdict(case, done)) for case in cases],
        words("column accuracy"): [_accuracy(end) for end in ends.values()],
        words("column reach"): [numerals.size(beginning(case).reach) for case in cases],
        words("column update"): [_moved(beginning(case)) for case in cases],
        words("column time"): [_time(end, ends[cases[0]]) for end in ends.values()],
    }  # fmt: skip


def _time(end: Outcome | None, sick: Outcome | None) -> str:
    """Of a step, in those of the sick network; a run that diverged has too few of them."""
    if end is None or sick is None or any(end.diverged + sick.diverged):
        return "–"
    return numerals.number(end.seconds / sick.seconds, 2)


def _accuracy(end: Outcome | None) -> str:
    """The mean over the seeds, and from the least to the most."""
    if end is None:
        return "–"
    if all(end.diverged):
        return prose.common("cure diverged")
    if end.skipped > MANY:
        return prose.common("cure skipped", mean=numerals.percent(end.mean), share=numerals.percent(end.skipped))
    least, most = (numerals.plain(100.0 * each) for each in (min(end.accuracy), max(end.accuracy)))
    return prose.common("cure accuracy", mean=numerals.percent(end.mean), least=least, most=most)


def told(patient: str, depth: int, chosen: Sequence[str], done: Sequence[object]) -> dict[str, str]:
    """What the page says: the chosen cures with verdict and reason, all of them by verdict, how many have been run."""
    cases = [Case(patient, depth, name) for name in chosen[:MOST]]
    kinds = [verdict(case, done) for case in cases]
    lines = [
        prose.common(
            f"cure told{'' if kind in SIGNS else ' early'}", label=label(case.cure), verdict=said(kind), why=why(case)
        )
        for case, kind in zip(cases, kinds, strict=True)
    ]
    whole = every(patient, depth)
    found: dict[str, list[str]] = {kind: [] for kind in SIGNS}
    for case in whole[1:]:
        if (kind := verdict(case, done)) in found:
            found[kind].append(label(case.cure))
    groups = [f"- **{said(kind)}:** {' · '.join(names)}" for kind, names in found.items() if names]
    return {
        "told": "\n".join(f"- {line}" for line in lines),
        "groups": "\n".join(groups) or prose.common("cure no verdict"),
        "ran": str(sum(case in done for case in whole)),
        "all": str(len(CURES)),
    }
