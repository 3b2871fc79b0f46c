"""Large enough for a projector, and for a window that the browser enlarges."""

import pytest
from playwright.sync_api import Page

from core.words import prose
from tests.browser.server import box_of, painted, settle
from tests.browser.test_browser import CHART, PAGES, path, sideways, visit
from tests.browser.test_drag import held
from tests.browser.test_watch import button

LETTER, SCREEN = 22, {"width": 1920, "height": 1080}  # pixels: a fiftieth of the height of a projector's screen
# Words and numbers of charts that are smaller than that, each with its size; a part of a text may have its own.
SMALL = f"""plots => plots.flatMap(plot => [...plot.querySelectorAll('svg text, svg tspan')].filter(
    text => !text.querySelector('tspan') && text.textContent.trim() && text.checkVisibility()
        && parseFloat(getComputedStyle(text).fontSize) < {LETTER} - 0.01
).map(text => [getComputedStyle(text).fontSize, text.textContent]))"""
# Words of charts that reach out of them.
CUT = """plots => plots.flatMap(plot => {
    const whole = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('svg text')].filter(text => {
        const box = text.getBoundingClientRect();
        return text.textContent.trim() && text.checkVisibility() && (box.left < whole.left - 1
            || box.right > whole.right + 1 || box.top < whole.top - 1 || box.bottom > whole.bottom + 1);
    }).map(text => text.textContent);
})"""
PLOTS = f"{CHART} .js-plotly-plot"


def charts(page: Page, question: str) -> list[object]:
    """What is asked of all charts on the page."""
    return page.eval_on_selector_all(PLOTS, question)


@pytest.mark.parametrize("name", PAGES)
def test_for_a_projector_a_chart_is_as_wide_as_the_page_and_read_from_the_last_row(
    name: str, page: Page, address: str
) -> None:
    page.set_viewport_size(SCREEN)
    visit(page, address, f"{path(name)}?size=2")
    page.wait_for_function(f"() => document.querySelectorAll('{PLOTS} .main-svg text').length > 5")
    assert charts(page, SMALL) == []
    assert charts(page, CUT) == []
    chart, main = box_of(page.locator(CHART).first), box_of(page.locator(".stMainBlockContainer"))
    assert chart["width"] > 0.94 * main["width"] > 0.75 * SCREEN["width"]
    assert sideways(page) <= 0


# Looks at each picture of all charts from now on: how many there were, and the small letters in any of them.
WATCH = f"""() => {{
    const pictures = new Set();
    Object.assign(window, {{pictures, small: []}});
    const look = () => {{
        const plots = [...document.querySelectorAll('{PLOTS}')];
        window.small.push(...({SMALL})(plots));
        pictures.add(plots.flatMap(plot => [...plot.querySelectorAll('svg path, svg image, svg text')]).map(
            part => part.getAttribute('d') ?? part.getAttribute('href') ?? part.textContent).join());
        requestAnimationFrame(look);
    }};
    look();
}}"""


@pytest.mark.parametrize(
    ("where", "chart", "control"),
    [("", "first-light", ""), ("", "gradient", "depth"), ("sigmoid_and_tanh", "saturating-curves", "saturating-x")],
)
def test_for_a_projector_no_picture_of_a_drag_or_a_pulse_has_small_letters(
    where: str, chart: str, control: str, page: Page, address: str
) -> None:
    page.set_viewport_size(SCREEN)
    visit(page, address, f"{where}?size=2")
    page.wait_for_function(
        "key => document.querySelector(`.st-key-${key} .js-plotly-plot`)._transitionData._frames.length", arg=chart
    )
    page.evaluate(WATCH)
    if control:
        with held(page, control) as (x, length, y):
            for place in range(1, 9):
                page.mouse.move(x + length * place / 8, y)
                painted(page)
            page.wait_for_function("() => window.pictures.size > 5")
    else:
        page.locator(".st-key-pulse-play button").click()
        page.wait_for_function("() => window.pictures.size > 5")
    settle(page)
    assert page.evaluate("window.small") == []
    assert charts(page, SMALL) == []


@pytest.mark.slow
def test_for_a_projector_no_picture_of_a_film_has_small_letters(page: Page, address: str) -> None:
    page.set_viewport_size(SCREEN)
    visit(page, address, "watch_it_learn?size=2&learn.steps=100")
    page.evaluate(WATCH)
    button(page, "start").click()
    page.wait_for_function("() => window.pictures.size > 3")
    button(page, "start").click()
    settle(page)
    assert page.evaluate("window.small") == []
    assert charts(page, SMALL) == []


def test_the_switch_is_in_the_address_and_holds_on_the_next_page(page: Page, address: str) -> None:
    page.set_viewport_size(SCREEN)
    visit(page, address, "relu")
    assert charts(page, SMALL)
    switch = page.get_by_role("switch", name=prose.common("control projector"))
    switch.check(force=True)
    settle(page)
    page.wait_for_url("**/relu?*size=2*")
    assert charts(page, SMALL) == []
    page.locator('[data-testid="stSidebarNavLink"]').nth(6).click()
    page.wait_for_url("**/relu_variants?*size=2*")
    settle(page)
    assert charts(page, SMALL) == []
    switch.uncheck(force=True)
    settle(page)
    assert "size" not in page.url
    assert charts(page, SMALL)


# What is said of controls and buttons that is cut off.
SHORT = """() => [...document.querySelectorAll('.stMainBlockContainer :is(label, button, a) *')].filter(part =>
    part.checkVisibility() && part.clientWidth > 2 && part.scrollWidth > part.clientWidth + 1
        && getComputedStyle(part).overflowX !== 'visible').map(part => part.textContent)"""


@pytest.mark.parametrize(
    ("zoom", "query"),
    [
        pytest.param(1.75, "", marks=pytest.mark.slow),
        (2, ""),
        pytest.param(2, "?size=2", marks=pytest.mark.slow),  # each alone is quicker
    ],
    ids=str,
)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_when_the_browser_enlarges_the_page(
    name: str, zoom: float, query: str, page: Page, address: str
) -> None:
    page.set_viewport_size({side: round(length / zoom) for side, length in SCREEN.items()})
    visit(page, address, path(name) + query)
    assert charts(page, CUT) == []
    assert page.evaluate(SHORT) == []
    assert sideways(page) <= 0
