"""What a class has answered: how many for each choice, and how sure they were, in the first and in the second vote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from core.charts import theme
from core.charts.chain import wrapped
from core.charts.figure import finished

ROW, HEAD, FOOT = 58, 60, 52  # pixels: of a choice, over the first one, under the last one
WIDEST = 26  # characters of a choice in a line
# The surer, the darker and the denser: each eye, and a printer, can tell the three apart.
LOOKS = ((0.35, "/"), (0.65, "."), (1.0, ""))
WIDTH = 2.6  # of a marker's bar, in steps: one answer alone is still seen
STACKED = {
    "barmode": "stack",
    "showlegend": True,
    "legend": {
        "orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal", "font": {"size": 13},
        "itemclick": False, "itemdoubleclick": False,
    },
}  # fmt: skip
COLOUR, WRONG = theme.COOL, theme.EXPLODING


@dataclass(frozen=True)
class Texts:
    """The words of the chart: of each vote, of how sure, of the axis; `right` and `wrong` mark what was computed."""

    votes: Sequence[str]
    sure: Sequence[str]
    axis: str
    right: str
    wrong: str


Votes = Sequence[Sequence[Sequence[int]]]  # by vote, answer and how sure: how many


def choices(names: Sequence[str], votes: Votes, right: Sequence[int], texts: Texts) -> go.Figure:
    """Bars from left to right, one for each choice; the votes stand side by side.

    Until it is known which of them are right, `right` is empty and nothing is marked. After that who was sure of
    something else has a look and a name of its own.
    """
    most = max((sum(choice) for vote in votes for choice in vote), default=0)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        **STACKED,
        "bargap": 0.4,
        "annotations": [],
        "margin": {"l": 8, "r": 8, "t": HEAD, "b": FOOT},
    }
    marks = [f"<b>{texts.right}</b> " if place in right else "" for place in range(len(names))]
    labels = [mark + wrapped(name, WIDEST) for mark, name in zip(marks, names, strict=True)]
    for vote, counts in enumerate(votes):
        x = f"x{vote + 1}" if vote else "x"
        for name, look, values in _parts(counts, right, texts):
            data.append({
                "type": "bar", "orientation": "h", "name": name, "x": values, "y": labels, "xaxis": x, "marker": look,
                "showlegend": vote == 0, "legendgroup": name,
                "hovertemplate": f"%{{y}}<br>{name}: %{{x}}<extra></extra>",
            })  # fmt: skip
        share = 1.0 / len(votes)
        domain = [vote * share + 0.02 * bool(vote), (vote + 1) * share - 0.02]
        room = {"domain": domain, "dtick": _step(most)}
        layout[x.replace("x", "xaxis")] = theme.axis(texts.axis, 0, max(most, 1) * 1.2, **room)
        head: dict[str, Any] = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 30}
        layout["annotations"].append(theme.label(f"<b>{texts.votes[vote]}</b>", domain[0], 1.0, **head))
        end: dict[str, Any] = {"xref": x, "yref": "y", "xanchor": "left", "xshift": 4}
        totals = [sum(choice) for choice in counts]
        layout["annotations"] += [
            theme.label(f"<b>{total}</b>", total, place, **end) for place, total in enumerate(totals)
        ]
    layout["yaxis"] = {"autorange": "reversed", "fixedrange": True, "automargin": True, "type": "category"}
    return finished(data, layout, height=HEAD + FOOT + ROW * len(names))


def _parts(counts: Sequence[Sequence[int]], right: Sequence[int], texts: Texts) -> Iterator[tuple[str, Any, list[int]]]:
    """What a bar is made of: its name, its look, and how many there are by choice."""
    amiss = [bool(right) and place not in right for place in range(len(counts))]
    for sure, (name, (opacity, pattern)) in enumerate(zip(texts.sure, LOOKS, strict=True)):
        last = sure == len(LOOKS) - 1
        values = [0 if last and wrong else choice[sure] for choice, wrong in zip(counts, amiss, strict=True)]
        yield name, {"color": COLOUR, "opacity": opacity, "pattern": {"shape": pattern, "solidity": 0.3}}, values
    if right:
        values = [choice[-1] if wrong else 0 for choice, wrong in zip(counts, amiss, strict=True)]
        yield texts.wrong, {"color": WRONG, "pattern": {"shape": "x", "solidity": 0.5}}, values


def _step(most: int) -> int:
    """Between two lines of the grid: whole answers, and never many lines."""
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if most <= 6 * step)


def places(x: Sequence[float], votes: Votes, right: Sequence[int], texts: Texts, title: str) -> go.Figure:
    """The same along an axis, one vote above the other; the right stretch is a band with its name."""
    most = max((sum(stop) for vote in votes for stop in vote), default=0)
    step, data = x[1] - x[0], list[dict[str, Any]]()
    layout: dict[str, Any] = {
        **STACKED,
        "bargap": 0.1,
        "annotations": [],
        "margin": {"l": 48, "r": 8, "t": HEAD, "b": FOOT},
    }
    for vote, counts in enumerate(votes):
        y = f"y{vote + 1}" if vote else "y"
        for name, look, values in _parts(counts, right, texts):
            data.append({
                "type": "bar", "name": name, "x": list(x), "y": values, "yaxis": y, "marker": look,
                "width": WIDTH * step, "showlegend": vote == 0, "legendgroup": name,
                "hovertemplate": f"%{{x:.3g}}<br>{name}: %{{y}}<extra></extra>",
            })  # fmt: skip
        top = 1.0 - vote / len(votes)
        room = {"domain": [top - 0.84 / len(votes), top], "dtick": _step(most)}
        layout[y.replace("y", "yaxis")] = theme.axis(texts.axis, 0, max(most, 1) * 1.2, **room)
        head: dict[str, Any] = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top"}
        layout["annotations"].append(theme.label(f"<b>{texts.votes[vote]}</b>", 1.0, top, **head))
    if right:
        ends = x[right[0]] - step / 2, x[right[-1]] + step / 2
        layout["shapes"] = [theme.rect(ends, (0, 1), yref="paper", line={"width": 1, "color": theme.GREY})]
        layout["annotations"].append(theme.label(texts.right, sum(ends) / 2, 1.0, yref="paper", yanchor="top"))
    layout["xaxis"] = theme.axis(title, x[0] - step, x[-1] + step, anchor=f"y{len(votes)}" if len(votes) > 1 else "y")
    return finished(data, layout, height=HEAD + FOOT + 150 * len(votes))
