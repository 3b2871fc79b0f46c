"""The chain of neurons: values go right, the gradient comes back left, what is not computed yet is hollow."""

import math
from itertools import pairwise

import pytest

from core.charts import chain, theme
from core.charts.figure import finished
from core.charts.theme import Style

LOOK = Style("#0d9488", "solid", "circle")
WORDS = chain.Words(
    "Step 2 of 6. " + "Forward is the way. " * 3, "value", "times", "gradient", "by the size of the gradient:", "zero"
)
PAGES = ("#ffffff", "#0f141a")
COUNTS = range(3, 15)  # nodes: the input, one neuron to twelve, the loss


def nodes(count=5, known=2, sizes=()):
    """A chain whose first values are known, and to which the gradient has come back by the sizes given, output last."""
    names = ["x", *(f"h{k}" for k in range(1, count - 1)), "loss"]
    come = [None] * (count - 1 - len(sizes)) + list(sizes)
    return chain.Nodes(
        names=names,
        values=[str(k) if k < known else "" for k in range(count)],
        factors=["" if size is None else "0.1" for size in come[:-1]],
        gradients=[*("" if size is None else "0.2" for size in come), ""],
        sizes=come,
        hover=names,
        filled=known,
    )


def drawing(count=5, **known):
    return finished(*chain.drawing(nodes(count, **known), WORDS, LOOK), height=chain.HEIGHT)


def arrows(figure, colour=None):
    """The arrows of the chain itself, not the samples below it."""
    drawn = [a for a in figure.layout.annotations if a.showarrow and a.axref == "x"]
    return [a for a in drawn if colour in (None, a.arrowcolor)]


def back(figure):
    """The arrows that point left, whatever their colour."""
    return [arrow for arrow in arrows(figure) if arrow.ax > arrow.x]


def crosses(figure):
    return [a for a in figure.layout.annotations if a.text == chain.ZERO]


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("count", COUNTS)
def test_a_short_chain_stands_in_one_row_and_a_long_one_in_two_from_left_to_right(count):
    circles = drawing(count).data[0]
    rows = [[x for x, y in zip(circles.x, circles.y, strict=True) if y == at] for at in dict.fromkeys(circles.y)]
    assert len(rows) == (1 if count <= 7 else 2)
    assert [x for row in rows for x in row] == list(circles.x)
    assert all(row == [float(k) for k in range(len(row))] for row in rows)
    assert list(dict.fromkeys(circles.y)) == sorted(set(circles.y), reverse=True), "the first row is the upper one"


@pytest.mark.parametrize("count", COUNTS)
def test_nothing_of_a_row_touches_the_other_row_or_leaves_the_drawing(count):
    figure = drawing(count, known=count, sizes=[9.0] * (count - 1))
    circles, _, _, values, factors, gradients = figure.data
    half, radius = 7, circles.marker.size / 2  # of a line of numbers, in pixels
    lanes = {a.y for a in back(figure)}
    for middle in set(circles.y):
        (above,), (beside,), (under,), (lane,) = (
            {y for y in row if abs(y - middle) < 60} for row in (values.y, factors.y, gradients.y, lanes)
        )
        thick = max(a.arrowwidth for a in back(figure)) / 2
        edges = [above + half, above - half, middle + radius, middle - radius, beside + half, beside - half,
                 lane + thick, lane - thick, under + half, under - half]  # fmt: skip
        assert all(upper - lower >= -1 for upper, lower in pairwise(edges)), edges
        assert edges[0] <= chain.SCALE + chain.NODES
        assert edges[-1] >= chain.SCALE
    assert len(set(values.y)) == len(set(gradients.y)) == len(set(circles.y))
    assert not [1 for low in gradients.y for high in values.y if abs(low - high) < 2 * half]


@pytest.mark.parametrize("count", [3, 6, 7, 14])
def test_on_a_phone_the_nodes_of_a_row_leave_room_for_an_arrow(count):
    figure = drawing(count)
    low, high = figure.layout.xaxis.range
    wide = 358 - figure.layout.margin.l - figure.layout.margin.r
    assert wide / (high - low) >= figure.data[0].marker.size + 10


def test_heights_of_the_chain_are_pixels_and_it_stands_still():
    for count in COUNTS:
        layout = drawing(count).layout
        assert layout.height - layout.margin.t - layout.margin.b == chain.WHOLE
        assert list(layout.yaxis.range) == [0, chain.WHOLE]
        assert layout.xaxis.range[0] < 0 < max(drawing(count).data[0].x) < layout.xaxis.range[1]
        assert layout.dragmode is False
        assert layout.xaxis.fixedrange is layout.yaxis.fixedrange is True
        assert layout.xaxis.visible is layout.yaxis.visible is False


def test_what_is_not_computed_yet_is_hollow_and_has_no_number():
    circles, filled, hollow, values, factors, gradients = drawing(sizes=[-1.0, 0.0]).data
    assert list(circles.marker.color) == [LOOK.colour, LOOK.colour, *["rgba(0,0,0,0)"] * 3]
    none = theme.BLANK
    assert list(values.text) == ["0", "1", none, none, none]
    assert list(factors.text) == [none, none, "0.1"]
    assert list(gradients.text) == [none, none, "0.2", "0.2", none]
    assert list(filled.text) == ["x", "h1", none, none, none]
    assert list(hollow.text) == [none, none, "h2", "h3", "loss"]


def test_the_loss_has_the_colour_of_no_activation():
    assert list(drawing(known=5).data[0].marker.color) == [*[LOOK.colour] * 4, theme.GREY]


def test_a_name_can_be_read_on_every_filled_node_and_in_a_hollow_one_on_every_page():
    circles, filled, hollow = drawing().data[:3]
    assert circles.marker.opacity == 1, "nothing of the page shines through"
    for colour in [theme.GREY, *(colour for colours in theme.PALETTES.values() for colour in colours)]:
        assert contrast(filled.textfont.color, colour) >= 4.5
    assert hollow.textfont.color is None, "in the colour of the page's text"
    for text in drawing().data[3:6]:
        assert text.textfont.color is None
    for colour in (LOOK.colour, theme.WELL):
        assert not [page for page in PAGES if contrast(colour, page) < 3], "the rim of a node, an arrow back"


def test_the_numbers_stand_where_their_rows_say():
    circles, _, _, values, factors, gradients = drawing().data
    assert list(values.x) == list(gradients.x) == list(circles.x)
    assert list(factors.x) == [0.5, 1.5, 2.5], "a factor stands on the way from a neuron to the one before"
    named = {a.text: a.y for a in drawing().layout.annotations if a.text in ("value", "times", "gradient")}
    assert named == {"value": values.y[0], "times": factors.y[0], "gradient": gradients.y[0]}


def test_a_value_of_zero_is_known():
    assert drawing(known=1).data[3].text[0] == "0"
    assert drawing(known=1).data[0].marker.color[0] == LOOK.colour


@pytest.mark.parametrize("count", COUNTS)
def test_an_arrow_leads_right_from_each_node_to_the_next_and_goes_on_in_the_next_row(count):
    figure = drawing(count)
    circles = figure.data[0]
    forward = arrows(figure, LOOK.colour)
    assert all(a.ax < a.x and a.ay == a.y for a in forward)
    to_nodes = [(a.x, a.y) for a in forward if a.standoff]
    from_nodes = [(a.ax, a.ay) for a in forward if a.startstandoff]
    nodes_at = list(zip(circles.x, circles.y, strict=True))
    assert to_nodes == nodes_at[1:]
    assert from_nodes == nodes_at[:-1]
    assert len(forward) == count - 1 + (count > 7), "one is broken where a row ends"
    assert all(a.standoff >= circles.marker.size / 2 for a in forward if a.standoff), "it ends at the rim"


@pytest.mark.parametrize("count", COUNTS)
def test_the_gradient_comes_back_left_as_far_as_it_has_come(count):
    for come in range(count):
        figure = drawing(count, known=count, sizes=[-1.0] * come)
        come_back = back(figure)
        assert len(come_back) == len(arrows(figure, theme.WELL))
        assert all(a.ay == a.y for a in come_back)
        circles = figure.data[0]
        reached = list(zip(circles.x, circles.y, strict=True))[count - 1 - come : -1]
        heads = [(a.x, a.y) for a in come_back if a.x >= 0]
        assert [x for x, _ in heads] == [x for x, _ in reached], "one arrow to each node"
        assert len({y - lane for (_, lane), (_, y) in zip(heads, reached, strict=True)}) <= 1, "in the lane of its row"
        edges = [a.x for a in come_back if a.x < 0]
        assert len(edges) == (count > 7 and come >= count - chain.per_row(count)), "one goes on in the row above"


def test_an_arrow_back_is_thinner_and_paler_by_a_scale_that_is_drawn():
    """Half of the way down at half of the powers of ten; what is smaller than the last sample looks like it."""
    sizes = [-30.0, -6.0, -3.0, 0.0]
    looks = [(a.arrowwidth, a.opacity) for a in arrows(drawing(known=5, sizes=sizes), theme.WELL)]
    assert looks == [(1.0, 0.4), (1.0, 0.4), (4.0, pytest.approx(0.7)), (7.0, 1.0)]
    samples = [a for a in drawing().layout.annotations if a.showarrow and a.axref == "pixel"]
    assert [(a.arrowwidth, a.opacity) for a in samples] == looks[:0:-1]
    assert [a.text for a in drawing().layout.annotations if a.text.startswith("1")] == ["1", "10⁻³", "10⁻⁶"]
    assert all(a.ax > 0 for a in samples), "they point left as well"
    assert chain.look(1.0)[0] > chain.look(0.0)[0] == 7.0, "an exploding gradient is thicker"
    assert chain.look(300.0)[2] == theme.EXPLODING
    assert chain.look(1.0)[2] not in (theme.WELL, theme.EXPLODING), "between the two"
    assert chain.look(300.0)[0] <= 10.0


def test_a_gradient_of_exactly_zero_is_no_arrow_but_a_cross():
    figure = drawing(known=5, sizes=[-math.inf, -math.inf, -300.0, 0.0])
    assert len(back(figure)) == 2
    *here, sample = crosses(figure)
    assert sorted(cross.x for cross in here) == [0.5, 1.5]
    assert {cross.y for cross in here} == {a.y for a in back(figure)}
    assert (sample.xref, sample.y) == ("paper", chain.LOW), "among the samples"


@pytest.mark.parametrize(("count", "rows"), [(6, 1), (14, 2)])
def test_what_is_the_same_everywhere_is_said_once_for_each_row(count, rows):
    said = [a.text for a in drawing(count).layout.annotations]
    assert said.count("value") == said.count("times") == said.count("gradient") == rows
    assert said.count("by the size of the gradient:") == said.count("zero") == 1


def test_sentences_break_where_a_phone_ends_and_what_belongs_together_stays_whole():
    (said,) = [a.text for a in drawing().layout.annotations if a.text.startswith("Step")]
    assert "<br>" in said
    assert max(map(len, said.split("<br>"))) <= chain.SENTENCE_WIDTH
    assert chain.wrapped("(1\u00a0·\u00a02) × (3\u00a0·\u00a04)", 10) == "(1\u00a0·\u00a02) ×<br>(3\u00a0·\u00a04)"
    assert chain.wrapped("a" * 90, 10) == "a" * 90


def test_the_pointer_finds_what_it_is_told_of_each_neuron():
    circles = drawing().data[0]
    assert circles.hoverinfo == "text"
    assert list(circles.hovertext) == ["x", "h1", "h2", "h3", "loss"]
    assert all(text.hoverinfo == "skip" for text in drawing().data[1:])


def test_a_step_of_the_walk_moves_nothing_and_the_same_step_changes_nothing():
    assert drawing().to_json() == drawing().to_json()
    later = drawing(known=5, sizes=[-3.0, -2.0, -1.0, 0.0])
    for one, other in zip(later.data, drawing().data, strict=True):
        assert list(one.x) == list(other.x)
        assert list(one.y) == list(other.y)
    assert [(a.x, a.y, a.ax) for a in arrows(later)[:4]] == [(a.x, a.y, a.ax) for a in arrows(drawing())]
