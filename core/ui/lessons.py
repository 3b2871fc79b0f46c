"""A lesson and its exercises: what to open, with which settings, and the numbers of the answers, computed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from scipy.special import ndtr, ndtri

from core.maths import activations as maths
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS, zero_depth
from core.maths.datasets import DATASETS
from core.maths.facts import facts
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network
from core.maths.training import Run, train
from core.ui import controls, navigation, predicting, prose, race
from core.ui.experiments import chains, functions, gradients, kept, steps, units

Settings = Mapping[str, Any]
Slots = dict[str, str]

VOTES = (0.25, 0.5, 1.0)  # of the powers of ten that are lost: what a class may vote for


@dataclass(frozen=True)
class Task:
    """Something to do on a page: its name in the words, the page, what its controls are set to, and the answer.

    `answer` takes the settings, so that it is about the very experiment that the link opens; controls that the link
    leaves alone stand at the page's defaults. With `predict` the link switches on "Predict first": the page asks, and
    shows no number before somebody has answered.
    """

    name: str
    page: str
    settings: Settings
    answer: Callable[[Settings], Slots]
    minutes: int = 0
    predict: bool = False

    @property
    def address(self) -> str:
        """Page and settings, relative to any other page, so that it holds wherever the explorer is served."""
        query = {key: f"{value:g}" if isinstance(value, float) else value for key, value in self.settings.items()}
        first = {predicting.SWITCH: "true"} if self.predict else {}
        return f"./{path(self.page)}?{urlencode(query | first, doseq=True)}"

    @property
    def given(self) -> Slots:
        """The settings as slots: `relu.depth` is {{ relu_depth }}."""
        return {key.replace(".", "_"): _shown(value) for key, value in self.settings.items()}

    @property
    def way(self) -> str:
        """The settings in the words of the page's controls, for a reader without the link."""
        words = prose.read(self.page)
        told = {key: _shown(value) for key, value in self.settings.items()}
        told |= {predicting.SWITCH: prose.common("on")} if self.predict else {}
        return "; ".join(f"{controls.text(words, key)}: **{value}**" for key, value in told.items())


@kept
def told(name: str) -> Slots:
    """All slots of a task: what is given and what is computed."""
    task = TASKS[name]
    return task.given | task.answer(task.settings)


def path(page: str) -> str:
    """A page's place in the address; the front page is the address itself."""
    return "" if page == navigation.SECTIONS[0].page else page


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return prose.listing(value)
    return value if isinstance(value, str) else prose.plain(value)


def _reaching(names: list[str], parameters: Mapping[str, Mapping[str, float]] | None = None, **settings: Any) -> Slots:
    return gradients.gradient_slots(controls.networks(names, parameters, **settings))


def _front_page(given: Settings) -> Slots:
    names = [controls.ACTIVATION_LABELS[label] for label in given["activations"]]
    initializer = controls.INITIALIZER_LABELS[given.get("initializer", INITIALIZERS["glorot_normal"].label)]
    return _reaching(names, depth=given["depth"], initializer=initializer)


def _voted(given: Settings) -> Slots:
    """The answer in whole powers of ten, and two shares that are far too large to be it."""
    (layers,) = gradients.measured(controls.networks(["sigmoid"], depth=given["depth"]))
    total = round(float(layers.log10_delta[0] - layers.log10_delta[-1]))
    return _front_page(given) | {f"vote_{k}": prose.ratio(round(total * part)) for k, part in enumerate(VOTES)}


def _chain(given: Settings) -> Slots:
    activation = controls.ACTIVATION_LABELS[given["chain.activation"]]
    neurons = given["chain.neurons"]
    walk = chains.walk(activation, neurons, given["chain.weight"], given["chain.x"], 2 * neurons)
    tipping = 1.0 / facts(activation).largest
    return walk.slots | {"tipping": prose.plain(tipping)}


def _first_step(given: Settings) -> Slots:
    names = [controls.ACTIVATION_LABELS[label] for label in given["step.activations"]]
    runs = race.alike(
        names, depth=given["step.depth"], learning_rate=given["step.rate"], initializer="he_normal", width=64, steps=100
    )
    return steps.first_steps(runs).slots


def _tangent(given: Settings) -> Slots:
    curve = ACTIVATIONS[controls.ACTIVATION_LABELS[given["saturating.curve"]]]
    edge, share = predicting.saturation(curve.name)
    return _reaching(["sigmoid", "tanh"], depth=given["saturating.depth"]) | {
        "slope": prose.number(float(curve.derivative(given["saturating.x"]))),
        "largest": prose.number(facts(curve.name).largest),
        "edge": prose.plain(edge, 4),
        "share": share,
    }


def _relu(given: Settings) -> Slots:
    cure = gradients.initializations("relu", ("glorot_normal", "he_normal"), given["relu.depth"], width=64, seed=0)
    return cure.slots | _born({"relu.batch": 32} | dict(given)) | units.dying(given["relu.rate"], 0.1).slots


def _born(given: Settings) -> Slots:
    bias = given["relu.bias"]
    network = Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=bias, batch=given["relu.batch"])
    negative = float(ndtr(-bias / math.sqrt(network.weight_variance)))
    return units.dead_units(network).slots | {"negative": prose.percent(negative)}


def _single(given: Settings) -> Slots:
    many = _born(dict(given) | {"relu.batch": 32})
    return _born(given) | {"many": many["batch"], "many_first": many["dead_first"], "many_last": many["dead_last"]}


def _variants(given: Settings) -> Slots:
    chosen = {
        "leaky_relu": {"alpha": given.get("leaky_relu.alpha", maths.LEAKY_ALPHA.default)},
        "prelu": {"a": given["prelu.a"]},
        "elu": {"alpha": given.get("elu.alpha", controls.parameter("elu").default)},
    }
    initializer = controls.INITIALIZER_LABELS[given["variants.initializer"]]
    depth = given["variants.depth"]
    variance = Network("prelu", initializer=initializer).weight_variance
    square = 1.0 + given["prelu.a"] ** 2
    factor = 0.5 * math.log10(variance * square / 2.0)
    return _reaching(["relu", *chosen], chosen, depth=depth, initializer=initializer) | {
        "factor": prose.size(factor),
        "predicted": prose.size((depth - 1) * factor),
        "gain": prose.number(math.sqrt(2.0 / square)),
    }


def _beyond(given: Settings) -> Slots:
    chosen = {"swish": {"beta": given["swish.beta"]}}
    networks = controls.networks(["swish", "gelu"], chosen)
    plain = facts("swish").zeros[0][0]
    slots = functions.with_derivatives(networks, marks=True).slots | {"swish_zero_plain": prose.number(plain, 4)}
    if "beyond.depth" in given:
        initializer = controls.INITIALIZER_LABELS[given["beyond.initializer"]]
        slots |= _reaching(["relu", "swish", "gelu"], chosen, depth=given["beyond.depth"], initializer=initializer)
    return slots


def _accuracy(run: Run) -> str:
    *_, last = train(run, at=())
    return prose.percent(last.test_accuracy)


def _learning(given: Settings) -> Slots:
    names = [controls.ACTIVATION_LABELS[label] for label in given["learn.activations"]]
    runs = {name: Run(activation=name, depth=given["learn.depth"], steps=given["learn.steps"]) for name in names}
    return {name: _accuracy(run) for name, run in runs.items()} | _guessing()


def _deeper(given: Settings) -> Slots:
    activation = controls.ACTIVATION_LABELS[given["learn.activation"]]
    runs = {depth: Run(activation=activation, depth=int(depth)) for depth in given["learn.depths"]}
    lines = [prose.read("teachers")("line depth", depth=depth, accuracy=_accuracy(run)) for depth, run in runs.items()]
    return {"list": "\n".join(f"- {line}" for line in lines), "steps": prose.whole(Run().steps)} | _guessing()


def _guessing() -> Slots:
    return {"guess": prose.percent(1.0 / DATASETS[Run().dataset].classes)}


def _floor(given: Settings) -> Slots:
    slots = _front_page(given)
    (network,) = controls.networks(["sigmoid"], depth=given["depth"])
    (layers,) = gradients.measured((network,))
    factor = 10.0 ** float((layers.log10_delta[0] - layers.log10_delta[-1]) / (network.depth - 1))
    return slots | {f.name: str(zero_depth(factor, f)) for f in FORMATS}


def _bending(given: Settings) -> Slots:
    names = [*(controls.ACTIVATION_LABELS[label] for label in given["bend.activations"]), "relu"]
    networks = controls.networks(
        names, depth=given["bend.depth"], initializer="he_normal", bias_std=given["bend.bias"]
    )  # fmt: skip
    return functions.bending(networks).slots


def _saturation(given: Settings) -> Slots:
    slots = units.saturation(("sigmoid", "tanh"), given["saturating.spread"], given["saturating.depth"]).slots
    quartile = float(ndtri(0.75))  # half of all normal values lie further out than this many standard deviations
    edges = {name: facts(name).small[-1][0] for name in ("sigmoid", "tanh")}
    return (
        slots
        | {f"{name}_edge": prose.number(edge) for name, edge in edges.items()}
        | {f"{name}_half": prose.number(edge / quartile) for name, edge in edges.items()}
        | {"quartile": prose.number(quartile)}
    )


def _root(given: Settings) -> Slots:
    depth = given["relu.depth"]
    networks = [Network("relu", depth=depth, initializer=name) for name in ("glorot_normal", "he_normal")]
    glorot, he = (
        layers.log10_delta[0] - layers.log10_delta[-1] for n in networks for layers in gradients.measured((n,))
    )
    return gradients.initializations("relu", ("glorot_normal", "he_normal"), depth, width=64, seed=0).slots | {
        "steps": str(depth - 1),
        "predicted": prose.size((depth - 1) * 0.5 * math.log10(2.0)),
        "between": prose.size(float(he - glorot)),
    }


_LESSON = (
    Task("vanishing", "vanishing_gradient", {"depth": 20, "activations": ["Sigmoid", "Tanh", "ReLU"]}, _voted, 5),
    Task(
        "backpropagation",
        "backpropagation",
        {"chain.activation": "Sigmoid", "chain.neurons": 12, "chain.x": 1.0, "chain.weight": 1.0, "chain.step": 0},
        _chain,
        6,
    ),
    Task(
        "matters",
        "why_it_matters",
        {"step.activations": ["Sigmoid", "ReLU"], "step.depth": 8, "step.rate": 0.1},
        _first_step,
        5,
    ),
    Task(
        "saturating",
        "sigmoid_and_tanh",
        {"saturating.curve": "Sigmoid", "saturating.x": 4.0, "saturating.depth": 20},
        _tangent,
        6,
    ),
    Task("relu", "relu", {"relu.depth": 50, "relu.bias": -1.0, "relu.rate": 1.0}, _relu, 7),
    Task(
        "variants",
        "relu_variants",
        {
            "leaky_relu.alpha": 0.01,
            "prelu.a": 0.25,
            "elu.alpha": 1.0,
            "variants.depth": 30,
            "variants.initializer": "Glorot",
        },
        _variants,
        4,
    ),
    Task("beyond", "beyond_relu", {"swish.beta": 1.0, "beyond.depth": 50, "beyond.initializer": "He"}, _beyond, 4),
    Task(
        "learning",
        "watch_it_learn",
        {
            "learn.race": "Activations",
            "learn.activations": ["Sigmoid", "ReLU"],
            "learn.depth": 8,
            "learn.steps": 1000,
        },
        _learning,
        5,
    ),
    Task(
        "wrap",
        "vanishing_gradient",
        {"depth": 50, "activations": ["Sigmoid", "ReLU"], "initializer": "He"},
        _front_page,
        3,
    ),
)

LESSON = tuple(replace(task, predict=True) for task in _LESSON)  # in class every page asks before it shows

EXERCISES = (
    Task("floor", "vanishing_gradient", {"depth": 100, "activations": ["Sigmoid"]}, _floor),
    Task(
        "hand",
        "backpropagation",
        {"chain.activation": "Sigmoid", "chain.neurons": 3, "chain.x": 0.0, "chain.weight": 1.0},
        _chain,
        predict=True,
    ),
    Task(
        "tipping",
        "backpropagation",
        {"chain.activation": "Tanh", "chain.neurons": 6, "chain.x": 0.0, "chain.weight": 3.0},
        _chain,
    ),
    Task(
        "line",
        "activation_functions",
        {"bend.activations": ["Identity"], "bend.depth": 30, "bend.bias": 0.3},
        _bending,
    ),
    Task("saturation", "sigmoid_and_tanh", {"saturating.spread": 3.0, "saturating.depth": 20}, _saturation),
    Task("root", "relu", {"relu.depth": 100}, _root, predict=True),
    Task("born", "relu", {"relu.bias": -1.0, "relu.batch": 1}, _single),
    Task(
        "slope",
        "relu_variants",
        {"prelu.a": 0.5, "variants.depth": 30, "variants.initializer": "He"},
        _variants,
        predict=True,
    ),
    Task("swish", "beyond_relu", {"swish.beta": 2.0}, _beyond, predict=True),
    Task(
        "deeper",
        "watch_it_learn",
        {"learn.race": "Depths", "learn.activation": "Sigmoid", "learn.depths": ["2", "4", "8"]},
        _deeper,
        predict=True,
    ),
)

TASKS = {task.name: task for task in (*LESSON, *EXERCISES)}
