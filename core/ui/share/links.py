"""Links to a page as it is: with its settings, without some of its controls, or as one chart alone."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.maths.activations import ACTIVATIONS
from core.ui.record import Page
from core.ui.sections import MENU
from core.words import prose
from core.words.labels import RENAMED

OWN = ("hide", "only", "keep")
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*", re.ASCII)  # nothing that means anything in CSS or HTML
LONGEST, MOST = 64, 64  # characters of a key, and keys in a list
LIKE = 0.8  # how alike two names are, from 0 to 1, that may have been taken for each other
_COMMA, _THOUSANDS = re.compile(r"-?[0-9]{1,9},[0-9]{1,9}"), re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
FORMER = {"chain.drawing": "chain.gradient"}  # charts that are parts of others by now: a link to them stays good

Settings = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class View:
    """What a link asks for besides the settings; where one chart stands alone, there is nothing more to hide."""

    hide: tuple[str, ...] = ()
    only: str = ""
    keep: tuple[str, ...] = ()


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


def known(view: View, page: Page) -> View:
    """The part of it that is about this page."""
    if view.only in page.charts:
        return replace(view, keep=tuple(key for key in view.keep if key in page.controls))
    return View(hide=tuple(key for key in view.hide if key in page.controls))


def link(address: str, settings: Settings, view: View) -> str:
    """The address of a page with these settings, so viewed."""
    pairs = [(key, value) for key, values in settings.items() if key not in OWN for value in values]
    lists = (("hide", view.hide), ("only", (view.only,) if view.only else ()), ("keep", view.keep))
    pairs += [(name, ",".join(keys)) for name, keys in lists if keys]
    return address + ("?" + urlencode(pairs, quote_via=quote, safe=",") if pairs else "")


def asked() -> dict[str, list[str]]:
    """Everything in the reader's address."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def understood(asked: Sequence[str], value: object) -> bool:
    """Whether a control is set to what the address asks for: Streamlit leaves out or bounds what it cannot take."""
    shown = value if isinstance(value, list | tuple) else [value]
    return {_meant(text) for text in asked} == {_meant(str(each)) for each in shown}


def _meant(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.lower()


def here(url: str | None, page: str) -> str:
    """The address of a page, as `st.context.url` tells it; nothing if that is no web address.

    Streamlit takes the end of `/beyond_relu` for the page `relu`, and tells of `/beyond_/beyond_relu`.
    """
    if not url or not url.startswith(("http://", "https://")):
        return ""
    base = url.removesuffix(f"/{page}")
    if base == url:  # the front page has no name in the address
        return url if urlsplit(url).path else f"{url}/"
    for other in (section.page for section in MENU):
        if page != other and page.endswith(other):
            base = base.removesuffix("/" + page.removesuffix(other))
    return f"{base}/{page}"


def renewed(settings: Settings) -> dict[str, list[str]]:
    """What an address says differently, as it is said today: labels of before, and numbers with a decimal comma.

    Of `1,000` nobody knows whether it is one or a thousand.
    """
    found: dict[str, list[str]] = {}
    for key, values in settings.items():
        labels = RENAMED if key.rpartition(".")[2] in ("initializer", "initializers") else {}
        said = [_point(labels.get(value, value)) for value in values]
        if key not in OWN and said != list(values):
            found[key] = said
    return found


def _point(text: str) -> str:
    if not _COMMA.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return text
    return text.replace(",", ".")


def renew() -> None:
    """At the head of a page: an address that says something differently is mended, and read once more."""
    mended = False
    for key, values in renewed(asked()).items():
        try:
            st.query_params[key] = values
            mended = True
        except StreamlitAPIException:  # its control is shown already, and Streamlit itself writes its address
            pass
    if mended:
        st.rerun()


def strays(settings: Settings, page: Page) -> list[str]:
    """What an address names that the page has not, but something called like it: `dept`, or `depth` of `x.depth`.

    What is like nothing here is no business of ours: learning platforms and messengers add words of their own.
    """
    hidden = view(settings)
    named = [key for key in settings if key not in OWN and not _own(key, page)]
    named += [key for key in (*hidden.hide, *hidden.keep) if not _own(key, page)]
    named += [hidden.only] if hidden.only and hidden.only not in page.charts else []
    like = {name.lower() for key in (*page.controls, *page.charts) for name in (key, key.rpartition(".")[2])}
    return [
        key
        for key in dict.fromkeys(named)
        if len(key) <= LONGEST
        and KEY.fullmatch(key)
        and any(get_close_matches(name, like, 1, LIKE) for name in (key.lower(), key.lower().rpartition(".")[2]))
    ]


def _own(key: str, page: Page) -> bool:
    """Whether the page has such a control, be it that another setting must be chosen before it is shown."""
    owner = key.rpartition(".")[0]
    owners = {*page.controls, *(name.rpartition(".")[0] for name in page.controls)}
    may = owner in owners or owner.rpartition(".")[2] in ACTIVATIONS
    return key in page.controls or (may and prose.found(page.words, "control", key) is not None)


def near(address: str) -> bool:
    """Whether an address means the reader's own machine, so that nobody else can open it."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def address(url: str | None, values: Mapping[str, object]) -> str:
    """The link to the experiment; every setting is in it, so that no default of a later version can change it.

    Where the page stands is known from the browser: nothing but a web address is believed.
    """
    if not url or not url.startswith(("http://", "https://")):
        return ""
    query = {key: str(value).lower() if isinstance(value, bool) else value for key, value in values.items()}
    return f"{url}?{urlencode(query, doseq=True, quote_via=quote)}"
