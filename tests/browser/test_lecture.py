"""A lesson is given with a presenter's remote alone, on a projector and on a phone."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.words import lessons, prose
from tests.browser.server import box_of, settle
from tests.browser.test_browser import CHART, sideways, violations
from tests.browser.test_projector import CUT, LETTER, SCREEN, SMALL

LESSON = "short"
STEPS = len(lessons.read(LESSON).steps)
# Words of the step that are smaller than a fiftieth of the height of a projector's screen.
LETTERS = f"""() => [...document.querySelectorAll('.st-key-lecture p, [class*="-question"] :is(p, label)')].filter(
    part => part.checkVisibility() && part.innerText.trim()
        && parseFloat(getComputedStyle(part).fontSize) < {LETTER} - 0.01).map(part => part.innerText)"""

# Whether things stand one above the other, none of them over the next; asked anew until all of them are there.
STACKED = """selectors => {
    const boxes = selectors.map(selector =>
        [...document.querySelectorAll(selector)].find(part => part.checkVisibility())?.getBoundingClientRect());
    return boxes.every(box => box?.height) && boxes.slice(1).every((box, k) => boxes[k].bottom <= box.top + 1);
}"""


def present(page: Page, address: str, step: int = 1, **more: str) -> None:
    query = "&".join(f"{key}={value}" for key, value in {"lesson": LESSON, "step": str(step), **more}.items())
    page.goto(f"{address}/lecture?{query}")
    at(page, step)


def at(page: Page, step: int) -> None:
    """The step is shown, and its address says so."""
    expect(page.get_by_text(prose.common("lecture at", step=step, steps=STEPS))).to_be_visible()
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["step"] == [str(step)]


def press(page: Page, key: str, step: int) -> None:
    page.keyboard.press(key)
    at(page, step)


def test_a_lesson_is_given_by_keys_alone_wherever_the_focus_is(page: Page, address: str) -> None:
    page.set_viewport_size(SCREEN)
    present(page, address)
    press(page, "PageDown", 2)
    slider = page.locator(".st-key-depth input").first
    slider.focus()
    before = slider.input_value()
    press(page, "ArrowRight", 3)  # of a slider that has just been dragged
    assert before == "10"
    page.locator(f"{CHART} .plotly, {CHART} .js-plotly-plot").first.click(position={"x": 200, "y": 200}, force=True)
    press(page, " ", 4)
    press(page, "PageUp", 3)
    press(page, "ArrowLeft", 2)
    press(page, "End", STEPS)
    page.keyboard.press("ArrowRight")  # there is no other
    press(page, "Home", 1)
    page.go_back()
    at(page, STEPS)


@pytest.mark.parametrize("step", [1, 5])  # a question, and a chart in which a line is lit up
def test_a_step_fills_a_projector_with_letters_that_are_read_from_the_last_row(
    step: int, page: Page, address: str
) -> None:
    page.set_viewport_size(SCREEN)
    present(page, address, step)
    assert page.evaluate(LETTERS) == []
    charts = page.locator(f"{CHART} .js-plotly-plot").filter(visible=True)
    assert page.eval_on_selector_all(f"{CHART} .js-plotly-plot", SMALL) == []
    assert page.eval_on_selector_all(f"{CHART} .js-plotly-plot", CUT) == []
    if step > 1:
        box = box_of(charts.first)
        assert box["width"] > 0.9 * SCREEN["width"]
        assert box["y"] + box["height"] <= SCREEN["height"]
    assert sideways(page) <= 0
    assert violations(page) == []


def test_on_a_phone_in_the_dark_a_step_has_its_words_over_its_chart(phone: Page, address: str) -> None:
    phone.emulate_media(color_scheme="dark")
    present(phone, address, 2)
    phone.wait_for_function(STACKED, arg=[".st-key-lecture p", f"{CHART} .main-svg"])
    assert phone.eval_on_selector_all(f"{CHART} .js-plotly-plot", CUT) == []
    assert sideways(phone) <= 0
    assert violations(phone) == []

    present(phone, address, 4)  # what it says of a control stands between that and the chart
    control = ".st-key-saturating-x"
    phone.wait_for_function(STACKED, arg=[f"{CHART} .main-svg", f"{control}-said p", control])
    box = box_of(phone.locator(control))
    assert box["y"] < 844


def test_the_notes_follow_the_same_keys_and_the_clock_is_off_at_first(page: Page, address: str) -> None:
    present(page, address, 1, notes="1")
    clock = page.locator("button.clock")
    expect(clock).to_have_text(prose.common("lecture clock"))
    press(page, "PageDown", 2)
    assert "notes=1" in page.url
    clock.click()
    expect(clock).to_contain_text(prose.common("lecture planned", start=0, end=4))
    press(page, "PageDown", 3)
    expect(clock).to_contain_text(prose.common("lecture used", minutes=0))
    assert page.locator(CHART).count() == 0
