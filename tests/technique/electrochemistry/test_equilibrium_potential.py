from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.errors import UnknownName
from lmct.technique.electrochemistry.assessment import Assessment
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


def fit_groups(groups, **options):
    mean = np.array([group.mean(axis=0) for group in groups])
    covariance, freedom = covariances_of_means(groups)
    points = {"capacity": mean[:, 0], "voltage": mean[:, 1], "covariance": covariance}
    return fit_equilibrium_potential(**points, degrees_of_freedom=float(freedom), **options), points


def coverage(draws, truth=3.74, **options):
    random = np.random.default_rng(12)
    model_error = options.pop("model_error", True)
    inside = np.zeros(2)
    for _ in range(draws):
        fit, _ = fit_groups(draw_groups(random, **options), model_error=model_error)
        value = fit.equilibrium_potential
        error = abs(value.value - truth) / value.uncertainty
        inside += [error < t_factor(value.degrees_of_freedom, p) for p in (0.6827, 0.95)]
    return inside / draws


@pytest.mark.parametrize(
    "options", [{}, {"cells": 3}, {"noise": 2e-3}, {"state": 0.03}, {"noise": 1e-4, "cells": 5}]
)
def test_statistical_interval_of_the_line_covers(options):
    inside68, inside95 = coverage(400, model_error=False, **options)
    assert 0.62 < inside68 < 0.74
    assert 0.91 < inside95 < 0.98


@pytest.mark.parametrize("options", [{}, {"noise": 2e-3}, {"state": 0.03}])
def test_interval_with_model_error_covers_a_true_line(options):
    """The doubt about a parabola widens it a little, never narrows it."""
    inside68, inside95 = coverage(400, **options)
    assert 0.64 < inside68 < 0.80
    assert 0.93 < inside95 < 0.995


@pytest.mark.parametrize("bow", [2e-3, 5e-3, 10e-3, 30e-3])
def test_interval_with_model_error_covers_a_bent_truth(bow):
    """Without the model error the line misses a bow of 10 mV by many standard deviations."""
    inside68, inside95 = coverage(200, bow=bow)
    assert inside68 > 0.55
    assert inside95 > 0.85
    if bow >= 10e-3:
        assert coverage(200, bow=bow, model_error=False)[1] < 0.5


def test_a_bent_truth_is_said_to_be_bent():
    fit, _ = fit_groups(draw_groups(np.random.default_rng(0), bow=20e-3))
    assert fit.parabola_weight > 0.99
    assert fit.equal_weights
    assert fit.assessment is Assessment.POOR_FIT
    assert "a quadratic term is needed" in fit.message
    assert fit.model_uncertainty > 5.0 * fit.statistical_uncertainty


def test_equal_weights_give_the_plain_least_squares_line():
    fit, points = fit_groups(draw_groups(np.random.default_rng(0), bow=20e-3))
    slope, intercept = np.polyfit(points["capacity"], points["voltage"], 1)
    assert fit.equilibrium_potential.value == pytest.approx(intercept)
    assert fit.line.coefficients[1] == pytest.approx(slope)


def test_scatter_beyond_the_errors_widens_the_interval():
    random = np.random.default_rng(3)
    groups = draw_groups(random)
    moved = [group + np.array([0.0, 0.02 * random.standard_normal()]) for group in groups]
    fit, _ = fit_groups(moved, model_error=False)
    assert "Not even a parabola fits" in fit.message
    assert fit.equilibrium_potential.uncertainty > 3e-3
    assert fit.equilibrium_potential.degrees_of_freedom == 5.0


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
        fit, points = fit_groups(groups, model_error=False)
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
    potential, slope = result.findings
    assert (potential.quantity, slope.quantity) == ("equilibrium_potential", "overpotential_slope")
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
    with pytest.raises(UnknownName, match="model_error"):
        analyse_equilibrium_potential(campaign, {"modelerror": False})
