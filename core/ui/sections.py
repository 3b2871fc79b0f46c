"""The pages of the explorer, in reading order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One page: the stem of its script in pages/ and of its words in pages/en/."""

    page: str
    begins: bool = False  # a group of the menu

    @property
    def script(self) -> str:
        return f"pages/{self.page}.py"


SECTIONS = (  # in reading order; the first is the front page
    Section("vanishing_gradient"),
    Section("backpropagation"),
    Section("why_it_matters"),
    Section("activation_functions"),
    Section("sigmoid_and_tanh"),
    Section("relu"),
    Section("relu_variants"),
    Section("beyond_relu"),
    Section("watch_it_learn", begins=True),
    Section("laboratory"),
    Section("order_and_chaos"),
)
APPENDIX = (Section("teachers", begins=True),)  # no experiments: at the end of the menu
MENU = SECTIONS + APPENDIX
