"""The player of training runs: start, pause, one step, rewind, run to the end; and the screen while it goes.

Where a reader is (`<key>.at`, a step) and what goes on (`<key>.mode`: "play", "end" or nothing) is kept in the session.
While it plays, the page's script goes round in `play`, its last line; Streamlit ends that run as soon as the reader
touches anything or leaves, and nothing goes on without it.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiments import Experiment, films, learning
from core.experiments.films import Film
from core.experiments.learning import Racer
from core.maths.training import BUDGET, Run
from core.ui import figures, record
from core.ui.settings import runs, widgets
from core.words import numerals, prose

ALTS = {"history": "alt", "pictures": "alt pictures"}
FRAME = 0.13  # seconds between two pictures, if the machine is idle
CROWD = 0.05  # more of them for everybody who watches: the others' pages keep answering

_watching: set[int] = set()  # the threads that play just now


@dataclass(frozen=True)
class Screen:
    """The places on the page that change while it plays."""

    words: prose.Words
    key: str
    watched: tuple[Film, ...]  # held here, so that none is forgotten while it is watched
    view: str
    bar: DeltaGenerator
    metrics: Sequence[DeltaGenerator]
    history: DeltaGenerator
    pictures: DeltaGenerator


def stories(words: prose.Words, key: str, told: Mapping[str, Run], runs: Sequence[Run]) -> None:
    """A list of runs to watch, at the one that is set; the chosen one sets every control and starts."""
    own = words("story none")
    now = next((words(f"story {name}") for name, run in told.items() if (run,) == tuple(runs)), own)
    st.session_state[f"{key}.story"] = now
    record.control(f"{key}.story", words("stories"))
    names = [own, *(words(f"story {name}") for name in told)]
    st.selectbox(words("stories"), names, key=f"{key}.story", on_change=_tell, args=(words, key, told))


def _tell(words: prose.Words, key: str, told: Mapping[str, Run]) -> None:
    state = st.session_state
    for name, run in told.items():
        if state[f"{key}.story"] == words(f"story {name}"):
            state[f"{key}.of"], state[f"{key}.then"] = None, "play"
            widgets.assign(**runs.settings(words, run, f"{key}."))


def buttons(words: prose.Words, key: str, runs: tuple[Run, ...]) -> None:
    """What a reader can do with the runs; new settings start at step 0."""
    state = st.session_state
    if state.get(f"{key}.of") != runs:
        state[f"{key}.of"], state[f"{key}.at"], state[f"{key}.mode"] = runs, 0, state.pop(f"{key}.then", "")
    work = sum(run.work for run in runs)
    refused = work > BUDGET
    if refused:
        state[f"{key}.mode"] = ""
        st.warning(
            prose.common("refused training", wanted=numerals.number(work / 1e9), budget=numerals.number(BUDGET / 1e9))
        )
    playing = bool(state[f"{key}.mode"])
    record.control(f"{key}.buttons", prose.common("share buttons"))
    with st.container(horizontal=True, gap="small", key=f"{key}.buttons"):
        for name in ("start", "step", "rewind", "end"):
            label = prose.common("button pause") if name == "start" and playing else words(f"button {name}")
            st.button(
                label, key=f"{key}.{name}", type="primary" if name == "start" else "secondary",
                disabled=refused and name in ("start", "end"), on_click=_press, args=(key, name, runs[0].steps),
            )  # fmt: skip


def _press(key: str, button: str, end: int) -> None:
    """What a button does, from where the reader is by now."""
    state = st.session_state
    at, playing = state[f"{key}.at"], state[f"{key}.mode"]
    if button in ("step", "rewind") or (button == "start" and not playing and at >= end):
        state[f"{key}.at"] = min(at + 1, end) if button == "step" else 0
    state[f"{key}.mode"] = "end" if button == "end" else "play" if button == "start" and not playing else ""


def screen(words: prose.Words, key: str, runs: tuple[Run, ...], view: str) -> tuple[Screen, list[Racer]]:
    """Everything that changes while it plays, as it is now."""
    state, end, watched = st.session_state, runs[0].steps, tuple(map(films.film, runs))
    if state[f"{key}.mode"] == "play":  # the first picture of a play comes with the page
        state[f"{key}.at"] = _after(watched, state[f"{key}.at"], 1)
    at = state[f"{key}.at"]
    bar = st.progress(at / end, prose.common("progress training", at=numerals.whole(at), end=numerals.whole(end)))
    for film in watched:
        while not films.known(film, at):
            films.work(film)
            state[f"{key}.at"] = at  # here Streamlit ends this run if the reader wants something else
    row = st.container(key="metrics.film")
    places = [column.empty() for column in row.columns(3 if len(runs) == 1 else len(runs), vertical_alignment="bottom")]
    rooms = {name: (st.container(key=f"{key}.{name}.film").empty(), st.container()) for name in ("history", "pictures")}
    shown = Screen(words, key, watched, view, bar, places, rooms["history"][0], rooms["pictures"][0])
    racers, drawn = draw(shown, at, 0)
    for name, found in drawn.items():
        with rooms[name][1]:
            figures.table(found.data, key=f"{key}.{name}", alt=words(ALTS[name], **found.slots))
    return shown, racers


def draw(shown: Screen, at: int, turn: int) -> tuple[list[Racer], dict[str, Experiment]]:
    """The screen after step `at`; `turn` counts the pictures of one play."""
    words = shown.words
    racers = learning.racers([film.run for film in shown.watched], [films.seen(film, at) for film in shown.watched])
    told = metrics(words, racers)
    for place, (label, value) in zip(shown.metrics, told, strict=True):
        place.metric(label, value)
    record.note("figures", record.Figures(told))
    drawn = {"history": learning.history(racers, shown.view), "pictures": learning.pictures(racers)}
    for (name, found), room in zip(drawn.items(), (shown.history, shown.pictures), strict=True):
        alt = words(ALTS[name], **found.slots)
        figures.draw(found.figure, key=f"{shown.key}.{name}", alt=alt, place=room, turn=turn)
    return racers, drawn


def metrics(words: prose.Words, racers: Sequence[Racer]) -> list[tuple[str, str]]:
    """The figures to watch: of one network three, of several the accuracy of each."""
    each = [learning.words_of(racer) for racer in racers]
    if len(each) > 1:
        return [(words("metric each", **found), found["test"]) for found in each]
    return [(prose.common(f"metric {name}", **each[0]), each[0][name]) for name in ("loss", "test", "moved")]


def progress(shown: Screen, at: int, seconds: float) -> None:
    """How far it is, and how long it will take."""
    end = shown.watched[0].run.steps
    told = prose.common("progress training", at=numerals.whole(at), end=numerals.whole(end)) + prose.common(
        "left", seconds=f"{seconds:.0f}"
    )
    shown.bar.progress(at / end, told)


def play(shown: Screen) -> None:
    """Go on from where the reader is: picture by picture, or at once to the end. The last line of a page."""
    state, key, watched = st.session_state, shown.key, shown.watched
    end = watched[0].run.steps
    mode, at = state[f"{key}.mode"], state[f"{key}.at"]
    page = record.page()
    if not mode or (page and page.talking):
        return
    me, began, start, turn = threading.get_ident(), time.monotonic(), at, 0
    _watching.add(me)
    try:
        while at < end and not all(_over(film, at) for film in watched):
            pause = FRAME + CROWD * (len(_watching) - 1)
            due = time.monotonic() + pause
            at = end if mode == "end" else _after(watched, at, round(pause / FRAME))
            for film in watched:
                while not films.known(film, at):
                    films.work(film)
                    done = max(start, min(at, _reached(watched)))
                    if mode == "end" and done > start:
                        progress(shown, done, _left(began, start, done, end))
                    state[f"{key}.at"] = done  # here Streamlit ends this run if the reader wants something else
            turn += 1
            if mode == "play":
                progress(shown, at, _left(began, start, at, end))
                draw(shown, at, turn)
            state[f"{key}.at"] = at
            while mode == "play" and time.monotonic() < due:
                ahead = [film for film in watched if not films.known(film, end)]
                if ahead:  # the time is used, so that a full class sees its runs end as soon as the machine can
                    films.work(min(ahead, key=films.reached))
                else:
                    time.sleep(0.02)
                state[f"{key}.at"] = at  # here as well
    finally:
        _watching.discard(me)
    state[f"{key}.at"], state[f"{key}.mode"] = end, ""
    st.rerun()


def _reached(watched: Sequence[Film]) -> int:
    """The step up to which all runs have been computed."""
    return min(map(films.reached, watched))


def _left(began: float, start: int, done: int, end: int) -> float:
    """Seconds to go, at the speed so far."""
    return (time.monotonic() - began) / (done - start) * (end - done)


def _over(film: Film, at: int) -> bool:
    """Whether a run has ended before this step, so that there is nothing more to see of it."""
    return film.ended and film.frames[-1].snapshot.step <= at


def _after(watched: Sequence[Film], at: int, pictures: int) -> int:
    """The step that is shown next: so many frames further, if they have been computed already, but at least one."""
    later = [step for step in films.grid(watched[0].run.steps) if step > at][:pictures]
    done = [step for step in later if step <= _reached(watched)]
    return (done or later or [at])[-1 if done else 0]
