"""The role of activation functions: what bends a line, all functions side by side, and their computed facts."""

from core.maths.network import BIAS_STD, DEPTH
from core.maths.response import bend, response
from core.ui import controls, evidence, figures, parts, predicting, prose
from core.ui.experiments import functions
from core.ui.navigation import enter

enter()
words = prose.read("activation_functions")
parts.head(words)
chosen = controls.activations(words, "bend.activations", default=("identity", "tanh", "relu"))
ask, show = parts.experiment()
with ask:
    depth = controls.slider(words, "bend.depth", controls.between(DEPTH, 1, 30, 5))
    bias = controls.slider(words, "bend.bias", controls.between(BIAS_STD, 0.0, 1.0, 0.3))
    rare = controls.width_and_seed(words, "bend.")
networks = controls.networks(chosen, depth=depth, initializer="he_normal", bias_std=bias, **rare)
bending = functions.bending(networks)
with show:
    predicting.ask("activation_functions", predicting.names(chosen), bending.slots["most"])
    figures.show(bending.figure, key="bend", alt=words("alt", **bending.slots), data=bending.data)

parts.section(words, "curves")
shown = controls.activations(words, "curves.activations", default=("sigmoid", "tanh", "relu", "gelu"))
curves = functions.with_derivatives(controls.networks(shown))
figures.show(curves.figure, key="curves", alt=words("alt curves", **curves.slots), data=curves.data)
parts.section(words, "table")
parts.table(functions.fact_table(), alt=words("alt table"))

parts.rest(
    words,
    bending.slots | evidence.activation_functions(),
    tries={
        "identity": {"bend.activations": ["Identity"], "bend.depth": 30, "bend.bias": 0.3},
        "chaos": {"bend.activations": ["Tanh"], "bend.depth": 30, "bend.bias": 0.3},
        "kinks": {"bend.activations": ["ReLU"], "bend.depth": 1, "bend.bias": 1.0},
    },
    code=(response, bend),
)
