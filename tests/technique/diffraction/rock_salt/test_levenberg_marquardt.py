from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from lmct.technique.diffraction.rock_salt.levenberg_marquardt import (
    CountNoise,
    Evaluation,
    GaussianNoise,
    Restraint,
    fit_linear,
    levenberg_marquardt,
)

X = np.linspace(-5.0, 5.0, 101)
WIDE = np.full(3, 1e9)
FREE = Restraint(np.zeros(3), np.zeros(3))


def line(vector):
    """A Gaussian line on a flat background: place, height, background."""
    shape = np.exp(-0.5 * (X - vector[0]) ** 2)
    rows = np.stack([vector[1] * (X - vector[0]) * shape, shape, np.ones_like(X)])
    return Evaluation(vector[1] * shape + vector[2], np.full_like(X, vector[2]), rows)


def fitted(noise, start=(0.5, 5.0, 1.0), low=-WIDE, high=WIDE, restraint=FREE):
    return levenberg_marquardt(
        evaluate=line, noise=noise, start=np.array(start), low=low, high=high, restraint=restraint
    )


def test_counts_are_fitted_at_the_maximum_of_the_likelihood_of_poisson():
    counts = np.random.default_rng(1).poisson(line(np.array([0.3, 4.0, 0.7])).calculated).astype(float)

    def minus_logarithm(vector):
        mean = np.maximum(line(vector).calculated, 1e-9)
        return float((mean - counts * np.log(mean)).sum())

    exact = minimize(minus_logarithm, [0.3, 4.0, 0.7], method="Nelder-Mead", options={"xatol": 1e-7}).x
    fit = fitted(CountNoise(counts))
    assert fit.converged
    assert np.abs(fit.vector - exact) == pytest.approx(
        0.0, abs=0.02 * np.sqrt(np.diag(fit.covariance())).max()
    )


def test_gain_changes_nothing_but_the_unit():
    counts = np.random.default_rng(2).poisson(line(np.array([0.3, 40.0, 9.0])).calculated).astype(float)
    one, seven = (
        fitted(CountNoise(counts), (0.4, 30.0, 8.0)),
        fitted(CountNoise(7.0 * counts, 7.0), (0.4, 210.0, 56.0)),
    )
    assert seven.vector == pytest.approx(one.vector * [1, 7, 7], rel=1e-3)
    assert np.diag(seven.covariance()) == pytest.approx(np.diag(one.covariance()) * [1, 49, 49], rel=1e-2)


def test_covariance_is_the_scatter_of_repeated_fits():
    random, truth = np.random.default_rng(3), np.array([0.3, 30.0, 5.0])
    mean = line(truth).calculated
    fits = [fitted(CountNoise(random.poisson(mean).astype(float)), truth) for _ in range(400)]
    vectors = np.array([fit.vector for fit in fits])
    deviation = np.sqrt(np.diag(fits[0].covariance()))
    assert vectors.std(axis=0) == pytest.approx(deviation, rel=0.15)
    assert np.abs(vectors.mean(axis=0) - truth) == pytest.approx(0.0, abs=3.5 * deviation.max() / 20.0)


def test_parameter_at_its_limit_is_held_and_the_others_are_right():
    noise = GaussianNoise(line(np.array([0.3, 30.0, 5.0])).calculated, np.ones_like(X))
    fit = fitted(noise, high=np.array([1e9, 20.0, 1e9]))
    assert fit.converged
    assert fit.fixed.tolist() == [False, True, False]
    assert fit.vector[1] == 20.0
    assert fit.vector[0] == pytest.approx(0.3, abs=1e-3)
    assert np.isnan(fit.covariance()[1, 1])


def test_restraint_counts_like_a_measurement():
    noise = GaussianNoise(line(np.array([0.3, 30.0, 5.0])).calculated, np.full_like(X, 3.0))
    free = fitted(noise)
    variance = free.covariance()[0, 0]
    restraint = Restraint(np.array([0.4, 0.0, 0.0]), np.array([1.0 / variance, 0.0, 0.0]))
    fit = fitted(noise, restraint=restraint)
    assert fit.vector[0] == pytest.approx(0.35, abs=0.002)
    assert fit.covariance()[0, 0] == pytest.approx(0.5 * variance, rel=0.02)


def test_linear_parameters_are_solved_in_one_step():
    truth = np.array([0.3, 30.0, 5.0])
    noise = GaussianNoise(line(truth).calculated, np.ones_like(X))
    start = np.array([0.3, 0.0, 0.0])
    found = fit_linear(noise=noise, evaluation=line(start), vector=start, first=1, variance=np.ones_like(X))
    assert found == pytest.approx(truth, rel=1e-6)


def test_model_that_cannot_be_fitted_says_so():
    def stuck(vector):
        return Evaluation(np.full_like(X, np.nan), X, np.ones((3, len(X))))

    fit = levenberg_marquardt(
        evaluate=stuck,
        noise=GaussianNoise(X, np.ones_like(X)),
        start=np.zeros(3),
        low=-WIDE,
        high=WIDE,
        restraint=FREE,
    )
    assert not fit.converged
