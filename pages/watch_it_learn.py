"""Watch it learn: real training, layer by layer, as it happens."""

from core.maths.perceptron import backward, forward
from core.maths.training import adam, advanced
from core.ui import controls, evidence, parts, predicting, prose, race, watching
from core.ui.experiments import learning
from core.ui.experiments.stories import STORIES
from core.ui.navigation import enter

enter()
words = prose.read("watch_it_learn")
parts.head(words)
above = parts.above()
ask, show = parts.experiment()
with ask:
    runs = race.runs(words, "learn.")
with above:
    watching.stories(words, "learn", STORIES, runs)
with show:
    watching.buttons(words, "learn", runs)
    view = controls.choice(words, "learn.view", learning.views(words, runs), "gradient")
    predicting.ask("watch_it_learn", *learning.largest_gradient(runs))
    screen, racers = watching.screen(words, "learn", runs, view)

parts.rest(
    words,
    learning.told(racers) | evidence.watch_it_learn(),
    tries={
        "initializers": {
            "learn.race": "Initializations",
            "learn.activation": "Tanh",
            "learn.initializers": ["LeCun", "Glorot", "He"],
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
    code=(forward, backward, adam, advanced),
)
watching.play(screen)
