"""Words that point at a part of the chart before them: links of Markdown that lead nowhere but light it up.

    [Tanh reaches one](#line=Tanh)              a line by its name, and what belongs to it
    [right of zero](#between=0,)                a stretch of the horizontal axis, here up to its end
    [at zero](#between=0)                       a place of it
    [at the last layer](#layer={{ depth }})     a layer by its number

A name with a space in it stands in brackets: `(<#line=Leaky ReLU>)`. Wherever no browser lights anything up, the words
alone are left.
"""

import re
from collections.abc import Iterator

_POINTS = "#(line|between|layer)="
_LINK = re.compile(rf"\[([^\[\]]+)\]\((?:<{_POINTS}([^>]*)>|{_POINTS}([^)\s]*))\)")


def at(words: str, kind: str, target: str) -> str:
    """The words as a link."""
    return f"[{words}](<#{kind}={target}>)"


def named(text: str, line: str) -> str:
    """A sentence in which the name of a line points at it."""
    return text.replace(line, at(line, "line", line), 1)


def plain(text: str) -> str:
    """The words without their links."""
    return _LINK.sub(r"\1", text)


def targets(text: str) -> Iterator[tuple[str, str, str]]:
    """The words, the kind and the target of each."""
    for words, *target in _LINK.findall(text):
        kind, name = filter(None, target)
        yield words, kind, name
