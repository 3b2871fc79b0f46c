"""Backpropagation: one weight that learns, then a chain of single neurons, walked forward and back."""

from core.experiments import chains, descent, evidence, questions
from core.maths.chain import (
    CHAIN_BIAS,
    CHAIN_INPUT,
    CHAIN_LENGTH,
    CHAIN_STEP,
    CHAIN_WEIGHT,
    chain,
    numeric_derivative,
)
from core.maths.descent import DESCENT_RATE, DESCENT_STEP, descend
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import activations, wide, widgets
from core.ui.teach import predicting

words = parts.enter("backpropagation")
ask, show = parts.experiment("descent.step")
with ask:
    rate = widgets.slider(words, "descent.rate", DESCENT_RATE)
    taken = widgets.slider(words, "descent.step", DESCENT_STEP)
    widgets.moves(words, "descent.step", DESCENT_STEP, taken, offered=("forward", "start"))

down = descent.steps_down(rate, taken)
with show:
    figures.show(down, words, "alt descent", key="descent")
parts.formulas(words, descent.formulas(rate, taken))
parts.tries(
    words,
    {
        "overshoot": {"descent.rate": 0.55, "descent.step": 2},
        "vanish": {"chain.activation": "Sigmoid", "chain.neurons": 12, "chain.x": 1.0, "chain.weight": 1.0,
                   "chain.step": 24},
        "explode": {"chain.activation": "Tanh", "chain.neurons": 6, "chain.x": 0.0, "chain.weight": 3.0,
                    "chain.step": 12},
    },
    chart="descent",
    slots=down.slots,
    elsewhere={"vanish": "chain.gradient", "explode": "chain.gradient"},
)  # fmt: skip

parts.section(words, "chain", **down.slots)
parts.section(words, "rule")
parts.formula("rule", chains.rule())
ask, show = parts.experiment("chain.step")
with ask:
    activation = activations.one(words, "chain.activation", default="sigmoid", offered=activations.ARTICLE)
    neurons = widgets.slider(words, "chain.neurons", CHAIN_LENGTH)
    x = widgets.slider(words, "chain.x", CHAIN_INPUT)
    weight = wide.field(words, "chain.weight", CHAIN_WEIGHT, near=5.0)
    steps = widgets.between(CHAIN_STEP, 0, 2 * neurons, neurons)  # it starts where all values are known
    step = widgets.stepper(words, "chain.step", steps, chains.coming(neurons))
    with widgets.more("chain."):
        bias = wide.field(words, "chain.bias", CHAIN_BIAS, near=5.0)

walk = chains.walk(activation, neurons, weight, x, step, bias)
with show:
    total = chain(activation, [weight] * neurons, x, bias).total
    predicting.ask("backpropagation", *questions.steepness(abs(total)), **walk.slots)
    figures.show(walk, words, "alt", key="chain.gradient")
    parts.section(words, "walk", **walk.slots)
parts.section(words, "letters", **walk.slots)
parts.section(words, "numbers")
parts.formula("input", walk.slots["input_formula"])
parts.section(words, "first", **walk.slots)
parts.formula("first", walk.slots["weight_formula"])

parts.section(words, "check", **walk.slots)
parts.formula("quotient", walk.slots["quotient"])
parts.formula("rise", walk.slots["quotient_now"])
parts.section(words, "checked", **walk.slots)

parts.rest(
    words,
    walk.slots | evidence.backpropagation(),
    code=(descend, chain, numeric_derivative),
)
