"""The browser's Back: one action is one step, and what it shows is the page as it was."""

from collections.abc import Callable

from playwright.sync_api import Page

from core.ui.sections import MENU
from tests.browser.server import settle
from tests.browser.test_browser import MAIN, visit

# The words of a page and what its controls are set to.
SHOWN = f"""() => [
    ...[...document.querySelectorAll('{MAIN} h1, {MAIN} [data-testid="stMarkdownContainer"]')].map(e => e.innerText),
    ...[...document.querySelectorAll('{MAIN} input')].map(e => e.value),
    ...[...document.querySelectorAll('{MAIN} [aria-checked="true"], {MAIN} [aria-selected="true"]')]
        .map(e => e.innerText)]"""


class Reader:
    """Who does one thing after the other, and goes back."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.left: list[tuple[str, list[str]]] = []  # address and page before each action

    def move(self, key: str, name: str) -> None:
        """A slider by hand: this changes the page that is there."""
        self._act(lambda: self.page.locator(f".st-key-{key}").get_by_role("slider").press(name), 0)

    def click(self, key: str, number: int = 0) -> None:
        """A button, which sets controls."""
        self._leave(lambda: self.page.locator(f".st-key-{key} button").nth(number).click())

    def go(self, name: str) -> None:
        """To another page, by the menu."""
        place = [section.page for section in MENU].index(name)
        self._leave(lambda: self.page.locator('[data-testid="stSidebarNavLink"]').nth(place).click())

    def _leave(self, act: Callable[[], None]) -> None:
        before = self.page.url, self.page.evaluate(SHOWN)
        self._act(act, 1)
        self.left.append(before)

    def _act(self, act: Callable[[], None], steps: int) -> None:
        at, length = self.page.url, self.page.evaluate("() => history.length")
        act()
        self.page.wait_for_function("at => location.href !== at", arg=at)
        settle(self.page)
        assert self.page.evaluate("() => history.length") - length == steps, self.page.url


def test_one_action_is_one_step_of_back_which_shows_the_page_as_it_was(fresh: Page, address: str) -> None:
    visit(fresh, address, "backpropagation?chain.step=8")
    reader = Reader(fresh)
    reader.move("chain-neurons", "ArrowRight")
    assert "chain.step=10" in fresh.url  # it goes along to the end, and that is no step of its own
    reader.click("try", 2)
    reader.go("laboratory")
    reader.click("lab-other-keep")
    reader.move("lab-depth", "ArrowLeft")
    reader.click("lab-other-exchange")
    reader.go("backpropagation")
    reader.go("relu_variants")
    reader.click("try", 1)
    for where, shown in reversed(reader.left):
        fresh.go_back()
        settle(fresh)
        assert fresh.url == where
        assert fresh.evaluate(SHOWN) == shown
