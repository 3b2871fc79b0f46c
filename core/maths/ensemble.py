"""Several random networks that differ in the seed alone: how much of what is seen is luck."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.maths.network import SEED, Layers, Network
from core.maths.numbers import Number

Array = NDArray[np.float64]

SEEDS = Number("seeds", "seeds", 5, 1, 20, 1)

BUDGET = 150_000_000  # weights drawn in all; a laptop needs some five seconds for so many
QUICK = 20_000_000  # up to so many a reader need not be told that something is being computed


@dataclass(frozen=True)
class Ensemble:
    """Networks with the seeds seed, seed + 1, ...; ValueError for a number of seeds out of bounds."""

    network: Network
    seeds: int = int(SEEDS.default)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seeds", SEEDS.validate(self.seeds))
        SEED.validate(self.network.seed + self.seeds - 1)

    @property
    def members(self) -> tuple[Network, ...]:
        return tuple(replace(self.network, seed=self.network.seed + k) for k in range(self.seeds))

    @property
    def weights(self) -> int:
        """How many weights are drawn in all: what a measurement takes is in proportion to it."""
        return self.seeds * sum(fan_in * fan_out for fan_in, fan_out in pairwise(self.network.widths))


def plan(ensembles: Sequence[Ensemble], budget: int = BUDGET) -> list[tuple[int, Network]]:
    """What is measured one after the other: (which ensemble, network), of each its first, of each its second, ...

    Within a budget of weights: where it does not allow all, each ensemble has its share, and at least one network.
    """
    total = sum(ensemble.weights for ensemble in ensembles)
    seeds = [min(ensemble.seeds, max(1, ensemble.seeds * budget // total)) for ensemble in ensembles]
    members = [ensemble.members[:allowed] for ensemble, allowed in zip(ensembles, seeds, strict=True)]
    return [(which, each[k]) for k in range(max(seeds)) for which, each in enumerate(members) if k < len(each)]


@dataclass(frozen=True)
class Spread:
    """Of one column of `Layers`, over the seeds: the smallest, the median and the largest, shape (depth,)."""

    low: Array
    median: Array
    high: Array


def spread(measured: Sequence[Layers], column: str) -> Spread:
    """How one column varies from seed to seed; an exact zero (-inf) counts as the smallest value there is."""
    values = np.sort([getattr(layers, column) for layers in measured], axis=0)
    middle = values[(len(values) - 1) // 2], values[len(values) // 2]
    median = np.where(np.isneginf(middle[0]), middle[0], 0.5 * middle[0] + 0.5 * middle[1])
    return Spread(values[0], median, values[-1])
