from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.inference import maximum_of, posterior_of
from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.ridge import ridges_of

DEVIATION = 0.01


@pytest.fixture
def product(product_likelihood):
    return product_likelihood(DEVIATION)


def exact_of_first(likelihood):
    """Mean and standard deviation of the first factor, summed over a fine grid."""
    values = np.mean([one.values for one in likelihood.campaign.observations], axis=0)
    hours = likelihood.campaign.observations[0].at / 3600.0
    (slope, _), covariance = np.polyfit(hours, values, 1, cov="unscaled")
    variance = covariance[0, 0] * DEVIATION**2 / len(likelihood.campaign.observations)
    first = np.linspace(0.02, 4.0, 800)[:, None]
    second = np.linspace(-4.0, 0.0, 8000)[None, :]
    log_density = -0.5 * (first * second - slope) ** 2 / variance
    log_density += -0.5 * ((first - 1.0) / 0.5) ** 2 - 0.5 * ((second + 0.7) / 0.5) ** 2
    weights = np.exp(log_density - log_density.max()).sum(axis=1)
    weights /= weights.sum()
    mean = float(weights @ first[:, 0])
    return mean, float(np.sqrt(weights @ (first[:, 0] - mean) ** 2))


def test_components_lie_along_the_ridge(product):
    best = maximum_of(product, starts=1, seed=0)[0]
    found = ridges_of(Evaluator(product), best)
    assert len(found) > 5
    values = [product.unknowns.values_at(_probability(middle)) for middle, _ in found]
    factors = [one["first"] for one in values]
    assert max(factors) > 1.3
    assert min(factors) < 0.8
    slope = best.values["first"] * best.values["second"]
    assert all(abs(one["first"] * one["second"] - slope) < 0.03 for one in values)


def test_a_straight_posterior_has_no_ridge(line):
    likelihood = line(deviation=DEVIATION)
    assert ridges_of(Evaluator(likelihood), maximum_of(likelihood, starts=1, seed=0)[0]) == []


def test_the_posterior_on_a_ridge_is_that_of_an_integral(product):
    mean, deviation = exact_of_first(product)
    posterior = posterior_of(product, seed=1, effort="quick")
    assert not any("not" in one for one in posterior.messages)
    first = posterior.samples[:, list(product.unknowns.names).index("first")]
    assert np.mean(first) == pytest.approx(mean, abs=3.0 * deviation / np.sqrt(200.0))
    assert np.std(first) == pytest.approx(deviation, rel=0.15)


def test_work_off_the_evaluator_is_counted(product):
    evaluator = Evaluator(product)
    ridges_of(evaluator, maximum_of(product, starts=1, seed=0)[0])
    assert evaluator.evaluations > 100


def _probability(coordinates):
    from scipy.special import ndtr

    return ndtr(coordinates)
