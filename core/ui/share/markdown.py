"""The Markdown of the pages as HTML, for the file to take home."""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree import ElementTree


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
