"""Beyond ReLU: Swish with its β, GELU and its approximations, and both over depth."""

from core.experiments import evidence, functions, gradients, questions
from core.experiments.bell import bell
from core.experiments.networks import networks_of, parameter
from core.maths.activations import gelu_both, gelu_tanh_both, swish_both
from core.maths.network import DEPTH
from core.ui import figures
from core.ui.page import parts
from core.ui.settings import networks, widgets
from core.ui.teach import predicting

words = parts.enter("beyond_relu")
ask, show = parts.experiment("swish.beta")
with ask:
    beta = widgets.slider(words, "swish.beta", parameter("swish"), drives=True)
chosen = {"swish": {"beta": beta}}
over = ("beyond_relu", (("zero", "swish_zero_now"), ("low", "swish_low_now"), ("share", "swish_share_now")))
pair = networks_of(["swish", "gelu"], chosen)
with show:
    zero, reason = questions.crossing("gelu")
    guess = predicting.place("beyond_relu", "gelu", zero, span=4.0, near=0.1, **reason)
    curves = functions.with_derivatives(pair, marks=True, drag=("swish.beta",), readout=over, guess=guess)
    figures.show(curves, words, "alt", key="beyond.curves")

parts.tries(
    words,
    {
        "relu": {"swish.beta": 10.0},
        "line": {"swish.beta": 0.0},
        "block": {"beyond.depth": 50, "beyond.around": "Modern"},
    },
    chart="beyond.curves",
    slots=curves.slots,
    elsewhere={"block": "beyond.gradient"},
)
definitions = parts.above("definitions")

parts.section(words, "bell")
ask, show = parts.experiment("beyond.x")
with ask:
    x = widgets.slider(words, "beyond.x", widgets.TANGENT, drives=True)
with definitions:
    parts.definition(words, pair, x)
normal = bell(x, ("beyond_relu", (("x", "x"), ("area", "area"), ("height", "height"))))
with show:
    figures.show(normal, words, "alt bell", key="beyond.bell")

parts.section(words, "errors")
errors = functions.gelu_errors()
claims = evidence.beyond_relu()
figures.show(errors, words, "alt errors", key="beyond.errors", slots=claims)

parts.section(words, "depth")
ask, show = parts.experiment("beyond.depth")
with ask:
    depth = widgets.slider(words, "beyond.depth", widgets.between(DEPTH, 1, 100, 50))
    around = networks.around(words, "beyond.around")
    initializer, spread = networks.initializer(words, "beyond.initializer", default="he_normal")
    alike = around | networks.width_and_seed(words, "beyond.")
alike |= {"depth": depth, "initializer": initializer, "initializer_parameters": spread}
compared = networks_of(["relu", "swish", "gelu"], chosen, **alike)
gradient = gradients.by_layer(compared, theory=True, low=-30.0)
with show:
    figures.show(gradient, words, "alt depth", key="beyond.gradient")

parts.rest(
    words,
    curves.slots | gradient.slots | claims,
    code=(swish_both, gelu_both, gelu_tanh_both),
)
