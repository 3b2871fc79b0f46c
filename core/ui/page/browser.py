"""What a browser does by itself: prints, translates and copies a page, saves and lights up its charts, goes back."""

import streamlit as st

from core.ui import dom
from core.ui.share import picture
from core.words import prose


def _script(name: str) -> str:
    return dom.read(__file__, f"{name}.js")


_SCRIPTS = [*map(_script, ("back", "paper", "translation", "pictures", "copying", "pointing")), picture.script()]
_scripts = st.components.v2.component(
    "browser",
    html="<script></script>",  # an element without a script would take room
    js="\n".join(
        [
            *(f"{{\n{script}\n}}" for script in _SCRIPTS),  # what one of them calls its own is no other's
            "export default function browser({ data }) { copying(data.said); }",
        ]
    ),
    isolate_styles=False,
)


def see_to() -> None:
    """Once on every page."""
    _scripts(key="browser", data={"said": prose.common("copy by hand")})
