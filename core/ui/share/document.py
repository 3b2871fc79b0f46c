"""The page as one file: a document that shows the experiment as it is now, in any browser, without a network.

It is written from the record of the run, and only when a reader asks for it: document.html is its template, into which
document.css and document.js go.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from plotly.offline import get_plotlyjs

from core.charts import legible
from core.ui import record, state
from core.ui.record import FORMATS, Chart, Figures, Page, Table
from core.ui.share import dialog, picture
from core.ui.share.links import address, near
from core.ui.share.markdown import markdown
from core.words import numerals, prose
from core.words.tables import cell

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).parent


def contents() -> Callable[[], str]:
    """What writes the document, with the settings of now: it is called later, by another thread."""
    page = record.page()
    assert page, "parts.enter begins every page"
    values = {key: value for key in page.controls if (value := state.value(key)) not in (None, "")}
    return partial(document, page, values, address(dialog.where(), values))


def document(page: Page, values: Mapping[str, object], link: str) -> str:
    """The page as HTML: whatever comes from outside is escaped, and the document asks for nothing from anywhere."""
    parts = page.parts  # those of this moment: a film may go on meanwhile
    drawn = {name: part.figure.to_json() for name, part in parts.items() if isinstance(part, Chart)}
    figures = ",\n".join(f"{json.dumps(name)}: {figure}" for name, figure in drawn.items())
    return _template().render(
        language=prose.language(),
        words=page.words,
        lead=[name for name in record.LEAD if name in page.words.blocks],
        controls=page.controls,
        settings=[(page.controls[key], in_words(value)) for key, value in values.items()],
        link=link,
        parts=parts,
        # Nothing can end the element that holds them; Plotly does the same.
        figures="{\n" + figures.replace("<", "\\u003c") + "\n}",
    )


@lru_cache(maxsize=1)
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 0.1 s that only a file needs

    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.globals |= {
        "common": prose.common,
        "formats": FORMATS,
        "legible": legible.css(".chart"),
        "picture": picture.script(),
        "plotly": get_plotlyjs,
        "source": _source,
        "zip": partial(zip, strict=True),
    }
    templates.filters |= {"markdown": markdown, "cell": cell, "in_words": in_words}
    templates.tests |= {
        "chart": lambda part: isinstance(part, Chart),
        "table": lambda part: isinstance(part, Table),
        "figures": lambda part: isinstance(part, Figures),
        "near": near,
    }
    return templates.get_template("document.html")


def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8").rstrip()


def in_words(value: object) -> str:
    """A setting as a reader writes it: 0.25, −1, Tanh and ReLU, on."""
    if isinstance(value, bool):
        return prose.common("on" if value else "off")
    if isinstance(value, int | float):
        return f"{value:.12g}".replace("-", "−")
    if isinstance(value, list | tuple):
        return numerals.listing([str(each) for each in value]) if value else prose.common("none")
    return str(value)
