"""What the figures of a network say: vanishing, stable, exploding or dead, how fast, and how far from theory."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.maths.chain import FORMATS, overflow_depth, zero_depth
from core.maths.ensemble import spread
from core.maths.meanfield import Prediction
from core.maths.network import Layers, Network

STABLE = 1.0  # decades from the last layer to the first: less counts as stable


@dataclass(frozen=True)
class Diagnosis:
    """`verdict` is "vanishing", "stable", "exploding" or "dead".

    `decades` is the median, over the seeds, of log10 delta_1 / delta_L; -inf where delta_1 is exactly zero. Where
    delta_L is, and a residual connection brings a gradient around it, it is log10 delta_1.

    `lost`: for each number format how many layers it takes, at that rate, until a gradient of 1 rounds to zero
    (vanishing) or to infinity (exploding); None for never. `apart`: measured minus predicted log10 delta_1; nan where
    one of them is not finite or not there. `scatter`: standard deviation of log10 delta_1 for a ReLU network of this
    depth and width, whose ln delta^2 varies by 5 L / n (Hanin & Nica 2018, arXiv:1812.05994).
    """

    verdict: str
    decades: float
    per_layer: float
    lost: Mapping[str, int | None]
    apart: float
    scatter: float


def diagnosed(network: Network, measured: Sequence[Layers], prediction: Prediction | None) -> Diagnosis:
    """The diagnosis of networks that differ in the seed alone."""
    middle = spread(measured, "log10_delta").median
    first, last = float(middle[0]), float(middle[-1])
    decades = first - last if last > -math.inf else first
    per_layer = decades / max(1, network.depth - 1)
    if decades == -math.inf:
        verdict = "dead"
    else:
        verdict = "stable" if abs(decades) < STABLE else "vanishing" if decades < 0 else "exploding"
    factor = 10.0**per_layer
    depth = overflow_depth if per_layer > 0 else zero_depth
    expected = float(prediction.log10_delta[0]) if prediction else math.nan
    known = math.isfinite(first) and math.isfinite(expected)
    return Diagnosis(
        verdict=verdict,
        decades=decades,
        per_layer=per_layer,
        lost={f.name: depth(factor, f) for f in FORMATS},
        apart=first - expected if known else math.nan,
        scatter=float(np.sqrt(5.0 * network.depth / network.width) / (2.0 * math.log(10.0))),
    )
