"""Published results to run again, one record each: `check(PAPERS[name])` says which of its numbers come out.

Nothing here is a stored answer: each `run` computes with what the pages compute with. They are grouped by how they are
run: `signals` passes random networks, `closed` evaluates theory, `training` learns, `geometry` looks at Jacobians.
"""

from core.maths.papers.closed import CLOSED
from core.maths.papers.geometry import GEOMETRY
from core.maths.papers.record import Outcome, Paper, Source, Value, check, judged
from core.maths.papers.signals import SIGNALS
from core.maths.papers.training import TRAINING

PAPERS: dict[str, Paper] = {paper.name: paper for paper in (*SIGNALS, *CLOSED, *TRAINING, *GEOMETRY)}

__all__ = ["PAPERS", "Outcome", "Paper", "Source", "Value", "check", "judged"]
