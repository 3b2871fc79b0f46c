"""How much longer a measurement takes than the matrix products it cannot do without."""

from statistics import median
from time import perf_counter

import numpy as np

from core.maths.network import Network, measure_many
from tests.benchmarks.figures import record

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish", "gelu")
DEPTH, WIDTH, BATCH = 50, 64, 32
ROUNDS = 200


def test_eight_networks_take_few_times_their_matrix_products(benchmark):
    """`measure_many` against its bare products, both on one BLAS thread.

    The bare products are those of the same eight networks with nothing in between: for a layer one
    (256 x 64) @ (64 x 64) forward, whose result is kept, the same backward, and for dLoss/dW eight of
    (64 x 32) @ (32 x 64). The two take turns, and medians are compared: a slow moment of a shared machine hits
    both. The weights are kept after the first measurement, so drawing them does not count.

    The aim is 2.5 times. Eight networks of the identity alone take 2.1 times, and half of the rest is exponentials and
    the normal distribution function, which SciPy computes value by value; the goal guards what was reached.
    """
    networks = [Network(name, depth=DEPTH, width=WIDTH, batch=BATCH) for name in ACTIVATIONS]
    rng = np.random.default_rng(0)
    weights = list(rng.standard_normal((DEPTH, WIDTH, WIDTH)) / np.sqrt(WIDTH))
    signal = np.empty((DEPTH + 1, len(networks), BATCH, WIDTH))
    signal[0], gradient = rng.standard_normal((2, *signal.shape[1:]))
    bare: list[float] = []

    def time_bare_products() -> None:
        start = perf_counter()
        for layer, w in enumerate(weights):
            np.matmul(signal[layer].reshape(-1, WIDTH), w.T, out=signal[layer + 1].reshape(-1, WIDTH))
        delta = gradient
        for layer, w in reversed(list(enumerate(weights))):
            delta.transpose(0, 2, 1) @ signal[layer]
            delta = (delta.reshape(-1, WIDTH) @ w).reshape(delta.shape)
        bare.append(perf_counter() - start)

    benchmark.pedantic(
        measure_many, args=(networks,), setup=time_bare_products, rounds=ROUNDS, warmup_rounds=5, iterations=1
    )
    products = median(bare[-ROUNDS:])
    ratio = benchmark.stats.stats.median / products
    benchmark.extra_info.update(bare_products_ms=round(1e3 * products, 2), ratio=round(ratio, 2))
    record(
        "networks",
        ratio,
        goal=2.5,
        what="eight activations through fifty layers of width 64, forward and backward with all statistics",
        against="the matrix products alone, on one BLAS thread",
        measures=("tests/benchmarks/test_network_speed.py",),
    )
