"""Published results about Jacobians, dead networks, gradients as noise, and residual networks of great depth."""

import math

import numpy as np

from core.maths.autocorrelation import autocorrelation, input_gradients
from core.maths.dying import born_dead_bounds, born_dead_share
from core.maths.jacobian import singular_values
from core.maths.meanfield import critical_weight_variance, fixed_point
from core.maths.network import Network, measure
from core.maths.papers.record import Array, Paper, Source, Steps, Value
from core.maths.papers.sources import PENNINGTON
from core.maths.weights import stream

ONE_INPUT = ((2, 10), (5, 50))  # width and hidden layers
ALL_INPUTS = ((2, 4), (2, 9), (3, 9), (4, 9))  # the paper counts the output layer as well
TRIALS = 40_000


def _lu(seed: int) -> Steps:
    """The shares of networks born dead, for one input and for all of them."""
    found = []
    for done, (width, layers) in enumerate(ONE_INPUT + ALL_INPUTS):
        yield done / (len(ONE_INPUT) + len(ALL_INPUTS))
        found.append(born_dead_share(width, layers, TRIALS, seed, everywhere=done >= len(ONE_INPUT)))
    one, everywhere = np.split(np.array(found), [len(ONE_INPUT)])
    return one, everywhere, everywhere, everywhere


TANH_BIAS_VARIANCE = 1e-6  # signals so small that 200 layers of tanh are nearly straight
WIDTH = 200
SHALLOW, DEEP, DRAWS = 20, 200, 6


def _critical(activation: str, initializer: str, depth: int, seed: int) -> tuple[Network, float]:
    """A network at its edge of chaos, and the RMS of inputs whose signals have settled."""
    weight, bias, rms = 2.0, 0.0, 1.0
    if activation == "tanh":
        bias = TANH_BIAS_VARIANCE
        weight = critical_weight_variance("tanh", bias)
        rms = math.sqrt((fixed_point("tanh", weight, bias) - bias) / weight)
    network = Network(
        activation, depth=depth, width=WIDTH, initializer=initializer, weight_gain=math.sqrt(weight),
        bias_std=math.sqrt(bias), batch=1, seed=seed,
    )  # fmt: skip
    return network, rms


def _pennington(seed: int) -> Steps:
    """Squared singular values: their mean, and how far they are apart; and the share of values between 1/2 and 2."""
    mean: list[float] = []
    spread: list[float] = []
    share: list[float] = []
    for activation in ("tanh", "relu"):
        for initializer in ("orthogonal", "lecun_normal"):
            yield len(spread) / 4
            squares = [singular_values(*_critical(activation, initializer, SHALLOW, seed + k)) ** 2
                       for k in range(DRAWS)]  # fmt: skip
            mean.append(float(np.mean(squares)))
            spread.append(float(np.mean([np.var(s) / np.mean(s) ** 2 for s in squares])))
            yield (len(spread) - 0.5) / 4
            deep = singular_values(*_critical(activation, initializer, DEEP, seed))
            share.append(float(np.mean((deep > 0.5) & (deep < 2.0))))
    return np.array(mean), np.array(spread), np.array(share[:1]), np.array(share[1:])


LAGS = (1, 5, 15)
PLACES = np.linspace(-2.0, 2.0, 256)
SERIES = 5  # networks


def _balduzzi(seed: int) -> Steps:
    """The autocorrelation of dh_L/dx with one hidden layer, with 50, and with 50 and residual connections."""
    found: list[Array] = []
    for depth, residual in ((1, False), (50, False), (50, True)):
        each = []
        for k in range(SERIES):
            yield (len(found) + k / SERIES) / 3
            network = Network(
                "relu", depth=depth, width=WIDTH, initializer="he_normal", bias_std=1.0, residual=residual, batch=1,
                seed=seed + k,
            )  # fmt: skip
            each.append(autocorrelation(input_gradients(network, PLACES), LAGS))
        found.append(np.mean(each, axis=0))
    one, deep, kept = found
    return one, deep[-1:], kept


DEPTHS = (50, 200)


def _marion(seed: int) -> Steps:
    """|h_L| / |h_0| for branches scaled by 1/L, by 1/sqrt L and not at all, of networks without an activation."""
    found = np.empty((3, len(DEPTHS)))
    for i, power in enumerate((-1.0, -0.5, 0.0)):
        for j, depth in enumerate(DEPTHS):
            logs = []
            for k in range(3):
                yield (i * len(DEPTHS) + j + k / 3) / (3 * len(DEPTHS))
                network = Network(
                    "identity", depth=depth, width=128, initializer="lecun_normal", residual=True,
                    branch_scale=depth**power, seed=seed + k,
                )  # fmt: skip
                layers = measure(network)
                inputs = stream(network.seed, 0).standard_normal((network.batch, network.width))
                rms = math.hypot(layers.activation_mean[-1], layers.activation_std[-1])
                logs.append(math.log10(rms / math.sqrt(np.mean(inputs**2))))
            found[i, j] = np.mean(logs)
    return 10 ** found[0], 10 ** found[1], found[2]


GEOMETRY: tuple[Paper, ...] = (
    Paper(
        name="lu",
        source=Source(
            ("Lu, Lu", "Shin, Yeonjong", "Su, Yanhui", "Karniadakis, George Em"),
            "Dying ReLU and Initialization: Theory and Numerical Examples", "Communications in Computational Physics",
            2020, "https://arxiv.org/abs/1903.06733", "1903.06733",
        ),
        values=(
            Value("dead for one", (0.9437, 0.7956), 0.01, "trials", relative=False, axis="one input"),
            Value("dead for all", (0.491, 0.888, 0.580, 0.278), 0.03, "few trials", relative=False, axis="all inputs"),
            Value("dead at most", tuple(round(born_dead_bounds(n, k)[1], 4) for n, k in ALL_INPUTS), 0.0, "bound",
                  sense="most", axis="all inputs"),
            Value("dead at least", tuple(round(born_dead_bounds(n, k)[0], 4) for n, k in ALL_INPUTS), 0.0, "bound",
                  sense="least", axis="all inputs"),
        ),
        run=_lu, page="relu", confirmed=False,
    ),
    Paper(
        name="isometry",
        source=PENNINGTON,
        values=(
            Value("mean square", (1.0, 1.0, 1.0, 1.0), 0.5, "few networks", axis="four networks"),
            Value("spread", (0.0125, 20.01, 20.0, 40.0), 0.25, "few networks", axis="four networks"),
            Value("isometric", (1.0,), 0.05, "finite width", relative=False, sense="least", axis="first network"),
            Value("not isometric", (0.0, 0.0, 0.0), 0.05, "finite width", relative=False, sense="most",
                  axis="three networks"),
        ),
        run=_pennington, page="order_and_chaos", settings={"chaos.w": "1", "chaos.b": "0", "chaos.depth": "200"},
        confirmed=False, about="isometry",
    ),
    Paper(
        name="balduzzi",
        source=Source(
            ("Balduzzi, David", "Frean, Marcus", "Leary, Lennox", "Lewis, J. P.", "Ma, Kurt Wan-Duo",
             "McWilliams, Brian"),
            "The Shattered Gradients Problem: If resnets are the answer, then what is the question?", "ICML",
            2017, "https://arxiv.org/abs/1702.08591", "1702.08591",
        ),
        values=(
            Value("one layer", (1.0, 1.0, 1.0), 0.3, "walk", sense="least", axis="lag", at=LAGS),
            Value("shattered", (0.0,), 0.15, "kinks", relative=False, axis="number"),
            Value("kept skip", (1.0, 1.0, 1.0), 0.2, "walk", sense="least", axis="lag", at=LAGS),
        ),
        run=_balduzzi, page="beyond_relu", settings={"beyond.around": "Modern"}, confirmed=False,
    ),
    Paper(
        name="marion",
        source=Source(
            ("Marion, Pierre", "Fermanian, Adeline", "Biau, Gérard", "Vert, Jean-Philippe"),
            "Scaling ResNets in the Large-depth Regime", "Journal of Machine Learning Research",
            2025, "https://arxiv.org/abs/2206.06929", "2206.06929",
        ),
        values=(
            Value("scale depth", (1.0, 1.0), 0.02, "width", axis="depth", at=DEPTHS),
            Value("scale root", (1.6487, 1.6487), 0.05, "width", axis="depth", at=DEPTHS),
            Value("scale one", (7.526, 30.10), 0.03, "width",
                  axis="depth", at=DEPTHS),
        ),
        run=_marion, page="laboratory", confirmed=False,
        settings={"lab.activation": "Identity", "lab.depth": "200", "lab.initializer": "LeCun", "lab.residual": "true",
                  "lab.scale": "0.1"},
    ),
)  # fmt: skip
