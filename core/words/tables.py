"""Tables as text."""

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np

from core.words import numerals

Columns = Mapping[str, Sequence[float] | np.ndarray]


def csv_of(data: Columns) -> str:
    """The columns as CSV with a header, numbers with all their digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(data)
    writer.writerows(zip(*(np.asarray(column).tolist() for column in data.values()), strict=True))
    return out.getvalue()


def cell(value: object) -> str:
    """What stands in a cell: a number as everywhere else, with one kind of minus."""
    return numerals.plain(value) if isinstance(value, float) else str(value)
