"""The laboratory: any network, measured and predicted, beside another one."""

from core.experiments import critical, evidence, laboratory, measurements
from core.maths.facts import SMALL_SHARE
from core.maths.meanfield import predicted
from core.maths.moments import averages
from core.maths.normalization import normalized, normalized_gradient
from core.maths.saturation import LINES
from core.ui import figures
from core.ui.page import parts
from core.ui.play import measuring
from core.ui.settings import networks, widgets
from core.ui.teach import predicting

words = parts.enter("laboratory")
ask, show = parts.experiment("lab.depth")
with show:
    view = widgets.choice(words, "lab.view", {words(f"view {name}"): name for name in laboratory.VIEWS}, "delta")
    line = widgets.percent(words, "lab.line", LINES, SMALL_SHARE) if view == "saturated" else SMALL_SHARE
with ask:
    chosen = networks.ensemble(words, "lab.")
    other = networks.comparison(words, "lab.other", chosen, "lab.")
    ensembles = [chosen, other] if other else [chosen]
    kind = measurements.one if line == SMALL_SHARE else measurements.saturation
    subjects = laboratory.subjects(ensembles, measuring.measured(ensembles, "lab", kind))
with show:
    chart = laboratory.by_layer(subjects, view, line)
    first = laboratory.subject_slots(subjects[0])
    predicting.ask("laboratory", laboratory.verdicts(chosen.network.residual), first["verdict"], **first)
    for subject in subjects:
        parts.metrics(words, laboratory.subject_slots(subject), reach="reach", words="in_words", factor="per_layer")
    figures.show(chart, words, "alt", key="lab.chart")
    answer = critical.answer(chosen.network, networks.OFFERED["weight_gain"])
    parts.section(words, "cure", cure=answer.words)
    networks.cured("lab.", answer.button, answer.gain)
parts.tries(
    words,
    {
        "edge": {"lab.activation": "Tanh", "lab.initializer": "Glorot (Xavier)", "lab.gain": 1.0, "lab.depth": 200},
        "widths": {"lab.activation": "Tanh", "lab.gain": 1.0, "lab.depth": 100, "lab.profile": "Zigzag"},
        "batch": {
            "lab.activation": "ReLU",
            "lab.initializer": "He (Kaiming)",
            "lab.normalization": "BatchNorm",
            "lab.depth": 100,
        },
    },
    chart="lab.chart",
    slots=chart.slots,
)

parts.section(words, "inside")
for subject in subjects:
    inside = laboratory.distributions(subject.network, subject.letter)
    key = f"lab.inside.{subject.letter}".rstrip(".")
    figures.show(inside, words, "alt inside", key=key)

parts.take_away(words, "lab.take", laboratory.files(subjects))
parts.rest(
    words,
    chart.slots | evidence.laboratory(),
    code=(predicted, averages, normalized, normalized_gradient),
)
