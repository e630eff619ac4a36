"""Fractions of species in every spectrum of a study from references that are measured in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.errors import MissingColumn, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.absorption.cell_of_series import CLOCK_OPTIONS, course_of, series_of
from lmct.technique.absorption.dataset import spectrum_of_dataset
from lmct.technique.absorption.figure_combination import combination_sheet
from lmct.technique.absorption.figure_course import course_sheet
from lmct.technique.absorption.linear_combination import (
    Combination,
    CombinationSettings,
    Reference,
    fit_combination,
)
from lmct.technique.absorption.request import pair_option
from lmct.technique.absorption.spectrum import Spectrum
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.option import refuse_unknown, switch_option

FRONT, BEHIND = 20.0, 55.0
"""What is fitted about half height of the first reference [eV]; a third of it at soft edges."""

OPTIONS = (*CLOCK_OPTIONS, "references", "alternatives", "energy_range", "fit_shift", "sum_to_one")


def analyse_combinations(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return the fractions of every spectrum.

    Parameters
    ----------
    measurements
        Spectra and series; references are among them.
    options
        ``references``: species -> name of a measurement, of a series with the scan in brackets
        (``"run[0]"``, ``"run[-1]"``); ``alternatives``: species -> the same from another host, whose effect
        is a systematic term; ``energy_range`` [eV], ``fit_shift``, ``sum_to_one``, and :data:`CLOCK_OPTIONS`.

    Returns
    -------
    :
        Fractions with uncertainty and systematic term, figures, and what did not fit.

    Raises
    ------
    MissingColumn
        No references are given.
    UnknownName, OutOfRange, DataError
        A reference does not exist, an option makes no sense, or spectra do not overlap.
    """
    refuse_unknown(options, OPTIONS, technique="linear_combination")
    spectra = {one.name: one for one in series_of(measurements, least=1)}
    references = references_of(options.get("references"), spectra)
    alternatives = _alternatives(options.get("alternatives", {}), references, spectra)
    used = {str(one).partition("[")[0] for one in dict(options["references"]).values() if "[" not in str(one)}
    limits = pair_option(options, "energy_range") or usual_range(references[0])
    settings = CombinationSettings(
        limits, switch_option(options, "fit_shift", False), switch_option(options, "sum_to_one", True)
    )
    findings: list[Finding] = []
    sheets: list[FigureSheet] = []
    messages: list[str] = []
    for one in spectra.values():
        if one.name in used:
            continue
        fits = [
            fit_with_alternatives(spectrum_of_dataset(one.dataset, scan), references, alternatives, settings)
            for scan in range(one.dataset.sizes["scan"])
        ]
        findings += _findings(one, fits)
        worst = max(fits, key=lambda fit: fit.residual_factor)
        sheets.append(combination_sheet(worst, one.name))
        poor = sum(fit.assessment != "good" for fit in fits)
        if poor:
            messages.append(f"{one.name}: {poor} of {len(fits)} fits are poor; the worst: {worst.message}")
        if len(fits) > 1:
            course = course_of(one, measurements, options)
            curves = {
                name: (
                    np.array([fit.fractions[place] for fit in fits]),
                    np.array([fit.total_uncertainty[place] for fit in fits]),
                )
                for place, name in enumerate(worst.names)
            }
            sheets.append(
                course_sheet(
                    course, one.name, curves, name="species", title="Species", label="Fraction", unit="1"
                )
            )
    return AnalysisResult(tuple(findings), tuple(sheets), tuple(messages))


def references_of(named: object, spectra: Mapping[str, Measurement]) -> tuple[Reference, ...]:
    """Return the references that options name.

    Parameters
    ----------
    named
        Species -> measurement, with the scan of a series in brackets.
    spectra
        Measurements by name.

    Raises
    ------
    MissingColumn
        Fewer than two are named.
    UnknownName
        A measurement does not exist.
    """
    if not isinstance(named, Mapping) or len(named) < 2:
        raise MissingColumn(
            f"references is {named!r}. Expected two or more, species and measurement."
            ' Write: references = { ni_2 = "pristine", ni_34 = "charged" } or "run[0]" for scans of a series.'
        )
    return tuple(_reference(species, str(where), spectra) for species, where in named.items())


def reference_of_spectrum(species: str, spectrum: Spectrum) -> Reference:
    """Return a spectrum as the reference of a species.

    Parameters
    ----------
    species
        Its name.
    spectrum
        The spectrum.
    """
    return Reference(
        species,
        spectrum.energy,
        spectrum.absorption,
        spectrum.uncertainty,
        spectrum.step_uncertainty,
        spectrum.shift_uncertainty,
    )


def usual_range(reference: Reference) -> tuple[float, float]:
    """Return the range about the edge of a reference, within what was measured [eV].

    Parameters
    ----------
    reference
        The reference.
    """
    half = float(reference.energy[int(np.argmax(reference.absorption >= 0.5))])
    scale = 1.0 if half > 2000.0 else 1.0 / 3.0
    low, high = half - scale * FRONT, half + scale * BEHIND
    return max(low, float(reference.energy[0]) + 2.5), min(high, float(reference.energy[-1]) - 2.5)


def fit_with_alternatives(
    spectrum: Spectrum,
    references: Sequence[Reference],
    alternatives: Sequence[Sequence[Reference]],
    settings: CombinationSettings,
) -> Combination:
    """Fit a spectrum; references of another host, one exchanged at a time, widen the systematic term.

    Parameters
    ----------
    spectrum
        The spectrum.
    references
        One per species.
    alternatives
        Sets of references with one of them exchanged.
    settings
        How it is fitted.

    Returns
    -------
    :
        The fit with the references; its systematic term holds the largest change.
    """
    from dataclasses import replace

    data: dict[str, Any] = {
        "energy": spectrum.energy,
        "absorption": spectrum.absorption,
        "uncertainty": spectrum.uncertainty,
        "energy_uncertainty": spectrum.shift_uncertainty,
    }
    fit = fit_combination(**data, references=references, settings=settings)
    plain = replace(settings, systematic=False)
    changes = [
        np.abs(fit_combination(**data, references=other, settings=plain).fractions - fit.fractions)
        for other in alternatives
    ]
    return replace(fit, systematic=np.max([fit.systematic, *changes], axis=0))


def _reference(species: str, where: str, spectra: Mapping[str, Measurement]) -> Reference:
    found = re.fullmatch(r"(.+?)(?:\[(-?\d+)\])?", where)
    name, scan = (found[1], int(found[2] or 0)) if found else (where, 0)
    if name not in spectra:
        raise unknown_name("measured spectrum", name, spectra)
    return reference_of_spectrum(species, spectrum_of_dataset(spectra[name].dataset, scan))


def _alternatives(
    named: object, references: Sequence[Reference], spectra: Mapping[str, Measurement]
) -> list[tuple[Reference, ...]]:
    if not isinstance(named, Mapping):
        raise OutOfRange(f"alternatives is {named!r}. Expected species and measurement, as for references.")
    species = [one.name for one in references]
    sets = []
    for name, where in named.items():
        if name not in species:
            raise unknown_name("species", name, species)
        for one in [where] if isinstance(where, str) else where:
            other = _reference(name, str(one), spectra)
            sets.append(tuple(other if ref.name == name else ref for ref in references))
    return sets


def _findings(one: Measurement, fits: Sequence[Combination]) -> list[Finding]:
    """Return the fractions of a single spectrum, or of first, middle and last scan of a series."""
    places = sorted({0, len(fits) // 2, len(fits) - 1})
    found = []
    for place in places:
        fit = fits[place]
        for number, species in enumerate(fit.names):
            where = f"{species}, {one.name}" if len(fits) == 1 else f"{species}, {one.name}, scan {place}"
            value = Value(float(fit.fractions[number]), float(fit.total_uncertainty[number]), "")
            found.append(
                Finding(
                    "species_fraction", value, one.sample, "absorption", where, one.source_file,
                    one.source_sha256,
                    f"noise {fit.uncertainty[number]:.2g}, systematic {fit.systematic[number]:.2g}; reduced"
                    f" chi-squared {fit.reduced_chi_squared:.3g}, R {fit.residual_factor:.1e}. {fit.message}",
                )
            )  # fmt: skip
    return found
