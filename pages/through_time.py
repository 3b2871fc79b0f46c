"""Through time: the gradient in networks that use the same weights again at each time step, and gates that keep it."""

from core.experiments import evidence, through_time
from core.maths.cells import lstm, plain
from core.maths.network import WEIGHT_GAIN
from core.maths.optimizers import clipped
from core.maths.recall import WAIT
from core.maths.recurrent import FORGET_BIAS, INPUT_SCALE, STEPS
from core.ui import figures
from core.ui.page import parts
from core.ui.play import measuring
from core.ui.settings import widgets

words = parts.enter("through_time")
ask, show = parts.experiment("time.steps")
with ask:
    offered = {through_time.label(name): name for name in through_time.OFFERED}
    cells = widgets.several(words, "time.cells", offered, [through_time.label(name) for name in through_time.FIRST])
    steps = widgets.slider(words, "time.steps", widgets.between(STEPS, 1, through_time.MOST, 50), drives=True)
    gain = widgets.slider(words, "time.gain", widgets.between(WEIGHT_GAIN, 0.1, 3.0))
    parts.section(words, "radius", radius=through_time.radii(tuple(cells), gain))
    forget = widgets.slider(words, "time.forget", widgets.between(FORGET_BIAS, -2.0, 6.0), drives=True)
    size = widgets.slider(words, "time.input", widgets.between(INPUT_SCALE, 0.0, 3.0))
setting = through_time.Setting(tuple(cells), steps, gain, forget, size)
gradient = through_time.through_time(setting)
with show:
    figures.show(gradient, words, "alt", key="time.gradient")
parts.tries(
    words,
    {
        "long": {"time.cells": ["Tanh", "LSTM"], "time.steps": 100, "time.gain": 1.0, "time.forget": 1.0},
        "open": {"time.cells": ["Tanh", "LSTM", "GRU"], "time.steps": 100, "time.gain": 1.0, "time.forget": 5.0},
        "grow": {"time.cells": ["Tanh", "ReLU", "LSTM"], "time.steps": 100, "time.gain": 1.5, "time.forget": 1.0},
    },
    chart="time.gradient",
    slots=gradient.slots,
)

parts.section(words, "same")
parts.formula("unrolled", through_time.FORWARD)
parts.section(words, "cell")
parts.formula("cell", through_time.CELL)
parts.section(words, "back")
parts.formula("back", through_time.BACKWARD)
parts.section(words, "repeated")
parts.section(words, "gates")
parts.formula("gates", through_time.GATES)
parts.section(words, "kept", **gradient.slots)

parts.section(words, "recall", **through_time.remembered(setting, 5, 0).slots)
ask, show = parts.experiment("time.wait")
with ask:
    wait = widgets.slider(words, "time.wait", WAIT)
    started = widgets.switch(words, "time.learn")
with show:
    runs = through_time.recalls(setting, wait) if started else []
    recall = through_time.remembered(setting, wait, measuring.worked(runs, "time.work", through_time.learnt))
    figures.show(recall, words, "alt recall", key="time.recall")
    parts.section(words, "recalled", **recall.slots)

parts.rest(words, gradient.slots | evidence.through_time(), code=(plain, lstm, clipped))
