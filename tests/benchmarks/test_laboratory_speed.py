"""The laboratory and the map, on the server: what a moved control costs, beside the same work done bare."""

from dataclasses import replace
from statistics import median
from time import perf_counter

import numpy as np

from core.experiments import laboratory, measurements, order
from core.maths import meanfield, moments
from core.maths.ensemble import Ensemble
from core.maths.network import Network
from core.maths.phases import phases
from tests.benchmarks.figures import record

THIS = "tests/benchmarks/test_laboratory_speed.py"
WEIGHTS, BIASES = np.linspace(0.05, 5.0, 60), np.linspace(0.0, 1.0, 40)


def bare_products(network: Network, seeds: int) -> float:
    """Seconds for the matrix products of so many networks, with nothing in between."""
    rng = np.random.default_rng(0)
    w, h = rng.standard_normal((network.width, network.width)), rng.standard_normal((network.batch, network.width))
    start = perf_counter()
    for _ in range(seeds * network.depth):
        h @ w.T
        h @ w
        h.T @ h
    return perf_counter() - start


def test_a_change_in_the_laboratory_is_answered_at_once(benchmark):
    """Settings never seen: five networks of the default size, theory, chart, histograms and words."""
    fresh = iter(range(10**6))

    def change() -> None:
        ensemble = Ensemble(replace(Network("tanh", depth=50), seed=10 * next(fresh)))
        for member in ensemble.members:
            measurements.one(member)
        subjects = laboratory.subjects([ensemble], [ensemble.seeds])
        laboratory.by_layer(subjects, "delta").figure.to_json()
        laboratory.distributions(ensemble.network, "").figure.to_json()

    bare: list[float] = []
    benchmark.pedantic(
        change, setup=lambda: bare.append(bare_products(Network("tanh", depth=50), 5)), rounds=20, warmup_rounds=3
    )
    took = benchmark.stats.stats.median
    print(f"\nlaboratory: {1e3 * took:.0f} ms on the server")
    record(
        "laboratory",
        took / median(bare),
        goal=25.0,
        what="a new setting of the laboratory: five networks of 50 layers, theory, charts",
        against="the matrix products of the five networks alone",
        measures=(THIS,),
    )


def test_a_map_that_nobody_has_seen_is_drawn_sooner_than_point_by_point(benchmark):
    """60 x 40 points for GELU, the moments on the ladder included, beside one fixed point after the other."""

    def draw() -> None:
        moments._ladder.cache_clear()
        phases("gelu", WEIGHTS, BIASES)

    benchmark.pedantic(draw, rounds=10, warmup_rounds=1)
    start = perf_counter()
    for w in WEIGHTS[::12]:
        for b in BIASES[::8]:
            meanfield.fixed_point("gelu", float(w), float(b))
    one = (perf_counter() - start) / 25
    took = benchmark.stats.stats.median
    print(f"\nmap: {1e3 * took:.0f} ms")
    record(
        "map",
        took / (2400 * one),
        goal=0.1,
        what="a map of 60 by 40 points that nobody has seen",
        against="its points one by one",
        measures=(THIS,),
    )


def test_a_moved_point_on_the_map_is_answered_at_once(benchmark):
    steps = iter(np.arange(0.1, 5.0, 0.01))
    order.order_and_chaos("tanh", (), 1.0, 0.1)
    new: list[float] = []

    def draw() -> None:
        moments._ladder.cache_clear()
        start = perf_counter()
        phases("tanh", WEIGHTS, BIASES)
        new.append(perf_counter() - start)

    def move() -> None:
        order.order_and_chaos("tanh", (), float(next(steps)), 0.1).figure.to_json()

    benchmark.pedantic(move, setup=draw, rounds=20, warmup_rounds=3)
    record(
        "map, moved point",
        benchmark.stats.stats.median / median(new),
        goal=1.5,
        what="a moved point on a map that is there: curves and chart",
        against="a new map",
        measures=(THIS,),
    )
