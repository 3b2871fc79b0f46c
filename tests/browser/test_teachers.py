"""The page for teachers in a real browser: readable by everyone, on a phone, and on paper."""

import re
from typing import Literal
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from core.ui.teach.lessons import EXERCISES
from core.ui.teach.teaching import PARTS
from core.words import prose
from tests.browser.server import settle
from tests.browser.test_browser import CHART, SIDEWAYS, faults
from tests.browser.test_size import CHARTS, FRAME, FRAME_TOP

WORDS = prose.read("teachers")


def visit(page: Page, address: str, part: str) -> None:
    page.goto(f"{address}/teachers?{urlencode({'teachers.part': WORDS(f'part {part}')})}")
    settle(page)
    page.get_by_role("heading", level=2).first.wait_for()


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=[] if part == "plan" else pytest.mark.slow) for part in PARTS]
)
def test_every_part_is_accessible_in_light_and_dark_and_fits_a_phone(part: str, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 2400})
    visit(page, address, part)
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(f"() => ({SIDEWAYS})() <= 1")


def test_a_link_opens_its_page_with_its_settings_in_a_tab_of_its_own(page: Page, address: str) -> None:
    """Also where the reader has set that control to something else before."""
    page.goto(f"{address}/relu?relu.bias=0.5")
    settle(page)
    page.get_by_role("link", name=WORDS("title"), exact=True).first.click()
    page.wait_for_url("**/teachers*")
    settle(page)
    link = page.get_by_role("link", name=f"Open: {prose.read('relu')('title')}", exact=True)
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    settle(other)
    assert other.locator("h1").inner_text() == prose.read("relu")("title")
    assert other.locator(".st-key-relu-gradient").count() == 0, "the page asks first"
    assert other.locator(".st-key-relu-question").count() == 1
    other.locator('label:has(input[type="radio"])').first.click()
    other.get_by_role("button", name=prose.common("predict show"), exact=True).click()
    settle(other)
    assert other.locator(".st-key-relu-bias").get_by_role("slider").input_value() == "-1"
    assert page.locator("h1").inner_text() == WORDS("title")


def test_the_frame_holds_the_address_of_this_very_server(page: Page, address: str) -> None:
    visit(page, address, "embed")
    assert f'src="{address}/?embed=true"' in page.locator('[data-testid="stCode"]').inner_text()
    menu = page.locator('[data-testid="stSidebar"]')
    assert menu.evaluate("menu => menu.getBoundingClientRect().width") == 256
    assert prose.common("title") in menu.evaluate(
        "menu => getComputedStyle(menu.querySelector('[data-testid=stSidebarHeader]'), '::before').content"
    )
    page.set_viewport_size({"width": 1000, "height": 700})
    page.goto(f"{address}/relu?embed=true")
    settle(page)
    page.wait_for_selector("h1")
    # In a frame the menu takes no room until it is asked for.
    page.wait_for_function("() => document.querySelector('h1').getBoundingClientRect().x < 150")
    page.set_viewport_size({"width": FRAME, "height": 700})
    page.wait_for_function("() => document.querySelector('h1').getBoundingClientRect().x < 50")
    page.wait_for_selector(f"{CHART} .main-svg")
    assert min(page.evaluate(CHARTS)) <= FRAME_TOP


def test_paper_shows_the_worksheet_alone(page: Page, address: str) -> None:
    visit(page, address, "worksheet")
    page.emulate_media(media="print")
    for part in ("stSidebar", "stHeader", "stPageLink", "stButtonGroup"):
        assert not any(found.is_visible() for found in page.locator(f'[data-testid="{part}"]').all()), part
    assert not page.locator("h1").is_visible()
    assert page.get_by_role("heading", level=3).count() == len(EXERCISES) + 1
    assert page.locator(".lines").count() == len(EXERCISES)
    assert all(lines.is_visible() for lines in page.locator(".lines").all())


def test_an_address_that_only_this_machine_has_is_warned_of_and_not_printed(page: Page, address: str) -> None:
    visit(page, address, "worksheet")
    warning = page.get_by_text(prose.common("share near"))
    warning.wait_for()
    page.emulate_media(media="print")
    assert not warning.is_visible()
    assert urlsplit(address).netloc not in page.locator(".stMainBlockContainer").inner_text()
    visit(page, address, "embed")
    page.emulate_media(media="screen")
    warning.wait_for()


def test_the_switch_says_what_it_does(page: Page, address: str) -> None:
    page.goto(f"{address}/relu")
    settle(page)
    page.get_by_test_id("stSidebar").get_by_test_id("stTooltipIcon").first.hover()
    page.get_by_text(prose.common("predict what")).wait_for()


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_every_page_prints_without_what_paper_cannot_use(
    scheme: Literal["light", "dark"], page: Page, address: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/relu")
    settle(page)
    page.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg')
    page.emulate_media(media="print")
    for part in ("stSidebar", "stHeader", "stToolbar", "stButton", "stPopover", "stPageLink", "stExpander"):
        assert not any(found.is_visible() for found in page.locator(f'[data-testid="{part}"]').all()), part
    assert not page.get_by_role("heading", name=prose.common("try")).is_visible()
    assert page.locator(".js-plotly-plot").first.is_visible()
    assert page.locator(".st-key-relu-depth").is_visible(), "the settings belong to the chart"
    for part, ink in ((".stMainBlockContainer p", "color"), (".js-plotly-plot text", "fill")):
        colour = page.locator(part).first.evaluate("(e, ink) => getComputedStyle(e)[ink]", ink)
        assert max(map(int, re.findall(r"\d+", colour))) < 100, f"{part} is not dark on white paper"
