"""A network through time: the same weights again at each step, one pass forward and one back.

What comes into the cells (core.maths.cells) at step t is U x_t + b: the inputs are standard normal, `width` of them,
and U is normal with variance 1 / width, so that U x_t has the size `input_scale`. The "loss" is whatever sends a normal
gradient of RMS 1 into the last h. Exponents are carried (core.maths.scaled): nothing underflows, however many steps
there are, and an exact zero stays one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.cells import CELLS, GATED, Back, Gated, forward, parts
from core.maths.fields import Field, validate
from core.maths.initializers import INITIALIZERS
from core.maths.moments import LARGEST_VARIANCE, moments
from core.maths.network import BATCH, BIAS_STD, SEED, WEIGHT_GAIN, WIDTH
from core.maths.numbers import Number
from core.maths.scaled import log10_root, mean_over_samples, rescale
from core.maths.weights import Parameters, square_weights, stream

Array = NDArray[np.float64]

STEPS = Number("steps", "T", 100, 1, 1000, 1)
FORGET_BIAS = Number("forget_bias", "b_f", 1.0, -10.0, 10.0, 0.25)
INPUT_SCALE = Number("input_scale", "s", 1.0, 0.0, 10.0, 0.05)
SAMPLES = Number("batch", "B", 16, BATCH.low, BATCH.high, 1)

FIELDS = (  # of a Recurrent, in the order in which a reader is asked
    Field("cell", "cell", CELLS, always=True),
    Field("steps", "steps", STEPS, always=True),
    Field("initializer", "initializer", INITIALIZERS, parameters="initializer_parameters", always=True),
    Field("weight_gain", "gain", WEIGHT_GAIN),
    Field("forget_bias", "forget", FORGET_BIAS),
    Field("input_scale", "input", INPUT_SCALE),
    Field("bias_std", "bias", BIAS_STD),
    Field("width", "width", WIDTH, rare=True),
    Field("batch", "batch", SAMPLES, rare=True),
    Field("seed", "seed", SEED, rare=True),
)

LARGEST = 2**21  # steps x width x batch: 16 MiB for one array, of which an LSTM keeps a dozen


@dataclass(frozen=True)
class Recurrent:
    """The settings of a recurrent network, validated on creation: ValueError names the setting and its bounds.

    `cell` is an activation, with which it is a plain recurrent network, "lstm" or "gru". The initializer draws the
    recurrent matrices, which `weight_gain` multiplies. `forget_bias` is added where a gate keeps what was there: the
    forget gate of the LSTM, the update gate of the GRU; biases are normal with `bias_std` beside it.
    """

    cell: str = "tanh"
    width: int = int(WIDTH.default)
    steps: int = int(STEPS.default)
    initializer: str = "glorot_normal"
    initializer_parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    weight_gain: float = 1.0
    forget_bias: float = float(FORGET_BIAS.default)
    input_scale: float = 1.0
    bias_std: float = 0.0
    batch: int = int(SAMPLES.default)
    seed: int = 0

    def __post_init__(self) -> None:
        validate(self, FIELDS)
        if self.steps * self.width * self.batch > LARGEST:
            raise ValueError(
                f"steps x width x batch must be at most {LARGEST:,}, not {self.steps * self.width * self.batch:,}"
            )

    @property
    def gated(self) -> Gated | None:
        """What is known of a cell with gates; None for a plain one."""
        return GATED.get(self.cell)

    @property
    def matrices(self) -> int:
        """How many recurrent matrices there are: one for each gate, and one."""
        return 1 + len(self.gated.gates) if self.gated else 1

    @property
    def weight_variance(self) -> float:
        """sigma_w^2 = width Var W, the gain included."""
        variance = INITIALIZERS[self.initializer].variance(self.width, self.width, **self.initializer_parameters)
        return self.width * variance * self.weight_gain**2


@dataclass(frozen=True)
class Times:
    """What was measured, arrays of shape (steps,), step 1 first; log10 of an exact zero is -inf.

    `log10_hidden`: log10 of the RMS, over units and batch, of dLoss/dh_t; of the LSTM while c_t stays what it is.
    `log10_cell`: the same of dLoss/dc_t, the way through h_t included; nan without a c.
    `hidden_rms`: RMS of h_t, which overflows to inf as float64 does.
    `saturated`: share of slopes, those of gates among them, below 1 % of the largest that they can be.
    `gates`: the mean of each gate.
    `spectral_radius`, `largest_singular_value`: of the recurrent matrix, with gates that of the candidate.
    """

    log10_hidden: Array
    log10_cell: Array
    hidden_rms: Array
    saturated: Array
    gates: Mapping[str, Array]
    spectral_radius: float
    largest_singular_value: float


def measure_time(recurrent: Recurrent) -> Times:
    """Forward and backward through time."""
    return measure_ends([recurrent], [recurrent.steps])[0][0]


def measure_ends(recurrents: Sequence[Recurrent], ends: Sequence[int]) -> list[list[Times]]:
    """`measure_time` at several numbers of steps, whatever their own, of networks that share all but the forget bias.

    By number of steps, in the order given, and then by network: one way forward and one way back serve them all.
    ValueError for a number of steps that they cannot have.
    """
    if not (recurrents and ends):
        return [[] for _ in ends]
    first, count = replace(recurrents[0], steps=max(ends)), len(recurrents)
    for recurrent in recurrents:
        if replace(recurrent, forget_bias=first.forget_bias, steps=first.steps) != first:
            raise ValueError("networks measured together must share all but the forget bias")
    for end in ends:
        replace(first, steps=end)  # ValueError
    apart = (first.steps, count, first.batch)  # samples of one network after those of another
    run = forward(first.cell, weights_of(first), _together(recurrents, drive(first)))
    mean, top = mean_over_samples(run.hidden_squares.reshape(apart) / first.width, run.hidden_exponent.reshape(apart))
    with np.errstate(over="ignore"):
        hidden_rms = np.ldexp(np.sqrt(mean), top)
    saturated = run.saturated.reshape(apart).mean(axis=-1)
    named = zip(first.gated.gates, parts(run.gates, first.width), strict=False) if first.gated else ()
    gates = {name: gate.mean(axis=-1).reshape(apart).mean(axis=-1) for name, gate in named}
    order = sorted(set(ends), reverse=True)
    hidden, cell = _backward(first, run.back, order, count)
    radius, norm = spectrum(first)
    return [
        [
            Times(
                hidden[order.index(end), :end, k].copy(),
                cell[order.index(end), :end, k].copy(),
                hidden_rms[:end, k].copy(),
                saturated[:end, k].copy(),
                {name: gate[:end, k].copy() for name, gate in gates.items()},
                radius,
                norm,
            )
            for k in range(count)
        ]
        for end in ends
    ]


def _backward(first: Recurrent, back: Back, ends: Sequence[int], count: int) -> tuple[Array, Array]:
    """log10 RMS of dLoss/dh_t and of dLoss/dc_t for each of the ends, deepest first: two (ends, steps, count)."""
    width, start = first.width, np.tile(injected(first), (count, 1))
    if first.cell == "lstm":
        start = np.concatenate([start, np.zeros_like(start)], axis=1)
    state, exponent = np.empty((0, *start.shape)), np.zeros((0, len(start)), dtype=np.int64)
    squares = np.full((2, len(ends), first.steps, len(start)), np.nan)
    exponents = np.zeros(squares.shape[1:], dtype=np.int64)
    for t in reversed(range(first.steps)):
        if t + 1 in ends:
            state = np.concatenate([state, start[np.newaxis]])
            exponent = np.concatenate([exponent, np.zeros((1, len(start)), dtype=np.int64)])
        hidden, here = state[..., :width], len(state)
        squares[0, :here, t], exponents[:here, t] = np.vecdot(hidden, hidden), exponent
        step = back(t, state)
        if step.cell is not None:
            squares[1, :here, t] = np.vecdot(step.cell, step.cell)
        state, exponent = step.before, rescale(step.before, exponent + step.exponent)[1]
    apart = (*exponents.shape[:2], count, first.batch)
    of_hidden, of_cell = (mean_over_samples(each.reshape(apart) / width, exponents.reshape(apart)) for each in squares)
    return log10_root(*of_hidden), log10_root(*of_cell)


def _together(recurrents: Sequence[Recurrent], outside: Array) -> Array:
    """What comes into each, the samples of one after those of another; the first's is given."""
    first = recurrents[0]
    every = np.tile(outside, (1, len(recurrents), 1))
    if first.gated:
        kept = parts(every, first.width)[first.gated.gates.index(first.gated.keeps)]
        for k, recurrent in enumerate(recurrents):
            kept[:, k * first.batch : (k + 1) * first.batch] += recurrent.forget_bias - first.forget_bias
    return every


def log10_path(recurrent: Recurrent) -> Array:
    """log10 RMS of f_T ... f_{t+1}, shape (steps,): what the gate that keeps leaves, unit by unit, on the direct way.

    Of the LSTM this is dc_T/dc_t with all gates held; ValueError for a cell without gates.
    """
    if not recurrent.gated:
        raise ValueError(f"{recurrent.cell} has no gate that keeps")
    run = forward(recurrent.cell, weights_of(recurrent), drive(recurrent))
    k = recurrent.gated.gates.index(recurrent.gated.keeps)
    later = np.log10(parts(run.gates, recurrent.width)[k][:0:-1]).cumsum(axis=0)[::-1]
    largest = later.max(axis=(1, 2), keepdims=True)
    mean = np.mean(10.0 ** (2.0 * (later - largest)), axis=(1, 2))
    return np.append(largest[:, 0, 0] + 0.5 * np.log10(mean), 0.0)


# What is drawn: of each matrix, the gates' first, and the same for every number of steps


def weights_of(recurrent: Recurrent) -> Array:
    """All recurrent matrices one below the other, the gain included: (matrices x width, width)."""
    parameters = tuple(recurrent.initializer_parameters.items())
    drawn = square_weights(recurrent.initializer, parameters, recurrent.width, recurrent.seed)
    return recurrent.weight_gain * np.concatenate([drawn(k) for k in range(recurrent.matrices)])


def drive(recurrent: Recurrent) -> Array:
    """U x_t + b for all steps: (steps, batch, matrices x width)."""
    width, rows = recurrent.width, recurrent.matrices * recurrent.width
    x = stream(recurrent.seed, 0).standard_normal((recurrent.steps, recurrent.batch, width))
    weights = stream(recurrent.seed, 4).standard_normal((rows, width)) * (recurrent.input_scale / np.sqrt(width))
    biases = recurrent.bias_std * stream(recurrent.seed, 2).standard_normal(rows)
    if recurrent.gated:
        parts(biases, width)[recurrent.gated.gates.index(recurrent.gated.keeps)] += recurrent.forget_bias
    return (x.reshape(-1, width) @ weights.T + biases).reshape(*x.shape[:2], rows)


def injected(recurrent: Recurrent) -> Array:
    """dLoss/dh at the last step: normal, of RMS 1, (batch, width)."""
    gradient = stream(recurrent.seed, 1).standard_normal((recurrent.batch, recurrent.width))
    return gradient / np.sqrt(np.mean(gradient**2))


def spectrum(recurrent: Recurrent) -> tuple[float, float]:
    """The largest |eigenvalue| and the largest singular value of the recurrent matrix, with gates the candidate's."""
    parameters = tuple(recurrent.initializer_parameters.items())
    drawn = recurrent.initializer, parameters, recurrent.width, recurrent.seed, recurrent.matrices - 1
    radius, norm = _spectrum(*drawn)
    return recurrent.weight_gain * radius, recurrent.weight_gain * norm


@lru_cache(maxsize=256)
def _spectrum(initializer: str, parameters: Parameters, width: int, seed: int, matrix: int) -> tuple[float, float]:
    weights = square_weights(initializer, parameters, width, seed)(matrix)
    return float(np.abs(np.linalg.eigvals(weights)).max()), float(np.linalg.norm(weights, 2))


# Theory


def objection(recurrent: Recurrent) -> str | None:
    """Why `predicted_log10_hidden` has no prediction, as a sentence for an error; None where it has one."""
    if recurrent.gated:
        return "the prediction is for cells without gates"
    if not INITIALIZERS[recurrent.initializer].zero_mean:
        return f"the prediction is for weights of mean 0, which {recurrent.initializer} does not draw"
    return None


def predicted_log10_hidden(recurrent: Recurrent) -> Array:
    """log10 RMS of dLoss/dh_t at infinite width, shape (steps,): 0 at the last step; ValueError with an `objection`.

        q_t = sigma_w^2 E[f(sqrt(q_{t-1}) Z)^2] + s^2 + sigma_b^2       chi_t = sigma_w^2 E[f'(sqrt(q_t) Z)^2]

    As if every step had weights of its own (Chen, Pennington & Schoenholz 2018, arXiv:1806.05394): where the same
    matrix comes again and again, a network of finite width can leave it far behind.
    """
    if reason := objection(recurrent):
        raise ValueError(reason)
    second, parameters = 0.0, ACTIVATIONS[recurrent.cell].defaults()
    chi = np.empty(recurrent.steps)
    for t in range(recurrent.steps):
        q = recurrent.weight_variance * second + recurrent.input_scale**2 + recurrent.bias_std**2
        now = moments(recurrent.cell, min(q, LARGEST_VARIANCE), parameters)
        second, chi[t] = now.second, recurrent.weight_variance * now.slope
    with np.errstate(divide="ignore"):
        return 0.5 * np.append(np.log10(chi[:0:-1]).cumsum()[::-1], 0.0)


def log10_of_mean_gates(times: Times, gate: str = "forget") -> Array:
    """log10 of the product of the later steps' mean gates, shape (steps,): what they would leave if all were alike."""
    return np.append(np.log10(times.gates[gate][:0:-1]).cumsum()[::-1], 0.0)


def log10_powers(recurrent: Recurrent, count: int) -> Array:
    """log10 of the largest singular value of W^k, k = 1..count: the most that k steps of a linear network multiply by.

    For large k it grows by the spectral radius each time; before, it can grow far beyond, if W is not normal.
    """
    found, weights = np.empty(count), weights_of(recurrent)[-recurrent.width :]
    power, exponent = np.eye(recurrent.width), 0
    for k in range(count):
        power = power @ weights
        norm = float(np.linalg.norm(power, 2))
        found[k] = np.log10(norm) + exponent * np.log10(2.0) if norm else -np.inf
        shift = int(np.frexp(norm)[1])
        power, exponent = np.ldexp(power, -shift), exponent + shift
    return found
