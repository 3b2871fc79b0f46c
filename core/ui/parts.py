"""The parts that every page is made of, always in the same order, so that a reader never searches."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui import controls, navigation, prose


def head(words: prose.Words) -> None:
    """Title and one lead sentence."""
    st.title(words("title"), anchor=False)
    st.markdown(words("lead"))


def experiment() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Room for the controls (a quarter) and for the chart beside them; on a phone one above the other."""
    ask, show = st.columns([1, 3], gap="medium")
    return ask, show


def above() -> DeltaGenerator:
    """Room over an experiment for what depends on it."""
    return st.container()


def beside() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Room for two charts side by side, one above the other where there is not enough."""
    left, right = st.container(key="beside").columns(2, gap="small")
    return left, right


def section(words: prose.Words, name: str, **slots: object) -> None:
    """A further experiment on the same page: its heading and its introduction, in one block of words."""
    st.markdown(words(name, **slots))


def metrics(words: prose.Words, slots: Mapping[str, object], /, **shown: str) -> None:
    """The figures to watch, over the chart: `block=slot`, the label from `metric <block>`, the value from the slot."""
    row = st.container(key=f"metrics.{words.page}.{next(iter(shown.values()))}{slots.get('letter', '')}")
    for place, (block, slot) in zip(row.columns(len(shown), vertical_alignment="bottom"), shown.items(), strict=True):
        place.metric(words(f"metric {block}", **slots), str(slots[slot]))


def take_away(words: prose.Words, key: str, files: Mapping[str, Callable[[], str]]) -> None:
    """Files to download, folded away: each name with what makes its contents when it is asked for."""
    box = st.expander(prose.common("take"), key=key, on_change="rerun")
    if box.open:
        box.markdown(prose.common("take what"))
        for name, contents in files.items():
            label = prose.common(f"take {name}")
            box.download_button(
                label, contents, file_name=f"{words.page}_{name}", key=f"{key}.{name}", on_click="ignore"
            )


def rest(
    words: prose.Words,
    slots: Mapping[str, object],
    tries: Mapping[str, Mapping[str, Any]],
    code: Sequence[Callable[..., Any]],
) -> None:
    """Everything under the experiments: what you see, is that so, try this, the code, previous and next."""
    st.header(prose.common("see"), anchor=False)
    st.markdown(words("see", **slots))
    st.header(prose.common("claims"), anchor=False)
    for name in words.names("claim"):
        st.container(border=True).markdown(words(name, **slots))
    st.header(prose.common("try"), anchor=False)
    links = st.container(key="try", gap="xxsmall")
    for name, settings in tries.items():
        links.button(
            f":primary[{words(f'try {name}')}]", key=f"{words.page}.try.{name}", type="tertiary",
            on_click=controls.assign, kwargs=dict(settings),
        )  # fmt: skip
    box = st.expander(prose.common("code"), key=f"{words.page}.code", on_change="rerun")
    if box.open:
        box.code("\n\n".join(inspect.getsource(function) for function in code), language="python")
    navigation.foot(words.page)
