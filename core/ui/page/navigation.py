"""The order of the pages, the menu, and the way in."""

import gc
import json
import threading
from functools import lru_cache
from pathlib import Path

import streamlit as st

from core.ui import dom
from core.ui.sections import MENU, SECTIONS, Section
from core.ui.share import dialog
from core.ui.teach import predicting
from core.words import prose

_thread = threading.local()  # `running` while the menu runs a page in this thread


@lru_cache(maxsize=1)
def _style() -> str:
    """The style of all pages, and the words that only a style can put over Streamlit's menu."""
    groups = ", ".join(f':has(a[href$="/{section.page}"])' for section in MENU if section.opens_group)
    style = dom.filled(Path(__file__).with_name("style.css").read_text(encoding="utf-8"), groups=groups)
    return f"<style>\n:root {{ --name: {json.dumps(prose.common('title'))}; }}\n{style}</style>"


@lru_cache(maxsize=1)
def _settle() -> None:
    """Once in a process: what is loaded by now stays, and the garbage collector need not look at it again."""
    gc.freeze()


def run() -> None:
    """Set up the window and the menu, and run the page that was asked for."""
    _settle()
    st.set_page_config(
        layout="wide",
        initial_sidebar_state="collapsed" if st.context.is_embedded else "auto",  # a frame has no room for the menu
        menu_items={"About": prose.common("about")},  # with an entry of ours, the menu offers light and dark as well
    )
    # One list: Streamlit would put the headings of groups between its items, where no screen reader expects them.
    pages = [
        st.Page(
            section.script,
            title=prose.read(section.page)("title"),
            url_path=section.page,
            default=section is SECTIONS[0],
        )
        for section in MENU
    ]
    chosen = st.navigation(pages, expanded=True)
    st.html(_style())
    predicting.switch()
    _thread.running = True
    try:
        chosen.run()
    finally:
        _thread.running = False


def enter() -> None:
    """What every page begins with.

    Until app.py has run once in a process, Streamlit answers a link to a page by running that page alone, without menu
    or window title: for everybody who comes at that moment. Then the menu is run from here, and it runs the page.
    """
    if not getattr(_thread, "running", False):
        run()
        st.stop()


def foot(page: str) -> None:
    """Links to the previous and the next page."""
    place = [section.page for section in MENU].index(page)
    before, after = st.columns(2)
    if place > 0:
        _link(before, MENU[place - 1], "previous")
    if place + 1 < len(MENU):
        with after.container(horizontal_alignment="right"):
            _link(st, MENU[place + 1], "next")
    st.caption(prose.common("privacy"))
    dialog.end()


def _link(place, section: Section, direction: str) -> None:  # type: ignore[no-untyped-def]
    title = prose.read(section.page)("title")
    place.page_link(section.script, label=prose.common(direction, title=title))
