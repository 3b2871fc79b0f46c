"""The names of what is private to Streamlit's and Plotly's page stand in one place."""

import re

import pytest

from core.ui import dom
from tests.pages.reader import ROOT

PRIVATE = re.compile(r"data-(testid|stale|rac|collapsed)|\bst[A-Z]\w+|js-plotly|modebar-")
# Those of the file to take home, which has Plotly but no Streamlit.
FILE = {ROOT / "core" / "ui" / "share" / f"document.{kind}" for kind in ("css", "js")}
SCREEN = sorted({path for kind in ("py", "css", "js") for path in (ROOT / "core" / "ui").rglob(f"*.{kind}")} - FILE)


@pytest.mark.parametrize("path", SCREEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_file_of_the_screen_has_a_private_name(path):
    names = {match.group() for match in PRIVATE.finditer(path.read_text(encoding="utf-8"))}
    assert bool(names) == (path.name == "dom.py")


def test_every_name_of_the_table_is_used():
    users = [*SCREEN, *(ROOT / "core" / "ui").rglob("*.js")]
    used = "".join(path.read_text(encoding="utf-8") for path in users)
    assert [name for name in dom.SELECTORS if not re.search(rf"\${name}\b", used)] == []


def test_a_name_that_is_not_in_the_table_is_an_error():
    assert dom.filled("$main, $more { color: red; }", more=".lines") == '[data-testid="stMain"], .lines { color: red; }'
    with pytest.raises(KeyError, match="nothing"):
        dom.filled("$nothing { color: red; }")
