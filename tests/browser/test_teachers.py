"""The page for teachers in a real browser: readable by everyone, on a phone, and on paper."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from core.maths.activations import ACTIVATIONS
from core.ui.teach.lessons import EXERCISES
from core.ui.teach.teaching import PARTS
from core.words import prose
from tests.browser.server import painted, settle
from tests.browser.test_browser import CHART, SIDEWAYS, faults
from tests.browser.test_every_page import CHARTS, FRAME, FRAME_TOP

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
    for part in (
        "stSidebar",
        "stHeader",
        "stToolbar",
        "stButton",
        "stPopover",
        "stPageLink",
        "stExpander",
        "stTooltipIcon",
    ):
        assert not any(found.is_visible() for found in page.locator(f'[data-testid="{part}"]').all()), part
    assert not page.get_by_role("heading", name=prose.common("try")).is_visible()
    assert page.locator(".js-plotly-plot").first.is_visible()
    assert page.locator(".st-key-relu-depth").is_visible(), "the settings belong to the chart"
    for part, ink in ((".stMainBlockContainer p", "color"), (".js-plotly-plot text", "fill")):
        colour = page.locator(part).first.evaluate("(e, ink) => getComputedStyle(e)[ink]", ink)
        assert max(map(int, re.findall(r"\d+", colour))) < 100, f"{part} is not dark on white paper"


SHEET = (688, 1017)  # A4 at 96 pixels per inch, less 14 mm at each side
# What is printed: the widths of the charts, and the words in them that reach beyond the sheet.
DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')].map(chart => [
  chart._fullLayout.width,
  [...chart.querySelectorAll('.main-svg text')].filter(text => text.getBoundingClientRect().right
    > chart.getBoundingClientRect().left + 689).map(text => text.textContent)])"""
# On a sheet: what of a table is beyond it, where the first chart ends, buttons that play.
LAID = """() => ({
  beyond: [...document.querySelectorAll('th, td')].filter(cell =>
    cell.checkVisibility() && cell.getBoundingClientRect().right > innerWidth + 1).map(cell => cell.textContent),
  below: document.querySelector('.js-plotly-plot').getBoundingClientRect().bottom,
  playing: [...document.querySelectorAll('.play')].filter(button => button.checkVisibility()).length,
})"""


@pytest.mark.parametrize("where", ["activation_functions", "laboratory", pytest.param("", marks=pytest.mark.slow)])
def test_a_sheet_of_paper_cuts_nothing_and_begins_with_a_chart(
    where: str, page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/{where}")
    settle(page)
    page.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg')
    page.wait_for_function(f"() => ({DRAWN})().length > 1")
    before = page.evaluate(DRAWN)
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = ({DRAWN})(); }})")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert page.evaluate("window.printed") == [[SHEET[0], []]] * len(before)
    page.wait_for_function(f"old => JSON.stringify(({DRAWN})()) === JSON.stringify(old)", arg=before)
    # A window that is as wide as the sheet stands for it.
    page.emulate_media(media="print")
    page.set_viewport_size(dict(zip(("width", "height"), SHEET, strict=True)))
    painted(page)
    laid = page.evaluate(LAID)
    assert laid["beyond"] == []
    assert laid["below"] < SHEET[1]
    assert laid["playing"] == 0
    if where == "activation_functions":
        assert page.locator(".st-key-printed-table tr").count() == 1 + len(ACTIVATIONS)
        assert page.locator(".st-key-printed-table").is_visible()
        assert not page.locator(".stDataFrame").is_visible()
        page.emulate_media(media="screen")
        assert not page.locator(".st-key-printed-table").is_visible()
