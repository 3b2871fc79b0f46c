"""For teachers: a lesson, exercises, a worksheet, a glossary, and what to know before the class comes."""

from core.ui import controls, navigation, parts, prose, teaching
from core.ui.navigation import enter

enter()
words = prose.read("teachers")
parts.head(words)
titles = {words(f"part {name}"): name for name in teaching.PARTS}
part = controls.choice(words, "teachers.part", titles, "plan")
teaching.PARTS[part](words)
navigation.foot(words.page)
