"""A quiz to take away: the exercises and what the pages ask first, every number computed anew in each variant.

`exercises` and `predictions` hold a function for each question. It draws its settings, and returns nothing where the
answer would be too close to call.
"""

from collections.abc import Callable

from core.experiments.kept import kept
from core.experiments.quiz.drawing import Maker, drawn
from core.experiments.quiz.exercises import EXERCISES
from core.experiments.quiz.predictions import PREDICTIONS
from core.maths.numbers import Number
from core.words import gift, prose, qti
from core.words.quiz import Topic

VARIANTS = Number("variants", "N", 4, 1, 20, 1)
COUNT = len(PREDICTIONS) + len(EXERCISES)
BYTES = 2_000_000  # kept of quizzes: about ten of the longest


@kept(entries=20, limit=BYTES)
def topics(variants: int) -> tuple[Topic, ...]:
    """Every question in so many variants, which all differ; ValueError for a number out of bounds."""
    count, words = int(VARIANTS.validate(variants)), prose.read("teachers")
    asked: list[tuple[str, Maker]] = [(prose.read(page)("title"), maker) for page, maker in PREDICTIONS.items()]
    for number, (name, maker) in enumerate(EXERCISES.items(), 1):
        asked.append((words(f"exercise {name}", number=number).removeprefix("### "), maker))
    return tuple(Topic(title, drawn(maker, count)) for title, maker in asked)


def moodle(variants: int) -> str:
    """The quiz in Moodle's format GIFT."""
    return gift.written(prose.read("vanishing_gradient")("title"), topics(variants))


def canvas(variants: int) -> bytes:
    """The quiz as a package of QTI 1.2."""
    title = prose.read("vanishing_gradient")("title")
    return qti.written(title, prose.read("teachers")("quiz about"), topics(variants))


FILES: dict[str, tuple[str, Callable[[int], str | bytes]]] = {"gift": ("gift.txt", moodle), "qti": ("qti.zip", canvas)}
