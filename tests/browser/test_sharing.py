"""Links that hide controls or show one chart alone, and the dialog that makes them, as a reader meets them."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from core.ui.share.dialog import qr_code
from core.words import prose
from tests.browser.server import box_of, settle, still
from tests.browser.test_browser import CHART, data, faults, short, sideways
from tests.browser.test_watch import columns, press_at_step
from tests.ui.share.test_links import modules

# What a reader sees, each thing by its key: nothing that is hidden has a size.
SEEN = """() => [...new Set([...document.querySelectorAll('[class*="st-key-"]')]
    .filter(e => e.getClientRects().length).map(e => [...e.classList].find(c => c.startsWith('st-key-'))))]"""
# Boxes with neither size nor anything in them, but room around them: columns and containers that should be gone.
EMPTY = """() => [...document.querySelectorAll('.stMainBlockContainer :is([data-testid=stColumn],'
    + '[data-testid=stLayoutWrapper], [data-testid=stElementContainer])')].filter(
    e => !e.closest('details:not([open])')
        && e.getClientRects().length && e.getBoundingClientRect().width && !e.innerText.trim()
        && !e.querySelector('svg, input, canvas, [role]') && getComputedStyle(e).position !== 'absolute')
    .map(e => e.className)"""


def visit(page: Page, address: str, where: str) -> None:
    """Until the first chart that is not hidden is there."""
    page.goto(f"{address}/{where}")
    settle(page)
    page.locator(f"{CHART} .main-svg").locator("visible=true").first.wait_for()


def named(address: str) -> str:
    """The address as one opens it from another machine."""
    return address.replace("127.0.0.1", "class.example")


def seen(page: Page) -> set[str]:
    """The keys of what is seen, but for rooms and for the button that plays a control."""
    return own(page.evaluate(SEEN))


def own(classes: Iterable[str]) -> set[str]:
    names = {name.removeprefix("st-key-") for name in classes}
    return {name for name in names if not name.startswith(("experiment-", "below-")) and not name.endswith("-play")}


def reached(page: Page, presses: int = 60) -> set[str]:
    """The classes of whatever the Tab key reaches, and of what it stands in."""
    found: set[str] = set()
    for _ in range(presses):
        page.keyboard.press("Tab")
        found |= set(
            page.evaluate(
                """() => { const names = [];
                for (let e = document.activeElement; e; e = e.parentElement)
                    names.push(...[...e.classList].filter(c => c.startsWith('st-key-')));
                return names; }"""
            )
        )
    return own(found)


def share(page: Page) -> Locator:
    page.get_by_role("button", name=prose.common("share"), exact=True).click()
    return shared(page)


def shared(page: Page) -> Locator:
    """The dialog, when it is there."""
    dialog = page.get_by_role("dialog", name=prose.common("share title"))
    expect(dialog.locator('[data-testid="stCode"]')).to_be_visible()
    settle(page)
    return dialog


def told(dialog: Locator) -> str:
    """The link that the dialog shows."""
    return dialog.locator('[data-testid="stCode"] code').inner_text().strip()


def drawn(dialog: Locator) -> str:
    """The code that the dialog shows, as SVG."""
    source = dialog.locator("img").first.get_attribute("src") or ""
    kind, _, content = source.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(content).decode()


def test_a_hidden_control_is_neither_seen_nor_reached_nor_read_and_holds(page: Page, address: str) -> None:
    visit(page, address, "?depth=31")
    whole, bare, labels = (
        data(page),
        page.evaluate(EMPTY),
        (prose.common("control depth"), prose.common("control initializer")),
    )
    assert {"depth", "initializer", "gain"} <= seen(page)
    assert {"depth", "initializer", "gain"} <= reached(page)
    visit(page, address, "?depth=31&hide=depth,initializer")
    assert data(page) == whole
    assert not {"depth", "initializer"} & seen(page)
    assert {"gain", "activations", "more", "gradient", "share"} <= seen(page)
    keys = reached(page)
    assert not {"depth", "initializer"} & keys
    assert "gain" in keys
    read = page.locator("body").aria_snapshot()
    assert prose.common("control gain") in read
    assert not [label for label in labels if label in read]
    assert page.evaluate(EMPTY) == bare, "only what has been empty before: the first page has none before it"


def test_a_column_whose_controls_are_all_hidden_leaves_its_room_to_the_chart(page: Page, address: str) -> None:
    visit(page, address, "")
    chart = page.locator(".st-key-gradient")
    narrow, bare = box_of(chart), page.evaluate(EMPTY)
    visit(page, address, "?hide=activations,depth,initializer,gain,width,seed,loss_scale")
    wide = box_of(chart)
    assert wide["width"] > narrow["width"] * 1.25
    assert wide["x"] < narrow["x"]
    assert page.evaluate(EMPTY) == bare
    assert page.get_by_role("button", name=prose.common("more")).count() == 0


def test_in_a_fold_the_others_stay(page: Page, address: str) -> None:
    visit(page, address, "?hide=width")
    page.get_by_role("button", name=prose.common("more")).click()
    page.locator(".st-key-seed").wait_for(state="visible")
    assert not page.locator(".st-key-width").is_visible()


@pytest.mark.parametrize(
    ("link", "keys"),
    [
        pytest.param("?depth=30&only=gradient&keep=depth", {"depth", "gradient"}, marks=pytest.mark.slow),
        pytest.param("why_it_matters?only=step.short&keep=step.depth", {"step-short", "step-depth"},
                     marks=pytest.mark.slow),
        ("backpropagation?only=chain.drawing&keep=chain.step",  # it has become a part of the other chart
         {"chain-gradient", "chain-step", *(f"chain-step-{name}" for name in ("start", "back", "forward", "end"))}),
        ("order_and_chaos?only=chaos.gradient&keep=chaos.w", {"chaos-gradient", "chaos-w", "beside"}),
    ],
)  # fmt: skip
def test_one_chart_alone_and_a_control(link: str, keys: set[str], page: Page, address: str) -> None:
    visit(page, address, link)
    assert seen(page) == keys | {"share-whole"}
    for part in ("h1", "h2", '[data-testid="stSidebar"]', '[data-testid="stHeader"]', '[data-testid="stMetric"]'):
        assert not [part for place in page.locator(part).all() if place.is_visible()]
    assert page.evaluate(EMPTY) == []
    assert {key for key in reached(page, 25) if key not in ("beside",)} <= keys | {"share-whole"}


def test_the_slider_beside_one_chart_alone_works_and_the_whole_page_opens_as_it_is(page: Page, address: str) -> None:
    visit(page, address, "?depth=30&only=gradient&keep=depth")
    before = data(page)
    page.locator(".st-key-depth").get_by_role("slider").press("ArrowRight")
    page.wait_for_url("**depth=31*")
    settle(page)
    assert data(page) != before
    assert "only=gradient" in page.url
    assert seen(page) == {"depth", "gradient", "share-whole"}
    shown = data(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=prose.common("share whole")).click()
    whole = opened.value
    settle(whole)
    whole.wait_for_selector(f"{CHART} .main-svg")
    assert whole.locator("h1").is_visible()
    assert whole.url == f"{address}/?depth=31"
    assert data(whole) == shown
    whole.close()


@pytest.mark.slow
def test_a_film_plays_where_it_stands_alone(page: Page, address: str) -> None:
    visit(page, address, "watch_it_learn?learn.steps=300&learn.seed=5&only=learn.history&keep=learn.buttons")
    assert columns(page) == 1
    page.get_by_role("button", name=prose.read("watch_it_learn")("button start"), exact=True).click()
    page.wait_for_function("() => document.body.innerText.includes('Step 300 of')")
    settle(page)
    assert {"learn-history", "learn-start"} <= seen(page)
    assert not {"learn-pictures", "learn-network", "learn-curves"} & seen(page)
    assert columns(page) == 51


def test_rubbish_shows_the_whole_page(page: Page, address: str) -> None:
    link = "?hide=nobody&only=x}body{display:none}&keep=</style>"
    visit(page, address, "")
    shown, keys = data(page), seen(page)
    visit(page, address, link)
    assert data(page) == shown
    assert seen(page) == keys
    assert page.locator("h1").is_visible()


def test_a_view_is_of_its_page_only(page: Page, address: str) -> None:
    visit(page, address, "?depth=30&hide=depth")
    page.get_by_role("link", name=prose.common("next", title=short("backpropagation"))).click()
    page.wait_for_url("**/backpropagation*")
    settle(page)
    assert "hide" not in page.url
    page.get_by_role("link", name=prose.common("previous", title=prose.read("vanishing_gradient")("title"))).click()
    page.wait_for_function("() => !location.pathname.includes('backpropagation')")
    settle(page)
    assert "depth" in seen(page)


@pytest.mark.parametrize("link", ["?only=gradient&keep=depth", ""])
def test_a_phone_shows_it_without_scrolling_sideways(link: str, phone: Page, address: str) -> None:
    page = phone
    visit(page, named(address), link)
    assert sideways(page) <= 1
    if "only" in link:  # it fills the window, and never becomes smaller than it is on its page
        for height, wanted in ((1200, 944), (500, 456)):
            page.set_viewport_size({"width": 390, "height": height})
            page.wait_for_function(
                "wanted => document.querySelector('.st-key-gradient .js-plotly-plot').layout.height === wanted",
                arg=wanted,
            )
    else:
        title, button = box_of(page.locator("h1")), box_of(page.locator(".st-key-share button"))
        assert button["y"] + button["height"] <= title["y"] + 4, "over the title, where it takes no room"
        dialog = share(page)
        assert sideways(page) <= 1
        box = box_of(dialog.locator("img").first)
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_link_is_copied_where_the_browser_lends_no_clipboard_or_else_selected(page: Page, address: str) -> None:
    visit(page, named(address), "relu?relu.x=2")  # plain http, and not this machine by name
    assert page.evaluate("() => !isSecureContext")
    dialog = share(page)
    code = dialog.locator('[data-testid="stCode"]')
    code.hover()
    code.locator("button").click()
    page.context.grant_permissions(["clipboard-read"])
    other = page.context.new_page()
    other.goto(f"{address}/_stcore/health")
    assert other.evaluate("navigator.clipboard.readText()").strip() == told(dialog)
    other.close()
    page.evaluate("() => { getSelection().empty(); document.execCommand = () => false; }")
    page.evaluate("link => navigator.clipboard.writeText(link).catch(() => {})", told(dialog))
    expect(dialog.get_by_role("status").filter(has_text=prose.common("copy by hand"))).to_be_visible()
    assert page.evaluate("getSelection().toString()").strip() == f"{named(address)}/relu?relu.x=2"


def test_the_code_fills_the_screen_with_the_address_under_it(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    visit(page, named(address), "relu?size=2&relu.x=2")
    dialog = share(page)
    link = f"{named(address)}/relu?size=2&relu.x=2"
    assert told(dialog) == link
    code = modules(str(qr_code(link)))
    assert modules(drawn(dialog)) == code
    assert dialog.locator("img").first.get_attribute("alt") == prose.common("share alt")
    large, figure = dialog.get_by_role("button", name=prose.common("share large")), dialog.locator("figure")
    for lent in (True, False):
        if not lent:  # as on a phone that lends no screen: the window then
            page.evaluate("() => { Element.prototype.requestFullscreen = () => Promise.reject(new Error()); }")
        assert not figure.is_visible()
        large.click()
        expect(figure).to_be_visible()
        page.wait_for_function("lent => !!document.fullscreenElement === lent", arg=lent)
        still(page)
        assert box_of(figure) == {"x": 0, "y": 0, "width": 1920, "height": 1080}
        image, text = box_of(figure.locator("img")), box_of(figure.locator("figcaption"))
        assert image["height"] > 0.8 * 1080
        assert image["y"] + image["height"] <= text["y"] < text["y"] + text["height"] <= 1080
        assert figure.locator("figcaption").inner_text() == link
        assert figure.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
        assert modules(unquote(str(figure.locator("img").get_attribute("src")))) == code
        figure.click()
        expect(figure).not_to_be_visible()
    expect(dialog).to_be_visible()


@pytest.mark.parametrize("where", ["", pytest.param("beyond_relu", marks=pytest.mark.slow)])
def test_the_dialog_makes_the_link_that_opens_the_same_experiment(where: str, page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, address, where)
    key, chart, other = (
        ("depth", "gradient", "gain") if not where else ("beyond.depth", "beyond.gradient", "swish.beta")
    )
    page.locator(f".st-key-{key.replace('.', '-')}").get_by_role("slider").press("ArrowRight")
    page.wait_for_url("**depth=*")
    settle(page)
    setting = page.url.partition("?")[2]
    dialog = share(page)
    shown = [data(page, n) for n in range(page.locator(CHART).count())]
    assert told(dialog) == f"{address}/{where}?{setting}"
    names = page.evaluate("() => [...document.querySelectorAll('[role=dialog] button p')].map(e => e.innerText)")
    labels = {prose.common("control gain"): "gain", prose.common("control swish.beta"): "swish.beta"}
    name = next(name for name in names if labels.get(name) == other)
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog.locator("code")).to_contain_text(f"hide={other}")
    settle(page)
    assert told(dialog) == f"{address}/{where}?{setting}&hide={other}"
    dialog.get_by_text(prose.common("share only")).click()
    expect(dialog.locator("code")).to_contain_text("only=")
    settle(page)
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name=prose.common("chart gradient"), exact=True).click()
    expect(dialog.locator("code")).to_contain_text(f"only={chart}")
    settle(page)
    dialog.get_by_role("button", name=prose.common("control depth"), exact=True).click()
    expect(dialog.locator("code")).to_contain_text(f"keep={key}")
    settle(page)
    link = told(dialog)
    assert link == f"{address}/{where}?{setting}&only={chart}&keep={key}"
    dialog.get_by_text(prose.common("share alone")).wait_for()
    assert dialog.locator("img").count() == 0, "a code that nobody else could open"
    dialog.locator('[data-testid="stCode"]').hover()
    dialog.locator('[data-testid="stCode"] button').click()
    copied = page.evaluate("navigator.clipboard.readText()").strip()
    assert copied == link
    page.goto("about:blank")  # from nothing, as in another window
    page.goto(copied)
    settle(page)
    page.locator(f".st-key-{chart.replace('.', '-')} .main-svg").first.wait_for()
    assert [data(page, n) for n in range(page.locator(CHART).count())] == shown
    assert not page.locator("h1").is_visible()
    assert seen(page) == {key.replace(".", "-"), chart.replace(".", "-"), "share-whole"}


def test_the_link_of_a_setting_that_the_page_itself_has_made(page: Page, address: str) -> None:
    """ "Try this" sets controls without the browser."""
    visit(page, address, "")
    page.get_by_role("button", name=prose.read("vanishing_gradient")("try deep")).click()
    page.wait_for_url("**depth=50*")
    settle(page)
    dialog = share(page)
    assert re.search(r"depth=50\b", told(dialog))
    assert "first.activations=Tanh" in told(dialog)


@pytest.mark.slow
def test_a_film_waits_while_the_dialog_is_open_and_goes_on_when_it_is_closed(page: Page, address: str) -> None:
    visit(page, address, "watch_it_learn?learn.steps=3000&learn.width=64&learn.seed=8")
    page.get_by_role("button", name=prose.read("watch_it_learn")("button start"), exact=True).click()
    press_at_step(page, 60, "share")
    dialog = shared(page)
    bar = page.locator('[data-testid="stProgress"]')
    here = bar.inner_text()
    dialog.get_by_text(prose.common("share only")).click()
    expect(dialog.locator("code")).to_contain_text("only=learn.pictures")
    assert bar.inner_text() == here
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(bar).not_to_have_text(here)


@pytest.mark.slow
def test_the_open_dialog_has_no_fault_of_accessibility(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 1200})
    visit(page, address, "?hide=depth")
    dialog = share(page)
    assert faults(page) == []
    dialog.get_by_text(prose.common("share only")).click()
    expect(dialog.locator("code")).to_contain_text("only=")
    settle(page)
    assert faults(page) == []


@pytest.mark.slow
def test_one_chart_alone_has_no_fault_of_accessibility(page: Page, address: str) -> None:
    visit(page, address, "?only=gradient&keep=depth")
    assert faults(page) == []
