"""The page as one file: a document that shows the experiment as it is now, in any browser, without a network.

While a page runs, its parts note here what they show, in the order of the page; the document is only written when a
reader asks for it. Each run has a record of its own, kept by its thread: two readers never share one.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, partial
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import plotly.graph_objects as go
import streamlit as st
from plotly.offline import get_plotlyjs

from core.ui import prose, sharing

TEMPLATE = Path(__file__).with_name("take_home.html")
FORMATS = {"PNG": "png", "SVG": "svg"}  # of a picture, as readers and as Plotly call them


@dataclass(frozen=True)
class Chart:
    """A figure and what it shows in words."""

    figure: go.Figure
    alt: str


@dataclass(frozen=True)
class Figures:
    """Figures over a chart: label and value of each."""

    shown: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Columns by name, and what they show in words."""

    columns: Mapping[str, Sequence[object]]
    alt: str


Part = str | Chart | Figures | Table  # a string is Markdown


@dataclass(frozen=True)
class Page:
    """What one run has shown so far: labels of controls by key, and the parts by name, in the order of the page."""

    words: prose.Words
    controls: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)


_page: ContextVar[Page | None] = ContextVar("page", default=None)  # Streamlit runs each reader's page in its own thread


def begin(words: prose.Words) -> None:
    """A new run: nothing of the one before."""
    _page.set(Page(words))


def note(name: str, part: Part) -> None:
    """What stands on the page under this name; shown once more, as in a film, it takes the place of what was there."""
    if page := _page.get():
        page.parts[name] = part


def note_control(key: str, label: str) -> None:
    """A control of the page; its value is looked up when the page is complete."""
    if page := _page.get():
        page.controls[key] = label


def contents() -> Callable[[], str]:
    """What writes the document, with the settings of now: it is called later, by another thread."""
    page = _page.get()
    assert page, "parts.head begins every page"
    state = st.session_state
    values = {key: state[key] for key in page.controls if state.get(key) not in (None, "")}
    return partial(document, page, values, address(sharing.where(), values))


def address(url: str | None, values: Mapping[str, object]) -> str:
    """The link to the experiment; every setting is in it, so that no default of a later version can change it.

    Where the page stands is known from the browser: nothing but a web address is believed.
    """
    if not url or not url.startswith(("http://", "https://")):
        return ""
    told = {key: str(value).lower() if isinstance(value, bool) else value for key, value in values.items()}
    return f"{url}?{urlencode(told, doseq=True, quote_via=quote)}"


def document(page: Page, values: Mapping[str, object], link: str) -> str:
    """The page as HTML: whatever comes from outside is escaped, and the document asks for nothing from anywhere."""
    parts = dict(page.parts)  # a film may go on meanwhile
    charts = {name: part for name, part in parts.items() if isinstance(part, Chart)}
    figures = ",\n".join(f"{json.dumps(name)}: {chart.figure.to_json()}" for name, chart in charts.items())
    settings = [(page.controls[key], in_words(value)) for key, value in values.items()]
    template = prose.Words("take_home", {"document": TEMPLATE.read_text(encoding="utf-8")})
    return template(
        "document",
        language=prose.LANGUAGE,
        title=escape(page.words("title")),
        lead=markdown(page.words("lead")),
        settings=f"<h2>{escape(prose.common('settings'))}</h2>\n{_pairs(settings, 'settings')}",
        snapshot=f"<p>{escape(prose.common('snapshot'))}</p>",
        address=_address(link) if link else "",
        parts="\n".join(_part(name, part) for name, part in parts.items()),
        plotly=get_plotlyjs(),
        figures=figures.replace("<", "\\u003c"),  # nothing can end the element that holds them; Plotly does the same
    )


def in_words(value: object) -> str:
    """A setting as a reader writes it: 0.25, −1, Tanh and ReLU, on."""
    if isinstance(value, bool):
        return prose.common("on" if value else "off")
    if isinstance(value, int | float):
        return f"{value:.12g}".replace("-", "−")
    if isinstance(value, list | tuple):
        return prose.listing([str(each) for each in value]) if value else prose.common("none")
    return str(value)


def _address(link: str) -> str:
    live = f'<p>{escape(prose.common("address"))} <a href="{escape(link)}">{escape(link)}</a></p>'
    return f"{live}\n<p>{escape(prose.common('share near'))}</p>" if sharing.near(link) else live


def _part(name: str, part: Part) -> str:
    if isinstance(part, str):
        return f'<section class="{escape(name.partition(" ")[0])}">\n{markdown(part)}\n</section>'
    if isinstance(part, Figures):
        return _pairs(part.shown, "figures")
    if isinstance(part, Table):
        return _table(name, part)
    key = escape(name)
    buttons = " ".join(
        f'<button type="button" data-chart="{key}" data-format="{kind}">'
        f"{escape(prose.common('save picture', format=label))}</button>"
        for label, kind in FORMATS.items()
    )
    height = int(part.figure.layout.height or 0)  # so that nothing moves when the charts are drawn
    return (
        f'<figure>\n<div class="chart" id="{key}" role="img" aria-labelledby="about.{key}" '
        f'style="min-height:{height}px"></div>\n<figcaption id="about.{key}">{escape(part.alt)}</figcaption>\n'
        f'<p class="save">{buttons}</p>\n</figure>'
    )


def _pairs(shown: Sequence[tuple[str, str]], kind: str) -> str:
    rows = (f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in shown)
    return f'<dl class="{kind}">\n' + "\n".join(rows) + "\n</dl>"


def _table(name: str, table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = (
        "<tr>" + "".join(f"<td>{escape(_cell(cell))}</td>" for cell in row) + "</tr>"
        for row in zip(*table.columns.values(), strict=True)
    )
    body = "\n".join(rows)
    key = f"about.{escape(name)}"
    return (  # wider than a phone: it is moved, by keyboard as well, and what it shows in words stands still
        f'<figure>\n<figcaption id="{key}">{escape(table.alt)}</figcaption>\n<div class="table" tabindex="0">\n'
        f'<table aria-labelledby="{key}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n'
        "</div>\n</figure>"
    )


def _cell(value: object) -> str:
    return prose.plain(value, 4) if isinstance(value, float) else str(value)


def markdown(text: str) -> str:
    """The Markdown of pages/ as HTML: paragraphs, headings, lists, bold, italics, formulas, entities."""
    return "\n".join(_block(block.strip()) for block in re.split(r"\n{2,}", text.strip()))


def _block(block: str) -> str:
    lines = block.splitlines()
    if heading := re.fullmatch(r"(#{1,6}) (.+)", block):
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    if lines and all(line.startswith("- ") for line in lines):
        return "<ul>\n" + "\n".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "\n</ul>"
    return f"<p>{_inline(block)}</p>"


_INLINE = re.compile(r"\$(?P<formula>[^$\n]+)\$|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")


def _inline(text: str) -> str:
    """Formulas first: what stands in one is no emphasis."""
    done, made = 0, []
    for found in _INLINE.finditer(text):
        tag = str(found.lastgroup)
        made.append(_plain(text[done : found.start()]))
        made.append(formula(found[tag]) if tag == "formula" else f"<{tag}>{_inline(found[tag])}</{tag}>")
        done = found.end()
    return "".join([*made, _plain(text[done:])])


def _plain(text: str) -> str:
    """What the words mean, &ensp; a space, as text: whatever comes of an entity is escaped like all the rest."""
    return escape(_ENTITY.sub(lambda found: unescape(found[0]), text), quote=False)


_SPACING = ("stretchy", "movablelimits", "width")  # attributes that a formula may have
_CLOSE = {"/", "∂"}  # signs without space around them, as LaTeX sets them


@lru_cache(maxsize=512)
def formula(source: str) -> str:
    """A formula of LaTeX as MathML; what is none stays as it was typed.

    The library writes characters as references and leaves what stands in a formula unescaped, so that it is asked for
    its elements: they are written here.
    """
    from latex2mathml.converter import convert_to_element  # 50 ms that only a file needs

    try:
        math = convert_to_element(source)
    except Exception:  # the library has many, and for some sources IndexError and others
        return f"<code>{escape(source, quote=False)}</code>"
    for element in math.iter():
        element.attrib = {name: element.attrib[name] for name in _SPACING if name in element.attrib}
        element.text = unescape(element.text) if element.text else None
        if element.text in _CLOSE:
            element.attrib |= {"lspace": "0", "rspace": "0"}
    return ElementTree.tostring(math, encoding="unicode", short_empty_elements=False)
