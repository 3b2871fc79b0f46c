"""The Jacobian of a deep random network, forward mode: directions travel with the signal they belong to.

    dh_l = D_l W_l dh_{l-1},  with residual connections  dh_l = dh_{l-1} + s D_l W_l dh_{l-1},  D_l = diag f'(z_l)

The weights and biases are those that core.maths.network measures. Nothing is rescaled on the way: what float64 cannot
hold becomes 0 or inf.
"""

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.network import Network, weights_of
from core.maths.weights import biases, stream

Array = NDArray[np.float64]


def carried(network: Network, h: Array, directions: Array) -> tuple[Array, Array]:
    """h_L of inputs h_0, (samples, units), and the derivatives of h_L along directions, (samples, count, units).

    ValueError for a network with a normalization, in which samples or units depend on each other.
    """
    if network.normalization:
        raise ValueError("a network with a normalization has no such Jacobian here")
    both, weights = ACTIVATIONS[network.activation].value_and_derivative, weights_of(network)
    for l, fan_out in enumerate(network.widths[1:]):
        z = h @ weights(l).T
        if (drawn := biases(network, l, h.shape[-1], fan_out)) is not None:
            z += drawn
        value, derivative = both(z, **network.parameters)
        # One product of matrices for all samples: NumPy makes one for each of a stack, which is slow for narrow ones.
        pushed = directions.reshape(-1, directions.shape[-1]) @ weights(l).T
        pushed = pushed.reshape(*directions.shape[:-1], fan_out)
        pushed *= derivative[:, np.newaxis]
        if network.residual:
            h, directions = h + network.branch_scale * value, directions + network.branch_scale * pushed
        else:
            h, directions = value, pushed
    return h, directions


def jacobian(network: Network, h: Array) -> Array:
    """dh_L/dh_0 at one input h_0: entry [i, j] is dh_L,i/dh_0,j."""
    _, columns = carried(network, h[np.newaxis], np.eye(len(h))[np.newaxis])
    return columns[0].T


def singular_values(network: Network, input_rms: float = 1.0) -> Array:
    """Of the Jacobian at the network's own first input, scaled to RMS `input_rms`; largest first.

    What is smaller than the largest by more than 1e-15 is rounding.
    """
    h = stream(network.seed, 0).standard_normal(network.widths[0])
    values = np.linalg.svd(jacobian(network, input_rms * h / np.sqrt(np.mean(h**2))), compute_uv=False)
    return np.asarray(values, dtype=np.float64)
