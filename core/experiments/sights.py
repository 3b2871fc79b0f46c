"""What there is to see in a chart of a lesson, and what is often thought instead: of each, whether it is so.

A lesson asks by the names that are here; what is right is computed from the settings of its step.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.experiments import answers, gradients, light
from core.experiments.functions import STRAIGHT
from core.experiments.steps import alike
from core.maths.activations import ACTIVATIONS
from core.maths.chain import chain
from core.maths.facts import facts
from core.maths.meanfield import chi, fixed_point, phase
from core.maths.network import Layers, Network
from core.maths.response import bend, response
from core.maths.training import advanced, start
from core.words.labels import ACTIVATION_LABELS, INITIALIZER_LABELS

Settings = Mapping[str, Any]
ALIKE = math.log10(2.0)  # two gradients that differ by less, or one that changes by less, look the same
MOST = -1.0  # log10 of what is left, where most of it is lost
SMALL = 0.1  # of the largest there is


def _measured(network: Network) -> Layers:
    (layers,) = gradients.measured((network,))
    return layers


def _left(network: Network) -> float:
    """log10 of the share of the gradient that reaches layer 1."""
    delta = _measured(network).log10_delta
    return float(delta[0] - delta[-1])


def first(given: Settings) -> dict[str, bool]:
    names = tuple(ACTIVATION_LABELS[label] for label in given["first.activations"])
    networks = dict(zip(names, light.networks(names, given["depth"], given.get("first.same", False)), strict=True))
    layers, left = _measured(networks["sigmoid"]), {name: _left(network) for name, network in networks.items()}
    values = math.hypot(layers.activation_mean[-1], layers.activation_std[-1])
    return {
        "smaller_in_every_layer": bool(np.all(np.diff(layers.log10_delta) > 0)),
        "values_vanish": values < SMALL,
        "least_in_the_last": int(np.argmin(layers.log10_delta)) == len(layers.log10_delta) - 1,
        "relu_keeps": left["relu"] > MOST > left["sigmoid"],
        "both_lose": max(left["relu"], left["sigmoid"]) < MOST,
        "sigmoid_keeps_more": left["sigmoid"] > left["relu"],
    }


def neurons(given: Settings) -> dict[str, bool]:
    weights = [given["chain.weight"]] * given["chain.neurons"]
    walked = chain(ACTIVATION_LABELS[given["chain.activation"]], weights, given["chain.x"])
    before, after = walked.reaching[1:], walked.reaching[:-1]
    factor = walked.weight * walked.local_derivative
    return {
        "multiplied": np.allclose(after, before * factor),
        "added": np.allclose(after, before + factor),
        "by_the_output": np.allclose(after, before * walked.value),
    }


def _moved(names: list[str], **settings: Any) -> dict[str, np.ndarray]:
    """By function, how far the first step moves each layer, relative to its weights."""
    runs = alike(names, **settings)
    return {run.activation: advanced(run, start(run), 1).update_ratio for run in runs}


def step(given: Settings) -> dict[str, bool]:
    settings = {"depth": given["step.depth"], "learning_rate": given["step.rate"], "initializer": "he_normal"}
    moved = _moved(["sigmoid"], **settings, width=64)["sigmoid"]
    return {
        "first_least": int(np.argmin(moved)) == 0,
        "last_least": int(np.argmin(moved)) == len(moved) - 1,
        "all_alike": bool(np.log10(moved.max() / moved.min()) < ALIKE),
    }


def bending(given: Settings) -> dict[str, bool]:
    x = np.linspace(-3.0, 3.0, 181)

    def bends(name: str, depth: int) -> bool:
        network = Network(name, depth=depth, initializer="he_normal", bias_std=given["bend.bias"])
        return bend(x, response(network, x)) > STRAIGHT

    depth = given["bend.depth"]
    return {
        "identity_straight": not bends("identity", depth),
        "depth_bends": bends("identity", 4 * depth),
        "relu_straight": not bends("relu", depth),
    }


def tangent(given: Settings) -> dict[str, bool]:
    curve, x = ACTIVATIONS[ACTIVATION_LABELS[given["saturating.curve"]]], given["saturating.x"]
    grid = np.linspace(-8.0, 8.0, 161)
    slopes, values = curve.derivative(grid), curve.value(grid)
    return {
        "flat_far_out": float(curve.derivative(x)) < SMALL * facts(curve.name).largest,
        "low_far_out": abs(float(curve.value(x))) < SMALL * float(values.max()),
        "steep_where_high": int(np.argmax(slopes)) == int(np.argmax(values)),
    }


def weights(given: Settings) -> dict[str, bool]:
    more = _left(Network("relu", depth=given["relu.depth"], initializer="he_normal"))
    more -= _left(Network("relu", depth=given["relu.depth"], initializer="glorot_normal"))
    return {"he": more > ALIKE, "glorot": more < -ALIKE, "alike": abs(more) <= ALIKE}


def leaks(given: Settings) -> dict[str, bool]:
    known = {"depth": given["variants.depth"], "initializer": INITIALIZER_LABELS[given["variants.initializer"]]}
    leaky = _left(Network("leaky_relu", {"alpha": given["leaky_relu.alpha"]}, **known))
    more = leaky - _left(Network("relu", **known))
    return {"hardly_helps": abs(more) < ALIKE, "keeps_all": leaky > -ALIKE, "loses_more": more < -ALIKE}


def turning(_: Settings) -> dict[str, bool]:
    gelu, (zero, *_others) = ACTIVATIONS["gelu"], facts("gelu").zeros[0]
    slopes = gelu.derivative(np.linspace(-4.0, 4.0, 161))
    return {
        "negative_left_of_it": bool(np.all(gelu.derivative(zero - np.array([0.1, 0.5, 1.0])) < 0)),
        "zero_as_well": abs(float(gelu.value(zero))) < SMALL**2,
        "never_negative": float(slopes.min()) >= 0,
    }


def pale(given: Settings) -> dict[str, bool]:
    moved = _moved(["sigmoid", "relu"], depth=given["learn.depth"])
    sigmoid, relu = moved["sigmoid"], moved["relu"]
    return {
        "first_pale": bool(sigmoid[0] < SMALL * sigmoid[-1]),
        "last_pale": bool(sigmoid[-1] < SMALL * sigmoid[0]),
        "relu_paler": bool(relu[0] < sigmoid[0]),
    }


def laboratory(given: Settings) -> dict[str, bool]:
    left = _left(answers.network_of(given))
    return {"shrinks": left < -ALIKE, "stays": abs(left) <= ALIKE, "grows": left > ALIKE}


def chaos(given: Settings) -> dict[str, bool]:
    name = ACTIVATION_LABELS[given["chaos.activation"]]
    region = phase(chi(name, fixed_point(name, given["chaos.w"], given["chaos.b"]), given["chaos.w"]))
    return {"shrinks": region == "ordered", "stays": region == "edge", "grows": region == "chaotic"}


# By the name that a lesson gives.
SIGHTS: dict[str, Callable[[Settings], dict[str, bool]]] = {
    sight.__name__: sight
    for sight in (
        first, neurons, step, bending, tangent, weights, leaks, turning, pale, laboratory, chaos,
    )
}  # fmt: skip
