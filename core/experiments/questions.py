"""The options of a question, the right one and the reason, computed from the settings of the page that asks."""

import math
from collections.abc import Iterable

import numpy as np

from core.maths.activations import ACTIVATIONS
from core.maths.facts import SMALL_SHARE, facts, small
from core.maths.meanfield import predicted_log10_delta
from core.maths.network import Network
from core.words import numerals, prose

DECADES = (0, -1, -3, -6)  # between the ranges that a share of the gradient may fall into
TIMES = (1.1, 2.0, 10.0)  # between the ranges that a growth may fall into
DEEP = 100  # layers through which a slope is asked for: what little it does in each of them, they multiply


def share(log10: float) -> tuple[list[str], str]:
    """Ranges for a share of the gradient, as options, and the one that 10^log10 falls into."""
    words = [prose.common(f"range {k}", **_ends(k)) for k in range(len(DECADES) + 1)]
    place = sum(log10 <= decade for decade in DECADES)  # all that came is none that has grown
    return words, words[place]


def names(activations: Iterable[str]) -> list[str]:
    """Activations as options."""
    return [ACTIVATIONS[name].label for name in activations]


def steepness(slope: float) -> tuple[list[str], str]:
    """Ranges for a derivative, as options."""
    return share(math.log10(slope)) if slope > 0 else share(-math.inf)


def crossing(activation: str, **parameters: float) -> tuple[float, dict[str, str]]:
    """Where the derivative crosses zero, and how low the function is there."""
    x = facts(activation, **parameters).zeros[0][0]
    return x, {"lowest": numerals.number(float(ACTIVATIONS[activation].value(np.array(x), **parameters)))}


def saturation(activation: str, share: float = SMALL_SHARE) -> tuple[float, dict[str, str]]:
    """Where, right of zero, the derivative falls below a share of its greatest value; that share, and both of them."""
    largest = facts(activation).largest
    slots = {
        "share": numerals.percent(share),
        "largest": numerals.number(largest),
        "least": numerals.number(share * largest),
    }
    return small(activation, share)[-1][0], slots


def leak(alpha: float) -> tuple[list[str], str, dict[str, str]]:
    """Ranges for how many times as much gradient Leaky ReLU brings through many layers as ReLU; the right one; why."""
    leaky, relu = (
        predicted_log10_delta(Network(name, parameters, depth=DEEP))[0]
        for name, parameters in (("leaky_relu", {"alpha": alpha}), ("relu", {}))
    )
    ends = [numerals.plain(times) for times in TIMES]
    options = [
        prose.common(f"growth {k}", low=ends[k - 1] if k else "", high=ends[k] if k < len(ends) else "")
        for k in range(len(TIMES) + 1)
    ]
    place = sum(float(leaky - relu) > math.log10(times) for times in TIMES)
    return options, options[place], {
        "alpha": numerals.plain(alpha), "square": numerals.plain(alpha**2), "layers": str(DEEP),
    }  # fmt: skip


def _ends(k: int) -> dict[str, str]:
    """The ends of the k-th range, written out: nobody has to know what a power of ten is."""
    ends = [f"{10.0**decade:.{-decade}f}" for decade in DECADES]
    return {"high": ends[k - 1] if k else "", "low": ends[k] if k < len(ends) else ""}
