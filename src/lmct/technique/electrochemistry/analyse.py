"""The technique's contract: record -> measurement with findings, analyses over many cells, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.instrument import cycler
from lmct.instrument.cycler.record import CyclerRecord
from lmct.quantity.errors import OutOfRange
from lmct.quantity.finding import Finding
from lmct.technique.contract import AnalysisResult, FigureSheet, GroupAnalysis, Measurement, Reader
from lmct.technique.electrochemistry.cell_findings import NO_MASS, CellNumbers, findings_of_cell
from lmct.technique.electrochemistry.dataset import dataset_from_half_cycles
from lmct.technique.electrochemistry.half_cycle import find_half_cycles
from lmct.technique.electrochemistry.options import read_options

if TYPE_CHECKING:
    from lmct.technique.electrochemistry.half_cycle import HalfCycle
    from lmct.technique.electrochemistry.options import Options

NAME = "electrochemistry"
READER: Reader = cycler
READS_FOLDERS = False
COMPANIONS: tuple[str, ...] = ()


def analyse_record(
    record: CyclerRecord,
    *,
    name: str,
    sample: str,
    active_mass: float | None,
    condition: Mapping[str, float],
    options: Mapping[str, Any],
    checkpoint: Path | None = None,
) -> Measurement:
    """Analyse one cycler file.

    Parameters
    ----------
    record
        The file as read.
    name
        Unique name of the measurement.
    sample
        Name of the sample.
    active_mass
        Mass of active material [g]; None takes the mass the file states, and without one numbers stay in mAh.
    condition
        History in numbers: ``hold_temperature`` [K], ``hold_time`` [s] (0 for a dried portion that was not
        heated).
    options
        See :func:`~lmct.technique.electrochemistry.options.read_options`.
    checkpoint
        Not used: one file takes a second at most.

    Returns
    -------
    :
        Data set (rows, half-cycles, dQ/dV, peaks) and findings.

    Raises
    ------
    UnknownName
        An option does not exist.
    OutOfRange
        The mass or an option makes no sense.
    """
    chosen = read_options(options)
    mass = _checked_mass(active_mass if active_mass is not None else record.active_mass, record)
    if mass is None:
        chosen = replace(chosen, accuracy=replace(chosen.accuracy, mass_relative=0.0))
    half_cycles = find_half_cycles(
        time=record.time, voltage=record.voltage, current=record.current, minimum_swing=chosen.minimum_swing
    )
    numbers = CellNumbers(record=record, half_cycles=half_cycles, mass=mass, options=chosen)
    findings = tuple(
        Finding(
            quantity=one.quantity,
            value=one.value,
            sample=sample,
            technique=NAME,
            condition=one.condition,
            source_file=record.source_file,
            source_sha256=record.source_sha256,
            note=one.note,
        )
        for one in findings_of_cell(numbers)
    )
    history = dict(condition) | ({"in_cycling": 1.0} if chosen.in_cycling else {})
    return Measurement(
        name=name,
        sample=sample,
        technique=NAME,
        condition=history,
        dataset=dataset_from_half_cycles(record, half_cycles, mass=mass, options=chosen),
        findings=findings,
        source_file=record.source_file,
        source_sha256=record.source_sha256,
        warnings=record.warnings + _warnings(half_cycles, mass, chosen),
    )


def titration(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Capacities by condition, their rearrangement and its trend (Li 2022, Fig. 4)."""
    from lmct.technique.electrochemistry.titration_analysis import analyse_titration

    return analyse_titration(measurements, options)


def equilibrium_potential(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Open-circuit voltage against remaining metal capacity, extrapolated to none (Li 2022, Fig. 6e, f)."""
    from lmct.technique.electrochemistry.equilibrium_analysis import analyse_equilibrium_potential

    return analyse_equilibrium_potential(measurements, options)


def relaxation(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Rate laws of the remaining metal capacity against time and temperature."""
    from lmct.technique.electrochemistry.relaxation_analysis import analyse_relaxation

    return analyse_relaxation(measurements, options)


def gitt(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Rested voltages of pulse titrations, their gap between charge and discharge, diffusion (Fig. S27)."""
    from lmct.technique.electrochemistry.gitt_analysis import analyse_gitt

    return analyse_gitt(measurements, options)


def voltammetry(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Peaks of voltage sweeps, and b-values from several rates."""
    from lmct.technique.electrochemistry.voltammetry_analysis import analyse_voltammetry

    return analyse_voltammetry(measurements, options)


def rate_series(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Discharge capacity by current."""
    from lmct.technique.electrochemistry.rate_series_analysis import analyse_rate_series

    return analyse_rate_series(measurements, options)


def window_opening(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Cycles whose voltage window opens, and how the plateaus move (Li 2022, Fig. 6a-d)."""
    from lmct.technique.electrochemistry.window_opening_analysis import analyse_window_opening

    return analyse_window_opening(measurements, options)


GROUP_ANALYSES: Mapping[str, GroupAnalysis] = {
    "titration": titration,
    "equilibrium_potential": equilibrium_potential,
    "relaxation": relaxation,
    "gitt": gitt,
    "voltammetry": voltammetry,
    "rate_series": rate_series,
    "window_opening": window_opening,
}


def figures(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return one sheet per sample: voltage and dQ/dV against capacity and voltage.

    Parameters
    ----------
    measurements
        Measurements of this technique, in the order of the study.

    Returns
    -------
    :
        Sheets; samples without a half-cycle have none.
    """
    from lmct.technique.electrochemistry.figure_curves import curve_sheets

    return curve_sheets(measurements)


def _checked_mass(mass: float | None, record: CyclerRecord) -> float | None:
    if mass is not None and not 0.0 < mass < float("inf"):
        raise OutOfRange(
            f"{record.source_file}: the active mass is {mass!r} g. Expected a positive mass."
            " Give active_mass in the study file, for example '7.02 mg'."
        )
    return mass


def _warnings(half_cycles: tuple[HalfCycle, ...], mass: float | None, options: Options) -> tuple[str, ...]:
    found = []
    if mass is None:
        found.append(NO_MASS)
    if not half_cycles:
        found.append("No current flows in this record: there is no charge or discharge to analyse.")
    short = [one.label for one in half_cycles if one.stop - one.start < 5]
    if short:
        found.append(f"Half-cycles of fewer than five rows, known only roughly: {', '.join(short)}.")
    return tuple(found)
