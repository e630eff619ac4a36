"""Shares of measured references in the spectra of a study, on axes that were checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.errors import LmctError, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.energy_loss.figure_edges import fit_sheet
from lmct.technique.energy_loss.line_table import line_pairs
from lmct.technique.energy_loss.measured_spectrum import kernel_of, spectrum_of
from lmct.technique.energy_loss.prepare_edge import prepare_edge
from lmct.technique.energy_loss.reference_fit import ReferenceFit, fit_references
from lmct.technique.option import refuse_unknown, text_option

OPTIONS = ("element", "references")
WINDOW = (5.0, 8.0)
"""The fit reaches this far in front of the first and behind the second line [eV]."""


def analyse_species(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fit every core loss as a combination of the measurements that are references.

    Parameters
    ----------
    measurements
        Of this technique; plural scattering is taken out where a low loss of the same sample is among them.
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
    kernels = {name: kernel_of(one, measurements) for name, one in named.items()}
    bare_references = [name for name in given.values() if kernels[name] is None]
    with_low, without = (
        {
            species: prepare_edge(spectrum_of(named[name]), line, kernel=kernels[name] if taken_out else None)
            for species, name in given.items()
        }
        for taken_out in (not bare_references, False)
    )
    findings: list[Finding] = []
    sheets, messages = [], []
    for name, one in named.items():
        if name in given.values():
            continue
        try:
            # scattered with scattered, single with single: a mixture of both describes no edge
            bare = [*([name] if kernels[name] is None else []), *bare_references]
            edge = prepare_edge(spectrum_of(one), line, kernel=None if bare else kernels[name])
            prepared = without if bare else with_low
            fit = fit_references(edge, prepared, window=(line.first - WINDOW[0], line.second + WINDOW[1]))
        except LmctError as error:
            messages.append(f"{name}: {error}")
            continue
        findings += _findings(fit, one, element, bare)
        sheets.append(fit_sheet(fit, name, element))
    return AnalysisResult(findings=tuple(findings), figures=tuple(sheets), messages=tuple(messages))


def _findings(
    fit: ReferenceFit, measurement: Measurement, element: str, bare: Sequence[str]
) -> list[Finding]:
    scattering = (
        f"no low loss for {', '.join(bare)}: plural scattering is counted as an error"
        if bare
        else "plural scattering taken out"
    )
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
                f" shift {fit.shift}; {scattering}"
            ),
        )
        for species, value in fit.fractions.items()
    ]
