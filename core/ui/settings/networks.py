"""The settings of networks: widgets for one part of them, for all of them, and for another network beside it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.chain import LOSS_SCALE
from core.maths.ensemble import SEEDS, Ensemble
from core.maths.fields import Field
from core.maths.initializers import INITIALIZERS, STD, Initializer
from core.maths.network import BATCH, BIAS_STD, DEPTH, FIELDS, SEED, WEIGHT_GAIN, WIDTH, Network
from core.maths.notation import read, written
from core.maths.numbers import Number
from core.maths.profiles import PROFILES
from core.ui import record
from core.ui.settings import activations, wide
from core.ui.settings.widgets import assign, between, choice, common, label, more, scale, slider, switch, text
from core.words import prose
from core.words.labels import INITIALIZER_LABELS, OWN


def parameters(words: prose.Words, owner: str, entry: Activation | Initializer) -> dict[str, float]:
    """A slider for each parameter of an entry; one that the words do not name is called by its symbol."""
    chosen = {}
    for number in entry.parameters:
        key = f"{owner}.{number.name}"
        try:
            name = text(words, key)
        except KeyError:
            name = prose.common("parameter of", symbol=number.symbol, label=entry.label)
        ask = wide.typed if number in EXACT else slider
        chosen[number.name] = ask(words, key, OFFERED_PARAMETERS.get(number, number), name, "parameter")
    return chosen


def initializer(words: prose.Words, key: str, default: str) -> tuple[str, dict[str, float]]:
    """An initializer and its parameters."""
    labels = list(INITIALIZER_LABELS)
    shown = st.selectbox(
        label(words, key), labels, index=labels.index(INITIALIZERS[default].label), **common(words, key)
    )
    chosen = INITIALIZER_LABELS.get(str(shown), default)
    return chosen, parameters(words, key, INITIALIZERS[chosen])


def around(words: prose.Words, key: str) -> dict[str, Any]:
    """What stands around each layer: nothing, or what modern networks have there."""
    kinds = {"plain": {}, "modern": {"residual": True, "normalization": "layer"}}
    return kinds[choice(words, key, {words(f"around {name}"): name for name in kinds}, "plain")]


def function(words: prose.Words, prefix: str, default: str) -> tuple[str, dict[str, float]]:
    """One activation from a list, and its parameters."""
    name = activations.from_list(words, f"{prefix}activation", default)
    return name, parameters(words, f"{prefix}{name}", ACTIVATIONS[name])


def width_and_seed(words: prose.Words, prefix: str = "") -> dict[str, int]:
    """What is rarely changed, behind "More settings"."""
    with more(prefix):
        return _width_and_seed(words, prefix)


def width_seed_and_scale(words: prose.Words) -> tuple[dict[str, int], int]:
    """The same, and k: the loss is multiplied by 2^k."""
    with more(""):
        return _width_and_seed(words, ""), slider(words, "loss_scale", LOSS_SCALE, shown="2^%d")


def _width_and_seed(words: prose.Words, prefix: str) -> dict[str, int]:
    width = slider(words, f"{prefix}width", between(WIDTH, 8, 128, step=8))
    return {"width": width, "seed": slider(words, f"{prefix}seed", between(SEED, 0, 20))}


OFFERED_PARAMETERS = {STD: between(STD, 0.01, 2.0, 1.0, 0.01)}  # where a page offers less than the maths allows
EXACT = (WEIGHT_GAIN, STD)  # what papers give as a fraction or a root
COSTLY = ("depth", "width", "batch")  # what takes time
OFFERED: dict[str, Any] = {  # by the laboratory, where it is less than there is; and the entries that it starts with
    "activation": "tanh",
    "depth": between(DEPTH, 1, 200, 50),
    "initializer": "glorot_normal",
    "weight_gain": between(WEIGHT_GAIN, 0.1, 4.0),
    "bias_std": between(BIAS_STD, 0.0, 2.0),
    "width": between(WIDTH, 4, 512, step=4),
    "profile": "constant",
    "batch": between(BATCH, 2, 64),
    "seed": between(SEED, 0, 100),
}


def asked(
    words: prose.Words,
    prefix: str,
    fields: Iterable[Field],
    offered: Mapping[str, Any],
    given: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The controls of some fields, and what they are set to, by field; `offered` as OFFERED.

    A choice without a start begins with none of its entries; a number of which some texts are offered is one of them.
    What needs a flag is asked where that is on, here or in what is `given` already.
    """
    chosen: dict[str, Any] = {}
    for field in fields:
        key = prefix + field.key
        start: Any = offered.get(field.name)
        if not field.key or (field.needs and not {**given, **chosen}.get(field.needs)):
            continue
        if isinstance(field.kind, Number) and isinstance(start, tuple):
            chosen[field.name] = float(scale(words, key, start, f"{field.kind.default:g}"))
        elif isinstance(field.kind, Number):
            ask = wide.typed if field.kind in EXACT else slider
            chosen[field.name] = ask(words, key, start or field.kind)
        elif field.kind is ACTIVATIONS:
            chosen[field.name], chosen[field.parameters] = function(words, prefix, start)
        elif field.kind is INITIALIZERS:
            chosen[field.name], chosen[field.parameters] = initializer(words, key, start)
        elif isinstance(field.kind, Mapping):
            none = {} if start else {prose.common("without"): ""}
            entries = none | {entry.label: name for name, entry in field.kind.items()}
            chosen[field.name] = choice(words, key, entries, start or "") or None
        else:
            chosen[field.name] = switch(words, key)
    return chosen


def ensemble(words: prose.Words, prefix: str) -> Ensemble:
    """Every setting of a network, and how many seeds: what is rarely changed is behind "More settings"."""
    chosen = asked(words, prefix, [field for field in FIELDS if not field.rare], OFFERED)
    with more(prefix):
        *rare, seed = (field for field in FIELDS if field.rare)
        chosen |= asked(words, prefix, rare, OFFERED)
        seeds = slider(words, f"{prefix}seeds", SEEDS)
        chosen |= asked(words, prefix, [seed], OFFERED)
    if chosen["residual"] and chosen["profile"] != "constant":
        record.refuse(f"{prefix}profile", "residual")
        st.warning(prose.common("residual widths", profile=PROFILES[chosen["profile"]].label))
        chosen["profile"] = "constant"
    return Ensemble(Network(**chosen), seeds)


def settings(ensemble: Ensemble, prefix: str) -> dict[str, Any]:
    """What the controls of `ensemble` are set to for a given one."""
    return spelt(ensemble.network, FIELDS, prefix) | {f"{prefix}seeds": ensemble.seeds}


def spelt(owner: object, fields: Iterable[Field], prefix: str) -> dict[str, Any]:
    """What the controls that `asked` shows are set to for a given network or run."""
    values: dict[str, Any] = {}
    for field in fields:
        value, entry = getattr(owner, field.name), field.entry(owner)
        if field.key:
            values[field.key] = _called(entry) if isinstance(field.kind, Mapping) else value
        if field.parameters:  # those of a function bear its name: each keeps its own
            own = value if field.kind is ACTIVATIONS else field.key
            values |= {f"{own}.{name}": number for name, number in getattr(owner, field.parameters).items()}
    spelt = {prefix + key: value for key, value in values.items()}
    formula = getattr(owner, "activation", "")
    return spelt | ({OWN: formula[1:]} if formula.startswith("=") else {})


def _called(entry: Any) -> str:
    """What an entry of a registry is called in its control."""
    if getattr(entry, "family", "") == OWN:
        return activations.own_label()
    return entry.label if entry else prose.common("without")


def cured(prefix: str, name: str, gain: float | None) -> None:
    """A button of this name that sets the weight gain; no button without one."""
    if gain is not None:
        st.button(name, key=f"{prefix}cure", on_click=assign, kwargs={f"{prefix}gain": gain})


def comparison(words: prose.Words, key: str, current: Ensemble, prefix: str) -> Ensemble | None:
    """Another network to compare with, kept in the address as text: buttons to keep, exchange and drop it."""
    record.control(key, words("other"))
    with st.container(key=f"hidden.{key}"):  # Streamlit keeps a text in the address only for an input
        kept = st.text_input(words("other"), key=key, bind="query-params")
    other = None
    if kept:
        try:
            wanted = read(kept)
            for name in COSTLY:
                OFFERED[name].validate(getattr(wanted.network, name))
            for field in FIELDS:
                if not field.key and not field.usual(wanted.network):
                    raise ValueError(f"no control sets {field.name}")
            other = wanted
        except ValueError as problem:  # a link that somebody typed
            record.refuse(key, "address")
            st.warning(prose.common("not understood", problem=str(problem)))
    with st.container(horizontal=True, gap="small"):
        st.button(words("button keep"), key=f"{key}.keep", on_click=assign, kwargs={key: written(current)})
        if other:
            exchanged = settings(other, prefix) | {key: written(current)}
            st.button(prose.common("exchange"), key=f"{key}.exchange", on_click=assign, kwargs=exchanged)
        if kept:
            st.button(prose.common("drop"), key=f"{key}.drop", on_click=assign, kwargs={key: ""})
    return other
