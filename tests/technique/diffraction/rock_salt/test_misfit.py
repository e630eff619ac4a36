from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.diffraction.rock_salt.misfit import inflation_of_uncertainties, misfit_of_pattern

COUNT = 4000
EVERYWHERE = np.ones(COUNT, dtype=bool)


def influences():
    """Of a height (even) and of a place (odd) of a line."""
    x = (np.arange(COUNT) - COUNT / 2) / 10.0
    line = np.exp(-0.5 * x**2)
    return np.stack([line, x * line])


def test_noise_alone_inflates_nothing():
    random = np.random.default_rng(1)
    factors = [
        inflation_of_uncertainties(
            residual=random.normal(size=COUNT),
            influence=influences(),
            at_lines=EVERYWHERE,
            line_points=20.0,
        )
        for _ in range(50)
    ]
    assert np.mean(factors) < 1.03
    assert np.min(factors) >= 1.0


def test_correlated_residuals_inflate_by_what_a_simulation_shows():
    random = np.random.default_rng(2)
    window = np.ones(49) / 7.0  # moving mean of 49 points, variance 1: correlated over 49 points
    influence = influences()
    sums, factors = [], []
    for _ in range(300):
        residual = np.convolve(random.normal(size=COUNT + 48), window, mode="valid")
        sums.append(influence @ residual)
        factors.append(
            inflation_of_uncertainties(
                residual=residual, influence=influence, at_lines=EVERYWHERE, line_points=60.0
            )
        )
    true = np.std(sums, axis=0) / np.sqrt((influence**2).sum(axis=1))
    assert np.mean(factors, axis=0) == pytest.approx(true, rel=0.2)
    assert true[0] > 1.5 * true[1]  # waves move a height more than a place


def test_noise_above_its_uncertainty_inflates_by_the_goodness():
    residual = 2.0 * np.random.default_rng(3).normal(size=COUNT)
    factors = inflation_of_uncertainties(
        residual=residual, influence=influences(), at_lines=EVERYWHERE, line_points=10.0
    )
    assert factors == pytest.approx([2.0, 2.0], rel=0.15)
    assert factors.min() >= 1.95


def test_measures_of_misfit():
    observed, calculated = np.full(100, 110.0), np.full(100, 100.0)
    misfit = misfit_of_pattern(
        observed=observed,
        calculated=calculated,
        background=np.full(100, 10.0),
        variance=np.full(100, 25.0),
        at_lines=np.arange(100) < 50,
        parameters=20,
    )
    assert misfit.goodness == pytest.approx(np.sqrt(100 * 4.0 / 80.0))
    assert misfit.weighted_residual == pytest.approx(10.0 / 110.0)
    assert misfit.of_lines == pytest.approx(np.sqrt((50 * 4.0 - 50.0) / (50 * 400.0)))
