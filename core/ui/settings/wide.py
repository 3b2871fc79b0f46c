"""Numbers that one slider cannot reach: a field for all of them, and a slider for those that are tried most."""

import streamlit as st

from core.maths.numbers import Number
from core.ui import state
from core.ui.settings.widgets import assign, between, common, label
from core.words import prose, terms


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


def _slid(key: str, number: Number) -> None:
    slid = state.value(f"{key}.slide")
    if slid == number.clamp(slid):  # else no message of ours
        assign(**{key: slid})
