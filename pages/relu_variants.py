"""Variants of ReLU: three slopes to choose, their curves, and the gradient for exactly these values."""

from core.experiments import evidence, functions, gradients, questions
from core.experiments.networks import networks_of, parameter
from core.maths.activations import (
    elu,
    elu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    prelu_slope_derivative,
    relu_derivative,
)
from core.maths.network import DEPTH
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import activations, networks, widgets
from core.ui.teach import predicting

SLOPES = ("leaky_relu.alpha", "prelu.a", "elu.alpha")
words = parts.enter("relu_variants")
ask, show = parts.experiment("leaky_relu.alpha")
with ask:
    leaky = widgets.slider(words, "leaky_relu.alpha", parameter("leaky_relu"), drives=True)
    a = widgets.slider(words, "prelu.a", parameter("prelu"), drives=True)
    alpha = widgets.slider(words, "elu.alpha", parameter("elu"), drives=True)
    own = activations.beside(words, "variants.own")
chosen = {"leaky_relu": {"alpha": leaky}, "prelu": {"a": a}, "elu": {"alpha": alpha}}
variants = networks_of(["relu", *chosen, *own], chosen)
curves = functions.with_derivatives(variants, drag=SLOPES)
with show:
    options, right, reason = questions.leak(leaky)
    predicting.ask("relu_variants", options, right, **reason)
    figures.show(curves, words, "alt", key="variants.curves")
parts.tries(
    words,
    {
        "steep": {"leaky_relu.alpha": 0.3, "prelu.a": 0.25, "elu.alpha": 1.0},
        "linear": {"leaky_relu.alpha": 1.0, "prelu.a": 1.0, "variants.depth": 50},
        "negative": {"prelu.a": -0.5},
    },
    chart="variants.curves",
    slots=curves.slots,
)

parts.definition(words, variants)

parts.section(words, "depth")
ask, show = parts.experiment("variants.depth")
with ask:
    depth = widgets.slider(words, "variants.depth", widgets.between(DEPTH, 1, 100, 30))
    initializer, spread = networks.initializer(words, "variants.initializer", default="glorot_normal")
    rare = networks.width_and_seed(words, "variants.")
over = ("relu_variants", tuple((name, name) for name in chosen))
compared = networks_of(
    ["relu", *chosen, *own], chosen, depth=depth, initializer=initializer, initializer_parameters=spread, **rare
)
gradient = gradients.by_layer(compared, theory=True, readout=over, drag=SLOPES, low=-20.0)
with show:
    figures.show(gradient, words, "alt depth", key="variants.gradient")

parts.section(words, "slope")
slope = functions.slope_gradient(a)
figures.show(slope, words, "alt slope", key="variants.slope")

parts.rest(
    words,
    curves.slots | gradient.slots | evidence.relu_variants(),
    code=(leaky_relu, relu_derivative, leaky_relu_derivative, prelu_slope_derivative, elu, elu_derivative),
)
