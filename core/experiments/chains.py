"""One neuron after another, forward and back, step by step."""

import math

import numpy as np

from core.charts import chain as chain_charts
from core.charts import layers as layer_charts
from core.charts import theme
from core.charts.figure import Drawing, finished, swept
from core.charts.theme import Line
from core.experiments import Experiment, layer_texts, read_out, style, sweep_words
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.chain import Chain, best_case, chain, numeric_derivative
from core.maths.facts import facts
from core.words import numerals, prose

UNKNOWN = "…"  # what has not been computed yet
HARD = "\u00a0"  # a space where no line may end
TIMES = f"{HARD}× "
OVER = ("backpropagation", (("analytic", "analytic_now"), ("numeric", "numeric_now"), ("difference", "difference_now")))


@kept()
def walk(activation: str, neurons: int, weight: float, x: float, step: int) -> Experiment:
    """Forward through the neurons (steps 1..L), then back (steps L + 1..2L); `step` beyond the last means all of it.

    The chart can be dragged through all steps, and of each it shows what has been computed by then.
    """
    run = chain(activation, [weight] * neurons, x)
    numeric = numeric_derivative(activation, [weight] * neurons, x)
    last = 2 * neurons
    step = min(step, last)
    slots = [_step_slots(run, numeric, weight, k) for k in range(last + 1)]
    drawings = [_drawing(run, activation, weight, x, k, slots[k]) for k in range(last + 1)]
    shown = [(str(k), drawings[k], read_out(OVER, slots[k])) for k in range(last + 1)]
    traces, sweep = swept(prose.common("step of", steps=str(last)), shown, step, *sweep_words())
    figure = finished(traces, drawings[step][1], height=chain_charts.HEIGHT, sweeps=[sweep])
    settings = {
        "neurons": str(neurons),
        "x": numerals.plain(x),
        "weight": numerals.plain(weight),
        "label": ACTIVATIONS[activation].label,
        "bound": numerals.size(float(best_case(activation, neurons)[0])),
        "largest": numerals.plain(facts(activation).largest),
    }
    data = {
        prose.common("column neuron"): np.arange(1.0, neurons + 1),
        "z": run.preactivation,
        "h": run.value,
        "f'(z)": run.local_derivative,
        "w f'(z)": run.factor,
        "dh_L/dz": run.gradient,
    }
    return Experiment(figure, data, slots[step] | settings | _result_slots(run, numeric))


def _result_slots(run: Chain, numeric: float) -> dict[str, str]:
    """What the whole walk comes to."""
    difference = abs(run.total - numeric)
    return {
        "analytic": numerals.number(run.total),
        "numeric": numerals.number(numeric),
        "difference": numerals.scientific(math.log10(difference)) if difference else numerals.number(0.0),
    }


def _step_slots(run: Chain, numeric: float, weight: float, step: int) -> dict[str, str]:
    """What is said at a step: no more than has been computed by then."""
    neurons = len(run.value)
    done = step == 2 * neurons
    stage = "start" if step == 0 else "forward" if step <= neurons else "back"
    neuron = step if step <= neurons else 2 * neurons - step + 1
    results = {f"{name}_now": text if done else UNKNOWN for name, text in _result_slots(run, numeric).items()}
    return {
        "step": str(step),
        "steps": str(2 * neurons),
        "doing": prose.common(f"stage {stage}", neuron=str(neuron)),
        "output": numerals.plain(run.value[-1]) if step >= neurons else UNKNOWN,
        "product": _product(run, weight, step),
    } | results


def _product(run: Chain, weight: float, step: int) -> str:
    """One factor for every neuron that the walk back has reached, and the product if it has reached them all."""
    neurons = len(run.value)
    reached = run.local_derivative[::-1][: max(0, step - neurons)]
    factors = [f"({numerals.plain(weight)} · {_short(d, _digits(neurons))})".replace(" ", HARD) for d in reached]
    if len(factors) < neurons:
        return TIMES.join([*factors, UNKNOWN])
    return f"{TIMES.join(factors)} {f'= {numerals.plain(run.total)}'.replace(' ', HARD)}"


def _drawing(run: Chain, activation: str, weight: float, x: float, step: int, slots: dict[str, str]) -> Drawing:
    """The chain and the gradient at a step."""
    words = prose.read("backpropagation")
    sentences = chain_charts.Words(
        step=words("doing", **slots),
        weight=words("weight", weight=numerals.plain(weight)),
        product=words("product", **slots),
        value=words("row value"),
        slope=words("row slope"),
    )
    decay = _decay(run, activation, weight, step)
    return chain_charts.drawing(_nodes(run, x, step), sentences, style(activation), decay)


def _nodes(run: Chain, x: float, step: int) -> chain_charts.Nodes:
    """Names, values and derivatives as far as the walk has come; the pointer is told more digits than there is room."""
    neurons = len(run.value)
    forward, back = min(step, neurons), max(0, step - neurons)
    names = ["x"] + [f"h{str(k).translate(theme.SUBSCRIPT)}" for k in range(1, neurons + 1)]
    values = [x] + [float(v) if k < forward else None for k, v in enumerate(run.value)]
    slopes = [None] + [float(d) if k >= neurons - back else None for k, d in enumerate(run.local_derivative)]
    hover = [_hover(*node) for node in zip(names, values, slopes, strict=True)]
    shown, local = (
        ["" if number is None else _short(number, _digits(neurons)) for number in row] for row in (values, slopes)
    )
    return chain_charts.Nodes(names, shown, local, hover)


def _hover(name: str, value: float | None, slope: float | None) -> str:
    """What the pointer shows of a node: as much as has been computed."""
    parts = [name, f": {numerals.plain(value)}" if value is not None else ""]
    return "".join(parts) + (f", f′ = {numerals.plain(slope)}" if slope is not None else "")


def _digits(neurons: int) -> int:
    """How many significant digits there is room for."""
    return 3 if neurons < chain_charts.FEW else 2


def _short(value: float, digits: int) -> str:
    """A number as short as the narrowest phone needs it: 0.73, −0.012, 4·10⁻⁷."""
    size = abs(float(f"{value:.{digits - 1}e}"))
    if size == 0 or 0.01 <= size < 1000:
        return numerals.plain(value, 3 if size >= 100 else digits)
    sign = "−" if value < 0 else ""
    if not 1e-99 < size < 1e99:  # its exponent alone fills the room
        return sign + theme.power_of_ten(round(math.log10(size)))
    digits = digits - 1 if 1e-9 < size < 1e9 else 1
    mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
    return f"{sign}{mantissa}·{theme.power_of_ten(int(exponent))}"


def _decay(run: Chain, activation: str, weight: float, step: int) -> Drawing:
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
    low, high = -math.ceil(neurons * reach) - 1.0, max(1.0, math.ceil(neurons * (reach - 1.0)))
    return layer_charts.drawing(lines, depth=neurons, low=low, high=high, texts=layer_texts("chain", "neuron"))
