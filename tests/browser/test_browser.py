"""What a reader meets: every page in a real browser, on a laptop, a phone, by keyboard and by link."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from core.ui.page.serving import LATE
from core.ui.sections import MENU, SECTIONS
from core.ui.teach.teaching import FIRST_LOAD
from core.words import prose
from tests.browser.server import box_of, settle, still

PAGES = [section.page for section in SECTIONS]
CHART = '[data-testid="stPlotlyChart"]'


def path(page: str) -> str:
    return "" if page == PAGES[0] else page


def short(page: str) -> str:
    """What a page is called in the menu, in the window and where others lead to it."""
    return prose.read(page).blocks.get("menu", prose.read(page)("title"))


def visit(page: Page, address: str, where: str, chart: bool = True) -> None:
    page.goto(f"{address}/{where}")
    settle(page)
    if chart:
        page.wait_for_selector(f"{CHART} .main-svg")


@contextmanager
def heard(page: Page, **ears: Callable[[Any], None]) -> Iterator[None]:
    """What a page tells, for the length of a block: the tab is used again."""
    for event, ear in ears.items():
        page.on(event, ear)
    yield
    for event, ear in ears.items():
        page.remove_listener(event, ear)


def data(page: Page, number: int = 0) -> str:
    """What a chart shows, as text."""
    return page.evaluate(
        f"n => JSON.stringify(document.querySelectorAll('{CHART} .js-plotly-plot')[n].data.map(t => [t.name, t.y]))",
        number,
    )


# How far a page scrolls sideways: the window, or the part of it that holds the page.
SIDEWAYS = """() => Math.max(...[document.documentElement, document.querySelector('[data-testid="stMain"]')].map(
    e => e.scrollWidth - e.clientWidth))"""


def sideways(page: Page) -> int:
    return page.evaluate(SIDEWAYS)


MAIN = '[data-testid="stMain"]'
SCROLLED = "document.querySelector('[data-testid=\"stMain\"]').scrollTop"


def test_a_link_with_a_setting_opens_its_page_on_a_server_that_nobody_has_visited(
    fresh: Page, cold_address: str
) -> None:
    wire, sizes = fresh.context.new_cdp_session(fresh), []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    visit(fresh, cold_address, "Beyond-ReLU?swish.beta=2.5")
    assert fresh.url == f"{cold_address}/beyond_relu?swish.beta=2.5"
    assert len(sizes) > 50
    assert 0.8 * FIRST_LOAD <= sum(sizes) / 1e6 <= FIRST_LOAD, "what teachers are told; uncompressed it is 8 MB"
    assert fresh.locator("h1").inner_text() == prose.read("beyond_relu")("title")
    assert fresh.locator('[data-testid="stSidebarNavLink"]').count() == len(MENU)
    assert fresh.locator(".st-key-swish-beta").get_by_role("slider").input_value() == "2.5"
    assert not fresh.locator("#late").is_visible()
    visit(fresh, cold_address, f"{PAGES[0]}/?depth=30")  # the front page by a name, like all others
    assert fresh.locator("h1").inner_text() == prose.read(PAGES[0])("title")
    assert fresh.locator(".st-key-depth").get_by_role("slider").input_value() == "30"
    assert fresh.get_by_role("dialog").count() == 0, "not found"
    assert fresh.locator('[data-testid="stSidebarNavLink"]').count() == len(MENU)


def test_who_sees_nothing_is_told_why(fresh: Page, address: str) -> None:
    """A network that closes WebSockets, then a browser that cannot read Streamlit's scripts."""
    fresh.add_init_script("window.WebSocket = class extends EventTarget { send() {} close() {} }")
    fresh.clock.install()
    fresh.goto(f"{address}/relu")
    line = fresh.locator("#late")
    assert not line.is_visible()
    fresh.clock.run_for(1000 * LATE)
    expect(line).to_be_visible()
    expect(line).to_have_text(prose.common("late waiting"))
    fresh.add_init_script("window.RegExp = class { constructor() { throw new SyntaxError(); } }")
    fresh.goto(f"{address}/relu")
    expect(line).to_be_visible()
    expect(line).to_have_text(prose.common("late old"))


def test_the_first_window_shows_the_experiment_and_a_slider_moved_by_keyboard_changes_chart_figures_and_address(
    page: Page, address: str
) -> None:
    """And nothing jumps."""
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, address, "")
    for part in ("h1", ".st-key-depth", CHART):
        place = box_of(page.locator(part).first)
        assert place["y"] >= 0
        assert place["y"] + place["height"] <= 800, part
    before, box = data(page), box_of(page.locator(CHART).first)
    answers = "() => document.querySelector('.js-plotly-plot').data[0].text"
    said = page.evaluate(answers)
    assert [text.partition(":")[0] for text in said] == ["<b>Sigmoid", "<b>ReLU"]
    slider = page.locator(".st-key-depth").get_by_role("slider")
    for _ in range(5):
        slider.press("ArrowRight")
    page.wait_for_function(
        "old => { const plot = document.querySelector('.js-plotly-plot');"
        " return plot?.data && JSON.stringify(plot.data.map(t => [t.name, t.y])) !== old; }",
        arg=before,
    )
    page.wait_for_url("**depth=25*")
    settle(page)
    page.wait_for_selector(f"{CHART} .main-svg")
    assert page.evaluate(answers) != said
    assert box_of(page.locator(CHART).first) == box


def test_the_address_is_the_experiment(page: Page, address: str) -> None:
    visit(page, address, "")
    page.locator(".st-key-gain").get_by_role("slider").press("ArrowRight")
    settle(page)
    page.locator(".st-key-activations").get_by_role("button", name="GELU", exact=True).click()
    settle(page)
    page.locator('.st-key-initializer [role="combobox"], .st-key-initializer input').first.click()
    page.get_by_role("option", name="He (Kaiming)", exact=True).click()
    settle(page)
    page.wait_for_url("**initializer=He*")
    shown, link = data(page, 1), page.url
    assert "gain=1.05" in link
    assert "GELU" in link
    page.reload()
    settle(page)
    page.wait_for_selector(".st-key-gradient .main-svg")
    assert data(page, 1) == shown
    page.goto("about:blank")  # from nothing, as in another window
    visit(page, address, link.removeprefix(f"{address}/"))
    assert data(page, 1) == shown


def test_a_link_with_rubbish_opens_with_the_defaults_and_try_this_sets_the_page_and_its_address(
    page: Page, address: str
) -> None:
    visit(page, address, "")
    before = data(page)
    for rubbish in ("depth=999999999&gain=nan", "depth=<script>&activations=None&initializer=%00", "alpha=1&width=-1"):
        visit(page, address, f"?{rubbish}")
        assert data(page) == before, rubbish
        assert page.locator('[data-testid="stException"]').count() == 0
    page.get_by_role("button", name=prose.read("vanishing_gradient")("try deep")).click()
    page.wait_for_url("**depth=50*")
    settle(page)
    assert data(page) != before
    assert page.locator(".st-key-depth").get_by_role("slider").input_value() == "50"


def test_the_foot_of_a_page_leads_back_as_well(page: Page, address: str) -> None:
    """Forward, through all pages, it leads in test_everyone.py."""
    visit(page, address, PAGES[-1])
    page.get_by_role("link", name=prose.common("previous", title=short(PAGES[-2]))).click()
    page.wait_for_url(f"**/{PAGES[-2]}*")


def test_everything_is_reached_and_operated_by_keyboard(page: Page, address: str) -> None:
    visit(page, address, "")
    reached: set[str] = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                    const e = document.activeElement;
                    return (e.closest('[class*=st-key-]') || e.closest('[data-testid]') || document.body).className;
                }"""
            )
        )
    told = " ".join(reached)
    for key in (
        "first-activations",
        "first-same",
        "activations",
        "depth",
        "initializer",
        "gain",
        "first-light-data",
        "gradient-data",
        "vanishing_gradient-try-deep",
        "vanishing_gradient-code",
    ):
        assert f"st-key-{key}" in told, key
    before = data(page, 1)
    page.get_by_role("button", name="Mish", exact=True).focus()
    page.keyboard.press("Space")
    settle(page)
    assert data(page, 1) != before


def swipe(page: Page, over: Locator) -> None:
    """A finger moves up by a hundred pixels over something."""
    box = box_of(over)
    x, y = box["x"] + box["width"] / 2, box["y"] + 150
    screen = page.context.new_cdp_session(page)
    screen.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for k in range(1, 11):
        screen.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 10 * k}]})
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(
    "name", ["vanishing_gradient", pytest.param("watch_it_learn", marks=pytest.mark.slow), "order_and_chaos"]
)
def test_a_phone_shows_the_page_without_scrolling_sideways(name: str, phone: Page, address: str) -> None:
    """As test_everyone sees of every page.

    And a finger scrolls past every chart: none is dragged, or Plotly hears of no touch (for clicks, it would drag).
    """
    visit(phone, address, path(name))
    assert sideways(phone) <= 1
    chart = box_of(phone.locator(CHART).first)
    assert chart["width"] <= 390
    assert phone.evaluate(
        """[...document.querySelectorAll('.js-plotly-plot')].every(
            plot => plot._fullLayout.xaxis.fixedrange && (plot._fullLayout.dragmode === false
                || plot.closest('[class*=st-key-pick]')))"""
    )
    phone.locator(CHART).first.scroll_into_view_if_needed()
    before = phone.evaluate(SCROLLED)
    swipe(phone, phone.locator(CHART).first)
    phone.wait_for_function(f"before => {SCROLLED} > before + 60", arg=before)


def violations(page: Page) -> list[tuple[str, object]]:
    """What axe finds, of any impact: the rules that are on by themselves, and the size of what a finger must hit."""
    found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
    return [(v["id"], v["nodes"][0]["target"]) for v in found]


def faults(page: Page) -> list[tuple[str, object]]:
    """What axe finds in the light theme, then in the dark one, to which the page changes by itself."""
    found = []
    for scheme, colour in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 20, 26)")):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "colour => getComputedStyle(document.querySelector('.stApp')).backgroundColor === colour", arg=colour
        )
        still(page)
        found += violations(page)
    return found


def test_the_numbers_behind_a_chart_are_a_table_and_a_file(page: Page, address: str) -> None:
    visit(page, address, "?depth=7")
    page.get_by_text(prose.common("data")).first.click()
    page.wait_for_selector('[data-testid="stDataFrame"]')
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=prose.common("download"), exact=True).click()
    rows = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert rows[0][0] == prose.common("column layer")
    assert len(rows) == 1 + 7
    last = json.loads(data(page))
    assert any(name == "Sigmoid" for name, _ in last)
