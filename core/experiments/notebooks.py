"""A network as a Jupyter notebook: predict, run the script, look, fill in a number, and have both checked.

The cells are those of the template notebook.py.j2, where a line of "# %%" begins each.
"""

import json
import re
from typing import Any

from core.experiments.scripts import COLUMNS, numpy_script, template
from core.maths.network import Network
from core.words import prose

_CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)


def notebook(network: Network) -> str:
    """A notebook in Jupyter's format 4.5 that needs NumPy and Plotly, and runs before anything is filled in."""
    text = template("notebook.py.j2").render(
        words=prose.common,
        said=lambda name: repr(prose.common(name)),
        code=numpy_script(network).strip(),
        column=COLUMNS.index("log10_delta"),
    )
    _, *parts = _CELL.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    cells = [_cell(k, bool(marked), source.strip()) for k, (marked, source) in enumerate(pairs)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, words: bool, source: str) -> dict[str, Any]:
    kind: dict[str, Any] = {"cell_type": "markdown"} if words else {
        "cell_type": "code", "execution_count": None, "outputs": [],
    }  # fmt: skip
    return kind | {"id": f"cell-{number}", "metadata": {}, "source": source.splitlines(keepends=True)}
