"""One control for each setting: charts follow it while it is dragged, and the server is not asked before the end."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, WebSocket, expect

from core.words import prose
from tests.browser.server import box_of, painted, settle
from tests.browser.test_browser import heard, visit

# page, control, chart
DRIVEN = [
    ("", "depth", "first-light"),
    ("", "depth", "gradient"),
    ("sigmoid_and_tanh", "saturating-x", "saturating-curves"),
    ("relu", "relu-x", "relu-curves"),
    ("relu_variants", "leaky_relu-alpha", "variants-curves"),
    ("relu_variants", "prelu-a", "variants-curves"),
    ("relu_variants", "elu-alpha", "variants-curves"),
    ("relu_variants", "leaky_relu-alpha", "variants-gradient"),
    ("beyond_relu", "swish-beta", "beyond-curves"),
    ("beyond_relu", "beyond-x", "beyond-bell"),
    ("through_time", "time-steps", "time-gradient"),
    ("through_time", "time-forget", "time-gradient"),
]
# Networks that are computed; the third control of one chart; one that moves a second chart; two that move one chart.
BRIEF = (0, 6, 7, 10)
FEW = {"through_time": 4}  # parts of the rail with a picture each, where there are not ten
PICTURE = """e => [...e.querySelectorAll('.js-line, .point, .annotation-text, .shapelayer path')].map(
    p => p.outerHTML).join('')"""
# Each position that a chart comes to, and the picture that was there when it came.
WALK = f"""plot => {{ window.walked = [];
    plot.on('plotly_animatingframe', to => window.walked.push([to.name, ({PICTURE})(plot)])); }}"""


def plot(chart: str) -> str:
    return f".st-key-{chart} .js-plotly-plot"


def shown(page: Page, chart: str) -> str:
    return page.locator(plot(chart)).first.evaluate(PICTURE)


def opened(page: Page, address: str, where: str, chart: str) -> list[object]:
    """A page whose chart has its frames, and what it sends from now on."""
    sent: list[object] = []

    def note(frame: object) -> None:  # Playwright cannot look into a built-in method
        sent.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    with heard(page, websocket=listen):
        visit(page, address, where)
    page.wait_for_function("plot => document.querySelector(plot)._transitionData._frames.length", arg=plot(chart))
    settle(page)
    sent.clear()
    return sent


def rail(page: Page, control: str) -> tuple[float, float, float]:
    """Where the rail of a slider begins, how long it is, how low."""
    track = page.locator(f".st-key-{control} [data-testid=stSlider] [data-rac]").first
    track.scroll_into_view_if_needed()
    box = box_of(track)
    return box["x"] + 6, box["width"] - 12, box["y"] + box["height"] / 2  # half a thumb at either end


@contextmanager
def held(page: Page, control: str) -> Iterator[tuple[float, float, float]]:
    """The slider held at its lowest value, and let go."""
    x, length, y = rail(page, control)
    page.mouse.move(x, y)
    page.mouse.down()
    yield x, length, y
    page.mouse.up()


def value(page: Page, control: str) -> float:
    return float(page.locator(f".st-key-{control} input").first.input_value())


def linked(page: Page, control: str) -> float:
    """The value of a control in the address."""
    query = dict(part.split("=") for part in page.url.partition("?")[2].split("&"))
    return float(query[control])


@pytest.mark.parametrize(
    ("where", "control", "chart"),
    [pytest.param(*case, marks=[] if i in BRIEF else pytest.mark.slow) for i, case in enumerate(DRIVEN)],
)
def test_the_chart_follows_the_slider_and_nothing_is_sent_before_it_is_let_go(
    page: Page, address: str, where: str, control: str, chart: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 1400})
    sent = opened(page, address, where, chart)
    with held(page, control) as (x, length, y):
        now = shown(page, chart)
        places = FEW.get(where, 10)
        for place in range(1, places + 1):
            page.mouse.move(x + length * place / places, y)
            change = f"([plot, old]) => ({PICTURE})(document.querySelector(plot)) !== old"
            page.wait_for_function(change, arg=[plot(chart), now])
            now = shown(page, chart)
        settle(page)
        assert sent == [], "the server was asked"
    settle(page)
    assert sent
    assert control.replace("-", ".") in page.url
    assert page.locator('[data-testid="stException"]').count() == 0


def test_by_keyboard_and_by_finger_the_chart_follows_at_once_too(page: Page, phone: Page, address: str) -> None:
    opened(page, address, "", "gradient")
    page.locator(plot("gradient")).evaluate(WALK)
    page.locator(".st-key-depth").get_by_role("slider").press("End")
    assert page.evaluate("window.walked.at(-1)[0]") == "depth=100"
    opened(page, address, "?depth=21", "first-light")
    for key, shown in (("ArrowRight", ["depth=22"]), ("PageUp", [])):  # what is only near would delay the answer
        page.locator(plot("first-light")).evaluate(WALK)
        page.locator(".st-key-depth").get_by_role("slider").press(key)
        settle(page)
        assert [*dict.fromkeys(name for name, _ in page.evaluate("window.walked"))] == shown
    assert linked(page, "depth") == 32
    sent = opened(phone, address, "", "gradient")
    phone.locator(plot("gradient")).evaluate(WALK)
    x, length, y = rail(phone, "depth")
    finger = phone.context.new_cdp_session(phone)
    for kind, share in (("touchStart", 0.1), ("touchMove", 0.4), ("touchMove", 0.6)):
        touch = {"type": kind, "touchPoints": [{"x": x + share * length, "y": y}]}
        finger.send("Input.dispatchTouchEvent", touch)
        painted(phone)
    settle(phone)
    assert sent == []
    assert len({name for name, _ in phone.evaluate("window.walked")}) >= 3
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(phone)
    assert linked(phone, "depth") == value(phone, "depth") > 50


def test_without_plotly_on_the_page_the_chart_follows_when_the_slider_is_let_go(page: Page, address: str) -> None:
    faults: list[object] = []

    def note(fault: object) -> None:
        faults.append(fault)

    opened(page, address, "", "gradient")
    page.evaluate("() => { delete window.Plotly; }")
    with heard(page, pageerror=note):
        before = shown(page, "gradient")
        page.locator(".st-key-depth").get_by_role("slider").press("End")
        settle(page)
        assert shown(page, "gradient") != before
    assert linked(page, "depth") == 100
    assert faults == []


def test_play_walks_through_all_positions_and_the_page_is_where_it_ends(page: Page, address: str) -> None:
    sent = opened(page, address, "sigmoid_and_tanh", "saturating-curves")
    button = page.locator(".st-key-saturating-x-play button")
    names = page.locator(plot("saturating-curves")).evaluate("plot => plot._transitionData._frames.map(f => f.name)")
    page.locator(plot("saturating-curves")).evaluate(WALK)
    assert button.text_content() == prose.common("play")
    button.click()
    assert button.text_content() == prose.common("stop playing")
    page.wait_for_function("last => window.walked.at(-1)?.[0] === last", arg=names[-1])
    assert value(page, "saturating-x") == 6.0, "the slider moves as well"
    walked, pictures = zip(*page.evaluate("window.walked"), strict=True)
    assert [*dict.fromkeys(walked)] == names
    assert len({*pictures}) >= len(names) - 1
    expect(button).to_have_text(prose.common("play"))
    settle(page)
    assert 1 <= len(sent) <= 3, "asked once, at the end"
    assert linked(page, "saturating.x") == value(page, "saturating-x") == 6.0
    chart = page.locator(plot("saturating-curves"))
    chart.evaluate("plot => { window.kept = plot._transitionData._frames; plot._transitionData._frames = []; }")
    button.click()  # while another chart takes its place
    painted(page)
    chart.evaluate("plot => { plot._transitionData._frames = window.kept; }")
    page.wait_for_function("() => document.querySelector('.st-key-saturating-x input').value <= -5")
    button.click()
    expect(button).to_have_text(prose.common("play"))
    page.emulate_media(reduced_motion="reduce")
    assert not button.is_visible()


def test_the_pulse_on_the_first_screen_ends_where_the_page_is(page: Page, address: str) -> None:
    """Column after column from the right, and at the end everything is as it was; less motion means no button."""
    sent = opened(page, address, "?depth=4", "first-light")
    chart, button = page.locator(plot("first-light")), page.locator(".st-key-pulse-play button")
    cut = "plot => plot._fullLayout.xaxis2._offset"
    picture, whole = chart.evaluate(PICTURE), chart.evaluate(cut)
    chart.evaluate(
        "plot => { window.edges = [];"
        " plot.on('plotly_animatingframe', to => window.edges.push([to.name, plot._fullLayout.xaxis2._offset])); }"
    )
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text(prose.common("stop playing"))
    expect(button).not_to_have_text(prose.common("stop playing"))
    page.wait_for_function(f"([plot, whole]) => ({cut})(document.querySelector(plot)) === whole",
                           arg=[plot("first-light"), whole])  # fmt: skip
    names, edges = zip(*page.evaluate("window.edges"), strict=True)
    assert [*dict.fromkeys(names)] == [f"pulse={k}" for k in range(4)]
    assert max(edges) > whole
    assert chart.evaluate(PICTURE) == picture
    assert sent == [], "it sets nothing"
    page.emulate_media(reduced_motion="reduce")
    assert not button.is_visible()


def test_a_second_press_stops_the_play_and_the_page_is_there(page: Page, address: str) -> None:
    opened(page, address, "beyond_relu", "beyond-curves")
    button = page.locator(".st-key-swish-beta-play button")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.st-key-swish-beta input').value >= 3")
    page.keyboard.press("Enter")
    expect(button).to_have_text(prose.common("play"))
    settle(page)
    assert 3 <= value(page, "swish-beta") == linked(page, "swish.beta") < 10
    expect(button).to_be_focused()


TEXTS = """e => [...e.querySelectorAll('.infolayer .annotation')].map(a => {
    const text = a.querySelector('.annotation-text');
    const [box, whole] = [a, e].map(each => each.getBoundingClientRect());
    const place = [box.x - whole.x, box.y - whole.y].map(at => Math.round(at / 4));
    return [text?.textContent, text && getComputedStyle(text).fill, place].join();
}).sort()"""


@pytest.mark.parametrize(
    ("where", "control", "chart", "same"),
    [
        ("", "depth", "gradient", "?depth=100"),
        pytest.param("beyond_relu", "swish-beta", "beyond-curves", "?swish.beta=10", marks=pytest.mark.slow),
    ],
)
def test_at_the_end_of_a_drag_each_text_is_as_if_the_page_had_opened_there(
    page: Page, address: str, where: str, control: str, chart: str, same: str
) -> None:
    """Plotly takes the texts of a frame one by one over those that are there: none may get another's colour."""
    page.set_viewport_size({"width": 1280, "height": 1400})
    visit(page, address, where + same)
    wanted = page.locator(plot(chart)).first.evaluate(TEXTS)
    opened(page, address, where, chart)
    alike = (
        "([plot, wanted]) => JSON.stringify((" + TEXTS + ")(document.querySelector(plot))) === JSON.stringify(wanted)"
    )
    with held(page, control) as (x, length, y):
        for share in (0.5, 0.0, 1.0):
            page.mouse.move(x + share * length, y, steps=6)
            painted(page)
        page.wait_for_function(alike, arg=[plot(chart), wanted])
    settle(page)
    page.wait_for_function(alike, arg=[plot(chart), wanted])
