"""Sweeps over functions, settings and kinds of network: what every run takes, and what the slow run adds."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pytest

KINDS: list[dict[str, Any]] = [
    {"normalization": n, "residual": r} for n in (None, "layer", "batch") for r in (False, True)
]
PLACED = [
    {"normalization": n, "residual": r, "placement": where}
    for n in ("layer", "batch") for r in (False, True) for where in ("before", "after")
]  # fmt: skip


def named(value: Any) -> str:
    """How a case is called; a kind of network by what it has."""
    if isinstance(value, dict) and value.keys() >= KINDS[0].keys():
        kind = f"{value['normalization'] or 'plain'}{' residual' if value['residual'] else ''}"
        return f"{kind} {value.get('placement', '')}".rstrip()
    return str(value)


def in_turn(first: Collection[Any], second: Sequence[Any], share: int = 3) -> list[Any]:
    """All pairs of the two. Every run takes one of `share`, among them each of the first and each of the second."""
    return [
        pytest.param(a, b, marks=[] if (i + k) % share == 0 else pytest.mark.slow, id=f"{named(a)}-{named(b)}")
        for i, a in enumerate(first)
        for k, b in enumerate(second)
    ]


def few(values: Iterable[Any], *names: str) -> list[Any]:
    """The values, each a name or beginning with one. Every run takes those of these names."""
    rows = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*row, marks=[] if row[0] in names else pytest.mark.slow) for row in rows]
