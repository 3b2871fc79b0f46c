"""Dragging in the chart itself: it follows the pointer, and the server is not asked."""

import pytest
from playwright.sync_api import Page

from core.words import prose
from tests.browser.test_browser import visit

# page, chart, which of its sliders
DRAGGED = [
    ("", "gradient", 0),
    ("backpropagation?chain.neurons=12", "chain-gradient", 0),
    ("sigmoid_and_tanh", "saturating-curves", 0),
    ("relu", "relu-curves", 0),
    ("relu_variants", "variants-curves", 0),
    ("relu_variants", "variants-curves", 2),
    ("beyond_relu", "beyond-curves", 0),
]
PICTURE = "e => [...e.querySelectorAll('.js-line, .point, .annotation-text, .shapelayer path')].map(p => p.outerHTML)"


def shown(page: Page, chart: str) -> str:
    return "".join(page.locator(f".st-key-{chart} .js-plotly-plot").first.evaluate(PICTURE))


@pytest.mark.parametrize(("where", "chart", "slider"), DRAGGED)
def test_the_chart_follows_the_pointer_without_the_server(
    page: Page, address: str, where: str, chart: str, slider: int
) -> None:
    sent: list[object] = []

    def note(frame: object) -> None:  # Playwright cannot look into a built-in method
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.set_viewport_size({"width": 1280, "height": 1400})
    visit(page, address, where)
    page.locator(f".st-key-{chart} .slider-grip-rect").nth(slider).scroll_into_view_if_needed()
    rail = page.locator(f".st-key-{chart} .slider-rail-touch-rect").nth(slider).bounding_box()
    assert rail
    page.wait_for_timeout(500)
    before = len(sent)
    pictures = {shown(page, chart)}
    y = rail["y"] + rail["height"] / 2
    page.mouse.move(rail["x"] + 2, y)
    page.mouse.down()
    for k in range(25):
        page.mouse.move(rail["x"] + rail["width"] * k / 24, y)
        page.wait_for_timeout(30)
        pictures.add(shown(page, chart))
    page.mouse.up()
    assert len(pictures) >= 10
    assert len(sent) == before, "the server was asked"
    assert page.locator('[data-testid="stException"]').count() == 0


def test_play_walks_through_all_positions_and_less_motion_means_no_button(page: Page, address: str) -> None:
    visit(page, address, "sigmoid_and_tanh")
    button = page.locator(".st-key-saturating-curves .updatemenu-button").first
    assert button.text_content() == prose.common("play")
    pictures = set()
    button.click()
    for _ in range(40):
        page.wait_for_timeout(60)
        pictures.add(shown(page, "saturating-curves"))
    assert len(pictures) >= 10
    page.emulate_media(reduced_motion="reduce")
    assert not button.is_visible()


TEXTS = """e => [...e.querySelectorAll('.infolayer .annotation')].map(a => {
    const text = a.querySelector('.annotation-text'), box = a.getBoundingClientRect();
    const place = [box.x, box.y].map(at => Math.round(at / 4));
    return [text?.textContent, text && getComputedStyle(text).fill, place].join();
}).sort()"""


@pytest.mark.parametrize(
    ("where", "chart", "same"), [("", "gradient", "?depth=100"), ("beyond_relu", "beyond-curves", "?swish.beta=10")]
)
def test_after_a_drag_each_text_is_as_if_the_page_had_opened_there(
    page: Page, address: str, where: str, chart: str, same: str
) -> None:
    """Plotly takes the texts of a frame one by one over those that are there: none may get another's colour."""
    page.set_viewport_size({"width": 1280, "height": 1400})
    plot = f".st-key-{chart} .js-plotly-plot"
    visit(page, address, where + same)
    wanted = page.locator(plot).first.evaluate(TEXTS)
    visit(page, address, where)
    rail = page.locator(f".st-key-{chart} .slider-rail-touch-rect").first.bounding_box()
    assert rail
    y = rail["y"] + rail["height"] / 2
    page.mouse.move(rail["x"] + 2, y)
    page.mouse.down()
    for share in (0.5, 0.0, 1.0):
        page.mouse.move(rail["x"] + 2 + share * (rail["width"] - 4), y, steps=6)
        page.wait_for_timeout(100)
    page.mouse.up()
    page.wait_for_function(
        "([plot, wanted]) => JSON.stringify((" + TEXTS + ")(document.querySelector(plot))) === JSON.stringify(wanted)",
        arg=[plot, wanted],
        timeout=5000,
    )
