"""GITT of cells: rested voltages, their extrapolation, the gap between charge and discharge, diffusion."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.electrochemistry.cells import duration_text
from lmct.technique.electrochemistry.gitt_series import Gap, Series, gap_between, series_from_dataset
from lmct.technique.option import number_option, refuse_unknown

CENTIMETRE = 1e-2

GAPS = {
    "end": ("rested_voltage_gap", "Charge minus discharge at the end of the rests"),
    "limit": (
        "equilibrium_voltage_gap",
        "Charge minus discharge, extrapolated to infinite rest as if nothing slower followed,",
    ),
}
"""Which voltages -> quantity and words."""


def analyse_gitt(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Analyse the pulse titrations of some cells.

    Parameters
    ----------
    measurements
        Cells; those without a pulse titration are named and left out.
    options
        ``particle_radius`` [m]: radius of spherical particles; without it diffusion is stated as D/L2, where
        L is volume over surface.

    Returns
    -------
    :
        Gaps and diffusion, one figure a cell, and what was refused and why.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, ["particle_radius"], technique="electrochemistry")
    radius = number_option(options, "particle_radius", math.inf, low=1e-10)
    findings: list[Finding] = []
    messages: list[str] = []
    sheets = []
    for one in measurements:
        series = series_from_dataset(one.dataset)
        if not series:
            messages.append(f"GITT: {one.name} has no series of at least four pulses with rests.")
            continue
        gaps = _gaps(series)
        findings += [*_gap_findings(one, series, gaps), *_diffusion_findings(one, series, radius)]
        messages += _remarks(one, series, gaps)
        from lmct.technique.electrochemistry.figure_gitt import gitt_sheet

        sheets.append(gitt_sheet(one, series, gaps))
    return AnalysisResult(tuple(findings), tuple(sheets), tuple(messages))


def _gaps(series: Sequence[Series]) -> dict[str, Gap]:
    """Compare the first charge with the first discharge."""
    charge = next((one for one in series if one.direction > 0), None)
    discharge = next((one for one in series if one.direction < 0), None)
    if charge is None or discharge is None:
        return {}
    found = {name: gap_between(charge, discharge, name) for name in GAPS}
    return {name: gap for name, gap in found.items() if len(gap.capacity)}


def _gap_findings(one: Measurement, series: Sequence[Series], gaps: dict[str, Gap]) -> Iterator[Finding]:
    unit = str(one.dataset.attrs.get("capacity_unit", "mAh"))
    rest = duration_text(series[0].rest_time)
    for name, gap in gaps.items():
        quantity, words = GAPS[name]
        middle = int(np.argmin(np.abs(gap.capacity - 0.5 * (gap.capacity[0] + gap.capacity[-1]))))
        smallest = int(np.argmin(gap.difference))
        span = f"{gap.capacity.min():.4g} to {gap.capacity.max():.4g} {unit}"
        for place, index in (("middle", middle), ("smallest", smallest)):
            value = Value(float(gap.difference[index]), float(gap.uncertainty[index]), "V")
            where = f"{place} of {span}, at {gap.capacity[index]:.4g} {unit}; rests of {rest}"
            note = (
                f"{words} at equal charge passed since the record began; charge lost at rest is not counted."
            )
            yield _finding(one, quantity, value, where, note)


def _diffusion_findings(one: Measurement, series: Sequence[Series], radius: float) -> Iterator[Finding]:
    for branch in series:
        rates = np.array([found.rate for found in branch.diffusion])
        known = np.isfinite(rates)
        if not known.any():
            continue
        errors = np.array([found.uncertainty for found in branch.diffusion])[known]
        rate = float(np.median(rates[known]))
        scatter = float(np.std(rates[known], ddof=1)) if known.sum() > 1 else 0.0
        spread = math.hypot(float(np.median(errors)), scatter)
        words = "charge" if branch.direction > 0 else "discharge"
        where = f"{words}, median of {known.sum()} of {len(rates)} pulses"
        note = "Weppner-Huggins; the uncertainty is that of one pulse and the scatter between pulses."
        if math.isinf(radius):
            yield _finding(
                one,
                "diffusion_rate",
                Value(rate, spread, "1/s"),
                where,
                f"D/L2, L volume over surface. {note}",
            )
        else:
            area = (radius / 3.0 / CENTIMETRE) ** 2
            value = Value(rate * area, spread * area, "cm2/s")
            yield _finding(one, "diffusion_coefficient", value, where, f"Spheres, L = r/3. {note}")


def _remarks(one: Measurement, series: Sequence[Series], gaps: dict[str, Gap]) -> Iterator[str]:
    if "end" in gaps and "limit" not in gaps:
        yield f"GITT: {one.name}: too few rests have an extrapolation for a gap at infinite rest."
    for branch in series:
        words = "charge" if branch.direction > 0 else "discharge"
        open_ended = [limit for limit in branch.limits if limit.refusal]
        if open_ended:
            yield (
                f"GITT: {one.name}, {words}: {len(open_ended)} of {len(branch.limits)} rests of"
                f" {duration_text(branch.rest_time)} have no extrapolation; for example"
                f" {open_ended[0].refusal}."
            )
        reasons = Counter(found.refusal for found in branch.diffusion if found.refusal)
        if reasons:
            listed = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
            yield (
                f"GITT: {one.name}, {words}: no diffusion from {reasons.total()} of {len(branch.diffusion)}"
                f" pulses: {listed}."
            )


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
