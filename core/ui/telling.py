"""What the log says: a line of JSON for each request that was refused or took long, and nothing of who asked."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from core.ui import record

SLOW = 1.0  # seconds; what takes longer is told
log = logging.getLogger("explorer")
if not log.handlers:  # to stderr
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)


@contextmanager
def told(page: str, clock: Callable[[], float] = time.perf_counter) -> Iterator[None]:
    """A run of a page, of which a line tells if something was refused in it or if its answer took long."""
    begun = clock()
    record.nothing()
    try:
        yield
    finally:
        run = record.page()
        taken, refused = ((run and run.answered) or clock()) - begun, run.refused if run else {}
        if refused:
            tell("refused", page=page, refused=refused, ms=1000 * taken)
        elif taken > SLOW:
            tell("slow", page=page, ms=1000 * taken)


def tell(what: str, *, ms: float, **more: object) -> None:
    """A line: when, what, more about it, and how many milliseconds it took."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    log.info(json.dumps({"time": now, "what": what, **more, "ms": round(ms)}))
