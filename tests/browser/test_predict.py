"""Predict, then see, in a browser: a marker is placed by a click."""

from playwright.sync_api import Page, expect

from tests.browser.server import box_of, settle

MARKER = ".st-key-beyond_relu-marker .js-plotly-plot"


def test_a_click_places_the_marker_and_the_chart_shows_it_beside_the_answer(page: Page, address: str) -> None:
    """Also where that chart stands alone."""
    page.goto(f"{address}/beyond_relu?predict=true&only=beyond.curves")
    settle(page)
    plot = box_of(page.locator(f"{MARKER} .nsewdrag"))
    slider, show = (
        page.locator(".st-key-beyond_relu-guess").get_by_role("slider"),
        page.get_by_role("button", name="Show me"),
    )
    for share in (0.9, 0.41):  # of the width, from x = -4 to 4; far above the curve and close to it
        page.mouse.move(plot["x"] + share * plot["width"], plot["y"] + 0.3 * plot["height"])
        page.wait_for_selector(f"{MARKER} .hoverlayer .axistext, {MARKER} .hoverlayer .hovertext", state="attached")
        page.mouse.down()
        page.mouse.up()
        wanted = -4.0 + 8.0 * share
        page.wait_for_function(
            "([selector, wanted]) => { const shape = document.querySelector(selector)?.layout?.shapes[0];"
            " return shape && Math.abs(shape.x0 - wanted) < 0.08; }",
            arg=[MARKER, wanted],
        )
        settle(page)
        assert abs(float(slider.input_value()) - wanted) < 0.08
    expect(show).to_be_enabled()
    show.click()
    settle(page)
    verdict = page.locator(".st-key-beyond_relu-question")
    expect(verdict).to_be_visible()
    expect(verdict).to_contain_text("Right.")
    assert verdict.get_by_role("button").is_visible(), "to be asked again"
    assert not page.locator("h1").is_visible()
    texts = page.locator(".st-key-beyond-curves .js-plotly-plot .annotation-text")
    expect(texts.filter(has_text="your marker")).to_have_count(1)
    expect(texts.filter(has_text="GELU −0.752")).to_have_count(1)
