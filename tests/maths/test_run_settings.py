"""What a run may be, and what is refused."""

import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from core.maths.training import Run, train
from tests.maths.trained import SMALL, last


def test_defaults_are_those_of_the_house() -> None:
    run = Run()
    assert (run.dataset, run.activation, run.depth, run.width, run.batch, run.steps) == (
        "digits", "relu", 3, 32, 64, 1000,
    )  # fmt: skip
    assert (run.initializer, run.optimizer, run.learning_rate, run.seed) == ("he_normal", "sgd", 0.1, 0)
    assert (run.residual, run.normalization, run.parameters, run.initializer_parameters) == (False, None, {}, {})
    assert Run(activation="elu").parameters == {"alpha": 1.0}
    assert Run(initializer="normal").initializer_parameters == {"std": 0.01}


def test_a_run_cannot_be_changed_and_equals_its_copy() -> None:
    run = Run(activation="prelu", parameters={"a": 0.25})
    with pytest.raises(FrozenInstanceError):
        run.depth = 3  # type: ignore[misc]
    assert run == replace(run) == Run(activation="prelu")
    assert hash(run) == hash(Run(activation="prelu"))
    assert run != Run(activation="prelu", parameters={"a": 0.3})
    assert len({run, Run(), replace(run), Run(seed=1), Run(optimizer="adam"), Run(normalization="layer")}) == 5


def test_a_run_keeps_its_parameters_when_the_mapping_given_changes() -> None:
    slopes, spread = {"a": 0.1}, {"std": 0.5}
    run = Run(activation="prelu", parameters=slopes, initializer="normal", initializer_parameters=spread)
    slopes["a"] = spread["std"] = 1.0
    assert (run.parameters, run.initializer_parameters) == ({"a": 0.1}, {"std": 0.5})


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("two_spirals", "spirals"),
        ("two spirals", "spirals"),
        ("Two Spirals", "spirals"),
        ("Digits", "digits"),
        ("two_moons", "moons"),
        ("CIRCLES", "circles"),
    ],
)
def test_a_dataset_is_understood_by_the_names_it_is_given(alias: str, name: str) -> None:
    assert Run(alias) == Run(name)
    assert Run(alias).dataset == name


@pytest.mark.parametrize(
    ("alias", "name"),
    [("LayerNorm", "layer"), ("layer_norm", "layer"), ("batch_norm", "batch"), ("BatchNorm", "batch")],
)
def test_a_normalization_is_understood_by_the_names_libraries_give_it(alias: str, name: str) -> None:
    assert Run(normalization=alias).normalization == name


@pytest.mark.parametrize("junk", ["mnist", "", None, 3, True, math.nan, math.inf, ("relu",), [], {}, 10**400], ids=str)
@pytest.mark.parametrize("field", ["dataset", "activation", "initializer", "optimizer"])
def test_an_unknown_name_is_refused_with_the_kind_of_name(field: str, junk: Any) -> None:
    with pytest.raises(ValueError, match=f"^unknown {field} .*; known: "):
        Run(**{field: junk})


@pytest.mark.parametrize("junk", ["", "group", "None", True, False, 0, math.nan, [], {}], ids=repr)
def test_an_unknown_normalization_is_refused(junk: Any) -> None:
    with pytest.raises(ValueError, match="^unknown normalization .*; known: None, layer, batch$"):
        Run(normalization=junk)


@pytest.mark.parametrize("junk", [None, 0, 1, 1.0, "True", "yes", [], math.nan], ids=repr)
def test_residual_is_true_or_false_and_nothing_else(junk: Any) -> None:
    with pytest.raises(ValueError, match="^residual must be True or False"):
        Run(residual=junk)


WHOLE = {"depth": (1, 100), "width": (1, 512), "batch": (1, 2000), "steps": (0, 100_000), "seed": (0, 2**31 - 1)}
BOUNDS = {
    **WHOLE, "learning_rate": (0, 1000), "clip_norm": (0, 1000), "clip_value": (0, 1000), "weight_decay": (0, 1),
    "layer_rate": (0.01, 100), "loss_scale": (1, 2**24),
}  # fmt: skip


@pytest.mark.parametrize(("field", "bounds"), BOUNDS.items())
def test_numbers_out_of_bounds_are_refused_with_their_name(field: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    for value in (low - 1, high + 1, math.nan, math.inf, -math.inf, -1e308, 1e308, 10**300):
        with pytest.raises(ValueError, match=f"^{field} must lie between"):
            Run(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(("field", "bounds"), BOUNDS.items())
def test_the_bounds_themselves_are_allowed(field: str, bounds: tuple[int, int]) -> None:
    for bound in bounds:
        assert getattr(Run(**{"depth": 1, field: bound}), field) == bound  # type: ignore[arg-type]


@pytest.mark.parametrize("field", BOUNDS)
def test_what_is_no_number_is_refused_with_the_name_of_the_setting(field: str) -> None:
    """What else is none: tests/maths/test_numbers.py."""
    for junk in (None, "many", 10**400):
        with pytest.raises(ValueError, match=f"^{field} must be a number"):
            Run(**{field: junk})  # type: ignore[arg-type]


@pytest.mark.parametrize("field", WHOLE)
def test_whole_numbers_may_come_as_floats_but_not_as_fractions(field: str) -> None:
    kept = getattr(Run(**{field: 5.0}), field)  # type: ignore[arg-type]
    assert (kept, type(kept)) == (5, int)
    with pytest.raises(ValueError, match=f"^{field} must be a whole number"):
        Run(**{field: 2.5})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setup", "complaint"),
    [
        ({"parameters": {"alpha": 1.0}}, "relu has no parameter 'alpha'"),
        ({"activation": "elu", "parameters": {"alpha": -1.0}}, "alpha must lie between"),
        ({"activation": "elu", "parameters": {"alpha": math.nan}}, "alpha must lie between"),
        ({"activation": "prelu", "parameters": {"a": "steep"}}, "a must be a number"),
        ({"activation": "prelu", "parameters": {"a": None}}, "a must be a number"),
        ({"activation": "elu", "parameters": None}, "the parameters of elu must be given by name"),
        ({"activation": "elu", "parameters": ["alpha"]}, "the parameters of elu must be given by name"),
        ({"initializer_parameters": {"std": 0.1}}, "he_normal has no parameter 'std'"),
        ({"initializer": "normal", "initializer_parameters": {"std": 0.0}}, "std must lie between"),
        ({"initializer": "normal", "initializer_parameters": {"std": math.inf}}, "std must lie between"),
        ({"initializer": "normal", "initializer_parameters": {3: 0.1}}, "normal has no parameter 3"),
        ({"initializer": "normal", "initializer_parameters": 0.1}, "the parameters of normal must be given by name"),
    ],
)
def test_parameters_that_do_not_belong_are_refused(setup: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{complaint}"):
        Run(**setup)


def test_one_sample_is_no_batch_to_be_normalized() -> None:
    with pytest.raises(ValueError, match="batch normalization needs a batch of at least 2 samples"):
        Run(normalization="BatchNorm", batch=1)
    assert last(train(replace(SMALL, normalization="batch", batch=2, steps=3))).status == "finished"
    assert last(train(replace(SMALL, normalization="layer", batch=1, steps=3))).status == "finished"


def test_the_product_of_depth_and_width_is_bounded() -> None:
    assert Run(depth=100, width=56).width == 56
    with pytest.raises(ValueError, match="depth x width must be at most 5,600, not 5,632"):
        Run(depth=11, width=512)


def test_the_work_is_that_of_three_products_per_layer() -> None:
    """32 x 64 and 2 x 32 x 32 weights, 3 x 32 values: 64 samples, 3 and 30 operations, and four layers of calls."""
    assert Run(steps=0).work == 0
    assert Run(steps=10).work == pytest.approx(10 * (64 * (3 * 4096 + 30 * 96) + 4e5))
    assert Run("moons", depth=1, width=10, batch=2, steps=1).work == pytest.approx(2 * (3 * 20 + 300) + 2e5)
