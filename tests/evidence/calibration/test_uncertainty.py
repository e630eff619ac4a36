"""Uncertainties of linear problems whose covariance is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.evidence.calibration.problem import Block
from lmct.evidence.calibration.uncertainty import (
    BOUNDS_VARIANCE,
    correlation_length_from_residuals,
    spread_from_jacobian,
)


def spread(jacobian, residuals, label="targets", noise=1.0):
    blocks = [Block(label, slice(0, len(residuals)), noise)]
    return spread_from_jacobian(jacobian=jacobian, residuals=residuals, blocks=blocks)


def test_a_well_determined_problem_has_the_covariance_of_least_squares():
    random = np.random.default_rng(1)
    jacobian = random.normal(size=(200, 3)) * np.array([100.0, 50.0, 200.0])
    found = spread(jacobian, np.zeros(200))
    expected = np.linalg.inv(jacobian.T @ jacobian)
    assert found.statistical == pytest.approx(expected, rel=1e-3, abs=1e-9)
    assert found.with_model_error == pytest.approx(found.statistical)
    assert not found.flat_directions()


def test_misfit_beyond_the_noise_widens_the_second_covariance_only():
    random = np.random.default_rng(2)
    jacobian = random.normal(size=(400, 2)) * 1000.0
    residuals = 5.0 * random.normal(size=400)
    found = spread(jacobian, residuals)
    ratio = np.sqrt(np.diag(found.with_model_error) / np.diag(found.statistical))
    assert ratio == pytest.approx([5.0, 5.0], rel=0.1)


def test_a_smooth_misfit_counts_as_few_points():
    jacobian = np.random.default_rng(3).normal(size=(200, 1)) * 1000.0
    smooth = 5.0 * np.sin(np.linspace(0.0, 2 * np.pi, 200))
    rough = np.random.default_rng(4).permutation(smooth)
    wide, narrow = (spread(jacobian, misfit, "curve, step 1") for misfit in (smooth, rough))
    assert wide.with_model_error[0, 0] > 20 * narrow.with_model_error[0, 0]


def test_what_no_residual_depends_on_keeps_the_spread_of_its_bounds():
    jacobian = np.zeros((50, 2))
    jacobian[:, 0] = 1000.0
    found = spread(jacobian, np.zeros(50))
    assert found.with_model_error[1, 1] == pytest.approx(BOUNDS_VARIANCE)
    ((share, vector),) = found.flat_directions()
    assert share == pytest.approx(1.0)
    assert np.abs(vector) == pytest.approx([0.0, 1.0])


def test_a_combination_can_be_flat_while_another_is_known():
    jacobian = 1000.0 * np.ones((50, 2))  # only the sum of the two matters
    found = spread(jacobian, np.zeros(50))
    ((_, vector),) = found.flat_directions()
    assert vector[0] == pytest.approx(-vector[1])
    assert found.correlation[0, 1] == pytest.approx(-1.0, abs=1e-3)


@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 100))
def test_no_direction_is_wider_than_its_bounds_and_noise_never_exceeds_the_whole(scale, seed):
    random = np.random.default_rng(seed)
    jacobian, residuals = scale * random.normal(size=(12, 4)), random.normal(size=12)
    found = spread(jacobian, residuals)
    assert np.linalg.eigvalsh(found.with_model_error).max() <= BOUNDS_VARIANCE * (1 + 1e-9)
    difference = np.linalg.eigvalsh(found.with_model_error - found.statistical)
    assert difference.min() >= -1e-9 * BOUNDS_VARIANCE


def test_correlation_length():
    random = np.random.default_rng(5)
    assert correlation_length_from_residuals(residuals=random.normal(size=2000)) < 2.0
    assert correlation_length_from_residuals(residuals=np.ones(40)) == 20.0
    assert correlation_length_from_residuals(residuals=np.zeros(40)) == 1.0
    # First-order process with coefficient a: (1 + a)/(1 - a) points go together.
    process = np.zeros(20000)
    for place in range(1, len(process)):
        process[place] = 0.8 * process[place - 1] + random.normal()
    assert correlation_length_from_residuals(residuals=process) == pytest.approx(9.0, rel=0.3)
