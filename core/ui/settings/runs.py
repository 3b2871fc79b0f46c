"""The settings of training runs: of one network, or of a race of some that differ in one thing."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.maths.activations import ACTIVATIONS
from core.maths.datasets import DATASETS
from core.maths.initializers import INITIALIZERS
from core.maths.network import SEED
from core.maths.training import BATCH, DEPTH, OPTIMIZERS, STEPS, WIDTH, Run
from core.ui.settings import networks, widgets
from core.words import prose
from core.words.labels import INITIALIZER_LABELS, NORMALIZATION_LABELS

RATES = ("0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5")
DEPTHS = ("2", "4", "8", "16", "30")
MOST = 4  # networks in one race


def chosen_runs(words: prose.Words, prefix: str) -> tuple[Run, ...]:
    """The settings of a training run; of one setting several values may be chosen, for a race of up to MOST runs."""
    races = {words(f"race {name}"): name for name in ("none", *RACES)}
    differ = widgets.listed(words, f"{prefix}race", races, "activation")
    chosen: dict[str, list[Any]] = {}
    dataset = widgets.listed(words, f"{prefix}data", {entry.label: name for name, entry in DATASETS.items()}, "digits")
    for name, ask in RACES.items():
        if name != "normalization" or differ == name:  # on its own it is rarely changed
            chosen[name] = ask(words, prefix, differ == name)
    steps = widgets.slider(words, f"{prefix}steps", widgets.between(STEPS, 100, 3000, step=100))
    with widgets.more(prefix):
        if differ != "normalization":
            chosen["normalization"] = _normalizations(words, prefix, False)
        residual = st.toggle(widgets.label(words, f"{prefix}residual"), key=f"{prefix}residual", bind="query-params")
        width = widgets.slider(words, f"{prefix}width", widgets.between(WIDTH, 2, 64))
        batch = widgets.slider(words, f"{prefix}batch", widgets.between(BATCH, 2, 256, 64, 2))
        seed = widgets.slider(words, f"{prefix}seed", widgets.between(SEED, 0, 100))
    if len(chosen.get(differ, [])) > MOST:
        st.caption(prose.common("most"))
    found = []
    for value in chosen.get(differ, [None])[:MOST]:
        each = {name: values[0] for name, values in chosen.items()} | ({differ: value} if differ in chosen else {})
        activation, parameters = each.pop("activation")
        drawn, spread = each.pop("initializer")
        found.append(
            Run(dataset, activation, parameters, width=width, initializer=drawn, initializer_parameters=spread,
                steps=steps, batch=batch, residual=bool(residual), seed=seed, **each)
        )  # fmt: skip
    return tuple(found)


def _activations(words: prose.Words, prefix: str, race: bool) -> list[tuple[str, dict[str, float]]]:
    if race:
        names = widgets.activations(words, f"{prefix}activations", ("sigmoid", "relu"))
        return [(name, ACTIVATIONS[name].defaults()) for name in names]
    return [networks.function(words, prefix, "sigmoid")]


def _initializers(words: prose.Words, prefix: str, race: bool) -> list[tuple[str, dict[str, float]]]:
    if race:
        names = widgets.several(words, f"{prefix}initializers", INITIALIZER_LABELS, ("Glorot", "He"))
        return [(name, INITIALIZERS[name].defaults()) for name in names]
    return [networks.initializer(words, f"{prefix}initializer", "he_normal")]


def _optimizers(words: prose.Words, prefix: str, race: bool) -> list[str]:
    options = {entry.label: name for name, entry in OPTIMIZERS.items()}
    if race:
        return widgets.several(words, f"{prefix}optimizers", options, list(options))
    return [widgets.choice(words, f"{prefix}optimizer", options, "sgd")]


def _rates(words: prose.Words, prefix: str, race: bool) -> list[float]:
    if race:
        return widgets.several(words, f"{prefix}rates", {rate: float(rate) for rate in RATES}, ("0.01", "0.1", "1"))
    return [float(widgets.scale(words, f"{prefix}rate", RATES, "0.1"))]


def _normalizations(words: prose.Words, prefix: str, race: bool) -> list[str | None]:
    options = {label: name for name, label in NORMALIZATION_LABELS.items()}
    if race:
        return widgets.several(words, f"{prefix}normalizations", options, list(options))
    return [widgets.choice(words, f"{prefix}normalization", {k: v or "" for k, v in options.items()}, "") or None]


def _depths(words: prose.Words, prefix: str, race: bool) -> list[int]:
    if race:
        return widgets.several(words, f"{prefix}depths", {depth: int(depth) for depth in DEPTHS}, ("2", "8", "16"))
    return [widgets.slider(words, f"{prefix}depth", widgets.between(DEPTH, 1, 30, 8))]


RACES: dict[str, Callable[[prose.Words, str, bool], list[Any]]] = {  # by the field of Run that differs
    "activation": _activations,
    "depth": _depths,
    "initializer": _initializers,
    "optimizer": _optimizers,
    "learning_rate": _rates,
    "normalization": _normalizations,
}


def settings(words: prose.Words, run: Run, prefix: str) -> dict[str, Any]:
    """What the widgets of `runs` are set to for a given one."""
    values: dict[str, Any] = {
        "race": words("race none"),
        "data": DATASETS[run.dataset].label,
        "activation": ACTIVATIONS[run.activation].label,
        **{f"{run.activation}.{name}": value for name, value in run.parameters.items()},
        "depth": run.depth,
        "initializer": INITIALIZERS[run.initializer].label,
        **{f"initializer.{name}": value for name, value in run.initializer_parameters.items()},
        "optimizer": OPTIMIZERS[run.optimizer].label,
        "rate": f"{run.learning_rate:g}",
        "steps": run.steps,
        "normalization": NORMALIZATION_LABELS[run.normalization],
        "residual": run.residual,
        "width": run.width,
        "batch": run.batch,
        "seed": run.seed,
    }
    return {prefix + name: value for name, value in values.items()}
