"""The computed evidence behind each page's "Is that so?": fixed settings, run for real, once per process.

One function for each page, called like it; its docstring says what its numbers show. `depth`: random networks and their
theory. `time`: networks that read step by step. `cures`: what is said to
help. `functions`: what single activations do. `training`: networks that
learn. A setting is written once, where the network is made: the slot that names it reads it from there.
"""

from core.experiments.evidence.cures import cures
from core.experiments.evidence.depth import backpropagation, laboratory, order_and_chaos, papers, vanishing_gradient
from core.experiments.evidence.functions import (
    activation_functions,
    beyond_relu,
    relu,
    relu_variants,
    sigmoid_and_tanh,
)
from core.experiments.evidence.time import through_time
from core.experiments.evidence.training import watch_it_learn, why_it_matters

__all__ = [
    "activation_functions",
    "backpropagation",
    "beyond_relu",
    "cures",
    "laboratory",
    "order_and_chaos",
    "papers",
    "relu",
    "relu_variants",
    "sigmoid_and_tanh",
    "through_time",
    "vanishing_gradient",
    "watch_it_learn",
    "why_it_matters",
]
