"""A few single patterns after rests: what they say of a relaxation for each end that may be assumed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lmct.quantity.assessment import Assessment
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import Measurement
from lmct.technique.diffraction.operando.sources import finding_of
from lmct.technique.diffraction.relaxation.points import TwoPointInterval, intervals_from_two_points

DAY = 86400.0
"""One day [s]."""

REST = "rest_time"
"""Condition of a single pattern that tells how long its sample had rested [s]."""

ASSUMED_ENDS = (0.001, 0.003, 0.008, 0.018, 0.038)
"""Ends assumed beyond the last of a few lattice parameters [Å]."""


def findings_of_rests(
    measurements: Sequence[Measurement], *, end: Value | None = None
) -> tuple[list[Finding], list[str]]:
    """Return what the first, an intermediate and the last of single patterns after rests say.

    Parameters
    ----------
    measurements
        Single patterns with one finding ``lattice_parameter`` and the condition :data:`REST`; others are
        passed over.
    end
        Where the lattice ends, with its standard uncertainty [Å]; without it several ends are assumed.

    Returns
    -------
    :
        Findings for the given end, none without it; and what is to be said. Both empty when there are fewer
        than two such patterns.
    """
    points = _rests(measurements)
    if len(points) < 2:
        return [], []
    if len(points) == 2 or points[0][0] > 0.0:
        text = "two rests and the state before them are needed; one of these single patterns is missing"
        return [], [f"Relaxation of single patterns: {Assessment.TOO_FEW_DATA}: {text}."]
    start, middle, last = points[0], points[len(points) // 2], points[-1]
    sign = math.copysign(1.0, last[1].value - start[1].value)
    assumed = last[1].value + sign * np.array(ASSUMED_ENDS)
    ends = assumed if end is None else end.value + end.uncertainty * np.array([0.0, -1.0, 1.0])
    table = intervals_from_two_points(
        start=start[1],
        first=middle[1],
        last=last[1],
        first_time=middle[0],
        last_time=last[0],
        at_infinity=ends,
    )
    told = "; ".join(_in_words(row) for row in table)
    text = f"{Assessment.DEGENERATE}: the end of the lattice is not measured; {told}"
    sources = [point[2] for point in (start, middle, last)]
    found = (
        [] if end is None else _findings(table, sources, f"Two rests only, the end taken as {end}. {text}.")
    )
    return found, [f"Relaxation of single patterns: {text}."]


def _rests(measurements: Sequence[Measurement]) -> list[tuple[float, Value, Measurement]]:
    points = []
    for one in measurements:
        found = [finding.value for finding in one.findings if finding.quantity == "lattice_parameter"]
        if REST in one.condition and len(found) == 1:
            points.append((float(one.condition[REST]), found[0], one))
    return sorted(points, key=lambda point: point[0])


def _in_words(row: TwoPointInterval) -> str:
    where = f"for an end of {row.at_infinity:.4f} Å"
    if row.possible == 0.0:
        return f"{where}: not possible, the lattice has passed it"
    low, middle, high = row.stretching_exponent
    days = row.time_constant[1] / DAY
    return f"{where}: exponent {middle:.2f} ({low:.2f} to {high:.2f}), time constant {days:.3g} d"


def _findings(table: Sequence[TwoPointInterval], sources: Sequence[Measurement], note: str) -> list[Finding]:
    """Return exponent and time constant at the given end, widened by what its own uncertainty does."""
    found = []
    for quantity, unit in (("stretching_exponent", ""), ("relaxation_time_constant", "s")):
        attribute = "time_constant" if unit else quantity
        centre, lower, upper = (getattr(row, attribute) for row in table)
        spread = math.hypot(0.5 * (centre[2] - centre[0]), 0.5 * (upper[1] - lower[1]))
        if math.isfinite(spread):
            value = Value(centre[1], spread, unit)
            found.append(finding_of(quantity, value, "assumed end", sources, note))
    return found
