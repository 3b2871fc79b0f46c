r"""A quiz as a file for Moodle, in its own text format: docs.moodle.org, "GIFT format".

Texts are HTML, with formulas as \( \), which Moodle's filter for MathJax sets. Each topic is a category of the question
bank, so that a quiz may take a random question from it.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from core.words.quiz import Question, Topic

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\~=#{}:"})  # they would be read as marks of the format


def written(title: str, topics: Sequence[Topic]) -> str:
    """All topics, a question for each variant; blank lines stand between questions, and only there."""
    parts = []
    for topic in topics:
        parts.append(f"$CATEGORY: {_place(title)}/{_place(topic.title)}")
        parts += [_question(f"{topic.title} ({k})", question) for k, question in enumerate(topic.variants, 1)]
    return "\n\n".join(parts) + "\n"


def _place(title: str) -> str:
    """A title as a part of a path, where a slash is written twice."""
    return title.replace("/", "//")


def _question(name: str, question: Question) -> str:
    if question.options:
        answers = [f"{'=' if option == question.answer else '~'}{_line(option)}" for option in question.options]
    else:
        answers = [f"#{question.answer!r}:{question.tolerance!r}"]
    lines = [f"::{name.translate(_ESCAPED)}::[html]{_html(question.text)}{{", *answers]
    return "\n".join([*lines, f"####{_html(question.feedback)}", "}"])


def _html(markdown: str) -> str:
    return " ".join(_reader().render(markdown).split()).translate(_ESCAPED)


def _line(markdown: str) -> str:
    return _reader().renderInline(markdown).translate(_ESCAPED)


@lru_cache(maxsize=1)
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # with its plugin 0.1 s that only a file needs
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False}).disable("image").use(dollarmath_plugin)
    reader.add_render_rule("math_inline", _formula)
    return reader


def _formula(renderer: object, tokens: Sequence["Token"], place: int, *_: object) -> str:
    return rf"\({escape(tokens[place].content, quote=False)}\)"
