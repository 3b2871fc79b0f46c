"""The role of activation functions: what bends a line, all functions side by side, and their computed facts."""

from core.experiments import evidence, functions, questions
from core.experiments.facts import fact_table
from core.experiments.networks import networks_of
from core.maths.network import BIAS_STD, DEPTH
from core.maths.response import bend, response
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import activations, networks, widgets
from core.ui.teach import predicting

words = parts.enter("activation_functions")
ask, show = parts.experiment("bend.depth")
with ask:
    chosen = activations.several(words, "bend.activations", default=("identity", "tanh", "relu"))
    depth = widgets.slider(words, "bend.depth", widgets.between(DEPTH, 1, 30, 5))
    bias = widgets.slider(words, "bend.bias", widgets.between(BIAS_STD, 0.0, 1.0, 0.3))
    rare = networks.width_and_seed(words, "bend.")
compared = networks_of(chosen, depth=depth, initializer="he_normal", bias_std=bias, **rare)
bending = functions.bending(compared)
with show:
    predicting.ask("activation_functions", questions.names(chosen), bending.slots["most"], **bending.slots)
    figures.show(bending, words, "alt", key="bend")
parts.tries(
    words,
    {
        "identity": {"bend.activations": ["Identity"], "bend.depth": 30, "bend.bias": 0.3},
        "chaos": {"bend.activations": ["Tanh"], "bend.depth": 30, "bend.bias": 0.3},
        "kinks": {"bend.activations": ["ReLU"], "bend.depth": 1, "bend.bias": 1.0},
    },
    chart="bend",
    slots=bending.slots,
)

parts.section(words, "curves")
shown = activations.several(words, "curves.activations", default=("sigmoid", "tanh", "relu", "gelu"))
curves = functions.with_derivatives(networks_of(shown))
figures.show(curves, words, "alt curves", key="curves")
parts.definition(words, networks_of(shown))
parts.section(words, "table")
parts.table(fact_table(tuple(shown)), alt=words("alt table"))

parts.rest(
    words,
    bending.slots | evidence.activation_functions(),
    code=(response, bend),
)
