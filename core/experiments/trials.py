"""What takes long and grows while somebody waits for it, piece by piece; kept, it is there for all who ask next."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.experiments import turns

Result = TypeVar("Result")
Steps = Generator[float, None, Result]  # yields the share that is done, returns the result


@dataclass
class Trial(Generic[Result]):
    """A computation as far as it has got: which share is done, in how many seconds; in the end what was computed."""

    run: Callable[[], Steps[Result]]
    steps: Steps[Result] | None = None
    share: float = 0.0
    seconds: float = 0.0
    computed: Result | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def work(trial: Trial[Result]) -> None:
    """Take a trial one step further, one large computation at a time."""
    with trial.lock, turns.LARGE:
        if trial.computed is not None:
            return
        began = time.perf_counter()
        trial.steps = trial.steps or trial.run()
        try:
            trial.share = next(trial.steps)
        except StopIteration as end:
            trial.computed, trial.steps = end.value, None
        except BaseException:  # whoever asks next begins anew
            trial.steps = None
            raise
        finally:
            trial.seconds += time.perf_counter() - began
