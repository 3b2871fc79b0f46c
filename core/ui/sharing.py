"""Links to a page as it is: with its settings, without some of its controls, or as one chart alone.

`?hide=depth,initializer` hides these controls, `?only=gradient&keep=depth` everything but this chart and this control:
for a projector, or for a frame in a learning platform. What is hidden stays on the page, so that what the link sets
holds and is checked as ever; a style hides it from eyes, keyboard and screen reader.
Controls and charts announce themselves while a page runs; what is known of the page is kept in the reader's session.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode, urlsplit

import segno
import streamlit as st

from core.ui import prose

OWN = ("hide", "only", "keep")
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*", re.ASCII)  # nothing that means anything in CSS or HTML
LONGEST, MOST = 64, 64  # characters of a key, and keys in a list
FORMER = {"chain.drawing": "chain.gradient"}  # charts that are parts of others by now: a link to them stays good

Settings = Mapping[str, Sequence[str]]

# What a page is built of; the last two may fold something visible away that is no element of the page itself.
_BOX = ":is({})".format(
    ", ".join(f'[data-testid="st{name}"]' for name in ("ElementContainer", "LayoutWrapper", "VerticalBlock",
                                                       "HorizontalBlock", "Column"))
)  # fmt: skip
_SEEN = ':is([data-testid="stElementContainer"], [data-testid="stPopover"], [data-testid="stExpander"])'
_TOLD = tuple(f'[data-testid="st{name}"]' for name in ("Alert", "Exception", "Progress"))  # a reader must see these
_PAGE = ':is(.stMainBlockContainer, [data-testid="stPopoverBody"])'


@dataclass(frozen=True)
class View:
    """What a link asks for besides the settings; where one chart stands alone, there is nothing more to hide."""

    hide: tuple[str, ...] = ()
    only: str = ""
    keep: tuple[str, ...] = ()


@dataclass
class Shown:
    """What one run of a page shows: controls and charts with their names, and what is folded away in which box."""

    page: str
    controls: dict[str, str] = field(default_factory=dict)
    charts: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, list[str]] = field(default_factory=dict)
    box: str = ""
    style: str = ""
    again: bool = False
    asked: bool = False
    pages: tuple[str, ...] = ()  # the names of all pages of the explorer


# Reading and writing links


def view(asked: Settings) -> View:
    """What the address asks for; whatever cannot be a key is left out."""
    only = _keys(asked.get("only", ()))[:1]
    if only:
        return View(only=FORMER.get(only[0], only[0]), keep=_keys(asked.get("keep", ())))
    return View(hide=_keys(asked.get("hide", ())))


def _keys(values: Sequence[str]) -> tuple[str, ...]:
    """The keys in a parameter, which may be repeated: each once, in order."""
    limit = MOST * (LONGEST + 1)
    parts = [part for value in values[:MOST] for part in value[:limit].split(",")[:MOST]]
    return tuple(dict.fromkeys(part for part in parts if len(part) <= LONGEST and KEY.fullmatch(part)))[:MOST]


def known(view: View, shown: Shown) -> View:
    """The part of it that is about this page."""
    if view.only in shown.charts:
        return replace(view, keep=tuple(key for key in view.keep if key in shown.controls))
    return View(hide=tuple(key for key in view.hide if key in shown.controls))


def link(address: str, settings: Settings, view: View) -> str:
    """The address of a page with these settings, so viewed."""
    pairs = [(key, value) for key, values in settings.items() if key not in OWN for value in values]
    lists = (("hide", view.hide), ("only", (view.only,) if view.only else ()), ("keep", view.keep))
    pairs += [(name, ",".join(keys)) for name, keys in lists if keys]
    return address + ("?" + urlencode(pairs, quote_via=quote, safe=",") if pairs else "")


def asked() -> dict[str, list[str]]:
    """Everything in the reader's address."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def here(url: str | None, page: str, pages: Sequence[str]) -> str:
    """The address of a page, as `st.context.url` tells it; nothing if that is no web address.

    Streamlit takes the end of `/beyond_relu` for the page `relu`, and tells of `/beyond_/beyond_relu`.
    """
    if not url or not url.startswith(("http://", "https://")):
        return ""
    base = url.removesuffix(f"/{page}")
    if base == url:  # the front page has no name in the address
        return url if urlsplit(url).path else f"{url}/"
    for other in pages:
        if page != other and page.endswith(other):
            base = base.removesuffix("/" + page.removesuffix(other))
    return f"{base}/{page}"


def near(address: str) -> bool:
    """Whether an address means the reader's own machine, so that nobody else can open it."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


# Hiding


def style(view: View, boxes: Mapping[str, Sequence[str]]) -> str:
    """The CSS of a view; nothing if it hides nothing."""
    if view.only:
        folded = [box for box, inside in boxes.items() if set(inside) & set(view.keep)]
        kept = [*_chart(view.only), *(name for key in view.keep for name in _control(key)), *map(_class, folded)]
        return _alone([*kept, _class("share.whole"), *_TOLD])
    gone = [name for key in view.hide for name in _control(key)]
    gone += [_class(box) for box, inside in boxes.items() if inside and set(inside) <= set(view.hide)]
    if not gone:
        return ""
    every = f":is({', '.join(gone)})"
    rest = f"{_SEEN}:not({every}, {every} *)"
    return f"{every}, {_BOX}:has({every}):not(:has({rest})) {{ display: none !important; }}"


def _alone(kept: Sequence[str]) -> str:
    """Everything is hidden but these, what is in them, and what they are in."""
    every = f":is({', '.join(kept)})"
    stays = f":not({every}, {every} *, :has({every}))"
    return "\n".join(
        (
            '[data-testid="stSidebar"], [data-testid="stHeader"] { display: none !important; }',
            f"{_PAGE} {_BOX}{stays} {{ display: none !important; }}",
            ".stMainBlockContainer { padding-top: 1rem; padding-bottom: 1rem; max-width: none; }",
            # The chart takes the height of the window, but never less than its own, or its words would overlap.
            '[data-testid="stElementContainer"]:has(.stPlotlyChart), [data-testid="stFullScreenFrame"], .stPlotlyChart'
            " { min-height: calc(100vh - 16rem); }",
        )
    )


def _class(key: str) -> str:
    """The class that Streamlit gives to what has a key."""
    if not KEY.fullmatch(key):
        raise ValueError(f"no key: {key!r}")
    return ".st-key-" + key.replace(".", "-")


def _control(key: str) -> tuple[str, str]:
    """A control and what belongs to it: the buttons of a stepper, the spread of an initialization."""
    name = _class(key)
    return name, f'[class*="{name[1:]}-"]'


def _chart(key: str) -> tuple[str, str]:
    """A chart, or the room in which one follows the other."""
    return _class(key), f"{_class(key)}-film"


# While a page runs


def begin(page: str, pages: Sequence[str]) -> None:
    """At the head of a page: what the link hides is never seen, and there is a button to share what is left.

    What this page has is not known yet: what the last run has found is believed, and at first the link.
    """
    state = st.session_state
    wanted, last = view(asked()), state.get("share.known")
    boxes: Mapping[str, Sequence[str]] = {}
    if last and last.page == page:
        wanted, boxes = known(wanted, last), last.boxes
    shown = Shown(page, style=style(wanted, boxes), again=state.pop("share.again", False), pages=tuple(pages))
    state["share.shown"] = shown
    if shown.style:
        st.html(f"<style>{shown.style}</style>")
    shown.asked = st.button(prose.common("share"), key="share")


def control(key: str, label: str) -> None:
    """A control is shown."""
    if shown := st.session_state.get("share.shown"):
        shown.controls[key] = label
        if shown.box:
            shown.boxes[shown.box].append(key)


def chart(key: str, alt: str) -> None:
    """A chart is shown: by its name in common.md, under its key or without the key's first parts, or by its `alt`."""
    if shown := st.session_state.get("share.shown"):
        parts, blocks = key.split("."), prose.read("common").blocks
        names = [f"chart {'.'.join(parts[start:])}" for start in range(len(parts))]
        shown.charts[key] = next((blocks[name] for name in names if name in blocks), alt.partition(". ")[0])


@contextmanager
def box(key: str) -> Iterator[None]:
    """What is shown meanwhile is folded away in a box: without anything in it, it is hidden as well."""
    shown = st.session_state.get("share.shown")
    if shown:
        shown.box = key
        shown.boxes[key] = []
    try:
        yield
    finally:
        if shown:
            shown.box = ""


def where() -> str:
    """The address of the page that is shown, without its settings."""
    shown = st.session_state.get("share.shown")
    return here(st.context.url, shown.page, shown.pages) if shown else ""


def end() -> None:
    """Where a page ends, known by now: the way to the whole page, and the dialog if it was asked for."""
    state = st.session_state
    shown = state.get("share.shown")
    if not shown:
        return
    state["share.known"] = shown
    settings, address = asked(), where()
    now = known(view(settings), shown)
    if style(now, shown.boxes) != shown.style and not (shown.again or shown.asked):
        state["share.again"] = True
        st.rerun()
    if now.only:
        whole = st.container(key="share.whole")
        whole.markdown(f"[{prose.common('share whole')}]({link(address, settings, View())})")
    if shown.asked:
        title = prose.common("share title")
        st.dialog(title, width="medium", on_dismiss="rerun")(_dialog)(shown, address, settings, now)


def talking() -> bool:
    """Whether the dialog is open: nothing else may go on, or it would not answer."""
    shown = st.session_state.get("share.shown")
    return bool(shown and shown.asked)


# The dialog


def _dialog(shown: Shown, address: str, settings: Settings, now: View) -> None:
    st.markdown(prose.common("share what"))
    made = link(address, settings, _chosen(shown, now))
    st.code(made, language=None, wrap_lines=True)
    if near(address):
        st.caption(prose.common("share near"))
    drawn = code(made)
    if drawn:
        st.image(drawn, width=280, alt=prose.common("share alt"))
    else:
        st.caption(prose.common("share long"))


def _chosen(shown: Shown, now: View) -> View:
    """What the reader chooses to show: everything at first, or what the page shows just now."""
    charts, controls = _distinct(shown.charts), _distinct(shown.controls)
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


def code(link: str) -> str | None:
    """The QR code of a link as SVG, black on white in any theme; None if the link is too long for one."""
    try:
        made = segno.make_qr(link, error="l")
    except segno.DataOverflowError:
        return None
    return made.svg_inline(scale=8, border=4, dark="#000", light="#fff")
