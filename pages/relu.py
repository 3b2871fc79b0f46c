"""ReLU: the function, its gradient with two initializations, units born dead, and units killed in training."""

from core.experiments import evidence, functions, gradients, questions, units
from core.experiments.networks import networks_of, parameter
from core.maths.activations import leaky_relu_derivative, relu, relu_derivative
from core.maths.dying import dead_share
from core.maths.network import BATCH, BIAS_MEAN, DEPTH, Network
from core.maths.perceptron import backward
from core.maths.training import LEARNING_RATE
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import networks, widgets
from core.ui.teach import predicting

words = parts.enter("relu")
ask, show = parts.experiment("relu.x")
with ask:
    x = widgets.slider(words, "relu.x", widgets.TANGENT, drives=True)
curve = functions.with_derivatives(networks_of(["relu"]), tangent=x, drag=("relu.x",))
with show:
    figures.show(curve, words, "alt curves", key="relu.curves")
parts.tries(
    words,
    {"deep": {"relu.depth": 100}, "born": {"relu.bias": -1.0, "relu.batch": 32}, "kill": {"relu.rate": 1.0}},
    chart="relu.gradient",
    slots=curve.slots,
    elsewhere={"born": "relu.dead", "kill": "relu.dying"},
)
parts.definition(words, networks_of(["relu"]), x)

parts.section(words, "depth")
ask, show = parts.experiment("relu.depth")
with ask:
    depth = widgets.slider(words, "relu.depth", widgets.between(DEPTH, 1, 100, 50))
    rare = networks.width_and_seed(words, "relu.")
cure = gradients.initializations("relu", ("glorot_normal", "he_normal"), depth, **rare, low=-20.0)
with show:
    (glorot,) = gradients.measured(networks_of(["relu"], depth=depth, **rare))
    predicting.ask("relu", *questions.share(gradients.total(glorot)), **cure.slots)
    parts.metrics(words, cure.slots, glorot="glorot_normal", he="he_normal", theory="glorot_normal_theory")
    figures.show(cure, words, "alt", key="relu.gradient")

parts.section(words, "dead")
ask, show = parts.experiment("relu.bias")
with ask:
    bias = widgets.slider(words, "relu.bias", widgets.between(BIAS_MEAN, -2.0, 1.0, 0.0))
    batch = widgets.slider(words, "relu.batch", widgets.between(BATCH, 1, 128))
dead = units.dead_units(Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=bias, batch=batch))
with show:
    parts.metrics(words, dead.slots, dead_first="dead_first", dead_last="dead_last", theory_last="theory_last")
    figures.show(dead, words, "alt dead", key="relu.dead")

parts.section(words, "dying")
ask, show = parts.experiment("relu.rate")
with ask:
    rate = widgets.slider(words, "relu.rate", widgets.between(LEARNING_RATE, 0.05, 2.0, 0.8, 0.05))
    alpha = widgets.slider(words, "relu.alpha", widgets.between(parameter("leaky_relu"), 0.0, 0.5, 0.1))
dying = units.dying(rate, alpha)
with show:
    parts.metrics(words, dying.slots, relu_units="relu_units", relu_fate="relu_fate", leaky_fate="leaky_relu_fate")
    figures.show(dying, words, "alt dying", key="relu.dying")

parts.rest(
    words,
    cure.slots | dead.slots | dying.slots | evidence.relu(),
    code=(relu, relu_derivative, leaky_relu_derivative, dead_share, backward),
)
