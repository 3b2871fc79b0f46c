"""Training runs that tell the story of the article, each doing what its name on the page says."""

from core.maths.training import Run

STORIES: dict[str, Run] = {  # the words are the blocks `story ...` of the page
    "sigmoid": Run(activation="sigmoid", depth=8, initializer="glorot_normal"),
    "relu": Run(activation="relu", depth=8, initializer="he_normal"),
    "tanh": Run(activation="tanh", depth=8, initializer="glorot_normal"),
    "dies": Run("circles", "relu", depth=4, width=16, learning_rate=1.0, steps=500, seed=1),
    "leaky": Run("circles", "leaky_relu", {"alpha": 0.1}, depth=4, width=16, learning_rate=1.0, steps=500, seed=1),
    "prelu": Run(activation="prelu", depth=8, initializer="he_normal"),
    "batchnorm": Run(activation="sigmoid", depth=8, initializer="glorot_normal", normalization="batch"),
    "adam": Run(activation="sigmoid", depth=6, optimizer="adam", learning_rate=0.01),
    "zeros": Run("circles", "tanh", depth=2, width=16, initializer="zero", steps=500),
    "twins": Run("digits", "tanh", {}, 2, 16, "constant", {"value": 0.1}, steps=500),
}

ABOUT = {  # what of the layers a story is about: a view of its heat map
    "sigmoid": "gradient",
    "relu": "gradient",
    "tanh": "gradient",
    "dies": "dead",
    "leaky": "dead",
    "prelu": "slope",
    "batchnorm": "gradient",
    "adam": "moved",
    "zeros": "gradient",
    "twins": "twins",
}
