"""The texts of charts: none is too faint, stands on another or is cut off, on a phone, a laptop and a projector."""

import pytest
from playwright.sync_api import Page

from tests.browser.server import painted
from tests.browser.test_browser import CHART, visit

SIZES = [(390, 844), (1280, 800), (1920, 1080)]
# Settings beyond a page's own, at which texts come close to each other.
MORE = [
    "?depth=100&gain=0.7&activations=Sigmoid&activations=Leaky+ReLU&activations=GELU&activations=SELU",
    "?depth=80&activations=Sigmoid&activations=Tanh",
    "backpropagation?chain.neurons=12&chain.step=20&descent.rate=1&descent.step=3",
    "activation_functions?bend.activations=Hard+sigmoid&curves.activations=Hard+sigmoid&curves.activations=GELU+(tanh)",
    "sigmoid_and_tanh?saturating.x=-4&saturating.depth=100",
    "relu_variants?variants.depth=100&elu.alpha=0.1",
    "laboratory?lab.depth=200&lab.gain=2&lab.activation=Hard+sigmoid",
    "order_and_chaos?chaos.depth=200&chaos.w=4&chaos.b=1",
]
# All charts are drawn, as wide as the room that they have.
DRAWN = f"""() => [...document.querySelectorAll('{CHART} .js-plotly-plot')].every(plot =>
    plot._fullLayout && Math.abs(plot._fullLayout.width - plot.closest('{CHART}').clientWidth) < 2)"""
# Pairs of texts of a chart, its buttons among them, which cover each other by more than two pixels, and texts that
# leave it. A text is as many boxes as it has pieces: lines, and parts of another size.
FAULTS = f"""() => {{
  const box = rect => ({{l: rect.left, r: rect.right, t: rect.top, b: rect.bottom}});
  const pieces = text => {{
    const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT), found = [], range = document.createRange();
    while (walk.nextNode()) {{
      if (!walk.currentNode.data.trim()) continue;
      range.selectNodeContents(walk.currentNode);
      found.push(...[...range.getClientRects()].filter(r => r.width && r.height).map(box));
    }}
    return found;
  }};
  const over = (a, b) => Math.min(Math.min(a.r, b.r) - Math.max(a.l, b.l), Math.min(a.b, b.b) - Math.max(a.t, b.t));
  return [...document.querySelectorAll('{CHART} .js-plotly-plot')].flatMap(plot => {{
    const svg = box(plot.querySelector('.main-svg').getBoundingClientRect());
    const key = plot.closest('[class*=st-key-]')?.className.match(/st-key-\\S+/)?.[0];
    const all = [...plot.querySelectorAll('.svg-container text')].filter(text => text.checkVisibility()).map(
      text => ({{name: text.textContent, boxes: pieces(text)}})).filter(text => text.boxes.length);
    all.push(...[...plot.querySelectorAll('.modebar-btn svg')].map(
      button => ({{name: 'camera', boxes: [box(button.getBoundingClientRect())]}})));
    const within = b => b.l > svg.l - 1 && b.r < svg.r + 1 && b.t > svg.t - 1 && b.b < svg.b + 1;
    const cut = all.flatMap(({{name, boxes}}) => boxes.every(within) ? [] : [`${{key}}: "${{name}}" is cut`]);
    const on = all.flatMap((one, i) => all.slice(i + 1).flatMap(other => {{
      const most = Math.max(...one.boxes.flatMap(a => other.boxes.map(b => over(a, b))));
      return most > 2 ? [`${{key}}: "${{one.name}}" on "${{other.name}}" ${{most.toFixed(1)}}`] : [];
    }}));
    return [...cut, ...on];
  }});
}}"""

# Words with less than 4.5:1 on the page; black ones stand within a filled circle, and a sign alone is no word.
FAINT = f"""() => {{
  const channels = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const luminance = colour => channels(colour).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const page = luminance(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
  return [...document.querySelectorAll('{CHART} :is(text, tspan)')].flatMap(text => {{
    const own = [...text.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join('');
    const colour = getComputedStyle(text).fill, [low, high] = [page, luminance(colour)].sort((a, b) => a - b);
    const found = /[\\p{{L}}\\p{{N}}]/u.test(own) && text.checkVisibility() && colour !== 'rgb(0, 0, 0)';
    return found && (high + 0.05) / (low + 0.05) < 4.5 ? [`${{own}}: ${{colour}}`] : [];
  }});
}}"""


def texts(page: Page) -> dict[int, list[str]]:
    """The faults of all texts, by the width of the window."""
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        painted(page)
        page.wait_for_function(DRAWN)
        painted(page)
        found[width] = page.evaluate(FAULTS)
    found[1280] += page.evaluate(FAINT)
    return found


@pytest.mark.parametrize("where", MORE)
def test_texts_of_charts_keep_off_each_other_and_are_whole(where: str, page: Page, address: str) -> None:
    """As test_every_page sees of each page as it opens."""
    visit(page, address, where)
    assert texts(page) == {width: [] for width, _ in SIZES}


def test_words_of_charts_can_be_read_in_the_dark(page: Page, address: str) -> None:
    """In the light they are looked at above."""
    page.emulate_media(color_scheme="dark")
    visit(page, address, "sigmoid_and_tanh")  # texts, and parts of them, in colours that are too faint as they are
    page.wait_for_function(DRAWN)
    painted(page)
    assert page.evaluate(FAINT) == []
