"""Tables as text."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from core.words import numerals, prose

LOGARITHM = ("log10", "log₁₀")  # in the name of a column
Columns = Mapping[str, Sequence[float] | np.ndarray]


MARK = "\ufeff"  # byte order mark: without it Excel takes δ for two letters of its own


def csv_of(data: Columns) -> str:
    """The columns as CSV with a header, numbers with all their digits, as a spreadsheet and a program can read it.

    What is no number is an empty cell, and what is infinite stands in words: a spreadsheet takes -inf for a formula.
    In a column that says it is a logarithm, that is the exact zero that it is one of.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(data)
    columns = [[_said(value, name) for value in np.asarray(column).tolist()] for name, column in data.items()]
    writer.writerows(zip(*columns, strict=True))
    return MARK + out.getvalue()


def _said(value: object, column: str) -> object:
    if not isinstance(value, float) or math.isfinite(value):
        return value
    if math.isnan(value):
        return ""
    if value > 0:
        return prose.common("infinite")
    return prose.common("axis zero" if any(sign in column for sign in LOGARITHM) else "minus infinite")


def cell(value: object) -> str:
    """What stands in a cell: a number as everywhere else, with one kind of minus."""
    return numerals.plain(value) if isinstance(value, float) else str(value)


def html(columns: Mapping[str, Sequence[object]]) -> str:
    """The columns as a table of HTML: for paper, on which nothing can be scrolled."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    rows = ("".join(f"<td>{escape(cell(value))}</td>" for value in row) for row in zip(*columns.values(), strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"
