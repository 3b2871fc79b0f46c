"""The laboratory and the map, on the server: what a moved control costs, beside the same work done bare."""

from dataclasses import replace
from statistics import median
from time import perf_counter

import numpy as np

from core.experiments import laboratory, order
from core.maths import meanfield
from core.maths.ensemble import Ensemble
from core.maths.network import Network
from core.maths.phases import phases

MOVE, MAP = 0.150, 1.0  # seconds
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
            laboratory.one(member)
        subjects = laboratory.subjects([ensemble], [ensemble.seeds])
        laboratory.by_layer(subjects, "delta").figure.to_json()
        laboratory.distributions(ensemble.network, "").figure.to_json()

    benchmark.pedantic(change, rounds=20, warmup_rounds=3)
    bare = median(bare_products(Network("tanh", depth=50), 5) for _ in range(20))
    took = benchmark.stats.stats.median
    print(f"\nlaboratory: {1e3 * took:.0f} ms on the server, {took / bare:.1f} times its bare products; wanted 150 ms")
    assert took <= MOVE


def test_a_map_that_nobody_has_seen_takes_less_than_a_second(benchmark):
    """60 x 40 points for GELU, the moments on the ladder included, beside one fixed point after the other."""

    def draw() -> None:
        meanfield._ladder.cache_clear()
        phases("gelu", WEIGHTS, BIASES)

    benchmark.pedantic(draw, rounds=10, warmup_rounds=1)
    start = perf_counter()
    for w in WEIGHTS[::12]:
        for b in BIASES[::8]:
            meanfield.fixed_point("gelu", float(w), float(b))
    one = (perf_counter() - start) / 25
    took = benchmark.stats.stats.median
    print(
        f"\nmap: {1e3 * took:.0f} ms; its 2,400 points one by one {2400 * one:.1f} s,"
        f" {2400 * one / took:.0f} times as long"
    )
    assert took <= MAP


def test_a_moved_point_on_the_map_is_answered_at_once(benchmark):
    steps = iter(np.arange(0.1, 5.0, 0.01))
    order.order_and_chaos("tanh", (), 1.0, 0.1)

    def move() -> None:
        order.order_and_chaos("tanh", (), float(next(steps)), 0.1).figure.to_json()

    benchmark.pedantic(move, rounds=20, warmup_rounds=3)
    assert benchmark.stats.stats.median <= MOVE
