"""The walk through the chain in a browser: its step is the same everywhere, and everything has room."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from core.words import prose
from tests.browser.server import box_of, settle, still
from tests.browser.test_browser import visit

CHART = ".st-key-chain-gradient .js-plotly-plot"
BUTTONS = ("back", "start", "end")
# Which texts of the drawing overlap: numbers, names and words around them, each as (text, text).
OVERLAPS = """plot => {
    const texts = [...plot.querySelectorAll('.textpoint text, .infolayer .annotation-text')].flatMap(
        e => e.querySelector('tspan.line') ? [...e.querySelectorAll('tspan.line')] : [e]).filter(
        e => e.textContent.trim());
    const boxes = texts.map(e => [e.textContent, e.getBoundingClientRect()]);
    const touch = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
    return boxes.flatMap(([one, a], k) => boxes.slice(k + 1).filter(([, b]) => touch(a, b)).map(([two]) => [one, two]));
}"""
FITS = """chart => { const plot = document.querySelector(chart), room = plot?.closest('.stPlotlyChart');
    return room && Math.abs(plot.querySelector('.main-svg').getBoundingClientRect().width - room.clientWidth) < 2; }"""
OUTSIDE = """plot => { const whole = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('.textpoint text, .infolayer .annotation-text')].filter(e => e.textContent.trim())
        .filter(e => { const box = e.getBoundingClientRect();
                       return box.left < whole.left - 1 || box.right > whole.right + 1; }).map(e => e.textContent); }"""


def told(page: Page) -> tuple[str, str, str]:
    """The step in its field and in its sentence; how many there are; what the address says."""
    settle(page)
    field = page.locator(".st-key-chain-step input")
    said = page.locator(f"{CHART} .annotation-text").filter(has_text="Step ").text_content() or ""
    end = field.get_attribute("max")
    step = field.input_value()
    assert said.startswith(f"Step {step} of {end}.")
    query = page.url.partition("?")[2].split("&")
    return step, str(end), next((part.partition("=")[2] for part in query if part.startswith("chain.step=")), "")


def test_the_step_is_the_same_everywhere_and_a_link_to_it_stays_good(page: Page, address: str) -> None:
    """Also where the number of neurons moves the end of the walk."""

    def press(key: str, role: Literal["slider", "spinbutton"], name: str, times: int = 1) -> tuple[str, str, str]:
        for _ in range(times):
            page.locator(f".st-key-{key}").get_by_role(role).press(name)
            settle(page)
        return told(page)

    def click(name: str) -> tuple[str, str, str]:
        page.locator(f".st-key-chain-step-{name} button").click()
        return told(page)

    visit(page, address, "backpropagation")
    assert told(page) == ("4", "8", "")
    visit(page, address, "backpropagation?chain.step=24")
    assert told(page) == ("8", "8", "8")
    visit(page, address, "backpropagation?chain.step=6")
    assert told(page) == ("6", "8", "6")
    assert press("chain-neurons", "slider", "ArrowRight") == ("6", "10", "6")
    assert click("forward") == ("7", "10", "7")
    assert press("chain-neurons", "slider", "ArrowRight") == ("7", "12", "7")
    assert click("end") == ("12", "12", "12")
    assert click("back") == ("11", "12", "11")
    assert press("chain-step", "spinbutton", "ArrowUp") == ("12", "12", "12")
    assert press("chain-neurons", "slider", "ArrowLeft", 3) == ("6", "6", "6")
    assert click("back") == ("5", "6", "5")
    page.reload()
    assert told(page) == ("5", "6", "5")
    assert press("chain-neurons", "slider", "ArrowRight") == ("5", "8", "5")
    assert click("end") == ("8", "8", "8")
    assert click("forward") == ("4", "8", ""), "again from the loss"


def test_the_button_to_go_on_keeps_the_keyboard_while_its_name_changes(page: Page, address: str) -> None:
    visit(page, address, "backpropagation")
    button = page.locator(".st-key-chain-step-forward button")
    button.focus()
    for neuron in (4, 3, 2, 1):
        expect(button).to_have_text(prose.common("next back", neuron=str(neuron)))
        page.keyboard.press("Enter")
        settle(page)
        expect(button).to_be_focused()
    expect(button).to_have_text(prose.common("next again"))


def test_the_buttons_of_the_walk_stand_on_one_line(page: Page, address: str) -> None:
    visit(page, address, "backpropagation")
    for width in (1920, 1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITS, arg=CHART)
        boxes = [box_of(page.locator(f".st-key-chain-step-{name} button")) for name in BUTTONS]
        assert len({round(box["y"]) for box in boxes}) == 1
        assert all(box["height"] >= 24 for box in boxes)
    words = prose.read("backpropagation")
    for name in BUTTONS:
        assert page.get_by_role("button", name=words(f"button {name}"), exact=True).count() == 1


@pytest.mark.parametrize("link", [
    "neurons=5&chain.step=10", "neurons=12&chain.step=24", "neurons=12&chain.weight=-4.9&chain.x=-4.9&chain.step=24",
    "neurons=4&chain.activation=ReLU&chain.x=-1&chain.step=8",
    "neurons=12&chain.weight=-100&chain.bias=50&chain.x=0.5&chain.step=24",
])  # fmt: skip
def test_no_number_of_the_chain_is_printed_over_another(page: Page, address: str, link: str) -> None:
    """On the longest single row, on two rows, with the widest numbers."""
    visit(page, address, f"backpropagation?chain.{link}")
    plot = page.locator(CHART).first
    for width in (1920, 1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITS, arg=CHART)
        assert plot.locator(".textpoint text").count() >= 5
        assert plot.evaluate(OVERLAPS) == []
        assert plot.evaluate(OUTSIDE) == []


def test_a_step_that_is_typed_takes_the_figures_the_sentence_and_the_arrows_with_it(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 1400})
    visit(page, address, "backpropagation?chain.step=8")
    arrows = page.locator(f"{CHART} .annotation-arrow-g")
    samples = 3
    expect(arrows).to_have_count(5 + 5 + samples)
    page.locator(".st-key-chain-step input").fill("0")
    texts = page.locator(f"{CHART} .annotation-text")
    expect(texts.filter(has_text=re.compile(r"^Step 0 of 8\."))).to_have_count(1)
    still(page)
    said = texts.all_text_contents()
    assert [text for text in said if prose.common("walk input") in text]
    assert not [text for text in said if "0.00216" in text or "…" in text]
    numbers = page.locator(f"{CHART} .textpoint text").all_text_contents()
    assert [text for text in numbers if "0." in text] == []
    assert arrows.count() == 5 + samples, "nothing has come back"
    assert "chain.step=8" in page.url, "not even asked for yet"
    page.locator(".st-key-chain-step input").press("Enter")
    assert told(page) == ("0", "8", "0")
    page.locator(".st-key-chain-step-play button").click()
    expect(page).to_have_url(re.compile("chain.step=8"))
    expect(texts.filter(has_text=re.compile(r"^Step 8 of 8\."))).to_have_count(1)
    assert told(page) == ("8", "8", "8")
