"""Lecture: the lessons, and the way to the step of one that a link asks for."""

from core.ui.page import navigation, parts
from core.ui.teach import lecture

words = parts.enter("lecture")
lecture.give(words)
navigation.foot(words.page)
