"""What random networks do to the gradient, and what theory says of it."""

from dataclasses import replace
from typing import Any

import numpy as np

from core.experiments.kept import WORDS, kept
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS, chain, flush_depth, zero_depth
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
from core.maths.moments import quadrature
from core.maths.network import Layers, Network, measure
from core.words.numerals import listing, number, plain, scientific, size

Slots = dict[str, str]

# Weights of standard deviation one, on layers of a hundred units: far larger than usual.
WIDE: dict[str, Any] = {"width": 100, "initializer": "normal", "initializer_parameters": {"std": 1.0}}


def reach(layers: Layers | Prediction) -> float:
    """log10 of the share of the last layer's gradient that reaches layer 1."""
    return float(layers.log10_delta[0] - layers.log10_delta[-1])


def measured_reach(network: Network) -> str:
    """That share in a network as it is measured, as text."""
    return size(reach(measure(network)))


def between(values: list[float], name: str) -> Slots:
    """The least and the most of some shares of which the logarithms are given, and how many they are."""
    return {f"{name}_seeds": str(len(values)), f"{name}_least": size(min(values)), f"{name}_most": size(max(values))}


@kept(limit=WORDS)
def vanishing_gradient() -> Slots:
    """Weights count beside slopes, so that more is left than slopes alone allow; it is formats that reach zero."""
    glorot, wide = Network("sigmoid", depth=50, width=128), Network("sigmoid", depth=20, **WIDE)
    largest = facts("sigmoid").largest
    return {
        "glorot_factor": size(reach(measure(glorot)) / (glorot.depth - 1)),
        "glorot_depth": str(glorot.depth),
        "normal_reach": measured_reach(wide),
        "normal_depth": str(wide.depth),
        "normal_width": str(wide.width),
        "bound": scientific((wide.depth - 1) * np.log10(largest)),  # as many as there are steps back
        "flushed_depths": ", ".join(f"{f.name} {flush_depth(largest, f)}" for f in FORMATS),
        "lost_depths": ", ".join(f"{f.name} {zero_depth(largest, f)}" for f in FORMATS),
    }


@kept(limit=WORDS)
def backpropagation() -> Slots:
    """There are two gradients, and one can shrink from layer to layer while the other stays as it is."""
    width = 256
    usual = {"std": 1.0 / np.sqrt(3 * width)}  # before Glorot
    old = Network("tanh", depth=5, width=width, initializer="normal", initializer_parameters=usual, batch=128)
    relu = Network("relu", depth=50, width=128)
    layers = measure(relu)
    absolute = float(layers.log10_weight_gradient[0])
    large, bias, x = 100.0, -50.0, 0.5  # Nielsen's
    followed = chain("sigmoid", [large] * 4, x, bias)
    return _both("old", old, measure(old)) | _both("relu", relu, layers) | {
        "relu_absolute": scientific(absolute),
        "large_weight": plain(large),
        "large_bias": plain(bias),
        "large_input": plain(x),
        "large_z": plain(float(np.abs(followed.preactivation).max())),
        "large_factor": plain(float(followed.factor.max())),
    }  # fmt: skip


def _both(name: str, network: Network, layers: Layers) -> Slots:
    """Of either gradient, what there is in layer 1 relative to the last layer."""
    weight = layers.log10_weight_gradient
    return {
        f"{name}_depth": str(network.depth),
        f"{name}_delta": size(reach(layers)),
        f"{name}_weight": size(weight[0] - weight[-1]),
    }


@kept(limit=WORDS)
def laboratory() -> Slots:
    """Gradients grow with BatchNorm, and with residual connections of large branches; narrow networks scatter.

    In a funnel, weights that keep the signal lose gradient, and Glorot's halve the loss; in a zigzag they lose both.
    """
    batch = Network("relu", depth=30, width=128, batch=128, initializer="he_normal", normalization="batch")
    skip = Network("tanh", depth=50, width=128, residual=True)
    small = replace(skip, branch_scale=round(1 / np.sqrt(skip.depth), 2))
    narrow = Network("relu", depth=50, width=32, initializer="he_normal")
    draws = [reach(measure(replace(narrow, seed=seed))) for seed in range(20)]
    return (
        between(draws, "wide")
        | _widths()
        | {
            "batch_depth": str(batch.depth),
            "batch_measured": size(reach(measure(batch)) / (batch.depth - 1)),
            "batch_theory": size(reach(predicted(batch)) / (batch.depth - 1)),
            "skip_depth": str(skip.depth),
            "skip_reach": measured_reach(skip),
            "skip_theory": size(reach(predicted(skip))),
            "skip_relu": measured_reach(replace(skip, activation="relu", initializer="he_normal")),
            "skip_scale": number(small.branch_scale),
            "skip_small": measured_reach(small),
            "wide_depth": str(narrow.depth),
            "wide_width": str(narrow.width),
            "wide_theory": size(float(predicted_log10_delta(narrow)[0])),
        }
    )


def _widths() -> Slots:
    funnel = Network("identity", depth=10, width=256, profile="funnel", initializer="lecun_normal")
    turn = Network("identity", depth=50, width=256, profile="zigzag", initializer="lecun_normal")
    slots: Slots = {}
    for name, initializer in (("lecun", "lecun_normal"), ("glorot", "glorot_normal")):
        drawn = [measure(replace(funnel, initializer=initializer, seed=seed)) for seed in range(8)]
        slots |= {
            f"fan_{name}": size(float(np.median([reach(layers) for layers in drawn]))),
            f"turn_{name}": measured_reach(replace(turn, initializer=initializer)),
        }
    grown = [layers.preactivation_rms[-1] / layers.preactivation_rms[0] for layers in drawn]  # with Glorot's
    return slots | {
        "fan_signal": number(float(np.median(grown))),
        "fan_depth": str(funnel.depth),
        "fan_wide": str(funnel.widths[0]),
        "fan_narrow": str(funnel.widths[-1]),
        "turn_depth": str(turn.depth),
        "turn_wide": str(max(turn.widths)),
        "turn_narrow": str(min(turn.widths)),
        "turn_theory": size(reach(predicted(replace(turn, initializer="glorot_normal")))),
    }


@kept(limit=WORDS)
def order_and_chaos() -> Slots:
    """Where the edge lies: a line for tanh, from half-stable points on for Swish and GELU, far away for sigmoid."""
    bias, small_bias = 0.05, 2.01e-5
    edge = critical_weight_variance("tanh", bias)
    poole_bias, poole_weights = 0.3, (1.3, 2.5, 4.0)
    chis = [chi("tanh", fixed_point("tanh", w**2, poole_bias**2), w**2) for w in poole_weights]
    fan = 100
    slots: Slots = {}
    for name in ("swish", "gelu"):
        weight_variance, bias_variance = half_stable_point(name)
        slots |= {f"{name}_weight": number(weight_variance), f"{name}_bias": number(bias_variance)}
    return slots | {
        "tanh_bias": number(bias),
        "tanh_edge": number(edge),
        "tanh_q": number(fixed_point("tanh", edge, bias)),
        "tanh_zero": number(critical_weight_variance("tanh", 0.0)),
        "tanh_small": scientific(float(np.log10(small_bias))),
        "tanh_near": number(critical_weight_variance("tanh", small_bias)),
        "poole_bias": number(poole_bias),
        "poole_weights": listing([number(w) for w in poole_weights]),
        "poole_chi": listing([number(value) for value in chis]),
        "sigmoid_edge": number(critical_weight_variance("sigmoid", 0.0)),
        "glorot": number(fan * INITIALIZERS["glorot_normal"].variance(fan, fan)),
    }


@kept(limit=WORDS)
def papers() -> Slots:
    """What a well-known mistake makes of a published number, and how far random networks are apart."""
    edge = critical_weight_variance("tanh", 0.05)
    q = fixed_point("tanh", edge, 0.05)
    x, weights = quadrature(float(np.sqrt(q)))
    mean_slope = float(weights @ ACTIVATIONS["tanh"].derivative(x))
    narrow = Network("relu", depth=50, width=50, initializer="he_normal", batch=1)
    draws = [reach(measure(replace(narrow, seed=seed))) for seed in range(10)]
    return between(draws, "scatter") | {
        "right_chi": number(chi("tanh", q, edge)),
        "wrong_chi": number(edge * mean_slope**2),
        "scatter_depth": str(narrow.depth),
        "scatter_width": str(narrow.width),
    }
