"""What is said to cure a vanishing gradient, and what it does."""

from dataclasses import replace

import numpy as np

from core.experiments.cures import Case, began, beginning
from core.experiments.evidence.depth import Slots, measured_reach
from core.experiments.kept import WORDS, kept
from core.maths.network import Network
from core.maths.training import Run, State, advanced, look, start, states
from core.words.numerals import count, number, percent, size, whole

DEEP = (10, 50)
YANG = float(
    np.sqrt(np.pi / (np.pi - 1.0))
)  # of the gradient's size, per layer of ReLU and BatchNorm: arXiv:1902.08129


@kept(limit=WORDS)
def cures() -> Slots:
    """What changes the step leaves the gradient as small as it was; BatchNorm makes it grow with the layers."""
    sick, adam, rate = (Case("vanishes", 10, name) for name in ("none", "adam", "rate"))
    reach = beginning(sick).reach
    large = np.log10(advanced(rate.run, start(rate.run), 1).update_ratio)
    half, scaled = Case("vanishes", 10, "float16"), Case("vanishes", 10, "loss_scale")
    clipped = replace(sick.run, clip_norm=0.1)  # so short that it is shorter than what has vanished
    wild, bounded = (Case("diverges", 10, name) for name in ("none", "clip"))
    relu = Network("relu", width=128, batch=64, initializer="he_normal")
    slots: Slots = {}
    for depth in DEEP:
        bare = replace(relu, depth=depth)
        slots |= {
            f"depth_{depth}": str(depth),
            f"bare_{depth}": measured_reach(bare),
            f"norm_{depth}": measured_reach(replace(bare, normalization="batch")),
        }
    return slots | {
        "factor": number(YANG),
        "depth": str(sick.depth),
        "steps": str(sick.run.steps),
        "sick": size(reach),
        "sgd_update": size(float(np.log10(beginning(sick).update))),
        "adam_update": percent(beginning(adam).update),
        "sgd_accuracy": percent(_accuracy(sick.run)),
        "adam_accuracy": percent(_accuracy(adam.run)),
        "needed": count(-reach),
        "large": number(rate.run.learning_rate),
        "last_update": percent(float(10.0 ** large[-1])),
        "first_update": size(float(large[0])),
        "large_accuracy": percent(_accuracy(rate.run)),
        "share": size(beginning(sick).share),
        "clip": number(clipped.clip_norm),
        "clip_share": size(began(clipped).share),
        "clip_step": size(float(np.log10(began(clipped).update / beginning(sick).update))),
        "wild": size(float(np.log10(beginning(wild).update))),
        "bounded": size(float(np.log10(beginning(bounded).update))),
        "wild_steps": str(_end(wild.run).step + 1),
        "bounded_accuracy": percent(_accuracy(bounded.run)),
        "half": size(beginning(half).reach),
        "scale": whole(round(scaled.run.loss_scale)),
        "half_scaled": size(beginning(scaled).reach),
    }


def _accuracy(run: Run) -> float:
    return look(run, _end(run)).test_accuracy


def _end(run: Run) -> State:
    *_, end = states(run, ())
    return end
