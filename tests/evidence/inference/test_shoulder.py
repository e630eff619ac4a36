from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp

from lmct.evidence.inference import Maximum, maximum_of, posterior_of
from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.inference.shoulder import middle_of, shoulders_of

TRUTH = 0.25


def threshold(onset):
    """No bend below the threshold: all negative onsets fit alike."""
    return max(onset, 0.0)


def straight(onset):
    return onset


@pytest.fixture
def half_seen(onset):
    return onset(threshold, truth=TRUTH, deviation=0.25)


def exact_share_below(likelihood, limit):
    """Origin and slope integrated in closed form at each onset, the onset on a grid."""
    observations = likelihood.campaign.observations
    time = np.concatenate([one.at for one in observations]) / 3600.0
    data = np.concatenate([one.values for one in observations])
    deviation = observations[0].uncertainty[0]
    design = np.column_stack([np.ones_like(time), time])
    inverse = np.linalg.inv(deviation**2 * np.eye(len(time)) + design @ design.T)
    grid = np.linspace(-6.0, 6.0, 6001)
    rest = data[None, :] - np.maximum(grid, 0.0)[:, None] * time[None, :] ** 2
    log_density = -0.5 * np.einsum("gi,ij,gj->g", rest, inverse, rest) - 0.5 * grid**2
    share = np.exp(log_density - logsumexp(log_density))
    return float(np.sum(share[grid < limit]))


def test_a_shoulder_is_found_and_as_wide_as_the_prior(half_seen):
    best = maximum_of(half_seen, starts=1, seed=0, near=[{"origin": 0.3, "slope": -0.7, "onset": TRUTH}])[0]
    assert best.values["onset"] > 0.0
    found = shoulders_of(Evaluator(half_seen), best)
    assert found
    middle, covariance = min(found, key=lambda one: one[0][2])
    assert middle[2] < 0.0
    assert covariance[2, 2] == pytest.approx(1.0, rel=0.05)


def test_a_normal_posterior_has_no_shoulders(onset):
    likelihood = onset(straight, truth=TRUTH)
    best = maximum_of(likelihood, starts=1, seed=0)[0]
    assert shoulders_of(Evaluator(likelihood), best) == []


def test_the_share_of_the_shoulder_is_that_of_an_integral(half_seen):
    below = exact_share_below(half_seen, 0.0)
    assert 0.1 < below < 0.9
    posterior = posterior_of(half_seen, seed=3, effort="quick")
    column = list(half_seen.unknowns.names).index("onset")
    share = float(np.mean(posterior.samples[:, column] < 0.0))
    # About 200 effective samples.
    assert share == pytest.approx(below, abs=3.0 * np.sqrt(below * (1.0 - below) / 200.0))


def test_the_middle_lies_where_the_data_leave_the_prior_alone():
    """What the data do not tell stays at the middle of its prior, wherever the search ended."""
    maximum = Maximum(
        values={},
        coordinates=np.array([1.0, 2.0]),
        precision=np.diag([3.0, 0.0]),
        log_likelihood=0.0,
        log_posterior=0.0,
        evaluations=0,
        cpu_seconds=0.0,
    )
    assert middle_of(maximum) == pytest.approx([0.75, 0.0])
