"""The technique's contract: a pattern or a sequence of patterns -> measurement, analyses, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.instrument import diffraction
from lmct.instrument.diffraction.pattern import DiffractionPattern, PatternSequence
from lmct.quantity.errors import DamagedFile, LmctError
from lmct.technique.contract import AnalysisResult, FigureSheet, GroupAnalysis, Measurement, Reader
from lmct.technique.diffraction.request import RefinementRequest, request_from_options

if TYPE_CHECKING:
    from lmct.technique.diffraction.sequence.chain import Progress

NAME = "diffraction"
READER: Reader = diffraction
READS_FOLDERS = True
COMPANIONS = ("electrochemistry",)


def analyse_record(
    record: DiffractionPattern | PatternSequence,
    *,
    name: str,
    sample: str,
    active_mass: float | None,
    condition: Mapping[str, float],
    options: Mapping[str, Any],
    checkpoint: Path | None = None,
) -> Measurement:
    """Refine one pattern, or every scan of a sequence.

    Parameters
    ----------
    record
        What was read.
    name
        Unique name of the measurement.
    sample
        Name of the sample.
    active_mass
        Not used: the mass belongs to the cycler file.
    condition
        History in numbers.
    options
        See :func:`~lmct.technique.diffraction.request.request_from_options`.
    checkpoint
        Keeps the scans of a sequence that are done, so that an interrupted run goes on.

    Returns
    -------
    :
        Data set (points and parameters of a pattern; the scans of a sequence) and findings.

    Raises
    ------
    DataError
        Structure, instrument or wavelength cannot be had, or no scan can be read.
    """
    request = request_from_options(options)
    if isinstance(record, PatternSequence):
        measurement = measure_sequence(record, request, checkpoint=checkpoint)
    else:
        measurement = _analyse_pattern(record, request)
    return replace(
        measurement,
        name=name,
        sample=sample,
        condition=dict(condition),
        findings=tuple(replace(finding, sample=sample) for finding in measurement.findings),
        warnings=(*record.warnings, *measurement.warnings),
    )


def _analyse_pattern(pattern: DiffractionPattern, request: RefinementRequest) -> Measurement:
    from lmct.technique.diffraction.engine_choice import engine_for
    from lmct.technique.diffraction.pattern_dataset import dataset_of_pattern, findings_of_pattern

    refined = engine_for(request, pattern, in_sequence=False).refine(pattern)
    flags = f"{refined.assessment}: {refined.message}" if refined.flags else ""
    return Measurement(
        name="",
        sample="",
        technique=NAME,
        condition={},
        dataset=dataset_of_pattern(refined),
        findings=tuple(findings_of_pattern(refined)),
        warnings=(flags,) if flags else (),
    )


def measure_sequence(
    sequence: PatternSequence,
    request: RefinementRequest,
    *,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Refine every scan of a sequence.

    Parameters
    ----------
    sequence
        The sequence.
    request
        How it is refined.
    checkpoint
        Keeps the scans that are done.
    progress
        Told of every refinement.

    Returns
    -------
    :
        The measurement, not yet named.

    Raises
    ------
    DataError
        Structure, instrument or wavelength cannot be had, or no scan can be read.
    """
    from lmct.technique.diffraction.engine_choice import engine_for
    from lmct.technique.diffraction.sequence.chain import refine_sequence
    from lmct.technique.diffraction.sequence.dataset import dataset_of_sequence
    from lmct.technique.diffraction.sequence.findings import findings_of_sequence

    engine = engine_for(request, first_readable(sequence), in_sequence=True)
    refined = refine_sequence(
        sequence,
        engine,
        checkpoint=checkpoint,
        progress=progress,
        both_directions=request.both_directions,
    )
    return Measurement(
        name="",
        sample="",
        technique=NAME,
        condition={},
        dataset=dataset_of_sequence(refined),
        findings=tuple(findings_of_sequence(refined)),
        warnings=refined.messages,
    )


def first_readable(sequence: PatternSequence) -> DiffractionPattern:
    """Return the first scan that can be read: it tells the instrument of all.

    Parameters
    ----------
    sequence
        The sequence.

    Raises
    ------
    DamagedFile
        No scan can be read; the reason of the first one is given.
    """
    reasons = []
    for place in range(len(sequence)):
        try:
            return sequence[place]
        except LmctError as error:
            reasons.append(str(error))
    reason = f" The first one: {reasons[0]}" if reasons else ""
    raise DamagedFile(f"none of the {len(sequence)} scans of the sequence can be read.{reason}")


def operando(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Lattice parameter against charge, slopes and structural hysteresis (Li 2022, Fig. 3a-d)."""
    from lmct.technique.diffraction.operando.analysis import analyse_operando

    return analyse_operando(measurements, options)


def relaxation(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Rate laws of the lattice parameter at open circuit or under heating (Li 2022, Fig. 3e, f)."""
    from lmct.technique.diffraction.operando.analysis import analyse_relaxation

    return analyse_relaxation(measurements, options)


GROUP_ANALYSES: Mapping[str, GroupAnalysis] = {"operando": operando, "lattice_relaxation": relaxation}
"""Analyses over several measurements, by their kind in the study file."""


def figures(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return a Rietveld plot of each pattern, and contour and lattice parameter of each sequence.

    Parameters
    ----------
    measurements
        Measurements of this technique, in the order of the study.

    Returns
    -------
    :
        Sheets.
    """
    from lmct.technique.diffraction.figure.measurements import sheets_of_measurements

    return sheets_of_measurements(measurements)
