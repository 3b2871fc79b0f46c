"""What a browser does with a page by itself: it prints it, saves pictures of its charts, and goes back from it."""

from pathlib import Path

import streamlit as st

from core.charts import legible
from core.ui import dom

_HERE = Path(__file__).parent


def _script(name: str, **more: str) -> str:
    return dom.filled((_HERE / f"{name}.js").read_text(encoding="utf-8"), **more)


def _style(scheme: str) -> str:
    faint = f"{dom.SELECTORS['plot_faint']} {{ fill: {legible.FAINT} !important; }}"
    return f"<style>{faint}\n{legible.css('svg', scheme)}</style>"


_scripts = st.components.v2.component(
    "browser",
    html="<script></script>",  # an element without a script would take room
    js="\n".join(
        [
            _script("back"),
            _script("paper"),
            _script("pictures", light=_style("light"), dark=_style("dark")),
            "export default function browser() {}",
        ]
    ),
    isolate_styles=False,
)


def see_to() -> None:
    """Once on every page."""
    _scripts(key="browser")
