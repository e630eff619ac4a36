"""The technique's contract: a spectrum or an image of energy losses -> measurement, species, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lmct.instrument import energy_loss
from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
from lmct.technique.contract import AnalysisResult, FigureSheet, GroupAnalysis, Measurement, Reader

NAME = "energy_loss"
READER: Reader = energy_loss
READS_FOLDERS = False
COMPANIONS: tuple[str, ...] = ()


def analyse_record(
    record: EnergyLossSpectrum | SpectrumImage,
    *,
    name: str,
    sample: str,
    active_mass: float | None,
    condition: Mapping[str, float],
    options: Mapping[str, Any],
    checkpoint: Path | None = None,
) -> Measurement:
    """Analyse one file: the zero loss of low losses, axis, white lines and O K of core losses.

    Parameters
    ----------
    record
        What was read; an image is summed, low losses after alignment of their zero loss.
    name
        Unique name of the measurement.
    sample
        Name of the sample.
    active_mass, checkpoint
        Not used.
    condition
        History in numbers.
    options
        ``elements`` (symbols, default Ti, O, Ni), ``energy_scale`` ("refuse", or "repair" to apply the scale
        that the white lines ask for), ``tolerance`` [eV].

    Returns
    -------
    :
        Data set and findings. A wrong axis that is not repaired gives its error and no ratio.

    Raises
    ------
    DataError
        An option is wrong, or the spectrum is too short.
    """
    from lmct.technique.energy_loss.measure import measure_core_loss, measure_low_loss

    measure = measure_low_loss if record.energy[0] < 0.0 < record.energy[-1] else measure_core_loss
    dataset, findings, warnings = measure(record, options, sample=sample)
    return Measurement(
        name=name,
        sample=sample,
        technique=NAME,
        condition=dict(condition),
        dataset=dataset,
        findings=findings,
        warnings=(*record.warnings, *warnings),
    )


def species(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Shares of measured references in the edge of an element (Li 2022, Supplementary Fig. 24)."""
    from lmct.technique.energy_loss.species_analysis import analyse_species

    return analyse_species(measurements, options)


def composition(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Ratios of elements and white lines by one model of all edges of each spectrum."""
    from lmct.technique.energy_loss.composition_analysis import analyse_composition

    return analyse_composition(measurements, options)


GROUP_ANALYSES: Mapping[str, GroupAnalysis] = {"composition": composition, "species": species}
"""Analyses over several measurements, by their kind in the study file."""


def figures(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return the core losses of all measurements, edge by edge.

    Parameters
    ----------
    measurements
        Measurements of this technique, in the order of the study.
    """
    from lmct.technique.energy_loss.figure_edges import sheets_of_measurements

    return sheets_of_measurements(measurements)
