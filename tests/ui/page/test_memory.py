"""Memory that is given back does not stay in a pool for each thread; asked of the C library of a process of its own."""

import re
import subprocess
import sys

import pytest

THREADS = """
import ctypes, threading
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
if {spare}:
    from core.ui.page import memory
    assert memory.spare()
together = threading.Barrier(12)
def work():
    libc.malloc(1000)
    together.wait(30)
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w")))
libc.fflush(None)
"""
LARGE = """
import gc
import numpy as np
from core.ui.page import memory
from tests.load.process import resident
import os
if {spare}:
    assert memory.spare()
def held():
    return resident(os.getpid())
np.ones(3 * 2**20)  # 24 MiB given back: from now on the C library, left alone, keeps what is smaller
before = held()
arrays = [np.ones(5 * 2**19 + k) for k in range(6)]  # 20 MiB each
keeps = np.ones(10_000)  # behind them, so that the pool does not end before it
full = held()
del arrays
print(full - before, held() - before)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's settings")


def output(script: str, *, spare: bool) -> str:
    command = [sys.executable, "-c", script.format(spare=spare)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_many_threads_share_two_pools():
    pools = {spare: len(re.findall("<heap ", output(THREADS, spare=spare))) for spare in (True, False)}
    assert pools[True] <= 3  # the first thread's own among them
    assert pools[False] > 3, "without it there are more: the test can fail"


def test_what_is_large_goes_back_to_the_system():
    for spare in (True, False):
        full, left = map(float, output(LARGE, spare=spare).split())
        assert full > 110
        assert (left < 10) == spare, "without it, it stays: the test can fail"
