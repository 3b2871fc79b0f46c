"""How the settings of a question are drawn, and how its text is put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.maths.activations import ACTIVATIONS
from core.words import labels, numerals, prose
from core.words.quiz import Question

TRIES = 1000  # draws for one variant
CLOSE = 0.1  # powers of ten: what is nearer to the end of a range is not asked for
LEAST, MOST = 0.05, 2000.0  # of an answer that somebody types


@dataclass(frozen=True)
class Draw:
    """One attempt at a variant: the seed of its networks, and random numbers for its settings."""

    seed: int
    rng: np.random.Generator

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def step(self, low: float, high: float, step: float = 0.1) -> float:
        """A number as a slider would give it."""
        return round(low + step * self.whole(0, round((high - low) / step)), 4)

    def one(self, *names: str) -> str:
        return names[self.whole(0, len(names) - 1)]

    def some(self, count: int, names: Sequence[str]) -> tuple[str, ...]:
        """So many different names, in their order."""
        chosen = sorted(self.rng.permutation(len(names))[:count])
        return tuple(names[k] for k in chosen)


Maker = Callable[[Draw], Question | None]


def drawn(maker: Maker, variants: int) -> tuple[Question, ...]:
    """So many questions that differ in their text, and always the same ones."""
    found: dict[str, Question] = {}
    for seed in range(variants):
        for attempt in range(TRIES):
            question = maker(Draw(seed, np.random.default_rng([seed, attempt])))
            if question and question.text not in found:
                found[question.text] = question
                break
        else:
            raise RuntimeError(f"{maker.__name__} has no variant {seed + 1}")
    return tuple(found.values())


def prediction(
    page: str,
    settings: Mapping[str, object],
    right: str | float,
    slots: Mapping[str, object],
    *,
    options: Sequence[str] = (),
    near: float = 0.0,
    formula: str = "",
) -> Question:
    """What a page asks first, with the settings of its controls and its own reason."""
    words = prose.read(page)
    stated = labels.settings(page, settings)
    because = prose.common("predict because", because=words("because", **slots))
    return _question([words("question", **slots), formula, stated], because, right, tuple(options), near)


def exercise(name: str, answer: float, near: float | None = None, **slots: object) -> Question | None:
    """An exercise whose answer is one number; within two percent, if nothing else is said, it counts as right."""
    words = prose.read("teachers")
    if not LEAST <= abs(answer) <= MOST:
        return None
    near = near or float(f"{0.02 * abs(answer):.1g}")
    return _question([words(f"quiz {name}", **slots)], words(f"reason {name}", **slots), answer, (), near)


def _question(
    parts: Sequence[str], reason: str, answer: str | float, options: tuple[str, ...], near: float
) -> Question:
    words = prose.read("teachers")
    if isinstance(answer, str):
        return Question("\n\n".join(filter(None, parts)), answer, reason, options)
    asked = words("quiz number", near=numerals.plain(near))
    computed = words("quiz computed", answer=numerals.plain(answer))
    text = "\n\n".join(filter(None, [*parts, asked]))
    return Question(text, float(f"{answer:.6g}"), f"{computed}\n\n{reason}", (), near)


def called(names: Sequence[str]) -> list[str]:
    """Activations by their labels."""
    return [ACTIVATIONS[name].label for name in names]
