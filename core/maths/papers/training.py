"""Published results of networks that learn."""

from core.maths.papers.record import Paper

TRAINING: tuple[Paper, ...] = ()
