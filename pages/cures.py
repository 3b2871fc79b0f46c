"""Cures: one sick network, and each cure alone, in one table and one chart."""

from core.experiments import cures, evidence
from core.maths.cures import treated
from core.maths.optimizers import bounded, clipped
from core.ui import figures, state
from core.ui.page import parts
from core.ui.play import opening, rerunning
from core.ui.settings import widgets
from core.ui.teach import predicting

words = parts.enter("cures")
ask, show = parts.experiment("cures.depth")
with ask:
    patient = widgets.choice(words, "cures.patient", cures.patients(), "vanishes")
    depth = int(widgets.scale(words, "cures.depth", cures.DEPTHS, "10"))
    shown = tuple(widgets.several(words, "cures.shown", cures.labels(), [cures.label(name) for name in cures.FIRST]))
chart = cures.gradient(patient, depth, shown)
with show:
    predicting.ask("cures", *cures.question(patient, depth, shown), **chart.slots)
    parts.metrics(words, chart.slots, sick="sick_reach", best="best_reach")
    figures.show(chart, words, "alt", key="cures.chart")
parts.tries(
    words,
    {
        "step": {"cures.patient": "Vanishes", "cures.shown": ["Adam", "Clipping"]},
        "deep": {"cures.depth": "20", "cures.shown": ["LayerNorm", "BatchNorm", "Residual"]},
        "explodes": {"cures.patient": "Explodes", "cures.shown": ["LayerNorm", "Residual", "Clipping"]},
    },
    chart="cures.chart",
    slots=chart.slots,
)

parts.section(words, "contest", **chart.slots)
room = rerunning.controls(words, "cures", cures.every(patient, depth))
run = state.reruns("cures").done
slots = chart.slots | cures.told(patient, depth, shown, run)
parts.table(cures.table(patient, depth, run), alt=words("alt table", **slots))
parts.section(words, "verdicts", **slots)
for name in shown:
    opening.watched(cures.Case(patient, depth, name).run, cures.label(name))
parts.section(words, "judged", **slots)

parts.rest(words, slots | evidence.cures(), code=(treated, bounded, clipped))
rerunning.work("cures", room, cures.trial, cures.progress)
