"""What time steps do to the gradient, where the same weights come again and again."""

from dataclasses import replace

import numpy as np

from core.experiments.evidence.depth import Slots, between, reach
from core.experiments.kept import WORDS, kept
from core.maths.network import Network, measure
from core.maths.recurrent import (
    Recurrent,
    log10_path,
    log10_powers,
    measure_time,
    predicted_log10_hidden,
    spectrum,
)
from core.words.numerals import number, plain, size

BIASES = (0.0, 1.0, 5.0)
SEEDS = 20


def left(recurrent: Recurrent) -> float:
    """log10 of the share of the last step's gradient that reaches step 1."""
    log10 = measure_time(recurrent).log10_hidden
    return float(log10[0] - log10[-1])


@kept(limit=WORDS)
def through_time() -> Slots:
    """A gate keeps what its bias lets it; the same matrix, again and again, has more luck than others each time."""
    lstm = Recurrent("lstm", steps=100)
    slots = {f"path_{k}": size(float(log10_path(replace(lstm, forget_bias=b))[0])) for k, b in enumerate(BIASES)}
    slots |= {f"bias_{k}": plain(b) for k, b in enumerate(BIASES)}
    relu = Recurrent("relu", steps=100, initializer="he_normal")
    deep = Network("relu", depth=relu.steps, width=relu.width, batch=relu.batch, initializer=relu.initializer)
    again = [left(replace(relu, seed=seed)) for seed in range(SEEDS)]
    others = [reach(measure(replace(deep, seed=seed))) for seed in range(SEEDS)]
    linear = Recurrent("identity", steps=100, weight_gain=0.9)
    powers = log10_powers(linear, 100)
    steep = Recurrent("tanh", steps=100, weight_gain=1.5)
    return slots | between(again, "again") | between(others, "others") | {
        "steps": str(lstm.steps),
        "width": str(relu.width),
        "identity": size(left(replace(relu, initializer="identity"))),
        "theory": size(float(predicted_log10_hidden(relu)[0])),
        "linear_radius": number(spectrum(linear)[0]),
        "linear_largest": size(float(powers.max())),
        "linear_at": str(int(np.argmax(powers)) + 1),
        "linear_above": str(int(np.flatnonzero(powers > 0.0)[-1]) + 1),
        "steep_radius": number(spectrum(steep)[0]),
        "steep_left": size(left(steep)),
    }  # fmt: skip
