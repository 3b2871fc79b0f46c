"""Any network, measured over several seeds, beside its theory, and beside another network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from core.charts import curves, histograms, layers, theme
from core.charts.theme import Line
from core.experiments import Experiment, layer_texts, style
from core.experiments.gaps import apart
from core.experiments.gradients import last
from core.experiments.kept import WORDS, kept
from core.experiments.measurements import expected, one, predicted, relative, saturation, together
from core.experiments.notebooks import notebook
from core.experiments.scripts import numpy_script, torch_script
from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS
from core.maths.diagnosis import STABLE, Diagnosis, diagnosed
from core.maths.ensemble import Ensemble, spread
from core.maths.facts import SMALL_SHARE, small
from core.maths.histograms import histograms as counted
from core.maths.meanfield import Prediction, chi, depth_scale, fixed_point, objection, phase, saturated_share
from core.maths.network import FIELDS, Layers, Network
from core.maths.numbers import Number
from core.maths.saturation import LINES
from core.maths.weights import variance_of_biases
from core.words import numerals, prose
from core.words.tables import csv_of

FLOORS = tuple((f.name, f.log10_smallest) for f in FORMATS if f.name != "float64")

# What the chart can show: the column of Layers, which theory calls the same, and its axis.
VIEWS: dict[str, tuple[str, str]] = {
    "delta": ("log10_delta", "log"),
    "weights": ("log10_weight_gradient", "log"),
    "spread": ("preactivation_rms", "log of"),
    "deviation": ("activation_std", "log of"),
    "mean": ("relative_mean", "part"),
    "saturated": ("saturated", "share"),
    "dead": ("dead", "share"),
}
DEEPEST = 200  # layers that the pages offer, and that the charts have room for
RANGES = {"log": (-20.0, 10.0), "log of": (-10.0, 10.0)}  # log10, of the axes, which stand still
LINEAR = {"share": ((-4.0, 104.0), " %"), "part": ((-1.08, 1.08), "")}  # ends of the axis, unit
BINS = 60
MANY, ALONE = 0.05, 0.9  # dead units that need a word; the share of a cause that acts nearly alone
REACH, INSIDE = 5.0, (-10.0, 5.0)  # of the histograms: of pre-activations, log10 of gradients


@dataclass(frozen=True)
class Subject:
    """What is compared: an ensemble, of which `done` networks have been measured, under its letter."""

    letter: str
    ensemble: Ensemble
    done: int

    @property
    def network(self) -> Network:
        return self.ensemble.network

    @property
    def measured(self) -> list[Layers]:
        return [one(network) for network in self.ensemble.members[: self.done]]

    @property
    def relative(self) -> list[Layers]:
        return [relative(layers) for layers in self.measured]

    def by_line(self, line: float) -> list[Layers]:
        """The same, where a unit is saturated below this share of the largest slope, one of LINES."""
        if line == SMALL_SHARE:  # as it is measured
            return self.measured
        column = LINES.index(line)
        networks = self.ensemble.members[: self.done]
        return [replace(one(network), saturated=saturation(network)[:, column]) for network in networks]

    @property
    def label(self) -> str:
        return f"{self.letter} {ACTIVATIONS[self.network.activation].label}".strip()

    @property
    def style(self) -> theme.Style:
        own = style(self.network.activation)
        return own.opened if self.letter == "B" else own

    @property
    def diagnosis(self) -> Diagnosis:
        return diagnosed(self.network, self.relative, expected(self.network))


def subjects(ensembles: Sequence[Ensemble], done: Sequence[int]) -> tuple[Subject, ...]:
    """The networks under comparison, called A and B; one alone needs no letter."""
    letters = "AB" if len(ensembles) > 1 else ("",)
    return tuple(Subject(letter, e, n) for letter, e, n in zip(letters, ensembles, done, strict=True))


@kept()
def by_layer(subjects: tuple[Subject, ...], view: str, line: float = SMALL_SHARE) -> Experiment:
    """One column of what was measured, median and spread over the seeds, beside the theory.

    `line`: in the view "saturated", the share of the largest slope below which a unit is; one of LINES.
    """
    deepest = max(subject.network.depth for subject in subjects)
    data = {prose.common("column layer"): np.arange(1.0, deepest + 1)}
    lines: list[Line] = []
    scale, what = VIEWS[view][1], prose.common(f"axis view {view}")
    what = what if scale in LINEAR else prose.common("column logarithm", what=what)
    for subject in subjects:
        rows = _rows(subject, view, line)
        lines += _lines(subject, rows)
        for name, values in rows.items():
            data[f"{subject.label}, {prose.common(f'column {name}')}: {what}"] = _padded(values, deepest)
    room = max(deepest, DEEPEST)
    if scale in LINEAR:
        (low, high), unit = LINEAR[scale]
        figure = curves.lines(
            [replace(line, x=layers.before(line)) for line in lines],
            x=curves.Axis(prose.common("axis before"), 1.02 * room, -0.02 * room),
            y=curves.Axis(prose.common(f"axis view {view}"), low, high),
            hover=f"%{{x}}: %{{y:.3g}}{unit}",
        )
    else:
        frame, floors = layers.Frame(room, *RANGES[scale]), FLOORS if scale == "log" else ()
        figure = layers.gradient_by_layer(lines, frame=frame, floors=floors, texts=layer_texts(f"view {view}"))
    said = slots(subjects)
    if view == "saturated":
        said["drawn"] = " ".join([said["drawn"], *dict.fromkeys(line_words(each.network, line) for each in subjects)])
    if view == "dead":
        said["drawn"] = " ".join([said["drawn"], *filter(None, dict.fromkeys(map(dead_words, subjects)))])
    return Experiment(figure, data, said)


def _rows(subject: Subject, view: str, line: float) -> dict[str, np.ndarray]:
    """Median, lowest and highest of what was measured, and what theory has to say of it, as the axis shows them."""
    column, scale = VIEWS[view]
    over_seeds = spread(subject.by_line(line) if view == "saturated" else subject.relative, column)
    rows = {"median": over_seeds.median, "lowest": over_seeds.low, "highest": over_seeds.high}
    theory = _theory(subject.network, view, line)
    if theory is not None:
        rows["theory"] = theory
    return {name: _scaled(values, scale) for name, values in rows.items()}


def _theory(network: Network, view: str, line: float) -> np.ndarray | None:
    if view == "dead":
        batch = together(network)
        return batch.dead if batch else None
    theory = expected(network)
    if view == "saturated" and theory:
        std = np.clip(theory.preactivation_rms, 1e-300, 1e300)
        return saturated_share(network.activation, std, line, **network.parameters)
    return getattr(theory, VIEWS[view][0]) if theory else None


def _lines(subject: Subject, rows: Mapping[str, np.ndarray]) -> list[Line]:
    """The median with its band if there are several seeds, after the theory."""
    x = np.arange(1.0, subject.network.depth + 1)
    band = (rows["lowest"], rows["highest"]) if subject.done > 1 else None
    median = Line(subject.label, x, rows["median"], subject.style, band=band)
    if "theory" not in rows:
        return [median]
    name = prose.common("line theory", label=subject.label)
    return [Line(name, x, rows["theory"], subject.style, "theory"), median]


def _padded(values: np.ndarray, length: int) -> np.ndarray:
    """Up to a length with nan, as the columns of a table are equally long."""
    return np.concatenate([values, np.full(length - len(values), np.nan)])


def _scaled(values: np.ndarray, scale: str) -> np.ndarray:
    if scale == "share":
        return 100.0 * values
    if scale == "log of":
        with np.errstate(divide="ignore"):
            return np.log10(values)
    return values


def slots(subjects: Sequence[Subject]) -> dict[str, str]:
    """The computed words about all networks together."""
    each = [subject_slots(subject) for subject in subjects]
    several = [subject.done for subject in subjects if subject.done > 1]
    return {
        "list": "\n\n".join(words["diagnosis"] for words in each),
        "alt_lines": "; ".join(f"{words['name']}: {words['reach']} ({words['in_words']})" for words in each),
        "depth": str(max(subject.network.depth for subject in subjects)),
        "seeds": each[0]["seeds"],
        "drawn": prose.common("drawn several" if several else "drawn one", seeds=str(max(several, default=1))),
    }


@kept(limit=WORDS)
def subject_slots(subject: Subject) -> dict[str, str]:
    """The diagnosis of one network in words."""
    network, diagnosis = subject.network, subject.diagnosis
    words = reached(subject, diagnosis)
    sentences = [prose.common(f"diagnosis {diagnosis.verdict}", **words)]
    if diagnosis.verdict in ("vanishing", "exploding"):
        lost = ", ".join(f"{name} {numerals.whole(depth)}" for name, depth in diagnosis.lost.items() if depth)
        sentences.append(prose.common(f"diagnosis lost {diagnosis.verdict}", list=lost))
    sentences += [_phase(network), apart(network, diagnosis)]
    return words | {"diagnosis": f"**{words['name']}.** " + " ".join(filter(None, sentences))}


def line_words(network: Network, line: float) -> str:
    """What a line between saturated and not means for the function of a network: where it is, and f there."""
    entry = ACTIVATIONS[network.activation]

    pieces = []
    for low, high in small(network.activation, line, **network.parameters):
        kind, edge = ("below", high) if low == -np.inf else ("above", low) if high == np.inf else ("between", low)
        value = numerals.plain(float(entry.value(edge, **network.parameters)))
        pieces.append(prose.common(f"small {kind}", low=numerals.plain(low), high=numerals.plain(high), value=value))
    where = "; ".join(pieces) or prose.common("nowhere")
    return prose.common("saturated where", share=numerals.percent(line), label=entry.label, where=where)


def dead_words(subject: Subject) -> str:
    """Why many units of the last layer are dead, where theory knows a reason; else nothing."""
    batch = together(subject.network)
    if not batch or batch.dead[-1] < MANY:
        return ""
    cause = "bias" if batch.biased[-1] > ALONE else "alike" if batch.correlation[-1] > ALONE else "alone"
    return prose.common(
        f"dead {cause}",
        label=subject.label,
        dead=numerals.percent(float(batch.dead[-1])),
        biased=numerals.percent(float(batch.biased[-1])),
        correlation=numerals.number(float(batch.correlation[-1])),
    )


def reached(subject: Subject, diagnosis: Diagnosis) -> dict[str, str]:
    """What the network is called, and what becomes of its gradient."""
    dead = diagnosis.verdict == "dead"
    return {
        "label": subject.label,
        "letter": subject.letter,
        "name": ": ".join(part for part in (subject.letter, described(subject.ensemble)) if part),
        "reach": numerals.size(diagnosis.decades),
        "within": numerals.number(10.0**STABLE),
        "in_words": numerals.ratio(diagnosis.decades),
        "per_layer": numerals.number(0.0) if dead else numerals.size(diagnosis.per_layer),
        "decades": "∞" if dead else numerals.plain(abs(diagnosis.per_layer)),
        "seeds": str(subject.done),
        "depth": str(subject.network.depth),
        "verdict": _verdict(diagnosis.verdict),
    }


def verdicts(residual: bool) -> list[str]:
    """What may become of a gradient, in a few words each."""
    names = ("vanishing", "stable", "exploding", "dead", *(["still"] if residual else []))
    return [_verdict(name) for name in names]


def _verdict(name: str) -> str:
    within = numerals.number(10.0**STABLE)
    return prose.common("verdict within", within=within) if name == "stable" else prose.common(f"verdict {name}")


def _phase(network: Network) -> str:
    """What theory says of an ever deeper network of this kind; nothing for normalized, skipped or uneven layers."""
    if network.normalization or network.residual or network.profile != "constant" or objection(network):
        return ""
    name, given, w = network.activation, network.parameters, network.weight_variance
    factor = chi(name, fixed_point(name, w, variance_of_biases(network, network.width), **given), w, **given)
    scale = numerals.number(depth_scale(factor))
    return prose.common(f"phase {phase(factor) if factor else 'zero'}", chi=numerals.beside_one(factor), scale=scale)


def described(ensemble: Ensemble) -> str:
    """A network in a few words: activation, depth, width, weights, and what is unusual."""
    network = ensemble.network
    numbers = [field for field in FIELDS if isinstance(field.kind, Number)]
    slots = {field.key: numerals.plain(getattr(network, field.name)) for field in numbers}
    texts = []
    for field in FIELDS:
        entry = field.entry(network)
        if field.told(network) and entry:
            given = getattr(network, field.parameters) if field.parameters else {}
            symbols = [f"{p.symbol} = {numerals.plain(given[p.name])}" for p in entry.parameters] if given else []
            texts.append(" ".join([entry.label, *symbols]))
        elif field.told(network):
            texts.append(prose.common(f"described {field.key}", **slots))
    return ", ".join(texts)


def series(subjects: Sequence[Subject]) -> dict[str, np.ndarray]:
    """Everything that was measured and predicted, as columns; shorter networks are padded with nan."""
    deepest = max(subject.network.depth for subject in subjects)
    columns: dict[str, np.ndarray] = {"layer": np.arange(1.0, deepest + 1)}
    for subject in subjects:
        for column in (field.name for field in fields(Layers)):
            for network, measurement in zip(subject.ensemble.members, subject.measured, strict=False):
                name = f"{subject.letter} {column} seed {network.seed}"
                columns[name] = _padded(getattr(measurement, column), deepest)
        prediction = predicted(subject.network)
        theory = {field.name: getattr(prediction, field.name) for field in fields(Prediction) if prediction}
        if batch := together(subject.network):
            theory["dead"] = batch.dead
        columns |= {f"{subject.letter} {name} theory": _padded(values, deepest) for name, values in theory.items()}
    return columns


def files(subjects: Sequence[Subject]) -> dict[str, Callable[[], str]]:
    """What can be taken away: everything as a table, and the first network as scripts and as a notebook."""
    network = subjects[0].network
    return {
        "series.csv": lambda: csv_of(series(subjects)),
        "numpy.py": lambda: numpy_script(network),
        "torch.py": lambda: torch_script(network),
        "notebook.ipynb": lambda: notebook(network),
    }


@kept()
def distributions(network: Network, letter: str) -> Experiment:
    """Histograms of a few layers of one network, from the first to the last, and what they show in words."""
    edges = np.linspace(*INSIDE, BINS + 1)
    counts = counted(network, np.linspace(-REACH, REACH, BINS + 1), edges + last(one(network).log10_delta))
    chosen = sorted({round(1 + k * (network.depth - 1) / 4) for k in range(5)})
    names = [prose.common("layer number", layer=str(l)) for l in chosen]
    z, delta = counts.preactivation[np.array(chosen) - 1], counts.gradient[np.array(chosen) - 1]
    zeros = [counts.zero[l - 1] for l in chosen]
    subject = Subject(letter, Ensemble(network, 1), 1)
    figure = histograms.rows(
        names,
        (counts.preactivation_edges, z),
        (edges, delta),
        [prose.common("note zero", share=numerals.percent(zero)) if zero else "" for zero in zeros],
        subject.style,
        left_title=prose.common("axis histogram z"),
        right_title=prose.common("axis histogram delta"),
    )
    spreads = one(network).preactivation_rms
    lines = [
        prose.common(
            "histogram line", layer=name, spread=numerals.number(float(spreads[l - 1])), zero=numerals.percent(zero)
        )
        for l, name, zero in zip(chosen, names, zeros, strict=True)
    ]
    middles = [0.5 * (ends[1:] + ends[:-1]) for ends in (counts.preactivation_edges, edges)]
    data = {"z": middles[0]} | {f"z, {name}": row for name, row in zip(names, z, strict=True)}
    data |= {prose.common("column histogram delta"): middles[1]}
    data |= {f"δ, {name}": row for name, row in zip(names, delta, strict=True)}
    return Experiment(figure, data, {"label": subject.label, "lines": "; ".join(lines)})
