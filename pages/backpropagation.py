"""Backpropagation: a chain of single neurons, walked forward and back."""

from core.maths.chain import CHAIN_INPUT, CHAIN_LENGTH, CHAIN_STEP, CHAIN_WEIGHT, chain, numeric_derivative
from core.ui import controls, evidence, figures, parts, predicting, prose
from core.ui.experiments import chains
from core.ui.navigation import enter

enter()
words = prose.read("backpropagation")
parts.head(words)
ask, show = parts.experiment()
with ask:
    activation = controls.activation(words, "chain.activation", default="sigmoid", offered=controls.ARTICLE)
    neurons = controls.slider(words, "chain.neurons", CHAIN_LENGTH)
    x = controls.slider(words, "chain.x", CHAIN_INPUT)
    weight = controls.slider(words, "chain.weight", CHAIN_WEIGHT)
    step = controls.stepper(words, "chain.step", 2 * neurons, CHAIN_STEP)

walk = chains.walk(activation, neurons, weight, x, step)
slots = walk.gradient.slots
with show:
    total = chain(activation, [weight] * neurons, x).total
    predicting.ask("backpropagation", *predicting.steepness(abs(total)), **slots)
    parts.metrics(words, slots, analytic="analytic", numeric="numeric", difference="difference")
    figures.draw(walk.drawing, key="chain.drawing", alt=words("alt drawing", **slots))
    parts.section(words, "doing", **slots)
    figures.show(walk.gradient.figure, key="chain.gradient", alt=words("alt", **slots), data=walk.gradient.data)
    parts.section(words, "product", **slots)

parts.rest(
    words,
    slots | evidence.backpropagation(),
    tries={
        "vanish": {
            "chain.activation": "Sigmoid",
            "chain.neurons": 12,
            "chain.x": 1.0,
            "chain.weight": 1.0,
            "chain.step": 24,
        },
        "explode": {
            "chain.activation": "Tanh",
            "chain.neurons": 6,
            "chain.x": 0.0,
            "chain.weight": 3.0,
            "chain.step": 24,
        },
        "dead": {
            "chain.activation": "ReLU",
            "chain.neurons": 4,
            "chain.x": -1.0,
            "chain.weight": 1.0,
            "chain.step": 24,
        },
    },
    code=(chain, numeric_derivative),
)
