"""One meaning for each sign: what every line of every chart is, by the name that its reader sees."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from core.charts import chain, legible, theme
from tests.pages.reader import PAGES, specs, unfolded, visit

# Settings beside the first ones, so that every line with a meaning is met.
MORE = {
    "laboratory": {"lab.view": "dead units"},
    "watch_it_learn": {"learn.view": "Moved"},
}
MEANINGS = {"theory": "theory", "best case": "bound", "guessing": "chance"}  # the words in a name, and its role


@lru_cache(maxsize=len(PAGES))
def figures(page: str) -> dict[str, Any]:
    """The figures of a page with everything unfolded, and with other settings."""
    found = specs(unfolded(page))
    if page in MORE:
        found |= {f"{key}, other": spec for key, spec in specs(visit(page, **MORE[page]).run()).items()}
    return {key: json.loads(spec) for key, spec in found.items()}


def lines(figure: Any) -> Iterator[tuple[str, Any]]:
    """Name and look of every line without markers."""
    for trace in figure["data"]:
        if trace.get("mode") == "lines" and trace.get("line", {}).get("width") and trace.get("name"):
            yield trace["name"], trace["line"]


def said(figure: Any) -> str:
    return " | ".join(text["text"] for text in figure["layout"].get("annotations", []))


@pytest.mark.parametrize("page", PAGES)
def test_a_dotted_line_is_theory_and_each_other_meaning_has_its_own_sign(page: str) -> None:
    for key, figure in figures(page).items():
        for name, look in lines(figure):
            meant = [role for words, role in MEANINGS.items() if name.endswith(words)]
            sign = (look.get("dash", "solid"), look["width"])
            if meant:
                assert sign == theme.ROLES[meant[0]], (key, name)
                assert name.split(", ")[-1] in said(figure), f"{key}: {name} has no name in its chart"
            else:
                assert sign[0] == "solid", (key, name)


@pytest.mark.parametrize("page", PAGES)
def test_a_line_behind_a_chart_is_a_floor_with_its_name_a_sample_of_a_sign_or_no_more_than_a_guide(page: str) -> None:
    for key, figure in figures(page).items():
        for shape in figure["layout"].get("shapes", []):
            dash = shape["line"].get("dash", "solid")
            if dash == "solid":
                continue
            beside = [text["text"] for text in figure["layout"]["annotations"] if text["y"] == shape["y0"]]
            assert beside, (key, dash)
            if dash == theme.ROLES["floor"][0]:
                assert any("float" in text for text in beside), (key, beside)
            else:
                assert theme.ROLES[MEANINGS[beside[0]]][0] == dash, (key, beside)


@pytest.mark.parametrize("page", PAGES)
def test_a_line_with_markers_has_a_dash_of_functions(page: str) -> None:
    for key, figure in figures(page).items():
        for trace in figure["data"]:
            if trace.get("mode") == "lines+markers":
                assert trace["line"].get("dash", "solid") in theme.DASHES, (key, trace["name"])


@pytest.mark.parametrize("page", PAGES)
def test_the_size_of_a_gradient_has_one_scale_of_colours_and_everything_else_the_other(page: str) -> None:
    for key, figure in figures(page).items():
        scale = figure["layout"].get("coloraxis", {})
        title = scale.get("colorbar", {}).get("title", {}).get("text", "")
        used = {colour for _, colour in scale.get("colorscale", [])}
        expected = {colour for _, colour in theme.gradient_scale(0.0, 1.0)}
        assert used == expected if "gradient" in title else not used & expected, (key, title)


def words(layout: Any) -> Iterator[tuple[str, str]]:
    """Every text that stands on a chart in a colour of its own, and that colour; a sign alone is no word."""
    for text in layout.get("annotations", []):
        said = text.get("text", "")  # a frame says only what changes
        parts = re.findall(r'<span style="color:(#\w{6})">(.*?)</span>', said)
        for colour, part in [*parts, (text.get("font", {}).get("color"), said)]:
            if colour and re.search(r"\w", part):
                yield part, colour


@pytest.mark.parametrize("page", PAGES)
def test_every_word_on_a_chart_has_a_colour_in_which_it_can_be_read(page: str) -> None:
    """Black stands within a filled circle, as tests/charts/test_chain.py says."""
    for key, figure in figures(page).items():
        layouts = [figure["layout"], *(frame["layout"] for frame in figure.get("frames", []))]
        found = {colour for layout in layouts for _, colour in words(layout)}
        fonts = [trace["textfont"].get("color", []) for trace in figure["data"] if "textfont" in trace]
        found |= {colour for each in fonts for colour in ([each] if isinstance(each, str) else each)}
        assert found <= {*legible.colours(), chain.INK}, key


def test_words_in_colours_are_met_in_texts_in_parts_of_them_and_in_traces() -> None:
    every = [figure for page in PAGES for figure in figures(page).values()]
    texts = [text for figure in every for text in figure["layout"].get("annotations", [])]
    assert any("color" in text.get("font", {}) for text in texts)
    assert any('<span style="color:' in text["text"] for text in texts)
    assert any(isinstance(trace.get("textfont", {}).get("color"), list) for figure in every for trace in figure["data"])


def test_both_scales_of_colours_are_met() -> None:
    titles = [
        figure["layout"].get("coloraxis", {}).get("colorbar", {}).get("title", {}).get("text", "")
        for page in PAGES
        for figure in figures(page).values()
    ]
    assert len({title for title in titles if "gradient" in title}) == 2, "on a map, and in training"
    assert any(title and "gradient" not in title for title in titles)


def test_every_meaning_is_met_on_some_page() -> None:
    """Else the tests above would pass whatever is drawn."""
    met = {look.get("dash") for page in PAGES for figure in figures(page).values() for _, look in lines(figure)}
    layouts = [figure["layout"] for page in PAGES for figure in figures(page).values()]
    met |= {shape["line"].get("dash") for layout in layouts for shape in layout.get("shapes", [])}
    assert {theme.ROLES[role][0] for role in ("theory", "bound", "chance", "floor")} <= met
