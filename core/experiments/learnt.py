"""What networks have learnt, as pictures: the surface that divides the classes, or the weights of the first layer."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.charts import training
from core.experiments import Experiment
from core.experiments.films import REACH, plane, samples
from core.experiments.learning import Racer, slots
from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS
from core.words import prose
from core.words.labels import short

Array = NDArray[np.float64]

COLUMNS = 4  # of the units whose weights are shown
SPREADS = 2.0  # of the initial weights: the strongest colour
LOUDER = 2.0  # what has been learnt is shown so much stronger


def pictures(racers: Sequence[Racer]) -> Experiment | None:
    """What has been learnt: the surface that divides the classes, or the weights of the first layer, if to be seen."""
    run, alone = racers[0].run, len(racers) == 1
    entry = DATASETS[run.dataset]
    if not entry.picture:
        return None
    flat = entry.picture == "plane"
    shown: list[tuple[Racer, str, Array]]
    if flat:
        shown = [(racer, "now", racer.frames[-1].picture) for racer in racers]
        if alone:
            shown.insert(0, (racers[0], "before", racers[0].frames[0].picture))
        x, y = plane().T
        data = {"x": x, "y": y}
    else:
        shown = [(racer, "learnt", racer.frames[-1].picture - racer.frames[0].picture) for racer in racers]
        if alone:
            before, now = racers[0].frames[0].picture, racers[0].frames[-1].picture
            shown = [(racers[0], "before", before), (racers[0], "now", now), *shown]
        unit, pixel = np.indices(racers[0].frames[0].picture.shape).reshape(2, -1) + 1
        data = {prose.common("column unit"): unit, prose.common("column pixel"): pixel}
    named = [
        (prose.common(f"picture {kind}", louder=f"{LOUDER:g}") if alone else short(racer.label), racer, kind, values)
        for racer, kind, values in shown
    ]
    boards = [
        training.Picture(
            name,
            values if flat else _board(racer, kind, values),
            None if alone else racer.style,
            prose.common("picture none") if kind == "learnt" and not racer.last.step else "",
        )
        for name, racer, kind, values in named
    ]
    kind = "plane" if flat else "digits"
    title = prose.common(f"title {kind if flat or alone else 'changes'}")
    if len({racer.run.activation for racer in racers}) == 1:  # else each picture has its function's name
        title = prose.common("title of", label=ACTIVATIONS[run.activation].label, title=title)
    title = title[0].upper() + title[1:]
    plane_only: dict[str, Any] = {"reach": REACH, "points": samples(run), "classes": entry.classes} if flat else {}
    figure = training.pictures(boards, title=title, hover="%{z:.2f}<extra></extra>", **plane_only)
    data |= {name: values.ravel() for name, _, _, values in named}
    told = {"kind": prose.common(f"pictures {kind}"), "shown": prose.common(f"shown {kind}")}
    return Experiment(figure, data, slots(racers) | told)


def _board(racer: Racer, kind: str, weights: Array) -> Array:
    """Weights of some units as squares, in units of the strongest colour: that of SPREADS initial spreads.

    Of zeros that is LeCun's.
    """
    initial = math.sqrt(float(np.mean(np.square(racer.frames[0].picture))))
    spread = SPREADS * (initial or 1.0 / math.sqrt(weights.shape[1]))
    louder = LOUDER if kind == "learnt" else 1.0
    return training.mosaic(louder * weights / spread, math.isqrt(weights.shape[1]), COLUMNS)
