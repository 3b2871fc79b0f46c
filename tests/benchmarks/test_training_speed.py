"""How much longer training takes than the matrix products it cannot do without."""

from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np

from core.maths.training import Run, advanced, data, perceptron, start, train
from tests.benchmarks.figures import record

POINTS, BATCH, DEPTH, WIDTH = 300, 10, 20, 32
STEPS = POINTS // BATCH  # one epoch
ROUNDS = 60


def test_an_epoch_takes_few_times_its_matrix_products(benchmark):
    """An epoch of 20 layers of 32 tanh units on 300 points, batch 10, on one BLAS thread.

    The bare products are those of the same epoch with nothing in between: h W^T forward, delta^T h and delta W back.
    The two take turns and medians are compared: a slow moment of a shared machine hits both. The whole of `train`, with
    its two looks at all data, is timed beside them.
    """
    run = Run("spirals", "tanh", depth=DEPTH, width=WIDTH, initializer="glorot_normal", batch=BATCH, steps=STEPS)
    assert len(data(run).y) == POINTS
    begin = start(run)
    rng = np.random.default_rng(0)
    sizes = perceptron(run).sizes
    weights = [rng.standard_normal((fan_out, fan_in)) / np.sqrt(fan_in) for fan_in, fan_out in pairwise(sizes)]
    samples = rng.standard_normal((BATCH, sizes[0]))
    bare: list[float] = []
    whole: list[float] = []

    def time_bare_products() -> None:
        began = perf_counter()
        for _ in range(STEPS):
            h = [samples]
            for w in weights:
                h.append(h[-1] @ w.T)
            delta = h.pop()
            for layer in reversed(range(len(weights))):
                delta.T @ h[layer]
                delta = delta @ weights[layer]
        bare.append(perf_counter() - began)
        began = perf_counter()
        list(train(run))
        whole.append(perf_counter() - began)

    benchmark.pedantic(
        advanced, args=(run, begin, STEPS), setup=time_bare_products, rounds=ROUNDS, warmup_rounds=3, iterations=1
    )
    products = median(bare[-ROUNDS:])
    ratio, all_in = benchmark.stats.stats.median / products, median(whole[-ROUNDS:]) / products
    benchmark.extra_info.update(bare_products_ms=round(1e3 * products, 2), ratio=round(ratio, 2))
    epoch = "an epoch of training: 20 layers of 32 tanh units, 300 points, batch 10"
    for name, times, what in (
        ("training", ratio, epoch),
        ("training, watched", all_in, f"{epoch}, with two looks at all the data"),
    ):
        record(
            name,
            times,
            goal=8.0,
            what=what,
            against="the matrix products alone",
            measures=("tests/benchmarks/test_training_speed.py",),
        )
