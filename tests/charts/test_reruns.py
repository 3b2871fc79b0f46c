"""The chart of published and computed numbers: everything in its place, and what is too far off is seen as such."""

from itertools import pairwise

import numpy as np
import pytest

from core.charts.reruns import COMPUTED, FAR, Panel, Texts, reruns

TEXTS = Texts("published", "computed", "too far off", "value")
PUBLISHED = np.array([1.0, 2.0, 3.0])


def panel(published=PUBLISHED, room=0.1, **more):
    at = np.arange(1.0, len(published) + 1.0)
    return Panel("std", "layer", at, published, published - room, published + room, **more)


def test_before_it_is_run_there_is_what_was_published_with_its_room():
    (trace,) = reruns([panel()], TEXTS).data
    assert trace.y == pytest.approx(PUBLISHED)
    assert trace.error_y.array == pytest.approx([0.1] * 3)
    assert trace.error_y.arrayminus == pytest.approx([0.1] * 3)
    assert trace.name == "published"


def test_what_is_computed_is_a_line_and_what_is_too_far_off_has_a_cross():
    figure = reruns([panel(computed=np.array([1.0, 2.5, 3.0]), near=[True, False, True])], TEXTS)
    trace = figure.data[1]
    assert trace.mode == "lines+markers"
    assert trace.marker.symbol == ("circle", "x", "circle")
    assert trace.marker.color == (COMPUTED, FAR, COMPUTED)
    assert trace.name == "too far off"


def test_the_key_names_once_what_there_is_in_any_panel():
    good = panel(computed=PUBLISHED, near=[True] * 3)
    bad = panel(computed=PUBLISHED + 1.0, near=[False] * 3)
    named = [trace.name for trace in reruns([good, bad, good, bad], TEXTS).data if trace.showlegend]
    assert named == ["published", "computed", "too far off"]


def test_a_single_number_lies_and_needs_no_axis_of_places():
    lying = panel(np.array([5.0]), computed=np.array([5.05]), near=[True])
    figure = reruns([lying], TEXTS)
    assert [trace.x[0] for trace in figure.data] == [5.0, 5.05]
    assert figure.data[0].error_x.array == pytest.approx([0.1])
    assert figure.layout.yaxis.visible is False
    assert figure.layout.height < reruns([panel()], TEXTS).layout.height


def test_an_open_end_has_no_bar():
    least = Panel("x", "n", np.array([1.0]), np.array([0.5]), np.array([0.4]), np.array([np.inf]))
    (trace,) = reruns([least], TEXTS).data
    assert (trace.error_x.array[0], trace.error_x.arrayminus[0]) == (0.0, pytest.approx(0.1))


def test_very_different_numbers_stand_on_a_logarithmic_axis_and_zero_on_none():
    wide = np.array([1.0, 1e-2, 1e-4])
    assert reruns([panel(wide, 0.0)], TEXTS).layout.yaxis.type == "log"
    assert reruns([panel(np.array([1.0, 1e-4, 0.0]), 0.0)], TEXTS).layout.yaxis.type is None


def test_places_with_names_show_them_and_are_not_joined():
    named = panel(computed=PUBLISHED, near=[True] * 3, names=("a", "b", "c"))
    figure = reruns([named], TEXTS)
    assert figure.layout.xaxis.ticktext == ("a", "b", "c")
    assert figure.data[1].mode == "markers"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_panels_stand_below_each_other_within_the_chart(count):
    figure = reruns([panel() for _ in range(count)], TEXTS)
    domains = [figure.layout[f"yaxis{k or ''}"].domain for k in [0, *range(2, count + 1)]]
    for above, below in pairwise(domains):
        assert above[0] > below[1]
    assert domains[0][1] <= 1.0
    assert domains[-1][0] >= 0.0
    assert len({trace.yaxis for trace in figure.data}) == count
    assert [trace.showlegend for trace in figure.data] == [True] + [False] * (count - 1)


def test_all_that_is_drawn_is_within_its_axis():
    figure = reruns([panel(computed=np.array([1.0, 2.0, 30.0]), near=[True, True, False])], TEXTS)
    low, high = figure.layout.yaxis.range
    assert low < 0.9
    assert high > 30.0
