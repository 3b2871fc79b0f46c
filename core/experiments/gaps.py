"""How far theory and measurement are from each other, and what explains it: found by computation, said in words."""

import math
from dataclasses import replace

from core.experiments.measurements import expected, one, relative
from core.maths.activations import ACTIVATIONS
from core.maths.diagnosis import Diagnosis
from core.maths.meanfield import objection
from core.maths.moments import moments
from core.maths.network import BATCH, LARGEST, Network
from core.words import numerals, prose


def apart(network: Network, diagnosis: Diagnosis) -> str:
    """How far theory and measurement are from each other at layer 1, and why."""
    if diagnosis.verdict == "still":
        return ""
    if objection(network):
        return prose.common("no theory")
    if not math.isfinite(diagnosis.apart):
        return prose.common("apart unknown")
    cause, slots = ("little", {}) if abs(diagnosis.apart) <= _enough(network) else _cause(network, diagnosis)
    return prose.common(
        f"apart {cause}", **slots,
        apart=numerals.plain(abs(diagnosis.apart), 2), depth=str(network.depth), width=_width(network),
        label=ACTIVATIONS[network.activation].label,
    )  # fmt: skip


def _width(network: Network) -> str:
    """How many units a layer has, or from how many to how many."""
    low, high = str(min(network.widths)), str(max(network.widths))
    return low if low == high else prose.common("widths between", low=low, high=high)


def _cause(network: Network, diagnosis: Diagnosis) -> tuple[str, dict[str, str]]:
    """What explains the gap, found by computation, and the numbers of its sentence."""
    if network.normalization == "batch" and (more := _larger_batch(network)) and (theory := expected(more)):
        closer = abs(float(relative(one(more)).log10_delta[0] - theory.log10_delta[0]))
        if closer < 0.5 * abs(diagnosis.apart):
            samples = {"batch": str(network.batch), "more": str(more.batch)}
            return "batch", samples | {"closer": numerals.plain(closer, 2)}
    if network.residual and not network.normalization and abs(_mean(network)) > 1e-3:
        return "mean", {}
    luck = diagnosis.wander
    if luck and abs(diagnosis.apart - luck.shift) <= _enough(network) + 1.25 * luck.scatter:
        return "width", {"shift": numerals.plain(abs(luck.shift), 2), "scatter": numerals.number(luck.scatter, 2)}
    return "much", {}


def _enough(network: Network) -> float:
    """Powers of ten within which theory and measurement agree."""
    return 0.1 * max(1.0, network.depth / 10.0)


def _larger_batch(network: Network) -> Network | None:
    """The same with sixteen times as many samples, or as many as are allowed; None if that is not twice as many."""
    most = min(16 * network.batch, int(BATCH.high), LARGEST // (network.depth * network.width))
    return replace(network, batch=most) if most >= 2 * network.batch else None


def _mean(network: Network) -> float:
    """The mean of the activations for pre-activations of variance 1."""
    return moments(network.activation, 1.0, network.parameters).mean
