"""The gradient on its way back through time: cells side by side, their lines while steps or forget bias are dragged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.charts import curves, theme
from core.charts import layers as layer_charts
from core.charts.figure import Drawing, Sweep, finished, swept
from core.charts.theme import WEIGHT, Line, Style
from core.experiments import Experiment, Readout, coloured, layer_texts, read_out, style
from core.experiments.gradients import CHARTS, FLOORS, from_last
from core.experiments.kept import kept
from core.maths.activations import ACTIVATIONS
from core.maths.cells import GATED
from core.maths.recall import CLIP, SYMBOLS, UPDATES, Learnt, Recall, learn
from core.maths.recurrent import (
    FORGET_BIAS,
    INPUT_SCALE,
    Recurrent,
    Times,
    log10_of_mean_gates,
    measure_ends,
    objection,
    predicted_log10_hidden,
    spectrum,
)
from core.words import numerals, prose

PAGE = "through_time"
LOOK, LAST = 20, 3  # updates that a point of an accuracy is the mean of; points that say how a run ended
MOST = 100  # steps that the page offers, and that the chart has room for
LOW, HIGH = -50.0, 10.0  # log10: below the floor of float32; above what most networks grow to


@dataclass(frozen=True)
class Offered:
    """A cell with the weights that are usual for it."""

    cell: str
    initializer: str
    style: Style


# Two colours of smooth functions, of which there is none on this page.
OFFERED: Mapping[str, Offered] = {
    "tanh": Offered("tanh", "glorot_normal", style("tanh")),
    "relu": Offered("relu", "he_normal", style("relu")),
    "irnn": Offered("relu", "identity", style("relu").several(1)),
    "lstm": Offered("lstm", "glorot_normal", theme.family_style("smooth", 0)),
    "gru": Offered("gru", "glorot_normal", theme.family_style("smooth", 1)),
}

FIRST = ("tanh", "lstm")  # as the page opens

# A plain cell; the network unrolled over time, and the way back: the same W at every arrow.
_W = coloured(WEIGHT, "W")
_BACK = rf"{_W}^{{\top}}"
CELL = rf"h_t = f(z_t) \qquad z_t = {_W} h_{{t-1}} + U x_t + b"
FORWARD = (
    rf"h_0 \xrightarrow[x_1]{{{_W}}} h_1 \xrightarrow[x_2]{{{_W}}} h_2 \xrightarrow[x_3]{{{_W}}} \cdots "
    rf"\xrightarrow[x_T]{{{_W}}} h_T \longrightarrow L"
)
BACKWARD = rf"\frac{{\partial L}}{{\partial h_{{t-1}}}} = {_BACK} f'(z_t) \, \frac{{\partial L}}{{\partial h_t}}"
GATES = r"c_t = f_t \, c_{t-1} + i_t \, g_t \qquad \frac{\partial c_t}{\partial c_{t-1}} = f_t"

# Where the chart can stand while a control is dragged: as many places as cost less than the page around it.
STOPS = (1, 5, 10, 20, 35, 50, 75, 100)
BIASES = (-2.0, 0.0, 2.0, 4.0, 6.0)
MANY = 3  # cells: with more of them the chart follows the number of steps alone
CONTROLS = "time.steps", "time.forget"
READOUT: Readout = (PAGE, (("best", "best_figure"), ("least", "least_figure")))


@dataclass(frozen=True)
class Setting:
    """What the controls of the page are set to, validated by the networks that it makes."""

    cells: tuple[str, ...]
    steps: int = 50
    gain: float = 1.0
    forget: float = FORGET_BIAS.default
    scale: float = INPUT_SCALE.default

    def network(self, name: str) -> Recurrent:
        offered = OFFERED[name]
        return Recurrent(
            offered.cell, steps=self.steps, initializer=offered.initializer, weight_gain=self.gain,
            forget_bias=self.forget, input_scale=self.scale,
        )  # fmt: skip


def label(name: str) -> str:
    """What a cell is called on the page."""
    if name == "irnn":
        return prose.read(PAGE)("identity")
    cell = OFFERED[name].cell
    return GATED[cell].label if cell in GATED else ACTIVATIONS[cell].label


@kept(limit=CHARTS // 2)
def through_time(setting: Setting) -> Experiment:
    """The gradient by time step for each cell, beside theory; the chart follows steps and forget bias while dragged."""
    steps = dict(_by_steps(replace(setting, steps=MOST)))
    if setting.steps not in steps:
        steps[setting.steps] = _position(setting, [_measured(setting, name)[0] for name in setting.cells])
    now = steps[setting.steps]
    biases = dict(_by_bias(replace(setting, forget=FORGET_BIAS.default))) | {setting.forget: now}
    every = [(float(at), steps[at]) for at in sorted(steps)] + [(at, biases[at]) for at in sorted(biases)]
    drawings = [(at, position.drawing, read_out(READOUT, position.slots)) for at, position in every]
    traces, whole = swept("", drawings, sorted(steps).index(setting.steps))  # together, as both move one chart
    sweeps = [
        Sweep(CONTROLS[0], whole.stops[: len(steps)], sorted(steps).index(setting.steps)),
        Sweep(CONTROLS[1], whole.stops[len(steps) :], sorted(biases).index(setting.forget)),
    ]
    data = {prose.common("column time"): np.arange(1.0, setting.steps + 1)}
    data |= {prose.common("column time log10", label=line.label): line.y for line in now.lines}
    return Experiment(finished(traces, now.drawing[1], sweeps=sweeps), data, now.slots)


@dataclass(frozen=True)
class Position:
    """The chart of one setting: its lines, the drawing, and what words say of it."""

    lines: tuple[Line, ...]
    drawing: Drawing
    slots: dict[str, str]


@kept(limit=CHARTS // 4)
def _by_steps(setting: Setting) -> tuple[tuple[int, Position], ...]:
    """The chart at every number of steps that it can be dragged to; that of the setting is the largest."""
    columns = [_measured(setting, name, STOPS) for name in setting.cells]
    found = zip(STOPS, zip(*columns, strict=True), strict=True)
    return tuple((steps, _position(replace(setting, steps=steps), times)) for steps, times in found)


@kept(limit=CHARTS // 4)
def _by_bias(setting: Setting) -> tuple[tuple[float, Position], ...]:
    """The chart at every forget bias that it can be dragged to; that of the setting does not matter."""
    if len(setting.cells) > MANY or not any(setting.network(name).gated for name in setting.cells):
        return ()
    columns = []
    for name in setting.cells:
        network = setting.network(name)
        biases = [replace(network, forget_bias=bias) for bias in BIASES] if network.gated else [network]
        (times,) = measure_ends(biases, [setting.steps])
        columns.append(times if network.gated else times * len(BIASES))
    found = zip(BIASES, zip(*columns, strict=True), strict=True)
    return tuple((bias, _position(replace(setting, forget=bias), times)) for bias, times in found)


def _measured(setting: Setting, name: str, ends: tuple[int, ...] = ()) -> tuple[Times, ...]:
    return tuple(times for (times,) in measure_ends([setting.network(name)], ends or (setting.steps,)))


@kept()
def _theory(network: Recurrent) -> np.ndarray:
    return predicted_log10_hidden(network)


def _position(setting: Setting, measured: Sequence[Times]) -> Position:
    """The chart of one setting, from what was measured of each cell."""
    lines, reached = [], []
    x = np.arange(1.0, setting.steps + 1)
    for name, times in zip(setting.cells, measured, strict=True):
        network, look = setting.network(name), OFFERED[name].style
        if network.gated:
            alone = log10_of_mean_gates(times, network.gated.keeps)
            lines.append(Line(prose.common("line gates", label=label(name)), x, alone, look, "theory"))
        elif not objection(network):  # the first steps of the longest run are those of a shorter one
            theory = from_last(_theory(replace(network, steps=MOST))[: setting.steps])
            lines.append(Line(prose.common("line theory", label=label(name)), x, theory, look, "theory"))
        lines.append(Line(label(name), x, left_of(network, times), look))
        reached.append((float(lines[-1].y[0]), label(name)))
    words = layer_texts()._replace(
        layer=prose.common("axis one step"),
        first=prose.common("step number", step="1"),
        layer_title=prose.common("axis before time"),
        gradient_title=prose.common("axis gradient time"),
    )
    frame = layer_charts.Frame(MOST, LOW, HIGH)
    drawing = layer_charts.drawing(lines, frame=frame, floors=FLOORS, texts=words)
    return Position(tuple(lines), drawing, _slots(setting, reached))


def reached(setting: Setting) -> dict[str, str]:
    """What the words of the page say of the chart, without it."""
    ends = [left_of(setting.network(name), _measured(setting, name)[0])[0] for name in setting.cells]
    return _slots(setting, list(zip(map(float, ends), map(label, setting.cells), strict=True)))


def left_of(network: Recurrent, times: Times) -> np.ndarray:
    """log10 of what is left in each step of the last step's gradient: of the LSTM's that of its cell, the long way."""
    return from_last(times.log10_cell if network.cell == "lstm" else times.log10_hidden)


def _slots(setting: Setting, reached: list[tuple[float, str]]) -> dict[str, str]:
    """What the words of the page say of the chart."""
    (least, least_label), (best, best_label) = min(reached), max(reached)
    back = max(1, setting.steps - 1)
    lines = [
        prose.common("reach", label=name, figure=numerals.size(reach), words=numerals.ratio(reach))
        for reach, name in reached
    ]
    return {
        "steps": str(setting.steps),
        "back": str(back),
        "gain": numerals.plain(setting.gain),
        "forget": numerals.plain(setting.forget),
        "forget_gate": numerals.number(1.0 / (1.0 + np.exp(-setting.forget))),
        "scale": numerals.plain(setting.scale),
        "list": "\n".join(f"- {line}" for line in lines),
        "alt_lines": "; ".join(lines),
        "least": least_label,
        "least_figure": numerals.size(least),
        "factors": numerals.listing([f"{numerals.size(reach / back)} ({name})" for reach, name in reached]),
        "best": best_label,
        "best_figure": numerals.size(best),
        "best_log10": str(best),
        "best_factor": numerals.size(best / back),
        "radius": radii(setting.cells, setting.gain),
    }


def recalls(setting: Setting, wait: int) -> list[Recall]:
    """The cells, learning to remember over so many steps, each without and with clipping."""
    return [
        Recall(OFFERED[name].cell, wait, OFFERED[name].initializer, setting.forget, clip)
        for name in setting.cells
        for clip in (False, True)
    ]


@kept()
def learnt(recall: Recall) -> Learnt:
    """A run, kept for whoever starts the same."""
    return learn(recall)


def remembered(setting: Setting, wait: int, done: int) -> Experiment:
    """The accuracy of the runs that are done, of `recalls` in their order, over the updates."""
    lines, said, data = [], [], {}
    places = LOOK * np.arange(0.5, UPDATES // LOOK)
    for k, recall in enumerate(recalls(setting, wait)[:done]):
        name, look = label(setting.cells[k // 2]), OFFERED[setting.cells[k // 2]].style
        if recall.clipped:
            name, look = prose.common("line clipped", label=name), look.opened
        run = learnt(recall)
        accuracy = 100.0 * run.accuracy.reshape(-1, LOOK).mean(axis=1)
        lines.append(Line(name, places, accuracy, look))
        data[name] = accuracy
        if run.diverged:
            said.append(prose.common("recall diverged", label=name, update=str(run.diverged)))
        else:
            share = numerals.percent(float(accuracy[-LAST:].mean()) / 100.0)
            said.append(prose.common("recall", label=name, right=share))
    guess = 100.0 / SYMBOLS
    level = Line(prose.common("line guess"), np.array([0.0, UPDATES]), np.array([guess, guess]), role="chance")
    figure = curves.lines(
        [level, *lines],
        x=curves.Axis(prose.common("axis updates"), 0.0, float(UPDATES)),
        y=curves.Axis(prose.common("axis accuracy"), 0.0, 105.0),
        note=prose.common("recall over", wait=str(wait)),
    )
    slots = {
        "wait": str(wait),
        "symbols": str(SYMBOLS),
        "updates": str(UPDATES),
        "guess": numerals.percent(1.0 / SYMBOLS),
        "most": numerals.plain(CLIP),
        "forget": numerals.plain(setting.forget),
        "lines": "; ".join(said) or prose.common("none"),
        "result": "\n".join(f"- {line}" for line in said) or prose.common("recall none"),
    }
    drawn = {prose.common("axis updates"): places, level.label: np.full(len(places), guess)}
    return Experiment(figure, drawn | data, slots)


@kept()
def radii(cells: tuple[str, ...], gain: float) -> str:
    """The spectral radius of each cell's recurrent matrix."""
    setting = Setting(cells, gain=gain)
    return ", ".join(f"{label(name)} {numerals.number(spectrum(setting.network(name))[0])}" for name in cells)
