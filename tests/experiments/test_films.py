"""Films of training runs: frame by frame what direct computation gives, once for everybody, and bounded."""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.experiments import films
from core.experiments.films import Film
from core.maths.datasets import DATASETS
from core.maths.training import Run, Snapshot, State, advanced, data, look, perceptron, probabilities, start, train
from tests.scratch import WINE, with_data

PLANE = Run("circles", "tanh", depth=2, width=6, batch=32, steps=120, seed=2)
DIGITS = Run("digits", "relu", depth=2, width=20, steps=7)
RUNS = (
    PLANE,
    DIGITS,
    replace(PLANE, activation="prelu", parameters={}, optimizer="adam", learning_rate=0.01, steps=60),
    replace(PLANE, activation="sigmoid", normalization="batch", optimizer="momentum", steps=53),
)
DIVERGING = Run("circles", "selu", depth=20, width=8, learning_rate=1.0, steps=200)  # at the fourth update


@pytest.fixture(autouse=True)
def a_fresh_cache() -> Iterator[None]:
    films.film.clear()
    yield
    films.film.clear()


def computed(run: Run) -> Film:
    film = Film(run)
    finish(film)
    return film


def finish(film: Film) -> None:
    """Compute it to its end, which takes a turn for each step at most."""
    for _ in range(film.run.steps + 200):
        if film.ended:
            return
        films.work(film)
    raise AssertionError("it does not end")


def same(one: Snapshot, other: Snapshot) -> bool:
    """To the bit."""
    return all(_equal(getattr(one, field.name), getattr(other, field.name)) for field in EACH)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return all(map(_equal, one, other))
    return np.array_equal(one, other, equal_nan=True)


EACH = [field for field in fields(Snapshot) if field.name != "status"]


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert (one.step, one.status) == (other.step, other.status)
    assert same(one, other)


def directly(run: Run, step: int) -> tuple[Snapshot, State]:
    state = advanced(run, start(run), step)
    return look(run, state), state


def surface(run: Run, state: State, points: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Class 1 less class 0, point by point, from below."""
    places = [-2.4 + 4.8 * k / 40 for k in range(41)]
    shares = probabilities(run, state, np.array([(x, y) for y in places for x in places]) if points is None else points)
    return np.nan_to_num(shares[:, 1] - shares[:, 0]).reshape(41, 41)


# Frames


@pytest.mark.parametrize("run", RUNS)
def test_the_frames_are_those_of_train(run: Run) -> None:
    film = computed(run)
    expected = list(train(run, films.grid(run.steps)))
    assert film.steps == [snapshot.step for snapshot in expected]
    for frame, snapshot in zip(film.frames, expected, strict=True):
        assert_same(frame.snapshot, snapshot)


@pytest.mark.parametrize("turn", [0.0, 1e-9, 1e9])
def test_the_frames_do_not_depend_on_the_pace(monkeypatch: pytest.MonkeyPatch, turn: float) -> None:
    monkeypatch.setattr(films, "TURN", turn)
    film = computed(PLANE)
    for frame, snapshot in zip(film.frames, train(PLANE, films.grid(PLANE.steps)), strict=True):
        assert_same(frame.snapshot, snapshot)


def test_a_turn_computes_for_about_its_time_and_at_least_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    now = [0.0]  # a clock that goes on while something is computed, and only then

    def slow(run: Run, state: State, steps: int) -> State:
        asked.append(steps)
        now[0] += 0.002 * steps
        return advanced(run, state, steps)

    monkeypatch.setattr(films, "advanced", slow)
    monkeypatch.setattr(films, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(films, "TURN", 0.02)
    run = replace(PLANE, steps=1500)
    monkeypatch.setattr(films, "SPEED", 3.5 * run.work / run.steps / 0.02)
    film = Film(run)
    for _ in range(60):
        if not films.known(film, 60):
            films.work(film)
    assert asked[0] == 3, "nothing is known of its speed yet: a guess"
    assert max(asked[1:]) == 10, "as many as fit into a turn"
    assert sum(asked) == 60
    monkeypatch.setattr(films, "TURN", 1e-9)
    asked.clear()
    films.work(film)
    assert asked == [1]


@pytest.mark.parametrize("steps", [1, 2, 3, 49, 50, 51, 100, 149, 1000, 3000])
def test_the_grid_goes_from_the_first_to_the_last_step_evenly(steps: int) -> None:
    grid = films.grid(steps)
    assert (grid[0], grid[-1]) == (0, steps)
    assert len(grid) == min(steps, 50) + 1
    assert np.ptp(np.diff(grid)) <= 1
    assert min(np.diff(grid)) >= 1


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_short_run_has_a_frame_for_every_step(steps: int) -> None:
    film = computed(replace(PLANE, steps=steps))
    assert film.steps == list(range(steps + 1))
    assert film.frames[-1].snapshot.status == "finished"
    assert [frame.snapshot.step for frame in films.seen(film, steps)] == film.steps


def test_a_film_that_diverges_ends() -> None:
    film = computed(DIVERGING)
    *before, last = film.frames
    assert [frame.snapshot.status for frame in before] == ["running"] * len(before)
    assert (last.snapshot.status, last.snapshot.step) == ("diverged", 4)
    assert films.known(film, 200)
    assert films.reached(film) == 200
    assert films.seen(film, 200)[-1] is last
    assert films.seen(film, 4)[-1] is last
    assert np.isfinite(last.picture).all()
    films.work(film)
    assert len(film.frames) == len(before) + 1, "nothing more to compute"


def test_a_film_that_diverges_within_its_grid_shows_all_steps_before() -> None:
    run = replace(DIVERGING, steps=1000)  # frames at 0 and 20
    film = computed(run)
    assert film.steps == [0, 4]
    for step in (1, 2):
        *_, frame = films.seen(film, step)
        assert_same(frame.snapshot, directly(run, step)[0])


def test_the_step_before_it_diverges_is_seen_as_it_was() -> None:
    run = replace(DIVERGING, steps=1000)
    film = computed(run)
    *_, frame = films.seen(film, 3)
    assert_same(frame.snapshot, directly(run, 3)[0])


def test_known_and_reached_follow_what_is_computed() -> None:
    film = Film(PLANE)
    assert not films.known(film, 0)
    assert films.reached(film) == 0
    assert not film.ended
    films.work(film)
    assert film.steps == [0]
    assert films.known(film, 0)
    assert not films.known(film, 1)
    for _ in range(10):
        if len(film.frames) < 3:
            films.work(film)
    assert film.steps == [0, 2, 5]
    assert films.reached(film) == 5
    assert [films.known(film, step) for step in (4, 5, 6)] == [True, True, False]
    finish(film)
    assert films.reached(film) == PLANE.steps
    assert films.known(film, PLANE.steps)


# Between the frames


@pytest.mark.parametrize("states", [2e6, 1.0, 40_000.0])
@pytest.mark.parametrize("run", [replace(RUNS[0], steps=1000), replace(RUNS[2], steps=400)])
def test_a_step_between_two_frames_is_what_direct_computation_gives(
    monkeypatch: pytest.MonkeyPatch, run: Run, states: float
) -> None:
    monkeypatch.setattr(films, "STATES", states)
    film = computed(run)
    for step in (333, 1, 399, 21, 199, 22, 21, 398):
        *before, frame = films.seen(film, step)
        snapshot, state = directly(run, step)
        assert_same(frame.snapshot, snapshot)
        np.testing.assert_array_equal(frame.picture, surface(run, state, films.plane()))
        assert [f.snapshot.step for f in before] == [s for s in films.grid(run.steps) if s < step]


def test_a_step_of_a_frame_is_that_frame() -> None:
    film = computed(PLANE)
    for k in (0, 7, 50):
        seen = films.seen(film, films.grid(120)[k])
        assert len(seen) == k + 1
        assert all(one is other for one, other in zip(seen, film.frames, strict=False))
    assert film.single == {}


def test_going_back_starts_at_the_nearest_state_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    film = computed(replace(PLANE, steps=1000))
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(films, "TURN", 1e9)  # one turn is enough for all, however slow the machine
    monkeypatch.setattr(films, "advanced", lambda r, s, n: asked.append((s.step, n)) or advanced(r, s, n))  # type: ignore[func-returns-value]
    films.seen(film, 339)
    films.seen(film, 339)
    assert asked == [(320, 19)], "once"


def test_what_was_seen_is_not_changed_by_going_on() -> None:
    film = Film(PLANE)
    for _ in range(10):
        if len(film.frames) < 3:
            films.work(film)
    before = [frame.picture.copy() for frame in film.frames]
    flats = [state.flat.copy() for state in film.states]
    finish(film)
    assert all(np.array_equal(a, f.picture) for a, f in zip(before, film.frames, strict=False))
    assert all(np.array_equal(a, s.flat) for a, s in zip(flats, film.states, strict=False))
    digits = Film(DIGITS)
    films.work(digits)
    first = digits.frames[0].picture.copy()
    finish(digits)
    np.testing.assert_array_equal(first, digits.frames[0].picture)


# Memory


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("states", [1.0, 1e4, 5e4, 2e6])
def test_the_states_of_a_film_take_no_more_than_their_share(
    monkeypatch: pytest.MonkeyPatch, optimizer: str, states: float
) -> None:
    monkeypatch.setattr(films, "STATES", states)
    film = computed(replace(PLANE, optimizer=optimizer))
    size = [state.flat.nbytes + sum(m.nbytes for m in state.moments) for state in film.states]
    assert sum(size) <= states + size[0]
    assert sum(size) >= min(states / 3, 51 * size[0]), "and use it"
    assert film.states[0].step == 0
    if states == 2e6:
        assert [state.step for state in film.states] == film.steps
    if states == 1.0:
        assert len(film.states) == 1


def test_the_largest_network_on_offer_keeps_its_share() -> None:
    run = Run("digits", "tanh", depth=30, width=64, batch=2, optimizer="adam", steps=10)
    film = Film(run)
    films.work(film)
    (state,) = film.states
    size = state.flat.nbytes + sum(m.nbytes for m in state.moments)
    every = -(-51 * size // int(films.STATES))
    assert size * -(-51 // every) <= 2 * films.STATES


def test_only_the_last_steps_asked_for_between_frames_are_kept() -> None:
    film = computed(replace(PLANE, steps=2000))
    asked = [step for step in range(1, 80) if step not in film.steps][:30]
    for step in asked:
        films.seen(film, step)
        assert len(film.single) <= 20
    assert list(film.single) == asked[-20:]
    assert_same(films.seen(film, asked[0])[-1].snapshot, directly(film.run, asked[0])[0])


# Pictures


@pytest.mark.parametrize("run", [RUNS[0], RUNS[3]])
def test_the_picture_of_points_is_how_sure_the_network_is_at_every_place(run: Run) -> None:
    film = computed(run)
    assert {frame.picture.shape for frame in film.frames} == {(films.SIDE, films.SIDE)}
    for frame in (film.frames[0], film.frames[-1]):
        _, state = directly(run, frame.snapshot.step)
        np.testing.assert_allclose(frame.picture, surface(run, state), atol=1e-11)
        assert np.abs(frame.picture).max() <= 1.0
    assert np.ptp(film.frames[-1].picture) > 0.1


def test_a_row_of_the_picture_is_a_height_and_a_column_a_place_across() -> None:
    plane = films.plane().reshape(41, 41, 2)
    np.testing.assert_array_equal(plane[0, :, 1], [-2.4] * 41)
    np.testing.assert_array_equal(plane[:, 0, 0], [-2.4] * 41)
    assert (np.diff(plane[0, :, 0]) > 0).all()
    assert (np.diff(plane[:, 0, 1]) > 0).all()
    np.testing.assert_array_equal(plane[40, 40], [2.4, 2.4])


@pytest.mark.parametrize(("width", "units"), [(20, 16), (16, 16), (5, 5)])
def test_the_picture_of_digits_is_the_weights_of_sixteen_units(width: int, units: int) -> None:
    run = replace(DIGITS, width=width)
    film = computed(run)
    for frame in film.frames:
        _, state = directly(run, frame.snapshot.step)
        assert frame.picture.shape == (units, 64)
        np.testing.assert_array_equal(frame.picture, perceptron(run).views(state.flat).weights[0][:units])
        assert frame.picture.base is None, "a view would keep all weights of every frame"


def test_of_three_classes_each_has_a_third_of_the_scale_and_the_lead_of_the_winner_in_it() -> None:
    shares = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.0, 0.0, 1.0], [0.4, 0.4, 0.2]])
    expected = [-1 + 0.2 * 2 / 3, -1 / 3 + 0.3 * 2 / 3, 1.0, -1.0]
    np.testing.assert_allclose(films._divided(shares), expected, atol=1e-6)
    assert films._divided(shares).max() < 1.0, "the end of one part is the beginning of the next"


def test_what_is_neither_plane_nor_image_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    with_data(monkeypatch, WINE)
    assert {frame.picture.size for frame in computed(Run("wine", "tanh", depth=1, width=4, steps=3)).frames} == {0}


def test_a_network_beyond_every_number_has_a_picture_without_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "probabilities", lambda run, state, points: np.full((len(points), 2), np.nan))
    assert (computed(replace(PLANE, steps=1)).frames[0].picture == 0.0).all()


def test_the_points_shown_are_some_of_those_that_are_learnt() -> None:
    x, y, classes = films.samples(PLANE)
    parts = data(PLANE)
    assert len(x) == len(y) == len(classes) == 150 < len(parts.y)
    np.testing.assert_array_equal(np.column_stack([x, y]), parts.x[:150])
    np.testing.assert_array_equal(classes, parts.y[:150])
    assert set(classes) == {0, 1}
    shapes = {None: lambda features: True, "plane": lambda n: n == 2, "image": lambda n: math.isqrt(n) ** 2 == n}
    assert all(shapes[entry.picture](entry.features) for entry in DATASETS.values())


# For all who watch


def test_equal_runs_are_one_film_and_different_ones_are_not() -> None:
    slope = Run("circles", "leaky_relu", {"alpha": 0.1}, depth=2, width=4, steps=3)
    others = [
        replace(slope, parameters={"alpha": 0.2}),
        replace(slope, seed=1),
        replace(slope, normalization="batch"),
        replace(slope, residual=True),
        replace(slope, learning_rate=0.2),
        replace(slope, steps=4),
        replace(slope, dataset="moons"),
        replace(slope, optimizer="adam"),
        replace(slope, initializer="normal", initializer_parameters={"std": 0.1}),
        replace(slope, initializer="normal", initializer_parameters={"std": 0.2}),
    ]
    film = films.film(slope)
    assert films.film(replace(slope, parameters={"alpha": 0.1})) is film
    films_of_all = [film, *map(films.film, others)]
    assert len({id(one) for one in films_of_all}) == len(films_of_all)
    assert [one.run for one in films_of_all] == [slope, *others]
    for one in films_of_all[:2]:
        finish(one)
        assert_same(one.frames[-1].snapshot, directly(one.run, 3)[0])
    assert not same(films_of_all[0].frames[-1].snapshot, films_of_all[1].frames[-1].snapshot)


def test_who_watches_the_same_run_shares_its_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: Counter[int] = Counter()
    steps: list[int] = []

    def counted(run: Run, state: State) -> Snapshot:
        looks[state.step] += 1
        time.sleep(0.0005)
        return look(run, state)

    def stepped(run: Run, state: State, count: int) -> State:
        steps.append(count)
        return advanced(run, state, count)

    monkeypatch.setattr(films, "look", counted)
    monkeypatch.setattr(films, "advanced", stepped)
    shared: list[Film] = []

    def reader() -> None:
        film = films.film(PLANE)
        shared.append(film)
        for _ in range(500):
            if not films.known(film, PLANE.steps):
                films.work(film)

    together(reader, reader, reader)
    assert len({id(film) for film in shared}) == 1
    assert looks == dict.fromkeys(films.grid(120), 1)
    assert sum(steps) == 120, "no step is computed twice"
    for frame, snapshot in zip(shared[0].frames, train(PLANE, films.grid(120)), strict=True):
        assert_same(frame.snapshot, snapshot)


def test_a_step_between_frames_is_computed_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    film = computed(replace(PLANE, steps=1000))
    looks: list[int] = []

    def counted(run: Run, state: State) -> Snapshot:
        looks.append(state.step)
        time.sleep(0.01)
        return look(run, state)

    monkeypatch.setattr(films, "look", counted)
    together(*[lambda: films.seen(film, 333)] * 3)
    assert looks == [333]


def test_only_one_run_computes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    within: list[int] = []
    most: list[int] = []

    def watched(run: Run, state: State, steps: int) -> State:
        within.append(1)
        most.append(len(within))
        time.sleep(0.001)
        within.pop()
        return advanced(run, state, steps)

    monkeypatch.setattr(films, "advanced", watched)
    three = [Film(replace(PLANE, steps=20, seed=seed)) for seed in range(3)]
    together(*[lambda film=film: finish(film) for film in three])
    assert max(most) == 1
    for film in three:
        assert_same(film.frames[-1].snapshot, directly(film.run, 20)[0])


def test_who_fails_gives_the_turn_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(run: Run, state: State, steps: int) -> State:
        raise KeyboardInterrupt

    film = Film(PLANE)
    films.work(film)
    with monkeypatch.context() as patch:
        patch.setattr(films, "advanced", fails)
        with pytest.raises(KeyboardInterrupt):
            films.work(film)
    done = threading.Event()

    def next_one() -> None:
        finish(film)
        done.set()

    threading.Thread(target=next_one, daemon=True).start()
    assert done.wait(20), "and nobody waits for ever"
    for frame, snapshot in zip(film.frames, train(PLANE, films.grid(120)), strict=True):
        assert_same(frame.snapshot, snapshot)


def together(*tasks: Any) -> None:
    """Run tasks at once, and raise what one of them raises."""
    failed: list[BaseException] = []
    ready = threading.Barrier(len(tasks))

    def run(task: Any) -> None:
        ready.wait(10)
        try:
            task()
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=run, args=(task,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert failed == []
