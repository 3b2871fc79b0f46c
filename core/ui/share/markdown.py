"""The Markdown of the pages as HTML, for the file to take home."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from core.words import pointing

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINK = re.compile(r"https?:|[^:/?#]*(?:[/?#]|$)", re.IGNORECASE)  # of the web, or of the page itself
_COLOURED = re.compile(r":(?:blue|orange|violet)\[([^\]]*)\]")
_FORMULAS = {"math_inline": "{}", "math_inline_double": "{}", "math_block": "<p>{}</p>\n"}


def markdown(text: str) -> str:
    """The Markdown of pages/ as the page shows it: formulas as MathML, elements of HTML as text, no pictures.

    Words in a colour of Streamlit's keep what else they are, not the colour; words that point at a chart are plain.
    """
    return _reader().render(_COLOURED.sub(r"\1", pointing.plain(text))).rstrip()


@lru_cache(maxsize=1)
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # with its plugin 0.1 s that only a file needs
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    reader.enable(["table", "strikethrough"]).disable("image")  # a file asks for nothing from anywhere
    reader.use(dollarmath_plugin, allow_labels=False, double_inline=True)
    reader.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]
    for kind in _FORMULAS:
        reader.add_render_rule(kind, _drawn)
    return reader


def _drawn(renderer: object, tokens: Sequence["Token"], place: int, *_: object) -> str:
    return _FORMULAS[tokens[place].type].format(formula(tokens[place].content.strip()))


_MEANT = ("stretchy", "movablelimits", "width", "mathcolor")  # attributes that a formula may have
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
        element.attrib = {name: element.attrib[name] for name in _MEANT if name in element.attrib}
        element.text = unescape(element.text) if element.text else None
        if element.text in _CLOSE:
            element.attrib |= {"lspace": "0", "rspace": "0"}
    return ElementTree.tostring(math, encoding="unicode", short_empty_elements=False)
