from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.inference import maxima_of, posterior_of
from lmct.evidence.inference.laplace import laplace_posterior


def test_a_normal_posterior_is_its_own_approximation(line, exact):
    """Against linear algebra: mean, covariance and evidence of a straight line."""
    likelihood = line(shared=0.1)
    mean, covariance, log_evidence = exact(likelihood)
    maxima = maxima_of(likelihood, seed=3, effort="quick")
    found = laplace_posterior(likelihood, maxima, samples=4000, seed=1)
    assert found.log_evidence == pytest.approx(log_evidence, abs=1e-3)
    assert np.isinf(found.log_evidence_error)
    assert np.mean(found.samples, axis=0) == pytest.approx(mean, abs=0.01)
    assert np.cov(found.samples.T) == pytest.approx(covariance, rel=0.1, abs=1e-4)


def test_impossible_samples_are_left_out(line, exact):
    mean, covariance, _ = exact(line())
    steepest = mean[1] + 0.5 * np.sqrt(covariance[1, 1])
    likelihood = line(steepest=steepest)
    maxima = maxima_of(likelihood, seed=3, effort="quick")
    found = laplace_posterior(likelihood, maxima, samples=200, seed=1)
    assert 1 < len(found.samples) < 201
    assert np.all(found.of("slope") <= steepest)


def test_maxima_given_or_found_lead_to_the_same_posterior(line, tmp_path):
    likelihood = line()
    maxima = maxima_of(likelihood, seed=3, effort="quick", checkpoint=tmp_path / "maxima.npz")
    given = posterior_of(likelihood, seed=3, effort="quick", maxima=maxima)
    assert np.array_equal(given.samples, posterior_of(likelihood, seed=3, effort="quick").samples)
    stored = posterior_of(likelihood, seed=3, effort="quick", checkpoint=tmp_path / "maxima.npz")
    assert np.array_equal(given.samples, stored.samples)
