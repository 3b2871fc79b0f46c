"""On a phone the settings of an experiment are folded behind a button; on a wide window they stand where they are.

How wide a window is only the browser knows, so the server sends the same page to all, and the style folds it.
"""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.ui import dom, record
from core.ui.share import hiding
from core.words import prose

_STYLE = Path(__file__).with_name("fold.css").read_text(encoding="utf-8")
_button = st.components.v2.component(
    "fold",
    html='<style></style><button type="button" class="fold" aria-expanded="false" hidden></button>',
    js=dom.read(__file__, "fold.js"),
    isolate_styles=False,
)
# What tells a reader something is never folded, nor the button to go on beside it.
_TOLD = dom.filled(":has($alert, $exception, $progress, $caption), :has($alert) + *")


def fold(box: str, main: Sequence[str], columns: str) -> None:
    """The button for the controls in `columns` of the row in a box, but for the `main` one: the first thing in them.

    What a link leaves on a page where it hides something is not folded.
    """
    page = record.page()
    if page and page.css:
        return
    mains = ", ".join(name for key in main for name in hiding.control(key)) or ":not(*)"
    row = dom.filled(f"{hiding.keyed(box)} > $wrapper > $row")
    room = dom.filled(f"{columns} > $stack")
    folded = f"{room} > :not({mains}, :has({mains}), :has(.fold), {_TOLD})"
    style = dom.filled(_STYLE, row=row, folded=folded, main=f"{row} > {room} > :is({mains}, :has({mains}))")
    said = {"label": prose.common("settings"), "changed": prose.common("settings changed", count="#")}
    _button(key=f"fold.{box}", data={"style": style, "folded": folded, "room": room, **said})
