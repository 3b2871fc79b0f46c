"""A play of films: what is shown when, and who computes in between, by a clock that does not tick by itself."""

import itertools

import pytest

from core.experiments import films, showing
from core.experiments.showing import Compute, Rest, Show
from core.maths.training import Run

RUN = Run("circles", "tanh", depth=2, width=8, steps=300)  # frames at 0, 6, 12, ...
OTHER = Run("circles", "relu", depth=2, width=8, steps=300)
DIVERGING = Run("circles", "selu", depth=20, width=8, learning_rate=1.0, steps=300)


def film(run=RUN, to=0):
    made = films.Film(run)
    while not films.known(made, to):
        films.work(made)
    return made


class Play:
    """Does what a play says, and notes it; seconds pass only where it says so."""

    def __init__(self, *watched, at=0, mode="play", watchers=1, seconds=0.05):
        self.now, self.watched, self.seconds, self.done = 0.0, watched, seconds, []
        self.steps = showing.showing(watched, at, mode, lambda: self.now, lambda: watchers)

    def __iter__(self):
        for step in self.steps:
            self.done.append((self.now, step))
            if isinstance(step, Compute):
                films.work(step.film)
                self.now += self.seconds
            if isinstance(step, Rest):
                self.now += step.seconds
            yield step

    def run(self):
        list(self)
        return self

    @property
    def pictures(self):
        return [(now, step.at) for now, step in self.done if isinstance(step, Show) and step.picture]


def test_what_has_been_computed_is_shown_frame_by_frame_at_the_pace_of_the_film():
    play = Play(film(to=300)).run()
    assert [at for _, at in play.pictures] == [*range(6, 301, 6)]
    times = [now for now, _ in play.pictures]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert all(showing.FRAME <= gap <= showing.FRAME + showing.REST for gap in gaps)
    assert not any(isinstance(step, Compute) for _, step in play.done)


def test_in_a_crowd_the_pace_is_slower_and_frames_are_left_out_so_that_it_takes_no_longer():
    alone, crowded = (Play(film(to=300), watchers=watchers).run() for watchers in (1, 14))  # a pause of 6 frames
    assert [at for _, at in crowded.pictures] == [*range(36, 300, 36), 300]
    assert crowded.now == pytest.approx(alone.now, rel=0.1)


def test_a_frame_that_has_not_been_computed_is_waited_for_and_none_is_left_out():
    play = Play(film(), watchers=14, seconds=10.0).run()
    assert [at for _, at in play.pictures][:3] == [6, 12, 18]
    assert not any(isinstance(step, Rest) for _, step in play.done), "there was no time to rest"


def test_time_that_is_left_is_used_to_compute_on():
    play = Play(film(to=6), seconds=0.001)
    for step in play:
        if isinstance(step, Show) and step.picture and step.at == 12:
            break
    assert films.reached(play.watched[0]) > 12
    assert play.now >= showing.FRAME


def test_in_a_race_who_is_behind_computes_first():
    ahead, behind = film(to=60), film(OTHER, to=6)
    first = [step.film for step in Play(ahead, behind, seconds=0.001) if isinstance(step, Compute)][:5]
    assert first == [behind] * 5


def test_to_the_end_computes_without_a_picture_and_says_how_long_it_takes():
    play = Play(film(), mode="end", seconds=0.5).run()
    assert play.pictures == []
    shown = [(now, step) for now, step in play.done if isinstance(step, Show)]
    assert shown[-1][1] == Show(300)
    assert [step.at for _, step in shown] == sorted(step.at for _, step in shown)
    told = [(now, step) for now, step in shown if step.left is not None]
    assert told
    for now, step in told:
        assert step.left == pytest.approx(now * (300 - step.at) / step.at)


def test_the_time_left_counts_from_where_a_reader_has_begun():
    play = Play(film(to=300), at=150)
    for step in play:
        if isinstance(step, Show) and step.at == 210:
            break
    assert step.left == pytest.approx(play.now * 90 / 60)


def test_a_play_ends_at_the_last_step_and_from_there_nothing_is_shown():
    assert Play(film(to=300)).run().pictures[-1][1] == 300
    assert Play(film(to=300), at=300).run().done == []


def test_what_has_diverged_is_over_and_a_race_goes_on_while_one_of_it_does():
    diverged = film(DIVERGING, to=300)
    assert diverged.ended
    assert [at for _, at in Play(diverged).run().pictures] == [6]
    assert [at for _, at in Play(film(to=300), diverged).run().pictures] == [*range(6, 301, 6)]


def test_frames_are_left_out_only_if_they_have_been_computed():
    one = films.Film(RUN)
    assert showing.after((one,), 0, 4) == 6
    while films.reached(one) < 12:
        films.work(one)
    assert showing.after((one,), 0, 1) == 6
    assert showing.after((one,), 0, 4) == films.reached(one) // 6 * 6 == 12
    assert showing.after((one,), 12, 4) == 18
    assert showing.after((one,), 300, 4) == 300
