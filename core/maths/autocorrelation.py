"""How alike the gradients at neighbouring inputs are: white noise, or something a step can be trusted on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.maths.jacobian import carried
from core.maths.network import Network
from core.maths.weights import stream

Array = NDArray[np.float64]


def autocorrelation(series: Array, lags: Sequence[int]) -> Array:
    """Of evenly spaced series (length, count), for each lag k >= 0, the mean over the series: shape (lags,).

    r_k = sum_t (x_t - m)(x_{t+k} - m) / sum_t (x_t - m)^2, m the mean of the series (Box & Jenkins 1976); a constant
    series, which has none, is left out. nan where all are constant.
    """
    centred = series - series.mean(axis=0)
    total = np.einsum("ij,ij->j", centred, centred)
    centred, total = centred[:, total > 0], total[total > 0]
    if not total.size:
        return np.full(len(lags), np.nan)
    products = [np.einsum("ij,ij->j", centred[: len(centred) - k], centred[k:]) for k in lags]
    return np.array([np.mean(product / total) for product in products])


def input_gradients(network: Network, x: Array) -> Array:
    """dh_L/dx of a network with one input x, at places x (points,): shape (points, outputs), one series per output.

    The first layer's weights from x to its units are W_1 u with u standard normal, whose variance is sigma_w^2.
    """
    u = stream(network.seed, 0).standard_normal(network.widths[0])
    u *= np.sqrt(len(u) / (u @ u))
    directions = np.broadcast_to(u, (len(x), 1, len(u)))
    return carried(network, np.outer(x, u), directions)[1][:, 0]
