"""The player on the screen: what its buttons do, and what is left of a play that a reader has ended."""

import itertools
from types import SimpleNamespace

import pytest

from core.experiments import films, learning, turns
from core.maths.training import Run
from core.ui import state
from core.ui.play import watching
from core.words import prose

RUN = Run("circles", "tanh", depth=2, width=8, steps=300)  # frames at 0, 6, 12, ...


@pytest.fixture
def player(monkeypatch):
    """The player of a session."""
    kept = state.Player()
    monkeypatch.setattr(state, "player", lambda key: kept)
    return kept


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("start", (0, ""), (0, "play")),
        ("start", (60, "play"), (60, "")),
        ("start", (60, "end"), (60, "")),
        ("start", (300, ""), (0, "play")),
        ("step", (60, ""), (61, "")),
        ("step", (60, "play"), (61, "")),
        ("step", (300, ""), (300, "")),
        ("rewind", (60, "play"), (0, "")),
        ("end", (60, ""), (60, "end")),
        ("end", (60, "play"), (60, "end")),
    ],
)
def test_a_button_goes_on_from_where_the_reader_is(player, button, before, after):
    player.at, player.mode = before
    watching._press("learn", button, 300)
    assert (player.at, player.mode) == after


@pytest.fixture
def screen(player, monkeypatch):
    """A screen on which a play of a computed run goes on until the reader ends it; what it has drawn."""
    film = films.Film(RUN)
    while not films.known(film, 300):
        films.work(film)
    bar = SimpleNamespace(progress=lambda share, told: None)
    shown = watching.Screen(prose.read("watch_it_learn"), "learn", (film,), "gradient", bar, [], {}, {}, {}, {})
    drawn = []
    racers = learning.racers([RUN], [films.seen(film, 300)])
    monkeypatch.setattr(watching, "draw", lambda shown, at, turn: drawn.append((at, turn)) or racers)
    monkeypatch.setattr(watching, "time", SimpleNamespace(monotonic=itertools.count().__next__))
    return shown, drawn


def test_a_play_that_the_reader_ends_stays_at_the_last_picture(player, screen, monkeypatch):
    shown, drawn = screen
    player.at, player.mode = 6, "play"

    def breathe():
        assert turns.WATCHERS.count() == 1
        if drawn:
            raise InterruptedError

    monkeypatch.setattr(state, "breathe", breathe)
    with pytest.raises(InterruptedError):
        watching.play(shown, lambda slots: None)
    assert drawn == [(12, 1)]
    assert (player.at, player.mode) == (12, "play")
    assert turns.WATCHERS.count() == 0


def test_nothing_plays_unless_it_was_asked_for(player, screen):
    shown, drawn = screen
    watching.play(shown, lambda slots: None)
    assert drawn == []
    assert player == state.Player()
