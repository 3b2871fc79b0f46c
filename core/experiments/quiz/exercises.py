"""The exercises of the page for teachers as questions with one number for an answer."""

import math

import numpy as np
from scipy.special import ndtr

from core.experiments import gradients
from core.experiments.definitions import in_a_line
from core.experiments.networks import networks_of
from core.experiments.quiz.drawing import Draw, Maker, exercise
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS, chain, zero_depth
from core.maths.datasets import DATASETS
from core.maths.facts import facts
from core.maths.meanfield import saturated_share
from core.maths.network import Network
from core.words import numerals
from core.words.quiz import Question

POINT = 1.0  # percentage points: how far beside a share still counts
RARE = 0.05  # a smaller share is not asked for


def _reach(network: Network) -> float:
    return gradients.total(gradients.measured.function((network,))[0])


def floor(draw: Draw) -> Question | None:
    depth, kind = draw.whole(20, 100), FORMATS[2 * draw.whole(0, 1)]
    (network,) = networks_of(["sigmoid"], depth=depth, seed=draw.seed)
    factor = _reach(network) / (depth - 1)
    return exercise(
        "floor", float(zero_depth(10.0**factor, kind) or 0), 1.0, depth=depth, steps=depth - 1, format=kind.name,
        share=numerals.size(_reach(network)), factor=numerals.size(factor), half=numerals.number(kind.smallest / 2.0),
    )  # fmt: skip


def hand(draw: Draw) -> Question | None:
    neurons, weight, x = draw.whole(2, 4), draw.step(0.5, 3.0), draw.step(-1.0, 1.0)
    run = chain("sigmoid", [weight] * neurons, x)
    factors = [numerals.number(float(factor)) for factor in run.factor[::-1]]
    return exercise(
        "hand", run.total, neurons=neurons, weight=numerals.plain(weight), x=numerals.plain(x),
        formula=in_a_line("sigmoid"), factors=numerals.listing(factors),
    )  # fmt: skip


def tipping(draw: Draw) -> Question | None:
    neurons, weight = draw.whole(2, 6), draw.step(-3.0, 3.0)
    total = chain("tanh", [weight] * neurons, 0.0).total
    largest = numerals.plain(facts("tanh").largest)
    return exercise("tipping", total, neurons=neurons, weight=numerals.plain(weight), largest=largest)


def line(draw: Draw) -> Question | None:
    weights = [draw.step(-3.0, 3.0) for _ in range(3)]
    bias = draw.step(-1.0, 1.0)
    shown = numerals.listing([numerals.plain(weight) for weight in weights])
    total = chain("identity", weights, bias=bias).total
    return exercise("line", total, weights=shown, bias=numerals.plain(bias))


def saturation(draw: Draw) -> Question | None:
    name, spread = draw.one("sigmoid", "tanh"), draw.step(1.0, 10.0)
    share = float(saturated_share(name, np.array([spread]))[0])
    return _percent(
        "saturation", share, label=ACTIVATIONS[name].label, spread=numerals.plain(spread),
        edge=numerals.number(facts(name).small[-1][0]),
    )  # fmt: skip


def root(draw: Draw) -> Question | None:
    depth = draw.whole(3, 22)
    names = ("glorot_normal", "he_normal")
    glorot, he = (_reach(Network("relu", depth=depth, initializer=name, seed=draw.seed)) for name in names)
    return exercise("root", 10.0 ** (he - glorot), depth=depth, steps=depth - 1)


def born(draw: Draw) -> Question | None:
    bias = draw.step(-3.0, 2.0)
    variance = Network("relu", initializer="he_normal").weight_variance
    share = float(ndtr(-bias / math.sqrt(variance)))
    return _percent("born", share, bias=numerals.plain(bias), variance=numerals.plain(variance))


def slope(draw: Draw) -> Question | None:
    a = draw.step(0.05, 1.5, 0.05)
    return exercise("slope", math.sqrt(2.0 / (1.0 + a**2)), a=numerals.plain(a))


def swish(draw: Draw) -> Question | None:
    beta = draw.step(0.8, 6.0)
    zero = facts("swish", beta=beta).zeros[0][0]
    return _percent("swish", float(ndtr(zero)), beta=numerals.plain(beta), zero=numerals.number(zero))


def deeper(draw: Draw) -> Question | None:
    entry = DATASETS[draw.one(*DATASETS)]
    samples = entry.classes * draw.whole(10, 100)
    return exercise(
        "deeper", samples / entry.classes, 0.5, data=entry.label, classes=entry.classes, samples=samples,
        share=numerals.percent(1.0 / entry.classes),
    )  # fmt: skip


def _percent(name: str, share: float, **slots: object) -> Question | None:
    return exercise(name, 100.0 * share, POINT, **slots) if RARE < share < 1.0 - RARE else None


EXERCISES: dict[str, Maker] = {
    "floor": floor,
    "hand": hand,
    "tipping": tipping,
    "line": line,
    "saturation": saturation,
    "root": root,
    "born": born,
    "slope": slope,
    "swish": swish,
    "deeper": deeper,
}
