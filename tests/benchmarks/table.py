"""Print the benchmarks' figures into README.md, between its two markers: python -m tests.benchmarks.table"""

from collections.abc import Mapping

from tests.benchmarks.figures import ROOT, Figure, kept

README = ROOT / "README.md"
BEGIN, END = "<!-- printed by `make bench`: begin -->", "<!-- printed by `make bench`: end -->"


def table(figures: Mapping[str, Figure]) -> str:
    """What stands between the markers."""
    rows = ["| What | Against | Ratio | Goal: at most |", "| --- | --- | --- | --- |"]
    for figure in figures.values():
        verdict = "" if figure.holds else ", **goal missed**"
        rows.append(f"| {figure.what} | {figure.against} | {figure.ratio:g} | {figure.goal:g}{verdict} |")
    runs = sorted({f"Measured on {one.date}, commit {one.commit}: {one.machine}." for one in figures.values()})
    return "\n".join([*rows, "", *runs])


def inserted(text: str, between: str, begin: str = BEGIN, end: str = END) -> str:
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    return f"{before}{begin}\n{between}\n{end}{after}"


def main() -> None:
    figures = kept()
    README.write_text(inserted(README.read_text(encoding="utf-8"), table(figures)), encoding="utf-8")
    missed = [f"  {name}: {one.ratio:g} times, allowed {one.goal:g}" for name, one in figures.items() if not one.holds]
    print(f"README.md: {len(figures)} figures, {len(missed)} of them miss their goal", *missed, sep="\n")


if __name__ == "__main__":
    main()
