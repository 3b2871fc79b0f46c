"""Published results of networks that learn, run again on the handwritten digits that scikit-learn ships."""

import math
from collections.abc import Generator
from dataclasses import replace

import numpy as np
from scipy.special import expit

from core.maths.datasets import DATASETS
from core.maths.meanfield import chi, critical_weight_variance, depth_scale, fixed_point
from core.maths.papers.record import Array, Paper, Source, Steps, Value
from core.maths.papers.sources import HE, SCHOENHOLZ
from core.maths.perceptron import Perceptron, backward, forward
from core.maths.training import Run, Snapshot, State, advanced, look, perceptron, start

CHUNK = 50  # steps between two chances to stop


def _learnt(run: Run, state: State, done: float, share: float) -> Generator[float, None, Snapshot]:
    """The run's end, from a state on; it has the `share` of all that is to be done, after what is `done`."""
    while state.step < run.steps and not state.diverged:
        yield done + share * state.step / run.steps
        state = advanced(run, state, min(CHUNK, run.steps - state.step))
    return look(run, state)


SEEDS = 2


def _he(seed: int) -> Steps:
    """The loss of 30 ReLU layers after learning, for each seed: with He's weights, and with Glorot's."""
    losses: list[float] = []
    for initializer in ("he_normal", "glorot_normal"):
        for k in range(SEEDS):
            run = Run(depth=30, width=64, initializer=initializer, learning_rate=0.004, steps=800, seed=seed + k)
            end = yield from _learnt(run, start(run), len(losses) / (2 * SEEDS), 1 / (2 * SEEDS))
            losses.append(end.loss)
    he, glorot = np.split(np.array(losses), 2)
    return he, glorot


SAMPLES, DRAWS = 1000, 40


def speeds(hidden: int, seed: int) -> Array:
    """Nielsen's speed of learning of each hidden layer at the start, shape (hidden,): |mean of dC/db| over 1000 digits.

    30 sigmoids a layer, sigmoid outputs with cross-entropy, weights N(0, 1/n_in) and biases N(0, 1); pixels in [0, 1].
    """
    rng = np.random.default_rng([seed, 9])
    pixels, classes = DATASETS["digits"].draw(rng)
    x, y = np.asarray(pixels[:SAMPLES], dtype=np.float64) / 16.0, classes[:SAMPLES]
    net = Perceptron((x.shape[1], *[30] * hidden, 10), "sigmoid", {})
    flat = net.initial(rng, "lecun_normal", {})
    learnt = net.views(flat)
    for biases in learnt.biases:
        biases[:] = rng.standard_normal(biases.shape)
    passed = forward(net, learnt, x)
    delta = (expit(passed.logits) - np.eye(10)[y]) / len(y)
    slope = net.views(np.empty_like(flat))
    backward(net, learnt, passed, delta, slope)
    return np.array([np.linalg.norm(biases) for biases in slope.biases[:-1]])


def _nielsen(seed: int) -> Steps:
    """The medians over many initial networks, and how many times faster a layer learns than the one before it."""
    medians, ratios = [], []
    for done, hidden in enumerate((2, 3, 4)):
        each = []
        for k in range(DRAWS):
            if k % 10 == 0:
                yield (done + k / DRAWS) / 3
            each.append(speeds(hidden, seed + k))
        medians.append(np.median(each, axis=0))
        ratios.append(np.median(np.array(each)[:, 1:] / np.array(each)[:, :-1]))
    return *medians, np.array(ratios)


BIAS_VARIANCE = 0.05
ORDERED = (0.5, 0.7, 0.9)  # sigma_w^2
SCALES = (4, 8, 12)  # depths in depth scales
EDGE_DEPTH = 50


def _random_tanh(weight_variance: float, depth: int, seed: int) -> tuple[Run, State]:
    """A run with width 64 throughout, whose weights have one variance and whose biases are random too."""
    width = DATASETS["digits"].features
    run = Run(
        activation="tanh", depth=depth, width=width, initializer="normal",
        initializer_parameters={"std": math.sqrt(weight_variance / width)}, learning_rate=0.015, steps=500, seed=seed,
    )  # fmt: skip
    state = start(run)
    flat, rng = state.flat.copy(), np.random.default_rng([seed, 8])
    for biases in perceptron(run).views(flat).biases[:-1]:
        biases[:] = math.sqrt(BIAS_VARIANCE) * rng.standard_normal(biases.shape)
    return run, replace(state, flat=flat)


def _trainable(seed: int) -> Steps:
    """At how many depth scales half of the digits are learnt, for each sigma_w^2, and what is learnt at the edge."""
    scales = [depth_scale(chi("tanh", fixed_point("tanh", w, BIAS_VARIANCE), w)) for w in ORDERED]
    tried = [(w, max(1, round(k * xi))) for w, xi in zip(ORDERED, scales, strict=True) for k in SCALES]
    tried.append((critical_weight_variance("tanh", BIAS_VARIANCE), EDGE_DEPTH))
    layers, before, found = sum(depth for _, depth in tried), 0, []
    for weight_variance, depth in tried:
        run, state = _random_tanh(weight_variance, depth, seed)
        end = yield from _learnt(run, state, before / layers, depth / layers)
        before += depth
        found.append(end.train_accuracy)
    learnt = np.array(found[:-1]).reshape(len(ORDERED), len(SCALES))
    limits = []
    for row, xi in zip(learnt, scales, strict=True):
        depths = [max(1, round(k * xi)) / xi for k in SCALES]
        limits.append(np.interp(-0.5, -np.minimum.accumulate(row), depths))  # falls with depth
    return learnt[:, 0], learnt[:, -1], np.array(limits), np.array(found[-1:])


TRAINING: tuple[Paper, ...] = (
    Paper(
        name="he_training",
        source=HE,
        values=(
            Value("loss he", (1.151,) * SEEDS, 0.0, "half chance", sense="most", axis="seed"),
            Value("loss glorot", (2.3026,) * SEEDS, 0.01, "chance", axis="seed"),
        ),
        run=_he, page="watch_it_learn", confirmed=False, about="training",
        settings={"learn.race": "Initializations", "learn.activation": "ReLU", "learn.depth": "30",
                  "learn.rate": "0.005", "learn.width": "64"},
    ),
    Paper(
        name="nielsen",
        source=Source(
            ("Nielsen, Michael A.",), "Neural Networks and Deep Learning", "Determination Press, chapter 5",
            2015, "http://neuralnetworksanddeeplearning.com/chap5.html",
        ),
        values=(
            Value("speed two", (0.07, 0.31), 0.4, "one draw"),
            Value("speed three", (0.012, 0.060, 0.283), 0.4, "one draw"),
            Value("speed four", (0.003, 0.017, 0.070, 0.285), 0.4, "one draw"),
            Value("speed ratio", (4.70, 4.89, 4.10), 0.4, "one draw", axis="hidden layers", at=(2, 3, 4)),
        ),
        run=_nielsen, page="watch_it_learn",
        settings={"learn.race": "Nothing: one network", "learn.activation": "Sigmoid", "learn.depth": "4",
                  "learn.initializer": "LeCun", "learn.width": "30"},
    ),
    Paper(
        name="trainable",
        source=SCHOENHOLZ,
        values=(
            Value("within", (1.0,) * 3, 0.25, "few steps", sense="least", axis="variance", at=ORDERED),
            Value("beyond", (0.1,) * 3, 0.25, "few steps", relative=False, sense="most", axis="variance", at=ORDERED),
            Value("limit", (6.0,) * 3, 0.6, "about", axis="variance", at=ORDERED),
            Value("learnt edge", (1.0,), 0.15, "few steps", sense="least", axis="number"),
        ),
        run=_trainable, page="order_and_chaos", confirmed=False, about="training",
        settings={"chaos.w": "0.9", "chaos.b": "0.05", "chaos.depth": "35"},
    ),
)  # fmt: skip
