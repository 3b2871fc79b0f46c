"""What is said of a network in the laboratory, and given away."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from core.experiments.laboratory import described
from core.experiments.scripts import numpy_script, torch_script
from core.maths.network import FIELDS, Network
from core.maths.notation import read
from core.maths.numbers import Number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tanh", "Tanh, 20 layers of 64, Glorot (Xavier)"),
        (
            "relu~initializer.he_uniform~weight_gain.0.1",
            "ReLU, 20 layers of 64, He (Kaiming), uniform, weight gain 0.1",
        ),
        ("elu~alpha.2~normalization.batch~branch_scale.0.3", "ELU α = 2, 20 layers of 64, Glorot (Xavier), BatchNorm"),
        (
            "leaky_relu~residual.yes~depth.1000~width.4",
            "Leaky ReLU α = 0.01, 1000 layers of 4, Glorot (Xavier), residual with s = 1",
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


@pytest.mark.parametrize("script", [numpy_script, torch_script])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_script_computes_with_every_setting(field, script):
    """Two networks that differ in one field give two programs, whatever their titles say."""
    network = Network("tanh", residual=True, branch_scale=0.5)
    values = (
        [field.kind.low, field.kind.high] if isinstance(field.kind, Number)
        else [*field.kind] if isinstance(field.kind, Mapping)
        else [True, False]
    )  # fmt: skip
    other = next(value for value in values if value != getattr(network, field.name))
    before, after = (script(each).partition("\n")[2] for each in (network, replace(network, **{field.name: other})))
    assert before != after
