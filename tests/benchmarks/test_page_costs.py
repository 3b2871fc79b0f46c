"""What a change costs on each page: the server's processor time for a slider's new value, beside the bare page's."""

from collections.abc import Mapping, Sequence
from statistics import median

from core.ui.sections import MENU, Section
from core.words import prose
from tests.benchmarks.figures import record
from tests.benchmarks.readers import result
from tests.load.process import processor
from tests.load.student import Control, Student

VALUES = 9  # of each slider, not seen before
GOAL = 3.0  # 60 ms where the bare page needs 20
# What takes longer by nature, by the end of its control's id: five networks of up to 512 units a layer are drawn and
# multiplied; where that takes long, a bar shows how far it is, and it can be stopped.
LONG = {"lab.width": 25.0}
LONGEST = 300.0  # seconds for all sliders of a page
BARE = ""  # the name of the only page on its server


async def costs(address: str, page: str, process: int) -> dict[str, tuple[float, int, str]]:
    """Of each slider, by its key: the medians of the processor seconds and of the bytes for a new value, its label."""
    found = {}
    async with Student(address, page, seed=1) as student:
        await student.open()
        await student.open()
        for slider in [each for each in student.controls.values() if each.kind in ("slider", "select_slider")]:
            taken, sent = [], []
            for value in values(slider, student):
                before, bytes_before = processor(process), student.bytes
                await student.set(slider, [value])
                taken.append(processor(process) - before)
                sent.append(student.bytes - bytes_before)
            await student.set(slider, [offered(slider)[1]])
            found[slider.id.rpartition("-")[2]] = median(taken), int(median(sent)), slider.label
            print(f"{page}, {slider.label}: {1e3 * median(taken):.0f} ms, {median(sent) / 1e3:.0f} kB")
    return found


def values(slider: Control, student: Student) -> list[float | str]:
    """So many different ones, or all there are; none is where the slider stands."""
    places, default = offered(slider)
    others = [place for place in places if place != default]
    return student.dice.sample(others, min(VALUES, len(others)))


def offered(slider: Control) -> tuple[Sequence[float | str], float | str]:
    """Where it can be set to, and where it stands."""
    low, step, (default,) = slider.sent.min, slider.sent.step, slider.sent.default
    if slider.kind == "select_slider":
        return slider.sent.options, slider.sent.options[round(default)]
    return [low + step * k for k in range(round((slider.sent.max - low) / step) + 1)], default


def test_a_change_costs_little_on_every_page(addresses: Mapping[str, str], processes: Mapping[str, int]) -> None:
    measured = {
        page: result(costs(addresses[which], page, processes[which]), within=LONGEST)
        for which, pages in (("bare", [BARE]), ("explorer", [section.page for section in MENU]))
        for page in pages
    }
    ((bare, *_),) = measured.pop(BARE).values()
    for section in MENU:
        found = measured[section.page]
        for key, goal in LONG.items():
            if key in found:
                told(key, section, found.pop(key), bare, goal)
        if found:
            told(section.page, section, max(found.values()), bare, GOAL)


def told(name: str, section: Section, dearest: tuple[float, int, str], bare: float, goal: float) -> None:
    seconds, sent, label = dearest
    title = prose.read(section.page)("title")
    record(
        f"cost, {name}",
        seconds / bare,
        goal=goal,
        what=f"{title}: a new value of {label}, in processor time ({sent / 1e3:.0f} kB are sent)",
        against="a new value on a page with one slider and such a chart, on Streamlit's own settings",
        measures=("tests/benchmarks/test_page_costs.py", "app.py", ".streamlit/config.toml", section.script),
    )
