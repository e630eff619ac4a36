"""The technique's contract: ion currents -> measurement, amounts joined with the cell, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lmct.instrument import mass_spectrometer
from lmct.instrument.mass_spectrometer.trace import GasTrace
from lmct.technique.contract import AnalysisResult, FigureSheet, GroupAnalysis, Measurement, Reader
from lmct.technique.gas_evolution.request import request_from_options

if TYPE_CHECKING:
    import xarray as xr

NAME = "gas_evolution"
READER: Reader = mass_spectrometer
READS_FOLDERS = False
COMPANIONS = ("electrochemistry",)


def analyse_record(
    record: GasTrace,
    *,
    name: str,
    sample: str,
    active_mass: float | None,
    condition: Mapping[str, float],
    options: Mapping[str, Any],
    checkpoint: Path | None = None,
) -> Measurement:
    """Keep the ion currents of one file; with a calibration and a mass, quantify the whole run by its rests.

    Parameters
    ----------
    record
        What was read.
    name
        Unique name of the measurement.
    sample
        Name of the sample.
    active_mass
        Of active material [g]; None when not known.
    condition
        History in numbers.
    options
        See :func:`~lmct.technique.gas_evolution.request.request_from_options`.
    checkpoint
        Not used: a file takes a second.

    Returns
    -------
    :
        Data set (time, one variable per m/z) and the totals, when they can be told without the cell.

    Raises
    ------
    DataError
        An option makes no sense.
    """
    from lmct.technique.gas_evolution.findings import findings_of_totals
    from lmct.technique.gas_evolution.occasion import occasion_of_rests
    from lmct.technique.gas_evolution.quantify import quantify

    request = request_from_options(options)
    if active_mass is not None and request.active_mass is None:
        request = replace(request, active_mass=active_mass)
    measurement = Measurement(
        name=name,
        sample=sample,
        technique=NAME,
        condition=dict(condition),
        dataset=dataset_of_trace(record, options, active_mass),
        findings=(),
        source_file=record.source_file,
        source_sha256=record.source_sha256,
        warnings=record.warnings,
    )
    if not request.sensitivities or request.active_mass is None:
        return measurement
    release = quantify(measurement, request, occasion_of_rests(np.asarray(record.time), request))
    found = findings_of_totals(release, sample, formula=None)
    # The rests at the ends are those of the options: an analysis with the cell says more.
    return replace(measurement, findings=tuple(found))


def dataset_of_trace(record: GasTrace, options: Mapping[str, Any], active_mass: float | None) -> xr.Dataset:
    """Return the ion currents as a data set.

    Parameters
    ----------
    record
        The record.
    options
        Of the measurement; kept, so that analyses with the cell go on from them.
    active_mass
        [g].
    """
    import xarray as xr

    variables: dict[str, Any] = {"time": ("row", record.time, {"units": "s"})}
    for mass, values in sorted(record.currents.items()):
        variables[f"mz_{mass}"] = ("row", values, {"units": record.unit})
    for name, values in record.conditions.items():
        variables[name] = ("row", values, {"units": mass_spectrometer.CONDITIONS[name]})
    attributes: dict[str, Any] = {
        "options": json.dumps(dict(options)),
        "saturated": ", ".join(str(one) for one in record.saturated),
        "source_file": record.source_file,
        "source_sha256": record.source_sha256,
    }
    if record.start_time is not None:
        attributes["start_time"] = record.start_time.isoformat()
    if active_mass is not None:
        attributes["active_mass_gram"] = active_mass
    return xr.Dataset(variables, attrs=attributes)


def release(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """O2 and CO2 by half-cycle, onsets and steps, joined with the cell by clock (Li 2022, Fig. S6, S7)."""
    from lmct.technique.gas_evolution.release_analysis import analyse_release

    return analyse_release(measurements, options)


def calibration(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Sensitivities from records of known mixtures."""
    from lmct.technique.gas_evolution.calibration_analysis import analyse_calibration

    return analyse_calibration(measurements, options)


GROUP_ANALYSES: Mapping[str, GroupAnalysis] = {"release": release, "calibration": calibration}
"""Analyses over several measurements, by their kind in the study file."""


def figures(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return the ion currents of the measurements.

    Parameters
    ----------
    measurements
        Measurements of this technique, in the order of the study.
    """
    from lmct.technique.gas_evolution.figure_release import current_sheet

    return tuple(current_sheet(one) for one in measurements if one.technique == NAME)
