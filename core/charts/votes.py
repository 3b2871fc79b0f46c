"""What a class has answered: how many for each choice, and how sure they were, in the first and in the second vote."""

from collections.abc import Sequence
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

    Until it is known which of them are right, `right` is empty and nothing is marked.
    """
    most = max((sum(choice) for vote in votes for choice in vote), default=0)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"barmode": "stack", "bargap": 0.45, "annotations": [], "showlegend": True}
    layout["margin"] = {"l": 8, "r": 24, "t": HEAD, "b": FOOT}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}
    marks = [f"<b>{texts.right}</b> " if place in right else "" for place in range(len(names))]
    labels = [mark + wrapped(name, WIDEST) for mark, name in zip(marks, names, strict=True)]
    for vote, counts in enumerate(votes):
        x, y = ("x", "y") if vote == 0 else (f"x{vote + 1}", "y")
        for sure, (opacity, pattern) in enumerate(LOOKS):
            wrong = [bool(right) and place not in right and sure == len(LOOKS) - 1 for place in range(len(names))]
            values = [choice[sure] for choice in counts]
            data.append({
                "type": "bar", "orientation": "h", "name": texts.sure[sure], "x": values, "y": labels,
                "xaxis": x, "yaxis": y, "showlegend": vote == 0, "legendgroup": texts.sure[sure],
                "text": [_told(many, texts.wrong if amiss else "") for many, amiss in zip(values, wrong, strict=True)],
                "textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "cliponaxis": False,
                "hovertemplate": f"%{{y}}<br>{texts.sure[sure]}: %{{x}}<extra></extra>",
                "marker": {
                    "color": [WRONG if amiss else COLOUR for amiss in wrong], "opacity": opacity,
                    "pattern": {"shape": ["x" if amiss else pattern for amiss in wrong], "solidity": 0.3},
                },
            })  # fmt: skip
        share, gap = 1.0 / len(votes), 0.04 if len(votes) > 1 else 0.0
        domain = [vote * share + gap * vote, (vote + 1) * share - gap * (len(votes) - 1 - vote)]
        name = x.replace("x", "xaxis")
        layout[name] = theme.axis(texts.axis, 0, max(most, 1) * 1.08, domain=domain, dtick=_step(most), anchor="y")
        layout["annotations"].append(
            theme.label(
                f"<b>{texts.votes[vote]}</b>", domain[0], 1.0, xref="paper", yref="paper", xanchor="left",
                yanchor="bottom", yshift=30,
            )
        )  # fmt: skip
    layout["yaxis"] = {"autorange": "reversed", "fixedrange": True, "automargin": True, "type": "category"}
    return finished(data, layout, height=HEAD + FOOT + ROW * len(names))


def _told(count: int, mark: str) -> str:
    return f"{count} {mark}".rstrip() if count else ""


def _step(most: int) -> int:
    """Between two lines of the grid: whole answers, and never many lines."""
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if most <= 6 * step)


def places(x: Sequence[float], votes: Votes, right: Sequence[int], texts: Texts, title: str) -> go.Figure:
    """The same along an axis, one vote above the other; the right stretch is a band with its name."""
    most = max((sum(stop) for vote in votes for stop in vote), default=0)
    data: list[dict[str, Any]] = []
    height = HEAD + FOOT + 180 * len(votes)
    layout: dict[str, Any] = {"barmode": "stack", "bargap": 0.1, "annotations": [], "shapes": [], "showlegend": True}
    layout["margin"] = {"l": 48, "r": 16, "t": HEAD, "b": FOOT}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}
    step = x[1] - x[0]
    for vote, counts in enumerate(votes):
        axis = "y" if vote == 0 else f"y{vote + 1}"
        for sure, (opacity, pattern) in enumerate(LOOKS):
            data.append({
                "type": "bar", "name": texts.sure[sure], "x": list(x), "y": [stop[sure] for stop in counts],
                "width": 0.9 * step, "yaxis": axis, "showlegend": vote == 0, "legendgroup": texts.sure[sure],
                "hovertemplate": f"%{{x:.3g}}<br>{texts.sure[sure]}: %{{y}}<extra></extra>",
                "marker": {"color": COLOUR, "opacity": opacity, "pattern": {"shape": pattern, "solidity": 0.3}},
            })  # fmt: skip
        top = 1.0 - vote / len(votes)
        domain = [top - 0.84 / len(votes), top]
        layout[axis.replace("y", "yaxis")] = theme.axis(
            texts.axis, 0, max(most, 1) * 1.08, domain=domain, dtick=_step(most)
        )
        layout["annotations"].append(
            theme.label(
                f"<b>{texts.votes[vote]}</b>", x[-1], max(most, 1), xref="x", yref=axis, xanchor="right", yanchor="top"
            )
        )
    if right:
        ends = x[right[0]] - step / 2, x[right[-1]] + step / 2
        layout["shapes"].append(theme.rect(ends, (0, 1), yref="paper", fillcolor=theme.BAND, line={"width": 1}))
        layout["annotations"].append(
            theme.label(texts.right, sum(ends) / 2, 1.0, xref="x", yref="paper", yanchor="top")
        )
    layout["xaxis"] = theme.axis(title, x[0] - step, x[-1] + step)
    return finished(data, layout, height=height)
