"""Learning to remember: one symbol is shown at the first time step, and asked for after the last one.

At time step 1 the input is one of SYMBOLS: one of as many numbers is 1. At all later ones it is noise on the same
numbers, and one more that says so. After the last the network names the symbol: softmax(V h_T + v). It learns by Adam,
each update from new sequences, so that its accuracy is that on sequences it has never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.maths.cells import CELLS, forward, parts
from core.maths.fields import Field, validate
from core.maths.initializers import INITIALIZERS
from core.maths.numbers import Number
from core.maths.optimizers import adam, clipped
from core.maths.recurrent import FORGET_BIAS, Recurrent, weights_of
from core.maths.weights import stream

Array = NDArray[np.float64]

WAIT = Number("steps", "T", 20, 5, 60, 1)
SYMBOLS, WIDTH, BATCH, UPDATES = 4, 24, 32, 300
NOISE, RATE, CLIP = 0.5, 0.01, 1.0  # of the later inputs; of Adam; the largest norm of a gradient that is clipped

FIELDS = (
    Field("cell", "cell", CELLS),
    Field("steps", "steps", WAIT),
    Field("initializer", "initializer", INITIALIZERS),
    Field("forget_bias", "forget", FORGET_BIAS),
    Field("clipped", "clip", bool),
)


@dataclass(frozen=True)
class Recall:
    """A network that learns to remember over so many time steps, validated on creation; `clipped`: gradients are."""

    cell: str = "tanh"
    steps: int = int(WAIT.default)
    initializer: str = "glorot_normal"
    forget_bias: float = float(FORGET_BIAS.default)
    clipped: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        validate(self, FIELDS)


@dataclass(frozen=True)
class Learnt:
    """The accuracy before each update, and log10 of the norm of the gradient, as it was before it was clipped.

    Where the numbers had left float64, the run has `diverged`: from there on both are nan.
    """

    accuracy: Array
    log10_norm: Array

    @property
    def diverged(self) -> int | None:
        """The update that could not be made, counted from 1."""
        lost = np.flatnonzero(np.isnan(self.accuracy))
        return int(lost[0]) + 1 if len(lost) else None


def learn(recall: Recall) -> Learnt:
    """All updates of a run."""
    rng = stream(recall.seed, 5)
    parameters = initial(recall)
    flat, shapes = _joined(parameters), [each.shape for each in parameters]
    moments: tuple[Array, ...] = (np.zeros_like(flat), np.zeros_like(flat))
    accuracy, norm = np.full((2, UPDATES), np.nan)
    for k in range(UPDATES):
        x, symbols = sequences(recall.steps, rng)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            _, right, gradients = graded(recall.cell, _parted(flat, shapes), x, symbols)
            gradient = _joined(gradients)
            size = float(np.linalg.norm(gradient))
        if not np.isfinite(size):
            break
        accuracy[k], norm[k] = right, np.log10(size) if size else -np.inf
        if recall.clipped:
            gradient = clipped(gradient, CLIP)
        step, moments = adam(gradient, moments, k + 1)
        flat = flat - RATE * step
    return Learnt(accuracy, norm)


def initial(recall: Recall) -> list[Array]:
    """W, U, b, V and v at the start: the biases are 0, but for the one that keeps."""
    network = Recurrent(recall.cell, WIDTH, initializer=recall.initializer, seed=recall.seed)
    weights, rng = weights_of(network), stream(recall.seed, 6)
    inputs = rng.standard_normal((len(weights), SYMBOLS + 1)) / np.sqrt(SYMBOLS)
    biases = np.zeros(len(weights))
    if network.gated:
        parts(biases, WIDTH)[network.gated.gates.index(network.gated.keeps)] += recall.forget_bias
    return [weights, inputs, biases, rng.standard_normal((SYMBOLS, WIDTH)) / np.sqrt(WIDTH), np.zeros(SYMBOLS)]


def sequences(steps: int, rng: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
    """New inputs (steps, batch, SYMBOLS + 1), and the symbol that each began with."""
    symbols = rng.integers(0, SYMBOLS, BATCH)
    x = np.concatenate([NOISE * rng.standard_normal((steps, BATCH, SYMBOLS)), np.ones((steps, BATCH, 1))], axis=2)
    x[0] = np.eye(SYMBOLS + 1)[symbols]
    return x, symbols


def graded(
    cell: str, parameters: Sequence[Array], x: Array, symbols: NDArray[np.int64]
) -> tuple[float, float, list[Array]]:
    """The loss (mean cross-entropy), the share that is right, and the gradient of the loss for each parameter."""
    weights, inputs, biases, out, shift = parameters
    (steps, batch, _), width = x.shape, weights.shape[1]
    run = forward(cell, weights, x @ inputs.T + biases)
    last = np.ldexp(run.hidden[-1], run.hidden_exponent[-1][:, np.newaxis])
    answers = last @ out.T + shift
    answers = answers - answers.max(axis=1, keepdims=True)
    total = np.log(np.exp(answers).sum(axis=1))
    wanted = answers[np.arange(batch), symbols]
    error = (np.exp(answers - total[:, np.newaxis]) - np.eye(SYMBOLS)[symbols]) / batch
    state = np.zeros((1, batch, width * (2 if cell == "lstm" else 1)))
    state[0, :, :width] = error @ out
    outside, inside = np.empty((2, steps, batch, len(weights)))
    for t in reversed(range(steps)):
        step = run.back(t, state)
        shift_t = np.reshape(step.exponent, (-1, 1)) if np.ndim(step.exponent) else 0
        state = np.ldexp(step.before, shift_t)
        outside[t], inside[t] = np.ldexp(step.outside[0], shift_t), np.ldexp(step.inside[0], shift_t)
    before = np.ldexp(run.hidden[:-1], np.concatenate([np.zeros((1, batch), int), run.hidden_exponent[:-1]])[..., None])
    gradients = [
        np.tensordot(inside, before, ([0, 1], [0, 1])),
        np.tensordot(outside, x, ([0, 1], [0, 1])),
        outside.sum(axis=(0, 1)),
        error.T @ last,
        error.sum(axis=0),
    ]
    return float(np.mean(total - wanted)), float(np.mean(answers.argmax(axis=1) == symbols)), gradients


def _joined(each: Sequence[Array]) -> Array:
    return np.concatenate([part.ravel() for part in each])


def _parted(flat: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]
