"""What a change costs on each page: the server's processor time for a slider's new value, beside the bare page's."""

from collections.abc import Mapping
from statistics import median

from core.ui.sections import MENU
from core.words import prose
from tests.benchmarks.figures import record
from tests.benchmarks.readers import result
from tests.load.process import processor
from tests.load.student import Control, Student

VALUES = 9  # of each slider, not seen before
GOAL = 3.0  # 60 ms where the bare page needs 20
LONGEST = 300.0  # seconds for all sliders of a page
BARE = ""  # the name of the only page on its server


async def costs(address: str, page: str, process: int) -> dict[str, tuple[float, int]]:
    """Of each slider, by its label: the median of the processor seconds and of the bytes sent for a new value."""
    found = {}
    async with Student(address, page, seed=1) as student:
        await student.open()
        await student.open()
        for slider in [each for each in student.controls.values() if each.kind == "slider"]:
            taken, sent = [], []
            for value in values(slider, student):
                before, bytes_before = processor(process), student.bytes
                await student.set(slider, [value])
                taken.append(processor(process) - before)
                sent.append(student.bytes - bytes_before)
            await student.set(slider, list(slider.sent.default))
            found[slider.label] = median(taken), int(median(sent))
    return found


def values(slider: Control, student: Student) -> list[float]:
    """So many different ones, or all there are; none is where the slider stands."""
    low, step, default = slider.sent.min, slider.sent.step, list(slider.sent.default)
    count = round((slider.sent.max - low) / step)
    places = [low + step * k for k in range(count + 1) if [low + step * k] != default]
    return student.dice.sample(places, min(VALUES, len(places)))


def test_a_change_costs_little_on_every_page(addresses: Mapping[str, str], processes: Mapping[str, int]) -> None:
    measured = {
        page: result(costs(addresses[which], page, processes[which]), within=LONGEST)
        for which, pages in (("bare", [BARE]), ("explorer", [section.page for section in MENU]))
        for page in pages
    }
    ((bare, _),) = measured.pop(BARE).values()
    print(f"\nthe bare page: {1e3 * bare:.0f} ms of processor time for a change")
    for section in MENU:
        found = measured[section.page]
        if not found:
            continue
        for label, (seconds, sent) in found.items():
            print(f"{section.page}, {label}: {1e3 * seconds:.0f} ms, {sent / 1e3:.0f} kB")
        dearest = max(found, key=lambda label: found[label][0])
        seconds, sent = found[dearest]
        title = prose.read(section.page)("title")
        record(
            f"cost, {section.page}",
            seconds / bare,
            goal=GOAL,
            what=f"{title}: a new value of its dearest slider ({dearest}; {sent / 1e3:.0f} kB), in processor time",
            against="a new value of the slider on a page with one slider and such a chart, on Streamlit's own settings",
            measures=("tests/benchmarks/test_page_costs.py", "app.py", ".streamlit/config.toml", section.script),
        )
