"""The words of a page: blocks of Markdown from pages/<language>/<page>.md, with {{ slots }} for computed numbers.

A file starts with `# Title`; every further block begins with a line `<!-- name -->`. No number is typed into
prose: it comes in through a slot, formatted by `numerals`.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "pages"
_BLOCK = re.compile(r"^<!-- (.+?) -->$", re.MULTILINE)
_language: ContextVar[str] = ContextVar("language", default="en")  # of the reader whose page runs in this thread
_SLOT = re.compile(r"\{\{ (\w+) \}\}")


@dataclass(frozen=True)
class Words:
    """The blocks of one page, by name."""

    page: str
    blocks: Mapping[str, str]

    def __call__(self, name: str, /, **slots: object) -> str:
        """The block with its slots filled; KeyError for a block or slot that is not there."""
        return filled(self.blocks[name], **slots)

    def names(self, prefix: str) -> list[str]:
        """The blocks called `prefix ...`, in the order of the file."""
        return [name for name in self.blocks if name.startswith(prefix + " ")]


def filled(text: str, /, **slots: object) -> str:
    """A text with its slots filled; KeyError for one that is not there."""
    return _SLOT.sub(lambda slot: str(slots[slot[1]]), text)


def language() -> str:
    """The folder of pages/ that words come from."""
    return _language.get()


def read(page: str) -> Words:
    """The words of a page (a file stem) in the reader's language."""
    return _read(page, language())


@lru_cache(maxsize=64)
def _read(page: str, language: str) -> Words:
    text = (FOLDER / language / f"{page}.md").read_text(encoding="utf-8")
    title, *rest = _BLOCK.split(text)
    names = rest[::2]
    if len(set(names)) < len(names):
        twice = {name for name in names if names.count(name) > 1}
        raise ValueError(f"blocks that are twice in {language}/{page}.md: {', '.join(sorted(twice))}")
    blocks = dict(zip(names, (block.strip() for block in rest[1::2]), strict=True))
    return Words(page, {"title": title.strip().removeprefix("# "), **blocks})


def common(name: str, /, **slots: object) -> str:
    """A string that all pages share, from common.md."""
    return read("common")(name, **slots)


def found(words: Words, kind: str, key: str) -> str | None:
    """The block `kind key`, or without the key's first parts: of the page itself, or failing that of common.md."""
    parts = key.split(".")
    names = [f"{kind} {'.'.join(parts[start:])}" for start in range(len(parts))]
    for source in (words, read("common")):
        for name in names:
            if name in source.blocks:
                return source.blocks[name]
    return None
