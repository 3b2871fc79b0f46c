"""What a process holds and has used, as the kernel of Linux tells it."""

import time
from pathlib import Path


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def processor(pid: int) -> float:
    """Seconds that the processors have worked for a process, in its own code and in the kernel."""
    return time.clock_gettime((~pid << 3) | 2)  # the clock of a process, as clock_getcpuclockid(3) numbers it
