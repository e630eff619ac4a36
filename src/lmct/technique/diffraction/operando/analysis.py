"""Operando diffraction with its cell: lattice against charge, slopes, structural hysteresis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lmct.material.library import load
from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.finding import Finding
from lmct.technique.clock.cycler_curve import CyclerCurve
from lmct.technique.clock.join import JoinedScans
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.diffraction.operando.findings import (
    OperandoResult,
    findings_of_operando,
    messages_of_operando,
)
from lmct.technique.diffraction.operando.hysteresis import (
    Branch,
    LoopSystematics,
    StructuralLoop,
    structural_loop,
)
from lmct.technique.diffraction.operando.lattice_curve import (
    LITHIUM,
    LatticeCurve,
    lattice_curve,
    usable_scans,
)
from lmct.technique.diffraction.operando.lattice_slopes import (
    slopes_of_half_cycles,
)
from lmct.technique.diffraction.operando.sources import (
    CLOCK_OPTIONS,
    cells_of,
    distinct,
    finding_of,
    joined_cell,
    sequences_of,
)
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.relaxation.analysis import analyse_relaxation
from lmct.technique.diffraction.sequence.dataset import sequence_of_dataset
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
        findings += findings_of_operando(result, (one, cell), scale)
        messages += [f"{one.name}: {text}" for text in messages_of_operando(result)]
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


def _figures(result: OperandoResult, name: str) -> list[FigureSheet]:
    from lmct.technique.diffraction.figure.lattice import lattice_sheets
    from lmct.technique.diffraction.figure.waterfall import waterfall_sheets

    stem = (result.sequence, result.joined, result.cycler)
    return [
        *waterfall_sheets(stem[0], joined=stem[1], cycler=stem[2], name=name),
        *lattice_sheets(
            result.curve, cycler=result.cycler, slopes=result.slopes, loops=result.loops, name=name
        ),
    ]
