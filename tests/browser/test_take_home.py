"""What a reader takes home: the page as one file, opened without a network, and pictures of its charts."""

import json
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlparse

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Download, Page, TimeoutError
from pytest_playwright.pytest_playwright import CreateContextCallback

from core.experiments import chains, functions
from core.experiments.networks import networks_of
from core.ui import record
from core.ui.share import document
from core.words import prose
from tests.browser.server import settle, still
from tests.browser.test_browser import violations
from tests.browser.test_texts import FAINT

CHART = '[data-testid="stPlotlyChart"]'
PNG, SVG = b"\x89PNG\r\n\x1a\n", b"<svg "


def visit(page: Page, address: str, where: str) -> None:
    page.goto(f"{address}/{where}")
    settle(page)
    page.wait_for_selector(f"{CHART} .main-svg")


def take_home(page: Page) -> Download:
    """The page as one file, by keyboard."""
    page.get_by_text(prose.common("file"), exact=True).click()
    settle(page)
    button = page.get_by_role("button", name=prose.common("file save"), exact=True)
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    return download.value


def watched(page: Page) -> list[str]:
    """What goes wrong or goes out from now on."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on(
        "request", lambda r: faults.append(r.url) if urlparse(r.url).scheme not in ("file", "data", "blob") else None
    )
    return faults


@pytest.mark.parametrize(
    ("where", "settings", "scheme"),
    [
        ("relu?relu.depth=7&relu.bias=-1", ["7", "−1"], "light"),
        pytest.param("order_and_chaos?chaos.w=2.25&chaos.depth=9", ["2.25", "9"], "dark", marks=pytest.mark.slow),
        pytest.param("watch_it_learn?learn.data=Circles&learn.depth=3", ["Circles", "3"], "light",
                     marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_the_file_shows_the_page_without_a_network(
    where: str,
    settings: list[str],
    scheme: str,
    page: Page,
    new_context: CreateContextCallback,
    address: str,
    tmp_path: Path,
) -> None:
    visit(page, address, where)
    name = where.partition("?")[0]
    page.wait_for_function(  # frames come after the drawing
        """() => [...document.querySelectorAll('.js-plotly-plot')].filter(p => p._transitionData?._frames.length).length
            === new Set([...document.querySelectorAll('.play')].map(() => 'one chart')).size"""
    )
    shown = (
        "[...document.querySelectorAll('.js-plotly-plot')].map(p => [p.data.length, p._transitionData._frames.length])"
    )
    before = page.evaluate(shown)
    saved = take_home(page)
    assert saved.suggested_filename == f"{name}.html"
    saved.save_as(tmp_path / "page.html")
    context = new_context(color_scheme=scheme, viewport={"width": 1000, "height": 800})  # type: ignore[arg-type]
    context.set_offline(True)
    home = context.new_page()
    faults = watched(home)
    home.goto((tmp_path / "page.html").as_uri())
    home.wait_for_selector(".chart .main-svg")
    assert home.title() == home.locator("h1").inner_text() == prose.read(name)("title")
    assert home.locator(".chart").count() == len(before)
    home.wait_for_function(
        f"before => JSON.stringify({shown}) === before", arg=json.dumps(before, separators=(",", ":"))
    )
    assert all(chart.locator(".main-svg").count() for chart in home.locator(".chart").all())
    told = home.locator(".settings dd").all_inner_texts()
    assert [value for value in settings if value not in told] == []
    link = home.locator("a").get_attribute("href") or ""
    assert link.startswith(f"{address}/{name}?")
    assert [part for part in where.partition("?")[2].split("&") if part.removesuffix(".0") not in link] == []
    paper = "rgb(255, 255, 255)" if scheme == "light" else "rgb(15, 20, 26)"
    assert home.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    assert home.evaluate("document.querySelector('.chart').layout.paper_bgcolor") == paper
    assert violations(home) == []
    for slider in home.locator(".control").all():
        drawn = home.locator(".chart").first.evaluate("chart => JSON.stringify(chart.data.map(t => [t.x, t.y]))")
        slider.locator("input").press("Home")
        assert slider.locator("output").inner_text() == "−6"
        home.wait_for_function(
            "drawn => JSON.stringify(document.querySelector('.chart').data.map(t => [t.x, t.y])) !== drawn", arg=drawn
        )
    assert home.locator(".control").count() == page.locator(".play").count()
    assert faults == []


def test_the_link_in_the_file_opens_the_same_experiment(page: Page, address: str, tmp_path: Path) -> None:
    visit(page, address, "?depth=7&activations=GELU&activations=Leaky ReLU&initializer=Normal, fixed σ&gain=1.5")
    shown = "JSON.stringify(document.querySelector('.js-plotly-plot').data.map(t => [t.name, t.y]))"
    before = page.evaluate(shown)
    take_home(page).save_as(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    link = page.locator("a").get_attribute("href") or ""
    assert link.startswith(address)
    page.goto(link)
    settle(page)
    page.wait_for_selector(f"{CHART} .main-svg")
    assert page.evaluate(shown) == before


@pytest.mark.slow
def test_the_file_follows_the_scheme_fits_a_phone_and_saves_its_charts(
    page: Page, new_context: CreateContextCallback, address: str, tmp_path: Path
) -> None:
    visit(page, address, "relu?relu.depth=7")
    take_home(page).save_as(tmp_path / "page.html")
    context = new_context(color_scheme="light", viewport={"width": 390, "height": 800})
    context.set_offline(True)
    home = context.new_page()
    faults = watched(home)
    home.goto((tmp_path / "page.html").as_uri())
    home.wait_for_selector(".chart .main-svg")
    assert home.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    ink = "document.querySelector('.chart').layout.font.color"
    light = home.evaluate(ink)
    home.emulate_media(color_scheme="dark")
    home.wait_for_function(f"old => {ink} !== old", arg=light)
    for label, kind, beginning in (("PNG", "png", PNG), ("SVG", "svg", SVG)):
        button = home.get_by_role("button", name=prose.common("save picture", format=label)).nth(2)
        button.focus()
        with home.expect_download() as download:
            home.keyboard.press("Enter")
        assert download.value.suggested_filename == f"relu.dead.{kind}"
        assert download.value.path().read_bytes().startswith(beginning)
    home.pdf(path=tmp_path / "page.pdf")  # on white paper, whatever the screen is
    home.wait_for_function(f"old => {ink} !== old", arg=light)
    assert faults == []


# What is wrong with the words in the charts: cut off, one on the other, turned, or fainter than 4.5:1.
FAULTS = """() => [...document.querySelectorAll(".chart")].flatMap((chart) => {
  const whole = chart.getBoundingClientRect();
  const words = [...chart.querySelectorAll(".main-svg text")]
    .flatMap((text) => {
      const lines = [...text.querySelectorAll("tspan.line")];
      return (lines.length ? lines : [text])
        .map((line) => ({ text, said: line.textContent.trim(), box: line.getBoundingClientRect() }));
    })
    .filter(({ said, box }) => said && box.width);
  const cut = words.filter(({ box }) => box.left < whole.left - 1 || box.right > whole.right + 1
    || box.top < whole.top - 1 || box.bottom > whole.bottom + 1);
  const covered = words.filter((one, i) => words.slice(i + 1).some(({ box }) =>
    Math.min(one.box.right, box.right) - Math.max(one.box.left, box.left) > 2
    && Math.min(one.box.bottom, box.bottom) - Math.max(one.box.top, box.top) > 4));
  const turned = words.filter(({ text }) => text.closest("[class$=tick]")
    && /rotate\\(-?[1-9]/.test(text.getAttribute("transform")));
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0.05);
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const faint = words.filter(({ text }) => text.closest(".annotation, [class$=tick], .infolayer"))
    .filter(({ text }) => { const r = light(getComputedStyle(text).fill) / paper; return Math.max(r, 1 / r) < 4.5; });
  return Object.entries({ cut, covered, turned, faint })
    .flatMap(([fault, found]) => found.map(({ said }) => [chart.id, fault, said]));
})"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["backpropagation?chain.neurons=7"])
def test_on_a_phone_all_words_of_the_charts_are_read_wherever_a_slider_stands(
    where: str, page: Page, new_context: CreateContextCallback, address: str, tmp_path: Path
) -> None:
    visit(page, address, where)
    take_home(page).save_as(tmp_path / "page.html")
    context = new_context(color_scheme="light", viewport={"width": 390, "height": 800})
    home = context.new_page()
    faults = watched(home)
    home.goto((tmp_path / "page.html").as_uri())
    home.wait_for_selector(".chart .main-svg")
    with suppress(TimeoutError):  # margins are measured on what has been drawn
        home.wait_for_function(f"() => !({FAULTS})().length")
    assert home.evaluate(FAULTS) == []
    assert home.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    walk = """async (share) => { for (const chart of charts) {
      const frames = (drawn[chart.id].frames ?? []).map((frame) => frame.name);
      if (frames.length) await Plotly.animate(chart, [frames[Math.floor(share * (frames.length - 1))]],
        { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } });
    } }"""
    for share in (0, 0.5, 1):
        home.evaluate(walk, share)
        assert home.evaluate(FAULTS) == [], share
    home.emulate_media(color_scheme="dark")
    home.wait_for_function("() => document.querySelector('.chart').layout.paper_bgcolor === 'rgb(15, 20, 26)'")
    assert home.evaluate(FAULTS) == []
    grid = "axis => document.querySelectorAll(`.chart path.${axis}grid`).length"
    assert home.evaluate(grid, "x") == 0
    assert home.evaluate(grid, "y") > 0
    maths = "[...document.querySelectorAll('math')].map(m => [m.namespaceURI, m.getBoundingClientRect().width > 3])"
    assert home.locator("math").count() > 0
    assert all(drawn == ["http://www.w3.org/1998/Math/MathML", True] for drawn in home.evaluate(maths))
    margins = "charts.map(chart => ['l', 'r', 't', 'b'].map(side => chart.layout.margin[side]))"
    drawn = "charts.map(chart => ['l', 'r', 't', 'b'].map(side => drawn[chart.id].layout.margin[side]))"
    assert home.evaluate(margins) != home.evaluate(drawn)
    home.set_viewport_size({"width": 1000, "height": 800})
    home.wait_for_function(f"() => {margins}.flat().every((size, i) => size >= {drawn}.flat()[i])")
    assert faults == []


def test_on_a_phone_names_ticks_and_titles_that_would_overlap_are_moved_apart(page: Page, tmp_path: Path) -> None:
    names = [
        {"text": text, "x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"size": 14}}
        for text, x in (("pre-activation", 4.0), ("activation", 5.0), ("derivative", 9.0))
    ]
    title = "share of the units whose derivative is under a hundredth of the largest"
    axis = {"tickvals": list(range(11)), "ticktext": [f"{n} layers" for n in range(11)], "title": {"text": title}}
    layout = {"height": 420, "margin": {"t": 60, "b": 60}, "annotations": names, "xaxis": axis}
    figure = go.Figure({"data": [{"type": "scatter", "x": [0, 10], "y": [1, 2]}], "layout": layout})
    words = prose.Words("relu", {"title": "Title", "lead": "Lead."})
    shown = record.Page(words, parts={"chart": record.Chart(figure, "A chart.")})
    (tmp_path / "page.html").write_text(document.document(shown, {}, ""), encoding="utf-8")
    page.set_viewport_size({"width": 390, "height": 800})
    faults = watched(page)
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_selector(".chart .main-svg")
    page.wait_for_function(f"() => !({FAULTS})().length")
    tops = page.evaluate("[...document.querySelectorAll('.annotation')].map(one => one.getBoundingClientRect().top)")
    assert tops[0] > tops[1], "of two that overlap the right one goes up"
    assert tops[0] == tops[2]
    assert page.locator(".xtick").count() == 6
    assert page.locator(".xtitle tspan").all_text_contents() == [
        "share of the units whose derivative", "is under a hundredth of the largest",
    ]  # fmt: skip
    assert faults == []


# Through the positions of a slider: of each, whether the picture is another one than when a drag came there before.
DRAGGED = """async () => {
  const pace = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
  const picture = (chart) => [...chart.querySelectorAll(".js-line, .point, .textpoint, .annotation, .shapelayer path")]
    .map((mark) => mark.outerHTML.replace(/ clip-path="[^"]*"/g, "")).sort().join("\\n");
  const wrong = [];
  for (const chart of charts) {
    const names = drawn[chart.id].frames.map((frame) => frame.name), seen = {};
    for (const name of [...names, ...names.toReversed()]) {
      await Plotly.animate(chart, [name], pace).catch((fault) => wrong.push(`${name}: ${fault}`));
      if ((seen[name] ??= picture(chart)) !== picture(chart)) wrong.push(name);
    }
  }
  return wrong;
}"""


def test_in_the_file_a_position_looks_the_same_wherever_a_drag_comes_from(page: Page, tmp_path: Path) -> None:
    """An exact zero, and β = 0, where lines and marks are fewer."""
    pair = networks_of(["swish", "gelu"], {"swish": {"beta": 1.0}})
    drawn = {
        "chain": chains.walk("relu", 4, 1.0, -1.0, 4).figure,
        "curves": functions.with_derivatives(pair, marks=True, drag=("swish.beta",)).figure,
    }
    words = prose.Words("relu", {"title": "Title", "lead": "Lead."})
    shown = record.Page(words, parts={name: record.Chart(figure, name) for name, figure in drawn.items()})
    (tmp_path / "page.html").write_text(document.document(shown, {}, ""), encoding="utf-8")
    faults = watched(page)
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("() => charts.every((chart) => chart.querySelector('.main-svg'))")
    assert page.evaluate(DRAGGED) == []
    assert faults == []


@pytest.mark.slow
def test_on_paper_the_charts_are_light_and_narrow(page: Page, address: str, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1400, "height": 800})
    page.emulate_media(color_scheme="dark")
    visit(page, address, "relu?relu.depth=7")
    take_home(page).save_as(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_selector(".chart .main-svg")
    look = "(() => { const l = document.querySelector('.chart')._fullLayout; return [l.paper_bgcolor, l.width]; })()"
    screen = page.evaluate(look)
    page.evaluate("addEventListener('beforeprint', () => { window.printed = " + look + "; })")
    page.pdf(path=tmp_path / "page.pdf")
    assert page.evaluate("window.printed") == ["#ffffff", 660]
    page.wait_for_function(f"old => JSON.stringify({look}) === old", arg=json.dumps(screen, separators=(",", ":")))
    assert screen[0] != "#ffffff"
    assert screen[1] > 660


def test_the_camera_saves_a_png_and_after_that_choice_an_svg_both_named_after_the_chart(
    page: Page, address: str
) -> None:
    visit(page, address, "?depth=7")
    camera = page.locator(f"{CHART} .modebar-btn").first

    def press(kind: str = "png") -> Download:
        page.wait_for_function(  # the chart that has been chosen for has been drawn
            "kind => document.querySelector('.js-plotly-plot')?._context?.toImageButtonOptions?.format === kind",
            arg=kind,
        )
        camera.focus()
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        return download.value

    saved = press()
    assert saved.suggested_filename == "first.light.png"
    assert saved.path().read_bytes().startswith(PNG)
    page.get_by_text(prose.common("data")).first.click()
    settle(page)
    still(page)  # the fold slides open, and what is in it with it
    page.locator(".st-key-first-light-picture").get_by_text("SVG", exact=True).click()
    settle(page)
    saved = press("svg")
    assert saved.suggested_filename == "first.light.svg"
    assert saved.path().read_bytes().startswith(SVG)
    page.get_by_text(prose.common("data")).first.click()
    settle(page)
    for _ in range(2):
        page.locator(".st-key-gain").get_by_role("slider").press("ArrowRight")
        settle(page)
    saved = press("svg")
    assert saved.suggested_filename == "first.light.svg", "the choice outlives its fold"
    drawn = saved.path().read_text()
    alone = f'<div class="stApp" style="background: #ffffff"><div data-testid="stPlotlyChart">{drawn}</div></div>'
    page.goto("about:blank")
    page.set_content(alone)
    assert page.locator("svg text").count() > 5
    assert page.evaluate(FAINT) == [], "the words can be read where no page has a style for them"


def test_the_camera_is_reached_by_keyboard(page: Page, address: str) -> None:
    visit(page, address, "?depth=7")
    page.locator(".st-key-gain").get_by_role("slider").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.modebar-btn')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.evaluate("document.activeElement.matches('.modebar-btn')")


UNKNOWN = """([selectors, declarations]) => [
  ...selectors.filter((selector) => !CSS.supports(`selector(${selector})`)),
  ...declarations.filter(([property, value]) => !CSS.supports(property, value)).map((pair) => pair.join(": ")),
]"""


def test_the_style_of_the_file_is_css_that_the_browser_knows(page: Page) -> None:
    """A browser says nothing of what it does not understand: what is mistyped is simply not done."""
    style = (Path(document.__file__).parent / "document.css").read_text(encoding="utf-8")
    rules = re.findall(r"([^{};]+){([^{}]*)}", style)
    selectors = [each.strip() for names, _ in rules for each in names.split(",") if "@page" not in names]
    declarations = [re.split(r":\s*", each.strip(), maxsplit=1) for _, body in rules for each in body.split(";")]
    declarations = [each for each in declarations if each != [""]]
    assert {"dl div", "figcaption"} <= set(selectors)
    assert ["break-inside", "avoid"] in declarations
    assert page.evaluate(UNKNOWN, [selectors, declarations]) == []
    assert re.sub(r"[^{};]+{[^{}]*}|@media [^{};]+{|[\s}]", "", style) == "", "neither a rule nor around rules"
    assert style.count("{") == style.count("}")
    assert set(re.findall(r"var\((--\w+)\)", style)) == set(re.findall(r"(--\w+):", style))
