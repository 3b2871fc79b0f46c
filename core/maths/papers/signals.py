"""Published results of signals and gradients that pass random networks."""

from core.maths.papers.record import Paper

SIGNALS: tuple[Paper, ...] = ()
