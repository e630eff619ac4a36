"""Relaxation of a charged electrode seen by diffraction: rate laws, where the lattice ends, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.finding import Finding
from lmct.relaxation.laws import DEFAULT_LAWS, laws_for
from lmct.relaxation.rate_law import ATTEMPT_FREQUENCY
from lmct.technique.clock.cycler_curve import CURRENT_FLOOR, cycler_curve_from_dataset
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.diffraction.operando.sources import (
    CLOCK_OPTIONS,
    cells_of,
    clocks_of,
    distinct,
    pair_option,
    sequences_of,
    time_option,
)
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.relaxation.data import (
    EXPANSION,
    LatticeDecay,
    TemperatureProfile,
    decay_of_sequence,
)
from lmct.technique.diffraction.relaxation.findings import findings_of_fit
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation, fit_lattice_relaxation
from lmct.technique.diffraction.relaxation.judged_fit import judged_fit, remarks_on_fit
from lmct.technique.diffraction.relaxation.model import LatticeModel
from lmct.technique.diffraction.relaxation.rests import findings_of_rests
from lmct.technique.diffraction.sequence.dataset import sequence_of_dataset
from lmct.technique.option import number_option, refuse_unknown, text_option

OPTIONS = (
    *CLOCK_OPTIONS,
    "begin",
    "temperature",
    "profile",
    "at_infinity",
    "expansion",
    "laws",
    "attempt_frequency",
)


def analyse_relaxation(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fit rate laws to the lattice of sequences, or judge a few single patterns after rests.

    Parameters
    ----------
    measurements
        Refined sequences with cells of the same samples; or single patterns whose condition has
        ``rest_time``.
    options
        ``begin``: when the current stopped (time by the clock of the scans; by default from the cell, else
        the first scan); clocks as in the analysis ``operando``; ``temperature`` [K], or ``profile``, a list
        of [seconds since begin, kelvin]; ``at_infinity``: lattice parameter and its uncertainty [Å];
        ``expansion``: the same of the linear thermal expansion [1/K]; ``laws``; ``attempt_frequency`` [1/s].

    Returns
    -------
    :
        Findings of each law, a figure for each sequence, messages about what cannot be told.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, OPTIONS, technique="diffraction")
    findings: list[Finding] = []
    figures: list[FigureSheet] = []
    messages: list[str] = []
    for one in sequences_of(measurements):
        sequence = sequence_of_dataset(one.dataset)
        try:
            data = _decay(one, sequence, measurements, options)
        except OutOfRange:  # an option makes no sense
            raise
        except DataError as refusal:
            messages.append(f"{one.name}: {refusal}")
            continue
        fits = _fits(data, options)
        judged = [judged_fit(fit) for fit in fits]
        findings += [found for one_fit in judged for found in findings_of_fit(one_fit, one)]
        messages += [f"{one.name}: {text}" for text in data.messages]
        messages += [f"{one.name}: {text}" for one_fit in judged for text in remarks_on_fit(one_fit)]
        if not fits:
            messages.append(f"{one.name}: {Assessment.TOO_FEW_DATA}: {len(data)} usable scans.")
        from lmct.technique.diffraction.figure.relaxation import relaxation_sheets

        determined = [fit for fit in fits if not fit.at_bound]
        sheets = relaxation_sheets(sequence, data, determined, name=one.name)
        figures += [distinct(sheet, one.name, len(sequences_of(measurements))) for sheet in sheets]
    few, remarks = findings_of_rests(measurements, end=pair_option(options, "at_infinity", "Å"))
    if not sequences_of(measurements) and not few and not remarks:
        remarks = [
            "There is no refined sequence, and no single patterns with rest_time, to tell a relaxation."
        ]
    return AnalysisResult((*findings, *few), tuple(figures), (*messages, *remarks))


def _decay(
    one: Measurement,
    sequence: RefinedSequence,
    measurements: Sequence[Measurement],
    options: Mapping[str, Any],
) -> LatticeDecay:
    begin, clocks = time_option(options, "begin"), None
    if begin is None:
        for cell in cells_of(one, measurements, text_option(options, "cell", "")):
            curve = cycler_curve_from_dataset(cell.dataset, start_time=time_option(options, "cycler_start"))
            flowing = np.flatnonzero(np.abs(curve.current) > CURRENT_FLOOR * np.max(np.abs(curve.current)))
            if curve.start_time is not None and flowing.size:
                begin = curve.start_time + timedelta(seconds=float(curve.time[flowing[-1]]))
                clocks = clocks_of(options)
    return decay_of_sequence(sequence, begin=begin, clocks=clocks, profile=_profile(options))


def _profile(options: Mapping[str, Any]) -> TemperatureProfile | None:
    if "temperature" in options and "profile" in options:
        raise OutOfRange("the options temperature and profile are both given. Expected one. Leave one away.")
    if "temperature" in options:
        return TemperatureProfile(
            np.zeros(1), np.array([number_option(options, "temperature", low=1.0, high=2000.0)])
        )
    rows = options.get("profile")
    if rows is None:
        return None
    try:
        table = np.array(rows, dtype=float)
    except (TypeError, ValueError) as error:
        raise OutOfRange(f"the option profile is {rows!r}. Expected pairs of seconds and kelvin.") from error
    if table.ndim != 2 or table.shape[1] != 2:
        raise OutOfRange(f"the option profile is {rows!r}. Expected pairs of seconds and kelvin.")
    return TemperatureProfile(table[:, 0], table[:, 1])


def _fits(data: LatticeDecay, options: Mapping[str, Any]) -> list[LatticeRelaxation]:
    frequency = number_option(options, "attempt_frequency", ATTEMPT_FREQUENCY, low=1.0, high=1e20)
    if not any(one.hold_time > 0.0 for one in data.heating):
        return []
    prior = pair_option(options, "at_infinity", "Å")
    expansion = pair_option(options, "expansion", "1/K") or EXPANSION
    laws = laws_for(data.heating, frequency, options.get("laws", DEFAULT_LAWS))
    found = [fit_lattice_relaxation(LatticeModel(law, data, prior, expansion)) for law in laws]
    return [one for one in found if one is not None]
