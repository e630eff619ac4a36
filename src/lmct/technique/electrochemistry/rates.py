"""Discharges of a cell by their current."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lmct.technique.contract import Measurement

SAME_CURRENT = 0.05
"""Discharges whose median currents differ by less than this share have the same rate [1]."""

STEADY = 0.1
"""Current between its tenth and ninetieth percentile, over its median: more is no constant current [1]."""


@dataclass(frozen=True, eq=False)
class Rate:
    """All discharges of one cell at one current.

    Parameters
    ----------
    current
        Median current, positive [mA/g, or mA without a mass].
    capacities
        Discharge capacities [mAh/g, or mAh].
    """

    current: float
    capacities: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean capacity."""
        return float(np.mean(self.capacities))

    @property
    def scatter(self) -> float:
        """Standard deviation of the mean; 0 for a single discharge."""
        count = len(self.capacities)
        return float(np.std(self.capacities, ddof=1)) / math.sqrt(count) if count > 1 else 0.0


def rates_of(one: Measurement, *, smallest_share: float) -> tuple[Rate, ...]:
    """Return the discharges of a cell by current, slowest first.

    Parameters
    ----------
    one
        The measurement.
    smallest_share
        Discharges below this share of the largest one are left out [1].

    Returns
    -------
    :
        Rates; discharges that are not at constant current are left out.
    """
    data = one.dataset
    if "direction" not in data:
        return ()
    per_mass = 1e3 / float(data.attrs.get("active_mass_gram", 1.0))
    capacity = data["total_capacity"].to_numpy()
    discharges = np.flatnonzero(data["direction"].to_numpy() < 0)
    if not len(discharges):
        return ()
    known: list[tuple[float, float]] = []
    for number in discharges[capacity[discharges] >= smallest_share * capacity[discharges].max()]:
        rows = slice(int(data["start_row"][number]), int(data["stop_row"][number]))
        low, middle, high = np.percentile(np.abs(data["current"].to_numpy()[rows]), [10.0, 50.0, 90.0])
        if high - low <= STEADY * middle:
            known.append((float(middle) * per_mass, float(capacity[number])))
    groups: list[list[tuple[float, float]]] = []
    for current, passed in sorted(known):
        if groups and current <= groups[-1][0][0] * (1.0 + SAME_CURRENT):
            groups[-1].append((current, passed))
        else:
            groups.append([(current, passed)])
    return tuple(
        Rate(float(np.mean([c for c, _ in group])), tuple(passed for _, passed in group)) for group in groups
    )
