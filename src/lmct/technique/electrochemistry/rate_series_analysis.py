"""Rate series of cells: discharge capacity and plateaus by current."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.electrochemistry.rates import Rate, rates_of
from lmct.technique.option import number_option, refuse_unknown


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
