"""What a first-year student finds without scrolling or searching: formulas, captions, the menu, the way to a chart."""

import pytest
from playwright.sync_api import Page

from core.maths.activations import ACTIVATIONS
from core.ui.sections import SECTIONS
from core.words import prose
from tests.browser.server import settle
from tests.browser.test_browser import MAIN, path, visit

FORMULAS = {  # where the article defines its functions, and how it says that a network learns
    "sigmoid_and_tanh": ("sigmoid", "tanh"),
    "relu": ("relu",),
    "relu_variants": ("leaky_relu", "prelu", "elu"),
    "beyond_relu": ("swish", "gelu"),
}
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


@pytest.mark.parametrize("stem", [section.page for section in SECTIONS])
def test_on_a_laptop_the_caption_of_the_first_chart_is_on_the_first_screen(page: Page, address: str, stem: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, address, path(stem))
    caption = page.locator(f'{MAIN} [data-testid="stCaptionContainer"] p').first.bounding_box()
    assert caption
    assert caption["y"] + caption["height"] < 806, "its last line may touch the edge"


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
    page.wait_for_function(
        """() => {
            const box = document.querySelector(".st-key-relu-dying").getBoundingClientRect();
            return box.top >= 0 && box.bottom <= innerHeight;
        }"""
    )
