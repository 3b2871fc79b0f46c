"""Why it is a big deal: one SGD step on real digits, layer by layer, and a short real run."""

from core.maths.perceptron import backward
from core.maths.training import DEPTH, LEARNING_RATE, advanced, sgd
from core.ui import controls, evidence, figures, parts, predicting, prose, race
from core.ui.experiments import steps
from core.ui.navigation import enter

enter()
words = prose.read("why_it_matters")
parts.head(words)
chosen = controls.activations(words, "step.activations", default=("sigmoid", "relu"), offered=controls.ARTICLE)
ask, show = parts.experiment()
with ask:
    depth = controls.slider(words, "step.depth", controls.between(DEPTH, 1, 30, 8))
    rate = controls.slider(words, "step.rate", controls.between(LEARNING_RATE, 0.01, 1.0, step=0.01))
    initializer, spread = controls.initializer(words, "step.initializer", default="he_normal")
    rare = controls.width_and_seed(words, "step.")

runs = race.alike(
    chosen, depth=depth, learning_rate=rate, initializer=initializer, initializer_parameters=spread, steps=100, **rare
)
first = steps.first_steps(runs)
slots = first.slots
with show:
    predicting.ask("why_it_matters", predicting.names(chosen), slots["slow"])
    parts.metrics(words, slots, slow_steps="slow_steps", fast_steps="fast_steps", between="between")
    figures.show(first.figure, key="step", alt=words("alt", **slots), data=first.data)

parts.section(words, "short")
short = steps.short_run(runs)
figures.show(short.figure, key="step.short", alt=words("alt short", **short.slots), data=short.data)

parts.rest(
    words,
    slots | short.slots | evidence.why_it_matters(),
    tries={
        "deep": {"step.depth": 20, "step.activations": ["Sigmoid", "ReLU"], "step.initializer": "He"},
        "tanh": {"step.depth": 8, "step.activations": ["Sigmoid", "Tanh"], "step.initializer": "Glorot"},
        "shallow": {"step.depth": 2, "step.activations": ["Sigmoid", "ReLU"], "step.initializer": "Glorot"},
    },
    code=(backward, sgd, advanced),
)
