"""What would cure a network: the weight gain at which theory has it keep its gradient, or why there is none."""

from dataclasses import dataclass, replace

from core.experiments.kept import WORDS, kept
from core.maths.meanfield import critical_gain, objection
from core.maths.network import Network
from core.maths.numbers import Number
from core.words import numerals, prose

THERE = 5e-4  # relative: a gain that is closer to the critical one is as good


@dataclass(frozen=True)
class Answer:
    """What is said, what its button says, and the gain that this sets; None if there is none, or it is set."""

    words: str
    button: str = ""
    gain: float | None = None


def answer(network: Network, offered: Number) -> Answer:
    """What theory says of the weight gain, of which a page has so much on offer."""
    gain = _critical(replace(network, depth=1, seed=0))
    if gain is None:
        uneven = network.profile != "constant"
        why = {"unknown": objection(network), "residual": network.residual}
        why |= {"normalized": network.normalization, "uneven": uneven}
        return Answer(prose.common(f"critical {next((name for name, holds in why.items() if holds), 'none')}"))
    slots = {"cure": numerals.number(gain), "gain": numerals.plain(network.weight_gain)}
    if abs(network.weight_gain / gain - 1.0) < THERE:
        return Answer(prose.common("critical there", **slots))
    if not offered.low <= gain <= offered.high:
        ends = {"low": numerals.plain(offered.low), "high": numerals.plain(offered.high)}
        return Answer(prose.common("critical beyond", **slots, **ends))
    return Answer(prose.common("critical gain", **slots), prose.common("button cure", **slots), round(gain, 6))


@kept(limit=WORDS)
def _critical(network: Network) -> float | None:
    return critical_gain(network)
