"""Telling mechanisms apart, against integrals on a grid."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.plan.density import virtual_data
from lmct.evidence.plan.gaussian import gaussian_gain_of_mechanisms
from lmct.evidence.plan.mechanism_gain import gain_between_mechanisms

SAMPLES = 600


def test_two_mechanisms_against_an_integral():
    for distance in (0.3, 1.5, 4.0):
        grid = np.linspace(-12.0, 16.0, 8001)
        wide = np.sqrt(1.25)
        one = np.exp(-0.5 * (grid / wide) ** 2) / wide / np.sqrt(2 * np.pi)
        two = np.exp(-0.5 * ((grid - distance) / wide) ** 2) / wide / np.sqrt(2 * np.pi)
        both = 0.5 * (one + two)
        step = grid[1] - grid[0]
        safe = np.maximum(both, 1e-300)
        truth = 0.5 * step * sum((p * np.log(np.maximum(p, 1e-300) / safe)).sum() for p in (one, two))
        ratio = 0.5 * step * ((one + two) * np.abs(distance / wide**2 * (grid - 0.5 * distance))).sum()
        rng = np.random.default_rng(3)
        labels = np.repeat([0, 1], SAMPLES // 2)
        means = (rng.standard_normal(SAMPLES) + distance * labels)[:, None]
        covariances = np.full((SAMPLES, 1, 1), 0.25)
        data = virtual_data(means=means, covariances=covariances, repeats=4, rng=rng)
        gain, evidence = gain_between_mechanisms(data, labels=labels, probabilities=np.array([0.5, 0.5]))
        assert gain.value == pytest.approx(truth, abs=max(3 * gain.error, 0.02))
        gaussian = gaussian_gain_of_mechanisms(
            means=means, covariances=covariances, labels=labels, probabilities=np.array([0.5, 0.5])
        )
        assert gaussian == pytest.approx(truth, abs=0.04)
        assert evidence == pytest.approx(ratio, rel=0.25)


def test_unequal_probabilities_limit_the_gain():
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1], [100, 200])
    means = (rng.standard_normal(300) + 50.0 * labels)[:, None]
    data = virtual_data(means=means, covariances=np.ones((300, 1, 1)), repeats=1, rng=rng)
    gain, _ = gain_between_mechanisms(data, labels=labels, probabilities=np.array([0.1, 0.9]))
    assert gain.value == pytest.approx(-(0.1 * np.log(0.1) + 0.9 * np.log(0.9)), abs=1e-3)


def test_equal_mechanisms_cannot_be_told_apart():
    rng = np.random.default_rng(2)
    labels = np.repeat([0, 1, 2], 150)
    means = rng.standard_normal((450, 2))
    covariances = np.broadcast_to(0.3 * np.eye(2), (450, 2, 2))
    data = virtual_data(means=means, covariances=covariances, repeats=2, rng=rng)
    gain, _ = gain_between_mechanisms(data, labels=labels, probabilities=np.full(3, 1 / 3))
    assert gain.value < 3 * gain.error
    assert gain.error < 0.2
