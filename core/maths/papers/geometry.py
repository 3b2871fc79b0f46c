"""Published results about Jacobians, dead networks, and gradients as noise."""

from core.maths.papers.record import Paper

GEOMETRY: tuple[Paper, ...] = ()
