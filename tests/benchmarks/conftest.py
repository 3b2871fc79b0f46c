"""The explorer and the bare page, side by side, on 127.0.0.1."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from tests.browser.conftest import browser_type_launch_args
from tests.browser.server import serve

__all__ = ["browser_type_launch_args"]


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, tuple[Popen[bytes], str]]]:
    """The explorer and the bare page, each on a server of its own: its process and its address.

    The bare page runs with Streamlit's own settings, as it would for anybody: those in .streamlit/ are part of
    what the explorer does to be fast (above all, no forced garbage collection after every run).
    """
    started = {"explorer": serve("app.py"), "bare": serve("bare_page.py", cwd=Path(__file__).parent)}
    yield started
    for process, _ in started.values():
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def addresses(servers: dict[str, tuple[Popen[bytes], str]]) -> dict[str, str]:
    return {name: address for name, (_, address) in servers.items()}


@pytest.fixture(scope="session")
def processes(servers: dict[str, tuple[Popen[bytes], str]]) -> dict[str, int]:
    """Their ids."""
    return {name: process.pid for name, (process, _) in servers.items()}
