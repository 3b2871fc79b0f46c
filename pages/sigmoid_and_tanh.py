"""Sigmoid and tanh: tangent, saturation, and what both do over many layers."""

from core.experiments import evidence, functions, gradients, questions, units
from core.experiments.networks import networks_of
from core.maths.activations import sigmoid_both, tanh_both
from core.maths.meanfield import saturated_share
from core.maths.network import DEPTH
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import activations, widgets
from core.ui.teach import predicting

words = parts.enter("sigmoid_and_tanh")
ask, show = parts.experiment("saturating.x")
with ask:
    names = activations.alone_or_all(words, "saturating.curve", ("sigmoid", "tanh"))
    x = widgets.slider(words, "saturating.x", widgets.TANGENT, drives=True)
over = ("sigmoid_and_tanh", (("x", "x"), ("value", "value"), ("slope", "slope")))
with show:
    edge, asked = questions.saturation(names[0])
    guess = predicting.place("sigmoid_and_tanh", names[0], edge, span=8.0, near=0.5, **asked)
    curve = functions.with_derivatives(
        networks_of(names), tangent=x, zones=True, drag=("saturating.x",), readout=over, guess=guess
    )
    figures.show(curve, words, "alt", key="saturating.curves")
parts.tries(
    words,
    {
        "centre": {"saturating.curve": "Sigmoid", "saturating.x": 0.0},
        "far": {"saturating.curve": "Tanh", "saturating.x": 4.0},
        "wide": {"saturating.spread": 10.0, "saturating.depth": 20},
    },
    chart="saturating.curves",
    slots=curve.slots,
    elsewhere={"wide": "saturating.share"},
)

parts.definition(words, networks_of(["sigmoid", "tanh"]), x)

parts.section(words, "spread")
ask, show = parts.experiment("saturating.spread")
with ask:
    spread = widgets.slider(words, "saturating.spread", widgets.SPREAD)
    depth = widgets.slider(words, "saturating.depth", widgets.between(DEPTH, 1, 100))
saturated = units.saturation(("sigmoid", "tanh"), spread, depth)
with show:
    parts.metrics(
        words, saturated.slots, **{f"{n}_{k}": f"{n}_{k}" for n in ("sigmoid", "tanh") for k in ("share", "factor")}
    )
    figures.show(saturated, words, "alt spread", key="saturating.share")
    parts.section(words, "over", **saturated.slots)

parts.section(words, "depth")
gradient = gradients.by_layer(networks_of(["sigmoid", "tanh"], depth=depth), theory=True)
figures.show(gradient, words, "alt depth", key="saturating.gradient")

parts.rest(
    words,
    gradient.slots | saturated.slots | curve.slots | evidence.sigmoid_and_tanh(),
    code=(sigmoid_both, tanh_both, saturated_share),
)
