"""One weight that learns: the loss over it, the steps taken so far, and the next one with its numbers."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from core.charts import descent as descent_charts
from core.charts.curves import Axis
from core.charts.theme import SLOPE, WEIGHT
from core.experiments import Experiment, coloured
from core.experiments.definitions import BREAK, LINES, Definition
from core.experiments.kept import kept
from core.maths.descent import DESCENT_STEP, INPUT, LOWEST, TARGET, descend, factor, loss, slope
from core.maths.training import Run, perceptron
from core.words import numerals, prose

SPAN = 5.0  # weights are drawn so far on both sides of the lowest point
ROOM = 14.0  # under the curve, for two lines of text
ARRIVED = 1e-3  # a distance that nobody sees: the numbers say that almost nothing is left
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
    words, slots, here = prose.read("backpropagation"), _slots(rate, step), _here(rate, step)
    digits, steep = _digits(here)
    weight = coloured(WEIGHT, numerals.formula(here.w, digits))
    slope_now = numerals.formula(here.slope, steep)
    factor_now = coloured(SLOPE, f"({slope_now})" if here.slope < 0 else slope_now)
    after = coloured(WEIGHT, numerals.formula(here.after, _digits_after(here, digits, steep)))
    x, target, equals = numerals.formula(INPUT), numerals.formula(TARGET), r"\approx" if here.near else "="
    error = rf"({weight} \cdot {x} - {target})"
    w, derivative = coloured(WEIGHT, "w"), coloured(SLOPE, r"\dfrac{dL}{dw}")
    rows = (
        (rf"L = \tfrac{{1}}{{2}} ({w} x - t)^2", rf"L = \tfrac{{1}}{{2}} {error}^2", numerals.formula(here.loss)),
        (rf"{derivative} = ({w} x - t) \, x", rf"{derivative} = {error} \cdot {x}", coloured(SLOPE, slope_now)),
        (
            rf"{w} \leftarrow {w} - \eta {derivative}",
            rf"{w} \leftarrow {weight} - {numerals.formula(rate)} \cdot {factor_now}",
            after,
        ),
    )
    shown = tuple((rule, LINES.format(f"{filled}{BREAK} {equals} {result}")) for rule, filled, result in rows)
    return Definition("descent", words("descent now", **slots), shown, words("descent words", **slots))


@dataclass(frozen=True)
class _Here:
    """A weight, and what it is changed by; `near`: it is so close to the lowest point that it is said to be there."""

    w: float
    rate: float
    near: bool

    @property
    def loss(self) -> float:
        return float(loss(self.w))

    @property
    def slope(self) -> float:
        return float(slope(self.w))

    @property
    def after(self) -> float:
        return self.w - self.rate * self.slope


def _here(rate: float, step: int) -> _Here:
    w = float(descend(rate, step)[-1])
    near = abs(w - LOWEST) < ARRIVED and _pace(rate) != "there"  # else it is there
    return _Here(LOWEST if near else w, rate, near)


def _read(value: float, digits: int) -> float:
    """What a reader reads of a number with so many digits."""
    return float(f"{value:.{digits - 1}e}")


def _digits(here: _Here) -> tuple[int, int]:
    """Digits of weight and slope: so many that whoever computes with what is shown finds the results that are shown."""
    for steep in range(3, MOST_DIGITS):
        for digits in range(steep, MOST_DIGITS):
            shown = replace(here, w=_read(here.w, digits))
            after = shown.w - here.rate * _read(here.slope, steep)
            if _alike(shown.loss, here.loss) and _alike(shown.slope, here.slope, steep) and _alike(after, here.after):
                return digits, steep
    return MOST_DIGITS, 3


def _digits_after(here: _Here, digits: int, steep: int) -> int:
    """As many as the numbers that are shown before it allow."""
    found = _read(here.w, digits) - here.rate * _read(here.slope, steep)
    return next((n for n in range(digits, 3, -1) if _alike(found, here.after, n)), 3)


def _alike(one: float, other: float, digits: int = 3) -> bool:
    return numerals.plain(one, digits) == numerals.plain(other, digits)


def _slots(rate: float, step: int) -> dict[str, str]:
    """What is said of the descent."""
    here = _here(rate, step)
    way = "near" if here.near else "flat" if here.slope == 0 else "right" if here.slope < 0 else "left"

    def about(value: float, sign: str = "") -> str:
        return prose.common("nearly", number="0") if here.near else sign + numerals.plain(value)

    return {
        "rate": numerals.plain(rate),
        "step": str(step),
        "steps": str(DESCENT_STEP.high),
        "w": numerals.plain(here.w),
        "loss": about(here.loss),
        "slope": about(here.slope),
        "change": about(here.after - here.w, "+" if here.slope < 0 else ""),
        "next": numerals.plain(here.after),
        "direction": prose.common(f"descent {way}"),
        "pace": prose.common(f"descent {_pace(rate)}", share=numerals.percent(1.0 - factor(rate))),
        "x": numerals.plain(INPUT),
        "target": numerals.plain(TARGET),
        "lowest": numerals.plain(LOWEST),
        "weights": numerals.whole(sum(a * b for a, b in pairwise(perceptron(REAL).sizes))),
        "hidden": str(REAL.depth),
        "units": str(REAL.width),
        "page": prose.read("why_it_matters")("title"),
    }


def _pace(rate: float) -> str:
    """What a learning rate does, by what it multiplies the distance to the lowest point by."""
    kept = round(factor(rate), 9)  # rates are hundredths
    if kept >= 0:
        return "closer" if kept else "there"
    return "over" if kept > -1 else "swings" if kept == -1 else "climbs"
