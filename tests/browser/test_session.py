"""A session that ends: what was answered and where a film stands are there in the next one, and in no other browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import settle
from tests.browser.test_browser import visit

# An init script: the connections of a page; once it forgets, the next one asks for a session of its own.
SOCKETS = """(() => {
  const Plain = WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Plain {
    constructor(url, protocols) { super(url, window.forgets ? protocols.slice(0, 2) : protocols); sockets.push(this); }
  };
})()"""


def test_a_film_stands_where_it_stood_when_the_page_is_loaded_again_and_when_its_session_was_forgotten(
    fresh: Page, address: str
) -> None:
    fresh.add_init_script(SOCKETS)
    visit(fresh, address, "watch_it_learn")
    assert fresh.evaluate("() => runs.asked") == 1, "a first visit costs nothing"
    step = fresh.locator(".st-key-learn-step button")
    progress = fresh.locator('.st-key-learn-progress [data-testid="stProgress"]')
    for number in (1, 2):
        step.click()
        expect(progress).to_contain_text(f"Step {number} of")
        settle(fresh)
    fresh.reload()
    expect(progress).to_contain_text("Step 2 of")
    settle(fresh)
    fresh.evaluate("() => { window.forgets = true; sockets.at(-1).close(); }")
    fresh.wait_for_function("() => sockets.length > 1 && sockets.at(-1).readyState === 1")
    settle(fresh)
    step.click()
    fresh.wait_for_function("() => runs.asked > 3")  # the step, and what the browser has kept
    settle(fresh)
    expect(progress).to_contain_text("Step 2 of")
    step.click()
    expect(progress).to_contain_text("Step 3 of")


@pytest.mark.slow
def test_the_score_goes_along_to_the_next_tab_which_asks_all_the_same(page: Page, address: str) -> None:
    menu = '[data-testid="stSidebar"]'

    def answer(tab: Page, stem: str) -> None:
        tab.locator(f".st-key-{stem}-guess label").last.click()
        tab.locator(f".st-key-{stem}-reveal button").click()
        expect(tab.locator(f".st-key-{stem}-again")).to_be_visible()
        settle(tab)

    visit(page, address, "teachers", chart=False)  # stays open, and nothing is answered there
    first, second = page.context.new_page(), page.context.new_page()
    visit(first, address, "relu?predict=true", chart=False)
    answer(first, "relu")
    said = first.locator(".st-key-relu-question").inner_text()
    first.reload()
    expect(first.locator(".st-key-relu-question")).to_have_text(said, use_inner_text=True)
    first.close()
    visit(second, address, "relu_variants?predict=true", chart=False)
    expect(second.locator(menu)).to_contain_text("of 1 pages")
    answer(second, "relu_variants")
    expect(second.locator(menu)).to_contain_text("of 2 pages")
    visit(page, address, "relu?predict=true", chart=False)
    expect(page.locator(menu)).to_contain_text("of 2 pages")
    expect(page.locator(".st-key-relu-guess")).to_be_visible()
