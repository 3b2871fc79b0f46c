"""Widgets that ask for a setting: always keyed, always in the address, always checked before use.

A key is the name of the setting, prefixed by its owner (`leaky_relu.alpha`, `relu.depth`): all pages share one
address space. Labels come from the page's words or, failing that, from common.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from core.maths.numbers import Number
from core.ui import dom, record, state
from core.words import prose, terms

MOVES = ("start", "back", "forward", "end")  # of a walk
TANGENT = Number("x", "x", 1.0, -6.0, 6.0, 0.1)
SPREAD = Number("spread", "σ_z", 1.0, 0.1, 30.0, 0.1)
_follower = st.components.v2.component(
    "follower",
    html='<button type="button" class="play"></button>',
    js=dom.read(__file__, "follow.js"),
    isolate_styles=False,
)


def text(words: prose.Words, key: str, kind: str = "control") -> str:
    """The label of a control, `control <key>`; KeyError if it has none."""
    found = prose.found(words, kind, key)
    if found is None:
        raise KeyError(f"no label for {kind} {key!r} of page {words.page!r}")
    return found


def label(words: prose.Words, key: str, name: str | None = None) -> str:
    """The label of a control that is about to be shown: from now on a link can hide it or keep it.

    What a step of a lesson says of it stands over it, where it covers neither the control nor a chart.
    """
    name = name or text(words, key)
    record.control(key, name)
    page = record.page()
    if page and page.marks.get(key, {}).get("say"):
        st.container(key=f"{key}.said").markdown(page.marks[key]["say"])
    return name


def common(words: prose.Words, key: str, *others: str) -> dict[str, Any]:
    """What every control has: a key, its place in the address, and what is told about it (or else about others)."""
    bind = None if state.giving() else "query-params"  # a step of a lesson is all that its address says
    return {"key": key, "bind": bind, "help": terms.told(words, key, *others)}


@contextmanager
def more(prefix: str) -> Iterator[None]:
    """Room for what is rarely changed, behind "More settings"."""
    key = f"{prefix}more"
    with st.popover(prose.common("more"), width="stretch", key=key), record.box(key):
        yield


def unprinted(key: str) -> DeltaGenerator:
    """Room for what paper cannot use."""
    return st.container(key=f"unprinted.{key}")


def slider(
    words: prose.Words,
    key: str,
    number: Number,
    name: str | None = None,
    *others: str,
    drives: bool = False,
    play: bool = True,
    shown: str | None = None,
) -> Any:
    """A slider for a Number, `others` as in `common`; what it returns is within the bounds whatever was sent.

    `drives`: charts follow it while it is dragged, and a button may play it. `shown`: how its numbers are written, as
    printf has it.
    """
    kept = state.value(key, number.default)
    if kept != number.clamp(kept):  # no message of ours: as if it had not come
        state.forget(key)
    # A step of a lesson is set before its page has run. Streamlit tells the browser so once, and where that run is cut
    # short it would never know: so there it begins with what it is set to.
    begins = number.clamp(kept) if state.giving() else number.default
    value = st.slider(
        label(words, key, name),
        number.low,
        number.high,
        begins,
        number.step,
        **common(words, key, *others) | ({"format": shown} if shown else {}),
    )
    if drives:
        drive(words, key, name, play)
    return number.clamp(value)


def drive(words: prose.Words, key: str, name: str | None = None, play: bool = True) -> None:
    """Each chart that has frames for a control follows while it is dragged; and a button plays it."""
    said = {"control": key, "label": name or text(words, key)}
    if play:
        said |= {"play": prose.common("play"), "stop": prose.common("stop playing")}
    _follower(key=f"{key}.play", data=said)


def player(words: prose.Words, key: str) -> None:
    """A button that plays what no control sets: the frames of a chart that are named by this key."""
    said = {"play": text(words, key, "button"), "stop": prose.common("stop playing")}
    _follower(key=f"{key}.play", data={"control": key, "label": "", **said})


def between(number: Number, low: float, high: float, default: float | None = None, step: float | None = None) -> Number:
    """The same number with the bounds that one page offers."""
    chosen = number.default if default is None else default
    return replace(number, low=low, high=high, default=chosen, step=number.step if step is None else step)


def switch(words: prose.Words, key: str) -> bool:
    """A setting that is on or off, off at first."""
    return bool(st.toggle(label(words, key), **common(words, key)))


def choice(words: prose.Words, key: str, options: Mapping[str, str], default: str) -> str:
    """One of a few options as pills; `options` maps what is shown to what is returned."""
    labels = {value: label for label, value in options.items()}
    shown = st.pills(
        label(words, key),
        list(options),
        default=labels[default],
        required=True,
        wrap=True,
        **common(words, key),
    )
    return options.get(str(shown), default)


def listed(words: prose.Words, key: str, options: Mapping[str, str], default: str) -> str:
    """One of some options from a list that folds out; `options` maps what is shown to what is returned."""
    place = list(options.values()).index(default)
    shown = st.selectbox(label(words, key), list(options), place, **common(words, key))
    return options.get(str(shown), default)


def scale(words: prose.Words, key: str, options: Sequence[str], default: str) -> str:
    """One of some values in order, on a slider."""
    if state.value(key, default) not in options:  # as `slider` does
        state.forget(key)
    shown = st.select_slider(label(words, key), options, default, **common(words, key))
    return shown if shown in options else default


def percent(words: prose.Words, key: str, shares: Sequence[float], default: float) -> float:
    """One of some shares in order, on a slider of percents."""
    offered = {f"{100.0 * share:g}": share for share in shares}
    return offered[scale(words, key, list(offered), f"{100.0 * default:g}")]


def several(words: prose.Words, key: str, options: Mapping[str, Any], default: Sequence[str]) -> list[Any]:
    """Any number of options as pills, in their order; the default if none is chosen."""
    shown = st.pills(
        label(words, key), list(options), selection_mode="multi", default=list(default), wrap=True,
        **common(words, key),
    )  # fmt: skip
    return [options[label] for label in options if label in shown] or [options[label] for label in default]


def stepper(words: prose.Words, key: str, number: Number, coming: Sequence[str]) -> int:
    """A walk through the steps of a Number, at its default first: a field for the step, and buttons that move it.

    `coming` is what the button to go on says at each step; at the end it leads to where the walk began. Who stands at
    the end, or where it began, stays there when the walk gets longer or shorter, and beyond the end is the end.
    """
    kept, walk, asked = state.value(key), state.walk(key), st.query_params.get(key, "")
    if state.has(key):
        follows = {walk.start: number.default, walk.end: number.high}
        state.put(key, follows[kept] if isinstance(kept, (int, float)) and kept in follows else number.clamp(kept))
    elif asked.isdecimal() and float(asked) > number.high:
        assign(**{key: number.high})
    walk.start, walk.end = number.default, number.high
    # No slider: Streamlit takes one with other bounds for another one, which stands where the address says. And no
    # whole numbers: it cannot read a forged nan as one of them, and shows an error instead of the page.
    value = st.number_input(
        label(words, key), float(number.low), float(number.high), float(number.default), 1.0, format="%.0f",
        **common(words, key),
    )  # fmt: skip
    drive(words, key)
    step = int(number.clamp(value))
    ahead = step + 1 if step < number.high else number.default
    st.button(coming[step], key=f"{key}.forward", width="stretch", on_click=assign, kwargs={key: ahead})
    moves(words, key, number, step, ("back", "start", "end"))
    return step


def moves(words: prose.Words, key: str, number: Number, step: int, offered: Sequence[str] = MOVES) -> None:
    """Buttons that move a slider of steps, within its bounds; each is called by its `button <key>.<move>`."""
    targets = {"start": number.low, "back": step - 1, "forward": step + 1, "end": number.high}
    with st.container(horizontal=True, gap="small"):
        for name in offered:
            st.button(
                f":primary[{text(words, f'{key}.{name}', 'button')}]", key=f"{key}.{name}", type="tertiary",
                on_click=assign, kwargs={key: min(max(targets[name], number.low), number.high)},
            )  # fmt: skip


def place(x: str, y: str, x_number: Number, y_number: Number) -> Callable[[float, float], None]:
    """Sets two sliders to a place on a map."""

    def chosen(at_x: float, at_y: float) -> None:
        assign(**{x: x_number.clamp(at_x), y: y_number.clamp(at_y)})

    return chosen


def assign(**values: Any) -> None:
    """Set controls that are in the address: the callback behind "Try this", and the last line of one.

    Those that are not shown yet will take what the address says when they appear, whatever else is set. So it is put
    there, and as Streamlit reads the address once, before a run, there is a run more.
    """
    again = False
    for key, value in values.items():
        state.put(key, value)
        state.set_out(key)
        try:
            st.query_params[key] = said(value)
            again = True
        except StreamlitAPIException:  # it is shown: Streamlit itself writes its address
            pass
    if again:
        st.rerun()


def said(value: Any) -> str | list[str]:
    """A value as the address says it."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
