"""What one published result is to this explorer: where it stands, its numbers, and what computes them again."""

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Steps = Generator[float, None, tuple[Array, ...]]  # yields the share that is done, returns an array for each value

SENSES = ("equal", "least", "most")


@dataclass(frozen=True)
class Source:
    """Where a result was published. `authors` as "Family, Given"; `where`: the journal, conference, course or site."""

    authors: tuple[str, ...]
    title: str
    where: str
    year: int
    url: str
    eprint: str = ""  # its number on arXiv

    @property
    def short(self) -> str:
        """As it is cited: He et al. 2015."""
        names = [author.split(",")[0] for author in self.authors]
        who = names[0] if len(names) == 1 else " & ".join(names) if len(names) == 2 else f"{names[0]} et al."
        return f"{who} {self.year}"

    @property
    def bibtex(self) -> str:
        """The entry to copy."""
        word = next(word for word in re.findall(r"[a-z]+", self.title.lower()) if len(word) > 3)
        family = re.sub(r"[^a-z]", "", self.authors[0].split(",")[0].lower())
        fields = {
            "author": " and ".join(self.authors), "title": self.title, "howpublished": self.where,
            "year": str(self.year), "eprint": self.eprint, "archiveprefix": "arXiv" if self.eprint else "",
            "url": self.url,
        }  # fmt: skip
        lines = [
            f'  {name} = "{{{text}}}"' if name == "title" else f"  {name} = {{{text}}}"
            for name, text in fields.items()
            if text
        ]  # capital letters of a title stay
        return f"@misc{{{family}{self.year}{word},\n" + ",\n".join(lines) + "\n}"


@dataclass(frozen=True)
class Value:
    """Published numbers of one kind, and how near to them a computed one must be.

    `name`: its words, `value <name>`. `why`: why it may differ by so much, `why <why>` in the words. `relative`: the
    tolerance is a share of the published number; `rounding`, half a unit of the last digit, is added to it. `sense`:
    what is computed must be "equal", or at "least" or at "most" what is published; the tolerance widens that. `at`:
    where on the axis `axis <axis>` of the words the numbers stand; 1, 2, 3 if nothing is said.
    """

    name: str
    published: tuple[float, ...]
    tolerance: float
    why: str
    relative: bool = True
    sense: str = "equal"
    rounding: float = 0.0
    axis: str = "layer"
    at: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.sense not in SENSES or not self.published or len(self.places) != len(self.published):
            raise ValueError(f"the value {self.name!r} is not whole")

    @property
    def places(self) -> tuple[float, ...]:
        """Where on its axis each number stands."""
        return self.at or tuple(float(k + 1) for k in range(len(self.published)))

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Between which numbers a computed one must lie."""
        published = np.array(self.published, dtype=np.float64)
        room = self.rounding + self.tolerance * (np.abs(published) if self.relative else 1.0)
        low = np.full(len(published), -np.inf) if self.sense == "most" else published - room
        high = np.full(len(published), np.inf) if self.sense == "least" else published + room
        return low, high


@dataclass(frozen=True)
class Paper:
    """A published result that can be run again.

    `about`: what tells it from others of the same authors and year. Its words stand in pages/<language>/results.md:
    `paper <name>` is what it is about, `says <name>` what is claimed, `found <name>` how it is run here. `run(seed)`
    goes on in steps of at most about half a second, so that it can be stopped, and returns for each of the `values` as
    many numbers as were published. `confirmed`: whether the published numbers were looked up in the source itself.
    `page` and `settings`, by control and as a link writes them: where the effect can be explored. `seconds`: what it
    may take.
    """

    name: str
    source: Source
    values: tuple[Value, ...]
    run: Callable[[int], Steps]
    page: str
    settings: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = True
    seconds: float = 10.0
    seed: int = 0
    about: str = ""

    @property
    def label(self) -> str:
        """As it is chosen from a list, and in links: He 2015, or CS231n 2017: tanh."""
        first = self.source.authors[0].split(",")[0]
        return f"{first} {self.source.year}" + (f": {self.about}" if self.about else "")


@dataclass(frozen=True)
class Outcome:
    """What has come of one value: as many computed numbers as published ones, and which of them are near enough."""

    value: Value
    computed: Array
    near: NDArray[np.bool_]

    @property
    def passed(self) -> bool:
        return bool(self.near.all())


def judged(paper: Paper, computed: tuple[Array, ...]) -> tuple[Outcome, ...]:
    """The outcomes of a paper's values; nan is never near. ValueError for numbers that do not belong to them."""
    if len(computed) != len(paper.values):
        raise ValueError(f"{paper.name} has {len(paper.values)} values, not {len(computed)}")
    outcomes = []
    for value, given in zip(paper.values, computed, strict=True):
        numbers = np.atleast_1d(np.asarray(given, dtype=np.float64))
        if numbers.shape != (len(value.published),):
            raise ValueError(f"{value.name} of {paper.name} has {len(value.published)} numbers, not {numbers.shape}")
        low, high = value.bounds
        outcomes.append(Outcome(value, numbers, (numbers >= low) & (numbers <= high)))
    return tuple(outcomes)


def check(paper: Paper) -> tuple[Outcome, ...]:
    """Run a paper to its end, with its own seed, and judge it."""
    steps = paper.run(paper.seed)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return judged(paper, end.value)
