"""Equilibrium potential from the cells of a titration: grouping, fit, findings and figure sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.assessment import Assessment
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.electrochemistry.boundary import with_observed_boundary
from lmct.technique.electrochemistry.cells import CellGroup, finding_of, groups_from_measurements
from lmct.technique.electrochemistry.equilibrium_points import (
    CAPACITY,
    VOLTAGE,
    EquilibriumPoints,
    points_from_groups,
    whole_capacity,
)
from lmct.technique.electrochemistry.equilibrium_potential import (
    MINIMUM_CONDITIONS,
    EquilibriumFit,
    fit_equilibrium_potential,
)
from lmct.technique.electrochemistry.overpotential import overpotential_slope
from lmct.technique.electrochemistry.series import reference_group
from lmct.technique.electrochemistry.sources import group_finding
from lmct.technique.option import refuse_unknown, switch_option

NAME = "equilibrium_potential"


def analyse_equilibrium_potential(
    measurements: Sequence[Measurement], options: Mapping[str, Any]
) -> AnalysisResult:
    """Extrapolate the open-circuit voltage to no remaining metal capacity.

    Parameters
    ----------
    measurements
        Cells of several conditions, with a rest before their discharge.
    options
        ``include_in_cycling`` (false): fit the cell that was never taken apart too, when it has a rest.

    Returns
    -------
    :
        Findings ``equilibrium_potential``, ``equilibrium_potential_model_error``, ``overpotential_slope`` and
        the mean ``open_circuit_voltage`` of every condition; two figures; messages.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, ["include_in_cycling"], technique="electrochemistry")
    include = switch_option(options, "include_in_cycling", False)
    everything, _ = groups_from_measurements(measurements, [CAPACITY])
    reference = reference_group(everything, prefer="in_cycling")
    fitted = [one for one in measurements if finding_of(one, VOLTAGE) is not None]
    groups, messages = groups_from_measurements(fitted, [CAPACITY, VOLTAGE])
    groups, contradictions = with_observed_boundary(groups)
    messages = (*messages, *contradictions)
    groups = tuple(one for one in groups if include or one.role != "in_cycling")
    if len(groups) < MINIMUM_CONDITIONS:
        text = (
            f"Equilibrium potential: {Assessment.TOO_FEW_DATA}, {len(groups)} conditions have both numbers."
        )
        return AnalysisResult(
            messages=(*messages, f"{text} Three are needed, four to judge whether a line will do.")
        )
    points, remark = points_from_groups(groups)
    fit = fit_equilibrium_potential(
        capacity=points.capacity,
        voltage=points.voltage,
        covariance=points.covariance,
        degrees_of_freedom=points.degrees_of_freedom,
    )
    if fit is None or reference is None:
        return AnalysisResult(
            messages=(*messages, "Equilibrium potential: no unheated or in-cycling reference.")
        )
    whole = whole_capacity(reference, everything)
    findings = _findings(fit, points, whole, reference)
    from lmct.technique.electrochemistry.figure_equilibrium import equilibrium_sheets

    sheets: tuple[FigureSheet, ...] = equilibrium_sheets(points, fit, whole)
    dominates = fit.model_error > fit.equilibrium_potential.uncertainty
    trouble = (f"Equilibrium potential: {_verdict(fit)}",) if dominates else ()
    return AnalysisResult(findings, sheets, (*messages, *remark, *trouble))


def _findings(
    fit: EquilibriumFit, points: EquilibriumPoints, whole: Value, reference: CellGroup
) -> tuple[Finding, ...]:
    position = next((k for k, one in enumerate(points.groups) if one.sample == reference.sample), None)
    slope = overpotential_slope(
        fit,
        capacity=points.capacity,
        voltage=points.voltage,
        covariance=points.covariance,
        whole=whole,
        position=position,
    )
    condition = f"open-circuit voltage of {len(points.groups)} conditions against metal capacity"
    used = (*points.groups, reference)
    shape = f"Slope of the line times the metal capacity of {reference.sample!r} (fraction 1)."
    error = Value(fit.model_error, 0.0, "V")
    return (
        group_finding(
            "equilibrium_potential", fit.equilibrium_potential, used, condition, note=_verdict(fit)
        ),
        group_finding("equilibrium_potential_model_error", error, used, condition, note=fit.message),
        group_finding("overpotential_slope", slope, used, condition, note=shape),
        *_voltages(points),
    )


def _verdict(fit: EquilibriumFit) -> str:
    """Say how well the intercept is known, statistics and model apart."""
    statistical = fit.equilibrium_potential.uncertainty
    words = "dominates" if fit.model_error > statistical else "is smaller"
    return (
        "Intercept of the least-squares line, not the potential of an electrode that is wholly relaxed."
        f" Statistical uncertainty {statistical * 1e3:.1f} mV; the model error of the straight line,"
        f" {fit.model_error * 1e3:.1f} mV, {words}. {fit.message} Assessment: {fit.assessment}."
    )


def _voltages(points: EquilibriumPoints) -> tuple[Finding, ...]:
    """Return the mean open-circuit voltage of every condition."""
    deviations = np.sqrt(points.covariance[:, 1, 1])
    return tuple(
        group_finding(
            VOLTAGE,
            Value(float(voltage), float(deviation), "V", points.degrees_of_freedom),
            (group,),
            group.label,
            sample=group.sample,
            note=f"Mean of {group.cells} cells after their rest; scatter pooled over all conditions.",
        )
        for group, voltage, deviation in zip(points.groups, points.voltage, deviations, strict=True)
    )
