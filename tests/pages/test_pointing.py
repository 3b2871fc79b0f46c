"""What words of a page point at is there, in the chart before them."""

import json

import pytest

from core.ui.sections import SECTIONS
from core.words import pointing, prose
from tests.pages.reader import nodes, opened

ARTICLE = [section.page for section in SECTIONS[:8]]


def pointed(page):
    """Each target, with the figure that it is about and the text that it stands in."""
    figure = None
    for node in nodes(opened(page)):
        if node.type == "plotly_chart":
            figure = json.loads(node.proto.spec)
        if node.type == "markdown":
            yield from ((figure, node.value, target) for target in pointing.targets(node.value))


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("page", [section.page for section in SECTIONS])
def test_what_words_point_at_is_in_the_chart_before_them(page):
    for figure, _, (words, kind, target) in pointed(page):
        layout = figure["layout"]
        if kind == "line":
            assert target in {trace.get("name") for trace in figure["data"]}, words
        elif kind == "layer":
            assert 1 <= int(target) <= layout["meta"]["layers"][-1], words
        else:
            low, high = sorted(layout["xaxis"]["range"])
            ends = [number(end) for end in target.split(",") if end]
            assert ends, words
            assert all(low <= end <= high for end in ends), words


@pytest.mark.parametrize("page", ARTICLE)
def test_on_every_page_of_the_article_what_you_see_points_at_two_things_at_least(page):
    found = [target for _, text, target in pointed(page) if text.startswith(f"**{prose.common('see')}**")]
    assert len(found) >= 2
