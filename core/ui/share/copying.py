"""Buttons that copy, where a browser lends no clipboard: on plain http, and in a frame that may not use it."""

from pathlib import Path

import streamlit as st

from core.ui import dom
from core.words import prose

_script = st.components.v2.component(
    "copying",
    html='<template class="copying"></template>',
    js=dom.filled(Path(__file__).with_suffix(".js").read_text(encoding="utf-8")),
    isolate_styles=False,
)


def copying() -> None:
    """Once on every page: from then on its buttons copy, or select the text and say what to press."""
    _script(key="copying", data={"said": prose.common("copy by hand")})
