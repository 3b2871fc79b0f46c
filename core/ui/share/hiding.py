"""The CSS that hides what a link hides: from eyes, keyboard and screen reader, while it stays on the page."""

from collections.abc import Mapping, Sequence

from core.ui.dom import filled
from core.ui.share.links import KEY, View

# What a page is built of; the last two may fold something visible away that is no element of the page itself.
_BOX = filled(":is($element, $wrapper, $stack, $row, $column)")
_SEEN = filled(":is($element, $popover, $expander)")
# A reader must see these: the last one is what is asked before the chart, and what was said to the answer.
_TOLD = (filled("$alert"), filled("$exception"), filled("$progress"), '[class*="-question"]')
# The chart takes the height of the window, but never less than its own, or its words would overlap.
_LONE = filled(
    "$sidebar, $header { display: none !important; }\n"
    "$page { padding-top: 1rem; padding-bottom: 1rem; max-width: none; }\n"
    "$element:has($chart), $full_screen, $chart { min-height: calc(100vh - 16rem); }"
)
_PAGE = filled(":is($page, $popover_body)")


def css(view: View, boxes: Mapping[str, Sequence[str]]) -> str:
    """The CSS of a view; nothing if it hides nothing."""
    if view.only:
        folded = [box for box, inside in boxes.items() if set(inside) & set(view.keep)]
        kept = [*chart(view.only), *(name for key in view.keep for name in control(key)), *map(keyed, folded)]
        return lone([*kept, keyed("share.whole"), *_TOLD])
    gone = [name for key in view.hide for name in control(key)]
    gone += [keyed(box) for box, inside in boxes.items() if inside and set(inside) <= set(view.hide)]
    if not gone:
        return ""
    every = f":is({', '.join(gone)})"
    rest = f"{_SEEN}:not({every}, {every} *)"
    return f"{every}, {_BOX}:has({every}):not(:has({rest})) {{ display: none !important; }}"


def lone(kept: Sequence[str]) -> str:
    """Everything is hidden but these, what is in them, and what they are in."""
    every = f":is({', '.join(kept)})"
    stays = f":not({every}, {every} *, :has({every}))"
    return f"{_LONE}\n{_PAGE} {_BOX}{stays} {{ display: none !important; }}"


def keyed(key: str) -> str:
    """The class that Streamlit gives to what has a key."""
    if not KEY.fullmatch(key):
        raise ValueError(f"no key: {key!r}")
    return ".st-key-" + key.replace(".", "-")


def control(key: str) -> tuple[str, str]:
    """A control and what belongs to it: the buttons of a stepper, the spread of an initialization."""
    name = keyed(key)
    return name, f'[class*="{name[1:]}-"]'


def chart(key: str) -> tuple[str, str]:
    """A chart, or the room in which one follows the other."""
    return keyed(key), f"{keyed(key)}-film"
