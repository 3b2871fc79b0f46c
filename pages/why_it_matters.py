"""Why it is a big deal: what layers look for, one SGD step on real digits, layer by layer, and a short real run."""

from core.experiments import evidence, questions, steps
from core.experiments.features import OFFERED, features
from core.experiments.steps import alike
from core.maths.optimizers import sgd
from core.maths.perceptron import backward
from core.maths.training import DEPTH, LEARNING_RATE, advanced
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import activations, networks, widgets
from core.ui.teach import predicting

words = parts.enter("why_it_matters")
ask, show = parts.experiment("early.network")
with ask:
    network = widgets.choice(words, "early.network", activations.labels(OFFERED), "relu")
early = features(network)
with show:
    parts.metrics(words, early.slots, early_accuracy="early_accuracy", early_moved="early_moved")
    figures.show(early, words, "alt features", key="early.features")

parts.section(words, "step")
ask, show = parts.experiment("step.depth")
with ask:
    chosen = activations.several(words, "step.activations", default=("sigmoid", "relu"), offered=activations.ARTICLE)
    depth = widgets.slider(words, "step.depth", widgets.between(DEPTH, 1, 30, 8))
    rate = widgets.slider(words, "step.rate", widgets.between(LEARNING_RATE, 0.01, 1.0, step=0.01))
    initializer, spread = networks.initializer(words, "step.initializer", default="he_normal")
    rare = networks.width_and_seed(words, "step.")

runs = alike(chosen, depth=depth, learning_rate=rate, initializer=initializer, initializer_parameters=spread, **rare)
first = steps.first_steps(runs)
with show:
    predicting.ask("why_it_matters", questions.names(chosen), first.slots["slow"], **first.slots)
    parts.metrics(words, first.slots, slow_steps="slow_steps", fast_steps="fast_steps", between="between")
    figures.show(first, words, "alt", key="step")
parts.tries(
    words,
    {
        "deep": {"step.depth": 20, "step.activations": ["Sigmoid", "ReLU"], "step.initializer": "He (Kaiming)"},
        "tanh": {"step.depth": 8, "step.activations": ["Sigmoid", "Tanh"], "step.initializer": "Glorot (Xavier)"},
        "shallow": {"step.depth": 2, "step.activations": ["Sigmoid", "ReLU"], "step.initializer": "Glorot (Xavier)"},
    },
    chart="step",
    slots=early.slots | first.slots,
)

parts.section(words, "short")
short = steps.short_run(runs)
figures.show(short, words, "alt short", key="step.short")
parts.section(words, "after", **short.slots)

parts.rest(
    words,
    early.slots | first.slots | evidence.why_it_matters(),
    code=(backward, sgd, advanced),
)
