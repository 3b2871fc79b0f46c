"""Glossary: every technical word, explained in a sentence or two."""

from core.ui.page import navigation, parts
from core.ui.teach import teaching

words = parts.enter("glossary")
teaching.glossary(words)
navigation.foot(words.page)
