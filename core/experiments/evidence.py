"""The computed evidence behind each page's "Is that so?": fixed settings, run for real, once per process."""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import ndtr

from core.experiments.kept import kept
from core.experiments.stories import STORIES
from core.maths import activations as maths
from core.maths.chain import FORMATS, zero_depth
from core.maths.datasets import DATASETS
from core.maths.dying import born_dead_probability, born_dead_share, dead_share
from core.maths.facts import facts
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import (
    Prediction,
    chi,
    critical_weight_variance,
    fixed_point,
    half_stable_point,
    predicted,
    predicted_log10_delta,
)
from core.maths.network import Layers, Network, measure
from core.maths.perceptron import forward
from core.maths.response import bend, response
from core.maths.training import Run, Snapshot, advanced, data, look, perceptron, start, train
from core.words.numerals import listing, number, percent, scientific, size, whole

Slots = dict[str, str]


def reaching(activation: str, **settings: Any) -> float:
    """log10 of the share of the last layer's gradient that reaches layer 1."""
    delta = measure(Network(activation, **settings)).log10_delta
    return float(delta[0] - delta[-1])


@kept()
def vanishing_gradient() -> Slots:
    glorot = reaching("sigmoid", depth=50, width=128) / 49
    wide = reaching("sigmoid", depth=20, width=100, initializer="normal", initializer_parameters={"std": 1.0})
    return {
        "glorot_factor": size(glorot),
        "glorot_depth": "50",
        "normal_reach": size(wide),
        "normal_depth": "20",
        "normal_width": "100",
        "bound": scientific(20 * np.log10(facts("sigmoid").largest)),
        "lost_depths": ", ".join(f"{f.name} {zero_depth(0.25, f)}" for f in FORMATS),
    }


@kept()
def backpropagation() -> Slots:
    old = measure(
        Network(
            "tanh",
            depth=5,
            width=256,
            initializer="normal",
            initializer_parameters={"std": 1 / np.sqrt(3 * 256)},
            batch=128,
        )
    )
    relu = measure(Network("relu", depth=50, width=128))
    return {
        "old_depth": "5",
        "old_delta": size(old.log10_delta[0] - old.log10_delta[-1]),
        "old_weight": size(old.log10_weight_gradient[0] - old.log10_weight_gradient[-1]),
        "relu_depth": "50",
        "relu_delta": size(relu.log10_delta[0] - relu.log10_delta[-1]),
        "relu_weight": size(relu.log10_weight_gradient[0] - relu.log10_weight_gradient[-1]),
        "relu_absolute": scientific(float(relu.log10_weight_gradient[0])),
    }


@kept()
def why_it_matters() -> Slots:
    sgd = Run(activation="sigmoid", depth=8, width=64)
    adam = replace(sgd, optimizer="adam", learning_rate=0.001)
    plain, adaptive = (advanced(run, start(run), 1).update_ratio for run in (sgd, adam))
    net = perceptron(sgd)
    signal = forward(net, net.views(start(sgd).flat), data(sgd).x).h
    apart = [float(np.sqrt(np.mean(h.var(axis=0)) / np.mean(np.square(h)))) for h in signal]
    return {
        "apart_first": size(float(np.log10(apart[1]))),
        "apart_last": size(float(np.log10(apart[-1]))),
        "adam_depth": str(sgd.depth),
        "adam_rate": number(adam.learning_rate),
        "sgd_rate": number(sgd.learning_rate),
        "sgd_first": size(float(np.log10(plain[0]))),
        "sgd_last": size(float(np.log10(plain[-2]))),
        "adam_first": size(float(np.log10(adaptive[0]))),
        "adam_last": size(float(np.log10(adaptive[-2]))),
        "first_gradient": scientific(float(look(sgd, start(sgd)).log10_gradient[0])),
    }


@kept()
def activation_functions() -> Slots:
    x = np.linspace(-3.0, 3.0, 121)
    identity = Network("identity", depth=30, initializer="he_normal", bias_std=0.3)
    relu = Network("relu", depth=30, initializer="he_normal", bias_std=0.3)
    return {
        "reach_depth": "50",
        "flat_depth": "30",
        "identity_bend": scientific(np.log10(max(bend(x, response(identity, x)), 1e-300))),
        "relu_bend": percent(bend(x, response(relu, x))),
        "softplus_reach": size(reaching("softplus", depth=50, width=128)),
        "elu_reach": size(reaching("elu", depth=50, width=128)),
    }


@kept()
def sigmoid_and_tanh() -> Slots:
    tanh = {depth: reaching("tanh", depth=depth, width=200) for depth in (10, 50, 100)}
    wide = reaching("tanh", depth=50, width=100, initializer="normal", initializer_parameters={"std": 1.0})
    old = reaching("sigmoid", depth=20, width=100, initializer="normal", initializer_parameters={"std": 1.0})
    exponent = (tanh[100] - tanh[10]) / (np.log10(100) - np.log10(10))
    return {
        "tanh_width": "200",
        "tanh_depths": listing([str(depth) for depth in tanh]),
        "tanh_reaches": listing([size(total) for total in tanh.values()]),
        "shortest": "10",
        "longest": "100",
        "wide_depth": "50",
        "old_depth": "20",
        "tanh_exponent": number(exponent, 2),
        "tanh_wide": size(wide),
        "sigmoid_glorot": size(reaching("sigmoid", depth=50, width=128) / 49),
        "sigmoid_wide": size(old),
        "normal_width": "100",
    }


@kept()
def relu() -> Slots:
    spread = [
        2 * reaching("relu", depth=50, width=50, initializer="he_normal", batch=1, seed=s) * np.log(10)
        for s in range(100)
    ]
    dark = Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=-0.2, batch=32)  # as the page opens
    counts = [float(measure(replace(dark, seed=seed)).dead[-1]) for seed in range(20)]
    return {
        "dark_depth": str(dark.depth),
        "dark_width": str(dark.width),
        "dark_bias": number(dark.bias_mean),
        "dark_batch": str(dark.batch),
        "dark_seeds": str(len(counts)),
        "dark_least": percent(min(counts)),
        "dark_most": percent(max(counts)),
        "dark_theory": percent(float(dead_share(dark.bias_mean, dark.weight_variance, dark.depth, dark.batch)[-1])),
        "reach_depth": "50",
        "reach_width": "256",
        "spread_depth": "50",
        "spread_width": "50",
        "relu_glorot": size(reaching("relu", depth=50, width=256)),
        "relu_he": size(reaching("relu", depth=50, width=256, initializer="he_normal")),
        "relu_theory": size(float(predicted_log10_delta(Network("relu", depth=50, width=256))[0])),
        "seeds": "100",
        "spread_measured": number(float(np.var(spread)), 2),
        "spread_theory": number(5 * 50 / 50, 2),
        "born_width": "3",
        "born_layers": "10",
        "born_theory": percent(born_dead_probability(3, 10)),
        "born_counted": percent(born_dead_share(3, 10)),
        "born_trials": whole(2000),
    }


@kept()
def relu_variants() -> Slots:
    slope = 1.5
    right = float(maths.leaky_relu(-1.0, slope))
    either = (reaching("prelu", parameters={"a": a}, depth=50, width=256, initializer="he_normal") for a in (0.5, -0.5))
    small: dict[str, Any] = {"depth": 30, "width": 64}  # as the page opens
    pairs = [reaching("leaky_relu", seed=s, **small) - reaching("relu", seed=s, **small) for s in range(20)]
    expected = [float(predicted_log10_delta(Network(name, **small))[0]) for name in ("leaky_relu", "relu")]
    return {
        "pair_count": str(len(pairs)),
        "pair_depth": str(small["depth"]),
        "pair_width": str(small["width"]),
        "pair_least": size(min(pairs)),
        "pair_most": size(max(pairs)),
        "pair_theory": number(10.0 ** (expected[0] - expected[1]), 4),
        "dead_depth": "50",
        "dead_width": "32",
        "reach_depth": "50",
        "reach_width": "256",
        "prelu_slope": number(0.5),
        **dict(zip(("prelu_plus", "prelu_minus"), map(size, either), strict=True)),
        "relu_glorot": size(reaching("relu", depth=50, width=256)),
        "leaky_glorot": size(reaching("leaky_relu", depth=50, width=256)),
        "leaky_alpha": number(maths.LEAKY_ALPHA.default),
        "leaky_dead": percent(float(measure(Network("leaky_relu", depth=50, width=32, bias_mean=-1.0)).dead[-1])),
        "relu_dead": percent(float(measure(Network("relu", depth=50, width=32, bias_mean=-1.0)).dead[-1])),
        "he_variance": number(INITIALIZERS["he_normal"].variance(1, 1)),
        "gain": number(float(np.sqrt(2 / (1 + 0.25**2)))),
        "gain_slope": number(0.25),
        "steep": number(slope),
        "steep_right": number(right),
        "steep_wrong": number(max(slope * -1.0, -1.0)),
        "prelu_start": number(maths.PRELU_A.default),
        "elu_near": number(float(maths.elu_derivative(-1e-9))),
        "elu_minus_two": number(float(maths.elu_derivative(-2.0))),
        "elu_far": scientific(float(np.log10(maths.elu_derivative(-10.0)))),
    }


@kept()
def beyond_relu() -> Slots:
    x = np.linspace(-8.0, 8.0, 16001)
    fast, fast_slope = maths.swish(x, 1.702), maths.swish_derivative(x, 1.702)
    slots: Slots = {}
    for name in ("swish", "gelu"):
        found = facts(name)
        zero = found.zeros[0][0]
        network = Network(name, depth=50, width=256, initializer="he_normal")
        slots |= {
            f"{name}_zero": number(zero, 4),
            f"{name}_min": number(found.infimum.value, 3),
            f"{name}_min_at": number(found.infimum.low, 3),
            f"{name}_max": number(found.supremum.value, 3),
            f"{name}_negative": percent(float(ndtr(zero))),
            f"{name}_he": size(reaching(name, depth=50, width=256, initializer="he_normal")),
            f"{name}_theory": size(float(predicted_log10_delta(network)[0])),
        }
    draws = [reaching("gelu", depth=50, width=128, initializer="he_normal", seed=seed) for seed in range(10)]
    return slots | {
        "reach_depth": "50",
        "width": "256",
        "gelu_seeds": str(len(draws)),
        "gelu_width": "128",
        "gelu_least": size(min(draws)),
        "gelu_most": size(max(draws)),
        "tanh_error": scientific(float(np.log10(np.abs(maths.gelu_tanh(x) - maths.gelu(x)).max()))),
        "tanh_slope_error": scientific(
            float(np.log10(np.abs(maths.gelu_tanh_derivative(x) - maths.gelu_derivative(x)).max()))
        ),
        "fast_error": number(float(np.abs(fast - maths.gelu(x)).max()), 2),
        "fast_slope_error": number(float(np.abs(fast_slope - maths.gelu_derivative(x)).max()), 2),
        "fast_factor": "1.702",
    }


@kept()
def laboratory() -> Slots:
    depth = 50
    batch = Network("relu", depth=30, width=128, batch=128, initializer="he_normal", normalization="batch")
    skip = Network("tanh", depth=depth, width=128, residual=True)
    small = replace(skip, branch_scale=round(1 / np.sqrt(depth), 2))
    relu = replace(skip, activation="relu", initializer="he_normal")
    deep = Network("relu", depth=depth, width=32, initializer="he_normal")
    draws = [_reach(measure(replace(deep, seed=seed))) for seed in range(20)]
    return {
        "batch_depth": str(batch.depth),
        "batch_measured": size(_reach(measure(batch)) / (batch.depth - 1)),
        "batch_theory": size(_reach(predicted(batch)) / (batch.depth - 1)),
        "skip_depth": str(depth),
        "skip_reach": size(_reach(measure(skip))),
        "skip_theory": size(_reach(predicted(skip))),
        "skip_relu": size(_reach(measure(relu))),
        "skip_scale": number(small.branch_scale),
        "skip_small": size(_reach(measure(small))),
        "wide_depth": str(depth),
        "wide_width": str(deep.width),
        "wide_seeds": str(len(draws)),
        "wide_theory": size(float(predicted_log10_delta(deep)[0])),
        "wide_least": size(min(draws)),
        "wide_most": size(max(draws)),
    }


def _reach(layers: Layers | Prediction) -> float:
    return float(layers.log10_delta[0] - layers.log10_delta[-1])


@kept()
def watch_it_learn() -> Slots:
    deep = Run(activation="sigmoid", depth=10, initializer="glorot_normal", learning_rate=0.5, steps=600)
    shallow = replace(deep, depth=2)
    adam = STORIES["adam"]
    sgd = replace(adam, optimizer="sgd", learning_rate=0.1)
    first = advanced(adam, start(adam), 1).update_ratio
    before = look(adam, start(adam)).log10_gradient
    short = Run("moons", depth=4, width=16, learning_rate=1.0, steps=200)
    slots = {
        "deep_steps": str(deep.steps),
        "deep_rate": number(deep.learning_rate),
        "shallow": str(shallow.depth),
        "deep": str(deep.depth),
        "shallow_accuracy": percent(_last(shallow).test_accuracy),
        "deep_accuracy": percent(_last(deep).test_accuracy),
        "guess_accuracy": percent(1.0 / DATASETS[deep.dataset].classes),
        "adam_depth": str(adam.depth),
        "adam_gradient": size(float(before[0] - before[-1])),
        "adam_first": percent(float(first[0])),
        "adam_last": percent(float(first[-1])),
        "adam_steps": whole(adam.steps),
        "adam_accuracy": percent(_last(adam).test_accuracy),
        "sgd_rate": number(sgd.learning_rate),
        "sgd_accuracy": percent(_last(sgd).test_accuracy),
        "die_depth": str(short.depth),
        "die_rate": number(short.learning_rate),
        "die_steps": str(short.steps),
        "die_seeds": str(len(_SEEDS)),
    }
    for activation in ("relu", "leaky_relu"):
        ends = [_last(replace(short, activation=activation, parameters={}, seed=seed)) for seed in _SEEDS]
        slots |= {
            f"{activation}_dead": str(sum(bool(np.all(np.isneginf(end.log10_gradient[:-1]))) for end in ends)),
            f"{activation}_diverged": str(sum(end.diverged for end in ends)),
            f"{activation}_learnt": str(sum(end.test_accuracy > 0.9 for end in ends)),
        }
    return slots


_SEEDS = range(10)


def _last(run: Run) -> Snapshot:
    """The end of a run."""
    *_, last = train(run, at=())
    return last


@kept()
def order_and_chaos() -> Slots:
    bias, small_bias = 0.05, 2.01e-5
    edge = critical_weight_variance("tanh", bias)
    poole_bias, poole_weights = 0.3, (1.3, 2.5, 4.0)
    chis = [chi("tanh", fixed_point("tanh", w**2, poole_bias**2), w**2) for w in poole_weights]
    slots: Slots = {}
    for name in ("swish", "gelu"):
        half_stable = half_stable_point(name)
        slots |= {f"{name}_{kind}": number(v, 4) for kind, v in zip(("weight", "bias"), half_stable, strict=True)}
    return slots | {
        "tanh_bias": number(bias),
        "tanh_edge": number(edge, 4),
        "tanh_q": number(fixed_point("tanh", edge, bias), 4),
        "tanh_zero": number(critical_weight_variance("tanh", 0.0)),
        "tanh_small": scientific(float(np.log10(small_bias))),
        "tanh_near": number(critical_weight_variance("tanh", small_bias), 4),
        "poole_bias": number(poole_bias),
        "poole_weights": listing([number(w) for w in poole_weights]),
        "poole_chi": listing([number(value) for value in chis]),
        "sigmoid_edge": number(critical_weight_variance("sigmoid", 0.0)),
        "glorot": number(100 * INITIALIZERS["glorot_normal"].variance(100, 100)),
    }
