"""The player of training runs: start, pause, one step, rewind, run to the end; and the screen while it goes.

Where a reader is and what goes on is kept in the session. While it plays, the page's script goes round in `play`, its
last line; Streamlit ends that run as soon as the reader touches anything or leaves, and nothing goes on without it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiments import Experiment, films, learning, learnt, turns, updates
from core.experiments.films import Film
from core.experiments.learning import Racer
from core.experiments.showing import Compute, Rest, Show, after, showing
from core.experiments.stories import ABOUT
from core.maths.training import BUDGET, Run
from core.ui import dom, figures, record, state
from core.ui.settings import runs, widgets
from core.words import numerals, prose, terms
from core.words.tables import Columns

# Of the charts, in the order of the page.
ALTS = {"pictures": "alt pictures", "network": "alt network", "curves": "alt curves", "history": "alt"}


@dataclass(frozen=True)
class Screen:
    """The places on the page that change while it plays."""

    words: prose.Words
    key: str
    watched: tuple[Film, ...]  # held here, so that none is forgotten while it is watched
    view: str
    bar: DeltaGenerator
    metrics: Sequence[DeltaGenerator]
    rooms: Mapping[str, DeltaGenerator]  # of the charts
    captions: Mapping[str, DeltaGenerator]
    tables: dict[str, DeltaGenerator | None]  # those that are unfolded
    now: dict[str, Experiment]  # what the charts show


def controls(words: prose.Words, key: str, offered: Mapping[str, Run], runs: tuple[Run, ...]) -> None:
    """A list of runs to watch and, beside it, what a reader can do with them.

    New settings start at step 0, those of before where they stood, and a story always from the beginning.
    """
    player = state.player(key)
    work = sum(run.work for run in runs)
    refused = work > BUDGET
    if player.of != runs:
        stood = 0 if player.then or refused else player.stood.get(state.named(runs), 0)
        player.of, player.mode, player.then = runs, player.then, ""
        player.stand(min(stood, runs[0].steps))
    if refused:
        player.mode = ""
        record.refuse(key, "budget")
        st.warning(
            prose.common("refused training", wanted=numerals.number(work / 1e9), budget=numerals.number(BUDGET / 1e9))
        )
    if player.mode:  # our Pause is the only way to stop it: Streamlit's own forgets where the reader is
        st.html(f"<style>{dom.filled('$status { display: none; }')}</style>")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{key}.top"):
        _stories(words, key, offered, runs)
        _buttons(words, key, runs[0].steps, refused=refused)


def _stories(words: prose.Words, key: str, offered: Mapping[str, Run], runs: Sequence[Run]) -> None:
    """At the story that is set; the chosen one sets every control, opens the view it is about, and starts."""
    own = words("story none")
    now = next((words(f"story {name}") for name, run in offered.items() if (run,) == tuple(runs)), own)
    state.put(f"{key}.story", now)
    record.control(f"{key}.story", words("stories"))
    names = [own, *(words(f"story {name}") for name in offered)]
    st.selectbox(
        words("stories"), names, key=f"{key}.story", help=terms.told(words, f"{key}.story"),
        on_change=_choose, args=(words, key, offered),
    )  # fmt: skip


def _choose(words: prose.Words, key: str, offered: Mapping[str, Run]) -> None:
    chosen, player = state.value(f"{key}.story"), state.player(key)
    for name, run in offered.items():
        if chosen == words(f"story {name}"):
            player.of, player.then = None, "play"
            view = learning.view_name(words, ABOUT[name])
            widgets.assign(**runs.settings(words, run, f"{key}."), **{f"{key}.view": view})


def _buttons(words: prose.Words, key: str, end: int, *, refused: bool) -> None:
    playing = bool(state.player(key).mode)
    record.control(f"{key}.buttons", prose.common("share buttons"))
    with st.container(horizontal=True, gap="small", width="content", key=f"{key}.buttons"):
        for name in ("start", "step", "rewind", "end"):
            label = prose.common("button pause") if name == "start" and playing else words(f"button {name}")
            st.button(
                label, key=f"{key}.{name}", type="primary" if name == "start" else "secondary",
                disabled=refused and name in ("start", "end"), on_click=_press, args=(key, name, end),
            )  # fmt: skip


def _press(key: str, button: str, end: int) -> None:
    """What a button does, from where the reader is by now."""
    player = state.player(key)
    if button in ("step", "rewind") or (button == "start" and not player.mode and player.at >= end):
        player.stand(min(player.at + 1, end) if button == "step" else 0)
    player.mode = "end" if button == "end" else "play" if button == "start" and not player.mode else ""


def screen(words: prose.Words, key: str, runs: tuple[Run, ...]) -> tuple[Screen, list[Racer]]:
    """Everything that changes while it plays, as it is now: what has been learnt comes first."""
    player, end, watched = state.player(key), runs[0].steps, tuple(map(films.film, runs))
    if player.mode == "play":  # the first picture of a play comes with the page
        player.stand(after(watched, player.at, 1))
    at = player.at
    told = prose.common("progress training", at=numerals.whole(at), end=numerals.whole(end))
    bar = st.container(key=f"{key}.progress").progress(at / end, told)
    for film in watched:
        while not films.known(film, at):
            films.work(film)
            state.breathe()
    alone = len(runs) == 1
    row = st.container(key="metrics.film").columns(
        3 if alone else len(runs), vertical_alignment="top" if alone else "bottom"
    )
    places = [column.empty() for column in row]
    rooms, captions, below = {}, {}, {}
    for name in ALTS:
        if name == "history":
            view = widgets.choice(words, f"{key}.view", learning.views(words, runs), "gradient")
        rooms[name], below[name] = st.container(key=f"{key}.{name}.film").empty(), st.container()
        captions[name] = below[name].empty()
    shown = Screen(words, key, watched, view, bar, places, rooms, captions, {}, {})
    racers = draw(shown, at, 0)
    for name, experiment in shown.now.items():
        with below[name]:
            shown.tables[name] = figures.table(
                partial(_data, shown, name), key=f"{key}.{name}", alt=words(ALTS[name], **experiment.slots)
            )
    return shown, racers


def _data(shown: Screen, name: str) -> Columns:
    """The numbers behind a chart as it is by now."""
    return shown.now[name].data


def draw(shown: Screen, at: int, turn: int) -> list[Racer]:
    """The screen after step `at`, charts and words; `turn` counts the pictures of one play."""
    words = shown.words
    racers = learning.racers([film.run for film in shown.watched], [films.seen(film, at) for film in shown.watched])
    readouts = metrics(words, racers)
    for place, (label, value, told, fate) in zip(shown.metrics, readouts, strict=True):
        place.metric(label, value, fate, help=told, delta_color="off", delta_arrow="off")
    record.note("figures", record.Figures([(label, value) for label, value, *_ in readouts]))
    pictures = learnt.pictures(racers)
    drawn = ({"pictures": pictures} if pictures else {}) | {
        "network": updates.networks(racers),
        "curves": learning.curves(racers),
        "history": learning.history(racers, shown.view),
    }
    for name, experiment in drawn.items():
        alt = words(ALTS[name], **experiment.slots)
        figures.draw(experiment.figure, key=f"{shown.key}.{name}", alt=alt, place=shown.rooms[name], turn=turn)
        figures.caption(words, ALTS[name], experiment.slots, shown.captions[name])
        if table := shown.tables.get(name):
            figures.numbers(table, experiment.data, alt)
    shown.now.update(drawn)
    return racers


def metrics(words: prose.Words, racers: Sequence[Racer]) -> list[tuple[str, str, str | None, str | None]]:
    """The figures to watch, each with what it means and what has come of the run: of one network three, of several the
    accuracy of each.
    """
    each = [learning.words_of(racer) for racer in racers]
    if len(each) > 1:
        told = terms.told(words, "metric each")
        return [(words("metric each", **slots), slots["test"], told, slots["fate"]) for slots in each]
    return [
        (
            prose.common(f"metric {name}", **each[0]),
            each[0][name],
            terms.told(words, f"metric {name}"),
            each[0]["fate"] if name == "test" else None,
        )
        for name in ("test", "loss", "moved")
    ]


def progress(shown: Screen, at: int, seconds: float) -> None:
    """How far it is, and how long it will take."""
    end = shown.watched[0].run.steps
    text = prose.common("progress training", at=numerals.whole(at), end=numerals.whole(end)) + prose.common(
        "left", seconds=f"{seconds:.0f}"
    )
    shown.bar.progress(at / end, text)


def play(shown: Screen, see: Callable[[Mapping[str, object]], None]) -> None:
    """Go on from where the reader is: picture by picture, or at once to the end. The last line of a page.

    `see` says what is to be seen: whatever is taken away meanwhile is of one moment, words and charts.
    """
    player, page, turn = state.player(shown.key), record.page(), 0
    if not player.mode or (page and page.talking):
        return
    record.answered()
    with turns.WATCHERS.watch():
        for step in showing(shown.watched, player.at, player.mode, time.monotonic, turns.WATCHERS.count):
            state.breathe()
            match step:
                case Compute(film):
                    films.work(film)
                case Rest(seconds):
                    time.sleep(seconds)
                case Show(at, left, picture):
                    if left is not None:
                        progress(shown, at, left)
                    if picture:
                        turn += 1
                        with record.together():
                            see(learning.slots(draw(shown, at, turn)))
                    player.stand(at)
    player.stand(shown.watched[0].run.steps)
    player.mode = ""
    st.rerun()
