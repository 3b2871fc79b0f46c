"""The front page: the gradient on its way back through a real random network."""

from core.maths.activations import sigmoid_both
from core.maths.network import DEPTH, WEIGHT_GAIN, backward
from core.ui import controls, evidence, figures, parts, predicting, prose
from core.ui.experiments import gradients
from core.ui.navigation import enter

enter()
words = prose.read("vanishing_gradient")
parts.head(words)
chosen = controls.activations(words, "activations", default=("sigmoid", "tanh", "relu"))
ask, show = parts.experiment()
with ask:
    depth = controls.slider(words, "depth", controls.between(DEPTH, 1, 100))
    initializer, spread = controls.initializer(words, "initializer", default="glorot_normal")
    gain = controls.slider(words, "gain", controls.between(WEIGHT_GAIN, 0.1, 4.0))
    rare = controls.width_and_seed(words)

networks = controls.networks(
    chosen, depth=depth, initializer=initializer, initializer_parameters=spread, weight_gain=gain, **rare
)
over = ("vanishing_gradient", (("reach", "worst_figure"), ("words", "worst_words"), ("factor", "worst_factor")))
gradient = gradients.by_layer(networks, best=True, readout=over)
slots = gradient.slots
with show:
    predicting.ask("vanishing_gradient", predicting.names(chosen), slots["best"])
    figures.show(gradient.figure, key="gradient", alt=words("alt", **slots), data=gradient.data)

parts.rest(
    words,
    slots | evidence.vanishing_gradient(),
    tries={
        "deep": {"depth": 100, "activations": ["Sigmoid"], "initializer": "Glorot", "gain": 1.0},
        "cure": {"depth": 50, "activations": ["Sigmoid", "ReLU"], "initializer": "He", "gain": 1.0},
        "explode": {"depth": 50, "activations": ["Tanh", "ReLU"], "initializer": "Glorot", "gain": 2.0},
    },
    code=(sigmoid_both, backward),
)
