"""For teachers: a lesson, exercises, a worksheet, a glossary, and what to know before the class comes."""

from core.ui.page import navigation, parts
from core.ui.settings import widgets
from core.ui.teach import teaching

words = parts.enter("teachers")
titles = {words(f"part {name}"): name for name in teaching.PARTS}
with widgets.unprinted("part"):
    part = widgets.choice(words, "teachers.part", titles, "plan")
teaching.PARTS[part](words)
navigation.foot(words.page)
