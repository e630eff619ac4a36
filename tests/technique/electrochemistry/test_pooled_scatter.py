from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.technique.electrochemistry.joint_scatter import covariances_of_means
from lmct.technique.electrochemistry.pooled_scatter import pooled_scatter_from_groups, t_factor

TRUE = np.array([150.0, 120.0, 80.0, 40.0, 20.0, 10.0])


def campaign(random, relative=0.02, cells=(3, 6)):
    return [
        (level * (1.0 + relative * random.standard_normal((random.integers(*cells), 1)))) for level in TRUE
    ]


def test_intervals_of_the_means_cover():
    """68 and 95 % intervals with the pooled degrees of freedom, 3-5 cells per condition."""
    random = np.random.default_rng(0)
    inside68 = inside95 = total = 0
    for _ in range(300):
        groups = campaign(random)
        pooled = pooled_scatter_from_groups(groups=groups, relative=[True])
        for level, group in zip(TRUE, groups, strict=True):
            deviation = math.sqrt(pooled.of_mean(group.mean(axis=0), len(group))[0, 0])
            error = abs(group.mean() - level) / deviation
            inside68 += error < t_factor(pooled.degrees_of_freedom, 0.6827)
            inside95 += error < t_factor(pooled.degrees_of_freedom, 0.95)
            total += 1
    assert 0.66 < inside68 / total < 0.71
    assert 0.935 < inside95 / total < 0.965


def test_common_mass_error_is_found_as_correlation():
    random = np.random.default_rng(1)
    groups = []
    for level in TRUE:
        mass = 1.0 + 0.02 * random.standard_normal((400, 1))
        groups.append(np.array([[level, 240.0 - level]]) * mass)
    pooled = pooled_scatter_from_groups(groups=groups, relative=[True, True])
    correlation = pooled.covariance[0, 1] / math.sqrt(pooled.covariance[0, 0] * pooled.covariance[1, 1])
    assert correlation == pytest.approx(1.0)
    assert math.sqrt(pooled.covariance[0, 0]) == pytest.approx(0.02, rel=0.05)


def test_conditions_that_scatter_differently_are_noticed():
    random = np.random.default_rng(2)
    groups = [
        level * (1.0 + s * random.standard_normal((8, 1)))
        for level, s in zip(TRUE, [0.01] * 5 + [0.2], strict=True)
    ]
    assert pooled_scatter_from_groups(groups=groups, relative=[True]).equal_probability[0] < 1e-3


def test_equal_scatter_is_rarely_doubted():
    random = np.random.default_rng(3)
    doubts = [
        pooled_scatter_from_groups(groups=campaign(random), relative=[True]).equal_probability[0] < 0.05
        for _ in range(300)
    ]
    assert np.mean(doubts) < 0.1


def test_single_cells_leave_nothing_to_pool():
    pooled = pooled_scatter_from_groups(groups=[np.array([[1.0]]), np.array([[2.0]])], relative=[True])
    assert pooled.degrees_of_freedom == 0
    assert np.isnan(pooled.covariance).all()
    assert math.isnan(pooled.equal_probability[0])


def test_joint_scatter_separates_mass_state_and_channel():
    """2 % of mass, 3 % of state along V = 3.7 + 5 mV per mAh/g, 1 mV of channel: recovered."""
    random = np.random.default_rng(4)
    slope, groups = 5e-3, []
    for level in TRUE:
        state = level * (1.0 + 0.03 * random.standard_normal(3000))
        capacity = state * (1.0 + 0.02 * random.standard_normal(3000))
        groups.append(np.column_stack([capacity, 3.7 + slope * state + 1e-3 * random.standard_normal(3000)]))
    covariance, freedom = covariances_of_means(groups)
    one_cell = covariance * 3000
    assert freedom == 6 * 2999
    assert np.sqrt(one_cell[:, 0, 0]) == pytest.approx(TRUE * math.hypot(0.03, 0.02), rel=0.03)
    assert one_cell[:, 0, 1] == pytest.approx(slope * (0.03 * TRUE) ** 2, rel=0.05)
    assert np.sqrt(one_cell[:, 1, 1]) == pytest.approx(np.hypot(1e-3, slope * 0.03 * TRUE), rel=0.05)
