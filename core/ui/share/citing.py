"""A published result: the page where its effect can be explored, and the source to cite."""

import streamlit as st

from core.maths.papers import PAPERS
from core.ui.sections import SECTIONS
from core.words import prose


def details(words: prose.Words, key: str, name: str) -> None:
    """Where the effect can be explored, and the source to cite."""
    paper = PAPERS[name]
    (section,) = (section for section in SECTIONS if section.page == paper.page)
    label = words("explore", page=prose.read(paper.page)("title"))
    st.page_link(section.script, label=label, query_params=dict(paper.settings))
    box = st.expander(words("cite"), key=f"{key}.cite", on_change="rerun", type="compact")
    if box.open:
        box.code(paper.source.bibtex, language=None, wrap_lines=True)
