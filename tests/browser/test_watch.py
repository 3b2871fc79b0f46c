"""What only a browser shows of the player: a film that runs, can be paused, gone back in, and left."""

import pytest
from playwright.sync_api import Locator, Page, expect

from core.ui import dom
from core.words import prose
from tests.browser.server import settle
from tests.browser.test_browser import CHART, visit

WORDS = prose.read("watch_it_learn")
NETWORK = '[class*="st-key-learn-network"] .js-plotly-plot'
HISTORY = '[class*="st-key-learn-history"] .js-plotly-plot'
LONG = "watch_it_learn?learn.steps=3000&learn.width=64&learn.seed="


def button(page: Page, name: str) -> Locator:
    label = prose.common("button pause") if name == "pause" else WORDS(f"button {name}")
    return page.get_by_role("button", name=label, exact=True)


def step(page: Page) -> int:
    """Where the film is, as the progress bar says it."""
    text = page.locator('[data-testid="stProgress"]').inner_text()
    return int(text.split()[1].replace(",", ""))


def columns(page: Page) -> int:
    """Columns of the first heat map: the frames that are seen."""
    return page.evaluate(f"() => document.querySelector('{HISTORY}')._fullData[0].x.length - 1")


def drawn(page: Page) -> str:
    """All charts as they are."""
    return page.evaluate(
        f"() => JSON.stringify([...document.querySelectorAll('{CHART} .js-plotly-plot')]"
        ".filter(p => p.getBoundingClientRect().height).map(p => p.data.map(t => [t.name, t.z, t.y])))"
    )


REACHED = """document.querySelector('[data-testid="stProgress"]')?.innerText.split(' ')[1].replace(',', '')"""


def wait_for_step(page: Page, least: int) -> None:
    page.wait_for_function(f"least => Number({REACHED}) >= least", arg=least)


def press_at_step(page: Page, least: int, key: str) -> None:
    """In the page itself, so that the film does not end while Playwright is on its way to the button."""
    press = f"document.querySelector('.st-key-{key} button').click()"
    page.wait_for_function(f"least => Number({REACHED}) >= least && ({press}, true)", arg=least)


def test_it_starts_pauses_steps_and_rewinds(page: Page, address: str) -> None:
    visit(page, address, f"{LONG}1")
    before = drawn(page)
    assert (step(page), columns(page)) == (0, 1)
    button(page, "start").click()
    press_at_step(page, 300, "learn-start")  # it says "Pause" by then
    expect(button(page, "start")).to_be_visible()
    settle(page)
    here = step(page)  # what is paused stands still: the script has stopped
    assert 0 < here < 3000
    seen = columns(page)
    assert seen > 3
    button(page, "step").click()
    page.wait_for_function(
        "n => document.querySelector('[data-testid=\"stProgress\"]')?.innerText?.includes(n)", arg=f"{here + 1:,} of"
    )
    settle(page)
    assert columns(page) in (seen, seen + 1), "a step between two frames takes the place of the one before"
    button(page, "rewind").click()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=\"stProgress\"]')?.innerText?.startsWith('Step 0 ')"
    )
    settle(page)
    assert drawn(page) == before, "the same initial weights"
    assert page.locator('[data-testid="stException"]').count() == 0


def test_it_plays_to_its_end_and_the_words_follow(page: Page, address: str) -> None:
    visit(page, address, "watch_it_learn?learn.steps=100&learn.depth=2&learn.seed=2")
    untouched = page.get_by_text(prose.common("fate untouched")).count()
    button(page, "start").click()
    wait_for_step(page, 100)
    expect(button(page, "start")).to_be_visible()
    settle(page)
    assert columns(page) == 51
    assert untouched == 0 or page.get_by_text(prose.common("fate untouched")).count() == 0
    assert page.get_by_text("After step 100").count() >= 2
    assert page.locator('[data-testid="stException"]').count() == 0


EDGES = f"""() => [...document.querySelector('{NETWORK}').querySelectorAll('.shapelayer path')].map(
  path => [path.style.stroke, path.style.strokeOpacity, path.getAttribute('d').length].join())"""


def test_the_edges_light_up_while_it_runs_and_are_dark_again_at_the_start(page: Page, address: str) -> None:
    visit(page, address, f"{LONG}7")
    dark = page.evaluate(EDGES)
    assert len({edges.rsplit(",", 1)[0] for edges in dark}) == 1, "before the first step all edges are grey"
    button(page, "start").click()
    seen = dark
    other = f"(e => e.length > {len(dark)} && JSON.stringify(e) !== JSON.stringify(old))(({EDGES})())"
    for least in (120, 600):  # another update, other edges; a chart is drawn after the step has been told
        wait_for_step(page, least)
        page.wait_for_function(f"old => {other}", arg=seen)
        seen = page.evaluate(EDGES)
    button(page, "rewind").click()
    page.wait_for_function(f"old => JSON.stringify(({EDGES})()) === JSON.stringify(old)", arg=dark)


# After each change of the page: which charts there are, and what the one that has its room looks like.
RECORD = f"""() => {{
  window.charts = new Set(), window.looks = new Set();
  new MutationObserver(() => {{
    for (const plot of document.querySelectorAll('{HISTORY}')) if (plot.getBoundingClientRect().height) {{
      charts.add(plot);
      let opacity = 1;
      for (let e = plot; e; e = e.parentElement) opacity = Math.min(opacity, getComputedStyle(e).opacity);
      looks.add(`${{getComputedStyle(plot).visibility}}, opacity ${{opacity}}`);
    }}
  }}).observe(document.body, {{childList: true, subtree: true, attributes: true}});
}}"""


@pytest.mark.slow
def test_no_chart_is_hidden_or_faint_at_any_moment_while_the_film_runs(page: Page, address: str) -> None:
    """Each picture is a new chart in the same place, which Streamlit would hide, and fade while the next is made."""
    visit(page, address, f"{LONG}3")
    page.evaluate(RECORD)
    button(page, "start").click()
    page.wait_for_function("() => charts.size > 10")
    assert page.evaluate("[...looks]") == ["visible, opacity 1"]
    status = page.locator(dom.SELECTORS["status"])
    expect(status).to_be_attached()
    expect(status, "one button to stop it: ours").not_to_be_visible()


def test_a_moved_control_takes_effect_at_once_and_starts_anew(page: Page, address: str) -> None:
    visit(page, address, f"{LONG}4")
    button(page, "start").click()
    wait_for_step(page, 200)
    page.locator(".st-key-learn-depth").get_by_role("slider").press("Home")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=\"stProgress\"]')?.innerText?.startsWith('Step 0 ')"
    )
    expect(button(page, "start")).to_be_visible()
    settle(page)
    assert step(page) == 0
    assert "learn.depth=1" in page.url


@pytest.mark.parametrize("mode", ["start", pytest.param("end", marks=pytest.mark.slow)])
def test_leaving_the_page_stops_the_work(page: Page, address: str, mode: str) -> None:
    """Who comes back finds the film where it was left, and not further."""
    visit(page, address, f"{LONG}{5 if mode == 'start' else 6}")
    button(page, mode).click()
    wait_for_step(page, 60)
    title = prose.read("relu")("title")
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("h1")).to_have_text(title)
    settle(page)
    assert page.get_by_role("progressbar").count() == 0
    assert page.locator('[data-test-script-state="notRunning"]').count() == 1


@pytest.mark.slow
def test_a_story_is_told_from_the_list(page: Page, address: str) -> None:
    visit(page, address, "watch_it_learn?learn.race=Activations&learn.activation=Tanh")
    page.locator(".st-key-learn-story").get_by_role("combobox").click()
    page.get_by_role("option", name=WORDS("story dies"), exact=True).click()
    wait_for_step(page, 500)
    expect(button(page, "start")).to_be_visible()
    settle(page)
    assert "learn.rate=1" in page.url
    assert "learn.activation=ReLU" in page.url, "the address carries what had not been shown before as well"
    assert page.get_by_text(prose.common("run dead")).count() == 1
    assert page.locator('[data-testid="stException"]').count() == 0
