"""The order of the pages, the menu, and the way in."""

import gc
import json
from functools import lru_cache

import streamlit as st

from core.charts import legible
from core.experiments import turns
from core.ui import dom, figures, state, telling
from core.ui.page import browser, keeping, memory, warming
from core.ui.sections import HIDDEN, MENU, SECTIONS, Section
from core.ui.share import dialog
from core.ui.teach import lecture, predicting
from core.words import prose

# Windows that are no phone's, and those of them with no room for controls beside a chart: enlarged by the browser, say.
WIDE = "(min-width: 641px)"
NARROW = f"{WIDE} and (max-width: 1100px)"


@lru_cache(maxsize=1)
def _style() -> str:
    """The style of all pages, and the words that only a style can put over Streamlit's menu."""
    groups = {place: section.opens for place, section in enumerate(MENU, 1) if section.opens}
    heads = "\n".join(
        dom.filled(f"$menu > li:nth-child({place})") + f"::before {{ content: {_quoted(f'group {name}')}; }}"
        for place, name in groups.items()
    )
    style = _css(
        "style",
        faint=legible.FAINT,
        groups=", ".join(f":nth-child({place})" for place in groups),
        numbered=f":nth-child(-n + {len(SECTIONS)})",
    )
    name, below = f":root {{ --name: {_quoted('title')}; }}", f"@media {NARROW} {{ {_css('below')} }}"
    words = legible.css(dom.SELECTORS["plot"])
    return f"<style>\n{name}\n{style}\n{words}\n{heads}\n{below}</style>"


@lru_cache(maxsize=1)
def _large() -> str:
    """The style of pages whose charts are for a projector."""
    return f"<style>\n{_css('large')}\n@media {WIDE} {{ {_css('below')} }}</style>"


def _css(name: str, **more: str) -> str:
    return dom.read(__file__, f"{name}.css", **more)


def _quoted(name: str) -> str:
    return json.dumps(prose.common(name), ensure_ascii=False)


@lru_cache(maxsize=1)
def _settle() -> None:
    """Once in a process: what is loaded by now stays, and the garbage collector need not look at it again."""
    memory.spare()
    gc.freeze()
    if type(st.runtime.get_instance()) is st.runtime.Runtime:  # and not what a test has in its place
        warming.start()


def run() -> None:
    """Set up the window and the menu, and run the page that was asked for."""
    _settle()
    st.set_page_config(
        layout="wide",
        initial_sidebar_state="collapsed" if st.context.is_embedded else "auto",  # a frame has no room for the menu
        menu_items={"About": prose.common("about")},  # with an entry of ours, the menu offers light and dark as well
    )
    # One list: Streamlit would put the headings of groups between its items, where no screen reader expects them.
    front = SECTIONS[0]
    pages = [
        st.Page(
            section.script,
            title=_title(section),
            url_path="" if section is front else section.page,
            default=section is front,
        )
        for section in MENU
    ]
    # The front page has no name in its address: whoever gives it the one of its script, like those of all others, is
    # shown it as well.
    unlisted = (*HIDDEN, front)
    for section in unlisted:
        pages.append(st.Page(section.script, title=_title(section), url_path=section.page, visibility="hidden"))
    chosen = st.navigation(pages, expanded=True)
    st.html(_style())
    browser.see_to()
    if not lecture.prepare():
        dialog.ahead()
        predicting.switch()
        _projector()
        keeping.keep()
    if figures.enlarged():
        st.html(_large())
    warming.menu.seen_to = True
    try:
        with turns.READERS.watch(), telling.told((*MENU, *unlisted)[pages.index(chosen)].page):
            chosen.run()
    finally:
        warming.menu.seen_to = False


def _projector() -> None:
    """In the sidebar and in links, off at first: charts for a projector."""
    with st.sidebar:
        with st.container(key=f"hidden.{figures.SIZE}"):  # a switch would say "true" in the address
            st.text_input(prose.common("control projector"), key=figures.SIZE, bind="query-params")
        state.put("projector", figures.enlarged())
        st.toggle(
            prose.common("control projector"), key="projector", on_change=_resize, help=prose.common("help projector")
        )


def _resize() -> None:
    state.put(figures.SIZE, figures.LARGE if state.value("projector") else "")


def enter() -> None:
    """What every page begins with.

    Until app.py has run once in a process, Streamlit answers a link to a page by running that page alone, without menu
    or window title: for everybody who comes at that moment. Then the menu is run from here, and it runs the page.
    """
    if not getattr(warming.menu, "seen_to", False):
        run()
        st.stop()


def foot(page: str) -> None:
    """The previous and the next page, each with a line on what it is for."""
    place = next((place for place, section in enumerate(MENU) if section.page == page), len(MENU) + 1)
    around = {"previous": MENU[max(place - 1, 0) : place], "next": MENU[place + 1 : place + 2]}
    beside = [(direction, section) for direction, sections in around.items() for section in sections]
    columns = st.container(key="cards").columns(len(beside)) if beside else []
    for column, (direction, section) in zip(columns, beside, strict=True):
        card = column.container(border=True, gap="xxsmall", key=f"card.{direction}")
        card.page_link(section.script, label=prose.common(direction, title=_title(section)))
        card.markdown(prose.read(section.page)("card"))
    st.caption(prose.common("privacy"))
    dialog.end()
    lecture.end()


def _title(section: Section) -> str:
    """What a page is called where there is little room."""
    blocks = prose.read(section.page).blocks
    return blocks.get("menu", blocks["title"])
