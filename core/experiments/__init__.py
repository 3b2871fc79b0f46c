"""Settings in, finished chart out: where the maths and the charts meet, computed once per setting and kept.

Every experiment takes validated settings and is kept (`kept`); what it returns is shared between readers and must not
be changed. One module for each kind: `gradients` (the gradient over depth), `functions`, `facts` and `definitions`
(curves and derivatives, what is true of them, their formulas; `tangents` and `bell` beside them), `units` (single
units: saturated, dead, dying), `steps` (the first steps of learning), `features` (what layers look for), `descent` (one
weight that learns), `chains` (one neuron after another), `learning`, `updates`, `films`, `showing`, `stories`
(training that is watched), `laboratory` with `measurements`, `gaps` (what explains the distance from theory), `scripts`
and `notebooks`, `order`, `through_time` (networks that read step by step), `papers` (published results, run again),
`cures` (one sick network, and each cure alone); what of these takes long is a `trial`.
Beside them what is said from fixed settings: `evidence` of claims, `answers` of lessons, `questions` to predict, and
the `quiz` of exercises and predictions. This room never imports Streamlit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go

from core.charts import layers, theme
from core.maths.activations import ACTIVATIONS
from core.words import prose

WORST_LOSS = 3.2  # the top of every axis of a loss; guessing one of ten has 2.3


@dataclass(frozen=True)
class Experiment:
    """A chart, the numbers behind it as columns, and its computed words."""

    figure: go.Figure
    data: Mapping[str, Sequence[float] | np.ndarray]
    slots: dict[str, str]


Readout = tuple[str, tuple[tuple[str, str], ...]]  # a page, and pairs of a label `metric ...` and the slot of its value


def read_out(readout: Readout | None, slots: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is read out over a chart that follows a control: label and value."""
    if not readout:
        return []
    words = prose.read(readout[0])
    return [(words(f"metric {block}", **slots), slots[slot]) for block, slot in readout[1]]


def layer_texts(gradient: str = "gradient") -> layers.Texts:
    """The words of a chart of the gradient by layer; its axes are named by the blocks `axis ...`."""
    zero, floor, layer, of, before, title = (
        prose.common(f"axis {name}") for name in ("zero", "floor", "one layer", "of", "before", gradient)
    )
    lines = prose.common("theory"), prose.common("line bound")
    return layers.Texts(zero, floor, layer, of, prose.common("layer number", layer="1"), before, title, *lines)


def coloured(colour: str, formula: str) -> str:
    """A part of a formula in the colour of its quantity, bold."""
    return rf"\textcolor{{{colour}}}{{\boldsymbol{{{formula}}}}}"


@lru_cache(maxsize=64)
def style(activation: str) -> theme.Style:
    """The look of an activation: its family's colours, its place within the family."""
    family = ACTIVATIONS[activation].family
    members = [name for name, entry in ACTIVATIONS.items() if entry.family == family]
    return theme.family_style(family, members.index(activation) if members else 0)  # a reader's own has no other
