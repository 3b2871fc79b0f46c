"""What comes with every chart: its text alternative, its numbers as a table and as a file."""

import csv
import io
import math
import struct
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.experiments import Experiment
from core.ui import figures, state
from core.ui.figures import CONFIG, csv_of
from core.words import prose
from tests.pages.reader import PAGES, charts, opened, unfolded


def read(text):
    assert text.startswith("\ufeff"), "or Excel reads another alphabet"
    header, *rows = csv.reader(io.StringIO(text[1:]))
    return dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(header, ())


def bits(number):
    return struct.pack("<d", number)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20))
def test_a_file_keeps_every_digit(rows):
    x, y = np.array(rows).T
    back = read(csv_of({"x": x, "y": y}))
    assert [bits(float(value)) for value in back["x"]] == [bits(value) for value in x]
    assert [bits(float(value)) for value in back["y"]] == [bits(value) for value in y]


@pytest.mark.parametrize("number", [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 2.0**53 + 2])
def test_hard_numbers_survive_the_file(number):
    assert bits(float(read(csv_of({"x": [number]}))["x"][0])) == bits(number)


@pytest.mark.parametrize("name", ["log10 of δ, Tanh", "log₁₀ gradient, layer 1", "A log10_delta seed 0"])
def test_the_logarithm_of_an_exact_zero_says_so(name):
    assert read(csv_of({name: [-math.inf, -1.5]}))[name] == ("exactly 0", "-1.5")


def test_no_cell_is_what_a_spreadsheet_takes_for_a_formula():
    cells = read(csv_of({"RMS": [-math.inf, math.inf, math.nan]}))["RMS"]
    assert cells == ("minus infinite", "infinite", "")


def test_a_file_has_a_header_and_one_line_for_each_row():
    text = csv_of({"layer": np.array([1.0, 2.0]), "δ, Tanh": [-0.5, -2.5], 'w f\'(z) "q"': np.array([1, 2])})
    assert text == '\ufefflayer,"δ, Tanh","w f\'(z) ""q"""\n1.0,-0.5,1\n2.0,-2.5,2\n'
    assert list(read(text)) == ["layer", "δ, Tanh", 'w f\'(z) "q"']


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        csv_of({"x": [1.0, 2.0], "y": [1.0]})


def test_no_column_at_all_is_an_empty_header():
    assert csv_of({}).strip() == "\ufeff"


def test_the_toolbar_offers_the_picture_and_nothing_that_moves_the_chart():
    assert CONFIG["modeBarButtons"] == [["toImage"]]
    assert CONFIG["scrollZoom"] is False
    assert CONFIG["displaylogo"] is False


class Screen(SimpleNamespace):
    """Stands for Streamlit: keeps what is drawn, its expander open or closed."""

    def __init__(self, is_open):
        super().__init__(open=is_open, drawn={}, session_state={})
        for name in ("plotly_chart", "dataframe", "download_button", "pills"):
            setattr(self, name, lambda *a, _name=name, **k: self.drawn.update({_name: (a, k)}))

    def expander(self, *arguments, **settings):
        self.drawn["expander"] = (arguments, settings)
        return self

    def empty(self):
        return self


DATA = {"layer": np.array([1.0, 2.0]), "share": [0.5, -math.inf]}


def shown(monkeypatch, is_open):
    screen = Screen(is_open)
    for module in (figures, state):
        monkeypatch.setattr(module, "st", screen)
    words = prose.Words("page", {"alt dead": "{{ kind }} chart of {{ share }}."})
    experiment = Experiment(go.Figure(), DATA, {"kind": "Line"})
    figures.show(experiment, words, "alt dead", key="relu.dead", slots={"share": "half"})
    return screen.drawn


def test_a_chart_is_shown_with_its_key_its_alternative_and_the_width_of_the_page(monkeypatch):
    _, settings = shown(monkeypatch, False)["plotly_chart"]
    assert (settings["key"], settings["alt"], settings["width"]) == ("relu.dead", "Line chart of half.", "stretch")
    assert settings["config"]["toImageButtonOptions"] == {"format": "png", "filename": "relu.dead", "scale": 2}


def test_a_closed_fold_costs_nothing(monkeypatch):
    assert set(shown(monkeypatch, False)) == {"plotly_chart", "expander"}


def test_an_open_fold_holds_the_table_and_the_same_numbers_as_a_file(monkeypatch):
    drawn = shown(monkeypatch, True)
    (table,), settings = drawn["dataframe"]
    assert {name: list(table[name]) for name in table} == {name: list(column) for name, column in DATA.items()}
    assert settings["alt"] == "Line chart of half."
    (_, content), settings = drawn["download_button"]
    assert content() == csv_of(DATA) == "\ufefflayer,share\n1.0,0.5\n2.0,minus infinite\n"
    assert settings["file_name"] == "relu.dead.csv"
    assert settings["mime"] == "text/csv"


# On the pages


@pytest.mark.parametrize("stem", PAGES)
def test_no_two_charts_of_all_pages_share_a_key(stem):
    mine = set(charts(opened(stem)))
    assert mine
    assert len(mine) == sum(node.type == "plotly_chart" for node in opened(stem).main)
    assert not any(mine & set(charts(opened(other))) for other in PAGES if other != stem)


@pytest.mark.parametrize("stem", PAGES)
def test_every_table_behind_a_chart_is_complete(stem):
    """As many tables as there are folds; every column has a name and a number in each row."""
    at = unfolded(stem)
    words = 1 if stem == "papers" else 0  # columns that say what a number is
    tables = [
        table for table in at.dataframe if table.value.select_dtypes("number").shape[1] == table.value.shape[1] - words
    ]
    folds = [node for node in at.expander if node.key.endswith(".data")]
    assert len(tables) == len(folds) >= 1
    for table in tables:
        frame = table.value
        assert len(frame) >= (1 if stem == "watch_it_learn" else 4), "a run that has not begun has one row"
        assert len(frame.columns) >= 2
        assert len(set(frame.columns)) == len(frame.columns)
        assert all(str(name).strip() for name in frame.columns)
        assert not frame.isna().any(axis=None), "an exact zero is -inf and not a gap"


@pytest.mark.parametrize(
    ("points", "picked"),
    [
        ([{"x": 1.5, "y": 2}], [(1.5, 2.0)]),
        ([], []),
        ("a", []),
        ({}, []),
        ([{}], []),
        ([[1.0, 2.0]], []),
        ([{"x": None, "y": "a"}], []),
        ([{"x": math.nan, "y": 1.0}], []),
        ([{"x": 1.0, "y": math.inf}], []),
    ],
)
def test_a_click_is_believed_only_if_it_is_a_place(monkeypatch, points, picked):
    found = []
    monkeypatch.setattr(state, "value", lambda key: {"selection": {"points": points}})
    figures._picked("map", lambda x, y: found.append((x, y)))
    assert found == picked


def test_a_click_without_a_choice_is_none(monkeypatch):
    monkeypatch.setattr(state, "value", lambda key: {"selection": {}})
    figures._picked("map", pytest.fail)
