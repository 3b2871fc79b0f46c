"""The front page: the gradient on its way back through real random networks."""

from core.experiments import evidence, gradients, light, questions
from core.experiments.networks import networks_of
from core.maths.activations import sigmoid_both
from core.maths.network import DEPTH, WEIGHT_GAIN
from core.maths.passes import backward
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import activations, networks, wide, widgets
from core.ui.teach import predicting
from core.words import prose

words = parts.enter("vanishing_gradient")
show, (move, pick), said = parts.below(1, 2, main=("depth", light.PULSE))
with move:
    depth = widgets.slider(words, "depth", widgets.between(DEPTH, 1, 100), drives=True, play=False)
    widgets.player(words, light.PULSE)
with pick:
    first = activations.several(words, "first.activations", ("sigmoid", "relu"), activations.ARTICLE)[: light.MOST]
    same = widgets.switch(words, "first.same")
lit = light.light(tuple(first), depth, same)
with show:
    predicting.ask("vanishing_gradient", questions.names(first), lit.slots["best"], **lit.slots)
    with said:
        parts.section(words, "moon", **lit.slots)
    figures.show(lit, words, "alt first", key="first.light", under=said)
parts.tries(
    words,
    {
        "deep": {"depth": 50, "first.activations": ["Sigmoid", "Tanh", "ReLU"], "first.same": False},
        "alike": {"depth": 20, "first.activations": ["Sigmoid", "Tanh", "ReLU"], "first.same": True},
        "explode": {"depth": 50, "activations": ["Tanh", "ReLU"], "initializer": "Glorot (Xavier)", "gain": 2.0},
    },
    chart="first.light",
    elsewhere={"explode": "gradient"},
    slots=lit.slots,
)

parts.section(words, "closer", **lit.slots)
ask, show = parts.experiment("gain")
with ask:
    chosen = activations.several(words, "activations", default=("sigmoid", "tanh", "relu"))
    initializer, spread = networks.initializer(words, "initializer", default="glorot_normal")
    gain = wide.typed(words, "gain", widgets.between(WEIGHT_GAIN, 0.1, 4.0))
    rare, scale = networks.width_seed_and_scale(words)
compared = networks_of(
    chosen, depth=depth, initializer=initializer, initializer_parameters=spread, weight_gain=gain, **rare
)
over = ("vanishing_gradient", (("reach", "worst_figure"), ("words", "worst_words"), ("factor", "worst_factor")))
gradient = gradients.by_layer(compared, best=True, readout=over, control="depth", scale=scale)
with show:
    figures.show(gradient, words, "alt", key="gradient")
    if scale:
        parts.section(prose.read("common"), "scaled", **gradient.slots)
parts.section(words, "seen", **gradient.slots)

parts.rest(
    words,
    lit.slots | evidence.vanishing_gradient(),
    code=(sigmoid_both, backward),
)
