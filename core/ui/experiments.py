"""Settings in, finished chart out: where the maths and the charts meet, computed once per setting and kept.

Every function here takes hashable, validated settings and is cached with a bound; what it returns is shared
between readers and must not be changed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
from scipy.special import ndtr

from core.charts import chain as chain_charts
from core.charts import curves, theme
from core.charts import layers as layer_charts
from core.charts.theme import Line
from core.maths.activations import ACTIVATIONS, prelu_slope_derivative
from core.maths.chain import FORMATS, best_case, chain, numeric_derivative
from core.maths.dying import dead_share, train_neuron
from core.maths.facts import facts
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import chi, predicted_log10_delta
from core.maths.network import Layers, Network, measure_many
from core.maths.response import bend, response
from core.maths.training import first_step
from core.ui import prose

KEPT = 128  # finished experiments of each kind
SPAN = 6.0  # curves are drawn for |x| up to this

FLOORS = tuple((f.name, f.log10_smallest) for f in FORMATS if f.name in ("float16", "float32"))


@dataclass(frozen=True)
class Experiment:
    """A chart, the numbers behind it as columns, and its computed words."""

    figure: go.Figure
    data: Mapping[str, Sequence[float] | np.ndarray]
    slots: Mapping[str, str]


@lru_cache(maxsize=64)
def style(activation: str) -> theme.Style:
    """The look of an activation: its family's colours, its place within the family."""
    family = ACTIVATIONS[activation].family
    return theme.style(family, [n for n, a in ACTIVATIONS.items() if a.family == family].index(activation))


@lru_cache(maxsize=KEPT)
def measured(networks: tuple[Network, ...]) -> tuple[Layers, ...]:
    """The statistics of several networks that share all but the activation."""
    return tuple(measure_many(networks))


@lru_cache(maxsize=KEPT)
def gradient(networks: tuple[Network, ...], *, best: bool = False, theory: bool = False) -> Experiment:
    """The gradient on its way back through each network, beside the article's best case or the theory."""
    depth = networks[0].depth
    x = np.arange(1.0, depth + 1)
    low, high = decades(networks[0])
    lines, data = [], {prose.common("column layer"): x}
    for network, layers in zip(networks, measured(networks), strict=True):
        label = ACTIVATIONS[network.activation].label
        if best:
            bound = best_case(network.activation, depth, **network.parameters)
            lines.append(Line(prose.common("line best", label=label), x, bound, style(network.activation), "reference"))
        if theory:
            predicted = predicted_log10_delta(network) + layers.log10_delta[-1]
            lines.append(
                Line(prose.common("line theory", label=label), x, predicted, style(network.activation), "reference")
            )
        lines.append(Line(label, x, layers.log10_delta, style(network.activation)))
    for line in lines:
        data[prose.common("column log10", label=line.label)] = line.y
    figure = layer_charts.gradient_by_layer(
        lines, depth=depth, low=low, high=high, floors=FLOORS,
        layer_title=prose.common("axis layer"), gradient_title=prose.common("axis gradient"),
    )  # fmt: skip
    return Experiment(figure, data, gradient_slots(networks))


def decades(network: Network) -> tuple[float, float]:
    """The range of a gradient chart in decades, from the settings alone: a moved curve stays on the same axis."""
    per_layer = math.log10(max(math.sqrt(network.weight_variance), 1e-3))
    low = network.depth * (math.log10(0.25) + min(per_layer, 0.0)) - 2.0
    high = network.depth * max(per_layer, 0.0) + 1.0
    step = 5.0
    return math.floor(max(low, -1000.0) / step) * step, math.ceil(high / step) * step if high > 2.0 else 2.0


def gradient_slots(networks: tuple[Network, ...]) -> dict[str, str]:
    """What the words of a page say about `gradient(networks)`."""
    depth = networks[0].depth
    found = []
    for network, layers in zip(networks, measured(networks), strict=True):
        last = layers.log10_delta[-1]
        total = layers.log10_delta[0] - last if last > -math.inf else -math.inf
        found.append((total, ACTIVATIONS[network.activation].label))
    lines = [
        prose.common("reach", label=label, figure=prose.size(total), words=prose.ratio(total)) for total, label in found
    ]
    total, label = min(found)
    best_total, best_label = max(found)
    per_layer = total / max(1, depth - 1)
    reached = {n.activation: prose.size(total) for n, (total, _) in zip(networks, found, strict=True)}
    return reached | {
        "depth": str(depth),
        "list": "\n".join(f"- {line}" for line in lines),
        "worst": label,
        "worst_figure": prose.size(total),
        "worst_words": prose.ratio(total),
        "worst_factor": prose.size(per_layer),
        "best": best_label,
        "best_figure": prose.size(best_total),
        "best_words": prose.ratio(best_total),
        "alt_lines": "; ".join(lines),
    }


@lru_cache(maxsize=KEPT)
def functions(
    networks: tuple[Network, ...], *, tangent: float | None = None, marks: bool = False, zones: bool = False
) -> Experiment:
    """f above f' for the activations of the given networks; on request a tangent, saturated zones, zeros of f'."""
    found = [facts(n.activation, **n.parameters) for n in networks]
    x = np.linspace(-SPAN, SPAN, 241)
    upper, lower, data = [], [], {"x": x}
    for network in networks:
        entry = ACTIVATIONS[network.activation]
        f, slope = entry.value(x, **network.parameters), entry.derivative(x, **network.parameters)
        upper.append(Line(entry.label, x, f, style(entry.name)))
        broken_x, broken = _broken_at_kinks(network, x)
        lower.append(Line(entry.label, broken_x, broken, style(entry.name)))
        data |= {f"f {entry.label}": f, f"f' {entry.label}": slope}
    bounded = all(math.isfinite(edge) for fact in found for edge in fact.range)
    slope_high = max(1.15, max(fact.supremum.value for fact in found) * 1.08)
    slope_low = min(-0.2 if marks else -0.05, min(fact.infimum.value for fact in found) * 1.15)
    touching = None
    if tangent is not None:
        entry, parameters = ACTIVATIONS[networks[0].activation], networks[0].parameters
        y, m = float(entry.value(tangent, **parameters)), float(entry.derivative(tangent, **parameters))
        ends = np.array([tangent - 1.5, tangent + 1.5])
        line = Line(prose.common("line tangent"), ends, y + m * (ends - tangent), theme.Style(), "reference")
        touching = (line, curves.Point(tangent, y, "", style(entry.name)))
    points = [
        curves.Point(zero[0], 0.0, f"{ACTIVATIONS[n.activation].label} {prose.number(zero[0], 4)}", style(n.activation))
        for n, fact in zip(networks, found, strict=True)
        for zero in fact.zeros
        if marks and zero[0] == zero[1] and abs(zero[0]) < SPAN
    ]
    if tangent is not None:
        points.append(curves.Point(tangent, m, "", style(networks[0].activation)))
    shaded = [curves.Zone(max(a, -SPAN), min(b, SPAN), prose.common("zone small")) for a, b in found[0].small if zones]
    shaded += [
        curves.Zone(-SPAN, max(zero[0], -SPAN), prose.common("zone negative") if n is networks[0] else "")
        for n, fact in zip(networks, found, strict=True)
        for zero in fact.zeros
        if marks and zero[0] == zero[1]
    ]
    figure = curves.function_and_derivative(
        upper, lower,
        x=curves.Axis("x", -SPAN, SPAN),
        f=curves.Axis("f(x)", *((-1.2, 1.2) if bounded else (-2.2, 5.0))),
        slope=curves.Axis("f ′(x)", slope_low, slope_high),
        zones=shaded, tangent=touching, points=points,
    )  # fmt: skip
    labels = [ACTIVATIONS[n.activation].label for n in networks]
    slots: dict[str, str] = {
        "labels": prose.listing(labels),
        "facts": "\n".join(f"- {_fact_line(n)}" for n in networks),
    }
    slots["alt_facts"] = " ".join(_fact_line(n) for n in networks)
    for network, fact in zip(networks, found, strict=True):
        crossing = [z for z in fact.zeros if z[0] == z[1]]
        below = float(ndtr(crossing[0][0])) if crossing and fact.infimum.value < 0 else 0.0
        slots |= {
            f"{network.activation}_zero_now": prose.number(crossing[0][0], 4) if crossing else prose.common("none"),
            f"{network.activation}_low_now": prose.plain(fact.infimum.value),
            f"{network.activation}_share_now": prose.percent(below),
        }
    if tangent is not None:
        slots |= {"x": prose.number(tangent), "value": prose.number(y), "slope": prose.number(m)}
    return Experiment(figure, data, slots)


def _broken_at_kinks(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative with a gap where it jumps, instead of a line that is not there."""
    entry = ACTIVATIONS[network.activation]
    beside = 1e-9
    grid = np.unique(np.concatenate([x, *([k - beside, k, k + beside] for k in entry.kinks)]))
    slope = np.array(entry.derivative(grid, **network.parameters))
    for k in entry.kinks:
        i = int(np.searchsorted(grid, k))
        if abs(slope[i + 1] - slope[i - 1]) > 1e-6:
            slope[i] = np.nan
    return grid, slope


def interval(low: float, high: float) -> str:
    """A stretch of the x axis in words: x < −5.99, −1.33 to −1.23, everywhere."""
    if low == high:
        return (
            prose.common("at", x=prose.number(low, 4))
            if math.isfinite(low)
            else prose.common("far", side="−" if low < 0 else "+")
        )
    if low == -math.inf and high == math.inf:
        return prose.common("everywhere")
    if low == -math.inf:
        return f"x < {prose.plain(high)}"
    if high == math.inf:
        return f"x > {prose.plain(low)}"
    return f"{prose.plain(low)} < x < {prose.plain(high)}"


def _fact_line(network: Network) -> str:
    fact = facts(network.activation, **network.parameters)
    return prose.common(
        "fact line",
        label=ACTIVATIONS[network.activation].label,
        low=prose.plain(fact.infimum.value), low_at=interval(fact.infimum.low, fact.infimum.high),
        high=prose.plain(fact.supremum.value), high_at=interval(fact.supremum.low, fact.supremum.high),
    )  # fmt: skip


@lru_cache(maxsize=1)
def fact_table() -> dict[str, list[object]]:
    """The computed facts as columns: one row per activation, at its default parameters."""
    rows = []
    for name, entry in ACTIVATIONS.items():
        fact = facts(name)
        rows.append((
            entry.label,
            fact.supremum.value, interval(fact.supremum.low, fact.supremum.high),
            fact.infimum.value, interval(fact.infimum.low, fact.infimum.high),
            "; ".join(interval(*zero) for zero in fact.zeros) or prose.common("none"),
            "; ".join(interval(*small) for small in fact.small) or prose.common("none"),
            f"{prose.plain(fact.range[0])} … {prose.plain(fact.range[1])}",
        ))  # fmt: skip
    heads = ("label", "sup", "sup at", "inf", "inf at", "zeros", "small", "range")
    return {
        prose.common(f"column {head}"): list(column)
        for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    }


@lru_cache(maxsize=KEPT)
def bending(networks: tuple[Network, ...]) -> Experiment:
    """One input through each deep network: the identity leaves a straight line, the others bend it."""
    x = np.linspace(-3.0, 3.0, 181)
    outputs = [response(network, x) for network in networks]
    outputs = [y if y[-1] >= y[0] else -y for y in outputs]  # the sign of a random network says nothing
    labels = [ACTIVATIONS[n.activation].label for n in networks]
    lines = [Line(label, x, y, style(n.activation)) for label, y, n in zip(labels, outputs, networks, strict=True)]
    figure = curves.lines(
        lines,
        x=curves.Axis(prose.common("axis input"), -3.0, 3.0),
        y=curves.Axis(prose.common("axis output"), -4.0, 4.0),
    )
    bends = [
        f"{label}: {prose.percent(share) if share > 1e-12 else prose.common('straight')}"
        for label, share in zip(labels, (bend(x, y) for y in outputs), strict=True)
    ]
    slots = {"depth": str(networks[0].depth), "list": "\n".join(f"- {b}" for b in bends), "alt_lines": "; ".join(bends)}
    return Experiment(figure, {"x": x} | dict(zip(labels, outputs, strict=True)), slots)


@lru_cache(maxsize=KEPT)
def saturation(names: tuple[str, ...], spread: float, depth: int) -> Experiment:
    """The share of units that are saturated when pre-activations are normal with the given standard deviation."""
    spreads = np.logspace(-1.0, 1.5, 101)
    log10 = np.log10(spreads)
    lines, data, points, slots = (
        [],
        {prose.common("column spread"): spreads},
        [],
        {"spread": prose.number(spread), "depth": str(depth)},
    )
    for name in names:
        label = ACTIVATIONS[name].label
        share = saturated_share(name, spreads)
        lines.append(Line(label, log10, 100.0 * share, style(name)))
        data[label] = share
        here = float(saturated_share(name, np.array([spread]))[0])
        points.append(curves.Point(math.log10(spread), 100.0 * here, "", style(name)))
        factor = 0.5 * math.log10(chi(name, spread**2, 1.0))
        slots |= {
            f"{name}_share": prose.percent(here),
            f"{name}_factor": prose.size(factor),
            f"{name}_reach": prose.size(depth * factor),
        }
    figure = curves.lines(
        lines, points=points,
        x=curves.Axis(prose.common("axis spread"), -1.0, 1.5, log=True),
        y=curves.Axis(prose.common("axis saturated"), -4.0, 104.0),
        hover="10<sup>%{x:.2f}</sup>: %{y:.3g} %",
    )  # fmt: skip
    return Experiment(figure, data, slots)


def saturated_share(activation: str, spreads: np.ndarray) -> np.ndarray:
    """P(|f'(s Z)| < 1 % of its maximum) for each standard deviation s, from the normal CDF."""
    shares = [ndtr(high / spreads) - ndtr(low / spreads) for low, high in facts(activation).small]
    return np.sum(shares, axis=0) if shares else np.zeros_like(spreads)


@lru_cache(maxsize=KEPT)
def initializations(activation: str, initializers: tuple[str, ...], depth: int, width: int, seed: int) -> Experiment:
    """The measured gradient of one activation with several initializers, each beside its theory."""
    x = np.arange(1.0, depth + 1)
    lines, slots, totals = [], {"depth": str(depth)}, []
    for name, dash in zip(initializers, ("solid", "dash", "dashdot"), strict=False):
        network = Network(activation, depth=depth, width=width, seed=seed, initializer=name)
        (layers,) = measured((network,))
        label = INITIALIZERS[name].label
        look = replace(style(activation), dash=dash, symbol=("circle", "square", "diamond")[initializers.index(name)])
        theory = predicted_log10_delta(network) + layers.log10_delta[-1]
        lines.append(Line(prose.common("line theory", label=label), x, theory, look, "reference"))
        lines.append(Line(label, x, layers.log10_delta, look))
        total = float(layers.log10_delta[0] - layers.log10_delta[-1])
        slots |= {
            name: prose.size(total),
            f"{name}_words": prose.ratio(total),
            f"{name}_theory": prose.size(float(theory[0] - theory[-1])),
        }
        totals.append(f"{label}: {prose.size(total)}")
    low = -5.0 * math.ceil(0.2 * (depth * 0.151 + 4))
    figure = layer_charts.gradient_by_layer(
        lines, depth=depth, low=low, high=3.0, floors=FLOORS,
        layer_title=prose.common("axis layer"), gradient_title=prose.common("axis gradient"),
    )  # fmt: skip
    data = {prose.common("column layer"): x} | {
        prose.common("column log10", label=line.label): line.y for line in lines
    }
    return Experiment(figure, data, slots | {"alt_lines": "; ".join(totals)})


@lru_cache(maxsize=KEPT)
def dead_units(network: Network) -> Experiment:
    """The share of silent ReLU units per layer, measured on a batch, beside the closed form."""
    (layers,) = measured((network,))
    x = np.arange(1.0, network.depth + 1)
    theory = dead_share(network.bias_mean, network.weight_variance, network.depth, network.batch)
    lines = [
        Line(prose.common("theory"), x, 100.0 * theory, theme.Style(), "reference"),
        Line(prose.common("measured"), x, 100.0 * layers.dead, style("relu")),
    ]
    figure = curves.lines(
        lines, x=curves.Axis(prose.common("axis layer"), 0.7, network.depth + 0.3),
        y=curves.Axis(prose.common("axis dead"), -4.0, 104.0), hover="%{x}: %{y:.3g} %",
    )  # fmt: skip
    slots = {
        "bias": prose.number(network.bias_mean) if network.bias_mean else "0",
        "batch": str(network.batch),
        "dead_first": prose.percent(layers.dead[0]), "dead_last": prose.percent(layers.dead[-1]),
        "theory_last": prose.percent(float(theory[-1])), "dead_depth": str(network.depth),
    }  # fmt: skip
    data = {prose.common("column layer"): x, prose.common("measured"): layers.dead, prose.common("theory"): theory}
    return Experiment(figure, data, slots)


@lru_cache(maxsize=KEPT)
def dying_neuron(learning_rate: float, alpha: float, steps: int = 100) -> Experiment:
    """One neuron in training, as ReLU and as Leaky ReLU: the share of inputs on which it still answers."""
    x = np.arange(0.0, steps + 1)
    lines, data, slots = (
        [],
        {prose.common("column step"): x},
        {"rate": prose.number(learning_rate), "alpha": prose.number(alpha)},
    )
    for name, parameters in (("relu", {}), ("leaky_relu", {"alpha": alpha})):
        run = train_neuron(name, learning_rate, steps, parameters)
        label = ACTIVATIONS[name].label
        lines.append(Line(label, x, 100.0 * run.active, style(name)))
        data |= {
            f"{label}: {prose.common('column active')}": run.active,
            f"{label}: {prose.common('column loss')}": run.loss,
        }
        slots |= {f"{name}_active": prose.percent(run.active[-1]), f"{name}_loss": prose.number(run.loss[-1])}
        slots[f"{name}_fate"] = prose.common("fate dead" if run.active[-1] == 0 else "fate alive")
    slots["steps"] = str(steps)
    figure = curves.lines(
        lines, x=curves.Axis(prose.common("axis step"), 0.0, steps * 1.01),
        y=curves.Axis(prose.common("axis active"), -4.0, 104.0), hover="%{x}: %{y:.3g} %",
    )  # fmt: skip
    return Experiment(figure, data, slots)


@lru_cache(maxsize=KEPT)
def gelu_errors() -> Experiment:
    """What two approximations of GELU leave: their error in value and in derivative."""
    x = np.linspace(-SPAN, SPAN, 481)
    exact, exact_slope = ACTIVATIONS["gelu"].value(x), ACTIVATIONS["gelu"].derivative(x)
    lines, data = [], {"x": x}
    for label, name, parameters in (("tanh", "gelu_tanh", {}), ("x σ(1.702 x)", "swish", {"beta": 1.702})):
        entry = ACTIVATIONS[name]
        for kind, error, role in (
            ("f", entry.value(x, **parameters) - exact, "main"),
            ("f ′", entry.derivative(x, **parameters) - exact_slope, "reference"),
        ):
            size = np.log10(np.maximum(np.abs(error), 1e-300))
            lines.append(Line(f"{label} {kind}", x, size, style(name), role))
            data[f"{label} {kind}"] = error
    figure = curves.lines(
        lines, x=curves.Axis("x", -SPAN, SPAN), y=curves.Axis(prose.common("axis error"), -8.0, -1.0, log=True),
        hover="%{x:.2f}: 10<sup>%{y:.2f}</sup>", height=320,
    )  # fmt: skip
    return Experiment(figure, data, {})


@lru_cache(maxsize=KEPT)
def slope_gradient(a: float) -> Experiment:
    """PReLU's derivative with respect to its own parameter a."""
    x = np.linspace(-SPAN, SPAN, 121)
    learnt = prelu_slope_derivative(x)
    lines = [
        Line("PReLU", x, ACTIVATIONS["prelu"].value(x, a=a), style("prelu")),
        Line("∂f/∂a", x, learnt, style("prelu"), "reference"),
    ]
    figure = curves.lines(lines, x=curves.Axis("x", -SPAN, SPAN), y=curves.Axis("f, ∂f/∂a", -6.0, 6.0), height=280)
    return Experiment(figure, {"x": x, "f": lines[0].y, "df/da": learnt}, {"a": prose.plain(a)})


@lru_cache(maxsize=KEPT)
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
        lines, depth=depth + 1, low=decades(networks[0])[0], high=2.0,
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


@dataclass(frozen=True)
class Walk:
    """The chain of neurons at one step of the walk forward and back."""

    drawing: go.Figure
    gradient: Experiment
    steps: int


@lru_cache(maxsize=KEPT)
def walk(activation: str, neurons: int, weight: float, x: float, step: int) -> Walk:
    """Forward through the neurons (steps 1..L), then back (steps L + 1..2L); `step` beyond the last means all of it."""
    run = chain(activation, [weight] * neurons, x)
    step = min(step, 2 * neurons)
    forward, back = min(step, neurons), max(0, step - neurons)
    values = [prose.plain(x)] + [prose.plain(v) if k < forward else "" for k, v in enumerate(run.value)]
    slopes = [""] + [prose.plain(d) if k >= neurons - back else "" for k, d in enumerate(run.local_derivative)]
    names = ["x"] + [f"h{str(k).translate(theme.SUBSCRIPT)}" for k in range(1, neurons + 1)]
    drawing = chain_charts.neurons(names, values, slopes, [f"× {prose.plain(weight)}"] * neurons, style(activation))
    with np.errstate(divide="ignore"):
        log10 = np.log10(np.abs(run.gradient))
    shown = np.where(np.arange(neurons) >= neurons - back, log10, np.nan)
    bound = best_case(activation, neurons)
    reach = abs(math.log10(max(abs(weight), 1e-3))) + 1.0
    position = np.arange(1.0, neurons + 1)
    lines = [
        Line(prose.common("line bound"), position, bound, style(activation), "reference"),
        Line(ACTIVATIONS[activation].label, position, shown, style(activation)),
    ]
    figure = layer_charts.gradient_by_layer(
        lines, depth=neurons, low=-math.ceil(neurons * reach) - 1.0, high=max(1.0, math.ceil(neurons * (reach - 1.0))),
        layer_title=prose.common("axis neuron"), gradient_title=prose.common("axis chain"),
    )  # fmt: skip
    numeric = numeric_derivative(activation, [weight] * neurons, x)
    difference = abs(run.total - numeric)
    factors = " × ".join(f"({prose.plain(weight)} · {prose.plain(d)})" for d in run.local_derivative[::-1])
    slots = {
        "step": str(step), "steps": str(2 * neurons), "neurons": str(neurons), "x": prose.plain(x), "weight": prose.plain(weight),
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


def _stage(step: int, neurons: int) -> str:
    return "stage start" if step == 0 else "stage forward" if step <= neurons else "stage back"
