"""Training as far as it has been watched: charts, words and verdicts from the frames of one to four runs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.charts import theme, training
from core.charts.theme import Line
from core.charts.training import BOTH_SIDES, GRADIENT, MOVES, SHARES, Scale
from core.experiments import WORST_LOSS, Experiment, films, style
from core.experiments.films import Frame
from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS
from core.maths.optimizers import OPTIMIZERS
from core.maths.training import Run, Snapshot
from core.maths.training import data as learnt_from
from core.maths.twins import twins
from core.words import numerals, prose
from core.words.labels import short

Array = NDArray[np.float64]

# What may differ in a race: the field of Run, and how a value is called.
DIFFERENT = ("activation", "initializer", "optimizer", "learning_rate", "normalization", "depth")
VIEWS = ("gradient", "update", "moved", "saturated", "dead")
SOMETIMES = ("slope", "twins")


@dataclass(frozen=True)
class Racer:
    """A run, what has been seen of it, and how it is called and drawn."""

    run: Run
    frames: tuple[Frame, ...]
    label: str
    style: theme.Style

    @property
    def last(self) -> Snapshot:
        return self.frames[-1].snapshot

    @property
    def steps(self) -> Array:
        return np.array([frame.snapshot.step for frame in self.frames])


def racers(runs: Sequence[Run], frames: Sequence[Sequence[Frame]]) -> list[Racer]:
    """The runs side by side, each called by what makes it different."""
    differ = next((name for name in DIFFERENT if len({getattr(run, name) for run in runs}) > 1), "activation")
    each = []
    for k, (run, seen) in enumerate(zip(runs, frames, strict=True)):
        look = style(run.activation)
        if differ != "activation":
            look = look.several(k)
        each.append(Racer(run, tuple(seen), named(run, differ), look))
    return each


def named(run: Run, differ: str) -> str:
    """A run in a word or two, by one of its settings."""
    value: Any = getattr(run, differ)
    if differ == "depth":
        return prose.common("described layers", depth=str(value))
    if differ == "learning_rate":
        return f"η = {numerals.plain(value)}"
    if differ == "normalization":
        return NORMALIZATIONS[value].label if value else prose.common("without")
    registries: dict[str, Mapping[str, Any]] = {
        "activation": ACTIVATIONS,
        "initializer": INITIALIZERS,
        "optimizer": OPTIMIZERS,
    }
    return registries[differ][value].label


def largest_gradient(runs: Sequence[Run]) -> tuple[list[str], str, dict[str, str]]:
    """The names of the runs, that of the one with the largest gradient in layer 1 before the first step, and why."""
    watched = [films.film(run) for run in runs]
    for film in watched:
        while not films.known(film, 0):
            films.work(film)
    untrained = racers(runs, [film.frames[:1] for film in watched])
    return largest({racer.label: float(racer.last.log10_gradient[0]) for racer in untrained})


def largest(sizes: Mapping[str, float]) -> tuple[list[str], str, dict[str, str]]:
    """Names with the log10 of a size each: all of them, that of the largest, and both ends in words."""
    best, least = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    slots = {"best_size": numerals.size(sizes[best]), "least": least, "least_size": numerals.size(sizes[least])}
    return list(sizes), best, slots


def views(words: prose.Words, runs: Sequence[Run]) -> dict[str, str]:
    """What the heat map can show of these runs, by its name on the page: some only where there is something to see."""
    there = {
        "slope": any(ACTIVATIONS[run.activation].by_parameter for run in runs),
        "twins": not all(INITIALIZERS[run.initializer].random for run in runs),
    }
    return {view_name(words, name): name for name in (*VIEWS, *(name for name in SOMETIMES if there[name]))}


def view_name(words: prose.Words, view: str) -> str:
    return prose.common(f"view {view}") if view in SOMETIMES else words(f"view {view}")


def layer_values(racer: Racer, view: str) -> Array:
    """One measurement of every layer and frame, (frames, layers), on the scale of the heat map."""
    shots = [frame.snapshot for frame in racer.frames]
    with np.errstate(divide="ignore", invalid="ignore"):
        if view == "gradient":
            return _compared(np.array([s.log10_gradient for s in shots]))
        if view == "update":
            return np.log10([s.update_ratio for s in shots])
        if view == "moved":
            return np.log10([_moved(s, shots[0]) for s in shots])
        if view == "twins":
            return np.log10([s.apart for s in shots])
        if view == "slope":
            return np.array([s.parameter for s in shots])
        return 100.0 * np.array([getattr(s, view) for s in shots])


def _moved(now: Snapshot, first: Snapshot) -> Array:
    """The way of each layer's weights, relative to what they were: of zeros 0, or inf where they have moved."""
    with np.errstate(divide="ignore"):
        return np.divide(now.distance, first.weight, out=np.zeros_like(now.distance), where=now.distance > 0)


def _compared(log10: Array) -> Array:
    """Gradients (steps, layers) against the output layer's at the same step: a loss that is nearly 0 makes all of them
    small, and says nothing against any layer. An exact zero stays one, whatever is left in the output layer.
    """
    output = log10[:, -1:]
    with np.errstate(invalid="ignore"):
        return np.where(np.isneginf(log10), log10, np.where(np.isfinite(output), log10 - output, np.nan))


def scale(view: str) -> Scale:
    """Fixed for every setting, so that colours can be compared."""
    title = prose.common(f"scale {view}")
    if view in ("saturated", "dead"):
        return Scale(title, 0.0, 100.0, (0, 50, 100), ("0 %", "50 %", "100 %"), SHARES)
    if view == "slope":
        return Scale(title, -1.0, 1.0, (-1, 0, 1), ("−1", "0", "1"), BOTH_SIDES)
    low, high, step = {"gradient": (-8, 4, 2), "twins": (-16, 0, 4)}.get(view, (-8, 2, 2))
    ticks, colours = range(low, high + 1, step), GRADIENT if view == "gradient" else MOVES
    return Scale(title, low, high, tuple(ticks), tuple(theme.power_of_ten(t) for t in ticks), colours)


def curves(racers: Sequence[Racer]) -> Experiment:
    """Loss and accuracy by step."""
    run, alone = racers[0].run, len(racers) == 1
    guess = math.log(DATASETS[run.dataset].classes)
    level = Line(prose.common("line guess"), np.array([0, run.steps]), np.array([guess, guess]), role="chance")
    losses = [level, *(_loss(racer, alone=alone) for racer in racers)]
    accuracies = [line for racer in racers for line in _accuracies(racer, alone=alone)]
    figure = training.curves(
        [
            training.Panel(prose.common("axis loss"), losses, 0.0, WORST_LOSS, (0, 1, 2, 3)),
            training.Panel(prose.common("axis accuracy"), accuracies, -4.0, 104.0, (0, 50, 100)),
        ],
        steps=run.steps,
        step_title=prose.common("axis step"),
    )
    return Experiment(figure, _table(racers, _outcomes), slots(racers))


def history(racers: Sequence[Racer], view: str) -> Experiment:
    """Layer by step."""
    heats = [training.Film(short(racer.label), racer.steps, layer_values(racer, view), racer.style) for racer in racers]
    figure = training.history(
        heats,
        steps=racers[0].run.steps,
        scale=scale(view),
        step_title=prose.common("axis step"),
        layer_title=prose.common("axis layer short"),
        output=prose.common("output"),
        zero=prose.common("axis zero"),
    )
    told = {"view": prose.common(f"scale {view}"), "colour": prose.common(f"colour {view}")}
    return Experiment(figure, _table(racers, _gradients), slots(racers) | told)


def _loss(racer: Racer, *, alone: bool) -> Line:
    """The loss as far as the axis reaches; one that is no number any more has no point."""
    loss = np.array([frame.snapshot.loss for frame in racer.frames])
    shown = np.where(np.isfinite(loss), np.minimum(loss, 10.0 * WORST_LOSS), np.nan)
    return Line(prose.common("line training") if alone else short(racer.label), racer.steps, shown, racer.style)


def _accuracies(racer: Racer, *, alone: bool) -> list[Line]:
    """On held-out samples; of a single run on those it learns from as well."""
    shots = [frame.snapshot for frame in racer.frames]
    held_out = 100.0 * np.array([shot.test_accuracy for shot in shots])
    if not alone:
        return [Line(short(racer.label), racer.steps, held_out, racer.style)]
    learnt = 100.0 * np.array([shot.train_accuracy for shot in shots])
    return [
        Line(prose.common("line training"), racer.steps, learnt, theme.Style(), "second"),
        Line(prose.common("line held out"), racer.steps, held_out, racer.style),
    ]


Columns = dict[str, Sequence[float] | Array]


def _table(racers: Sequence[Racer], measured: Callable[[Racer], Columns]) -> dict[str, Array]:
    """What has been seen of the runs, a row per frame; nan where a run has ended before the others."""
    rows = max(len(racer.frames) for racer in racers)
    return {
        f"{racer.label}: {name}": np.concatenate([column, np.full(rows - len(racer.frames), np.nan)])
        for racer in racers
        for name, column in ({prose.common("column step"): racer.steps} | measured(racer)).items()
    }


def _outcomes(racer: Racer) -> Columns:
    shots = [frame.snapshot for frame in racer.frames]
    return {
        prose.common("column loss"): [shot.loss for shot in shots],
        prose.common("column training"): [shot.train_accuracy for shot in shots],
        prose.common("column held out"): [shot.test_accuracy for shot in shots],
    }


def _gradients(racer: Racer) -> Columns:
    """As they are, whatever the colours compare them with."""
    layers = [*map(str, range(1, racer.run.depth + 1)), prose.common("output")]
    measured = np.array([frame.snapshot.log10_gradient for frame in racer.frames]).T
    return {
        prose.common("column gradient of", layer=layer): column for layer, column in zip(layers, measured, strict=True)
    }


def verdict(racer: Racer) -> str:
    """What has come of a run: untouched, diverged, dead, chance, learning or learnt."""
    last, chance = racer.last, 1.0 / DATASETS[racer.run.dataset].classes
    if last.diverged:
        return "diverged"
    if last.step == 0:
        return "untouched"
    if np.all(np.isneginf(last.log10_gradient[:-1])):
        return "dead"
    if last.train_accuracy >= 0.95:
        return "learnt"
    # Three standard deviations above the luck of guessing on held-out samples, which are fewer: a generous bound.
    held_out = len(learnt_from(racer.run).y_test)
    luck = chance + 3.0 * math.sqrt(chance * (1.0 - chance) / held_out)
    return "chance" if last.train_accuracy <= luck else "learning"


def slots(racers: Sequence[Racer]) -> dict[str, str]:
    """The computed words about all runs together."""
    each = [words_of(racer) for racer in racers]
    run = racers[0].run
    return {
        "list": "\n\n".join(words["verdict"] for words in each),
        "alt_lines": "; ".join(
            f"{words['label']}: {words['fate']}, {words['test']}, {words['reach']}" for words in each
        ),
        "step": numerals.whole(max(racer.last.step for racer in racers)),
        "steps": numerals.whole(run.steps),
        "data": DATASETS[run.dataset].label,
    }


def words_of(racer: Racer) -> dict[str, str]:
    """One run in words and numbers."""
    last, first = racer.last, racer.frames[0].snapshot
    moved, decay = _moved(last, first), racer.run.weight_decay
    words = {
        "label": racer.label,
        "step": numerals.whole(last.step),
        "loss": numerals.plain(last.loss),
        "guess": numerals.number(math.log(DATASETS[racer.run.dataset].classes)),
        "train": numerals.percent(last.train_accuracy),
        "test": numerals.percent(last.test_accuracy),
        "moved": numerals.percent(float(moved[0])) if moved[0] < 10.0 else numerals.number(float(moved[0])),
        "moved_last": numerals.percent(float(moved[-1])),
        "width": str(racer.run.width),
        "reach": _between(last),
        "fate": prose.common(f"fate {verdict(racer)}"),
        "dead": numerals.percent(float(last.dead[:-1].max())),
        "slopes": ", ".join(numerals.plain(float(a)) for a in last.parameter[:-1]),
        "decayed": numerals.number(racer.run.learning_rate * racer.run.layer_rate**racer.run.depth * decay),
    }
    text = prose.common("run decays" if _decays(racer) else f"run {verdict(racer)}", **words)
    if ACTIVATIONS[racer.run.activation].by_parameter and last.step:
        text += " " + prose.common("run slopes", **words)
    if racer.run.width > 1 and twins(last.apart):
        still = not last.weight.any() and np.isneginf(last.log10_gradient).all()  # not so where f(0) is not 0
        text += " " + prose.common("run zeros" if still else "run twins", **words)
    return words | {"verdict": f"**{racer.label}.** {text}"}


def _decays(racer: Racer) -> bool:
    """Whether weights that no gradient reaches become smaller all the same; those that are zero cannot."""
    return verdict(racer) == "dead" and racer.run.weight_decay > 0.0 and bool(racer.last.weight[:-1].any())


def _between(last: Snapshot) -> str:
    """How much of the output layer's gradient is left in layer 1."""
    first, output = float(last.log10_gradient[0]), float(last.log10_gradient[-1])
    if not math.isfinite(output) or first == math.inf:
        return prose.common("ratio zero") if first == -math.inf else "∞"
    return numerals.size(first - output) if math.isfinite(first) else numerals.number(0.0)
