"""Published results of theory: fixed points, edges, averages over normal numbers, closed forms."""

from collections.abc import Callable

import numpy as np

from core.maths import meanfield
from core.maths.papers.record import Array, Paper, Source, Steps, Value


def at_once(compute: Callable[[], tuple[Array, ...]]) -> Callable[[int], Steps]:
    """A run of one step, without any randomness."""

    def run(seed: int) -> Steps:
        yield 0.0
        return compute()

    return run


def _poole() -> tuple[Array, ...]:
    """chi where signals settle, for sigma_b = 0.3."""
    chis = []
    for weight in (1.3, 2.5, 4.0):
        q = meanfield.fixed_point("tanh", weight**2, 0.3**2)
        chis.append(meanfield.chi("tanh", q, weight**2))
    return (np.array(chis),)


CLOSED: tuple[Paper, ...] = (
    Paper(
        name="poole",
        source=Source(
            ("Poole, Ben", "Lahiri, Subhaneil", "Raghu, Maithra", "Sohl-Dickstein, Jascha", "Ganguli, Surya"),
            "Exponential expressivity in deep neural networks through transient chaos", "NIPS", 2016,
            "https://arxiv.org/abs/1606.05340", "1606.05340",
        ),
        values=(Value("chi", (0.940, 1.585, 2.367), 0.0006, "rounded", relative=False, axis="weight deviation",
                      at=(1.3, 2.5, 4.0)),),
        run=at_once(_poole),
        page="order_and_chaos",
        settings={"chaos.activation": "Tanh", "chaos.w": "1.69", "chaos.b": "0.09"},
    ),
)  # fmt: skip
