"""What stays as it is from release to release: the settings that pages open with, and links that have been valid."""

from tests.pages.reader import PAGES, opened, values

# What every control of a released page is set to when it opens. A value equal to the default is left out of the
# address, so a changed default changes every link that was ever shared: change one only on purpose.
DEFAULTS = {
    "vanishing_gradient": {
        "depth": 20, "first.same": False, "first.activations": ["Sigmoid", "ReLU"],
        "activations": ["Sigmoid", "Tanh", "ReLU"], "initializer": "Glorot (Xavier)", "gain": 1.0, "width": 64,
        "seed": 0, "loss_scale": 0,
    },
    "backpropagation": {
        "descent.rate": 0.1, "descent.step": 0,
        "chain.activation": "Sigmoid", "chain.neurons": 4, "chain.x": 1.0, "chain.weight": 1.0, "chain.step": 4,
        "chain.bias": 0.0,
    },
    "why_it_matters": {
        "step.activations": ["Sigmoid", "ReLU"], "step.depth": 8, "step.rate": 0.1, "step.initializer": "He (Kaiming)",
        "step.width": 64, "step.seed": 0, "early.network": "ReLU",
    },
    "activation_functions": {
        "bend.activations": ["Identity", "Tanh", "ReLU"], "bend.depth": 5, "bend.bias": 0.3, "bend.width": 64,
        "bend.seed": 0, "curves.activations": ["Sigmoid", "Tanh", "ReLU", "GELU"],
    },
    "sigmoid_and_tanh": {
        "saturating.curve": "Sigmoid and tanh", "saturating.x": 1.0, "saturating.spread": 1.0, "saturating.depth": 20,
    },
    "relu": {
        "relu.depth": 50, "relu.width": 64, "relu.seed": 0, "relu.x": 1.0, "relu.bias": 0.0, "relu.batch": 32,
        "relu.rate": 0.8, "relu.alpha": 0.1,
    },
    "relu_variants": {
        "variants.own": False, "leaky_relu.alpha": 0.01, "prelu.a": 0.25, "elu.alpha": 1.0, "variants.depth": 30,
        "variants.initializer": "Glorot (Xavier)", "variants.width": 64, "variants.seed": 0,
    },
    "beyond_relu": {
        "swish.beta": 1.0, "beyond.x": 1.0, "beyond.depth": 50, "beyond.around": "Plain",
        "beyond.initializer": "He (Kaiming)", "beyond.width": 64, "beyond.seed": 0,
    },
    "watch_it_learn": {
        "learn.story": "My own settings", "learn.race": "Activations", "learn.data": "Handwritten digits",
        "learn.activations": ["Sigmoid", "ReLU"], "learn.depth": 8, "learn.initializer": "He (Kaiming)",
        "learn.optimizer": "SGD", "learn.rate": "0.1", "learn.steps": 1000, "learn.normalization": "Without",
        "learn.clip": "0", "learn.decay": "0", "learn.layers": "1", "learn.residual": False,
        "learn.width": 32, "learn.batch": 64, "learn.seed": 0, "learn.view": "Gradient",
    },
    "laboratory": {
        "lab.activation": "Tanh", "lab.depth": 50, "lab.initializer": "Glorot (Xavier)", "lab.gain": 1.0,
        "lab.bias": 0.0, "lab.normalization": "Without", "lab.residual": False, "lab.width": 64,
        "lab.profile": "Equal", "lab.batch": 32, "lab.seeds": 5, "lab.seed": 0, "lab.view": "Gradient δ",
    },
    "order_and_chaos": {"chaos.activation": "Tanh", "chaos.w": 1.5, "chaos.b": 0.05, "chaos.depth": 50},
    "papers": {"papers.row": "Li 2017: tanh"},
    "through_time": {
        "time.cells": ["Tanh", "LSTM"], "time.steps": 50, "time.gain": 1.0, "time.forget": 1.0, "time.input": 1.0,
        "time.wait": 20, "time.learn": False,
    },
    "cures": {
        "cures.patient": "Vanishes", "cures.depth": "10",
        "cures.shown": ["ReLU, He", "BatchNorm", "Residual", "Adam"],
    },
}  # fmt: skip
STORY = "learn.story"  # no setting of its own: it sets all the others


def defaults(stem):
    """What the controls are set to when the page opens: as pinned, and of a page not yet released as it is."""
    return DEFAULTS[stem] if stem in DEFAULTS else values(opened(stem))


CONTROLS = [(stem, key) for stem in PAGES for key in defaults(stem) if key != STORY]

# Links that have been valid once stay valid: page, address, and what the controls are set to.
LINKS = [
    ("vanishing_gradient", {"depth": "100", "activations": "Sigmoid"}, {"depth": 100, "activations": ["Sigmoid"]}),
    (
        "vanishing_gradient",
        {"depth": "50", "activations": ["Sigmoid", "ReLU"], "initializer": "He", "gain": "2", "width": "128",
         "seed": "7"},
        {"depth": 50, "activations": ["Sigmoid", "ReLU"], "initializer": "He (Kaiming)", "gain": 2.0, "width": 128,
         "seed": 7},
    ),
    ("vanishing_gradient", {"initializer": "He (Kaiming)"}, {"initializer": "He (Kaiming)"}),
    ("vanishing_gradient", {"loss_scale": "15"}, {"loss_scale": 15}),
    (
        "vanishing_gradient",
        {"initializer": "Normal, fixed σ", "initializer.std": "0.05", "activations": ["Leaky ReLU", "GELU (tanh)"]},
        {"initializer": "Normal, fixed σ", "initializer.std": 0.05, "activations": ["Leaky ReLU", "GELU (tanh)"]},
    ),
    (
        "vanishing_gradient",
        {"depth": "30", "first.same": "true", "first.activations": ["Tanh", "GELU"]},
        {"depth": 30, "first.same": True, "first.activations": ["Tanh", "GELU"]},
    ),
    (
        "backpropagation",
        {"chain.activation": "Leaky ReLU", "chain.neurons": "12", "chain.x": "-1", "chain.weight": "3",
         "chain.step": "20"},
        {"chain.activation": "Leaky ReLU", "chain.neurons": 12, "chain.x": -1.0, "chain.weight": 3.0, "chain.step": 20},
    ),
    ("backpropagation", {"descent.rate": "0.55", "descent.step": "3"}, {"descent.rate": 0.55, "descent.step": 3}),
    (
        "backpropagation", {"chain.weight": "-100", "chain.bias": "57.735"},
        {"chain.weight": -100.0, "chain.bias": 57.735},
    ),
    ("backpropagation", {"chain.step": "0"}, {"chain.step": 0}),
    ("backpropagation", {"chain.step": "5"}, {"chain.step": 5}),
    ("backpropagation", {"chain.step": "8"}, {"chain.step": 8}),  # where it opened without a step, up to 0.1.0
    (  # the end of the longest chain has been the end of every chain
        "backpropagation", {"chain.neurons": "6", "chain.step": "24"}, {"chain.neurons": 6, "chain.step": 12},
    ),
    (
        "why_it_matters",
        {"step.activations": "Tanh", "step.depth": "20", "step.rate": "0.01", "step.initializer": "Orthogonal",
         "step.width": "16", "step.seed": "20"},
        {"step.activations": ["Tanh"], "step.depth": 20, "step.rate": 0.01, "step.initializer": "Orthogonal",
         "step.width": 16, "step.seed": 20},
    ),
    ("why_it_matters", {"early.network": "Sigmoid"}, {"early.network": "Sigmoid"}),
    (
        "why_it_matters",
        {"step.initializer": "Normal, fixed σ", "step.initializer.std": "0.5"},
        {"step.initializer": "Normal, fixed σ", "step.initializer.std": 0.5},
    ),
    (
        "activation_functions",
        {"bend.activations": ["Swish", "Mish"], "bend.depth": "30", "bend.bias": "1", "bend.width": "8",
         "bend.seed": "3", "curves.activations": "Softplus"},
        {"bend.activations": ["Swish", "Mish"], "bend.depth": 30, "bend.bias": 1.0, "bend.width": 8,
         "bend.seed": 3, "curves.activations": ["Softplus"]},
    ),
    (
        "sigmoid_and_tanh",
        {"saturating.curve": "Tanh", "saturating.x": "-4.5", "saturating.spread": "10", "saturating.depth": "100"},
        {"saturating.curve": "Tanh", "saturating.x": -4.5, "saturating.spread": 10.0, "saturating.depth": 100},
    ),
    (  # until both were offered, a link to the sigmoid left it out: it is the first of them
        "sigmoid_and_tanh",
        {"saturating.curve": "Sigmoid", "saturating.x": "4"},
        {"saturating.curve": "Sigmoid", "saturating.x": 4.0},
    ),
    (
        "relu",
        {"relu.depth": "100", "relu.width": "128", "relu.seed": "1", "relu.x": "0", "relu.bias": "-1",
         "relu.batch": "128", "relu.rate": "0.2", "relu.alpha": "0"},
        {"relu.depth": 100, "relu.width": 128, "relu.seed": 1, "relu.x": 0.0, "relu.bias": -1.0,
         "relu.batch": 128, "relu.rate": 0.2, "relu.alpha": 0.0},
    ),
    (
        "relu_variants",
        {"leaky_relu.alpha": "1.5", "prelu.a": "-0.5", "elu.alpha": "0", "variants.own": "true", "variants.depth": "1",
         "variants.initializer": "He, uniform", "variants.width": "32", "variants.seed": "2"},
        {"leaky_relu.alpha": 1.5, "prelu.a": -0.5, "elu.alpha": 0.0, "variants.own": True, "variants.depth": 1,
         "variants.initializer": "He (Kaiming), uniform", "variants.width": 32, "variants.seed": 2},
    ),
    *(  # as they have been called, and as they are called by now
        ("relu_variants", {"variants.initializer": label}, {"variants.initializer": "Glorot (Xavier), uniform"})
        for label in ("Glorot, uniform", "Glorot (Xavier), uniform")
    ),
    ("beyond_relu", {"beyond.initializer": "Glorot"}, {"beyond.initializer": "Glorot (Xavier)"}),
    ("why_it_matters", {"step.initializer": "Glorot"}, {"step.initializer": "Glorot (Xavier)"}),
    ("laboratory", {"lab.initializer": "He"}, {"lab.initializer": "He (Kaiming)"}),
    ("watch_it_learn", {"learn.initializer": "Glorot"}, {"learn.initializer": "Glorot (Xavier)"}),
    (
        "relu_variants",
        {"variants.initializer": "Normal, fixed σ", "variants.initializer.std": "2"},
        {"variants.initializer": "Normal, fixed σ", "variants.initializer.std": 2.0},
    ),
    (
        "beyond_relu",
        {"swish.beta": "10", "beyond.x": "-1.3", "beyond.depth": "5", "beyond.initializer": "LeCun",
         "beyond.width": "24", "beyond.seed": "9"},
        {"swish.beta": 10.0, "beyond.x": -1.3, "beyond.depth": 5, "beyond.initializer": "LeCun",
         "beyond.width": 24, "beyond.seed": 9},
    ),
    (
        "beyond_relu",
        {"beyond.initializer": "Normal, fixed σ", "beyond.initializer.std": "0.01", "beyond.around": "Modern"},
        {"beyond.initializer": "Normal, fixed σ", "beyond.initializer.std": 0.01, "beyond.around": "Modern"},
    ),
    (
        "laboratory",
        {"lab.activation": "Swish", "lab.swish.beta": "2.5", "lab.depth": "30", "lab.initializer": "Normal, fixed σ",
         "lab.initializer.std": "0.1", "lab.gain": "1.5", "lab.bias": "0.2", "lab.normalization": "LayerNorm",
         "lab.residual": "true", "lab.scale": "0.5", "lab.width": "32", "lab.batch": "16", "lab.seeds": "3",
         "lab.seed": "7", "lab.view": "Saturated"},
        {"lab.activation": "Swish", "lab.swish.beta": 2.5, "lab.depth": 30, "lab.initializer": "Normal, fixed σ",
         "lab.initializer.std": 0.1, "lab.gain": 1.5, "lab.bias": 0.2, "lab.normalization": "LayerNorm",
         "lab.residual": True, "lab.scale": 0.5, "lab.width": 32, "lab.batch": 16, "lab.seeds": 3,
         "lab.seed": 7, "lab.view": "Saturated", "lab.line": "1"},
    ),
    (
        "laboratory",
        {"lab.activation": "Leaky ReLU", "lab.leaky_relu.alpha": "0.2", "lab.normalization": "BatchNorm",
         "lab.profile": "Zigzag", "lab.view": "Gradient ∂Loss/∂W"},
        {"lab.activation": "Leaky ReLU", "lab.leaky_relu.alpha": 0.2, "lab.normalization": "BatchNorm",
         "lab.profile": "Zigzag", "lab.view": "Gradient ∂Loss/∂W"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Nothing: one network", "learn.data": "Two spirals", "learn.activation": "Swish",
         "learn.swish.beta": "2.5", "learn.depth": "5", "learn.initializer": "Normal, fixed σ",
         "learn.initializer.std": "0.1", "learn.optimizer": "Adam", "learn.rate": "0.005", "learn.steps": "500",
         "learn.normalization": "LayerNorm", "learn.residual": "true", "learn.width": "16", "learn.batch": "32",
         "learn.seed": "7", "learn.view": "Moved"},
        {"learn.race": "Nothing: one network", "learn.data": "Two spirals", "learn.activation": "Swish",
         "learn.swish.beta": 2.5, "learn.depth": 5, "learn.initializer": "Normal, fixed σ",
         "learn.initializer.std": 0.1, "learn.optimizer": "Adam", "learn.rate": "0.005", "learn.steps": 500,
         "learn.normalization": "LayerNorm", "learn.placement": "Before the activation",
         "learn.residual": True, "learn.width": 16, "learn.batch": 32,
         "learn.seed": 7, "learn.view": "Moved"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Nothing: one network", "learn.clip": "0.1", "learn.decay": "0.01", "learn.layers": "3"},
        {"learn.race": "Nothing: one network", "learn.activation": "Sigmoid", "learn.clip": "0.1",
         "learn.decay": "0.01", "learn.layers": "3"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Activations", "learn.activations": ["Tanh", "PReLU"], "learn.view": "PReLU's a"},
        {"learn.activations": ["Tanh", "PReLU"], "learn.view": "PReLU's a"},
    ),
    (
        "watch_it_learn",
        {"learn.race": "Initializations", "learn.initializers": ["Glorot, uniform", "He", "He, uniform"]},
        {"learn.race": "Initializations", "learn.activation": "Sigmoid",
         "learn.initializers": ["Glorot (Xavier), uniform", "He (Kaiming)", "He (Kaiming), uniform"]},
    ),
    *(
        (
            "watch_it_learn",
            {"learn.race": race, key: chosen},
            {"learn.race": race, "learn.activation": "Sigmoid", key: chosen},
        )
        for race, key, chosen in (
            ("Depths", "learn.depths", ["2", "30"]),
            ("Initializations", "learn.initializers", ["Orthogonal", "Normal, fixed σ"]),
            ("Initializations", "learn.initializers", ["LeCun", "He (Kaiming)"]),
            ("Optimizers", "learn.optimizers", ["Momentum", "Adam"]),
            ("Learning rates", "learn.rates", ["0.001", "5"]),
        )
    ),
    *(
        (
            "watch_it_learn",
            {"learn.race": "Normalizations", "learn.normalizations": ["Without", "BatchNorm"], **placed},
            {"learn.race": "Normalizations", "learn.normalizations": ["Without", "BatchNorm"],
             "learn.activation": "Sigmoid", "learn.placement": "Before the activation", **placed},
        )
        for placed in ({}, {"learn.placement": "Before the layer (pre-norm)"})
    ),
    (
        "laboratory", {"lab.view": "Saturated", "lab.line": "5.91", "lab.gain": "1.6667"},
        {"lab.view": "Saturated", "lab.line": "5.91", "lab.gain": 1.6667},
    ),
    (
        "order_and_chaos",
        {"chaos.activation": "ELU", "chaos.elu.alpha": "2", "chaos.w": "1.76", "chaos.b": "0.55", "chaos.depth": "7"},
        {"chaos.activation": "ELU", "chaos.elu.alpha": 2.0, "chaos.w": 1.76, "chaos.b": 0.55, "chaos.depth": 7},
    ),
    ("papers", {"papers.row": "Poole 2016"}, {"papers.row": "Poole 2016"}),
    (
        "through_time",
        {"time.cells": ["ReLU, identity", "GRU"], "time.steps": "77", "time.gain": "0.85", "time.forget": "-1.25",
         "time.input": "0", "time.wait": "5"},
        {"time.cells": ["ReLU, identity", "GRU"], "time.steps": 77, "time.gain": 0.85, "time.forget": -1.25,
         "time.input": 0.0, "time.wait": 5},
    ),
    (
        "through_time", {"time.cells": "Tanh", "time.wait": "6", "time.learn": "true"},
        {"time.cells": ["Tanh"], "time.wait": 6, "time.learn": True},
    ),
    (
        "cures",
        {"cures.patient": "Diverges", "cures.depth": "20", "cures.shown": ["Clipping", "Loss scaling"]},
        {"cures.patient": "Diverges", "cures.depth": "20", "cures.shown": ["Clipping", "Loss scaling"]},
    ),
]  # fmt: skip
