"""Small enough for a phone, large enough for a projector."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_browser import CHART, PAGES, path, sideways, visit

PHONE_TOP, FILM_TOP, TOUCH = 420, 544, 44  # pixels: where the first chart begins, that of a film, each button
LETTER = 22  # pixels: a fiftieth of the height of a projector's screen
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


# The letters of charts and how large they are.
LETTERS = f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot svg text')].flatMap(text =>
    text.checkVisibility() && text.textContent.trim()
        ? [[parseFloat(getComputedStyle(text).fontSize), text.textContent]] : [])"""


@pytest.mark.parametrize("name", PAGES)
def test_for_a_projector_a_chart_is_as_wide_as_the_page_and_read_from_the_last_row(
    name: str, page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    visit(page, address, f"{path(name)}?size=2")
    letters = page.evaluate(LETTERS)
    assert [text for size, text in letters if size < LETTER] == []
    assert letters
    chart, main = page.locator(CHART).first.bounding_box(), page.locator(".stMainBlockContainer").bounding_box()
    assert chart is not None
    assert main is not None
    assert chart["width"] > 0.94 * main["width"] > 0.75 * 1920
    assert sideways(page) <= 0
