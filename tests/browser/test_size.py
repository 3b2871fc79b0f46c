"""Small enough for a phone, large enough for a projector."""

import pytest
from playwright.sync_api import Page

from core.words import prose
from tests.browser.server import painted, settle
from tests.browser.test_browser import CHART, PAGES, path, sideways, visit
from tests.browser.test_drag import held
from tests.browser.test_watch import button

PHONE_TOP, FILM_TOP, TOUCH = 420, 544, 44  # pixels: where the first chart begins, that of a film, each button
LETTER, SCREEN = 22, {"width": 1920, "height": 1080}  # pixels: a fiftieth of the height of a projector's screen
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


# What is seen of each experiment, from above: its chart, labels of controls, button and sentence.
SEEN = """() => [...document.querySelectorAll('[class*="st-key-experiment-"], [class*="st-key-below-"]')].map(box => {
  const kinds = {chart: '.js-plotly-plot', control: '[data-testid="stWidgetLabel"]', fold: '.fold',
                 said: '[data-testid="stCaptionContainer"]'};
  return Object.entries(kinds).flatMap(([kind, css]) => [...box.querySelectorAll(css)].filter(e => e.checkVisibility())
    .map(e => [e.getBoundingClientRect().top, kind])).sort((a, b) => a[0] - b[0]).map(([, kind]) => kind)})"""
ALONE = {"relu": 2, "beyond_relu": 2, "why_it_matters": 1}  # experiments with one control, or one and "More settings"
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


def test_what_plays_the_first_chart_is_not_folded(phone: Page, address: str) -> None:
    visit(phone, address, "")
    first = phone.locator(FOLD).first.bounding_box()
    play = phone.get_by_role("button", name=prose.read(PAGES[0])("button pulse")).bounding_box()
    assert first
    assert play
    assert play["y"] < first["y"]


def test_what_a_link_keeps_beside_one_chart_is_not_folded(phone: Page, address: str) -> None:
    visit(phone, address, "relu_variants?only=variants.curves&keep=prelu.a")
    assert phone.locator(".st-key-prelu-a input").is_visible()
    assert phone.locator(FOLD).count() == 0


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
    chart, main = page.locator(CHART).first.bounding_box(), page.locator(".stMainBlockContainer").bounding_box()
    assert chart is not None
    assert main is not None
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
    plot = page.locator(f".st-key-{chart} .js-plotly-plot")
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
        plot.locator(".updatemenu-button").first.click()
        page.wait_for_function("() => window.pictures.size > 5")
    settle(page)
    assert page.evaluate("window.small") == []
    assert charts(page, SMALL) == []


def test_for_a_projector_no_picture_of_a_film_has_small_letters(page: Page, address: str) -> None:
    page.set_viewport_size(SCREEN)
    visit(page, address, "watch_it_learn?size=2&learn.steps=100")
    page.evaluate(WATCH)
    button(page, "start").click()
    page.wait_for_function("() => window.pictures.size > 3", timeout=60_000)
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
    ("zoom", "query"), [pytest.param(1.75, "", marks=pytest.mark.slow), (2, ""), (2, "?size=2")], ids=str
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
