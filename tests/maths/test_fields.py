"""The tables of fields say all there is to say of a network and of a run, each thing once."""

from dataclasses import MISSING, fields

import pytest

from core.maths import network, training
from core.maths.network import Network
from core.maths.numbers import Number
from core.maths.training import Run

TABLES = {Network: network.FIELDS, Run: training.FIELDS}
EACH = [pytest.param(owner, field, id=f"{owner.__name__}-{field.name}") for owner in TABLES for field in TABLES[owner]]


def made(owner, **settings):
    return owner(**({"activation": "tanh"} | settings))


@pytest.mark.parametrize("owner", TABLES)
def test_every_field_of_the_dataclass_stands_in_its_table_once(owner):
    parameters = [field.parameters for field in TABLES[owner] if field.parameters]
    assert sorted([*(field.name for field in TABLES[owner]), *parameters]) == sorted(f.name for f in fields(owner))


@pytest.mark.parametrize("owner", TABLES)
def test_no_two_fields_share_a_control_and_what_is_needed_has_been_asked_for(owner):
    keys = [field.key for field in TABLES[owner] if field.key]
    assert len(keys) == len(set(keys))
    asked = set()
    for field in TABLES[owner]:
        assert not field.needs or field.needs in asked
        asked.add(field.name)


@pytest.mark.parametrize(("owner", "field"), EACH)
def test_the_default_of_a_number_is_the_one_of_its_bounds(owner, field):
    (default,) = (f.default for f in fields(owner) if f.name == field.name)
    assert default is MISSING or field.validate(default) == default
    if isinstance(field.kind, Number):
        assert (default, type(default)) == (field.kind.default, type(field.kind.default))


@pytest.mark.parametrize("rubbish", ["nonsense", object(), [1, 2], 1e99, "yes"], ids=lambda value: f"{value!r:.8}")
@pytest.mark.parametrize(("owner", "field"), EACH)
def test_no_field_takes_what_it_may_not_be_and_the_reason_names_it(owner, field, rubbish):
    with pytest.raises(ValueError, match=field.name):
        made(owner, **{field.name: rubbish})


@pytest.mark.parametrize("owner", TABLES)
def test_parameters_belong_to_the_entry_that_is_chosen(owner):
    found = made(owner, activation="swish", initializer="normal", initializer_parameters={"std": 0.5})
    assert (found.parameters, found.initializer_parameters) == ({"beta": 1.0}, {"std": 0.5})
    with pytest.raises(ValueError, match="he_normal has no parameter 'std'"):
        made(owner, initializer="he_normal", initializer_parameters={"std": 0.5})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ["activation", "depth", "initializer"]),
        ({"width": 8, "batch": 8, "seed": 3, "bias_mean": 0.5}, ["activation", "depth", "initializer"]),
        (
            {"weight_gain": 2.0, "bias_std": 0.1, "normalization": "batch", "residual": True, "branch_scale": 0.5},
            ["activation", "depth", "initializer", "weight_gain", "bias_std", "normalization", "residual"],
        ),
    ],
    ids=["as usual", "of no interest", "unusual"],
)
def test_what_is_unusual_is_told_in_the_order_in_which_it_is_asked(settings, told):
    assert [field.name for field in network.FIELDS if field.told(Network("tanh", **settings))] == told
