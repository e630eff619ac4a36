from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import UnknownName
from lmct.technique.electrochemistry.equilibrium_analysis import analyse_equilibrium_potential
from lmct.technique.electrochemistry.equilibrium_potential import (
    fit_equilibrium_potential,
)
from lmct.technique.electrochemistry.joint_scatter import covariances_of_means
from lmct.technique.electrochemistry.overpotential import overpotential_slope
from lmct.technique.electrochemistry.pooled_scatter import t_factor

FRACTIONS = np.array([1.0, 0.9, 0.75, 0.6, 0.45, 0.3, 0.15, 0.05])


def draw_groups(random, *, bow=0.0, noise=5e-4, mass=0.02, state=0.0, cells=4, fractions=FRACTIONS):
    """Cells on V = 3.74 + 0.5 f + 4 bow f (1 - f)."""
    groups = []
    for level in fractions:
        fraction = level * (1.0 + state * random.standard_normal(cells))
        capacity = 100.0 * fraction * (1.0 + mass * random.standard_normal(cells))
        voltage = 3.74 + 0.5 * fraction + 4.0 * bow * fraction * (1.0 - fraction)
        groups.append(np.column_stack([capacity, voltage + noise * random.standard_normal(cells)]))
    return groups


def fit_groups(groups):
    mean = np.array([group.mean(axis=0) for group in groups])
    covariance, freedom = covariances_of_means(groups)
    points = {"capacity": mean[:, 0], "voltage": mean[:, 1], "covariance": covariance}
    return fit_equilibrium_potential(**points, degrees_of_freedom=float(freedom)), points


def intercept_without_errors(bow, fractions=FRACTIONS):
    """What the method asks for: the least-squares line through the true points."""
    return np.polyfit(fractions, 3.74 + 0.5 * fractions + 4.0 * bow * fractions * (1.0 - fractions), 1)[1]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"cells": 3},
        {"noise": 5e-3},
        {"state": 0.03},
        {"noise": 1e-4, "cells": 5},
        {"bow": 5e-3},
        {"bow": 0.03},
    ],
)
def test_interval_of_the_intercept_covers_whether_or_not_the_relation_is_straight(options):
    random = np.random.default_rng(12)
    truth = intercept_without_errors(options.get("bow", 0.0))
    inside = np.zeros(2)
    for _ in range(400):
        value = fit_groups(draw_groups(random, **options))[0].equilibrium_potential
        error = abs(value.value - truth) / value.uncertainty
        inside += [error < t_factor(value.degrees_of_freedom, p) for p in (0.6827, 0.95)]
    assert 0.60 < inside[0] / 400 < 0.76
    assert 0.91 < inside[1] / 400 < 0.985


@pytest.mark.parametrize("bow", [5e-3, 10e-3, 30e-3])
def test_model_error_is_of_the_size_of_the_deviation_that_a_bow_causes(bow):
    random = np.random.default_rng(4)
    away = abs(intercept_without_errors(bow) - 3.74)
    sizes = [fit_groups(draw_groups(random, bow=bow))[0].model_error for _ in range(50)]
    assert 0.5 * away < np.median(sizes) < 3.0 * away


def test_a_straight_truth_has_a_small_model_error():
    random = np.random.default_rng(5)
    fits = [fit_groups(draw_groups(random))[0] for _ in range(50)]
    ratio = np.median([fit.model_error / fit.equilibrium_potential.uncertainty for fit in fits])
    assert ratio < 0.7


def test_a_bent_truth_is_said_to_be_bent():
    fit, _ = fit_groups(draw_groups(np.random.default_rng(0), bow=20e-3))
    assert fit.parabola_weight > 0.99
    assert fit.assessment is Assessment.POOR_FIT
    assert "a quadratic term is needed" in fit.message
    assert fit.model_error > 5.0 * fit.equilibrium_potential.uncertainty


def test_the_line_is_that_of_plain_least_squares():
    fit, points = fit_groups(draw_groups(np.random.default_rng(0), bow=20e-3))
    slope, intercept = np.polyfit(points["capacity"], points["voltage"], 1)
    assert fit.equilibrium_potential.value == pytest.approx(intercept)
    assert fit.line.coefficients[1] == pytest.approx(slope)


def test_scatter_beyond_the_errors_is_model_error():
    random = np.random.default_rng(3)
    groups = draw_groups(random)
    moved = [group + np.array([0.0, 0.02 * random.standard_normal()]) for group in groups]
    fit, _ = fit_groups(moved)
    assert "Not even a parabola fits" in fit.message
    assert fit.model_error > 3e-3


def test_intercept_does_not_depend_on_the_reference():
    """Scaling all capacities (another 100 %) changes the slope per mAh/g and nothing else."""
    groups = draw_groups(np.random.default_rng(5))
    first, _ = fit_groups(groups)
    second, _ = fit_groups([group * [1.7, 1.0] for group in groups])
    assert second.equilibrium_potential.value == pytest.approx(first.equilibrium_potential.value, abs=1e-9)
    assert second.equilibrium_potential.uncertainty == pytest.approx(
        first.equilibrium_potential.uncertainty, rel=1e-6
    )


def test_overpotential_slope_covers_with_its_reference_among_the_points():
    """The reference is the first point: its error enters slope and scale, partly cancelling."""
    from lmct.quantity.value import Value

    random = np.random.default_rng(8)
    inside = 0
    for _ in range(300):
        groups = draw_groups(random)
        fit, points = fit_groups(groups)
        whole = Value(points["capacity"][0], math.sqrt(points["covariance"][0, 0, 0]), "mAh/g", 24.0)
        slope = overpotential_slope(fit, **points, whole=whole, position=0)
        inside += abs(slope.value - 0.5) < t_factor(slope.degrees_of_freedom) * slope.uncertainty
    assert 0.62 < inside / 300 < 0.74


def test_two_conditions_are_too_few():
    assert fit_groups(draw_groups(np.random.default_rng(0), fractions=np.array([1.0, 0.5])))[0] is None


def test_three_conditions_fit_a_line_and_have_no_parabola():
    fit, _ = fit_groups(draw_groups(np.random.default_rng(0), fractions=np.array([1.0, 0.5, 0.1])))
    assert fit.parabola is None
    assert fit.parabola_weight == 0.0


@pytest.fixture
def campaign(cell):
    random = np.random.default_rng(21)
    cells = []
    for level, group in zip(FRACTIONS, draw_groups(random), strict=True):
        condition = (
            {"hold_time": 0.0}
            if level == 1.0
            else {"hold_time": 3600.0 * (1.0 - level), "hold_temperature": 393.15}
        )
        for number, (capacity, voltage) in enumerate(group):
            numbers = {
                "metal_plateau_capacity": (capacity, 0.02 * capacity),
                "open_circuit_voltage": (voltage, 1e-3),
            }
            cells.append(cell(f"f {level:g}", number, condition, numbers))
    for number in range(3):
        whole = {"metal_plateau_capacity": (102.0 * (1.0 + 0.02 * random.standard_normal()), 2.0)}
        cells.append(cell("in cycling", number, {"in_cycling": 1.0}, whole))
    return cells


def test_analysis_gives_both_findings_with_their_files(campaign):
    result = analyse_equilibrium_potential(campaign, {})
    potential, error, slope, *voltages = result.findings
    assert [one.quantity for one in (potential, error, slope)] == [
        "equilibrium_potential",
        "equilibrium_potential_model_error",
        "overpotential_slope",
    ]
    assert [one.sample for one in voltages] == [f"f {level:g}" for level in FRACTIONS]
    for one, level in zip(voltages, FRACTIONS, strict=True):
        assert abs(one.value.value - 3.74 - 0.5 * level) < 4.0 * one.value.uncertainty
    assert abs(potential.value.value - 3.74) < 3.0 * potential.value.uncertainty
    assert slope.value.value == pytest.approx(0.51, abs=3.0 * slope.value.uncertainty)
    assert potential.value.unit == "V"
    assert potential.source_file.count(";") == len(campaign) - 1
    assert "model" in potential.note
    assert [sheet.paper_figure for sheet in result.figures] == ["6e", "6f"]


def test_cells_without_a_reference_or_too_few_conditions_end_in_a_sentence(campaign):
    assert "too few data" in analyse_equilibrium_potential(campaign[:8], {}).messages[-1]
    heated = [one for one in campaign if one.condition.get("hold_time", 0.0) > 0.0]
    assert "no unheated or in-cycling reference" in analyse_equilibrium_potential(heated, {}).messages[-1]


def test_one_cell_per_condition_uses_what_the_cells_state(campaign):
    single = [one for one in campaign if one.name.endswith(" 0")]
    result = analyse_equilibrium_potential(single, {})
    assert any("One cell per condition" in text for text in result.messages)
    assert 5e-4 < result.findings[0].value.uncertainty < 2e-2


def test_unknown_options_are_refused(campaign):
    with pytest.raises(UnknownName, match="include_in_cycling"):
        analyse_equilibrium_potential(campaign, {"include_incycling": False})
