"""The settings of training runs: of one network, or of a race of some that differ in one thing."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.maths.datasets import DATASETS
from core.maths.network import SEED
from core.maths.optimizers import OPTIMIZERS
from core.maths.training import BATCH, DEPTH, FIELDS, STEPS, WIDTH, Run
from core.ui.settings import activations, networks, widgets
from core.words import prose
from core.words.labels import ACTIVATION_LABELS, INITIALIZER_LABELS, NORMALIZATION_LABELS

RATES = ("0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5")
DEPTHS = ("2", "4", "8", "16", "30")
MOST = 4  # networks in one race

OFFERED: dict[str, Any] = {  # where it is less than there is; and the entries that a page starts with
    "activation": "sigmoid",
    "depth": widgets.between(DEPTH, 1, 30, 8),
    "initializer": "he_normal",
    "optimizer": "sgd",
    "learning_rate": RATES,
    "placement": "inside",
    "clip_norm": ("0", "10", "1", "0.1", "0.01"),  # from none at all to most
    "weight_decay": ("0", "0.0001", "0.001", "0.01", "0.1"),
    "layer_rate": ("0.5", "1", "1.5", "2", "3", "5", "10"),
    "steps": widgets.between(STEPS, 100, 3000, step=100),
    "width": widgets.between(WIDTH, 2, 64),
    "batch": widgets.between(BATCH, 2, 256, 64, 2),
    "seed": widgets.between(SEED, 0, 100),
}
# By the field of Run that differs: the key of its control, what it offers, and what is chosen at first.
RACES: dict[str, tuple[str, Mapping[str, Any], Sequence[str]]] = {
    "activation": ("activations", ACTIVATION_LABELS, ("sigmoid", "relu")),
    "depth": ("depths", {depth: int(depth) for depth in DEPTHS}, ("2", "8", "16")),
    "initializer": ("initializers", INITIALIZER_LABELS, ("Glorot (Xavier)", "He (Kaiming)")),
    "optimizer": ("optimizers", {entry.label: name for name, entry in OPTIMIZERS.items()}, ("SGD", "Momentum", "Adam")),
    "learning_rate": ("rates", {rate: float(rate) for rate in RATES}, ("0.01", "0.1", "1")),
    "normalization": (
        "normalizations", {label: name for name, label in NORMALIZATION_LABELS.items()},
        tuple(NORMALIZATION_LABELS.values()),
    ),
}  # fmt: skip


def chosen_runs(words: prose.Words, prefix: str) -> tuple[Run, ...]:
    """The settings of a training run; of one setting several values may be chosen, for a race of up to MOST runs."""
    races = {words(f"race {name}"): name for name in ("none", *RACES)}
    differ = widgets.listed(words, f"{prefix}race", races, "activation")
    data = {entry.label: name for name, entry in DATASETS.items()}
    chosen: dict[str, Any] = {"dataset": widgets.listed(words, f"{prefix}data", data, "digits")}
    racing: list[dict[str, Any]] = [{}]
    for field in FIELDS:
        if field.name == differ:
            racing = [{differ: value} for value in _racing(words, prefix, differ)]
        elif field.name not in chosen and not field.rare:
            chosen |= networks.asked(words, prefix, [field], OFFERED)
    with widgets.more(prefix):
        rare = [field for field in FIELDS if field.rare and field.name != differ]
        given = {name: value for each in racing for name, value in each.items() if value}  # that some of them have
        chosen |= networks.asked(words, prefix, rare, OFFERED, given)
    if len(racing) > MOST:
        st.caption(prose.common("most"))
    return tuple(_run(chosen | each) for each in racing[:MOST])


def _run(settings: dict[str, Any]) -> Run:
    """The run of these settings: without a normalization it has none to place, and is the same wherever others do."""
    return Run(**settings if settings["normalization"] else settings | {"placement": Run.placement})


def _racing(words: prose.Words, prefix: str, differ: str) -> Sequence[Any]:
    """The values of the field that differs."""
    key, options, first = RACES[differ]
    if differ == "activation":
        return activations.several(words, prefix + key, first)
    return widgets.several(words, prefix + key, options, first)


def settings(words: prose.Words, run: Run, prefix: str) -> dict[str, Any]:
    """What the controls of `chosen_runs` are set to for a given one."""
    texts = {f.key: f"{getattr(run, f.name):g}" for f in FIELDS if isinstance(OFFERED.get(f.name), tuple)}
    own = {prefix + key: value for key, value in {"race": words("race none"), **texts}.items()}
    return networks.spelt(run, FIELDS, prefix) | own
