"""The chain of neurons: what is known is filled and labelled, what is not yet computed is hollow, and all has room."""

import re

import numpy as np
import pytest

from core.charts import chain, layers, theme
from core.charts.figure import finished
from core.charts.theme import Line, Style

LOOK = Style("#0d9488", "solid", "circle")
WORDS = chain.Words(
    "Step 2 of 6. " + "Forward is the way. " * 3, "every w = 1", "a\u00a0·\u00a0b × c", "value", "slope"
)
TEXTS = layers.Texts("zero", "reaches", "below", "neuron", "neuron", "size")
PAGES = ("#ffffff", "#0f141a")


def nodes(count=4, known=2, slopes=1):
    names = ["x", *(f"h{k}" for k in range(1, count))]
    values = [str(k) if k < known else "" for k in range(count)]
    return chain.Nodes(names, values, ["", *("0.1" if k <= slopes else "" for k in range(1, count))], names)


def gradient(count):
    line = Line("Tanh", np.arange(1.0, count + 1), np.linspace(-3.0, -1.0, count), LOOK)
    return layers.drawing([line], depth=count, low=-4.0, high=0.0, texts=TEXTS)


def drawing(count=4, **known):
    return finished(*chain.drawing(nodes(count, **known), WORDS, LOOK, gradient(count - 1)), height=chain.HEIGHT)


def arrows(figure):
    return [a for a in figure.layout.annotations if a.showarrow]


def texts(figure):
    return {a.text: a for a in figure.layout.annotations if a.text}


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_short_chain_stands_in_one_row_and_a_long_one_in_two_from_left_to_right():
    for count in range(2, 14):
        circles = drawing(count).data[0]
        rows = [[x for x, y in zip(circles.x, circles.y, strict=True) if y == at] for at in dict.fromkeys(circles.y)]
        assert len(rows) == (1 if count <= 7 else 2)
        assert [x for row in rows for x in row] == list(circles.x)
        assert all(row == [float(k) for k in range(len(row))] for row in rows)
        assert list(dict.fromkeys(circles.y)) == sorted(set(circles.y), reverse=True), "the first row is the upper one"


@pytest.mark.parametrize("count", range(2, 14))
def test_nothing_of_a_row_touches_the_other_row_or_leaves_the_drawing(count):
    figure = drawing(count)
    circles, _, _, values, slopes = figure.data[:5]
    half = 8  # of a line of numbers, in pixels
    for above, middle, under in zip(values.y, circles.y, slopes.y, strict=True):
        assert above - half >= middle + circles.marker.size / 2 - 1
        assert under + half <= middle - circles.marker.size / 2 + 1
        assert under - half >= 0
        assert above + half <= chain.NODES
    assert not [1 for low in slopes.y for high in values.y if abs(low - high) < 2 * half]


@pytest.mark.parametrize("count", [2, 5, 7, 13])
def test_on_a_phone_the_nodes_of_a_row_leave_room_for_an_arrow(count):
    figure = drawing(count)
    low, high = figure.layout.xaxis2.range
    wide = 358 - figure.layout.margin.l - figure.layout.margin.r
    assert wide / (high - low) >= figure.data[0].marker.size + 10
    assert list(figure.layout.yaxis2.range) == [0, chain.NODES], "heights are pixels"


def test_heights_of_the_chain_are_pixels():
    layout = drawing().layout
    plot = layout.height - layout.margin.t - layout.margin.b
    low, high = layout.yaxis2.domain
    assert plot * (high - low) == pytest.approx(chain.NODES)
    assert plot * (layout.yaxis.domain[1] - layout.yaxis.domain[0]) == pytest.approx(chain.PLOT)
    assert layout.yaxis.domain[1] < low, "the gradient is below"


def test_what_is_not_computed_yet_is_hollow_and_has_no_number():
    circles, filled, hollow, values, slopes = drawing().data[:5]
    assert list(circles.marker.color) == [LOOK.colour, LOOK.colour, "rgba(0,0,0,0)", "rgba(0,0,0,0)"]
    assert list(values.text) == ["0", "1", "", ""]
    assert list(slopes.text) == ["", "0.1", "", ""]
    assert [a or b for a, b in zip(filled.text, hollow.text, strict=True)] == ["x", "h1", "h2", "h3"]
    assert list(hollow.text) == ["", "", "h2", "h3"]


def test_a_name_can_be_read_on_every_filled_node_and_in_a_hollow_one_on_every_page():
    circles, filled, hollow = drawing().data[:3]
    assert circles.marker.opacity == 1, "nothing of the page shines through"
    for colours in theme.PALETTES.values():
        for colour in colours:
            assert contrast(filled.textfont.color, colour) >= 4.5
    assert hollow.textfont.color is None, "in the colour of the page's text"
    for text in drawing().data[3:5]:
        assert text.textfont.color is None
    assert not [page for page in PAGES if contrast(LOOK.colour, page) < 3], "the rim of a node"


def test_the_numbers_stand_above_and_below_their_neurons():
    circles, _, _, values, slopes = drawing().data[:5]
    assert list(values.x) == list(slopes.x) == list(circles.x)
    assert all(a > b > c for a, b, c in zip(values.y, circles.y, slopes.y, strict=True))


def test_a_value_of_zero_is_known():
    assert drawing(known=1).data[3].text[0] == "0"
    assert drawing(known=1).data[0].marker.color[0] == LOOK.colour


@pytest.mark.parametrize("count", range(2, 14))
def test_an_arrow_leads_from_each_neuron_to_the_next(count):
    figure = drawing(count)
    circles = figure.data[0]
    places = [(a.ax, a.ay, a.x, a.y) for a in arrows(figure) if a.arrowhead]
    ends = [(x, y) for _, _, x, y in places]
    assert ends == list(zip(circles.x, circles.y, strict=True))[1:]
    assert all(start < end and y == y0 for start, y0, end, y in places)
    assert all(a.standoff >= circles.marker.size / 2 for a in arrows(figure) if a.arrowhead), "it ends at the rim"
    bent = [shape for shape in figure.layout.shapes if shape.type == "path"]
    assert len(bent) == (1 if count > 7 else 0)
    for shape in bent:
        heights = [float(y) for y in re.findall(r",([\d.]+)", shape.path)]
        assert heights[0] == circles.y[0]
        assert heights[-1] == circles.y[-1]


@pytest.mark.parametrize(("count", "rows"), [(5, 1), (13, 2)])
def test_what_is_the_same_everywhere_is_said_once(count, rows):
    said = [a.text for a in drawing(count).layout.annotations]
    assert said.count("every w = 1") == 1
    assert said.count("value") == said.count("slope") == rows


def test_sentences_break_where_a_phone_ends_and_factors_stay_whole():
    seen = texts(drawing())
    (said,) = [text for text in seen if text.startswith("Step")]
    assert "<br>" in said
    assert max(map(len, said.split("<br>"))) <= chain.SENTENCE_WIDTH
    assert chain.wrapped("(1\u00a0·\u00a02) × (3\u00a0·\u00a04)", 10) == "(1\u00a0·\u00a02) ×<br>(3\u00a0·\u00a04)"
    assert chain.wrapped("a" * 90, 10) == "a" * 90


def test_the_pointer_finds_what_it_is_told_of_each_neuron():
    circles = drawing().data[0]
    assert circles.hoverinfo == "text"
    assert list(circles.hovertext) == ["x", "h1", "h2", "h3"]
    assert all(text.hoverinfo == "skip" for text in drawing().data[1:5])


def test_the_gradient_is_the_chart_that_it_is_alone_in_a_part_of_the_room():
    data, layout = gradient(3)
    both = drawing()
    for mine, alone in zip(both.data[5:], data, strict=True):
        np.testing.assert_array_equal(mine.y, alone["y"])
        assert mine.xaxis is None
    assert list(both.layout.xaxis.range) == layout["xaxis"]["range"]
    assert list(both.layout.yaxis.range) == layout["yaxis"]["range"]
    name = next(a for a in both.layout.annotations if "Tanh" in a.text)
    assert (name.xref, name.x) == ("x domain", 0.0), "beside its part, not beside the whole"


def test_a_line_that_ends_beyond_the_axis_says_so_in_a_second_line():
    line = Line("Tanh", np.arange(1.0, 4.0), np.array([-30.0, -3.0, -1.0]), LOOK)
    below = layers.drawing([line], depth=3, low=-4.0, high=0.0, texts=TEXTS)
    _, layout = chain.drawing(nodes(), WORDS, LOOK, below)
    (name,) = (a for a in layout["annotations"] if "Tanh" in a["text"])
    assert name["text"].startswith("Tanh<br>↓ 10⁻³⁰")


@pytest.mark.parametrize("count", [2, 3, 13])
def test_the_frame_holds_all_neurons_and_stands_still(count):
    layout = drawing(count).layout
    assert layout.height == chain.HEIGHT
    assert layout.dragmode is False
    assert layout.xaxis2.range[0] < 0 < max(drawing(count).data[0].x) < layout.xaxis2.range[1]
    for axis in (layout.xaxis, layout.yaxis, layout.xaxis2, layout.yaxis2):
        assert axis.fixedrange is True
    assert layout.xaxis2.visible is layout.yaxis2.visible is False


def test_a_step_of_the_walk_moves_nothing_and_the_same_step_changes_nothing():
    assert drawing().to_json() == drawing().to_json()
    later = drawing(known=4, slopes=3)
    assert later.layout == drawing().layout
    for one, other in zip(later.data[:5], drawing().data[:5], strict=True):
        assert list(one.x) == list(other.x)
        assert list(one.y) == list(other.y)
