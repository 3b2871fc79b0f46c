"""Everyone: a whole lesson by keyboard alone, pages of twice and four times the size, no fault in any state."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from core.ui import dom
from core.ui.sections import MENU
from core.ui.teach.lessons import EXERCISES
from core.words import prose
from tests.browser.server import settle, still
from tests.browser.test_browser import CHART, PAGES, faults, path, short, sideways, violations, visit
from tests.pages.reader import ASKING

# At each key: had what had focus a sign of it, and was it to be seen? The sign is an outline or a border that is gone
# when the focus is, at 3:1 on the page: on the element, or for an input, which may be invisible, on what is around it.
WATCH = """(() => {
  const unseen = window.unseen = [];
  let last = null, sign = [];
  const room = e => e.matches('input') && e.closest('label, [data-testid="stElementContainer"]') || e;
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = rgb => rgb.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = colour => {
    const page = channels(getComputedStyle(document.querySelector('.stApp')).backgroundColor).slice(0, 3);
    const [r, g, b, alpha = 1] = channels(colour), mixed = [r, g, b].map((c, i) => alpha * c + (1 - alpha) * page[i]);
    const [low, high] = [page, mixed].map(luminance).sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const look = e => [room(e), ...room(e).querySelectorAll('*')].map(part => {
    const s = getComputedStyle(part), sides = ['Top', 'Right', 'Bottom', 'Left'];
    return [s.outlineStyle === 'none' ? '' : [s.outlineWidth, s.outlineColor],
      ...sides.map(side => [s[`border${side}Width`], s[`border${side}Color`]])].filter(line => parseFloat(line[0]) > 0);
  });
  const shows = (had, has) => had.some((lines, i) => lines.some(([width, colour]) =>
    contrast(colour) >= 3 && !(has[i] || []).some(line => line[0] === width && line[1] === colour)));
  const name = e => [e.tagName, e.dataset.testid, e.closest('[class*=st-key-]')?.className.match(/st-key-\\S+/)?.[0],
    (e.getAttribute('aria-label') || e.innerText || '').slice(0, 30), innerWidth].join(' ');
  const seen = e => {
    for (let part = room(e); part; part = part.parentElement) if (getComputedStyle(part).opacity === '0') return false;
    const r = room(e).getBoundingClientRect();
    return [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(([x, y]) => {
      const top = document.elementFromPoint(r.x + x * r.width, r.y + y * r.height);
      return top && (room(e).contains(top) || e.matches('canvas') && top.closest('.stDataFrame'));
    });
  };
  addEventListener('keydown', () => {
    if (last && last !== document.activeElement && last.isConnected && !shows(sign, look(last)))
      unseen.push(`no sign of focus: ${name(last)}`);
    last = document.activeElement === document.body ? null : document.activeElement;
    if (last && !seen(last)) unseen.push(`covered: ${name(last)}`);
    sign = last ? look(last) : [];
  }, true);
  addEventListener('DOMContentLoaded', () => {  // what fades would be taken for what is there
    const still = document.createElement('style');
    still.textContent = '* { transition: none !important; }';
    document.head.append(still);
  });
})()"""
DRAWN = f"""() => JSON.stringify([...document.querySelectorAll('{CHART} .js-plotly-plot')].map(
    plot => plot.data?.map(t => [t.name, t.x, t.y, t.z])))"""
FOLDED = "() => !document.querySelector('.stMainBlockContainer input[type=range]').checkVisibility()"
FIRST_SLIDER = "() => document.activeElement === document.querySelector('.stMainBlockContainer input[type=range]')"


def tab(page: Page, wanted: str, key: str = "Tab", most: int = 90) -> None:
    """Press Tab until what has focus is what is wanted, a selector or a function: if it never is, focus is caught."""
    if not wanted.startswith("()"):
        wanted = f"() => document.activeElement.matches({wanted!r})"
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(wanted):
            return
    raise AssertionError(f"{page.title()}: {wanted} is not reached by {key}")


def answer(page: Page, name: str) -> None:
    """Predict, then see."""
    question = f".st-key-{name}-question"
    tab(page, f"{question} input")
    page.keyboard.press("ArrowRight" if page.evaluate("() => document.activeElement.type === 'range'") else "Space")
    page.wait_for_selector(f".st-key-{name}-reveal button:enabled")
    settle(page)
    charts = page.locator(CHART).count()
    tab(page, f".st-key-{name}-reveal button")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".st-key-{name}-again")
    settle(page)
    expect(page.locator(f"{CHART} .main-svg").nth(charts)).to_be_attached()
    assert page.locator(CHART).count() > charts


def begin(page: Page, address: str) -> None:
    """The front page, and the question before each experiment asked for."""
    page.add_init_script(WATCH)
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, address, "")
    tab(page, ".st-key-predict input")
    page.keyboard.press("Space")


def one_page(page: Page, place: int) -> None:
    """Answer what a page asks, move its first slider and go on to the next."""
    name = PAGES[place]
    if name in ASKING:
        page.wait_for_selector(f".st-key-{name}-question")
    settle(page)
    assert page.locator("h1").inner_text() == prose.read(name)("title")
    if place:
        tab(page, '[data-testid="stSkipToContent"]')
        page.keyboard.press("Enter")
    if name in ASKING:
        answer(page, name)
    folded = page.evaluate(FOLDED)
    if folded:
        tab(page, ".fold", "Shift+Tab")
        page.keyboard.press("Enter")
    tab(page, FIRST_SLIDER, "Tab" if folded else "Shift+Tab")
    before = page.evaluate(DRAWN)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"old => ({DRAWN})() !== old", arg=before)
    settle(page)
    on(page, MENU[place + 1].page)


def on(page: Page, name: str) -> None:
    """The link to the next page."""
    link = prose.common("next", title=short(name))
    tab(page, f"() => document.activeElement.innerText === {link!r}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{name}*")
    expect(page.locator("h1")).to_have_text(prose.read(name)("title"))


def test_the_first_page_of_a_lesson_by_keyboard_alone(fresh: Page, address: str) -> None:
    begin(fresh, address)
    one_page(fresh, 0)
    assert fresh.evaluate("window.unseen") == []


@pytest.mark.slow
def test_a_whole_lesson_by_keyboard_alone(fresh: Page, address: str) -> None:
    """From the front page to the last answer. From page 7 on it is dark, and the letters have twice their size."""
    page = fresh
    begin(page, address)
    for place in range(len(PAGES)):
        if place == 6:
            settle(page)
            page.set_viewport_size({"width": 640, "height": 400})
            page.emulate_media(color_scheme="dark")
            tab(page, '[data-testid="stExpandSidebarButton"]')  # on the way there, nothing out of the window has focus
        one_page(page, place)
    settle(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    on(page, "teachers")  # after the glossary
    settle(page)
    tab(page, ".st-key-teachers-part [role=radio]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    solution = f".st-key-solution-{EXERCISES[-1].name}"
    page.wait_for_selector(solution)
    settle(page)
    tab(page, f"{solution} summary")
    page.keyboard.press("Enter")
    expect(page.locator(f"{solution} details p").nth(1)).to_be_visible()
    assert page.evaluate("window.unseen") == []
    right = r"\d+"
    score = re.escape(prose.common("predict score", right="0", asked=str(len(ASKING)))).replace("0", right, 1)
    expect(page.locator('[data-testid="stSidebar"]')).to_contain_text(re.compile(score))


# The colours of what tells a state without words, where the system chooses them; the first is that of the page.
FORCED = """selectors => ['.stApp', ...selectors].map(css => {
  const part = document.querySelector(css.replace('::before', ''));
  return getComputedStyle(part, css.endsWith('::before') ? '::before' : null).backgroundColor;
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_the_system_chooses_the_colours_controls_and_what_is_chosen_are_seen(
    scheme: Literal["light", "dark"], page: Page, address: str
) -> None:
    page.emulate_media(color_scheme=scheme, forced_colors="active")
    visit(page, address, "?predict=true&depth=30", chart=False)
    page.locator("label[data-testid='stRadioOption']").first.click()
    settle(page)
    names = ("slider_rail", "slider_thumb", "switch", "radio")
    parts = [dom.SELECTORS[name] for name in names]
    parts += [f"{dom.SELECTORS['switch']} > div", f"{dom.SELECTORS['radio']} > div", ".play::before"]
    canvas, *colours = page.evaluate(FORCED, parts)
    assert [colour == canvas for colour in colours] == [False, False, True, True, False, False, False]
    borders = "css => getComputedStyle(document.querySelector(css)).borderTopWidth"
    assert [page.evaluate(borders, part) for part in parts[2:4]] == ["2px", "2px"]
    pills = [f'.st-key-first-activations [aria-pressed="{on}"]' for on in ("true", "false")]
    _, chosen, other = page.evaluate(FORCED, pills)
    assert chosen not in (canvas, other)


# What cannot be read: text that something cuts off, of a page or of a chart, and controls beside the window.
LOST = """() => {
  const lost = [], shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const flows = e => [getComputedStyle(e).overflowX, getComputedStyle(e).overflowY];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const e = text.parentElement;
    if (!text.data.trim() || !shown(e) || e.closest('style, [data-testid="stIconMaterial"]')) continue;
    if (e.closest('[class*="st-key-words"] summary')) continue;  // it unfolds into all that it names
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()], home = e.closest('.js-plotly-plot');
    if (home && innerWidth < 390) continue;  // a drawing may need more room; its words and numbers flow
    for (let box = home || e; box && box !== document.body; box = home ? null : box.parentElement) {
      const b = box.getBoundingClientRect();
      if (b.width <= 1 && b.height <= 1) break;  // for a screen reader
      const [x, y] = flows(box).map(flow => box === home || flow === 'hidden' || flow === 'clip');
      if (boxes.some(r => x && (r.left < b.left - 1 || r.right > b.right + 1)
                       || y && (r.top < b.top - 2 || r.bottom > b.bottom + 2)))
        lost.push(['text', text.data.slice(0, 40), box.dataset.testid || String(box.className).slice(0, 40)].join(' '));
      if (flows(box).some(flow => flow === 'auto' || flow === 'scroll')) break;  // what is outside is scrolled to
    }
  }
  const main = document.querySelector('[data-testid="stMain"]');
  if (main.scrollWidth > main.clientWidth + 1) lost.push('the page scrolls sideways');
  for (const e of main.querySelectorAll('a[href], button, summary, input, [role="button"], [role="combobox"]')) {
    const r = (e.closest('label, [data-testid="stSlider"]') || e).getBoundingClientRect();
    if (shown(e) && r.width > 1 && (r.left < -1 || r.right > innerWidth + 1))
      lost.push(`control ${e.outerHTML.slice(0, 90)}`);
  }
  return lost;
}"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""


def resized(page: Page, width: int, height: int) -> None:
    """Another window, and every chart has taken its room."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(
        f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot')].every(plot => !plot.clientWidth
            || Math.abs(plot.clientWidth - plot._fullLayout.width) <= 1
                && plot.getBoundingClientRect().right <= innerWidth)"""
    )
    still(page)


BRIEF = ("vanishing_gradient", "watch_it_learn", "teachers")  # controls and a chart; a film; words and tables
EVERY = [pytest.param(name, marks=[] if name in BRIEF else pytest.mark.slow) for name in (s.page for s in MENU)]


@pytest.mark.parametrize("name", EVERY)
def test_a_page_has_no_fault_in_either_theme_and_loses_nothing_at_twice_and_four_times_its_size(
    name: str, page: Page, address: str
) -> None:
    """A window of 1280 x 800 has 640 x 400 CSS pixels at 200 %, and 320 x 256 are what WCAG 1.4.10 asks for.

    At 640 pixels, the spacing between lines, letters and words is that of WCAG 1.4.12 as well.
    """
    page.set_viewport_size({"width": 1280, "height": 2400})
    visit(page, address, path(name), chart=name in PAGES)
    assert faults(page) == []
    for width, height in ((390, 844), (320, 256), (640, 400)):
        resized(page, width, height)
        assert page.evaluate(LOST) == [], width
        assert sideways(page) <= 0, width
    page.add_style_tag(content=SPACED)
    still(page)
    assert page.evaluate(LOST) == []
    assert sideways(page) <= 0


def test_no_fault_while_a_page_asks_nor_in_its_lists(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 2400})
    visit(page, address, "?predict=true", chart=False)
    question = page.locator(".st-key-vanishing_gradient-question")
    expect(question).to_be_visible()
    assert faults(page) == []
    question.locator("label[data-testid='stRadioOption']").first.click()
    question.get_by_role("button", name=prose.common("predict show")).click()
    page.wait_for_selector(f"{CHART} .main-svg")
    settle(page)
    page.get_by_role("button", name=prose.common("more")).click()
    page.locator(".st-key-seed").wait_for(state="visible")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator(".st-key-initializer").get_by_role("combobox").click()
    page.get_by_role("option").first.wait_for()
    # A list that folds out hangs beside the page's landmarks: so Streamlit builds it, and no WCAG criterion forbids it.
    assert [fault for fault in faults(page) if fault[0] != "region"] == []


@pytest.mark.slow
def test_no_fault_in_what_the_laboratory_unfolds(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 2400})
    visit(page, address, "laboratory?lab.depth=7&lab.width=16")
    for fold in page.locator("details:not([open]) > summary").all()[::-1]:  # from below: what is above stays there
        fold.click()
        settle(page)
    assert page.locator("details:not([open])").count() == 0
    assert faults(page) == []


@pytest.mark.slow
def test_no_fault_while_a_race_is_run(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 2400})
    words = prose.read("watch_it_learn")
    race = f"learn.race={words('race depth')}&learn.depths=2&learn.depths=4&learn.width=64&learn.steps=3000"
    visit(page, address, f"watch_it_learn?{race}")
    start = page.get_by_role("button", name=words("button start"), exact=True)
    pause = page.get_by_role("button", name=prose.common("button pause"), exact=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        still(page)
        if not pause.is_visible():  # fifty pictures may be over: then once more
            start.click()
        expect(pause).to_be_visible()
        assert violations(page) == []


@pytest.mark.slow
def test_no_fault_on_a_phone_with_its_menu_open_or_closed(phone: Page, address: str) -> None:
    visit(phone, address, "")
    assert faults(phone) == []
    phone.get_by_test_id("stExpandSidebarButton").tap()
    expect(phone.get_by_role("link", name=prose.read(PAGES[-1])("title"))).to_be_visible()
    still(phone)
    assert faults(phone) == []
    assert sideways(phone) <= 0
