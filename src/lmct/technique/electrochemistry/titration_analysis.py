"""Titration of the couples over the conditions of a study: means, rearrangement, conservation, trends."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.electrochemistry.boundary import with_observed_boundary
from lmct.technique.electrochemistry.cells import CellGroup, finding_of, groups_from_measurements
from lmct.technique.electrochemistry.pooled_scatter import (
    CONTRADICTION,
    PooledScatter,
    pooled_scatter_from_groups,
)
from lmct.technique.electrochemistry.series import reference_group, series_from_groups, sharply_divided
from lmct.technique.electrochemistry.significance import conservation_probability, trend_probability
from lmct.technique.electrochemistry.sources import group_finding
from lmct.technique.electrochemistry.titration import (
    LEAST_SIGNIFICANCE,
    covariance_of_mean,
    freedom_of_mean,
    rearrangement_from_groups,
    remaining_fraction,
)
from lmct.technique.option import refuse_unknown

QUANTITIES = ("metal_plateau_capacity", "oxygen_plateau_capacity")
COLUMNS = (*QUANTITIES, "total_plateau_capacity")


def analyse_titration(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Compare the plateaus of all conditions.

    Parameters
    ----------
    measurements
        Cells of several conditions.
    options
        None exists.

    Returns
    -------
    :
        Findings of every condition and of every series, figures, messages.

    Raises
    ------
    UnknownName
        An option was given.
    """
    refuse_unknown(options, [], technique="electrochemistry")
    bare, messages = groups_from_measurements(measurements, QUANTITIES)
    widened, contradictions = with_observed_boundary(bare)
    groups = tuple(_with_total(one) for one in widened)
    messages = (*messages, *contradictions)
    if not groups:
        return AnalysisResult(messages=(*messages, "Titration: no cell has both plateaus."))
    unit = _unit(groups[0])
    scatter, remarks = _scatter(groups)
    findings = list(_mean_findings(groups, scatter, unit))
    whole, start = (reference_group(groups, prefer=role) for role in ("in_cycling", "unheated"))
    if whole is None or start is None:
        remarks.append(
            "Titration: no unheated or in-cycling reference, so no remaining fraction or rearrangement."
        )
    else:
        findings += _fraction_findings(groups, whole, scatter)
        findings += _rearrangement_findings(groups, start, scatter, unit, remarks)
    findings += _test_findings(groups, scatter)
    from lmct.technique.electrochemistry.figure_titration import titration_sheets

    return AnalysisResult(
        tuple(findings),
        titration_sheets(groups, unit),
        (*messages, *_mixed_states(measurements), *remarks),
    )


def _with_total(group: CellGroup) -> CellGroup:
    return CellGroup(
        group.sample,
        group.role,
        group.hold_time,
        group.hold_temperature,
        group.measurements,
        np.column_stack([group.values, group.values.sum(axis=1)]),
        group.boundary,
    )


def _unit(group: CellGroup) -> str:
    found = finding_of(group.measurements[0], QUANTITIES[0])
    return "" if found is None else found.value.unit


def _scatter(groups: tuple[CellGroup, ...]) -> tuple[PooledScatter, list[str]]:
    """Pool the scatter; without two cells in any condition take the uncertainty of a single cell instead."""
    pooled = pooled_scatter_from_groups(
        groups=[one.values for one in sharply_divided(groups)], relative=[True] * 3
    )
    remarks = []
    few = [one.sample for one in groups if one.cells < 3]
    if few:
        remarks.append(f"Fewer than three cells, so their own scatter says little: {', '.join(few)}.")
    if pooled.degrees_of_freedom == 0:
        remarks.append(
            "One cell per condition: scatter is unknown, the uncertainties of the single cells are used."
        )
        return _single_cell_scatter(groups), remarks
    for column, probability in enumerate(pooled.equal_probability):
        if probability < CONTRADICTION:
            spread = [float(np.std(one.values[:, column]) / abs(one.mean[column])) for one in groups]
            worst = groups[int(np.argmax(spread))]
            remarks.append(
                f"The conditions contradict one common relative scatter of {COLUMNS[column]} (Bartlett p ="
                f" {probability:.1g}; largest in {worst.sample!r}): pooled uncertainties are too small there."
            )
    return pooled, remarks


def _single_cell_scatter(groups: tuple[CellGroup, ...]) -> PooledScatter:
    """Return the uncertainties that the cells state, taken as fully common to both plateaus (mass)."""
    stated = []
    for quantity in QUANTITIES:
        found = [(finding_of(one.measurements[0], quantity), one.mean) for one in groups]
        column = QUANTITIES.index(quantity)
        relative = [f.value.uncertainty / m[column] for f, m in found if f is not None and m[column] > 0.0]
        stated.append(float(np.median(relative)) if relative else 0.0)
    common = np.array([*stated, max(stated)])
    return PooledScatter(np.outer(common, common), np.ones(3, dtype=bool), math.inf, np.full(3, np.nan))


def _mean_findings(groups: tuple[CellGroup, ...], scatter: PooledScatter, unit: str) -> Iterator[Finding]:
    for group in groups:
        deviation = np.sqrt(np.diag(covariance_of_mean(group, scatter)))
        for column, quantity in enumerate(COLUMNS):
            shared = float(scatter.degrees_of_freedom)
            freedom = shared if column == len(COLUMNS) - 1 else freedom_of_mean(group, scatter)
            value = Value(float(group.mean[column]), float(deviation[column]), unit, freedom)
            share = math.sqrt(scatter.covariance[column, column])
            own = float(np.std(group.values[:, column], ddof=1)) if group.cells > 1 else math.nan
            note = (
                f"Mean of {group.cells} cells, their own s.d. {own:.3g} {unit}; uncertainty of the mean from"
                f" the relative scatter of {share:.2%} pooled over all conditions"
                + (" and from the cells' own scatter." if freedom < shared else ".")
            )
            yield group_finding(quantity, value, [group], group.label, sample=group.sample, note=note)


def _fraction_findings(
    groups: tuple[CellGroup, ...], whole: CellGroup, scatter: PooledScatter
) -> Iterator[Finding]:
    note = f"Metal plateau over that of {whole.sample!r}, whose error is common to all fractions."
    for group in groups:
        value = remaining_fraction(group, whole, scatter)
        yield group_finding(
            "remaining_metal_fraction", value, [group, whole], group.label, sample=group.sample, note=note
        )


def _rearrangement_findings(
    groups: tuple[CellGroup, ...], start: CellGroup, scatter: PooledScatter, unit: str, remarks: list[str]
) -> Iterator[Finding]:
    vague = []
    for group in groups:
        if group.role != "heated":
            continue
        moved = rearrangement_from_groups(group, start, scatter, unit)
        numbers = {
            "rearranged_metal_capacity": moved.metal,
            "rearranged_oxygen_capacity": moved.oxygen,
            "rearranged_total_capacity": moved.total,
            "conversion_yield": moved.conversion_yield,
        }
        low, high = moved.yield_interval
        notes = {
            "conversion_yield": "Oxygen gained over metal lost; 68 % interval (Fieller)"
            f" {low:.3f} to {high:.3f}."
        }
        if moved.conversion_yield is None:
            vague.append(group.sample)
        for quantity, value in numbers.items():
            if value is not None:
                note = notes.get(quantity, f"Mean minus that of {start.sample!r}.")
                yield group_finding(
                    quantity, value, [group, start], group.label, sample=group.sample, note=note
                )
    if vague:
        remarks.append(
            f"No conversion yield for {', '.join(vague)}: the metal lost less than"
            f" {LEAST_SIGNIFICANCE:g} standard uncertainties."
        )


def _test_findings(groups: tuple[CellGroup, ...], scatter: PooledScatter) -> Iterator[Finding]:
    """Yield probabilities: of equal totals, and of no trend in each series."""
    probability = conservation_probability(groups, scatter, 2)
    note = "Probability of totals that differ as much if all are the same (analysis of variance)."
    if math.isfinite(probability):
        yield group_finding(
            "total_conservation_p_value", _probability_value(probability), groups, "all conditions", note=note
        )
    for series in series_from_groups(groups):
        where = f"against {series.variable} at {series.fixed}"
        for column, rising, words in ((0, False, "falls"), (1, True, "rises")):
            value = _probability_value(trend_probability(series.groups, column, rising=rising))
            quantity = f"{COLUMNS[column].split('_')[0]}_trend_p_value"
            text = f"One-sided probability of no trend (Kendall, all cells); small: the capacity {words}."
            yield group_finding(quantity, value, series.groups, where, note=text)


def _probability_value(probability: float) -> Value:
    """Return a probability to two digits: more mean nothing."""
    return Value(float(f"{probability:.2g}"), 0.0)


def _mixed_states(measurements: Sequence[Measurement]) -> tuple[str, ...]:
    """Warn when cells were charged to different states: they must not be pooled."""
    messages = []
    for key, unit in (("charge_voltage", "V"), ("charge_capacity", "mAh/g")):
        states = sorted({one.condition[key] for one in measurements if key in one.condition})
        if len(states) > 1:
            listed = ", ".join(f"{state:g} {unit}" for state in states)
            messages.append(f"Cells of different {key} are compared: {listed}. Use one analysis for each.")
    return tuple(messages)
