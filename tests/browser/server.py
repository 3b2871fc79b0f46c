"""Start the explorer on 127.0.0.1, and wait for a page to be ready."""

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page

ROOT = Path(__file__).parents[2]
# Streamlit, which ends when its standard input does: also when the process that has started it was killed.
STREAMLIT = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
from streamlit.web.cli import main
main(prog_name="streamlit")
"""
# An init script: how many runs of its script a page has asked for, and of which of them the end has come back.
# The numbers are those of Streamlit's messages (proto/BackMsg.proto, proto/ForwardMsg.proto), a field and its type.
COUNT = """(() => {
  const RERUN = 11 << 3 | 2, NEW_SESSION = 4 << 3 | 2, FINISHED = 6 << 3, BEFORE = [1 << 3 | 2, 2 << 3 | 2], EARLY = 2;
  const runs = window.runs = {asked: 0, begun: 0, ended: 0}, Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({data}) => {
        const bytes = new Uint8Array(data);
        let at = 0;
        while (BEFORE.includes(bytes[at])) {  // a hash and what is said of the message
          let length = 0, shift = 0;
          do length |= (bytes[++at] & 127) << shift, shift += 7; while (bytes[at] & 128);
          at += 1 + length;
        }
        if (bytes[at] === NEW_SESSION) runs.begun = runs.asked;
        if (bytes[at] === FINISHED && bytes[at + 1] !== EARLY) runs.ended = runs.begun;
      });
    }
    send(data) {
      if (new Uint8Array(data)[0] === RERUN) runs.asked += 1;
      super.send(data);
    }
  };
})()"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(script: str = "app.py", cwd: Path = ROOT, **more: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app on a free port, `more` in its environment; the caller ends the process."""
    port = free_port()
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    command, nothing = [sys.executable, "-c", STREAMLIT, "run", script, *options], subprocess.DEVNULL
    reading, _ = os.pipe()  # its other end closes with this process, whatever ends it
    environment = os.environ | more
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=reading, stdout=nothing, stderr=nothing)
    os.close(reading)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return process, address
    process.kill()
    raise RuntimeError(f"streamlit did not start: {script} {' '.join(options)}")


@contextmanager
def shared(folder: Path) -> Iterator[str]:
    """The address of one server for all processes that name the same folder.

    Who comes first starts it, and ends it when nobody uses it any more. A lock is lost when its process dies.
    """
    note, process = folder / "address", None
    with open(folder / "starting", "w") as starting, open(folder / "using", "w") as using:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not note.exists():
            process, where = serve()
            note.write_text(where)
        fcntl.flock(using, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield note.read_text()
        while process:
            fcntl.flock(starting, fcntl.LOCK_EX)
            try:
                fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # who comes now still finds it
                fcntl.flock(starting, fcntl.LOCK_UN)
                time.sleep(0.1)
            else:
                note.unlink()
                process.terminate()
                process.wait(10)
                process = None


def box_of(part: Locator) -> FloatRect:
    """Where a part of the page is. One that is just being drawn anew has no box: it is asked for again."""
    for _ in range(50):
        part.wait_for(state="visible")
        if box := part.bounding_box():
            return box
    raise AssertionError(f"never seen: {part}")


def becomes(ask: Callable[[], object], wanted: object) -> None:
    """What a page shows when all is drawn: asked for again until it is so, as a busy machine draws late."""
    for _ in range(600):
        if ask() == wanted:
            return
        time.sleep(0.1)
    assert ask() == wanted


def painted(page: Page) -> None:
    """Two frames later: what has been asked for before is on the screen."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def still(page: Page) -> None:
    """Wait until nothing fades or slides any more; what turns for ever does not count."""
    painted(page)
    page.wait_for_function(
        """() => document.getAnimations().every(
            a => a.playState !== 'running' || a.effect.getComputedTiming().endTime === Infinity)"""
    )


def settle(page: Page) -> None:
    """Wait until the page is connected, its script has stopped and nothing is still on its way."""
    page.wait_for_selector('[data-test-connection-state="CONNECTED"]', timeout=60_000)
    painted(page)  # what has been clicked has asked the server by then
    page.wait_for_function("() => !window.runs || runs.asked && runs.asked === runs.ended", timeout=60_000)
    painted(page)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')")
