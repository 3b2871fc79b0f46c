"""One neuron after another, forward and back, step by step."""

import math
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.charts import chain as chain_charts
from core.charts import layers as layer_charts
from core.charts import theme
from core.charts.theme import Line
from core.maths.activations import ACTIVATIONS
from core.maths.chain import Chain, best_case, chain, numeric_derivative
from core.maths.facts import facts
from core.ui import prose
from core.ui.experiments import Experiment, kept, layer_texts, style


@dataclass(frozen=True)
class Walk:
    """The chain of neurons at one step of the walk forward and back."""

    drawing: go.Figure
    gradient: Experiment
    steps: int


@kept
def walk(activation: str, neurons: int, weight: float, x: float, step: int) -> Walk:
    """Forward through the neurons (steps 1..L), then back (steps L + 1..2L); `step` beyond the last means all of it.

    Both charts can be dragged through all steps.
    """
    run = chain(activation, [weight] * neurons, x)
    step = min(step, 2 * neurons)
    each = range(2 * neurons + 1)
    nodes = [_nodes(run, weight, x, k) for k in each]
    stops = [
        theme.Stop(str(k), {0: chain_charts.known(*node[:3], style(activation))},
                   {"annotations": chain_charts.labels(*node[1:], style(activation))})
        for k, node in zip(each, nodes, strict=True)
    ]  # fmt: skip
    name = prose.common("step of", steps=str(2 * neurons))
    drawing = chain_charts.neurons(
        *nodes[step], style(activation), sweeps=[theme.Sweep(name, stops, step, prose.common("play"))]
    )
    drawn = [(str(k), _decay(run, activation, weight, k), ()) for k in each]
    traces, sweep = theme.swept(name, drawn, step, prose.common("play"))
    figure = theme.figure(traces, drawn[step][1][1], sweeps=[sweep])
    bound = best_case(activation, neurons)
    position = np.arange(1.0, neurons + 1)
    numeric = numeric_derivative(activation, [weight] * neurons, x)
    difference = abs(run.total - numeric)
    factors = " × ".join(f"({prose.plain(weight)} · {prose.plain(d)})" for d in run.local_derivative[::-1])
    slots = {
        "step": str(step), "steps": str(2 * neurons), "neurons": str(neurons),
        "x": prose.plain(x), "weight": prose.plain(weight),
        "label": ACTIVATIONS[activation].label, "output": prose.plain(run.value[-1]),
        "product": f"{factors} = {prose.plain(run.total)}",
        "analytic": prose.number(run.total), "numeric": prose.number(numeric),
        "difference": prose.scientific(math.log10(difference)) if difference else prose.number(0.0),
        "bound": prose.size(float(bound[0])), "largest": prose.plain(facts(activation).largest),
        "doing": prose.common(_stage(step, neurons), neuron=str(step if step <= neurons else 2 * neurons - step + 1)),
    }  # fmt: skip
    data = {
        prose.common("column neuron"): position, "z": run.preactivation, "h": run.value, "f'(z)": run.local_derivative,
        "w f'(z)": run.factor, "dh_L/dz": run.gradient,
    }  # fmt: skip
    return Walk(drawing, Experiment(figure, data, slots), 2 * neurons)


def _nodes(run: Chain, weight: float, x: float, step: int) -> tuple[list[str], list[str], list[str], list[str]]:
    """Names, values, derivatives and weights as far as the walk has come; an empty text is not known yet."""
    neurons = len(run.value)
    forward, back = min(step, neurons), max(0, step - neurons)
    values = [prose.plain(x)] + [prose.plain(v) if k < forward else "" for k, v in enumerate(run.value)]
    slopes = [""] + [prose.plain(d) if k >= neurons - back else "" for k, d in enumerate(run.local_derivative)]
    names = ["x"] + [f"h{str(k).translate(theme.SUBSCRIPT)}" for k in range(1, neurons + 1)]
    return names, values, slopes, [f"× {prose.plain(weight)}"] * neurons


def _decay(run: Chain, activation: str, weight: float, step: int) -> theme.Drawing:
    """The gradient of every neuron that the walk back has reached, beside the bound."""
    neurons = len(run.value)
    with np.errstate(divide="ignore"):
        log10 = np.log10(np.abs(run.gradient))
    shown = np.where(np.arange(neurons) >= 2 * neurons - step, log10, np.nan)
    reach = abs(math.log10(max(abs(weight), 1e-3))) + 1.0
    position = np.arange(1.0, neurons + 1)
    lines = [
        Line(prose.common("line bound"), position, best_case(activation, neurons), style(activation), "reference"),
        Line(ACTIVATIONS[activation].label, position, shown, style(activation)),
    ]
    return layer_charts.parts(
        lines, depth=neurons, low=-math.ceil(neurons * reach) - 1.0, high=max(1.0, math.ceil(neurons * (reach - 1.0))),
        layer_title=prose.common("axis neuron"), gradient_title=prose.common("axis chain"),
        texts=layer_texts(),
    )  # fmt: skip


def _stage(step: int, neurons: int) -> str:
    return "stage start" if step == 0 else "stage forward" if step <= neurons else "stage back"
