"""The papers, run again: published results, what is computed now, and whether the two agree."""

from core.experiments import evidence, papers
from core.maths.papers import PAPERS, check, judged
from core.ui import figures, state
from core.ui.page import parts
from core.ui.play import rerunning
from core.ui.settings import widgets
from core.ui.share import citing

words = parts.enter("papers")
run = state.reruns("papers").done
ask, show = parts.experiment("papers.row", "papers.run", "papers.all", "papers.room")
with ask:
    name = widgets.listed(words, "papers.row", papers.labels(), "cs231n_tanh")
    room = rerunning.controls(words, "papers", PAPERS, name)
chart = papers.result(name, name in run)
slots = chart.slots | papers.summary(run)
with show:
    parts.metrics(words, slots, verdict="verdict", took="took")
    figures.show(chart, words, "alt", key="papers.chart")
parts.tries(
    words,
    {
        "shrinks": {"papers.row": "He 2015: filters"},
        "fluctuates": {"papers.row": "Hanin 2020"},
        "overflows": {"papers.row": "Howard 2019"},
    },
    chart="papers.chart",
    slots=slots,
)

parts.section(words, "row", **slots)
citing.details(words, "papers", name)
parts.section(words, "every", **slots)
parts.table(papers.table(run), alt=words("alt table", **slots))

parts.rest(words, slots | evidence.papers(), code=(check, judged))
rerunning.work("papers", room, papers.trial, papers.progress)
