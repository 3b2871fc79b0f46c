"""Variants of ReLU: three slopes to choose, their curves, and the gradient for exactly these values."""

from core.maths.activations import (
    elu,
    elu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    prelu_slope_derivative,
    relu_derivative,
)
from core.maths.network import DEPTH
from core.ui import controls, evidence, figures, parts, predicting, prose
from core.ui.experiments import functions, gradients
from core.ui.navigation import enter

enter()
words = prose.read("relu_variants")
parts.head(words)
ask, show = parts.experiment()
with ask:
    leaky = controls.slider(words, "leaky_relu.alpha", controls.parameter("leaky_relu"))
    a = controls.slider(words, "prelu.a", controls.parameter("prelu"))
    alpha = controls.slider(words, "elu.alpha", controls.parameter("elu"))
chosen = {"leaky_relu": {"alpha": leaky}, "prelu": {"a": a}, "elu": {"alpha": alpha}}
curves = functions.with_derivatives(controls.networks(["relu", *chosen], chosen), drag=True)
with show:
    figures.show(curves.figure, key="variants.curves", alt=words("alt", **curves.slots), data=curves.data)

parts.section(words, "depth")
ask, show = parts.experiment()
with ask:
    depth = controls.slider(words, "variants.depth", controls.between(DEPTH, 1, 100, 30))
    initializer, spread = controls.initializer(words, "variants.initializer", default="glorot_normal")
    rare = controls.width_and_seed(words, "variants.")
networks = controls.networks(
    ["relu", *chosen], chosen, depth=depth, initializer=initializer, initializer_parameters=spread, **rare
)
gradient = gradients.by_layer(networks, theory=True)
with show:
    predicting.ask("relu_variants", predicting.names(n.activation for n in networks), gradient.slots["best"])
    parts.metrics(words, gradient.slots, leaky_relu="leaky_relu", prelu="prelu", elu="elu")
    figures.show(gradient.figure, key="variants.gradient", alt=words("alt depth", **gradient.slots), data=gradient.data)

parts.section(words, "slope")
slope = functions.slope_gradient(a)
figures.show(slope.figure, key="variants.slope", alt=words("alt slope", **slope.slots), data=slope.data)

parts.rest(
    words,
    curves.slots | gradient.slots | evidence.relu_variants(),
    tries={
        "steep": {"leaky_relu.alpha": 0.3, "prelu.a": 0.25, "elu.alpha": 1.0},
        "linear": {"leaky_relu.alpha": 1.0, "prelu.a": 1.0, "variants.depth": 50},
        "negative": {"prelu.a": -0.5},
    },
    code=(leaky_relu, relu_derivative, leaky_relu_derivative, prelu_slope_derivative, elu, elu_derivative),
)
