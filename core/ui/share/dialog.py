"""What a link hides of a page while it runs, and the dialog that makes such links.

`?hide=depth,initializer` hides these controls, `?only=gradient&keep=depth` everything but this chart and this control:
for a projector, or for a frame in a learning platform. What is hidden stays on the page, so that what the link sets
holds and is checked as ever.

What to hide must be known at the head of a page, and what the page has is known only at its foot:

    begin: hide what the link asks for, of the controls that the last run of this page has shown (on a first visit: all)
      |    the page runs, and its controls and charts note themselves in the record
    end:   is that what should be hidden of what there is? If not, run once more (`again`, so that it is once)
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import segno
import streamlit as st

from core.ui import figures, record, state
from core.ui.record import Page
from core.ui.share.hiding import css
from core.ui.share.links import Settings, View, asked, here, known, link, near, strays, understood, view
from core.ui.share.network import reachable
from core.words import lessons, numerals, prose

BESIDE = {"predict": "control predict", figures.SIZE: "control projector"}  # in the sidebar
SETTINGS = (bool, int, float, str, list, tuple)  # what a control may be set to

_html, _css, _js = (
    Path(__file__).with_name(f"screen.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
)
_screen = st.components.v2.component("screen", html=_html, css=_css, js=_js)


def ahead() -> None:
    """Before the sidebar is shown: Streamlit takes what it does not understand out of the address at once."""
    new = {key: values for key, values in asked().items() if key in BESIDE and not state.has(key)}
    state.sharing().asked |= new


def begin(page: Page) -> None:
    """At the head of a page: what the link hides is never seen, and there is a button to share what is left."""
    shared = state.sharing()
    settings = asked()
    wanted, last = view(settings), shared.known
    page.asked = shared.asked | {key: values for key, values in settings.items() if key and not state.has(key)}
    shared.asked = {}
    if last and last.words.page == page.words.page:
        page.css = css(known(wanted, last), last.boxes)
    else:
        page.css = css(wanted, {})
    page.again, shared.again = shared.again, False
    if page.css:
        st.html(f"<style>{page.css}</style>")
    page.talking = st.button(prose.common("share"), key="share")
    page.room = st.empty()  # in every run: what stands below must not move to another place


def where() -> str:
    """The address of the page that is shown, without its settings."""
    page = record.page()
    return here(st.context.url, page.words.page) if page else ""


def end() -> None:
    """Where a page ends, known by now: the way to the whole page, and the dialog if it was asked for."""
    page, shared = record.page(), state.sharing()
    if not page:
        return
    shared.known = replace(page, parts={}, asked={}, room=None)  # charts and address need not outlive the run
    settings, address = asked(), where()
    named = page.controls | {key: prose.common(name) for key, name in BESIDE.items()}
    wrong = {
        key: named[key] for key, values in page.asked.items() if key in named and not understood(values, _taken(key))
    }
    for key in wrong:
        record.refuse(key, "address")
    lost = strays(settings, page)
    if page.room:
        said = [prose.common("not possible", names=numerals.listing(list(wrong.values())))] if wrong else []
        said += [prose.common("not here", names=numerals.listing([f"`{key}`" for key in lost]))] if lost else []
        if said:
            page.room.info(" ".join(said))
    now = known(view(settings), page)
    if css(now, page.boxes) != page.css and not (page.again or page.talking):
        shared.again = True
        st.rerun()
    if now.only:
        whole = st.container(key="share.whole")
        whole.markdown(f"[{prose.common('share whole')}]({link(address, settings, View())})")
    if page.talking:
        title = prose.common("share title")
        st.dialog(title, width="medium", on_dismiss="rerun")(_dialog)(page, address, settings, now)


def _taken(key: str) -> object:
    """What a control is set to: any text is a size, but only one of them means something."""
    return (figures.LARGE if figures.enlarged() else "") if key == figures.SIZE else state.value(key)


def _dialog(page: Page, address: str, settings: Settings, now: View) -> None:
    st.markdown(prose.common("share what"))
    chosen = _chosen(page, now)
    made = link(address, settings, chosen)
    others = reachable(made)
    st.code(others or made, language=None, wrap_lines=True)
    if near(address):
        st.caption(prose.common("share network" if others else "share alone"))
    if others:
        _code(others)
    if page.charts:
        _step(page, chosen)


def _step(page: Page, chosen: View) -> None:
    """The page as it is as a part of a lesson, with the chosen chart or else the first."""
    box = st.expander(prose.common("share step"), key="share.step", on_change="rerun", type="compact")
    if box.open:
        kept = {key: value for key in page.controls if isinstance(value := state.value(key), SETTINGS)}
        box.code(lessons.written(page.words.page, kept, chosen.only or next(iter(page.charts))), language="toml")


def _code(link: str) -> None:
    """The QR code of a link, and a button that fills the screen with both."""
    drawn = qr_code(link)
    if not drawn:
        st.caption(prose.common("share long"))
        return
    st.image(drawn, width=280, alt=prose.common("share alt"))
    said = {name: prose.common(f"share {name}") for name in ("large", "close", "alt")}
    _screen(key="share.screen", data={"code": drawn, "link": link, **said})


def _chosen(page: Page, now: View) -> View:
    """What the reader chooses to show: everything at first, or what the page shows just now."""
    charts, controls = _distinct(page.charts), _distinct(page.controls)
    if charts and st.toggle(prose.common("share only"), value=bool(now.only), key="share.only"):
        place = list(charts).index(now.only) if now.only in charts else 0
        only = st.selectbox(
            prose.common("share chart"), list(charts), place, format_func=charts.__getitem__, key="share.chart"
        )
        return View(only=only, keep=_some("keep", controls, now.keep))
    return View(hide=_some("hide", controls, now.hide)) if controls else View()


def _some(name: str, controls: Mapping[str, str], default: Sequence[str]) -> tuple[str, ...]:
    chosen = st.pills(
        prose.common(f"share {name}"), list(controls), selection_mode="multi", default=list(default),
        format_func=controls.__getitem__, wrap=True, key=f"share.{name}",
    )  # fmt: skip
    return tuple(chosen)


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The same names, and the key beside those that occur more than once."""
    several = list(names.values())
    return {key: name if several.count(name) == 1 else f"{name} ({key})" for key, name in names.items()}


def qr_code(link: str) -> str | None:
    """The QR code of a link as SVG, black on white in any theme; None if the link is too long for one."""
    try:
        made = segno.make_qr(link, error="l")
    except segno.DataOverflowError:
        return None
    return made.svg_inline(scale=8, border=4, dark="#000", light="#fff")
