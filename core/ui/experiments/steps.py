"""One step of learning from real data: how far it moves each layer."""

import math

import numpy as np

from core.charts import layers as layer_charts
from core.charts.theme import Line
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.maths.training import first_step
from core.ui import prose
from core.ui.experiments import Experiment, kept, style
from core.ui.experiments.gradients import decades


@kept
def first_steps(networks: tuple[Network, ...], learning_rate: float) -> Experiment:
    """The size of one SGD step relative to the weights it changes, layer by layer, on real digits."""
    depth = networks[0].depth
    x = np.arange(1.0, depth + 2)
    steps = [first_step(network, learning_rate) for network in networks]
    labels = [ACTIVATIONS[n.activation].label for n in networks]
    with np.errstate(divide="ignore"):
        lines = [
            Line(label, x, np.log10(s.update_ratio), style(n.activation))
            for label, s, n in zip(labels, steps, networks, strict=True)
        ]
    figure = layer_charts.gradient_by_layer(
        lines, depth=depth + 1, low=min(-5.0, decades(networks)[0]), high=1.5,
        layer_title=prose.common("axis layer"), gradient_title=prose.common("axis update"),
    )  # fmt: skip
    waits = [math.log10(s.steps_to_one_percent[0]) for s in steps]
    slots = {"rate": prose.number(learning_rate), "depth": str(depth), "batch": str(networks[0].batch)}
    told = [
        prose.common("wait", label=label, steps=steps_in_words(wait)) for label, wait in zip(labels, waits, strict=True)
    ]
    slots |= {"list": "\n".join(f"- {line}" for line in told), "alt_lines": "; ".join(told)}
    slots["guess_loss"] = prose.number(math.log(10))
    order = np.argsort(waits)
    slow, fast = int(order[-1]), int(order[0])
    slots |= {
        "slow_loss": prose.number(steps[slow].loss),
        "slow": labels[slow], "slow_steps": steps_in_words(waits[slow]),
        "fast": labels[fast], "fast_steps": steps_in_words(waits[fast]),
        "between": prose.count(waits[slow] - waits[fast]) if math.isfinite(waits[slow]) else "∞",
    }  # fmt: skip
    data = {prose.common("column layer"): x} | {label: s.update_ratio for label, s in zip(labels, steps, strict=True)}
    return Experiment(figure, data, slots)


def steps_in_words(log10: float) -> str:
    """A waiting time in steps: less than one, 14, 75 thousand, for ever."""
    if log10 == math.inf:
        return prose.common("for ever")
    return prose.common("less than one") if log10 < 0 else prose.count(log10)
