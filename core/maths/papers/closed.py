"""Published results of theory: fixed points, edges, averages over normal numbers, closed forms."""

import math
from collections.abc import Callable

import numpy as np

from core.maths import initializers, meanfield, moments
from core.maths.papers.record import Array, Paper, Source, Steps, Value
from core.maths.papers.sources import HE, PENNINGTON, SCHOENHOLZ


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


def _schoenholz() -> tuple[Array, ...]:
    edge = meanfield.critical_weight_variance("tanh", 0.05)
    q = meanfield.fixed_point("tanh", edge, 0.05)
    return np.array([edge]), np.array([q]), np.array([meanfield.chi("tanh", q, edge)])


def _pennington() -> tuple[Array, ...]:
    return (np.array([meanfield.critical_weight_variance("tanh", 2.01e-5)]),)


def _half_stable() -> tuple[Array, ...]:
    weight, bias = zip(*(meanfield.half_stable_point(name) for name in ("gelu", "swish")), strict=True)
    return np.array(weight), np.array(bias)


def _selu() -> tuple[Array, ...]:
    """The constants that make (0, 1) a fixed point, from averages of ReLU and ELU, and what SELU does near it."""
    relu, elu, selu = (moments.moments(name, 1.0, parameters) for name, parameters in
                       (("relu", {}), ("elu", {"alpha": 1.0}), ("selu", {})))  # fmt: skip
    alpha = -relu.mean / (elu.mean - relu.mean)
    scale = 1.0 / math.sqrt(relu.second + alpha**2 * (elu.second - relu.second))
    step = 1e-4
    above, below = (moments.moments("selu", 1.0 + side * step, {}).mean for side in (1.0, -1.0))
    of_mean = (above - below) / (2.0 * step)
    jacobian = np.array([[0.0, of_mean], [0.0, selu.growth]])
    return (
        np.array([scale, alpha]), np.array([selu.mean, selu.second - selu.mean**2]),
        np.array([of_mean, selu.growth]), np.array([np.linalg.norm(jacobian, 2)]),
    )  # fmt: skip


def _he() -> tuple[Array, ...]:
    """Standard deviations of 3 x 3 filters to 64, 128, 256 and 512 maps, and what 0.01 in their place does."""
    filters = np.array([64, 128, 256, 512])
    he = initializers.INITIALIZERS["he_normal"]
    stds = np.sqrt([he.variance(9 * int(count), 9 * int(count)) for count in filters])
    fixed = math.sqrt(initializers.INITIALIZERS["normal"].variance(9, 9, std=0.01))
    return stds, np.array([np.prod((stds / fixed) ** np.array([1, 2, 2, 4]))])


CLOSED: tuple[Paper, ...] = (
    Paper(
        name="klambauer",
        source=Source(
            ("Klambauer, Günter", "Unterthiner, Thomas", "Mayr, Andreas", "Hochreiter, Sepp"),
            "Self-Normalizing Neural Networks", "NIPS", 2017, "https://arxiv.org/abs/1706.02515", "1706.02515",
        ),
        values=(
            Value("constants", (1.0507009873554805, 1.6732632423543772), 1e-10, "quadrature", axis="constant"),
            Value("fixed", (0.0, 1.0), 1e-10, "quadrature", relative=False, axis="moment"),
            Value("entries", (0.088834, 0.782648), 1e-6, "rounded", relative=False, axis="entry"),
            Value("norm", (0.7877,), 1e-4, "rounded", relative=False, axis="number"),
        ),
        run=at_once(_selu),
        page="laboratory",
        settings={"lab.activation": "SELU", "lab.initializer": "LeCun", "lab.depth": "50"},
    ),
    Paper(
        name="he_filters",
        about="filters",
        source=HE,
        values=(
            Value("filters", (0.059, 0.042, 0.029, 0.021), 5.5e-4, "rounded", relative=False, axis="maps",
                  at=(64.0, 128.0, 256.0, 512.0)),
            Value("shrinks", (1.7e4,), 0.03, "rounded", axis="number"),
        ),
        run=at_once(_he),
        page="laboratory",
        settings={"lab.activation": "ReLU", "lab.initializer": "Normal, fixed σ", "lab.initializer.std": "0.01"},
    ),
    Paper(
        name="poole",
        source=Source(
            ("Poole, Ben", "Lahiri, Subhaneil", "Raghu, Maithra", "Sohl-Dickstein, Jascha", "Ganguli, Surya"),
            "Exponential expressivity in deep neural networks through transient chaos", "NIPS", 2016,
            "https://arxiv.org/abs/1606.05340", "1606.05340",
        ),
        values=(Value("chi", (0.940, 1.585, 2.367), 6e-4, "rounded", relative=False, axis="weight deviation",
                      at=(1.3, 2.5, 4.0)),),
        run=at_once(_poole),
        page="order_and_chaos",
        settings={"chaos.activation": "Tanh", "chaos.w": "1.69", "chaos.b": "0.09"},
        confirmed=False,
    ),
    Paper(
        name="schoenholz",
        source=SCHOENHOLZ,
        values=(
            Value("edge", (1.7609546,), 1e-6, "quadrature", relative=False, axis="number"),
            Value("settled", (0.57005,), 6e-6, "rounded", relative=False, axis="number"),
            Value("chi", (1.0,), 1e-6, "quadrature", relative=False, axis="number"),
        ),
        run=at_once(_schoenholz),
        page="order_and_chaos",
        settings={"chaos.activation": "Tanh", "chaos.w": "1.76", "chaos.b": "0.05", "chaos.depth": "200"},
        confirmed=False,
    ),
    Paper(
        name="pennington_edge",
        about="edge",
        source=PENNINGTON,
        values=(Value("edge", (1.05,), 0.005, "rounded", relative=False, axis="number"),),
        run=at_once(_pennington),
        page="order_and_chaos",
        settings={"chaos.activation": "Tanh", "chaos.w": "1.05", "chaos.b": "0.0", "chaos.depth": "200"},
        confirmed=False,
    ),
    Paper(
        name="half_stable",
        source=Source(
            ("Roberts, Daniel A.", "Yaida, Sho", "Hanin, Boris"),
            "The Principles of Deep Learning Theory", "Cambridge University Press", 2022,
            "https://arxiv.org/abs/2106.10165", "2106.10165",
        ),
        values=(
            Value("half weights", (1.98305826, 1.98800468), 6e-9, "rounded", relative=False, axis="gelu swish"),
            Value("half biases", (0.17292239, 0.55514317), 6e-9, "rounded", relative=False, axis="gelu swish"),
        ),
        run=at_once(_half_stable),
        page="order_and_chaos",
        settings={"chaos.activation": "Swish", "chaos.w": "1.99", "chaos.b": "0.56", "chaos.depth": "100"},
        confirmed=False,
    ),
)  # fmt: skip
