"""The page as one file: a document that shows the experiment as it is now, in any browser, without a network.

It is written from the record of the run, and only when a reader asks for it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st
from plotly.offline import get_plotlyjs

from core.ui import record
from core.ui.record import FORMATS, Chart, Figures, Page, Part, Table
from core.ui.share import dialog
from core.ui.share.links import address, near
from core.ui.share.markdown import markdown
from core.words import numerals, prose

TEMPLATE = Path(__file__).with_name("document.html")


def contents() -> Callable[[], str]:
    """What writes the document, with the settings of now: it is called later, by another thread."""
    page = record.page()
    assert page, "parts.enter begins every page"
    state = st.session_state
    values = {key: state[key] for key in page.controls if state.get(key) not in (None, "")}
    return partial(document, page, values, address(dialog.where(), values))


def document(page: Page, values: Mapping[str, object], link: str) -> str:
    """The page as HTML: whatever comes from outside is escaped, and the document asks for nothing from anywhere."""
    parts = dict(page.parts)  # a film may go on meanwhile
    charts = {name: part for name, part in parts.items() if isinstance(part, Chart)}
    figures = ",\n".join(f"{json.dumps(name)}: {chart.figure.to_json()}" for name, chart in charts.items())
    settings = [(page.controls[key], in_words(value)) for key, value in values.items()]
    template = prose.Words("take_home", {"document": TEMPLATE.read_text(encoding="utf-8")})
    return template(
        "document",
        language=prose.language(),
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
        return numerals.listing([str(each) for each in value]) if value else prose.common("none")
    return str(value)


def _address(link: str) -> str:
    live = f'<p>{escape(prose.common("address"))} <a href="{escape(link)}">{escape(link)}</a></p>'
    return f"{live}\n<p>{escape(prose.common('share near'))}</p>" if near(link) else live


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
    return numerals.plain(value, 4) if isinstance(value, float) else str(value)
