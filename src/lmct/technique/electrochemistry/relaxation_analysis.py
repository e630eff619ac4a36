"""Relaxation kinetics over the conditions of a titration: stretched exponential and Marcus law."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.assessment import Assessment
from lmct.quantity.constants import ZERO_CELSIUS
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.relaxation.fit import (
    RelaxationData,
    RelaxationFit,
    fit_relaxation,
)
from lmct.relaxation.heating import heating_intervals
from lmct.relaxation.laws import DEFAULT_LAWS, laws_for
from lmct.relaxation.profile_likelihood import profile_interval
from lmct.relaxation.rate_law import ATTEMPT_FREQUENCY
from lmct.relaxation.remaining_time import time_left
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.electrochemistry.boundary import with_observed_boundary
from lmct.technique.electrochemistry.cells import CellGroup, duration_text, groups_from_measurements
from lmct.technique.electrochemistry.pooled_scatter import pooled_scatter_from_groups
from lmct.technique.electrochemistry.series import reference_group, sharply_divided
from lmct.technique.electrochemistry.sources import group_finding
from lmct.technique.option import number_option, refuse_unknown

CAPACITY = "metal_plateau_capacity"
MASS_UNCERTAINTY = 0.02
"""Relative uncertainty of a capacity when there is one cell per condition [1]."""

PARAMETERS = {
    "stretching_exponent": "",
    "activation_energy": "eV",
    "first_barrier": "eV",
    "barrier_rise": "eV",
}
"""Parameters of the laws that become findings, with their units."""


def analyse_relaxation(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fit rate laws to the metal capacities of all conditions.

    Parameters
    ----------
    measurements
        Cells of several conditions.
    options
        ``thermal_lag`` [s] (0): time constant with which the samples warm up; ``attempt_frequency`` [1/s]
        (1e13): what a barrier is stated for when there is one temperature only; ``laws``: names out of
        :data:`~lmct.relaxation.laws.LAWS`.

    Returns
    -------
    :
        Findings of both laws, a figure, messages about what cannot be told.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, ["thermal_lag", "attempt_frequency", "laws"], technique="electrochemistry")
    lag = number_option(options, "thermal_lag", 0.0)
    frequency = number_option(options, "attempt_frequency", ATTEMPT_FREQUENCY, low=1.0, high=1e20)
    bare, messages = groups_from_measurements(measurements, [CAPACITY])
    groups, contradictions = with_observed_boundary(bare)
    messages = (*messages, *contradictions)
    start = reference_group(groups, prefer="unheated")
    chosen = tuple(one for one in groups if one.role == "heated" or one is start)
    if start is None or len(chosen) < 4:
        text = f"Relaxation: {Assessment.TOO_FEW_DATA}: a reference and three heated conditions are needed."
        return AnalysisResult(messages=(*messages, text))
    data = data_from_groups(chosen, lag)
    laws = laws_for(data.heating, frequency, options.get("laws", DEFAULT_LAWS))
    fits = [fit for fit in (fit_relaxation(law, data) for law in laws) if fit is not None]
    findings = [finding for fit in fits for finding in _findings(fit, data, chosen)]
    remarks = [fit.message for fit in fits if fit.assessment is not Assessment.GOOD]
    if len(fits) < len(laws):
        remarks.append(f"Relaxation: {Assessment.TOO_FEW_DATA} for some laws ({len(chosen)} conditions).")
    if len({round(one.hold_temperature, 1) for one in chosen if one.role == "heated"}) == 1:
        remarks.append(
            "One temperature only: the activation energy is not determined, and barriers hold for the attempt"
            f" frequency of {frequency:.1e} 1/s alone."
        )
    from lmct.technique.electrochemistry.figure_relaxation import relaxation_sheets

    return AnalysisResult(tuple(findings), relaxation_sheets(data, fits, chosen), (*messages, *remarks))


def data_from_groups(groups: Sequence[CellGroup], thermal_lag: float) -> RelaxationData:
    """Return mean capacities with their pooled uncertainties.

    Parameters
    ----------
    groups
        Conditions, the unheated reference among them.
    thermal_lag
        Of the samples [s].

    Returns
    -------
    :
        Data of the fit.
    """
    scatter = pooled_scatter_from_groups(
        groups=[one.values for one in sharply_divided(groups)], relative=[True]
    )
    known = scatter.degrees_of_freedom > 0
    relative = math.sqrt(float(scatter.covariance[0, 0])) if known else MASS_UNCERTAINTY
    mean = np.array([float(one.mean[0]) for one in groups])
    boundary = np.array([one.boundary for one in groups])
    return RelaxationData(
        heating=tuple(
            heating_intervals(
                hold_time=one.hold_time, hold_temperature=one.hold_temperature, thermal_lag=thermal_lag
            )
            for one in groups
        ),
        capacity=mean,
        uncertainty=np.hypot(relative * mean, boundary) / np.sqrt([one.cells for one in groups]),
        degrees_of_freedom=float(scatter.degrees_of_freedom) if known else math.inf,
    )


def _findings(fit: RelaxationFit, data: RelaxationData, groups: Sequence[CellGroup]) -> Iterator[Finding]:
    freedom = data.degrees_of_freedom if fit.scale == 1.0 else float(fit.degrees_of_freedom)
    verdict = f"Assessment: {fit.assessment} ({fit.message})"
    for name, unit in PARAMETERS.items():
        if name in fit.law.parameters:
            number, width = fit.value(name)
            low, high = profile_interval(fit, data, name)
            note = f"68 % by profile likelihood: {low:.4g} to {high:.4g}{unit and ' '}{unit}. {verdict}"
            yield group_finding(name, Value(number, width, unit, freedom), groups, fit.law.name, note=note)
    shares = {"half_life": 0.5}
    if "stretching_exponent" in fit.law.parameters:
        shares["relaxation_time_constant"] = math.exp(-1.0)
    for temperature in sorted({round(one.hold_temperature, 2) for one in groups if one.role == "heated"}):
        where = f"{fit.law.name}, {temperature - ZERO_CELSIUS:.4g} °C"
        for quantity, share in shares.items():
            found = time_left(fit, temperature=temperature, share=share, degrees_of_freedom=freedom)
            if found is not None:
                interval = f"{duration_text(found.low)} to {duration_text(found.high)}"
                note = f"{share:.0%} left; 68 % interval {interval}. {verdict}"
                yield group_finding(quantity, found.value, groups, where, note=note)
