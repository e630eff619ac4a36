"""Tests of truths and data that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.likelihood import Likelihood, Outliers
from lmct.evidence.recovery.drawn import drawn_campaign, possible_truth
from lmct.quantity.errors import NotConverged
from tests.evidence.recovery.conftest import level_campaign, level_mechanism

TRUTH = {"level": 0.7, "origin": 0.1}


def draws(share, factor=10.0, count=2000):
    likelihood = Likelihood(level_mechanism(), level_campaign(cells=1), outliers=Outliers(share, factor))
    random = np.random.default_rng(1)
    campaigns = [drawn_campaign(likelihood, TRUTH, random) for _ in range(count)]
    return np.array([one.observations[0].values for one in campaigns]) - 0.8


def test_errors_have_the_stated_covariance():
    """Independent errors of 0.5, and one of 0.3 that the values of a cell share."""
    found = np.cov(draws(0.0).T)
    assert found == pytest.approx(0.25 * np.eye(3) + 0.09, abs=0.03)


def test_outliers_come_as_often_and_as_large_as_stated():
    """A fifth of the cells has ten times the independent errors; the shared one does not grow."""
    scatter = draws(0.2).std(axis=1, ddof=1)
    assert np.mean(scatter > 1.7) == pytest.approx(0.2 * np.exp(-(1.7**2) / 25.0), abs=0.03)
    assert np.var(draws(0.2).mean(axis=1)) == pytest.approx(0.09 + (0.8 + 0.2 * 100) * 0.25 / 3, rel=0.15)


def test_cells_do_not_share_errors():
    likelihood = Likelihood(level_mechanism(), level_campaign(cells=2), outliers=Outliers(0.0))
    random = np.random.default_rng(2)
    pairs = [
        [one.values.mean() for one in drawn_campaign(likelihood, TRUTH, random).observations]
        for _ in range(1000)
    ]
    assert abs(np.corrcoef(np.array(pairs).T)[0, 1]) < 0.1


def test_truths_come_from_the_possible_part_of_the_priors():
    likelihood = Likelihood(level_mechanism(highest=0.0), level_campaign())
    random = np.random.default_rng(3)
    levels = np.array([possible_truth(likelihood, random)["level"] for _ in range(500)])
    assert levels.max() <= 0.0
    assert levels.mean() == pytest.approx(-np.sqrt(2.0 / np.pi), abs=0.1)


def test_priors_without_a_possible_truth_are_named():
    likelihood = Likelihood(level_mechanism(highest=-9.0), level_campaign())
    with pytest.raises(NotConverged, match="narrower"):
        possible_truth(likelihood, np.random.default_rng(4))


def test_impossible_truths_give_no_data():
    likelihood = Likelihood(level_mechanism(highest=0.0), level_campaign())
    with pytest.raises(NotConverged, match=r"cell \d"):
        drawn_campaign(likelihood, TRUTH, np.random.default_rng(5))
