"""A class votes: two phones in the room that a third browser has opened."""

from math import erf, sqrt

from playwright.sync_api import Page, Response, expect

from core.ui import dom
from core.words import prose
from tests.browser.server import box_of, settle
from tests.browser.test_browser import faults, sideways

LESSON = "?lesson=vanishing&step=1"
PLACE = ".st-key-vote-place"
# Whether the marker, and the line through it, are at a place; of a tap, near it.
MARKED = f"""([place, x]) => {{
    const {{ data, layout }} = document.querySelector(`${{place}} {dom.SELECTORS["plot"]}`);
    return [data.at(-1).x[0], layout.shapes[0].x0, layout.annotations[0].x].every((at) => Math.abs(at - x) < 0.06);
}}"""
TALLY = '[class*="st-key-votes"] .main-svg'


def test_two_phones_vote_in_the_room_of_a_third_browser_and_nothing_is_at_fault(
    page: Page, phone: Page, fresh: Page, address: str
) -> None:
    fresh.set_viewport_size({"width": 1280, "height": 2400})
    fresh.goto(f"{address}/{LESSON}")
    settle(fresh)
    press(fresh, "room open")
    code = fresh.locator(".st-key-room-way").inner_text().strip()
    fresh.keyboard.press("Escape")
    expect(fresh.get_by_role("dialog")).to_have_count(0)

    phone.goto(f"{address}/vote?room={code}")
    option(phone, 0).tap()
    option(phone, 0, "sure").tap()
    expect(phone.get_by_text(prose.read("vote")("until"))).to_be_visible()
    assert faults(phone) == []
    assert sideways(phone) <= 0

    runs = phone.evaluate("window.runs.asked")
    for _ in range(2):
        with phone.expect_response(asked):
            pass
    assert phone.evaluate("window.runs.asked") == runs, "nothing is new, and so nothing has run"

    page.set_viewport_size({"width": 390, "height": 844})
    page.route(asked, lambda route: route.fulfill(status=404, body="Not Found"))  # as where app.py is a plain script
    page.goto(f"{address}/vote")
    page.get_by_role("textbox", name=prose.read("vote")("code")).fill(code.lower())
    page.keyboard.press("Enter")
    option(page, 0).wait_for()
    keys(page, "choice", "ArrowDown")
    keys(page, "sure", "Space")
    expect(page.get_by_text(prose.read("vote")("until"))).to_be_visible()
    expect(fresh.get_by_text(f"{2} answered")).to_be_visible()

    press(fresh, "room close")
    expect(fresh.locator(TALLY).first).to_be_visible()
    assert faults(fresh) == []
    for student in (phone, page):
        expect(student.get_by_text(prose.read("vote")("closed"))).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    press(fresh, "room again")
    expect(phone.get_by_text("Second vote")).to_be_visible()
    option(phone, 2).tap()
    option(phone, 0, "sure").tap()
    expect(fresh.get_by_text(f"{1} answered")).to_be_visible()
    press(fresh, "room close")
    press(fresh, "predict show")
    expect(fresh.locator(".st-key-vanishing_gradient-question")).to_contain_text("Computed: ReLU.")
    expect(phone.get_by_text("ReLU.")).to_be_visible()


def test_a_marker_moves_along_the_curve_on_a_phone_before_the_server_hears_of_it(
    page: Page, phone: Page, address: str
) -> None:
    page.goto(f"{address}/beyond_relu?predict=true")
    settle(page)
    press(page, "room open")
    code = page.locator(".st-key-room-way").inner_text().strip()
    phone.goto(f"{address}/vote?room={code}")
    phone.locator(f"{PLACE} .main-svg").first.wait_for()
    settle(phone)
    runs = phone.evaluate("window.runs.asked")
    thumb = box_of(phone.locator(dom.SELECTORS["slider_thumb"]))
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    phone.mouse.move(x, y)
    phone.mouse.down()
    phone.mouse.move(x - 60, y, steps=4)
    at = float(phone.locator(f"{PLACE} input").input_value())
    assert at < -1
    said = prose.read("vote")("height", x=written(at), y=written(at * (1 + erf(at / sqrt(2))) / 2))
    expect(phone.locator(PLACE).get_by_role("status")).to_have_text(said)
    phone.wait_for_function(MARKED, arg=[PLACE, at])
    assert phone.evaluate("window.runs.asked") == runs
    phone.mouse.up()
    settle(phone)
    phone.locator(f"{PLACE} input").press("ArrowRight")
    phone.wait_for_function(MARKED, arg=[PLACE, at + 0.05])
    chart = box_of(phone.locator(f"{PLACE} {dom.SELECTORS['plot_drag']}").first)
    phone.touchscreen.tap(chart["x"] + 0.75 * chart["width"], chart["y"] + 0.5 * chart["height"])
    phone.wait_for_function(MARKED, arg=[PLACE, 2.0])
    assert faults(phone) == []
    assert sideways(phone) <= 0


def written(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def asked(about: str | Response) -> bool:
    """A question whether anything is new."""
    return "_room?" in (about if isinstance(about, str) else about.url)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=prose.common(name)).click()
    settle(page)


def option(page: Page, place: int, part: str = "choice"):
    return page.locator(f'[class*="-{part}"] [role="radiogroup"] label').nth(place)


def keys(page: Page, part: str, key: str) -> None:
    page.locator(f'[class*="-{part}"] input').first.focus()
    page.keyboard.press(key)
