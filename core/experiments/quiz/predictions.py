"""What the pages ask first, with settings drawn for each variant. The answers are computed as the pages do."""

import math
from collections.abc import Sequence

import numpy as np

from core.experiments import (
    chains,
    cures,
    functions,
    gradients,
    laboratory,
    learning,
    light,
    order,
    questions,
    steps,
    through_time,
)
from core.experiments.definitions import in_a_line
from core.experiments.laboratory import Subject
from core.experiments.networks import networks_of
from core.experiments.quiz.drawing import CLOSE, Draw, Maker, called, prediction
from core.maths.activations import ACTIVATIONS
from core.maths.chain import chain
from core.maths.cures import PATIENTS
from core.maths.diagnosis import STABLE
from core.maths.ensemble import Ensemble
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import chi, fixed_point
from core.maths.network import Network
from core.maths.response import bend
from core.maths.training import Run, look, start
from core.words import prose
from core.words.quiz import Question

OFFERED = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu")  # to compare
APART = math.log10(1.5)  # by which the answer must stand out from the next one


def _stands_out(sizes: Sequence[float]) -> bool:
    """Whether the largest of some logarithms is far enough above the second."""
    *_, second, best = sorted(sizes)
    return best - second > APART


def _between(log10: float, ends: Sequence[float]) -> bool:
    """Whether a size is clearly within one of the ranges."""
    return min(abs(log10 - end) for end in ends) > CLOSE


def vanishing_gradient(draw: Draw) -> Question | None:
    names, depth = draw.some(3, OFFERED), draw.whole(10, 60)
    networks = light.networks(names, depth, False)
    layers = [gradients.measured.function((network,))[0] for network in networks]
    slots = gradients.reach_slots(networks, layers)
    if not _stands_out(list(map(gradients.total, layers))):
        return None
    settings = {"depth": depth, "first.activations": called(names), "first.same": False}
    return prediction("vanishing_gradient", settings, slots["best"], slots, options=called(names))


def why_it_matters(draw: Draw) -> Question | None:
    names, depth = draw.some(2, OFFERED), draw.whole(4, 12)
    shown = steps.first_steps.function(
        steps.alike(names, depth=depth, initializer="he_normal", width=64, seed=draw.seed)
    )
    if not _stands_out([-math.log10(shown.data[label][0]) for label in called(names)]):
        return None
    settings = {
        "step.activations": called(names),
        "step.depth": depth,
        "step.initializer": INITIALIZERS["he_normal"].label,
        "step.seed": draw.seed,
    }
    return prediction("why_it_matters", settings, shown.slots["slow"], shown.slots, options=called(names))


def backpropagation(draw: Draw) -> Question | None:
    activation, neurons = draw.one("sigmoid", "tanh", "softplus"), draw.whole(2, 10)
    weight, x = draw.step(0.5, 3.0), draw.step(-2.0, 2.0)
    run = chain(activation, [weight] * neurons, x)
    if not _between(math.log10(abs(run.total)), questions.DECADES):
        return None
    settings = {"chain.activation": ACTIVATIONS[activation].label, "chain.x": x}
    options, right = questions.steepness(abs(run.total))
    formula = in_a_line(activation)
    return prediction(
        "backpropagation", settings, right, chains.walked(run, activation, x, 0.0), options=options, formula=formula
    )


def activation_functions(draw: Draw) -> Question | None:
    names, depth, bias = draw.some(3, ("identity", *OFFERED)), draw.whole(3, 12), draw.step(0.1, 0.6)
    networks = networks_of(names, depth=depth, initializer="he_normal", bias_std=bias, seed=draw.seed)
    shown = functions.bending.function(networks)
    x, *outputs = shown.data.values()
    if not _stands_out([math.log10(max(bend(np.asarray(x), np.asarray(y)), 1e-9)) for y in outputs]):
        return None
    settings = {
        "bend.activations": called(names), "bend.depth": depth, "bend.bias": bias, "bend.seed": draw.seed,
    }  # fmt: skip
    return prediction("activation_functions", settings, shown.slots["most"], shown.slots, options=called(names))


def sigmoid_and_tanh(draw: Draw) -> Question:
    name = draw.one("sigmoid", "tanh")
    place, slots = questions.saturation(name, draw.step(0.01, 0.5, 0.01))
    slots |= {"label": ACTIVATIONS[name].label}
    return prediction("sigmoid_and_tanh", {}, place, slots, near=0.1, formula=in_a_line(name))


def relu(draw: Draw) -> Question | None:
    depth = draw.whole(4, 60)
    shown = gradients.initializations.function("relu", ("glorot_normal",), depth, width=64, seed=draw.seed)
    (layers,) = gradients.measured.function(networks_of(["relu"], depth=depth, seed=draw.seed))
    reach = gradients.total(layers)
    if not _between(reach, questions.DECADES):
        return None
    options, right = questions.share(reach)
    settings = {"relu.depth": depth, "relu.seed": draw.seed}
    return prediction("relu", settings, right, shown.slots, options=options)


def relu_variants(draw: Draw) -> Question:
    options, right, slots = questions.leak(draw.step(0.01, 0.6, 0.01))
    return prediction("relu_variants", {}, right, slots, options=options)


def beyond_relu(draw: Draw) -> Question:
    name = "swish" if draw.seed else "gelu"
    parameters = {"beta": draw.step(0.5, 5.0)} if draw.seed else {}
    place, slots = questions.crossing(name, **parameters)
    (network,) = networks_of([name], {name: parameters})
    label = ", ".join(filter(None, [ACTIVATIONS[name].label, gradients.at(network)]))
    formula = in_a_line(name, derivative=False)
    return prediction("beyond_relu", {}, place, slots | {"label": label}, near=0.1, formula=formula)


def watch_it_learn(draw: Draw) -> Question | None:
    names, depth = draw.some(3, OFFERED), draw.whole(4, 10)
    runs = [Run(activation=name, depth=depth, initializer="he_normal", seed=draw.seed) for name in names]
    first = [float(look(run, start(run)).log10_gradient[0]) for run in runs]
    options, right, slots = learning.largest(dict(zip(called(names), first, strict=True)))
    if not _stands_out(first):
        return None
    settings = {
        "learn.activations": called(names),
        "learn.depth": depth,
        "learn.initializer": INITIALIZERS["he_normal"].label,
        "learn.seed": draw.seed,
    }
    return prediction("watch_it_learn", settings, right, slots, options=options)


def order_and_chaos(draw: Draw) -> Question | None:
    name, w, b = draw.one("tanh", "sigmoid", "relu", "elu", "gelu"), draw.step(0.2, 4.0, 0.2), draw.step(0.0, 0.5)
    factor = chi(name, fixed_point(name, w, b), w)
    slots = order.point_slots.function(name, (), w, b)
    verdicts = [prose.common(f"verdict {verdict}") for verdict in order.VERDICTS.values()]
    if slots["verdict"] != verdicts[1] and abs(math.log10(factor)) < 0.05:
        return None
    settings = {"chaos.activation": ACTIVATIONS[name].label, "chaos.w": w, "chaos.b": b}
    return prediction("order_and_chaos", settings, slots["verdict"], slots, options=verdicts)


def the_laboratory(draw: Draw) -> Question | None:
    name, weights = draw.one(*OFFERED), draw.one("glorot_normal", "he_normal")
    depth, gain = draw.whole(10, 60), draw.step(0.8, 1.6, 0.2)
    network = Network(name, depth=depth, initializer=weights, weight_gain=gain, seed=draw.seed)
    subject = Subject("", Ensemble(network, 1), 1)
    found = subject.diagnosis
    if not _between(found.decades, (-STABLE, STABLE)):
        return None
    slots = laboratory.reached(subject, found)
    settings = {
        "lab.activation": ACTIVATIONS[name].label,
        "lab.initializer": INITIALIZERS[weights].label,
        "lab.gain": gain,
        "lab.depth": depth,
        "lab.seeds": 1,
        "lab.seed": draw.seed,
    }
    return prediction("laboratory", settings, slots["verdict"], slots, options=laboratory.verdicts(False))


def time(draw: Draw) -> Question | None:
    cells, count = draw.some(2, tuple(through_time.OFFERED)), draw.whole(10, through_time.MOST)
    gain, forget = draw.step(0.8, 1.4), draw.step(0.0, 4.0, 0.5)
    slots = through_time.reached(through_time.Setting(cells, count, gain, forget))
    if not _between(float(slots["best_log10"]), questions.DECADES):
        return None
    options, right = questions.share(float(slots["best_log10"]))
    settings = {
        "time.cells": list(map(through_time.label, cells)),
        "time.steps": count,
        "time.gain": gain,
        "time.forget": forget,
    }
    return prediction("through_time", settings, right, slots, options=options)


def one_cure(draw: Draw) -> Question | None:
    patient, depth = draw.one(*PATIENTS), draw.one(*cures.DEPTHS)
    chosen = draw.some(3, tuple(cures.labels().values()))
    far = {name: abs(cures.beginning(cures.Case(patient, int(depth), name)).reach) for name in ("none", *chosen)}
    best = min(chosen, key=far.__getitem__)
    options, right = cures.question(patient, int(depth), chosen)
    nearer = far["none"] - far[best]
    if len(options) < 3 or CLOSE < nearer < cures.MORE + CLOSE:
        return None
    names = {name: label for label, name in cures.patients().items()}
    settings = {"cures.patient": names[patient], "cures.depth": depth, "cures.shown": list(map(cures.label, chosen))}
    slots = cures.gradient.function(patient, int(depth), chosen).slots
    return prediction("cures", settings, right, slots, options=options)


PREDICTIONS: dict[str, Maker] = {  # by the page that asks
    "vanishing_gradient": vanishing_gradient,
    "backpropagation": backpropagation,
    "why_it_matters": why_it_matters,
    "activation_functions": activation_functions,
    "sigmoid_and_tanh": sigmoid_and_tanh,
    "relu": relu,
    "relu_variants": relu_variants,
    "beyond_relu": beyond_relu,
    "watch_it_learn": watch_it_learn,
    "laboratory": the_laboratory,
    "order_and_chaos": order_and_chaos,
    "through_time": time,
    "cures": one_cure,
}
