"""Published results of signals and gradients that pass random networks."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import digamma

from core.maths import network, saturation
from core.maths.network import Network
from core.maths.papers.record import Array, Paper, Source, Steps, Value
from core.maths.papers.sources import COURSE


def averaged(base: Network, seeds: int, look: Callable[[Network], Array]) -> Callable[[int], Steps]:
    """A run that looks at networks which differ in their seeds alone: the mean of what is seen, one array."""

    def run(seed: int) -> Steps:
        seen: list[Array] = []
        for member in members(base, seeds, seed):
            yield len(seen) / seeds
            seen.append(look(member))
        return (np.mean(seen, axis=0),)

    return run


def members(base: Network, seeds: int, seed: int) -> list[Network]:
    """The same network with the seeds that follow each other from `seed` on."""
    return [replace(base, seed=seed + k) for k in range(seeds)]


def _small_tanh(seed: int) -> Steps:
    base = Network("tanh", depth=10, width=500, batch=500, initializer="normal", initializer_parameters={"std": 0.01})
    stds: list[Array] = []
    for member in members(base, 2, seed):
        yield len(stds) / 2
        stds.append(network.measure(member).activation_std)
    return (np.mean(stds, axis=0)[:9],)


def _he_relu(seed: int) -> Steps:
    """Few samples, many networks: all samples of one network scatter together."""
    base = Network("relu", depth=10, width=500, batch=32, initializer="he_normal")
    seen: list[tuple[Array, Array]] = []
    for member in members(base, 24, seed):
        yield len(seen) / 24
        layers = network.measure_depths([member], [10], of_weights=False)[0][0]
        seen.append((layers.activation_std, layers.activation_mean))
    std, mean = np.mean(seen, axis=0)
    return std, mean


def _glorot(seed: int) -> Steps:
    """The old weights, uniform within +-1/sqrt(n), are Glorot's times sqrt(1/3); then Glorot's own."""
    seen: list[Array] = []
    for gain in (math.sqrt(1.0 / 3.0), 1.0):
        base = Network("tanh", depth=5, width=500, batch=100, initializer="glorot_uniform", weight_gain=gain)
        each: list[tuple[Array, Array]] = []
        for member in members(base, 4, seed):
            yield len(seen) / 2 + len(each) / 8
            layers = network.measure(member)
            each.append((np.diff(layers.log10_delta), layers.log10_weight_gradient - layers.log10_weight_gradient[-1]))
        seen.append(np.mean([delta for delta, _ in each], axis=0))
        if len(seen) == 1:
            flat = 10.0 ** np.mean([weights for _, weights in each], axis=0)
    old, new = (10.0 ** -log10[1:] for log10 in seen)
    return old, flat, new


def _matrices(seed: int) -> Steps:
    """log10 of how much longer a vector is after matrix 100 than after the first; its mean, and in closed form."""
    base = Network("identity", depth=100, width=4, batch=1, initializer="normal", initializer_parameters={"std": 1.0})
    grown: list[float] = []
    for member in members(base, 400, seed):
        if len(grown) % 50 == 0:
            yield len(grown) / 400
        size = network.measure_depths([member], [100], of_weights=False)[0][0].preactivation_rms
        grown.append(math.log10(size[-1] / size[0]))
    each = 0.5 * (math.log(2.0 * base.weight_variance / base.width) + digamma(base.width / 2.0))  # E ln chi, 4 normals
    return np.array([np.mean(grown)]), np.array([(base.depth - 1) * each / math.log(10.0)])


def _overflow(seed: int) -> Steps:
    """How many matrices it takes until the root mean square is beyond the largest float32."""
    base = Network("identity", depth=40, width=512, batch=4, initializer="normal", initializer_parameters={"std": 1.0})
    yield 0.0
    size = network.measure_depths([replace(base, seed=seed)], [40], of_weights=False)[0][0].preactivation_rms
    return (np.array([1 + np.count_nonzero(size <= float(np.finfo(np.float32).max))]),)


def _saturated(member: Network) -> Array:
    """Percent of |tanh| > 0.97, where the slope is below 1 - 0.97^2."""
    return 100.0 * saturation.saturated(member)[:, saturation.LINES.index(0.0591)]


def _fluctuations(seed: int) -> Steps:
    """The variance of ln |delta_1|^2 among networks."""
    base = Network("relu", depth=50, width=50, batch=1, initializer="he_normal")
    logarithms: list[float] = []
    for member in members(base, 400, seed):
        if len(logarithms) % 50 == 0:
            yield len(logarithms) / 400
        layers = network.measure_depths([member], [50], of_weights=False)[0][0]
        logarithms.append(2.0 * math.log(10.0) * layers.log10_delta[0])
    return (np.array([np.var(logarithms)]),)


def _per_layer(member: Network) -> Array:
    """What a layer multiplies the gradient by, on its way back."""
    log10 = network.measure_depths([member], [member.depth], of_weights=False)[0][0].log10_delta
    return np.array([10.0 ** ((log10[0] - log10[-1]) / (member.depth - 1))])


_TANH = Network("tanh", depth=5, width=100, batch=32, initializer="lecun_normal", weight_gain=5.0 / 3.0)
_BATCH_NORM = Network("relu", depth=50, width=256, batch=256, initializer="he_normal", normalization="batch")

SIGNALS: tuple[Paper, ...] = (
    Paper(
        name="cs231n_tanh",
        about="tanh",
        source=COURSE,
        values=(
            Value("std", (0.213081, 0.047551, 0.010630, 0.002378, 0.000532, 0.000119, 0.000026, 0.000006, 0.000001),
                  0.02, "seed", rounding=5e-7),
        ),
        run=_small_tanh,
        page="laboratory",
        settings={"lab.activation": "Tanh", "lab.initializer": "Normal, fixed σ", "lab.initializer.std": "0.01",
                  "lab.depth": "10", "lab.width": "500", "lab.seeds": "1"},
    ),
    Paper(
        name="cs231n_relu",
        about="ReLU",
        source=COURSE,
        values=(
            Value("std", (0.825232, 0.827835, 0.813855, 0.826902, 0.834092, 0.840035, 0.870610, 0.889348, 0.845357,
                          0.844523), 0.12, "one network"),
            Value("mean", (0.562488, 0.553614, 0.545867, 0.565396, 0.547678, 0.587103, 0.596867, 0.623214, 0.567498,
                           0.552531), 0.12, "one network"),
        ),
        run=_he_relu,
        page="laboratory",
        settings={"lab.activation": "ReLU", "lab.initializer": "He (Kaiming)", "lab.depth": "10",
                  "lab.width": "500", "lab.seeds": "1"},
    ),
    Paper(
        name="glorot",
        source=Source(("Glorot, Xavier", "Bengio, Yoshua"),
                      "Understanding the difficulty of training deep feedforward neural networks", "AISTATS", 2010,
                      "https://proceedings.mlr.press/v9/glorot10a.html"),
        values=(
            Value("kept old", (math.sqrt(1.0 / 3.0),) * 3, 0.1, "straight", at=(2.0, 3.0, 4.0)),
            Value("flat", (1.0,) * 5, 0.25, "straight"),
            Value("kept new", (1.0,) * 3, 0.25, "straight", at=(2.0, 3.0, 4.0)),
        ),
        run=_glorot,
        page="laboratory",
        settings={"lab.activation": "Tanh", "lab.initializer": "Glorot (Xavier), uniform", "lab.gain": "0.6",
                  "lab.depth": "5", "lab.width": "500", "lab.seeds": "1"},
        confirmed=False,
    ),
    Paper(
        name="hanin_nica",
        source=Source(("Hanin, Boris", "Nica, Mihai"),
                      "Products of Many Large Random Matrices and Gradients in Deep Neural Networks",
                      "Communications in Mathematical Physics", 2020, "https://arxiv.org/abs/1812.05994",
                      "1812.05994"),
        values=(Value("fluctuations", (5.0,), 0.2, "wide and deep", axis="number"),),
        run=_fluctuations,
        page="laboratory",
        settings={"lab.activation": "ReLU", "lab.initializer": "He (Kaiming)", "lab.depth": "50", "lab.width": "50",
                  "lab.seeds": "20"},
        confirmed=False,
    ),
    Paper(
        name="yang",
        source=Source(("Yang, Greg", "Pennington, Jeffrey", "Rao, Vinay", "Sohl-Dickstein, Jascha",
                       "Schoenholz, Samuel S."), "A Mean Field Theory of Batch Normalization", "ICLR", 2019,
                      "https://arxiv.org/abs/1902.08129", "1902.08129"),
        values=(Value("per layer", (math.sqrt(math.pi / (math.pi - 1.0)),), 0.015, "width", axis="number"),),
        run=averaged(_BATCH_NORM, 4, _per_layer),
        page="laboratory",
        settings={"lab.activation": "ReLU", "lab.initializer": "He (Kaiming)", "lab.normalization": "BatchNorm",
                  "lab.depth": "50"},
        confirmed=False,
    ),
    Paper(
        name="d2l",
        source=Source(("Zhang, Aston", "Lipton, Zachary C.", "Li, Mu", "Smola, Alexander J."),
                      "Dive into Deep Learning", "Section 5.4, Numerical Stability and Initialization", 2023,
                      "https://d2l.ai/chapter_multilayer-perceptrons/numerical-stability-and-init.html"),
        values=(
            Value("grown", (23.99,), 0.25, "many products", relative=False, axis="number"),
            Value("grown closed", (23.99,), 0.005, "rounded", relative=False, axis="number"),
        ),
        run=_matrices,
        page="laboratory",
        settings={"lab.activation": "Identity", "lab.initializer": "Normal, fixed σ", "lab.initializer.std": "1.0",
                  "lab.depth": "100", "lab.width": "4"},
        confirmed=False,
    ),
    Paper(
        name="fastai",
        source=Source(("Howard, Jeremy", "Gugger, Sylvain"), "Practical Deep Learning for Coders, part 2",
                      "Course of fast.ai, Why you need a good init", 2019, "https://course19.fast.ai/part2"),
        values=(Value("overflows", (29.0,), 1.0, "seed", relative=False, axis="number"),),
        run=_overflow,
        page="laboratory",
        settings={"lab.activation": "Identity", "lab.initializer": "Normal, fixed σ", "lab.initializer.std": "1.0",
                  "lab.depth": "30", "lab.width": "512", "lab.seeds": "1"},
    ),
    Paper(
        name="makemore",
        source=Source(("Karpathy, Andrej",), "Building makemore Part 3: Activations & Gradients, BatchNorm",
                      "Neural Networks: Zero to Hero", 2022, "https://karpathy.ai/zero-to-hero.html"),
        values=(Value("saturated", (20.25, 8.38, 6.62, 5.47, 6.12), 2.0, "names", relative=False),),
        run=averaged(_TANH, 20, _saturated),
        page="laboratory",
        settings={"lab.activation": "Tanh", "lab.initializer": "LeCun", "lab.gain": "1.6667", "lab.depth": "5",
                  "lab.width": "100", "lab.view": "Saturated", "lab.line": "5.91"},
    ),
)  # fmt: skip
