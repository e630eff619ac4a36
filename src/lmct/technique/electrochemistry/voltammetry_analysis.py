"""Voltammetry of cells: peaks of every sweep, and how their height grows with the rate (b-values)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.electrochemistry.sweep_peaks import SweepPeaks, sweeps_of
from lmct.technique.option import number_option, refuse_unknown

MINIMUM_RATES = 3

SAME_RATE = 0.05
"""Sweeps whose rates differ by less than this share have the same rate [1]."""


def analyse_voltammetry(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Find the peaks of all sweeps, and b-values where there are at least three rates.

    Parameters
    ----------
    measurements
        Cells; those without a sweep are named and left out.
    options
        ``largest_shift`` [V] (0.15): a peak is followed from one rate to the next within this distance.

    Returns
    -------
    :
        Peaks, b-values, one figure, messages.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, ["largest_shift"], technique="electrochemistry")
    shift = number_option(options, "largest_shift", 0.15, low=1e-3, high=1.0)
    sweeps: list[SweepPeaks] = []
    messages = []
    for one in measurements:
        found = list(sweeps_of(one))
        sweeps += found
        if not found:
            messages.append(f"Voltammetry: {one.name} has no sweep (voltage straight in time over 0.3 V).")
    findings = [finding for one in sweeps for finding in _peak_findings(one)]
    for direction in (1, -1):
        series = _by_rate([one for one in sweeps if one.sweep.direction == direction])
        if 0 < len(series) < MINIMUM_RATES:
            words = "up" if direction > 0 else "down"
            messages.append(
                f"Voltammetry: sweeps {words} at {len(series)} rate(s);"
                f" b-values need at least {MINIMUM_RATES}."
            )
        elif series:
            findings += _b_values(series, shift)
    if not sweeps:
        return AnalysisResult(messages=tuple(messages))
    from lmct.technique.electrochemistry.figure_voltammetry import voltammetry_sheet

    return AnalysisResult(tuple(findings), (voltammetry_sheet(sweeps),), tuple(messages))


def _peak_findings(one: SweepPeaks) -> Iterator[Finding]:
    accuracy = float(one.measurement.dataset.attrs.get("voltage_uncertainty_volt", 0.0))
    mass = float(one.measurement.dataset.attrs.get("mass_relative_uncertainty", 0.0))
    for number, peak in enumerate(one.peaks, start=1):
        where = f"{one.words}, peak {number}"
        voltage = Value(peak.voltage, math.hypot(peak.voltage_uncertainty, accuracy), "V")
        height = peak.current * one.per_mass
        current = Value(height, math.hypot(peak.current_uncertainty * one.per_mass, mass * height), one.unit)
        yield _finding([one], "current_peak_voltage", voltage, where, "Top of a parabola.")
        yield _finding([one], "peak_current", current, where, "Over zero current; no background taken off.")


def _by_rate(sweeps: Sequence[SweepPeaks]) -> list[SweepPeaks]:
    """Return the last sweep of each rate, slowest first."""
    kept: list[SweepPeaks] = []
    for one in sorted(sweeps, key=lambda each: each.sweep.rate):
        if kept and one.sweep.rate < kept[-1].sweep.rate * (1.0 + SAME_RATE):
            kept[-1] = one
        else:
            kept.append(one)
    return kept


def _b_values(series: Sequence[SweepPeaks], shift: float) -> Iterator[Finding]:
    """Follow every peak of the slowest sweep through the rates and fit its height with a power law."""
    for number, first in enumerate(series[0].peaks, start=1):
        track, sweeps = [first], [series[0]]
        for one in series[1:]:
            near = min(one.peaks, key=lambda p: abs(p.voltage - track[-1].voltage), default=None)
            if near is None or abs(near.voltage - track[-1].voltage) > shift:
                break
            track.append(near)
            sweeps.append(one)
        if len(track) < MINIMUM_RATES:
            continue
        x = np.log([one.sweep.rate for one in sweeps])
        y = np.log([peak.current * one.per_mass for peak, one in zip(track, sweeps, strict=True)])
        slope, intercept = np.polyfit(x, y, 1)
        freedom = len(x) - 2
        noise = math.sqrt(float(np.sum((y - intercept - slope * x) ** 2)) / freedom)
        error = math.hypot(noise, _mass_scatter(sweeps)) / math.sqrt(float(np.sum((x - x.mean()) ** 2)))
        direction = "up" if series[0].sweep.direction > 0 else "down"
        where = (
            f"sweeps {direction}, peak {number} near {first.voltage:.2f} V,"
            f" {1e3 * sweeps[0].sweep.rate:.3g} to {1e3 * sweeps[-1].sweep.rate:.3g} mV/s"
        )
        note = (
            f"Power of the rate in the peak current over {len(x)} rates: 0.5 where diffusion limits, 1 where"
            " the whole material follows the sweep. Uncertainty: scatter about the power law, and the active"
            " masses when the rates are from several cells."
        )
        yield _finding(sweeps, "b_value", Value(float(slope), error, "", float(freedom)), where, note)


def _mass_scatter(sweeps: Sequence[SweepPeaks]) -> float:
    """Return the relative uncertainty of a current that differs between the rates: none within one file."""
    if len({one.measurement.name for one in sweeps}) == 1:
        return 0.0
    attributes = [one.measurement.dataset.attrs for one in sweeps]
    return max(float(one.get("mass_relative_uncertainty", 0.0)) for one in attributes)


def _finding(sweeps: Sequence[SweepPeaks], quantity: str, value: Value, condition: str, note: str) -> Finding:
    files = dict.fromkeys((s.measurement.source_file, s.measurement.source_sha256) for s in sweeps)
    samples = dict.fromkeys(one.measurement.sample for one in sweeps)
    return Finding(
        quantity=quantity,
        value=value,
        sample="; ".join(samples),
        technique="electrochemistry",
        condition=condition,
        source_file="; ".join(name for name, _ in files),
        source_sha256="; ".join(digest for _, digest in files),
        note=note,
    )
