"""What a first-year student finds without scrolling or searching: formulas, captions, the menu, the way to a chart."""

import pytest
from playwright.sync_api import Page, expect

from core.maths.activations import ACTIVATIONS
from core.ui.sections import SECTIONS
from core.words import prose
from tests.browser.server import becomes, box_of, settle
from tests.browser.test_browser import path, violations, visit

FORMULAS = {  # where the article defines its functions, and how it says that a network learns
    "sigmoid_and_tanh": ("sigmoid", "tanh"),
    "relu": ("relu",),
    "relu_variants": ("leaky_relu", "prelu", "elu"),
    "beyond_relu": ("swish", "gelu"),
}
VISIBLE = """css => {
    const box = document.querySelector(css).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""
LEARNING = (r"\leftarrow", "{dL}{dw}", r"\partial L}{\partial w_1}")  # a step, its slope, the chain rule


def drawn(page: Page) -> list[str]:
    """The source of every formula that the browser has drawn."""
    return page.evaluate("[...document.querySelectorAll('.katex annotation')].map(each => each.textContent)")


@pytest.mark.parametrize("stem", FORMULAS)
def test_the_formulas_of_the_article_are_drawn_on_its_page(page: Page, address: str, stem: str) -> None:
    visit(page, address, path(stem))
    found = drawn(page)
    for name in FORMULAS[stem]:
        entry = ACTIVATIONS[name]
        assert {entry.formula, entry.derivative_formula} <= set(found), name


def test_how_a_network_learns_is_drawn_as_formulas(page: Page, address: str) -> None:
    visit(page, address, "backpropagation")
    found = " ".join(drawn(page))
    assert [part for part in LEARNING if part not in found] == []


def test_every_entry_of_the_menu_stands_on_one_line(page: Page, address: str) -> None:
    visit(page, address, "")
    heights = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stSidebarNavLink]')].map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > len(SECTIONS)
    assert max(heights) == min(heights)


def test_what_is_tried_moves_the_window_to_its_chart(page: Page, address: str) -> None:
    visit(page, address, "relu")
    page.get_by_role("button", name=prose.read("relu")("try kill")).click()
    settle(page)
    page.wait_for_function(VISIBLE, arg=".st-key-relu-dying")


# Words that light up what they speak of

FAINT = """key => [...document.querySelectorAll(`.st-key-${key} :is(g.trace, g.annotation)`)]
    .filter(each => getComputedStyle(each).opacity < 0.3)
    .map(each => each.__data__?.[0]?.trace.name ?? each.textContent).sort()"""
LIT = "() => [...document.querySelectorAll('.lit i')].map(each => each.getBoundingClientRect())"


def test_words_light_up_their_line_without_the_server_and_while_the_figure_changes(page: Page, address: str) -> None:
    visit(page, address, "")
    asked, where = page.evaluate("window.runs.asked"), page.url
    words = page.get_by_role("button", name="Tanh", exact=True).last
    others = ["ReLU", "ReLU ▲", "ReLU, best case", "Sigmoid", "Sigmoid ●", "Sigmoid, best case"]

    def faint() -> list[str]:
        return [name for name in page.evaluate(FAINT, "gradient") if "reaches" not in name]

    words.hover()
    becomes(faint, others)
    page.mouse.move(0, 0)
    becomes(faint, [])

    words.click()
    assert (page.url, page.evaluate("window.runs.asked")) == (where, asked)
    page.mouse.move(0, 0)
    expect(words).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []
    page.locator(".st-key-depth input").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    becomes(faint, others)  # of the new figure as well
    words.focus()
    page.keyboard.press("Escape")
    becomes(faint, [])
    expect(words).to_have_attribute("aria-pressed", "false")

    first = page.get_by_text("as far as layer 1")
    first.focus()
    page.keyboard.press(" ")
    (lit,) = page.evaluate(LIT)
    sign = box_of(page.locator(".st-key-first-light g.annotation", has_text="layer 1").first)
    assert abs(lit["left"] - sign["x"]) < 12, "its column begins where its name does"
    page.keyboard.press("Enter")
    assert page.evaluate(LIT) == []


def test_a_tap_on_words_brings_their_stretch_of_the_chart_into_view(phone: Page, address: str) -> None:
    visit(phone, address, "relu")
    words = phone.get_by_role("button", name="Left of zero")
    words.tap()
    phone.wait_for_function(VISIBLE, arg=".st-key-relu-curves")
    (lit,) = phone.evaluate(LIT)
    zero = box_of(phone.locator(".st-key-relu-curves .xtick text", has_text="0").first)
    assert abs(lit["right"] - zero["x"] - zero["width"] / 2) < 3
    words.tap()
    assert phone.evaluate(LIT) == []
