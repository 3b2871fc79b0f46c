"""What a class may have seen in a chart: one thing is so, and what is often thought instead is not."""

import pytest

from core.experiments.sights import SIGHTS
from core.ui.teach.lessons import so
from core.words import lessons

# What every textbook says, by the part of a lesson.
KNOWN = {
    "vanishing": "smaller_in_every_layer",
    "backpropagation": "multiplied",
    "matters": "first_least",
    "functions": "identity_straight",
    "saturating": "flat_far_out",
    "relu": "he",
    "variants": "hardly_helps",
    "beyond": "negative_left_of_it",
    "learning": "first_pale",
    "wrap": "relu_keeps",
    "short.question": "relu_keeps",
    "short.relu": "he",
    "specialists.glorot": "shrinks",
    "specialists.gain": "grows",
    "specialists.edge": "stays",
    "specialists.residual": "grows",
}
SEEN = {part.name: (part, step) for name in lessons.names() for part, step in lessons.read(name).steps if step.seen}


@pytest.mark.parametrize("name", SEEN)
def test_of_three_choices_the_one_is_so_that_is_known_to_be(name):
    part, step = SEEN[name]
    found = SIGHTS[step.seen.sight]({**part.settings, **step.settings})
    assert len(step.seen.choices) == 3
    assert set(step.seen.choices) <= set(found)
    assert so(part, step) == [KNOWN[name]]


@pytest.mark.parametrize(
    ("sight", "changed", "is_so"),
    [
        ("laboratory", {"lab.activation": "Sigmoid", "lab.gain": 1.0}, "shrinks"),
        ("laboratory", {"lab.activation": "Identity", "lab.initializer": "Orthogonal"}, "stays"),
        ("chaos", {"chaos.w": 1.0}, "shrinks"),
        ("chaos", {"chaos.w": 4.0}, "grows"),
        ("leaks", {"leaky_relu.alpha": 1.0}, "keeps_all"),
        ("tangent", {"saturating.curve": "Tanh", "saturating.x": 0.0}, "low_far_out"),
        ("first", {"depth": 2}, "smaller_in_every_layer"),
    ],
)
def test_what_is_so_follows_the_settings(sight, changed, is_so):
    part, step = next((part, step) for part, step in SEEN.values() if step.seen.sight == sight)
    found = SIGHTS[sight]({**part.settings, **step.settings, **changed})
    assert [name for name in step.seen.choices if found[name]] == [is_so]


def test_one_hidden_layer_is_not_pale():
    part, step = SEEN["learning"]
    assert not SIGHTS["pale"]({**part.settings, **step.settings, "learn.depth": 1})["first_pale"]
