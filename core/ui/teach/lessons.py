"""A lesson and its exercises: what to open, with which settings, and the numbers of the answers, computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.experiments import answers, sights
from core.experiments.answers import Settings, Slots
from core.experiments.definitions import in_a_line
from core.experiments.kept import WORDS, kept
from core.ui import sections
from core.ui.settings import widgets
from core.ui.teach import predicting
from core.words import lessons as words
from core.words import numerals, prose
from core.words.lessons import Lesson, Part, Step

HOUR = "vanishing"  # the lesson that the plan is about
PAGES = {section.page for section in sections.SECTIONS}


@dataclass(frozen=True)
class Task:
    """Something to do on a page: its name in the words, the page, what its controls are set to, and the answer.

    `answer` takes the settings, so that it is about the very experiment that the link opens; controls that the link
    leaves alone stand at the page's defaults. With `predict` the link switches on "Predict first": the page asks, and
    shows no number before somebody has answered. `functions`: those that it speaks of, whose formulas it gives.
    """

    name: str
    page: str
    settings: Settings
    answer: Callable[[Settings], Slots]
    minutes: int = 0
    predict: bool = False
    functions: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Page and settings, relative to any other page, so that it holds wherever the explorer is served."""
        query = {key: f"{value:g}" if isinstance(value, float) else value for key, value in self.settings.items()}
        first = {predicting.SWITCH: "true"} if self.predict else {}
        return f"./{path(self.page)}?{urlencode(query | first, doseq=True)}"

    @property
    def given(self) -> Slots:
        """The settings as slots: `relu.depth` is {{ relu_depth }}."""
        return {key.replace(".", "_"): _shown(value) for key, value in self.settings.items()}

    @property
    def slots(self) -> Slots:
        """What is given and what is computed."""
        return self.given | self.answer(self.settings)

    @property
    def formulas(self) -> str:
        """The functions that it speaks of, and their derivatives, a line each."""
        return "\n\n".join(map(in_a_line, self.functions))

    @property
    def way(self) -> str:
        """The settings in the words of the page's controls, for a reader without the link."""
        page = prose.read(self.page)
        shown = {key: _shown(value) for key, value in self.settings.items()}
        shown |= {predicting.SWITCH: prose.common("on")} if self.predict else {}
        return "; ".join(f"{widgets.text(page, key)}: **{value}**" for key, value in shown.items())


@kept(limit=WORDS)
def slots(name: str) -> Slots:
    """All slots of a task: what is given and what is computed."""
    return TASKS[name].slots


@kept(limit=WORDS)
def said(part: Part, text: str) -> str:
    """Words of a part of a lesson, their slots filled; ValueError that says why one of them cannot be."""
    if part.numbers and part.numbers not in answers.ANSWERS:
        raise ValueError(_fault("numbers", part.numbers))
    try:
        found = task(part).slots
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(_fault("settings", part.numbers, why=error)) from error
    try:
        return prose.filled(text, **found)
    except KeyError as slot:
        raise ValueError(_fault("slot", slot.args[0])) from slot


def _fault(kind: str, name: str = "", **slots: object) -> str:
    return prose.common(f"fault {kind}", name=name, **slots)


def faults(lesson: Lesson) -> list[tuple[int, str]]:
    """What is wrong with the steps of a lesson, as far as is known before anything is computed: number and reason."""
    found = []
    for number, (part, step) in enumerate(lesson.steps, 1):
        mark = step.mark
        if part.page not in PAGES:
            found.append((number, _fault("page", part.page)))
        if part.numbers and part.numbers not in answers.ANSWERS:
            found.append((number, _fault("numbers", part.numbers)))
        if not step.chart and not step.ask:
            found.append((number, _fault("empty")))
        if mark and not (mark.line or mark.between or mark.layer or mark.control):
            found.append((number, _fault("mark")))
        if step.seen and step.seen.sight not in sights.SIGHTS:
            found.append((number, _fault("sight", step.seen.sight)))
        if mark and mark.between and [isinstance(end, int | float) for end in mark.between] != [True, True]:
            found.append((number, _fault("between")))
    return found


@kept(limit=WORDS)
def so(part: Part, step: Step) -> list[str]:
    """Of what a class may have seen in the chart of a step, the names of what is so."""
    if not step.seen or step.seen.sight not in sights.SIGHTS:
        return []
    found = sights.SIGHTS[step.seen.sight]({**part.settings, **step.settings})
    return [name for name in step.seen.choices if found.get(name)]


def path(page: str) -> str:
    """A page's place in the address; the front page is the address itself."""
    return "" if page == sections.SECTIONS[0].page else page


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return numerals.listing(value)
    return value if isinstance(value, str) else numerals.plain(value)


EXERCISES = (
    Task(
        "floor", "vanishing_gradient", {"depth": 100, "activations": ["Sigmoid"]}, answers.floor, functions=("sigmoid",)
    ),
    Task(
        "hand",
        "backpropagation",
        {"chain.activation": "Sigmoid", "chain.neurons": 3, "chain.x": 0.0, "chain.weight": 1.0},
        answers.chain,
        predict=True,
        functions=("sigmoid",),
    ),
    Task(
        "tipping",
        "backpropagation",
        {"chain.activation": "Tanh", "chain.neurons": 6, "chain.x": 0.0, "chain.weight": 3.0},
        answers.chain,
        functions=("tanh",),
    ),
    Task(
        "line",
        "activation_functions",
        {"bend.activations": ["Identity"], "bend.depth": 30, "bend.bias": 0.3},
        answers.bending,
        functions=("identity", "relu"),
    ),
    Task(
        "saturation",
        "sigmoid_and_tanh",
        {"saturating.spread": 3.0, "saturating.depth": 20},
        answers.saturation,
        functions=("sigmoid", "tanh"),
    ),
    Task("root", "relu", {"relu.depth": 100}, answers.root, predict=True, functions=("relu",)),
    Task("born", "relu", {"relu.bias": -1.0, "relu.batch": 1}, answers.single, functions=("relu",)),
    Task(
        "slope",
        "relu_variants",
        {"prelu.a": 0.5, "variants.depth": 30, "variants.initializer": "He (Kaiming)"},
        answers.variants,
        predict=True,
        functions=("prelu",),
    ),
    Task("swish", "beyond_relu", {"swish.beta": 2.0}, answers.beyond, predict=True, functions=("swish",)),
    Task(
        "deeper",
        "watch_it_learn",
        {"learn.race": "Depths", "learn.activation": "Sigmoid", "learn.depths": ["2", "4", "8"]},
        answers.deeper,
        predict=True,
        functions=("sigmoid",),
    ),
)


def task(part: Part) -> Task:
    """A part of a lesson as something to do; in class every page asks before it shows."""
    answer = answers.ANSWERS[part.numbers] if part.numbers else dict
    return Task(part.name, part.page, part.settings, answer, part.minutes, predict=True)


LESSON = tuple(task(part) for part in words.read(HOUR).part)
TASKS = {task.name: task for task in (*LESSON, *EXERCISES)}
