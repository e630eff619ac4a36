"""Operando diffraction with its cell: lattice against charge, slopes, structural hysteresis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lmct.material.library import load
from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.diffraction.clock_cycler import CyclerCurve
from lmct.technique.diffraction.clock_join import JoinedScans
from lmct.technique.diffraction.hysteresis import Branch, LoopSystematics, StructuralLoop, structural_loop
from lmct.technique.diffraction.lattice_curve import LITHIUM, LatticeCurve, lattice_curve, usable_scans
from lmct.technique.diffraction.lattice_slopes import (
    HalfCycleSlopes,
    change_of_slope,
    half_cycle_name,
    slopes_of_half_cycles,
)
from lmct.technique.diffraction.operando_dataset import sequence_of_dataset
from lmct.technique.diffraction.operando_sources import (
    CLOCK_OPTIONS,
    cells_of,
    distinct,
    finding_of,
    joined_cell,
    sequences_of,
)
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.relaxation_analysis import analyse_relaxation
from lmct.technique.option import number_option, refuse_unknown, text_option

__all__ = ["OperandoResult", "analyse_operando", "analyse_relaxation", "analyse_sequence_with_cell"]

OPTIONS = (
    *CLOCK_OPTIONS,
    "molar_mass",
    "material",
    "x",
    "change_point",
    "change_voltage",
    "drift",
    "charge_shift",
)

NO_MASS = "No mass of the cell and molar mass are both known: charge stands for lithium."


@dataclass(frozen=True, eq=False)
class OperandoResult:
    """What a sequence and its cell tell together.

    Parameters
    ----------
    sequence
        The refined scans.
    cycler
        Rows of the cell.
    joined
        What the cell did during each scan.
    curve
        Lattice parameters to be trusted, with charge.
    slopes
        Of each half-cycle.
    loops
        Number of the charge -> loop with the discharge after it.
    """

    sequence: RefinedSequence
    cycler: CyclerCurve
    joined: JoinedScans
    curve: LatticeCurve
    slopes: tuple[HalfCycleSlopes, ...]
    loops: Mapping[int, StructuralLoop]


def analyse_operando(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Join every sequence with its cell, and tell slopes and loops.

    Parameters
    ----------
    measurements
        Refined sequences, and cells of the same samples.
    options
        ``cell``: name of the measured cell; ``cycler_start`` (time), ``clock_offset`` [s], ``scan_zone``,
        ``cycler_zone``: the clocks; ``molar_mass`` [g/mol], or ``material`` with ``x``: for the lithium
        content; ``change_point`` (lithium or mAh/g) or ``change_voltage`` [V]: where the regions meet, free;
        ``drift`` [Å] and ``charge_shift`` (unit of the charge axis): standard uncertainties of the discharge
        against the charge.

    Returns
    -------
    :
        Findings, figures, and messages about what cannot be told.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, OPTIONS, technique="diffraction")
    sequences = sequences_of(measurements)
    if not sequences:
        return AnalysisResult(messages=("There is no refined sequence of patterns among the measurements.",))
    findings: list[Finding] = []
    figures: list[FigureSheet] = []
    messages: list[str] = []
    for one in sequences:
        cells = cells_of(one, measurements, text_option(options, "cell", ""))
        sequence = sequence_of_dataset(one.dataset)
        findings += _first_scan(sequence, one)
        try:
            cell, cycler, joined = joined_cell(sequence, cells, options, molar_mass=_molar_mass(options))
        except OutOfRange:  # an option makes no sense
            raise
        except DataError as refusal:
            messages.append(f"{one.name}: {refusal}")
            continue
        scale = float(cell.dataset.attrs.get("mass_relative_uncertainty", 0.0))
        result = analyse_sequence_with_cell(sequence, cycler, joined, options, scale=scale)
        findings += _findings(result, (one, cell), scale)
        messages += [f"{one.name}: {text}" for text in _messages(result)]
        figures += [distinct(sheet, one.name, len(sequences)) for sheet in _figures(result, one.name)]
    return AnalysisResult(tuple(findings), tuple(figures), tuple(messages))


def analyse_sequence_with_cell(
    sequence: RefinedSequence,
    cycler: CyclerCurve,
    joined: JoinedScans,
    options: Mapping[str, Any],
    *,
    scale: float = 0.0,
) -> OperandoResult:
    """Return slopes and loops of a sequence that was joined with its cell.

    Parameters
    ----------
    sequence
        The refined scans.
    cycler
        Rows of the cell.
    joined
        What the cell did during each scan.
    options
        ``change_point``, ``change_voltage``, ``drift``, ``charge_shift`` as in :func:`analyse_operando`.
    scale
        Relative standard uncertainty of the charge axis [1].

    Returns
    -------
    :
        All of it.
    """
    curve = lattice_curve(sequence, joined)
    point, voltage = (
        number_option(options, name, low=-1e4, high=1e4) if name in options else None
        for name in ("change_point", "change_voltage")
    )
    systematics = LoopSystematics(
        drift=number_option(options, "drift", 0.0),
        charge_shift=number_option(options, "charge_shift", 0.0),
        charge_scale=scale,
    )
    slopes = slopes_of_half_cycles(curve, kink=point, voltage=voltage, scale=scale)
    return OperandoResult(sequence, cycler, joined, curve, slopes, _loops(curve, systematics))


def _molar_mass(options: Mapping[str, Any]) -> float | None:
    if "molar_mass" in options:
        return number_option(options, "molar_mass", low=1.0, high=1e4)
    if "material" not in options:
        return None
    x = number_option(options, "x", high=1.0) if "x" in options else None
    return load(text_option(options, "material", ""), x).molar_mass


def _loops(curve: LatticeCurve, systematics: LoopSystematics) -> dict[int, StructuralLoop]:
    unit = "Å" if curve.charge_unit == LITHIUM else f"Å {curve.charge_unit}"
    found = {}
    for number in curve.half_cycles:
        rising, falling = curve.part(number), curve.part(number + 1)
        if not rising.is_charge or not len(falling) or falling.is_charge:
            continue
        branches = [Branch(part.charge, part.lattice, part.uncertainty) for part in (rising, falling)]
        loop = structural_loop(branches[0], branches[1], systematics=systematics, unit=unit)
        if loop is not None:
            found[number] = loop
    return found


def _first_scan(sequence: RefinedSequence, measurement: Measurement) -> list[Finding]:
    usable, _ = usable_scans(sequence)
    if not usable.any():
        return []
    scan = sequence.scans[int(usable.argmax())]
    note = f"Scan {scan.index} of the sequence. Between instruments, 50-100 ppm more."
    return [finding_of("lattice_parameter", scan.values["a"], "first scan", (measurement,), note)]


def _findings(
    result: OperandoResult, sources: tuple[Measurement, Measurement], scale: float
) -> Iterator[Finding]:
    curve = result.curve
    for number in curve.half_cycles:
        part = curve.part(number)
        last, name = int(part.charge.argmax() if part.is_charge else part.charge.argmin()), ""
        name = half_cycle_name(number, part.is_charge)
        where = f"{part.charge[last]:.4g}{' ' if curve.charge_unit != LITHIUM else ' lithium extracted'}"
        where += curve.charge_unit if curve.charge_unit != LITHIUM else ""
        value = Value(float(part.lattice[last]), float(part.uncertainty[last]), "Å")
        note = f"Last scan while current flowed, index {part.index[last]}, at {where}."
        yield finding_of("lattice_parameter", value, f"end of {name}", sources, note)
    for one in result.slopes:
        yield from _slope_findings(one, sources)
    yield from _changes(result.slopes, sources, scale)
    for number, loop in result.loops.items():
        name, note = f"cycle {number // 2 + 1}", f"{loop.message} Range {_range(loop)}."
        yield finding_of("structural_loop_area", loop.area, name, sources, note)
        yield finding_of("structural_gap_max", loop.largest_gap, name, sources, f"At {loop.largest_at:.4g}.")
        yield finding_of("structural_loop_filled", loop.filled, name, sources, note)


def _range(loop: StructuralLoop) -> str:
    return f"{loop.common[0]:.4g} to {loop.common[1]:.4g}"


def _slope_findings(one: HalfCycleSlopes, sources: tuple[Measurement, Measurement]) -> Iterator[Finding]:
    fit, note = one.fit, f"Assessment: {one.fit.assessment} ({one.fit.message})"
    if one.metal is None or one.oxygen is None or fit.kink is None:
        yield finding_of("lattice_slope", fit.line, one.name, sources, note)
        return
    named = f"Region passed first (metal) or last (oxygen). {note}"
    yield finding_of("lattice_slope_metal", one.metal, one.name, sources, named)
    yield finding_of("lattice_slope_oxygen", one.oxygen, one.name, sources, named)
    if fit.kink_intervals is not None:
        (low, high), wide = fit.kink_intervals
        text = f"68 % by profile likelihood: {low:.4g} to {high:.4g}, 95 %: {wide[0]:.4g} to {wide[1]:.4g}."
        yield finding_of("lattice_change_point", fit.kink, one.name, sources, f"{text} {note}")


def _changes(
    slopes: Sequence[HalfCycleSlopes], sources: tuple[Measurement, Measurement], scale: float
) -> Iterator[Finding]:
    """Compare the second cycle with the first."""
    known = {one.half_cycle: one for one in slopes}
    for number in (0, 1):
        for region in ("metal", "oxygen"):
            pair = [getattr(known.get(place), region, None) for place in (number, number + 2)]
            if pair[0] is None or pair[1] is None:
                continue
            difference, significant = change_of_slope(pair[0], pair[1], scale=scale)
            name = f"cycle 2 less cycle 1, {'charge' if known[number].is_charge else 'discharge'}"
            note = "significant" if significant else "not significant at two standard uncertainties"
            yield finding_of(f"lattice_slope_{region}_change", difference, name, sources, note)


def _messages(result: OperandoResult) -> list[str]:
    found = list(result.curve.messages)
    if result.curve.charge_unit != LITHIUM:
        found.append(NO_MASS)
    fitted = {one.half_cycle for one in result.slopes}
    found += [text for one in result.slopes for text in one.messages]
    for number in result.curve.half_cycles:
        if number not in fitted:
            name = half_cycle_name(number, result.curve.part(number).is_charge)
            found.append(f"{name}: too few scans for slopes.")
    for number, loop in result.loops.items():
        if not loop.significant:
            found.append(f"cycle {number // 2 + 1}: {loop.message}")
    if not result.loops:
        found.append("No charge and discharge with enough scans at equal charge: no structural loop.")
    return found


def _figures(result: OperandoResult, name: str) -> list[FigureSheet]:
    from lmct.technique.diffraction.figure_lattice import lattice_sheets
    from lmct.technique.diffraction.figure_waterfall import waterfall_sheets

    stem = (result.sequence, result.joined, result.cycler)
    return [
        *waterfall_sheets(stem[0], joined=stem[1], cycler=stem[2], name=name),
        *lattice_sheets(
            result.curve, cycler=result.cycler, slopes=result.slopes, loops=result.loops, name=name
        ),
    ]
