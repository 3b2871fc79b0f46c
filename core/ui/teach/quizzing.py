"""The quiz on the screen: how many variants, the files, and the first variant to look at."""

from functools import partial

import streamlit as st

from core.experiments import quiz as asked
from core.ui.settings import widgets
from core.words import prose
from core.words.quiz import Topic


def quiz(words: prose.Words) -> None:
    """Files for two learning platforms, made when they are asked for, and what is in them."""
    st.markdown(words("quiz", count=asked.COUNT))
    variants = widgets.slider(words, "teachers.variants", asked.VARIANTS)
    row = st.container(horizontal=True)
    for name, (ending, made) in asked.FILES.items():
        row.download_button(
            words(f"quiz {name}"), partial(made, variants), file_name=f"quiz.{ending}", key=f"quiz.{name}",
            on_click="ignore",
        )  # fmt: skip
    st.markdown(words("quiz how"))
    box = st.expander(words("quiz first"), key="quiz.first", on_change="rerun")
    if box.open:
        box.markdown(words("quiz about"))
        for topic in asked.topics(1):
            box.markdown(f"### {topic.title}")
            box.markdown(_shown(words, topic))


def _shown(words: prose.Words, topic: Topic) -> str:
    """The first variant of a question, its choices, and what a student reads after the answer."""
    question = topic.variants[0]
    if not question.options:
        return "\n\n".join([question.text, question.feedback])
    options = "\n".join(f"1. {option}" for option in question.options)
    return "\n\n".join([question.text, options, words("quiz answer", answer=question.answer), question.feedback])
