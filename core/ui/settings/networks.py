"""The settings of networks: widgets for one part of them, for all of them, and for another network beside it."""

from typing import Any

import streamlit as st

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.ensemble import SEEDS, Ensemble
from core.maths.initializers import INITIALIZERS, STD, Initializer
from core.maths.network import BATCH, BIAS_STD, BRANCH_SCALE, DEPTH, SEED, WEIGHT_GAIN, WIDTH, Network
from core.maths.notation import read, written
from core.ui import record
from core.ui.settings.widgets import assign, between, choice, label, listed, more, slider, text
from core.words import prose
from core.words.labels import ACTIVATION_LABELS, INITIALIZER_LABELS, NORMALIZATION_LABELS


def parameters(words: prose.Words, owner: str, entry: Activation | Initializer) -> dict[str, float]:
    """A slider for each parameter of an entry; one that the words do not name is called by its symbol."""
    chosen = {}
    for number in entry.parameters:
        key = f"{owner}.{number.name}"
        try:
            name = text(words, key)
        except KeyError:
            name = prose.common("parameter of", symbol=number.symbol, label=entry.label)
        chosen[number.name] = slider(words, key, OFFERED_PARAMETERS.get(number, number), name)
    return chosen


def initializer(words: prose.Words, key: str, default: str) -> tuple[str, dict[str, float]]:
    """An initializer and its parameters."""
    labels = list(INITIALIZER_LABELS)
    shown = st.selectbox(
        label(words, key), labels, index=labels.index(INITIALIZERS[default].label), key=key, bind="query-params"
    )
    chosen = INITIALIZER_LABELS.get(str(shown), default)
    return chosen, parameters(words, key, INITIALIZERS[chosen])


def function(words: prose.Words, prefix: str, default: str) -> tuple[str, dict[str, float]]:
    """One activation from a list, and its parameters."""
    name = listed(words, f"{prefix}activation", ACTIVATION_LABELS, default)
    return name, parameters(words, f"{prefix}{name}", ACTIVATIONS[name])


def width_and_seed(words: prose.Words, prefix: str = "") -> dict[str, int]:
    """What is rarely changed, behind "More settings"."""
    with more(prefix):
        width = slider(words, f"{prefix}width", between(WIDTH, 8, 128, step=8))
        seed = slider(words, f"{prefix}seed", between(SEED, 0, 20))
    return {"width": width, "seed": seed}


OFFERED_PARAMETERS = {STD: between(STD, 0.01, 2.0, 1.0, 0.01)}  # where a page offers less than the maths allows
OFFERED = (between(DEPTH, 1, 200, 50), between(WIDTH, 4, 512, step=4), between(BATCH, 2, 64))  # what takes time


def ensemble(words: prose.Words, prefix: str) -> Ensemble:
    """Every setting of a network, and how many seeds: what is rarely changed is behind "More settings"."""
    name, parameters = function(words, prefix, "tanh")
    depth = slider(words, f"{prefix}depth", OFFERED[0])
    drawn, spread = initializer(words, f"{prefix}initializer", default="glorot_normal")
    gain = slider(words, f"{prefix}gain", between(WEIGHT_GAIN, 0.1, 4.0))
    bias = slider(words, f"{prefix}bias", between(BIAS_STD, 0.0, 2.0))
    known = {label: name or "" for name, label in NORMALIZATION_LABELS.items()}
    normalization = choice(words, f"{prefix}normalization", known, "") or None
    residual = st.toggle(label(words, f"{prefix}residual"), key=f"{prefix}residual", bind="query-params")
    scale = slider(words, f"{prefix}scale", between(BRANCH_SCALE, 0.0, 2.0)) if residual else 1.0
    with more(prefix):
        width = slider(words, f"{prefix}width", OFFERED[1])
        batch = slider(words, f"{prefix}batch", OFFERED[2])
        seeds = slider(words, f"{prefix}seeds", SEEDS)
        seed = slider(words, f"{prefix}seed", between(SEED, 0, 100))
    network = Network(
        name, parameters, depth=depth, width=width, initializer=drawn, initializer_parameters=spread, weight_gain=gain,
        bias_std=bias, residual=bool(residual), branch_scale=scale, normalization=normalization, batch=batch, seed=seed,
    )  # fmt: skip
    return Ensemble(network, seeds)


def settings(ensemble: Ensemble, prefix: str) -> dict[str, Any]:
    """What the widgets of `ensemble` are set to for a given one."""
    network = ensemble.network
    values: dict[str, Any] = {
        "activation": ACTIVATIONS[network.activation].label,
        **{f"{network.activation}.{name}": value for name, value in network.parameters.items()},
        "depth": network.depth,
        "initializer": INITIALIZERS[network.initializer].label,
        **{f"initializer.{name}": value for name, value in network.initializer_parameters.items()},
        "gain": network.weight_gain,
        "bias": network.bias_std,
        "normalization": NORMALIZATION_LABELS[network.normalization],
        "residual": network.residual,
        "scale": network.branch_scale,
        "width": network.width,
        "batch": network.batch,
        "seeds": ensemble.seeds,
        "seed": network.seed,
    }
    return {prefix + name: value for name, value in values.items()}


def comparison(words: prose.Words, key: str, current: Ensemble, prefix: str) -> Ensemble | None:
    """Another network to compare with, kept in the address as text: buttons to keep, exchange and drop it."""
    record.control(key, words("other"))
    with st.container(key=f"hidden.{key}"):  # Streamlit keeps a text in the address only for an input
        kept = st.text_input(words("other"), key=key, bind="query-params")
    other = None
    if kept:
        try:
            found = read(kept)
            for number in OFFERED:
                number.validate(getattr(found.network, number.name))
            other = found
        except ValueError as problem:  # a link that somebody typed
            st.warning(prose.common("not understood", problem=str(problem)))
    with st.container(horizontal=True, gap="small"):
        st.button(words("button keep"), key=f"{key}.keep", on_click=assign, kwargs={key: written(current)})
        if other:
            exchanged = settings(other, prefix) | {key: written(current)}
            st.button(prose.common("exchange"), key=f"{key}.exchange", on_click=assign, kwargs=exchanged)
        if kept:
            st.button(prose.common("drop"), key=f"{key}.drop", on_click=assign, kwargs={key: ""})
    return other
