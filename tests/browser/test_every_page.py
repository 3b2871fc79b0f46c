"""Every page as it opens, on a laptop and on a phone: all that is looked at is looked at in one visit."""

from urllib.parse import urlparse

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Request

from core.words import prose
from tests.browser.conftest import PHONE
from tests.browser.server import box_of, painted
from tests.browser.test_browser import CHART, MAIN, PAGES, heard, path, short, sideways, visit
from tests.browser.test_size import FOLD
from tests.browser.test_texts import DRAWN, SIZES, texts

PHONE_TOP, FILM_TOP, TOUCH = 420, 544, 44  # pixels: where the first chart begins, that of a film, each button
FRAME, FRAME_TOP = 600, 400  # how wide a frame in a learning platform is, and where the first chart begins in it
# The upper edge of each chart on the page.
CHARTS = f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot')].map(
    plot => plot.getBoundingClientRect().top + document.querySelector('[data-testid="stMain"]').scrollTop)"""
LOW = f"""() => [...document.querySelectorAll('.stMainBlockContainer :is(button, summary)')].filter(
    e => e.checkVisibility() && e.getBoundingClientRect().height < {TOUCH} - 0.5).map(e => e.outerHTML.slice(0, 120))"""
ROOM = 300  # pixels of a phone's 390: the least width of a plot that has its chart for itself
# The width of each chart's plot, if it has but one.
WIDTHS = f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot')].flatMap(plot => {{
  const across = Object.keys(plot._fullLayout).filter(name => /^xaxis\\d*$/.test(name));
  return across.length === 1 ? [plot._fullLayout.xaxis._length] : [];
}})"""
# What is seen of each experiment, from above: its chart, labels of controls, button and sentence.
SEEN = """() => [...document.querySelectorAll('[class*="st-key-experiment-"], [class*="st-key-below-"]')].map(box => {
  const kinds = {chart: '.js-plotly-plot', control: '[data-testid="stWidgetLabel"]', fold: '.fold',
                 said: '[data-testid="stCaptionContainer"]'};
  return Object.entries(kinds).flatMap(([kind, css]) => [...box.querySelectorAll(css)].filter(e => e.checkVisibility())
    .map(e => [e.getBoundingClientRect().top, kind])).sort((a, b) => a[0] - b[0]).map(([, kind]) => kind)})"""
ALONE = {"relu": 2, "beyond_relu": 2, "why_it_matters": 1, "papers": 1}
# Those are experiments with one control, or one and "More settings".
NONE = "watch_it_learn"  # no control drives its charts: they are started
LAPTOP = {"width": 1280, "height": 800}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_a_fault_keeps_to_itself_and_its_texts_can_be_read(
    name: str, page: Page, address: str
) -> None:
    faults: list[str] = []

    def failed(error: Error) -> None:
        faults.append(str(error))

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load" not in message.text:
            faults.append(message.text)

    def asked(request: Request) -> None:
        where = urlparse(request.url)
        if where.scheme not in ("data", "blob") and where.hostname != "127.0.0.1":
            faults.append(request.url)

    page.set_viewport_size(LAPTOP)
    with heard(page, pageerror=failed, console=said, request=asked):
        visit(page, address, path(name))
    assert page.title() == short(name)
    assert page.locator("h1").inner_text() == prose.read(name)("title")
    assert page.locator('[data-testid="stException"]').count() == 0
    for chart in page.locator(CHART).all():
        assert any(
            c.isdigit()
            for c in chart.evaluate(
                "e => e.getAttribute('aria-label') || e.querySelector('[aria-label]').getAttribute('aria-label')"
            )
        )
    assert faults == []
    caption = box_of(page.locator(f'{MAIN} [data-testid="stCaptionContainer"] p').first)
    assert caption["y"] + caption["height"] < 806, "on the first screen; its last line may touch the edge"
    assert texts(page) == {width: [] for width, _ in SIZES}


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_the_chart_comes_first_with_one_control_and_the_others_unfold(
    name: str, phone: Page, address: str
) -> None:
    visit(phone, address, path(name))
    phone.wait_for_function(DRAWN)
    widths = phone.evaluate(WIDTHS)
    assert widths or name == "vanishing_gradient"
    assert all(width >= ROOM for width in widths), widths
    # A film stands under what starts it.
    assert min(phone.evaluate(CHARTS)) <= (FILM_TOP if name == "watch_it_learn" else PHONE_TOP)
    assert phone.evaluate(LOW) == []
    assert sideways(phone) <= 0

    experiments = phone.evaluate(SEEN)
    folds = phone.locator(FOLD)
    assert folds.count() == len(experiments) - ALONE.get(name, 0)
    for seen in experiments:
        fold = ["fold"] if "fold" in seen else []
        under = ["chart", *([] if name == NONE else ["control"]), *fold, "said"]
        assert seen[seen.index("chart") :][: len(under)] == under
    before, count = sum(seen.count("control") for seen in experiments), folds.count()

    phone.set_viewport_size(LAPTOP)  # on a wide window all of them stand there, and no button
    painted(phone)
    assert phone.locator(FOLD).count() == 0
    wide = sum(seen.count("control") for seen in phone.evaluate(SEEN))
    assert wide >= before + count
    phone.set_viewport_size({"width": FRAME, "height": 900})  # as a frame is, but for the menu that is folded away
    phone.wait_for_function(
        f"width => document.querySelector('{CHART} .main-svg').clientWidth > width", arg=FRAME - 100
    )
    assert min(phone.evaluate(CHARTS)) <= FRAME_TOP

    phone.set_viewport_size(PHONE)
    phone.wait_for_function(DRAWN)
    for place in range(count):
        assert folds.nth(place).get_attribute("aria-expanded") == "false"
        folds.nth(place).tap()
        assert folds.nth(place).get_attribute("aria-expanded") == "true"
    assert sum(seen.count("control") for seen in phone.evaluate(SEEN)) == wide
