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
    step = controls.stepper(words, "chain.step", controls.between(CHAIN_STEP, 0, 2 * neurons, 2 * neurons))

walk = chains.walk(activation, neurons, weight, x, step)
slots = walk.slots
with show:
    total = chain(activation, [weight] * neurons, x).total
    predicting.ask("backpropagation", *predicting.steepness(abs(total)), **slots)
    figures.show(walk.figure, key="chain.gradient", alt=words("alt", **slots), data=walk.data)

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
            "chain.step": 12,
        },
        "dead": {
            "chain.activation": "ReLU",
            "chain.neurons": 4,
            "chain.x": -1.0,
            "chain.weight": 1.0,
            "chain.step": 8,
        },
    },
    code=(chain, numeric_derivative),
)
