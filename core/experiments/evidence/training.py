"""What networks do that learn: their first steps, and what becomes of them."""

import math
from dataclasses import replace

import numpy as np

from core.experiments.evidence.depth import Slots
from core.experiments.kept import WORDS, kept
from core.experiments.stories import STORIES
from core.maths.datasets import DATASETS
from core.maths.initializers import INITIALIZERS
from core.maths.perceptron import forward
from core.maths.training import Run, Snapshot, advanced, data, look, perceptron, start, train
from core.words.numerals import number, percent, scientific, size, whole


@kept(limit=WORDS)
def why_it_matters() -> Slots:
    """Plain SGD moves early layers least, Adam all alike; the last of many sigmoid layers hardly knows its input."""
    sgd = Run(activation="sigmoid", depth=8, width=64)
    adam = replace(sgd, optimizer="adam", learning_rate=0.001)
    plain, adaptive = (np.log10(advanced(run, start(run), 1).update_ratio) for run in (sgd, adam))
    apart = np.log10(_apart(sgd))
    return {
        "apart_first": size(float(apart[1])),
        "apart_last": size(float(apart[-1])),
        "adam_depth": str(sgd.depth),
        "adam_rate": number(adam.learning_rate),
        "sgd_rate": number(sgd.learning_rate),
        "sgd_first": size(float(plain[0])),
        "sgd_last": size(float(plain[-2])),
        "adam_first": size(float(adaptive[0])),
        "adam_last": size(float(adaptive[-2])),
        "first_gradient": scientific(float(look(sgd, start(sgd)).log10_gradient[0])),
    }


def _apart(run: Run) -> list[float]:
    """How far an untrained network's outputs differ between samples, beside their size: of the input, then by layer."""
    network = perceptron(run)
    signal = forward(network, network.views(start(run).flat), data(run).x).h
    return [float(np.sqrt(np.mean(h.var(axis=0)) / np.mean(np.square(h)))) for h in signal]


@kept(limit=WORDS)
def watch_it_learn() -> Slots:
    """Deep sigmoid networks only guess; a long step kills ReLU and lets Leaky ReLU diverge; Adam moves all layers; from
    zeros nothing is learnt, and from weights with a mean as little.
    """
    deep = Run(activation="sigmoid", depth=10, initializer="glorot_normal", learning_rate=0.5, steps=600)
    shallow = replace(deep, depth=2)
    adam = STORIES["adam"]
    sgd = replace(adam, optimizer="sgd", learning_rate=0.1)
    first, before = advanced(adam, start(adam), 1).update_ratio, look(adam, start(adam)).log10_gradient
    return (
        _fates(Run("moons", depth=4, width=16, learning_rate=1.0, steps=200))
        | _equal()
        | _with_a_mean()
        | {
            "deep_steps": str(deep.steps),
            "deep_rate": number(deep.learning_rate),
            "shallow": str(shallow.depth),
            "deep": str(deep.depth),
            "shallow_accuracy": percent(_last(shallow).test_accuracy),
            "deep_accuracy": percent(_last(deep).test_accuracy),
            "guess_accuracy": percent(1.0 / DATASETS[deep.dataset].classes),
            "adam_depth": str(adam.depth),
            "adam_gradient": size(float(before[0] - before[-1])),
            "adam_first": percent(float(first[0])),
            "adam_last": percent(float(first[-1])),
            "adam_steps": whole(adam.steps),
            "adam_accuracy": percent(_last(adam).test_accuracy),
            "sgd_rate": number(sgd.learning_rate),
            "sgd_accuracy": percent(_last(sgd).test_accuracy),
        }
    )


def _fates(run: Run) -> Slots:
    """How many networks die, diverge and learn, with ReLU and with Leaky ReLU."""
    seeds = range(10)
    slots = {
        "die_depth": str(run.depth),
        "die_rate": number(run.learning_rate),
        "die_steps": str(run.steps),
        "die_seeds": str(len(seeds)),
    }
    for activation in ("relu", "leaky_relu"):
        ends = [_last(replace(run, activation=activation, parameters={}, seed=seed)) for seed in seeds]
        slots |= {
            f"{activation}_dead": str(sum(bool(np.all(np.isneginf(end.log10_gradient[:-1]))) for end in ends)),
            f"{activation}_diverged": str(sum(end.diverged for end in ends)),
            f"{activation}_learnt": str(sum(end.test_accuracy > 0.9 for end in ends)),
        }
    return slots


def _equal() -> Slots:
    """What becomes of weights that are all zero or all the same, and of random ones in their place."""
    zeros, equal = STORIES["zeros"], STORIES["twins"]
    random = replace(equal, initializer="glorot_normal", initializer_parameters={})
    return {
        "zeros_steps": str(zeros.steps),
        "zeros_loss": number(_last(zeros).loss),
        "zeros_guess": number(math.log(DATASETS[zeros.dataset].classes)),
        "twins_value": number(equal.initializer_parameters["value"]),
        "twins_accuracy": percent(_last(equal).test_accuracy),
        "twins_random": percent(_last(random).test_accuracy),
        "twins_width": str(equal.width),
    }


def _with_a_mean() -> Slots:
    """How many networks learn from weights between 0 and 1, and from as many spread as much around 0."""
    given = Run("circles", "tanh", {}, 5, 16, "uniform_positive", {}, "momentum", 0.01, batch=32, steps=400)
    spread = math.sqrt(INITIALIZERS[given.initializer].variance(given.width, given.width))
    around = replace(given, initializer="normal", initializer_parameters={"std": spread})
    runs, seeds = {"mean_tanh": given, "mean_relu": replace(given, activation="relu"), "mean_none": around}, range(5)
    slots = {"mean_depth": str(given.depth), "mean_width": str(given.width)}
    slots |= {"mean_steps": str(given.steps), "mean_seeds": str(len(seeds))}
    for name, run in runs.items():
        slots[name] = str(sum(_last(replace(run, seed=seed)).test_accuracy > 0.9 for seed in seeds))
        slots[f"{name}_saturated"] = percent(float(look(run, start(run)).saturated[-2]))
    return slots


def _last(run: Run) -> Snapshot:
    """The end of a run."""
    *_, last = train(run, at=())
    return last
