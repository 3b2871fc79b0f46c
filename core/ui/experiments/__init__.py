"""Settings in, finished chart out: where the maths and the charts meet, computed once per setting and kept.

Every experiment takes hashable, validated settings and is cached with a bound; what it returns is shared
between readers and must not be changed. One module for each kind: `gradients` (the gradient over depth), `functions`
(curves and derivatives), `units` (single units: saturated, dead, dying), `steps` (the first steps of learning),
`chains` (one neuron after another), `learning` and `stories` (training that is watched), `laboratory`, `order`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.charts import theme
from core.maths.activations import ACTIVATIONS

KEPT = 128  # finished experiments of each kind

# One reader computes, the others who ask for the same wait for it: a class that presses one button costs one run.
kept = partial(st.cache_resource, max_entries=KEPT, show_spinner=False)


@dataclass(frozen=True)
class Experiment:
    """A chart, the numbers behind it as columns, and its computed words."""

    figure: go.Figure
    data: Mapping[str, Sequence[float] | np.ndarray]
    slots: dict[str, str]


@lru_cache(maxsize=64)
def style(activation: str) -> theme.Style:
    """The look of an activation: its family's colours, its place within the family."""
    family = ACTIVATIONS[activation].family
    return theme.style(family, [n for n, a in ACTIVATIONS.items() if a.family == family].index(activation))
