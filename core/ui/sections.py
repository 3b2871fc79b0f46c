"""The pages of the explorer, in reading order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One page: the stem of its script in pages/ and of its words in pages/en/."""

    page: str
    opens: str | None = None  # in the menu, the group that begins with it: its name is `group <opens>` in common.md

    @property
    def script(self) -> str:
        return f"pages/{self.page}.py"


SECTIONS = (  # in reading order; the first is the front page
    Section("vanishing_gradient", opens="article"),
    Section("backpropagation"),
    Section("why_it_matters"),
    Section("activation_functions"),
    Section("sigmoid_and_tanh"),
    Section("relu"),
    Section("relu_variants"),
    Section("beyond_relu"),
    Section("watch_it_learn", opens="experiments"),
    Section("laboratory", opens="specialists"),
    Section("order_and_chaos"),
    Section("through_time"),
    Section("cures"),
    Section("papers"),
)
APPENDIX = (
    Section("glossary", opens="reference"),
    Section("teachers"),
    Section("lecture"),
)  # no experiments: at the end of the menu
MENU = SECTIONS + APPENDIX
HIDDEN = (Section("vote"),)  # by link alone: what a teacher asks, for phones
