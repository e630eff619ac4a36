"""Gas records joined with their cells: amounts by half-cycle, onsets, steps, figures; and calibrations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from lmct.quantity.errors import DataError, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.technique.clock.cycler_curve import CyclerCurve, cycler_curve_from_dataset, time_from_text
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.gas_evolution.calibration import Calibration
from lmct.technique.gas_evolution.findings import (
    NAME,
    QUANTITIES,
    Formula,
    finding_of_steps,
    findings_of_onset,
    findings_of_totals,
)
from lmct.technique.gas_evolution.occasion import CLOCK_OPTIONS, occasion_of_cell
from lmct.technique.gas_evolution.onset import find_onset
from lmct.technique.gas_evolution.quantify import calibration_of, quantify
from lmct.technique.gas_evolution.release import Release
from lmct.technique.gas_evolution.request import HEAD_SPACE, OPTIONS, Request, request_from_options
from lmct.technique.gas_evolution.steps import find_steps
from lmct.technique.gas_evolution.window import Window
from lmct.technique.option import number_option, refuse_unknown, text_option

ANALYSIS_OPTIONS = (
    *OPTIONS, *CLOCK_OPTIONS, "cell", "cycler_start", "calibration", "material", "x", "molar_mass",
    "oxygen_per_formula",
)  # fmt: skip
"""Names of the options of the analysis ``release``."""


def analyse_release(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Quantify every gas record that can be joined with one cell.

    Parameters
    ----------
    measurements
        Gas records, and the cells of the same samples.
    options
        Out of :data:`ANALYSIS_OPTIONS`; they go before those of each measurement.

    Raises
    ------
    UnknownName
        An option, a cell, a calibration or a material does not exist.
    """
    refuse_unknown(options, ANALYSIS_OPTIONS, technique="release")
    formula = _formula(options)
    named = text_option(options, "calibration", "")
    known = {one.name for one in measurements if one.technique == NAME}
    if named and named not in known:
        raise unknown_name("gas record", named, known)
    records = [one for one in measurements if one.technique == NAME and one.name != named]
    if not records:
        return AnalysisResult(messages=("there is no gas record, so there is nothing to quantify.",))
    findings: list[Finding] = []
    figures: list[FigureSheet] = []
    messages: list[str] = []
    for record in records:
        try:
            one = _analyse_one(record, measurements, options, named, formula)
        except DataError as refusal:
            if len(records) == 1:
                raise
            messages.append(f"{record.name}: {refusal}")
            continue
        findings += one.findings
        figures += one.figures
        messages += one.messages
    return AnalysisResult(tuple(findings), tuple(figures), tuple(messages))


def _analyse_one(
    record: Measurement,
    measurements: Sequence[Measurement],
    options: Mapping[str, Any],
    named: str,
    formula: Formula | None,
) -> AnalysisResult:
    from lmct.technique.gas_evolution.figure_release import release_sheets

    stored = json.loads(str(record.dataset.attrs.get("options", "{}")))
    merged = {**stored, **{name: value for name, value in options.items() if name in OPTIONS}}
    request = request_from_options(merged)
    cell = _cell(record, measurements, text_option(options, "cell", ""))
    curve = _curve(cell, options)
    mass = request.active_mass or record.dataset.attrs.get("active_mass_gram") or curve.active_mass
    request = replace(request, active_mass=None if mass is None else float(mass))
    calibration = _calibration(named, measurements, request)
    clock = str(record.dataset.attrs.get("start_time", ""))
    occasion, shift = occasion_of_cell(
        np.asarray(record.dataset["time"].values, dtype=float),
        curve,
        request,
        start_time=time_from_text(clock) if clock else None,
        options=options,
    )
    release = quantify(record, request, occasion, calibration)
    limited = {one.name for one in occasion.limited}
    found = [
        one
        for one in findings_of_totals(release, record.sample, formula=formula)
        if one.condition not in limited or one.quantity == QUANTITIES["O2"]
    ]
    messages = [f"{record.name}: {occasion.message}."] if occasion.message else []
    if request.mode == HEAD_SPACE:
        messages.append(f"{record.name}: onsets and steps are not sought in a head space.")
    elif "O2" in release.gases:
        for window in occasion.windows:
            if window.name.startswith("charge"):
                found += _course(release, window, request, curve, shift, record.sample, messages)
    if formula is None:
        messages.append(f"{record.name}: give material (or molar_mass) for the share of the lattice oxygen.")
    found = [
        replace(one, source_file=_files(record, cell), source_sha256=_hashes(record, cell)) for one in found
    ]
    sheets = release_sheets(record.name, release, curve, shift)
    return AnalysisResult(tuple(found), sheets, tuple(messages))


def _course(
    release: Release,
    window: Window,
    request: Request,
    curve: CyclerCurve,
    shift: float,
    sample: str,
    messages: list[str],
) -> list[Finding]:
    """Return onset and steps of O2 in one charge."""
    place = release.gases.index("O2")
    lag = request.mixing_time
    inside = (release.time >= window.begin) & (release.time <= window.end + lag)
    fit = release.backgrounds[place]
    onset = find_onset(
        time=release.time[inside],
        rate=release.rate[place][inside],
        noise=float(release.noise[place]),
        background_uncertainty=float(np.mean(fit.uncertainty[inside])) if inside.any() else 0.0,
        mixing_time=request.mixing_time,
        mixing_uncertainty=request.mixing_uncertainty,
    )
    found = findings_of_onset(onset, curve, shift, sample, window.name, request.delay + request.mixing_time)
    full = release.rate[place] + release.background[place]
    rests = [
        full[release.quiet & (release.time < window.begin)],
        full[release.quiet & (release.time > window.end)],
    ]
    try:
        steps = find_steps(
            release.rate[place][inside],
            quiet=[one for one in rests if len(one)],
            loudness=float(release.loudness[place]),
        )
    except DataError as refusal:
        messages.append(f"{window.name}: steps cannot be counted. {refusal}")
        return found
    return [*found, finding_of_steps(steps, sample, window.name)]


def _calibration(named: str, measurements: Sequence[Measurement], request: Request) -> Calibration:
    """Return the calibration of a named record, with its own plateaus, or that of the options."""
    if not named:
        return calibration_of(request)
    known = {one.name: one for one in measurements if one.technique == NAME}
    own = request_from_options(json.loads(str(known[named].dataset.attrs.get("options", "{}"))))
    plateaus = own.plateaus or request.plateaus
    gases = tuple(dict.fromkeys(gas for one in plateaus for gas in one.fractions))
    return calibration_of(replace(request, plateaus=plateaus, gases=gases), known[named])


def _cell(record: Measurement, measurements: Sequence[Measurement], name: str) -> Measurement:
    cells = {one.name: one for one in measurements if one.technique == "electrochemistry"}
    if name:
        if name not in cells:
            raise unknown_name("measured cell", name, cells)
        return cells[name]
    own = [one for one in cells.values() if one.sample == record.sample]
    if len(own) != 1:
        listed = ", ".join(one.name for one in own) or "none"
        raise DataError(
            f"{record.name}: cells of {record.sample}: {listed}. Expected one cycler file of the same sample."
            " Add it to the study, or give cell."
        )
    return own[0]


def _curve(cell: Measurement, options: Mapping[str, Any]) -> CyclerCurve:
    start = options.get("cycler_start")
    if start is not None and not isinstance(start, datetime):
        start = time_from_text(str(start))
    return cycler_curve_from_dataset(cell.dataset, start_time=start)


def _formula(options: Mapping[str, Any]) -> Formula | None:
    """Return what the material, or the molar mass, says of a formula unit."""
    name = text_option(options, "material", "")
    if name:
        from lmct import material as materials

        x = options.get("x")
        chosen = materials.load(name, None if x is None else number_option(options, "x", high=1.0))
        return Formula(
            chosen.molar_mass, number_option(options, "oxygen_per_formula", 2.0, low=0.1, high=99.0)
        )
    if options.get("molar_mass") is None:
        return None
    mass = number_option(options, "molar_mass", low=1.0, high=1e4)
    if not mass > 0.0:
        raise OutOfRange("the molar mass is not positive. Expected g/mol.")
    return Formula(mass, number_option(options, "oxygen_per_formula", 2.0, low=0.1, high=99.0))


def _files(record: Measurement, cell: Measurement) -> str:
    return "; ".join(one.source_file for one in (record, cell))


def _hashes(record: Measurement, cell: Measurement) -> str:
    return "; ".join(one.source_sha256 for one in (record, cell))
