"""Technical words: each is explained once, in a block `term <name>` of common.md, and told wherever it is met.

A page lists the words of its first screen in its block `terms`; what is told beside a control or a figure stands in a
block `help <key>`. A block of either kind lists names of terms.
"""

from collections.abc import Sequence

from core.words import prose


def names() -> list[str]:
    """All terms, in alphabetical order of what they are called."""
    return sorted((name.removeprefix("term ") for name in prose.read("common").names("term")), key=_alphabetical)


def title(name: str) -> str:
    """What a term is called, with its symbol: "Learning rate, η"."""
    return explanation(name).partition(":**")[0].removeprefix("**")


def short(name: str) -> str:
    """The same without the symbol."""
    return title(name).partition(",")[0]


def explanation(name: str) -> str:
    """A term and what it means; KeyError for a word that is not explained."""
    return prose.common(f"term {name}")


def explanations(some: Sequence[str]) -> str:
    """Each of some terms in a paragraph."""
    return "\n\n".join(map(explanation, some))


def listed(words: prose.Words) -> list[str]:
    """The terms that a page lists."""
    return _split(words.blocks.get("terms", ""))


def told(words: prose.Words, *keys: str) -> str | None:
    """What is told beside a control or a figure: the first `help <key>` there is, found as its label is.

    A paragraph lists terms, or it is a sentence, which says itself what is meant.
    """
    found = (prose.found(words, "help", key) for key in keys)
    block = next((block for block in found if block), None)
    if block is None:
        return None
    paragraphs = block.split("\n\n")
    return "\n\n".join(text if text.endswith(".") else explanations(_split(text)) for text in paragraphs)


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _alphabetical(name: str) -> str:
    return short(name).casefold()
