"""Shares of measured references in the spectra of a study, on axes that were checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import LmctError, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.energy_loss.figure_edges import fit_sheet
from lmct.technique.energy_loss.line_table import line_pairs
from lmct.technique.energy_loss.prepare_edge import prepare_edge
from lmct.technique.energy_loss.reference_fit import ReferenceFit, fit_references
from lmct.technique.option import refuse_unknown, text_option

OPTIONS = ("element", "references")
WINDOW = (5.0, 8.0)
"""The fit reaches this far in front of the first and behind the second line [eV]."""

USABLE = ("good", "repair")
"""Axes on which shares are fitted."""


def analyse_species(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fit every core loss as a combination of the measurements that are references.

    Parameters
    ----------
    measurements
        Of this technique.
    options
        ``element`` (default Ni) and ``references``: name of a species -> name of its measurement.

    Returns
    -------
    :
        Findings ``species_fraction`` with their systematic error in the note and in the uncertainty.

    Raises
    ------
    DataError
        A reference does not exist or cannot be used.
    """
    refuse_unknown(options, OPTIONS, technique="species")
    element = text_option(options, "element", "Ni")
    (line,) = line_pairs([element])
    given = options.get("references")
    if not isinstance(given, Mapping) or len(given) < 2:
        raise OutOfRange(
            f"the option references is {given!r}. Expected two or more species with the names of their"
            ' measurements: references = { ni_2 = "NiO", ni_4 = "charged" }.'
        )
    named = {one.name: one for one in measurements if one.dataset.attrs.get("kind") == "core loss"}
    for name in given.values():
        if name not in named:
            raise unknown_name("core-loss measurement", str(name), named)
    prepared = {species: prepare_edge(_spectrum(named[name]), line) for species, name in given.items()}
    findings: list[Finding] = []
    sheets, messages = [], []
    for name, one in named.items():
        if name in given.values():
            continue
        try:
            edge = prepare_edge(_spectrum(one), line)
            fit = fit_references(edge, prepared, window=(line.first - WINDOW[0], line.second + WINDOW[1]))
        except LmctError as error:
            messages.append(f"{name}: {error}")
            continue
        findings += _findings(fit, one, element)
        sheets.append(fit_sheet(fit, name, element))
    return AnalysisResult(findings=tuple(findings), figures=tuple(sheets), messages=tuple(messages))


def _spectrum(measurement: Measurement) -> EnergyLossSpectrum:
    """Return the spectrum of a measurement; refuse one whose axis was not found good."""
    verdict = measurement.dataset.attrs.get("energy_axis")
    if verdict not in USABLE:
        raise OutOfRange(
            f"{measurement.name} has a {verdict} energy axis. Expected one that was found good or was"
            f" repaired."
            ' Set energy_scale = "repair" for it, or calibrate it.'
        )
    return EnergyLossSpectrum(
        energy=np.asarray(measurement.dataset["energy_loss"].values, dtype=float),
        counts=np.asarray(measurement.dataset["counts"].values, dtype=float),
        source_file=measurement.source_file,
    )


def _findings(fit: ReferenceFit, measurement: Measurement, element: str) -> list[Finding]:
    return [
        Finding(
            "species_fraction",
            Value(value.value, float(np.hypot(value.uncertainty, fit.systematic[species]))),
            sample=measurement.sample,
            technique="energy_loss",
            condition=f"{element} {species}, {measurement.name}",
            source_file=measurement.source_file,
            source_sha256=measurement.source_sha256,
            note=(
                f"counts {value.uncertainty:.2g}, systematic {fit.systematic[species]:.2g}; {fit.message};"
                f" shift {fit.shift}"
            ),
        )
        for species, value in fit.fractions.items()
    ]
