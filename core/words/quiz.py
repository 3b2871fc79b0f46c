"""What a quiz consists of, before it is written in the format of a learning platform."""

import math
from dataclasses import dataclass

FINEST = 4e-4  # of a tolerance: a file for Canvas gives its numbers with four digits after the point


@dataclass(frozen=True)
class Question:
    """One question in Markdown, and what is told after the answer.

    With `options` the answer is one of them, otherwise a number, right up to `tolerance` on either side. ValueError for
    a question that nobody could answer.
    """

    text: str
    answer: str | float
    feedback: str
    options: tuple[str, ...] = ()
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if self.options:
            if self.answer not in self.options or len(set(self.options)) < max(2, len(self.options)):
                raise ValueError("the answer must be one of at least two different options")
        elif not (isinstance(self.answer, float) and math.isfinite(self.answer) and self.tolerance >= FINEST):
            raise ValueError(f"the answer must be a finite number with a tolerance of at least {FINEST}")


@dataclass(frozen=True)
class Topic:
    """One thing that is asked, with other settings in every variant: a student gets one of them."""

    title: str
    variants: tuple[Question, ...]
