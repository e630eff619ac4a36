"""Rate series of cells: discharge capacity and plateaus by current."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.option import number_option, refuse_unknown

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


def analyse_rate_series(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Compare the discharges of each cell by their current.

    Parameters
    ----------
    measurements
        Cells; those with fewer than two rates are named and left out.
    options
        ``smallest_share`` (0.02): discharges below this share of the largest one are left out.

    Returns
    -------
    :
        Capacity at each rate and its retention against the slowest, one figure, messages.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, ["smallest_share"], technique="electrochemistry")
    share = number_option(options, "smallest_share", 0.02, low=0.0, high=1.0)
    series: list[tuple[Measurement, tuple[Rate, ...]]] = []
    messages = []
    for one in measurements:
        rates = rates_of(one, smallest_share=share)
        if len(rates) < 2:
            messages.append(f"Rate series: {one.name} has {len(rates)} discharge rate(s); two are needed.")
        else:
            series.append((one, rates))
    if not series:
        return AnalysisResult(messages=tuple(messages))
    from lmct.technique.electrochemistry.figure_rate_series import rate_series_sheet

    findings = tuple(finding for one, rates in series for finding in _findings(one, rates))
    return AnalysisResult(findings, (rate_series_sheet(series),), tuple(messages))


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


def _findings(one: Measurement, rates: Sequence[Rate]) -> Iterator[Finding]:
    unit = str(one.dataset.attrs.get("capacity_unit", "mAh"))
    current_unit = unit.replace("mAh", "mA")
    mass = float(one.dataset.attrs.get("mass_relative_uncertainty", 0.0))
    slowest = rates[0]
    for rate in rates:
        where = f"{rate.current:.4g} {current_unit}, {len(rate.capacities)} discharge(s)"
        value = Value(rate.mean, math.hypot(rate.scatter, mass * rate.mean), unit)
        note = "Mean; scatter of repeated discharges, and the active mass, which is common to all rates."
        yield _finding(one, "discharge_capacity_at_rate", value, where, note)
        share = rate.mean / slowest.mean
        spread = share * math.hypot(rate.scatter / rate.mean, slowest.scatter / slowest.mean)
        if rate is not slowest:
            note = f"Over the capacity at {slowest.current:.4g} {current_unit}; the mass cancels."
            if len(rate.capacities) == len(slowest.capacities) == 1:
                note += " One discharge each: their scatter is not known."
                spread = math.nan
            yield _finding(one, "capacity_retention_at_rate", Value(share, spread), where, note)


def _finding(one: Measurement, quantity: str, value: Value, condition: str, note: str) -> Finding:
    return Finding(
        quantity=quantity,
        value=value,
        sample=one.sample,
        technique="electrochemistry",
        condition=condition,
        source_file=one.source_file,
        source_sha256=one.source_sha256,
        note=note,
    )
