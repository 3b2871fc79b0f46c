"""Watch it learn: real training, layer by layer, as it happens."""

from core.experiments import evidence, learning
from core.experiments.stories import STORIES
from core.maths.optimizers import adam
from core.maths.perceptron import backward, forward
from core.maths.training import advanced
from core.ui.page import parts
from core.ui.play import watching
from core.ui.settings import runs
from core.ui.teach import predicting

words = parts.enter("watch_it_learn")
above = parts.above()
ask, show = parts.experiment()
with ask:
    chosen = runs.chosen_runs(words, "learn.")
with above:
    watching.controls(words, "learn", STORIES, chosen)
with show:
    options, right, reason = learning.largest_gradient(chosen)
    predicting.ask("watch_it_learn", options, right, **reason)
    screen, racers = watching.screen(words, "learn", chosen)
see = parts.tries(
    words,
    {
        "initializers": {
            "learn.race": "Initializations",
            "learn.activation": "Tanh",
            "learn.initializers": ["LeCun", "Glorot (Xavier)", "He (Kaiming)"],
            "learn.depth": 20,
            "learn.data": "Handwritten digits",
            "learn.rate": "0.1",
            "learn.normalization": "Without",
        },
        "optimizers": {
            "learn.race": "Optimizers",
            "learn.activation": "Sigmoid",
            "learn.optimizers": ["SGD", "Momentum", "Adam"],
            "learn.depth": 4,
            "learn.data": "Handwritten digits",
            "learn.rate": "0.1",
            "learn.normalization": "Without",
        },
        "spirals": {
            "learn.race": "Activations",
            "learn.data": "Two spirals",
            "learn.activations": ["Tanh", "ReLU", "GELU"],
            "learn.depth": 4,
            "learn.optimizer": "Adam",
            "learn.rate": "0.005",
            "learn.normalization": "Without",
        },
    },
    chart="learn.pictures",
    slots=learning.slots(racers),
)

parts.rest(
    words,
    learning.slots(racers) | evidence.watch_it_learn(),
    code=(forward, backward, adam, advanced),
)
watching.play(screen, see)
