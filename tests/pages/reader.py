"""A reader without a browser: opens a page of the app, looks at everything on it and uses its controls."""

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.ui.sections import HIDDEN, SECTIONS
from core.ui.sections import MENU as ENTRIES
from core.words import prose

ROOT = Path(__file__).parents[2]
PAGES = [section.page for section in SECTIONS]  # those with experiments
MENU = [section.page for section in ENTRIES]  # all that it lists
ALL = [*MENU, *(section.page for section in HIDDEN)]
ASKING = [page for page in PAGES if "question" in prose.read(page).blocks]  # those that ask before they show
TIMEOUT = 120  # seconds; a busy machine is no failure
UNREADABLE = re.compile(r"\bnan\b|\binf\b|\bNone\b|undefined|\{\{|Traceback")

# Every AppTest reads the metadata of all installed distributions in search of components: 0.1 s and more, where a page
# takes 0.02 s. None brings a component, and a test does not install one.
manifest_scanner.scan_component_manifests = lambda max_workers=None: []


def visit(page: str, **address: str | list[str]) -> AppTest:
    """The page, asked for with query parameters but not yet run."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=TIMEOUT)
    at.switch_page(f"pages/{page}.py")
    at.query_params.update(address)
    return at


@lru_cache(maxsize=len(MENU))
def opened(page: str) -> AppTest:
    """The page as it opens, shared by all tests that only look."""
    return visit(page).run()


@lru_cache(maxsize=len(MENU))
def unfolded(page: str) -> AppTest:
    """The page with every expander open, shared by all tests that only look."""
    at = visit(page).run()
    for key in folds(at):
        at.session_state[key] = True
    return at.run()


@lru_cache(maxsize=len(MENU))
def answered(page: str) -> AppTest:
    """The page that asks first, when some answer has been given; shared by all tests that only look."""
    at = visit(page, predict="true").run()
    guess = at.radio[0] if at.radio else at.slider(key=f"{page}.guess")
    guess.set_value(guess.options[-1] if at.radio else -1.0).run()
    return at.button(key=f"{page}.reveal").click().run()


def nodes(at: AppTest) -> Iterator[Any]:
    """Everything on the page but the menu, from top to bottom."""
    yield from (node for node in at.main if node is not at.main)


def folds(at: AppTest) -> list[str]:
    """The keys of the expanders."""
    return [node.key for node in nodes(at) if node.type == "expander"]


def charts(at: AppTest) -> dict[str, Any]:
    """The charts by key, as they are sent to the browser."""
    return {node.key: node.proto for node in nodes(at) if node.type == "plotly_chart"}


def specs(at: AppTest) -> dict[str, str]:
    """The figures by key."""
    return {key: proto.spec for key, proto in charts(at).items()}


def widgets(at: AppTest) -> dict[str, Any]:
    """Whatever can be set, by key; a slider under a field sets that field, and keeps nothing."""
    kinds = (at.slider, at.number_input, at.select_slider, at.selectbox, at.button_group, at.main.toggle)
    return {widget.key: widget for kind in kinds for widget in kind if not widget.key.endswith(".slide")}


def steps(widget: Any) -> list[Any]:
    """The values to try: both ends and the middle of a number, each single option, all and none of them."""
    if widget.type in ("slider", "number_input"):
        low, high, step = widget.proto.min, widget.proto.max, widget.proto.step
        middle = low + round((high - low) / step / 2) * step
        return [type(widget.value)(round(value, 6)) for value in (low, middle, high)]
    if widget.type == "toggle":
        return [True, False]
    options = list(widget.options)
    if widget.type == "select_slider":
        return [options[0], options[len(options) // 2], options[-1]]
    if isinstance(widget.value, list):
        return [*([option] for option in options), options, []]
    return options


def values(at: AppTest) -> dict[str, Any]:
    """What the widgets are set to."""
    return {key: widget.value for key, widget in widgets(at).items()}


def wire(at: AppTest) -> str:
    """Everything the page sends, as text."""
    return "\n".join(str(node.proto) for node in nodes(at))


def texts(at: AppTest) -> list[str]:
    """What stands on the page: headings, paragraphs, labels, values, and what is read out for a chart or table."""
    found = []
    for node in nodes(at):
        for name in ("body", "label", "alt"):
            found.append(getattr(node.proto, name, ""))
        found += getattr(node, "options", []) if node.type in ("button_group", "selectbox") else []
        found.append(node.value if node.type in ("title", "header", "markdown", "caption", "metric") else "")
        if node.type == "plotly_chart":  # figures over a chart that can be dragged
            drawn = json.loads(node.proto.spec)["layout"].get("annotations", [])
            found += [re.sub(r"<[^>]*>", " ", text["text"]) for text in drawn if text.get("text")]
        if node.type == "bidi_component":  # a button of ours
            found += json.loads(node.proto.json or "{}").values()
    return [text for text in found if isinstance(text, str) and text]


def tries(stem: str) -> dict[str, dict[str, Any]]:
    """What each "Try this" of a page sets, as its script says: the second argument of parts.tries."""
    tree = ast.parse((ROOT / "pages" / f"{stem}.py").read_text(encoding="utf-8"))
    (given,) = (
        node.args[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tries"
    )
    return ast.literal_eval(given)


TRIES = [(stem, name) for stem in PAGES for name in tries(stem)]


def check(at: AppTest, stem: str) -> None:
    """What holds of a page whatever its controls are set to."""
    errors = [error.message for error in at.exception]
    assert not errors, errors  # told in words: pytest explains comparisons in files of tests alone
    assert list(charts(at)) == list(charts(opened(stem))), "a chart is missing"
    strays = [text for text in texts(at) if UNREADABLE.search(text)]
    assert not strays, strays
    for metric in at.metric:
        assert metric.value, metric.label
