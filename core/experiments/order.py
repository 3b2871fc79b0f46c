"""Order and chaos: the map of all wide networks of an activation, and what one point of it means."""

import math
from collections.abc import Mapping

import numpy as np

from core.charts import curves, maps, theme
from core.experiments import Experiment, style
from core.experiments.kept import WORDS, kept
from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.facts import facts
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import BIAS_VARIANCE, WEIGHT_VARIANCE, chi, depth_scale, fixed_point, fixed_points, phase
from core.maths.network import Network
from core.maths.phases import Phases, level_line, phases, settled
from core.words import numerals, prose

COLUMNS, ROWS = 60, 40
FARTHEST = 1000.0  # weight variance up to which an edge is looked for; the sigmoid's lies far beyond the map
SCALES = (2, 5, 20)  # depth scales drawn as lines, layers
VERDICTS = {"ordered": "vanishing", "edge": "stable", "chaotic": "exploding"}  # what a phase does to the gradient
MARKED = {"LeCun<br>Glorot": "lecun_normal", "He": "he_normal"}  # equal where every layer is as wide as the last


@kept()
def _grid(activation: str, parameters: tuple[tuple[str, float], ...], columns: int, rows: int) -> Phases:
    return phases(
        activation,
        np.linspace(WEIGHT_VARIANCE.low, WEIGHT_VARIANCE.high, columns),
        np.linspace(BIAS_VARIANCE.low, BIAS_VARIANCE.high, rows),
        **dict(parameters),
    )


@kept()
def _levels(activation: str, parameters: tuple[tuple[str, float], ...]) -> tuple[maps.Level, ...]:
    """The edge of chaos, and the lines of equal depth scale on both sides of it."""
    b = np.linspace(BIAS_VARIANCE.low, BIAS_VARIANCE.high, 41)
    lines = [maps.Level(_line(activation, 1.0, b, parameters), b, prose.common("edge of chaos"), main=True)]
    for scale in SCALES:
        for sign in (-1.0, 1.0):
            x = _line(activation, math.exp(sign / scale), b, parameters)
            text = prose.common("depth scale", scale=str(scale)) if (scale, sign) == (SCALES[0], -1.0) else str(scale)
            lines.append(maps.Level(x, b, text))
    return tuple(lines)


def _line(activation: str, level: float, b: np.ndarray, parameters: tuple[tuple[str, float], ...]) -> np.ndarray:
    return level_line(activation, level, b, FARTHEST, **dict(parameters))


@kept()
def _lattice(activation: str, parameters: tuple[tuple[str, float], ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points that a click can take, on the steps of the sliders."""
    w, b = np.meshgrid(
        np.round(np.linspace(WEIGHT_VARIANCE.low, WEIGHT_VARIANCE.high, 34), 2),
        np.round(np.linspace(BIAS_VARIANCE.low, BIAS_VARIANCE.high, 21), 2),
    )
    _, factor = settled(activation, w.ravel(), b.ravel(), **dict(parameters))
    return w.ravel(), b.ravel(), 0.5 * np.log10(factor)


def _axes(x: str, y: str) -> tuple[curves.Axis, curves.Axis]:
    return (
        curves.Axis(x, WEIGHT_VARIANCE.low, WEIGHT_VARIANCE.high),
        curves.Axis(y, BIAS_VARIANCE.low - 0.05, BIAS_VARIANCE.high),
    )


@kept()
def order_and_chaos(
    activation: str, parameters: tuple[tuple[str, float], ...], weight_variance: float, bias_variance: float
) -> Experiment:
    """The map of one activation with the chosen point on it."""
    grid = _grid(activation, parameters, COLUMNS, ROWS)
    x_axis, y_axis = _axes(prose.common("axis weight variance"), prose.common("axis bias variance"))
    marks = [
        curves.Point(100 * INITIALIZERS[name].variance(100, 100), 0.0, label, theme.Style(symbol="diamond"))
        for label, name in MARKED.items()
    ]
    here = curves.Point(
        weight_variance,
        bias_variance,
        prose.common("your network"),
        theme.Style(style(activation).colour),
    )
    figure = maps.phases(
        grid.weight_variances,
        grid.bias_variances,
        0.5 * np.log10(grid.chi),
        levels=_levels(activation, parameters),
        marks=marks,
        here=here,
        lattice=_lattice(activation, parameters),
        x_axis=x_axis,
        y_axis=y_axis,
        colour_title=prose.common("axis factor"),
    )
    w, b = np.meshgrid(grid.weight_variances, grid.bias_variances)
    names = (prose.common("control w"), prose.common("control b"), "q*", "χ")
    columns = (w.ravel(), b.ravel(), grid.variance.ravel(), grid.chi.ravel())
    data = dict(zip(names, columns, strict=True))
    return Experiment(figure, data, point_slots(activation, parameters, weight_variance, bias_variance))


@kept(limit=WORDS)
def point_slots(
    activation: str, parameters: tuple[tuple[str, float], ...], weight_variance: float, bias_variance: float
) -> dict[str, str]:
    """What theory says of one point, in words."""
    settings = dict(parameters)
    q = fixed_point(activation, weight_variance, bias_variance, **settings)
    factor = chi(activation, q, weight_variance, **settings)
    region = phase(factor)
    edge = _line(activation, 1.0, np.array([bias_variance]), parameters)[0]
    stable = [p for p in fixed_points(activation, weight_variance, bias_variance, **settings) if p.stable]
    name = "every variance" if not stable else "one fixed point" if len(stable) == 1 else "several fixed points"
    points = numerals.listing([numerals.plain(p.variance) for p in stable]) if stable else ""
    return {
        "label": ACTIVATIONS[activation].label,
        "w": numerals.plain(weight_variance),
        "b": numerals.plain(bias_variance),
        "q": numerals.plain(q),
        "chi": numerals.beside_one(factor),
        "slope": numerals.plain(factor / weight_variance),
        "largest": numerals.number(facts(activation, **settings).largest),
        "phase": prose.common(f"region {region}"),
        "verdict": prose.common(f"verdict {VERDICTS[region]}"),
        "scale": numerals.number(depth_scale(factor)) if region != "edge" else "∞",
        "settles": prose.common("runs away" if math.isinf(q) else "settles", q=numerals.plain(q)),
        "several": prose.common(name, points=points),
        "edge": numerals.number(float(edge)),
        "meaning": prose.common(f"meaning {region}"),
    }


def network_at(
    activation: str, parameters: Mapping[str, float], weight_variance: float, bias_variance: float, depth: int
) -> Ensemble:
    """Real networks with these variances, for comparison with the theory of the point."""
    network = Network(
        activation,
        parameters,
        depth=depth,
        width=100,
        batch=16,
        initializer="lecun_normal",
        weight_gain=math.sqrt(weight_variance),
        bias_std=math.sqrt(bias_variance),
    )
    return Ensemble(network, 3)


@kept()
def gallery() -> Experiment:
    """The maps of all activations at their default parameters."""
    x_axis, y_axis = _axes("σ<sub>w</sub>²", "σ<sub>b</sub>²")
    names, factors, edges, lines = [], {}, {}, []
    b = np.linspace(BIAS_VARIANCE.low, BIAS_VARIANCE.high, 17)
    for name, entry in ACTIVATIONS.items():
        parameters = tuple(entry.defaults().items())
        grid = _grid(name, parameters, 30, 16)
        edge = _line(name, 1.0, b, parameters)
        names.append(entry.label)
        factors[entry.label] = 0.5 * np.log10(grid.chi)
        edges[entry.label] = maps.Level(edge, b, main=True)
        low, high = numerals.number(float(edge[0])), numerals.number(float(edge[-1]))
        lines.append(prose.common("edge line", label=entry.label, low=low, high=high))
    figure = maps.gallery(
        names,
        grid.weight_variances,
        grid.bias_variances,
        factors,
        edges,
        x_axis=x_axis,
        y_axis=y_axis,
        colour_title=prose.common("axis factor"),
    )
    data = {prose.common("control b"): b} | {f"{prose.common('control w')}, {name}": edges[name].x for name in names}
    return Experiment(figure, data, {"lines": "; ".join(lines), "count": str(len(names))})
