"""A quiz as a package for Canvas and others that read QTI 1.2, written by text2qti."""

from collections.abc import Sequence

from core.words.quiz import Question, Topic


def written(title: str, what: str, topics: Sequence[Topic]) -> bytes:
    """A zip with the quiz: of each topic Canvas takes one variant at random for each student."""
    from text2qti.config import Config  # 0.1 s that only a file needs
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    text = "\n".join([f"Quiz title: {title}", f"Quiz description: {what}", "", *map(_group, topics)])
    return QTI(Quiz(text, config=Config(run_code_blocks=False, pandoc_mathml=False))).zip_bytes()


def _group(topic: Topic) -> str:
    return "\n".join(
        ["GROUP", "pick: 1", "", *(_question(topic.title, each) for each in topic.variants), "END_GROUP", ""]
    )


def _question(title: str, question: Question) -> str:
    lines = [f"Title: {title}", _block("1. ", question.text), _block("... ", question.feedback)]
    for letter, option in zip("abcdefghij", question.options, strict=False):
        lines.append(_block(f"{'*' if option == question.answer else ''}{letter}) ", option))
    if not question.options:
        lines.append(f"= {question.answer!r} +- {question.tolerance!r}")
    return "\n".join([*lines, ""])


def _block(mark: str, text: str) -> str:
    """A text behind its mark; indented lines belong to it and are never read as marks of their own."""
    return mark + f"\n{' ' * len(mark)}".join(text.splitlines())
