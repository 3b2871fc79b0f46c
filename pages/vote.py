"""Vote: for a student's phone. The question of a room, without an account or a name."""

from core.ui.page import navigation, parts
from core.ui.teach import voting

words = parts.enter("vote")
voting.phone(words)
navigation.foot(words.page)
