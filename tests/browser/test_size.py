"""Small enough for a phone."""

import pytest
from playwright.sync_api import Page

from core.words import prose
from tests.browser.server import settle
from tests.browser.test_browser import CHART, PAGES, path, sideways, visit

PHONE_TOP, FILM_TOP, TOUCH = 420, 544, 44  # pixels: where the first chart begins, that of a film, each button
FRAME, FRAME_TOP = 600, 400  # how wide a frame in a learning platform is, and where the first chart begins in it
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
    phone.set_viewport_size({"width": FRAME, "height": 900})  # as a frame is, but for the menu that is folded away
    phone.wait_for_function(
        f"width => document.querySelector('{CHART} .main-svg').clientWidth > width", arg=FRAME - 100
    )
    assert min(phone.evaluate(CHARTS)) <= FRAME_TOP


# What is seen of each experiment, from above: its chart, labels of controls, button and sentence.
SEEN = """() => [...document.querySelectorAll('[class*="st-key-experiment-"], [class*="st-key-below-"]')].map(box => {
  const kinds = {chart: '.js-plotly-plot', control: '[data-testid="stWidgetLabel"]', fold: '.fold',
                 said: '[data-testid="stCaptionContainer"]'};
  return Object.entries(kinds).flatMap(([kind, css]) => [...box.querySelectorAll(css)].filter(e => e.checkVisibility())
    .map(e => [e.getBoundingClientRect().top, kind])).sort((a, b) => a[0] - b[0]).map(([, kind]) => kind)})"""
ALONE = {"relu": 2, "beyond_relu": 2, "why_it_matters": 1, "papers": 1}
# Those are experiments with one control, or one and "More settings".
NONE = "watch_it_learn"  # no control drives its charts: they are started
FOLD = ".fold:visible"


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_one_control_stands_under_a_chart_and_the_others_unfold(
    name: str, page: Page, phone: Page, address: str
) -> None:
    visit(phone, address, path(name))
    experiments = phone.evaluate(SEEN)
    folds = phone.locator(FOLD)
    assert folds.count() == len(experiments) - ALONE.get(name, 0)
    for seen in experiments:
        fold = ["fold"] if "fold" in seen else []
        under = ["chart", *([] if name == NONE else ["control"]), *fold, "said"]
        assert seen[seen.index("chart") :][: len(under)] == under
    before, count = sum(seen.count("control") for seen in experiments), folds.count()
    for place in range(count):
        assert folds.nth(place).get_attribute("aria-expanded") == "false"
        folds.nth(place).tap()
        assert folds.nth(place).get_attribute("aria-expanded") == "true"
    opened = sum(seen.count("control") for seen in phone.evaluate(SEEN))
    assert opened >= before + count

    visit(page, address, path(name))  # on a wide window all of them stand there, and no button
    wide = page.evaluate(SEEN)
    assert sum(seen.count("control") for seen in wide) == opened
    assert page.locator(FOLD).count() == 0


def test_a_folded_setting_is_set_and_counted_and_the_button_works_with_keys(phone: Page, address: str) -> None:
    visit(phone, address, "relu_variants?variants.seed=3")
    first, second = phone.locator(FOLD).all()
    said = prose.common("settings"), prose.common("settings changed", count="1")
    assert (first.inner_text(), second.inner_text()) == said
    slope = phone.locator(".st-key-prelu-a input")
    phone.get_by_text(prose.read("relu_variants")("try negative")).tap()
    settle(phone)
    assert (first.inner_text(), slope.input_value()) == (said[1], "-0.5")
    assert "prelu.a=-0.5" in phone.url
    first.focus()
    for key, shown in (("Enter", True), ("Space", False), ("Enter", True)):
        phone.keyboard.press(key)
        assert slope.is_visible() is shown
    slope.press("ArrowRight")  # the page runs again, and the settings stay open
    settle(phone)
    assert slope.is_visible()
    assert slope.input_value() != "-0.5"


def test_what_plays_the_first_chart_is_not_folded_and_what_a_link_asks_in_vain_is_said_above_it(
    phone: Page, address: str
) -> None:
    visit(phone, address, "?dept=9")
    said, chart = phone.get_by_text("dept", exact=True).bounding_box(), phone.locator(CHART).first.bounding_box()
    assert said
    assert chart
    assert said["y"] < chart["y"]
    first = phone.locator(FOLD).first.bounding_box()
    play = phone.get_by_role("button", name=prose.read(PAGES[0])("button pulse")).bounding_box()
    assert first
    assert play
    assert play["y"] < first["y"]


def test_what_a_link_keeps_beside_one_chart_is_not_folded(phone: Page, address: str) -> None:
    visit(phone, address, "relu_variants?only=variants.curves&keep=prelu.a")
    assert phone.locator(".st-key-prelu-a input").is_visible()
    assert phone.locator(FOLD).count() == 0
