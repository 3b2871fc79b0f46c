"""From the key on the depth slider to the new chart, in a real browser, beside a bare page with one slider."""

from collections.abc import Iterable
from statistics import median

from playwright.sync_api import Browser, Page

from tests.benchmarks.figures import FRONT_PAGE, record
from tests.browser.server import settle

GOALS = {"new": 1.4, "seen": 1.25, "next": 1.25}  # for a depth not seen before networks are measured as well
WHAT = {
    "new": "a move of the depth slider by ten layers, from the key to the new chart in the browser: a depth not seen"
    " before, for which the server is asked",
    "seen": "the same move to a depth seen before",
    "next": "a move to the next layer, which has come with the one before",
}
STARTS, FAR, NEAR = (21, 23, 25), 7, 20  # where moves by ten layers begin, how many from there, and moves by one

# Press the key, and look at every frame whether the chart has as many layers as the slider says.
MOVE = """layers => new Promise(done => {
    const start = performance.now();
    const look = () => {
        const plot = document.querySelector('.js-plotly-plot');
        if (plot && plot._fullData && plot._fullData.some(trace => trace.y && trace.y.length === layers))
            done(performance.now() - start);
        else if (performance.now() - start > 20000) done(-1);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    settle(page)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    return page


def milliseconds(page: Page, key: str, layers: int) -> float:
    page.bring_to_front()  # a page behind another paints nothing
    slider = page.locator(".st-key-depth").get_by_role("slider")
    slider.focus()
    page.evaluate("layers => { window.moved = (" + MOVE + ")(layers); }", layers)
    page.keyboard.press(key)
    took = page.evaluate("window.moved")
    assert took >= 0, "the chart did not follow the slider"
    settle(page)
    return float(took)


def test_a_slider_answers_like_that_of_a_bare_page(browser: Browser, addresses: dict[str, str]) -> None:
    """Medians of moves far away and back, and of moves to the next layer; the two pages take turns."""
    pages = {name: opened(browser, address) for name, address in addresses.items()}
    taken: dict[tuple[str, str], list[float]] = {}

    def move(kind: str, key: str, depths: Iterable[int]) -> None:
        for depth in depths:
            for name, page in pages.items():
                taken.setdefault((name, kind), []).append(milliseconds(page, key, depth))

    at = 20
    for start in STARTS:
        move("on the way", "ArrowRight", range(at + 1, start + 1))
        move("new", "PageUp", (start + 10 * k for k in range(1, FAR + 1)))
        move("seen", "PageDown", (start + 10 * k for k in reversed(range(FAR))))
        at = start
    move("next", "ArrowRight", range(at + 1, at + 1 + NEAR))
    for kind, what in WHAT.items():
        ours, bare = median(taken["explorer", kind]), median(taken["bare", kind])
        print(f"\nslider, {kind} depths: {ours:.0f} ms beside {bare:.0f} ms of the bare page")
        record(
            f"slider, {kind} depth",
            ours / bare,
            goal=GOALS[kind],
            what=what,
            against="the same move on a page with one slider and such a chart, on Streamlit's own settings",
            measures=("tests/benchmarks/test_slider_speed.py", "tests/benchmarks/bare_page.py", *FRONT_PAGE),
        )
