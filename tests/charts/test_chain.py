"""The chain of neurons: what is known is filled and labelled, what is not yet computed is hollow."""

import pytest

from core.charts import chain
from core.charts.theme import Style

NAMES = ["x", "h₁", "h₂", "h₃"]
LOOK = Style("#0d9488", "solid", "circle")


def drawing(values=("1", "0.731", "", ""), slopes=("", "0.197", "", ""), edges=("× 1", "× 2", "× −0.5")):
    return chain.neurons(NAMES, values, slopes, edges, LOOK)


def texts(figure):
    return {a.text: a for a in figure.layout.annotations if a.text}


def test_the_neurons_stand_in_a_row_with_their_names():
    (nodes,) = drawing().data
    assert list(nodes.text) == NAMES
    assert list(nodes.x) == [0.0, 1.0, 2.0, 3.0]
    assert list(nodes.y) == [0.0, 0.0, 0.0, 0.0]
    assert nodes.marker.line.color == LOOK.colour


def test_what_is_not_computed_yet_is_hollow_and_has_no_number():
    (nodes,) = drawing().data
    assert list(nodes.marker.color) == [LOOK.colour, LOOK.colour, "rgba(0,0,0,0)", "rgba(0,0,0,0)"]
    assert set(texts(drawing())) == {"1", "0.731", "f′ = 0.197", "× 1", "× 2", "× −0.5"}


def test_the_value_stands_above_its_neuron_and_the_derivative_below():
    found = texts(drawing())
    assert (found["0.731"].x, found["f′ = 0.197"].x) == (1.0, 1.0)
    assert found["0.731"].yshift > 17 > -17 > found["f′ = 0.197"].yshift, "clear of a node of 34 pixels"
    assert found["f′ = 0.197"].font.color == LOOK.colour


def test_a_value_of_zero_is_known():
    (nodes,) = drawing(values=("0", "0", "0", "0")).data
    assert list(nodes.marker.color) == [LOOK.colour] * 4


def test_an_arrow_with_its_weight_leads_from_each_neuron_to_the_next():
    arrows = [a for a in drawing().layout.annotations if a.showarrow]
    assert [(int(a.ax), round(a.x)) for a in arrows] == [(0, 1), (1, 2), (2, 3)]
    assert all(a.ax < a.x and a.y == a.ay == 0 for a in arrows)
    found = texts(drawing())
    assert [found[text].x for text in ("× 1", "× 2", "× −0.5")] == [0.5, 1.5, 2.5]


def test_the_pointer_finds_the_numbers_of_each_neuron():
    (nodes,) = drawing().data
    assert nodes.hoverinfo == "text"
    assert nodes.hovertext[1] == "h₁: 0.731, f′ = 0.197"
    assert nodes.hovertext[0] == "x: 1"


def test_the_pointer_does_not_find_an_empty_text_where_nothing_is_computed():
    (nodes,) = drawing().data
    assert not any(text.endswith((": ", ":")) for text in nodes.hovertext)


@pytest.mark.parametrize("count", [1, 2, 12])
def test_the_frame_holds_all_neurons_and_stands_still(count):
    names = ["x", *(f"h{k}" for k in range(count))]
    layout = chain.neurons(names, ["1"] * (count + 1), [""] * (count + 1), ["× 1"] * count, LOOK).layout
    assert layout.height == chain.HEIGHT
    assert layout.dragmode is False
    assert layout.xaxis.range[0] < 0 <= count < layout.xaxis.range[1]
    assert layout.xaxis.fixedrange is True
    assert layout.yaxis.fixedrange is True
    assert layout.xaxis.visible is False


def test_a_step_of_the_walk_moves_nothing_and_the_same_step_changes_nothing():
    assert drawing().to_json() == drawing().to_json()
    later = drawing(values=("1", "0.731", "0.6", "0.5"))
    assert later.layout.xaxis == drawing().layout.xaxis
    assert later.layout.yaxis == drawing().layout.yaxis
    assert list(later.data[0].x) == list(drawing().data[0].x)
