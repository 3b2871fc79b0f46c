"""One neuron after another, forward to the loss and back, step by step."""

import math

import numpy as np

from core.charts import chain as chain_charts
from core.charts import theme
from core.charts.figure import Drawing, finished, swept
from core.experiments import Experiment, coloured, style
from core.experiments.kept import WORDS, kept
from core.maths.activations import ACTIVATIONS
from core.maths.chain import (
    AGREE,
    NUDGE,
    Chain,
    at_kinks,
    best_case,
    chain,
    farthest,
    numeric_derivative,
    rounding,
)
from core.maths.facts import facts
from core.words import numerals, prose

HARD = "\u00a0"  # a space where no line may end
CONTROL = "chain.step"  # of the walk
SENT = 1.0  # the gradient that the loss sends back
LINE = 37  # characters of a line of factors, on the narrowest phone


def rule() -> str:
    """The chain rule for the first weight in LaTeX, the output first: with the colours of the page."""
    learnt, sent = _derivative("w_1"), _derivative("y")
    last, second = (rf"{coloured(theme.WEIGHT, f'w_{k}')} f'(z_{k})" for k in ("n", "2"))
    return rf"{learnt} = {sent} \, {last} \cdots {second} \, x f'(z_1)"


def _derivative(letter: str) -> str:
    return coloured(theme.SLOPE, rf"\frac{{\partial L}}{{\partial {letter}}}")


@kept()
def walk(activation: str, neurons: int, weight: float, x: float, step: int, bias: float = 0.0) -> Experiment:
    """Forward through the neurons (steps 1..L), then back (steps L + 1..2L); `step` beyond the last means all of it.

    The chart follows the control of the step, and of each it shows what has been computed by then.
    """
    run = chain(activation, [weight] * neurons, x, bias)
    numeric = numeric_derivative(activation, [weight] * neurons, x, bias)
    last = 2 * neurons
    step = min(step, last)
    slots = [_step_slots(run, x, bias, k) for k in range(last + 1)]
    drawings = [_drawing(run, activation, x, k, slots[k]) for k in range(last + 1)]
    shown = [(float(k), drawings[k], _readouts(run, x, k)) for k in range(last + 1)]
    traces, sweep = swept(CONTROL, shown, step)
    figure = finished(traces, drawings[step][1], height=chain_charts.HEIGHT, sweeps=[sweep])
    data = {
        prose.common("column neuron"): np.arange(1.0, neurons + 1),
        "z": run.preactivation,
        "h": run.value,
        "f'(z)": run.local_derivative,
        "w f'(z)": run.factor,
        "dL/dh": run.reaching[1:],
        "dL/dz": run.gradient,
        "dL/dw": run.gradient * np.append(x, run.value[:-1]),
    }
    return Experiment(
        figure,
        data,
        slots[step]
        | walked(run, activation, x, bias)
        | _check(run, numeric, x, _why(run, numeric, activation, x, bias)),
    )


@kept(limit=WORDS)
def coming(neurons: int) -> list[str]:
    """What the button to go on says at each step of the walk: what comes next, and at the end that it begins again."""
    forward = [prose.common("next forward", neuron=str(k)) for k in range(1, neurons + 1)]
    back = [prose.common("next back", neuron=str(k)) for k in range(neurons, 0, -1)]
    return [*forward, *back, prose.common("next again")]


def walked(run: Chain, activation: str, x: float, bias: float) -> dict[str, str]:
    """The settings, and what the whole walk comes to."""
    neurons, weight = len(run.value), float(run.weight[0])
    sizes = sorted(run.factor, key=abs)
    first = float(run.gradient[0]) * x
    given = {"weight": numerals.plain(weight), "bias": numerals.plain(bias)}
    return {
        "neurons": str(neurons),
        "x": numerals.plain(x),
        **given,
        "every": prose.common(f"every {'bias' if bias else 'weight'}", **given),
        "label": ACTIVATIONS[activation].label,
        "bound": numerals.size(float(best_case(activation, neurons)[0])),
        "largest": numerals.plain(facts(activation).largest),
        "sent": numerals.plain(SENT),
        "analytic": numerals.number(run.total),
        "first": numerals.number(first),
        "least": numerals.plain(float(sizes[0])),
        "most": numerals.plain(float(sizes[-1])),
        "product": _product(run),
        "input_formula": _inserted("x", list(run.factor[::-1]), run.total),
        "weight_formula": _inserted("w_1", [*run.factor[:0:-1], x * float(run.local_derivative[0])], first),
    }


def _check(run: Chain, numeric: float, x: float, why: str) -> dict[str, str]:
    """The derivative by differences alone, as a formula with its numbers, how far it is from the product, and why."""
    difference = abs(run.total - numeric)
    low, high, step, both = (f"{number:.4f}" for number in (x - NUDGE, x + NUDGE, NUDGE, 2.0 * NUDGE))
    rise, slope = numerals.formula(2.0 * NUDGE * numeric), numerals.formula(numeric)
    return {
        "numeric": numerals.number(numeric),
        "nudge": step,
        "difference": numerals.scientific(math.log10(difference)) if difference else numerals.number(0.0),
        "quotient": rf"\frac{{y({high}) - y({low})}}{{2 \cdot {step}}}",
        "quotient_now": rf"= \frac{{{rise}}}{{{both}}} = {slope}",
        "why": why,
    }


def _why(run: Chain, numeric: float, activation: str, x: float, bias: float) -> str:
    """What follows on how far the two derivatives differ: why, on a kink and where they do not agree."""
    difference = abs(run.total - numeric)
    neurons = at_kinks(activation, list(run.weight), x, bias)
    if not neurons or not difference:
        if difference <= AGREE * max(abs(run.total), abs(numeric)):
            return "."
        if difference <= rounding(run):
            return ". " + prose.common("rounded away")
        neuron, far = farthest(activation, list(run.weight), x, bias)
        return ". " + prose.common("swing", nudge=f"{NUDGE:.4f}", neuron=str(neuron), far=numerals.plain(far))
    entry, z = ACTIVATIONS[activation], run.preactivation[neurons[0] - 1]
    kink = min(entry.kinks, key=lambda place: abs(place - z))
    return ". " + prose.common(
        "kink", label=entry.label, neuron=str(neurons[0]), kink=numerals.plain(kink),
        there=numerals.plain(float(entry.derivative(kink))),
        left=numerals.plain(float(entry.derivative(kink - NUDGE))),
        right=numerals.plain(float(entry.derivative(kink + NUDGE))),
    )  # fmt: skip


def _product(run: Chain) -> str:
    """Every weight times its local derivative, output first, and what they come to."""
    pairs = zip(run.weight[::-1], run.local_derivative[::-1], strict=True)
    digits = _digits(len(run.value))
    factors = [f"({numerals.plain(float(w))} · {_short(float(d), digits)})".replace(" ", HARD) for w, d in pairs]
    return f"{f'{HARD}× '.join(factors)} {f'= {numerals.plain(run.total)}'.replace(' ', HARD)}"


def _inserted(letter: str, factors: list[float], product: float) -> str:
    """A gradient in LaTeX: what is sent times all factors, in lines that a phone has room for."""
    signs = ["", *[r"\cdot"] * len(factors), "="]
    rows, room = [""], 0
    for sign, number in zip(signs, [SENT, *factors, product], strict=True):
        text, wide = numerals.formula(number), len(f"{numerals.plain(number)} · ")
        if sign == r"\cdot" and number < 0:
            text, wide = f"({text})", wide + len("()-")  # a minus is as wide as two digits
        if room + wide + 3 * (sign == "=") > LINE:
            rows, room = [*rows, "{}"], 0  # as if something stood before the sign
        rows[-1] += f"{sign} {coloured(theme.SLOPE, text) if sign == '=' else text} "
        room += wide
    lines = r"\\ ".join(rows)
    return rf"{_derivative(letter)} = \begin{{array}}{{l}} {lines}\end{{array}}"


def _step_slots(run: Chain, x: float, bias: float, step: int) -> dict[str, str]:
    """What is said at a step: no more than has been computed by then."""
    neurons = len(run.value)
    stage = "start" if step == 0 else "forward" if step < neurons else "turn" if step == neurons else "back"
    neuron = step if step <= neurons else 2 * neurons - step + 1
    place = max(neuron, 1) - 1
    names = _names(neurons)
    told = {
        "neuron": str(neuron),
        "before": names[place],
        "name": names[place + 1],
        "x": numerals.plain(x),
        "bias": f"{' − ' if bias < 0 else ' + '}{numerals.plain(abs(bias))}" if bias else "",
        "z": _short(float(run.preactivation[place]), 3),
        "value": _short(float(run.value[place]), 3),
        "weight": numerals.plain(float(run.weight[place])),
        "slope": _short(float(run.local_derivative[place]), 3),
        "factor": _short(float(run.factor[place]), 3),
        "sent": numerals.plain(SENT),
    }
    return {
        "step": str(step),
        "steps": str(2 * neurons),
        "doing": prose.common(f"stage {stage}", **told),
        "known": _known(run, x, step),
    }


def _known(run: Chain, x: float, step: int) -> str:
    """All values and gradients that have been computed by a step, in a sentence or two."""
    neurons = len(run.value)
    names = _names(neurons)
    values = [f"{name} = {_short(float(v), 3)}" for name, v in zip(names, [x, *run.value[:step]], strict=False)]
    said = prose.common("walk known value", values=numerals.listing(values))
    if step < neurons:
        return said
    reached = list(zip(names, run.reaching, strict=True))[2 * neurons - step :]
    gradients = [f"∂L/∂{name} = {_short(float(g), 3)}" for name, g in reversed(reached)]
    return f"{said} {prose.common('walk known gradient', gradients=numerals.listing(gradients))}"


def _readouts(run: Chain, x: float, step: int) -> list[tuple[str, str]]:
    """The latest value and the latest gradient: label and value."""
    neurons = len(run.value)
    done = max(0, step - neurons)
    counts = {"neuron": str(step), "done": str(done), "neurons": str(neurons)}
    value = "output" if step >= neurons else "value" if step else "input"
    gradient = "total" if done == neurons else "gradient" if done else "loss" if step == neurons else "coming"
    known = [x, *(float(v) for v in run.value[:step])]
    return [
        (prose.common(f"walk {value}", **counts), numerals.plain(known[-1])),
        (prose.common(f"walk {gradient}", **counts), numerals.number(float(run.reaching[neurons - done]))),
    ]


def _drawing(run: Chain, activation: str, x: float, step: int, slots: dict[str, str]) -> Drawing:
    """The chain at a step."""
    words = prose.read("backpropagation")
    said = chain_charts.Words(
        step=words("doing", **slots),
        value=words("row value"),
        factor=words("row factor"),
        gradient=words("row gradient"),
        scale=words("scale"),
        zero=prose.common("axis zero"),
    )
    return chain_charts.drawing(_nodes(run, x, step), said, style(activation))


def _names(neurons: int) -> list[str]:
    """Of the nodes, the input first; the value of the last neuron is the output."""
    return ["x", *(f"h{str(k).translate(theme.SUBSCRIPT)}" for k in range(1, neurons)), "y"]


def _nodes(run: Chain, x: float, step: int) -> chain_charts.Nodes:
    """The nodes as far as the walk has come; the pointer is told more digits than there is room for."""
    neurons, digits = len(run.value), _digits(len(run.value))
    back = max(-1, step - neurons)  # factors that have been multiplied; -1 before the loss has sent anything
    values = [x, *(float(v) for v in run.value)]
    factors, gradients = [float(v) for v in run.factor], [float(v) for v in run.reaching]
    known = [k <= step for k in range(neurons + 1)]
    come = [k >= neurons - back for k in range(neurons + 1)]
    with np.errstate(divide="ignore"):
        log10 = np.log10(np.abs(gradients))
    names = _names(neurons)
    hover = [
        name + (f": {numerals.plain(v)}" if there else "") + (f", ∂L/∂{name}: {numerals.plain(g)}" if arrived else "")
        for name, v, g, there, arrived in zip(names, values, gradients, known, come, strict=True)
    ]
    return chain_charts.Nodes(
        names=[*names, prose.read("backpropagation")("loss")],
        values=[*(_short(v, digits) if there else "" for v, there in zip(values, known, strict=True)), ""],
        factors=[_short(f, digits) if arrived else "" for f, arrived in zip(factors, come[:-1], strict=True)],
        gradients=[*(_short(g, digits) if arrived else "" for g, arrived in zip(gradients, come, strict=True)), ""],
        sizes=[float(size) if arrived else None for size, arrived in zip(log10, come, strict=True)],
        hover=[*hover, prose.read("backpropagation")("loss")],
        filled=min(step, neurons) + 1 + (step >= neurons),
    )


def _digits(neurons: int) -> int:
    """How many significant digits there is room for."""
    return 3 if neurons + 2 <= chain_charts.FEW else 2


def _short(value: float, digits: int) -> str:
    """A number as short as the narrowest phone needs it: 0.73, −0.0012, 4·10⁻⁷."""
    size = abs(float(f"{value:.{digits - 1}e}"))
    if size == 0 or 0.001 <= size < 1000:
        return numerals.plain(value, 3 if size >= 100 else digits)
    sign = "−" if value < 0 else ""
    if not 1e-99 < size < 1e99:  # its exponent alone fills the room
        return sign + theme.power_of_ten(round(math.log10(size)))
    digits = digits - 1 if 1e-9 < size < 1e9 else 1
    mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
    return f"{sign}{mantissa}·{theme.power_of_ten(int(exponent))}"
