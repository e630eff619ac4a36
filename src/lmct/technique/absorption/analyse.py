"""The technique's contract: a scan or a series of scans -> measurement, analyses, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lmct.instrument import absorption
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.instrument.absorption.series import ScanSeries
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.absorption.request import SpectrumRequest, request_from_options
from lmct.technique.absorption.spectrum import Spectrum
from lmct.technique.contract import AnalysisResult, FigureSheet, GroupAnalysis, Measurement, Reader

NAME = "absorption"
READER: Reader = absorption
READS_FOLDERS = True
COMPANIONS = ("electrochemistry",)

MOST_MESSAGES = 12
"""So many different sentences of the scans of a series are kept."""


def analyse_record(
    record: AbsorptionScan | ScanSeries,
    *,
    name: str,
    sample: str,
    active_mass: float | None,
    condition: Mapping[str, float],
    options: Mapping[str, Any],
    checkpoint: Path | None = None,
) -> Measurement:
    """Calibrate and normalise one scan or every scan of a series, and find its edges.

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
        See :func:`~lmct.technique.absorption.request.request_from_options`.
    checkpoint
        Not used: a series takes seconds.

    Returns
    -------
    :
        Data set (spectra on one grid, edges, foil) and findings.

    Raises
    ------
    DataError
        No scan gives a spectrum.
    """
    from lmct.technique.absorption.dataset import dataset_of_spectra, edges_of
    from lmct.technique.absorption.spectrum import spectra_of_scans

    request = request_from_options(options)
    scans = record if isinstance(record, ScanSeries) else (record,)
    spectra = spectra_of_scans(scans, request, series=isinstance(record, ScanSeries))
    edges = edges_of(spectra)
    dataset = dataset_of_spectra(spectra, edges)
    said = dict.fromkeys(
        sentence
        for one, edge in zip(spectra, edges, strict=True)
        for sentence in (*one.messages, *edge.messages)
    )
    series = record.warnings if isinstance(record, ScanSeries) else ()
    sentences = list(said)[:MOST_MESSAGES]
    if len(said) > MOST_MESSAGES:
        sentences.append(f"and {len(said) - MOST_MESSAGES} further remarks on single scans.")
    return Measurement(
        name=name,
        sample=sample,
        technique=NAME,
        condition=dict(condition),
        dataset=dataset,
        findings=(*_findings(dataset, sample), *_depth(request, spectra[0], sample)),
        warnings=(*series, *sentences),
    )


def _depth(request: SpectrumRequest, first: Spectrum, sample: str) -> tuple[Finding, ...]:
    from dataclasses import replace

    from lmct.technique.absorption.yield_modes import depth_finding

    found = depth_finding(replace(request, mode=first.mode, element=first.element, edge=first.edge), sample)
    return () if found is None else (found,)


def _findings(dataset: Any, sample: str) -> list[Finding]:  # noqa: ANN401 - an xarray data set
    """Return the edge energies of a scan, or of the first and last of a series, and the foil."""
    count = dataset.sizes["scan"]
    places = {"": 0} if count == 1 else {"first scan": 0, "last scan": count - 1}
    found = []
    for definition, words in (("half_height", "at half height"), ("integral", "by the integral method")):
        for where, place in places.items():
            energy = float(dataset[f"edge_{definition}"].values[place])
            noise = float(dataset[f"edge_{definition}_uncertainty"].values[place])
            spread = float(np.hypot(noise, dataset["shift_uncertainty"].values[place]))
            if np.isfinite(energy):
                condition = ", ".join(one for one in (words, where) if one)
                found.append(
                    Finding(
                        "edge_energy", Value(energy, spread, "eV"), sample, NAME, condition, note=EDGE_NOTE
                    )
                )
    foil = dataset["foil"].values
    foil = foil[np.isfinite(foil)]
    if len(foil):
        spread = (
            float(np.std(foil)) if len(foil) > 1 else float(np.nanmean(dataset["foil_uncertainty"].values))
        )
        found.append(
            Finding(
                "foil_energy",
                Value(float(np.mean(foil)), spread, "eV"),
                sample,
                NAME,
                f"first inflection, {len(foil)} scans, as stored",
                note="the uncertainty is the scatter from scan to scan.",
            )
        )
    return found


EDGE_NOTE = (
    "noise, edge step and calibration against the foil; definitions differ by more than this, and an edge"
    " shift is no measure of charge by itself."
)


def edge_series(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Edge energies against charge, voltage and lithium, joined by clock with the cell."""
    from lmct.technique.absorption.edge_series import analyse_edge_series

    return analyse_edge_series(measurements, options)


def linear_combination(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fractions of species from measured references, of every spectrum."""
    from lmct.technique.absorption.combination_analysis import analyse_combinations

    return analyse_combinations(measurements, options)


def components(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """How many species a series holds, and their spectra without references."""
    from lmct.technique.absorption.component_analysis import analyse_components

    return analyse_components(measurements, options)


def oxygen_pre_edge(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Areas of the pre-edge peaks E and F of the O K edge relative to G (Li 2022, Fig. 2c)."""
    from lmct.technique.absorption.pre_edge_analysis import analyse_pre_edges

    return analyse_pre_edges(measurements, options)


GROUP_ANALYSES: Mapping[str, GroupAnalysis] = {
    "edge_series": edge_series,
    "linear_combination": linear_combination,
    "components": components,
    "oxygen_pre_edge": oxygen_pre_edge,
}
"""Analyses over several measurements, by their kind in the study file."""


def figures(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return the spectra of the measurements, and those of each series.

    Parameters
    ----------
    measurements
        Measurements of this technique, in the order of the study.
    """
    from lmct.technique.absorption.figure_spectra import spectra_sheets

    return spectra_sheets(measurements)
