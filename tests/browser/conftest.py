"""A server of our own on 127.0.0.1, a Chromium that talks to nobody else, and one tab of it that stays open."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.server import COUNT, serve, shared

# What Streamlit says itself: it looks for its server below the address of a page first, and for more elsewhere.
MISSING = ("Failed to load resource", "Failed to fetch metrics config", "Undefined metrics config")
# Milliseconds until what is waited for is missing: a busy machine is no failure, and Playwright alone gives it 5000.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
WINDOW, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of the running explorer, the same for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    with shared(own if worker_id == "master" else own.parent) as where:
        yield where


@pytest.fixture
def cold_address() -> Iterator[str]:
    """The address of a server that nobody has visited yet."""
    process, where = serve()
    yield where
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Page]:
    context = counted(browser.new_context())
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def mobile(browser: Browser) -> Iterator[Page]:
    context = counted(browser.new_context(has_touch=True, is_mobile=True))
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """A tab that all tests of a worker use, one after the other: a visit in a new one costs three times as much.

    Each test finds it empty and as it was, and each visit is a new session on the server.
    """
    yield from used(window, WINDOW)


@pytest.fixture
def phone(mobile: Page) -> Iterator[Page]:
    """The same on a phone."""
    yield from used(mobile, PHONE)


@pytest.fixture
def fresh(new_context: CreateContextCallback) -> Page:
    """A tab that nobody has used: for init scripts, which stay, and for what is said of a first visit."""
    return counted(new_context()).new_page()


def counted(context: BrowserContext) -> BrowserContext:
    """Its pages count the runs of their scripts, and are waited for."""
    context.add_init_script(COUNT)
    context.set_default_timeout(PATIENCE)
    return context


def used(tab: Page, size: dict[str, int]) -> Iterator[Page]:
    """The tab for one test, which no error in its console outlives."""
    wrong: list[str] = []

    def thrown(error: Error) -> None:
        wrong.append(str(error))

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(MISSING):
            wrong.append(message.text)

    tab.set_viewport_size(size)
    tab.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference", forced_colors="none")
    tab.on("pageerror", thrown)
    tab.on("console", told)
    yield tab
    tab.remove_listener("pageerror", thrown)
    tab.remove_listener("console", told)
    for other in tab.context.pages:
        if other != tab:
            other.close()
    tab.context.clear_permissions()
    tab.mouse.up()
    if tab.url.startswith("http"):
        tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    tab.goto("about:blank")
    tab.mouse.move(size["width"] - 1, size["height"] - 1)  # where nothing is hovered
    assert wrong == [], "errors in the console"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    path = os.environ.get("CHROMIUM")
    if not path:
        pytest.fail("no browser: run `make test`, or set CHROMIUM to the path of a Chromium")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    # Another name for this machine: as one opens the explorer from another one.
    quiet.append("--host-resolver-rules=MAP class.example 127.0.0.1")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
    return {**browser_type_launch_args, "executable_path": path, "args": flags}
