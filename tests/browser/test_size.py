"""Small enough for a phone."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_browser import CHART, PAGES, path, sideways, visit

PHONE_TOP, FILM_TOP, TOUCH = 420, 544, 44  # pixels: where the first chart begins, that of a film, each button
# The upper edge of each chart on the page.
CHARTS = f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot')].map(
    plot => plot.getBoundingClientRect().top + document.querySelector('[data-testid="stMain"]').scrollTop)"""
LOW = f"""() => [...document.querySelectorAll('.stMainBlockContainer :is(button, summary)')].filter(
    e => e.checkVisibility() && e.getBoundingClientRect().height < {TOUCH} - 0.5).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_the_chart_comes_first_and_what_is_pressed_is_large(name: str, phone: Page, address: str) -> None:
    visit(phone, address, path(name))
    # A film stands under what starts it.
    assert min(phone.evaluate(CHARTS)) <= (FILM_TOP if name == "watch_it_learn" else PHONE_TOP)
    assert phone.evaluate(LOW) == []
    assert sideways(phone) <= 0
