"""Order and chaos: the map of all wide networks of an activation, and the network of one point."""

from core.experiments import evidence, laboratory, order
from core.maths.meanfield import (
    BIAS_VARIANCE,
    WEIGHT_VARIANCE,
    critical_weight_variance,
    first_passing,
    moments_at_edge,
)
from core.maths.network import DEPTH
from core.maths.phases import bisected, bracket, first_turn, settled
from core.ui import figures
from core.ui.page import parts
from core.ui.play import measuring
from core.ui.settings import networks, widgets
from core.ui.teach import predicting
from core.words import prose

words = parts.enter("order_and_chaos")
ask, show = parts.experiment("chaos.w")
with ask:
    activation, parameters = networks.function(words, "chaos.", "tanh")
    w = widgets.slider(words, "chaos.w", WEIGHT_VARIANCE)
    b = widgets.slider(words, "chaos.b", BIAS_VARIANCE)
    depth = widgets.slider(words, "chaos.depth", widgets.between(DEPTH, 1, 200, 50))
    network = order.network_at(activation, parameters, w, b, depth)
    subjects = laboratory.subjects([network], measuring.measured([network], "chaos"))
chart = order.order_and_chaos(activation, tuple(parameters.items()), w, b)
gradient = laboratory.by_layer(subjects, "delta")
with show:
    verdicts = [prose.common(f"verdict {name}") for name in order.VERDICTS.values()]
    predicting.ask("order_and_chaos", verdicts, chart.slots["verdict"], **chart.slots)
    parts.metrics(words, chart.slots, phase="phase", chi="chi", scale="scale")
    left, right = parts.beside()
    with left:
        parts.section(words, "map")
        pick = widgets.place("chaos.w", "chaos.b", WEIGHT_VARIANCE, BIAS_VARIANCE)
        figures.show(chart, words, "alt", key="chaos.map", pick=pick)
    with right:
        parts.section(words, "network", **gradient.slots)
        figures.show(gradient, words, "alt network", key="chaos.gradient")
parts.tries(
    words,
    {
        "edge": {"chaos.activation": "Tanh", "chaos.w": 1.76, "chaos.b": 0.05, "chaos.depth": 200},
        "swish": {"chaos.activation": "Swish", "chaos.w": 1.99, "chaos.b": 0.56, "chaos.depth": 100},
        "run": {"chaos.activation": "GELU", "chaos.w": 2.2, "chaos.b": 0.0, "chaos.depth": 100},
    },
    chart="chaos.map",
    slots=chart.slots | gradient.slots,
)

parts.section(words, "letters", **gradient.slots)
parts.section(words, "gallery")
every = order.gallery()
figures.show(every, words, "alt gallery", key="chaos.gallery")

parts.take_away(words, "chaos.take", laboratory.files(subjects))
parts.rest(
    words,
    chart.slots | gradient.slots | evidence.order_and_chaos(),
    code=(settled, first_turn, bracket, bisected, critical_weight_variance, moments_at_edge, first_passing),
)
