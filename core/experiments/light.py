"""The first thing to be seen: networks with their usual weights, lit by the gradient that reaches each neuron."""

from typing import NamedTuple

import numpy as np

from core.charts import light as charts
from core.charts.figure import Drawing, finished, swept
from core.experiments import Experiment, style
from core.experiments.gradients import DEPTHS, around, from_last, last
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network
from core.maths.sample import Sample, sample
from core.words import numerals, prose
from core.words.labels import short

PULSE = charts.PULSE  # plays it on its way back
MOST = 4  # networks are drawn
UNITS = 4  # of each layer are drawn
DARK = 6.0  # powers of ten below the last layer's gradient a light is out
CHARTS = 16_000_000  # bytes kept of them: about twenty
MOON = 384_400e3  # metres from the Earth to the Moon, on average: NASA's Moon Fact Sheet
SAME = "glorot_normal"  # the weights of all where they are to be the same


def usual(activation: str) -> str:
    """The weights that are usual for a function: Glorot's for what saturates, He's for ReLU and what came after it."""
    return SAME if ACTIVATIONS[activation].family in ("linear", "saturating") else "he_normal"


def networks(activations: tuple[str, ...], depth: int, same: bool) -> tuple[Network, ...]:
    """The networks that are drawn."""
    return tuple(Network(name, depth=depth, initializer=SAME if same else usual(name)) for name in activations)


@kept(limit=CHARTS)
def light(activations: tuple[str, ...], depth: int, same: bool) -> Experiment:
    """A network of each function, lit, with the same as bars; and what reaches its layer 1, in words.

    The chart follows the control of the depth while it is dragged; another one sends a pulse.
    """
    near = around(depth)
    beside = dict(zip(near, _positions(activations, near, same), strict=True))
    now = beside[depth]
    drawings = dict(_depths(activations, same)) | {at: position.drawing for at, position in beside.items()}
    shown = [(float(at), drawings[at], ()) for at in sorted(drawings)]
    traces, depths = swept("depth", shown, sorted(drawings).index(depth), unsent=["customdata"])
    data = {prose.common("column layer"): np.arange(1.0, depth + 1)}
    for each, reach in zip(now.lit, now.left, strict=True):
        data[prose.common("column log10", label=each.label)] = reach
    figure = finished(traces, now.drawing[1], now.drawing[1]["height"], [depths, charts.pulse(now.lit)])
    return Experiment(figure, data, _slots(networks(activations, depth, same), [float(reach[0]) for reach in now.left]))


class Position(NamedTuple):
    """The networks at one depth: as they are drawn, and log10 of what is left in each layer."""

    lit: list[charts.Lit]
    left: list[np.ndarray]
    drawing: Drawing


@kept(limit=CHARTS // 4)
def _depths(activations: tuple[str, ...], same: bool) -> tuple[tuple[int, Drawing], ...]:
    """The drawing of each depth that the chart can be dragged to."""
    positions = _positions(activations, DEPTHS[0], same)
    return tuple((depth, position.drawing) for depth, position in zip(DEPTHS[0], positions, strict=True))


def _positions(activations: tuple[str, ...], depths: tuple[int, ...], same: bool) -> list[Position]:
    """The networks at each depth; those with the same weights are measured together."""
    chosen = networks(activations, max(depths), same)
    samples: dict[str, list[Sample]] = {}
    for weights in {network.initializer for network in chosen}:
        alike = [network for network in chosen if network.initializer == weights]
        found = sample(alike, UNITS, depths)
        samples |= {network.activation: [each[k] for each in found] for k, network in enumerate(alike)}
    texts = charts.Texts(
        *(prose.common(name) for name in ("light travels", "axis starts", "axis bars", "axis one layer"))
    )
    positions = []
    for k in range(len(depths)):
        drawn = [samples[network.activation][k] for network in chosen]
        left = [from_last(each.layers) for each in drawn]
        lit = [_lit(network, each, reach) for network, each, reach in zip(chosen, drawn, left, strict=True)]
        positions.append(Position(lit, left, charts.networks(lit, texts)))
    return positions


def brightness(log10: np.ndarray, dark: float = DARK) -> np.ndarray:
    """From 1, where nothing is lost, to 0, a step for each power of ten; what is not there stays nan."""
    return np.clip(1.0 + log10 / dark, 0.0, 1.0)


def said(log10: float) -> str:
    """A share of the gradient as people say it: 90 %, 1 part in 1.1 trillion."""
    if -2.0 <= log10 < 1.0:
        return f"{numerals.number(100.0 * 10.0**log10, 2)} %"
    return numerals.ratio(log10)


def _lit(network: Network, drawn: Sample, left: np.ndarray) -> charts.Lit:
    label, whole = ACTIVATIONS[network.activation].label, last(drawn.layers)
    over = [
        (f"{label}: {said(float(reach))}", prose.common("light answer", layer=layer))
        for layer, reach in enumerate(left, 1)
    ]
    units, edges = brightness(drawn.units - whole), brightness(drawn.edges - whole)
    return charts.Lit(over, label, style(network.activation), 10.0**left, brightness(left), units, edges)


def _slots(chosen: tuple[Network, ...], reached: list[float]) -> dict[str, str]:
    labels = [ACTIVATIONS[network.activation].label for network in chosen]
    order = sorted(zip(reached, labels, strict=True))
    (least, least_label), (best, best_label) = order[0], order[-1]
    steps = max(1, chosen[0].depth - 1)
    return {network.activation: said(reach) for network, reach in zip(chosen, reached, strict=True)} | {
        "depth": str(chosen[0].depth),
        "units": str(UNITS),
        "width": str(chosen[0].width),
        "lines": "; ".join(f"{label}: {said(reach)}" for reach, label in zip(reached, labels, strict=True)),
        "weights": _weights(chosen),
        "columns": str(charts.COLUMNS),
        "dark": numerals.count(DARK),
        "least": least_label,
        "least_share": said(least),
        "least_figure": numerals.size(least),
        "least_factor": numerals.size(least / steps),
        "best": best_label,
        "best_share": said(best),
        "best_factor": numerals.size(best / steps),
        "length": length(least),
    }  # fmt: skip


def _weights(chosen: tuple[Network, ...]) -> str:
    """Whose weights each of the networks has."""
    labels: dict[str, list[str]] = {}
    for network in chosen:
        name = short(INITIALIZERS[network.initializer].label)
        labels.setdefault(name, []).append(ACTIVATIONS[network.activation].label)
    whose = labels.items()
    return numerals.listing(
        [prose.common("weights of", name=name, labels=numerals.listing(those)) for name, those in whose]
    )


def length(log10: float) -> str:
    """So much of the distance to the Moon, in the unit that people would take."""
    metres = log10 + np.log10(MOON)
    for unit, exponent, least in (("km", 3, 3), ("m", 0, 0), ("cm", -2, -2), ("mm", -3, -4), ("µm", -6, -6)):
        if metres >= least:
            return f"{numerals.count(float(metres - exponent))} {unit}"
    return prose.common("length atom" if metres < -10 else "length small")
