"""The first thing to be seen: networks with their usual weights, lit by the gradient that reaches each neuron."""

import numpy as np

from core.charts import light as charts
from core.experiments import Experiment, style
from core.experiments.gradients import from_last
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network
from core.maths.sample import Sample, sample
from core.words import numerals, prose
from core.words.labels import short

MOST = 4  # networks are drawn
UNITS = 4  # of each layer are drawn
DARK = 6.0  # powers of ten below the last layer's gradient a light is out
MOON = 384_400e3  # metres from the Earth to the Moon, on average: NASA's Moon Fact Sheet
SAME = "glorot_normal"  # the weights of all where they are to be the same


def usual(activation: str) -> str:
    """The weights that are usual for a function: Glorot's for what saturates, He's for ReLU and what came after it."""
    return SAME if ACTIVATIONS[activation].family in ("linear", "saturating") else "he_normal"


def networks(activations: tuple[str, ...], depth: int, same: bool) -> tuple[Network, ...]:
    """The networks that are drawn."""
    return tuple(Network(name, depth=depth, initializer=SAME if same else usual(name)) for name in activations)


@kept(limit=2_000_000)
def sampled(network: Network) -> Sample:
    """A few units of a network."""
    return sample(network, UNITS)


@kept()
def light(activations: tuple[str, ...], depth: int, same: bool) -> Experiment:
    """A network of each function, lit, with the same as bars; and what reaches its layer 1, in words."""
    chosen = networks(activations, depth, same)
    samples = [sampled(network) for network in chosen]
    left = [from_last(each.layers) for each in samples]
    lit = [_lit(network, each, reach) for network, each, reach in zip(chosen, samples, left, strict=True)]
    data = {prose.common("column layer"): np.arange(1.0, depth + 1)}
    data |= {prose.common("column log10", label=each.label): reach for each, reach in zip(lit, left, strict=True)}
    texts = charts.Texts(
        *(prose.common(name) for name in ("light travels", "axis starts", "axis bars", "axis one layer", "play"))
    )
    return Experiment(charts.networks(lit, texts), data, _slots(chosen, [float(reach[0]) for reach in left]))


def brightness(log10: np.ndarray) -> np.ndarray:
    """From 1, where nothing is lost, to 0, a step for each power of ten."""
    return np.clip(1.0 + log10 / DARK, 0.0, 1.0)


def said(log10: float) -> str:
    """A share of the gradient as people say it: 90 %, 1 part in 1.1 trillion."""
    if -2.0 <= log10 < 1.0:
        return f"{numerals.number(100.0 * 10.0**log10, 2)} %"
    return numerals.ratio(log10)


def _lit(network: Network, drawn: Sample, left: np.ndarray) -> charts.Lit:
    label, whole = ACTIVATIONS[network.activation].label, drawn.layers[-1] if np.isfinite(drawn.layers[-1]) else 0.0
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
    for unit, exponent in (("km", 3), ("m", 0), ("cm", -2), ("mm", -3), ("µm", -6)):
        if metres >= exponent:
            return f"{numerals.count(float(metres - exponent))} {unit}"
    return prose.common("length atom" if metres < -10 else "length small")
