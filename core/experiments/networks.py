"""Networks to compare."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.maths.numbers import Number


def networks_of(
    names: Sequence[str], parameters: Mapping[str, Mapping[str, float]] | None = None, /, **settings: Any
) -> tuple[Network, ...]:
    """One network per activation, alike in everything else."""
    return tuple(Network(name, parameters=dict((parameters or {}).get(name, {})), **settings) for name in names)


def parameter(activation: str) -> Number:
    """The one parameter of an activation, with the registry's bounds and default."""
    return ACTIVATIONS[activation].parameters[0]
