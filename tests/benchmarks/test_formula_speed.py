"""How much longer a formula takes than the same function of the registry, and how long a text that is none."""

import random
from statistics import median
from time import perf_counter

import numpy as np
import pytest

from core.maths.activations import ACTIVATIONS
from core.maths.formula import activation
from tests.benchmarks.figures import record
from tests.maths.test_formula import hostile

LAYERS, BATCH, WIDTH = 50, 32, 64
ROUNDS = 100
LIMIT = 0.010  # seconds in which a text is refused


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mish", "x*tanh(softplus(x))"),
        ("tanh", "tanh(x)"),
        ("leaky_relu", "where(x > 0, x, 0.01*x)"),
        ("relu", "max(x, 0)"),
        ("relu6", "min(max(x, 0), 6)"),
    ],
)
def test_a_formula_takes_few_times_the_function_that_it_says(benchmark, name, text):
    """Value and derivative of fifty layers of 32 x 64 numbers each; the two take turns, and medians are compared.

    Each layer has numbers of its own, as in a network: of the same ones again and again a processor would foresee
    which side of a condition is taken.
    """
    z = np.random.default_rng(0).standard_normal((LAYERS, BATCH, WIDTH))
    registered, written = ACTIVATIONS[name], activation(text)
    times: list[float] = []

    def all_layers(entry) -> None:
        for layer in z:
            entry.value_and_derivative(layer)

    def time_the_function() -> None:
        began = perf_counter()
        all_layers(registered)
        times.append(perf_counter() - began)

    benchmark.pedantic(
        all_layers, args=(written,), setup=time_the_function, rounds=ROUNDS, warmup_rounds=5, iterations=1
    )
    ratio = benchmark.stats.stats.median / median(times[-ROUNDS:])
    record(
        f"formula, {name}",
        ratio,
        goal=3.0,
        what=f"value and derivative of `{text}`, typed as a formula",
        against=f"{registered.label} of the registry",
        measures=("tests/benchmarks/test_formula_speed.py",),
    )


def test_a_text_that_is_no_formula_is_refused_at_once(benchmark):
    """The slowest of two thousand texts, each the quickest of three times: a moment of another program is no figure."""
    rng = random.Random(5)
    texts = [hostile(rng) for _ in range(2000)] + ["x" * 2**20, "(" * 2**20, "9" * 2**20]

    def refused(text: str) -> float:
        began = perf_counter()
        with pytest.raises(ValueError, match="."):
            activation(text)
        return perf_counter() - began

    slowest = max(min(refused(text) for _ in range(3)) for text in texts)
    benchmark.pedantic(refused, args=(texts[0],), rounds=20)
    record(
        "formula, refused",
        slowest / LIMIT,
        goal=1.0,
        what="the slowest of two thousand texts that are no formula, refused",
        against="10 ms",
        measures=("tests/benchmarks/test_formula_speed.py",),
    )
