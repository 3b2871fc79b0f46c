"""What is said of a network in the laboratory."""

import pytest

from core.experiments.laboratory import described
from core.maths.notation import read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tanh", "Tanh, 20 layers of 64, Glorot"),
        ("relu~initializer.he_uniform~weight_gain.0.1", "ReLU, 20 layers of 64, He, uniform, weight gain 0.1"),
        ("elu~alpha.2~normalization.batch~branch_scale.0.3", "ELU α = 2, 20 layers of 64, Glorot, BatchNorm"),
        (
            "leaky_relu~residual.yes~depth.1000~width.4",
            "Leaky ReLU α = 0.01, 1000 layers of 4, Glorot, residual with s = 1",
        ),
        (
            "swish~beta.2.5~depth.30~initializer.normal~std.0.05~weight_gain.1.5~bias_std.0.2~normalization.layer"
            "~residual.yes~branch_scale.0.5~width.512~batch.8~seed.3",
            "Swish β = 2.5, 30 layers of 512, Normal, fixed σ σ = 0.05, weight gain 1.5, bias spread 0.2, LayerNorm, "
            "residual with s = 0.5",
        ),
    ],
)
def test_a_network_is_described_by_what_is_unusual(text, words):
    assert described(read(text)) == words
