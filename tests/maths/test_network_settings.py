"""What a network may be, and what is refused."""

import math
import tracemalloc
from dataclasses import FrozenInstanceError, replace

import pytest

from core.maths.network import Network


def test_defaults_are_those_of_the_house():
    network = Network("tanh")
    assert (network.depth, network.width, network.batch, network.seed) == (20, 64, 32, 0)
    assert (network.initializer, network.weight_gain, network.bias_std) == ("glorot_normal", 1.0, 0.0)
    assert (network.residual, network.normalization, network.branch_scale) == (False, None, 1.0)
    assert Network("elu").parameters == {"alpha": 1.0}
    assert Network("tanh", initializer="normal").initializer_parameters == {"std": 0.01}


def test_a_network_cannot_be_changed_and_equals_its_copy():
    network = Network("prelu", {"a": 0.25})
    with pytest.raises(FrozenInstanceError):
        network.depth = 3
    assert network == replace(network) == Network("prelu")
    assert hash(network) == hash(Network("prelu"))
    assert network != Network("prelu", {"a": 0.3})


def test_a_network_keeps_its_parameters_when_the_mapping_given_changes():
    given_values = {"a": 0.1}
    network = Network("prelu", given_values)
    given_values["a"] = 1.0
    assert network.parameters == {"a": 0.1}


def test_whole_numbers_may_come_as_floats_and_are_kept_as_integers():
    network = Network("tanh", depth=12.0, weight_gain=2)
    assert (network.depth, type(network.depth), type(network.weight_gain)) == (12, int, float)


@pytest.mark.parametrize("unknown", ["tanhh", "", "Tanh", None, 3, math.nan, ("tanh",), [], {}])
@pytest.mark.parametrize("field", ["activation", "initializer"])
def test_an_unknown_name_is_refused_with_the_kind_of_name(field, unknown):
    with pytest.raises(ValueError, match=f"unknown {field}"):
        Network(**{"activation": "tanh", field: unknown})


WHOLE = {"depth": (1, 1000), "width": (2, 512), "batch": (1, 512), "seed": (0, 2**31 - 1)}
REAL = {"weight_gain": (0, 10), "bias_std": (0, 10), "bias_mean": (-10, 10), "branch_scale": (0, 2)}


@pytest.mark.parametrize(("field", "bounds"), [*WHOLE.items(), *REAL.items()])
def test_numbers_out_of_bounds_are_refused_with_their_name(field, bounds):
    low, high = bounds
    for value in (low - 1, high + 1, math.nan, math.inf, -math.inf, -1e308, 1e308, 10**300, -(10**300)):
        with pytest.raises(ValueError, match=f"^{field} must lie between"):
            Network("tanh", **{field: value})


@pytest.mark.parametrize("junk", [None, 0, 1, 1.0, "True", "yes", [], [True], math.nan], ids=repr)
def test_residual_is_true_or_false_and_nothing_else(junk):
    with pytest.raises(ValueError, match="^residual must be True or False"):
        Network("tanh", residual=junk)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("layer", "layer"),
        ("LayerNorm", "layer"),
        ("layer_norm", "layer"),
        ("layer-norm", "layer"),
        ("Layer Normalization", "layer"),
        ("batch", "batch"),
        ("BatchNorm", "batch"),
        ("batch_norm", "batch"),
        ("BATCH NORM", "batch"),
        ("batchnormalization", "batch"),
    ],
)
def test_a_normalization_is_understood_by_the_names_libraries_give_it(alias, name):
    network = Network("tanh", normalization=alias)
    assert network.normalization == name
    assert network == Network("tanh", normalization=name)
    assert replace(network).normalization == name


@pytest.mark.parametrize(
    "unknown",
    ["", "norm", "normalization", "group", "None", "layers", "batchlayer", "lay er x", True, False, 0, b"layer"],
)
def test_an_unknown_normalization_is_refused_with_those_that_are_known(unknown):
    with pytest.raises(ValueError, match="^unknown normalization .*; known: None, layer, batch$"):
        Network("tanh", normalization=unknown)


@pytest.mark.parametrize(
    "unhashable", [[], {}, ["layer"], object(), math.nan, 1j], ids=lambda junk: type(junk).__name__
)
def test_what_is_no_name_is_no_normalization(unhashable):
    with pytest.raises(ValueError, match="unknown normalization"):
        Network("tanh", normalization=unhashable)


def test_one_sample_is_no_batch_to_be_normalized():
    with pytest.raises(ValueError, match="batch normalization needs a batch of at least 2 samples"):
        Network("tanh", normalization="BatchNorm", batch=1)
    assert Network("tanh", normalization="batch", batch=2).batch == 2
    assert Network("tanh", normalization="layer", batch=1).batch == 1


def test_networks_that_differ_in_normalization_skips_or_branch_scale_are_not_equal():
    network = Network("tanh")
    others = ({"residual": True}, {"normalization": "layer"}, {"normalization": "batch"}, {"branch_scale": 0.5})
    changed = [replace(network, **other) for other in others]
    assert len({network, *changed}) == 5


@pytest.mark.parametrize("field", WHOLE)
def test_fractions_are_refused_where_whole_numbers_are_asked(field):
    with pytest.raises(ValueError, match=f"^{field} must be a whole number"):
        Network("tanh", **{field: 2.5})


@pytest.mark.parametrize("field", [*WHOLE, *REAL])
def test_what_is_no_number_is_refused_with_the_name_of_the_setting(field):
    """What else is none: tests/maths/test_numbers.py."""
    for junk in (None, "many", 10**400):
        with pytest.raises(ValueError, match=f"^{field} must be a number"):
            Network("tanh", **{field: junk})


@pytest.mark.parametrize(
    ("setup", "complaint"),
    [
        ({"parameters": {"alpha": 1.0}}, "tanh has no parameter 'alpha'"),
        ({"activation": "elu", "parameters": {"alpha": -1.0}}, "alpha must lie between"),
        ({"activation": "elu", "parameters": {"alpha": math.nan}}, "alpha must lie between"),
        ({"activation": "elu", "parameters": {"alpha": "1 or so"}}, "alpha must be a number"),
        ({"initializer_parameters": {"std": 0.1}}, "glorot_normal has no parameter 'std'"),
        ({"initializer": "normal", "initializer_parameters": {"std": 0.0}}, "std must lie between"),
        ({"initializer": "normal", "initializer_parameters": {"std": math.inf}}, "std must lie between"),
        ({"initializer": "normal", "initializer_parameters": {3: 0.1}}, "normal has no parameter 3"),
    ],
)
def test_parameters_that_do_not_belong_are_refused(setup, complaint):
    with pytest.raises(ValueError, match=complaint):
        Network(**{"activation": "tanh", **setup})


@pytest.mark.parametrize("field", ["parameters", "initializer_parameters"])
@pytest.mark.parametrize("junk", [None, 3, ["alpha"], "alpha"], ids=repr)
def test_parameters_that_are_no_mapping_are_refused(field, junk):
    with pytest.raises(ValueError, match="parameter"):
        Network("elu", **{field: junk})


def test_a_network_too_large_is_refused_before_anything_is_allocated():
    tracemalloc.start()
    try:
        for size in ({"depth": 1000, "width": 512, "batch": 512}, {"depth": 10**9, "width": 10**9, "batch": 10**9}):
            with pytest.raises(ValueError, match="must"):
                Network("tanh", **size)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_product_of_depth_width_and_batch_is_bounded():
    assert Network("tanh", depth=128, width=512, batch=256).depth == 128
    with pytest.raises(ValueError, match="depth x width x batch must be at most 16,777,216, not 16,908,288"):
        Network("tanh", depth=129, width=512, batch=256)
