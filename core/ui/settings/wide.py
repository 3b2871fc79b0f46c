"""Numbers that one slider cannot reach: a field for all of them, and a slider for those that are tried most."""

import streamlit as st

from core.maths.numbers import LONGEST, Number
from core.maths.numbers import typed as read
from core.ui import state
from core.ui.settings.widgets import assign, between, common, label, slider
from core.words import numerals, prose, terms

EXAMPLES = {"number": "1.6667", "fraction": "5/3"}  # of what may be written


def field(words: prose.Words, key: str, number: Number, near: float) -> float:
    """A field that takes every value of a Number, and under it a slider that sets it.

    The slider goes from -near to near in the steps of the number, and where the field is beyond that, through all of it
    in steps of one. It keeps nothing: it stands where the field does.
    """
    kept = state.value(key, number.default)
    if kept != number.clamp(kept):  # as `slider` does
        state.forget(key)
    name = label(words, key)
    value = st.number_input(
        name, number.low, number.high, number.default, number.step, format="%.6g", **common(words, key)
    )
    value = number.clamp(value)
    offered = between(number, -near, near) if abs(value) <= near else between(number, number.low, number.high, step=1.0)
    slide = f"{key}.slide"
    state.put(slide, value)
    st.slider(
        prose.common("slide", label=name), offered.low, offered.high, number.default, offered.step, key=slide,
        help=terms.told(words, key),
        label_visibility="collapsed", on_change=_slid, args=(key, number),
    )  # fmt: skip
    return value


def typed(words: prose.Words, key: str, number: Number, name: str | None = None, *others: str) -> float:
    """A slider as of `widgets`, and under it a field for what its steps leave out: 1.6667, 5/3, 1/sqrt(3).

    The slider is the setting; the field keeps nothing and says what the slider is set to.
    """
    with st.container(gap=None):
        value = slider(words, key, number, name, *others)
        written = f"{key}.typed"
        state.put(written, f"{value:.6g}")
        st.text_input(
            prose.common("typed"), key=written, max_chars=LONGEST, width=144,
            help=prose.common("typed help", **EXAMPLES),
            on_change=_typed, args=(key, number),
        )  # fmt: skip
        if state.has(f"{key}.refused"):
            state.forget(f"{key}.refused")
            low, high = numerals.plain(number.low), numerals.plain(number.high)
            st.warning(prose.common("typed refused", low=low, high=high, **EXAMPLES))
    return value


def _typed(key: str, number: Number) -> None:
    try:
        assign(**{key: number.validate(read(state.value(f"{key}.typed")))})
    except ValueError:
        state.put(f"{key}.refused", True)


def _slid(key: str, number: Number) -> None:
    slid = state.value(f"{key}.slide")
    if slid == number.clamp(slid):  # else no message of ours
        assign(**{key: slid})
