"""How wide the layers of a network are: each profile says which share of the greatest width a layer has.

The narrowest layer has a quarter of it, and neighbours differ by the same factor wherever a profile narrows or widens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

LEAST = 2  # units of a layer


@dataclass(frozen=True)
class Profile:
    """`share(l, L)`: of the greatest width, for layer l of L, where layer 0 is the input.

    `python` is the same as an expression for scripts that a reader takes away.
    """

    name: str
    label: str
    share: Callable[[int, int], float]
    python: str


PROFILES: dict[str, Profile] = {
    entry.name: entry
    for entry in (
        Profile("constant", "Equal", lambda l, depth: 1.0, "1"),
        Profile("funnel", "Funnel", lambda l, depth: 4.0 ** (-l / depth), "4 ** (-l / L)"),
        Profile("fan_out", "Fan-out", lambda l, depth: 4.0 ** (l / depth - 1), "4 ** (l / L - 1)"),
        Profile(
            "bottleneck",
            "Bottleneck",
            lambda l, depth: 4.0 ** (abs(2 * l / depth - 1) - 1),
            "4 ** (abs(2 * l / L - 1) - 1)",
        ),
        Profile("zigzag", "Zigzag", lambda l, depth: 4.0 ** -(l % 2), "4 ** -(l % 2)"),
    )
}


@lru_cache(maxsize=64)
def widths(profile: str, width: int, depth: int) -> tuple[int, ...]:
    """Units of the input and of layers 1 to `depth`; `width` is that of the widest."""
    share = PROFILES[profile].share
    return tuple(max(LEAST, round(width * share(l, depth))) for l in range(depth + 1))
