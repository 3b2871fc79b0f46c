"""The cells of a recurrent network: one step on the way forward, and what it does to a gradient on the way back.

    plain   z_t = W h_{t-1} + a_t                   h_t = f(z_t)                          t = 1..T, h_0 = c_0 = 0
    LSTM    c_t = f_t c_{t-1} + i_t g_t             h_t = o_t tanh(c_t)
    GRU     n_t = tanh(a_t + r_t (W h_{t-1}))       h_t = (1 - u_t) n_t + u_t h_{t-1}

a_t is what comes in from outside. i, f, o, r and u are gates, sigmoid(W h_{t-1} + a_t) with a W and an a of their own;
g is a tanh of the same (Hochreiter & Schmidhuber 1997, Gers et al. 2000; Cho et al. 2014, in the form of libraries).
Arrays are indexed [step, sample, unit]; the rows of `weights` and the units of `drive`, a, belong to the gates in their
order, and after them to the candidate.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS, sigmoid_both, tanh_both
from core.maths.facts import SMALL_SHARE, facts
from core.maths.scaled import added, rescale
from core.maths.tails import mend

Array = NDArray[np.float64]
Exponents = NDArray[np.int64]


@dataclass(frozen=True)
class Gated:
    """A cell with gates. `keeps` is the gate that says how much stays from one step to the next."""

    name: str
    label: str
    gates: tuple[str, ...]
    keeps: str
    source: str


GATED: dict[str, Gated] = {
    entry.name: entry
    for entry in (
        Gated("lstm", "LSTM", ("input", "forget", "output"), "forget", "Hochreiter & Schmidhuber 1997, Gers 2000"),
        Gated("gru", "GRU", ("reset", "update"), "update", "Cho et al. 2014, arXiv:1406.1078"),
    )
}  # fmt: skip
CELLS: Mapping[str, Any] = ChainMap(cast(MutableMapping[str, Any], GATED), cast(MutableMapping[str, Any], ACTIVATIONS))


class Step(NamedTuple):
    """One step back: what it makes of a gradient, indexed [end, sample, unit], dLoss/dh first, then an LSTM's dLoss/dc.

    `before` is the gradient one step earlier, to be read with `exponent` added to its own; `cell` is dLoss/dc_t of this
    step, the way through h_t included. `outside` is dLoss/da_t, `inside` dLoss/d(W h_{t-1}), the same but for the GRU.
    """

    before: Array
    exponent: Exponents | int
    cell: Array | None
    outside: Array
    inside: Array


Back = Callable[[int, Array], Step]


@dataclass(frozen=True)
class Forward:
    """What was seen on the way forward, [step, sample], and the way back.

    `hidden` is h from h_0 on, [step, sample, unit], and `hidden_squares` sum over units: they are to be read times
    2^ and 4^`hidden_exponent`. `saturated` are shares of slopes, those of gates among them, below 1 % of the largest
    that they can be; `gates` are all of them, [step, sample, gate and unit], and the candidate.
    """

    hidden: Array
    hidden_squares: Array
    hidden_exponent: Exponents
    saturated: Array
    gates: Array
    back: Back


def forward(cell: str, weights: Array, drive: Array) -> Forward:
    """Through all steps; weights (matrices x width, width), drive (steps, samples, matrices x width)."""
    return _FORWARD[cell](weights, drive) if cell in _FORWARD else plain(cell, weights, drive)


def plain(cell: str, weights: Array, drive: Array) -> Forward:
    """dLoss/dh_{t-1} = W^T (f'(z_t) dLoss/dh_t)

    Only what grows is rescaled: a z beyond 2^200, where every activation is homogeneous to the last bit or saturated.
    """
    function, (steps, samples, width) = ACTIVATIONS[cell], drive.shape
    parameters = function.defaults()
    slopes, squares = np.empty(drive.shape), np.empty((steps, samples))
    hidden = np.zeros((steps + 1, samples, width))
    exponents, slope_exponents = np.zeros((2, steps, samples), dtype=np.int64)
    h, exponent, none = np.zeros((samples, width)), *np.zeros((2, samples), dtype=np.int64)
    for t in range(steps):
        z, z_exponent = added(h @ weights.T, exponent, drive[t], none)
        z_exponent = rescale(z, z_exponent)[1]
        shift = np.clip(z_exponent, -800, 800)
        if shift.any():
            z = np.ldexp(z, shift[:, np.newaxis])
        h, slopes[t] = function.value_and_derivative(z, **parameters)
        if function.log_derivative and not slopes[t].all():
            slope_exponents[t] = mend(cell, parameters, z, slopes[t])
        size = np.frexp(np.abs(h).max(axis=-1))[1]
        squares[t], exponent = rescale(h, np.where(np.abs(size) > 300, z_exponent - shift, 0))
        hidden[t + 1], exponents[t] = h, exponent
    small = np.abs(slopes) < SMALL_SHARE * facts(cell).largest  # before they are rescaled
    slope_exponents = rescale(slopes, slope_exponents)[1]

    def back(t: int, hidden: Array) -> Step:
        delta = hidden * slopes[t]
        return Step(_times(delta, weights), slope_exponents[t], None, delta, delta)

    return Forward(hidden, squares, exponents, small.mean(axis=-1), np.empty((steps, samples, 0)), back)


def lstm(weights: Array, drive: Array) -> Forward:
    """dLoss/dc_t = o_t tanh'(c_t) dLoss/dh_t + f_{t+1} dLoss/dc_{t+1}, and W^T times that of each pre-activation."""
    (steps, samples, _), width = drive.shape, weights.shape[1]
    gates, slopes = np.empty((2, *drive.shape))
    c, out, out_slope = np.zeros((3, steps + 1, samples, width))
    h, small = np.zeros((steps + 1, samples, width)), np.empty((steps, samples))
    for t in range(steps):
        z = h[t] @ weights.T + drive[t]
        gates[t, :, : 3 * width], slopes[t, :, : 3 * width] = sigmoid_both(z[:, : 3 * width])
        gates[t, :, 3 * width :], slopes[t, :, 3 * width :] = tanh_both(z[:, 3 * width :])
        i, f, o, g = parts(gates[t], width)
        c[t + 1] = f * c[t] + i * g
        out[t + 1], out_slope[t + 1] = tanh_both(c[t + 1])
        h[t + 1], small[t] = o * out[t + 1], _saturated(slopes[t], width)

    def back(t: int, state: Array) -> Step:
        i, f, o, g = parts(gates[t], width)
        hidden = state[..., :width]
        cell = state[..., width:] + hidden * (o * out_slope[t + 1])
        delta = np.concatenate([cell * g, cell * c[t], hidden * out[t + 1], cell * i], axis=-1) * slopes[t]
        before = np.concatenate([_times(delta, weights), cell * f], axis=-1)
        return Step(before, 0, cell, delta, delta)

    squares = np.vecdot(h[1:], h[1:])
    return Forward(h, squares, np.zeros(squares.shape, dtype=np.int64), small, gates, back)


def gru(weights: Array, drive: Array) -> Forward:
    """dLoss/dh_{t-1} = u_t dLoss/dh_t, and W^T times that of each pre-activation."""
    (steps, samples, _), width = drive.shape, weights.shape[1]
    gates, slopes = np.empty((2, *drive.shape))
    h, inner = np.zeros((steps + 1, samples, width)), np.empty((steps, samples, width))  # inner: W h, before r
    small = np.empty((steps, samples))
    for t in range(steps):
        product = h[t] @ weights.T
        inner[t] = product[:, 2 * width :]
        z = product[:, : 2 * width] + drive[t, :, : 2 * width]
        gates[t, :, : 2 * width], slopes[t, :, : 2 * width] = sigmoid_both(z)
        r, u, n = parts(gates[t], width)
        n[:], slopes[t, :, 2 * width :] = tanh_both(drive[t, :, 2 * width :] + r * inner[t])
        h[t + 1], small[t] = (1.0 - u) * n + u * h[t], _saturated(slopes[t], width)

    def back(t: int, hidden: Array) -> Step:
        (r, u, n), (r_slope, u_slope, n_slope) = parts(gates[t], width), parts(slopes[t], width)
        candidate = hidden * ((1.0 - u) * n_slope)
        first = [candidate * (inner[t] * r_slope), hidden * ((h[t] - n) * u_slope)]
        outside, inside = (np.concatenate([*first, last], axis=-1) for last in (candidate, candidate * r))
        return Step(_times(inside, weights) + hidden * u, 0, None, outside, inside)

    squares = np.vecdot(h[1:], h[1:])
    return Forward(h, squares, np.zeros(squares.shape, dtype=np.int64), small, gates, back)


_FORWARD = {"lstm": lstm, "gru": gru}


def parts(joint: Array, width: int) -> list[Array]:
    """Views of what belongs to each gate, and to the candidate."""
    return [joint[..., k : k + width] for k in range(0, joint.shape[-1], width)]


def _times(delta: Array, weights: Array) -> Array:
    """delta W for every end and sample, as one product."""
    return (delta.reshape(-1, len(weights)) @ weights).reshape(*delta.shape[:-1], -1)


def _saturated(slopes: Array, width: int) -> Array:
    """Of gates and candidate together; their largest slopes are those of sigmoid and tanh."""
    gates, candidate = slopes[:, :-width] < SMALL_SHARE / 4.0, slopes[:, -width:] < SMALL_SHARE
    return (np.count_nonzero(gates, axis=-1) + np.count_nonzero(candidate, axis=-1)) / slopes.shape[-1]
