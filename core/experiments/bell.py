"""The normal distribution: the bell, the area under it up to a place, and its height there."""

import numpy as np
from scipy.special import ndtr

from core.charts import curves, theme
from core.charts.figure import Drawing, finished, swept
from core.charts.theme import Line, Style
from core.experiments import Experiment, Readout, read_out
from core.experiments.kept import kept
from core.maths.activations import normal_density
from core.words import numerals

SPAN = 6.0
X = np.linspace(-SPAN, SPAN, 121)
PLACES = np.round(np.arange(-6.0, 6.01, 0.4), 1)  # at which the chart follows the control of x
CONTROL = "beyond.x"
AREA, DENSITY = "Φ", "φ"


@kept()
def bell(x: float, readout: Readout | None = None) -> Experiment:
    """The density φ with the area Φ(x) under it, and its height φ(x); the chart follows the control of x."""
    places = [float(place) for place in np.unique(np.append(PLACES, x))]
    shown = [(place, _drawing(place), read_out(readout, _coloured(place))) for place in places]
    traces, sweep = swept(CONTROL, shown, places.index(x))
    figure = finished(traces, _drawing(x)[1], height=curves.BELL, sweeps=[sweep])
    data = {"x": X, f"{DENSITY}(x)": normal_density(X), f"{AREA}(x)": ndtr(X)}
    return Experiment(figure, data, _slots(x))


def _drawing(x: float) -> Drawing:
    area, height = float(ndtr(x)), float(normal_density(x))
    under = np.append(X[x > X], x)
    middle = max(-height / area, -SPAN)  # of the area, from left to right
    return curves.area_drawing(
        Line(f"{DENSITY}(x)", X, normal_density(X)),
        Line(f"{AREA}({numerals.plain(x)})", under, normal_density(under), Style(theme.AREA)),
        curves.Point(x, height, DENSITY, Style(theme.DENSITY)),
        curves.Point(middle, 0.4 * float(normal_density(middle)), AREA, Style(theme.AREA)),
        x=curves.Axis("x", -SPAN, SPAN),
        y=curves.Axis(f"{DENSITY}(x)", 0.0, 0.45),
    )


def _slots(x: float) -> dict[str, str]:
    return {
        "x": numerals.plain(x),
        "area": numerals.plain(float(ndtr(x))),
        "height": numerals.plain(float(normal_density(x))),
    }


def _coloured(x: float) -> dict[str, str]:
    colours = {"x": theme.PLACE, "area": theme.AREA, "height": theme.DENSITY}
    return {name: theme.coloured(text, colours[name]) for name, text in _slots(x).items()}
