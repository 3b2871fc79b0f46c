"""The pages of the explorer, in reading order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One page: the stem of its script in pages/ and of its words in pages/en/."""

    page: str
    opens_group: bool = False  # in the menu, a line stands above it

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
    Section("watch_it_learn", opens_group=True),
    Section("laboratory"),
    Section("order_and_chaos"),
)
APPENDIX = (Section("teachers", opens_group=True),)  # no experiments: at the end of the menu
MENU = SECTIONS + APPENDIX
