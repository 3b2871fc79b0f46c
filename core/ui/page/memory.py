"""What the C library keeps of memory that was given back: little, so that a process with many readers stays small.

Every run of a page is a thread. glibc gives threads up to eight pools per core, keeps in each of them what it once
held, and lets ever larger arrays, of up to 32 MiB, go there as soon as one has been given back. After some hundred
changes three quarters of what such a server held was free memory. So there are no more pools than there are by the
first visit, and arrays that are large go back to the system at once, which clears them for whoever is next.
"""

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # as malloc.h calls them
LARGE = 2**20  # bytes: with 16 times as much a server held a tenth more after a thousand changes, and was no faster
SETTINGS = {ARENA_MAX: 2, MMAP_THRESHOLD: LARGE, TRIM_THRESHOLD: 2 * LARGE}


def spare() -> bool:
    """Once in a process: whether it was understood, as by glibc alone."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # another library may have none
    return mallopt is not None and all(mallopt(*setting) for setting in SETTINGS.items())
