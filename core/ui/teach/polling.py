"""The class votes, on the teacher's screen: a room with its code, how many have answered, and the tally.

bar:  opens the room, and shows the way in
vote: asks the class what a page asks, in place of the page's own choices, up to the answer
seen: after a chart, what the class has seen in it
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

import streamlit as st

from core.charts import votes
from core.rooms.chosen import ROOMS
from core.rooms.room import SURE, Asked, Marker, Question, Refused
from core.rooms.rooms import Key
from core.ui import figures, state
from core.ui.share import dialog, links
from core.ui.share.network import reachable
from core.ui.teach.looking import look
from core.ui.teach.voting import CODE, kept, said_at, why
from core.ui.teach.voting import right as computed
from core.words import numerals, prose

PAGE = "vote"
EVERY, HOLD = 0.5, 60  # seconds until it is asked again how many have answered, and whether the room is still there
Kind = TypeVar("Kind")


def bar() -> None:
    """A button that opens a room, and then one with its code, which shows the way in."""
    me = state.teacher()
    code, _, secret = kept("class.teacher", f"{me.key.code} {me.key.secret}" if me.key else "").partition(" ")
    if secret and not me.key:  # the browser brings it from a replica that has died
        me.key = Key(code, secret)
    if not me.key:
        st.button(prose.common("room open"), key="room.open", type="tertiary", on_click=_open)
    elif st.button(prose.common("room code", code=me.key.code), key="room.code", type="tertiary") or me.shown:
        me.shown = False
        st.dialog(prose.common("room code", code=me.key.code), width="medium")(_way_in)(me.key)
    if me.key:
        _hold(me.key)
    elif me.refused:
        st.markdown(why(me.refused))


def _open() -> None:
    me = state.teacher()
    me.key = _tried(lambda: ROOMS.open(me.session))
    me.shown = bool(me.key)


def _way_in(key: Key) -> None:
    """The code, large, and the link to the room as a QR code."""
    here = dialog.where()
    link = links.link(_beside(here), {CODE: [key.code]}, links.View())
    others = reachable(link)
    st.container(key="room.way").markdown(f"**{key.code}**")
    st.markdown(prose.common("room way"))
    if drawn := others and dialog.qr_code(others):
        st.image(drawn, width=280, alt=prose.common("share alt"))
    st.code(others or link, language=None, wrap_lines=True)
    if not others:
        st.caption(prose.common("share alone"))
    st.caption(prose.common("room keeps"))
    if st.button(prose.common("room end"), key="room.end", on_click=_end, args=(key,)):
        st.rerun()  # and the dialog is gone


def _end(key: Key) -> None:
    _tried(lambda: ROOMS.end(key))
    state.teacher().key = None
    state.put("class.teacher", "")


def _beside(address: str) -> str:
    """The address of the page for phones, from that of another page."""
    return address[: address.rfind("/") + 1] + PAGE


def _tried(act: Callable[[], Kind]) -> Kind | None:
    """What it gives; nothing where it is refused, and then the bar says why. A room that is gone is forgotten."""
    me = state.teacher()
    me.refused = ""
    try:
        return act()
    except Refused as refused:
        me.refused = refused.why
        if refused.why == "none":
            me.key = None
        return None


def vote(
    page: str,
    text: str,
    right: Sequence[int],
    reveal: Callable[[bool], None] | None,
    *,
    choices: Sequence[str] = (),
    marker: Marker | None = None,
) -> bool:
    """The question goes to the class, if there is a room: whether it does.

    `right` are the choices or stops that are right; `reveal` is told whether most of the class have said so. Without
    it, the answer is the tally in which they are marked.
    """
    me = state.teacher()
    if not me.key:
        return False
    key = me.key
    asked = _tried(lambda: ROOMS.put(key, Question(text, tuple(choices), marker)))
    if not asked:
        st.info(why(me.refused))
        return False
    me.asked[page] = asked.number
    listed = choices if asked.phase == "open" else ()  # the tally names them
    st.markdown("\n".join([text, "", *(f"- {choice}" for choice in listed)]))
    _panel(page, key, asked, right, reveal)
    return True


def _panel(page: str, key: Key, asked: Asked, right: Sequence[int], reveal: Callable[[bool], None] | None) -> None:
    """How many, then the tally, and the buttons that lead on."""
    if asked.phase == "open":
        _count(key)
        steps: Mapping[str, Callable[[], object]] = {"close": lambda: ROOMS.close(key)}
    else:
        _tally(page, key, asked)
        steps = {"again": lambda: ROOMS.again(key)} if asked.phase == "closed" and asked.round == 1 else {}
    with st.container(horizontal=True, key=f"room.steps.{page}"):
        for name, act in steps.items():
            st.button(prose.common(f"room {name}"), key=f"{page}.{name}", on_click=_tried, args=(act,))
        if asked.phase == "closed" or (asked.phase == "revealed" and reveal):
            st.button(
                prose.common("predict show"), key=f"{page}.reveal", type="primary", on_click=_reveal,
                args=(key, asked, right, reveal),
            )  # fmt: skip


def _reveal(key: Key, asked: Asked, right: Sequence[int], reveal: Callable[[bool], None] | None) -> None:
    """The answer is shown with the computation, whether or not the room can be told."""
    if asked.phase == "closed":
        _tried(lambda: ROOMS.reveal(key, right))
    if reveal:
        tally = _tried(lambda: ROOMS.tally(key)) or [[]]
        said = [sum(choice) for choice in tally[-1]]
        reveal(bool(said) and 2 * sum(said[place] for place in right) > sum(said))


@st.fragment
def _count(key: Key) -> None:
    """How many have answered, and nothing of what."""
    try:
        count, seen, phase = ROOMS.counted(key)
    except Refused as refused:
        seen = refused.why
        st.warning(why(seen))
    else:
        if phase != "open":  # and something else may stand here by now
            st.rerun()
        st.markdown(prose.common("room count", count=count))
    look("room.count", key.code, key.ticket, seen, EVERY, counted=True)


@st.fragment
def _hold(key: Key) -> None:
    """A room that nobody has come into is kept while this is shown."""
    with suppress(Refused):
        look("room.hold", key.code, key.ticket, ROOMS.counted(key)[1], HOLD, counted=True)


def result(page: str) -> None:
    """What the class has said to the question of a page, the right answer marked; nothing if it was not asked."""
    me = state.teacher()
    key = me.key
    if not key or page not in me.asked:
        return
    asked = _tried(lambda: ROOMS.now(key))
    if asked and asked.number == me.asked[page] and asked.phase == "revealed":
        _tally(page, key, asked)


def _tally(page: str, key: Key, asked: Asked) -> None:
    """All votes on a question so far, side by side."""
    tally = _tried(lambda: ROOMS.tally(key))
    if not tally:
        return
    names = ["first", "second"] if len(tally) > 1 else ["only"]
    counts = [sum(sum(choice) for choice in each) for each in tally]
    texts = votes.Texts(
        votes=[prose.common(f"votes {name}", count=count) for name, count in zip(names, counts, strict=True)],
        sure=[prose.common(f"votes {sure}") for sure in SURE],
        axis=prose.common("votes axis"),
        right=prose.common("votes right"),
        wrong=prose.common("votes wrong"),
    )
    question = asked.question
    if question.marker:
        places = [question.marker.place(stop) for stop in range(question.stops)]
        figure = votes.places(places, tally, asked.right, texts, "x")
    else:
        figure = votes.choices(question.choices, tally, asked.right, texts)
    with st.container(key=f"votes.{page}"):
        figures.plot(figure, key=f"{page}.votes", alt=_alt(asked, tally, texts))


def _alt(asked: Asked, tally: Sequence[Sequence[Sequence[int]]], texts: votes.Texts) -> str:
    """Every bar in words."""
    said = []
    for name, counts in zip(texts.votes, tally, strict=True):
        given = [
            prose.common("votes alt", choice=said_at(asked, place), count=sum(choice), sure=choice[-1])
            for place, choice in enumerate(counts) if sum(choice)
        ]  # fmt: skip
        said.append(f"{name}: {numerals.listing(given) if given else prose.common('none')}.")
    if asked.right:
        said.append(prose.common("votes computed", right=computed(asked)))
    return " ".join(said)


def seen(name: str, ask: str, choices: Mapping[str, str], so: Callable[[], Sequence[str]]) -> None:
    """What the class has seen in a chart, asked when the teacher wants it; nothing without a room.

    `choices` by name, in whose order nothing shows which of them is `so`.
    """
    me = state.teacher()
    if not me.key:
        return
    with st.container(key=f"seen.{name.replace('.', '_')}"):
        room = st.empty()
        if name in me.asked or room.button(prose.common("room seen"), key=f"room.seen.{name}"):
            room.empty()
            names = sorted(choices, key=choices.__getitem__)
            vote(name, ask, [names.index(each) for each in so()], None, choices=[choices[each] for each in names])
