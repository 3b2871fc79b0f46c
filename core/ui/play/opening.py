"""The way from a run that is spoken of to the page where it can be watched."""

import streamlit as st

from core.maths.training import FIELDS, Run
from core.ui.sections import SECTIONS
from core.ui.settings import runs, widgets
from core.words import prose

PAGE, PREFIX = "watch_it_learn", "learn."


def settings(run: Run) -> dict[str, str | list[str]]:
    """What the address of that page says of a run."""
    spelt = runs.settings(prose.read(PAGE), run, PREFIX)
    return {key: widgets.said(value) for key, value in spelt.items()}


def offered(run: Run) -> bool:
    """Whether that page can set all that the run sets."""
    for field in FIELDS:
        choices = runs.OFFERED.get(field.name)
        if not field.key and not field.usual(run):
            return False
        if isinstance(choices, tuple) and f"{getattr(run, field.name):g}" not in choices:
            return False
    return True


def watched(run: Run, name: str) -> None:
    """A link that opens the run there, if it can be set there."""
    if offered(run):
        (section,) = (section for section in SECTIONS if section.page == PAGE)
        st.page_link(section.script, label=prose.common("watch run", name=name), query_params=settings(run))
