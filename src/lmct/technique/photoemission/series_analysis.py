"""Analyses of heating series: fractions with errors, changes, rate laws, charge balance, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import MissingColumn, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.relaxation.fit import RelaxationData, fit_relaxation
from lmct.relaxation.heating import heating_intervals
from lmct.relaxation.laws import laws_for
from lmct.relaxation.rate_law import ATTEMPT_FREQUENCY
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.option import number_option, text_option
from lmct.technique.photoemission.charge_balance import ChargeBalance, charge_balance
from lmct.technique.photoemission.dataset import spectrum_of_region
from lmct.technique.photoemission.figure_ratios import charge_sheet, ratio_sheet
from lmct.technique.photoemission.figure_series import nickel_sheet, oxygen_sheet
from lmct.technique.photoemission.nickel_series import NickelResult, fit_nickel
from lmct.technique.photoemission.oxygen_series import OxygenResult, fit_oxygen
from lmct.technique.photoemission.reference_fit import ENERGY_PRIOR
from lmct.technique.photoemission.request import (
    CHARGE_OPTIONS,
    NICKEL_OPTIONS,
    NICKEL_WINDOW,
    OXYGEN_OPTIONS,
    OXYGEN_WINDOW,
    RELAXATION_OPTIONS,
    charge_model,
    check_names,
    oxygen_model,
    relaxation_laws,
    wants_systematics,
    window,
)
from lmct.technique.photoemission.series_data import SpectrumData

NICKEL, OXYGEN = "Ni 2p", "O 1s"
UNBALANCED = 0.01


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
    series, result = _nickel(measurements, options)
    findings = _fraction_findings("nickel_2_fraction", series, result.fractions, result.statistical,
                                  result.covariance)  # fmt: skip
    left = 1.0 - result.fractions
    rates, said = _rate_findings("nickel_2_fraction", series, left, result.statistical, options)
    time = _hold_times(series)
    return AnalysisResult(
        findings=(*findings, *rates),
        figures=(
            nickel_sheet(series, result),
            ratio_sheet("nickel", time, result.fractions, result.statistical, result.covariance),
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
    series, result = _oxygen(measurements, options)
    findings = _fraction_findings("oxidised_oxygen_fraction", series, result.fractions, result.statistical,
                                  result.covariance)  # fmt: skip
    separation = result.fit.names.count("oxidised position")
    if separation:
        findings.append(
            Finding(
                quantity="oxidised_oxygen_separation",
                value=Value(*result.fit.value("oxidised position"), "eV"),
                sample=series[0].sample,
                technique="photoemission",
                note="Of O^n- above lattice O2-, common to the series.",
            )
        )
    time = _hold_times(series)
    return AnalysisResult(
        findings=tuple(findings),
        figures=(
            oxygen_sheet(series, result),
            ratio_sheet("oxygen", time, result.fractions, result.statistical, result.covariance),
        ),
        messages=result.messages,
    )


def analyse_charge(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return electrons gained by nickel, holes gained by oxygen, and whether they agree.

    Parameters
    ----------
    measurements
        Files with both regions, and the references.
    options
        Those of both series and of :class:`ChargeModel`.

    Raises
    ------
    DataError
        A region or reference is missing, or spectra cannot be fitted.
    """
    check_names(options, NICKEL_OPTIONS, OXYGEN_OPTIONS, CHARGE_OPTIONS)
    model = charge_model(options)
    references = {text_option(options, name, "") for name in NICKEL_OPTIONS[:2]}
    both = [
        one
        for one in measurements
        if one.name in references
        or (spectrum_of_region(one, NICKEL) is not None and spectrum_of_region(one, OXYGEN) is not None)
    ]
    series, nickel = _nickel(both, options)
    _, oxygen = _oxygen([one for one in both if one.name not in references], options)
    balance = charge_balance(
        nickel_fractions=nickel.fractions,
        nickel_covariance=nickel.covariance,
        oxygen_fractions=oxygen.fractions,
        oxygen_covariance=oxygen.covariance,
        model=model,
    )
    messages = list(dict.fromkeys((*nickel.messages, *oxygen.messages)))
    if balance.probability < UNBALANCED:
        messages.append(
            f"electrons on nickel and holes on oxygen do not balance (chi square {balance.chi_square:.1f} for"
            f" {balance.degrees_of_freedom}, p = {balance.probability:.1g}): charge left the sample, or an"
            " oxidised oxygen holds another number of holes than assumed."
        )
    return AnalysisResult(
        findings=tuple(_balance_findings(series, balance)),
        figures=(charge_sheet(_hold_times(series), balance),),
        messages=tuple(messages),
    )


def _balance_findings(series: Sequence[Measurement], balance: ChargeBalance) -> Iterable[Finding]:
    about = {"sample": series[0].sample, "technique": "photoemission"}
    for place, one in enumerate(series):
        if not place:
            continue
        condition = _condition(one)
        for quantity, values, spreads in (
            ("electrons_gained_by_nickel", balance.electrons, balance.electrons_uncertainty),
            ("holes_gained_by_oxygen", balance.holes, balance.holes_uncertainty),
        ):
            value = Value(float(values[place]), float(spreads[place]), "1/f.u.")
            yield Finding(quantity=quantity, value=value, condition=condition, **about)
    yield Finding(
        quantity="charge_balance_probability",
        value=Value(balance.probability, 0.0),
        note=f"Chi square {balance.chi_square:.2f} for {balance.degrees_of_freedom} degrees of freedom.",
        **about,
    )
    yield Finding(
        quantity="holes_per_oxidised_oxygen",
        value=Value(balance.holes_per_oxygen, balance.holes_per_oxygen_uncertainty),
        note="That would balance electrons and holes best.",
        **about,
    )


def _nickel(
    measurements: Sequence[Measurement], options: Mapping[str, Any]
) -> tuple[list[Measurement], NickelResult]:
    low, high = window(options, "nickel_window", NICKEL_WINDOW)
    names = [text_option(options, name, "") for name in NICKEL_OPTIONS[:2]]
    by_name = {one.name: one for one in measurements}
    references = []
    for option, name in zip(NICKEL_OPTIONS[:2], names, strict=True):
        if not name:
            raise OutOfRange(
                f"the analysis of Ni 2p needs the option {option}. Expected the measurement of that"
                " reference. Add it to the study."
            )
        if name not in by_name:
            raise unknown_name("measurement of photoemission", name, by_name)
        references.append(_needed(by_name[name], NICKEL))
    series, spectra = _series([one for one in measurements if one.name not in names], NICKEL)
    result = fit_nickel(
        [one.clipped(low, high) for one in spectra],
        references[0].clipped(low, high),
        references[1].clipped(low, high),
        end_width=number_option(options, "end_width", 1.5, low=0.2, high=10.0),
        energy_uncertainty=number_option(options, "reference_energy_uncertainty", ENERGY_PRIOR, high=1.0),
    )
    return series, result


def _oxygen(
    measurements: Sequence[Measurement], options: Mapping[str, Any]
) -> tuple[list[Measurement], OxygenResult]:
    low, high = window(options, "oxygen_window", OXYGEN_WINDOW)
    series, spectra = _series(measurements, OXYGEN)
    clipped = [one.clipped(low, high) for one in spectra]
    return series, fit_oxygen(clipped, oxygen_model(options), systematics=wants_systematics(options))


def _needed(measurement: Measurement, region: str) -> SpectrumData:
    found = spectrum_of_region(measurement, region)
    if found is None:
        raise MissingColumn(
            f"{measurement.name} has no spectrum of {region}. Expected one. Name its region in the file or in"
            f' a column map: columns = {{ ..., region = "{region}" }}.'
        )
    return found


def _series(measurements: Sequence[Measurement], region: str) -> tuple[list[Measurement], list[SpectrumData]]:
    """Return the measurements with a region, in the order of their heating time."""
    found = [(one, data) for one in measurements if (data := spectrum_of_region(one, region)) is not None]
    if not found:
        raise MissingColumn(
            f"none of the {len(measurements)} measurements has a spectrum of {region}. Expected one at least."
            " Name the regions in the files or in column maps."
        )
    found.sort(key=lambda pair: pair[0].condition.get("hold_time", 0.0))
    return [one for one, _ in found], [data for _, data in found]


def _hold_times(series: Sequence[Measurement]) -> Float[np.ndarray, "spectrum"]:
    return np.array([one.condition.get("hold_time", 0.0) for one in series])


def _condition(one: Measurement) -> str:
    time, temperature = one.condition.get("hold_time", 0.0), one.condition.get("hold_temperature")
    if time <= 0.0:
        return "not heated"
    return f"{time:g} s" if temperature is None else f"{temperature - 273.15:.0f} degC, {time:g} s"


def _fraction_findings(
    quantity: str,
    series: Sequence[Measurement],
    fractions: Float[np.ndarray, "spectrum"],
    statistical: Float[np.ndarray, "spectrum spectrum"],
    covariance: Float[np.ndarray, "spectrum spectrum"],
) -> list[Finding]:
    """Return each fraction, and each change against the first sample with its own correlated error."""
    found = []
    for place, one in enumerate(series):
        counted, total = statistical[place, place], covariance[place, place]
        about = {
            "sample": one.sample,
            "technique": "photoemission",
            "condition": _condition(one),
            "source_file": one.source_file,
            "source_sha256": one.source_sha256,
        }
        note = f"Of the counts alone: {counted**0.5:.2g}. Systematic: {max(total - counted, 0.0) ** 0.5:.2g}."
        value = Value(float(fractions[place]), float(total**0.5))
        found.append(Finding(quantity=quantity, value=value, note=note, **about))
        if place:
            change = np.zeros(len(series))
            change[0], change[place] = -1.0, 1.0
            variance = float(change @ covariance @ change)
            value = Value(float(change @ fractions), max(variance, 0.0) ** 0.5)
            note = f"Since {series[0].name}; errors common to both cancel."
            found.append(Finding(quantity=f"{quantity}_change", value=value, note=note, **about))
    return found


def _rate_findings(
    quantity: str,
    series: Sequence[Measurement],
    left: Float[np.ndarray, "spectrum"],
    statistical: Float[np.ndarray, "spectrum spectrum"],
    options: Mapping[str, Any],
) -> tuple[list[Finding], list[str]]:
    """Return the parameters of rate laws of what is left."""
    heated = [one for one in series if one.condition.get("hold_time", 0.0) > 0.0]
    if any("hold_temperature" not in one.condition for one in heated) or len(heated) < 3:
        return [], ["too few heated samples with hold_time and hold_temperature for a rate law."]
    heatings = tuple(
        heating_intervals(
            hold_time=one.condition.get("hold_time", 0.0),
            hold_temperature=one.condition.get("hold_temperature", 298.15),
        )
        for one in series
    )
    data = RelaxationData(heating=heatings, capacity=left, uncertainty=np.sqrt(np.diag(statistical)))
    found, said = [], []
    for law in laws_for(heatings, ATTEMPT_FREQUENCY, relaxation_laws(options)):
        fit = fit_relaxation(law, data)
        if fit is None:
            said.append(f"{law.name}: not more samples than parameters.")
            continue
        said.append(fit.message)
        for name in law.parameters:
            found.append(
                Finding(
                    quantity=f"{quantity}_{name}",
                    value=Value(*fit.value(name)),
                    sample=series[0].sample,
                    technique="photoemission",
                    condition=law.name,
                    note=fit.message,
                )
            )
    return found, said
