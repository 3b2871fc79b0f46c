"""Which activation functions: one of a few, or some, and with them a function that the reader types.

In links and lists that one is called by its label in common.md, `own`; what it is stands in a field of its own. The
controls of a page share the field: it is shown beside the first one that asks for it.
"""

from collections.abc import Sequence

import streamlit as st

from core.maths.activations import ACTIVATIONS
from core.maths.formula import FUNCTIONS, GALLERY, LONGEST, PARAMETER, activation, settled, undefined
from core.ui import record, state
from core.ui.settings.widgets import assign, choice, common, label, listed, slider, switch
from core.words import numerals, prose
from core.words.labels import ACTIVATION_LABELS, OWN

ARTICLE = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish", "gelu")  # the functions it names
ALL = tuple(ACTIVATIONS)
START = GALLERY["own"]  # what stands in the field before anything is typed


def several(words: prose.Words, key: str, default: Sequence[str], offered: Sequence[str] = ALL) -> list[str]:
    """Any number of activations, in the order of the registry and one's own last; the default if none is chosen."""
    shown = st.pills(
        label(words, key),
        [*labels(offered), own_label()],
        selection_mode="multi",
        default=[ACTIVATIONS[name].label for name in default],
        wrap=True,
        **common(words, key),
    )
    chosen = {ACTIVATION_LABELS[label] for label in shown if label in ACTIVATION_LABELS}
    names = [name for name in offered if name in chosen]
    return [*names, own(words)] if own_label() in shown else names or list(default)


def one(words: prose.Words, key: str, default: str, offered: Sequence[str] = ALL) -> str:
    """One activation of a few, or one's own."""
    chosen = choice(words, key, labels(offered) | {own_label(): OWN}, default)
    return own(words) if chosen == OWN else chosen


def from_list(words: prose.Words, key: str, default: str) -> str:
    """One activation of all, or one's own, from a list that folds out."""
    chosen = listed(words, key, ACTIVATION_LABELS | {own_label(): OWN}, default)
    return own(words) if chosen == OWN else chosen


def alone_or_all(words: prose.Words, key: str, offered: Sequence[str]) -> list[str]:
    """One of a few activations, or all of them together, as the page opens: the block `all` says so."""
    chosen = choice(words, key, {words("all"): "", **labels(offered)}, "")
    return [chosen] if chosen else list(offered)


def beside(words: prose.Words, key: str) -> list[str]:
    """A switch that adds one's own function to those of a page."""
    return [own(words)] if switch(words, key) else []


def own_label() -> str:
    """What a reader's own function is called where functions are chosen."""
    return prose.common(OWN)


def own(words: prose.Words) -> str:
    """The name of the function that the reader has typed.

    What cannot be read is refused with a sentence, and the one before it stays.
    """
    page, known = record.page(), state.formula()
    if not known.name:
        known.text, known.name = START, activation(START).name
    if page and OWN in page.controls:  # it is asked for once on a page
        return known.name
    if not state.has(OWN) and OWN not in st.query_params:  # it was typed on another page
        state.put(OWN, known.text)
    with st.container(key=f"asked.{OWN}"):
        text = str(st.text_input(label(words, OWN), START, LONGEST, **common(words, OWN)))
        try:
            known.name, known.text = _understood(words, text), text
        except ValueError as problem:
            record.refuse(OWN, "formula")
            st.warning(prose.common("own refused", why=problem, kept=ACTIVATIONS[known.name].label))
        entry = ACTIVATIONS[known.name]
        st.markdown(f"${entry.formula}$\n\n${entry.derivative_formula}$")
        _gallery()
    return known.name


def _understood(words: prose.Words, text: str) -> str:
    """The name of the function, with the parameter as it is set if there is one; ValueError says what is wrong."""
    value = PARAMETER.default
    if activation(text).parameters:
        value = slider(words, f"{OWN}.{PARAMETER.name}", PARAMETER)
    name = settled(text, value)
    if place := undefined(ACTIVATIONS[name]):
        low, high = map(numerals.plain, place)
        raise ValueError(prose.common("own undefined", low=low, high=high))
    return name


def _gallery() -> None:
    """Functions to start from."""
    box = st.popover(prose.common("own gallery"), width="stretch", key=f"{OWN}.gallery")
    with box.container(gap=None):
        st.caption(prose.common("own known", functions=numerals.listing([*FUNCTIONS])))
        for slug, example in GALLERY.items():
            name = ACTIVATIONS[slug].label if slug in ACTIVATIONS else prose.common(f"own {slug}")
            said = prose.common("own example", name=name, text=example)
            st.button(said, key=f"{OWN}.{slug}", type="tertiary", on_click=assign, kwargs={OWN: example})


def labels(offered: Sequence[str]) -> dict[str, str]:
    """What functions are called, and which are called so."""
    return {ACTIVATIONS[name].label: name for name in offered}
