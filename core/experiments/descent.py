"""One weight that learns: the loss over it, the steps taken so far, and the next one with its numbers."""

from itertools import pairwise

import numpy as np

from core.charts import descent as descent_charts
from core.charts.curves import Axis
from core.charts.theme import QUANTITIES
from core.experiments import Experiment
from core.experiments.definitions import Definition
from core.experiments.kept import kept
from core.maths.descent import DESCENT_STEP, INPUT, LOWEST, START, TARGET, descend, factor, loss, slope
from core.maths.training import Run, perceptron
from core.words import numerals, prose

SPAN = 5.0  # weights are drawn so far on both sides of the lowest point
ROOM = 14.0  # under the curve, for two lines of text
ARRIVED = 1e-6  # a distance that nobody sees: the numbers say that nothing is left
MOST_DIGITS = 9  # of a weight that is not there yet, so that its slope follows from what is shown
REAL = Run("digits", depth=8, width=64)  # a network of usual size: the one that page `why_it_matters` opens with


@kept()
def steps_down(rate: float, step: int) -> Experiment:
    """The descent with a learning rate after so many steps: where it has been, and where it goes next."""
    path, whole = descend(rate, step), descend(rate, int(DESCENT_STEP.high))
    slots = _slots(rate, step)
    after = float(path[-1] - rate * slope(path[-1]))
    words = prose.read("backpropagation")
    wide = np.linspace(LOWEST - SPAN, LOWEST + SPAN, 161)
    figure = descent_charts.descent(
        (wide, loss(wide)),
        (path, loss(path)),
        float(slope(path[-1])),
        (after, float(loss(after))),
        LOWEST,
        words=descent_charts.Words(
            words("mark weight", **slots),
            words("mark slope", **slots),
            words("mark step", **slots),
            words("mark lowest", **slots),
            prose.common("descent outside", **slots),
        ),
        x=Axis(prose.common("axis one weight"), LOWEST - SPAN, LOWEST + SPAN),
        y=Axis(prose.common("axis its loss"), -ROOM, float(loss(LOWEST + SPAN)) + 2.0),
    )
    data = {
        prose.common("column step"): np.arange(len(whole)),
        "w": whole,
        "L": loss(whole),
        "dL/dw": slope(whole),
        "−η dL/dw": -rate * slope(whole),
    }
    return Experiment(figure, data, slots)


def formulas(rate: float, step: int) -> Definition:
    """Loss, slope and step as formulas, in general and with the numbers of now, between the sentences about them."""
    words, slots = prose.read("backpropagation"), steps_down(rate, step).slots
    w, now, after = _now(rate, step)
    digits = _digits(w)
    shown, eta = numerals.formula(w, digits), numerals.formula(rate)
    x, y = numerals.formula(INPUT), numerals.formula(TARGET)
    error = rf"({_coloured('weight', shown)} \cdot {x} - {y})"
    letter, derivative = _coloured("weight", "w"), _coloured("slope", r"\frac{dL}{dw}")
    found = _coloured("slope", numerals.formula(now))
    factor = _coloured("slope", f"({numerals.formula(now)})" if now < 0 else numerals.formula(now))
    target = _coloured("weight", numerals.formula(after, _digits_after(w, now, after, rate, digits)))
    rows = (
        (rf"L = \tfrac{{1}}{{2}} ({letter} x - y)^2", rf"L = \tfrac{{1}}{{2}} {error}^2 = {_loss(w)}"),
        (rf"{derivative} = ({letter} x - y) \, x", rf"{derivative} = {error} \cdot {x} = {found}"),
        (rf"{letter} \leftarrow {letter} - \eta {derivative}",
         rf"{letter} \leftarrow {_coloured('weight', shown)} - {eta} \cdot {factor} = {target}"),
    )  # fmt: skip
    return Definition("descent", words("descent now", **slots), rows, words("descent words", **slots))


def _coloured(quantity: str, formula: str) -> str:
    """A part of a formula in the colour of its quantity, bold."""
    return rf"\textcolor{{{QUANTITIES[quantity]}}}{{\boldsymbol{{{formula}}}}}"


def _loss(w: float) -> str:
    return numerals.formula(float(loss(w)))


def _now(rate: float, step: int) -> tuple[float, float, float]:
    """The weight, the slope there and the next weight; what is as good as there is said to be there."""
    path = descend(rate, step)
    w = float(path[-1])
    w = LOWEST if abs(w - LOWEST) < ARRIVED else w
    now = float(slope(w))
    return w, now, w - rate * now


def _read(value: float, digits: int) -> float:
    """What a reader reads of a number with so many digits."""
    return float(f"{value:.{digits - 1}e}")


def _digits(w: float) -> int:
    """So many that whoever computes the slope and the loss from the weight that is shown finds those that are shown."""
    return next(
        (
            n
            for n in range(3, MOST_DIGITS)
            if all(numerals.plain(float(f(_read(w, n)))) == numerals.plain(float(f(w))) for f in (slope, loss))
        ),
        MOST_DIGITS,
    )


def _digits_after(w: float, now: float, after: float, rate: float, digits: int) -> int:
    """As many as the numbers that are shown before it allow."""
    found = _read(w, digits) - rate * _read(now, 3)
    return next((n for n in range(digits, 3, -1) if numerals.plain(found, n) == numerals.plain(after, n)), 3)


def _slots(rate: float, step: int) -> dict[str, str]:
    """What is said of the descent."""
    w, now, after = _now(rate, step)
    way = "flat" if now == 0 else "right" if now < 0 else "left"
    return {
        "rate": numerals.plain(rate),
        "step": str(step),
        "steps": str(DESCENT_STEP.high),
        "w": numerals.plain(w),
        "loss": numerals.plain(float(loss(w))),
        "slope": numerals.plain(now),
        "change": _signed(after - w),
        "next": numerals.plain(after),
        "next_loss": numerals.plain(float(loss(after))),
        "direction": prose.common(f"descent {way}"),
        "pace": prose.common(f"descent {_pace(rate)}", share=numerals.percent(1.0 - factor(rate))),
        "x": numerals.plain(INPUT),
        "y": numerals.plain(TARGET),
        "begin": numerals.plain(START),
        "lowest": numerals.plain(LOWEST),
        "weights": numerals.whole(sum(a * b for a, b in pairwise(perceptron(REAL).sizes))),
        "hidden": str(REAL.depth),
        "units": str(REAL.width),
        "page": prose.read("why_it_matters")("title"),
    }


def _signed(value: float) -> str:
    return f"+{numerals.plain(value)}" if value > 0 else numerals.plain(value)


def _pace(rate: float) -> str:
    """What a learning rate does, by what it multiplies the distance to the lowest point by."""
    kept = round(factor(rate), 9)  # rates are hundredths
    if kept >= 0:
        return "closer" if kept else "there"
    return "over" if kept > -1 else "swings" if kept == -1 else "climbs"
