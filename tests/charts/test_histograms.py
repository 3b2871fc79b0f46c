import numpy as np
import pytest

from core.charts import histograms
from core.charts.theme import Style

EDGES = (np.array([-1.0, 0.0, 1.0, 2.0]), np.array([-6.0, -3.0, 0.0]))
SHARES = (np.array([[0.5, 0.25, 0.25], [0.0, 0.0, 0.0]]), np.array([[0.1, 0.3], [1.0, 0.0]]))


def figure():
    return histograms.rows(
        ["layer 1", "layer 9"], (EDGES[0], SHARES[0]), (EDGES[1], SHARES[1]), ["", "exactly zero: 60 %"],
        Style("#0d9488"), left_title="z", right_title="gradient",
    )  # fmt: skip


def test_there_is_a_pair_of_histograms_for_each_layer():
    bars = figure().data
    assert [bar.type for bar in bars] == ["bar"] * 4
    assert [bar.name for bar in bars] == ["layer 1", "layer 1", "layer 9", "layer 9"]
    assert len({(bar.xaxis or "x", bar.yaxis or "y") for bar in bars}) == 4


def test_bars_stand_at_the_middle_of_their_bins_scaled_to_the_highest():
    first, second, empty, _ = figure().data
    np.testing.assert_allclose(first.x, [-0.5, 0.5, 1.5])
    np.testing.assert_allclose(first.y, [1.0, 0.5, 0.5])
    np.testing.assert_allclose(second.y, [1 / 3, 1.0])
    np.testing.assert_allclose(empty.y, [0.0, 0.0, 0.0])


def test_under_the_pointer_stands_the_share_itself():
    np.testing.assert_allclose(figure().data[1].customdata, [10.0, 30.0])


def test_notes_and_names_stand_at_their_rows_and_only_the_last_row_has_an_axis():
    layout = figure().layout
    texts = [annotation.text for annotation in layout.annotations]
    assert texts == ["layer 1", "layer 9", "exactly zero: 60 %"]
    assert [layout[f"xaxis{k}"].visible for k in ("", 2, 3, 4)] == [False, False, True, True]
    assert layout.xaxis3.title.text == "z"
    assert list(layout.xaxis4.ticktext) == ["10⁻⁶", "10⁻⁴", "10⁻²", "1"], "no more than fit a phone"


@pytest.mark.parametrize("row", [0, 1])
def test_rows_do_not_overlap(row):
    layout = figure().layout
    assert layout.yaxis.domain[0] > layout.yaxis3.domain[1]
    assert layout.xaxis.domain[1] < layout.xaxis2.domain[0]
