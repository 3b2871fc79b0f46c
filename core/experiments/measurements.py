"""The measurement of single networks and what theory predicts of them, kept for all who show it."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.experiments import turns
from core.experiments.gradients import from_last
from core.experiments.kept import kept
from core.maths.alike import Alike, alike
from core.maths.meanfield import Prediction, objection
from core.maths.meanfield import predicted as predict
from core.maths.network import Layers, Network, measure
from core.maths.saturation import saturated

Statistics = TypeVar("Statistics", Layers, Prediction)


def relative(statistics: Statistics) -> Statistics:
    """The same with δ relative to the last layer; ∂Loss/∂W stays that of a gradient of size one at the output."""
    return replace(statistics, log10_delta=from_last(statistics.log10_delta))


LARGE = 2**18  # numbers of all pre-activations, 2 MiB: several times as much is held while they are measured


@kept(entries=1000, limit=12_000_000)  # of about 10 KB each
def one(network: Network) -> Layers:
    """The measurement of one network; large ones one at a time, so that memory for one is enough."""
    with _turn(network):
        return measure(network)


@kept(entries=1000, limit=12_000_000)
def saturation(network: Network) -> NDArray[np.float64]:
    """Its shares of saturated units by all LINES; as it is measured where it is shown, it is measured here as well."""
    one(network)
    with _turn(network):
        return saturated(network)


def _turn(network: Network) -> AbstractContextManager[object]:
    large = network.depth * network.width * network.batch > LARGE
    return turns.LARGE if large else nullcontext()


@kept()
def predicted(network: Network) -> Prediction | None:
    """None where theory has nothing to say."""
    return None if objection(network) else predict(network)


@kept()
def together(network: Network) -> Alike | None:
    """How alike the samples become in theory, and how many units are dead for all of them."""
    return alike(network)


def expected(network: Network) -> Prediction | None:
    """What theory predicts, relative to the last layer as what is drawn beside it."""
    prediction = predicted(network)
    return relative(prediction) if prediction else None
