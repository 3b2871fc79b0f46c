"""The explorer and the bare page, side by side, on 127.0.0.1."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import browser_type_launch_args
from tests.browser.server import serve

__all__ = ["browser_type_launch_args"]


@pytest.fixture(scope="session")
def addresses() -> Iterator[dict[str, str]]:
    """Of the explorer's front page and of the bare page, each on a server of its own.

    The bare page runs with Streamlit's own settings, as it would for anybody: those in .streamlit/ are part of
    what the explorer does to be fast (above all, no forced garbage collection after every run).
    """
    servers = {"explorer": serve("app.py"), "bare": serve("bare_page.py", cwd=Path(__file__).parent)}
    yield {name: address for name, (_, address) in servers.items()}
    for process, _ in servers.values():
        process.terminate()
        process.wait(10)
