"""Small enough for a phone."""

from playwright.sync_api import Page

from core.words import prose
from tests.browser.server import box_of, settle
from tests.browser.test_browser import CHART, PAGES, visit

FOLD = ".fold:visible"


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
    said, chart = box_of(phone.get_by_text("dept", exact=True)), box_of(phone.locator(CHART).first)
    assert said["y"] < chart["y"]
    first = box_of(phone.locator(FOLD).first)
    play = box_of(phone.get_by_role("button", name=prose.read(PAGES[0])("button pulse")))
    assert play["y"] < first["y"]


def test_what_a_link_keeps_beside_one_chart_is_not_folded(phone: Page, address: str) -> None:
    visit(phone, address, "relu_variants?only=variants.curves&keep=prelu.a")
    assert phone.locator(".st-key-prelu-a input").is_visible()
    assert phone.locator(FOLD).count() == 0
