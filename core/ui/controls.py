"""Widgets that ask for a setting: always keyed, always in the address, always checked before use.

A key is the name of the setting, prefixed by its owner (`leaky_relu.alpha`, `relu.depth`): all pages share one
address space. Labels come from the page's words or, failing that, from common.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import streamlit as st

from core.maths.activations import ACTIVATIONS, Activation
from core.maths.ensemble import SEEDS, Ensemble
from core.maths.initializers import INITIALIZERS, STD, Initializer
from core.maths.network import BATCH, BIAS_STD, BRANCH_SCALE, DEPTH, SEED, WEIGHT_GAIN, WIDTH, Network
from core.maths.normalization import NORMALIZATIONS
from core.maths.notation import read, written
from core.maths.numbers import Number
from core.ui import prose, sharing, take_home

ARTICLE = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish", "gelu")  # the functions it names
TANGENT = Number("x", "x", 1.0, -6.0, 6.0, 0.1)
SPREAD = Number("spread", "σ_z", 1.0, 0.1, 30.0, 0.1)

ACTIVATION_LABELS = {entry.label: name for name, entry in ACTIVATIONS.items()}
INITIALIZER_LABELS = {entry.label: name for name, entry in INITIALIZERS.items()}
NORMALIZATION_LABELS = {None: prose.common("without")} | {name: entry.label for name, entry in NORMALIZATIONS.items()}


def text(words: prose.Words, key: str) -> str:
    """The label of a control: `control <key>`, or without the key's first parts, the page's own words first."""
    parts = key.split(".")
    names = [f"control {'.'.join(parts[start:])}" for start in range(len(parts))]
    for source in (words, prose.read("common")):
        for name in names:
            if name in source.blocks:
                return source.blocks[name]
    raise KeyError(f"no label for control {key!r} of page {words.page!r}")


def label(words: prose.Words, key: str, name: str | None = None) -> str:
    """The label of a control that is about to be shown: from now on a link can hide it or keep it."""
    name = name or text(words, key)
    sharing.control(key, name)
    take_home.note_control(key, name)
    return name


@contextmanager
def more(prefix: str) -> Iterator[None]:
    """Room for what is rarely changed, behind "More settings"."""
    key = f"{prefix}more"
    with st.popover(prose.common("more"), width="stretch", key=key), sharing.box(key):
        yield


def slider(words: prose.Words, key: str, number: Number, name: str | None = None) -> Any:
    """A slider for a Number; what it returns is within the bounds whatever the browser sent."""
    kept = st.session_state.get(key, number.default)
    if kept != number.clamp(kept):  # no message of ours: as if it had not come
        del st.session_state[key]
    value = st.slider(
        label(words, key, name),
        number.low,
        number.high,
        number.default,
        number.step,
        key=key,
        bind="query-params",
    )
    return number.clamp(value)


def parameter(activation: str) -> Number:
    """The one parameter of an activation, with the registry's bounds and default."""
    return ACTIVATIONS[activation].parameters[0]


def between(number: Number, low: float, high: float, default: float | None = None, step: float | None = None) -> Number:
    """The same number with the bounds that one page offers."""
    chosen = number.default if default is None else default
    return replace(number, low=low, high=high, default=chosen, step=number.step if step is None else step)


def choice(words: prose.Words, key: str, options: Mapping[str, str], default: str) -> str:
    """One of a few options as pills; `options` maps what is shown to what is returned."""
    labels = {value: label for label, value in options.items()}
    shown = st.pills(
        label(words, key),
        list(options),
        default=labels[default],
        required=True,
        wrap=True,
        key=key,
        bind="query-params",
    )
    return options.get(str(shown), default)


def activations(
    words: prose.Words, key: str, default: Sequence[str], offered: Sequence[str] = tuple(ACTIVATIONS)
) -> list[str]:
    """Any number of activations, in the order of the registry; the default if none is chosen."""
    shown = st.pills(
        label(words, key),
        [ACTIVATIONS[name].label for name in offered],
        selection_mode="multi",
        default=[ACTIVATIONS[name].label for name in default],
        wrap=True,
        key=key,
        bind="query-params",
    )
    chosen = {ACTIVATION_LABELS[label] for label in shown if label in ACTIVATION_LABELS}
    return [name for name in offered if name in chosen] or list(default)


def listed(words: prose.Words, key: str, options: Mapping[str, str], default: str) -> str:
    """One of some options from a list that folds out; `options` maps what is shown to what is returned."""
    place = list(options.values()).index(default)
    shown = st.selectbox(label(words, key), list(options), place, key=key, bind="query-params")
    return options.get(str(shown), default)


def scale(words: prose.Words, key: str, options: Sequence[str], default: str) -> str:
    """One of some values in order, on a slider."""
    if st.session_state.get(key, default) not in options:  # as `slider` does
        del st.session_state[key]
    shown = st.select_slider(label(words, key), options, default, key=key, bind="query-params")
    return shown if shown in options else default


def several(words: prose.Words, key: str, options: Mapping[str, Any], default: Sequence[str]) -> list[Any]:
    """Any number of options as pills, in their order; the default if none is chosen."""
    shown = st.pills(
        label(words, key), list(options), selection_mode="multi", default=list(default), wrap=True, key=key,
        bind="query-params",
    )  # fmt: skip
    return [options[label] for label in options if label in shown] or [options[label] for label in default]


def activation(words: prose.Words, key: str, default: str, offered: Sequence[str] = tuple(ACTIVATIONS)) -> str:
    """One activation."""
    return choice(words, key, {ACTIVATIONS[name].label: name for name in offered}, default)


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


def stepper(words: prose.Words, key: str, number: Number) -> int:
    """A walk as long as the highest step of a Number, all of it at first: a slider, and buttons that move it.

    Who stands at the end stays there when the walk gets longer or shorter, and beyond the end is the end.
    """
    state, end = st.session_state, f"{key}.last"
    if key in state and (state[key] == state.get(end) or state[key] != number.clamp(state[key])):
        state[key] = number.high
    state[end] = number.high
    # Streamlit tells a slider by the bounds it is given, and one that it does not know yet takes the value in the
    # address, whatever "Try this" has just set. So the bounds given never change: the default widens them.
    value = st.slider(label(words, key), number.low, number.low + 1, number.high, key=key, bind="query-params")
    step = int(number.clamp(value))
    moves = {"start": number.low, "back": step - 1, "forward": step + 1, "end": number.high}
    with st.container(horizontal=True, gap="small"):
        for name, target in moves.items():
            st.button(
                f":primary[{words(f'button {name}')}]", key=f"{key}.{name}", type="tertiary",
                on_click=assign, kwargs={key: min(max(target, number.low), number.high)},
            )  # fmt: skip
    return step


def width_and_seed(words: prose.Words, prefix: str = "") -> dict[str, int]:
    """What is rarely changed, behind "More settings"."""
    with more(prefix):
        width = slider(words, f"{prefix}width", between(WIDTH, 8, 128, step=8))
        seed = slider(words, f"{prefix}seed", between(SEED, 0, 20))
    return {"width": width, "seed": seed}


def function(words: prose.Words, prefix: str, default: str) -> tuple[str, dict[str, float]]:
    """One activation from a list, and its parameters."""
    name = listed(words, f"{prefix}activation", ACTIVATION_LABELS, default)
    return name, parameters(words, f"{prefix}{name}", ACTIVATIONS[name])


def place(x: str, y: str, x_number: Number, y_number: Number) -> Callable[[float, float], None]:
    """Sets two sliders to a place on a map."""

    def chosen(at_x: float, at_y: float) -> None:
        assign(**{x: x_number.clamp(at_x), y: y_number.clamp(at_y)})

    return chosen


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
    sharing.control(key, words("other"))
    take_home.note_control(key, words("other"))
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


def networks(
    names: Sequence[str], parameters: Mapping[str, Mapping[str, float]] | None = None, /, **settings: Any
) -> tuple[Network, ...]:
    """One network per activation, alike in everything else."""
    return tuple(Network(name, parameters=dict((parameters or {}).get(name, {})), **settings) for name in names)


def assign(**values: Any) -> None:
    """Set the controls of a page: the callback behind "Try this"."""
    for key, value in values.items():
        st.session_state[key] = value
