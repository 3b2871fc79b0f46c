"""A student as the server sees one: a websocket that speaks Streamlit's protocol, without a browser.

It opens a page, learns its controls from what comes, and sets them as a browser would: the state of all of them goes
with every change. Messages that a browser would keep and not ask for again are sent in full here. What it does comes
from a seed alone; it talks to 127.0.0.1 only, and waits for nothing longer than so many seconds.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

LONGEST = 60.0  # seconds for an answer
TEXTS = ("", "2", "relu*20", "sigmoid(")  # what is typed: a projector's size, what is nothing of ours
SLIDERS = 6  # how many times as often as another kind of control a slider is moved

Draw = Callable[[Any, Random], Any]  # a control as it came -> a value that it offers


def _number(control: Any, dice: Random) -> float:
    step = control.step or 1.0
    return control.min + step * dice.randint(0, max(0, round((control.max - control.min) / step)))


def _pills(control: Any, dice: Random) -> list[str]:
    options = [option.content for option in control.options]
    most = len(options) if control.click_mode == control.MULTI_SELECT else 1
    return dice.sample(options, dice.randint(1 if control.required else 0, most))


def _one(control: Any, dice: Random) -> str:
    return dice.choice(control.options)


def _either(_: Any, dice: Random) -> bool:
    return dice.random() < 0.5


# By the name that Streamlit gives it: the field that its value is sent in, and a value.
KINDS: dict[str, tuple[str, Draw]] = {
    "slider": ("double_array_value", lambda control, dice: [_number(control, dice)]),
    "select_slider": ("string_array_value", lambda control, dice: [_one(control, dice)]),
    "button_group": ("string_array_value", _pills),
    "selectbox": ("string_value", _one),
    "radio": ("string_value", _one),
    "multiselect": ("string_array_value", lambda control, dice: dice.sample(list(control.options), 1)),
    "checkbox": ("bool_value", _either),
    "number_input": ("double_value", _number),
    "text_input": ("string_value", lambda _, dice: dice.choice(TEXTS)),
    "button": ("trigger_value", lambda *_: True),
    "expandable": ("bool_value", _either),
}
GOES_ON = ("plotly_chart", "progress")  # what shows, where it comes again, that a run is at work and can be stopped
OTHERS = {"plotly_chart": "string_value", "bidi_component": "json_value"}  # what is clicked, and scripts of ours


@dataclass(frozen=True)
class Control:
    """What a reader can set."""

    kind: str
    id: str
    fragment: str  # the part of the page that runs for it alone, if one does
    sent: Any  # as it came

    @property
    def label(self) -> str:
        return str(self.sent.label)

    def draw(self, dice: Random) -> Any:
        return KINDS[self.kind][1](self.sent, dice)


def control_of(message: ForwardMsg) -> Control | None:
    """The control that a message brings, if it can be set."""
    delta = message.delta
    part = delta.new_element if delta.WhichOneof("type") == "new_element" else delta.add_block
    kind = part.WhichOneof("type") or ""
    if kind not in KINDS:
        return None
    sent = getattr(part, kind)
    if not sent.id or getattr(sent, "disabled", False):
        return None
    kind = "select_slider" if kind == "slider" and sent.options else kind
    return Control(kind, sent.id, delta.fragment_id, sent)


def written(state: WidgetState, name: str, value: Any) -> None:
    """Put a value into a field of a widget's state."""
    if name.endswith("array_value"):
        getattr(state, name).data.extend(value)
        getattr(state, name).SetInParent()
    else:
        setattr(state, name, value)


def connect(address: str) -> websockets.connect:
    """A websocket to a server on this machine; ValueError for any other."""
    if urlsplit(address).hostname != "127.0.0.1":
        raise ValueError(f"students visit 127.0.0.1 only, not {address}")
    where = address.replace("http", "ws", 1) + "/_stcore/stream"
    return websockets.connect(where, subprotocols=["streamlit"], max_size=None, open_timeout=LONGEST)


@dataclass
class Student:
    """One tab of a browser. `async with Student(address, page, seed) as student: await student.open()`."""

    address: str
    page: str
    seed: int
    query: str = ""
    patience: float = LONGEST  # seconds after which it goes on, answered or not, and the server breaks off
    controls: dict[str, Control] = field(default_factory=dict)  # of the latest run, by id
    others: dict[str, str] = field(default_factory=dict)  # charts and scripts that can send something: id, field
    exceptions: list[str] = field(default_factory=list)  # shown on the page
    bytes: int = 0  # received

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self._values: dict[str, tuple[str, Any]] = {}  # by id: the field, and what was set
        self._hash = ""  # of the page, as the server calls it
        self._connection = connect(self.address)

    async def __aenter__(self) -> "Student":
        self.socket = await self._connection.__aenter__()
        return self

    async def __aexit__(self, *problem: Any) -> None:
        await self._connection.__aexit__(*problem)

    async def open(self) -> float:
        """The page, as it is when it is visited for the first time: the seconds it took."""
        return await self.ask(self.message())

    async def change(self) -> float:
        """Set one of the controls to something it offers; nearly always a slider, if there is one.

        Who has lost patience before anything came asks for the page again.
        """
        if not self.controls:
            return await self.open()
        kinds = sorted({control.kind for control in self.controls.values()})
        kind = self.dice.choices(kinds, [SLIDERS if "slider" in kind else 1 for kind in kinds])[0]
        control = self.dice.choice([control for control in self.controls.values() if control.kind == kind])
        return await self.set(control, control.draw(self.dice))

    async def press(self, label: str) -> float:
        """A button: until its answer is there, or its first pictures are."""
        button = next(one for one in self.controls.values() if one.kind == "button" and one.label == label)
        return await self.set(button, True)

    async def set(self, control: Control, value: Any) -> float:
        """Set a control: the seconds until the answer."""
        name = KINDS[control.kind][0]
        if name != "trigger_value":
            self._values[control.id] = name, value
        message = self.message(control.fragment)
        if name == "trigger_value":
            written(message.rerun_script.widget_states.widgets.add(id=control.id), name, value)
        return await self.ask(message)

    async def rest(self, seconds: float) -> None:
        """Look at what comes, for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self.next()

    def message(self, fragment: str = "") -> BackMsg:
        """Run the page, or a part of it, with all that has been set."""
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.fragment_id = self.query, fragment
        if self._hash:
            asked.page_script_hash = self._hash
        else:
            asked.page_name = self.page
        for widget, (name, value) in self._values.items():
            written(asked.widget_states.widgets.add(id=widget), name, value)
        return message

    async def next(self) -> ForwardMsg:
        """The next message that comes, understood."""
        data = await self.socket.recv()
        self.bytes += len(data)
        message = ForwardMsg()
        message.ParseFromString(data)
        self._understand(message)
        return message

    def _understand(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "navigation":
                self._hash = message.navigation.page_script_hash
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "delta":
                if control := control_of(message):
                    self.controls[control.id] = control
                    if getattr(control.sent, "set_value", False):  # from now on a browser says so, too
                        self._values[control.id] = set_by_page(control)
                element = message.delta.new_element
                kind = element.WhichOneof("type")
                if kind in OTHERS and (widget := getattr(element, kind).id):
                    self.others[widget] = OTHERS[kind]
                if kind == "exception":
                    self.exceptions.append(f"{self.page}: {element.exception.type}: {element.exception.message}")

    async def ask(self, asked: BackMsg) -> float:
        """Send, and read until the run has ended that begins now; or until it shows a picture again, as a film, or goes
        on with its progress, as what takes long.
        """
        began = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        try:
            await asyncio.wait_for(self._read(whole=not asked.rerun_script.fragment_id), self.patience)
        except TimeoutError:
            if self.patience >= LONGEST:
                raise
        return time.perf_counter() - began

    async def _read(self, *, whole: bool) -> None:
        begun, shown = False, set[tuple[int, ...]]()
        while True:
            message = await self.next()
            match message.WhichOneof("type"):
                case "new_session":
                    begun = True
                    shown.clear()
                    if whole:
                        self.controls.clear()
                        self.others.clear()
                case "script_finished" if begun and message.script_finished != message.FINISHED_EARLY_FOR_RERUN:
                    return
                case "delta" if begun and message.delta.new_element.WhichOneof("type") in GOES_ON:
                    place = tuple(message.metadata.delta_path)
                    if place in shown:
                        return
                    shown.add(place)


def set_by_page(control: Control) -> tuple[str, Any]:
    """What the page has set a control to: the field, and the value."""
    sent, (name, _) = control.sent, KINDS[control.kind]
    match control.kind:
        case "slider":
            return name, list(sent.value)
        case "select_slider":
            return name, list(sent.raw_value)
        case "button_group" | "multiselect":
            return name, list(sent.raw_values)
        case "selectbox" | "radio":
            return name, sent.raw_value
    return name, sent.value
