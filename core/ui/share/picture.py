"""Charts as pictures: the script that makes them, on the pages and in the file to take home."""

from functools import lru_cache
from pathlib import Path

from core.charts import legible
from core.ui import dom


@lru_cache(maxsize=1)
def script() -> str:
    """The function `window.picture(chart, options)`, which promises an address of the picture."""
    text = Path(__file__).with_name("picture.js").read_text(encoding="utf-8").rstrip()
    return dom.filled(text, light=_style("light"), dark=_style("dark"))


def _style(scheme: str) -> str:
    faint = f"{dom.SELECTORS['plot_faint']} {{ fill: {legible.FAINT} !important; }}"
    return f"<style>{faint}\n{legible.css('svg', scheme)}</style>"
