"""The tally of a class: what was answered, how sure, and what of it was not so."""

import pytest

from core.charts import votes
from core.charts.votes import Texts

ONE = Texts(["Answers: 6"], ["guess", "fairly", "sure"], "answers", "computed", "sure, not so")
TWO = Texts(["First", "Second"], *[getattr(ONE, name) for name in ("sure", "axis", "right", "wrong")])
FIRST = [[1, 0, 2], [0, 2, 1], [0, 0, 0]]
SECOND = [[0, 0, 1], [1, 1, 3], [0, 0, 0]]
NAMES = ["a", "b", "c"]


def bars(figure, axis="x"):
    """By name the numbers of one vote."""
    return {trace.name: list(trace.x) for trace in figure.data if (trace.xaxis or "x") == axis}


def test_before_the_answer_nothing_is_marked():
    figure = votes.choices(NAMES, [FIRST], (), ONE)
    assert bars(figure) == {"guess": [1, 0, 0], "fairly": [0, 2, 0], "sure": [2, 1, 0]}
    assert [list(trace.y) for trace in figure.data] == [NAMES] * 3
    assert len({trace.marker.pattern.shape for trace in figure.data}) == 3, "told apart without colour"


def test_who_was_sure_and_wrong_has_a_look_and_a_name_of_its_own_and_the_right_choice_is_named():
    figure = votes.choices(NAMES, [FIRST], (1,), ONE)
    assert bars(figure) == {"guess": [1, 0, 0], "fairly": [0, 2, 0], "sure": [0, 1, 0], "sure, not so": [2, 0, 0]}
    shapes = [trace.marker.pattern.shape for trace in figure.data]
    assert len(set(shapes)) == 4
    assert [label for label in figure.data[0].y if "computed" in label] == ["<b>computed</b> b"]


def test_two_votes_stand_side_by_side_on_the_same_scale_with_their_totals():
    figure = votes.choices(NAMES, [FIRST, SECOND], (), TWO)
    assert bars(figure, "x2") == {"guess": [0, 1, 0], "fairly": [0, 1, 0], "sure": [1, 3, 0]}
    left, right = figure.layout.xaxis, figure.layout.xaxis2
    assert left.range == right.range
    assert left.range[1] > 5
    assert left.domain[1] < right.domain[0]
    totals = [note.text for note in figure.layout.annotations if note.yref == "y"]
    assert totals == [f"<b>{total}</b>" for total in (3, 3, 0, 1, 5, 0)]
    assert [trace.name for trace in figure.data if trace.showlegend] == ONE.sure


def test_places_on_an_axis_have_bars_and_the_right_stretch_is_a_band():
    x = [-1.0, -0.5, 0.0, 0.5, 1.0]
    counts = [[0, 0, 0], [1, 0, 0], [0, 0, 2], [0, 0, 0], [0, 1, 1]]
    figure = votes.places(x, [counts, counts], (1, 2), TWO, "x")
    (band,) = figure.layout.shapes
    assert (band.x0, band.x1) == (-0.75, 0.25)
    wrong = next(trace for trace in figure.data if trace.name == "sure, not so")
    assert list(wrong.y) == [0, 0, 0, 0, 1]
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1], "the first vote above the second"
    assert votes.places(x, [counts], (), ONE, "x").layout.shapes == ()


@pytest.mark.parametrize("most", [0, 1, 7, 30, 499])
def test_the_axis_counts_whole_answers_with_few_lines(most):
    axis = votes.choices(NAMES, [[[0, 0, most], [0, 0, 0], [0, 0, 0]]], (), ONE).layout.xaxis
    assert axis.dtick == int(axis.dtick) >= 1
    assert axis.range[1] / axis.dtick <= 8
    assert axis.range[1] > most
