"""A server of our own on 127.0.0.1 and a Chromium that talks to nobody else."""

import os
from collections.abc import Iterator

import pytest

from tests.browser.server import serve


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of the running explorer."""
    process, where = serve()
    yield where
    process.terminate()
    process.wait(10)


@pytest.fixture
def cold_address() -> Iterator[str]:
    """The address of a server that nobody has visited yet."""
    process, where = serve()
    yield where
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    path = os.environ.get("CHROMIUM")
    if not path:
        pytest.fail("no browser: run `make test`, or set CHROMIUM to the path of a Chromium")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
    return {**browser_type_launch_args, "executable_path": path, "args": flags}
