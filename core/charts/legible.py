"""Words in the colour of a line: as near to that as it takes to be read, on a light page and on a dark one.

A line needs 3:1, a word 4.5:1 (WCAG 2.2, 1.4.11 and 1.4.3), and no colour has 4.5:1 on both pages. So a chart is drawn
in one colour, and where its words are shown two others stand for it.
"""

from collections.abc import Mapping
from functools import lru_cache

from core.charts import theme

PAPERS = ("#ffffff", "#0f141a")  # the light and the dark page, as in .streamlit/config.toml
INKS = ("#000000", "#ffffff")  # towards these a colour keeps its hue
FAINT = "#48515d"  # for Streamlit's grey, in which it writes the words of a chart on a light page at 3.7:1
NEEDED = 4.5
STEPS = 50  # between a colour and the ink


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours as WCAG defines it, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, paper: str, ink: str) -> str:
    """The colour nearest to this one, on the way to the ink, that can be read on the paper and on a band there."""
    band = theme.mixed(paper, theme.GREY, theme.BAND_OPACITY)
    steps = (theme.mixed(colour, ink, k / STEPS) for k in range(STEPS + 1))
    return next(step for step in steps if min(contrast(step, paper), contrast(step, band)) >= NEEDED)


@lru_cache(maxsize=1)
def colours() -> Mapping[str, tuple[str, str]]:
    """For every colour that a chart has words in, the two that stand for it: on a light page, on a dark one."""
    named = (*(colour for palette in theme.PALETTES.values() for colour in palette), *theme.QUANTITIES)
    light, dark = zip(PAPERS, INKS, strict=True)
    return {colour: (readable(colour, *light), readable(colour, *dark)) for colour in dict.fromkeys(named)}


def css(words: str, scheme: str = "") -> str:
    """The style of the words of charts: `words` is a selector that ends with what holds them.

    Plotly writes the colour of a text in one way and that of a part of it in another. `scheme`, "light" or "dark", is
    for where a browser would not know; else it is that of the page.
    """
    told = {"": "light-dark({}, {})", "light": "{0}", "dark": "{1}"}[scheme]
    return "\n".join(
        f'{words} :is(text[style*="fill: {_rgb(colour)}"], tspan[style*="fill:{colour}"])'
        f" {{ fill: {told.format(*pair)} !important; }}"
        for colour, pair in colours().items()
    )


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"
