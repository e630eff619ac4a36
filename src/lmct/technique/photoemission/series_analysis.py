"""Analyses of heating series: fractions with errors, changes, rate laws, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.photoemission.figure_ratios import ratio_sheets
from lmct.technique.photoemission.figure_series import nickel_sheet, oxygen_sheet
from lmct.technique.photoemission.request import (
    NICKEL_OPTIONS,
    OXYGEN_OPTIONS,
    RELAXATION_OPTIONS,
    check_names,
)
from lmct.technique.photoemission.series_findings import fraction_findings, rate_findings
from lmct.technique.photoemission.series_of_measurements import (
    hold_times,
    nickel_of_series,
    oxygen_of_series,
)


def analyse_nickel(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return Ni2+ of each sample, its changes, and rate laws of what is left of Ni3+/4+.

    Parameters
    ----------
    measurements
        The series and both references.
    options
        ``reduced_reference`` and ``oxidised_reference`` name the measurements of the references;
        ``reference_energy_uncertainty`` is how far their energies may disagree [eV].

    Raises
    ------
    DataError
        A reference is missing, or spectra cannot be fitted.
    """
    check_names(options, NICKEL_OPTIONS, RELAXATION_OPTIONS)
    series, result = nickel_of_series(measurements, options)
    findings = fraction_findings("nickel_2_fraction", series, result.fractions, result.statistical,
                                  result.covariance)  # fmt: skip
    left = 1.0 - result.fractions
    rates, said = rate_findings("nickel_2_fraction", series, left, result.statistical, options)
    time = hold_times(series)
    return AnalysisResult(
        findings=(*findings, *rates),
        figures=(
            nickel_sheet(series, result),
            *ratio_sheets("nickel", time, result.fractions, result.statistical, result.covariance),
        ),
        messages=(*result.messages, *said),
    )


def analyse_oxygen(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return O^n- of each sample and its changes.

    Parameters
    ----------
    measurements
        The series.
    options
        See :func:`~lmct.technique.photoemission.request.oxygen_model`; ``oxygen_window`` [eV].

    Raises
    ------
    DataError
        There are no spectra of O 1s, or they cannot be fitted.
    """
    check_names(options, OXYGEN_OPTIONS, RELAXATION_OPTIONS)
    series, result = oxygen_of_series(measurements, options)
    findings = fraction_findings("oxidised_oxygen_fraction", series, result.fractions, result.statistical,
                                  result.covariance)  # fmt: skip
    position = "oxidised position"
    if position in result.fit.names and position not in result.fit.at_limit:
        findings.append(
            Finding(
                quantity="oxidised_oxygen_separation",
                value=Value(*result.fit.value(position), "eV"),
                sample=series[0].sample,
                technique="photoemission",
                note="Of O^n- above lattice O2-, common to the series.",
            )
        )
    time = hold_times(series)
    return AnalysisResult(
        findings=tuple(findings),
        figures=(
            oxygen_sheet(series, result),
            *ratio_sheets("oxygen", time, result.fractions, result.statistical, result.covariance),
        ),
        messages=result.messages,
    )
