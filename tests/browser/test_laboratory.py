"""What only a browser shows of the laboratory and of the map: clicks, work that is stopped, downloads, links."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from core.maths.network import Network, measure
from core.words import prose
from tests.browser.server import box_of, settle
from tests.browser.test_browser import CHART, data, visit

MAP = ".st-key-chaos-map"


def click_map(page: Page, across: float, down: float) -> None:
    box = box_of(page.locator(f"{MAP} .nsewdrag").first)
    x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
    page.mouse.move(x, y)
    page.wait_for_function(  # the pointer must rest on a point before it can be chosen
        "([plot, x]) => Math.abs(document.querySelector(plot)?._hoverdata?.[0]?.x - x) < 0.1",
        arg=[f"{MAP} .js-plotly-plot", 0.05 + across * 4.95],
    )
    page.mouse.click(x, y)


def sliders(page: Page) -> tuple[float, float]:
    w, b = (page.locator(f".st-key-chaos-{name} input").input_value() for name in "wb")
    return float(w), float(b)


def test_a_click_on_the_map_sets_the_sliders_the_network_and_the_address(page: Page, address: str) -> None:
    visit(page, address, "order_and_chaos")
    page.locator(".st-key-chaos-gradient .main-svg").first.wait_for()
    network = data(page, 1)
    for across, down in ((0.8, 0.3), (0.2, 0.9)):
        click_map(page, across, down)
        page.wait_for_function(
            "old => { const plot = document.querySelectorAll('.js-plotly-plot')[1];"
            " return plot?.data && JSON.stringify(plot.data.map(t => [t.name, t.y])) !== old; }",
            arg=network,
        )
        settle(page)
        w, b = sliders(page)
        assert w == pytest.approx(0.05 + across * 4.95, abs=0.1)
        assert b == pytest.approx(1.0 - down * 1.05, abs=0.04)
        assert f"chaos.w={w:g}" in page.url
        network = data(page, 1)
    assert page.locator('[data-testid="stException"]').count() == 0


def test_on_a_phone_a_tap_does_the_same_and_a_finger_scrolls_past_the_map(phone: Page, address: str) -> None:
    visit(phone, address, "order_and_chaos")
    map_ = phone.locator(f"{MAP} .nsewdrag")
    finger = phone.context.new_cdp_session(phone)
    for across, down in ((0.8, 0.3), (0.2, 0.9)):  # the first one as well
        map_.scroll_into_view_if_needed()
        box = box_of(map_)
        phone.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])
        phone.wait_for_function(
            "wanted => Math.abs(document.querySelector('.st-key-chaos-w input').value - wanted) < 0.1",
            arg=0.05 + across * 4.95,
        )
        settle(phone)
        assert sliders(phone)[1] == pytest.approx(1.0 - down * 1.05, abs=0.04)
    there = sliders(phone)
    box = box_of(map_)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 10
    for kind, up in (("touchStart", 0), *(("touchMove", 20 * k) for k in range(1, 9))):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - up}]})
    phone.wait_for_function(
        "([map, y]) => document.querySelector(map).getBoundingClientRect().y < y - 50",
        arg=[f"{MAP} .nsewdrag", box["y"]],
    )
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(phone)
    assert sliders(phone) == there


def test_two_networks_are_one_link(page: Page, address: str) -> None:
    visit(page, address, "laboratory?lab.depth=12")
    words = prose.read("laboratory")
    page.get_by_role("button", name=words("button keep")).click()
    settle(page)
    page.wait_for_url("**lab.other=tanh~depth.12*")
    page.locator(".st-key-lab-gain").get_by_role("slider").press("ArrowRight")
    page.wait_for_url("**lab.gain=1.05*")
    settle(page)
    field = page.locator(".st-key-lab-gain-typed input")
    expect(field).to_have_value("1.05")
    field.fill("5/3")
    field.press("Enter")
    page.wait_for_url("**lab.gain=1.6666666666666667*")
    settle(page)
    expect(field).to_have_value("1.66667")
    expect(page.locator(".st-key-lab-gain").get_by_role("slider")).to_have_attribute("aria-valuetext", "1.67")
    shown = data(page)
    assert "A Tanh" in shown
    assert "B Tanh" in shown
    link = page.url
    page.goto("about:blank")  # from nothing, as in another window
    visit(page, address, link.removeprefix(f"{address}/"))
    assert data(page) == shown
    assert page.locator('[data-testid="stException"]').count() == 0


def test_long_work_shows_progress_can_be_stopped_and_goes_on(page: Page, address: str) -> None:
    page.goto(f"{address}/laboratory?lab.depth=200&lab.width=256&lab.seeds=20&lab.batch=16")
    stop = page.get_by_role("button", name=prose.common("stop"))
    expect(stop).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    stop.click()
    go_on = page.get_by_role("button", name=prose.common("go on"))
    expect(go_on).to_be_visible()
    settle(page)
    page.wait_for_selector(f"{CHART} .main-svg")
    assert page.get_by_text("of 20 networks.").count() == 1
    page.locator(".st-key-lab-depth").get_by_role("slider").press("Home")
    expect(go_on).to_have_count(0)
    assert page.locator('[data-testid="stException"]').count() == 0


@pytest.mark.slow
def test_leaving_the_page_ends_the_work(page: Page, address: str) -> None:
    page.goto(f"{address}/laboratory?lab.depth=200&lab.width=256&lab.seeds=20&lab.seed=40")
    expect(page.get_by_role("button", name=prose.common("stop"))).to_be_visible()
    title = prose.read("relu")("title")
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("h1")).to_have_text(title)
    settle(page)
    assert page.get_by_role("progressbar").count() == 0


def test_the_script_that_is_taken_away_runs_and_says_what_the_page_says(
    page: Page, address: str, tmp_path: Path
) -> None:
    import subprocess
    import sys

    visit(page, address, "laboratory?lab.depth=7&lab.activation=GELU&lab.seeds=1")
    page.get_by_text(prose.common("take"), exact=True).click()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=prose.common("take numpy.py")).click()
    script = tmp_path / download.value.suggested_filename
    download.value.save_as(script)
    printed = subprocess.run([sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    header, *rows = printed.stdout.splitlines()
    column = header.split(",").index("log10_delta")
    np.testing.assert_allclose(
        [float(row.split(",")[column]) for row in rows], measure(Network("gelu", depth=7)).log10_delta, rtol=1e-9
    )


@pytest.mark.slow
def test_a_class_that_opens_a_link_on_a_cold_server_at_once_gets_whole_pages(
    new_context: CreateContextCallback, cold_address: str
) -> None:
    pages = [new_context().new_page() for _ in range(3)]  # three readers, who have been nowhere before
    for page in pages:
        page.goto(f"{cold_address}/laboratory", wait_until="commit")
    for page in pages:
        settle(page)
        expect(page.locator("h1")).to_have_text(prose.read("laboratory")("title"))
        expect(page.get_by_role("link", name=prose.read("relu")("title"), exact=True).first).to_be_visible()


# What the translation of a browser does: two <font> in the place of every text, in one step or in two.
TRANSLATED = """together => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode);
  for (const text of texts) {
    if (!text.data.trim() || text.parentElement.closest('script, style, svg, font')) continue;
    const outer = document.createElement('font'), inner = document.createElement('font');
    inner.textContent = `«${text.data}»`;
    outer.append(inner);
    if (together) text.replaceWith(outer);
    else text.before(outer), text.remove();
  }
}"""


# What React does with the texts of a paragraph that gets other parts, while something else stands in their places.
REWRITTEN = """async () => {
  const [room, one, two, link] = [document.querySelector('.stMainBlockContainer').appendChild(
    document.createElement('p')), new Text('one'), new Text('two'), document.createElement('a')];
  room.append(one, two);
  for (const text of [one, two]) text.replaceWith(Object.assign(document.createElement('font'), {textContent: '«'}));
  await new Promise(requestAnimationFrame);
  room.insertBefore(link, two);
  room.removeChild(one);
  const found = room.innerHTML;
  two.data = 'three';
  await new Promise(requestAnimationFrame);
  const written = room.innerHTML;
  room.remove();
  return [found, written];
}"""


@pytest.mark.parametrize("together", [True, False])
def test_a_translated_page_goes_on_computing(together: bool, page: Page, address: str) -> None:
    visit(page, address, "laboratory?lab.depth=7&lab.width=16")
    said = page.locator(".st-key-under p", has_text="Tanh,")
    value = page.locator('[data-testid="stMetricValue"]').first
    page.evaluate(TRANSLATED, together)
    expect(said).to_contain_text("«")
    assert page.evaluate(REWRITTEN) == ["<a></a><font>«</font>", "<a></a>three"]
    for depth in ("8", "9"):
        before = value.inner_text().strip("«»")
        page.locator(".st-key-lab-depth").get_by_role("slider").press("ArrowRight")
        page.wait_for_url(f"**depth={depth}*")
        settle(page)
        now = value.inner_text().strip("«»")
        assert now != before
        expect(said).to_contain_text(now)
        assert before not in said.inner_text()
        page.evaluate(TRANSLATED, together)  # what is new is translated as well
    page.locator(".st-key-lab-normalization").get_by_text("BatchNorm").click()
    settle(page)
    expect(said).to_contain_text("BatchNorm")
    page.locator('[data-testid="stSidebarNavLink"]').nth(1).click()
    page.wait_for_url("**/backpropagation*")
    settle(page)
    expect(page.locator("h1")).to_have_text(prose.read("backpropagation")("title"))
