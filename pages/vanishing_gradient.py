"""The front page: the gradient on its way back through a real random network."""

from core.experiments import evidence, gradients, questions
from core.experiments.networks import networks_of
from core.maths.activations import sigmoid_both
from core.maths.network import DEPTH, WEIGHT_GAIN, backward
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import networks, widgets
from core.ui.teach import predicting

words = parts.enter("vanishing_gradient")
ask, show = parts.experiment()
with ask:
    chosen = widgets.activations(words, "activations", default=("sigmoid", "tanh", "relu"))
    depth = widgets.slider(words, "depth", widgets.between(DEPTH, 1, 100))
    initializer, spread = networks.initializer(words, "initializer", default="glorot_normal")
    gain = widgets.slider(words, "gain", widgets.between(WEIGHT_GAIN, 0.1, 4.0))
    rare = networks.width_and_seed(words)

compared = networks_of(
    chosen, depth=depth, initializer=initializer, initializer_parameters=spread, weight_gain=gain, **rare
)
over = ("vanishing_gradient", (("reach", "worst_figure"), ("words", "worst_words"), ("factor", "worst_factor")))
gradient = gradients.by_layer(compared, best=True, readout=over)
with show:
    predicting.ask("vanishing_gradient", questions.names(chosen), gradient.slots["best"], **gradient.slots)
    figures.show(gradient, words, "alt", key="gradient")
parts.tries(
    words,
    {
        "deep": {"depth": 100, "activations": ["Sigmoid"], "initializer": "Glorot (Xavier)", "gain": 1.0},
        "cure": {"depth": 50, "activations": ["Sigmoid", "ReLU"], "initializer": "He (Kaiming)", "gain": 1.0},
        "explode": {"depth": 50, "activations": ["Tanh", "ReLU"], "initializer": "Glorot (Xavier)", "gain": 2.0},
    },
    chart="gradient",
    slots=gradient.slots,
)

parts.rest(
    words,
    gradient.slots | evidence.vanishing_gradient(),
    code=(sigmoid_both, backward),
)
