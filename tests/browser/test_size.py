"""Small enough for a phone, large enough for a projector."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_browser import CHART, PAGES, path, sideways, visit

PHONE_TOP, PHONE_PLOT, TOUCH = 420, 300, 44  # pixels: where the first chart begins, each plot's width, each button
# Of each chart: its upper edge on the page and the width of its plot.
CHARTS = f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot')].map(plot => [
    plot.getBoundingClientRect().top + document.querySelector('[data-testid="stMain"]').scrollTop,
    plot._fullLayout._size.w])"""
LOW = f"""() => [...document.querySelectorAll('.stMainBlockContainer :is(button, summary)')].filter(
    e => e.checkVisibility() && e.getBoundingClientRect().height < {TOUCH} - 0.5).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_the_chart_comes_first_is_wide_and_what_is_pressed_is_large(
    name: str, phone: Page, address: str
) -> None:
    visit(phone, address, path(name))
    charts = phone.evaluate(CHARTS)
    # A film stands under what starts it.
    assert min(top for top, _ in charts) <= (844 - PHONE_PLOT if name == "watch_it_learn" else PHONE_TOP)
    assert min(width for _, width in charts) >= PHONE_PLOT
    assert phone.evaluate(LOW) == []
    assert sideways(phone) <= 0
