"""The technique's contract: files of spectra -> measurements; series of heated samples -> fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lmct.instrument import photoemission
from lmct.instrument.photoemission.spectrum import SpectraFile, plain_region
from lmct.quantity.finding import Finding
from lmct.technique.contract import AnalysisResult, FigureSheet, GroupAnalysis, Measurement, Reader
from lmct.technique.option import number_option, text_option
from lmct.technique.photoemission.request import FILE_OPTIONS, check_names

NAME = "photoemission"
READER: Reader = photoemission
READS_FOLDERS = False
COMPANIONS: tuple[str, ...] = ()

DEFAULT_DENSITY, DEFAULT_GAP = 4.0, 2.0
"""Mass density [g/cm3] and band gap [eV] of a lithium-rich oxide, when none is given."""


def analyse_record(
    record: SpectraFile,
    *,
    name: str,
    sample: str,
    active_mass: float | None,
    condition: Mapping[str, float],
    options: Mapping[str, Any],
    checkpoint: Path | None = None,
) -> Measurement:
    """Keep the spectra of one file and say how deep each known region looks.

    Parameters
    ----------
    record
        What was read.
    name
        Unique name of the measurement.
    sample
        Name of the sample.
    active_mass, checkpoint
        Not used.
    condition
        History in numbers; ``hold_time`` [s] and ``hold_temperature`` [K] order a series.
    options
        ``formula`` of the sample with ``density`` [g/cm3] and ``band_gap`` [eV]: gives the probe depth.

    Returns
    -------
    :
        Data set and findings; fractions come from the analyses over several measurements.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    from lmct.technique.photoemission.dataset import dataset_of_spectra

    check_names(options, FILE_OPTIONS)
    return Measurement(
        name=name,
        sample=sample,
        technique=NAME,
        condition=dict(condition),
        dataset=dataset_of_spectra(record),
        findings=tuple(_depths(record, sample, options)),
        warnings=(
            *record.warnings,
            *(f"{one.region}: {said}" for one in record.spectra for said in one.warnings),
        ),
    )


def _depths(record: SpectraFile, sample: str, options: Mapping[str, Any]) -> list[Finding]:
    from lmct.technique.photoemission.probe_depth import CORE_LEVELS, probe_depth, solid_from_formula

    formula = text_option(options, "formula", "")
    if not formula:
        return []
    solid = solid_from_formula(
        formula,
        density=number_option(options, "density", DEFAULT_DENSITY, low=0.1, high=25.0),
        band_gap=number_option(options, "band_gap", DEFAULT_GAP, high=15.0),
    )
    found = []
    for region, energy in CORE_LEVELS.items():
        for spectrum in record.spectra:
            known = plain_region(spectrum.region).startswith(plain_region(region))
            if known and spectrum.photon_energy is not None:
                depth = probe_depth(photon_energy=spectrum.photon_energy, binding_energy=energy, solid=solid)
                found.append(
                    Finding(
                        quantity="probe_depth",
                        value=depth,
                        sample=sample,
                        technique=NAME,
                        condition=f"{region}, {spectrum.photon_energy:g} eV",
                        note="Three inelastic mean free paths by TPP-2M; elastic scattering is left out.",
                    )
                )
                break
    return found


def nickel_series(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Ni2+ in a heating series, by two measured references (Li 2022, Fig. 5a)."""
    from lmct.technique.photoemission.series_analysis import analyse_nickel

    return analyse_nickel(measurements, options)


def oxygen_series(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Oxidised oxygen in a heating series, by a joint fit of O 1s (Li 2022, Fig. 5b)."""
    from lmct.technique.photoemission.series_analysis import analyse_oxygen

    return analyse_oxygen(measurements, options)


def charge_consistency(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Electrons gained by nickel against holes gained by oxygen: the test of the mechanism."""
    from lmct.technique.photoemission.charge_analysis import analyse_charge

    return analyse_charge(measurements, options)


GROUP_ANALYSES: Mapping[str, GroupAnalysis] = {
    "nickel_series": nickel_series,
    "oxygen_series": oxygen_series,
    "charge_consistency": charge_consistency,
}
"""Analyses over several measurements, by their kind in the study file."""


def figures(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return the measured spectra, one figure a region that several files share.

    Parameters
    ----------
    measurements
        Measurements of this technique, in the order of the study.

    Returns
    -------
    :
        Sheets.
    """
    from lmct.technique.photoemission.figure_series import measured_sheets

    return measured_sheets(measurements)
