"""Dragging in the chart itself: it follows the pointer, and the server is not asked."""

import pytest
from playwright.sync_api import Page, WebSocket

from core.words import prose
from tests.browser.server import painted, settle
from tests.browser.test_browser import heard, visit

# page, chart, which of its sliders
DRAGGED = [
    ("", "gradient", 0),
    ("backpropagation?chain.neurons=12", "chain-gradient", 0),
    ("sigmoid_and_tanh", "saturating-curves", 0),
    ("relu", "relu-curves", 0),
    ("relu_variants", "variants-curves", 0),
    ("relu_variants", "variants-curves", 2),
    ("beyond_relu", "beyond-curves", 0),
    ("beyond_relu", "beyond-bell", 0),
]
BRIEF = (0, 5)  # a network that is computed; the second curve of three
PICTURE = """e => [...e.querySelectorAll('.js-line, .point, .annotation-text, .shapelayer path')].map(
    p => p.outerHTML).join('')"""
# Each position that a film in a chart comes to, and the picture that was there when it came.
WALK = f"""plot => {{ window.walked = [];
    plot.on('plotly_animatingframe', to => window.walked.push([to.name, ({PICTURE})(plot)])); }}"""


def shown(page: Page, chart: str) -> str:
    return page.locator(f".st-key-{chart} .js-plotly-plot").first.evaluate(PICTURE)


@pytest.mark.parametrize(
    ("where", "chart", "slider"),
    [pytest.param(*case, marks=[] if i in BRIEF else pytest.mark.slow) for i, case in enumerate(DRAGGED)],
)
def test_the_chart_follows_the_pointer_without_the_server(
    page: Page, address: str, where: str, chart: str, slider: int
) -> None:
    sent: list[object] = []

    def note(frame: object) -> None:  # Playwright cannot look into a built-in method
        sent.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.set_viewport_size({"width": 1280, "height": 1400})
    with heard(page, websocket=listen):
        visit(page, address, where)
    page.locator(f".st-key-{chart} .slider-grip-rect").nth(slider).scroll_into_view_if_needed()
    rail = page.locator(f".st-key-{chart} .slider-rail-touch-rect").nth(slider).bounding_box()
    assert rail
    plot = f".st-key-{chart} .js-plotly-plot"
    page.wait_for_function("plot => document.querySelector(plot)._transitionData._frames.length", arg=plot)
    settle(page)
    before = len(sent)
    y = rail["y"] + rail["height"] / 2
    page.mouse.move(rail["x"] + 2, y)
    page.mouse.down()
    now = shown(page, chart)
    for place in range(1, 11):
        page.mouse.move(rail["x"] + rail["width"] * place / 10, y)
        page.wait_for_function(f"([plot, old]) => ({PICTURE})(document.querySelector(plot)) !== old", arg=[plot, now])
        now = shown(page, chart)
    page.mouse.up()
    settle(page)
    assert len(sent) == before, "the server was asked"
    assert page.locator('[data-testid="stException"]').count() == 0


def test_play_walks_through_all_positions_and_less_motion_means_no_button(page: Page, address: str) -> None:
    visit(page, address, "sigmoid_and_tanh")
    button = page.locator(".st-key-saturating-curves .updatemenu-button").first
    assert button.text_content() == prose.common("play")
    plot = page.locator(".st-key-saturating-curves .js-plotly-plot")
    positions = plot.evaluate("plot => plot.layout.sliders[0].steps.map(step => step.args[0][0])")
    plot.evaluate(WALK)
    button.click()
    page.wait_for_function("last => window.walked.at(-1)?.[0] === last", arg=positions[-1], timeout=60_000)
    names, pictures = zip(*page.evaluate("window.walked"), strict=True)
    assert [*dict.fromkeys(names)] == positions
    assert len({*pictures}) >= len(positions) - 1
    page.emulate_media(reduced_motion="reduce")
    assert not button.is_visible()


def test_the_pulse_on_the_first_screen_ends_where_the_page_is(page: Page, address: str) -> None:
    """Column after column from the right, and at the end everything is as it was; less motion means no button."""
    visit(page, address, "?depth=4")
    plot, button = page.locator(".st-key-first-light .js-plotly-plot"), page.locator(".updatemenu-button").first
    cut = "plot => plot._fullLayout.xaxis2._offset"
    picture, whole = plot.evaluate(PICTURE), plot.evaluate(cut)
    plot.evaluate(
        "plot => { window.edges = [];"
        " plot.on('plotly_animatingframe', to => window.edges.push("
        "[to.name, plot._fullLayout.xaxis2._offset])); plot.on('plotly_animated', () => window.over = true); }"
    )
    button.click()
    page.wait_for_function("window.over && window.edges.length === 4", timeout=60_000)
    names, edges = zip(*page.evaluate("window.edges"), strict=True)
    assert names == tuple(f"pulse:{k}" for k in range(4))
    assert max(edges) > whole
    page.wait_for_function(f"([plot, whole]) => ({cut})(document.querySelector(plot)) === whole",
                           arg=[".st-key-first-light .js-plotly-plot", whole])  # fmt: skip
    assert plot.evaluate(PICTURE) == picture
    page.emulate_media(reduced_motion="reduce")
    assert not button.is_visible()


TEXTS = """e => [...e.querySelectorAll('.infolayer .annotation')].map(a => {
    const home = e.getBoundingClientRect(), text = a.querySelector('.annotation-text'), box = a.getBoundingClientRect();
    const place = [box.x - home.x, box.y - home.y].map(at => Math.round(at / 4));
    return [text?.textContent, text && getComputedStyle(text).fill, place].join();
}).sort()"""


@pytest.mark.parametrize(
    ("where", "chart", "same"),
    [
        ("", "gradient", "?depth=100"),
        pytest.param("beyond_relu", "beyond-curves", "?swish.beta=10", marks=pytest.mark.slow),
    ],
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
    touched = page.locator(f".st-key-{chart} .slider-rail-touch-rect").first
    touched.scroll_into_view_if_needed()
    rail = touched.bounding_box()
    assert rail
    y = rail["y"] + rail["height"] / 2
    page.mouse.move(rail["x"] + 2, y)
    page.mouse.down()
    for share in (0.5, 0.0, 1.0):
        page.mouse.move(rail["x"] + 2 + share * (rail["width"] - 4), y, steps=6)
        painted(page)
    page.mouse.up()
    page.wait_for_function(
        "([plot, wanted]) => JSON.stringify((" + TEXTS + ")(document.querySelector(plot))) === JSON.stringify(wanted)",
        arg=[plot, wanted],
        timeout=5000,
    )
