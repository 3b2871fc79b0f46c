"""The network that learns, drawn: its neurons lit by the gradient, its edges by the last update."""

import numpy as np
from numpy.typing import NDArray

from core.charts import updates as charts
from core.charts.light import COLUMNS
from core.experiments import Experiment
from core.experiments.gradients import from_last, last
from core.experiments.learning import Racer, slots
from core.experiments.light import brightness, said
from core.maths.updates import Sizes
from core.words import numerals, prose
from core.words.labels import short

DARK = 4.0  # powers of ten below the output layer's a light is out


def networks(racers: list[Racer]) -> Experiment:
    """Each network as it is now, compared with its output layer, as numbers as well."""
    texts = charts.Texts(
        prose.common("title update"), *(prose.common(n) for n in ("axis layer short", "input", "output", "axis zero"))
    )
    shown = [_live(racer) for racer in racers]
    rows = max(racer.run.depth for racer in racers) + 1
    data = {prose.common("column layer"): np.arange(1.0, rows + 1)}
    for racer in racers:
        for kind, left in (("update", _left(racer.last.update)), ("gradient", _left(racer.last.gradient))):
            padded = np.concatenate([left, np.full(rows - len(left), np.nan)])
            data[prose.common(f"column compared {kind}", label=racer.label)] = padded
    return Experiment(charts.networks(shown, texts), data, slots(racers) | _slots(racers))


def _left(sizes: Sizes) -> NDArray[np.float64]:
    """log10 of what each layer has, compared with the output layer; an exact zero stays one."""
    return from_last(sizes.layers.astype(np.float64))


def _live(racer: Racer) -> charts.Live:
    update, gradient = racer.last.update, racer.last.gradient
    units, edges = gradient.units.astype(np.float64), update.edges.astype(np.float64)
    units, edges = units - last(gradient.layers), edges - last(update.layers)
    told = units if racer.run.depth <= COLUMNS else _left(update)[:, np.newaxis]
    with np.errstate(over="ignore"):
        shares = 10.0**told
    crosses = racer.run.depth <= COLUMNS and _zeros(racer)
    crossed = prose.common("update zeros", zero=prose.common("axis zero")) if crosses else ""
    layers, units, edges = (brightness(log10, DARK) for log10 in (_left(update), units, edges))
    return charts.Live(short(racer.label), _said(racer) + crossed, racer.style, layers, units, edges, shares)


def _said(racer: Racer) -> str:
    """What the last step has done to layer 1, in words."""
    if racer.last.step == 0:
        return prose.common("update none")
    return prose.common("update first", share=said(float(_left(racer.last.update)[0])))


def _zeros(racer: Racer) -> int:
    """How many of the neurons that are drawn have no gradient at all."""
    return int(np.isneginf(racer.last.gradient.units).sum())


def _line(racer: Racer) -> str:
    """The same without eyes."""
    return prose.common(
        "update line" if racer.last.step else "update line none", label=racer.label, update=_said(racer),
        gradient=said(float(_left(racer.last.gradient)[0])),
        zeros=str(_zeros(racer)),
    )  # fmt: skip


def _slots(racers: list[Racer]) -> dict[str, str]:
    deep = max(racer.run.depth for racer in racers) > COLUMNS
    return {
        "drawn": prose.common("updates deep" if deep else "updates drawn", dark=numerals.ratio(-DARK)),
        "update_lines": "; ".join(map(_line, racers)),
    }
