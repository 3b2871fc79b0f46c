"""Print the benchmarks' figures into README.md, between its two markers: python -m tests.benchmarks.table"""

from collections.abc import Iterable, Mapping

from tests.benchmarks.figures import FILE, ROOT, Figure, kept

README = ROOT / "README.md"
BEGIN, END = "<!-- printed by `make bench`: begin -->", "<!-- printed by `make bench`: end -->"


def table(figures: Iterable[Figure]) -> str:
    """What stands between the markers."""
    rows, figures = ["| What | Against | Measured | Goal: at most |", "| --- | --- | --- | --- |"], list(figures)
    for one in figures:
        goal = "" if one.goal is None else f"{one.goal:g} {one.unit}".strip()
        missed = "" if one.holds else ", **goal missed**"
        rows.append(f"| {one.what} | {one.against} | {one.said} | {goal}{missed} |")
    runs = sorted({f"Measured on {one.date}, commit {one.commit}: {one.machine}." for one in figures})
    return "\n".join([*rows, "", *runs])


def inserted(text: str, between: str, begin: str = BEGIN, end: str = END) -> str:
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    return f"{before}{begin}\n{between}\n{end}{after}"


def print_table(figures: Mapping[str, Figure], begin: str = BEGIN, end: str = END) -> None:
    """Into README.md, and on the screen what misses its goal."""
    text = inserted(README.read_text(encoding="utf-8"), table(figures.values()), begin, end)
    README.write_text(text, encoding="utf-8")
    missed = [f"  {name}: {one.said}, allowed {one.goal:g}" for name, one in figures.items() if not one.holds]
    print(f"{README.relative_to(ROOT)}: {len(figures)} figures, {len(missed)} miss their goal", *missed, sep="\n")


if __name__ == "__main__":
    print_table(kept(FILE))
