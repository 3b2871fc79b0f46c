"""For teachers: a lesson, exercises, a worksheet, a glossary, and what to know before the class comes."""

from core.ui.page import navigation, parts
from core.ui.page.navigation import enter
from core.ui.settings import widgets
from core.ui.teach import teaching
from core.words import prose

enter()
words = prose.read("teachers")
parts.head(words)
titles = {words(f"part {name}"): name for name in teaching.PARTS}
with widgets.unprinted("part"):
    part = widgets.choice(words, "teachers.part", titles, "plan")
teaching.PARTS[part](words)
navigation.foot(words.page)
