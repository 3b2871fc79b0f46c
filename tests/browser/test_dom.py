"""What is private to Streamlit's and Plotly's page still is what core/ui/dom.py calls it."""

import json
from pathlib import Path

from playwright.sync_api import Page

from core.ui import dom
from core.words import prose
from tests.browser.server import serve, settle
from tests.browser.test_browser import visit
from tests.browser.test_watch import button

REFUSED = "watch_it_learn?learn.depth=30&learn.width=64&learn.batch=256&learn.steps=3000"  # more than is allowed
# Some parts are there for a moment only, such as what is stale: whatever has been there once is kept.
LOOK = f"""() => {{
  const selectors = {json.dumps(dom.SELECTORS)}, seen = window.seen = new Set();
  const look = () => Object.entries(selectors).forEach(([name, css]) => document.querySelector(css) && seen.add(name));
  new MutationObserver(look).observe(document, {{subtree: true, childList: true, attributes: true}});
  look();
}}"""


def seen(page: Page) -> set[str]:
    """The names of the table that have been on the page since it was looked at."""
    return set(page.evaluate("() => [...window.seen]"))


def test_every_name_is_on_a_page_in_a_state_that_a_reader_meets(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    found: set[str] = set()
    for where in ("", "sigmoid_and_tanh", "?predict=true"):
        visit(page, address, where, chart="predict" not in where)
        page.evaluate(LOOK)
        found |= seen(page)

    page.set_viewport_size({"width": 600, "height": 800})  # the menu is folded away
    visit(page, address, REFUSED)
    page.evaluate(LOOK)
    page.get_by_text(prose.common("data"), exact=True).first.click()
    page.get_by_text(prose.common("download")).wait_for()
    page.get_by_text(prose.common("code"), exact=True).first.click()
    page.locator(dom.SELECTORS["code"]).wait_for()
    page.locator(".fold").click()
    page.get_by_role("button", name=prose.common("more")).click()
    page.locator(dom.SELECTORS["popover_body"]).wait_for()
    page.keyboard.press("Escape")
    button(page, "step").click()
    settle(page)
    found |= seen(page)

    process, broken = serve("broken_page.py", Path(__file__).parent)
    try:
        page.goto(broken)
        settle(page)
        page.evaluate(LOOK)
        found |= seen(page)
    finally:
        process.terminate()
        process.wait(10)
    assert sorted(set(dom.SELECTORS) - found) == []
