"""Words that point at a part of a chart, and the same words where there is nothing to light up."""

import pytest

from core.words import pointing


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("[Tanh](#line=Tanh)", ("Tanh", "line", "Tanh")),
        ("[it](<#line=Leaky ReLU>)", ("it", "line", "Leaky ReLU")),
        ("[it](<#line=He (Kaiming)>)", ("it", "line", "He (Kaiming)")),
        ("[right of zero](#between=0,)", ("right of zero", "between", "0,")),
        ("[here](#layer={{ depth }})".replace("{{ depth }}", "20"), ("here", "layer", "20")),
        (pointing.at("here", "line", "two words"), ("here", "line", "two words")),
    ],
)
def test_a_link_says_what_it_points_at(text, target):
    assert list(pointing.targets(f"Before {text}, after.")) == [target]
    assert pointing.plain(f"Before {text}, after.") == f"Before {target[0]}, after."


@pytest.mark.parametrize("text", ["[a page](./relu)", "[a heading](#line)", "$[0](x)$", "(#line=Tanh)"])
def test_other_links_stay_as_they_are(text):
    assert pointing.plain(text) == text
    assert not list(pointing.targets(text))


def test_the_name_of_a_line_points_at_it_once():
    assert pointing.named("ReLU: more than ReLU", "ReLU") == "[ReLU](<#line=ReLU>): more than ReLU"
