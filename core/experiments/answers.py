"""The answers of lessons and exercises, computed from the settings that their links open."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from scipy.special import ndtr, ndtri

from core.experiments import chains, functions, gradients, light, order, questions, steps, units
from core.experiments.laboratory import Subject, subject_slots
from core.experiments.networks import networks_of, parameter
from core.experiments.steps import alike
from core.maths import activations as maths
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS, zero_depth
from core.maths.datasets import DATASETS
from core.maths.ensemble import SEEDS, Ensemble
from core.maths.facts import facts
from core.maths.network import Network
from core.maths.training import Run, train
from core.words import numerals, prose
from core.words.labels import INITIALIZER_LABELS, meant

Settings = Mapping[str, Any]
Slots = dict[str, str]

VOTES = (0.25, 0.5, 1.0)  # of the powers of ten that are lost: what a class may vote for


def _reaching(names: list[str], parameters: Mapping[str, Mapping[str, float]] | None = None, **settings: Any) -> Slots:
    networks = networks_of(names, parameters, **settings)
    return gradients.reach_slots(networks, gradients.measured(networks))


def front_page(given: Settings) -> Slots:
    names = tuple(meant(label, given) for label in given["first.activations"])
    return light.light(names, given["depth"], given.get("first.same", False)).slots


def voted(given: Settings) -> Slots:
    """The answer in whole powers of ten, and two shares that are far too large to be it."""
    (layers,) = gradients.measured(networks_of(["sigmoid"], depth=given["depth"]))
    total = round(float(layers.log10_delta[0] - layers.log10_delta[-1]))
    return front_page(given) | {f"vote_{k}": numerals.ratio(round(total * part)) for k, part in enumerate(VOTES)}


def chain(given: Settings) -> Slots:
    activation = meant(given["chain.activation"], given)
    neurons = given["chain.neurons"]
    walk = chains.walk(activation, neurons, given["chain.weight"], given["chain.x"], 2 * neurons)
    tipping = 1.0 / facts(activation).largest
    return walk.slots | {"tipping": numerals.plain(tipping)}


def first_step(given: Settings) -> Slots:
    names = [meant(label, given) for label in given["step.activations"]]
    runs = alike(names, depth=given["step.depth"], learning_rate=given["step.rate"], initializer="he_normal", width=64)
    return steps.first_steps(runs).slots


def tangent(given: Settings) -> Slots:
    curve = ACTIVATIONS[meant(given["saturating.curve"], given)]
    edge, asked = questions.saturation(curve.name)
    return _reaching(["sigmoid", "tanh"], depth=given["saturating.depth"]) | {
        "slope": numerals.number(float(curve.derivative(given["saturating.x"]))),
        "largest": numerals.number(facts(curve.name).largest),
        "edge": numerals.plain(edge),
        "share": asked["share"],
    }


def relu(given: Settings) -> Slots:
    cure = gradients.initializations("relu", ("glorot_normal", "he_normal"), given["relu.depth"], width=64, seed=0)
    return cure.slots | born({"relu.batch": 32} | dict(given)) | units.dying(given["relu.rate"], 0.1).slots


def born(given: Settings) -> Slots:
    bias = given["relu.bias"]
    network = Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=bias, batch=given["relu.batch"])
    negative = float(ndtr(-bias / math.sqrt(network.weight_variance)))
    return units.dead_units(network).slots | {"negative": numerals.percent(negative)}


def single(given: Settings) -> Slots:
    many = born(dict(given) | {"relu.batch": 32})
    return born(given) | {"many": many["batch"], "many_first": many["dead_first"], "many_last": many["dead_last"]}


def variants(given: Settings) -> Slots:
    chosen = {
        "leaky_relu": {"alpha": given.get("leaky_relu.alpha", maths.LEAKY_ALPHA.default)},
        "prelu": {"a": given["prelu.a"]},
        "elu": {"alpha": given.get("elu.alpha", parameter("elu").default)},
    }
    initializer = INITIALIZER_LABELS[given["variants.initializer"]]
    depth = given["variants.depth"]
    variance = Network("prelu", initializer=initializer).weight_variance
    square = 1.0 + given["prelu.a"] ** 2
    factor = 0.5 * math.log10(variance * square / 2.0)
    return _reaching(["relu", *chosen], chosen, depth=depth, initializer=initializer) | {
        "factor": numerals.size(factor),
        "predicted": numerals.size((depth - 1) * factor),
        "gain": numerals.number(math.sqrt(2.0 / square)),
    }


def beyond(given: Settings) -> Slots:
    chosen = {"swish": {"beta": given["swish.beta"]}}
    networks = networks_of(["swish", "gelu"], chosen)
    plain = facts("swish").zeros[0][0]
    slots = functions.with_derivatives(networks, marks=True).slots | {"swish_zero_plain": numerals.number(plain)}
    if "beyond.depth" in given:
        initializer = INITIALIZER_LABELS[given["beyond.initializer"]]
        slots |= _reaching(["relu", "swish", "gelu"], chosen, depth=given["beyond.depth"], initializer=initializer)
    return slots


def _accuracy(run: Run) -> str:
    *_, last = train(run, at=())
    return numerals.percent(last.test_accuracy)


def learning(given: Settings) -> Slots:
    names = [meant(label, given) for label in given["learn.activations"]]
    runs = {name: Run(activation=name, depth=given["learn.depth"], steps=given["learn.steps"]) for name in names}
    return {name: _accuracy(run) for name, run in runs.items()} | _guessing()


def deeper(given: Settings) -> Slots:
    activation = meant(given["learn.activation"], given)
    runs = {depth: Run(activation=activation, depth=int(depth)) for depth in given["learn.depths"]}
    lines = [prose.read("teachers")("line depth", depth=depth, accuracy=_accuracy(run)) for depth, run in runs.items()]
    return {"list": "\n".join(f"- {line}" for line in lines), "steps": numerals.whole(Run().steps)} | _guessing()


def _guessing() -> Slots:
    return {"guess": numerals.percent(1.0 / DATASETS[Run().dataset].classes)}


def floor(given: Settings) -> Slots:
    slots = _reaching(["sigmoid"], depth=given["depth"])
    (network,) = networks_of(["sigmoid"], depth=given["depth"])
    (layers,) = gradients.measured((network,))
    factor = 10.0 ** float((layers.log10_delta[0] - layers.log10_delta[-1]) / (network.depth - 1))
    return slots | {f.name: str(zero_depth(factor, f)) for f in FORMATS}


def bending(given: Settings) -> Slots:
    names = list(dict.fromkeys([*(meant(label, given) for label in given["bend.activations"]), "relu"]))
    networks = networks_of(names, depth=given["bend.depth"], initializer="he_normal", bias_std=given["bend.bias"])
    return functions.bending(networks).slots


def saturation(given: Settings) -> Slots:
    slots = units.saturation(("sigmoid", "tanh"), given["saturating.spread"], given["saturating.depth"]).slots
    quartile = float(ndtri(0.75))  # half of all normal values lie further out than this many standard deviations
    edges = {name: facts(name).small[-1][0] for name in ("sigmoid", "tanh")}
    return (
        slots
        | {f"{name}_edge": numerals.number(edge) for name, edge in edges.items()}
        | {f"{name}_half": numerals.number(edge / quartile) for name, edge in edges.items()}
        | {"quartile": numerals.number(quartile)}
    )


def network_of(given: Settings) -> Network:
    """The laboratory's; the page's own activation, depth and weights must be among the settings."""
    return Network(
        meant(given["lab.activation"], given),
        depth=given["lab.depth"],
        initializer=INITIALIZER_LABELS[given["lab.initializer"]],
        weight_gain=given.get("lab.gain", 1.0),
        normalization=given.get("lab.normalization"),
        residual=given.get("lab.residual", False),
        branch_scale=given.get("lab.scale", 1.0),
    )


def laboratory(given: Settings) -> Slots:
    network = network_of(given)
    seeds = int(SEEDS.default)
    return subject_slots(Subject("", Ensemble(network, seeds), seeds))


def chaos(given: Settings) -> Slots:
    name = meant(given["chaos.activation"], given)
    return order.point_slots(name, tuple(ACTIVATIONS[name].defaults().items()), given["chaos.w"], given["chaos.b"])


def root(given: Settings) -> Slots:
    depth = given["relu.depth"]
    networks = [Network("relu", depth=depth, initializer=name) for name in ("glorot_normal", "he_normal")]
    glorot, he = (
        layers.log10_delta[0] - layers.log10_delta[-1] for n in networks for layers in gradients.measured((n,))
    )
    return gradients.initializations("relu", ("glorot_normal", "he_normal"), depth, width=64, seed=0).slots | {
        "steps": str(depth - 1),
        "predicted": numerals.size((depth - 1) * 0.5 * math.log10(2.0)),
        "between": numerals.size(float(he - glorot)),
    }


# By the name that a lesson gives.
ANSWERS: dict[str, Callable[[Settings], Slots]] = {
    answer.__name__: answer
    for answer in (
        front_page, voted, chain, first_step, tangent, relu, born, variants, beyond, learning, floor, bending,
        saturation, root, laboratory, chaos,
    )
}  # fmt: skip
