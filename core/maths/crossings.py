"""Where the variance map of a wide network crosses the identity: the search for its fixed points, on a ladder first."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from scipy.optimize import brentq, minimize_scalar

from core.maths.moments import LARGEST_VARIANCE, NOISE, Ladder, ladder, moments


def change_of(
    activation: str, q: float, weight_variance: float, bias_variance: float, settings: Mapping[str, float]
) -> float:
    """The relative change of the variance by one layer, (V(q) - q) / q."""
    return weight_variance * (moments(activation, q, settings).second / q) - 1.0 + bias_variance / q


def roots(
    activation: str, weight_variance: float, bias_variance: float, settings: Mapping[str, float]
) -> list[tuple[float, bool]]:
    """The fixed points and whether they are stable, 0 and inf among them; empty where every variance is one."""
    rungs = ladder(activation, **settings)

    def change(q: float) -> float:
        return change_of(activation, q, weight_variance, bias_variance, settings)

    starts_at_zero = bias_variance + weight_variance * rungs.at_zero.second == 0.0
    course = _course(rungs, weight_variance, bias_variance, change, starts_at_zero)
    if not course:
        return []
    found = [(0.0, course[0][1] < 0)] if starts_at_zero else []
    for (low, before), (high, after) in pairwise(course):
        if before * after < 0:
            root = brentq(lambda t: change(math.exp(t)), math.log(low), math.log(high), xtol=1e-15, rtol=1e-15)
            found.append((math.exp(root), before > 0))
    return [*found, (math.inf, True)] if course[-1][1] > 0 else found


def _course(
    rungs: Ladder, weight_variance: float, bias_variance: float, change: Callable[[float], float], starts_at_zero: bool
) -> list[tuple[float, float]]:
    """Variances in rising order, and by how much the map changes each: wherever it takes the other sign is a root.

    Towards 0 the map behaves like its slope there; towards infinity like its slope there.
    """
    steps = weight_variance * (rungs.second / rungs.q) - 1.0 + bias_variance / rungs.q
    clear = [(float(q), float(step)) for q, step in zip(rungs.q, steps, strict=True) if abs(step) > NOISE]
    course = sorted(clear + _turning_points(clear, change))
    if not starts_at_zero or weight_variance * rungs.at_zero.slope > 1.0 + NOISE:
        course = [(1.0 / LARGEST_VARIANCE, 1.0), *course]
    if weight_variance * rungs.at_infinity.slope < 1.0 - NOISE:
        course = [*course, (LARGEST_VARIANCE, -1.0)]
    return course


def _turning_points(rungs: list[tuple[float, float]], change: Callable[[float], float]) -> list[tuple[float, float]]:
    """Where the change, nearly zero, takes the other sign between two rungs that have the same: two roots beside it."""
    found = []
    for (low, before), (_, here), (high, after) in zip(rungs, rungs[1:], rungs[2:], strict=False):
        sign = math.copysign(1.0, here)
        sides = sorted((sign * before, sign * after))
        # On a flat map all rungs are alike: a valley has one side at least that is clearly higher.
        if abs(here) < 1e-2 and 0 < sign * here <= sides[0] and sign * here < 0.99 * sides[1]:
            nearest = minimize_scalar(
                lambda t, sign=sign: sign * change(math.exp(t)),
                bounds=(math.log(low), math.log(high)),
                method="bounded",
                options={"xatol": 1e-9},
            )
            if nearest.fun < -NOISE:
                found.append((math.exp(nearest.x), sign * float(nearest.fun)))
    return found
