"""Start the explorer on 127.0.0.1, and wait for a page to be ready."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]


def serve(script: str = "app.py", cwd: Path = ROOT) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app on a free port; the caller ends the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true", "--server.address=127.0.0.1"]
    process = subprocess.Popen(
        [*command, f"--server.port={port}"], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
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
    raise RuntimeError(f"streamlit did not start: {' '.join(command)}")


def settle(page: Page) -> None:
    """Wait until the page is connected, its script has stopped and nothing is still on its way."""
    page.wait_for_selector('[data-test-connection-state="CONNECTED"]', timeout=60_000)
    page.wait_for_timeout(150)  # a script that a click has asked for has begun by then
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')")
