"""Tests of rank histograms and coverage."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.recovery.uniformity import covered, covered_by_chance, uniformity_of_ranks
from lmct.quantity.errors import OutOfRange


def test_chi_square_is_pearson_s():
    from scipy.stats import chisquare

    ranks = np.random.default_rng(1).integers(0, 100, 200)
    found = uniformity_of_ranks(ranks, draws=99)
    counts, _ = np.histogram(ranks, np.arange(0, 101, 10))
    expected = chisquare(counts)
    assert found.counts == tuple(counts)
    assert found.chi_square == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)


def test_uniform_ranks_have_uniform_p():
    random = np.random.default_rng(2)
    found = [uniformity_of_ranks(random.integers(0, 100, 200), draws=99).p_value for _ in range(400)]
    assert np.mean(np.array(found) < 0.1) == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize(("shift", "width"), [(0.5, 1.0), (0.0, 1.5), (0.0, 0.65)])
def test_wrong_posteriors_show(shift, width):
    """A posterior that is shifted by half its width, too narrow, or too wide: 200 campaigns see it."""
    random = np.random.default_rng(3)
    truths = shift + width * random.standard_normal(200)
    ranks = np.sum(random.standard_normal((99, 200)) < truths, axis=0)
    assert uniformity_of_ranks(ranks, draws=99).p_value < 1e-3


@pytest.mark.parametrize(
    ("ranks", "draws", "bins"),
    [([0, 100], 99, 10), ([-1, 5], 99, 10), ([1, 2], 100, 10), ([], 99, 10)],
)
def test_impossible_ranks_are_refused(ranks, draws, bins):
    with pytest.raises(OutOfRange):
        uniformity_of_ranks(np.array(ranks, dtype=int), draws=draws, bins=bins)


def test_central_intervals():
    shares = (np.arange(1000) + 0.5) / 1000
    assert covered(shares, 0.68) == pytest.approx(0.68)
    assert covered(np.array([0.03, 0.97]), 0.95) == 1.0
    assert covered(np.array([0.02, 0.98]), 0.95) == 0.0


def test_chance_of_coverage_is_binomial():
    draws = np.random.default_rng(4).random((4000, 100)) < 0.95
    assert covered_by_chance(0.95, 100) == pytest.approx(np.std(draws.mean(axis=1)), rel=0.05)
