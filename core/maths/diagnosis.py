"""What the figures of a network say: vanishing, stable, exploding or dead, how fast, and how far from theory."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from core.maths.chain import FORMATS, overflow_depth, zero_depth
from core.maths.ensemble import spread
from core.maths.meanfield import Prediction
from core.maths.moments import moments
from core.maths.network import Layers, Network

STABLE = 1.0  # decades from the last layer to the first: less counts as stable


@dataclass(frozen=True)
class Diagnosis:
    """`verdict` is "vanishing", "stable", "exploding", "dead" or "still".

    `decades` is the median, over the seeds, of log10 delta_1 / delta_L; -inf where delta_1 is exactly zero. Where
    delta_L is, and a residual connection brings a gradient around it, it is log10 delta_1.

    `lost`: for each number format how many layers it takes, at that rate, until a gradient of 1 rounds to zero
    (vanishing) or to infinity (exploding); None for never. `apart`: measured minus predicted log10 delta_1; nan where
    one of them is not finite or not there. `wander`: how far finite width takes log10 delta_1 from the theory; None
    where that is not known.

    A branch of a residual connection that is multiplied by 0 has no gradient, but what goes around it passes whole:
    such a network is "still".
    """

    verdict: str
    decades: float
    per_layer: float
    lost: Mapping[str, int | None]
    apart: float
    wander: "Wander | None"


@dataclass(frozen=True)
class Wander:
    """log10 delta_1 of networks of finite width, relative to theory, which is that of the mean square: its typical
    value and its standard deviation.
    """

    shift: float
    scatter: float


def wander(network: Network, prediction: Prediction) -> Wander | None:
    """What luck does to the gradient of a plain network, layer by layer.

    Given delta, (W^T delta)_i are normal, so one step multiplies |delta|^2 by a mean of n terms g_i^2 f'_i^2: of mean 1
    and variance v = (3 E[f'^4] / E[f'^2]^2 - 1) / n, relatively. That is 5 / n for ReLU, whose ln delta^2 varies by
    5 L / n (Hanin & Nica 2018, arXiv:1812.05994), and 2 / n for the identity, where the factor is a chi^2 of n degrees
    of freedom over n and the mean of its logarithm is digamma(1 / v) + ln v; here as for all others.
    """
    if network.residual or network.normalization or not np.isfinite(prediction.preactivation_rms).all():
        return None
    each = [moments(network.activation, float(rms) ** 2, network.parameters) for rms in prediction.preactivation_rms]
    if not all(m.slope for m in each):
        return None
    v = np.array([3.0 * m.slope_fourth / m.slope**2 - 1.0 for m in each]) / network.widths[1:]
    ten = 2.0 * math.log(10.0)
    return Wander(float(np.sum(digamma(1.0 / v) + np.log(v))) / ten, float(np.sqrt(np.sum(v))) / ten)


def diagnosed(network: Network, measured: Sequence[Layers], prediction: Prediction | None) -> Diagnosis:
    """The diagnosis of networks that differ in the seed alone."""
    middle = spread(measured, "log10_delta").median
    first, last = float(middle[0]), float(middle[-1])
    decades = first - last if last > -math.inf else first
    per_layer = decades / max(1, network.depth - 1)
    if network.residual and network.branch_scale == 0.0:
        decades, per_layer, verdict = 0.0, 0.0, "still"
    elif decades == -math.inf:
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
        wander=wander(network, prediction) if prediction else None,
    )
