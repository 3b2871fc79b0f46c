"""What layers of a trained network look for: from pixels to what layer 1 has learnt and the last one tells apart."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.charts import features as charts
from core.experiments import Experiment
from core.experiments.kept import kept
from core.maths import features as maths
from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS, held_out
from core.maths.training import Run, data
from core.words import numerals, prose

Array = NDArray[np.float64]

NETWORK = Run(depth=8, width=32, initializer="he_normal", learning_rate=0.05, steps=300)
OFFERED = ("relu", "sigmoid")  # alike in all else: one learns, the layer 1 of the other stands still
PICTURES = 10  # units of layer 1: as many as there are digits
INK = 16.0  # of the darkest pixel


def trained(activation: str) -> Run:
    """The network that is looked at."""
    return replace(NETWORK, activation=activation)


@kept(entries=len(OFFERED))
def _found(activation: str) -> maths.Features:
    return maths.features(trained(activation))


@kept(entries=len(OFFERED))
def features(activation: str) -> Experiment:
    """From pixels to digits: ten digits, the ten units of layer 1 that have learnt most, one unit of the last for each.

    A weight has the strongest colour when it has changed as much as the spread of the initial weights.
    """
    run, found = trained(activation), _found(activation)
    digits = range(DATASETS[run.dataset].classes)
    drawn, classes = held_out(run.dataset, run.seed), data(run).y_test
    ink = np.array([drawn[np.argmax(classes == digit)] for digit in digits]) / INK
    units, tellers = found.changed_most(PICTURES), found.tellers()
    change = found.change[units] / found.first.std()
    names, headings = (
        [prose.common(f"features {part}{kind}", last=str(run.depth)) for part in ("input", "first", "last")]
        for kind in ("", " heading")
    )
    words = [prose.common(f"features {name}") for name in ("wanted", "unwanted", "unit", "digit")]
    texts = charts.Texts(names, headings, *words)
    answers = found.answers[tellers]
    figure = charts.hierarchy(ink, change, answers, units=(tellers + 1).tolist(), texts=texts)
    return Experiment(figure, _columns(ink, units, change, tellers, answers), slots() | _said(activation))


def _columns(
    ink: Array, units: NDArray[np.int64], change: Array, tellers: NDArray[np.int64], answers: Array
) -> dict[str, NDArray[Any]]:
    """Picture by picture, pixel by pixel: a digit, a unit of layer 1, and what a unit of the last layer answers to."""
    picture, pixel = np.indices(ink.shape).reshape(2, -1)
    columns = {
        "digit": picture, "pixel": pixel + 1, "ink": ink.ravel(), "first unit": units[picture] + 1,
        "change": change.ravel(), "last unit": tellers[picture] + 1,
    }  # fmt: skip
    named = {prose.common(f"column features {name}"): column for name, column in columns.items()}
    return named | {
        prose.common("column features answer", digit=str(digit)): answers[picture, digit]
        for digit in range(answers.shape[1])
    }


def _said(activation: str) -> dict[str, str]:
    """The words about one network."""
    found = _found(activation)
    return {
        "early_label": ACTIVATIONS[activation].label,
        "early_accuracy": numerals.percent(found.last.test_accuracy),
        "early_moved": numerals.percent(found.moved),
        "early_elsewhere": numerals.percent(found.elsewhere()),
    }


@kept(entries=1)
def slots() -> dict[str, str]:
    """The words about both networks side by side."""
    both = {name: _found(name) for name in OFFERED}
    learnt = both["relu"]
    return {
        "early_depth": str(NETWORK.depth),
        "early_steps": numerals.whole(NETWORK.steps),
        "early_guess": numerals.percent(1.0 / DATASETS[NETWORK.dataset].classes),
        "together": numerals.number(maths.neighbours(learnt.change), 2),
        "together_before": numerals.number(maths.neighbours(learnt.first), 2),
        **{f"{name}_accuracy": numerals.percent(found.last.test_accuracy) for name, found in both.items()},
        **{f"{name}_moved": numerals.percent(found.moved) for name, found in both.items()},
        **{f"{name}_elsewhere": numerals.percent(found.elsewhere()) for name, found in both.items()},
    }
