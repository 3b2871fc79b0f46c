"""What single activation functions do, computed from their formulas and in random networks."""

from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from core.experiments.evidence.depth import WIDE, Slots, between, measured_reach, reach
from core.experiments.kept import WORDS, kept
from core.maths import activations as maths
from core.maths.dying import born_dead_probability, born_dead_share, dead_share
from core.maths.facts import facts
from core.maths.meanfield import predicted_log10_delta
from core.maths.network import Network, measure
from core.maths.response import bend, response
from core.words.numerals import listing, number, percent, scientific, size, whole


@kept(limit=WORDS)
def activation_functions() -> Slots:
    """Layers without a bend are one layer; functions whose slopes come up to one still lose the gradient."""
    x = np.linspace(-3.0, 3.0, 121)
    identity = Network("identity", depth=30, initializer="he_normal", bias_std=0.3)
    relu = replace(identity, activation="relu")
    softplus = Network("softplus", depth=50, width=128)
    return {
        "reach_depth": str(softplus.depth),
        "flat_depth": str(identity.depth),
        "identity_bend": scientific(np.log10(max(bend(x, response(identity, x)), 1e-300))),
        "relu_bend": percent(bend(x, response(relu, x))),
        "softplus_reach": measured_reach(softplus),
        "elu_reach": measured_reach(replace(softplus, activation="elu", parameters={})),
    }


@kept(limit=WORDS)
def sigmoid_and_tanh() -> Slots:
    """Tanh loses its gradient like a power of the depth, or explodes; sigmoid loses a factor in every layer."""
    networks = [Network("tanh", depth=depth, width=200) for depth in (10, 50, 100)]
    reaches = [reach(measure(network)) for network in networks]
    shortest, longest = networks[0], networks[-1]
    exponent = (reaches[-1] - reaches[0]) / (np.log10(longest.depth) - np.log10(shortest.depth))
    tanh, old = Network("tanh", depth=50, **WIDE), Network("sigmoid", depth=20, **WIDE)
    glorot = Network("sigmoid", depth=50, width=128)
    return {
        "tanh_width": str(longest.width),
        "tanh_depths": listing([str(network.depth) for network in networks]),
        "tanh_reaches": listing([size(value) for value in reaches]),
        "shortest": str(shortest.depth),
        "longest": str(longest.depth),
        "wide_depth": str(tanh.depth),
        "old_depth": str(old.depth),
        "tanh_exponent": number(exponent, 2),
        "tanh_wide": measured_reach(tanh),
        "sigmoid_glorot": size(reach(measure(glorot)) / (glorot.depth - 1)),
        "sigmoid_wide": measured_reach(old),
        "normal_width": str(old.width),
    }


@kept(limit=WORDS)
def relu() -> Slots:
    """Half of the paths are cut, which He's weights make up for, on average; units are born dead as theory says."""
    deep = Network("relu", depth=50, width=256)
    narrow = Network("relu", depth=50, width=50, initializer="he_normal", batch=1)
    draws = [2 * reach(measure(replace(narrow, seed=seed))) * np.log(10) for seed in range(100)]
    dark = Network("relu", depth=10, width=256, initializer="he_normal", bias_mean=-0.2, batch=32)  # on the brink
    counts = [float(measure(replace(dark, seed=seed)).dead[-1]) for seed in range(20)]
    born_width, born_layers, trials = 3, 10, 2000
    return {
        "dark_depth": str(dark.depth),
        "dark_width": str(dark.width),
        "dark_bias": number(dark.bias_mean),
        "dark_batch": str(dark.batch),
        "dark_seeds": str(len(counts)),
        "dark_least": percent(min(counts)),
        "dark_most": percent(max(counts)),
        "dark_theory": percent(float(dead_share(dark.bias_mean, dark.weight_variance, dark.depth, dark.batch)[-1])),
        "reach_depth": str(deep.depth),
        "reach_width": str(deep.width),
        "relu_glorot": measured_reach(deep),
        "relu_he": measured_reach(replace(deep, initializer="he_normal")),
        "relu_theory": size(float(predicted_log10_delta(deep)[0])),
        "seeds": str(len(draws)),
        "spread_depth": str(narrow.depth),
        "spread_width": str(narrow.width),
        "spread_measured": number(float(np.var(draws)), 2),
        "spread_theory": number(5 * narrow.depth / narrow.width, 2),
        "born_width": str(born_width),
        "born_layers": str(born_layers),
        "born_theory": percent(born_dead_probability(born_width, born_layers)),
        "born_counted": percent(born_dead_share(born_width, born_layers, trials)),
        "born_trials": whole(trials),
    }


@kept(limit=WORDS)
def relu_variants() -> Slots:
    """A small slope prevents death, not vanishing; the right gain depends on the slope; what formulas really say."""
    deep = Network("relu", depth=50, width=256)
    prelu = Network("prelu", {"a": 0.5}, depth=50, width=256, initializer="he_normal")
    dark = Network("relu", depth=50, width=32, bias_mean=-1.0)
    pair = [Network(name, depth=30, width=64) for name in ("leaky_relu", "relu")]  # as the page opens
    ratios = [
        reach(measure(replace(pair[0], seed=seed))) - reach(measure(replace(pair[1], seed=seed))) for seed in range(20)
    ]
    leaky_theory, relu_theory = (float(predicted_log10_delta(network)[0]) for network in pair)
    gain_slope, steep, x = 0.25, 1.5, -1.0
    return {
        "pair_count": str(len(ratios)),
        "pair_depth": str(pair[0].depth),
        "pair_width": str(pair[0].width),
        "pair_least": size(min(ratios)),
        "pair_most": size(max(ratios)),
        "pair_more": percent(10.0 ** (leaky_theory - relu_theory) - 1.0),
        "dead_depth": str(dark.depth),
        "dead_width": str(dark.width),
        "leaky_dead": percent(float(measure(replace(dark, activation="leaky_relu", parameters={})).dead[-1])),
        "relu_dead": percent(float(measure(dark).dead[-1])),
        "reach_depth": str(deep.depth),
        "reach_width": str(deep.width),
        "relu_glorot": measured_reach(deep),
        "leaky_glorot": measured_reach(replace(deep, activation="leaky_relu", parameters={})),
        "leaky_alpha": number(maths.LEAKY_ALPHA.default),
        "prelu_slope": number(prelu.parameters["a"]),
        "prelu_plus": measured_reach(prelu),
        "prelu_minus": measured_reach(replace(prelu, parameters={"a": -prelu.parameters["a"]})),
        "prelu_start": number(maths.PRELU_A.default),
        "gain": number(float(np.sqrt(2 / (1 + gain_slope**2)))),
        "gain_slope": number(gain_slope),
        "steep": number(steep),
        "steep_right": number(float(maths.leaky_relu(x, steep))),
        "steep_wrong": number(max(steep * x, x)),
        "elu_near": number(float(maths.elu_derivative(-1e-9))),
        "elu_minus_two": number(float(maths.elu_derivative(-2.0))),
        "elu_far": scientific(float(np.log10(maths.elu_derivative(-10.0)))),
    }


@kept(limit=WORDS)
def beyond_relu() -> Slots:
    """Slopes of Swish and GELU cross zero; with He's weights both lose their gradient; GELU's shortcuts are close."""
    slots: Slots = {}
    for name in ("swish", "gelu"):
        fact = facts(name)
        zero = fact.zeros[0][0]
        network = Network(name, depth=50, width=256, initializer="he_normal")
        slots |= {
            f"{name}_zero": number(zero),
            f"{name}_min": number(fact.infimum.value, 3),
            f"{name}_min_at": number(fact.infimum.low, 3),
            f"{name}_max": number(fact.supremum.value, 3),
            f"{name}_negative": percent(float(ndtr(zero))),
            f"{name}_he": measured_reach(network),
            f"{name}_theory": size(float(predicted_log10_delta(network)[0])),
        }
    block = replace(network, residual=True, normalization="layer")
    drawn = replace(network, width=128)
    draws = [reach(measure(replace(drawn, seed=seed))) for seed in range(10)]
    return (
        slots
        | between(draws, "gelu")
        | _shortcuts()
        | {
            "gelu_block": measured_reach(block),
            "reach_depth": str(network.depth),
            "width": str(network.width),
            "gelu_width": str(drawn.width),
        }
    )


def _shortcuts() -> Slots:
    """The largest errors of two shortcuts to GELU, in value and in slope."""
    x = np.linspace(-8.0, 8.0, 16001)
    exact, slope, beta = maths.gelu(x), maths.gelu_derivative(x), 1.702
    return {
        "tanh_error": _largest(maths.gelu_tanh(x) - exact),
        "tanh_slope_error": _largest(maths.gelu_tanh_derivative(x) - slope),
        "fast_error": number(float(np.abs(maths.swish(x, beta) - exact).max()), 2),
        "fast_slope_error": number(float(np.abs(maths.swish_derivative(x, beta) - slope).max()), 2),
    }


def _largest(errors: np.ndarray) -> str:
    return scientific(float(np.log10(np.abs(errors).max())))
